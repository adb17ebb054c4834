/* The clinician's live screen: the mat on one side, the numbers on the other, buttons below. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/screens/screens.h"
#include "ui/core/theme.h"
#include "ui/core/units_text.h"
#include "ui/app/mat_words.h"

/* Usual shares: left 45-55 % (metrics.md), front 30-50 %. */
#define LEFT_LOW  0.45
#define LEFT_HIGH 0.55
#define FORE_LOW  0.30
#define FORE_HIGH 0.50
/* Down the sway disc: where its chord is still wider than the longest bar, clear of the path. */
#define SWAY_BAR_PERCENT 86

static const char *const zero_texts[] = { N_("Hold to set zero"), N_("Hold: zero"),
	N_("Zero"), NULL };
static const char *const zero_holding[] = { N_("Keep holding…"), N_("Holding…"),
	N_("Zero"), NULL };
static const char *const patients_texts[] = { N_("Patients"), NULL };
static const char *const far_texts[] = { N_("Patient view"), N_("Patient"), NULL };
static const char *const cells_texts[] = { N_("Show cells"), N_("Cells"), NULL };
static const char *const smooth_texts[] = { N_("Show smooth"), N_("Smooth"), NULL };
static const char *const colour_texts[] = { N_("Colours"), NULL };

enum { LIVE_ZERO = 1, LIVE_COLOURS, LIVE_CELLS, LIVE_PATIENTS };

/* Everything the parts of this screen share while it is drawn. */
struct near {
	struct view *v;
	struct draw_list *list;
	struct parts_type t;
	uint32_t text, muted, left, right; /* grey when frozen */
	bool frozen;
	bool sway_beside; /* the sway has its place beside the mat already */
};

/* Colours from nothing to the top of the scale, in words that say what they are. */
static void legend_draw(struct near *n, struct rect r)
{
	struct view *v = n->v;
	struct draw_style style = parts_regular(&n->t, n->t.caption);
	bool force = !v->app->model.has_frame || v->app->model.unit_is_force;
	double top = force ? v->app->setup.pressure_kpa
			   : matplot_top(&v->mat, &v->app->model);
	char unit[48];
	int w, bar_h = n->t.caption * 3 / 5;

	if (force)
		snprintf(unit, sizeof(unit), "%.0f kPa", top);
	else
		snprintf(unit, sizeof(unit), _("%.0f counts, relative"), top);
	w = draw_measure(n->list, &style, unit).w;
	if (!force && w > r.w * 2 / 3) {
		snprintf(unit, sizeof(unit), _("%.0f counts"), top);
		w = draw_measure(n->list, &style, unit).w;
	}
	if (w + 4 * n->t.caption > r.w)
		return;
	/* The colours run one way in every language, as the mat stands. */
	draw_keep_begin(n->list, r);
	draw_text(
		n->list, &style, rect_cut_right(&r, w), DRAW_RIGHT, THEME_MUTED, unit);
	rect_cut_right(&r, n->t.gap);
	w = draw_text(n->list, &style, r, DRAW_LEFT, THEME_MUTED, "0");
	rect_cut_left(&r, w + n->t.gap);
	if (matplot_legend(&v->mat, r.w, bar_h) == 0)
		draw_image(n->list, r.x, r.y + (r.h - bar_h) / 2, &v->mat.legend);
	draw_keep_end(n->list);
}

static struct mat_geometry geometry_shown(const struct model *m)
{
	static const struct mat_geometry usual = { 48, 48, 10, 10 };

	return m->has_frame ? m->geometry : usual;
}

/* The feet's letters; side by side where the feet are closer than the letters are wide. */
static void letters_draw(struct near *n, struct rect mat)
{
	const char *const texts[2] = { C_("left foot", "L"), C_("right foot", "R") };
	const struct matplot_letter *letters = n->v->mat.letter;
	struct draw_style style = parts_bold(&n->t, n->t.body);
	struct rect at[2];

	for (int i = 0; i < 2; i++) {
		struct draw_metrics m = draw_measure(n->list, &style, texts[i]);
		int x = mat.x + letters[i].x - m.w / 2, y = mat.y + letters[i].y - m.h;
		int last = mat.x + mat.w - m.w;
		x = x < mat.x ? mat.x : x > last ? last : x;
		at[i] = (struct rect){ x, y < mat.y ? mat.y : y, m.w, m.h };
	}
	if (letters[0].shown && letters[1].shown && rect_overlaps(&at[0], &at[1])) {
		int first = at[0].x <= at[1].x ? 0 : 1;
		int over = at[first].x + at[first].w - at[1 - first].x + n->t.gap / 2;
		at[first].x -= over / 2;
		at[1 - first].x += over - over / 2;
	}
	for (int i = 0; i < 2; i++)
		if (letters[i].shown)
			draw_text(n->list, &style, at[i], DRAW_LEFT,
				i == 0 ? n->left : n->right, texts[i]);
}

