/* The metrics of a prepared series: where each of mode native is computed by its module.
 * Does not resample or filter: sway.c does, and is what others call.
 * Follows docs/metrics.md; formulas and sources stand beside each module's functions. */
#ifndef STANCE_CORE_SWAY_MEASURES_H
#define STANCE_CORE_SWAY_MEASURES_H

#include <stdbool.h>
#include <stddef.h>

#include "src/core/metrics.h"
#include "src/core/sway/boundary.h"

#define MEASURES_ROUNDING 1e-9 /* a rate from time stamps is this exact at best */

/* On even steps, about its mean, in mm; an axis that does not move is zero. Caller-owned. */
struct measures_series {
	int n; /* 10 or more */
	double rate_hz;
	double *x, *y;
	double mean_x, mean_y; /* that was taken off */
	bool moves_x, moves_y;
	void *scratch; /* measures_scratch() bytes, aligned to CARVE_ALIGNMENT */
};

/* Return the bytes that the hungriest metric needs. */
size_t measures_scratch(int n, double rate_hz);

/* Write the metrics of METRIC_GROUP_SWAY into value[METRIC_N], NaN where one is not defined, and
 * NaN for all others. `noise_mm_s` is NaN if unknown, an outline without corners is none. */
void measures_all(const struct measures_series *series, double noise_mm_s,
	const struct boundary_outline *outline, double *value);

#endif
