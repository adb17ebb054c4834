#include "src/core/sway/series.h"

#include <errno.h>
#include <math.h>

#include "src/core/carve.h"
#include "src/core/sway/order.h"

/* The last step is still there if rounding of the times alone took it away. */
#define ROUNDING_STEPS 1e-6

/* Rates that differ from a whole number of millihertz by less than time stamps are exact to. */
#define ROUND_RATES 1e3
#define SAME_RATE   1e-9

size_t series_timing_size(int n)
{
	struct carve carve = { NULL, 0 };

	carve_take(&carve, (size_t)n * sizeof(double));
	return carve.used + order_size(n);
}

static int find_steps(const double *t_s, int n, double *steps_s)
{
	for (int i = 0; i + 1 < n; i++) {
		steps_s[i] = t_s[i + 1] - t_s[i];
		if (!(steps_s[i] > 0.0) || !isfinite(steps_s[i]))
			return -EINVAL;
	}
	return 0;
}

/* A step without the rounding of the time stamps that it is a difference of: rates are round. */
static double round_step(double step_s)
{
	double rate = 1.0 / step_s, round = nearbyint(rate * ROUND_RATES) / ROUND_RATES;

	return fabs(rate - round) < SAME_RATE * rate ? 1.0 / round : step_s;
}

int series_timing(const double *t_s, int n, void *memory, struct series_timing *out)
{
	struct carve carve = { memory, 0 };
	double *steps_s = carve_take(&carve, (size_t)n * sizeof(double));
	double whole_s = t_s[n - 1] - t_s[0], gaps_s = 0.0, n_even;
	struct series_timing timing = { .is_even = true };

	if (find_steps(t_s, n, steps_s) < 0)
		return -EINVAL;
	timing.step_s =
		round_step(order_median(steps_s, n - 1, carve.memory + carve.used));
	for (int i = 0; i + 1 < n; i++) {
		if (fabs(steps_s[i] - timing.step_s) > SERIES_EVEN_FRAC * timing.step_s)
			timing.is_even = false;
		if (steps_s[i] > SERIES_GAP_S) {
			timing.n_gaps++;
			gaps_s += steps_s[i];
		}
	}
	timing.missing_frac = gaps_s / whole_s;
	n_even = timing.is_even ? n
				: floor(whole_s / timing.step_s + ROUNDING_STEPS) + 1.0;
	timing.n = n_even <= SERIES_MAX_N ? (int)n_even : 0;
	*out = timing;
	if (timing.missing_frac > SERIES_MAX_MISSING_FRAC || timing.n == 0)
		return -ERANGE;
	return 0;
}

void series_resample(const double *t_s, const double *values, int n,
	const struct series_timing *timing, double *out)
{
	int i = 0;

	for (int k = 0; k < timing->n; k++) {
		double at_s = t_s[0] + k * timing->step_s;

		if (timing->is_even) {
			out[k] = values[k];
			continue;
		}
		while (i + 2 < n && t_s[i + 1] <= at_s)
			i++;
		out[k] = values[i] +
			 (values[i + 1] - values[i]) *
				 fmin((at_s - t_s[i]) / (t_s[i + 1] - t_s[i]), 1.0);
	}
}
