/* The model of standing: as large, as fast and as slow as the norms of young adults. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "hw/sim/balance.h"

#define RATE_HZ    100
#define DURATION_S 60
#define N          (RATE_HZ * DURATION_S)
#define N_TRIALS   24
#define SEED       20251123u

static double series[BALANCE_N_AXES][N];

static void stand(uint64_t seed)
{
	for (int axis = 0; axis < BALANCE_N_AXES; axis++) {
		struct balance b;

		balance_init(&b, (enum balance_axis)axis, seed);
		for (int i = 0; i < N; i++)
			series[axis][i] = balance_at(&b, (double)i / RATE_HZ);
	}
}

static double mean_velocity_mm_s(void)
{
	double path = 0;

	for (int i = 1; i < N; i++)
		path += hypot(series[0][i] - series[0][i - 1],
			series[1][i] - series[1][i - 1]);
	return path * RATE_HZ / (N - 1);
}

/* Covariance of two axes about their means. */
static double covariance(int a, int b)
{
	double mean_a = 0, mean_b = 0, sum = 0;

	for (int i = 0; i < N; i++) {
		mean_a += series[a][i] / N;
		mean_b += series[b][i] / N;
	}
	for (int i = 0; i < N; i++)
		sum += (series[a][i] - mean_a) * (series[b][i] - mean_b) / N;
	return sum;
}

/* Mean of frequency weighted by power up to 5 Hz, both axes, segments of half the series. */
static double mean_frequency_hz(void)
{
	double power = 0, weighted = 0;
	int n = N / 2;

	for (int k = 1; k < 5 * n / RATE_HZ; k++) {
		double step_c = cos(2 * M_PI * k / n), step_s = sin(2 * M_PI * k / n);

		for (int part = 0; part < 2 * BALANCE_N_AXES; part++) {
			const double *x = series[part % 2] + part / 2 * n;
			double c = 1, s = 0, re = 0, im = 0, mean = 0;

			for (int i = 0; i < n; i++)
				mean += x[i] / n;
			for (int i = 0; i < n; i++) {
				double window = 0.5 - 0.5 * cos(2 * M_PI * i / n);
				double next = c * step_c - s * step_s;

				re += window * (x[i] - mean) * c;
				im += window * (x[i] - mean) * s;
				s = c * step_s + s * step_c;
				c = next;
			}
			power += re * re + im * im;
			weighted += (re * re + im * im) * k * RATE_HZ / n;
		}
	}
	return weighted / power;
}

/* Norms: Santos & Duarte 2016, 18 to 39 years, eyes open, firm: geometric mean 8.2 mm/s and
 * 200 mm2 (their spread between people is a factor of 1.35 and 2). */
static void is_as_large_and_as_fast_as_the_norms(void **state)
{
	double velocity = 0, area = 0, rms[BALANCE_N_AXES] = { 0 };

	(void)state;
	for (int k = 0; k < N_TRIALS; k++) {
		double xx, yy, xy;

		stand(SEED + (unsigned)k);
		xx = covariance(0, 0);
		yy = covariance(1, 1);
		xy = covariance(0, 1);
		velocity += log(mean_velocity_mm_s()) / N_TRIALS;
		/* 95 % prediction ellipse for large N: 2 pi F sqrt(det), F = 2.9989 */
		area += log(2 * M_PI * 2.9989 * sqrt(xx * yy - xy * xy)) / N_TRIALS;
		rms[0] += sqrt(xx) / N_TRIALS;
		rms[1] += sqrt(yy) / N_TRIALS;
	}
	printf("velocity %.2f mm/s, area %.0f mm2, RMS ML %.2f AP %.2f mm\n",
		exp(velocity), exp(area), rms[0], rms[1]);
	assert_true(exp(velocity) > 7.2 && exp(velocity) < 9.2);
	assert_true(exp(area) > 160 && exp(area) < 250);
	assert_true(fabs(rms[0] / BALANCE_RMS_ML_MM - 1) < 0.15);
	assert_true(fabs(rms[1] / BALANCE_RMS_AP_MM - 1) < 0.15);
}

/* Norm: mean power frequency 0.22 Hz, spread between people a factor of 1.35. */
static void is_as_slow_as_the_norms(void **state)
{
	double sum = 0;

	(void)state;
	for (unsigned k = 0; k < 4; k++) {
		stand(SEED + k);
		sum += log(mean_frequency_hz()) / 4;
	}
	printf("mean power frequency %.3f Hz\n", exp(sum));
	assert_true(exp(sum) > 0.22 / 1.35 && exp(sum) < 0.22 * 1.5);
}

static void repeats_itself_for_a_seed_only(void **state)
{
	double first[50];

	(void)state;
	stand(7);
	for (int i = 0; i < 50; i++)
		first[i] = series[1][i * 100];
	stand(8);
	assert_true(fabs(first[10] - series[1][1000]) > 1e-6);
	stand(7);
	for (int i = 0; i < 50; i++)
		assert_true(first[i] == series[1][i * 100]);
}

/* A slower reader sees the same person: only the interpolation differs, not at all at steps. */
static void does_not_depend_on_the_rate(void **state)
{
	struct balance b;

	(void)state;
	stand(9);
	balance_init(&b, BALANCE_AP, 9);
	for (int i = 0; i < N; i += 4)
		assert_true(fabs(balance_at(&b, (double)i / RATE_HZ) - series[1][i]) <
			    1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_as_large_and_as_fast_as_the_norms),
		cmocka_unit_test(is_as_slow_as_the_norms),
		cmocka_unit_test(repeats_itself_for_a_seed_only),
		cmocka_unit_test(does_not_depend_on_the_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
