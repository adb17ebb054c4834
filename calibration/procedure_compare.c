#include "calibration/procedure_parts.h"

#include <math.h>
#include <string.h>

/* One law for all loads would be wrong by less than this on any material known (exponents 0.6 to 1.5,
 * discs of twice the radius): beyond it the mass is. */
#define ODD_FACTOR    1.7
#define POUNDS_PER_KG 2.20462
#define POUNDS_FRAC   0.2 /* nearness of the factor to pounds; materials bend it */
#define SAME_AREA     1.3
#define HEAVIER       1.05
#define READS_LESS    0.97
#define LOST_FRAC     0.85

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

/* Cells that lost much since the load came only held what the load before left on them. */
static struct heard hear(const struct procedure *p, const struct reading *item)
{
	const struct readings *r = p->readings;
	const struct snapshot *first = &r->snapshots[item->first];
	const struct snapshot *last = &r->snapshots[item->first + item->n - 1];
	float *before = p->watch.scratch;
	struct heard h = { 0.0, 0 };

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
		h.n_contact++;
	}
	return h;
}

static bool tells_mass(const struct reading *item)
{
	return !item->dropped && item->n > 0 && item->mass_kg > 0 &&
	       (item->kind == READING_LOAD || item->kind == READING_CREEP ||
		       item->kind == READING_VERIFY);
}

/* Return the middle of what the earlier loads read for a kilogram, 0 if there are none. */
static double usual_per_kg(const struct procedure *p)
{
	const struct readings *r = p->readings;
	float per_kg[READINGS_MAX_ITEMS];
	int n = 0;

	for (int i = 0; i < r->n_items && n < READINGS_MAX_ITEMS; i++)
		if (&r->items[i] != p->reading && tells_mass(&r->items[i]))
			per_kg[n++] = (float)(hear(p, &r->items[i]).load_u /
					      r->items[i].mass_kg);
	return n > 0 ? (double)select_kth(per_kg, n, n / 2) : 0.0;
}

static bool near(double factor, double to)
{
	return fabs(log(factor / to)) < POUNDS_FRAC;
}

static bool note_odd_mass(struct procedure *p, const struct heard *now)
{
	double mass = p->request.mass_kg, usual = usual_per_kg(p), factor;
	char kg[PROCEDURE_KG_SIZE], like[PROCEDURE_KG_SIZE];

	if (!(usual > 0) || !(now->load_u > 0))
		return false;
	factor = usual * mass /
		 now->load_u; /* > 1: it reads less than such a mass should */
	if (factor < ODD_FACTOR && factor > 1 / ODD_FACTOR)
		return false;
	procedure_kg(kg, mass);
	procedure_kg(like, round(mass / factor));
	if (near(factor, POUNDS_PER_KG))
		procedure_note(p,
			"%s reads like %s beside the other loads: was it pounds? Drop "
			"this "
			"step and repeat it with the mass in kilograms.",
			kg, like);
	else if (near(factor, 1 / POUNDS_PER_KG))
		procedure_note(p,
			"%s reads like %s beside the other loads: were those in "
			"pounds? Drop "
			"the wrong ones.",
			kg, like);
	else
		procedure_note(p,
			"%s reads like %s beside the other loads: another weight than "
			"said, "
			"or two swapped? Drop the wrong step and repeat it.",
			kg, like);
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
