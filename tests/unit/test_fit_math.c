/* The linear algebra of the fit: known systems, and what must hold of any. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calibration/fit_math.h"
#include "src/base/rng.h"

/* x + y = 3, x + 2 y = 5 as a symmetric system: x = 1, y = 2. */
static void a_small_system_is_solved(void **state)
{
	double a[] = { 1, 1, 1, 2 }, b[] = { 3, 5 };

	(void)state;
	assert_int_equal(fit_math_solve(a, b, 2), 0);
	assert_true(fabs(b[0] - 1) < 1e-12 && fabs(b[1] - 2) < 1e-12);
}

static void a_matrix_without_rank_is_refused(void **state)
{
	double a[] = { 1, 2, 2, 4 }, b[] = { 1, 2 };

	(void)state;
	assert_int_equal(fit_math_solve(a, b, 2), -EDOM);
}

/* Without the bound the second unknown would be -1: (x - 2)^2 + (y + 1)^2 has its least at x = 2, y = 0. */
static void nothing_becomes_negative(void **state)
{
	const double a[] = { 1, 0, 0, 1 }, b[] = { 2, -1 };
	double x[2];

	(void)state;
	assert_int_equal(fit_math_nnls(a, b, 2, x), 0);
	assert_true(fabs(x[0] - 2) < 1e-12 && x[1] == 0);
}

/* Karush, Kuhn and Tucker: where x is 0 the cost rises with it, elsewhere it is level. */
static void random_systems_meet_their_conditions(void **state)
{
	enum { N = 9, M = 14 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 5, 0);
	for (int round = 0; round < 300; round++) {
		double j[M][N], y[M], a[N * N] = { 0 }, b[N] = { 0 }, x[N];

		for (int m = 0; m < M; m++) {
			y[m] = rng_normal(&rng);
			for (int n = 0; n < N; n++)
				j[m][n] = rng_normal(&rng) + 1;
		}
		for (int n = 0; n < N; n++)
			for (int m = 0; m < M; m++) {
				b[n] += j[m][n] * y[m];
				for (int k = 0; k < N; k++)
					a[n * N + k] += j[m][n] * j[m][k];
			}
		assert_int_equal(fit_math_nnls(a, b, N, x), 0);
		for (int n = 0; n < N; n++) {
			double slope = -b[n];

			for (int k = 0; k < N; k++)
				slope += a[n * N + k] * x[k];
			assert_true(x[n] >= 0);
			assert_true(x[n] > 0 ? fabs(slope) < 1e-8 : slope > -1e-8);
		}
	}
}

static void medians_are_in_the_middle(void **state)
{
	double odd[] = { 5, 1, 3 }, even[] = { 4, 1, 3, 2 };

	(void)state;
	assert_true(fit_math_median(odd, 3) == 3);
	assert_true(fit_math_median(even, 4) == 2.5);
	assert_true(isnan(fit_math_median(odd, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_system_is_solved),
		cmocka_unit_test(a_matrix_without_rank_is_refused),
		cmocka_unit_test(nothing_becomes_negative),
		cmocka_unit_test(random_systems_meet_their_conditions),
		cmocka_unit_test(medians_are_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
