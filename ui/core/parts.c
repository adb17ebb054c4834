#include "ui/core/parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/core/theme.h"

static int more(int a, int b)
{
	return a > b ? a : b;
}

static int scaled(int px, double by)
{
	return (int)lrint(px * by);
}

static struct parts_type type_of(
	const struct layout_display *d, enum layout_reader reader, int caption)
{
	int shorter = d->w < d->h ? d->w : d->h;

	return (struct parts_type){
		.reader = reader,
		.caption = caption,
		.body = scaled(caption, 1.15),
		.value = scaled(caption, 1.6),
		.hero = scaled(caption, 4.2),
		.margin = more(shorter / 32, 8),
		.gap = more(shorter / 44, 6),
		.radius = more(shorter / 48, 6),
		.line_px = (float)fmax(1.4, shorter / 400.0),
	};
}

struct parts_type parts_near_type(const struct layout_display *d)
{
	int shorter = d->w < d->h ? d->w : d->h;
	int least = layout_em_px(d, LAYOUT_NEAR, LAYOUT_MIN_ARCMIN);

	/* A large screen is set larger than its reader's eyes need. */
	return type_of(d, LAYOUT_NEAR, more(least, shorter / 32));
}

struct parts_type parts_far_type(const struct layout_display *d)
{
	int shorter = d->w < d->h ? d->w : d->h;
	int least = layout_em_px(d, LAYOUT_FAR, LAYOUT_GOOD_ARCMIN);

	return type_of(d, LAYOUT_FAR, more(least, shorter / 12));
}

struct draw_style parts_regular(const struct parts_type *t, int size_px)
{
	return (struct draw_style){
		.face = DRAW_REGULAR, .size_px = size_px, .reader = t->reader
	};
}

struct draw_style parts_bold(const struct parts_type *t, int size_px)
{
	return (struct draw_style){
		.face = DRAW_BOLD, .size_px = size_px, .reader = t->reader
	};
}

const char *parts_fit(struct draw_list *list, const struct draw_style *style, int w,
	const char *const *texts)
{
	while (texts[1] != NULL && draw_measure(list, style, _(texts[0])).w > w)
		draw_elsewhere(list, _(*texts++));
	return _(texts[0]);
}

void parts_settle(double *shown, double value, double step)
{
	if (isnan(value))
		*shown = NAN;
	else if (isnan(*shown) || fabs(value - *shown) > 0.6 * step)
		*shown = round(value / step) * step;
}

static struct draw_style number_style(const struct parts_type *t, int size_px)
{
	return (struct draw_style){ .face = DRAW_BOLD,
		.size_px = size_px,
		.tabular = true,
		.reader = t->reader };
}

/* Half the number's size, but never too small to be read. */
static struct draw_style unit_style(const struct parts_type *t, int size_px)
{
	return parts_regular(t, more(size_px / 2, t->caption));
}

int parts_figure_width(
	struct ui *ui, const struct parts_type *t, const struct parts_figure *f)
{
	struct draw_style number = number_style(t, f->size_px);
	struct draw_style unit = unit_style(t, f->size_px);
	int w = draw_measure(&ui->list, &number, f->number).w;

	if (f->unit[0] != '\0')
		w += unit.size_px / 8 + draw_measure(&ui->list, &unit, f->unit).w;
	return w;
}

int parts_figure_draw(struct ui *ui, const struct parts_type *t,
	const struct parts_figure *f, int x, int y, struct rect box)
{
	struct draw_style number = number_style(t, f->size_px);
	struct draw_style unit = unit_style(t, f->size_px);
	int w = draw_text_at(&ui->list, &number, x, y, box, f->color, f->number);

	if (f->unit[0] != '\0') {
		w += unit.size_px / 8;
		w += draw_text_at(&ui->list, &unit, x + w, y, box, f->color, f->unit);
	}
	return w;
}

