/* Sample entropy: the very counts of comparing every pair, whatever the series. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/carve.h"
#include "src/core/sway/entropy.h"
#include "src/core/sway/order.h"
#include "tests/support/sway_series.h"

#define SEED   5
#define MAX_N  1500
#define MANY_N 70000 /* above 16 bits */

/* As the definition reads. */
static struct entropy_counts plain(const double *x, int n, double r)
{
	struct entropy_counts c = { 0, 0 };

	for (int i = 0; i < n - 2; i++)
		for (int j = i + 1; j < n - 2; j++) {
			if (!(fabs(x[i] - x[j]) <= r && fabs(x[i + 1] - x[j + 1]) <= r))
				continue;
			c.two++;
			c.three += fabs(x[i + 2] - x[j + 2]) <= r;
		}
	return c;
}

static struct entropy_counts fast(const double *x, int n, double r)
{
	size_t size = entropy_size(n);
	void *memory = aligned_alloc(CARVE_ALIGNMENT, size ? size : CARVE_ALIGNMENT);
	struct entropy_counts c;

	assert_non_null(memory);
	entropy_count(x, n, r, memory, &c);
	free(memory);
	return c;
}

enum kind {
	SWAY,
	NOISE,
	QUANTISED,
	STRETCHES,
	FEW_VALUES,
	SINE,
	DECIMAL,
	WIDE,
	N_KINDS
};

static void make(enum kind kind, struct rng *rng, int n, double *x)
{
	double other[MAX_N], level = 0.0;

	for (int i = 0; i < n; i++) {
		if (kind == STRETCHES && rng_uniform(rng) < 0.05)
			level = rng_normal(rng);
		x[i] = kind == NOISE        ? rng_normal(rng)
		       : kind == QUANTISED  ? nearbyint(rng_normal(rng) * 8.0) / 8.0
		       : kind == STRETCHES  ? level
		       : kind == FEW_VALUES ? (double)(rng_u64(rng) % 3) - 1.0
		       : kind == SINE       ? sin(0.1 * i)
		       : kind == DECIMAL
			       ? (double)(rng_u64(rng) % 40) * 0.1
			       : rng_normal(rng) * pow(10.0, rng_between(rng, -12, 12));
	}
	if (kind == SWAY)
		sway_series(rng_u64(rng), n, 100.0, x, other);
}

/* Tolerances that fall exactly on differences decide ties; 0 leaves only equals. */
static double tolerance(struct rng *rng, const double *x, int n, int k)
{
	if (k == 0 || n < 2)
		return 0.0;
	if (k == 1)
		return fabs(
			x[rng_u64(rng) % (unsigned)n] - x[rng_u64(rng) % (unsigned)n]);
	return k == 2 ? 0.3 : rng_between(rng, 0.0, 2.0);
}

static void counts_as_the_definition_does(void **state)
{
	double x[MAX_N];
	struct rng rng;

	(void)state;
	print_message("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int k = 0; k < 400; k++) {
		int n = (int)(rng_u64(&rng) % (k % 20 ? 150 : MAX_N));
		double r;

		make((enum kind)(k % N_KINDS), &rng, n, x);
		r = tolerance(&rng, x, n, k / N_KINDS % 4);
		struct entropy_counts a = plain(x, n, r), b = fast(x, n, r);

		if (a.two != b.two || a.three != b.three)
			fail_msg(
				"round %d, n %d, r %.17g: %lu, %lu instead of %lu, %lu",
				k, n, r, (unsigned long)b.two, (unsigned long)b.three,
				(unsigned long)a.two, (unsigned long)a.three);
	}
}

