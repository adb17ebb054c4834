/* Screen and touch looked at: pages of colours, greys, single pixels and sizes of text to be judged by eye,
 * and four marks to touch, whose error is measured; where that is large, the way to put it right. */
#include <math.h>
#include <stdio.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/canvas.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"
#include "ui/screens/screens.h"

#define LOG_TAG "ui"
#include "src/base/log.h"

enum { TOUCH = 1, BEFORE, NEXT, CALIBRATE, PAGES };

enum page { PAGE_PANEL, PAGE_COLOURS, PAGE_GREYS, PAGE_PIXELS, PAGE_TEXT, N_PAGES };

#define N_MARKS    4
#define MARK_IN_MM 10.0 /* from both edges */
#define GOOD_MM    5.0  /* half the smallest target: such a touch still hits it */
#define GIVE_UP_NS (30 * CLOCK_NS_PER_S)
#define N_GREYS    17

static const char *const touch_texts[] = { N_("Touch check"), N_("Touch"), NULL };
static const char *const calibrate_texts[] = { N_("Calibrate touch"), N_("Calibrate"),
	NULL };
static const char *const before_texts[] = { N_("Before"), N_("‹"), NULL };
static const char *const next_texts[] = { N_("Next page"), N_("Next"), NULL };
static const char *const titles[N_PAGES] = { N_("Screen and touch"), N_("Colours"),
	N_("Greys"), N_("Pixels"), N_("Text") };
static const char *const corners[N_MARKS] = { N_("top left"), N_("top right"),
	N_("bottom right"), N_("bottom left") };

struct display {
	enum page page;
	bool touching;
	int n_touched; /* marks that were */
	double error_mm[N_MARKS];
	int64_t until_ns;
	double worst_mm;
	struct list pages;
};

/* --- four marks ------------------------------------------------------------------------------- */

static void mark_at(const struct view *v, int i, int *x, int *y)
{
	const struct layout_display *d = &v->ui.display;
	int in = layout_mm_px(d, MARK_IN_MM);

	*x = i == 0 || i == 3 ? in : d->w - 1 - in;
	*y = i < 2 ? in : d->h - 1 - in;
}

static void begin_touching(struct view *v, struct display *s)
{
	s->touching = true;
	s->n_touched = 0;
	s->worst_mm = 0;
	s->until_ns = v->ui.now_ns + GIVE_UP_NS;
}

static void touched(struct view *v, struct display *s, const struct input_event *e)
{
	double mm;
	int x, y;

	mark_at(v, s->n_touched, &x, &y);
	mm = hypot(e->x - x, e->y - y) / v->ui.display.ppm;
	s->error_mm[s->n_touched++] = mm;
	s->worst_mm = mm > s->worst_mm ? mm : s->worst_mm;
	s->until_ns = v->ui.now_ns + GIVE_UP_NS;
	s->touching = s->n_touched < N_MARKS;
	if (!s->touching)
		log_info("touch check: %.2f mm off at worst", s->worst_mm);
}

static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct display *s = state;

	if (!s->touching)
		return false;
	if (e->kind == INPUT_POINTER_DOWN)
		touched(v, s, e);
	else if (e->kind == INPUT_KEY_DOWN) /* any key ends it */
		s->touching = false;
	return true;
}

static void tick(struct view *v, void *state)
{
	struct display *s = state;

	if (s->touching && v->ui.now_ns >= s->until_ns)
		s->touching = false;
}

static void act(struct view *v, void *state, int id, int index)
{
	struct display *s = state;

	if (id == PAGES)
		list_act(&s->pages, index);
	else if (id == TOUCH)
		begin_touching(v, s);
	else if (id == CALIBRATE)
		view_go(v, "touch", NULL);
	else if (id == NEXT)
		s->page = (s->page + 1) % N_PAGES;
	else if (id == BEFORE)
		s->page = (s->page + N_PAGES - 1) % N_PAGES;
}

