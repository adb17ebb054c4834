#include "calibration/fit_series.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_parts.h"
#include "calibration/model_plan.h"
#include "src/base/units.h"
#include "src/core/carve.h"

#define LOADED_FRAC 0.15 /* of the highest cell: part of the load, with a ring around */
#define SAME_FRAC   0.8 /* of a load on the cells of the next: it may have been stacked */
#define REMOVED_S                                                                      \
	2.0         /* a weight is taken away so long after its last moment, at most */
#define ONSET_S 0.2 /* chosen: by then a weight that was put down stands */
#define EDGE_FRAC                                                                      \
	0.03 /* of a roller's sum on the mat's last line: part of it is beside the mat */
#define WHOLE_FRAC     0.9  /* of the fullest line's cells: all of a line answers */
#define STRAY_FRAC     0.05 /* of them: some noise, no line */
#define REACH_BINS     256
#define REACH_PER_LINE 20   /* bins */
#define REACH_SHARE    0.97 /* of the moments show no more of a roller's reach */
#define REACH_MARGIN   0.1  /* lines, and as much more of its reach: */
#define REACH_FRAC     0.15 /* what it presses there is too little to be seen */
#define MOST_POINTS    4    /* of each earlier load */

/* A maker's own memory. */
struct maker {
	const struct readings *r;
	const struct model *model;
	struct fit_all_series *all;
	double *v;     /* of one snapshot */
	float *map;    /* the same over the mat */
	uint8_t *mask; /* cells of the series at hand */
	struct fit_moment *moments;
	struct fit_point *points;
	float *bins;
	int n_moments, n_points;
};

static bool is_series(const struct reading *item)
{
	return fit_is_used(item) && item->n > 0 && item->mass_kg > 0 &&
	       (item->kind == READING_LOAD || item->kind == READING_STAIRCASE ||
		       item->kind == READING_CREEP);
}

static bool is_roll(const struct reading *item)
{
	return fit_is_used(item) && item->n > 0 && item->kind == READING_ROLL;
}

static size_t lay_out(struct maker *m, const struct readings *r, void *memory)
{
	size_t n = (size_t)geometry_n_cells(&r->geometry), moments = 0, items = 0;
	struct carve c = { .memory = memory };

	for (int i = 0; i < r->n_items; i++) {
		if (!is_series(&r->items[i]) && !is_roll(&r->items[i]))
			continue;
		moments += (size_t)r->items[i].n;
		items++;
	}
	m->v = carve_take(&c, n * sizeof(double));
	m->mask = carve_take(&c, n);
	m->map = carve_take(&c, n * sizeof(float));
	m->moments = carve_take(&c, moments * sizeof(*m->moments));
	m->bins = carve_take(&c, moments * FIT_BINS * sizeof(float));
	m->points =
		carve_take(&c, (3 * moments + items * items * MOST_POINTS + 4 * items) *
				       sizeof(*m->points));
	return c.used;
}

size_t fit_series_scratch_size(const struct readings *readings)
{
	struct maker m;

	return lay_out(&m, readings, NULL);
}

/* --- one moment ---------------------------------------------------------------------------- */

static void values(struct maker *m, const struct snapshot *s)
{
	fit_values(m->model, m->r, s, m->v);
	for (int k = 0; k < s->n; k++)
		m->v[k] *= (double)m->model->gain[m->r->cell[s->first + k]];
}

static void put_in_bins(const struct maker *m, float *bins, double w)
{
	double at = log(w / m->all->w[0]) / FIT_BIN_LOG;
	int k = (int)floor(at);
	float part = (float)(at - k);

	if (k < 0)
		return;
	if (k >= FIT_BINS - 1) {
		k = FIT_BINS - 2;
		part = 1;
	}
	bins[k] += 1 - part;
	bins[k + 1] += part;
}

/* Dead cells carry what the living ones beside them do: so they are read later, too. */
static void fill_dead(struct maker *m, const struct snapshot *s, float *bins)
{
	const struct mat_geometry *g = &m->r->geometry;
	int n_cells = geometry_n_cells(g);

	memset(m->map, 0, (size_t)n_cells * sizeof(*m->map));
	for (int k = 0; k < s->n; k++)
		m->map[m->r->cell[s->first + k]] = (float)m->v[k];
	for (int i = 0; i < n_cells; i++) {
		const int beside[] = { i - g->n_cols, i + g->n_cols, i - 1, i + 1 };
		int col = i % g->n_cols, n = 0;
		double sum = 0;

		if (!m->mask[i] || !model_cell_is_dead(m->model->state[i]))
			continue;
		for (int b = 0; b < 4; b++) {
			int k = beside[b];

			if (k < 0 || k >= n_cells || (b == 2 && col == 0) ||
				(b == 3 && col == g->n_cols - 1) ||
				model_cell_is_dead(m->model->state[k]))
				continue;
			sum += (double)m->map[k];
			n++;
		}
		if (sum > 0)
			put_in_bins(m, bins, sum / n);
	}
}

