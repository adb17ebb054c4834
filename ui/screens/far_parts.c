#include "ui/screens/far_parts.h"

#include <math.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/plain.h"

static const char *const near_texts[] = { N_("Clinician view"), N_("Clinician"),
	N_("Back"), NULL };

static const char *const plain_texts[] = { N_("In plain words"), N_("Explain"), NULL };

/* Another button at the left, with the longest of its texts that has room. */
static void other_button(
	struct view *v, struct rect row, const struct parts_button *other)
{
	struct parts_type near = parts_near_type(&v->ui.display);
	struct draw_style style = parts_button_style(&v->ui, &near);

	for (int i = 0; other->texts[i]; i++) {
		int w = draw_measure(&v->ui.list, &style, _(other->texts[i])).w +
			4 * near.gap;
		/* Its pages come by themselves, too. */
		draw_elsewhere(&v->ui.list, _(other->texts[i]));
		if (w <= row.w) {
			parts_button_draw(&v->ui, &near, rect_cut_left(&row, w), other);
			return;
		}
	}
}

void far_buttons(struct view *v, struct rect *content, const struct parts_button *other)
{
	const struct layout_display *d = &v->ui.display;
	const struct parts_button role = {
		.id = VIEW_ROLE, .name = "role", .texts = near_texts, .enabled = true
	};
	struct parts_type near = parts_near_type(d), far = parts_far_type(d);
	struct draw_style style = parts_button_style(&v->ui, &near);
	int h = layout_mm_px(d, LAYOUT_SECONDARY_MM);
	int w = draw_measure(&v->ui.list, &style, _(near_texts[0])).w + 4 * near.gap;
	struct rect row;

	if (v->app->setup.two_windows)
		return;
	/* Large type may need more height than a finger. */
	if (h < style.size_px * 3 / 2)
		h = style.size_px * 3 / 2;
	row = rect_cut_bottom(content, h);
	if (w > row.w)
		w = parts_button_width(&v->ui, &near, &role, false);
	parts_button_draw(&v->ui, &near, rect_cut_right(&row, w), &role);
	rect_cut_right(&row, near.gap);
	if (other)
		other_button(v, row, other);
	rect_cut_bottom(content, far.gap);
}

void far_explain_buttons(struct view *v, struct rect *content, int id)
{
	const struct parts_button explain = {
		.id = id, .name = "explain", .texts = plain_texts, .enabled = true
	};

	far_buttons(v, content, &explain);
}

void far_role_button(struct view *v, struct rect *content)
{
	far_buttons(v, content, NULL);
}

bool far_is_idle(struct view *v, struct far_idle *idle)
{
	int64_t now_ns = v->ui.now_ns;

	/* Back on top: it begins anew. */
	if (now_ns - idle->asked_ns > CLOCK_NS_PER_S ||
		model_state(&v->app->model, now_ns) != MODEL_EMPTY)
		idle->since_ns = now_ns;
	idle->asked_ns = now_ns;
	return now_ns - idle->since_ns >= PLAIN_IDLE_NS;
}

struct rect far_begin(struct view *v)
{
	struct parts_type t = parts_far_type(&v->ui.display);
	struct rect r = ui_screen(&v->ui);

	draw_rect(&v->ui.list, r, THEME_BACKGROUND);
	return rect_inset(r, t.margin);
}

int far_words_size(struct view *v, struct rect r, double arcmin, const char *text)
{
	static const double arcmins[] = { 160, 120, 90, 72, 60, 52, 45, 38, 32, 27, 22,
		16 };
	struct parts_type t = parts_far_type(&v->ui.display);

	for (size_t i = 0; i < sizeof(arcmins) / sizeof(arcmins[0]); i++) {
		int size = layout_em_px(&v->ui.display, LAYOUT_FAR, arcmins[i]), widest;
		struct draw_style style = parts_bold(&t, size);
		int h = draw_wrapped_height(&v->ui.list, &style, r.w, text, &widest);
		if (arcmins[i] <= arcmin && h <= r.h && widest <= r.w)
			return size;
	}
	return 0;
}

/* The sizes of a text that is read in parts: what the reader asked for, and what is good for the distance without that. */
static int size_asked(const struct view *v)
{
	return layout_em_px(&v->ui.display, LAYOUT_FAR, LAYOUT_MIN_ARCMIN);
}

static int size_least(const struct view *v)
{
	struct layout_display d = v->ui.display;

	d.low_vision = 1;
	return layout_em_px(&d, LAYOUT_FAR, LAYOUT_MIN_ARCMIN);
}

/* Return the shortest text whose words and a line of which have room in this style, NULL if none. */
static const char *text_that_fits(struct view *v, struct rect r,
	const struct draw_style *style, const char *const *texts, int n)
{
	int widest;

	for (int i = n - 1; i >= 0; i--) {
		if (!texts[i] || !*texts[i])
			continue;
		draw_wrapped_height(&v->ui.list, style, r.w, texts[i], &widest);
		if (widest <= r.w)
			return draw_measure(&v->ui.list, style, "X").h <= r.h ? texts[i]
									      : NULL;
	}
	return NULL;
}

