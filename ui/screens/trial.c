/* The trials of a visit, one after the other: what is next with one wide START; while it runs the mat,
 * the shares, what to tell the person and the time left; after it, how good it was and the next
 * one. One tap a trial; a clicker starts and stops. Without a visit: a single trial of nobody.
 * The daemon runs the trial and keeps it: leaving this screen, or its end, changes nothing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/app/mat_words.h"
#include "ui/core/controls.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/clinic_mat.h"
#include "ui/screens/screens.h"

enum { PLAN = 1, STATUS, START, STOP, DISCARD, REASON, KEEP, FINISH, VOID };

static const char *const start_texts[] = { N_("START"), NULL };
static const char *const stop_texts[] = { N_("STOP"), NULL };
static const char *const cancel_texts[] = { N_("Break off"), NULL };
static const char *const discard_texts[] = { N_("Discard the last"), N_("Discard"),
	NULL };
static const char *const keep_texts[] = { N_("Keep it"), NULL };
static const char *const finish_texts[] = { N_("Finish the visit"), N_("Finish"),
	NULL };
/* Stored as they are here: the audit log is in English. */
static const char *const reasons[] = { N_("moved or spoke"), N_("wrong stance"),
	N_("held on"), N_("felt unwell") };
#define N_REASONS 4

struct trial {
	json_t *plan;     /* stance.visit-plan/1 */
	json_t *progress; /* stance.trial-progress/1, the newest */
	json_t *last; /* how the one before ended; NULL if none was seen or it was discarded */
	bool choosing; /* a reason to discard */
	bool busy;     /* a start or stop is on its way */
	bool at_once;  /* the pre-check's START was pressed: no need for another */
	char message[200];
};

static int64_t visit_of(const struct view *v)
{
	return strtoll(view_arg(v), NULL, 10);
}

static int enter(struct view *v, void *state)
{
	((struct trial *)state)->at_once = strstr(view_arg(v), " start") != NULL;
	return 0;
}

static void load(struct view *v, void *state)
{
	struct trial *s = state;

	s->busy = false;
	if (visit_of(v) > 0)
		view_ask(v, PLAN, "visit.plan",
			json_pack("{s:I}", "id", (json_int_t)visit_of(v)));
	view_ask(v, STATUS, "trial.status", NULL);
}

static void leave(struct view *v, void *state)
{
	struct trial *s = state;

	(void)v;
	json_decref(s->plan);
	json_decref(s->progress);
	json_decref(s->last);
}

static bool is_running(const struct trial *s)
{
	static const char *const words[] = { "waiting", "settling", "measuring",
		"storing" };
	const char *state = clinic_text(s->progress, "state");

	for (int i = 0; i < 4; i++)
		if (strcmp(state, words[i]) == 0)
			return true;
	return false;
}

static void keep(json_t **place, const json_t *document)
{
	json_t *copy = json_deep_copy(document);

	json_decref(*place);
	*place = copy;
}

/* A trial ended while this was looking, or is told as the last one. */
static void take_progress(struct view *v, struct trial *s, const json_t *document)
{
	const char *state = clinic_text(document, "state");
	bool was = is_running(s);

	keep(&s->progress, document);
	if (strcmp(state, "stored") != 0 && strcmp(state, "timeout") != 0 &&
		strcmp(state, "failed") != 0)
		return;
	keep(&s->last, document);
	s->busy = false;
	if (was && visit_of(v) > 0)
		view_ask(v, PLAN, "visit.plan",
			json_pack("{s:I}", "id", (json_int_t)visit_of(v)));
}

static void told(
	struct view *v, void *state, const char *stream, const json_t *document)
{
	if (strcmp(stream, "trial") == 0)
		take_progress(v, state, document);
}

/* --- acting ---------------------------------------------------------------------------------- */

static const json_t *next_of(const struct trial *s)
{
	const json_t *next = json_object_get(s->plan, "next");

	return json_is_object(next) ? next : NULL;
}