/* Append a moment of the cells within the mask. */
static struct fit_moment *add_moment(struct maker *m, const struct snapshot *s)
{
	struct fit_moment *moment = &m->moments[m->n_moments];

	*moment = (struct fit_moment){ .t_s = s->t_s,
		.force_n = s->mass_kg * UNITS_GRAVITY_M_S2,
		.bins = m->bins + (size_t)m->n_moments * FIT_BINS };
	memset(moment->bins, 0, FIT_BINS * sizeof(float));
	values(m, s);
	for (int k = 0; k < s->n; k++)
		if (m->mask[m->r->cell[s->first + k]] && m->v[k] > 0)
			put_in_bins(m, moment->bins, m->v[k]);
	fill_dead(m, s, moment->bins);
	m->n_moments++;
	return moment;
}

/* --- where a load stands ------------------------------------------------------------------- */

/* Mark the cells of a load: those that carry, and a ring around them. Returns its highest w. */
static double mark(struct maker *m, const struct snapshot *s)
{
	const struct mat_geometry *g = &m->r->geometry;
	double top = 0;

	memset(m->mask, 0, (size_t)geometry_n_cells(g));
	values(m, s);
	for (int k = 0; k < s->n; k++)
		top = fmax(top, m->v[k]);
	for (int k = 0; k < s->n; k++) {
		int row = m->r->cell[s->first + k] / g->n_cols;
		int col = m->r->cell[s->first + k] % g->n_cols;

		if (m->v[k] < LOADED_FRAC * top)
			continue;
		for (int r = row - 1; r <= row + 1; r++)
			for (int c = col - 1; c <= col + 1; c++)
				if (r >= 0 && r < g->n_rows && c >= 0 && c < g->n_cols)
					m->mask[r * g->n_cols + c] = 1;
	}
	return top;
}

static const struct snapshot *last_of(const struct maker *m, const struct reading *item)
{
	return &m->r->snapshots[item->first + item->n - 1];
}

/* How much of a load stood on the marked cells. */
static double overlap(struct maker *m, const struct reading *item)
{
	const struct snapshot *s = last_of(m, item);
	double inside = 0, all = 0;

	values(m, s);
	for (int k = 0; k < s->n; k++) {
		all += m->v[k];
		if (m->mask[m->r->cell[s->first + k]])
			inside += m->v[k];
	}
	return all > 0 ? inside / all : 0;
}

/* --- force over time ----------------------------------------------------------------------- */

static void add_point(struct maker *m, double t_s, double force_n, int moment)
{
	m->points[m->n_points++] = (struct fit_point){ t_s, force_n, moment };
}

static double onset_of(const struct maker *m, const struct reading *item)
{
	const struct snapshot *first = &m->r->snapshots[item->first];

	return isfinite(item->onset_s) ? fmin(item->onset_s, first->t_s)
				       : first->t_s - 0.5 * first->span_s;
}

/* When an earlier load left, before `onset_s`: as seen, else as a technician would. */
static double left_at(const struct maker *m, const struct reading *item, double onset_s)
{
	double last_s = last_of(m, item)->t_s;

	if (isfinite(item->off_s))
		return fmin(item->off_s, onset_s);
	return last_s + fmin(REMOVED_S, 0.5 * fmax(0, onset_s - last_s));
}

/* Earlier loads that stood on the cells of item `i`; returns what of them still stands at its onset. */
static double add_earlier(struct maker *m, int i, double *foreign_n)
{
	const struct reading *item = &m->r->items[i], *before = NULL;
	double onset_s = onset_of(m, item), standing_n = 0;

	for (int k = 0; k < i; k++) {
		const struct reading *other = &m->r->items[k];
		double from_s = onset_of(m, other), until_s, part, force_n;

		if (!is_series(other) || from_s >= onset_s)
			continue;
		part = overlap(m, other);
		if (part < 0.01)
			continue;
		force_n = part * last_of(m, other)->mass_kg * UNITS_GRAVITY_M_S2;
		if (!isfinite(force_n))
			force_n = part * other->mass_kg * UNITS_GRAVITY_M_S2;
		if (part < SAME_FRAC)
			*foreign_n += force_n;
		until_s = left_at(m, other, onset_s);
		before = k == i - 1 && isnan(other->off_s) ? other : NULL;
		standing_n =
			before && part > SAME_FRAC && item->mass_kg >= other->mass_kg
				? force_n
				: 0;
		if (standing_n > 0)
			until_s = onset_s;
		add_point(m, from_s, 0, -1);
		add_point(m, from_s, force_n, -1);
		add_point(m, until_s, force_n, -1);
		add_point(m, until_s, standing_n, -1);
	}
	return standing_n;
}

