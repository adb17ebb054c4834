/* The parts of the pre-check as a list: a sign, what is looked at, what is so of it.
 * Does not word them (precheck_words.h) nor ask the daemon.
 * Follows docs/screens.md ("The frame"): nothing is left out but what is good, which START says, too. */
#ifndef STANCE_UI_SCREENS_PRECHECK_PARTS_H
#define STANCE_UI_SCREENS_PRECHECK_PARTS_H

#include <jansson.h>

#include "ui/screens/facts.h"

/* Draw the parts of `check` into `r`; where they have no room, without those that are good, else in pages with
 * what must be mended first. `id` and `pages` as for facts_draw(). */
void precheck_parts_draw(
	struct view *v, const json_t *check, struct rect r, int id, struct list *pages);

/* Append them to `f` in words alone, what must be mended first. */
void precheck_parts_say(struct facts *f, const json_t *check);

#endif
