#include "tests/support/lab_technician.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STREAM 0x1ab3

#define SETTLE_S   8.0  /* between one weight and the next */
#define MOMENT_S   0.25 /* what a snapshot averages of a load at rest */
#define READ_S     10.0 /* a load counts so long after it came */
#define CHANGE_S   0.5  /* to change the weights of the staircase */
#define BAND_SDS   4.0
#define ROLL_PART  0.05 /* of the fullest line: the roller presses it */
#define ROLL_LINES 2    /* beside those are kept, too */
#define VERIFY_KG  50.0
#define HAND_MM    70.0 /* over so far the push of the hands stays the same */
#define CREEP_STEP 1.08 /* each moment of the creep step is so much later */

/* One technician at work. */
struct hand {
	const struct lab_plan *plan;
	const struct mat_geometry *geometry;
	struct lab_sheet *sheet;
	struct readings *readings;
	struct rng rng;
	double t_s, noise_cnt;
	bool along_x; /* the roller goes */
	double *cells_n;
	float *counts;
};

/* --- looking ------------------------------------------------------------------------------- */

static int line_of(const struct hand *h, int cell)
{
	return h->along_x ? cell % h->geometry->n_cols : cell / h->geometry->n_cols;
}

/* Under a roller only what it presses is kept and what is close by, not where it has been. */
static void keep_roller(struct hand *h)
{
	double sum[GEOMETRY_MAX_SIDE] = { 0 }, top = 0;
	int n = geometry_n_cells(h->geometry);
	bool kept[GEOMETRY_MAX_SIDE] = { false };

	for (int i = 0; i < n; i++)
		sum[line_of(h, i)] +=
			(double)h->counts[i] - (double)h->readings->zero_cnt[i];
	for (int line = 0; line < GEOMETRY_MAX_SIDE; line++)
		top = fmax(top, sum[line]);
	for (int line = 0; line < GEOMETRY_MAX_SIDE; line++)
		for (int k = line - ROLL_LINES; k <= line + ROLL_LINES; k++)
			if (k >= 0 && k < GEOMETRY_MAX_SIDE &&
				sum[line] > ROLL_PART * top)
				kept[k] = true;
	for (int i = 0; i < n; i++)
		if (!kept[line_of(h, i)])
			h->counts[i] = h->readings->zero_cnt[i];
}

/* Look for `span_s` at what is on the mat. */
static int look(struct hand *h, double span_s, double mass_kg, int pass, bool rolls)
{
	int n_frames = (int)fmax(1, rint(span_s * LAB_RATE_HZ));
	double band = BAND_SDS * h->noise_cnt / sqrt(n_frames);
	struct snapshot moment = { .t_s = h->t_s + 0.5 * span_s,
		.span_s = span_s,
		.mass_kg = mass_kg,
		.pass = pass };

	lab_sheet_average(h->sheet, moment.t_s, h->cells_n, n_frames, h->counts);
	if (rolls) {
		keep_roller(h);
		band = 0; /* all cells of its lines */
	}
	h->t_s += span_s;
	return readings_add(h->readings, &moment, h->counts, (float)band);
}

static struct reading *begin(struct hand *h, enum reading_kind kind)
{
	struct reading *r = readings_begin(h->readings, kind);

	if (!r)
		return NULL;
	r->rate_hz = LAB_RATE_HZ;
	r->onset_s = h->t_s;
	r->lost_frac = r->jitter_p99_ms = 0;
	return r;
}

static void rest(struct hand *h, double seconds)
{
	struct readings *r = h->readings;

	if (r->n_items > 0 && isnan(r->items[r->n_items - 1].off_s))
		r->items[r->n_items - 1].off_s = h->t_s;
	h->t_s += seconds;
	lab_sheet_feel(h->sheet, h->t_s, NULL);
}

