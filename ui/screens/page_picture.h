/* Sheets of a visit's report as pictures: asked of stance-report one at a time, made smaller, and what is said where
 * there is none. Part of a screen's state.
 * Does not draw them: the screens do. Follows docs/screens.md ("The report"). */
#ifndef STANCE_UI_SCREENS_PAGE_PICTURE_H
#define STANCE_UI_SCREENS_PAGE_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/app/view.h"
#include "ui/core/canvas.h"

/* Zeroed is none. */
struct page_picture {
	struct run_wish wish; /* what is to be shown */
	struct run_wish has;  /* of which the picture is */
	struct run_wish asked;
	bool waits;  /* the program runs for `asked` */
	int status;  /* how it ended last: ui/app/run.h; -1: no answer in time */
	int n_pages; /* 0: not known yet */
	uint32_t *pixels;
	int w, h;
	struct canvas small;
};

void page_picture_fini(struct page_picture *s);

/* Have the sheet that is wished for drawn, unless it is here or on its way; page_picture_again() in any case. The answer comes
 * with `tag`, for page_picture_answer(). */
void page_picture_want(struct view *v, int tag, struct page_picture *s);
void page_picture_again(struct view *v, int tag, struct page_picture *s);

/* Take the answer; and have drawn what was wished for meanwhile. */
void page_picture_answer(struct view *v, int tag, struct page_picture *s,
	const struct view_answer *answer);

/* Return true if the picture is what is wished for. */
bool page_picture_is_here(const struct page_picture *s);

/* Return the sheet `w` pixels wide, no wider than it was drawn; NULL without one. Valid until the next call. */
const struct canvas *page_picture_at_width(struct page_picture *s, int w);

/* What is so, and what to do, where the sheet could not be drawn: NULL if nothing is wrong. */
const char *page_picture_trouble(const struct page_picture *s, const char **what_to_do);

#endif
