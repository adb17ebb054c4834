/* Densities against the sums that define them, SciPy's own figures and known sines; bands by hand. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/carve.h"
#include "src/core/sway/spectrum.h"

#define SEED  20261128
#define MAX_N 2048

static double x[MAX_N], density[MAX_N], plain[MAX_N];

static int measure(const struct spectrum_setup *setup, int n)
{
	size_t size = spectrum_size(setup);
	void *memory = aligned_alloc(CARVE_ALIGNMENT, size);
	struct spectrum spectrum;
	int err;

	assert_true(size > 0);
	assert_non_null(memory);
	spectrum_init(&spectrum, setup, memory);
	err = spectrum_density(&spectrum, x, n, density);
	free(memory);
	return err;
}

/* The least-squares line, or level, from the normal equations; not how spectrum.c does it. */
static void detrend(const struct spectrum_setup *s, const double *from, double *to)
{
	double n = s->n_segment, st = 0, stt = 0, sx = 0, stx = 0, slope = 0, level;

	for (int i = 0; i < s->n_segment; i++) {
		st += i;
		stt += (double)i * i;
		sx += from[i];
		stx += i * from[i];
	}
	if (s->detrend == SPECTRUM_DETREND_LINEAR)
		slope = (n * stx - st * sx) / (n * stt - st * st);
	level = (sx - slope * st) / n;
	for (int i = 0; i < s->n_segment; i++)
		to[i] = from[i] - level - slope * i;
}

static void plain_density(const struct spectrum_setup *s, int n)
{
	const double pi = 3.14159265358979323846;
	static double part[MAX_N];
	int n_segments = 0;

	memset(plain, 0, sizeof(plain));
	for (int at = 0; at + s->n_segment <= n; at += s->n_segment - s->n_overlap) {
		double squares = 0.0;

		detrend(s, x + at, part);
		for (int i = 0; i < s->n_segment; i++) {
			double w = 0.5 * (1.0 - cos(2.0 * pi * i / s->n_segment));

			part[i] *= w;
			squares += w * w;
		}
		for (int k = 0; k < s->n_bins; k++) {
			double re = 0.0, im = 0.0;

			for (int i = 0; i < s->n_segment; i++) {
				double a = 2.0 * pi *
					   (double)((int64_t)i * k % s->n_fft) /
					   s->n_fft;

				re += part[i] * cos(a);
				im -= part[i] * sin(a);
			}
			plain[k] += (k == 0 || 2 * k == s->n_fft ? 1.0 : 2.0) *
				    (re * re + im * im) / (s->rate_hz * squares);
		}
		n_segments++;
	}
	for (int k = 0; k < s->n_bins; k++)
		plain[k] /= n_segments;
}

/* What scipy.signal.welch 1.10 prints for these ten numbers. */
static void as_scipy(void **state)
{
	static const double series[] = { 1, 3, 2, 5, 4, 4, 7, 6, 3, 1 };
	static const double linear[] = { 0.04083333333333328, 0.22958333333333378,
		0.5429166666666673, 0.35416666666666674 };
	static const double level[] = { 0.25, 1.2928451164539783, 0.9745159946571329 };
	struct spectrum_setup a = { 4.0, 4, 2, 6, 4, SPECTRUM_DETREND_LINEAR };
	struct spectrum_setup b = { 4.0, 4, 1, 5, 3, SPECTRUM_DETREND_MEAN };

	(void)state;
	memcpy(x, series, sizeof(series));
	assert_int_equal(measure(&a, 10), 0);
	for (int k = 0; k < 4; k++)
		assert_true(fabs(density[k] - linear[k]) < 1e-14);
	assert_int_equal(measure(&b, 10), 0);
	for (int k = 0; k < 3; k++)
		assert_true(fabs(density[k] - level[k]) < 1e-14);
}

/* Even and odd numbers of segments and lengths, all bins and a few, the short way and the chirp. */
static void against_the_sums(void **state)
{
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int round = 0; round < 60; round++) {
		int n = 40 + (int)rng_between(&rng, 0.0, 400.0);
		int segment = 2 + (int)rng_between(&rng, 0.0, n - 2.0);
		int n_fft = segment + (int)rng_between(&rng, 0.0, 300.0);
		struct spectrum_setup s = { rng_between(&rng, 1.0, 200.0), segment,
			(int)rng_between(&rng, 0.0, segment), n_fft, n_fft / 2 + 1,
			round % 2 ? SPECTRUM_DETREND_LINEAR : SPECTRUM_DETREND_MEAN };
		double largest = 0.0;

		if (round % 3 == 0)
			s.n_bins = 1 + s.n_bins / 5;
		for (int i = 0; i < n; i++)
			x[i] = (i > 0 ? x[i - 1] : 3.0) + rng_normal(&rng);
		assert_int_equal(measure(&s, n), 0);
		plain_density(&s, n);
		for (int k = 0; k < s.n_bins; k++)
			largest = fmax(largest, plain[k]);
		for (int k = 0; k < s.n_bins; k++)
			if (!(fabs(density[k] - plain[k]) <= 1e-10 * largest))
				fail_msg("round %d bin %d: %.17g, not %.17g", round, k,
					density[k], plain[k]);
	}
}

