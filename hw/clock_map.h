/* Maps a mat's clock to the host's monotonic clock: offset and drift from PING round trips, and
 * until the first of them from the earliest arrivals.
 * Does not read a clock or send anything; times are arguments. Pure.
 * Follows what NTP clients do (RFC 5905: the shortest round trips are the truest), with a
 * regression for the drift, and a slew so that mapped time never jumps back. */
#ifndef STANCE_HW_CLOCK_MAP_H
#define STANCE_HW_CLOCK_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOCK_MAP_SAMPLES 32 /* half a minute of PINGs, one a second */

/* One reading of the offset: host - device at `device_us`. */
struct clock_map_sample {
	int64_t device_ns; /* since the map's reference */
	int64_t offset_ns;
	int64_t spread_ns; /* round trip; 0 for an arrival */
};

/* The last readings, oldest overwritten. */
struct clock_map_series {
	struct clock_map_sample samples[CLOCK_MAP_SAMPLES];
	size_t n, next;
};

/* Caller-owned; all state of one mapping. */
struct clock_map {
	bool has_reference;
	uint64_t reference_us; /* device time that counts as 0 */
	struct clock_map_series pongs;
	struct clock_map_series arrivals; /* the earliest of each second */
	bool has_window;                  /* the second that is still running */
	int64_t window_start_ns;
	struct clock_map_sample window;

	bool has_line; /* the mapping in force: host = line_host + (device - line_device) * (1 + rate) */
	int64_t line_device_ns, line_host_ns;
	double line_rate;
	bool has_last;
	uint64_t last_us;
	int64_t last_arrival_ns;
	int64_t last_t_ns;
};

/* Start without any knowledge. */
void clock_map_init(struct clock_map *map);

/* Forget the device's clock (it restarted) but not the last stamp: time goes on rising. */
void clock_map_restart(struct clock_map *map);

/* Learn from a PONG: sent and received on the host's clock, answered at `device_us`. A negative
 * round trip is ignored. */
void clock_map_pong(struct clock_map *map, int64_t sent_ns, int64_t received_ns,
	uint64_t device_us);

/* Stamp a frame: device time `device_us` at the start of its scan, ready `scan_us` later, read at
 * `arrival_ns`. Returns the instant of `device_us` on the host's clock, always later than the
 * stamp before. A leap of the device's clock that the host's did not make restarts the mapping. */
int64_t clock_map_stamp(struct clock_map *map, uint64_t device_us, uint32_t scan_us,
	int64_t arrival_ns);

/* Return whether a PONG has been used. */
bool clock_map_is_synced(const struct clock_map *map);

#endif
