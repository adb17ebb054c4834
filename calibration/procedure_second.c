#include "calibration/procedure_parts.h"

#include <math.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/text.h"

#define MAD_TO_SD  1.4826
#define MAX_PICKED 2048 /* cells that a median is taken of: 2 % of one cell's sd */

/* A patch is something that stands there: six sds of the medians' own spread, over about the area that
 * the ball of a small foot or the least disc touches. */
#define PATCH_SDS      6.0
#define PATCH_AREA_MM2 900.0
#define PATCH_LEAST    4

#define EMPTY_S     5.0 /* creep's first, fast recovery is left out of the late map */
#define SHIFT_SDS   2.0 /* a zero that moved by more is told */
#define SHIFT_LEAST 1.0
#define SHIFT_FULL  (2.0 / 4095.0)
#define HOLE_SDS    4.0 /* below its zero, as a patch: something stood there during zero */
#define HOLE_FULL   (6.0 / 4095.0)
#define FREE_LEAST  0.05 /* of the cells, to tell a shift from */

/* --- patches -------------------------------------------------------------------------------------- */

int procedure_patch_least(const struct mat_geometry *g)
{
	return (int)fmax(PATCH_LEAST, PATCH_AREA_MM2 / (g->pitch_x_mm * g->pitch_y_mm));
}

/* Median of a cell and its neighbours: single bad cells and single lines leave no trace. */
static float median_at(const struct mat_geometry *g, const float *map, int row, int col)
{
	float near[9];
	int n = 0;

	for (int r = row - 1; r <= row + 1; r++)
		for (int c = col - 1; c <= col + 1; c++) {
			if (r < 0 || r >= g->n_rows || c < 0 || c >= g->n_cols)
				continue;
			near[n++] = map[r * g->n_cols + c];
		}
	return select_kth(near, n, n / 2);
}

static void smooth(const struct mat_geometry *g, const float *map, float *out)
{
	for (int row = 0; row < g->n_rows; row++)
		for (int col = 0; col < g->n_cols; col++)
			out[row * g->n_cols + col] = median_at(g, map, row, col);
}

void procedure_patch_background(const struct mat_geometry *g, const float *map,
	float *scratch, double *level, double *spread)
{
	int n = geometry_n_cells(g);
	float *values = scratch + n;
	float middle;

	smooth(g, map, scratch);
	memcpy(values, scratch, (size_t)n * sizeof(float));
	/* A load covers less than half, and only adds: what is below the middle is background. */
	middle = select_kth(values, n, n / 2);
	for (int i = 0; i < n; i++)
		values[i] = fabsf(scratch[i] - middle);
	*level = (double)middle;
	*spread = MAD_TO_SD * (double)select_kth(values, n, n / 2);
}

/* Walk the patch that cell `start` belongs to; its cells are marked NaN in `map`. `stack`: n_cells. */
static struct procedure_patch walk(
	const struct mat_geometry *g, float *map, float least, int start, float *stack)
{
	struct procedure_patch patch = { 0, 0.0, 0.0 };
	int n = 0;

	stack[n++] = (float)start;
	map[start] = NAN;
	while (n > 0) {
		int at = (int)stack[--n], row = at / g->n_cols, col = at % g->n_cols;

		patch.n++;
		patch.row += row;
		patch.col += col;
		for (int k = 0; k < 4; k++) {
			int r = row + (k == 0) - (k == 1),
			    c = col + (k == 2) - (k == 3);
			int next = r * g->n_cols + c;

			if (r < 0 || r >= g->n_rows || c < 0 || c >= g->n_cols ||
				!(map[next] > least))
				continue;
			map[next] = NAN;
			stack[n++] = (float)next;
		}
	}
	patch.row /= patch.n;
	patch.col /= patch.n;
	return patch;
}

struct procedure_patch procedure_patch_find(const struct mat_geometry *g,
	const float *map, double level, double limit, float *scratch)
{
	struct procedure_patch best = { 0, 0.0, 0.0 };
	float least = (float)(level + limit);
	int n = geometry_n_cells(g);

	smooth(g, map, scratch);
	for (int i = 0; i < n; i++) {
		struct procedure_patch patch;

		if (!(scratch[i] > least))
			continue;
		patch = walk(g, scratch, least, i, scratch + n);
		if (patch.n > best.n)
			best = patch;
	}
	return best;
}

/* --- ninths --------------------------------------------------------------------------------------- */

