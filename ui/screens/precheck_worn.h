/* The choice of what is worn on the feet while measuring.
 * Does not ask the daemon, nor know what the protocol wants.
 * Follows docs/protocols.md ("Footwear"); the numbers are those of clinic_footwear(). */
#ifndef STANCE_UI_SCREENS_PRECHECK_WORN_H
#define STANCE_UI_SCREENS_PRECHECK_WORN_H

#include "ui/app/view.h"
#include "ui/core/parts.h"

#define PRECHECK_N_WORN 3

/* Return a button that says what is worn, 0 to PRECHECK_N_WORN - 1, and turns to the next: it acts as `id` with
 * the next one as its index. */
struct parts_button precheck_worn_button(int worn, int id);

/* Cut the choice from the bottom of `r` and draw it: side by side, acting as `id` with the chosen one as index;
 * where that has no room, the one button; where that has none, nothing. */
void precheck_worn_draw(struct view *v, int worn, int id, struct rect *r);

#endif
