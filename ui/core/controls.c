#include "ui/core/controls.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/core/theme.h"

static int at_least(int a, int b)
{
	return a > b ? a : b;
}

static int target_px(const struct ui *ui, const struct parts_type *t)
{
	return at_least(
		layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM), t->body * 3 / 2);
}

/* Names of the parts of a composite live as long as the picture. */
static const char *part_name(struct ui *ui, const char *name, const char *part)
{
	char text[64];

	snprintf(text, sizeof(text), "%s-%s", name, part);
	return ui_keep(ui, text);
}

/* --- toggle -------------------------------------------------------------------------------- */

static int switch_w(const struct parts_type *t)
{
	return t->body * 2;
}

/* Return true where a word of the label is too long to stand beside the switch. */
static bool is_stacked(
	struct ui *ui, const struct parts_type *t, int w, const char *label)
{
	struct draw_style style = parts_regular(t, t->body);
	int text_w = w - switch_w(t) - 3 * t->gap, widest;

	draw_wrapped_height(&ui->list, &style, text_w, label, &widest);
	return widest > text_w;
}

int control_toggle_height(
	struct ui *ui, const struct parts_type *t, int w, const char *label)
{
	struct draw_style style = parts_regular(t, t->body);
	bool stacked = is_stacked(ui, t, w, label);
	int text_w = w - (stacked ? t->gap : switch_w(t) + 3 * t->gap);
	int h = draw_wrapped_height(&ui->list, &style, text_w, label, NULL);

	return at_least(h + t->gap + (stacked ? t->body * 3 / 2 : 0), target_px(ui, t));
}

/* On: filled, the knob at the end and a stroke in the free half; off: an outline. Never by colour
 * alone. */
static void switch_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_toggle *c)
{
	int h = t->body, line = at_least(2, h / 10);
	struct rect body = { r.x, r.y + (r.h - h) / 2, switch_w(t), h };
	int knob = h / 2 - 2 * line;
	int x = c->on ? body.x + body.w - h / 2 : body.x + h / 2;
	uint32_t color = !c->enabled ? THEME_LINE : c->on ? THEME_ACTION : THEME_MUTED;

	draw_round_rect(&ui->list, body, h / 2, color);
	if (!c->on)
		draw_round_rect(&ui->list, rect_inset(body, line), h / 2 - line,
			THEME_BACKGROUND);
	draw_circle(
		&ui->list, x, body.y + h / 2, knob, c->on ? THEME_ON_ACTION : color);
	if (c->on)
		draw_rect(&ui->list,
			(struct rect){ body.x + h / 2, body.y + h / 4, line, h / 2 },
			THEME_ON_ACTION);
}

void control_toggle_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_toggle *c)
{
	struct draw_style style = parts_regular(t, t->body);
	bool stacked = is_stacked(ui, t, r.w, c->label);
	struct rect text, at;
	int h;

	widgets_add(&ui->widgets, &(struct widget){ .id = c->id,
					  .name = c->name,
					  .rect = r,
					  .enabled = c->enabled });
	text = rect_inset(
		parts_surface_draw(ui, t, r, c->id, THEME_BACKGROUND), t->gap / 2);
	if (stacked) {
		at = rect_cut_bottom(&text, t->body * 3 / 2);
		at = rect_cut_right(&at, switch_w(t));
	} else {
		at = rect_cut_right(&text, switch_w(t));
		rect_cut_right(&text, t->gap);
	}
	switch_draw(ui, t, at, c);
	h = parts_shrink_wrapped(ui, &style, text, c->label);
	draw_wrapped(&ui->list, &style,
		(struct rect){ text.x, text.y + (text.h - h) / 2, text.w, h },
		DRAW_LEFT, c->enabled ? THEME_TEXT : THEME_MUTED, c->label);
}

/* --- choice -------------------------------------------------------------------------------- */

/* Return true if all words fit in equal parts of so many columns. */
static bool fits_in(struct ui *ui, const struct parts_type *t, int w,
	const struct control_choice *c, int columns)
{
	struct draw_style style = parts_bold(t, t->body);
	int part = (w - (columns - 1) * t->gap / 2) / columns;

	if (part < layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM))
		return false;
	for (int i = 0; i < c->n; i++) {
		draw_elsewhere(&ui->list,
			_(c->texts[i])); /* to be drawn, or asked otherwise */
		if (draw_measure(&ui->list, &style, _(c->texts[i])).w + t->gap > part)
			return false;
	}
	return true;
}

