/* The parts that screens are put together from: type, figures, bars, buttons, notices.
 * Each draws into the list within the box it is given; none keeps state.
 * Follows docs/screens.md ("Sizes", "Numbers"). */
#ifndef STANCE_UI_PARTS_H
#define STANCE_UI_PARTS_H

#include "ui/core/ui.h"

/* The levels of type of one screen, em in pixels, and the distances that go with them. */
struct parts_type {
	enum layout_reader reader;
	int caption, body, value, hero;
	int margin, gap, radius;
	float line_px; /* hairlines and outlines in pictures */
};

/* Return the type of the clinician's screen, of the patient's. */
struct parts_type parts_near_type(const struct layout_display *d);
struct parts_type parts_far_type(const struct layout_display *d);

/* Return a style in one of the two faces; digits have their own widths. */
struct draw_style parts_regular(const struct parts_type *t, int size_px);
struct draw_style parts_bold(const struct parts_type *t, int size_px);

/* Return the first of `texts` (NULL at the end) no wider than `w`; the last if none is. */
const char *parts_fit(struct draw_list *list, const struct draw_style *style, int w,
	const char *const *texts);

/* Let a shown number follow its value only when it is off by more than 0.6 steps; NaN hides. */
void parts_settle(double *shown, double value, double step);

/* A number with its unit at half its size, on the baseline `y`. Returns the width; with `list`
 * given but `measure_only`, nothing is drawn. */
struct parts_figure {
	const char *number, *unit;
	int size_px;
	uint32_t color;
};
int parts_figure_width(
	struct ui *ui, const struct parts_type *t, const struct parts_figure *f);
int parts_figure_draw(struct ui *ui, const struct parts_type *t,
	const struct parts_figure *f, int x, int y, struct rect box);

/* A bar of two shares meeting at `frac`; the joint is as wide as its uncertainty. A line below
 * marks the usual range `low`..`high`. NaN leaves the bar empty. */
struct parts_bar {
	double frac, u95, low, high;
	uint32_t first, second;
};
void parts_bar_draw(struct ui *ui, struct rect r, const struct parts_bar *bar);

/* A button: widget and picture in one. `texts`: msgids, longest first, NULL at the end; or, where it
 * says something that is no msgid, `label`. `lit` is the one thing to do now: filled with the
 * colour of action. `start`: a clicker or foot switch presses it too. */
struct parts_button {
	int id;
	const char *name;
	const char *const *texts;
	bool primary, hold, enabled, lit, start;
	const char *label;
};
void parts_button_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct parts_button *b);

/* The surface of widget `id`: in `color`, lighter while pressed, with a ring while it has the focus.
 * Returns what is inside the ring. */
struct rect parts_surface_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	int id, uint32_t color);

/* A key of a pad or keyboard: a button with one short text in the middle, called `name`. */
void parts_key_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct parts_button *b, const char *name);

/* The width a button wants: for its longest text on one line if `generous`, else the least that
 * holds its shortest text. Never below the size of a target. */
int parts_button_width(struct ui *ui, const struct parts_type *t,
	const struct parts_button *b, bool generous);

/* Make a style smaller until a line fits `w`, no smaller than is good for its reader without the low-vision scale: of labels that
 * can neither be left out nor be read in parts. */
void parts_shrink(struct ui *ui, struct draw_style *style, int w, const char *text);

/* The same over lines, until all of it is within `r`. Returns its height. */
int parts_shrink_wrapped(
	struct ui *ui, struct draw_style *style, struct rect r, const char *text);

/* The size buttons' labels have. */
struct draw_style parts_button_style(const struct ui *ui, const struct parts_type *t);

/* A sentence on a surface with a sign before it. */
enum parts_sign { PARTS_GOOD, PARTS_CAUTION, PARTS_FAULT, PARTS_INFO };
uint32_t parts_sign_color(enum parts_sign sign);
int parts_notice_height(
	struct ui *ui, const struct parts_type *t, int w, const char *text);
void parts_notice_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	enum parts_sign sign, const char *text);

#endif
