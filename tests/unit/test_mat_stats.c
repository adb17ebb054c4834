/* Rate and latency of the last frames. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hw/mat_stats.h"
#include "src/base/rng.h"

#define NS_MS INT64_C(1000000)

static void is_unknown_without_frames(void **state)
{
	static struct mat_stats s;
	double p50_ms, p99_ms;

	(void)state;
	assert_true(isnan(mat_stats_rate_hz(&s)));
	mat_stats_latency(&s, &p50_ms, &p99_ms);
	assert_true(isnan(p50_ms) && isnan(p99_ms));
	mat_stats_add(&s, 5, -10);
	assert_true(isnan(mat_stats_rate_hz(&s)));
	mat_stats_latency(&s, &p50_ms, &p99_ms);
	assert_true(p50_ms == 0 && p99_ms == 0);
}

static void counts_the_last_second(void **state)
{
	static struct mat_stats s;

	(void)state;
	for (int i = 0; i < 500; i++) /* 50 Hz for long, then 125 Hz for a second */
		mat_stats_add(&s, i * 20 * NS_MS, NS_MS);
	assert_true(fabs(mat_stats_rate_hz(&s) - 50) < 1e-6);
	for (int i = 1; i <= 126; i++)
		mat_stats_add(&s, (499 * 20 + i * 8) * NS_MS, NS_MS);
	assert_true(fabs(mat_stats_rate_hz(&s) - 125) < 1e-6);
	mat_stats_break(&s);
	assert_true(isnan(mat_stats_rate_hz(&s)));
	mat_stats_add(&s, 0, 0);
	mat_stats_add(&s, 4000 * NS_MS, 0); /* slower than a second */
	assert_true(fabs(mat_stats_rate_hz(&s) - 0.25) < 1e-9);
}

static void ranks_by_hand(void **state)
{
	static struct mat_stats s;
	double p50_ms, p99_ms;

	(void)state;
	for (int i = 100; i >= 1; i--)
		mat_stats_add(&s, i, i * NS_MS);
	mat_stats_latency(&s, &p50_ms, &p99_ms);
	assert_true(fabs(p50_ms - 50) < 1e-9);
	assert_true(fabs(p99_ms - 99) < 1e-9);
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void agrees_with_a_sort(void **state)
{
	static struct mat_stats s;
	static double all[MAT_STATS_LATENCIES];
	struct rng rng;
	double p50_ms, p99_ms;

	(void)state;
	rng_init(&rng, 8, 1);
	for (int i = 0; i < 3 * MAT_STATS_LATENCIES; i++) {
		const int64_t us = (int64_t)(rng_u64(&rng) % 20000);

		all[i % MAT_STATS_LATENCIES] = (double)us / 1000;
		mat_stats_add(&s, i, us * 1000);
	}
	qsort(all, MAT_STATS_LATENCIES, sizeof(all[0]), compare);
	mat_stats_latency(&s, &p50_ms, &p99_ms);
	assert_true(fabs(p50_ms - all[255]) < 1e-9);
	assert_true(fabs(p99_ms - all[506]) < 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_unknown_without_frames),
		cmocka_unit_test(counts_the_last_second),
		cmocka_unit_test(ranks_by_hand),
		cmocka_unit_test(agrees_with_a_sort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
