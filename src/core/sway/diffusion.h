/* Stabilogram diffusion: how the squared displacement grows with the lag, and where its growth
 * changes.
 * Fits powers, not straight lines: <d^2> = D t^(2 H).
 * Collins & De Luca 1993 (Exp Brain Res 95:308); regions found as Quijoux et al. 2021 (Physiol
 * Rep 9:e15067) find them. The search is unstable on real recordings, so mark it exploratory. */
#ifndef STANCE_CORE_SWAY_DIFFUSION_H
#define STANCE_CORE_SWAY_DIFFUSION_H

#include <stddef.h>

/* Return the number of lags that n samples give: a third of them. */
int diffusion_lags(int n);

/* Return the bytes of scratch that diffusion_displacements() needs for n samples, n >= 3; 0 if n
 * is out of range. */
size_t diffusion_size(int n);

/* Mean squared displacements of two series x, y (n each; any unit, any offset) at the lags of
 * 1 .. diffusion_lags(n) samples: msd[k - 1] = mean over i of (x[i + k] - x[i])^2.
 * `memory`: diffusion_size() bytes, aligned to CARVE_ALIGNMENT. O(n log n): short lags are
 * summed directly, because there the difference of large sums would lose digits; long ones come
 * from the autocorrelation. Relative error below 1e-10 where the displacement is above 1e-5 of
 * the variance, which beyond the directly summed lags it is in every recording seen. */
void diffusion_displacements(const double *x, const double *y, int n, void *memory,
	double *msd_x, double *msd_y);

/* Two power laws and where they meet. */
struct diffusion {
	double short_diffusion; /* squared displacement at 1 s of the short-term law */
	double long_diffusion;  /* and of the long-term law */
	double short_scaling;   /* H: 0.5 is a random walk, more is persistent */
	double long_scaling;
	double critical_time_s;       /* of the crossing, at most the longest lag */
	double critical_displacement; /* squared, on the short-term law at that time */
};

/* Fit both laws to msd (n_lags, lag k at index k - 1) by least squares of its logarithm on that
 * of time. Short-term: the first i lags; long-term: all from lag i on; each i from
 * floor(0.3 s) + 1 to floor(2.5 s) in samples, chosen by itself for the least mean square
 * residual, the later of equals. `scratch`: 2 n_lags.
 * Returns 0; -ENODATA if the last choice would leave fewer than DIFFUSION_MIN_POINTS; -EDOM if a
 * displacement is zero or the two laws are parallel. Writes `*out` on success only. */
int diffusion_fit(const double *msd, int n_lags, double rate_hz, double *scratch,
	struct diffusion *out);

#define DIFFUSION_MIN_POINTS 3 /* a line always fits two */

#endif
