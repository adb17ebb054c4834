/* Raw numbers to a plane of values: scale, zero map, contact threshold, background.
 * Does not know feet. Every array is n_cells long, row-major.
 * Follows docs/architecture.md ("the way of the data"): raw frame -> force frame. */
#ifndef STANCE_CORE_PLANE_H
#define STANCE_CORE_PLANE_H

#include <stdbool.h>
#include <stdint.h>

/* How one number becomes one value: value = number * gain - zero, 0 up to the threshold. */
struct plane_rule {
	float gain;          /* value units per number */
	float threshold;     /* value units; values not above it are no contact */
	uint16_t full_scale; /* numbers from here on are saturated */
};

/* What plane_convert() saw on its way. */
struct plane_totals {
	double sum; /* of all values in contact */
	bool full;  /* a number reached full scale */
};

/* Turn `raw` into `values` under `rule` and `zero` (value units). Sixteen lanes are summed
 * apart in float and joined in double: the sum's relative error stays near 1e-6. */
struct plane_totals plane_convert(const uint16_t *raw, const float *zero,
	struct plane_rule rule, int n_cells, float *values);

/* The level and spread of unloaded cells, in numbers. */
struct plane_background {
	double level; /* median of the lower part of the histogram */
	double spread; /* standard deviation by the median absolute deviation (x 1.4826) */
};

#define PLANE_N_BINS 4096

/* Estimate the background of a frame of which less than half is loaded. `bins` is scratch of
 * PLANE_N_BINS. Median and MAD: Rousseeuw & Croux 1993, J Am Stat Assoc 88:1273. */
struct plane_background plane_find_background(
	const uint16_t *raw, int n_cells, uint32_t *bins);

#endif
