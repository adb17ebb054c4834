/* Crosstalk shows as ghosts: cells that carry nothing read a little of what stands on their row and their
 * column. Where loads at rest show ghosts clearly, the two fractions follow; else they stay 0. */
#include <math.h>
#include <string.h>

#include "calibration/fit_math.h"
#include "calibration/fit_parts.h"
#include "src/base/i18n.h"

#define LOADED_FRAC  0.25 /* of the highest cell: the load itself, not a ghost */
#define CLEAR_CELLS  3    /* between the load and what may be a ghost */
#define CLEAR_RATIO  1.5  /* of what is there anyway: a ghost */
#define N_ROUNDS     4
#define MOST_FRAC    0.05 /* more is no leak but a fault */
#define LEAST_LOADS  2
#define MOST_LOADS   16
#define N_CELLS_MOST 256 /* ghosts of one line kind, of one load */
#define SEEN_FRAC    0.5 /* of the ghosts must stand out of the noise at all */

/* One moment of a load at rest, spread out over the mat. */
struct scene {
	const struct mat_geometry *g;
	int first_row, last_row, first_col, last_col; /* around the load */
	double row_sum[GEOMETRY_MAX_SIDE], col_sum[GEOMETRY_MAX_SIDE];
	float v[MODEL_MAX_CELLS];
};

/* The load's rim, which carries less. */
static void widen(struct scene *s)
{
	s->first_row -= s->first_row > 0;
	s->first_col -= s->first_col > 0;
	s->last_row += s->last_row < s->g->n_rows - 1;
	s->last_col += s->last_col < s->g->n_cols - 1;
}

static void spread(const struct model *model, const struct readings *readings,
	const struct snapshot *s, struct scene *scene)
{
	float most = 0;

	scene->g = &model->geometry;
	memset(scene->v, 0, (size_t)geometry_n_cells(scene->g) * sizeof(*scene->v));
	for (int k = s->first; k < s->first + s->n; k++) {
		int i = readings->cell[k];

		if (model->state[i] != CELL_OK)
			continue;
		scene->v[i] = (float)model_linearise(
			model, (double)readings->count[k], (double)model->zero_cnt[i]);
		most = fmaxf(most, scene->v[i]);
	}
	scene->first_row = scene->first_col = GEOMETRY_MAX_SIDE;
	scene->last_row = scene->last_col = -1;
	for (int i = 0; i < geometry_n_cells(scene->g); i++) {
		int row = i / scene->g->n_cols, col = i % scene->g->n_cols;

		if ((double)scene->v[i] < LOADED_FRAC * (double)most)
			continue;
		scene->first_row = row < scene->first_row ? row : scene->first_row;
		scene->last_row = row > scene->last_row ? row : scene->last_row;
		scene->first_col = col < scene->first_col ? col : scene->first_col;
		scene->last_col = col > scene->last_col ? col : scene->last_col;
	}
	widen(scene);
}

/* What truly stands on each line by the fractions known so far. */
static void sum_lines(struct scene *s, const struct model_crosstalk *x)
{
	double seen_row[GEOMETRY_MAX_SIDE] = { 0 }, seen_col[GEOMETRY_MAX_SIDE] = { 0 };
	int height = s->last_row - s->first_row + 1;
	int width = s->last_col - s->first_col + 1;

	for (int row = s->first_row; row <= s->last_row; row++) {
		for (int col = s->first_col; col <= s->last_col; col++) {
			double v = (double)s->v[row * s->g->n_cols + col];

			seen_row[row] += v;
			seen_col[col] += v;
		}
	}
	memcpy(s->row_sum, seen_row, sizeof(seen_row));
	memcpy(s->col_sum, seen_col, sizeof(seen_col));
	for (int round = 0; round < N_ROUNDS; round++) {
		double all = 0;

		for (int row = s->first_row; row <= s->last_row; row++)
			all += s->row_sum[row];
		for (int row = s->first_row; row <= s->last_row; row++)
			s->row_sum[row] = (seen_row[row] - x->col_frac * all) /
					  (1 + x->row_frac * (width - 1) - x->col_frac);
		for (int col = s->first_col; col <= s->last_col; col++)
			s->col_sum[col] =
				(seen_col[col] - x->row_frac * all) /
				(1 + x->col_frac * (height - 1) - x->row_frac);
	}
}

