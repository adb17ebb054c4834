/* Cells of unlike exponents: how much flatter or steeper each answers than the cells beside it, while a roller comes
 * and goes over it. Each pass compares the logarithm of what a cell shows with that of the mean of its part of the
 * line; the level is free in each, as the gains have it. What two halves of the passes, one each way if both were gone,
 * say alike of a cell is how unlike cells are; what they say unlike is noise, and each cell is believed in between
 * (the shrinkage of James & Stein 1961). */
#include <math.h>
#include <string.h>

#include "calibration/fit_lines.h"
#include "calibration/fit_parts.h"
#include "calibration/model_plan.h"
#include "src/core/carve.h"

#define LEAST_SDS                                                                      \
	5.0 /* of noise: where the line shows less, its cells are not compared */
#define LEAST_FRAC 0.05 /* of the line's peak, likewise */
#define NEAR_PEAK  0.6  /* of the peak: there the gains were taken */
#define REST_FRAC  0.01 /* of one cell at one moment, beside noise */
#define LEAST_SPREAD                                                                   \
	0.25 /* of log w, rms: a cell that was pressed more alike tells nothing */
#define LEAST_UNLIKE 0.01 /* chosen: sd between cells; less is none */
#define LEAST_CELLS                                                                    \
	100 /* chosen: fewer that both halves tell about do not say how unlike they are */
#define MOST_SDS 4.0
#define MOST_OFF 0.25

/* One pass of one cell: sums over its moments, weighted by how sure they are. x is the logarithm of what its part of
 * the line shows, y of how much more the cell does. */
struct pass_sums {
	double w, x, y, xx, xy;
};

/* The same over half of the passes, about the mean of each. */
struct half {
	double w, xx, xy;
};

struct bends {
	const struct readings *r;
	struct model *model;
	int n_cells, n_passes, n_along_x, n_taken;
	struct pass_sums *pass;
	struct half *half[2];
	double *v, peak[GEOMETRY_MAX_SIDE];
	double near_w, near_log; /* of moments near a peak */
	struct fit_lines lines;
	struct fit_way way;
};

static size_t lay_out(struct bends *s, const struct readings *r, void *memory)
{
	size_t n = (size_t)geometry_n_cells(&r->geometry);
	struct carve c = { .memory = memory };

	s->pass = carve_take(&c, n * sizeof(*s->pass));
	s->half[0] = carve_take(&c, n * sizeof(*s->half[0]));
	s->half[1] = carve_take(&c, n * sizeof(*s->half[1]));
	s->v = carve_take(&c, n * sizeof(*s->v));
	return c.used;
}

size_t fit_bends_scratch_size(const struct readings *readings)
{
	struct bends s;

	return lay_out(&s, readings, NULL);
}

/* --- a pass -------------------------------------------------------------------------------- */

static int line_of(const struct bends *s, int cell)
{
	int n_cols = s->model->geometry.n_cols;

	return s->way.along_x ? cell % n_cols : cell / n_cols;
}

static int place_of(const struct bends *s, int cell)
{
	int n_cols = s->model->geometry.n_cols;

	return s->way.along_x ? cell / n_cols : cell % n_cols;
}

static void look(struct bends *s, const struct snapshot *moment)
{
	fit_lines_read(s->r, s->model, &s->way, moment, s->v, &s->lines);
}

static void find_peaks(struct bends *s, int first, int n)
{
	memset(s->peak, 0, sizeof(s->peak));
	for (int k = first; k < first + n; k++) {
		look(s, &s->r->snapshots[k]);
		for (int line = 0; line < s->lines.n; line++)
			for (int p = 0; p < s->way.n_parts; p++)
				s->peak[s->lines.first + line] =
					fmax(s->peak[s->lines.first + line],
						s->lines.w[line * s->way.n_parts + p]);
	}
}

/* The noise of a cell that shows v, of v: a count more is more of v, the fuller it is. */
static double noise_frac(const struct model *m, int i, double v)
{
	double noise_v = (double)m->noise_cnt[i] * m->unit_scale;

	if (m->unit == FRAME_UNIT_COUNTS)
		noise_v = (double)m->noise_cnt[i] * (1 + v) * (1 + v) / m->full_scale;
	return noise_v / v;
}

/* What its line shows decides whether a cell counts, not what it shows itself, which noise moves. */
static void add_cell(struct bends *s, int i, double v, double mean, double peak)
{
	const struct model *m = s->model;
	struct pass_sums *sums = &s->pass[i];
	double noise, weight, x, y;

	if (m->state[i] != CELL_OK || !(v > 0) || !(mean > LEAST_FRAC * peak))
		return;
	noise = noise_frac(m, i, mean / (double)m->gain[i]);
	if (noise > 1 / LEAST_SDS)
		return;
	weight = 1 / (noise * noise + REST_FRAC * REST_FRAC);
	x = log(mean);
	y = log(v * (double)m->gain[i]) - x;
	sums->w += weight;
	sums->x += weight * x;
	sums->y += weight * y;
	sums->xx += weight * x * x;
	sums->xy += weight * x * y;
	if (mean > NEAR_PEAK * peak) {
		s->near_w += 1;
		s->near_log += x;
	}
}

