/* Displacements against the double sum, laws against series that follow them. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/carve.h"
#include "src/core/sway/diffusion.h"

#define SEED  20261130
#define MAX_N 7000

static double x[MAX_N], y[MAX_N], msd_x[MAX_N], msd_y[MAX_N], scratch[2 * MAX_N];

static void displace(int n)
{
	void *memory = aligned_alloc(CARVE_ALIGNMENT, diffusion_size(n));

	assert_non_null(memory);
	diffusion_displacements(x, y, n, memory, msd_x, msd_y);
	free(memory);
}

static double plain(const double *v, int n, int lag)
{
	long double sum = 0.0L;

	for (int i = 0; i + lag < n; i++)
		sum += (long double)(v[i + lag] - v[i]) * (v[i + lag] - v[i]);
	return (double)(sum / (n - lag));
}

/* A random walk smoothed to what a filtered COP looks like, far from the origin. */
static void walk(double *v, int n, int smooth, struct rng *rng)
{
	double a = 0.0, b = 0.0, place = 250.0;

	for (int i = 0; i < n; i++) {
		a += (rng_normal(rng) - a) / smooth;
		b += (a - b) / smooth;
		place += b;
		v[i] = place;
	}
}

static void by_hand(void **state)
{
	static const double v[] = { 0, 1, 3, 2, 2, 5 };

	(void)state;
	for (int i = 0; i < 6; i++) {
		x[i] = v[i];
		y[i] = -2.0 * v[i];
	}
	assert_int_equal(diffusion_lags(6), 2);
	displace(6);
	assert_true(fabs(msd_x[0] - (1 + 4 + 1 + 0 + 9) / 5.0) < 1e-15);
	assert_true(fabs(msd_x[1] - (9 + 1 + 1 + 9) / 4.0) < 1e-15);
	assert_true(msd_y[0] == 4.0 * msd_x[0] && msd_y[1] == 4.0 * msd_x[1]);
}

/* Short series are summed directly, long ones are not: both the same. */
static void against_the_sums(void **state)
{
	static const int lengths[] = { 3, 10, 144, 500, 748, 1498, 2003, 5998, 6000 };
	struct rng rng;
	double worst = 0.0;

	(void)state;
	rng_init(&rng, SEED, 0);
	for (size_t k = 0; k < sizeof(lengths) / sizeof(lengths[0]); k++) {
		int n = lengths[k], n_lags = diffusion_lags(n);

		walk(x, n, n > 3000 ? 8 : 3, &rng);
		walk(y, n, 2, &rng);
		displace(n);
		for (int lag = 1; lag <= n_lags; lag += 1 + n_lags / 97) {
			double ex = msd_x[lag - 1] / plain(x, n, lag) - 1.0;
			double ey = msd_y[lag - 1] / plain(y, n, lag) - 1.0;

			worst = fmax(worst, fmax(fabs(ex), fabs(ey)));
		}
	}
	printf("seed %d: worst relative error %.2g\n", SEED, worst);
	assert_true(worst < 1e-11);
}

/* A drift that dwarfs the sway: what the long lags then lose must stay small. */
static void under_a_drift(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 1);
	walk(x, 6000, 4, &rng);
	walk(y, 6000, 4, &rng);
	for (int i = 0; i < 6000; i++)
		x[i] += 0.5 * i;
	displace(6000);
	for (int lag = 1; lag <= 2000; lag += 13)
		assert_true(fabs(msd_x[lag - 1] / plain(x, 6000, lag) - 1.0) < 1e-10);
}

