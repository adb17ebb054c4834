#include "ui/app/frame.h"

#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/mat_words.h"
#include "ui/core/theme.h"

static const char *const back_texts[] = { N_("Back"), N_("‹"), NULL };

struct parts_type frame_type(const struct view *v)
{
	return v->role == VIEW_FAR ? parts_far_type(&v->ui.display)
				   : parts_near_type(&v->ui.display);
}

static bool is_bad(enum model_state state)
{
	return state == MODEL_LOST || state == MODEL_NO_DAEMON || state == MODEL_STALE;
}

void frame_mat_state(struct view *v, struct rect r)
{
	struct parts_type t = parts_near_type(&v->ui.display);
	struct draw_style plain = parts_regular(&t, t.caption);
	bool live = model_is_live(v->state);
	int dot = t.caption * 3 / 10, variant = 0;
	char text[128];

	draw_circle(&v->ui.list, r.x + dot, r.y + r.h / 2, dot,
		live               ? THEME_ACTION
		: is_bad(v->state) ? THEME_FAULT
				   : THEME_CAUTION);
	rect_cut_left(&r, 2 * dot + t.gap);
	while (mat_words_strip(&v->app->model, v->state, variant, text, sizeof(text)) &&
		draw_measure(&v->ui.list, &plain, text).w > r.w) {
		draw_elsewhere(&v->ui.list, text); /* shorter, or by the dot's colour */
		variant++;
	}
	if (draw_measure(&v->ui.list, &plain, text).w <= r.w)
		draw_text(&v->ui.list, &plain, r, DRAW_LEFT,
			live ? THEME_MUTED : THEME_TEXT, text);
}

/* The width of what is wrong, in its shortest words; 0 where nothing is. */
static int trouble_width(struct view *v, const struct parts_type *t)
{
	struct draw_style plain = parts_regular(t, t->caption);

	if (!is_bad(v->state))
		return 0;
	draw_elsewhere(&v->ui.list, mat_words_brief(v->state)); /* frame_mat_state() */
	return draw_measure(&v->ui.list, &plain, mat_words_brief(v->state)).w +
	       t->caption + 2 * t->gap;
}

/* Whether what is wrong has no room beside the clock: then it is said, and the time is not. */
static bool is_crowded(struct view *v, const struct parts_type *t, int w)
{
	struct draw_style plain = parts_regular(t, t->caption);
	int trouble_w = trouble_width(v, t);

	return trouble_w > 0 &&
	       w < trouble_w + draw_measure(&v->ui.list, &plain, "00:00").w + t->gap;
}

/* The width that a title may have: beside it stands the way to the technician, or what is wrong with the mat, as long
 * as half of the strip is left for the title. */
static int title_room(struct view *v, const struct parts_type *t, int w, bool is_home)
{
	int trouble_w = trouble_width(v, t) + 2 * t->gap;

	if (is_home)
		return w - layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM) -
		       2 * t->gap;
	return trouble_width(v, t) > 0 && w - trouble_w >= w / 2 ? w - trouble_w : w;
}

static void clock_draw(struct view *v, const struct parts_type *t, struct rect *r)
{
	struct draw_style plain = parts_regular(t, t->caption);
	int minutes = v->app->clock_minutes, w;
	char clock[16];

	if (minutes < 0)
		return;
	snprintf(clock, sizeof(clock), "%02d:%02d", minutes / 60 % 100, minutes % 60);
	w = draw_measure(&v->ui.list, &plain, clock).w;
	if (w < r->w / 4)
		draw_text(&v->ui.list, &plain, rect_cut_right(r, w), DRAW_RIGHT,
			THEME_MUTED, clock);
	rect_cut_right(r, t->gap);
}

static void back_draw(struct view *v, const struct parts_type *t, struct rect *strip)
{
	const struct parts_button back = {
		.id = VIEW_BACK, .name = "back", .texts = back_texts, .enabled = true
	};
	int w = parts_button_width(&v->ui, t, &back, strip->w > strip->h * 10);

	parts_button_draw(&v->ui, t, rect_cut_left(strip, w), &back);
	rect_cut_left(strip, 2 * t->gap);
}

/* A title is often the code of a patient, which may be long: then in small type, and if that is too
 * wide as well, its beginning. */
static const char *fitting_title(struct view *v, struct draw_style *style, int w,
	const char *title, char *cut, size_t size)
{
	struct parts_type t = parts_near_type(&v->ui.display);
	size_t n = strlen(title);

	if (draw_measure(&v->ui.list, style, title).w <= w)
		return title;
	*style = parts_bold(&t, t.caption);
	if (draw_measure(&v->ui.list, style, title).w <= w)
		return title;
	v->ui.list.n_shortened++;
	draw_elsewhere(&v->ui.list, title);
	n = n < size - 4 ? n : size - 4;
	do {
		while (n > 0 && ((unsigned char)title[n] & 0xC0) == 0x80)
			n--;
		snprintf(cut, size, "%.*s…", (int)n, title);
		draw_elsewhere(&v->ui.list, cut);
	} while (draw_measure(&v->ui.list, style, cut).w > w && n-- > 0);
	return cut;
}

