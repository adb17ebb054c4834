#include "src/core/force.h"

#include <math.h>
#include <string.h>

#define N_LANES 4 /* columns summed side by side: five such sums fit SSE2 registers */

/* Make the columns a multiple of N_LANES, within the mat. */
static void widen(struct force_zone *zone, const struct mat_geometry *g)
{
	int n = zone->col_to - zone->col_from + 1;
	int padded = (n + N_LANES - 1) / N_LANES * N_LANES;

	if (n <= 0 || padded > g->n_cols)
		return;
	if (zone->col_from > g->n_cols - padded)
		zone->col_from = g->n_cols - padded;
	zone->col_to = zone->col_from + padded - 1;
}

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
	widen(zone, g);
}

/* Sums of N_LANES neighbouring columns. */
struct lanes {
	float load[N_LANES];
	float moment[N_LANES]; /* load times row, from the middle row */
	float fore[N_LANES];
	float area[N_LANES];
	float peak[N_LANES];
};

/* Sum N_LANES columns from `col` on. The locals become registers. */
static void sum_lanes(const float *values, const struct force_zone *zone, int n_cols,
	int col, float middle_row, struct lanes *out)
{
	struct lanes sum;

	memset(&sum, 0, sizeof(sum));
	for (int row = zone->row_from; row <= zone->row_to; row++) {
		const int first = row * n_cols + col;
		const float *restrict v = values + first;
		const float *restrict share = zone->share + first;
		const float *restrict ahead = zone->fore + first;
		const float along = (float)row - middle_row;

		for (int k = 0; k < N_LANES; k++) {
			float part = v[k] * share[k];

			sum.load[k] += part;
			sum.moment[k] += part * along;
			sum.fore[k] += v[k] * ahead[k];
			sum.area[k] += v[k] > 0.0f ? share[k] : 0.0f;
			sum.peak[k] = part > sum.peak[k] ? part : sum.peak[k];
		}
	}
	*out = sum;
}

/* The same for fewer columns than a block, at a narrow mat's side. */
static void sum_few(const float *values, const struct force_zone *zone, int n_cols,
	int col, int n, float middle_row, struct lanes *out)
{
	memset(out, 0, sizeof(*out));
	for (int row = zone->row_from; row <= zone->row_to; row++)
		for (int k = 0; k < n; k++) {
			int i = row * n_cols + col + k;
			float part = values[i] * zone->share[i];

			out->load[k] += part;
			out->moment[k] += part * ((float)row - middle_row);
			out->fore[k] += values[i] * zone->fore[i];
			out->area[k] += values[i] > 0.0f ? zone->share[i] : 0.0f;
			out->peak[k] = part > out->peak[k] ? part : out->peak[k];
		}
}

/* Load on the mat's first and last row, within the zone. */
static double edge_rows(const float *values, const struct force_zone *zone,
	const struct mat_geometry *g)
{
	double edge = 0.0;

	for (int col = zone->col_from; col <= zone->col_to; col++) {
		int last = (g->n_rows - 1) * g->n_cols + col;

		if (zone->row_from == 0)
			edge += (double)(values[col] * zone->share[col]);
		if (zone->row_to == g->n_rows - 1)
			edge += (double)(values[last] * zone->share[last]);
	}
	return edge;
}

/* Add a block's lanes to the sums; moments go in as numerators. */
static void add_lanes(struct force_sums *sums, const struct lanes *lanes, int col,
	int n, const struct mat_geometry *g)
{
	for (int k = 0; k < n; k++) {
		double load = (double)lanes->load[k];

		sums->load += load;
		sums->x_mm += load * geometry_x_mm(g, col + k);
		sums->y_mm += (double)lanes->moment[k];
		sums->fore += (double)lanes->fore[k];
		sums->n_contact += (double)lanes->area[k];
		if ((double)lanes->peak[k] > sums->peak)
			sums->peak = (double)lanes->peak[k];
		if (col + k == 0 || col + k == g->n_cols - 1)
			sums->edge += load;
	}
}

struct force_sums force_sum(const float *values, const struct force_zone *zone,
	const struct mat_geometry *g)
{
	struct force_sums sums = { 0 };
	double middle_row = 0.5 * (zone->row_from + zone->row_to);
	struct lanes lanes;
	int col = zone->col_from;

	for (; col + N_LANES - 1 <= zone->col_to; col += N_LANES) {
		sum_lanes(values, zone, g->n_cols, col, (float)middle_row, &lanes);
		add_lanes(&sums, &lanes, col, N_LANES, g);
	}
	if (col <= zone->col_to) {
		int n = zone->col_to - col + 1;

		sum_few(values, zone, g->n_cols, col, n, (float)middle_row, &lanes);
		add_lanes(&sums, &lanes, col, n, g);
	}
	if (zone->row_from == 0 || zone->row_to == g->n_rows - 1)
		sums.edge += edge_rows(values, zone, g);
	if (sums.load > 0.0) {
		sums.x_mm /= sums.load;
		sums.y_mm = geometry_y_mm(g, middle_row) -
			    sums.y_mm / sums.load * g->pitch_y_mm;
	} else {
		sums.x_mm = sums.y_mm = NAN;
	}
	return sums;
}

double force_edge(const float *values, const struct mat_geometry *g)
{
	const float *last_row = values + (g->n_rows - 1) * g->n_cols;
	double edge = 0.0;

	for (int col = 0; col < g->n_cols; col++)
		edge += (double)(values[col] + last_row[col]);
	for (int row = 0; row < g->n_rows; row++)
		edge += (double)(values[row * g->n_cols] +
				 values[row * g->n_cols + g->n_cols - 1]);
	return edge;
}
