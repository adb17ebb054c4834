#include "calibration/procedure_parts.h"

#include <math.h>
#include <string.h>

#include "src/base/text.h"

#define LOOK_S 1.0 /* before it is said that something stands there */
#define MEASURE_S                                                                      \
	5.0 /* chosen: 500 frames at 100 a second take the noise of a zero to 4 % of one frame's */
#define GIVE_UP_S                                                                      \
	4.9 /* a measurement that begins later would not be over within ten seconds */
#define LEAST_N 20

#define LEAST_SD_CNT 0.3
#define PATCH_SDS    6.0 /* of the zero's own spread: as in procedure_second.c */
#define PATCH_NOISE  3.0 /* of one cell's noise: what an even mat must show at least */
#define PATCH_FULL   (3.0 / 4095.0)

/* A tile that moves as one, more than others do: somebody's foot. The sd of a tile's mean may be five
 * times what its cells' noise alone makes. */
#define RESTLESS 25.0

/* A zero that moves by this much a minute is off by a few counts before the procedure is over. */
#define DRIFT_SDS_PER_MIN  2.0
#define DRIFT_FULL_PER_MIN (3.0 / 4095.0)
#define DRIFT_LOCAL        3.0 /* times that, in one tile against the others */
#define STUCK_FRAC         0.9

static int tiles_along(int n)
{
	return n < 8 ? n : 8;
}

static int tile_of(const struct mat_geometry *g, int row, int col)
{
	int n_rows = tiles_along(g->n_rows), n_cols = tiles_along(g->n_cols);

	return row * n_rows / g->n_rows * n_cols + col * n_cols / g->n_cols;
}

static int n_tiles(const struct mat_geometry *g)
{
	return tiles_along(g->n_rows) * tiles_along(g->n_cols);
}

static const char *ninth_of_tile(const struct mat_geometry *g, int tile)
{
	struct mat_geometry tiles = { tiles_along(g->n_rows), tiles_along(g->n_cols), 1,
		1 };

	return procedure_ninth_name(
		procedure_ninth_of(&tiles, tile / tiles.n_cols, tile % tiles.n_cols));
}

static void restart(struct procedure *p)
{
	struct procedure_zero *z = &p->zero;

	z->n = 0;
	z->time_sum = z->time_sum2 = 0.0;
	z->from_s = NAN;
	memset(z->sum_cnt, 0, (size_t)p->n_cells * sizeof(float));
	memset(z->sum2_cnt, 0, (size_t)p->n_cells * sizeof(float));
	memset(z->tile_sum, 0, PROCEDURE_MAX_TILES * sizeof(double));
	memset(z->tile_sum2, 0, PROCEDURE_MAX_TILES * sizeof(double));
	memset(z->tile_time, 0, PROCEDURE_MAX_TILES * sizeof(double));
}

void procedure_zero_begin(struct procedure *p)
{
	restart(p);
	procedure_hint(p, "Keep off the mat: nothing may stand on it.");
}

/* --- one frame ------------------------------------------------------------------------------------ */

static void add_frame(struct procedure *p, const struct raw_frame *frame)
{
	struct procedure_zero *z = &p->zero;
	const struct mat_geometry *g = &p->setup.geometry;
	double mean[PROCEDURE_MAX_TILES] = { 0.0 }, t;

	if (z->n == 0)
		z->from_s = p->watch.t_s;
	t = p->watch.t_s - z->from_s;
	for (int i = 0; i < p->n_cells; i++) {
		float d;

		if (z->n == 0)
			z->reference_cnt[i] = (float)frame->cells[i];
		d = (float)frame->cells[i] - z->reference_cnt[i];
		z->sum_cnt[i] += d;
		z->sum2_cnt[i] += d * d;
		mean[tile_of(g, i / g->n_cols, i % g->n_cols)] += (double)d;
	}
	for (int k = 0; k < n_tiles(g); k++) {
		z->tile_sum[k] += mean[k];
		z->tile_sum2[k] += mean[k] * mean[k];
		z->tile_time[k] += mean[k] * t;
	}
	z->time_sum += t;
	z->time_sum2 += t * t;
	z->n++;
}

static double variance(double sum, double sum2, int n)
{
	return fmax(0.0, (sum2 - sum * sum / n) / (n - 1));
}

/* --- what it looks like --------------------------------------------------------------------------- */

