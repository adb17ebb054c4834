/* What must hold of every picture: nothing overlaps, is cut or leaves the screen, targets can be hit, texts can be read.
 * Everything is static, for the programs of tests/ui that include it after cmocka. */
#ifndef STANCE_TESTS_UI_RULES_H
#define STANCE_TESTS_UI_RULES_H

#include "tests/ui/stage.h"
#include "ui/core/theme.h"

struct rules_seen {
	const struct view *view;
	char where[128];
	int n_bad;
};

static inline void rules_bad(struct rules_seen *s, const char *what, const char *text)
{
	print_error("%s: %s: \"%s\"\n", s->where, what, text);
	s->n_bad++;
}

/* The ink of a line is what must not meet other ink: its box less the leading. */
static inline struct rect rules_ink(const struct draw_command *c)
{
	int cut = c->style.size_px / 5;

	return (struct rect){ c->rect.x, c->rect.y + cut, c->rect.w,
		c->rect.h - cut - cut / 2 };
}

/* The least size of a text: its reader's; of one that says so and is read in parts what is good without the low-vision
 * scale. */
static inline int rules_least_size(
	const struct layout_display *d, const struct draw_style *style)
{
	struct layout_display usual = *d;

	usual.low_vision = 1;
	return layout_em_px(
		style->smaller ? &usual : d, style->reader, LAYOUT_MIN_ARCMIN);
}

static inline void rules_texts(struct rules_seen *s)
{
	const struct draw_list *list = &s->view->ui.list;
	const struct layout_display *d = &s->view->ui.display;
	const struct rect screen = { 0, 0, d->w, d->h };

	for (int i = 0; i < list->n_commands; i++) {
		const struct draw_command *c = &list->commands[i];
		const char *text = draw_text_of(list, c);
		struct rect at, box;
		if (c->kind != DRAW_TEXT)
			continue;
		at = rules_ink(c);
		box = c->box;
		box.y -= c->style.size_px / 3; /* leading may stand out, ink may not */
		box.h += c->style.size_px * 2 / 3;
		if (!rect_within(&at, &screen))
			rules_bad(s, "leaves the screen", text);
		if (at.x < box.x || at.x + at.w > box.x + box.w || at.y < box.y ||
			at.y + at.h > box.y + box.h)
			rules_bad(s, "is cut by its box", text);
		if (c->style.size_px < rules_least_size(d, &c->style))
			rules_bad(s, "is too small for its reader", text);
		for (int k = i + 1; k < list->n_commands; k++) {
			const struct draw_command *o = &list->commands[k];
			struct rect other = rules_ink(o);
			if (o->kind == DRAW_TEXT && rect_overlaps(&at, &other))
				rules_bad(s, "overlaps another text", text);
		}
	}
}

/* The colour under a point just before command `before`: the last fill that holds it. */
static inline uint32_t rules_ground(
	const struct draw_list *list, int before, int x, int y)
{
	uint32_t color = THEME_BACKGROUND;

	for (int i = 0; i < before; i++) {
		const struct draw_command *c = &list->commands[i];
		if (c->kind == DRAW_TEXT || !rect_contains(&c->rect, x, y))
			continue;
		color = c->kind == DRAW_IMAGE
				? c->image->pixels[(y - c->rect.y) * c->rect.w + x -
						   c->rect.x] |
					  0xFF000000U
				: c->color;
	}
	return color;
}

static inline void rules_contrast(struct rules_seen *s)
{
	const struct draw_list *list = &s->view->ui.list;

	for (int i = 0; i < list->n_commands; i++) {
		const struct draw_command *c = &list->commands[i];
		struct rect at = rules_ink(c);
		if (c->kind != DRAW_TEXT || draw_text_of(list, c)[0] == '\0')
			continue;
		if (theme_contrast(c->color,
			    rules_ground(list, i, at.x + at.w / 2, at.y)) < 4.5)
			rules_bad(s, "has too little contrast", draw_text_of(list, c));
	}
}

static inline void rules_widgets(struct rules_seen *s)
{
	const struct layout_display *d = &s->view->ui.display;
	const struct rect screen = { 0, 0, d->w, d->h };
	const struct widgets *w = &s->view->ui.widgets;
	const struct draw_list *list = &s->view->ui.list;

	for (int i = 0; i < w->n_items; i++) {
		const struct widget *item = &w->items[i];
		double least_mm = item->primary ? LAYOUT_PRIMARY_MM
				  : item->key   ? LAYOUT_FLOOR_MM
						: LAYOUT_SECONDARY_MM;
		if (item->rect.w < least_mm * d->ppm ||
			item->rect.h < least_mm * d->ppm)
			rules_bad(s, "is too small a target", item->name);
		if (!rect_within(&item->rect, &screen))
			rules_bad(s, "leaves the screen", item->name);
		for (int k = i + 1; k < w->n_items; k++) {
			if (rect_overlaps(&item->rect, &w->items[k].rect))
				rules_bad(s, "overlaps another button", item->name);
			else if (item->id == w->items[k].id)
				rules_bad(s, "another button's id: one of both is dead",
					item->name);
		}
		for (int k = 0; k < list->n_commands; k++) {
			const struct draw_command *c = &list->commands[k];
			struct rect at = rules_ink(c);
			if (c->kind == DRAW_TEXT && rect_overlaps(&at, &item->rect) &&
				!rect_within(&at, &item->rect))
				rules_bad(s, "half covers a button",
					draw_text_of(list, c));
		}
	}
}

#endif
