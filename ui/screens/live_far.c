/* The patient's screen, read from the mat: one picture, two numbers, few words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/core/parts.h"
#include "ui/screens/far_parts.h"
#include "ui/screens/screens.h"
#include "ui/screens/shared.h"
#include "ui/screens/train.h"
#include "ui/core/theme.h"
#include "ui/app/mat_words.h"

#define LEFT_LOW  0.45
#define LEFT_HIGH 0.55

enum { STATUS = 1, SHARED, PLAIN };

/* What it was told of. */
struct far_state {
	bool trains, measures;
	bool shared;
	struct far_idle idle;
	struct shared_watch watch;
};

struct far {
	struct view *v;
	struct draw_list *list;
	struct parts_type t;
	bool frozen;
};

/* The words alone, in the middle; shorter ones where they do not fit. */
static void words_draw(struct far *f, struct rect r)
{
	const bool empty = f->v->state == MODEL_EMPTY;
	const char *const texts[] = { mat_words_patient(f->v->state),
		empty ? _("Step on") : mat_words_brief(f->v->state), _("One moment"),
		_("Wait") };
	bool bad = f->v->state == MODEL_LOST || f->v->state == MODEL_NO_DAEMON ||
		   f->v->state == MODEL_STALE;

	for (int i = 0; i < 4; i++)
		draw_elsewhere(f->list, texts[i]); /* one of them says it */
	for (int i = 0; i < 4; i++) {
		int size = far_words_size(f->v, r, 60, texts[i]), h;
		struct draw_style style = parts_bold(&f->t, size);
		int bar_h = f->t.margin / 3;
		if (size == 0)
			continue;
		h = draw_wrapped_height(f->list, &style, r.w, texts[i], NULL);
		r = rect_middle(r, r.w, h + 2 * bar_h <= r.h ? h + 2 * bar_h : h);
		r.h = h;
		draw_wrapped(f->list, &style, r, DRAW_CENTRE, THEME_TEXT, texts[i]);
		draw_round_rect(f->list,
			(struct rect){ r.x + r.w / 2 - 3 * f->t.margin,
				r.y + r.h + bar_h, 6 * f->t.margin, bar_h },
			bar_h / 2,
			bad     ? THEME_FAULT
			: empty ? THEME_ACTION
				: THEME_CAUTION);
		return;
	}
	far_words(f->v, r, 60, THEME_TEXT, texts, 4);
}

/* "L 57 %", as large as the box allows. Returns the size used, 0 if it does not fit. */
static int share_size(struct far *f, struct rect r)
{
	struct draw_style letter;
	int size, least = f->t.caption;

	for (size = r.h * 9 / 10; size >= least; size -= 2) {
		struct parts_figure figure = { "88", "%", size, 0 };
		letter = parts_bold(&f->t, size / 2 > least ? size / 2 : least);
		if (draw_measure(f->list, &letter, C_("left foot", "L")).w +
				letter.size_px / 3 +
				parts_figure_width(&f->v->ui, &f->t, &figure) <=
			r.w)
			return size;
	}
	return 0;
}

static void share_draw(struct far *f, struct rect r, int size, bool is_left)
{
	double left = f->v->shown.left_pct;
	uint32_t color = f->frozen ? THEME_MUTED : is_left ? THEME_LEFT : THEME_RIGHT;
	int letter_px = size / 2 > f->t.caption ? size / 2 : f->t.caption;
	struct draw_style letter = parts_bold(&f->t, letter_px);
	char number[8] = "–";
	struct parts_figure figure = { number, "%", size, color };
	int base = r.y + r.h / 2 + size * 36 / 100, w;

	if (!isnan(left))
		snprintf(number, sizeof(number), "%.0f", is_left ? left : 100 - left);
	w = draw_text_at(f->list, &letter, r.x, base, r, color,
		is_left ? C_("left foot", "L") : C_("right foot", "R"));
	(void)w;
	w = parts_figure_width(&f->v->ui, &f->t, &figure);
	parts_figure_draw(&f->v->ui, &f->t, &figure, r.x + r.w - w, base, r);
}

static void bar_draw(struct far *f, struct rect r)
{
	struct parts_bar bar = { f->v->app->model.numbers.left_frac,
		f->v->app->model.numbers.left_u95, LEFT_LOW, LEFT_HIGH,
		f->frozen ? THEME_MUTED : THEME_LEFT,
		f->frozen ? THEME_LINE : THEME_RIGHT };

	draw_keep_begin(f->list, r);
	parts_bar_draw(&f->v->ui, r, &bar);
	draw_keep_end(f->list);
}

