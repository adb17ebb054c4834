/* The matrix that puts touches right, and another one that is tried: it is in force until it is kept or its time is over,
 * whatever the screens do meanwhile, so that a wrong one locks nobody out.
 * Pure; the loop hands `now` to the window. Follows docs/screens.md ("Touch and keys"). */
#ifndef STANCE_UI_APP_TOUCH_TRY_H
#define STANCE_UI_APP_TOUCH_TRY_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/core/touch.h"

struct touch_try {
	struct touch_matrix now;  /* in force */
	struct touch_matrix kept; /* comes back if the one that is tried is not kept */
	int64_t until_ns;         /* 0: nothing is tried */
};

/* Begin with `matrix`, NULL: touches are where they are. */
void touch_try_init(struct touch_try *t, const struct touch_matrix *matrix);

/* Put `matrix` in force until then. */
void touch_try_begin(
	struct touch_try *t, const struct touch_matrix *matrix, int64_t until_ns);

/* End it: what is tried stays in force, or what was before comes back. Nothing if nothing is tried. */
void touch_try_end(struct touch_try *t, bool keep);

/* Let time pass. */
void touch_try_tick(struct touch_try *t, int64_t now_ns);

/* When touch_try_tick() has something to do, INT64_MAX if never. */
int64_t touch_try_due_ns(const struct touch_try *t);

#endif
