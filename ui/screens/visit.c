/* Which visit: quick, standard or full, with what each takes. An open visit of the patient goes on
 * where it was, without a question. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/list.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

enum { CURRENT = 1, PLANS, START, SET, PAGES, PLAN_0 };

#define MAX_PLANS 3

struct visit {
	json_t *plans;
	int64_t open; /* a visit of this patient that has no plan yet; 0 none */
	bool starting;
	struct list pages; /* of tiles, where what they say needs them */
	char message[400];
};

static void load(struct view *v, void *state)
{
	struct visit *s = state;

	s->starting = false;
	view_ask(v, CURRENT, "visit.current", NULL);
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct visit *)state)->plans);
}

/* To the pre-check before the first trial, else to the trials. */
static void go_on(struct view *v, int64_t id, bool begun)
{
	char arg[24];

	snprintf(arg, sizeof(arg), "%lld", (long long)id);
	view_replace(v, begun ? "trial" : "precheck", arg);
}

/* Return true if something was measured, or is, in a visit of stance.visit-plan/1. */
static bool has_trials(const json_t *plan)
{
	const json_t *steps = json_object_get(json_object_get(plan, "plan"), "steps");

	for (size_t i = 0; i < json_array_size(steps); i++)
		if (clinic_int(json_array_get(steps, i), "done") > 0)
			return true;
	return json_is_object(json_object_get(plan, "last_trial")) ||
	       json_is_object(json_object_get(plan, "running")) ||
	       json_is_integer(json_object_get(plan, "running"));
}

static void begin(struct view *v, struct visit *s, const char *key)
{
	char code[VIEW_ARG_BYTES];

	clinic_code_of(view_arg(v), code, sizeof(code));
	s->starting = true;
	if (s->open)
		view_ask(v, SET, "visit.set_plan",
			json_pack(
				"{s:I, s:s}", "id", (json_int_t)s->open, "plan", key));
	else
		view_ask(v, START, "visit.start",
			json_pack("{s:s, s:s}", "patient", code, "plan", key));
}

/* What waits on the worklist with a plan begins without a question. */
static void take_current(struct view *v, struct visit *s, const json_t *current)
{
	char code[VIEW_ARG_BYTES], plan[VIEW_ARG_BYTES];
	bool same;

	clinic_code_of(view_arg(v), code, sizeof(code));
	clinic_plan_of(view_arg(v), plan, sizeof(plan));
	same = strcmp(clinic_text(current, "patient"), code) == 0 && code[0] != '\0';
	if (same && json_is_object(json_object_get(current, "plan"))) {
		go_on(v, clinic_int(current, "visit"), has_trials(current));
		return;
	}
	s->open = same ? clinic_int(current, "visit") : 0;
	if (plan[0] != '\0')
		begin(v, s, plan);
	else
		view_ask(v, PLANS, "visit.plans", NULL);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct visit *s = state;

	s->starting = false;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0) {
		if (tag == START && !s->plans) /* let them choose another */
			view_ask(v, PLANS, "visit.plans", NULL);
		return;
	}
	if (tag == CURRENT)
		take_current(v, s, a->result);
	else if (tag == PLANS) {
		json_decref(s->plans);
		s->plans = json_deep_copy(json_object_get(a->result, "plans"));
	} else
		go_on(v, clinic_int(a->result, tag == SET ? "visit" : "id"), false);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct visit *s = state;
	const json_t *plan = json_array_get(s->plans, (size_t)(id - PLAN_0));
	const char *key = clinic_text(plan, "key");

	if (id == PAGES)
		list_act(&s->pages, index);
	if (id < PLAN_0 || key[0] == '\0' || s->starting)
		return;
	begin(v, s, key);
}

static const char *what_of(const char *key)
{
	return strcmp(key, "quick") == 0      ? _("Weight distribution, eyes open.")
	       : strcmp(key, "standard") == 0 ? _("Eyes open, eyes closed, weight "
						  "bearing at three knee bends.")
	       : strcmp(key, "full") == 0     ? _("Standard, and foam, limits of "
						      "stability, blocks, seat, stepping.")
					      : "";
}

/* What a tile says, and how. */
struct tile {
	const json_t *plan;
	const char *title, *what;
	char minutes[40];
	struct draw_style bold, body, small;
	int title_h, minutes_w;
	bool is_one_line; /* title and minutes */
};

/* In a tile that is `w` wide inside. */
static struct tile tile_of(struct view *v, int w, const json_t *plan)
{
	struct parts_type t = frame_type(v);
	const char *key = clinic_text(plan, "key");
	struct tile tile = { .plan = plan,
		.title = clinic_plan_name(key, clinic_text(plan, "title")),
		.what = what_of(key),
		.bold = parts_bold(&t, t.value),
		.body = parts_bold(&t, t.body),
		.small = parts_regular(&t, t.caption) };
	struct draw_metrics m = draw_measure(&v->ui.list, &tile.bold, tile.title);

	if (m.w > w) {
		tile.bold = tile.body;
		m = draw_measure(&v->ui.list, &tile.bold, tile.title);
	}
	snprintf(tile.minutes, sizeof(tile.minutes), _("%d min"),
		(int)clinic_number(plan, "minutes"));
	tile.minutes_w = draw_measure(&v->ui.list, &tile.body, tile.minutes).w;
	tile.title_h = m.h;
	tile.is_one_line = m.w + tile.minutes_w + t.gap <= w;
	return tile;
}

