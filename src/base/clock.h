/* Units of time, and the monotonic clock.
 * Only programs read the clock: pure code uses the units and is given the time.
 * Wall-clock time is for labels and never enters a calculation. */
#ifndef STANCE_BASE_CLOCK_H
#define STANCE_BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_NS_PER_S  INT64_C(1000000000)
#define CLOCK_NS_PER_MS INT64_C(1000000)
#define CLOCK_NS_PER_US INT64_C(1000)

/* Return CLOCK_MONOTONIC in nanoseconds. Never fails on Linux. Thread-safe. */
int64_t clock_now_ns(void);

#endif
