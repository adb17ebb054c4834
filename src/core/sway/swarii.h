/* A COP series as mode quijoux resamples it: spikes purged, then a sliding weighted mean on a grid
 * of 25 Hz.
 * Reproduces the reference code's arithmetic, sums of rounded steps included; not for mode native.
 * Audiffren & Contal 2016 (Sensors 16:1208, SWARII) with the parameters of Quijoux et al. 2021. */
#ifndef STANCE_CORE_SWAY_SWARII_H
#define STANCE_CORE_SWAY_SWARII_H

#include <stdbool.h>

#define SWARII_RATE_HZ 25

/* Times from the first sample on, times[i] = t_s[i] - t_s[0], for n >= 2 rising t_s. Where t_s is
 * a steady clock's, within 1 % of its step or as rounded to decimals (with samples left out or
 * not), the steady times are restored, i / rate to the bit, the rate in as few decimals as fit: the
 * reference knows no other times. Returns whether so. */
bool swarii_times(const double *t_s, int n, double *times);

/* Take off the first and the last sample, the first 0.1 s, and spikes of one or two samples: over
 * 2 units (|dx| + |dy|) from the last sample kept while the next, or next but one, is back within
 * 0.5. In place; the units are cm. Returns the number of samples left, `*n_spikes` of those cut. */
int swarii_purge(double *times, double *x, double *y, int n, int *n_spikes);

/* Return the most outputs that swarii_resample() makes over `duration_s`. */
int swarii_most(double duration_s);

/* Three arrays of swarii_most() each. */
struct swarii_series {
	double *t, *x, *y;
};

/* Resample (times, x, y) (n >= 1) at times[0] + k / 25 while before the last time: the mean of
 * what lies within 40 ms, weighted by half the distances to the neighbours. Where nothing does,
 * the means before and after are joined by lines. `spare`: scratch like `out`. Returns the number
 * of outputs; `*n_empty` is how many windows had nothing. */
int swarii_resample(const double *times, const double *x, const double *y, int n,
	struct swarii_series *out, struct swarii_series *spare, int *n_empty);

#endif