/* Choose what is read in parts, and how large. Whole words somewhat smaller are read better than broken ones; below what the
 * distance needs they are broken. Returns NULL where not even a line has room. */
static const char *part_style(struct view *v, struct rect r, struct draw_style *style,
	const char *const *texts, int n)
{
	int asked = size_asked(v), least = size_least(v), size = asked;
	const char *text = text_that_fits(v, r, style, texts, n);

	while (!text && size > least) {
		size -= size / 16 + 1;
		size = size > least ? size : least;
		style->size_px = size;
		style->smaller = true;
		text = text_that_fits(v, r, style, texts, n);
	}
	style->breaks = true;
	return text ? text : text_that_fits(v, r, style, texts, n);
}

/* Where no text has room, as for those who read very large type on a small screen: a few words at a time. */
static struct rect words_in_parts(
	struct view *v, struct rect r, uint32_t color, const char *const *texts, int n)
{
	struct parts_type t = parts_far_type(&v->ui.display);
	struct draw_style style = parts_bold(&t, size_asked(v));
	const char *text = part_style(v, r, &style, texts, n);
	int line_h = draw_measure(&v->ui.list, &style, "X").h;
	int lines = r.h / line_h, h, part;

	if (!text)
		return (struct rect){ r.x, r.y, 0, 0 };
	h = draw_wrapped_height(&v->ui.list, &style, r.w, text, NULL);
	part = frame_part(v, text, (h / line_h + lines - 1) / lines);
	h -= part * lines * line_h;
	r = rect_middle(r, r.w, h < lines * line_h ? h : lines * line_h);
	draw_wrapped_part(
		&v->ui.list, &style, r, DRAW_CENTRE, color, text, part * lines, lines);
	return r;
}

/* The first text that fits, whole. Returns its box, empty if there is none. */
static struct rect whole_words(struct view *v, struct rect r, double arcmin,
	uint32_t color, const char *const *texts, int n)
{
	struct parts_type t = parts_far_type(&v->ui.display);

	for (int i = 0; i < n; i++) {
		int size = texts[i] && *texts[i]
				   ? far_words_size(v, r, arcmin, texts[i])
				   : 0;
		struct draw_style style = parts_bold(&t, size);
		struct rect box;
		if (size == 0)
			continue;
		box = rect_middle(r, r.w,
			draw_wrapped_height(&v->ui.list, &style, r.w, texts[i], NULL));
		draw_wrapped(&v->ui.list, &style, box, DRAW_CENTRE, color, texts[i]);
		return box;
	}
	return (struct rect){ r.x, r.y, 0, 0 };
}

struct rect far_words(struct view *v, struct rect r, double arcmin, uint32_t color,
	const char *const *texts, int n)
{
	struct rect box = whole_words(v, r, arcmin, color, texts, n);

	if (box.w == 0)
		box = words_in_parts(v, r, color, texts, n);
	for (int i = 0; i < n; i++) {
		if (texts[i] && box.w > 0)
			draw_elsewhere(&v->ui.list, texts[i]);
		else if (texts[i])
			draw_left_out(&v->ui.list, texts[i]);
	}
	return box;
}

struct rect far_cut_picture(struct view *v, struct rect *content)
{
	struct parts_type t = parts_far_type(&v->ui.display);
	struct rect box;
	int side;

	if (content->w > content->h) {
		side = content->w * (v->ui.display.low_vision > 2 ? 3 : 4) / 8;
		side = content->h < side ? content->h : side;
		box = rect_cut_left(content, side);
		rect_cut_left(content, t.margin);
	} else {
		side = content->w < content->h * 6 / 10 ? content->w
							: content->h * 6 / 10;
		box = rect_cut_top(content, side);
		rect_cut_top(content, t.margin);
	}
	return rect_middle(box, side, side);
}

struct rect far_mat(struct view *v, struct rect r, bool frozen)
{
	static const struct mat_geometry usual = { 48, 48, 10, 10 };
	struct parts_type t = parts_far_type(&v->ui.display);
	struct draw_list *list = &v->ui.list;
	struct mat_geometry g =
		v->app->model.has_frame ? v->app->model.geometry : usual;
	double aspect = g.n_cols * g.pitch_x_mm / (g.n_rows * g.pitch_y_mm);
	struct matplot_setup setup = { .map = v->app->map,
		.raw_cells = v->app->raw_cells,
		.pressure_kpa = v->app->setup.pressure_kpa,
		.line_px = t.line_px * 1.6F };
	int pad = t.margin / 2;
	struct rect panel, inner = rect_inset(r, pad);

	setup.h = inner.h;
	setup.w = (int)lrint(inner.h * aspect);
	if (setup.w > inner.w) {
		setup.w = inner.w;
		setup.h = (int)lrint(inner.w / aspect);
	}
	setup.dot_px = (float)setup.h / 34.0F;
	inner = rect_middle(inner, setup.w, setup.h);
	panel = rect_inset(inner, -pad);
	draw_round_rect(list, panel, t.radius * 2, THEME_LINE);
	draw_round_rect(list, rect_inset(panel, 1), t.radius * 2, THEME_MAT);
	if (matplot_prepare(&v->mat, &setup, &g) != 0)
		return (struct rect){ r.x, r.y, 0, 0 };
	matplot_paint(&v->mat, &v->app->model, true, frozen);
	draw_keep_begin(list, inner);
	draw_image(list, inner.x, inner.y, &v->mat.canvas);
	draw_keep_end(list);
	return inner;
}