static int take_zero(struct hand *h)
{
	struct readings *r = h->readings;
	int n = geometry_n_cells(h->geometry);
	int n_frames = (int)rint(h->plan->zero_s * LAB_RATE_HZ);
	uint16_t *counts = malloc((size_t)n * sizeof(*counts));
	double *sums = calloc((size_t)n * 2, sizeof(*sums));

	if (counts && sums && begin(h, READING_ZERO)) {
		for (int f = 0; f < n_frames; f++, h->t_s += 1 / LAB_RATE_HZ) {
			lab_sheet_scan(h->sheet, h->t_s, NULL, counts);
			for (int i = 0; i < n; i++) {
				sums[i] += counts[i];
				sums[n + i] += (double)counts[i] * counts[i];
			}
		}
		for (int i = 0; i < n; i++) {
			double mean = sums[i] / n_frames;

			r->zero_cnt[i] = (float)mean;
			r->zero_sd_cnt[i] = (float)sqrt(
				fmax(0, sums[n + i] / n_frames - mean * mean));
			h->noise_cnt += (double)r->zero_sd_cnt[i] / n;
		}
		r->n_zero_frames = n_frames;
	}
	free(counts);
	free(sums);
	return r->n_zero_frames > 0 ? 0 : -ENOMEM;
}

static void take_late_zero(struct hand *h)
{
	struct readings *r = h->readings;
	int n_frames = (int)LAB_RATE_HZ;

	lab_sheet_average(h->sheet, h->t_s, NULL, n_frames, r->late_cnt);
	r->n_late_frames = n_frames;
	r->late_s = h->t_s;
}

/* --- weights ------------------------------------------------------------------------------- */

/* Put a disc down, nearly where it should be. */
static void put(struct hand *h, const struct lab_disc *stated)
{
	struct lab_disc disc = *stated;
	double off = h->plan->placing_mm * sqrt(rng_uniform(&h->rng));
	double way = 2 * M_PI * rng_uniform(&h->rng);

	disc.x_mm += off * cos(way);
	disc.y_mm += off * sin(way);
	disc.rim_frac = h->plan->rim_frac;
	disc.mass_kg *= 1 + h->plan->mass_sd_frac * rng_normal(&h->rng);
	lab_press_disc(&disc, h->geometry, h->cells_n);
}

static struct reading *begin_weight(
	struct hand *h, enum reading_kind kind, const struct lab_disc *disc)
{
	struct reading *r;

	rest(h, SETTLE_S);
	put(h, disc);
	r = begin(h, kind);
	if (!r)
		return NULL;
	r->mass_kg = disc->mass_kg;
	r->read_s = READ_S;
	if (h->plan->knows_places) {
		r->x_mm = disc->x_mm;
		r->y_mm = disc->y_mm;
	}
	return r;
}

static int weigh(struct hand *h, enum reading_kind kind, const struct lab_disc *disc)
{
	int rc = begin_weight(h, kind, disc) ? 0 : -ENOSPC;
	double until_s = h->t_s + h->plan->load_s;

	while (rc == 0 && h->t_s < until_s - 1e-9)
		rc = look(h, MOMENT_S, disc->mass_kg, 0, false);
	return rc;
}

static int creep(struct hand *h, const struct lab_disc *disc)
{
	int rc = begin_weight(h, READING_CREEP, disc) ? 0 : -ENOSPC;
	double from_s = h->t_s, span_s = 0.1;

	while (rc == 0 && h->t_s < from_s + h->plan->creep_s) {
		rc = look(h, span_s, disc->mass_kg, 0, false);
		span_s = fmax(span_s, (CREEP_STEP - 1) * (h->t_s - from_s));
	}
	return rc;
}

/* The load changes steadily from one mass to the next, hands on it. */
static void change(struct hand *h, double from_kg, double to_kg)
{
	int n = (int)rint(CHANGE_S * LAB_RATE_HZ),
	    n_cells = geometry_n_cells(h->geometry);

	for (int k = 1; k <= n; k++) {
		double a = from_kg + (to_kg - from_kg) * (k - 1) / n;
		double b = from_kg + (to_kg - from_kg) * k / n;

		for (int i = 0; i < n_cells; i++)
			h->cells_n[i] *= b / a;
		h->t_s += 1 / LAB_RATE_HZ;
		lab_sheet_feel(h->sheet, h->t_s, h->cells_n);
	}
}

