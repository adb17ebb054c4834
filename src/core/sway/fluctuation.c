#include "src/core/sway/fluctuation.h"

#include <math.h>
#include <stdbool.h>

#define MIN_SIZE 4
#define LANES    4 /* sums side by side: one alone waits for each addition */

int fluctuation_sizes(int n, int sizes[FLUCTUATION_MAX_SIZES])
{
	double low = log10(MIN_SIZE), high = log10(n / 10.0);
	double step = (high - low) / (FLUCTUATION_MAX_SIZES - 1);
	int count = 0;

	if (n < 10 * MIN_SIZE)
		return 0;
	for (int k = 0; k < FLUCTUATION_MAX_SIZES; k++) {
		bool is_last = k == FLUCTUATION_MAX_SIZES - 1;
		int size = (int)nearbyint(pow(10.0, is_last ? high : low + k * step));

		if (count == 0 || size > sizes[count - 1])
			sizes[count++] = size;
	}
	return count;
}

/* The sum of squares that the best line leaves of y (n). */
static double residual(const double *y, int n)
{
	double middle = 0.5 * (n - 1), mean = 0.0, slope = 0.0, sum = 0.0;
	double lanes[LANES] = { 0.0 };
	int i = 0;

	for (int k = 0; k < n; k++) {
		mean += y[k];
		slope += (k - middle) * y[k];
	}
	mean /= n;
	slope /= n * ((double)n * n - 1.0) / 12.0;
	for (; i + LANES <= n; i += LANES)
		for (int k = 0; k < LANES; k++) {
			double r = y[i + k] - mean - slope * (i + k - middle);

			lanes[k] += r * r;
		}
	for (; i < n; i++) {
		double r = y[i] - mean - slope * (i - middle);

		sum += r * r;
	}
	return sum + lanes[0] + lanes[1] + lanes[2] + lanes[3];
}

double fluctuation_at(const double *profile, int n, int size)
{
	int n_boxes = n / size;
	double sum = 0.0;

	for (int box = 0; box < n_boxes; box++)
		sum += residual(profile + box * size, size);
	return sqrt(sum / ((double)n_boxes * size));
}

static double slope_of(const double *x, const double *y, int n)
{
	double mx = 0.0, my = 0.0, xx = 0.0, xy = 0.0;

	for (int i = 0; i < n; i++) {
		mx += x[i] / n;
		my += y[i] / n;
	}
	for (int i = 0; i < n; i++) {
		xx += (x[i] - mx) * (x[i] - mx);
		xy += (x[i] - mx) * (y[i] - my);
	}
	return xy / xx;
}

double fluctuation_alpha(const double *x, int n, double *profile)
{
	double log_size[FLUCTUATION_MAX_SIZES], log_f[FLUCTUATION_MAX_SIZES];
	int sizes[FLUCTUATION_MAX_SIZES];
	int n_sizes = fluctuation_sizes(n, sizes);
	double mean = 0.0, sum = 0.0;

	if (n_sizes < FLUCTUATION_MIN_SIZES)
		return NAN;
	for (int i = 0; i < n; i++)
		mean += x[i];
	mean /= n;
	for (int i = 0; i < n; i++)
		profile[i] = sum += x[i] - mean;
	for (int k = 0; k < n_sizes; k++) {
		double f = fluctuation_at(profile, n, sizes[k]);

		if (!(f > 0.0))
			return NAN;
		log_size[k] = log(sizes[k]);
		log_f[k] = log(f);
	}
	return slope_of(log_size, log_f, n_sizes);
}
