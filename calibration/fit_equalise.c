/* What a roller showed, pass by pass, to gains and to the cells that never answered. The roller's speed and
 * mass are not needed: cells of one line are compared with the line at the same moments, lines by the
 * height of their peaks. A roller that lies askew presses one end of a line before the other: then parts of lines are
 * what is compared. Where nothing was rolled, fit_steps.c. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "calibration/fit_gains.h"
#include "calibration/fit_lines.h"
#include "calibration/fit_math.h"
#include "calibration/fit_parts.h"
#include "src/base/i18n.h"
#include "src/core/carve.h"

#define NEAR_PEAK_FRAC 0.6 /* moments of a line this near its peak tell its cells */
#define FELL_FRAC      0.75 /* a peak has risen from below this part and fallen below it */
#define PRESSED_FRAC   0.25 /* of the ordinary line's peak: the roller was there */
#define ANSWER_FRAC    0.1  /* of its line's: the cell answers */
#define MOST_GAIN      6.0  /* a cell less sensitive than the others by more is dead */
#define HOLE_FRAC      0.01 /* of the cells, not counting the outermost lines */
#define RIM_LINES      2 /* a roller that stays on the mat does not quite press them */
#define MOST_DEAD_FRAC 0.1
#define AROUND         2    /* cells beside an uncovered one that lend it their gain */
#define PART_LINES     0.15 /* a roller lies no farther askew within a part of a line */

/* A line, or a part of one, while its pass is read. */
struct line {
	double peak, peak_s;
	double before, before_s, after, after_s; /* the moments beside the peak */
	double last, last_s;
	double least_before, least_after; /* how low it was on both sides */
	bool awaits, is_cut;
	double sum_squares; /* of the line's mean over the moments near its peak */
	double height;
};

/* How the lines of a pass are cut. */
struct parts {
	int n, n_cells[FIT_MAX_PARTS], of[GEOMETRY_MAX_SIDE]; /* of each place across */
};

struct rolling {
	const struct readings *readings;
	struct model *model;
	struct fit_report *report;
	int n_cells, n_passes;
	struct fit_pass passes[FIT_GAINS_MAX_PASSES];
	struct fit_way way; /* of the pass at hand */
	struct parts parts; /* likewise */
	struct line *lines; /* n_lines * parts.n */
	double *mean;       /* of each of them at one moment */
	double *v, *sum;    /* a moment's cells; a pass's cells */
	float *log_gain;
	uint8_t *n_answered, *n_silent; /* passes over the cell */
	void *scratch;                  /* of fit_gains() */
};

/* --- passes -------------------------------------------------------------------------------- */

static int most_cells(const struct readings *r)
{
	int most = 1;

	for (int k = 0; k < r->n_snapshots; k++)
		most = r->snapshots[k].n > most ? r->snapshots[k].n : most;
	return most;
}

static int count_passes(const struct readings *r)
{
	int n = 0;

	for (int i = 0; i < r->n_items; i++) {
		const struct reading *item = &r->items[i];
		int end = item->first + item->n;

		if (item->kind != READING_ROLL || !fit_is_used(item))
			continue;
		for (int from = item->first; from < end;
			from += fit_pass_length(r, item, from))
			n++;
	}
	return n < FIT_GAINS_MAX_PASSES ? n : FIT_GAINS_MAX_PASSES;
}

static size_t lay_out(struct rolling *s, const struct readings *r, void *memory)
{
	size_t n = (size_t)geometry_n_cells(&r->geometry);
	struct carve c = { .memory = memory };

	s->n_passes = count_passes(r);
	s->v = carve_take(&c, (size_t)most_cells(r) * sizeof(double));
	s->sum = carve_take(&c, n * sizeof(double));
	s->lines = carve_take(
		&c, (size_t)GEOMETRY_MAX_SIDE * FIT_MAX_PARTS * sizeof(*s->lines));
	s->mean = carve_take(
		&c, (size_t)GEOMETRY_MAX_SIDE * FIT_MAX_PARTS * sizeof(*s->mean));
	s->log_gain = carve_take(&c, n * sizeof(float));
	s->n_answered = carve_take(&c, n);
	s->n_silent = carve_take(&c, n);
	for (int p = 0; p < s->n_passes; p++)
		s->passes[p].log_peak = carve_take(&c, n * sizeof(float));
	s->scratch = carve_take(&c, fit_gains_scratch_size(&r->geometry, s->n_passes));
	return c.used;
}