void far_dots(struct view *v, double x0, double y0, double x1, double y1, int radius,
	uint32_t color)
{
	double length = hypot(x1 - x0, y1 - y0);
	int n = (int)(length / radius) + 1;

	for (int i = 0; i <= n; i++)
		draw_circle(&v->ui.list, (int)lrint(x0 + (x1 - x0) * i / n),
			(int)lrint(y0 + (y1 - y0) * i / n), radius, color);
}

void far_arrow(
	struct view *v, int x, int y, double dx, double dy, int size, uint32_t color)
{
	double length = hypot(dx, dy), half = size / 2.0, radius = size / 10.0 + 1;

	if (!(length > 0))
		return;
	dx *= half / length;
	dy *= half / length;
	far_dots(v, x - dx, y - dy, x + dx, y + dy, (int)radius, color);
	far_dots(v, x + dx, y + dy, x + dx / 3 - dy * 2 / 3, y + dy / 3 + dx * 2 / 3,
		(int)radius, color);
	far_dots(v, x + dx, y + dy, x + dx / 3 + dy * 2 / 3, y + dy / 3 - dx * 2 / 3,
		(int)radius, color);
}

void far_letters(struct view *v, struct rect picture)
{
	struct parts_type t = parts_far_type(&v->ui.display);
	struct draw_style style = parts_bold(&t, t.caption);
	const char *left = C_("left foot", "L"), *right = C_("right foot", "R");
	int h = draw_measure(&v->ui.list, &style, left).h;
	struct rect r = rect_inset(picture, t.gap / 2);

	if (h > picture.h / 4)
		return;
	r = rect_cut_bottom(&r, h);
	draw_keep_begin(&v->ui.list, picture);
	draw_text(&v->ui.list, &style, r, DRAW_LEFT, THEME_LEFT, left);
	draw_text(&v->ui.list, &style, r, DRAW_RIGHT, THEME_RIGHT, right);
	draw_keep_end(&v->ui.list);
}

void far_progress(struct view *v, struct rect r, double frac)
{
	if (isnan(frac))
		return;
	draw_round_rect(&v->ui.list, r, r.h / 2, THEME_LINE);
	r.w = (int)lrint(r.w * fmin(1, fmax(0, frac)));
	if (r.w >= r.h)
		draw_round_rect(&v->ui.list, r, r.h / 2, THEME_ACTION);
}

bool far_picture_begin(
	struct far_picture *p, struct view *v, struct rect r, double view_mm)
{
	p->v = v;
	p->r = r;
	p->px_mm = r.w / 2.0 / (view_mm > 0 ? view_mm : 60);
	p->line = (float)r.w / 90.0F + 1;
	p->canvas = r.w > 0 ? ui_canvas(&v->ui, r.w, r.h) : NULL;
	if (!p->canvas)
		return false;
	canvas_fill(p->canvas, THEME_MAT);
	return true;
}

void far_picture_end(struct far_picture *p)
{
	canvas_seal(p->canvas);
	draw_keep_begin(&p->v->ui.list, p->r);
	draw_image(&p->v->ui.list, p->r.x, p->r.y, p->canvas);
	draw_keep_end(&p->v->ui.list);
}

float far_x(const struct far_picture *p, double mm)
{
	return (float)(p->r.w / 2.0 + mm * p->px_mm);
}

float far_y(const struct far_picture *p, double mm)
{
	return (float)(p->r.h / 2.0 - mm * p->px_mm);
}

void far_line(struct far_picture *p, float x0, float y0, float x1, float y1,
	float width, uint32_t color)
{
	const struct canvas_point points[] = { { x0, y0, 1 }, { x1, y1, 1 } };

	canvas_strip(p->canvas, points, 2, width, color);
}

/* Where a person leans beyond the picture, the dot stays at its border. */
static float within(float at, float size, float radius)
{
	return fminf(fmaxf(at, radius), size - radius);
}

void far_dot(struct far_picture *p, double x_mm, double y_mm, uint32_t color)
{
	float radius = (float)p->r.w / 28.0F;

	if (!isnan(x_mm) && !isnan(y_mm))
		canvas_disc(p->canvas, within(far_x(p, x_mm), (float)p->r.w, radius),
			within(far_y(p, y_mm), (float)p->r.h, radius), radius, color);
}

void far_ring(struct far_picture *p, double x_mm, double y_mm, double radius_mm,
	uint32_t color)
{
	if (!isnan(x_mm) && !isnan(y_mm) && !isnan(radius_mm))
		canvas_ring(p->canvas, far_x(p, x_mm), far_y(p, y_mm),
			(float)(radius_mm * p->px_mm) + p->line, p->line, color);
}