void parts_bar_draw(struct ui *ui, struct rect r, const struct parts_bar *bar)
{
	int mark = more(r.h / 6, 2);
	struct rect body = { r.x, r.y, r.w, r.h - 2 * mark };
	int low = r.x + scaled(r.w, bar->low), high = r.x + scaled(r.w, bar->high);

	draw_round_rect(&ui->list, body, body.h / 2, THEME_LINE);
	if (!isnan(bar->frac)) {
		double frac = fmin(1, fmax(0, bar->frac));
		double u95 = isnan(bar->u95) ? 0 : bar->u95;
		int joint = more(scaled(r.w, 2 * u95), more(r.h / 8, 3));
		int at = r.x + scaled(r.w, frac);
		int from = more(at - joint / 2, r.x), to = from + joint;
		struct rect first = { r.x, body.y, from - r.x, body.h };
		struct rect second = { to, body.y, r.x + r.w - to, body.h };
		draw_round_rect(&ui->list, first, body.h / 2, bar->first);
		draw_round_rect(&ui->list, second, body.h / 2, bar->second);
		/* Square ends where the two meet. */
		if (first.w > body.h)
			draw_rect(&ui->list,
				(struct rect){
					from - body.h / 2, body.y, body.h / 2, body.h },
				bar->first);
		if (second.w > body.h)
			draw_rect(&ui->list,
				(struct rect){ to, body.y, body.h / 2, body.h },
				bar->second);
		draw_rect(&ui->list, (struct rect){ from, body.y, joint, body.h },
			THEME_BACKGROUND);
	}
	draw_rect(&ui->list, (struct rect){ low, r.y + r.h - mark, high - low, mark },
		THEME_ACTION);
}

struct draw_style parts_button_style(const struct ui *ui, const struct parts_type *t)
{
	struct parts_type near = parts_near_type(&ui->display);

	(void)t;
	return (struct draw_style){
		.face = DRAW_REGULAR, .size_px = near.body, .reader = LAYOUT_NEAR
	};
}

/* What is good for its reader without the low-vision scale; without one it is not made smaller. */
static int least_px(const struct ui *ui, const struct draw_style *style)
{
	struct layout_display usual = ui->display;

	if (usual.low_vision <= 1)
		return style->size_px;
	usual.low_vision = 1;
	return layout_em_px(&usual, style->reader, LAYOUT_MIN_ARCMIN);
}

static void smaller(struct draw_style *style, int least)
{
	style->size_px = more(style->size_px - style->size_px / 16 - 1, least);
	style->smaller = true;
}

void parts_shrink(struct ui *ui, struct draw_style *style, int w, const char *text)
{
	int least = least_px(ui, style);

	while (style->size_px > least && draw_measure(&ui->list, style, text).w > w)
		smaller(style, least);
}

int parts_shrink_wrapped(
	struct ui *ui, struct draw_style *style, struct rect r, const char *text)
{
	int least = least_px(ui, style), widest;
	int h = draw_wrapped_height(&ui->list, style, r.w, text, &widest);

	while ((widest > r.w || h > r.h) && style->size_px > least) {
		smaller(style, least);
		h = draw_wrapped_height(&ui->list, style, r.w, text, &widest);
	}
	return h;
}

/* Return text `i` of a button in the language, NULL past the shortest. */
static const char *text_of(const struct parts_button *b, int i)
{
	if (b->label)
		return i == 0 ? b->label : NULL;
	return b->texts[i] ? _(b->texts[i]) : NULL;
}

int parts_button_width(struct ui *ui, const struct parts_type *t,
	const struct parts_button *b, bool generous)
{
	struct draw_style style = parts_button_style(ui, t);
	int text = 0;
	int least = layout_mm_px(
		&ui->display, b->primary ? LAYOUT_PRIMARY_MM : LAYOUT_SECONDARY_MM);
	int widest;

	if (b->lit)
		style.face = DRAW_BOLD;
	while (!generous && text_of(b, text + 1) != NULL)
		text++;
	draw_wrapped_height(
		&ui->list, &style, generous ? 1 << 14 : 1, text_of(b, text), &widest);
	draw_elsewhere(
		&ui->list, text_of(b, text)); /* or another, which it draws itself */
	widest += 2 * t->gap + (b->hold ? style.size_px * 3 / 2 + t->gap : 0);
	if (generous)
		widest += 2 * t->gap;
	return more(least, widest);
}

