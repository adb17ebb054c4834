/* Pixel rectangles and the cutting of one into parts: all that the layout is made of.
 * Does not know screens, units or text.
 * Follows docs/screens.md ("Sizes"). */
#ifndef STANCE_UI_RECT_H
#define STANCE_UI_RECT_H

#include <stdbool.h>

/* Pixels; x to the right and y down from the top left corner of the screen. */
struct rect {
	int x, y, w, h;
};

static inline bool rect_contains(const struct rect *r, int x, int y)
{
	return x >= r->x && x < r->x + r->w && y >= r->y && y < r->y + r->h;
}

static inline bool rect_overlaps(const struct rect *a, const struct rect *b)
{
	return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h &&
	       b->y < a->y + a->h;
}

/* Return true if `inner` lies wholly in `outer`. */
static inline bool rect_within(const struct rect *inner, const struct rect *outer)
{
	return inner->x >= outer->x && inner->y >= outer->y &&
	       inner->x + inner->w <= outer->x + outer->w &&
	       inner->y + inner->h <= outer->y + outer->h;
}

static inline struct rect rect_inset(struct rect r, int by)
{
	return (struct rect){ r.x + by, r.y + by, r.w - 2 * by, r.h - 2 * by };
}

static inline int rect_limit(int n, int most)
{
	return n < 0 ? 0 : n < most ? n : most;
}

/* Each cuts `n` pixels off one side of `*r` (at most all of it) and returns the piece. */
static inline struct rect rect_cut_top(struct rect *r, int n)
{
	n = rect_limit(n, r->h);
	struct rect piece = { r->x, r->y, r->w, n };
	r->y += n;
	r->h -= n;
	return piece;
}

static inline struct rect rect_cut_bottom(struct rect *r, int n)
{
	n = rect_limit(n, r->h);
	r->h -= n;
	return (struct rect){ r->x, r->y + r->h, r->w, n };
}

static inline struct rect rect_cut_left(struct rect *r, int n)
{
	n = rect_limit(n, r->w);
	struct rect piece = { r->x, r->y, n, r->h };
	r->x += n;
	r->w -= n;
	return piece;
}

static inline struct rect rect_cut_right(struct rect *r, int n)
{
	n = rect_limit(n, r->w);
	r->w -= n;
	return (struct rect){ r->x + r->w, r->y, n, r->h };
}

/* Return a w x h rectangle in the middle of `r`. */
static inline struct rect rect_middle(struct rect r, int w, int h)
{
	return (struct rect){ r.x + (r.w - w) / 2, r.y + (r.h - h) / 2, w, h };
}

#endif