/* The mat's picture in `r`, letters and legend with it. Returns the panel's width. */
static void mat_draw(struct near *n, struct rect r)
{
	struct view *v = n->v;
	struct mat_geometry g = geometry_shown(&v->app->model);
	int pad = n->t.gap / 2, legend_h = n->t.caption * 4 / 3;
	struct rect legend = rect_cut_bottom(&r, legend_h), inner;
	double aspect = g.n_cols * g.pitch_x_mm / (g.n_rows * g.pitch_y_mm);
	struct matplot_setup setup = { .map = v->app->map,
		.raw_cells = v->app->raw_cells,
		.pressure_kpa = v->app->setup.pressure_kpa,
		.line_px = n->t.line_px,
		.dot_px = (float)n->t.caption * 0.26F };

	rect_cut_bottom(&r, n->t.gap / 2);
	draw_round_rect(n->list, r, n->t.radius, THEME_LINE);
	draw_round_rect(n->list, rect_inset(r, 1), n->t.radius, THEME_MAT);
	inner = rect_inset(r, pad);
	setup.h = inner.h;
	setup.w = (int)lrint(inner.h * aspect);
	if (setup.w > inner.w) {
		setup.w = inner.w;
		setup.h = (int)lrint(inner.w / aspect);
	}
	inner = rect_middle(inner, setup.w, setup.h);
	if (matplot_prepare(&v->mat, &setup, &g) == 0) {
		bool people = v->state != MODEL_SEARCHING && v->state != MODEL_WAITING;
		matplot_paint(&v->mat, &v->app->model, people, n->frozen);
		draw_keep_begin(n->list, inner);
		draw_image(n->list, inner.x, inner.y, &v->mat.canvas);
		letters_draw(n, inner);
		draw_keep_end(n->list);
	}
	legend_draw(n, legend);
}

/* How sure the shares are, `variant` 0 the longest; returns false past the shortest. */
static bool hero_error(const struct near *n, int variant, char *out, size_t size)
{
	const struct model *m = &n->v->app->model;
	bool raw = (m->sample.flags & SAMPLE_UNCALIBRATED) != 0;
	bool range = variant % 2 == 0, more;
	char error[96];

	more = mat_words_u95(mat_words_shown_u95(100 * m->numbers.left_u95, 1), 1,
		_("points"), raw, variant / 2, error, sizeof(error));
	snprintf(out, size, "%s%s%s", error, range ? " · " : "",
		range ? _("usual range 45–55") : "");
	return more || range;
}

/* The line above the large shares: what they are, and how sure. What they are gives way to how sure
 * they are. Returns false if there is no room to say how sure: then nothing may be shown. */
static bool hero_caption(struct near *n, struct rect r)
{
	const char *const titles[] = { _("Weight on each foot"), _("Left and right") };
	struct draw_style style = parts_regular(&n->t, n->t.caption);
	const char *title = "";
	char text[160];
	bool more = true;
	int w = 0;

	for (int variant = 0; more && title[0] == '\0'; variant++) {
		more = hero_error(n, variant, text, sizeof(text));
		w = draw_measure(n->list, &style, text).w + 2 * n->t.gap;
		for (int i = 0; i < 2 && title[0] == '\0'; i++)
			if (draw_measure(n->list, &style, titles[i]).w + w <= r.w)
				title = titles[i];
	}
	if (title[0] == '\0' && w > r.w)
		return false;
	draw_text(n->list, &style, r, DRAW_LEFT, n->muted, title);
	draw_text(n->list, &style, r, DRAW_RIGHT, n->muted, text);
	return true;
}

