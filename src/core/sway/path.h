/* What a COP series covers: its path, speed, spread and reach.
 * Does not filter or take the mean off.
 * Prieto et al. 1996 (IEEE Trans Biomed Eng 43:956) but for the divisors, which docs/metrics.md
 * gives: RMS over n, velocity over the time from the first sample to the last. */
#ifndef STANCE_CORE_SWAY_PATH_H
#define STANCE_CORE_SWAY_PATH_H

struct path {
	double length;                 /* L = sum of steps */
	double velocity;               /* L / T, T = (n - 1) / rate */
	double velocity_x, velocity_y; /* sum |dx| / T */
	double rms_x, rms_y,
		rms; /* sqrt of the mean square of x, y and the distance r */
	double range_x, range_y;
	double mean_distance;  /* mean r */
	double area_rate;      /* sum |x[i+1] y[i] - x[i] y[i+1]| / (2 T) */
	double mean_frequency; /* velocity / (2 pi mean r); NaN without movement */
};

/* Measure a series about its mean: x, y (n >= 2, mean 0), any unit. */
void path_measure(
	const double *x, const double *y, int n, double rate_hz, struct path *out);

#endif