size_t fit_equalise_scratch_size(const struct readings *readings)
{
	struct rolling s;
	size_t rolled = lay_out(&s, readings, NULL);
	size_t stepped = fit_steps_scratch_size(readings);

	return rolled > stepped ? rolled : stepped;
}

static int line_of(const struct rolling *s, const struct fit_pass *pass, int cell)
{
	int n_cols = s->model->geometry.n_cols;

	return pass->along_x ? cell % n_cols : cell / n_cols;
}

static int n_lines_of(const struct rolling *s, const struct fit_pass *pass)
{
	return pass->along_x ? s->model->geometry.n_cols : s->model->geometry.n_rows;
}

static int length_of(const struct rolling *s, const struct fit_pass *pass)
{
	return pass->along_x ? s->model->geometry.n_rows : s->model->geometry.n_cols;
}

static int cell_of(
	const struct rolling *s, const struct fit_pass *pass, int line, int at)
{
	int n_cols = s->model->geometry.n_cols;

	return pass->along_x ? at * n_cols + line : line * n_cols + at;
}

/* --- parts of lines ------------------------------------------------------------------------ */

/* As many as a roller that lies so askew needs; one if it lies straight. */
static void cut(struct rolling *s, const struct fit_pass *pass)
{
	struct parts *p = &s->parts;
	int length = length_of(s, pass);
	double n = ceil(fabs(s->way.skew) * length / PART_LINES);

	memset(p, 0, sizeof(*p));
	p->n = (int)fmax(1, fmin(n, FIT_MAX_PARTS < length ? FIT_MAX_PARTS : length));
	for (int at = 0; at < length; at++) {
		p->of[at] = at * p->n / length;
		p->n_cells[p->of[at]]++;
	}
}

/* Number of the part that holds a cell, among s->lines. */
static int part_of(const struct rolling *s, const struct fit_pass *pass, int cell)
{
	int n_cols = s->model->geometry.n_cols;
	int at = pass->along_x ? cell / n_cols : cell % n_cols;

	return line_of(s, pass, cell) * s->parts.n + s->parts.of[at];
}

static int n_parts_of(const struct rolling *s, const struct fit_pass *pass)
{
	return n_lines_of(s, pass) * s->parts.n;
}

/* The mean of each part at one moment into s->mean, its cells into s->v. */
static void look(
	struct rolling *s, const struct fit_pass *pass, const struct snapshot *moment)
{
	int n = n_parts_of(s, pass);

	fit_values(s->model, s->readings, moment, s->v);
	for (int k = 0; k < n; k++)
		s->mean[k] = 0;
	for (int k = 0; k < moment->n; k++)
		s->mean[part_of(s, pass, s->readings->cell[moment->first + k])] +=
			s->v[k];
	for (int k = 0; k < n; k++)
		s->mean[k] /= s->parts.n_cells[k % s->parts.n];
}

/* --- peaks of lines ------------------------------------------------------------------------ */

static void follow(struct line *l, double mean, double t_s)
{
	if (mean > l->peak) {
		l->least_before = fmin(l->least_before, l->least_after);
		l->least_after = INFINITY;
		l->before = l->last;
		l->before_s = l->last_s;
		l->peak = mean;
		l->peak_s = t_s;
		l->awaits = true;
		l->after = NAN;
	} else {
		if (l->awaits) {
			l->after = mean;
			l->after_s = t_s;
			l->awaits = false;
		}
		l->least_after = fmin(l->least_after, mean);
	}
	l->last = mean;
	l->last_s = t_s;
}