static void add_moment(struct bends *s, const struct snapshot *moment)
{
	look(s, moment);
	if (s->lines.n == 0)
		return;
	fit_values(s->model, s->r, moment, s->v);
	for (int k = 0; k < moment->n; k++) {
		int i = s->r->cell[moment->first + k];
		int line = line_of(s, i) - s->lines.first;
		int part = s->way.part_of[place_of(s, i)];

		if (part >= 0)
			add_cell(s, i, s->v[k],
				s->lines.w[line * s->way.n_parts + part],
				s->peak[line + s->lines.first]);
	}
}

static void add_pass(struct bends *s, int first, int n, int half)
{
	memset(s->pass, 0, (size_t)s->n_cells * sizeof(*s->pass));
	fit_lines_way(s->r, s->model, first, n, s->v, &s->way);
	find_peaks(s, first, n);
	for (int k = first; k < first + n; k++)
		add_moment(s, &s->r->snapshots[k]);
	for (int i = 0; i < s->n_cells; i++) {
		const struct pass_sums *p = &s->pass[i];
		struct half *h = &s->half[half][i];

		if (!(p->w > 0))
			continue;
		h->w += p->w;
		h->xx += p->xx - p->x * p->x / p->w;
		h->xy += p->xy - p->x * p->y / p->w;
	}
}

/* Count a pass. */
static void count(struct bends *s, int first, int n)
{
	s->n_passes++;
	s->n_along_x += fit_goes_along_x(s->r, s->model, first, n, s->v);
}

/* Add it to the half of its way, or to one by turns where all go the same way. */
static void take(struct bends *s, int first, int n)
{
	bool both_ways = s->n_along_x > 0 && s->n_along_x < s->n_passes;
	bool along_x = fit_goes_along_x(s->r, s->model, first, n, s->v);

	add_pass(s, first, n, both_ways ? along_x : s->n_taken % 2);
	s->n_taken++;
}

static void each_pass(struct bends *s, void (*todo)(struct bends *, int, int))
{
	for (int i = 0; i < s->r->n_items; i++) {
		const struct reading *item = &s->r->items[i];
		int end = item->first + item->n, n;

		if (item->kind != READING_ROLL || !fit_is_used(item))
			continue;
		for (int from = item->first; from < end; from += n) {
			n = fit_pass_length(s->r, item, from);
			todo(s, from, n);
		}
	}
}

/* --- what they say ------------------------------------------------------------------------- */

static bool tells(const struct half *h)
{
	return h->w > 0 && h->xx > LEAST_SPREAD * LEAST_SPREAD * h->w;
}

static double slope_of(const struct half *h)
{
	return h->xy / h->xx;
}

/* How unlike cells are, as a variance, and the noise of one with xx of 1. Returns false if they are alike. */
static bool compare_halves(struct bends *s, double *variance, double *noise)
{
	double mean[2] = { 0 }, alike = 0, unlike = 0;
	int n = 0;

	for (int i = 0; i < s->n_cells; i++) {
		if (!tells(&s->half[0][i]) || !tells(&s->half[1][i]))
			continue;
		for (int h = 0; h < 2; h++)
			mean[h] += slope_of(&s->half[h][i]);
		n++;
	}
	if (n < LEAST_CELLS)
		return false;
	for (int i = 0; i < s->n_cells; i++) {
		const struct half *a = &s->half[0][i], *b = &s->half[1][i];
		double off_a, off_b;

		if (!tells(a) || !tells(b))
			continue;
		off_a = slope_of(a) - mean[0] / n;
		off_b = slope_of(b) - mean[1] / n;
		alike += off_a * off_b / n;
		unlike +=
			(off_a - off_b) * (off_a - off_b) / (1 / a->xx + 1 / b->xx) / n;
	}
	*variance = alike;
	*noise = unlike;
	return alike > LEAST_UNLIKE * LEAST_UNLIKE;
}

static void set_bends(struct bends *s, double variance, double noise)
{
	double most = fmin(MOST_OFF, MOST_SDS * sqrt(variance)), mean = 0, sum = 0;

	for (int i = 0; i < s->n_cells; i++) {
		mean += s->half[0][i].xy + s->half[1][i].xy;
		sum += s->half[0][i].xx + s->half[1][i].xx;
	}
	mean /= sum;
	for (int i = 0; i < s->n_cells; i++) {
		double xx = s->half[0][i].xx + s->half[1][i].xx, off;

		if (!(xx > 0) || s->model->state[i] != CELL_OK)
			continue;
		off = (s->half[0][i].xy + s->half[1][i].xy) / xx - mean;
		off *= variance / (variance + noise / xx);
		off = fmax(-most, fmin(most, off));
		s->model->bend[i] = (float)(1 / (1 + off) - 1);
	}
	s->model->bend_w = exp(s->near_log / s->near_w);
}

double fit_bends(const struct readings *readings, void *scratch, struct model *model)
{
	struct bends s = { .r = readings,
		.model = model,
		.n_cells = geometry_n_cells(&model->geometry) };
	double variance, noise;

	lay_out(&s, readings, scratch);
	for (int h = 0; h < 2; h++)
		memset(s.half[h], 0, (size_t)s.n_cells * sizeof(*s.half[h]));
	each_pass(&s, count);
	each_pass(&s, take);
	if (!compare_halves(&s, &variance, &noise))
		return 0;
	set_bends(&s, variance, noise);
	return sqrt(variance);
}