static void start(struct view *v, struct trial *s)
{
	json_t *params = visit_of(v) > 0
				 ? json_deep_copy(json_object_get(next_of(s), "start"))
				 : json_pack("{s:s}", "protocol", "quiet-eo");

	if (!params || s->busy)
		return;
	s->busy = true;
	json_decref(s->last);
	s->last = NULL;
	view_ask(v, START, "trial.start", params);
}

/* Once both are known: what is next, and that nothing runs. */
static void start_at_once(struct view *v, struct trial *s)
{
	if (!s->at_once || !s->progress || (visit_of(v) > 0 && !s->plan))
		return;
	s->at_once = false;
	if (!is_running(s))
		start(v, s);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct trial *s = state;

	if (tag == START || tag == STOP || tag == VOID || tag == FINISH)
		s->busy = false;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0)
		return;
	if (tag == PLAN)
		keep(&s->plan, a->result);
	else if (tag == STATUS || tag == START)
		take_progress(v, s, a->result);
	if (tag == PLAN || tag == STATUS)
		start_at_once(v, s);
	if (tag == FINISH)
		view_back(v);
	else if (tag == VOID) {
		json_decref(s->last);
		s->last = NULL;
		load(v, s);
	}
}

static bool can_discard(const struct trial *s)
{
	return s->last && strcmp(clinic_text(s->last, "state"), "stored") == 0;
}

static void act(struct view *v, void *state, int id, int index)
{
	struct trial *s = state;
	bool measuring = strcmp(clinic_text(s->progress, "state"), "measuring") == 0;

	if (id == START)
		start(v, s);
	else if (id == STOP && !s->busy) {
		s->busy = true;
		view_ask(v, STOP, measuring ? "trial.stop" : "trial.abort", NULL);
	} else if (id == FINISH && !s->busy) {
		s->busy = true;
		view_ask(v, FINISH, "visit.close",
			json_pack("{s:I}", "id", (json_int_t)visit_of(v)));
	} else if (id == DISCARD || id == KEEP)
		s->choosing = id == DISCARD && can_discard(s);
	else if (id == REASON && can_discard(s) && index >= 0 && index < N_REASONS) {
		s->choosing = false;
		s->busy = true;
		view_ask(v, VOID, "trial.void",
			json_pack("{s:I, s:s}", "id",
				(json_int_t)clinic_int(s->last, "id"), "reason",
				reasons[index]));
	}
}

/* --- drawing --------------------------------------------------------------------------------- */

/* A paragraph in the largest of two types that has room; what has none is left out. */
static void say(
	struct view *v, struct rect *r, const char *text, bool large, uint32_t color)
{
	struct parts_type t = frame_type(v);
	struct draw_style styles[2] = { parts_bold(&t, t.body),
		parts_regular(&t, t.caption) };

	for (int i = large ? 0 : 1; i < 2 && text[0] != '\0'; i++) {
		int widest, h = draw_wrapped_height(
				    &v->ui.list, &styles[i], r->w, text, &widest);
		if (h > r->h || widest > r->w)
			continue;
		draw_wrapped(&v->ui.list, &styles[i], rect_cut_top(r, h), DRAW_LEFT,
			color, text);
		rect_cut_top(r, t.gap);
		return;
	}
}

