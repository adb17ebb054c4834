/* When an idle screen goes dark, and what wakes it: a touch or a key, which then presses nothing, or somebody on the mat.
 * Pure. Does not switch any light.
 * Follows docs/screens.md ("Dark"). */
#ifndef STANCE_UI_DARK_H
#define STANCE_UI_DARK_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/core/input.h"

struct dark {
	int64_t after_ns; /* idle so long; 0: never */
	int64_t busy_ns;  /* when something was last going on */
	bool is_dark;
	bool swallows; /* until what woke it is let go */
	enum input_kind until;
	int64_t pointer; /* that is swallowed */
	int key;
};

void dark_init(struct dark *d, int64_t after_ns, int64_t now_ns);

/* Something came in. Returns whether it is for the screen; false: it woke it, or belongs to what did. */
bool dark_event(struct dark *d, const struct input_event *event, int64_t now_ns);

/* Time has passed; `is_busy`: somebody is on the mat, or a trial runs. Returns whether `is_dark` changed. */
bool dark_tick(struct dark *d, bool is_busy, int64_t now_ns);

/* When it will go dark if nothing happens; INT64_MAX: never, or it is. */
int64_t dark_due_ns(const struct dark *d);

#endif