/* Side by side; else in full rows, as four are two and two; else below each other. */
static int choice_columns(struct ui *ui, const struct parts_type *t, int w,
	const struct control_choice *c)
{
	int columns = c->n;

	while (columns > 1 && (c->n % columns != 0 || !fits_in(ui, t, w, c, columns)))
		columns--;
	return at_least(columns, 1);
}

int control_choice_height(struct ui *ui, const struct parts_type *t, int w,
	const struct control_choice *c)
{
	int rows = c->n / choice_columns(ui, t, w, c);

	return rows * target_px(ui, t) + (rows - 1) * t->gap / 2;
}

static void choice_draw_one(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_choice *c, int i)
{
	bool chosen = i == c->chosen;
	struct draw_style style =
		chosen ? parts_bold(t, t->body) : parts_regular(t, t->body);
	int id = WIDGET_ID(c->id, i), line = at_least(2, t->body / 8);
	uint32_t color = !c->enabled ? THEME_MUTED : THEME_TEXT;
	char number[12];

	snprintf(number, sizeof(number), "%d", i);
	widgets_add(&ui->widgets, &(struct widget){ .id = id,
					  .name = part_name(ui, c->name, number),
					  .rect = r,
					  .enabled = c->enabled });
	r = parts_surface_draw(ui, t, r, id, chosen ? THEME_RAISED : THEME_SURFACE);
	/* The chosen one is bold and has a line below it: not by colour alone. */
	if (chosen)
		draw_rect(&ui->list,
			(struct rect){ r.x + t->radius, r.y + r.h - line,
				r.w - 2 * t->radius, line },
			c->enabled ? THEME_ACTION : THEME_MUTED);
	if (draw_measure(&ui->list, &style, _(c->texts[i])).w > r.w)
		style = parts_regular(t, t->caption);
	draw_text(&ui->list, &style, r, DRAW_CENTRE, color, _(c->texts[i]));
}

void control_choice_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_choice *c)
{
	int columns = choice_columns(ui, t, r.w, c), gap = t->gap / 2;
	int part = (r.w - (columns - 1) * gap) / columns;
	struct rect row = r;

	for (int i = 0; i < c->n; i++) {
		bool last = i % columns == columns - 1;
		if (i % columns == 0) {
			row = rect_cut_top(&r, target_px(ui, t));
			rect_cut_top(&r, gap);
		}
		choice_draw_one(ui, t, last ? row : rect_cut_left(&row, part), c, i);
		rect_cut_left(&row, gap);
	}
}

/* --- stepper ------------------------------------------------------------------------------- */

int control_stepper_height(struct ui *ui, const struct parts_type *t)
{
	return at_least(target_px(ui, t), t->caption * 4 / 3 + t->value * 4 / 3);
}

static void step_button(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_stepper *c, bool more)
{
	const struct parts_button b = { .id = WIDGET_ID(c->id, more ? 1 : 0),
		.name = part_name(ui, c->name, more ? "more" : "less"),
		.label = more ? "+" : "−",
		.enabled = more ? c->can_more : c->can_less };

	parts_button_draw(ui, t, r, &b);
}

void control_stepper_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_stepper *c)
{
	struct draw_style small = parts_regular(t, t->caption);
	struct draw_style value = parts_bold(t, t->body);
	int side = at_least(layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM), r.h);

	side = side > r.w / 3 ? at_least(r.w / 3,
					layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM))
			      : side;
	step_button(ui, t, rect_cut_left(&r, side), c, false);
	step_button(ui, t, rect_cut_right(&r, side), c, true);
	r = rect_middle(r, r.w - t->gap, t->caption * 4 / 3 + t->body * 4 / 3);
	parts_shrink(ui, &small, r.w, c->label);
	if (draw_measure(&ui->list, &small, c->label).w <= r.w)
		draw_text(&ui->list, &small, rect_cut_top(&r, t->caption * 4 / 3),
			DRAW_CENTRE, THEME_MUTED, c->label);
	small = parts_regular(t, t->caption);
	if (draw_measure(&ui->list, &value, c->value).w > r.w)
		value = small;
	draw_text(&ui->list, &value, r, DRAW_CENTRE, THEME_TEXT, c->value);
}

