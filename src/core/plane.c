#include "src/core/plane.h"

#include <string.h>

#define N_LANES   16
#define MAD_TO_SD 1.4826 /* of a normal distribution */

struct plane_totals plane_convert(const uint16_t *raw, const float *zero,
	struct plane_rule rule, int n_cells, float *values)
{
	const uint16_t *restrict in = raw;
	const float *restrict offset = zero;
	float *restrict out = values;
	float sum[N_LANES] = { 0.0f };
	uint16_t full[N_LANES] = { 0 };
	struct plane_totals totals = { 0.0, false };
	int i;

	for (i = 0; i + N_LANES <= n_cells; i += N_LANES)
		for (int k = 0; k < N_LANES; k++) {
			float value = (float)in[i + k] * rule.gain - offset[i + k];

			value = value > rule.threshold ? value : 0.0f;
			out[i + k] = value;
			sum[k] += value;
			full[k] = (uint16_t)(full[k] | (in[i + k] >= rule.full_scale));
		}
	for (; i < n_cells; i++) {
		float value = (float)in[i] * rule.gain - offset[i];

		out[i] = value > rule.threshold ? value : 0.0f;
		sum[0] += out[i];
		totals.full |= in[i] >= rule.full_scale;
	}
	for (int k = 0; k < N_LANES; k++) {
		totals.sum += (double)sum[k];
		totals.full |= full[k] != 0;
	}
	return totals;
}

/* Return the bin below which `n` entries lie. */
static int bin_at(const uint32_t *bins, uint32_t n)
{
	uint32_t seen = 0;

	for (int i = 0; i < PLANE_N_BINS; i++) {
		seen += bins[i];
		if (seen > n)
			return i;
	}
	return PLANE_N_BINS - 1;
}

/* Return the distance from the median within which more than `n` entries lie; the last one takes all that is
 * further away. */
static int distance_at(const uint32_t *bins, int median, uint32_t n)
{
	uint32_t seen = bins[median];
	int d = 0;

	while (seen <= n && d + 1 < PLANE_N_BINS / 4 - 1) {
		d++;
		seen += median - d >= 0 ? bins[median - d] : 0;
		seen += median + d < PLANE_N_BINS ? bins[median + d] : 0;
	}
	return seen > n ? d : PLANE_N_BINS / 4 - 1;
}

struct plane_background plane_find_background(
	const uint16_t *raw, int n_cells, uint32_t *bins)
{
	const uint32_t n_most = (uint32_t)(0.45 * n_cells);
	int median;

	memset(bins, 0, PLANE_N_BINS * sizeof(*bins));
	for (int i = 0; i < n_cells; i++) {
		uint32_t bin = raw[i];

		bins[bin < PLANE_N_BINS ? bin : PLANE_N_BINS - 1]++;
	}
	median = bin_at(bins, n_most);
	return (struct plane_background){ .level = (double)median,
		.spread = MAD_TO_SD * distance_at(bins, median, n_most) };
}
