/* Detrended fluctuation analysis: known exponents, box sizes, lines, and the reference's values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/sway/fluctuation.h"

#define N 12000

static double x[N], profile[N];

static void spaces_boxes_logarithmically(void **state)
{
	static const int of_1498[] = { 4, 5, 6, 7, 9, 10, 13, 15, 18, 22, 27, 33, 39,
		48, 58, 70, 85, 102, 124, 150 };
	int sizes[FLUCTUATION_MAX_SIZES], n;

	(void)state;
	assert_int_equal(fluctuation_sizes(1498, sizes), 20);
	for (int k = 0; k < 20; k++)
		assert_int_equal(sizes[k], of_1498[k]);
	assert_int_equal(fluctuation_sizes(39, sizes), 0);
	assert_int_equal(fluctuation_sizes(40, sizes), 1);
	for (int samples = 40; samples < 9000; samples += 7) {
		n = fluctuation_sizes(samples, sizes);
		assert_in_range(n, 1, FLUCTUATION_MAX_SIZES);
		assert_int_equal(sizes[0], 4);
		assert_true(abs(sizes[n - 1] - samples / 10) <= 1);
		for (int k = 1; k < n; k++)
			assert_true(sizes[k] > sizes[k - 1]);
	}
}

/* A line in every box leaves nothing; a zigzag of +-1 leaves what is computed by hand. */
static void takes_lines_off(void **state)
{
	double y[10];

	(void)state;
	for (int i = 0; i < 10; i++)
		y[i] = 3.0 - 7.0 * i;
	assert_true(fluctuation_at(y, 10, 5) < 1e-12);
	for (int i = 0; i < 10; i++)
		y[i] = i % 2 ? -1.0 : 1.0;
	/* 4 samples 1 -1 1 -1: slope -0.4, sum of squares 4 - 0.16 * 5 = 3.2; 9 and 10 unused */
	assert_true(fabs(fluctuation_at(y, 10, 4) - sqrt(3.2 / 4.0)) < 1e-12);
}

static double alpha_of(int integrations, uint64_t seed)
{
	struct rng rng;
	double sum = 0.0, second = 0.0;

	rng_init(&rng, seed, 0);
	for (int i = 0; i < N; i++) {
		double step = rng_normal(&rng);

		sum += step;
		second += sum;
		x[i] = integrations == 0 ? step : integrations == 1 ? sum : second;
	}
	return fluctuation_alpha(x, N, profile);
}

/* White noise 0.5 (short boxes lift it a little), a random walk 1.5. */
static void knows_noise_and_walks(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 8; seed++) {
		assert_true(fabs(alpha_of(0, seed) - 0.5) < 0.06);
		assert_true(fabs(alpha_of(1, seed) - 1.5) < 0.06);
	}
}

static void does_not_depend_on_unit_or_place(void **state)
{
	double alpha = alpha_of(1, 3);

	(void)state;
	for (int i = 0; i < N; i++)
		x[i] = 1000.0 - 0.1 * x[i];
	assert_true(fabs(fluctuation_alpha(x, N, profile) - alpha) < 1e-9);
	for (int i = 0; i < N; i++)
		x[i] = 5.0;
	assert_true(isnan(fluctuation_alpha(x, N, profile)));
	assert_true(isnan(fluctuation_alpha(x, 60, profile)));
}

/* DFA of a preprocessed recording, by another implementation. */
static void agrees_with_the_reference(void **state)
{
	static const double expected[] = { 1.6006978266575265, 1.4245515039160153 };
	const char *shared = getenv("STANCE_SHARED");
	static double axis[2][2000];
	char path[512], line[256];
	int n = 0;
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/reference/cop/quijoux/BDS00001_A25Hz.csv",
		shared ? shared : "../shared");
	f = fopen(path, "r");
	if (!f) {
		printf("skipped: %s is not there\n", path);
		skip();
	}
	while (n < 2000 && fgets(line, sizeof(line), f))
		n += sscanf(line, "%lf,%lf", &axis[0][n], &axis[1][n]) == 2;
	fclose(f);
	for (int k = 0; k < 2; k++)
		assert_true(fabs(fluctuation_alpha(axis[k], n, profile) / expected[k] -
				    1.0) < 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spaces_boxes_logarithmically),
		cmocka_unit_test(takes_lines_off),
		cmocka_unit_test(knows_noise_and_walks),
		cmocka_unit_test(does_not_depend_on_unit_or_place),
		cmocka_unit_test(agrees_with_the_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
