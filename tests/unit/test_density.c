/* Counts against a walk from every sample, peaks by hand. */
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
#include "src/core/sway/density.h"
#include "src/core/sway/filter.h"

#define SEED  20261201
#define MAX_N 3000

static double x[MAX_N], y[MAX_N], counts[MAX_N];

static void count(int n, double radius)
{
	void *memory = aligned_alloc(CARVE_ALIGNMENT, density_size(n));

	assert_non_null(memory);
	density_counts(x, y, n, radius, memory, counts);
	free(memory);
}

static int measure(int n, double rate_hz, double radius, struct density *out)
{
	void *memory = aligned_alloc(CARVE_ALIGNMENT, density_size(n));
	int err;

	assert_non_null(memory);
	err = density_measure(x, y, n, rate_hz, radius, memory, out);
	free(memory);
	return err;
}

static int plain_count(int n, int centre, double radius)
{
	int to = centre, from = centre;

	while (to + 1 < n && !(sqrt(pow(x[to + 1] - x[centre], 2.0) +
				       pow(y[to + 1] - y[centre], 2.0)) > radius))
		to++;
	while (from > 0 && !(sqrt(pow(x[from - 1] - x[centre], 2.0) +
				     pow(y[from - 1] - y[centre], 2.0)) > radius))
		from--;
	return to - from;
}

/* 0 0 1 1 1 3 0: about 0.5, a sample exactly one radius away counts. */
static void by_hand(void **state)
{
	static const double v[] = { 0, 0, 1, 1, 1, 3, 0 };
	static const int near[] = { 1, 1, 2, 2, 2, 0 }, far[] = { 4, 4, 4, 4, 4, 0 };

	(void)state;
	for (int i = 0; i < 7; i++) {
		x[i] = 0.6 * v[i];
		y[i] = 0.8 * v[i];
	}
	count(7, 0.5);
	for (int i = 0; i < 6; i++)
		assert_true(counts[i] == near[i]);
	for (int i = 0; i < 7; i++) {
		x[i] = v[i];
		y[i] = 0.0;
	}
	count(7, 1.0);
	for (int i = 0; i < 6; i++)
		assert_true(counts[i] == far[i]);
}

/* Walks of any length, radii from less than a step to everything. */
static void against_the_walk(void **state)
{
	static const double radii[] = { 0.0, 0.05, 0.4, 1.0, 4.0, 1e6 };
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int round = 0; round < 60; round++) {
		int n = round < 40 ? 2 + round : 200 * (round - 39) / 3 + round;

		for (int i = 0; i < n; i++) {
			double pull = 0.99;

			x[i] = (i > 0 ? pull * x[i - 1] : 0.0) + 0.1 * rng_normal(&rng);
			y[i] = (i > 0 ? pull * y[i - 1] : 0.0) + 0.1 * rng_normal(&rng);
			if (round % 4 == 0) { /* on a grid: many exactly alike */
				x[i] = rint(10.0 * x[i]) / 10.0;
				y[i] = rint(10.0 * y[i]) / 10.0;
			}
		}
		for (int r = 0; r < 6; r++) {
			count(n, radii[r]);
			for (int i = 0; i < n - 1; i++)
				if (counts[i] != plain_count(n, i, radii[r]))
					fail_msg("n %d radius %g sample %d: %g, not %d",
						n, radii[r], i, counts[i],
						plain_count(n, i, radii[r]));
		}
	}
}

/* The whole measure in plain steps. */
static void plain_measure(int n, double rate_hz, double radius, struct density *out)
{
	const struct filter low_pass = filter_butter4(2.5, rate_hz);
	static double work[MAX_N + 2 * FILTER_BUTTER4_PAD];
	double last_x = NAN, last_y = NAN;

	for (int i = 0; i < n - 1; i++)
		counts[i] = plain_count(n, i, radius) / rate_hz;
	filter_both_ways(&low_pass, FILTER_BUTTER4_PAD, counts, n - 1, work);
	*out = (struct density){ 0, 0.0, 0.0 };
	for (int i = 1; i < n - 2; i++)
		if (counts[i] > fmax(counts[i - 1], counts[i + 1])) {
			if (out->n_peaks++ > 0)
				out->distance += hypot(x[i] - last_x, y[i] - last_y);
			out->peak_s += counts[i];
			last_x = x[i];
			last_y = y[i];
		}
	out->peak_s /= out->n_peaks;
	out->distance /= out->n_peaks - 1;
}

/* Ten rests of 1.6 s, 10 apart, with quick ways between them. */
static void ten_rests(void **state)
{
	struct density d, plain;
	int n = 0;

	(void)state;
	for (int rest = 0; rest < 10; rest++) {
		for (int i = 0; i < 40; i++, n++) {
			x[n] = 10.0 * rest;
			y[n] = 0.01 * fabs(i - 20.0);
		}
		for (int i = 1; i < 20; i++, n++) {
			x[n] = 10.0 * rest + 0.5 * i;
			y[n] = 0.0;
		}
	}
	assert_int_equal(measure(n, 25.0, 0.15, &d), 0);
	plain_measure(n, 25.0, 0.15, &plain);
	assert_int_equal(d.n_peaks, plain.n_peaks);
	assert_true(d.n_peaks >= 10);
	assert_true(fabs(d.peak_s / plain.peak_s - 1.0) < 1e-12);
	assert_true(fabs(d.distance / plain.distance - 1.0) < 1e-12);
	/* in millimetres or in centimetres: the same time, ten times the distance */
	for (int i = 0; i < n; i++) {
		x[i] *= 8.0;
		y[i] *= 8.0;
	}
	assert_int_equal(measure(n, 25.0, 8.0 * 0.15, &d), 0);
	assert_true(fabs(d.peak_s / plain.peak_s - 1.0) < 1e-12);
	assert_true(fabs(d.distance / plain.distance / 8.0 - 1.0) < 1e-12);
}

static void still_has_no_peaks(void **state)
{
	struct density d;

	(void)state;
	for (int i = 0; i < 200; i++)
		x[i] = y[i] = 0.001 * (i % 7);
	assert_int_equal(measure(200, 25.0, 0.3, &d), 0);
	assert_int_equal(d.n_peaks, 0);
	assert_true(isnan(d.peak_s) && isnan(d.distance));
}

static void refuses(void **state)
{
	struct density d;

	(void)state;
	assert_int_equal(measure(16, 25.0, 0.3, &d), -ENODATA);
	assert_int_equal(measure(17, 25.0, 0.3, &d), 0);
	assert_int_equal(measure(100, 5.0, 0.3, &d), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(against_the_walk),
		cmocka_unit_test(ten_rests),
		cmocka_unit_test(still_has_no_peaks),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
