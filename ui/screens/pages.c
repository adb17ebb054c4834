/* The report's sheets, as they will be printed: page by page, whole, as wide as the screen, or so large that the smallest
 * type can be read; moved by a finger, or read on with one button. Given "VISIT VERSION". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"
#include "ui/screens/page_picture.h"

enum { AUDIENCE = 1, LARGER, BACKWARD, FORWARD, AGAIN, SHEET };

/* The report's smallest type (src/report/page.c: 6.5 to 8.5), in points; how much of what was seen is seen again after
 * one step. Chosen. */
#define SMALLEST_PT 7.0
#define OVERLAP     8

#define LEAST_DPI 50
#define MOST_DPI  300

enum zoom { ZOOM_WIDTH, ZOOM_LARGE, ZOOM_PAGE, N_ZOOMS };

static const char *const audience_texts[][4] = {
	{ N_("Patient's page"), N_("Patient"), NULL },
	{ N_("Clinician's pages"), N_("Clinician"), NULL },
};
/* Of the zoom that comes next. */
static const char *const zoom_texts[N_ZOOMS][3] = {
	[ZOOM_WIDTH] = { N_("Larger"), "+", NULL },
	[ZOOM_LARGE] = { N_("Larger"), "+", NULL },
	[ZOOM_PAGE] = { N_("Whole page"), "−", NULL },
};
static const char *const backward_texts[] = { N_("Page back"), "←", NULL };
static const char *const forward_texts[] = { N_("Read on"), "→", NULL };
static const char *const again_texts[] = { N_("Try again"), N_("Retry"), NULL };

struct pages {
	struct page_picture sheet;
	enum zoom zoom;
	int x, y;             /* of the sheet as it is shown, at the window's corner */
	int sheet_w, sheet_h; /* as it is shown; 0: not yet */
	bool to_end;          /* show the end of the sheet that comes */
	struct rect window;   /* where it was drawn last */
	struct canvas part;   /* what is seen of it */
	bool dragging;
	int64_t finger;
	int from_x, from_y;
};

/* Dots an inch at which the smallest type is as large as a reader at arm's length needs. */
static int readable_dpi(const struct layout_display *d)
{
	int em_px = layout_em_px(d, LAYOUT_NEAR, LAYOUT_MIN_ARCMIN);
	int dpi = (int)ceil(em_px * 72 / SMALLEST_PT);

	return dpi < LEAST_DPI ? LEAST_DPI : dpi > MOST_DPI ? MOST_DPI : dpi;
}

static int enter(struct view *v, void *state)
{
	struct pages *s = state;
	long long visit = 0;
	int version = 0;

	sscanf(view_arg(v), "%lld %d", &visit, &version);
	s->sheet.wish = (struct run_wish){ .visit = visit,
		.version = version,
		.page = 1,
		.dpi = readable_dpi(&v->ui.display) };
	return 0;
}

static void load(struct view *v, void *state)
{
	page_picture_want(v, SHEET, &((struct pages *)state)->sheet);
}

static void leave(struct view *v, void *state)
{
	struct pages *s = state;

	(void)v;
	page_picture_fini(&s->sheet);
	canvas_fini(&s->part);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct pages *s = state;

	page_picture_answer(v, tag, &s->sheet, a);
	s->x = s->y = s->to_end ? INT32_MAX / 2 : 0; /* drawing sets it right */
	s->to_end = false;
}

/* --- moving ------------------------------------------------------------------------------------ */

static int limited(int at, int most)
{
	return at > most ? (most > 0 ? most : 0) : at < 0 ? 0 : at;
}

static void limit(struct pages *s)
{
	s->x = limited(s->x, s->sheet_w - s->window.w);
	s->y = limited(s->y, s->sheet_h - s->window.h);
}

static void turn(struct view *v, struct pages *s, int by)
{
	int page = s->sheet.wish.page + by;

	if (page < 1 || (s->sheet.n_pages > 0 && page > s->sheet.n_pages))
		return;
	s->sheet.wish.page = page;
	s->to_end = by < 0;
	page_picture_want(v, SHEET, &s->sheet);
}

/* How far one step goes within a window of `n` pixels. */
static int step(int n)
{
	return n - n / OVERLAP;
}

/* As one reads: to the right, then down, then the next sheet. */
static void read_on(struct view *v, struct pages *s)
{
	if (s->x + s->window.w < s->sheet_w) {
		s->x += step(s->window.w);
	} else if (s->y + s->window.h < s->sheet_h) {
		s->x = 0;
		s->y += step(s->window.h);
	} else {
		turn(v, s, 1);
	}
	limit(s);
}