/* --- card, ring, undo ---------------------------------------------------------------------- */

struct rect control_card_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_card *c)
{
	struct draw_style style = parts_regular(t, t->caption);
	int line = c->chosen ? at_least(3, t->radius / 3) : 1;
	struct rect title;

	if (c->id != 0)
		widgets_add(&ui->widgets, &(struct widget){ .id = c->id,
						  .name = c->name,
						  .rect = r,
						  .enabled = c->enabled });
	if (c->id == 0 || ui->widgets.focus != c->id) {
		draw_round_rect(
			&ui->list, r, t->radius, c->chosen ? THEME_ACTION : THEME_LINE);
		r = rect_inset(r, line);
	}
	r = parts_surface_draw(ui, t, r, c->id, THEME_SURFACE);
	r = rect_inset(r, t->gap);
	if (!c->title)
		return r;
	title = rect_cut_top(&r, t->caption * 4 / 3);
	if (draw_measure(&ui->list, &style, c->title).w <= title.w)
		draw_text(&ui->list, &style, title, DRAW_LEFT, THEME_MUTED, c->title);
	rect_cut_top(&r, t->gap / 2);
	return r;
}

void control_ring_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	double frac, uint32_t color, const char *text)
{
	int side = r.w < r.h ? r.w : r.h;
	float c = (float)side / 2, thick = (float)side / 12;
	struct canvas *ring = side > 4 ? ui_canvas(ui, side, side) : NULL;
	struct rect inner = rect_middle(r, side * 2 / 3, side * 2 / 3);
	struct draw_style style = parts_bold(t, side / 3);

	if (!ring)
		return;
	canvas_fill(ring, 0);
	canvas_ring(ring, c, c, c - 1, thick, THEME_LINE);
	if (frac > 0)
		canvas_arc(ring, c, c, c - 1, thick, (float)fmin(frac, 1), color);
	draw_image(&ui->list, r.x + (r.w - side) / 2, r.y + (r.h - side) / 2, ring);
	while (style.size_px > t->caption &&
		draw_measure(&ui->list, &style, text).w > inner.w)
		style.size_px -= 2;
	if (draw_measure(&ui->list, &style, text).w <= inner.w &&
		style.size_px >= t->caption)
		draw_text(&ui->list, &style, inner, DRAW_CENTRE, THEME_TEXT, text);
}

void control_undo_offer(struct control_undo *u, const char *text, int64_t now_ns)
{
	snprintf(u->text, sizeof(u->text), "%s", text);
	u->until_ns = now_ns + CONTROL_UNDO_NS;
}

bool control_undo_shown(const struct control_undo *u, int64_t now_ns)
{
	return u->text[0] != '\0' && now_ns < u->until_ns;
}

int control_undo_height(const struct ui *ui, const struct parts_type *t)
{
	return target_px(ui, t) + t->gap;
}

void control_undo_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct control_undo *u, int id)
{
	static const char *const texts[] = { N_("Undo"), NULL };
	const struct parts_button b = {
		.id = id, .name = "undo", .texts = texts, .enabled = true
	};
	struct draw_style style = parts_regular(t, t->caption);
	int w = parts_button_width(ui, t, &b, true), h;

	ui_redraw_at(ui, u->until_ns);
	draw_round_rect(&ui->list, r, t->radius, THEME_SURFACE);
	r = rect_inset(r, t->gap / 2);
	parts_button_draw(ui, t, rect_cut_right(&r, w), &b);
	rect_cut_right(&r, t->gap);
	rect_cut_left(&r, t->gap / 2);
	h = draw_wrapped_height(&ui->list, &style, r.w, u->text, NULL);
	draw_elsewhere(&ui->list, u->text); /* what was done is seen above it */
	if (h <= r.h)
		draw_wrapped(&ui->list, &style,
			(struct rect){ r.x, r.y + (r.h - h) / 2, r.w, h }, DRAW_LEFT,
			THEME_TEXT, u->text);
}
