#include "src/core/force.h"

#include <math.h>
#include <string.h>

#define N_LANES 6

void force_zone_bound(struct force_zone *zone, const struct mat_geometry *g)
{
	zone->row_from = g->n_rows;
	zone->col_from = g->n_cols;
	zone->row_to = -1;
	zone->col_to = -1;
	for (int row = 0; row < g->n_rows; row++)
		for (int col = 0; col < g->n_cols; col++) {
			if (zone->share[row * g->n_cols + col] <= 0.0f)
				continue;
			zone->row_from = row < zone->row_from ? row : zone->row_from;
			zone->row_to = row;
			zone->col_from = col < zone->col_from ? col : zone->col_from;
			zone->col_to = col > zone->col_to ? col : zone->col_to;
		}
}

/* Add up columns: lane l of column c is column[l * n + c]. */
static void add_rows(const float *values, const struct force_zone *zone,
	const struct mat_geometry *g, double y_centre_mm, float *column)
{
	const int n = zone->col_to - zone->col_from + 1;
	float *restrict load = column;
	float *restrict moment = column + n;
	float *restrict fore = column + 2 * n;
	float *restrict area = column + 3 * n;
	float *restrict peak = column + 4 * n;
	float *restrict square = column + 5 * n;

	for (int row = zone->row_from; row <= zone->row_to; row++) {
		const int first = row * g->n_cols + zone->col_from;
		const float *restrict v = values + first;
		const float *restrict share = zone->share + first;
		const float *restrict ahead = zone->fore + first;
		const float y = (float)(geometry_y_mm(g, row) - y_centre_mm);

		for (int i = 0; i < n; i++) {
			float part = v[i] * share[i];

			load[i] += part;
			moment[i] += part * y;
			fore[i] += v[i] * ahead[i];
			area[i] += v[i] > 0.0f ? share[i] : 0.0f;
			peak[i] = part > peak[i] ? part : peak[i];
			square[i] += part * part;
		}
	}
}

static double edge_load(const float *values, const struct force_zone *zone,
	const struct mat_geometry *g, const float *column)
{
	const int n = zone->col_to - zone->col_from + 1;
	double edge = 0.0;

	if (zone->col_from == 0)
		edge += (double)column[0];
	if (zone->col_to == g->n_cols - 1)
		edge += (double)column[n - 1];
	for (int i = zone->col_from; i <= zone->col_to; i++) {
		int last = (g->n_rows - 1) * g->n_cols + i;

		if (zone->row_from == 0)
			edge += (double)(values[i] * zone->share[i]);
		if (zone->row_to == g->n_rows - 1)
			edge += (double)(values[last] * zone->share[last]);
	}
	return edge;
}

struct force_sums force_sum(const float *values, const struct force_zone *zone,
	const struct mat_geometry *g, float *column)
{
	struct force_sums sums = { .x_mm = NAN, .y_mm = NAN };
	const int n = zone->col_to - zone->col_from + 1;
	double y_centre_mm = geometry_y_mm(g, 0.5 * (zone->row_from + zone->row_to));
	double x_moment = 0.0;
	double y_moment = 0.0;

	if (n <= 0)
		return sums;
	memset(column, 0, N_LANES * (size_t)n * sizeof(*column));
	add_rows(values, zone, g, y_centre_mm, column);
	for (int i = 0; i < n; i++) {
		double load = (double)column[i];

		sums.load += load;
		x_moment += load * geometry_x_mm(g, zone->col_from + i);
		y_moment += (double)column[n + i];
		sums.fore += (double)column[2 * n + i];
		sums.n_contact += (double)column[3 * n + i];
		sums.peak = fmax(sums.peak, (double)column[4 * n + i]);
		sums.squares += (double)column[5 * n + i];
	}
	if (sums.load > 0.0) {
		sums.x_mm = x_moment / sums.load;
		sums.y_mm = y_centre_mm + y_moment / sums.load;
	}
	sums.edge = edge_load(values, zone, g, column);
	return sums;
}
