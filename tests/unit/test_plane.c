/* Conversion against double precision, and the background of a frame. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

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

static int by_size(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The entry at 45 % of them, in order: the histogram must find the same. */
static int at_45_percent(int *numbers, int n)
{
	qsort(numbers, (size_t)n, sizeof(*numbers), by_size);
	return numbers[(int)(0.45 * n)];
}

static void background_is_that_of_sorted_cells(void **state)
{
	static uint16_t raw[2000];
	static int numbers[2000];
	static uint32_t bins[PLANE_N_BINS];
	struct plane_background b;
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 2);
	print_message("seed %d\n", SEED);
	for (int k = 0; k < 300; k++) {
		int n = 1 + (int)(rng_u64(&rng) % 2000), level;
		uint64_t most = k % 3 == 0 ? 4 : k % 3 == 1 ? 3000 : 65536;

		for (int i = 0; i < n; i++) {
			raw[i] = (uint16_t)(rng_u64(&rng) % most);
			numbers[i] = raw[i] < PLANE_N_BINS ? raw[i] : PLANE_N_BINS - 1;
		}
		level = at_45_percent(numbers, n);
		for (int i = 0; i < n; i++) /* further away counts as so far */
			numbers[i] = abs(numbers[i] - level) < PLANE_N_BINS / 4
					     ? abs(numbers[i] - level)
					     : PLANE_N_BINS / 4 - 1;
		b = plane_find_background(raw, n, bins);
		assert_true(fabs(b.level - level) < 0.5);
		assert_true(fabs(b.spread - 1.4826 * at_45_percent(numbers, n)) < 1e-6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(converts_by_hand),
		cmocka_unit_test(sums_as_double_does),
		cmocka_unit_test(finds_the_background_beside_load),
		cmocka_unit_test(background_is_that_of_sorted_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