static void marks_draw(struct view *v, const struct display *s)
{
	struct parts_type t = frame_type(v);
	int arm = layout_mm_px(&v->ui.display, 5), x, y;
	struct rect r = ui_screen(&v->ui);

	mark_at(v, s->n_touched, &x, &y);
	draw_rect(&v->ui.list, r, THEME_BACKGROUND);
	/* where the finger goes is a matter of the panel, not of the language */
	draw_keep_begin(&v->ui.list, r);
	draw_rect(&v->ui.list, (struct rect){ x - arm, y, 2 * arm + 1, 1 }, THEME_TEXT);
	draw_rect(&v->ui.list, (struct rect){ x, y - arm, 1, 2 * arm + 1 }, THEME_TEXT);
	draw_ring(&v->ui.list, x, y, arm / 2, 2, THEME_ACTION);
	draw_keep_end(&v->ui.list);
	r = rect_inset(r, layout_mm_px(&v->ui.display, MARK_IN_MM) + arm + t.gap);
	frame_message(v, r, PARTS_INFO, _("Touch the cross"),
		_("Its middle, as exactly as you can. Any key ends it."));
	ui_redraw_at(&v->ui, s->until_ns);
}

/* --- pages ------------------------------------------------------------------------------------ */

static void touch_lines(struct facts *f, const struct display *s)
{
	char text[64], mm[16];
	bool good = s->worst_mm <= GOOD_MM;

	for (int i = 0; i < s->n_touched; i++) {
		snprintf(text, sizeof(text), "%s mm",
			i18n_number(mm, sizeof(mm), s->error_mm[i], 1));
		facts_line(f, _(corners[i]), text);
	}
	if (s->n_touched < N_MARKS)
		return;
	facts_notice(f, good ? PARTS_GOOD : PARTS_CAUTION,
		good ? _("Touch is where it should be.")
		     : _("Touch is off: calibrate it."));
}

static void panel_lines(struct facts *f)
{
	const struct layout_display *d = &f->v->ui.display;
	char text[96], number[16], other[16];

	snprintf(text, sizeof(text), "%d × %d", d->w, d->h);
	facts_line(f, _("Pixels"), text);
	snprintf(text, sizeof(text), "%s × %s mm",
		i18n_number(number, sizeof(number), d->w / d->ppm, 0),
		i18n_number(other, sizeof(other), d->h / d->ppm, 0));
	facts_line(f, _("Size: measure it"), text);
	snprintf(text, sizeof(text), "%s mm",
		i18n_number(number, sizeof(number), d->distance_mm[LAYOUT_NEAR], 0));
	facts_line(f, _("Read from"), text);
	snprintf(text, sizeof(text), "× %s",
		i18n_number(number, sizeof(number), d->low_vision, 1));
	facts_line(f, _("Text"), text);
}

static void panel_draw(struct view *v, struct display *s, struct rect r)
{
	struct facts f;

	facts_begin(&f, v);
	f.gap = f.type.gap / 2;
	if (s->n_touched > 0)
		touch_lines(&f, s);
	else
		panel_lines(&f);
	facts_draw(&f, r, PAGES, "facts", &s->pages);
}

static void colours_draw(struct view *v, struct rect r)
{
	const struct {
		const char *name;
		uint32_t color;
	} all[] = {
		{ _("good, can be done"), THEME_ACTION },
		{ _("caution"), THEME_CAUTION },
		{ _("fault"), THEME_FAULT },
		{ _("left"), THEME_LEFT },
		{ _("right"), THEME_RIGHT },
		{ _("text"), THEME_TEXT },
	};
	struct parts_type t = frame_type(v);
	struct draw_style plain = parts_regular(&t, t.caption);
	int n = (int)(sizeof(all) / sizeof(all[0])), h = r.h / n;

	if (h < t.caption * 4 / 3)
		h = t.caption * 4 / 3;
	for (int i = 0; i < n && r.h >= h; i++) {
		struct rect row = rect_cut_top(&r, h), swatch;
		swatch = rect_cut_left(&row, row.w / 3);
		rect_cut_bottom(&swatch, t.gap / 2);
		draw_round_rect(&v->ui.list, swatch, t.radius, all[i].color);
		rect_cut_left(&row, 2 * t.gap);
		if (draw_measure(&v->ui.list, &plain, all[i].name).w <= row.w)
			draw_text(&v->ui.list, &plain, row, DRAW_LEFT, THEME_TEXT,
				all[i].name);
	}
}