/* The top of the parabola through the logarithms of the highest moment and those beside it. */
static double top_of(const struct line *l)
{
	double a, b, left, right, slope, bend;

	if (!(l->before > NEAR_PEAK_FRAC * l->peak) ||
		!(l->after > NEAR_PEAK_FRAC * l->peak))
		return l->peak;
	a = l->peak_s - l->before_s;
	b = l->after_s - l->peak_s;
	left = log(l->before / l->peak);
	right = log(l->after / l->peak);
	if (!(a > 0) || !(b > 0))
		return l->peak;
	slope = (right * a / b - left * b / a) / (a + b);
	bend = (right / b + left / a) / (a + b);
	if (!(bend < 0))
		return l->peak;
	return l->peak * exp(fmin(0.05, -slope * slope / (4 * bend)));
}

static void find_peaks(struct rolling *s, const struct fit_pass *pass, int first, int n)
{
	int n_parts = n_parts_of(s, pass);

	for (int k = 0; k < n_parts; k++)
		s->lines[k] = (struct line){
			.least_before = INFINITY, .least_after = INFINITY, .last = NAN
		};
	for (int k = first; k < first + n; k++) {
		const struct snapshot *moment = &s->readings->snapshots[k];

		look(s, pass, moment);
		for (int part = 0; part < n_parts; part++)
			follow(&s->lines[part], s->mean[part], moment->t_s);
	}
	for (int k = 0; k < n_parts; k++) {
		struct line *l = &s->lines[k];

		l->height = top_of(l);
		l->is_cut = !(l->least_before < FELL_FRAC * l->peak &&
			      l->least_after < FELL_FRAC * l->peak);
	}
}

/* A part whose peak was missed takes the height of the nearest one beside it on the roller's way that was not; its line's
 * height tells nothing. */
static void mend_cut_lines(struct rolling *s, struct fit_pass *pass)
{
	int n_lines = n_lines_of(s, pass), n = s->parts.n;

	memset(pass->is_cut, 0, sizeof(pass->is_cut));
	for (int k = 0; k < n_lines * n; k++) {
		if (!s->lines[k].is_cut)
			continue;
		pass->is_cut[k / n] = true;
		for (int off = n; off < n_lines * n; off += n) {
			int a = k - off, b = k + off;

			if (a >= 0 && !s->lines[a].is_cut)
				s->lines[k].height = s->lines[a].height;
			else if (b < n_lines * n && !s->lines[b].is_cut)
				s->lines[k].height = s->lines[b].height;
			else
				continue;
			break;
		}
	}
}

/* --- cells --------------------------------------------------------------------------------- */

/* Each cell over its part of a line, over all moments near that one's peak: least squares. */
static void compare_cells(
	struct rolling *s, const struct fit_pass *pass, int first, int n)
{
	int n_parts = n_parts_of(s, pass);

	memset(s->sum, 0, (size_t)s->n_cells * sizeof(*s->sum));
	for (int k = first; k < first + n; k++) {
		const struct snapshot *moment = &s->readings->snapshots[k];

		look(s, pass, moment);
		for (int part = 0; part < n_parts; part++) {
			struct line *l = &s->lines[part];

			if (s->mean[part] > NEAR_PEAK_FRAC * l->peak)
				l->sum_squares += s->mean[part] * s->mean[part];
		}
		for (int c = 0; c < moment->n; c++) {
			int i = s->readings->cell[moment->first + c];
			int part = part_of(s, pass, i);

			if (s->mean[part] > NEAR_PEAK_FRAC * s->lines[part].peak)
				s->sum[i] += s->v[c] * s->mean[part];
		}
	}
}

/* The highest peak of a line's parts: a short roller presses some of them. */
static double line_peak(const struct rolling *s, int line)
{
	double most = 0;

	for (int k = line * s->parts.n; k < (line + 1) * s->parts.n; k++)
		most = fmax(most, s->lines[k].peak);
	return most;
}

static double ordinary_peak(const struct rolling *s, int n_lines)
{
	double peaks[GEOMETRY_MAX_SIDE];
	int n = 0;

	for (int line = 0; line < n_lines; line++)
		if (line_peak(s, line) > 0)
			peaks[n++] = line_peak(s, line);
	return fit_math_median(peaks, n);
}

/* A silent cell was rolled over if cells on both sides of it, on its line, answered. Of parts that peak below `least` the
 * roller pressed none. */