/* One of the two large shares, its letter before it. Returns the width. */
static int share_draw(struct near *n, struct rect r, int size_px, bool is_left,
	const char *number, bool measure)
{
	struct draw_style letter =
		parts_bold(&n->t, size_px < n->t.value ? size_px : n->t.value);
	struct parts_figure f = { number, "%", size_px, is_left ? n->left : n->right };
	const char *name = is_left ? C_("left foot", "L") : C_("right foot", "R");
	int letter_w = draw_measure(n->list, &letter, name).w + n->t.gap;
	int w = letter_w + parts_figure_width(&n->v->ui, &n->t, &f);
	int x = is_left ? r.x : r.x + r.w - w, y = r.y + r.h - size_px / 16;

	if (measure)
		return w;
	draw_text_at(n->list, &letter, x, y, r, f.color, name);
	parts_figure_draw(&n->v->ui, &n->t, &f, x + letter_w, y, r);
	return w;
}

static int hero_size(struct near *n, int w, int wanted)
{
	struct rect r = { 0, 0, w, 0 };

	while (wanted > n->t.caption &&
		2 * share_draw(n, r, wanted, true, "88", true) + 2 * n->t.gap > w)
		wanted -= 2;
	return wanted;
}

static int hero_height(const struct near *n, int size_px)
{
	return n->t.caption * 4 / 3 + size_px * 9 / 10 + n->t.gap / 2 + n->t.caption;
}

/* Left and right: the first thing the eye finds. */
static void hero_draw(struct near *n, struct rect r, int size_px)
{
	struct view *v = n->v;
	double left = v->shown.left_pct;
	struct parts_bar bar = { v->app->model.numbers.left_frac,
		v->app->model.numbers.left_u95, LEFT_LOW, LEFT_HIGH, n->left,
		n->frozen ? theme_mix(THEME_LINE, THEME_MUTED, 0.35) : n->right };
	char l[8] = "–", right[8] = "–";
	struct rect caption = rect_cut_top(&r, n->t.caption * 4 / 3);
	struct rect figures = rect_cut_top(&r, size_px * 9 / 10);

	rect_cut_top(&r, n->t.gap / 2);
	if (!isnan(left)) {
		snprintf(l, sizeof(l), "%.0f", left);
		snprintf(right, sizeof(right), "%.0f", 100 - left);
	}
	if (!hero_caption(n, caption)) {
		draw_keep_begin(n->list, r);
		parts_bar_draw(&n->v->ui, rect_cut_top(&r, n->t.caption), &bar);
		draw_keep_end(n->list);
		return;
	}
	draw_keep_begin(n->list, figures);
	share_draw(n, figures, size_px, true, l, false);
	share_draw(n, figures, size_px, false, right, false);
	parts_bar_draw(&n->v->ui, rect_cut_top(&r, n->t.caption), &bar);
	draw_keep_end(n->list);
}

/* A labelled figure: label above, error below. */
struct tile {
	const char *label, *error;
	struct parts_figure figure;
};

static int tile_width(struct near *n, const struct tile *tile)
{
	struct draw_style style = parts_regular(&n->t, n->t.caption);
	int w = parts_figure_width(&n->v->ui, &n->t, &tile->figure);
	int label_w = draw_measure(n->list, &style, tile->label).w;
	int error_w = draw_measure(n->list, &style, tile->error).w;

	w = label_w > w ? label_w : w;
	return error_w > w ? error_w : w;
}

static int tile_height(const struct near *n)
{
	return n->t.caption * 4 / 3 + n->t.value + n->t.gap / 2 + n->t.caption * 4 / 3;
}

static void tile_draw(struct near *n, struct rect r, const struct tile *tile)
{
	struct draw_style style = parts_regular(&n->t, n->t.caption);
	struct rect label = rect_cut_top(&r, n->t.caption * 4 / 3);
	struct rect figure = rect_cut_top(&r, n->t.value);

	rect_cut_top(&r, n->t.gap / 2);
	draw_text(n->list, &style, label, DRAW_LEFT, n->muted, tile->label);
	parts_figure_draw(&n->v->ui, &n->t, &tile->figure, figure.x,
		figure.y + figure.h - tile->figure.size_px / 8, figure);
	draw_text(n->list, &style, rect_cut_top(&r, n->t.caption * 4 / 3), DRAW_LEFT,
		n->muted, tile->error);
}

/* Texts of the smaller figures, filled from what is shown. */
struct figures {
	char front[8], back[8];
	struct units_text mass, width;
	char fore_error[64], mass_error[64], width_error[64];
	bool has_fore, has_mass, has_width;
};