const char *procedure_ninth_name(int ninth)
{
	static const char *const names[PROCEDURE_NINTHS] = { N_("front left"),
		N_("front"), N_("front right"), N_("left"), N_("in the middle"),
		N_("right"), N_("back left"), N_("back"), N_("back right") };

	return names[ninth];
}

int procedure_ninth_of(const struct mat_geometry *g, double row, double col)
{
	int r = (int)(3.0 * (row + 0.5) / g->n_rows),
	    c = (int)(3.0 * (col + 0.5) / g->n_cols);

	return 3 * (r < 0 ? 0 : r > 2 ? 2 : r) + (c < 0 ? 0 : c > 2 ? 2 : c);
}

/* --- the second ----------------------------------------------------------------------------------- */

/* Lines that cross a load carry its crosstalk: cells whose row and column are both free tell the
 * shift of the zero. */
static int pick_free(struct procedure *p, float *picked)
{
	struct procedure_watch *w = &p->watch;
	const struct mat_geometry *g = &p->setup.geometry;
	uint8_t row_used[GEOMETRY_MAX_SIDE] = { 0 },
		col_used[GEOMETRY_MAX_SIDE] = { 0 };
	int n = 0, stride = p->n_cells / MAX_PICKED + 1;

	for (int k = 0; w->is_occupied && k < w->n_contact; k++) {
		row_used[w->contact[k] / g->n_cols] = 1;
		col_used[w->contact[k] % g->n_cols] = 1;
	}
	for (int i = 0; i < p->n_cells; i += stride) {
		if (row_used[i / g->n_cols] || col_used[i % g->n_cols])
			continue;
		picked[n++] = w->mean_cnt[i] - p->readings->zero_cnt[i];
	}
	return n * stride < FREE_LEAST * p->n_cells ? 0 : n;
}

static double shift_limit(const struct procedure *p)
{
	return fmax(fmax(SHIFT_LEAST, SHIFT_FULL * p->setup.full_scale),
		SHIFT_SDS * p->watch.noise_cnt);
}

/* Cells that read less than their zero, together and without the rest. */
static void look_for_hole(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;
	const struct mat_geometry *g = &p->setup.geometry;
	struct procedure_patch patch;

	for (int i = 0; i < p->n_cells; i++)
		w->mean_cnt[i] = p->readings->zero_cnt[i] - w->mean_cnt[i];
	patch = procedure_patch_find(
		g, w->mean_cnt, -w->shift_cnt, HOLE_SDS * w->noise_cnt, w->scratch);
	for (int i = 0; i < p->n_cells; i++)
		w->mean_cnt[i] = p->readings->zero_cnt[i] - w->mean_cnt[i];
	if (patch.n < procedure_patch_least(g))
		return;
	w->zero_was_loaded = true;
	text_copy(w->hole_name, sizeof(w->hole_name),
		procedure_ninth_name(procedure_ninth_of(g, patch.row, patch.col)));
}

static void keep_late(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;
	struct readings *r = p->readings;

	if (w->is_occupied || w->t_s - w->departed_s < EMPTY_S)
		return;
	memcpy(r->late_cnt, w->mean_cnt, (size_t)p->n_cells * sizeof(float));
	r->n_late_frames = w->n_second;
	r->late_s = w->t_s - 0.5 * (w->t_s - w->second_from_s);
}

void procedure_second_end(struct procedure *p)
{
	struct procedure_watch *w = &p->watch;
	int n;

	for (int i = 0; i < p->n_cells; i++)
		w->mean_cnt[i] = w->second_cnt[i] / (float)w->n_in_second;
	w->n_second = w->n_in_second;
	if (!w->has_zero)
		return;
	if (w->second_moved)
		return; /* a mean over a movement shows neither what was nor what is */
	n = pick_free(p, w->scratch);
	if (n == 0)
		return;
	w->shift_cnt = (double)select_kth(w->scratch, n, n / 2);
	look_for_hole(p);
	keep_late(p);
}

void procedure_second_notes(struct procedure *p)
{
	const struct procedure_watch *w = &p->watch;

	if (w->zero_was_loaded)
		procedure_note(p,
			"The mat reads less than its zero %s: something stood there "
			"during "
			"zero. Empty the mat and take the zero again.",
			w->hole_name);
	else if (fabs(w->shift_cnt) > shift_limit(p))
		procedure_note(p,
			"The zero has moved by %+.1f counts since it was taken: the "
			"mat "
			"drifts. Let it warm up and take the zero again.",
			w->shift_cnt);
}