static void shares_draw(struct view *v, struct rect *r)
{
	struct parts_type t = frame_type(v);
	struct draw_style bold = parts_bold(&t, t.body);
	struct rect row;
	char left[24], right[24];
	bool known = v->state == MODEL_LIVE && !isnan(v->shown.left_pct);

	parts_settle(&v->shown.left_pct, 100 * v->app->model.numbers.left_frac, 1);
	if (r->h < t.body * 4 / 3 || !known)
		return;
	row = rect_cut_top(r, t.body * 4 / 3);
	snprintf(left, sizeof(left), "%s %.0f %%", C_("left foot", "L"),
		v->shown.left_pct);
	snprintf(right, sizeof(right), "%.0f %% %s", 100 - v->shown.left_pct,
		C_("right foot", "R"));
	if (draw_measure(&v->ui.list, &bold, left).w +
			draw_measure(&v->ui.list, &bold, right).w + t.gap >
		row.w)
		return;
	draw_keep_begin(&v->ui.list, row);
	draw_text(&v->ui.list, &bold, row, DRAW_LEFT, THEME_LEFT, left);
	draw_text(&v->ui.list, &bold, row, DRAW_RIGHT, THEME_RIGHT, right);
	draw_keep_end(&v->ui.list);
	rect_cut_top(r, t.gap);
}

static const char *state_words(const char *state)
{
	return strcmp(state, "waiting") == 0     ? _("Waiting for the person")
	       : strcmp(state, "settling") == 0  ? _("Settling")
	       : strcmp(state, "measuring") == 0 ? _("Measuring")
						 : _("Storing");
}

static void running_draw(struct view *v, struct trial *s, struct rect r)
{
	const json_t *p = s->progress, *quality = json_object_get(p, "quality");
	const json_t *why = json_array_get(json_object_get(quality, "reasons"), 0);
	struct parts_type t = frame_type(v);
	double left_s = clinic_number(p, "remaining_s");
	double done = clinic_number(p, "done_frac");
	char seconds[24] = "";
	struct rect ring = rect_cut_bottom(&r, r.h * 2 / 5);

	if (!isnan(left_s))
		snprintf(seconds, sizeof(seconds), "%.0f", ceil(left_s));
	control_ring_draw(&v->ui, &t, ring, done, THEME_ACTION, seconds);
	say(v, &r, state_words(clinic_text(p, "state")), true, THEME_TEXT);
	shares_draw(v, &r);
	say(v, &r, clinic_text(p, "instruction"), false, THEME_TEXT);
	if (why && json_string_value(why))
		say(v, &r, json_string_value(why), false, THEME_CAUTION);
}

static void last_draw(struct view *v, const struct trial *s, struct rect *r)
{
	const json_t *why = json_array_get(json_object_get(s->last, "reasons"), 0);
	const char *verdict = clinic_text(s->last, "verdict");
	const char *state = clinic_text(s->last, "state");
	bool good = strcmp(verdict, "good") == 0;
	struct parts_type t = frame_type(v);
	char text[400];
	int h;

	snprintf(text, sizeof(text), "%s %s",
		strcmp(state, "timeout") == 0
			? _("Nobody stood on the mat: nothing is kept.")
		: strcmp(state, "failed") == 0     ? _("It could not be stored.")
		: good                             ? _("Good: it is kept.")
		: strcmp(verdict, "check") == 0    ? _("Kept; look at it.")
		: strcmp(verdict, "unusable") == 0 ? _("Not usable: it is repeated.")
						   : _("Broken off: it is repeated."),
		why && json_string_value(why) ? json_string_value(why) : "");
	h = parts_notice_height(&v->ui, &t, r->w, text);
	if (h > r->h)
		return;
	parts_notice_draw(&v->ui, &t, rect_cut_top(r, h),
		good ? PARTS_GOOD : PARTS_CAUTION, text);
	rect_cut_top(r, t.gap);
}