static double noise_of(struct procedure *p)
{
	struct procedure_zero *z = &p->zero;
	float *sd = p->watch.scratch;

	for (int i = 0; i < p->n_cells; i++)
		sd[i] = (float)sqrt(
			variance((double)z->sum_cnt[i], (double)z->sum2_cnt[i], z->n));
	return fmax(LEAST_SD_CNT, (double)select_kth(sd, p->n_cells, p->n_cells / 2));
}

/* Find something in `map` (block_u of the watch holds it). */
static bool stands_out(struct procedure *p, float *map, double noise)
{
	const struct mat_geometry *g = &p->setup.geometry;
	double level, spread, limit;
	struct procedure_patch patch;

	procedure_patch_background(g, map, p->watch.scratch, &level, &spread);
	limit = fmax(fmax(PATCH_SDS * spread, PATCH_NOISE * noise),
		PATCH_FULL * p->setup.full_scale);
	patch = procedure_patch_find(g, map, level, limit, p->watch.scratch);
	if (patch.n < procedure_patch_least(g))
		return false;
	text_copy(p->zero.where, sizeof(p->zero.where),
		procedure_ninth_name(procedure_ninth_of(g, patch.row, patch.col)));
	return true;
}

/* Does something stand there? As the frames are, and against the zero before, if there is one. */
static bool is_loaded(struct procedure *p)
{
	struct procedure_zero *z = &p->zero;
	float *map = p->watch.mean_cnt;
	double noise = noise_of(p);
	bool loaded;

	for (int i = 0; i < p->n_cells; i++)
		map[i] = z->reference_cnt[i] + z->sum_cnt[i] / (float)z->n;
	loaded = stands_out(p, map, noise);
	if (loaded || !p->watch.has_zero)
		return loaded;
	for (int i = 0; i < p->n_cells; i++)
		map[i] -= p->readings->zero_cnt[i];
	return stands_out(p, map, noise);
}

/* Cells of one tile, and the sum of their own variances: what their sum would do by noise alone. */
static double tile_noise2(const struct procedure *p, int tile, int *n)
{
	const struct procedure_zero *z = &p->zero;
	const struct mat_geometry *g = &p->setup.geometry;
	double sum = 0.0;

	*n = 0;
	for (int i = 0; i < p->n_cells; i++) {
		if (tile_of(g, i / g->n_cols, i % g->n_cols) != tile)
			continue;
		sum += fmax(LEAST_SD_CNT * LEAST_SD_CNT,
			variance((double)z->sum_cnt[i], (double)z->sum2_cnt[i], z->n));
		++*n;
	}
	return sum;
}

/* Slope of a tile's mean, counts per minute. */
static double tile_slope(const struct procedure *p, int tile, int n_in_tile)
{
	const struct procedure_zero *z = &p->zero;
	double spread = z->time_sum2 - z->time_sum * z->time_sum / z->n;

	if (!(spread > 0))
		return 0.0;
	return 60.0 * (z->tile_time[tile] - z->tile_sum[tile] * z->time_sum / z->n) /
	       spread / n_in_tile;
}

struct tiles {
	float slope[PROCEDURE_MAX_TILES], unrest[PROCEDURE_MAX_TILES];
	float usual_slope, usual_unrest;
};

static void judge_tiles(const struct procedure *p, struct tiles *t)
{
	const struct procedure_zero *z = &p->zero;
	float sorted[PROCEDURE_MAX_TILES];
	int n = n_tiles(&p->setup.geometry), n_in_tile;

	for (int k = 0; k < n; k++) {
		double noise2 = tile_noise2(p, k, &n_in_tile);

		t->slope[k] = (float)tile_slope(p, k, n_in_tile);
		t->unrest[k] = (float)(variance(z->tile_sum[k], z->tile_sum2[k], z->n) /
				       noise2);
	}
	memcpy(sorted, t->slope, sizeof(sorted));
	t->usual_slope = select_kth(sorted, n, n / 2);
	memcpy(sorted, t->unrest, sizeof(sorted));
	t->usual_unrest = select_kth(sorted, n, n / 2);
}

