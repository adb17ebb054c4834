#include "hw/mat_stats.h"

#include <math.h>
#include <string.h>

#include "src/base/clock.h"

void mat_stats_add(struct mat_stats *stats, int64_t t_ns, int64_t latency_ns)
{
	const int64_t latency_us = latency_ns > 0 ? latency_ns / CLOCK_NS_PER_US : 0;

	stats->t_ns[stats->next_stamp] = t_ns;
	stats->next_stamp = (stats->next_stamp + 1) % MAT_STATS_STAMPS;
	if (stats->n_stamps < MAT_STATS_STAMPS)
		stats->n_stamps++;
	stats->latency_us[stats->next_latency] =
		latency_us < UINT32_MAX ? (uint32_t)latency_us : UINT32_MAX;
	stats->next_latency = (stats->next_latency + 1) % MAT_STATS_LATENCIES;
	if (stats->n_latencies < MAT_STATS_LATENCIES)
		stats->n_latencies++;
}

void mat_stats_break(struct mat_stats *stats)
{
	stats->n_stamps = 0;
	stats->next_stamp = 0;
}

/* The stamp `i` frames before the last. */
static int64_t stamp_back(const struct mat_stats *stats, size_t i)
{
	return stats->t_ns[(stats->next_stamp + MAT_STATS_STAMPS - 1 - i) %
			   MAT_STATS_STAMPS];
}

double mat_stats_rate_hz(const struct mat_stats *stats)
{
	size_t n = 1;

	if (stats->n_stamps < 2)
		return NAN;

	const int64_t last_ns = stamp_back(stats, 0);

	while (n < stats->n_stamps && last_ns - stamp_back(stats, n) <= CLOCK_NS_PER_S)
		n++;
	if (n < 2)
		n = 2; /* slower than 1 Hz: the last two */

	const int64_t span_ns = last_ns - stamp_back(stats, n - 1);

	return span_ns > 0 ? (double)(n - 1) * (double)CLOCK_NS_PER_S / (double)span_ns
			   : NAN;
}

/* Shell's method: the library's sort may allocate. */
static void sort(uint32_t *values, size_t n)
{
	for (size_t gap = n / 2; gap > 0; gap /= 2)
		for (size_t i = gap; i < n; i++) {
			const uint32_t value = values[i];
			size_t k = i;

			for (; k >= gap && values[k - gap] > value; k -= gap)
				values[k] = values[k - gap];
			values[k] = value;
		}
}

/* Nearest rank: the smallest value that `percent` of them do not exceed. */
static double percentile_ms(const uint32_t *sorted, size_t n, size_t percent)
{
	const size_t rank = (n * percent + 99) / 100;

	return sorted[rank > 0 ? rank - 1 : 0] / 1000.0;
}

void mat_stats_latency(const struct mat_stats *stats, double *p50_ms, double *p99_ms)
{
	uint32_t sorted[MAT_STATS_LATENCIES];
	const size_t n = stats->n_latencies;

	*p50_ms = NAN;
	*p99_ms = NAN;
	if (n == 0)
		return;
	memcpy(sorted, stats->latency_us, n * sizeof(sorted[0]));
	sort(sorted, n);
	*p50_ms = percentile_ms(sorted, n, 50);
	*p99_ms = percentile_ms(sorted, n, 99);
}