static void judge_line(struct rolling *s, struct fit_pass *pass, int line, double least)
{
	int length = length_of(s, pass), first = length, last = -1;

	for (int at = 0; at < length; at++) {
		const struct line *l = &s->lines[line * s->parts.n + s->parts.of[at]];
		int i = cell_of(s, pass, line, at);
		double part = s->sum[i] / l->sum_squares;

		if (!(l->peak > least) || !(part > ANSWER_FRAC))
			continue;
		pass->log_peak[i] = (float)log(part * l->height);
		pass->n_seen++;
		s->n_answered[i]++;
		first = at < first ? at : first;
		last = at;
	}
	for (int at = first + 1; at < last; at++) {
		int i = cell_of(s, pass, line, at);

		if (isnan(pass->log_peak[i]))
			s->n_silent[i]++;
	}
}

/* A line that is silent as a whole, between lines that answered, is dead. */
static void judge_lines(struct rolling *s, struct fit_pass *pass)
{
	int n_lines = n_lines_of(s, pass), first = n_lines, last = -1;
	double least = PRESSED_FRAC * ordinary_peak(s, n_lines);

	for (int line = 0; line < n_lines; line++) {
		if (!(line_peak(s, line) > least))
			continue;
		first = line < first ? line : first;
		last = line;
		judge_line(s, pass, line, least);
	}
	for (int line = first + 1; line < last; line++) {
		if (line_peak(s, line) > least)
			continue;
		for (int at = 0; at < length_of(s, pass); at++)
			s->n_silent[cell_of(s, pass, line, at)]++;
	}
}

static void read_pass(struct rolling *s, struct fit_pass *pass, int first, int n)
{
	for (int i = 0; i < s->n_cells; i++)
		pass->log_peak[i] = NAN;
	pass->n_seen = 0;
	fit_lines_way(s->readings, s->model, first, n, s->v, &s->way);
	pass->along_x = s->way.along_x;
	cut(s, pass);
	find_peaks(s, pass, first, n);
	compare_cells(s, pass, first, n);
	mend_cut_lines(s, pass);
	judge_lines(s, pass);
}

static void read_passes(struct rolling *s)
{
	const struct readings *r = s->readings;
	int n = 0;

	for (int i = 0; i < r->n_items; i++) {
		const struct reading *item = &r->items[i];
		int end = item->first + item->n, length;

		if (item->kind != READING_ROLL || !fit_is_used(item))
			continue;
		for (int from = item->first; from < end; from += length) {
			length = fit_pass_length(r, item, from);
			if (n < s->n_passes)
				read_pass(s, &s->passes[n++], from, length);
		}
	}
}

/* --- gains and states ---------------------------------------------------------------------- */

static bool is_mute(const struct model *m, int i, double ordinary_noise_cnt)
{
	return ordinary_noise_cnt > 0.3 && m->noise_cnt[i] <= 0 && m->zero_cnt[i] <= 0;
}

static double ordinary_noise(struct rolling *s)
{
	for (int i = 0; i < s->n_cells; i++)
		s->sum[i] = (double)s->model->noise_cnt[i];
	return fit_math_median(s->sum, s->n_cells);
}

static void set_states(struct rolling *s)
{
	double noise = ordinary_noise(s);

	for (int i = 0; i < s->n_cells; i++) {
		struct model *m = s->model;

		if (m->state[i] != CELL_OK)
			continue;
		if (s->n_silent[i] > s->n_answered[i] ||
			(!s->n_answered[i] && is_mute(m, i, noise)) ||
			(double)s->log_gain[i] > log(MOST_GAIN))
			m->state[i] = CELL_DEAD;
		else if (!s->n_answered[i])
			m->state[i] = CELL_UNCOVERED;
	}
}

/* The gain of the covered cells around, 1 where there are none. */
static float lent_gain(const struct rolling *s, int i)
{
	const struct mat_geometry *g = &s->model->geometry;
	int row = i / g->n_cols, col = i % g->n_cols, n = 0;
	double sum = 0;

	for (int r = row - AROUND; r <= row + AROUND; r++) {
		for (int c = col - AROUND; c <= col + AROUND; c++) {
			int k = r * g->n_cols + c;

			if (r < 0 || r >= g->n_rows || c < 0 || c >= g->n_cols ||
				s->model->state[k] != CELL_OK || isnan(s->log_gain[k]))
				continue;
			sum += (double)s->log_gain[k];
			n++;
		}
	}
	return n > 0 ? (float)exp(sum / n) : 1;
}

