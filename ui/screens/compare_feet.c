/* The load under the feet in two visits, side by side on one scale, and their difference: what rose filled, what fell
 * hollow, so that no colour is needed to tell them apart. */
#include <math.h>
#include <stdio.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/compare.h"
#include "ui/screens/results.h"

#define LEAST_MM                                                                       \
	2.0 /* of a square of the difference on the screen: smaller ones look all alike */
#define LOW_OF   4 /* captions: a page lower than that has no room for three pictures */
#define SHORT_OF 12 /* captions: as long as the bar of colours gets */

/* Everything the parts of the page share. */
struct page {
	struct view *v;
	struct parts_type t;
	const struct compare_map *map;
	const json_t *document;
};

/* --- pictures -------------------------------------------------------------------------------- */

/* The middle of `r`, in the shape of the feet's part of the mat, in whole pixels a cell. NULL: no room. */
static struct canvas *canvas_in(const struct page *p, struct rect *r)
{
	const struct mat_geometry *g = &p->map->geometry;
	double px_mm = fmin(
		r->w / (g->n_cols * g->pitch_x_mm), r->h / (g->n_rows * g->pitch_y_mm));
	int w = (int)(g->n_cols * g->pitch_x_mm * px_mm);
	int h = (int)(g->n_rows * g->pitch_y_mm * px_mm);
	struct canvas *canvas;

	if (w < g->n_cols || h < g->n_rows)
		return NULL;
	canvas = ui_canvas(&p->v->ui, w, h);
	*r = rect_middle(*r, w, h);
	return canvas;
}

/* As the person stands, seen from above: never mirrored. */
static void place(const struct page *p, struct rect r, struct canvas *canvas)
{
	struct draw_style small = parts_bold(&p->t, p->t.caption);
	struct rect letters;

	canvas_touch(canvas);
	draw_rect(&p->v->ui.list, rect_inset(r, -1), THEME_LINE);
	draw_keep_begin(&p->v->ui.list, r);
	draw_image(&p->v->ui.list, r.x, r.y, canvas);
	letters = rect_inset(r, p->t.gap / 3);
	letters = rect_cut_bottom(&letters, p->t.caption * 4 / 3);
	if (r.h > 6 * p->t.caption) {
		results_text(&p->v->ui, &small, letters, DRAW_LEFT, THEME_LEFT,
			C_("left foot", "L"));
		results_text(&p->v->ui, &small, letters, DRAW_RIGHT, THEME_RIGHT,
			C_("right foot", "R"));
	}
	draw_keep_end(&p->v->ui.list);
}

