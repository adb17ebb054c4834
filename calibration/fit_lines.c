#include "calibration/fit_lines.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_parts.h"
#include "calibration/model_plan.h"

#define PRESSED_FRAC 0.5 /* of the usual place on a line: there lies the roller */
#define RECORDED_FRAC                                                                  \
	0.9 /* of a part's living cells: fewer, and some were left out as noise */
#define EDGE_FRAC                                                                      \
	0.03 /* chosen: of the sum; a roller whose last lines show more goes on beyond them */
#define PART_CELLS 12   /* in a part at most: it bends with a roller that bends */
#define PART_LINES 0.15 /* nor farther askew than so, within a part */

static int line_of(const struct fit_way *way, const struct mat_geometry *g, int cell)
{
	return way->along_x ? cell % g->n_cols : cell / g->n_cols;
}

static int place_of(const struct fit_way *way, const struct mat_geometry *g, int cell)
{
	return way->along_x ? cell / g->n_cols : cell % g->n_cols;
}

int fit_pass_length(
	const struct readings *readings, const struct reading *roll, int first)
{
	const struct snapshot *s = readings->snapshots;
	int end = roll->first + roll->n, k = first;

	while (k < end && s[k].pass == s[first].pass)
		k++;
	return k - first;
}

/* --- where a roller lies ------------------------------------------------------------------- */

/* What the living cells of each place across showed on the mean, over all moments. */
static void sum_places(const struct readings *r, const struct model *model, int first,
	int n, const struct fit_way *way, double *v, double *sum)
{
	const struct mat_geometry *g = &r->geometry;
	int living[GEOMETRY_MAX_SIDE] = { 0 };

	memset(sum, 0, GEOMETRY_MAX_SIDE * sizeof(*sum));
	for (int i = 0; i < geometry_n_cells(g); i++)
		living[place_of(way, g, i)] += !model_cell_is_dead(model->state[i]);
	for (int k = first; k < first + n; k++) {
		const struct snapshot *s = &r->snapshots[k];

		fit_values(model, r, s, v);
		for (int c = 0; c < s->n; c++) {
			int cell = r->cell[s->first + c];

			sum[place_of(way, g, cell)] +=
				model_equalise(model, cell, v[c]);
		}
	}
	for (int at = 0; at < way->n_across; at++)
		sum[at] /= fmax(1, living[at]);
}

/* How a moment's lines go with the place across, weighted by what cells show; `weight` grows by how much it tells. */
static double skew_of(const struct readings *r, const struct model *model,
	const struct snapshot *s, const struct fit_way *way, double *v, double *weight)
{
	double sum = 0, at = 0, line = 0, square = 0, product = 0;

	fit_values(model, r, s, v);
	for (int k = 0; k < s->n; k++) {
		int cell = r->cell[s->first + k];
		double w = model_equalise(model, cell, v[k]);
		double a = place_of(way, &r->geometry, cell);
		double l = line_of(way, &r->geometry, cell);

		sum += w;
		at += w * a;
		line += w * l;
		square += w * a * a;
		product += w * a * l;
	}
	square -= at * at / sum;
	if (!(square > 0))
		return 0;
	*weight += square;
	return product - at * line / sum;
}

static void find_skew(const struct readings *r, const struct model *model, int first,
	int n, double *v, struct fit_way *way)
{
	double sum = 0, weight = 0;

	for (int k = first; k < first + n; k++)
		sum += skew_of(r, model, &r->snapshots[k], way, v, &weight);
	way->skew = weight > 0 ? sum / weight : 0;
}

/* Cut the pressed places into parts. */
static void cut(struct fit_way *way, const bool *pressed, int n_pressed)
{
	double parts = fmax(n_pressed / (double)PART_CELLS,
		fabs(way->skew) * n_pressed / PART_LINES);
	int most = n_pressed < FIT_MAX_PARTS ? n_pressed : FIT_MAX_PARTS, k = 0;

	way->n_parts = (int)fmin(most, ceil(parts));
	for (int at = 0; at < way->n_across; at++) {
		way->part_of[at] = pressed[at] ? k++ * way->n_parts / n_pressed : -1;
		if (pressed[at])
			way->n_cells[way->part_of[at]]++;
	}
}