/* From black to white in equal steps: each must be told from the next. Below, the panel's own colours. */
static void greys_paint(struct canvas *c)
{
	static const uint32_t bars[] = { 0xffff0000, 0xff00ff00, 0xff0000ff, 0xff00ffff,
		0xffff00ff, 0xffffff00, 0xffffffff, 0xff000000 };
	int n_bars = (int)(sizeof(bars) / sizeof(bars[0]));

	for (int y = 0; y < c->h; y++)
		for (int x = 0; x < c->w; x++) {
			uint32_t g =
				(uint32_t)(x * N_GREYS / c->w * 255 / (N_GREYS - 1));
			c->pixels[y * c->w + x] =
				y < c->h / 2 ? 0xff000000 | g << 16 | g << 8 | g
					     : bars[x * n_bars / c->w];
		}
	canvas_touch(c);
}

/* Every second pixel, then lines of one pixel, and a frame: a panel that is driven at another than its own
 * size shows stripes. */
static void pixels_paint(struct canvas *c)
{
	for (int y = 0; y < c->h; y++)
		for (int x = 0; x < c->w; x++) {
			bool edge = x == 0 || y == 0 || x == c->w - 1 || y == c->h - 1;
			bool on = x < c->w / 3       ? (x + y) % 2 == 0
				  : x < 2 * c->w / 3 ? x % 2 == 0
						     : y % 2 == 0;
			c->pixels[y * c->w + x] = edge || on ? 0xffffffff : 0xff000000;
		}
	canvas_touch(c);
}

static void pattern_draw(struct view *v, struct rect r, void (*paint)(struct canvas *c))
{
	struct canvas *c = r.w > 0 && r.h > 0 ? ui_canvas(&v->ui, r.w, r.h) : NULL;

	if (!c)
		return;
	paint(c);
	draw_keep_begin(&v->ui.list, r);
	draw_image(&v->ui.list, r.x, r.y, c);
	draw_keep_end(&v->ui.list);
}

static void text_draw(struct view *v, struct rect r)
{
	static const double arcmin[] = { 16, 20, 22, 30, 45, 60 };
	struct parts_type t = frame_type(v);
	char text[64];

	draw_elsewhere_begin(&v->ui.list); /* a sample; the usual sizes come first */
	for (size_t i = 0; i < sizeof(arcmin) / sizeof(arcmin[0]); i++) {
		int em = layout_em_px(&v->ui.display, LAYOUT_NEAR, arcmin[i]), h;
		struct draw_style style = parts_regular(&t, em);
		snprintf(text, sizeof(text), "%.0f′  Rr 0O 1lI 3,8", arcmin[i]);
		h = draw_measure(&v->ui.list, &style, text).h;
		if (h > r.h || draw_measure(&v->ui.list, &style, text).w > r.w)
			break;
		draw_text(&v->ui.list, &style, rect_cut_top(&r, h), DRAW_LEFT,
			THEME_TEXT, text);
	}
	draw_elsewhere_end(&v->ui.list);
}

static void page_draw(struct view *v, struct display *s, struct rect r)
{
	switch (s->page) {
	case PAGE_COLOURS:
		colours_draw(v, r);
		break;
	case PAGE_GREYS:
		pattern_draw(v, r, greys_paint);
		break;
	case PAGE_PIXELS:
		pattern_draw(v, r, pixels_paint);
		break;
	case PAGE_TEXT:
		text_draw(v, r);
		break;
	case PAGE_PANEL:
	case N_PAGES:
		panel_draw(v, s, r);
		break;
	}
}

static void draw(struct view *v, void *state)
{
	struct display *s = state;
	bool is_first = s->page == PAGE_PANEL;
	const struct parts_button buttons[] = {
		{ .id = is_first ? CALIBRATE : BEFORE,
			.name = is_first ? "calibrate" : "before",
			.texts = is_first ? calibrate_texts : before_texts,
			.enabled = true },
		{ .id = TOUCH, .name = "touch", .texts = touch_texts, .enabled = true },
		{ .id = NEXT,
			.name = "next",
			.texts = next_texts,
			.primary = true,
			.enabled = true },
	};
	struct rect r;

	if (s->touching) {
		marks_draw(v, s);
		return;
	}
	r = frame_begin(v, _(titles[s->page]));
	frame_actions(v, &r, buttons, 3);
	page_draw(v, s, r);
}

const struct screen screen_display = {
	.name = "display",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct display),
	.tick = tick,
	.act = act,
	.event = event,
	.draw = draw,
};
