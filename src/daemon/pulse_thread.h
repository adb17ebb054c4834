/* Lets a line pulse at one instant after another, on a thread of its own: a loop that is busy with a frame when a pulse is
 * due neither delays it nor loses it.
 * Does not know what the instants are: pulse.h does. Planning and asking take no lock, no heap and no wait: fit for every
 * frame.
 * Follows docs/station.md ("Synchronising"). */
#ifndef STANCE_DAEMON_PULSE_THREAD_H
#define STANCE_DAEMON_PULSE_THREAD_H

#include <stdbool.h>
#include <stdint.h>

struct pulse_thread;

/* Sets the line, on the thread; returns whether it could. */
typedef bool pulse_set_fn(bool is_active, void *ctx);

/* One pulse that rose. */
struct pulse_rise {
	uint64_t n;      /* as planned */
	int64_t t_ns;    /* when the line had been set, CLOCK_MONOTONIC */
	bool is_refused; /* it could not be set: no pulse */
};

/* Start the thread; it sleeps until something is planned. A pulse that would rise more than `late_ns` after its instant is
 * left out. Returns 0 or a negative errno. */
int pulse_thread_new(
	pulse_set_fn *set, void *ctx, int64_t late_ns, struct pulse_thread **out);

/* End the thread, after the fall of a pulse that is up; NULL does nothing. */
void pulse_thread_free(struct pulse_thread *thread);

/* Plan the next pulse, number `n`, in the place of one that has not risen; INT64_MAX: none. */
void pulse_thread_plan(
	struct pulse_thread *thread, uint64_t n, int64_t due_ns, int64_t width_ns);

/* Take what became of the last pulse; returns false if none rose since the last call. To be asked before each plan. */
bool pulse_thread_take(struct pulse_thread *thread, struct pulse_rise *out);

#endif
