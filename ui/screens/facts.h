/* What is known of one thing, one below the other: labelled values, paragraphs, a notice, a small picture. Nothing of it is
 * left out: where not all has room there are pages, with the buttons of a list.
 * Follows docs/screens.md ("The frame"). */
#ifndef STANCE_UI_SCREENS_FACTS_H
#define STANCE_UI_SCREENS_FACTS_H

#include "ui/app/view.h"
#include "ui/core/list.h"
#include "ui/core/parts.h"

#define FACTS_MAX        40
#define FACTS_TEXT_BYTES 8192

/* Draws a picture into its place. */
typedef void facts_draw_fn(struct view *v, struct rect r, const void *ctx);

/* One of them; texts are offsets into facts.text. */
struct fact {
	enum fact_kind {
		FACT_LINE,    /* `label` muted, `text` bold, beside it or below */
		FACT_WORDS,   /* `text` in `style` and `color` */
		FACT_NOTICE,  /* `text` with `sign` */
		FACT_PICTURE, /* `draw` */
	} kind;
	int label, text;
	struct draw_style style;
	uint32_t color;
	enum parts_sign sign;
	int h, gap; /* of a picture; below it */
	bool is_marked;
	uint32_t mark;
	facts_draw_fn *draw;
	const void *ctx;
};

/* Caller-owned, filled for one picture of the screen. */
struct facts {
	struct view *v;
	struct parts_type type;
	int gap,
		words_gap; /* below a line, and below anything else; may be set after facts_begin() */
	struct fact all[FACTS_MAX];
	int n;
	char text[FACTS_TEXT_BYTES];
	int n_text;
};

void facts_begin(struct facts *f, struct view *v);

/* Append one. Texts are copied; nothing is appended for an empty `value` or `text`. A headline is bold and larger, where it has
 * room. `ctx` is borrowed until it was drawn. */
void facts_line(struct facts *f, const char *label, const char *value);
void facts_mark(struct facts *f, uint32_t color); /* a square before the last line */
void facts_words(struct facts *f, const char *text, uint32_t color);
void facts_headline(struct facts *f, const char *text);
void facts_notice(struct facts *f, enum parts_sign sign, const char *text);
void facts_picture(struct facts *f, int h, facts_draw_fn *draw, const void *ctx);

/* Widen the space below the last one. */
void facts_space(struct facts *f, int px);

/* Return true if all of it has room in `r`. */
bool facts_fit(struct facts *f, struct rect r);

/* Draw it, and return the height used; in pages where it needs some, which turn by themselves where their buttons have no room. `pages` is kept by the screen, zeroed it is at the first; its buttons act as `id`, are
 * called NAME-up and NAME-down, and are for list_act(). */
int facts_draw(
	struct facts *f, struct rect r, int id, const char *name, struct list *pages);

/* The same in pages that turn by themselves, each as long as it takes to read, with dots that tell which. */
void facts_read(struct facts *f, struct rect r);

#endif