static void next_draw(struct view *v, struct trial *s, struct rect r)
{
	const json_t *next = next_of(s);
	char text[160];

	if (s->message[0] != '\0')
		say(v, &r, s->message, false, THEME_CAUTION);
	if (s->last)
		last_draw(v, s, &r);
	if (next) {
		snprintf(text, sizeof(text), _("%s: trial %d of %d"),
			clinic_text(next, "title"), (int)clinic_int(next, "trial_n"),
			(int)clinic_int(next, "of"));
		say(v, &r, text, true, THEME_TEXT);
		if (json_is_true(json_object_get(next, "supervise")))
			say(v, &r, _("Stand beside the person."), false, THEME_CAUTION);
		say(v, &r, clinic_text(next, "instruction"), false, THEME_TEXT);
		say(v, &r, clinic_text(next, "reason"), false, THEME_MUTED);
	} else if (visit_of(v) > 0 && s->plan) {
		say(v, &r, _("All is measured."), true, THEME_TEXT);
	} else if (visit_of(v) == 0) {
		say(v, &r, _("Quiet standing, eyes open"), true, THEME_TEXT);
		say(v, &r, _("Nobody is named: it is stored without a patient."), false,
			THEME_MUTED);
	}
	shares_draw(v, &r);
}

/* As many reasons as have room, the most usual first. */
static void reasons_draw(struct view *v, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct control_choice choice = { REASON, "reason", reasons, N_REASONS, -1,
		true };
	struct rect question;
	int h;

	while ((h = control_choice_height(&v->ui, &t, r.w, &choice)) > r.h &&
		choice.n > 1)
		choice.n--;
	question = rect_cut_top(&r, r.h - h);
	say(v, &question, _("Why is it discarded?"), true, THEME_TEXT);
	if (h <= r.h)
		control_choice_draw(&v->ui, &t, r, &choice);
}

static void actions_draw(struct view *v, struct trial *s, struct rect *r)
{
	bool running = is_running(s), over = visit_of(v) > 0 && s->plan && !next_of(s);
	bool measuring = strcmp(clinic_text(s->progress, "state"), "measuring") == 0;
	bool live = model_is_live(v->state) && v->app->model.connected;
	const struct parts_button buttons[] = {
		{ .id = DISCARD,
			.name = "discard",
			.texts = discard_texts,
			.enabled = can_discard(s) && !s->busy },
		{ .id = running ? STOP
			: over  ? FINISH
				: START,
			.name = running ? "stop"
				: over  ? "finish"
					: "start",
			.texts = running ? (measuring ? stop_texts : cancel_texts)
				 : over  ? finish_texts
					 : start_texts,
			.primary = true,
			.start = !over,
			.enabled = !s->busy &&
				   (running || over ||
					   (live && (next_of(s) || visit_of(v) == 0))),
			.lit = !running && !s->busy && (over || live) },
	};
	const struct parts_button back = { .id = KEEP,
		.name = "keep",
		.texts = keep_texts,
		.primary = true,
		.enabled = true };

	if (s->choosing)
		frame_actions(v, r, &back, 1);
	else if (can_discard(s) && !running)
		frame_actions(v, r, buttons, 2);
	else
		frame_actions(v, r, &buttons[1], 1);
}

static void draw(struct view *v, void *state)
{
	struct trial *s = state;
	const char *code = clinic_text(s->plan, "patient");
	struct parts_type t = frame_type(v);
	struct rect r = frame_begin(v, code[0] != '\0' ? code : _("Measurement"));

	actions_draw(v, s, &r);
	if (s->choosing) {
		reasons_draw(v, r);
		return;
	}
	if (!model_is_live(v->state) && !is_running(s)) {
		frame_message(v, r, PARTS_CAUTION, mat_words_state(v->state),
			mat_words_remedy(&v->app->model, v->state));
		return;
	}
	clinic_mat_draw(v, r.w > r.h ? rect_cut_left(&r, r.w * 45 / 100)
				     : rect_cut_top(&r, r.h * 45 / 100));
	if (r.w > r.h)
		rect_cut_left(&r, t.margin);
	rect_cut_left(&r, t.gap);
	rect_cut_top(&r, t.gap);
	if (is_running(s))
		running_draw(v, s, r);
	else
		next_draw(v, s, r);
}

const struct screen screen_trial = {
	.name = "trial",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct trial),
	.enter = enter,
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.told = told,
	.draw = draw,
};
