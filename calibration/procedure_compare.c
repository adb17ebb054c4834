#include "calibration/procedure_parts.h"

#include <math.h>
#include <string.h>

/* Two loads that press their cells alike must read alike for a kilogram; the more unlike they press, the
 * more a material with an exponent between 0.75 and 1.5 lets them differ: by their ratio to ODD_POWER. */
#define ODD_FACTOR    1.5
#define ODD_POWER     0.35
#define POUNDS_PER_KG 2.20462
#define POUNDS_FRAC                                                                    \
	0.3 /* nearness of the factor to pounds, in its log: materials bend it */
#define SWAPPED_LOG 0.3
#define SAME_AREA   1.3
#define HEAVIER     1.05
#define READS_LESS  0.97
#define LOST_FRAC   0.85

/* Between neighbours that carry so much, of the noise and of the usual cell (creep leaves less of the load
 * before), a cell does not read nothing. */
#define NEAR_LOAD_SDS  12.0
#define NEAR_LOAD_FRAC 0.3
#define MAX_NAMED      3

/* A load's reading: the last moment of it. */
struct heard {
	double load_u;
	int n_contact;
};

static double above_zero(const struct procedure *p, int k)
{
	const struct readings *r = p->readings;
	int i = r->cell[k];

	if (r->count[k] <= p->watch.limit_cnt[i])
		return 0.0;
	return procedure_linearise((double)r->count[k], p->setup.full_scale) -
	       (double)p->watch.zero_u[i];
}

/* Cells that carry much less than the usual one may show crosstalk, which lies all along the lines of a load:
 * they are not pressed. */
static int count_pressed(
	const struct procedure *p, const struct snapshot *moment, double usual_u)
{
	int n = 0;

	for (int k = moment->first; k < moment->first + moment->n; k++)
		n += above_zero(p, k) > PROCEDURE_GHOST_FRAC * usual_u;
	return n;
}

/* Cells that lost much since the load came only held what the load before left on them. */
static struct heard hear(const struct procedure *p, const struct reading *item)
{
	const struct readings *r = p->readings;
	const struct snapshot *first = &r->snapshots[item->first];
	const struct snapshot *last = &r->snapshots[item->first + item->n - 1];
	float *before = p->watch.scratch;
	struct heard h = { 0.0, 0 };
	double sum2 = 0.0;

	while (last > first && !(last->mass_kg > 0))
		last--; /* the empty mat after a verification */
	memset(before, 0, (size_t)p->n_cells * sizeof(float));
	for (int k = first->first; k < first->first + first->n; k++)
		before[r->cell[k]] = (float)above_zero(p, k);
	for (int k = last->first; k < last->first + last->n; k++) {
		double u = above_zero(p, k);

		if (!(u > 0) || u < LOST_FRAC * (double)before[r->cell[k]])
			continue;
		h.load_u += u;
		sum2 += u * u;
	}
	if (h.load_u > 0)
		h.n_contact = count_pressed(p, last, sum2 / h.load_u);
	return h;
}

static bool tells_mass(const struct reading *item)
{
	return !item->dropped && item->n > 0 && item->mass_kg > 0 &&
	       (item->kind == READING_LOAD || item->kind == READING_CREEP ||
		       item->kind == READING_VERIFY);
}

/* The earlier load that presses its cells most nearly as this one does, and how unlike it still is. */
struct peer {
	double per_kg; /* 0: there is none */
	double mass_kg, load_u;
	int item;
	double unlike; /* ratio of what a cell carries, >= 1 */
};

static struct peer find_peer(const struct procedure *p, const struct heard *now)
{
	const struct readings *r = p->readings;
	struct peer best = { .unlike = INFINITY };

	for (int i = 0; i < r->n_items; i++) {
		const struct reading *item = &r->items[i];
		struct heard h;
		double unlike;

		if (item == p->reading || !tells_mass(item))
			continue;
		h = hear(p, item);
		if (!(h.load_u > 0))
			continue;
		unlike = exp(fabs(
			log(h.load_u / h.n_contact * now->n_contact / now->load_u)));
		if (unlike < best.unlike)
			best = (struct peer){ h.load_u / item->mass_kg, item->mass_kg,
				h.load_u, i, unlike };
	}
	return best;
}

static bool near(double factor, double to)
{
	return fabs(log(factor / to)) < POUNDS_FRAC;
}

