#include "src/core/sway/swarii.h"

#include <math.h>

#define WINDOW_S      (0.08 - 1e-6) /* the reference's: no sample sits on its border */
#define HALF_S        (WINDOW_S * 0.5)
#define SETTLE_S      0.1
#define SPIKE_CM      2.0
#define BACK_CM       0.5
#define MOST_FINE     9    /* decimals: finer times are taken as they are */
#define STEADY        0.01 /* of a step: what mode native takes as uniform, too */
#define RATE_DECIMALS 2    /* 59.94 Hz */
#define LOOSE         0.45 /* of a step: rounded further, samples could be taken for others */

/* Return the least step, a power of ten, of which all times are multiples; 0 if there is none. */
static double decimals_of(const double *t_s, int n)
{
	double per_s = 1.0;

	for (int d = 0; d <= MOST_FINE; d++, per_s *= 10.0) {
		bool fits = true;

		for (int i = 0; i < n && fits; i++) {
			double scaled = t_s[i] * per_s;

			fits = fabs(scaled - rint(scaled)) < 1e-3;
		}
		if (fits)
			return 1.0 / per_s;
	}
	return 0.0;
}

/* Return the mean step without gaps: steps over 1.5 times the mean are left out, until none is. */
static double step_of(const double *t_s, int n)
{
	double step = (t_s[n - 1] - t_s[0]) / (n - 1);

	for (int round = 0; round < 16; round++) {
		double sum = 0.0, limit = 1.5 * step;
		int n_short = 0;

		for (int i = 1; i < n; i++)
			if (t_s[i] - t_s[i - 1] <= limit) {
				sum += t_s[i] - t_s[i - 1];
				n_short++;
			}
		if (n_short == 0 || sum / n_short >= step)
			break;
		step = sum / n_short;
	}
	return step;
}

/* Write the times of a clock of `rate` that t_s is within `tolerance` of; false if it is not. */
static bool fit_clock(
	const double *t_s, int n, double rate, double tolerance, double *times)
{
	double last = -1.0;

	for (int i = 0; i < n; i++) {
		double since = t_s[i] - t_s[0], k = rint(since * rate);

		if (k <= last || fabs(since - k / rate) > tolerance)
			return false;
		last = k;
		times[i] = k / rate;
	}
	return true;
}

/* Try the rate in as few decimals as fit, then as it is. */
static bool fit_rate(
	const double *t_s, int n, double rate, double tolerance, double *times)
{
	double per_hz = 1.0;

	for (int d = 0; d <= RATE_DECIMALS; d++, per_hz *= 10.0) {
		double round_rate = rint(rate * per_hz) / per_hz;

		if (round_rate > 0.0 && fit_clock(t_s, n, round_rate, tolerance, times))
			return true;
	}
	return fit_clock(t_s, n, rate, tolerance, times);
}

bool swarii_times(const double *t_s, int n, double *times)
{
	double step = step_of(t_s, n), span = t_s[n - 1] - t_s[0];
	double rate = rint(span / step) / span;
	double rounded = fmin(decimals_of(t_s, n), LOOSE * step);

	if (fit_rate(t_s, n, rate, STEADY * step, times) ||
		fit_rate(t_s, n, rate, rounded, times))
		return true;
	for (int i = 0; i < n; i++)
		times[i] = t_s[i] - t_s[0];
	return false;
}

/* Sample i is far off the last one kept, and sample `next` is back near it. */
static bool is_spike(const double *x, const double *y, int i, int next, int kept)
{
	return fabs(x[next] - x[kept]) + fabs(y[next] - y[kept]) < BACK_CM &&
	       fabs(x[i] - x[kept]) + fabs(y[i] - y[kept]) > SPIKE_CM;
}

int swarii_purge(double *times, double *x, double *y, int n, int *n_spikes)
{
	int n_kept = 0;

	*n_spikes = 0;
	for (int i = 1; i < n - 1; i++) {
		if (times[i] < SETTLE_S)
			continue;
		if (n_kept > 0 &&
			(is_spike(x, y, i, i + 1, n_kept - 1) ||
				(i > 1 && i < n - 2 &&
					is_spike(x, y, i, i + 2, n_kept - 1)))) {
			++*n_spikes;
			continue;
		}
		times[n_kept] = times[i];
		x[n_kept] = x[i];
		y[n_kept] = y[i];
		n_kept++;
	}
	return n_kept;
}

int swarii_most(double duration_s)
{
	return (int)(duration_s * SWARII_RATE_HZ) + 2;
}

/* The weighted mean of the samples from..to - 1 about time `now`, in the reference's order. */
static void average(const double *times, const double *x, const double *y, int n,
	double now, int from, int to, double *mean_x, double *mean_y)
{
	double sum_x = 0.0, sum_y = 0.0, weight = 0.0;

	for (int i = from; i < to && to - from > 1; i++) {
		double left = 0.5 * (times[i] + times[i > 0 ? i - 1 : 0]);
		double right = 0.5 * (times[i + 1 < n ? i + 1 : i] + times[i]);
		double w;

		if (i == from)
			left = fmax(times[0], now - HALF_S);
		if (i == to - 1)
			right = fmin(times[n - 1], now + HALF_S);
		w = right - left;
		sum_x += x[i] * w;
		sum_y += y[i] * w;
		weight += w;
	}
	*mean_x = to - from > 1 ? sum_x / weight : x[from];
	*mean_y = to - from > 1 ? sum_y / weight : y[from];
}

/* Lay the n outputs, of which some windows are missing, on an unbroken grid by lines. Returns the
 * grid's length; it ends before the last output, as the reference's does. */
static int join(struct swarii_series *out, struct swarii_series *spare, int n)
{
	const double step = 1.0 / SWARII_RATE_HZ;
	struct swarii_series from = *out;
	double start = from.t[0];
	double delta = (start + step) - start; /* as NumPy's arange counts */
	int n_grid = (int)ceil((from.t[n - 1] - start) / step), hi = 1;

	for (int k = 0; k < n_grid; k++) {
		double t = start + k * delta;
		double width, part;

		while (hi < n - 1 && from.t[hi] < t)
			hi++;
		width = from.t[hi] - from.t[hi - 1];
		part = t - from.t[hi - 1];
		spare->t[k] = t;
		spare->x[k] =
			(from.x[hi] - from.x[hi - 1]) / width * part + from.x[hi - 1];
		spare->y[k] =
			(from.y[hi] - from.y[hi - 1]) / width * part + from.y[hi - 1];
	}
	*out = *spare;
	*spare = from;
	return n_grid;
}

int swarii_resample(const double *times, const double *x, const double *y, int n,
	struct swarii_series *out, struct swarii_series *spare, int *n_empty)
{
	int n_out = 0, from = 0, to = 0;

	*n_empty = 0;
	for (double now = fmax(0.0, times[0]); now < times[n - 1];
		now += 1.0 / SWARII_RATE_HZ) {
		while (from < n && times[from] < now && !(now - times[from] < HALF_S))
			from++;
		to = to > from ? to : from;
		while (to < n && (times[to] < now || times[to] - now < HALF_S))
			to++;
		if (from == to) {
			++*n_empty;
			continue;
		}
		average(times, x, y, n, now, from, to, &out->x[n_out], &out->y[n_out]);
		out->t[n_out++] = now;
	}
	return *n_empty > 0 && n_out > 0 ? join(out, spare, n_out) : n_out;
}
