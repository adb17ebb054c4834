#include "calibration/fit_series.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_lines.h"
#include "calibration/fit_maps.h"
#include "calibration/fit_parts.h"
#include "src/base/units.h"
#include "src/core/carve.h"

#define LOADED_FRAC 0.15 /* of the highest cell: part of the load, with a ring around */
#define LEAST_PART  0.01 /* of an earlier load: less of it on these cells is nothing */
#define SAME_FRAC   0.8 /* of a load on the cells of the next: it may have been stacked */
#define REMOVED_S                                                                      \
	2.0 /* a weight is taken away so long after its last moment, at most */
#define ONSET_S     0.2 /* chosen: by then a weight that was put down stands */
#define MOST_POINTS 4   /* of each earlier load, and two for each change of its mass */

/* A maker's own memory. */
struct maker {
	const struct readings *r;
	const struct model *model;
	struct fit_all_series *all;
	struct fit_maps maps;
	float *before; /* w over the mat of FIT_MAX_BEFORE earlier loads */
	uint8_t *mask; /* cells of the series at hand */
	struct fit_moment *moments;
	struct fit_point *points;
	struct fit_alike *alike;
	float *bins, *line_w;
	struct fit_lines *lines; /* of one moment */
	int n_moments, n_points, n_line_w;
};

/* The earlier loads that stood on some of the cells at hand, the oldest first. */
struct earlier {
	int n, item[FIT_MAX_BEFORE];
	double part[FIT_MAX_BEFORE]; /* of each load */
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

static size_t count_changes(const struct readings *r, const struct reading *item)
{
	const struct snapshot *s = &r->snapshots[item->first];
	size_t n = 0;

	for (int k = 1; k < item->n; k++)
		n += s[k].mass_kg != s[k - 1].mass_kg;
	return n;
}

static size_t lay_out(struct maker *m, const struct readings *r, void *memory)
{
	size_t n = (size_t)geometry_n_cells(&r->geometry), moments = 0, items = 0;
	size_t parts = 0, changes = 0;
	struct carve c = { .memory = memory };

	for (int i = 0; i < r->n_items; i++) {
		if (!is_series(&r->items[i]) && !is_roll(&r->items[i]))
			continue;
		moments += (size_t)r->items[i].n;
		items++;
		changes += is_roll(&r->items[i]) ? 0 : count_changes(r, &r->items[i]);
		for (int k = 0; is_roll(&r->items[i]) && k < r->items[i].n; k++)
			parts += (size_t)r->snapshots[r->items[i].first + k].n;
	}
	m->mask = carve_take(&c, n);
	fit_maps_lay_out(&m->maps, n, &c);
	m->before = carve_take(&c, n * FIT_MAX_BEFORE * sizeof(float));
	m->alike = carve_take(&c, items * FIT_MAX_ALIKE * sizeof(*m->alike));
	m->moments = carve_take(&c, moments * sizeof(*m->moments));
	m->bins = carve_take(&c, moments * FIT_BINS * sizeof(float));
	m->lines = carve_take(&c, sizeof(*m->lines));
	/* a part has a cell */
	m->line_w = carve_take(&c, parts * sizeof(float));
	m->points = carve_take(
		&c, (3 * moments + items * (items * MOST_POINTS + 2 * changes) +
			    4 * items) *
			    sizeof(*m->points));
	return c.used;
}

size_t fit_series_scratch_size(const struct readings *readings)
{
	struct maker m;

	return lay_out(&m, readings, NULL);
}

/* --- one moment ---------------------------------------------------------------------------- */

/* `n` cells at `w`. */
static void put_in_bins(const struct maker *m, float *bins, double w, float n)
{
	double at = log(w / m->all->w[0]) / FIT_BIN_LOG;
	int k = (int)floor(at);
	float part = (float)(at - k);

	if (!(w > m->all->w[0]))
		return;
	if (k >= FIT_BINS - 1) {
		k = FIT_BINS - 2;
		part = 1;
	}
	bins[k] += n * (1 - part);
	bins[k + 1] += n * part;
}

/* Append a moment of the cells within the mask. */
static struct fit_moment *add_moment(
	struct maker *m, const struct reading *item, const struct snapshot *s)
{
	const float *map = fit_maps_steadied(&m->maps, item, s);
	struct fit_moment *moment = &m->moments[m->n_moments];

