/* What happens when: a small line language for the simulated person and her mat.
 * Does not carry anything out; the person and the program ask it.
 * Follows stance-sim(1), SCRIPT. */
#ifndef STANCE_HW_SIM_TIMELINE_H
#define STANCE_HW_SIM_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>

#define TIMELINE_MAX    512
#define TIMELINE_STEP_S 0.6 /* stepping on or off takes this long */

enum timeline_kind {
	TIMELINE_STEP_ON,
	TIMELINE_STEP_OFF,
	TIMELINE_LEFT_FRAC, /* a: share of the left foot */
	TIMELINE_FORE_FRAC, /* a: share ahead of half the feet */
	TIMELINE_LEAN,      /* a, b: mean COP moved by x, y millimetres */
	TIMELINE_SWAY,      /* a: factor of the sway's size */
	TIMELINE_UNPLUG,
	TIMELINE_REPLUG,
	TIMELINE_BUTTON,
	TIMELINE_N_KINDS,
};

/* One event; `over_s` is how long a change takes. */
struct timeline_event {
	double at_s; /* since the first START */
	enum timeline_kind kind;
	double a, b, over_s;
	int line; /* in the script; 0: from an option */
};

/* Caller-owned, no heap; starts zeroed. */
struct timeline {
	int n;
	struct timeline_event events[TIMELINE_MAX];
};

/* Append one event. Returns 0 or -ENOSPC. */
int timeline_add(struct timeline *timeline, const struct timeline_event *event);

/* Append the events of a script of `n` bytes; `file` names it in messages. Returns 0, or -EINVAL
 * or -ENOSPC with a sentence naming file and line in `message` (`size` bytes). */
int timeline_parse(struct timeline *timeline, const char *text, size_t n,
	const char *file, char *message, size_t size);

/* Sort by time and check that steps and plugs alternate. Returns 0, or -EINVAL with a message. */
int timeline_finish(struct timeline *timeline, char *message, size_t size);

/* Is someone on the mat at the start? Yes, unless the first step is a step on. */
bool timeline_starts_on(const struct timeline *timeline);

#endif
