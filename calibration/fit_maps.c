/* Faint cells are averaged, as noise would bend the curve where it begins. */
#include "calibration/fit_maps.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_parts.h"
#include "calibration/model_plan.h"

#define FAINT_SDS  8.0  /* of a moment's noise: a cell that shows less is averaged */
#define SEEN_LEAST 0.04 /* of the moments: a cell that fewer show is noise */

/* What noise makes of the ordinary cell in one frame, w. */
static double noise_of_cells(const struct model *model)
{
	double sum = 0;
	int n = 0;

	for (int i = 0; i < geometry_n_cells(&model->geometry); i++) {
		double noise_cnt = (double)model->noise_cnt[i];

		if (model->state[i] != CELL_OK)
			continue;
		sum += model_equalise(model, i, model_linearise(model, noise_cnt, 0));
		n++;
	}
	return n > 0 ? sum / n : 0;
}

void fit_maps_lay_out(struct fit_maps *m, size_t n_cells, struct carve *carve)
{
	m->v = carve_take(carve, n_cells * sizeof(double));
	m->map = carve_take(carve, n_cells * sizeof(float));
	m->level = carve_take(carve, n_cells * sizeof(float));
	m->n_seen = carve_take(carve, n_cells * sizeof(int));
}

void fit_maps_begin(
	struct fit_maps *m, const struct readings *readings, const struct model *model)
{
	m->r = readings;
	m->model = model;
	m->noise_w = noise_of_cells(model);
}

void fit_maps_values(struct fit_maps *m, const struct snapshot *s)
{
	fit_values(m->model, m->r, s, m->v);
	for (int k = 0; k < s->n; k++)
		m->v[k] = model_equalise(m->model, m->r->cell[s->first + k], m->v[k]);
}

/* What a dead cell would show: what the living ones beside it do. So they are read later, too. */
static float lent(const struct fit_maps *m, const float *map, int i)
{
	const struct mat_geometry *g = &m->r->geometry;
	const int beside[] = { i - g->n_cols, i + g->n_cols, i - 1, i + 1 };
	int col = i % g->n_cols, n_cells = geometry_n_cells(g), n = 0;
	double sum = 0;

	for (int b = 0; b < 4; b++) {
		int k = beside[b];

		if (k < 0 || k >= n_cells || (b == 2 && col == 0) ||
			(b == 3 && col == g->n_cols - 1) ||
			model_cell_is_dead(m->model->state[k]))
			continue;
		sum += (double)map[k];
		n++;
	}
	return n > 0 ? (float)(sum / n) : 0.0f;
}

void fit_maps_spread(struct fit_maps *m, const struct snapshot *s, float *map)
{
	int n_cells = geometry_n_cells(&m->r->geometry);

	memset(map, 0, (size_t)n_cells * sizeof(*map));
	fit_maps_values(m, s);
	for (int k = 0; k < s->n; k++)
		map[m->r->cell[s->first + k]] = (float)m->v[k];
	for (int i = 0; i < n_cells; i++)
		if (model_cell_is_dead(m->model->state[i]))
			map[i] = lent(m, map, i);
}

/* The mean of the moments that show a cell is too high, as if the others, which leave out what is less than a band of
 * noise, showed it likewise; as if they showed 0, too low. Half-way lies within a twentieth of what it carries, from 2/3 of
 * the band on. */
static float half_way(float sum, int n_seen, int n)
{
	if (n_seen <= SEEN_LEAST * n)
		return 0.0f;
	return 0.5f * (sum / (float)n_seen + sum / (float)n);
}

void fit_maps_average(struct fit_maps *m, const struct reading *item, int first)
{
	const struct snapshot *s = &m->r->snapshots[first];
	int n_cells = geometry_n_cells(&m->r->geometry), n = 0;

	memset(m->level, 0, (size_t)n_cells * sizeof(*m->level));
	memset(m->n_seen, 0, (size_t)n_cells * sizeof(*m->n_seen));
	for (; first + n < item->first + item->n && s[n].mass_kg == s->mass_kg; n++) {
		fit_maps_spread(m, &s[n], m->map);
		for (int i = 0; i < n_cells; i++) {
			m->level[i] += m->map[i];
			m->n_seen[i] += m->map[i] > 0.0f;
		}
	}
	for (int i = 0; i < n_cells; i++)
		m->level[i] = half_way(m->level[i], m->n_seen[i], n);
}

const float *fit_maps_steadied(
	struct fit_maps *m, const struct reading *item, const struct snapshot *s)
{
	double n_frames = fmax(1, s->span_s * item->rate_hz);
	float faint = (float)(FAINT_SDS * m->noise_w / sqrt(n_frames));

	fit_maps_spread(m, s, m->map);
	for (int i = 0; i < geometry_n_cells(&m->r->geometry); i++)
		m->map[i] = m->level[i] < faint ? m->level[i] : m->map[i];
	return m->map;
}
