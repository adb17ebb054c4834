/* The cells of a load, sorted: by what they carry, and by which earlier load stood there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/fit_alike.h"
#include "src/base/rng.h"

#define N 64

static float w[N], before[FIT_MAX_BEFORE * N];
static uint8_t mask[N];
static struct fit_alike kinds[FIT_MAX_ALIKE];

static int clear(void **state)
{
	(void)state;
	memset(w, 0, sizeof(w));
	memset(before, 0, sizeof(before));
	memset(mask, 1, sizeof(mask));
	return 0;
}

static const struct fit_alike *kind_before(int n, int bits)
{
	for (int k = 0; k < n; k++)
		if (kinds[k].before == bits)
			return &kinds[k];
	fail_msg("none of %d kinds carried %d", n, bits);
	return NULL;
}

/* Half of an even load stood under an earlier one, a quarter of that under another, too. */
static void earlier_loads_are_told_apart(void **state)
{
	int n;

	(void)state;
	for (int i = 0; i < N; i++) {
		w[i] = 2;
		before[i] = i < N / 2 ? 6 : 0;
		before[N + i] = i < N / 8 ? 3 : 0;
	}
	n = fit_alike_sort(w, before, 2, mask, N, kinds);
	assert_int_equal(n, 3);
	assert_float_equal(kind_before(n, 0)->n, N / 2, 0);
	assert_float_equal(kind_before(n, 1)->n, N / 2 - N / 8, 0);
	assert_float_equal(kind_before(n, 3)->n, N / 8, 0);
	assert_float_equal(kind_before(n, 3)->w, 2, 1e-9);
	assert_float_equal(kind_before(n, 1)->w_before[0], 6, 1e-9);
	assert_float_equal(kind_before(n, 1)->w_before[1], 0, 1e-9);
	assert_float_equal(kind_before(n, 3)->w_before[1], 3, 1e-9);
}

/* Nothing is lost or counted twice, and the fullest cells are of the highest level. */
static void sums_are_kept(void **state)
{
	uint64_t seed = 7;
	struct rng rng;

	(void)state;
	rng_init(&rng, seed, 0);
	for (int round = 0; round < 50; round++) {
		double cells = 0, sum = 0, sum_before = 0, all = 0, all_before = 0;
		double most = 0, highest = 0;
		int n, n_marked = 0;

		for (int i = 0; i < N; i++) {
			mask[i] = rng_uniform(&rng) < 0.7;
			w[i] = (float)rng_between(&rng, 0.1, 5);
			before[i] = (float)rng_between(&rng, 0, 3);
			n_marked += mask[i];
			all += mask[i] ? (double)w[i] : 0;
			all_before += mask[i] ? (double)before[i] : 0;
		}
		n = fit_alike_sort(w, before, 1, mask, N, kinds);
		for (int k = 0; k < n; k++) {
			cells += kinds[k].n;
			sum += kinds[k].n * kinds[k].w;
			sum_before += kinds[k].n * kinds[k].w_before[0];
			most = fmax(most, kinds[k].w);
			if (kinds[k].level == FIT_N_LEVELS - 1)
				highest = fmax(highest, kinds[k].w);
		}
		assert_float_equal(cells, n_marked, 0);
		assert_true(fabs(sum - all) < 1e-5 * all);
		assert_true(fabs(sum_before - all_before) < 1e-5 * all_before);
		if (highest < most)
			fail_msg("seed %llu: %g below %g", (unsigned long long)seed,
				highest, most);
	}
}

/* A cell that shows nothing and never did is of no kind; one that only did is. */
static void idle_cells_are_left_out(void **state)
{
	int n;

	(void)state;
	w[0] = 1;
	before[1] = 1;
	n = fit_alike_sort(w, before, 1, mask, N, kinds);
	assert_int_equal(n, 2);
	assert_float_equal(kind_before(n, 0)->n, 1, 0);
	assert_float_equal(kind_before(n, 1)->n, 1, 0);
	assert_float_equal(kind_before(n, 1)->w, 0, 0);
}

/* More kinds than there is room for: cells share, none is lost. */
static void too_many_share(void **state)
{
	double cells = 0;
	int n;

	(void)state;
	for (int i = 0; i < N; i++) {
		w[i] = (float)(1 + i % FIT_N_LEVELS);
		for (int b = 0; b < FIT_MAX_BEFORE; b++)
			before[b * N + i] = (i >> b) & 1 ? 1.0f : 0.0f;
	}
	n = fit_alike_sort(w, before, FIT_MAX_BEFORE, mask, N, kinds);
	assert_int_equal(n, FIT_MAX_ALIKE);
	for (int k = 0; k < n; k++)
		cells += kinds[k].n;
	assert_float_equal(cells, N, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(earlier_loads_are_told_apart, clear),
		cmocka_unit_test_setup(sums_are_kept, clear),
		cmocka_unit_test_setup(idle_cells_are_left_out, clear),
		cmocka_unit_test_setup(too_many_share, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
