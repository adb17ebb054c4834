/* The generator: the published sequence, the moments of its distributions, streams apart. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/rng.h"

#define N 200000

/* SplitMix64 from state 0: the first outputs that its authors' reference code prints. */
static void test_published_sequence(void **state)
{
	struct rng rng = { 0 };

	(void)state;
	assert_true(rng_u64(&rng) == UINT64_C(0xe220a8397b1dcdaf));
	assert_true(rng_u64(&rng) == UINT64_C(0x6e789e6aa1b965f4));
	assert_true(rng_u64(&rng) == UINT64_C(0x06c45d188009454f));
}

static void test_repeats_and_differs(void **state)
{
	struct rng a, b, c;
	int same = 0;

	(void)state;
	rng_init(&a, 42, 0);
	rng_init(&b, 42, 0);
	rng_init(&c, 42, 1);
	for (int i = 0; i < 1000; i++) {
		uint64_t x = rng_u64(&a);

		assert_true(x == rng_u64(&b));
		same += x == rng_u64(&c);
	}
	assert_int_equal(same, 0);
}

/* Tolerances are five standard errors of each moment. */
static void test_uniform(void **state)
{
	struct rng rng;
	double sum = 0, squares = 0;

	(void)state;
	rng_init(&rng, 1, 0);
	for (int i = 0; i < N; i++) {
		double x = rng_uniform(&rng);

		assert_true(x >= 0 && x < 1);
		sum += x;
		squares += x * x;
	}
	assert_true(fabs(sum / N - 0.5) < 5 * sqrt(1.0 / 12 / N));
	assert_true(fabs(squares / N - 1.0 / 3) < 5 * sqrt(4.0 / 45 / N));
	for (int i = 0; i < 1000; i++) {
		double x = rng_between(&rng, -3, 7);

		assert_true(x >= -3 && x < 7);
	}
}

static void test_normal(void **state)
{
	struct rng rng;
	double sum = 0, squares = 0, fourths = 0;

	(void)state;
	rng_init(&rng, 2, 0);
	for (int i = 0; i < N; i++) {
		double x = rng_normal(&rng);

		assert_true(isfinite(x));
		sum += x;
		squares += x * x;
		fourths += x * x * x * x;
	}
	assert_true(fabs(sum / N) < 5 * sqrt(1.0 / N));
	assert_true(fabs(squares / N - 1) < 5 * sqrt(2.0 / N));
	assert_true(fabs(fourths / N - 3) < 5 * sqrt(96.0 / N));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_sequence),
		cmocka_unit_test(test_repeats_and_differs),
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_normal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