static void figures_make(struct near *n, struct figures *f)
{
	const struct view *v = n->v;
	const struct model_numbers *m = &v->app->model.numbers;
	bool raw = (v->app->model.sample.flags & SAMPLE_UNCALIBRATED) != 0;

	memset(f, 0, sizeof(*f));
	f->has_fore = !isnan(v->shown.fore_pct);
	f->has_mass = !isnan(v->shown.mass_kg);
	f->has_width = !isnan(v->shown.width_mm);
	snprintf(f->front, sizeof(f->front), "%.0f", v->shown.fore_pct);
	snprintf(f->back, sizeof(f->back), "%.0f", 100 - v->shown.fore_pct);
	f->mass = units_text_of(UNITS_MASS, v->shown.mass_kg);
	f->width = units_text_of(UNITS_LENGTH, v->shown.width_mm);
	mat_words_u95(mat_words_shown_u95(100 * m->fore_u95, 1), 1, _("points"), raw, 1,
		f->fore_error, sizeof(f->fore_error));
	mat_words_u95(mat_words_shown_u95(units_text_scaled(UNITS_MASS, m->mass_u95_kg),
			      f->mass.step),
		f->mass.decimals, f->mass.unit, raw, 1, f->mass_error,
		sizeof(f->mass_error));
	/* The heels are known to about one cell. */
	mat_words_u95(
		units_text_scaled(UNITS_LENGTH, v->app->model.geometry.pitch_x_mm),
		f->width.decimals, f->width.unit, raw, 1, f->width_error,
		sizeof(f->width_error));
}

/* Front and back with their bar, in `r` of tile height (and a caption more if `tall`). */
static void fore_draw(struct near *n, struct rect r, const struct figures *f)
{
	struct view *v = n->v;
	struct draw_style style = parts_regular(&n->t, n->t.caption);
	struct parts_bar bar = { v->app->model.numbers.fore_frac,
		v->app->model.numbers.fore_u95, FORE_LOW, FORE_HIGH,
		n->frozen ? THEME_MUTED : THEME_TEXT, THEME_MUTED };
	struct tile front = { _("Front"), "", { f->front, "%", n->t.value, n->text } };
	struct tile back = { C_("of the foot", "Back"), "",
		{ f->back, "%", n->t.value, n->text } };
	struct rect top = rect_cut_top(&r, n->t.caption * 4 / 3 + n->t.value),
		    left = top;
	struct rect right = rect_cut_right(&left, tile_width(n, &back));
	char text[96];

	tile_draw(n, left, &front);
	tile_draw(n, right, &back);
	rect_cut_top(&r, n->t.gap / 2);
	parts_bar_draw(&n->v->ui, rect_cut_top(&r, n->t.caption * 2 / 3), &bar);
	snprintf(text, sizeof(text), "%s · %s", f->fore_error, _("usual range 30–50"));
	if (draw_measure(n->list, &style, text).w > r.w)
		snprintf(text, sizeof(text), "%s", f->fore_error);
	draw_text(n->list, &style, rect_cut_top(&r, n->t.caption * 4 / 3), DRAW_LEFT,
		n->muted, text);
}

static int fore_width(struct near *n, const struct figures *f)
{
	struct draw_style style = parts_regular(&n->t, n->t.caption);
	struct tile wide = { _("Front"), "", { "88", "%", n->t.value, 0 } };
	int w = 2 * tile_width(n, &wide) + 2 * n->t.gap;
	int error_w = draw_measure(n->list, &style, f->fore_error).w;

	return error_w > w ? error_w : w;
}

static int fore_height(const struct near *n)
{
	return tile_height(n) + n->t.caption * 2 / 3;
}

/* The magnified path with its scale in the disc, what that is in millimetres below, and its
 * name above where there is room. */
