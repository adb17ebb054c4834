/* Controls beside the button of parts.h: toggle, choice, stepper, card, progress ring, undo.
 * Each draws itself into its box and places its widgets; what it shows is given every time, so a
 * control keeps nothing. It acts as widget `id` with an index (struct screen, act).
 * Texts given as `texts` are msgids, translated here; `label` and `value` are in the language
 * already. Follows docs/screens.md ("Controls"). */
#ifndef STANCE_UI_CORE_CONTROLS_H
#define STANCE_UI_CORE_CONTROLS_H

#include "ui/core/parts.h"

/* On or off: a label with a switch. Acts with index 0. */
struct control_toggle {
	int id;
	const char *name, *label;
	bool on, enabled;
};
int control_toggle_height(
	struct ui *ui, const struct parts_type *t, int w, const char *label);
void control_toggle_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_toggle *c);

/* One of a few, side by side; in rows (four are two and two), or below each other where the box is too narrow for the words. Acts
 * with the index of the one touched. The widget of choice i is called NAME-i. */
#define CONTROL_MAX_CHOICES 8
struct control_choice {
	int id;
	const char *name;
	const char *const *texts; /* n of them */
	int n, chosen;            /* -1: none yet */
	bool enabled;
};
int control_choice_height(struct ui *ui, const struct parts_type *t, int w,
	const struct control_choice *c);
void control_choice_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_choice *c);

/* A value between a button for less (index 0, NAME-less) and one for more (index 1, NAME-more). */
struct control_stepper {
	int id;
	const char *name, *label, *value;
	bool can_less, can_more;
};
int control_stepper_height(struct ui *ui, const struct parts_type *t);
void control_stepper_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_stepper *c);

/* A surface with a title, a hairline around it. Returns the rectangle inside, below the title
 * (NULL: none). One that can be touched is lit while it is pressed or focused: id 0 is not. */
struct control_card {
	int id;
	const char *name, *title;
	bool enabled, chosen;
};
struct rect control_card_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_card *c);

/* A ring that is full at 1, in the middle of `r`, with a text in it ("" for none). NaN is empty. */
void control_ring_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	double frac, uint32_t color, const char *text);

/* Instead of asking "are you sure?": it is done, and for some seconds it can be undone. Kept in a
 * screen's state; zeroed says nothing. */
#define CONTROL_UNDO_NS (8 * CLOCK_NS_PER_S)
struct control_undo {
	char text[160];
	int64_t until_ns;
};
void control_undo_offer(struct control_undo *u, const char *text, int64_t now_ns);

/* Return true while it is offered; the box it wants is control_undo_height() high. Its button
 * acts as `id`. */
bool control_undo_shown(const struct control_undo *u, int64_t now_ns);
int control_undo_height(const struct ui *ui, const struct parts_type *t);
void control_undo_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_undo *u, int id);

#endif
