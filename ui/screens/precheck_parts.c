#include "ui/screens/precheck_parts.h"

#include <stdbool.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/precheck_words.h"

static const struct {
	const char *sign;
	enum parts_sign color;
} signs[] = {
	[PRECHECK_GOOD] = { "✓", PARTS_GOOD },
	[PRECHECK_WAITING] = { "…", PARTS_INFO },
	[PRECHECK_CHECK] = { "!", PARTS_CAUTION },
	[PRECHECK_BAD] = { "×", PARTS_FAULT },
};

/* How high a part is in `w` pixels. */
static int part_height(
	struct view *v, const json_t *check, int w, enum precheck_part part)
{
	struct parts_type t = frame_type(v);
	struct draw_style bold = parts_bold(&t, t.caption);
	int text_w = w - t.body * 3 / 2 - t.gap;
	char text[240];

	bold.breaks = true;
	precheck_say(check, part, text, sizeof(text));
	draw_elsewhere(&v->ui.list, text); /* in its picture */
	return t.caption * 4 / 3 +
	       draw_wrapped_height(&v->ui.list, &bold, text_w, text, NULL);
}

/* A sign, what is looked at, and below it what is so. */
static void part_draw(
	struct view *v, struct rect r, const json_t *check, enum precheck_part part)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	struct draw_style bold = parts_bold(&t, t.caption);
	struct draw_style sign = parts_bold(&t, t.body);
	enum precheck_state state = precheck_state(check, part);
	int side = t.body * 3 / 2;
	char text[240];

	bold.breaks = true;
	precheck_say(check, part, text, sizeof(text));
	draw_text(&v->ui.list, &sign, rect_middle(rect_cut_left(&r, side), side, side),
		DRAW_CENTRE, parts_sign_color(signs[state].color), signs[state].sign);
	rect_cut_left(&r, t.gap);
	draw_text(&v->ui.list, &small, rect_cut_top(&r, t.caption * 4 / 3), DRAW_LEFT,
		THEME_MUTED, _(precheck_name(part)));
	draw_wrapped(&v->ui.list, &bold, r, DRAW_LEFT, THEME_TEXT, text);
}

/* A part as a picture among facts. */
struct part_of {
	const json_t *check;
	enum precheck_part part;
};

static void part_of_draw(struct view *v, struct rect r, const void *ctx)
{
	const struct part_of *of = ctx;

	part_draw(v, r, of->check, of->part);
}

/* The calibration only where there is something to say. */
static bool is_said(const json_t *check, enum precheck_part part)
{
	return part != PRECHECK_CALIBRATION ||
	       precheck_state(check, part) > PRECHECK_WAITING;
}

/* Those that are said, in their order or the worst first. Returns how many. */
static int parts_of(
	const json_t *check, bool worst_first, struct part_of of[PRECHECK_N_PARTS])
{
	int n = 0;

	for (int state = PRECHECK_BAD; state >= PRECHECK_GOOD; state--)
		for (int i = 0; i < PRECHECK_N_PARTS; i++) {
			int own = (int)precheck_state(check, (enum precheck_part)i);
			bool now = worst_first ? own == state : state == PRECHECK_BAD;
			if (now && is_said(check, (enum precheck_part)i))
				of[n++] = (struct part_of){ check,
					(enum precheck_part)i };
		}
	return n;
}

/* Take the last away that is good: START says that all else is. Returns false if there is none. */
static bool drop_good(struct part_of *of, int *n)
{
	for (int i = *n - 1; i >= 0; i--) {
		if (precheck_state(of[i].check, of[i].part) != PRECHECK_GOOD)
			continue;
		(*n)--;
		for (; i < *n; i++)
			of[i] = of[i + 1];
		return true;
	}
	return false;
}

static void parts_collect(
	struct facts *f, struct view *v, int w, struct part_of *of, int n)
{
	facts_begin(f, v);
	for (int i = 0; i < n; i++) {
		facts_picture(f, part_height(v, of[i].check, w, of[i].part),
			part_of_draw, &of[i]);
		facts_space(f, f->type.gap);
	}
}

void precheck_parts_say(struct facts *f, const json_t *check)
{
	struct part_of of[PRECHECK_N_PARTS];
	int n = parts_of(check, true, of);
	char text[240];

	for (int i = 0; i < n; i++) {
		precheck_say(check, of[i].part, text, sizeof(text));
		facts_line(f, _(precheck_name(of[i].part)), text);
		if (precheck_state(check, of[i].part) >= PRECHECK_CHECK)
			f->all[f->n - 1].color = THEME_CAUTION;
	}
}

void precheck_parts_draw(
	struct view *v, const json_t *check, struct rect r, int id, struct list *pages)
{
	struct parts_type t = frame_type(v);
	struct part_of of[PRECHECK_N_PARTS];
	int n = parts_of(check, false, of);
	int w = r.w - list_pager_width(&v->ui, &t, r.w, r.h) - t.gap;
	struct facts f;

	parts_collect(&f, v, r.w, of, n);
	while (!facts_fit(&f, r) && drop_good(of, &n))
		parts_collect(&f, v, r.w, of, n);
	if (n == 0 || !facts_fit(&f, r)) {
		n = parts_of(check, true, of);
		parts_collect(&f, v, w, of, n);
	}
	for (int i = 0; i < f.n; i++)
		if (f.all[i].h > r.h) { /* not even one of them */
			facts_begin(&f, v);
			precheck_parts_say(&f, check);
		}
	facts_draw(&f, r, id, "facts", pages);
}