/* Return a reason against this zero, written into `p`; false: none. */
static bool is_restless(struct procedure *p)
{
	const struct mat_geometry *g = &p->setup.geometry;
	double limit = fmax(DRIFT_SDS_PER_MIN * noise_of(p),
		DRIFT_FULL_PER_MIN * p->setup.full_scale);
	struct tiles t;
	int worst = 0, steepest = 0;

	judge_tiles(p, &t);
	for (int k = 1; k < n_tiles(g); k++) {
		worst = t.unrest[k] > t.unrest[worst] ? k : worst;
		if (fabsf(t.slope[k] - t.usual_slope) >
			fabsf(t.slope[steepest] - t.usual_slope))
			steepest = k;
	}
	if (fabs((double)t.usual_slope) > limit) {
		procedure_refuse(p,
			"The empty mat drifts by %+.0f counts a minute (%.0f at most): "
			"let it "
			"warm up for a quarter of an hour, then repeat the zero.",
			(double)t.usual_slope, limit);
		return true;
	}
	if ((double)fabsf(t.slope[steepest] - t.usual_slope) > DRIFT_LOCAL * limit) {
		procedure_refuse(p,
			"The mat is not at rest %s: something touches it, or a load "
			"stood "
			"there a moment ago. Keep off, wait a minute, repeat the zero.",
			ninth_of_tile(g, steepest));
		return true;
	}
	if (t.unrest[worst] > (float)RESTLESS * fmaxf(1.0f, t.usual_unrest)) {
		procedure_refuse(p,
			"Something moves on the mat %s: keep off it, and repeat the "
			"zero.",
			ninth_of_tile(g, worst));
		return true;
	}
	return false;
}

/* --- the step ------------------------------------------------------------------------------------- */

static void note_cells(struct procedure *p)
{
	const struct readings *r = p->readings;
	int n_stuck = 0, n_before = 0;

	for (int i = 0; i < p->n_cells; i++)
		n_stuck += (double)r->zero_cnt[i] > STUCK_FRAC * p->setup.full_scale;
	for (int i = 0; i + 1 < r->n_items; i++)
		n_before += r->items[i].kind != READING_ZERO && !r->items[i].dropped;
	if (n_stuck > 0)
		procedure_note(p, "%d cells read full scale on the empty mat: stuck.",
			n_stuck);
	if (n_before > 0)
		procedure_note(p,
			"%d steps were taken with the zero before: they are measured "
			"from "
			"this one now.",
			n_before);
}

static void take_zero(struct procedure *p)
{
	struct procedure_zero *z = &p->zero;
	struct readings *r = p->readings;

	if (!procedure_open(p))
		return;
	p->reading->onset_s = z->from_s;
	for (int i = 0; i < p->n_cells; i++) {
		double sum = (double)z->sum_cnt[i];

		r->zero_cnt[i] = z->reference_cnt[i] + z->sum_cnt[i] / (float)z->n;
		r->zero_sd_cnt[i] =
			(float)sqrt(variance(sum, (double)z->sum2_cnt[i], z->n));
	}
	r->n_zero_frames = z->n;
	r->n_late_frames = 0;
	procedure_watch_zero(p);
	procedure_watch_empty(p);
	note_cells(p);
	procedure_finish(p);
}

static void look(struct procedure *p)
{
	if (!is_loaded(p)) {
		procedure_hint(p, "Keep off the mat.");
		procedure_enter(p, PROCEDURE_MEASURING);
		p->end_s = p->zero.from_s + MEASURE_S;
		return;
	}
	restart(p);
	if (p->watch.t_s - p->begin_s > GIVE_UP_S)
		procedure_refuse(p,
			"The mat is loaded %s: it must be empty for the zero. If "
			"nothing stands "
			"there, a load stood there a moment ago: wait a minute.",
			p->zero.where);
	else
		procedure_hint(p, "Empty the mat: something stands %s.", p->zero.where);
}

static void judge(struct procedure *p)
{
	if (is_loaded(p))
		procedure_refuse(p,
			"Something stands %s: empty the mat and repeat the zero. If "
			"nothing "
			"stands there, a load did a moment ago: wait a minute.",
			p->zero.where);
	else if (!is_restless(p))
		take_zero(p);
}

void procedure_zero_push(struct procedure *p, const struct raw_frame *frame)
{
	struct procedure_zero *z = &p->zero;
	double measured;

	add_frame(p, frame);
	measured = p->watch.t_s - z->from_s;
	if (z->n < LEAST_N / 2)
		return;
	if (p->state == PROCEDURE_WAITING && measured >= LOOK_S)
		look(p);
	else if (p->state == PROCEDURE_MEASURING && measured >= MEASURE_S &&
		 z->n >= LEAST_N)
		judge(p);
}
