/* Which visit: quick, standard or full, with what each takes. An open visit of the patient goes on
 * where it was, without a question. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

enum { CURRENT = 1, PLANS, START, SET, PLAN_0 };

#define MAX_PLANS 3

struct visit {
	json_t *plans;
	int64_t open; /* a visit of this patient that has no plan yet; 0 none */
	bool asked, starting;
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

	(void)index;
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

static void plan_draw(struct view *v, struct rect r, int i, const json_t *plan)
{
	struct parts_type t = frame_type(v);
	struct draw_style bold = parts_bold(&t, t.value), body = parts_bold(&t, t.body);
	struct draw_style small = parts_regular(&t, t.caption);
	const char *key = clinic_text(plan, "key");
	static const char *const names[MAX_PLANS] = { "plan-0", "plan-1", "plan-2" };
	const struct control_card card = { PLAN_0 + i, names[i], NULL, true, false };
	const char *title = clinic_plan_name(key, clinic_text(plan, "title"));
	int h, widest;
	char minutes[40];

	r = control_card_draw(&v->ui, &t, r, &card);
	if (draw_measure(&v->ui.list, &bold, title).w > r.w)
		bold = body;
	h = draw_measure(&v->ui.list, &bold, title).h;
	snprintf(minutes, sizeof(minutes), _("%d min"),
		(int)clinic_number(plan, "minutes"));
	widest = draw_measure(&v->ui.list, &body, minutes).w;
	if (draw_measure(&v->ui.list, &bold, title).w + widest + t.gap <= r.w) {
		struct rect row = rect_cut_top(&r, h);
		draw_text(&v->ui.list, &body, rect_cut_right(&row, widest), DRAW_RIGHT,
			THEME_TEXT, minutes);
		draw_text(&v->ui.list, &bold, row, DRAW_LEFT, THEME_TEXT, title);
	} else {
		draw_text(&v->ui.list, &bold, rect_cut_top(&r, h), DRAW_LEFT,
			THEME_TEXT, title);
		if (r.h >= t.body * 4 / 3 && widest <= r.w)
			draw_text(&v->ui.list, &body, rect_cut_top(&r, t.body * 4 / 3),
				DRAW_LEFT, THEME_TEXT, minutes);
	}
	frame_read(v, &r, &small, 1, THEME_MUTED, what_of(key));
}

/* Return true if all have room side by side, each in `w`. */
static bool names_fit(struct view *v, const json_t *plans, int w)
{
	struct parts_type t = frame_type(v);
	struct draw_style body = parts_bold(&t, t.body);

	for (size_t i = 0; i < json_array_size(plans); i++) {
		const json_t *plan = json_array_get(plans, i);
		const char *name = clinic_plan_name(
			clinic_text(plan, "key"), clinic_text(plan, "title"));
		if (draw_measure(&v->ui.list, &body, name).w + 4 * t.gap > w)
			return false;
	}
	return true;
}

static void draw(struct view *v, void *state)
{
	struct visit *s = state;
	struct parts_type t = frame_type(v);
	struct rect r = frame_begin(v, _("Which visit?"));
	int n = (int)json_array_size(s->plans), size;
	bool side = r.w > r.h && names_fit(v, s->plans, r.w / MAX_PLANS);

	n = n > MAX_PLANS ? MAX_PLANS : n;
	if (s->message[0] != '\0' || n == 0) {
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
		return;
	}
	size = ((side ? r.w : r.h) - (n - 1) * t.gap) / n;
	for (int i = 0; i < n; i++) {
		plan_draw(v, side ? rect_cut_left(&r, size) : rect_cut_top(&r, size), i,
			json_array_get(s->plans, (size_t)i));
		if (side)
			rect_cut_left(&r, t.gap);
		else
			rect_cut_top(&r, t.gap);
	}
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