static void read_back(struct view *v, struct pages *s)
{
	if (s->x > 0) {
		s->x -= step(s->window.w);
	} else if (s->y > 0) {
		s->x = s->sheet_w;
		s->y -= step(s->window.h);
	} else {
		turn(v, s, -1);
	}
	limit(s);
}

static bool can_read_on(const struct pages *s)
{
	return page_picture_is_here(&s->sheet) &&
	       (s->x + s->window.w < s->sheet_w || s->y + s->window.h < s->sheet_h ||
		       s->sheet.wish.page < s->sheet.n_pages);
}

static bool can_read_back(const struct pages *s)
{
	return page_picture_is_here(&s->sheet) &&
	       (s->x > 0 || s->y > 0 || s->sheet.wish.page > 1);
}

/* Keep the middle of what is seen in the middle. */
static void zoom_to(struct pages *s, enum zoom zoom, int new_w)
{
	double by = s->sheet_w > 0 ? (double)new_w / s->sheet_w : 1;

	s->x = (int)((s->x + s->window.w / 2) * by) - s->window.w / 2;
	s->y = (int)((s->y + s->window.h / 2) * by) - s->window.h / 2;
	s->zoom = zoom;
}

/* The width of the sheet at a zoom, in a window. */
static int width_at(const struct pages *s, enum zoom zoom, struct rect window)
{
	int whole = s->sheet.h > 0 ? (int)((int64_t)window.h * s->sheet.w / s->sheet.h)
				   : window.w;
	int w = zoom == ZOOM_LARGE ? s->sheet.w : zoom == ZOOM_WIDTH ? window.w : whole;

	w = zoom == ZOOM_PAGE && w > window.w ? window.w : w;
	return w > s->sheet.w ? s->sheet.w : w;
}

/* The next zoom that shows something else: by a tenth at least. */
static enum zoom next_zoom(const struct pages *s)
{
	int now_w = width_at(s, s->zoom, s->window);

	for (int i = 1; i < N_ZOOMS; i++) {
		enum zoom zoom = (enum zoom)(((int)s->zoom + i) % N_ZOOMS);

		if (abs(width_at(s, zoom, s->window) - now_w) * 10 > now_w)
			return zoom;
	}
	return s->zoom;
}

static void act(struct view *v, void *state, int id, int index)
{
	struct pages *s = state;

	(void)index;
	if (id == FORWARD) {
		read_on(v, s);
	} else if (id == BACKWARD) {
		read_back(v, s);
	} else if (id == LARGER) {
		enum zoom zoom = next_zoom(s);

		zoom_to(s, zoom, width_at(s, zoom, s->window));
	} else if (id == AUDIENCE) {
		s->sheet.wish.for_patient = !s->sheet.wish.for_patient;
		s->sheet.wish.page = 1;
		s->sheet.n_pages = 0;
		page_picture_want(v, SHEET, &s->sheet);
	} else if (id == AGAIN) {
		page_picture_again(v, SHEET, &s->sheet);
	}
}

/* Where the sheet is on the screen: where lines run from the right on its other side. */
static struct rect window_of(const struct view *v, const struct pages *s)
{
	struct rect r = s->window;

	if (i18n_is_rtl())
		r.x = v->ui.display.w - r.x - r.w;
	return r;
}

/* A finger on the sheet takes it along. */
static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct pages *s = state;
	struct rect window = window_of(v, s);

	if (e->kind == INPUT_POINTER_DOWN && !s->dragging &&
		rect_contains(&window, e->x, e->y)) {
		s->dragging = true;
		s->finger = e->pointer;
	} else if (!s->dragging || e->pointer != s->finger) {
		return false;
	} else if (e->kind == INPUT_POINTER_MOVE) {
		s->x += s->from_x - e->x;
		s->y += s->from_y - e->y;
		limit(s);
	} else if (e->kind == INPUT_POINTER_UP || e->kind == INPUT_POINTER_CANCEL) {
		s->dragging = false;
	} else {
		return false;
	}
	s->from_x = e->x;
	s->from_y = e->y;
	return true;
}

/* --- drawing ------------------------------------------------------------------------------------ */

enum { N_BUTTONS = 4 };

/* The last is the primary one. */
static void buttons_of(const struct pages *s, struct parts_button *b)
{
	bool failed = s->sheet.status != 0 && !s->sheet.waits;
	bool here = page_picture_is_here(&s->sheet);

	b[0] = (struct parts_button){ .id = AUDIENCE,
		.name = "audience",
		.texts = audience_texts[s->sheet.wish.for_patient],
		.enabled = true };
	b[1] = (struct parts_button){ .id = LARGER,
		.name = "larger",
		.texts = zoom_texts[here ? next_zoom(s) : ZOOM_LARGE],
		.enabled = here };
	b[2] = (struct parts_button){ .id = BACKWARD,
		.name = "backward",
		.texts = backward_texts,
		.enabled = can_read_back(s) };
	b[3] = (struct parts_button){ .id = FORWARD,
		.name = "forward",
		.texts = forward_texts,
		.primary = true,
		.start = true,
		.enabled = can_read_on(s) };
	if (failed)
		b[3] = (struct parts_button){ .id = AGAIN,
			.name = "again",
			.texts = again_texts,
			.primary = true,
			.enabled = true };
}

