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

/* Cut the place of the actions off the bottom of `*content` and draw them from the left, the last one, the primary, taking
 * what is left. Where they have no room side by side: in rows, if the content is high; else some of them, with a button
 * "More" for the others, which are there for ten seconds. The primary one stays. At most FRAME_MAX_ACTIONS. */
#define FRAME_MAX_ACTIONS 8
void frame_actions(struct view *v, struct rect *content,
	const struct parts_button *buttons, int n);

/* Cut the place alone, for those who know only after the content what can be done. */
void frame_actions_place(struct view *v, struct rect *content,
	const struct parts_button *buttons, int n);

/* The state of the mat in words, as long as there is room for. */
void frame_mat_state(struct view *v, struct rect r);

/* Draw a text at the top of `*r`, over as many lines as it needs, in the first of `styles` in which it has room, and cut it
 * off. Where it has none: part by part in the last of them, each as long as it takes to read, with dots that tell which.
 * Returns false, with nothing drawn, where not even a line has room. */
bool frame_read(struct view *v, struct rect *r, const struct draw_style *styles, int n,
	uint32_t color, const char *text);

/* For those who show parts of their own: which of the `n` parts of `text` is to be seen now, each as long as it takes to read;
 * and the dots for it, as high as `r`. */
int frame_part(struct view *v, const char *text, int n);
void frame_part_dots(struct view *v, struct rect r, int n, int part);

/* A headline and what to do, in the middle of `r`: for a screen that has nothing else to show. Where both have no room they
 * take turns. */
void frame_message(struct view *v, struct rect r, enum parts_sign sign,
	const char *headline, const char *text);

#endif
