/* A change is claimed only beyond MDC95. Cases counted by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/training/progress.h"

static struct progress_series series_of(const double *values, int n, int blocks)
{
	struct progress_series s = { 0 };

	for (int i = 0; i < n; i++)
		progress_add(&s, values[i], blocks);
	return s;
}

static struct progress_change compare(
	enum exercise e, double now, int blocks, const double *before, int n)
{
	struct progress_series s = series_of(before, n, blocks);
	struct progress_change c;

	progress_compare(e, now, blocks, &s, &c);
	return c;
}

static void test_the_first_time_claims_nothing(void **state)
{
	struct progress_change c = compare(EXERCISE_PROBE, 5, 2, NULL, 0);

	(void)state;
	assert_int_equal(c.word, PROGRESS_FIRST);
	assert_true(isnan(c.mdc) && isnan(c.before));
}

/* 1.3 x 13.9 / sqrt(2) = 12.78 mm; one probe: 18.07; three: 10.43, 1.3 times the published 8.0. */
static void test_probe_offset(void **state)
{
	struct progress_change c = compare(EXERCISE_PROBE, 8, 2, (double[]){ 20.7 }, 1);

	(void)state;
	assert_true(fabs(c.mdc - 12.78) < 0.01);
	assert_int_equal(c.word, PROGRESS_SAME);
	c = compare(EXERCISE_PROBE, 8, 2, (double[]){ 20.8 }, 1);
	assert_int_equal(c.word, PROGRESS_BETTER);
	c = compare(EXERCISE_PROBE, 20.8, 2, (double[]){ 8 }, 1);
	assert_int_equal(c.word, PROGRESS_WORSE);
	c = compare(EXERCISE_PROBE, 8, 1, (double[]){ 20.8 }, 1);
	assert_int_equal(c.word, PROGRESS_SAME);
	assert_true(fabs(c.mdc - 18.07) < 0.01);
	c = compare(EXERCISE_PROBE, 8, 3, (double[]){ 20.8 }, 1);
	assert_true(fabs(c.mdc / 1.3 - 8.0) < 0.05);
}

/* By ear nothing is claimed before her own spread is known, however large the change. Differences 2, -1, 2: their root
 * mean square is sqrt(3), t of 3 degrees 3.182, together 5.51 %. */
static void test_by_ear_is_her_own_spread(void **state)
{
	const double before[] = { 50, 52, 51, 53 };
	struct progress_change c = compare(EXERCISE_BY_EAR, 95, 4, before, 1);

	(void)state;
	assert_int_equal(c.word, PROGRESS_UNKNOWN);
	assert_string_equal(progress_text(c.word), "About the same as last time.");
	c = compare(EXERCISE_BY_EAR, 95, 4, before, 3);
	assert_int_equal(c.word, PROGRESS_UNKNOWN);
	c = compare(EXERCISE_BY_EAR, 58.4, 4, before, 4);
	assert_true(fabs(c.mdc - 5.51) < 0.01);
	assert_int_equal(c.word, PROGRESS_SAME);
	c = compare(EXERCISE_BY_EAR, 58.6, 4, before, 4);
	assert_int_equal(c.word, PROGRESS_BETTER);
	c = compare(EXERCISE_BY_EAR, 47.4, 4, before, 4);
	assert_int_equal(c.word, PROGRESS_WORSE);
}

/* 1.58 ^ 1.3 = 1.812. */
static void test_sway_is_a_ratio(void **state)
{
	struct progress_change c = compare(EXERCISE_LAKE, 10, 1, (double[]){ 18 }, 1);

	(void)state;
	assert_true(c.is_ratio && fabs(c.mdc - 1.812) < 0.001);
	assert_int_equal(c.word, PROGRESS_SAME);
	c = compare(EXERCISE_LAKE, 10, 1, (double[]){ 18.2 }, 1);
	assert_int_equal(c.word, PROGRESS_BETTER);
	c = compare(EXERCISE_LAKE, 18.2, 1, (double[]){ 10 }, 1);
	assert_int_equal(c.word, PROGRESS_WORSE);
}

/* Differences 4, -4, 4: root mean square 4, t975(3) = 3.182: 12.73. */
static void test_own_spread(void **state)
{
	static const double before[] = { 60, 64, 60, 64 };
	struct progress_change c = compare(EXERCISE_HOLD, 76, 2, before, 4);

	(void)state;
	assert_true(fabs(c.mdc - 12.73) < 0.01);
	assert_int_equal(c.word, PROGRESS_SAME);
	c = compare(EXERCISE_HOLD, 77, 2, before, 4);
	assert_int_equal(c.word, PROGRESS_BETTER);
	/* three sessions are too few to know */
	c = compare(EXERCISE_HOLD, 99, 2, before, 3);
	assert_int_equal(c.word, PROGRESS_UNKNOWN);
	assert_string_equal(progress_text(c.word), progress_text(PROGRESS_SAME));
}

/* Eight targets, 5 then 8 of them: p = 9/10, q = 6/10, m = 10: 196 sqrt(0.009 + 0.024) = 35.6. */
static void test_counts_are_not_taken_for_exact(void **state)
{
	static const double before[] = { 62.5, 62.5, 62.5, 62.5 };
	struct progress_change c = compare(EXERCISE_TARGETS, 100, 1, before, 4);

	(void)state;
	assert_true(fabs(c.mdc - 35.6) < 0.1);
	assert_int_equal(c.word, PROGRESS_BETTER);
	c = compare(EXERCISE_TARGETS, 87.5, 1, before, 4);
	assert_int_equal(c.word, PROGRESS_SAME);
}

/* Somebody who does not change is told so: in five of a hundred it may err, within chance. */
static void test_chance_is_not_progress(void **state)
{
	struct rng rng;
	int n = 0, n_all = 2000;

	(void)state;
	rng_init(&rng, 11, 0);
	for (int k = 0; k < n_all; k++) {
		double before[5], now = 70 + 6 * rng_normal(&rng);

		for (int i = 0; i < 5; i++)
			before[i] = 70 + 6 * rng_normal(&rng);
		n += compare(EXERCISE_HOLD, now, 1, before, 5).word != PROGRESS_SAME;
	}
	print_message("claimed by chance: %.1f %%\n", 100.0 * n / n_all);
	assert_true(n < 0.07 * n_all);
}

static void test_keeps_the_last_five(void **state)
{
	static const double values[] = { 1, 2, 3, 4, 5, 6, 7 };
	struct progress_series s = series_of(values, 7, 1);

	(void)state;
	assert_int_equal(s.n, PROGRESS_N);
	assert_true(s.value[0] == 3 && s.value[4] == 7);
	progress_add(&s, NAN, 1);
	assert_true(s.value[4] == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_first_time_claims_nothing),
		cmocka_unit_test(test_probe_offset),
		cmocka_unit_test(test_sway_is_a_ratio),
		cmocka_unit_test(test_own_spread),
		cmocka_unit_test(test_by_ear_is_her_own_spread),
		cmocka_unit_test(test_counts_are_not_taken_for_exact),
		cmocka_unit_test(test_chance_is_not_progress),
		cmocka_unit_test(test_keeps_the_last_five),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
