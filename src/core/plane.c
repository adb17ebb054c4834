#include "src/core/plane.h"

#include <string.h>

struct plane_totals plane_convert(const uint16_t *raw, const float *zero,
	struct plane_rule rule, const struct mat_geometry *g, float *values,
	float *column)
{
	const int n_cols = g->n_cols;
	float *restrict sum = column;
	float *restrict top = column + n_cols;
	struct plane_totals totals = { 0.0, 0.0f };

	memset(column, 0, 2 * (size_t)n_cols * sizeof(*column));
	for (int row = 0; row < g->n_rows; row++) {
		const uint16_t *restrict in = raw + row * n_cols;
		const float *restrict offset = zero + row * n_cols;
		float *restrict out = values + row * n_cols;

		for (int col = 0; col < n_cols; col++) {
			float number = (float)in[col];
			float value = number * rule.gain - offset[col];

			value = value > rule.threshold ? value : 0.0f;
			out[col] = value;
			sum[col] += value;
			top[col] = number > top[col] ? number : top[col];
		}
	}
	for (int col = 0; col < n_cols; col++) {
		totals.sum += (double)sum[col];
		totals.top = top[col] > totals.top ? top[col] : totals.top;
	}
	return totals;
}

/* Return the bin below which `share` of `n` entries lie. */
static int bin_at(const uint32_t *bins, double n)
{
	double seen = 0.0;

	for (int i = 0; i < PLANE_N_BINS; i++) {
		seen += bins[i];
		if (seen > n)
			return i;
	}
	return PLANE_N_BINS - 1;
}

struct plane_background plane_find_background(
	const uint16_t *raw, int n_cells, uint32_t *bins)
{
	struct plane_background found;
	uint32_t away[PLANE_N_BINS / 4];
	int median;
	double seen = 0.0;

	memset(bins, 0, PLANE_N_BINS * sizeof(*bins));
	memset(away, 0, sizeof(away));
	for (int i = 0; i < n_cells; i++) {
		uint32_t bin = raw[i];

		bins[bin < PLANE_N_BINS ? bin : PLANE_N_BINS - 1]++;
	}
	median = bin_at(bins, 0.45 * n_cells);
	for (int i = 0; i < PLANE_N_BINS; i++) {
		int d = i > median ? i - median : median - i;

		away[d < PLANE_N_BINS / 4 ? d : PLANE_N_BINS / 4 - 1] += bins[i];
	}
	found.spread = 0.0;
	for (int d = 0; d < PLANE_N_BINS / 4; d++) {
		seen += away[d];
		if (seen > 0.45 * n_cells) {
			found.spread = 1.4826 * d;
			break;
		}
	}
	found.level = (double)median;
	return found;
}