static int climb(struct hand *h)
{
	const struct lab_plan *p = h->plan;
	struct lab_disc disc = p->stairs_disc;
	int rc;

	disc.mass_kg = p->stairs_kg[0];
	rc = begin_weight(h, READING_STAIRCASE, &disc) ? 0 : -ENOSPC;
	for (int k = 0; rc == 0 && k < p->n_stairs; k++) {
		double until_s = h->t_s + p->stair_s;

		if (k > 0)
			change(h, p->stairs_kg[k - 1], p->stairs_kg[k]);
		while (rc == 0 && h->t_s < until_s - 1e-9)
			rc = look(h, MOMENT_S, p->stairs_kg[k], 0, false);
	}
	return rc;
}

/* --- roller -------------------------------------------------------------------------------- */

/* One pass; the hands push more here and less there. */
static int roll_once(struct hand *h, int pass)
{
	const struct lab_plan *p = h->plan;
	const struct mat_geometry *g = h->geometry;
	bool turned = p->roll_turns && pass % 2,
	     along_x = p->roll_turns && pass % 4 >= 2;
	double length = along_x ? g->n_cols * g->pitch_x_mm : g->n_rows * g->pitch_y_mm;
	double across = along_x ? g->n_rows * g->pitch_y_mm : g->n_cols * g->pitch_x_mm;
	double start =
		0.5 * length +
		(p->roll_stays ? 0 : p->roll_contact_mm + p->roll_askew * across);
	double speed = rng_between(&h->rng, 100, 300);
	double wave = rng_between(&h->rng, 0, 2 * M_PI), push = rng_normal(&h->rng);
	double mass_kg = p->roll_told ? p->roll_kg : NAN;
	struct lab_roller roller = { .length_mm = across,
		.contact_mm = p->roll_contact_mm,
		.tilt_frac = turned ? -p->roll_tilt_frac : p->roll_tilt_frac,
		.askew = p->roll_askew > 0 ? p->roll_askew * rng_normal(&h->rng) : 0,
		.along_x = along_x };
	int rc = 0;

	h->along_x = along_x;

	for (double at = -start; rc == 0 && at <= start;) {
		roller.mass_kg = p->roll_kg * (1 + p->roll_hand_frac * push *
							      sin(at / HAND_MM + wave));
		roller.at_mm = pass % 2 ? -at : at;
		lab_press_roller(&roller, g, h->cells_n);
		rc = look(h, 1 / LAB_RATE_HZ, mass_kg, pass, true);
		at += speed * (1 + 0.3 * sin(at / HAND_MM - wave)) / LAB_RATE_HZ;
	}
	return rc;
}

static int roll(struct hand *h)
{
	struct reading *r;
	int rc = 0;

	rest(h, SETTLE_S);
	r = begin(h, READING_ROLL);
	if (!r)
		return -ENOSPC;
	r->mass_kg = h->plan->roll_told ? h->plan->roll_kg : NAN;
	r->coverage_frac = 1;
	for (int pass = 0; rc == 0 && pass < h->plan->n_passes; pass++) {
		rc = roll_once(h, pass);
		rest(h, h->plan->roll_stays ? 0.1 : 3);
	}
	return rc;
}

/* --- the whole ----------------------------------------------------------------------------- */

static int verify(struct hand *h)
{
	const struct mat_geometry *g = h->geometry;
	double x = 0.22 * g->n_cols * g->pitch_x_mm,
	       y = 0.2 * g->n_rows * g->pitch_y_mm;
	int rc = 0;

	for (int k = 0; rc == 0 && k < h->plan->n_verify; k++) {
		struct lab_disc disc = { .mass_kg = VERIFY_KG, .radius_mm = 60 };

		disc.x_mm = (k % 3 - 1) * x;
		disc.y_mm = (k / 3 % 3 - 1) * y;
		rc = weigh(h, READING_VERIFY, &disc);
	}
	return rc;
}