/* Two exact laws that meet at 1 s: 4 t^1.6 before, 4 t^0.4 after. */
static void two_laws(void **state)
{
	struct diffusion d;
	int n_lags = 500;

	(void)state;
	for (int k = 1; k <= n_lags; k++)
		msd_x[k - 1] = 4.0 * pow(k / 25.0, k <= 25 ? 1.6 : 0.4);
	assert_int_equal(diffusion_fit(msd_x, n_lags, 25.0, scratch, &d), 0);
	assert_true(fabs(d.short_scaling - 0.8) < 1e-12);
	assert_true(fabs(d.long_scaling - 0.2) < 1e-12);
	assert_true(fabs(d.short_diffusion / 4.0 - 1.0) < 1e-12);
	assert_true(fabs(d.long_diffusion / 4.0 - 1.0) < 1e-12);
	assert_true(fabs(d.critical_time_s - 1.0) < 1e-11);
	assert_true(fabs(d.critical_displacement / 4.0 - 1.0) < 1e-11);
}

/* Laws that would meet after the longest lag (20 s) are cut there: t before, 4 t^0.9 after. */
static void crossing_is_cut(void **state)
{
	struct diffusion d;

	(void)state;
	for (int k = 1; k <= 500; k++)
		msd_x[k - 1] = k <= 25 ? k / 25.0 : 4.0 * pow(k / 25.0, 0.9);
	assert_int_equal(diffusion_fit(msd_x, 500, 25.0, scratch, &d), 0);
	assert_true(fabs(d.critical_time_s - 20.0) < 1e-12);
	assert_true(fabs(d.critical_displacement - 20.0) < 1e-10);
}

/* The choice of both regions against a search with two-pass regressions. */
static double residual(const double *msd, double rate, int from, int to)
{
	double n = to - from + 1, mt = 0, md = 0, tt = 0, td = 0, sum = 0;

	for (int k = from; k <= to; k++) {
		mt += log(k / rate) / n;
		md += log(msd[k - 1]) / n;
	}
	for (int k = from; k <= to; k++) {
		tt += (log(k / rate) - mt) * (log(k / rate) - mt);
		td += (log(k / rate) - mt) * (log(msd[k - 1]) - md);
	}
	for (int k = from; k <= to; k++)
		sum += pow(log(msd[k - 1]) - md - td / tt * (log(k / rate) - mt), 2.0);
	scratch[0] = td / tt;
	return sqrt(sum / n);
}

static void regions_are_the_best(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 2);
	for (int round = 0; round < 20; round++) {
		int n = 400 + 40 * round, n_lags = diffusion_lags(n);
		double least[2] = { INFINITY, INFINITY }, slope[2] = { 0.0, 0.0 };
		struct diffusion d;

		walk(x, n, 3, &rng);
		walk(y, n, 3, &rng);
		displace(n);
		for (int i = 8; i <= 62; i++)
			for (int k = 0; k < 2; k++) {
				double r = k == 0 ? residual(msd_x, 25.0, 1, i)
						  : residual(msd_x, 25.0, i, n_lags);

				if (r <= least[k]) {
					least[k] = r;
					slope[k] = scratch[0];
				}
			}
		assert_int_equal(diffusion_fit(msd_x, n_lags, 25.0, scratch, &d), 0);
		assert_true(fabs(d.short_scaling - slope[0] / 2.0) < 1e-12);
		assert_true(fabs(d.long_scaling - slope[1] / 2.0) < 1e-12);
	}
}

static void refuses(void **state)
{
	struct diffusion d = { .critical_time_s = -1.0 };

	(void)state;
	assert_int_equal(diffusion_size(2), 0);
	for (int k = 0; k < 500; k++)
		msd_x[k] = 1.0 + k;
	assert_int_equal(diffusion_fit(msd_x, 63, 25.0, scratch, &d), -ENODATA);
	assert_int_equal(diffusion_fit(msd_x, 500, 5.0, scratch, &d), -ENODATA);
	msd_x[40] = 0.0;
	assert_int_equal(diffusion_fit(msd_x, 500, 25.0, scratch, &d), -EDOM);
	assert_true(d.critical_time_s == -1.0);
	msd_x[40] = 41.0;
	assert_int_equal(diffusion_fit(msd_x, 64, 25.0, scratch, &d), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(against_the_sums),
		cmocka_unit_test(under_a_drift),
		cmocka_unit_test(two_laws),
		cmocka_unit_test(crossing_is_cut),
		cmocka_unit_test(regions_are_the_best),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