/* More numbers than 16-bit ranks: constant stretches make the counts known without comparing. */
static void counts_more_than_65535_samples(void **state)
{
	double *x = malloc(MANY_N * sizeof(*x));
	struct entropy_counts c;
	struct rng rng;

	(void)state;
	assert_non_null(x);
	rng_init(&rng, SEED, 1);
	/* far apart all of them, but for 700 copies of 0, 1, 2 */
	for (int i = 0; i < MANY_N; i++)
		x[i] = 10.0 + 10.0 * (double)i;
	for (int k = 0; k < 700; k++)
		for (int j = 0; j < 3; j++)
			x[100 * k + 7 + j] = (double)j;
	c = fast(x, MANY_N, 0.5);
	assert_int_equal(c.two, 2 * (700 * 699 / 2)); /* 0, 1 and 1, 2 */
	assert_int_equal(c.three, 700 * 699 / 2);
	for (int k = 0; k < 700; k += 2)
		x[100 * k + 7 + 2] = 5.0;
	c = fast(x, MANY_N, 0.5);
	assert_int_equal(c.two, 700 * 699 / 2 + 2 * (350 * 349 / 2));
	assert_int_equal(c.three, 2 * (350 * 349 / 2));
	free(x);
}

static void gives_known_entropies(void **state)
{
	double x[MAX_N], sine, noise;
	struct rng rng;
	void *memory = aligned_alloc(CARVE_ALIGNMENT, entropy_size(MAX_N));

	(void)state;
	rng_init(&rng, SEED, 2);
	make(SINE, &rng, MAX_N, x);
	sine = entropy_sample(x, MAX_N, memory);
	make(NOISE, &rng, MAX_N, x);
	noise = entropy_sample(x, MAX_N, memory);
	/* white noise: -ln P(|u - v| <= 0.2), u - v normal with variance 2: erf(0.1) */
	assert_true(fabs(noise + log(erf(0.1))) < 0.1);
	assert_true(sine < 0.35 && sine > 0.0); /* regular */
	assert_true(isnan(entropy_sample(x, 2, memory)));
	for (int i = 0; i < 10; i++)
		x[i] = i; /* no two alike */
	assert_true(isnan(entropy_sample(x, 10, memory)));
	free(memory);
}

/* The reference's counts on a preprocessed recording, in centimetres, ML and AP. */
static void agrees_with_the_reference(void **state)
{
	static const struct entropy_counts expected[] = { { 139418, 121396 },
		{ 97218, 71988 } };
	const char *shared = getenv("STANCE_SHARED");
	double x[2][MAX_N];
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
	while (n < MAX_N && fgets(line, sizeof(line), f))
		n += sscanf(line, "%lf,%lf", &x[0][n], &x[1][n]) == 2;
	fclose(f);
	assert_int_equal(n, 1498);
	for (int axis = 0; axis < 2; axis++) {
		double sum = 0.0, square = 0.0;
		struct entropy_counts c;

		for (int i = 0; i < n; i++)
			sum += x[axis][i];
		for (int i = 0; i < n; i++)
			square += (x[axis][i] - sum / n) * (x[axis][i] - sum / n);
		c = fast(x[axis], n, 0.2 * sqrt(square / n));
		assert_int_equal(c.two, expected[axis].two);
		assert_int_equal(c.three, expected[axis].three);
	}
}

static void sorts(void **state)
{
	double x[MAX_N];
	struct rng rng;
	void *memory = aligned_alloc(CARVE_ALIGNMENT, order_size(MAX_N));

	(void)state;
	rng_init(&rng, SEED, 3);
	for (int k = 0; k < 3 * N_KINDS; k++) {
		int n = 1 + (int)(rng_u64(&rng) % MAX_N);
		const struct order_item *items;

		make((enum kind)(k % N_KINDS), &rng, n, x);
		x[n / 2] = -0.0;
		x[n / 3] = 0.0;
		items = order_sort(x, n, memory);
		for (int i = 1; i < n; i++) {
			double a = x[items[i - 1].at], b = x[items[i].at];

			assert_true(a < b || (a == b && items[i - 1].at < items[i].at));
		}
		assert_true(
			order_median(x, n, memory) ==
			(n % 2 ? x[items[n / 2].at]
			       : 0.5 * (x[items[n / 2 - 1].at] + x[items[n / 2].at])));
	}
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_as_the_definition_does),
		cmocka_unit_test(counts_more_than_65535_samples),
		cmocka_unit_test(gives_known_entropies),
		cmocka_unit_test(agrees_with_the_reference),
		cmocka_unit_test(sorts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
