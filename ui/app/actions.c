/* frame.h: the actions at the foot of every screen. Side by side where they have room; else in rows, where the screen is
 * high; else some at a time, with a button that shows the others. */
#include "src/base/clock.h"
#include "src/base/i18n.h"
#include "ui/app/frame.h"

/* Whoever looked at the others and walked away finds the usual ones. */
#define MORE_NS (10 * CLOCK_NS_PER_S)

/* The buttons of one call, and the place that they have. */
struct actions {
	struct view *v;
	struct parts_type t;
	const struct parts_button *buttons;
	int n, w, h;
};

static const struct parts_button the_more = {
	.id = VIEW_MORE, .name = "actions", .label = "…", .enabled = true
};

static struct actions actions_of(
	struct view *v, const struct rect *content, const struct parts_button *b, int n)
{
	struct actions a = { .v = v, .t = frame_type(v), .buttons = b, .n = n };

	a.w = content->w;
	a.h = layout_mm_px(&v->ui.display, LAYOUT_PRIMARY_MM);
	if (a.h < a.t.body * 2)
		a.h = a.t.body * 2;
	return a;
}

/* The width that a button wants: for its words side by side if `generous`, or if type is so large that two lines have no
 * room. */
static int width_of(
	const struct actions *a, const struct parts_button *b, bool generous)
{
	struct draw_style style = parts_button_style(&a->v->ui, &a->t);
	struct parts_button brief = *b;
	int least = parts_button_width(&a->v->ui, &a->t, b, generous), w;

	if (generous || 2 * draw_measure(&a->v->ui.list, &style, "X").h <= a->h)
		return least;
	for (int i = 0; !b->label && b->texts[i]; i++)
		brief.label = _(b->texts[i]);
	w = parts_button_width(&a->v->ui, &a->t, &brief, true) - 2 * a->t.gap;
	return w > least ? w : least;
}

/* Return the width that the buttons from `from` up to `to` want. */
static int wanted_width(const struct actions *a, int from, int to, bool generous)
{
	int total = 0;

	for (int i = from; i < to; i++)
		total += width_of(a, &a->buttons[i], generous) +
			 (i > from ? a->t.gap * 3 / 2 : 0);
	return total;
}

/* Return the first of those before `to` that have room side by side; at least one has. */
static int first_of(const struct actions *a, int to, int w)
{
	int from = to > 0 ? to - 1 : 0;

	while (from > 0 && wanted_width(a, from - 1, to, false) <= w)
		from--;
	return from;
}

/* Return how many rows they are in: those for which a high screen has room, else one. */
static int n_rows(const struct actions *a, int content_h)
{
	int n = 0, to = a->n;

	do {
		to = first_of(a, to, a->w);
		n++;
	} while (to > 0);
	return n * (a->h + a->t.gap) <= content_h * 2 / 5 ? n : 1;
}

/* Draw the buttons from `from` up to `to`, the last as wide as there is room. */
static void row_draw(const struct actions *a, struct rect r, int from, int to)
{
	bool generous = wanted_width(a, from, to, true) <= r.w;

	for (int i = from; i < to; i++) {
		int w = i == to - 1 ? r.w : width_of(a, &a->buttons[i], generous);
		parts_button_draw(
			&a->v->ui, &a->t, rect_cut_left(&r, w), &a->buttons[i]);
		rect_cut_left(&r, a->t.gap * 3 / 2);
	}
}

/* Which of the pages is shown: 0, the usual one, unless another was asked for just now. */
static int page_of(struct view *v)
{
	int64_t until_ns = v->more_ns + MORE_NS;

	if (v->more == 0 || v->ui.now_ns >= until_ns)
		return v->more = 0;
	ui_redraw_at(&v->ui, until_ns);
	return v->more;
}

/* Return the buttons of the page that is shown, from `*from` up to the number returned; past the last page it is the
 * first again. */
static int page_of_buttons(const struct actions *a, int w, int others_w, int *from)
{
	int to = a->n, page = page_of(a->v);

	*from = first_of(a, to, w);
	for (int i = 0; i < page; i++) {
		if (*from == 0) {
			a->v->more = 0;
			*from = first_of(a, a->n, w);
			return a->n;
		}
		to = *from;
		*from = first_of(a, to, others_w);
	}
	return to;
}

/* The button for the others, some of them, and the primary one, on every page on which it has room. */
static void paged_draw(const struct actions *a, struct rect r)
{
	struct actions shown = *a;
	struct parts_button buttons[FRAME_MAX_ACTIONS];
	const struct parts_button *last = &a->buttons[a->n - 1];
	int gap = a->t.gap * 3 / 2, from, to, others_w;

	parts_button_draw(&a->v->ui, &a->t,
		rect_cut_left(&r, width_of(a, &the_more, false)), &the_more);
	rect_cut_left(&r, gap);
	others_w = r.w - gap - width_of(a, last, false);
	to = page_of_buttons(a, r.w, others_w, &from);
	shown.n = 0;
	for (int i = from; i < to && shown.n < FRAME_MAX_ACTIONS - 1; i++)
		buttons[shown.n++] = a->buttons[i];
	if (to < a->n && wanted_width(a, from, to, false) <= others_w)
		buttons[shown.n++] = *last;
	shown.buttons = buttons;
	row_draw(&shown, r, 0, shown.n);
}

void frame_actions_place(
	struct view *v, struct rect *content, const struct parts_button *buttons, int n)
{
	struct actions a = actions_of(v, content, buttons, n);
	int rows = n_rows(&a, content->h);

	rect_cut_bottom(content, rows * a.h + (rows - 1) * a.t.gap);
	rect_cut_bottom(content, a.t.gap);
}

void frame_actions(
	struct view *v, struct rect *content, const struct parts_button *buttons, int n)
{
	struct actions a = actions_of(v, content, buttons, n);
	int rows = n_rows(&a, content->h), from;

	if (rows == 1 && first_of(&a, n, a.w) > 0) {
		paged_draw(&a, rect_cut_bottom(content, a.h));
		rect_cut_bottom(content, a.t.gap);
		return;
	}
	v->more = 0;
	for (int to = n; rows > 0; rows--, to = from) {
		int even = to - (to + rows - 1) / rows;
		from = first_of(&a, to, a.w);
		from = from < even ? even : from;
		row_draw(&a, rect_cut_bottom(content, a.h), from, to);
		rect_cut_bottom(content, a.t.gap);
	}
}