static void add_own(struct maker *m, const struct reading *item, struct fit_series *s,
	double standing_n)
{
	double onset_s = onset_of(m, item), force_n = NAN, until_s = 0;

	add_point(m, onset_s, standing_n, -1);
	for (int k = item->first; k < item->first + item->n; k++) {
		const struct snapshot *now = &m->r->snapshots[k];
		double now_n = now->mass_kg * UNITS_GRAVITY_M_S2;

		if (!isfinite(now_n))
			continue;
		if (isnan(force_n))
			add_point(m, onset_s, now_n, -1);
		if (now_n != force_n && !isnan(force_n)) {
			add_point(m, until_s, force_n, -1);
			add_point(m, now->t_s - 0.5 * now->span_s, now_n, -1);
		}
		force_n = now_n;
		until_s = now->t_s + 0.5 * now->span_s;
		if (now->t_s < onset_s + ONSET_S)
			continue;
		add_point(m, now->t_s, now_n, s->n_moments);
		add_moment(m, now);
		s->n_moments++;
	}
}

static void add_series(struct maker *m, int i)
{
	const struct reading *item = &m->r->items[i];
	struct fit_series *s = &m->all->series[m->all->n];
	double foreign_n = 0;

	if (m->all->n == FIT_MAX_SERIES)
		return;
	*s = (struct fit_series){ .item = i,
		.kind = item->kind,
		.mass_kg = item->mass_kg,
		.moments = m->moments + m->n_moments,
		.points = m->points + m->n_points,
		.knows_onset = isfinite(item->onset_s) };
	s->w_top = mark(m, last_of(m, item));
	for (int k = 0; k < geometry_n_cells(&m->r->geometry); k++)
		s->n_cells += m->mask[k];
	add_own(m, item, s, add_earlier(m, i, &foreign_n));
	s->foreign_frac = foreign_n / (item->mass_kg * UNITS_GRAVITY_M_S2);
	s->n_points = (int)(m->points + m->n_points - s->points);
	if (s->n_moments == 0)
		return;
	m->all->n++;
	m->all->w_max = fmax(m->all->w_max, s->w_top);
}

/* --- rollers ------------------------------------------------------------------------------- */

/* Lines of a moment under a roller. */
struct lines {
	double place;    /* of its middle, in lines */
	int first, last; /* that answer as a whole */
	bool is_clear; /* all on the mat, and no line answers in part: it would hide some */
};

static struct lines find_lines(struct maker *m, const struct snapshot *s, bool along_x)
{
	const struct mat_geometry *g = &m->r->geometry;
	int n_lines = along_x ? g->n_cols : g->n_rows, n[GEOMETRY_MAX_SIDE] = { 0 };
	double sum[GEOMETRY_MAX_SIDE] = { 0 }, all = 0;
	struct lines l = { .first = n_lines, .last = -1 };
	int most = 0;

	values(m, s);
	for (int k = 0; k < s->n; k++) {
		int cell = m->r->cell[s->first + k];
		int line = along_x ? cell % g->n_cols : cell / g->n_cols;

		n[line] += m->v[k] > 0;
		most = n[line] > most ? n[line] : most;
		sum[line] += m->v[k];
		all += m->v[k];
		l.place += line * m->v[k];
	}
	l.place /= all;
	l.is_clear = sum[0] < EDGE_FRAC * all && sum[n_lines - 1] < EDGE_FRAC * all;
	for (int line = 0; line < n_lines; line++) {
		if (n[line] > WHOLE_FRAC * most) {
			l.first = line < l.first ? line : l.first;
			l.last = line;
		} else if (n[line] > STRAY_FRAC * most) {
			l.is_clear = false;
		}
	}
	l.is_clear &= l.last >= l.first;
	return l;
}

