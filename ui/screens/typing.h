/* A text that is typed: what it is, its field, and the keyboard below. Does not keep it: that is the screen's entry.
 * Follows docs/screens.md ("Controls"). */
#ifndef STANCE_UI_SCREENS_TYPING_H
#define STANCE_UI_SCREENS_TYPING_H

#include "ui/app/view.h"
#include "ui/core/entry.h"

struct typing {
	const struct entry *entry;
	int keys, field; /* widgets, of the keyboard and of the field (0: it is none) */
	const char *name; /* of the field's widget; keys are called key-a ... */
	const char *const
		*labels;     /* msgids, longest first, NULL at the end; NULL: none */
	const char *hint;    /* in the language, while nothing is typed; "" none */
	const char *message; /* in the language: why it was not taken; "" nothing */
};

/* Draw it in `r`. The message stands above the field, and where both have no room in place of it, until something is typed.
 * Where the keyboard has no room there is none: real keys type in any case. */
void typing_draw(struct view *v, struct rect r, const struct typing *what);

#endif