	*moment = (struct fit_moment){ .t_s = s->t_s,
		.force_n = s->mass_kg * UNITS_GRAVITY_M_S2,
		.bins = m->bins + (size_t)m->n_moments * FIT_BINS };
	memset(moment->bins, 0, FIT_BINS * sizeof(float));
	for (int i = 0; i < geometry_n_cells(&m->r->geometry); i++)
		if (m->mask[i] && map[i] > 0.0f)
			put_in_bins(m, moment->bins, (double)map[i], 1);
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
	fit_maps_values(&m->maps, s);
	for (int k = 0; k < s->n; k++)
		top = fmax(top, m->maps.v[k]);
	for (int k = 0; k < s->n; k++) {
		int row = m->r->cell[s->first + k] / g->n_cols;
		int col = m->r->cell[s->first + k] % g->n_cols;

		if (m->maps.v[k] < LOADED_FRAC * top)
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

/* How much of a load, spread over the mat, stood on the marked cells. */
static double overlap(const struct maker *m, const float *map)
{
	double inside = 0, all = 0;

	for (int i = 0; i < geometry_n_cells(&m->r->geometry); i++) {
		all += (double)map[i];
		if (m->mask[i])
			inside += (double)map[i];
	}
	return all > 0 ? inside / all : 0;
}

/* --- force over time ----------------------------------------------------------------------- */

static void add_point(
	struct maker *m, double t_s, double force_n, int moment, int before)
{
	m->points[m->n_points++] = (struct fit_point){ t_s, force_n, moment, before };
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

static const struct fit_series *series_of(const struct maker *m, int item)
{
	for (int k = 0; k < m->all->n; k++)
		if (m->all->series[k].item == item)
			return &m->all->series[k];
	return NULL;
}

/* Those before item `i` that stood on the marked cells; what they showed there goes into m->before. */
static void find_earlier(struct maker *m, int i, struct earlier *e)
{
	size_t n_cells = (size_t)geometry_n_cells(&m->r->geometry);
	double onset_s = onset_of(m, &m->r->items[i]);
	int item[FIT_MAX_BEFORE];
	double part[FIT_MAX_BEFORE];

	e->n = 0;
	for (int k = i - 1; k >= 0 && e->n < FIT_MAX_BEFORE; k--) {
		const struct reading *other = &m->r->items[k];

		if (!series_of(m, k) || onset_of(m, other) >= onset_s)
			continue;
		fit_maps_spread(&m->maps, last_of(m, other), m->maps.map);
		part[e->n] = overlap(m, m->maps.map);
		if (part[e->n] < LEAST_PART)
			continue;
		item[e->n++] = k;
	}
	for (int b = 0; b < e->n; b++) {
		e->item[b] = item[e->n - 1 - b];
		e->part[b] = part[e->n - 1 - b];
		fit_maps_spread(&m->maps, last_of(m, &m->r->items[e->item[b]]),
			m->before + (size_t)b * n_cells);
	}
}

static double force_of(const struct maker *m, const struct reading *item)
{
	double mass_kg = last_of(m, item)->mass_kg;

	return (isfinite(mass_kg) ? mass_kg : item->mass_kg) * UNITS_GRAVITY_M_S2;
}

/* What stood of an item from its onset on, level by level. Of an earlier load (`before`) that is all; of the series' own
 * (`s`) its moments come between. Returns what stands at its end. */
static double add_levels(
	struct maker *m, const struct reading *item, int before, struct fit_series *s)
{
	double onset_s = onset_of(m, item), force_n = NAN, until_s = onset_s;

	for (int k = item->first; k < item->first + item->n; k++) {
		const struct snapshot *now = &m->r->snapshots[k];
		double now_n = now->mass_kg * UNITS_GRAVITY_M_S2;

		if (!isfinite(now_n))
			continue;
		if (isnan(force_n))
			add_point(m, onset_s, now_n, -1, before);
		if (now_n != force_n && !isnan(force_n)) {
			add_point(m, until_s, force_n, -1, before);
			add_point(m, now->t_s - 0.5 * now->span_s, now_n, -1, before);
		}
		if (s && now_n != force_n)
			fit_maps_average(&m->maps, item, k);
		force_n = now_n;
		until_s = now->t_s + 0.5 * now->span_s;
		if (!s || now->t_s < onset_s + ONSET_S)
			continue;
		add_point(m, now->t_s, now_n, s->n_moments, before);
		add_moment(m, item, now);
		s->n_moments++;
	}
	return force_n;
}

/* When the earlier loads came and went; returns what of them still stands at the onset of item `i`. */
static double add_earlier(struct maker *m, int i, const struct earlier *e)
{
	const struct reading *item = &m->r->items[i];
	double onset_s = onset_of(m, item), standing_n = 0;

	for (int b = 0; b < e->n; b++) {
		const struct reading *other = &m->r->items[e->item[b]];
		double until_s = left_at(m, other, onset_s), force_n;
		bool stands = e->item[b] == i - 1 && isnan(other->off_s) &&
			      e->part[b] > SAME_FRAC && item->mass_kg >= other->mass_kg;

		if (stands)
			until_s = onset_s;
		add_point(m, onset_of(m, other), 0, -1, b);
		force_n = add_levels(m, other, b, NULL);
		standing_n = stands ? force_n : 0;
		add_point(m, until_s, force_n, -1, b);
		add_point(m, until_s, standing_n, -1, b);
	}
	return standing_n;
}

static void add_own(struct maker *m, const struct reading *item, struct fit_series *s,
	double standing_n)
{
	add_point(m, onset_of(m, item), standing_n, -1, -1);
	add_levels(m, item, -1, s);
}

/* Its cells, by what they carry and carried. */
static void sort_cells(struct maker *m, const struct earlier *e, struct fit_series *s)
{
	const struct reading *item = &m->r->items[s->item];

	fit_maps_spread(&m->maps, last_of(m, item), m->maps.map);
	s->alike = m->alike + (size_t)m->all->n * FIT_MAX_ALIKE;
	s->n_alike = fit_alike_sort(m->maps.map, m->before, e->n, m->mask,
		geometry_n_cells(&m->r->geometry), s->alike);
	s->n_before = e->n;
	for (int b = 0; b < e->n; b++) {
		const struct fit_series *other = series_of(m, e->item[b]);

		s->before[b] = &other->moments[other->n_moments - 1];
		if (e->part[b] < SAME_FRAC)
			s->foreign_frac += e->part[b] *
					   force_of(m, &m->r->items[e->item[b]]) /
					   (item->mass_kg * UNITS_GRAVITY_M_S2);
	}
}

static void add_series(struct maker *m, int i)
{
	const struct reading *item = &m->r->items[i];
	struct fit_series *s = &m->all->series[m->all->n];
	struct earlier earlier;

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
	find_earlier(m, i, &earlier);
	sort_cells(m, &earlier, s);
	add_own(m, item, s, add_earlier(m, i, &earlier));
	s->n_points = (int)(m->points + m->n_points - s->points);
	if (s->n_moments == 0)
		return;
	m->all->n++;
	m->all->w_max = fmax(m->all->w_max, s->w_top);
}

/* --- rollers ------------------------------------------------------------------------------- */

static void add_lines(
	struct maker *m, struct fit_series *s, const struct snapshot *snapshot)
{
	struct fit_moment *moment = &m->moments[m->n_moments];
	float *line_w = m->line_w + m->n_line_w;
	int n;

	fit_lines_read(m->r, m->model, &s->way, snapshot, m->maps.v, m->lines);
	n = m->lines->n * s->way.n_parts;
	if (n == 0)
		return;
	*moment = (struct fit_moment){ .t_s = snapshot->t_s,
		.force_n = snapshot->mass_kg * UNITS_GRAVITY_M_S2,
		.felt_n = 1,
		.bins = m->bins + (size_t)m->n_moments * FIT_BINS,
		.place = m->lines->place,
		.is_whole = m->lines->is_whole,
		.first_line = m->lines->first,
		.n_lines = m->lines->n,
		.line_w = line_w };
	memset(moment->bins, 0, FIT_BINS * sizeof(float));
	for (int k = 0; k < n; k++) {
		line_w[k] = (float)m->lines->w[k];
		put_in_bins(m, moment->bins, m->lines->w[k],
			(float)s->way.n_cells[k % s->way.n_parts]);
	}
	m->n_line_w += n;
	m->n_moments++;
	s->n_moments++;
}

static void add_pass(struct maker *m, int i, int from, int n)
{
	struct fit_series *s = &m->all->series[m->all->n + m->all->n_rolls];

	if (m->all->n + m->all->n_rolls == FIT_MAX_SERIES)
		return;
	*s = (struct fit_series){ .item = i,
		.kind = READING_ROLL,
		.mass_kg = m->r->items[i].mass_kg,
		.moments = m->moments + m->n_moments,
		.points = m->points + m->n_points };
	fit_lines_way(m->r, m->model, from, n, m->maps.v, &s->way);
	for (int k = from; k < from + n; k++)
		add_lines(m, s, &m->r->snapshots[k]);
	m->all->n_rolls += s->n_moments > 0;
}

static void add_passes(struct maker *m, int i)
{
	const struct reading *item = &m->r->items[i];
	int end = item->first + item->n, n;

	for (int from = item->first; from < end; from += n) {
		n = fit_pass_length(m->r, item, from);
		add_pass(m, i, from, n);
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

			fit_maps_values(&m->maps, s);
			for (int c = 0; c < s->n; c++)
				top = fmax(top, m->maps.v[c]);
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
	fit_maps_begin(&m.maps, readings, model);
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
