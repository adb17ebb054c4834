/* Names of flags, absence, and the person's weight. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/budget.h"
#include "src/core/sample.h"
#include "src/core/weight.h"

#define MS INT64_C(1000000)

static void flags_have_their_names(void **state)
{
	(void)state;
	assert_string_equal(sample_flag_name(0), "uncalibrated");
	assert_string_equal(sample_flag_name(8), "side_unknown");
	assert_int_equal(SAMPLE_SIDE_UNKNOWN, 1 << 8);
	assert_string_equal(sample_flag_name(SAMPLE_N_FLAGS - 1), "stale");
	assert_int_equal(SAMPLE_STALE, 1 << (SAMPLE_N_FLAGS - 1));
}

static void absent_is_nan(void **state)
{
	struct stance_sample s = sample_absent();

	(void)state;
	assert_true(isnan(s.force_n) && isnan(s.cop_mm.x) && isnan(s.left.heel_mm.y));
	assert_true(isnan(s.u95.fore_frac) && !s.left.present && s.flags == 0);
}

static void weight_is_the_median_of_ten_seconds(void **state)
{
	struct weight w;
	int64_t t = 0;

	(void)state;
	weight_init(&w);
	for (int i = 0; i < 9; i++, t += 100 * MS)
		weight_push(&w, t, 700.0);
	assert_true(isnan(weight_n(&w)));
	weight_push(&w, t, 700.0);
	assert_true(weight_n(&w) == 700.0);
	for (int i = 0; i < 45;
		i++) /* a second person's weight, not yet half of ten seconds */
		weight_push(&w, t += 100 * MS, 500.0);
	for (int i = 0; i < 45; i++)
		weight_push(&w, t += 100 * MS, 900.0);
	assert_true(weight_n(&w) == 700.0);
	for (int i = 0; i < 100; i++)
		weight_push(&w, t += 100 * MS, 810.0 + i % 3);
	assert_true(weight_n(&w) == 811.0);
	weight_push(&w, t + 50 * MS, 1e6); /* sooner than 0.1 s: not taken */
	assert_true(weight_n(&w) == 811.0);
}

/* 400 cells of 1 mN steps and no noise: u(F) = 2 * 0.001 / sqrt(12) * 20 N. */
static void budget_by_hand(void **state)
{
	struct budget_input in = {
		.resolution = 0.001,
		.pitch_mm = 10.0,
		.load = 700.0,
		.left_frac = 0.5,
		.n_cells = 400.0,
		.distances = 400.0 * 1e4,
		.square_frac = 1.0 / 400.0,
	};
	struct sample_u95 u = budget_u95(&in);
	double place = 2.0 * 10.0 / sqrt(12.0) / 20.0 * 0.25;

	(void)state;
	assert_true(fabs(u.force_n - 2.0 * 0.001 / sqrt(12.0) * 20.0) < 1e-9);
	assert_true(fabs(u.cop_mm - place) < 1e-3);
	in.filled_frac = 0.01;
	assert_true(budget_u95(&in).force_n > 8.0 && budget_u95(&in).force_n < 8.2);
	in.filled_frac = 0.0;
	in.line_frac_per_mm = 0.001;
	assert_true(fabs(budget_u95(&in).left_frac - 2.0 * 0.005 / sqrt(3.0)) < 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_have_their_names),
		cmocka_unit_test(absent_is_nan),
		cmocka_unit_test(weight_is_the_median_of_ten_seconds),
		cmocka_unit_test(budget_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
