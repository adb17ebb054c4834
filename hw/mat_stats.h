/* How fast and how late the last frames came: fixed rings, no heap.
 * Does not keep frames or read a clock. Pure.
 * Follows docs/api.md (stance.status/1: rate_hz, latency_ms). */
#ifndef STANCE_HW_MAT_STATS_H
#define STANCE_HW_MAT_STATS_H

#include <stddef.h>
#include <stdint.h>

#define MAT_STATS_STAMPS    1024 /* a second of the fastest mats */
#define MAT_STATS_LATENCIES 512  /* five seconds at 100 Hz */

/* Caller-owned; zero is empty. */
struct mat_stats {
	int64_t t_ns[MAT_STATS_STAMPS];
	size_t n_stamps, next_stamp;
	uint32_t latency_us[MAT_STATS_LATENCIES];
	size_t n_latencies, next_latency;
};

/* Add a frame: its stamp, and how long after its scan it was passed on (below 0 counts as 0). */
void mat_stats_add(struct mat_stats *stats, int64_t t_ns, int64_t latency_ns);

/* Forget the stamps: the stream was interrupted. */
void mat_stats_break(struct mat_stats *stats);

/* Return the rate over the last second of stamps, NaN with fewer than two. */
double mat_stats_rate_hz(const struct mat_stats *stats);

/* Write the median and the 99th percentile (nearest rank), NaN without frames. */
void mat_stats_latency(const struct mat_stats *stats, double *p50_ms, double *p99_ms);

#endif