static void sway_draw(struct near *n, struct rect r)
{
	struct view *v = n->v;
	struct draw_style style = parts_regular(&n->t, n->t.caption);
	int label_h = n->t.caption * 4 / 3;
	struct rect label = rect_cut_bottom(&r, label_h), disc;
	int side, bar_px;
	double bar_mm;
	char text[32];

	if (r.h >= 6 * n->t.caption + label_h &&
		draw_measure(n->list, &style, _("Sway, 10 s")).w <= r.w)
		draw_text(n->list, &style, rect_cut_top(&r, label_h), DRAW_CENTRE,
			n->muted, _("Sway, 10 s"));
	side = r.h < r.w ? r.h : r.w;
	disc = rect_middle(r, side, side);
	if (side < 3 * n->t.caption || swayplot_prepare(&v->sway, side) != 0)
		return;
	swayplot_paint(&v->sway, &v->app->model.trail, n->t.line_px, n->frozen,
		THEME_BACKGROUND);
	draw_image(n->list, disc.x, disc.y, &v->sway.canvas);
	bar_mm = swayplot_bar_mm(&v->sway, side / 2, &bar_px);
	snprintf(text, sizeof(text), "%.0f mm", bar_mm);
	draw_rect(n->list,
		(struct rect){ disc.x + (side - bar_px) / 2,
			disc.y + side * SWAY_BAR_PERCENT / 100, bar_px, 2 },
		n->muted);
	draw_text(n->list, &style, label, DRAW_CENTRE, n->muted, text);
}

/* The least the figures of one row need. */
static int row_width(struct near *n, const struct figures *f)
{
	struct tile mass = { _("Weight"), f->mass_error,
		{ f->mass.number, f->mass.unit, n->t.value, 0 } };
	struct tile width = { _("Width"), f->width_error,
		{ "888", f->width.unit, n->t.value, 0 } };

	return (f->has_fore ? fore_width(n, f) + 3 * n->t.gap : 0) +
	       (f->has_mass ? tile_width(n, &mass) + 2 * n->t.gap : 0) +
	       (f->has_width ? tile_width(n, &width) + 2 * n->t.gap : 0);
}

/* Weight and stance width, as many as fit, from the left of `r`. */
static void small_tiles_draw(struct near *n, struct rect r, const struct figures *f)
{
	struct tile tiles[2] = {
		{ _("Weight"), f->mass_error,
			{ f->mass.number, f->mass.unit, n->t.value, n->text } },
		{ _("Stance width"), f->width_error,
			{ f->width.number, f->width.unit, n->t.value, n->text } },
	};
	bool has[2] = { f->has_mass, f->has_width };

	for (int i = 0; i < 2; i++) {
		int w = tile_width(n, &tiles[i]);
		if (!has[i])
			continue;
		if (w > r.w && i == 1) {
			tiles[i].label = _("Width");
			w = tile_width(n, &tiles[i]);
		}
		if (w > r.w)
			break;
		tile_draw(n, rect_cut_left(&r, w), &tiles[i]);
		rect_cut_left(&r, 2 * n->t.gap);
	}
}

/* Everything below the large shares, in one row. */
static void row_draw(struct near *n, struct rect r, const struct figures *f)
{
	int fore_w = fore_width(n, f), sway_w = r.h - n->t.caption * 4 / 3;
	int room = r.w - row_width(n, f);

	/* The sway takes what the figures leave, or its own size where they do not all fit anyway. */
	if (room < sway_w && room >= 4 * n->t.caption)
		sway_w = room;
	if (!n->sway_beside &&
		r.w >= fore_w + 2 * n->t.gap + sway_w + n->t.caption * 5) {
		sway_draw(n, rect_cut_right(&r, sway_w));
		rect_cut_right(&r, n->t.gap / 2);
	}
	if (f->has_fore && r.w >= fore_w) {
		fore_draw(n, rect_cut_left(&r, fore_w), f);
		rect_cut_left(&r, 3 * n->t.gap);
	}
	small_tiles_draw(n, r, f);
}

/* The same on two rows, with a larger inset. */
static void rows_draw(struct near *n, struct rect r, const struct figures *f)
{
	int side = r.h < r.w * 2 / 5 ? r.h : r.w * 2 / 5;

	if (!n->sway_beside) {
		sway_draw(n, rect_cut_right(&r, side));
		rect_cut_right(&r, 3 * n->t.gap);
	}
	if (f->has_fore && r.w >= fore_width(n, f))
		fore_draw(n, rect_cut_top(&r, fore_height(n)), f);
	small_tiles_draw(n, rect_cut_bottom(&r, tile_height(n)), f);
}

/* What the notice below the numbers says. */
static const char *notice_text(
	struct near *n, enum parts_sign *sign, char *out, size_t size)
{
	struct view *v = n->v;
	const char *said = model_notice_now(&v->app->model, v->ui.now_ns);
	int n_more;
	const char *flag;

