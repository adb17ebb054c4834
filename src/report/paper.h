/* Sheets of A4 to draw on: text, lines, areas and pictures, as PDF (tagged, fonts embedded), PNG or SVG.
 * Does not know what is reported.
 * The only place that knows cairo and pango. All lengths are millimetres from the sheet's upper left corner,
 * x to the right, y down; sizes of type are points. The same calls give the same bytes. */
#ifndef STANCE_REPORT_PAPER_H
#define STANCE_REPORT_PAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAPER_WIDTH_MM  210.0
#define PAPER_HEIGHT_MM 297.0

/* PAPER_NONE draws nowhere: to learn how many sheets it takes, or where texts come to lie. */
enum paper_format { PAPER_PDF, PAPER_PNG, PAPER_SVG, PAPER_N_FORMATS, PAPER_NONE };

/* Return the format of a file name's ending, PAPER_N_FORMATS if it is none of ours. */
enum paper_format paper_format_of(const char *path);

/* What the file says of itself. Borrowed during paper_open(). */
struct paper_meta {
	const char *title, *author, *subject;
	const char *created_iso; /* with offset; NULL: no date, never today's */
	/* Of PNG and SVG: the only sheet that is kept, from 1, under the plain name; 0: all of them. The others are laid out
	 * and not drawn. */
	int only;
	double dpi;       /* dots an inch in PNG; 0: 150 */
	bool is_fleeting; /* looked at and forgotten: it need not outlive a power failure */
};

struct paper_colour {
	double red, green, blue; /* 0..1, sRGB */
};

enum paper_align { PAPER_LEFT, PAPER_CENTRE, PAPER_RIGHT };

struct paper_type {
	double size_pt;
	int bold;
	enum paper_align align;
	struct paper_colour colour;
};

struct paper;

/* Begin a document beside `path`, which is only replaced by a whole one in paper_close(). PNG and SVG hold one
 * sheet a file: the second goes to NAME-2.png, and so on. `path` of PAPER_NONE is not used. Returns 0, -EINVAL for an unknown format, -ENOMEM or
 * the errno of the file. */
int paper_open(const char *path, enum paper_format format,
	const struct paper_meta *meta, struct paper **out);

/* Finish, put the file in its place and free. Returns 0 or the first error (-ENOSPC, ...); then nothing at
 * `path` has changed. */
int paper_close(struct paper *paper);

/* Give up; `path` is left alone; frees. NULL does nothing. */
void paper_abandon(struct paper *paper);

/* End this sheet and take the next. */
void paper_turn(struct paper *paper);

/* Set the type's text into a column of `width_mm`, wrapped; returns its height. With `y_mm` NaN it is only
 * measured. */
double paper_text(struct paper *paper, double x_mm, double y_mm, double width_mm,
	const struct paper_type *type, const char *text);

/* Structure for those who hear the document (PDF's tags: "H1", "P", "Table", "TR", "TH", "TD", "Figure").
 * Pairs nest. A figure is told by the caption in it: neither cairo 1.16 nor 1.18 writes alternate texts. */
void paper_tag(struct paper *paper, const char *name);
void paper_untag(struct paper *paper, const char *name);

/* Return true when the only sheet that is kept lies behind: what is drawn now is for nobody. */
bool paper_is_done(const struct paper *paper);

/* Return true if a typeface can be had at all. */
bool paper_has_font(void);

/* Call `fn` with the box of every text that is set but a watermark's: for tests that nothing is
 * cut or overlaps. */
struct paper_placed {
	int sheet;
	double x_mm, y_mm, width_mm, height_mm, size_pt;
	const char *text;
};
typedef void paper_watch_fn(const struct paper_placed *placed, void *ctx);
void paper_watch(struct paper *paper, paper_watch_fn *fn, void *ctx);

void paper_line(struct paper *paper, double x1_mm, double y1_mm, double x2_mm,
	double y2_mm, double width_mm, struct paper_colour colour);
void paper_box(struct paper *paper, double x_mm, double y_mm, double width_mm,
	double height_mm, struct paper_colour fill);
void paper_frame(struct paper *paper, double x_mm, double y_mm, double width_mm,
	double height_mm, double line_mm, struct paper_colour colour);
/* A see-through area: `alpha` 0 nothing, 1 solid. */
void paper_shade(struct paper *paper, double x_mm, double y_mm, double width_mm,
	double height_mm, struct paper_colour fill, double alpha);
/* A broken line, dashes and gaps of `dash_mm`. */
void paper_dash(struct paper *paper, double x1_mm, double y1_mm, double x2_mm,
	double y2_mm, double width_mm, double dash_mm, struct paper_colour colour);
void paper_disc(struct paper *paper, double x_mm, double y_mm, double radius_mm,
	struct paper_colour fill);
void paper_ring(struct paper *paper, double x_mm, double y_mm, double radius_mm,
	double line_mm, struct paper_colour colour);

/* A line through `n` points; one that is NaN breaks it. */
void paper_path(struct paper *paper, const double *x_mm, const double *y_mm, int n,
	double line_mm, struct paper_colour colour);
/* The area that `n` points enclose, `alpha` as above. */
void paper_area(struct paper *paper, const double *x_mm, const double *y_mm, int n,
	struct paper_colour fill, double alpha);

/* A picture, stretched: n_cols * n_rows pixels, row by row from the top, four bytes each: red, green, blue and
 * how solid. Copied. */
void paper_picture(struct paper *paper, double x_mm, double y_mm, double width_mm,
	double height_mm, const uint8_t *rgba, int n_cols, int n_rows);

/* Draw nothing outside a box until paper_unclip(). Pairs nest. */
void paper_clip(struct paper *paper, double x_mm, double y_mm, double width_mm,
	double height_mm);
void paper_unclip(struct paper *paper);

/* Return the sheet that is drawn on, from 1. */
int paper_sheet(const struct paper *paper);

/* A word across the sheet, under what comes after: as shapes, not part of the text that is heard or found. */
void paper_watermark(
	struct paper *paper, const struct paper_type *type, const char *text);

#endif