static uint32_t heat_color(const struct page *p, double value)
{
	const uint8_t *rgb =
		colormap_rgb(p->v->app->map, (int)lrint(255 * fmin(value, 1)));

	if (!(value > 0))
		return THEME_MAT;
	return 0xff000000U | (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
}

static void load_draw(const struct page *p, struct rect r, const float *cells)
{
	const struct mat_geometry *g = &p->map->geometry;
	struct canvas *canvas = canvas_in(p, &r);

	if (!canvas)
		return;
	for (int y = 0; y < r.h; y++)
		for (int x = 0; x < r.w; x++) {
			int i = y * g->n_rows / r.h * g->n_cols + x * g->n_cols / r.w;

			canvas->pixels[y * r.w + x] =
				heat_color(p, (double)(cells[i] / p->map->top));
		}
	place(p, r, canvas);
}

static void fill(struct canvas *c, struct rect r, uint32_t color)
{
	for (int y = r.y < 0 ? 0 : r.y; y < r.y + r.h && y < c->h; y++)
		for (int x = r.x < 0 ? 0 : r.x; x < r.x + r.w && x < c->w; x++)
			c->pixels[y * c->w + x] = color;
}

/* More: a filled square. Less: a frame. Its area goes with the difference. */
static void square_draw(
	struct canvas *c, struct rect cell, double change, double most, uint32_t ground)
{
	int room = cell.w < cell.h ? cell.w : cell.h;
	int side = (int)lround((room - 1) * sqrt(fabs(change) / most));
	struct rect square = rect_middle(cell, side, side);

	if (side < 2)
		return;
	fill(c, square, change > 0 ? THEME_MORE : THEME_LESS);
	if (change < 0)
		fill(c, rect_inset(square, side < 9 ? 1 : 2), ground);
}

/* How many cells each way go into one square, so that squares can be told apart. */
static int cells_a_square(const struct page *p, int w)
{
	int n = 1, least_px = layout_mm_px(&p->v->ui.display, LEAST_MM);

	while (n < 8 && w * n / p->map->geometry.n_cols < least_px)
		n++;
	return n;
}

static double sum_of(const struct compare_map *m, int row, int col, int n)
{
	double sum = 0;

	for (int y = row; y < row + n && y < m->geometry.n_rows; y++)
		for (int x = col; x < col + n && x < m->geometry.n_cols; x++)
			sum += (double)m->difference[y * m->geometry.n_cols + x];
	return sum;
}

static double most_of(const struct compare_map *m, int n)
{
	double most = 0;

	for (int row = 0; row < m->geometry.n_rows; row += n)
		for (int col = 0; col < m->geometry.n_cols; col += n)
			most = fmax(most, fabs(sum_of(m, row, col, n)));
	return most;
}

/* Where a foot is, so that one sees on which part of it. */
static void ground_draw(const struct page *p, struct canvas *canvas)
{
	const struct compare_map *m = p->map;
	const struct mat_geometry *g = &m->geometry;
	uint32_t foot = theme_mix(THEME_MAT, THEME_LINE, 0.6);

	for (int y = 0; y < canvas->h; y++)
		for (int x = 0; x < canvas->w; x++) {
			int i = y * g->n_rows / canvas->h * g->n_cols +
				x * g->n_cols / canvas->w;
			bool is_foot =
				m->a[i] > 0.02F * m->top || m->b[i] > 0.02F * m->top;

			canvas->pixels[y * canvas->w + x] = is_foot ? foot : THEME_MAT;
		}
}

/* Returns how many cells each way a square is of. */
static int difference_draw(const struct page *p, struct rect r)
{
	const struct compare_map *m = p->map;
	const struct mat_geometry *g = &m->geometry;
	struct canvas *canvas = canvas_in(p, &r);
	uint32_t ground = theme_mix(THEME_MAT, THEME_LINE, 0.6);
	int n = cells_a_square(p, r.w); /* canvas_in() has made it the picture's */
	double most = most_of(m, n);

	if (!canvas)
		return n;
	ground_draw(p, canvas);
	for (int row = 0; most > 0 && row < g->n_rows; row += n)
		for (int col = 0; col < g->n_cols; col += n) {
			struct rect cell = { col * r.w / g->n_cols,
				row * r.h / g->n_rows, n * r.w / g->n_cols,
				n * r.h / g->n_rows };

			square_draw(canvas, cell, sum_of(m, row, col, n), most, ground);
		}
	place(p, r, canvas);
	return n;
}

/* --- legends --------------------------------------------------------------------------------- */

/* "12.3": what squares of so many cells each way hold, by their area. */
static const char *density_text(
	const struct page *p, double permille, int n_cells, char *out, size_t size)
{
	const struct mat_geometry *g = &p->map->geometry;
	double per_cm2 =
		permille / (0.01 * n_cells * n_cells * g->pitch_x_mm * g->pitch_y_mm);

	return i18n_number(out, size, per_cm2, per_cm2 < 10 ? 1 : 0);
}

/* "12.3 ‰/cm²" */
static const char *unit_text(
	const struct page *p, double permille, int n_cells, char *out, size_t size)
{
	char number[40];

	snprintf(out, size, _("%s ‰/cm²"),
		density_text(p, permille, n_cells, number, sizeof(number)));
	return out;
}

static void bar_draw(const struct page *p, struct rect r)
{
	struct canvas *bar = ui_canvas(&p->v->ui, r.w, r.h);

	if (!bar)
		return;
	for (int y = 0; y < r.h; y++)
		for (int x = 0; x < r.w; x++)
			bar->pixels[y * r.w + x] = heat_color(p, (x + 1.0) / r.w);
	canvas_touch(bar);
	draw_image(&p->v->ui.list, r.x, r.y, bar);
}

/* From nothing to the top, and what the top is. */
static void load_legend_draw(const struct page *p, struct rect r)
{
	struct draw_style small = parts_regular(&p->t, p->t.caption);
	char text[RESULTS_TEXT_BYTES];
	int w, h = p->t.caption * 3 / 5;

	unit_text(p, (double)p->map->top, 1, text, sizeof(text));
	w = draw_measure(&p->v->ui.list, &small, text).w;
	if (w > r.w)
		return;
	/* the colours run one way in every language, as the mat stands */
	if (r.w > SHORT_OF * p->t.caption + 2 * p->t.gap + w)
		r.w = SHORT_OF * p->t.caption + 2 * p->t.gap + w;
	draw_keep_begin(&p->v->ui.list, r);
	draw_text(&p->v->ui.list, &small, rect_cut_right(&r, w), DRAW_RIGHT,
		THEME_MUTED, text);
	rect_cut_right(&r, p->t.gap);
	if (r.w > 2 * p->t.caption) {
		w = draw_text(&p->v->ui.list, &small, r, DRAW_LEFT, THEME_MUTED, "0");
		rect_cut_left(&r, w + p->t.gap);
	}
	if (r.w > p->t.caption)
		bar_draw(p, (struct rect){ r.x, r.y + (r.h - h) / 2, r.w, h });
	draw_keep_end(&p->v->ui.list);
}

/* A square as the picture has them, and what it means. Returns the width; with `measure_only` nothing is drawn. */
static int sign_draw(const struct page *p, struct rect r, bool is_more, bool in_words,
	bool measure_only)
{
	struct draw_style small = parts_regular(&p->t, p->t.caption);
	const char *text = in_words  ? is_more ? _("more") : _("less")
			    : is_more ? "+"
				     : "−";
	int side = p->t.caption * 2 / 3;
	int w = draw_measure(&p->v->ui.list, &small, text).w;
	struct rect square;

	draw_elsewhere(&p->v->ui.list, text); /* or as a sign: + and − */
	if (measure_only)
		return side + p->t.gap / 2 + w + p->t.gap;
	square = rect_middle(rect_cut_left(&r, side), side, side);
	draw_rect(&p->v->ui.list, square, is_more ? THEME_MORE : THEME_LESS);
	if (!is_more)
		draw_rect(&p->v->ui.list, rect_inset(square, side < 18 ? 2 : 3),
			THEME_BACKGROUND);
	rect_cut_left(&r, p->t.gap / 2);
	draw_text(&p->v->ui.list, &small, rect_cut_left(&r, w), DRAW_LEFT, THEME_TEXT,
		text);
	return side + p->t.gap / 2 + w + p->t.gap;
}

/* A text over as many lines as it needs, from the bottom of `*r` up; false where that leaves less than `least`. */
static bool text_below(const struct page *p, struct rect *r, const char *text,
	int least, uint32_t color)
{
	struct draw_style small = parts_regular(&p->t, p->t.caption);
	struct draw_list *list = &p->v->ui.list;
	int widest, h = draw_wrapped_height(list, &small, r->w, text, &widest);

	if (text[0] == '\0' || widest > r->w || r->h - h < least)
		return false;
	draw_wrapped(list, &small, rect_cut_bottom(r, h), DRAW_LEFT, color, text);
	rect_cut_bottom(r, p->t.gap / 2);
	return true;
}

/* --- the page -------------------------------------------------------------------------------- */

/* `text`, or where it has no room the shorter one. */
static void heading_draw(
	const struct page *p, struct rect *r, const char *text, const char *shorter)
{
	struct draw_style bold = parts_bold(&p->t, p->t.caption);
	bool fits = draw_measure(&p->v->ui.list, &bold, text).w <= r->w;

	draw_elsewhere(&p->v->ui.list, text); /* shorter, or by the legend */

	results_text(&p->v->ui, &bold, rect_cut_top(r, p->t.caption * 4 / 3), DRAW_LEFT,
		THEME_TEXT, fits ? text : shorter);
}

/* Both visits, beside each other, on one scale. */
static void loads_draw(const struct page *p, struct rect r)
{
	struct rect legend = rect_cut_bottom(&r, p->t.caption * 4 / 3);
	struct rect left = rect_cut_left(&r, (r.w - p->t.gap) / 2);
	char day[RESULTS_TEXT_BYTES];

	rect_cut_left(&r, p->t.gap);
	rect_cut_bottom(&left, p->t.gap / 2);
	rect_cut_bottom(&r, p->t.gap / 2);
	compare_day(p->document, "a", day, sizeof(day));
	heading_draw(p, &left, day, _("then"));
	compare_day(p->document, "b", day, sizeof(day));
	heading_draw(p, &r, day, _("now"));
	load_draw(p, left, p->map->a);
	load_draw(p, r, p->map->b);
	load_legend_draw(p, legend);
}

/* What the largest square is, in so many words as have room in `w`: without its unit, which the other pictures' legend has too,
 * and at last the number alone. */
static const char *most_text(const struct page *p, int w, int n, char *out, size_t size)
{
	struct draw_style small = parts_regular(&p->t, p->t.caption);
	struct draw_list *list = &p->v->ui.list;
	double most = most_of(p->map, n);
	char text[60];

	for (int i = 0; i < 3; i++) {
		if (i == 0)
			unit_text(p, most, n, text, sizeof(text));
		else
			density_text(p, most, n, text, sizeof(text));
		snprintf(out, size, i < 2 ? _("to %s") : "%s", text);
		if (draw_measure(list, &small, out).w <= w)
			break;
		draw_elsewhere(list, out);
	}
	return out;
}

/* The two signs, and what the largest square is: signs in words as long as that leaves room for it. */
static void change_legend_draw(const struct page *p, struct rect r, int n)
{
	struct draw_style small = parts_regular(&p->t, p->t.caption);
	char text[RESULTS_TEXT_BYTES];
	bool in_words;
	int w[2]; /* of the signs, and in words */

	for (int k = 0; k < 2; k++)
		w[k] = sign_draw(p, r, true, k == 1, true) +
		       sign_draw(p, r, false, k == 1, true);
	most_text(p, r.w - w[0], n, text, sizeof(text));
	in_words = w[1] + draw_measure(&p->v->ui.list, &small, text).w <= r.w;
	for (int k = 0; k < 2; k++)
		rect_cut_left(&r, sign_draw(p, r, k == 0, in_words, false));
	results_text(&p->v->ui, &small, r, DRAW_LEFT, THEME_MUTED, text);
}

static void change_draw(const struct page *p, struct rect r)
{
	struct rect legend = rect_cut_bottom(&r, p->t.caption * 4 / 3);
	int n;

	rect_cut_bottom(&r, p->t.gap / 2);
	if (r.h > LOW_OF * p->t.caption)
		heading_draw(p, &r, _("Difference"), "");
	n = difference_draw(p, r);
	change_legend_draw(p, legend, n);
}

/* Why both pictures cannot be compared, and both of them as far as there is room. */
static void apart_draw(const struct page *p, struct rect r)
{
	const json_t *map = json_object_get(p->document, "map");
	struct draw_style small = parts_regular(&p->t, p->t.caption);
	char text[CLINIC_LINE_BYTES];

	clinic_sentence(json_object_get(map, "why"), text, sizeof(text));
	if (!text_below(p, &r, text, 0, THEME_CAUTION)) {
		frame_read(p->v, &r, &small, 1, THEME_CAUTION, text);
		return;
	}
	if (r.h > 6 * p->t.caption)
		loads_draw(p, r);
}

static const char *const how_seen =
	N_("Shares of all load, seen from above, each foot laid on "
	   "the same foot of the other visit.");

void compare_map_draw(struct view *v, struct rect r, const struct compare_map *map,
	const json_t *document)
{
	const struct page p = { v, frame_type(v), map, document };
	char text[CLINIC_LINE_BYTES];
	struct rect change;

	if (!map->a) {
		frame_message(v, r, PARTS_INFO, _("No picture of the load"),
			clinic_sentence(json_object_get(document, "why_no_map"), text,
				sizeof(text)));
		return;
	}
	if (!map->difference) {
		apart_draw(&p, r);
		return;
	}
	/* Without room the pictures say it by their headings. */
	draw_elsewhere(&v->ui.list, _(how_seen));
	text_below(&p, &r, _(how_seen), r.w > r.h ? 12 * p.t.caption : 28 * p.t.caption,
		THEME_MUTED);
	if (r.h < (LOW_OF + 1) * p.t.caption) {
		change_draw(&p, r);
		return;
	}
	if (r.w > r.h) {
		change = rect_cut_right(&r, (r.w - 2 * p.t.gap) / 3);
		rect_cut_right(&r, p.t.gap);
	} else {
		change = rect_cut_bottom(&r, r.h / 2);
		rect_cut_bottom(&r, p.t.gap);
	}
	loads_draw(&p, r);
	change_draw(&p, change);
}