	if (said) {
		*sign = v->app->model.notice_is_fault ? PARTS_CAUTION : PARTS_GOOD;
		return said;
	}
	if (v->state == MODEL_STALE) {
		*sign = PARTS_FAULT;
		return _("Frozen: no new data. Check the cable of the mat.");
	}
	flag = mat_words_flags(model_flags(&v->app->model, v->ui.now_ns),
		v->app->model.facing_back, &n_more);
	if (flag) {
		*sign = PARTS_CAUTION;
		snprintf(out, size, n_more > 0 ? "%s (+%d)" : "%s", flag, n_more);
		return out;
	}
	*sign = PARTS_GOOD;
	if (isnan(v->app->model.numbers.left_frac))
		return v->app->model.sample.left.present ||
				       v->app->model.sample.right.present
			       ? _("One foot on the mat, steady signal")
			       : _("Someone on the mat");
	return _("Both feet on, steady signal");
}

static void numbers_draw(struct near *n, struct rect r)
{
	struct figures f;
	char buffer[192];
	enum parts_sign sign;
	const char *notice = notice_text(n, &sign, buffer, sizeof(buffer));
	int notice_h = parts_notice_height(&n->v->ui, &n->t, r.w, notice);
	int line_h = n->t.caption * 4 / 3, gap = n->t.gap;
	int size = hero_size(n, r.w, n->t.hero), rest;
	bool two_rows;

	figures_make(n, &f);
	two_rows = r.h >= hero_height(n, size) + fore_height(n) + tile_height(n) +
				  notice_h + 4 * gap;
	if (two_rows)
		size = hero_size(n, r.w, n->t.hero * 5 / 4);
	while (size > n->t.value && hero_height(n, size) + gap + notice_h > r.h)
		size -= 2;
	hero_draw(n, rect_cut_top(&r, hero_height(n, size)), size);
	if (r.h >= notice_h + gap)
		parts_notice_draw(
			&n->v->ui, &n->t, rect_cut_bottom(&r, notice_h), sign, notice);
	rest = r.h;
	if (two_rows && rest >= fore_height(n) + tile_height(n) + 3 * gap) {
		int spare = rest - fore_height(n) - tile_height(n);
		int pad = spare / 3 < 3 * gap ? spare / 3 : 3 * gap;
		rows_draw(n, (struct rect){ r.x, r.y + pad, r.w, rest - 2 * pad }, &f);
	} else if (rest >= fore_height(n) + gap) {
		int pad = (rest - fore_height(n)) / 2;
		int h = fore_height(n) + (pad > line_h ? line_h : 0);
		row_draw(n, (struct rect){ r.x, r.y + (rest - h) / 2, r.w, h }, &f);
	}
}

/* A state without numbers: what is so, and what to do. */
static void message_draw(struct near *n, struct rect r)
{
	struct view *v = n->v;
	struct draw_style head = parts_bold(&n->t, n->t.value);
	const char *headline = mat_words_state(v->state);
	const char *said = model_notice_now(&v->app->model, v->ui.now_ns);
	int head_h = draw_wrapped_height(n->list, &head, r.w, headline, NULL);
	int said_h = said ? parts_notice_height(&v->ui, &n->t, r.w, said) : 0;
	bool bad = v->state == MODEL_LOST || v->state == MODEL_NO_DAEMON;

	if (said && said_h + n->t.gap + head_h < r.h) {
		parts_notice_draw(&v->ui, &n->t, rect_cut_bottom(&r, said_h),
			v->app->model.notice_is_fault ? PARTS_CAUTION : PARTS_GOOD,
			said);
		rect_cut_bottom(&r, n->t.gap);
	}
	frame_message(v, r,
		bad                       ? PARTS_FAULT
		: v->state == MODEL_EMPTY ? PARTS_GOOD
					  : PARTS_CAUTION,
		headline, mat_words_remedy(&v->app->model, v->state));
}

/* Lay `n_buttons` out from the left, the last taking what is left; `left_w` (0: none) is the width
 * of the picture above the first two. Returns false if they do not fit. */
