/* Mistakes made on purpose in finished pictures of the comparison and the report: what a broken screen would show. Each must
 * be seen by the golden screens. Everything is static, for test_golden that includes it. */
#ifndef STANCE_TESTS_UI_MUTATIONS_H
#define STANCE_TESTS_UI_MUTATIONS_H

#include "tests/ui/cases.h"

/* What is wrong. */
enum mutated {
	MUTATED_TEXT,   /* `text` reads `wrong` */
	MUTATED_SWAP,   /* the two texts have each other's place */
	MUTATED_MIRROR, /* picture `image` shows left and right swapped */
	MUTATED_FROZEN, /* picture `image` is picture 0: that of another visit, or page */
	MUTATED_GONE,   /* picture `image` is not there */
	MUTATED_COLOR, /* `text` is in the colour of something else */
};

static const struct mutation_of_screen {
	const char *screen; /* its case, and its PNG at 800x480 */
	enum mutated kind;
	const char *text, *wrong;
	int image;
} screen_mutations[] = {
	{ "compare-main", MUTATED_TEXT, "mm ± 5.3", "± 5.3", 0 }, /* a unit lost */
	{ "compare-main", MUTATED_TEXT, "−2.2 points", "2.2 points", 0 },  /* a sign lost */
	{ "compare-main", MUTATED_TEXT, "L 12.1", "R 12.1", 0 }, /* the other leg */
	{ "compare-main", MUTATED_TEXT, "Difference", "Differe", 0 }, /* a label cut */
	{ "compare-main", MUTATED_SWAP, "59.4", "57.2", 0 },          /* then is now */
	{ "compare-main", MUTATED_TEXT, "% ± 2.1", "%", 0 }, /* an error lost */
	{ "compare-main", MUTATED_TEXT, "within error", "more than error", 0 },
	{ "compare-feet", MUTATED_MIRROR, NULL, NULL, 0 }, /* feet swapped */
	{ "compare-feet", MUTATED_MIRROR, NULL, NULL, 3 },
	{ "compare-feet", MUTATED_FROZEN, NULL, NULL, 1 }, /* a frozen heatmap */
	{ "compare-feet", MUTATED_SWAP, "L", "R", 0 },
	{ "compare-feet", MUTATED_TEXT, "20 ‰/cm²", "20", 0 },
	{ "compare-feet", MUTATED_SWAP, "2026-11-02", "2026-11-28", 0 },
	{ "report-versions", MUTATED_TEXT, "Signed", "Sign", 0 },
	{ "report-versions", MUTATED_SWAP, "Version 2, 2026-11-28 11:02",
		"Version 1, 2026-11-28 09:31", 0 },
	{ "report-versions", MUTATED_TEXT, "SHA-256 9f2c41d0 · A. Weber",
		"SHA-256 9f2c41d1 · A. Weber", 0 },
	{ "report-versions", MUTATED_GONE, NULL, NULL, 0 }, /* the sheet */
	{ "report-versions", MUTATED_MIRROR, NULL, NULL, 0 },
	{ "report-versions", MUTATED_COLOR, "Version 1, 2026-11-28 09:31", NULL, 0 },
};
#define N_SCREEN_MUTATIONS                                                             \
	((int)(sizeof(screen_mutations) / sizeof(screen_mutations[0])))

static inline struct draw_command *mutation_text(
	struct draw_list *list, const char *text)
{
	for (int i = 0; i < list->n_commands; i++)
		if (list->commands[i].kind == DRAW_TEXT &&
			strcmp(draw_text_of(list, &list->commands[i]), text) == 0)
			return &list->commands[i];
	fail_msg("no text \"%s\" to mutate", text);
	return NULL;
}

static inline struct draw_command *mutation_image(struct draw_list *list, int which)
{
	for (int i = 0; i < list->n_commands; i++)
		if (list->commands[i].kind == DRAW_IMAGE && which-- == 0)
			return &list->commands[i];
	fail_msg("no such picture to mutate");
	return NULL;
}

/* Have a text read another one, no longer than it. */
static inline void mutation_write(
	struct draw_list *list, struct draw_command *c, const char *text)
{
	assert_true(strlen(text) <= 80 && list->n_text + 81 < DRAW_TEXT_BYTES);
	c->text = (uint16_t)list->n_text;
	list->n_text += snprintf(&list->text[list->n_text], 81, "%s", text) + 1;
}

/* The picture of another command from right to left; `canvas` keeps it. */
static inline void mutation_mirror(struct draw_command *c, struct canvas *canvas)
{
	assert_int_equal(canvas_resize(canvas, c->image->w, c->image->h), 0);
	for (int i = 0; i < canvas->w * canvas->h; i++)
		canvas->pixels[i] = c->image->pixels[i - i % canvas->w + canvas->w - 1 -
						     i % canvas->w];
	canvas_touch(canvas);
	c->image = canvas;
}

/* Make mutation `m` in the list of its screen. `canvas`, zeroed, must outlive the list and is the caller's to free. */
static inline void mutation_make(const struct mutation_of_screen *m,
	struct draw_list *list, struct canvas *canvas)
{
	struct draw_command *c =
		m->text ? mutation_text(list, m->text) : mutation_image(list, m->image);
	struct draw_command *other;
	uint16_t text;

	switch (m->kind) {
	case MUTATED_TEXT:
		mutation_write(list, c, m->wrong);
		break;
	case MUTATED_SWAP:
		other = mutation_text(list, m->wrong);
		text = c->text;
		c->text = other->text;
		other->text = text;
		break;
	case MUTATED_MIRROR:
		mutation_mirror(c, canvas);
		break;
	case MUTATED_FROZEN:
		other = mutation_image(list, 0);
		assert_ptr_not_equal(other, c);
		assert_int_equal(other->image->w, c->image->w);
		c->image = other->image;
		break;
	case MUTATED_GONE:
		c->rect.w = c->rect.h = 0;
		c->kind = DRAW_RECT;
		break;
	case MUTATED_COLOR:
		c->color = THEME_ACTION;
		break;
	}
}

#endif