/* The state of the mat as a button; the dot alone where there is no room for words. */
static void station_draw(struct view *v, const struct parts_type *t, struct rect r)
{
	int target = layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM);
	const struct widget widget = {
		.id = VIEW_SERVICE, .name = "station", .rect = r, .enabled = true
	};

	if (r.w < target)
		return;
	widgets_add(&v->ui.widgets, &widget);
	r = parts_surface_draw(&v->ui, t, r, VIEW_SERVICE, THEME_SURFACE);
	rect_cut_left(&r, t->gap);
	frame_mat_state(v, r);
}

static const char *const power_texts[] = {
	N_("The power supply is too weak: use the official one. Touch to hide this."),
	N_("The power supply is too weak"), N_("Weak supply"), NULL
};
static const char *const heat_texts[] = {
	N_("The station is too hot: let air reach it. Touch to hide this."),
	N_("The station is too hot"), N_("Too hot"), NULL
};

static bool is_warned(const struct view *v)
{
	return v->app->warning != APP_WARNING_NONE && v->app->warning != v->app->muted;
}

/* As many words as there is room for; `from` 1: without what touching does. */
static void warning_words(
	struct view *v, const struct parts_type *t, struct rect r, int from)
{
	const char *const *texts =
		(v->app->warning == APP_WARNING_POWER ? power_texts : heat_texts) +
		from;
	struct draw_style plain = parts_regular(t, t->caption);
	int dot = t->caption * 3 / 10;

	draw_circle(&v->ui.list, r.x + dot, r.y + r.h / 2, dot, THEME_CAUTION);
	rect_cut_left(&r, 2 * dot + t->gap);
	while (*texts && draw_measure(&v->ui.list, &plain, _(*texts)).w > r.w)
		draw_elsewhere(&v->ui.list, _(*texts++));
	if (*texts)
		draw_text(&v->ui.list, &plain, r, DRAW_LEFT, THEME_TEXT, _(*texts));
}

/* Below the strip, a row of the screen until it is touched or over. */
static void warning_draw(struct view *v, const struct parts_type *t, struct rect *r)
{
	struct rect row =
		rect_cut_top(r, layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM));
	const struct widget widget = {
		.id = VIEW_WARNING, .name = "warning", .rect = row, .enabled = true
	};

	rect_cut_top(r, t->gap);
	widgets_add(&v->ui.widgets, &widget);
	row = parts_surface_draw(&v->ui, t, row, VIEW_WARNING, THEME_SURFACE);
	rect_cut_left(&row, t->gap);
	warning_words(v, t, row, 0);
}

/* Returns what is below the strip. */
static struct rect strip_draw(struct view *v, const char *title, bool is_home)
{
	struct parts_type t = parts_near_type(&v->ui.display);
	struct draw_style bold = parts_bold(&t, t.body);
	struct rect r = ui_screen(&v->ui), strip;
	bool touched = is_home || v->depth > 1;
	int target = layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM);
	int strip_h = t.body * 5 / 4, w, room;
	char cut[128];

	draw_rect(&v->ui.list, r, THEME_BACKGROUND);
	r = rect_inset(r, t.margin);
	if (touched && strip_h < target)
		strip_h = target;
	if (touched && strip_h < t.body * 3 / 2)
		strip_h = t.body * 3 / 2;
	strip = rect_cut_top(&r, strip_h);
	rect_cut_top(&r, touched ? t.gap : t.gap / 2);
	if (v->depth > 1)
		back_draw(v, &t, &strip);
	if (!title)
		title = "Stance";
	room = title_room(v, &t, strip.w, is_home);
	title = fitting_title(v, &bold, room, title, cut, sizeof(cut));
	w = draw_measure(&v->ui.list, &bold, title).w;
	/* The title first; the clock and the mat share what it leaves. */
	if (w > room)
		return r;
	draw_text(&v->ui.list, &bold, rect_cut_left(&strip, w), DRAW_LEFT, THEME_TEXT,
		title);
	rect_cut_left(&strip, 2 * t.gap);
	if ((!is_home || strip.w > 4 * target) && !is_crowded(v, &t, strip.w))
		clock_draw(v, &t, &strip);
	if (is_home)
		station_draw(v, &t, strip);
	else if (is_warned(v) && v->depth <= 1)
		warning_words(
			v, &t, strip, 1); /* a screen with room for nothing else */
	else if (strip.w > 3 * t.caption)
		frame_mat_state(v, strip);
	return r;
}

