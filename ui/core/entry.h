/* Entering numbers and text: a field, a number pad, a keyboard on the screen, and real keys.
 * The pad and the keyboard show one entry each; a barcode reader types as a keyboard does.
 * Follows docs/screens.md ("Controls"). */
#ifndef STANCE_UI_CORE_ENTRY_H
#define STANCE_UI_CORE_ENTRY_H

#include "ui/core/parts.h"

#define ENTRY_BYTES 640

/* What a touch or a key did. */
enum entry_result {
	ENTRY_NOTHING, /* not for an entry */
	ENTRY_CHANGED, /* text, or which keys are shown */
	ENTRY_DONE,    /* Enter, or the key OK */
};

/* In a screen's state; zeroed is empty and takes ENTRY_BYTES - 1 bytes of any text. */
struct entry {
	char text[ENTRY_BYTES]; /* UTF-8, whole characters */
	int max_chars;          /* 0: as many as there is room for */
	bool secret;            /* shown as dots */
	bool digits_only; /* also one decimal sign if `decimals`: the language's, whichever was typed */
	bool decimals;
	bool replace; /* the next character begins anew: what is there was there before */
	bool shift, symbols; /* of the keyboard */
};

/* Set the text, cut at a character's end; broken UTF-8 is left out. */
void entry_set(struct entry *e, const char *text);

/* Return the number typed, NaN if there is none. A comma is a decimal point too. */
double entry_number(const struct entry *e);

/* The field: its label above, the text or `hint` in it, a line at its end while `active`. What does
 * not fit is cut at its beginning, where nobody types. As a widget it acts as `id` (0: none). In a place lower than
 * entry_field_height(), and at least entry_box_height(), its label stands in its line: at the end if it is short, else until
 * something is typed. */
int entry_field_height(const struct ui *ui, const struct parts_type *t);
int entry_box_height(const struct ui *ui, const struct parts_type *t);
void entry_field_draw(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, const struct entry *e, const char *label, const char *hint,
	bool active);

/* The number pad, and the least size it needs. Acts as `id`; keys are called NAME-0 .. NAME-9,
 * NAME-point, NAME-rub, NAME-ok. */
void entry_pad_size(const struct ui *ui, int *w, int *h);

/* Return true if a pad has room: where the usual one has not, it is drawn lying down, with keys as low as 10 mm and their digits
 * allow. */
bool entry_pad_fits(const struct ui *ui, int w, int h);
void entry_pad_draw(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, const struct entry *e);

/* The keyboard, and the least height it needs in `w` pixels: rows as on a real one where a key can
 * be wide enough, else in the order of the alphabet. In a low place the digits are among the symbols alone. It stands at the
 * bottom of `r`, its keys as high as there is room for and no higher than comfortable. Keys are called NAME-a .. (the letter),
 * NAME-space, NAME-rub, NAME-shift, NAME-symbols, NAME-ok. */
int entry_keyboard_height(const struct ui *ui, int w);
void entry_keyboard_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	int id, const char *name, const struct entry *e);

/* Feed the index with which pad or keyboard acted, or an event that no widget used (typed text,
 * Backspace, Enter). */
enum entry_result entry_act(struct entry *e, int index);
enum entry_result entry_event(struct entry *e, const struct input_event *event);

#endif