static bool buttons_draw(struct near *n, struct rect r,
	const struct parts_button *buttons, int n_buttons, int left_w, bool generous)
{
	int widths[5], total = 0, gap = n->t.gap * 3 / 2, group;

	for (int i = 0; i < n_buttons; i++) {
		widths[i] = parts_button_width(&n->v->ui, &n->t, &buttons[i], generous);
		total += widths[i] + (i > 0 ? gap : 0);
	}
	if (total > r.w)
		return false;
	/* The two about the picture share the picture's width. */
	group = (left_w - gap) / 2;
	if (left_w > 0) {
		if (group < widths[0] || group < widths[1] ||
			r.w - 2 * (group + gap) <
				total - widths[0] - widths[1] - 2 * gap)
			return false;
		widths[0] = widths[1] = group;
	}
	for (int i = 0; i < n_buttons; i++) {
		bool last = i == n_buttons - 1;
		parts_button_draw(&n->v->ui, &n->t,
			last ? r : rect_cut_left(&r, widths[i]), &buttons[i]);
		rect_cut_left(&r, last ? 0 : gap);
	}
	return true;
}

static void actions_draw(struct near *n, struct rect r, int left_w)
{
	struct view *v = n->v;
	bool holding = widgets_hold_frac(&v->ui.widgets, LIVE_ZERO, v->ui.now_ns) > 0;
	bool can_zero = v->app->model.connected && model_is_live(v->state);
	const struct parts_button all[5] = {
		{ .id = LIVE_COLOURS,
			.name = "colours",
			.texts = colour_texts,
			.enabled = true },
		{ .id = LIVE_CELLS,
			.name = "cells",
			.texts = v->app->raw_cells ? smooth_texts : cells_texts,
			.enabled = true },
		{ .id = VIEW_ROLE,
			.name = "role",
			.texts = far_texts,
			.enabled = true },
		{ .id = LIVE_PATIENTS,
			.name = "patients",
			.texts = patients_texts,
			.enabled = true },
		{ .id = LIVE_ZERO,
			.name = "zero",
			.texts = holding ? zero_holding : zero_texts,
			.primary = true,
			.hold = true,
			.enabled = can_zero,
			.lit = v->state == MODEL_EMPTY || holding },
	};
	const struct parts_button fewer[4] = { all[0], all[2], all[3], all[4] };
	int row_h = layout_mm_px(&v->ui.display, LAYOUT_PRIMARY_MM);

	if (r.h > row_h) { /* a tall screen: what changes the picture stands above */
		struct rect above = rect_cut_top(&r, r.h - row_h);
		rect_cut_bottom(&above, n->t.gap);
		if (!buttons_draw(n, above, all, 2, 0, true))
			buttons_draw(n, above, all, 2, 0, false);
	} else if ((left_w > 0 && (buttons_draw(n, r, all, 5, left_w, true) ||
					  buttons_draw(n, r, all, 5, left_w, false))) ||
		   buttons_draw(n, r, all, 5, 0, true) ||
		   buttons_draw(n, r, all, 5, 0, false) ||
		   buttons_draw(n, r, fewer, 4, 0, false)) {
		return;
	}
	if (!buttons_draw(n, r, &all[2], 3, 0, true) &&
		!buttons_draw(n, r, &all[2], 3, 0, false) &&
		!buttons_draw(n, r, &all[3], 2, 0, false))
		buttons_draw(n, r, &all[4], 1, 0, false);
}

/* Cut the mat's block off the content: what is left is for the numbers. */
static struct rect cut_mat(struct near *n, struct rect *content)
{
	struct mat_geometry g = geometry_shown(&n->v->app->model);
	double aspect = g.n_cols * g.pitch_x_mm / (g.n_rows * g.pitch_y_mm);
	int extra = n->t.caption * 4 / 3 + n->t.gap / 2; /* the legend below */
	bool portrait = content->h > content->w;
	int numbers_h = hero_height(n, n->t.hero) + fore_height(n) + 3 * n->t.caption +
			4 * n->t.gap;
	int w, h;

	if (portrait) {
		h = (int)lrint(content->w / aspect) + extra;
		if (h > content->h - numbers_h)
			h = content->h - numbers_h;
		if (h < content->h / 3)
			h = content->h / 3;
		return rect_cut_top(content, h);
	}
	w = (int)lrint((content->h - extra) * aspect);
	if (w > content->w * 46 / 100)
		w = content->w * 46 / 100;
	if (w < content->w / 4)
		w = content->w / 4;
	return rect_cut_left(content, w);
}

