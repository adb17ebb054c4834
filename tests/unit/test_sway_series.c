/* Even steps from time stamps: what counts as even, gaps, what is refused, and interpolation. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "src/core/carve.h"
#include "src/core/sway/series.h"

#define N 1000

static double t[N], v[N], out[2 * N];
static struct series_timing timing;

static int judge(int n)
{
	void *memory = aligned_alloc(CARVE_ALIGNMENT, series_timing_size(n));
	int rc;

	assert_non_null(memory);
	rc = series_timing(t, n, memory, &timing);
	free(memory);
	return rc;
}

static void fill(double rate_hz, double start_s)
{
	for (int i = 0; i < N; i++)
		t[i] = start_s + i / rate_hz;
}

static void takes_even_steps_as_they_are(void **state)
{
	(void)state;
	fill(100.0, 0.0);
	assert_int_equal(judge(N), 0);
	assert_true(timing.is_even && timing.n == N && timing.n_gaps == 0);
	assert_true(1.0 / timing.step_s ==
		    100.0); /* the rounding of the stamps is taken off */
	fill(100.0, 3600.0);
	assert_int_equal(judge(N), 0);
	assert_true(1.0 / timing.step_s == 100.0);
	t[500] += 0.000099; /* just under 1 % */
	assert_int_equal(judge(N), 0);
	assert_true(timing.is_even);
	t[500] += 0.000002;
	assert_int_equal(judge(N), 0);
	assert_false(timing.is_even);
	fill(1.0 / 0.0123456789, 0.0); /* no round rate: as it is */
	assert_int_equal(judge(N), 0);
	assert_true(fabs(timing.step_s - 0.0123456789) < 1e-12);
}

static void finds_gaps(void **state)
{
	(void)state;
	fill(100.0, 0.0);
	for (int i = 300; i < N; i++)
		t[i] += 0.09; /* exactly 0.1 s, or a rounding less */
	t[299] += 0.001;
	assert_int_equal(judge(N), 0);
	assert_int_equal(timing.n_gaps, 0);
	for (int i = 600; i < N; i++)
		t[i] += 0.2;
	assert_int_equal(judge(N), 0);
	assert_int_equal(timing.n_gaps, 1);
	assert_true(fabs(timing.missing_frac - 0.21 / (9.99 + 0.29)) < 1e-9);
	assert_int_equal(timing.n, 1029);
	for (int i = 600; i < N; i++)
		t[i] += 0.4;
	assert_int_equal(judge(N), -ERANGE);
	assert_true(
		timing.missing_frac > 0.05); /* written all the same, for the message */
}

static void refuses_times_that_do_not_rise(void **state)
{
	(void)state;
	fill(100.0, 0.0);
	t[10] = t[9];
	assert_int_equal(judge(N), -EINVAL);
	t[10] = t[8];
	assert_int_equal(judge(N), -EINVAL);
	t[10] = NAN;
	assert_int_equal(judge(N), -EINVAL);
	t[10] = INFINITY;
	assert_int_equal(judge(N), -EINVAL);
	/* steps of a nanosecond and one of 60 ms: more samples than anybody has */
	for (int i = 0; i < N; i++)
		t[i] = 1e-9 * i + (i > 500 ? 0.06 : 0.0);
	assert_int_equal(judge(N), -ERANGE);
	assert_int_equal(timing.n, 0);
}

static void interpolates_linearly(void **state)
{
	static const double stamps[] = { 0.0, 0.01, 0.02, 0.045, 0.05, 0.06 };
	static const double values[] = { 0.0, 1.0, 4.0, 9.0, 5.0, 7.0 };
	static const double expected[] = { 0.0, 1.0, 4.0, 6.0, 8.0, 5.0, 7.0 };

	(void)state;
	for (int i = 0; i < 6; i++)
		t[i] = stamps[i];
	assert_int_equal(judge(6), 0);
	assert_int_equal(
		timing.n, 7); /* to the last sample, which rounding must not lose */
	series_resample(t, values, 6, &timing, out);
	for (int i = 0; i < 7; i++)
		assert_true(fabs(out[i] - expected[i]) < 1e-9);
	for (int i = 0; i < N; i++)
		v[i] = i * i;
	fill(50.0, 7.0);
	assert_int_equal(judge(N), 0);
	series_resample(t, v, N, &timing, out);
	assert_memory_equal(out, v, sizeof(v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_even_steps_as_they_are),
		cmocka_unit_test(finds_gaps),
		cmocka_unit_test(refuses_times_that_do_not_rise),
		cmocka_unit_test(interpolates_linearly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
