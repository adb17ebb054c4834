/* The draw list: what one picture of the screen is made of, in the order it is painted.
 * Knows no SDL, no heap and no meaning: screens fill it, a backend replays it, tests read it.
 * Follows docs/screens.md ("Drawing"); the idea of a command list is microui's. */
#ifndef STANCE_UI_DRAW_H
#define STANCE_UI_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/core/canvas.h"
#include "ui/core/layout.h"
#include "ui/core/rect.h"

#define DRAW_MAX_COMMANDS 1024
#define DRAW_TEXT_BYTES   32768
#define DRAW_LINE_BYTES   256
#define DRAW_MAX_KEPT     16 /* boxes that are not mirrored in themselves */

/* The commands there are. */
enum draw_kind {
	DRAW_RECT,
	DRAW_ROUND_RECT, /* radius */
	DRAW_CIRCLE,     /* fills rect */
	DRAW_RING,       /* radius: its thickness */
	DRAW_TEXT,
	DRAW_IMAGE, /* a canvas, one pixel to one */
};

enum draw_face {
	DRAW_REGULAR,
	DRAW_BOLD,
};

enum draw_align {
	DRAW_LEFT,
	DRAW_CENTRE,
	DRAW_RIGHT,
};

/* How a text is set. Tabular digits share one width, so that changing numbers stand still;
 * the backend keeps their pictures ready. */
struct draw_style {
	enum draw_face face;
	int size_px; /* em */
	bool tabular;
	enum layout_reader reader;
	bool breaks; /* a word that is wider than its line may be broken (breaks.h) */
	/* Set below its reader's size, but not below the size without the low-vision scale: else a word of it would have to
	 * be broken or to be left out. */
	bool smaller;
};

/* Size of a set line: its box, and the baseline below the box's top. */
struct draw_metrics {
	int w, h, ascent;
};

/* Measures one line of UTF-8. */
typedef void draw_measure_fn(const struct draw_style *style, const char *text,
	struct draw_metrics *metrics, void *ctx);

/* What becomes of a text. Whoever looks whether it has room asks for it; then it is drawn, or is to be found elsewhere, or is
 * left out, which no screen may do unsaid. Told to who wants to know: tests/ui/test_layout. */
enum draw_fate {
	DRAW_ASKED,
	DRAW_DRAWN, /* or a part of it, of one that is read in parts */
	DRAW_ELSEWHERE, /* in another part or page; or other words, its beginning or another screen say it */
	DRAW_LEFT_OUT,
};
typedef void draw_fate_fn(const char *text, enum draw_fate fate, void *ctx);

/* One command; pixels from the top left corner of the screen. */
struct draw_command {
	enum draw_kind kind;
	struct rect rect; /* TEXT: the box of the set line */
	struct rect box;  /* TEXT: what it must stay within */
	uint32_t color;
	int radius;
	struct draw_style style;
	uint16_t text; /* offset into the list's text */
	uint8_t keep;  /* which of the list's kept boxes it belongs to, 0 none */
	const struct canvas *image;
};

/* Caller-owned, no heap. `overflow` stays set once something did not fit; tests refuse it. */
struct draw_list {
	struct draw_command commands[DRAW_MAX_COMMANDS];
	int n_commands;
	char text[DRAW_TEXT_BYTES];
	int n_text;
	struct rect kept[DRAW_MAX_KEPT];
	int n_kept;
	uint8_t keep; /* of what is being drawn */
	int keep_depth;
	struct draw_command spill; /* takes what did not fit; never read */
	bool overflow;
	int n_shortened; /* texts of which only a part had room: whoever shortens one counts it */
	draw_measure_fn *measure;
	void *measure_ctx;
	draw_fate_fn *fate; /* NULL: nobody wants to know */
	int elsewhere;      /* deep in what is elsewhere anyway */
	void *fate_ctx;
};

/* Start an empty list that measures text by `measure`; empty it again. */
void draw_init(struct draw_list *list, draw_measure_fn *measure, void *ctx);
void draw_clear(struct draw_list *list);

/* Return a number that tells this picture from another (FNV-1a over what is drawn), so that the same need not be painted
 * twice. Never 0. */
uint64_t draw_fingerprint(const struct draw_list *list);

/* Return the text of a DRAW_TEXT command. */
const char *draw_text_of(
	const struct draw_list *list, const struct draw_command *command);

/* Append one shape. An image is borrowed until the list was replayed. */
void draw_rect(struct draw_list *list, struct rect r, uint32_t color);
void draw_round_rect(struct draw_list *list, struct rect r, int radius, uint32_t color);
void draw_circle(struct draw_list *list, int x, int y, int radius, uint32_t color);
void draw_ring(struct draw_list *list, int x, int y, int radius, int thickness,
	uint32_t color);
void draw_image(struct draw_list *list, int x, int y, const struct canvas *image);

/* What is drawn between the two shows the person's left and right within `box`: where lines run from
 * the right, the box is moved to the other side, and nothing in it is mirrored. Within another it is part of
 * that. */
void draw_keep_begin(struct draw_list *list, struct rect box);
void draw_keep_end(struct draw_list *list);

/* Mirror everything in a screen `w` wide, but what was kept. */
void draw_mirror(struct draw_list *list, int w);

/* Tell that a text, or what it says, is elsewhere; that it has no room and is left out. */
void draw_elsewhere(struct draw_list *list, const char *text);
void draw_left_out(struct draw_list *list, const char *text);

/* The same of all that is asked for between the two: a row of a list, which leads to where all of it is said; words that are
 * measured together before they are drawn. */
void draw_elsewhere_begin(struct draw_list *list);
void draw_elsewhere_end(struct draw_list *list);

/* Return the size of a line. */
struct draw_metrics draw_measure(
	struct draw_list *list, const struct draw_style *style, const char *text);

/* Set a line in `box`, centred in height. Returns its width. Never shrinks or cuts: what does
 * not fit is the layout's mistake, and the property tests find it. */
int draw_text(struct draw_list *list, const struct draw_style *style, struct rect box,
	enum draw_align align, uint32_t color, const char *text);

/* Set a line with its baseline at `y`, starting at `x`; it must stay within `box`. */
int draw_text_at(struct draw_list *list, const struct draw_style *style, int x, int y,
	struct rect box, uint32_t color, const char *text);

/* Set a text over as many lines as it needs, broken at spaces (in words as breaks.h tells), from the top of `box`.
 * Returns the height used. */
int draw_wrapped(struct draw_list *list, const struct draw_style *style,
	struct rect box, enum draw_align align, uint32_t color, const char *text);

/* The same of `n` of its lines, from line `first` (0 is the first): for a text that is read in parts. */
#define DRAW_MAX_LINES 32
int draw_wrapped_part(struct draw_list *list, const struct draw_style *style,
	struct rect box, enum draw_align align, uint32_t color, const char *text,
	int first, int n);

/* Return the height draw_wrapped() would use in `w` pixels; `*widest` (may be NULL) receives the
 * width of its widest line, which exceeds `w` where one word alone does. */
int draw_wrapped_height(struct draw_list *list, const struct draw_style *style, int w,
	const char *text, int *widest);

#endif