/* On a tall screen the sway stands where the mat leaves room. Returns the rest of `r`. */
static struct rect sway_beside(struct near *n, struct rect r)
{
	struct mat_geometry g = geometry_shown(&n->v->app->model);
	double aspect = g.n_cols * g.pitch_x_mm / (g.n_rows * g.pitch_y_mm);
	int w = (int)lrint((r.h - n->t.caption * 4 / 3 - n->t.gap / 2) * aspect);
	struct rect side;
	int side_h;

	if (w + 5 * n->t.caption > r.w)
		return r;
	side = rect_cut_right(&r, r.w - w);
	rect_cut_left(&side, 2 * n->t.gap);
	side_h = side.w + n->t.caption * 8 / 3;
	sway_draw(n, side_h < side.h ? rect_middle(side, side.w, side_h) : side);
	n->sway_beside = true;
	return r;
}

static void near_draw(struct view *v, void *state)
{
	const struct layout_display *d = &v->ui.display;
	struct near n = { .v = v, .list = &v->ui.list, .t = parts_near_type(d) };
	struct rect content, actions, mat;
	bool numbers = v->state == MODEL_LIVE || v->state == MODEL_STALE;

	(void)state;
	n.frozen = !model_is_live(v->state);
	n.text = n.frozen ? THEME_MUTED : THEME_TEXT;
	n.muted = THEME_MUTED;
	n.left = n.frozen ? THEME_MUTED : THEME_LEFT;
	n.right = n.frozen ? THEME_MUTED : THEME_RIGHT;
	content = frame_begin(v, NULL);
	actions = rect_cut_bottom(&content,
		layout_mm_px(d, LAYOUT_PRIMARY_MM) +
			(d->h > d->w ? layout_mm_px(d, LAYOUT_SECONDARY_MM) + n.t.gap
				     : 0));
	rect_cut_bottom(&content, n.t.gap);
	mat = cut_mat(&n, &content);
	if (content.w < d->w - 2 * n.t.margin)
		rect_cut_left(&content, n.t.margin * 3 / 2);
	else
		rect_cut_top(&content, n.t.gap);
	numbers = numbers && v->app->model.has_sample &&
		  !isnan(v->app->model.sample.cop_mm.x);
	if (mat.w > mat.h && d->h > d->w && numbers)
		mat = sway_beside(&n, mat);
	mat_draw(&n, mat);
	if (numbers)
		numbers_draw(&n, content);
	else
		message_draw(&n, content);
	actions_draw(&n, actions, d->w > d->h ? mat.w : 0);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct app *app = v->app;

	(void)state;
	(void)index;
	if (id == LIVE_ZERO) {
		model_notice(&app->model, _("Zeroing: keep off the mat…"), false,
			v->ui.now_ns);
		view_ask(v, LIVE_ZERO, "mat.tare", NULL);
	} else if (id == LIVE_PATIENTS) {
		view_go(v, "patients", "");
	} else if (id == LIVE_COLOURS) {
		app->map = app->map == COLORMAP_INFERNO ? COLORMAP_CIVIDIS
							: COLORMAP_INFERNO;
	} else if (id == LIVE_CELLS) {
		app->raw_cells = !app->raw_cells;
	}
}

/* Keys that need no focus. */
static bool event(struct view *v, void *state, const struct input_event *e)
{
	if (e->kind != INPUT_KEY_DOWN)
		return false;
	if (e->key == 'z')
		widgets_press_key(&v->ui.widgets, LIVE_ZERO, e->key, v->ui.now_ns);
	else if (e->key == 'c')
		act(v, state, LIVE_COLOURS, 0);
	else if (e->key == 'm')
		act(v, state, LIVE_CELLS, 0);
	else
		return false;
	return true;
}

/* The first sentence of the daemon's own words, which says what to do. */
static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	const char *end = strstr(a->message, ". ");
	char text[256];

	(void)state;
	(void)tag;
	if (a->code == 0) {
		model_notice(&v->app->model, _("Zero set on the empty mat."), false,
			v->ui.now_ns);
		return;
	}
	snprintf(text, sizeof(text), _("Zero not set: %.*s"),
		(int)(end ? end - a->message + 1 : (long)strlen(a->message)),
		a->message);
	model_notice(&v->app->model, text, true, v->ui.now_ns);
}

const struct screen screen_live = {
	.name = "live",
	.role = VIEW_NEAR,
	.act = act,
	.event = event,
	.answer = answer,
	.draw = near_draw,
};
