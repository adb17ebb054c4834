/* Nested errors and the step of the joint fit, against the same problem written out in full. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/fit_math.h"
#include "calibration/fit_normal.h"
#include "src/base/rng.h"

#define N_ROWS 9
#define SD     0.3

/* A level of their own that is 0 +- SD is one more unknown with a prior: eliminating it leaves the same answer. */
static void an_own_unknown_leaves_no_trace(void **state)
{
	struct fit_normal whole = { .n = 3 }, own = { .n = 3 }, without = { .n = 2 };
	double prior[3] = { 0, 0, 1 }, x[3], step[2], now[1] = { 0 }, b[3], a[9];
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, 1);
	for (int k = 0; k < N_ROWS; k++) {
		double y = rng_normal(&rng) + 2;

		x[0] = rng_normal(&rng);
		x[1] = fabs(rng_normal(&rng)) + 1;
		x[2] = 1;
		fit_normal_one(&whole, 1 + k, y, x);
		fit_normal_one(&own, 1 + k, y, x);
	}
	fit_normal_one(&whole, 1 / (SD * SD), 0, prior);
	fit_normal_without_last(&without, &own, SD);
	memcpy(a, whole.a, sizeof(a));
	memcpy(b, whole.b, sizeof(b));
	assert_int_equal(fit_math_solve(a, b, 3), 0);
	assert_int_equal(fit_normal_step(&without, 1, now, step), 0);
	assert_true(b[1] > 0); /* else it would be bound */
	assert_true(fabs(step[0] - b[0]) < 1e-8);
	assert_true(fabs(step[1] - b[1]) < 1e-8);
}

/* Rows that share a level say nothing of it: a constant added to all of them changes nothing. */
static void a_common_level_does_not_matter(void **state)
{
	struct fit_sums first = { 0 }, second = { 0 };
	struct fit_normal a = { .n = 1 }, b = { .n = 1 };

	(void)state;
	for (int k = 0; k < N_ROWS; k++) {
		double x = k;

		fit_normal_row(&first, 1, 2, 0.5 * x, &x);
		fit_normal_row(&second, 1, 2, 0.5 * x + 7, &x);
	}
	fit_normal_within(&a, &first);
	fit_normal_within(&b, &second);
	assert_true(fabs(a.b[0] - b.b[0]) < 1e-9 && fabs(a.cost - b.cost) < 1e-9);
	assert_true(fabs(a.b[0] / a.a[0] - 0.5) < 1e-12);
}

/* What would become negative stops at 0, and the free one makes the best of it. */
static void nothing_becomes_negative(void **state)
{
	struct fit_normal e = { .n = 2 };
	const double rows[2][2] = { { 1, 0 }, { 1, 1 } }, now[1] = { 0.25 };
	double step[2];

	(void)state;
	fit_normal_one(&e, 1, 1, rows[0]);
	fit_normal_one(&e, 1, 0, rows[1]);
	/* unbound: the free one 1, the other -1 from where it is */
	assert_int_equal(fit_normal_step(&e, 1, now, step), 0);
	assert_true(fabs(step[1] + 0.25) < 1e-9);
	assert_true(fabs(step[0] - 0.625) < 1e-6); /* (1 + 0.25) / 2 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_own_unknown_leaves_no_trace),
		cmocka_unit_test(a_common_level_does_not_matter),
		cmocka_unit_test(nothing_becomes_negative),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