/* The bar with its letters, when the numbers' error has no place: then they have none either. */
static void letters_and_bar_draw(struct far *f, struct rect r, int bar_h)
{
	struct draw_style letter = parts_bold(&f->t, f->t.caption);
	int letter_h = draw_measure(f->list, &letter, C_("left foot", "L")).h;
	struct rect letters;

	r = rect_middle(r, r.w, bar_h + letter_h);
	letters = rect_cut_top(&r, letter_h);
	draw_keep_begin(f->list, letters);
	draw_text(
		f->list, &letter, letters, DRAW_LEFT, THEME_LEFT, C_("left foot", "L"));
	draw_text(f->list, &letter, letters, DRAW_RIGHT, THEME_RIGHT,
		C_("right foot", "R"));
	bar_draw(f, r);
	draw_keep_end(f->list);
}

/* The numbers, their error and the bar; without room for the error, the bar alone. */
static void shares_draw(struct far *f, struct rect r)
{
	const struct model *m = &f->v->app->model;
	struct draw_style small = parts_regular(&f->t, f->t.caption);
	int bar_h = f->t.caption / 2, gap = f->t.gap, error_h, size, row_h, widest;
	char error[64];

	mat_words_u95(mat_words_shown_u95(100 * m->numbers.left_u95, 1), 0, "%", false,
		1, error, sizeof(error));
	error_h = draw_wrapped_height(f->list, &small, r.w, error, &widest);
	row_h = (r.h - bar_h - error_h - 2 * gap) / 2;
	if (row_h > r.h / 3)
		row_h = r.h / 3;
	size = share_size(f, (struct rect){ 0, 0, r.w, row_h });
	if (size > 0 && widest <= r.w) {
		r = rect_middle(r, r.w, 2 * row_h + bar_h + error_h + 2 * gap);
		share_draw(f, rect_cut_top(&r, row_h), size, true);
		share_draw(f, rect_cut_top(&r, row_h), size, false);
		rect_cut_top(&r, gap);
		bar_draw(f, rect_cut_top(&r, bar_h));
		rect_cut_top(&r, gap);
		draw_wrapped(f->list, &small, r, DRAW_CENTRE, THEME_MUTED, error);
		return;
	}
	draw_elsewhere(f->list, error); /* nor are the numbers there that it is of */
	letters_and_bar_draw(f, r, bar_h);
}

static void far_draw(struct view *v, void *state)
{
	const struct layout_display *d = &v->ui.display;
	struct far f = { .v = v, .list = &v->ui.list, .t = parts_far_type(d) };
	struct rect r, mat;
	bool standing =
		v->state == MODEL_LIVE && !isnan(v->app->model.numbers.left_frac);

	(void)state;
	f.frozen = !model_is_live(v->state);
	r = far_begin(v);
	if (v->state != MODEL_LIVE) {
		if (v->state == MODEL_EMPTY)
			far_explain_buttons(v, &r, PLAIN);
		else
			far_role_button(v, &r);
		words_draw(&f, r);
		return;
	}
	if (d->w > d->h) {
		mat = rect_cut_left(&r, r.h < r.w * 55 / 100 ? r.h : r.w * 55 / 100);
		rect_cut_left(&r, 2 * f.t.margin);
	} else {
		/* Two rows of numbers, the bar and the error must fit below. */
		int rest = f.t.caption * 5 + layout_mm_px(d, LAYOUT_SECONDARY_MM);
		mat = rect_cut_top(&r, r.h - rest < r.w ? r.h - rest : r.w);
		rect_cut_top(&r, f.t.margin);
	}
	far_mat(v, mat, f.frozen);
	far_role_button(v, &r);
	if (standing)
		shares_draw(&f, r);
}

/* What is done on the mat decides what is shown: training and measuring have screens of their own. */
static void far_load(struct view *v, void *state)
{
	((struct far_state *)state)->shared = false; /* until it is asked anew */
	view_ask(v, STATUS, "training.status", NULL);
}

static void far_answer(
	struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct far_state *s = state;

	(void)v;
	if (tag == SHARED)
		s->shared = shared_take(&s->watch, a);
	else if (a->code == 0)
		s->trains = train_is_on(a->result);
}

static void far_act(struct view *v, void *state, int id, int index)
{
	(void)state;
	(void)index;
	if (id == PLAIN)
		view_go(v, "plain", "asked");
}

static void far_told(
	struct view *v, void *state, const char *stream, const struct json_t *document)
{
	struct far_state *s = state;

	(void)v;
	if (strcmp(stream, "training") == 0)
		s->trains = train_is_on(document);
	else if (strcmp(stream, "trial") == 0)
		s->measures = mirror_is_on(document);
}

static void far_tick(struct view *v, void *state)
{
	struct far_state *s = state;

	shared_tick(v, &s->watch, SHARED);
	if (s->measures)
		view_go(v, "mirror", NULL);
	else if (s->trains)
		view_go(v, "train", NULL);
	else if (s->shared)
		view_go(v, "shared", NULL);
	else if (far_is_idle(v, &s->idle))
		view_go(v, "plain", NULL);
}

const struct screen screen_live_far = {
	.name = "live-far",
	.role = VIEW_FAR,
	.state_size = sizeof(struct far_state),
	.load = far_load,
	.act = far_act,
	.answer = far_answer,
	.told = far_told,
	.tick = far_tick,
	.draw = far_draw,
};