/* The ring that fills while a button is held. */
static void hold_ring(struct ui *ui, struct rect r, int side,
	const struct parts_button *b, uint32_t color)
{
	double frac = widgets_hold_frac(&ui->widgets, b->id, ui->now_ns);
	float c = (float)side / 2, thick = (float)side / 7;

	struct canvas *ring = ui_canvas(ui, side, side);

	if (!ring)
		return;
	canvas_fill(ring, 0);
	canvas_ring(
		ring, c, c, c - 1, thick, (color & 0xFFFFFF) | UINT32_C(0x50000000));
	if (frac > 0)
		canvas_arc(ring, c, c, c - 1, thick, (float)frac, color);
	draw_image(&ui->list, r.x, r.y + (r.h - side) / 2, ring);
}

/* Return the longest text that fits, over at most two lines; the shortest if none does. */
static const char *button_text(struct ui *ui, const struct draw_style *style,
	struct rect r, const struct parts_button *b)
{
	int line_h = draw_measure(&ui->list, style, "X").h, h, widest;

	for (int i = 0;; i++) {
		const char *text = text_of(b, i);
		h = draw_wrapped_height(&ui->list, style, r.w, text, &widest);
		if (text_of(b, i + 1) == NULL ||
			(h <= 2 * line_h && h < r.h * 9 / 10 && widest <= r.w))
			return text;
		draw_elsewhere(&ui->list, text);
	}
}

static void button_colors(const struct ui *ui, const struct parts_button *b,
	uint32_t *fill, uint32_t *text)
{
	bool pressed = ui->widgets.pressed == b->id && ui->widgets.inside;

	*fill = b->lit ? THEME_ACTION : THEME_SURFACE;
	*text = b->lit ? THEME_ON_ACTION : THEME_TEXT;
	if (!b->enabled) {
		*fill = THEME_SURFACE;
		*text = THEME_MUTED;
	} else if (pressed) {
		*fill = b->lit ? theme_mix(THEME_ACTION, THEME_TEXT, 0.25)
			       : THEME_RAISED;
	}
}

struct rect parts_surface_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	int id, uint32_t color)
{
	int ring = more(3, t->radius / 3);
	bool own = id != WIDGETS_NONE;

	if (own && ui->widgets.focus == id) {
		draw_round_rect(&ui->list, r, t->radius, THEME_TEXT);
		draw_round_rect(&ui->list, rect_inset(r, ring), t->radius - ring / 2,
			THEME_BACKGROUND);
		r = rect_inset(r, 2 * ring);
	}
	if (own && ui->widgets.pressed == id && ui->widgets.inside)
		color = theme_mix(
			color, THEME_MUTED, 0.15); /* muted text is still read */
	draw_round_rect(&ui->list, r, t->radius, color);
	return r;
}

/* A wide key has a large letter on it, a low or narrow one a small one. */
static struct draw_style key_style(
	struct ui *ui, const struct parts_type *t, struct rect r, const char *label)
{
	struct draw_style style = parts_button_style(ui, t), large = style;
	struct draw_metrics m = draw_measure(&ui->list, &style, label);

	large.size_px = t->value;
	if (t->value > style.size_px && r.h >= 2 * t->value && r.w >= 2 * t->value &&
		draw_measure(&ui->list, &large, label).w <= r.w - 2 * t->gap)
		return large;
	if (m.w > r.w || m.h > r.h)
		style.size_px = parts_near_type(&ui->display).caption;
	parts_shrink(ui, &style, r.w, label);
	return style;
}

void parts_key_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct parts_button *b, const char *name)
{
	struct draw_style style = key_style(ui, t, r, b->label);

	widgets_add(&ui->widgets, &(struct widget){ .id = b->id,
					  .name = name,
					  .rect = r,
					  .enabled = b->enabled,
					  .key = true });
	r = parts_surface_draw(ui, t, r, b->id, b->lit ? THEME_ACTION : THEME_SURFACE);
	draw_text(&ui->list, &style, r, DRAW_CENTRE,
		b->lit ? THEME_ON_ACTION : THEME_TEXT, b->label);
}