/* Where the buttons are: below as everywhere, or, where the screen is wide and the sheet is high, beside it. */
struct place {
	struct rect r;
	bool beside;
	int h, primary_h;
};

static struct place place_cut(struct view *v, const struct pages *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	struct parts_button b[N_BUTTONS];
	struct place p = {
		.h = layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM),
		.primary_h = layout_mm_px(&v->ui.display, LAYOUT_PRIMARY_MM),
	};
	int w = 0;

	buttons_of(s, b);
	p.h = p.h > t.body * 2 ? p.h : t.body * 2;
	p.primary_h = p.primary_h > p.h ? p.primary_h : p.h;
	for (int i = 0; i < N_BUTTONS; i++) {
		int wanted = parts_button_width(&v->ui, &t, &b[i], false);
		w = wanted > w ? wanted : w;
	}
	p.beside = r->w > r->h * 5 / 4 && w < r->w / 3 &&
		   (N_BUTTONS - 1) * (p.h + t.gap) + p.primary_h <= r->h;
	p.r = *r;
	if (p.beside) {
		p.r = rect_cut_right(r, w);
		rect_cut_right(r, t.gap * 3 / 2);
	} else {
		frame_actions_place(v, r, b, N_BUTTONS);
	}
	return p;
}

static void buttons_draw(struct view *v, const struct pages *s, struct place p)
{
	struct parts_type t = frame_type(v);
	struct parts_button b[N_BUTTONS];

	buttons_of(s, b);
	if (!p.beside) {
		frame_actions(v, &p.r, b, N_BUTTONS);
		return;
	}
	for (int i = N_BUTTONS - 1; i >= 0; i--) {
		parts_button_draw(&v->ui, &t,
			rect_cut_bottom(&p.r, b[i].primary ? p.primary_h : p.h), &b[i]);
		rect_cut_bottom(&p.r, t.gap);
	}
}

/* Copy what is seen of the sheet. */
static void copy_part(struct pages *s, const struct canvas *sheet, int w, int h)
{
	if (canvas_resize(&s->part, w, h) != 0)
		return;
	for (int y = 0; y < h; y++)
		memcpy(&s->part.pixels[(size_t)y * (size_t)w],
			&sheet->pixels[(size_t)(s->y + y) * (size_t)sheet->w +
				       (size_t)s->x],
			(size_t)w * sizeof(uint32_t));
	canvas_touch(&s->part);
}

static void sheet_draw(struct view *v, struct pages *s, struct rect r)
{
	const struct canvas *sheet =
		page_picture_at_width(&s->sheet, width_at(s, s->zoom, r));
	int w, h;

	s->window = r;
	if (!sheet)
		return;
	s->sheet_w = sheet->w;
	s->sheet_h = sheet->h;
	limit(s);
	w = sheet->w < r.w ? sheet->w : r.w;
	h = sheet->h < r.h ? sheet->h : r.h;
	copy_part(s, sheet, w, h);
	if (!s->part.pixels)
		return;
	draw_keep_begin(&v->ui.list, r);
	draw_image(&v->ui.list, r.x + (r.w - w) / 2, r.y + (r.h - h) / 2, &s->part);
	draw_keep_end(&v->ui.list);
}

/* "Report · 1 of 2" */
static const char *title_of(const struct pages *s, char *text, size_t size)
{
	if (s->sheet.n_pages > 0)
		snprintf(text, size, _("Report, page %d of %d"), s->sheet.wish.page,
			s->sheet.n_pages);
	else
		snprintf(text, size, "%s", _("Report"));
	return text;
}

static void draw(struct view *v, void *state)
{
	struct pages *s = state;
	char title[80];
	struct rect r = frame_begin(v, title_of(s, title, sizeof(title)));
	const char *to_do = "", *trouble = page_picture_trouble(&s->sheet, &to_do);
	struct place place = place_cut(v, s, &r);

	if (trouble)
		frame_message(v, r, PARTS_CAUTION, trouble, to_do);
	else if (!page_picture_is_here(&s->sheet))
		frame_message(v, r, PARTS_INFO, _("One moment"), "");
	else
		sheet_draw(v, s, r);
	/* what is seen decides what can be done next */
	buttons_draw(v, s, place);
}

const struct screen screen_pages = {
	.name = "pages",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct pages),
	.enter = enter,
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.draw = draw,
};