void fit_lines_way(const struct readings *readings, const struct model *model,
	int first, int n, double *v, struct fit_way *way)
{
	const struct mat_geometry *g = &readings->geometry;
	double sum[GEOMETRY_MAX_SIDE], all = 0, squares = 0;
	bool pressed[GEOMETRY_MAX_SIDE];
	int n_pressed = 0;

	memset(way, 0, sizeof(*way));
	way->along_x = fit_goes_along_x(readings, model, first, n, v);
	way->n_lines = way->along_x ? g->n_cols : g->n_rows;
	way->n_across = way->along_x ? g->n_rows : g->n_cols;
	sum_places(readings, model, first, n, way, v, sum);
	for (int at = 0; at < way->n_across; at++) {
		all += sum[at];
		squares += sum[at] * sum[at];
	}
	for (int at = 0; at < way->n_across; at++) {
		pressed[at] = sum[at] * all > PRESSED_FRAC * squares;
		n_pressed += pressed[at];
	}
	find_skew(readings, model, first, n, v, way);
	cut(way, pressed, n_pressed);
}

/* --- one moment ---------------------------------------------------------------------------- */

/* The living pressed cells of each part of a line. */
static void count_living(
	const struct fit_way *way, const struct model *model, int line, int *n)
{
	int n_cols = model->geometry.n_cols;

	memset(n, 0, FIT_MAX_PARTS * sizeof(*n));
	for (int at = 0; at < way->n_across; at++) {
		int cell = way->along_x ? at * n_cols + line : line * n_cols + at;

		if (way->part_of[at] >= 0 && !model_cell_is_dead(model->state[cell]))
			n[way->part_of[at]]++;
	}
}

/* From sums to means. Returns false if a part was recorded in part. */
static bool take_means(const struct fit_way *way, const struct model *model,
	const int *n, struct fit_lines *lines)
{
	for (int k = 0; k < lines->n; k++) {
		int living[FIT_MAX_PARTS];

		count_living(way, model, lines->first + k, living);
		for (int p = 0; p < way->n_parts; p++) {
			int seen = n[k * way->n_parts + p];

			if (seen < RECORDED_FRAC * living[p])
				return false;
			lines->w[k * way->n_parts + p] /= seen > 0 ? seen : 1;
		}
	}
	return true;
}

static void find_place(const struct fit_way *way, struct fit_lines *lines)
{
	double all = 0, of_line[GEOMETRY_MAX_SIDE] = { 0 }, moment = 0;

	for (int k = 0; k < lines->n; k++) {
		for (int p = 0; p < way->n_parts; p++)
			of_line[k] += way->n_cells[p] * lines->w[k * way->n_parts + p];
		all += of_line[k];
		moment += k * of_line[k];
	}
	lines->place = lines->first + moment / all;
	lines->is_whole =
		all > 0 && lines->first > 0 && lines->first + lines->n < way->n_lines &&
		of_line[0] < EDGE_FRAC * all && of_line[lines->n - 1] < EDGE_FRAC * all;
}

void fit_lines_read(const struct readings *r, const struct model *model,
	const struct fit_way *way, const struct snapshot *s, double *v,
	struct fit_lines *lines)
{
	int n[GEOMETRY_MAX_SIDE * FIT_MAX_PARTS], last = -1;

	lines->first = way->n_lines;
	lines->n = 0;
	for (int k = 0; k < s->n; k++) {
		int line = line_of(way, &r->geometry, r->cell[s->first + k]);

		lines->first = line < lines->first ? line : lines->first;
		last = line > last ? line : last;
	}
	if (last < lines->first || way->n_parts == 0)
		return;
	lines->n = last + 1 - lines->first;
	memset(n, 0, (size_t)(lines->n * way->n_parts) * sizeof(*n));
	memset(lines->w, 0, (size_t)(lines->n * way->n_parts) * sizeof(*lines->w));
	fit_values_signed(model, r, s, v);
	for (int k = 0; k < s->n; k++) {
		int cell = r->cell[s->first + k];
		int part = way->part_of[place_of(way, &r->geometry, cell)];
		int at = (line_of(way, &r->geometry, cell) - lines->first) *
				 way->n_parts +
			 part;

		if (part < 0 || model_cell_is_dead(model->state[cell]))
			continue;
		lines->w[at] += model_equalise(model, cell, v[k]);
		n[at]++;
	}
	if (!take_means(way, model, n, lines)) {
		lines->n = 0;
		return;
	}
	find_place(way, lines);
}