void parts_button_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct parts_button *b)
{
	struct draw_style style = parts_button_style(ui, t);
	int pad = t->gap, side = style.size_px * 3 / 2, ring = more(3, t->radius / 3);
	struct rect label = { r.x + pad, r.y, r.w - 2 * pad, r.h };
	uint32_t fill, color;
	const char *text;
	int h, widest;

	widgets_add(&ui->widgets, &(struct widget){ .id = b->id,
					  .name = b->name,
					  .rect = r,
					  .primary = b->primary,
					  .hold = b->hold,
					  .enabled = b->enabled,
					  .start = b->start });
	if (ui->widgets.focus == b->id) {
		draw_round_rect(&ui->list, r, t->radius, THEME_TEXT);
		draw_round_rect(&ui->list, rect_inset(r, ring), t->radius - ring / 2,
			THEME_BACKGROUND);
		r = rect_inset(r, 2 * ring);
	}
	button_colors(ui, b, &fill, &color);
	draw_round_rect(&ui->list, r, t->radius, fill);
	if (b->lit && b->enabled)
		style.face = DRAW_BOLD;
	if (b->hold)
		label = (struct rect){ label.x + side + pad, r.y, label.w - side - pad,
			r.h };
	text = button_text(ui, &style, label, b);
	h = parts_shrink_wrapped(ui, &style, label, text);
	draw_wrapped_height(&ui->list, &style, label.w, text, &widest);
	if (b->hold) {
		/* Ring and words together stand in the middle. */
		int shift = (label.w - widest) / 2;
		hold_ring(ui,
			(struct rect){ label.x - side - pad + shift, r.y, side, r.h },
			side, b, color);
	}
	draw_wrapped(&ui->list, &style,
		(struct rect){ label.x, r.y + (r.h - h) / 2, label.w, h }, DRAW_CENTRE,
		color, text);
}

static int sign_side(const struct parts_type *t)
{
	return t->caption * 5 / 4;
}

uint32_t parts_sign_color(enum parts_sign sign)
{
	switch (sign) {
	case PARTS_GOOD:
		return THEME_ACTION;
	case PARTS_CAUTION:
		return THEME_CAUTION;
	case PARTS_FAULT:
		return THEME_FAULT;
	case PARTS_INFO:
		break;
	}
	return THEME_MUTED;
}

static struct draw_style notice_style(const struct parts_type *t)
{
	struct draw_style style = parts_regular(t, t->caption);

	style.breaks = true;
	return style;
}

int parts_notice_height(
	struct ui *ui, const struct parts_type *t, int w, const char *text)
{
	struct draw_style style = notice_style(t);
	int text_w = w - 3 * t->gap - sign_side(t);
	int h = draw_wrapped_height(&ui->list, &style, text_w, text, NULL);

	return more(h, sign_side(t)) + t->gap;
}

static void check_mark(struct ui *ui, int x, int y, int side)
{
	const float s = (float)side;
	const struct canvas_point points[] = { { 0.12F * s, 0.55F * s, 1 },
		{ 0.40F * s, 0.82F * s, 1 }, { 0.90F * s, 0.20F * s, 1 } };

	if (ui->check.w != side) {
		if (canvas_resize(&ui->check, side, side) != 0)
			return;
		canvas_strip(&ui->check, points, 3, 0.16F * s, THEME_ACTION);
	}
	draw_image(&ui->list, x, y, &ui->check);
}

void parts_notice_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	enum parts_sign sign, const char *text)
{
	struct draw_style style = notice_style(t);
	int side = sign_side(t), y = r.y + (r.h - side) / 2, x = r.x + t->gap;
	int text_w = r.w - 3 * t->gap - side;
	int h = draw_wrapped_height(&ui->list, &style, text_w, text, NULL);

	draw_round_rect(&ui->list, r, t->radius, THEME_SURFACE);
	if (sign == PARTS_GOOD) {
		check_mark(ui, x, y, side);
	} else {
		uint32_t color = parts_sign_color(sign);
		int dot = side * 2 / 5;
		draw_circle(&ui->list, x + side / 2, y + side / 2, dot, color);
		draw_round_rect(&ui->list,
			(struct rect){ x + side / 2 - dot / 8 - 1,
				y + side / 2 - dot * 5 / 8, dot / 4 + 2, dot * 3 / 4 },
			dot / 8, THEME_SURFACE);
		draw_circle(&ui->list, x + side / 2, y + side / 2 + dot / 2,
			dot / 6 + 1, THEME_SURFACE);
	}
	draw_wrapped(&ui->list, &style,
		(struct rect){ x + side + t->gap, r.y + (r.h - h) / 2, text_w, h },
		DRAW_LEFT, THEME_TEXT, text);
}
