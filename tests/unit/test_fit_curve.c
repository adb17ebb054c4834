/* The unknowns of a curve while it is fitted: a step may lead to one that falls. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/fit_curve.h"

static void fill(double *x)
{
	for (int k = 0; k < FIT_MAX_KNOTS; k++)
		x[k] = 0.5 * k;
}

static void a_rising_curve_is_left(void **state)
{
	double x[FIT_MAX_KNOTS], was[FIT_MAX_KNOTS];

	(void)state;
	fill(x);
	memcpy(was, x, sizeof(x));
	assert_true(fit_curve_straighten(CURVE_CUBIC, x));
	assert_memory_equal(x, was, sizeof(x));
}

/* What is above a later knot goes below it; what is higher up, where loads are, stays. */
static void what_is_too_high_is_lowered(void **state)
{
	double x[FIT_MAX_KNOTS], was[FIT_MAX_KNOTS];

	(void)state;
	fill(x);
	x[0] = x[1] = 2.0;
	memcpy(was, x, sizeof(x));
	assert_true(fit_curve_straighten(CURVE_CUBIC, x));
	assert_memory_equal(x + 2, was + 2, sizeof(x) - 2 * sizeof(*x));
	assert_true(x[0] < x[1] && x[1] < x[2] && x[2] - x[0] < 0.05);
}

static void a_step_to_nowhere_is_refused(void **state)
{
	double x[FIT_MAX_KNOTS];

	(void)state;
	fill(x);
	x[3] = NAN;
	assert_false(fit_curve_straighten(CURVE_CUBIC, x));
}

static void no_power_law_falls(void **state)
{
	double rises[] = { 1.0, 0.5 }, falls[] = { 1.0, -0.1 };

	(void)state;
	assert_true(fit_curve_straighten(CURVE_POWER, rises));
	assert_false(fit_curve_straighten(CURVE_POWER, falls));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rising_curve_is_left),
		cmocka_unit_test(what_is_too_high_is_lowered),
		cmocka_unit_test(a_step_to_nowhere_is_refused),
		cmocka_unit_test(no_power_law_falls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