/* A sine of whole periods a segment holds half its amplitude squared, wherever it begins. */
static void power_of_a_sine(void **state)
{
	struct spectrum_setup s = { 50.0, 200, 100, 200, 101, SPECTRUM_DETREND_MEAN };
	double power = 0.0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		x[i] = 3.0 * sin(2.0 * 3.14159265358979323846 * 2.0 * i / 50.0 + 0.7);
	assert_int_equal(measure(&s, 1000), 0);
	for (int k = 0; k < 101; k++)
		power += density[k] * 50.0 / 200.0;
	assert_true(fabs(power - 4.5) < 1e-12);
	for (int k = 0; k < 101; k++)
		assert_true(density[k] <= density[8]); /* 2 Hz */
}

static void ignores_trend(void **state)
{
	struct spectrum_setup s = { 25.0, 250, 125, 748, 150, SPECTRUM_DETREND_LINEAR };
	static double before[MAX_N];
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 1);
	for (int i = 0; i < 748; i++)
		x[i] = rng_normal(&rng);
	assert_int_equal(measure(&s, 748), 0);
	memcpy(before, density, sizeof(before));
	for (int i = 0; i < 748; i++)
		x[i] = 2.0 * x[i] + 100.0 - 0.3 * i;
	assert_int_equal(measure(&s, 748), 0);
	for (int k = 0; k < 150; k++) /* twice the series, four times the power */
		assert_true(fabs(density[k] - 4.0 * before[k]) < 1e-11);
}

/* Bins at 0, 1, 2 ... 5 Hz with powers 8, 1, 4, 3, 2, 10: in 1 to 4 Hz the sum is 10, half of it
 * is reached at 2 Hz, 95 % at 4; m1 = 1 + 8 + 9 + 8 = 26, m2 = 1 + 16 + 27 + 32 = 76. */
static void reads_a_band(void **state)
{
	struct spectrum_setup s = { 10.0, 10, 5, 10, 6, SPECTRUM_DETREND_MEAN };
	static const double powers[] = { 8, 1, 4, 3, 2, 10 };
	struct spectrum_band band;

	(void)state;
	assert_true(spectrum_hz(&s, 3) == 3.0);
	spectrum_read_band(&s, powers, 1.0, 4.0, &band);
	assert_true(band.sum == 10.0);
	assert_true(band.pf50_hz == 2.0 && band.pf95_hz == 4.0 && band.mode_hz == 2.0);
	assert_true(fabs(band.centroid_hz - sqrt(7.6)) < 1e-15);
	assert_true(fabs(band.dispersion - sqrt(1.0 - 676.0 / 760.0)) < 1e-15);
	assert_true(spectrum_sum_above(&s, powers, 1.0, 4.0) == 9.0);
	assert_true(spectrum_sum_above(&s, powers, 4.0, 9.0) == 10.0);
	assert_int_equal(spectrum_bins_to(&s, 4.0), 5);
	assert_int_equal(spectrum_bins_to(&s, 3.999), 4);
	assert_int_equal(spectrum_bins_to(&s, -1.0), 0);
	assert_int_equal(spectrum_bins_to(&s, 1e9), 6);
}

static void absent_bands(void **state)
{
	struct spectrum_setup s = { 10.0, 10, 5, 10, 6, SPECTRUM_DETREND_MEAN };
	static const double powers[] = { 8, 0, 0, 3, 2, 10 };
	struct spectrum_band band;

	(void)state;
	spectrum_read_band(&s, powers, 1.0, 2.0, &band);
	assert_true(band.sum == 0.0 && isnan(band.pf50_hz) && isnan(band.mode_hz));
	spectrum_read_band(&s, powers, 1.1, 1.9, &band);
	assert_true(
		band.sum == 0.0 && isnan(band.centroid_hz) && isnan(band.dispersion));
}

static void refuses(void **state)
{
	struct spectrum_setup good = { 25.0, 250, 125, 300, 50, SPECTRUM_DETREND_MEAN };
	struct spectrum_setup s = good;

	(void)state;
	density[0] = -1.0;
	assert_int_equal(measure(&good, 249), -ENODATA);
	assert_true(density[0] == -1.0);
	s.n_overlap = 250;
	assert_int_equal(spectrum_size(&s), 0);
	s = good;
	s.n_fft = 249;
	assert_int_equal(spectrum_size(&s), 0);
	s = good;
	s.n_bins = 152;
	assert_int_equal(spectrum_size(&s), 0);
	s = good;
	s.rate_hz = NAN;
	assert_int_equal(spectrum_size(&s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_scipy),
		cmocka_unit_test(against_the_sums),
		cmocka_unit_test(power_of_a_sine),
		cmocka_unit_test(ignores_trend),
		cmocka_unit_test(reads_a_band),
		cmocka_unit_test(absent_bands),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
