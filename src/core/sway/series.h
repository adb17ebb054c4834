/* A COP series on even time steps: what its time stamps say, and the series interpolated on them.
 * Does not filter.
 * Follows docs/metrics.md ("Series"). */
#ifndef STANCE_CORE_SWAY_SERIES_H
#define STANCE_CORE_SWAY_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#define SERIES_MAX_N            500000 /* on even steps: more than an hour at 100 a second */
#define SERIES_EVEN_FRAC        0.01 /* steps within this of their median are even */
#define SERIES_GAP_S            0.1  /* a longer step is a gap */
#define SERIES_MAX_MISSING_FRAC 0.05

/* What the time stamps say. */
struct series_timing {
	double step_s; /* median; 1 / step_s is the rate */
	bool is_even;  /* every step within 1 % of it: taken as they are */
	int n;      /* samples on even steps, from the first time to the last at most */
	int n_gaps; /* over 100 ms */
	double missing_frac; /* time in gaps, over the whole */
};

/* Return the bytes that series_timing() needs for n times. */
size_t series_timing_size(int n);

/* Judge n (>= 2) times in seconds. Returns 0; -EINVAL if one is not finite or does not rise;
 * -ERANGE if more than 5 % of the time is missing, or even steps would be more than
 * SERIES_MAX_N. `*out` is written on -ERANGE too. `memory`: series_timing_size() bytes, aligned to
 * CARVE_ALIGNMENT. */
int series_timing(const double *t_s, int n, void *memory, struct series_timing *out);

/* Put `values` at the n times t_s on the even steps of `timing`: copied where they are even, else
 * interpolated linearly. `out`: timing->n. */
void series_resample(const double *t_s, const double *values, int n,
	const struct series_timing *timing, double *out);

#endif