static int work(struct hand *h)
{
	const struct lab_plan *p = h->plan;
	int rc;

	h->t_s += p->warm_s;
	lab_sheet_feel(h->sheet, h->t_s, NULL);
	rc = take_zero(h);

	if (rc == 0 && p->n_passes > 0)
		rc = roll(h);
	for (int k = 0; rc == 0 && k < p->n_loads; k++)
		rc = weigh(h, READING_LOAD, &p->loads[k]);
	if (rc == 0 && p->n_stairs > 0)
		rc = climb(h);
	if (rc == 0 && p->has_creep)
		rc = creep(h, &p->creep_disc);
	if (rc == 0)
		rc = verify(h);
	rest(h, SETTLE_S);
	take_late_zero(h);
	return rc;
}

int lab_technician_run(const struct lab_plan *plan, struct lab_sheet *sheet,
	const struct mat_geometry *geometry, double *t_s, struct readings *readings)
{
	size_t n = (size_t)geometry_n_cells(geometry);
	struct hand hand = { .plan = plan,
		.geometry = geometry,
		.sheet = sheet,
		.readings = readings,
		.t_s = *t_s };
	int rc = -ENOMEM;

	rng_init(&hand.rng, plan->seed, STREAM);
	hand.cells_n = calloc(n, sizeof(double));
	hand.counts = calloc(n, sizeof(float));
	if (hand.cells_n && hand.counts)
		rc = work(&hand);
	free(hand.cells_n);
	free(hand.counts);
	*t_s = hand.t_s;
	return rc;
}

/* --- plans --------------------------------------------------------------------------------- */

void lab_plan_full(struct lab_plan *plan, enum lab_class kind, uint64_t seed)
{
	static const double stairs_kg[] = { 60, 57, 50, 40, 25, 40, 50, 57, 60 };
	static const struct lab_disc loads[] = { { 60, 60, 0, 0, 0 },
		{ 40, 30, 80, 40, 0 }, { 20, 60, -80, -60, 0 }, { 40, 60, 60, -70, 0 },
		{ 20, 30, -60, 80, 0 }, { 5, 60, -20, -165, 0 } };
	static const struct lab_disc creep_disc = { 60, 60, 140, 140, 0 };
	struct rng rng;

	rng_init(&rng, seed, STREAM + 1);
	memset(plan, 0, sizeof(*plan));
	plan->seed = seed;
	plan->n_passes = 4;
	plan->roll_turns = true;
	plan->n_loads = sizeof(loads) / sizeof(loads[0]);
	memcpy(plan->loads, loads, sizeof(loads));
	plan->n_stairs = sizeof(stairs_kg) / sizeof(stairs_kg[0]);
	memcpy(plan->stairs_kg, stairs_kg, sizeof(stairs_kg));
	plan->stairs_disc = loads[0];
	plan->has_creep = true;
	plan->creep_disc = creep_disc;
	plan->warm_s = 900;
	plan->zero_s = 10;
	plan->load_s = READ_S + 2;
	plan->stair_s = 3;
	plan->creep_s = 120;
	plan->placing_mm = 3;
	plan->mass_sd_frac = 0.001;
	plan->roll_kg = rng_between(&rng, 10, 25);
	plan->roll_contact_mm = rng_between(&rng, 8, 20);
	plan->knows_places = true;
	if (kind == LAB_FIELD) {
		plan->rim_frac = rng_between(&rng, 0, 0.3);
		plan->roll_tilt_frac = rng_u64(&rng) & 1 ? 0.02 : -0.02;
		plan->roll_hand_frac = 0.01;
	}
}

void lab_plan_short(struct lab_plan *plan)
{
	plan->n_loads--;
	plan->has_creep = false;
}

void lab_plan_weights(struct lab_plan *plan, int n)
{
	if (n >= plan->n_loads)
		return;
	plan->n_loads = n;
	plan->has_creep = false; /* one weight more */
}

void lab_technician_setup(const struct lab_sheet *sheet,
	const struct mat_geometry *geometry, struct fit_setup *setup)
{
	*setup = (struct fit_setup){ .geometry = *geometry,
		.unit = FRAME_UNIT_COUNTS,
		.unit_scale = 1,
		.full_scale = LAB_FULL,
		.has_divider = true,
		.placing_mm = NAN,
		.mass_frac = NAN };
	lab_sheet_divider(sheet, &setup->r_reference_ohm, &setup->r_series_ohm);
}
