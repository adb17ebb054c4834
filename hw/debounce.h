/* From the edges of a bouncing contact to presses and releases, and to a contact that hangs.
 * Pure: takes edges and times, waits for nothing. All times in nanoseconds of one monotonic clock.
 * A level counts once it has held for `settle_ns`; its time is that of the first edge of the change, so debouncing costs
 * a delay but no accuracy. Contacts bounce for 1 to 20 ms (Ganssle, "A guide to debouncing"): 25 ms take them all. */
#ifndef STANCE_HW_DEBOUNCE_H
#define STANCE_HW_DEBOUNCE_H

#include <stdbool.h>
#include <stdint.h>

/* Held down longer than that is stuck. */
#define DEBOUNCE_STUCK_NS (10 * INT64_C(1000000000))

struct debounce {
	int64_t settle_ns;
	bool is_active;   /* as last told */
	bool raw;         /* as the last edge left it */
	int64_t raw_ns;   /* when that was */
	int64_t begun_ns; /* first edge away from `is_active` */
	int64_t held_ns;  /* since when it is active; meaningless if not */
};

struct debounce_event {
	bool is_active;
	int64_t t_ns;
};

/* The contact is as `is_active` says at `now_ns`: a button held down from the beginning is no press, but may be stuck. */
void debounce_init(
	struct debounce *d, int64_t settle_ns, bool is_active, int64_t now_ns);

/* An edge. Returns true with an event if the level before it had settled. Edges come in order of time; one that is out of
 * order counts as at the time of the one before. */
bool debounce_edge(
	struct debounce *d, bool is_active, int64_t t_ns, struct debounce_event *event);

/* Time has passed. Returns true with an event if a level has settled. */
bool debounce_settle(struct debounce *d, int64_t now_ns, struct debounce_event *event);

/* When debounce_settle() or debounce_is_stuck() will next have something to say; INT64_MAX: not before another edge. */
int64_t debounce_due_ns(const struct debounce *d, int64_t now_ns);

bool debounce_is_stuck(const struct debounce *d, int64_t now_ns);

#endif
