/* What every screen of the clinician has in common: the strip at the top (back, title, mat, clock),
 * the actions at the bottom, always in the same place; and a message in between.
 * Follows docs/screens.md ("The frame"). */
#ifndef STANCE_UI_APP_FRAME_H
#define STANCE_UI_APP_FRAME_H

#include "ui/app/view.h"
#include "ui/core/parts.h"

/* Return the type of a view's role. */
struct parts_type frame_type(const struct view *v);

/* Fill the background, draw the strip with `title` (in the language; NULL: "Stance") and, where
 * there is a screen to go back to, the button for it. Returns the rest, within the margins. */
struct rect frame_begin(struct view *v, const char *title);

/* The same for the first screen: the state of the mat can be touched, and leads to the technician's. */
struct rect frame_begin_home(struct view *v, const char *title);

/* Cut the place of the actions off the bottom of `*content` and draw them from the left, the last
 * one, the primary, taking what is left. What does not fit is left out from the front, never the
 * primary. Returns how many were drawn. */
int frame_actions(struct view *v, struct rect *content,
	const struct parts_button *buttons, int n);

/* The state of the mat in words, as long as there is room for. */
void frame_mat_state(struct view *v, struct rect r);

/* A headline and what to do, in the middle of `r`: for a screen that has nothing else to show. */
void frame_message(struct view *v, struct rect r, enum parts_sign sign,
	const char *headline, const char *text);

#endif
