/* Conversion against double precision, and the background of a frame. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/plane.h"

#define SEED 32

static void converts_by_hand(void **state)
{
	const uint16_t raw[5] = { 0, 10, 100, 1000, 4095 };
	const float zero[5] = { 0, 5, 5, 5, 5 };
	struct plane_rule rule = {
		.gain = 0.5f, .threshold = 1.0f, .full_scale = 4095
	};
	float v[5];
	struct plane_totals t = plane_convert(raw, zero, rule, 5, v);

	(void)state;
	assert_true(v[0] == 0.0f && v[1] == 0.0f); /* 10 * 0.5 - 5 is not above 1 */
	assert_true(fabsf(v[2] - 45.0f) < 1e-5f && fabsf(v[3] - 495.0f) < 1e-4f);
	assert_true(fabs(t.sum - (45.0 + 495.0 + 2042.5)) < 1e-3);
	assert_true(t.full);
	rule.full_scale = 4096;
	assert_false(plane_convert(raw, zero, rule, 5, v).full);
}

static void sums_as_double_does(void **state)
{
	static uint16_t raw[256 * 256];
	static float zero[256 * 256], v[256 * 256];
	struct plane_rule rule = {
		.gain = 1e-3f, .threshold = 0.5e-3f, .full_scale = 65535
	};
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int n = 1; n <= 256 * 256; n = n * 3 + 1) {
		double sum = 0.0;

		for (int i = 0; i < n; i++) {
			raw[i] = (uint16_t)(rng_u64(&rng) % 20000);
			sum += 1e-3 * raw[i];
		}
		assert_true(fabs(plane_convert(raw, zero, rule, n, v).sum - sum) <=
			    3e-6 * sum);
	}
}

static void finds_the_background_beside_load(void **state)
{
	static uint16_t raw[48 * 48];
	static uint32_t bins[PLANE_N_BINS];
	struct plane_background b;
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 1);
	for (int i = 0; i < 48 * 48; i++) {
		double n = i % 10 < 2 ? 1500.0 : 30.0 + 4.0 * rng_normal(&rng);

		raw[i] = (uint16_t)fmax(0.0, n + 0.5);
	}
	b = plane_find_background(raw, 48 * 48, bins);
	assert_true(fabs(b.level - 30.0) < 3.0);
	assert_true(b.spread > 2.0 && b.spread < 8.0);
	for (int i = 0; i < 48 * 48; i++)
		raw[i] = i % 10 < 2 ? 1500 : 0;
	b = plane_find_background(raw, 48 * 48, bins);
	assert_true(b.level == 0.0 && b.spread == 0.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(converts_by_hand),
		cmocka_unit_test(sums_as_double_does),
		cmocka_unit_test(finds_the_background_beside_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
