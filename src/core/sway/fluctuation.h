/* Detrended fluctuation analysis: how the wandering of a summed series grows with the time looked
 * at.
 * Order 1, boxes side by side from the start, none overlapping; what is left over at the end is
 * not used.
 * Peng et al. 1994 (Phys Rev E 49:1685); sizes as docs/metrics.md says. */
#ifndef STANCE_CORE_SWAY_FLUCTUATION_H
#define STANCE_CORE_SWAY_FLUCTUATION_H

#define FLUCTUATION_MAX_SIZES 20
#define FLUCTUATION_MIN_SIZES 4 /* chosen: fewer make no slope */

/* Write the box sizes for n samples, rising: 20 spaced logarithmically from 4 to n / 10, rounded
 * half to even, each once. Returns their number, 0 if n / 10 is below 4. */
int fluctuation_sizes(int n, int sizes[FLUCTUATION_MAX_SIZES]);

/* Return the root mean square of what lines fitted to boxes of `size` (>= 3) samples leave of
 * `profile` (n >= size). */
double fluctuation_at(const double *profile, int n, int size);

/* Return the slope of ln F on ln size for x (n, any unit), NaN if there are fewer than
 * FLUCTUATION_MIN_SIZES sizes or F is zero. `profile`: n, scratch. */
double fluctuation_alpha(const double *x, int n, double *profile);

#endif