static struct rect begin(struct view *v, const char *title, bool is_home)
{
	struct parts_type t = parts_near_type(&v->ui.display);
	struct rect r = strip_draw(v, title, is_home);

	if (is_warned(v) && (is_home || v->depth > 1))
		warning_draw(v, &t, &r);
	return r;
}

struct rect frame_begin(struct view *v, const char *title)
{
	return begin(v, title, false);
}

struct rect frame_begin_home(struct view *v, const char *title)
{
	return begin(v, title, true);
}

/* The bar in the colour of the state, the headline, and what to do. */
struct message {
	struct view *v;
	struct parts_type t;
	enum parts_sign sign;
	const char *headline, *text;
	struct draw_style head, body;
	int bar_h, head_h, body_h;
};

/* Return true if both have room in `r`, the headline in this style. */
static bool message_fits(struct message *m, struct rect r, struct draw_style head)
{
	struct draw_list *list = &m->v->ui.list;
	int head_w, body_w = 0;

	m->head = head;
	m->head_h = draw_wrapped_height(list, &head, r.w, m->headline, &head_w);
	m->body_h = draw_wrapped_height(list, &m->body, r.w, m->text, &body_w);
	return head_w <= r.w && body_w <= r.w &&
	       m->bar_h + m->t.gap + m->head_h +
			       (m->body_h ? m->t.gap + m->body_h : 0) <=
		       r.h;
}

static void message_bar(const struct message *m, struct rect *r)
{
	struct rect bar = rect_cut_top(r, m->bar_h);

	bar.w = m->t.caption * 3;
	draw_round_rect(&m->v->ui.list, bar, m->bar_h / 2, parts_sign_color(m->sign));
	rect_cut_top(r, m->t.gap / 2);
}

static void message_draw(const struct message *m, struct rect r)
{
	struct draw_list *list = &m->v->ui.list;

	r = rect_middle(r, r.w,
		m->head_h + m->bar_h + (m->body_h ? 2 * m->t.gap + m->body_h : 0));
	message_bar(m, &r);
	draw_wrapped(list, &m->head, rect_cut_top(&r, m->head_h), DRAW_LEFT, THEME_TEXT,
		m->headline);
	rect_cut_top(&r, m->t.gap / 2);
	if (m->body_h)
		draw_wrapped(list, &m->body, rect_cut_top(&r, m->body_h), DRAW_LEFT,
			THEME_MUTED, m->text);
}

/* First the headline, then the text, part by part. Returns false where a line of it has no room. */
static bool message_in_turns(struct message *m, struct rect r)
{
	struct draw_list *list = &m->v->ui.list;
	int line_h = draw_measure(list, &m->body, "X").h, n, part;
	int dots_h = m->t.caption / 2;
	int lines = (r.h - m->bar_h - m->t.gap / 2 - dots_h) / line_h;
	int h = draw_wrapped_height(list, &m->body, r.w, m->text, NULL);
	struct rect dots = rect_cut_bottom(&r, dots_h);

	if (lines < 1 || m->body_h == 0)
		return false;
	n = 1 + (h / line_h + lines - 1) / lines;
	part = frame_part(m->v, m->text, n);
	draw_elsewhere(list, part == 0 ? m->text : m->headline);
	frame_part_dots(m->v, dots, n, part);
	if (part == 0)
		return false; /* the headline alone */
	message_bar(m, &r);
	draw_wrapped_part(list, &m->body, r, DRAW_LEFT, THEME_TEXT, m->text,
		(part - 1) * lines, lines);
	return true;
}

/* Whether both have room in one of the sizes, which is then chosen. */
static bool message_finds_size(struct message *m, struct rect r, bool breaks)
{
	struct draw_style heads[] = { parts_bold(&m->t, m->t.value),
		parts_bold(&m->t, m->t.body), parts_bold(&m->t, m->t.caption) };
	int n = 3;

	m->body = parts_regular(&m->t, m->t.body);
	m->body.breaks = breaks;
	for (int i = 0; i < n; i++) {
		heads[i].breaks = breaks;
		if (message_fits(m, r, heads[i]))
			return true;
	}
	m->body.size_px = m->t.caption;
	return message_fits(m, r, heads[n - 1]);
}

void frame_message(struct view *v, struct rect r, enum parts_sign sign,
	const char *headline, const char *text)
{
	struct message m = { .v = v,
		.t = frame_type(v),
		.sign = sign,
		.headline = headline,
		.text = text };

	m.bar_h = m.t.caption / 4;
	if (message_finds_size(&m, r, false) || message_finds_size(&m, r, true)) {
		message_draw(&m, r);
		return;
	}
	if (message_in_turns(&m, r))
		return;
	m.text = "";
	rect_cut_bottom(&r, m.t.caption / 2); /* of the dots */
	if (message_finds_size(&m, r, false) || message_finds_size(&m, r, true))
		message_draw(&m, r); /* else the strip says it too */
}
