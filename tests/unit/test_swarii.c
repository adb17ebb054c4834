/* Clocks restored, spikes cut, windows weighed: all by hand. */
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
#include "src/core/sway/swarii.h"

#define SEED  20261202
#define MAX_N 8000

static double t[MAX_N], x[MAX_N], y[MAX_N], times[MAX_N];
static double out_t[MAX_N], out_x[MAX_N], out_y[MAX_N];
static double spare_t[MAX_N], spare_x[MAX_N], spare_y[MAX_N];
static struct swarii_series out, spare;
static int n_empty;

static int resample(int n)
{
	out = (struct swarii_series){ out_t, out_x, out_y };
	spare = (struct swarii_series){ spare_t, spare_x, spare_y };
	return swarii_resample(t, x, y, n, &out, &spare, &n_empty);
}

static double round_to(double v, double step)
{
	return rint(v / step) * step;
}

/* Rates and roundings that files have: the clock's own times come back to the bit. */
static void clocks_come_back(void **state)
{
	static const double rates[] = { 59.94, 62.5, 20, 40, 50, 60, 75, 100, 120, 128,
		200, 240, 250 };
	static const double steps[] = { 1e-3, 1e-4, 1e-6, 1e-9 };

	(void)state;
	for (int r = 0; r < 13; r++)
		for (int s = 0; s < 4; s++) {
			for (int i = 0; i < 6000; i++)
				t[i] = round_to(17.123 + i / rates[r], steps[s]);
			if (!swarii_times(t, 6000, times))
				fail_msg("%g Hz in steps of %g", rates[r], steps[s]);
			for (int i = 0; i < 6000; i++)
				assert_true(times[i] == i / rates[r]);
		}
}

static void left_out_samples(void **state)
{
	struct rng rng;
	int n = 0;
	static int index[MAX_N];

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int i = 0; i < 7000; i++) {
		if (i > 0 && (rng_uniform(&rng) < 0.05 || (i > 900 && i < 920)))
			continue;
		index[n] = i;
		t[n++] = round_to(5.0 + i / 120.0, 1e-3);
	}
	assert_true(swarii_times(t, n, times));
	for (int i = 0; i < n; i++)
		assert_true(times[i] == index[i] / 120.0);
}

/* A rate that is no whole number; then a clock that is none. */
static void odd_clocks(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 1);
	for (int i = 0; i < 6000; i++)
		t[i] = 3.0 + i / 99.4321;
	assert_true(swarii_times(t, 6000, times));
	for (int i = 0; i < 6000; i++)
		assert_true(fabs(times[i] - i / 99.4321) < 1e-9);
	for (int i = 0; i < 6000; i++)
		t[i] += 2e-3 * rng_uniform(&rng);
	assert_false(swarii_times(t, 6000, times));
	for (int i = 0; i < 6000; i++)
		assert_true(times[i] == t[i] - t[0]);
	t[0] = 0.0;
	t[1] = 0.3;
	assert_true(swarii_times(t, 2, times));
	assert_true(times[0] == 0.0 && fabs(times[1] - 0.3) < 0.003);
}

/* First and last sample, the first 0.1 s; spikes of one and of two samples, not of three; a step
 * of less than 2; a place that is left for good. */
static void spikes(void **state)
{
	int n_spikes, n;

	(void)state;
	for (int i = 0; i < 60; i++) {
		t[i] = i / 100.0;
		x[i] = y[i] = 0.001 * i;
	}
	x[20] += 3.0;
	x[30] -= 1.5;
	y[31] += 4.0;
	x[31] += 0.0;
	y[30] -= 1.5;
	x[40] += 3.0;
	x[41] += 3.0;
	x[42] += 3.0;
	x[50] += 1.9;
	for (int i = 57; i < 60; i++)
		x[i] += 9.0;
	n = swarii_purge(t, x, y, 60, &n_spikes);
	/* 10..58 less 20, 30, 31; of the three, the first stays and the rest follow it */
	assert_int_equal(n_spikes, 3);
	assert_int_equal(n, 46);
	assert_true(t[0] == 0.1 && t[n - 1] == 0.58);
	assert_true(t[10] == 0.21 && t[18] == 0.29 && t[19] == 0.32);
	assert_true(x[n - 1] > 9.0);
}

static void purge_of_little(void **state)
{
	int n_spikes = 7;

	(void)state;
	for (int i = 0; i < 5; i++)
		t[i] = 0.01 * i;
	assert_int_equal(swarii_purge(t, x, y, 5, &n_spikes), 0);
	assert_int_equal(n_spikes, 0);
	assert_int_equal(swarii_purge(t, x, y, 1, &n_spikes), 0);
}

/* At 100 Hz seven samples lie in a window of 80 ms less 1 us; the outer two reach its border. */
static void weights_at_100_hz(void **state)
{
	const double width = 0.08 - 1e-6, inner = 0.01 / width;
	const double outer = (width / 2.0 - 0.025) / width;
	int n;

	(void)state;
	for (int i = 0; i < 200; i++) {
		t[i] = 0.1 + i / 100.0;
		x[i] = i == 80;
		y[i] = i == 83;
	}
	n = resample(200);
	assert_int_equal(n_empty, 0);
	assert_true(n <= swarii_most(1.99) && n == 50);
	assert_true(fabs(out.x[20] - inner) < 1e-12 && out.x[19] == 0.0);
	assert_true(fabs(out.y[20] - outer) < 1e-12);
	assert_true(fabs(out.y[21] - inner) < 1e-12); /* 83 is one before 84 */
}

/* At half the output's rate every other window has one sample, the rest none; lines keep their slope inside. */
static void sparse_and_straight(void **state)
{
	int n;

	(void)state;
	for (int i = 0; i < 50; i++) {
		t[i] = i / 12.5;
		x[i] = i;
		y[i] = 2.0 * t[i];
	}
	n = resample(50);
	assert_true(n > 90);
	for (int k = 0; k < n; k += 2)
		assert_true(fabs(out.x[k] - k / 2.0) < 1e-11);
	for (int i = 0; i < 1000; i++) {
		t[i] = i / 100.0;
		y[i] = 7.0 - 2.0 * t[i];
	}
	n = resample(1000);
	for (int k = 1; k < n - 1; k++)
		assert_true(fabs(out.y[k] - (7.0 - 2.0 * out.t[k])) < 1e-12);
}

/* Half a second without samples: windows are empty, lines bridge them, the grid is unbroken and
 * ends at the last window, whose sum of 99 steps lies just above 99 steps. */
static void a_gap(void **state)
{
	int n = 0, n_out;

	(void)state;
	for (int i = 0; i < 400; i++)
		if (i <= 200 || i >= 250) {
			t[n] = i / 100.0;
			x[n] = t[n];
			y[n++] = 1.0;
		}
	n_out = resample(n);
	assert_true(n_empty >= 10 && n_empty <= 12);
	assert_int_equal(n_out, 100);
	for (int k = 1; k < n_out; k++) {
		assert_true(fabs(out.t[k] - 0.04 * k) < 1e-12);
		assert_true(fabs(out.y[k] - 1.0) < 1e-15);
		assert_true(out.x[k] > out.x[k - 1]);
		assert_true(fabs(out.x[k] - out.t[k]) < 0.03);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_come_back),
		cmocka_unit_test(left_out_samples),
		cmocka_unit_test(odd_clocks),
		cmocka_unit_test(spikes),
		cmocka_unit_test(purge_of_little),
		cmocka_unit_test(weights_at_100_hz),
		cmocka_unit_test(sparse_and_straight),
		cmocka_unit_test(a_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