static void set_gains(struct rolling *s)
{
	for (int i = 0; i < s->n_cells; i++) {
		struct model *m = s->model;

		if (m->state[i] == CELL_OK && !isnan(s->log_gain[i]))
			m->gain[i] = expf(s->log_gain[i]);
		else if (m->state[i] == CELL_UNCOVERED)
			m->gain[i] = lent_gain(s, i);
		else
			m->gain[i] = 1;
	}
}

/* --- what to say --------------------------------------------------------------------------- */

static void tell_holes(struct rolling *s)
{
	const struct mat_geometry *g = &s->model->geometry;
	int n_all = 0, n_inner = 0;
	double row = 0, col = 0;

	for (int i = 0; i < s->n_cells; i++) {
		int r = i / g->n_cols, c = i % g->n_cols;

		if (s->model->state[i] != CELL_UNCOVERED)
			continue;
		n_all++;
		if (r < RIM_LINES || r >= g->n_rows - RIM_LINES || c < RIM_LINES ||
			c >= g->n_cols - RIM_LINES)
			continue;
		n_inner++;
		row += r;
		col += c;
	}
	if (n_inner > HOLE_FRAC * s->n_cells)
		fit_problem_add(s->report, FIT_REFUSE, -1,
			N_("Roll: %.0f %% of the mat was never pressed, most of it %s. "
			   "Roll "
			   "over all of the mat again."),
			100.0 * n_all / s->n_cells,
			fit_place_name(g, row / n_inner, col / n_inner));
	else if (n_all > HOLE_FRAC * s->n_cells)
		fit_problem_add(s->report, FIT_WARN, -1,
			N_("Roll: the mat's rim was not pressed, %.0f %% of it. Roll "
			   "beyond "
			   "the edges if feet come near them."),
			100.0 * n_all / s->n_cells);
}

static void tell_dead(struct rolling *s)
{
	int n = 0;

	for (int i = 0; i < s->n_cells; i++)
		n += s->model->state[i] == CELL_DEAD;
	if (n > MOST_DEAD_FRAC * s->n_cells)
		fit_problem_add(s->report, FIT_REFUSE, -1,
			N_("Roll: %d of %d cells never answered. Look after the mat "
			   "and "
			   "its "
			   "connectors."),
			n, s->n_cells);
	else if (n > 0)
		fit_problem_add(s->report, FIT_NOTE, -1,
			N_("Roll: dead cells, %d of them, are filled in from their "
			   "neighbours."),
			n);
}

static void tell_uniformity(struct rolling *s)
{
	int n_along_x = 0;
	double sum = 0;

	for (int p = 0; p < s->n_passes; p++) {
		const struct fit_pass *pass = &s->passes[p];

		n_along_x += pass->along_x;
		sum += (pass->tilt * pass->tilt + pass->drift * pass->drift) / 12;
	}
	s->report->uniformity_frac =
		s->n_passes > 1 ? sqrt(sum / (s->n_passes - 1)) : NAN;
	s->report->has_turned_passes = n_along_x >= 2 && s->n_passes - n_along_x >= 2;
}

int fit_equalise(const struct readings *readings, void *scratch, size_t size,
	struct model *model, struct fit_report *report)
{
	struct rolling s = { .readings = readings,
		.model = model,
		.report = report,
		.n_cells = geometry_n_cells(&model->geometry) };
	double rest_frac;

	report->uniformity_frac = NAN;
	if (count_passes(readings) == 0)
		return fit_steps(readings, scratch, size, model, report);
	if (size < lay_out(&s, readings, NULL))
		return -ENOBUFS;
	lay_out(&s, readings, scratch);
	memset(s.n_answered, 0, (size_t)s.n_cells);
	memset(s.n_silent, 0, (size_t)s.n_cells);
	read_passes(&s);
	fit_gains(&model->geometry, s.passes, s.n_passes, s.scratch, s.log_gain,
		&rest_frac);
	set_states(&s);
	set_gains(&s);
	tell_holes(&s);
	tell_dead(&s);
	tell_uniformity(&s);
	return 0;
}