/* How far from its middle a roller is seen to press, in lines: the farthest edge of a line of which it covers
 * something. The outermost moments are left to chance. */
static double reach_of(struct maker *m, int from, int n, bool along_x)
{
	int counts[REACH_BINS] = { 0 }, sum = 0, n_seen = 0;

	for (int k = from; k < from + n; k++) {
		struct lines l = find_lines(m, &m->r->snapshots[k], along_x);
		double far = fmax(l.place - l.first, l.last - l.place) - 0.5;
		int bin = (int)(fmax(0, far) * REACH_PER_LINE);

		if (!l.is_clear)
			continue;
		counts[bin < REACH_BINS - 1 ? bin : REACH_BINS - 1]++;
		n_seen++;
	}
	for (int bin = 0; bin < REACH_BINS; bin++) {
		sum += counts[bin];
		if (sum >= REACH_SHARE * n_seen)
			return (bin + 1.0) / REACH_PER_LINE;
	}
	return REACH_BINS;
}

/* Moments that show all of the roller: the lines next to those seen lie beyond its reach. Others hide
 * what presses less than can be seen. */
static void add_pass(struct maker *m, int i, int from, int n)
{
	struct fit_series *s = &m->all->series[m->all->n + m->all->n_rolls];
	double reach;
	bool along_x;

	if (m->all->n + m->all->n_rolls == FIT_MAX_SERIES)
		return;
	*s = (struct fit_series){ .item = i,
		.kind = READING_ROLL,
		.mass_kg = m->r->items[i].mass_kg,
		.moments = m->moments + m->n_moments,
		.points = m->points + m->n_points };
	along_x = fit_goes_along_x(m->r, m->model, from, n, m->v);
	reach = (1 + REACH_FRAC) * reach_of(m, from, n, along_x) + REACH_MARGIN;
	for (int k = from; k < from + n; k++) {
		struct lines l = find_lines(m, &m->r->snapshots[k], along_x);

		if (!l.is_clear || l.place - l.first + 0.5 < reach ||
			l.last - l.place + 0.5 < reach)
			continue;
		add_moment(m, &m->r->snapshots[k])->place = l.place;
		s->n_moments++;
	}
	m->all->n_rolls += s->n_moments > 0;
}

static void add_passes(struct maker *m, int i)
{
	const struct reading *item = &m->r->items[i];
	int from = item->first, end = item->first + item->n;

	memset(m->mask, 1, (size_t)geometry_n_cells(&m->r->geometry));
	for (int k = from; k < end; k++) {
		if (k + 1 < end &&
			m->r->snapshots[k + 1].pass == m->r->snapshots[from].pass)
			continue;
		add_pass(m, i, from, k + 1 - from);
		from = k + 1;
	}
}

/* --- all ----------------------------------------------------------------------------------- */

/* The bins end at the highest w there is. */
static void lay_bins(struct maker *m)
{
	double top = 0;

	for (int i = 0; i < m->r->n_items; i++) {
		const struct reading *item = &m->r->items[i];

		if (!is_series(item) && !is_roll(item))
			continue;
		for (int k = item->first; k < item->first + item->n; k++) {
			const struct snapshot *s = &m->r->snapshots[k];

			values(m, s);
			for (int c = 0; c < s->n; c++)
				top = fmax(top, m->v[c]);
		}
	}
	for (int k = 0; k < FIT_BINS; k++)
		m->all->w[k] = top * exp(FIT_BIN_LOG * (k + 1 - FIT_BINS));
}

void fit_series_build(const struct readings *readings, const struct model *model,
	void *scratch, struct fit_all_series *all)
{
	struct maker m = { .r = readings, .model = model, .all = all };

	lay_out(&m, readings, scratch);
	all->n = all->n_rolls = 0;
	all->w_max = 0;
	lay_bins(&m);
	for (int i = 0; i < readings->n_items; i++)
		if (is_series(&readings->items[i]))
			add_series(&m, i);
	for (int i = 0; i < readings->n_items; i++)
		if (is_roll(&readings->items[i]))
			add_passes(&m, i);
}

void fit_series_curve(
	const struct fit_all_series *all, const struct model_curve *curve, double *s_n)
{
	for (int k = 0; k < FIT_BINS; k++)
		s_n[k] = model_curve_n(curve, all->w[k]);
}

double fit_series_sum(const struct fit_moment *moment, const double *s_n)
{
	double sum = 0;

	for (int k = 0; k < FIT_BINS; k++)
		sum += (double)moment->bins[k] * s_n[k];
	return sum;
}
