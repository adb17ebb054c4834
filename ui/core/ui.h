/* What the parts of a screen share while they are drawn and touched: the display, the list, the
 * widgets, the pictures of the parts. One for each window or role; knows no domain.
 * Follows docs/screens.md ("How to add a screen"). */
#ifndef STANCE_UI_CORE_UI_H
#define STANCE_UI_CORE_UI_H

#include "ui/core/canvas.h"
#include "ui/core/draw.h"
#include "ui/core/layout.h"
#include "ui/core/widgets.h"

/* Small pictures of one picture of the screen: rings, switches. */
#define UI_MAX_CANVASES 12
#define UI_NAME_BYTES   4096

/* Caller-owned; ui_init() before use, ui_fini() at the end. */
struct ui {
	struct layout_display display;
	struct draw_list list;
	struct widgets widgets;
	struct canvas check; /* the sign for good */
	struct canvas canvases[UI_MAX_CANVASES];
	int n_canvases;            /* taken for this picture */
	char names[UI_NAME_BYTES]; /* of widgets made for this picture */
	int n_names;
	int64_t now_ns;    /* of the picture being made */
	int64_t redraw_ns; /* when a part wants to be drawn again by time alone */
};

void ui_init(struct ui *ui, const struct layout_display *display,
	draw_measure_fn *measure, void *measure_ctx);
void ui_fini(struct ui *ui);

/* Begin a picture: empties the list and the widgets (focus and press stay). */
void ui_begin(struct ui *ui, int64_t now_ns);

/* End it: mirrors what was drawn where the language runs from the right. */
void ui_end(struct ui *ui);

/* Return a canvas of that size for this picture, its pixels as they may be; NULL without memory or
 * when all are taken. Who asks in the same order each time gets the same one. */
struct canvas *ui_canvas(struct ui *ui, int w, int h);

/* Keep a text until the next picture: for names of widgets that are made of parts. Returns "" when
 * there is no room. */
const char *ui_keep(struct ui *ui, const char *text);

/* Ask for another picture at `at_ns`, for what moves by itself; the earliest wish counts. */
void ui_redraw_at(struct ui *ui, int64_t at_ns);

/* Return the whole screen as a rectangle. */
struct rect ui_screen(const struct ui *ui);

#endif