/* The median of cells on no line of the load: what is there anyway, as when the zero has moved. */
static double background(const struct scene *s, double *v)
{
	int n = 0;

	for (int row = 0; row < s->g->n_rows; row++) {
		if (row > s->first_row - CLEAR_CELLS && row < s->last_row + CLEAR_CELLS)
			continue;
		for (int col = 0; col < s->g->n_cols && n < N_CELLS_MOST; col++)
			if (col <= s->first_col - CLEAR_CELLS ||
				col >= s->last_col + CLEAR_CELLS)
				v[n++] = (double)s->v[row * s->g->n_cols + col];
	}
	return n > 0 ? fit_math_median(v, n) : 0;
}

/* The median of what ghosts on the load's rows (or columns) show of their line; 0 if most show nothing. */
static double ghosts(const struct scene *s, bool on_rows)
{
	double ratio[N_CELLS_MOST];
	int first = on_rows ? s->first_row : s->first_col;
	int last = on_rows ? s->last_row : s->last_col;
	int from = on_rows ? s->first_col : s->first_row;
	int to = on_rows ? s->last_col : s->last_row;
	int length = on_rows ? s->g->n_cols : s->g->n_rows, n = 0, n_seen = 0;
	double anyway = background(s, ratio);

	for (int line = first + 1; line < last; line++) {
		double sum = on_rows ? s->row_sum[line] : s->col_sum[line];

		for (int at = 0; at < length && n < N_CELLS_MOST; at++) {
			int i = on_rows ? line * s->g->n_cols + at
					: at * s->g->n_cols + line;

			if (at > from - CLEAR_CELLS && at < to + CLEAR_CELLS)
				continue;
			n_seen += (double)s->v[i] > CLEAR_RATIO * anyway;
			ratio[n++] = ((double)s->v[i] - anyway) / sum;
		}
	}
	return n > 8 && n_seen >= SEEN_FRAC * n ? fit_math_median(ratio, n) : 0;
}

/* Estimate from all loads; returns how many could tell. */
static int estimate(const struct readings *readings, const struct model *model,
	const struct model_crosstalk *now, struct scene *scene,
	struct model_crosstalk *out)
{
	double row[MOST_LOADS], col[MOST_LOADS];
	int n = 0;

	for (int i = 0; i < readings->n_items && n < MOST_LOADS; i++) {
		const struct reading *item = &readings->items[i];

		if (!fit_is_used(item) || item->kind == READING_ZERO ||
			item->kind == READING_ROLL || item->n == 0)
			continue;
		spread(model, readings, &readings->snapshots[item->first + item->n - 1],
			scene);
		if (scene->last_row - scene->first_row < 2 ||
			scene->last_col - scene->first_col < 2)
			continue;
		sum_lines(scene, now);
		row[n] = ghosts(scene, true);
		col[n++] = ghosts(scene, false);
	}
	if (n >= LEAST_LOADS) {
		out->row_frac = fit_math_median(row, n);
		out->col_frac = fit_math_median(col, n);
	}
	return n;
}

void fit_crosstalk(
	const struct readings *readings, struct model *model, struct fit_report *report)
{
	struct model_crosstalk x = { 0 };
	struct scene scene;

	model->crosstalk = x;
	for (int round = 0; round < N_ROUNDS; round++) {
		struct model_crosstalk next = { 0 };

		if (estimate(readings, model, &x, &scene, &next) < LEAST_LOADS)
			return;
		x = next;
	}
	if (x.row_frac > MOST_FRAC || x.col_frac > MOST_FRAC) {
		fit_problem_add(report, FIT_WARN, -1,
			N_("Loads: %.0f %% of a load shows along its rows and %.0f %% "
			   "along "
			   "its columns. Look after the mat's connectors."),
			100 * x.row_frac, 100 * x.col_frac);
		return;
	}
	model->crosstalk = x;
}