/* What stands around the inside of a tile, left and right or above and below, as controls.h draws it. */
static int tile_frame(const struct parts_type *t)
{
	return 2 * (t->gap + 1);
}

/* The height in which all of a tile that is `w` wide is seen at once. */
static int tile_height(struct view *v, int w, const json_t *plan)
{
	struct parts_type t = frame_type(v);
	struct tile tile = tile_of(v, w - tile_frame(&t), plan);

	return tile_frame(&t) + tile.title_h + (tile.is_one_line ? 0 : t.body * 4 / 3) +
	       draw_wrapped_height(
		       &v->ui.list, &tile.small, w - tile_frame(&t), tile.what, NULL);
}

static void plan_draw(struct view *v, struct rect r, int i, const json_t *plan)
{
	struct parts_type t = frame_type(v);
	static const char *const names[MAX_PLANS] = { "plan-0", "plan-1", "plan-2" };
	const struct control_card card = { PLAN_0 + i, names[i], NULL, true, false };
	struct draw_list *list = &v->ui.list;
	struct tile tile;
	struct rect row;

	r = control_card_draw(&v->ui, &t, r, &card);
	tile = tile_of(v, r.w, plan);
	row = rect_cut_top(&r, tile.title_h);
	if (tile.is_one_line)
		draw_text(list, &tile.body, rect_cut_right(&row, tile.minutes_w),
			DRAW_RIGHT, THEME_TEXT, tile.minutes);
	draw_text(list, &tile.bold, row, DRAW_LEFT, THEME_TEXT, tile.title);
	if (!tile.is_one_line)
		draw_text(list, &tile.body, rect_cut_top(&r, t.body * 4 / 3), DRAW_LEFT,
			THEME_TEXT, tile.minutes);
	frame_read(v, &r, &tile.small, 1, THEME_MUTED, tile.what);
}

/* The most of `n` tiles of which all is seen, one above the other. */
static int n_above(
	struct view *v, const struct visit *s, int n, struct rect r, int most)
{
	struct parts_type t = frame_type(v);
	int height = 1;

	for (int i = 0; i < n; i++) {
		int h = tile_height(v, r.w, json_array_get(s->plans, (size_t)i));

		height = h > height ? h : height;
	}
	n = (r.h + t.gap) / (height + t.gap);
	return n < 1 ? 1 : n > most ? most : n;
}

/* Whether all have room side by side, each in `w`, with all that they say. */
static bool are_beside(
	struct view *v, const struct visit *s, int n, int w, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct draw_style body = parts_bold(&t, t.body);

	for (int i = 0; i < n; i++) {
		const json_t *plan = json_array_get(s->plans, (size_t)i);
		const char *name = clinic_plan_name(
			clinic_text(plan, "key"), clinic_text(plan, "title"));
		if (draw_measure(&v->ui.list, &body, name).w + 4 * t.gap > w ||
			tile_height(v, w, plan) > r.h)
			return false;
	}
	return r.w > r.h;
}

/* It is on another page. */
static void tile_is_elsewhere(struct view *v, int w, const json_t *plan)
{
	struct tile tile = tile_of(v, w, plan);

	draw_elsewhere(&v->ui.list, tile.title);
	draw_elsewhere(&v->ui.list, tile.minutes);
	draw_elsewhere(&v->ui.list, tile.what);
}

static void tiles_draw(struct view *v, struct visit *s, int n, struct rect r)
{
	struct parts_type t = frame_type(v);
	bool beside = are_beside(v, s, n, (r.w - (n - 1) * t.gap) / n, r);
	int shown = beside ? n : n_above(v, s, n, r, n), size;
	struct rect pager;

	s->pages.n_rows = n;
	s->pages.per_page = shown;
	if (shown < n) {
		pager = rect_cut_right(&r, list_pager_width(&v->ui, &t, r.w, r.h));
		rect_cut_right(&r, t.gap);
		s->pages.per_page = shown = n_above(v, s, n, r, shown);
		list_pager_draw(&v->ui, &t, pager, PAGES, "plans", &s->pages);
	}
	size = ((beside ? r.w : r.h) - (shown - 1) * t.gap) / shown;
	for (int i = 0; i < n; i++) {
		const json_t *plan = json_array_get(s->plans, (size_t)i);

		if (i < s->pages.first || i >= s->pages.first + shown) {
			tile_is_elsewhere(v, r.w, plan);
			continue;
		}
		plan_draw(v, beside ? rect_cut_left(&r, size) : rect_cut_top(&r, size),
			i, plan);
		if (beside)
			rect_cut_left(&r, t.gap);
		else
			rect_cut_top(&r, t.gap);
	}
}

static void draw(struct view *v, void *state)
{
	struct visit *s = state;
	struct rect r = frame_begin(v, _("Which visit?"));
	int n = (int)json_array_size(s->plans);

	n = n > MAX_PLANS ? MAX_PLANS : n;
	if (s->message[0] != '\0' || n == 0)
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
	else
		tiles_draw(v, s, n, r);
}

const struct screen screen_visit = {
	.name = "visit",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct visit),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
