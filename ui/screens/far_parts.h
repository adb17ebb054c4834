/* What the patient's screens have in common: words as large as the place allows, the mat, a picture in
 * the person's own millimetres, the way back to the clinician's screen.
 * Follows docs/screens.md ("The patient's screens"). */
#ifndef STANCE_UI_SCREENS_FAR_PARTS_H
#define STANCE_UI_SCREENS_FAR_PARTS_H

#include "ui/app/app.h"
#include "ui/core/parts.h"

/* Fill the background. Returns what is within the margins. */
struct rect far_begin(struct view *v);

/* Cut the button to the clinician's screen off the bottom; nothing where each has a window. */
void far_role_button(struct view *v, struct rect *content);

/* How long nobody has stood on the mat, of a screen that is on top; zeroed it begins. */
struct far_idle {
	int64_t since_ns, asked_ns;
};

/* Ask at every tick: true once nobody has stood on it for PLAIN_IDLE_NS; then the pages in plain words turn. */
bool far_is_idle(struct view *v, struct far_idle *idle);

/* The same row with another button at its left, where it has room; with one that opens the pages in plain words. */
void far_buttons(
	struct view *v, struct rect *content, const struct parts_button *other);
void far_explain_buttons(struct view *v, struct rect *content, int id);

/* The largest size good for the distance, up to `arcmin`, at which `text` fits the box; 0 if none. */
int far_words_size(struct view *v, struct rect r, double arcmin, const char *text);

/* The first of `texts` (already translated, NULL or "" are passed over) that fits, in the middle of `r`, at most
 * `arcmin` large; if none does, the last whose words fit, a few at a time. Returns its box, empty if not even those fit. */
struct rect far_words(struct view *v, struct rect r, double arcmin, uint32_t color,
	const char *const *texts, int n);

/* Cut the place of a square picture off `*content`: at the left, or at the top of an upright screen. */
struct rect far_cut_picture(struct view *v, struct rect *content);

/* The mat as it stands. Returns where its cells are, empty without memory. */
struct rect far_mat(struct view *v, struct rect r, bool frozen);

/* A line of round dots, a chevron pointing along (dx, dy), pixels. */
void far_dots(struct view *v, double x0, double y0, double x1, double y1, int radius,
	uint32_t color);
void far_arrow(
	struct view *v, int x, int y, double dx, double dy, int size, uint32_t color);

/* L and R in the lower corners of a picture that has the person's sides, where it has room for them. */
void far_letters(struct view *v, struct rect picture);

/* How much of something is done, as a thin bar. */
void far_progress(struct view *v, struct rect r, double frac);

/* A square canvas in the person's own frame: millimetres, x to the right, y forward. */
struct far_picture {
	struct view *v;
	struct canvas *canvas;
	struct rect r;
	double px_mm; /* pixels in a millimetre */
	float line;   /* width of a line */
};

/* Begin one that shows `view_mm` to each side. Returns false without memory. */
bool far_picture_begin(
	struct far_picture *p, struct view *v, struct rect r, double view_mm);
void far_picture_end(struct far_picture *p);

float far_x(const struct far_picture *p, double mm);
float far_y(const struct far_picture *p, double mm);

/* A straight line between two points in pixels of the canvas. */
void far_line(struct far_picture *p, float x0, float y0, float x1, float y1,
	float width, uint32_t color);

/* The person's dot, the place it is asked to; nothing where a number is NaN. */
void far_dot(struct far_picture *p, double x_mm, double y_mm, uint32_t color);
void far_ring(struct far_picture *p, double x_mm, double y_mm, double radius_mm,
	uint32_t color);

#endif