static bool note_odd_mass(struct procedure *p, const struct heard *now)
{
	struct peer peer = find_peer(p, now);
	double mass = p->request.mass_kg, factor, odd;
	char kg[PROCEDURE_KG_SIZE], like[PROCEDURE_KG_SIZE], other[PROCEDURE_KG_SIZE];
	bool pounds, swapped;

	if (!(peer.per_kg > 0))
		return false;
	factor = peer.per_kg * mass / now->load_u; /* > 1: it reads too little */
	odd = ODD_FACTOR * pow(peer.unlike, ODD_POWER);
	if (factor < odd && factor > 1 / odd)
		return false;
	pounds = near(factor, factor > 1 ? POUNDS_PER_KG : 1 / POUNDS_PER_KG);
	/* with the masses exchanged, both would read alike */
	swapped = fabs(log(now->load_u / peer.mass_kg * mass / peer.load_u)) <
		  log(odd) - log(ODD_FACTOR) + SWAPPED_LOG;
	procedure_note(p,
		"%s reads like %s beside the %s of step %d: %s%s%s? Drop the wrong "
		"step and "
		"repeat it.",
		procedure_kg(kg, mass), procedure_kg(like, round(mass / factor)),
		procedure_kg(other, peer.mass_kg), peer.item + 1,
		!pounds      ? ""
		: factor > 1 ? "was this in pounds"
			     : "was that in pounds",
		pounds && swapped ? ", or are the two " : "",
		swapped  ? (pounds ? "swapped" : "are the two swapped")
		: pounds ? ""
			 : "another weight than said");
	return true;
}

/* On as large an area, more mass must read more. */
static void note_swapped(struct procedure *p, const struct heard *now)
{
	const struct readings *r = p->readings;
	char kg[PROCEDURE_KG_SIZE], other[PROCEDURE_KG_SIZE];

	for (int i = 0; i < r->n_items; i++) {
		const struct reading *item = &r->items[i];
		double mass = p->request.mass_kg, area, more;
		struct heard h;

		if (item == p->reading || !tells_mass(item))
			continue;
		h = hear(p, item);
		area = (double)now->n_contact / fmax(1, h.n_contact);
		more = mass > item->mass_kg ? now->load_u / h.load_u
					    : h.load_u / now->load_u;
		if (area > SAME_AREA || area < 1 / SAME_AREA || more > READS_LESS ||
			fmax(mass, item->mass_kg) < HEAVIER * fmin(mass, item->mass_kg))
			continue;
		procedure_note(p,
			"%s reads %s than %s did (step %d): wrong order, or two "
			"weights "
			"swapped? Drop the wrong step and repeat it.",
			procedure_kg(kg, mass), mass > item->mass_kg ? "less" : "more",
			procedure_kg(other, item->mass_kg), i + 1);
		return;
	}
}

void procedure_compare_notes(struct procedure *p)
{
	struct heard now = hear(p, p->reading);

	if (!note_odd_mass(p, &now))
		note_swapped(p, &now);
}

/* --- cells ---------------------------------------------------------------------------------------- */

/* Return true if cell i reads nothing while load lies on both sides of it: a cell, or one of a line that
 * broke. `u`: what cells carry. */
static bool is_silent(const struct procedure *p, const float *u, int i)
{
	const struct mat_geometry *g = &p->setup.geometry;
	int row = i / g->n_cols, col = i % g->n_cols;
	double least = fmax(NEAR_LOAD_SDS * p->watch.noise_cnt / p->setup.full_scale,
		NEAR_LOAD_FRAC * p->watch.usual_u);

	if (u[i] > 0 || row == 0 || col == 0 || row == g->n_rows - 1 ||
		col == g->n_cols - 1)
		return false;
	return ((double)u[i - 1] > least && (double)u[i + 1] > least) ||
	       ((double)u[i - g->n_cols] > least && (double)u[i + g->n_cols] > least);
}

void procedure_compare_cells(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;
	float *u = w->scratch;
	int n = 0, first = -1, n_cols = p->setup.geometry.n_cols;

	memset(u, 0, (size_t)p->n_cells * sizeof(float));
	for (int k = 0; k < w->n_contact; k++)
		u[w->contact[k]] = w->contact_u[k];
	for (int i = 0; i < p->n_cells; i++)
		if (p->coverage[i] && is_silent(p, u, i))
			first = n++ == 0 ? i : first;
	if (n == 0)
		return;
	if (n <= MAX_NAMED)
		procedure_note(p,
			"The cell in row %d, column %d answered the roller and reads "
			"nothing "
			"now: it died. Roll again, so that it is left out.",
			first / n_cols + 1, first % n_cols + 1);
	else
		procedure_note(p,
			"%d cells answered the roller and read nothing now (the first: "
			"row "
			"%d, column %d): a line broke. Repair the mat, and begin anew.",
			n, first / n_cols + 1, first % n_cols + 1);
}
