/* The trials of a visit, one after the other: what is next with one wide START; while it runs the mat,
 * the shares, the sway, how good it is and the time left, with MARK and REPEAT; after it, how good it was:
 * going on keeps it, which is one tap a trial. A clicker starts and stops. Without a visit: single
 * trials of nobody. */
#include "ui/screens/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/app/said.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

/* What is asked for, beside the widgets' own. */
enum { PLAN = TRIAL_N_WIDGETS, STATUS, KEPT };

const char *const trial_reasons[TRIAL_N_REASONS] = { N_("moved or spoke"),
	N_("wrong stance"), N_("held on"), N_("felt unwell") };

int64_t trial_visit(const struct view *v)
{
	return strtoll(view_arg(v), NULL, 10);
}

static int enter(struct view *v, void *state)
{
	((struct trial *)state)->at_once = strstr(view_arg(v), " start") != NULL;
	return 0;
}

static void ask_plan(struct view *v)
{
	if (trial_visit(v) > 0)
		view_ask(v, PLAN, "visit.plan",
			json_pack("{s:I}", "id", (json_int_t)trial_visit(v)));
}

static void load(struct view *v, void *state)
{
	((struct trial *)state)->busy = false;
	ask_plan(v);
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

/* --- what is known --------------------------------------------------------------------------- */

static bool is_in(const struct trial *s, const char *const *words)
{
	const char *state = clinic_text(s->progress, "state");

	while (*words && strcmp(state, *words) != 0)
		words++;
	return *words != NULL;
}

bool trial_is_running(const struct trial *s)
{
	static const char *const words[] = { "waiting", "settling", "measuring",
		"storing", NULL };

	return is_in(s, words);
}

bool trial_is_measuring(const struct trial *s)
{
	static const char *const words[] = { "measuring", NULL };

	return is_in(s, words);
}

const json_t *trial_next(const struct trial *s)
{
	const json_t *next = json_object_get(s->plan, "next");

	return json_is_object(next) ? next : NULL;
}

bool trial_is_over(const struct view *v, const struct trial *s)
{
	return trial_visit(v) > 0 && s->plan &&
	       !json_is_integer(json_object_get(trial_next(s), "step"));
}

bool trial_is_practice(const json_t *document)
{
	return json_is_true(json_object_get(document, "practice"));
}

/* What was stored while this looked on; else what the visit still waits for, after a restart. */
const json_t *trial_reviewed(const struct trial *s)
{
	const json_t *waits = json_object_get(s->plan, "last_trial");

	if (trial_is_running(s) || trial_is_practice(s->last))
		return NULL;
	if (s->last)
		return strcmp(clinic_text(s->last, "state"), "stored") == 0 ? s->last
									    : NULL;
	return json_is_object(waits) && json_is_null(json_object_get(waits, "decision"))
		       ? waits
		       : NULL;
}

static void take(json_t **place, const json_t *document)
{
	json_t *copy = json_deep_copy(document);

	json_decref(*place);
	*place = copy;
}

static void forget_last(struct trial *s)
{
	json_decref(s->last);
	s->last = NULL;
}

/* A trial ended while this was looking, or is told as the last one. */
static void take_progress(struct view *v, struct trial *s, const json_t *document)
{
	const char *state = clinic_text(document, "state");
	bool was = trial_is_running(s), measured = trial_is_measuring(s);

	take(&s->progress, document);
	if (trial_is_measuring(s) && !measured)
		scatter_begin(&s->scatter, v->app->model.sample.t_ns);
	if (trial_is_running(s))
		s->repeating = false;
	if (strcmp(state, "stored") != 0 && strcmp(state, "timeout") != 0 &&
		strcmp(state, "failed") != 0)
		return;
	if (!s->repeating)
		take(&s->last, document);
	s->busy = s->repeating;
	if (was)
		ask_plan(v);
}

/* Why a press of the station's button did nothing: once, when it comes up. */
static void take_panel(struct view *v, struct trial *s, const json_t *status)
{
	const char *why = clinic_text(json_object_get(status, "gpio"), "told");
	bool is_news = s->knows_panel && strcmp(s->panel, why) != 0;

	s->knows_panel = true;
	snprintf(s->panel, sizeof(s->panel), "%s", why);
	if (!is_news || why[0] == '\0')
		return;
	snprintf(s->message, sizeof(s->message), "%s", said_text(why));
	s->refused_ns = v->ui.now_ns;
	v->dirty = true;
}

static void told(
	struct view *v, void *state, const char *stream, const json_t *document)
{
	if (strcmp(stream, "trial") == 0)
		take_progress(v, state, document);
	else if (strcmp(stream, "status") == 0)
		take_panel(v, state, document);
}

static void tick(struct view *v, void *state)
{
	struct trial *s = state;

	if (trial_is_measuring(s))
		scatter_follow(&s->scatter, &v->app->model.trail);
}

/* --- acting ---------------------------------------------------------------------------------- */

/* Going on keeps what was good enough. What was not needs no word: the visit repeats it anyway. */
static void keep_last(struct view *v, struct trial *s)
{
	const json_t *last = trial_reviewed(s);
	const char *verdict = clinic_text(last, "verdict");

	if (last && (strcmp(verdict, "good") == 0 || strcmp(verdict, "check") == 0))
		view_ask(v, KEPT, "trial.review",
			json_pack("{s:I, s:s}", "id",
				(json_int_t)clinic_int(last, "id"), "decision",
				"keep"));
	forget_last(s);
}

/* Of nobody: what is worn was given with this screen, or nobody said so. */
static json_t *start_anonymous(const struct view *v)
{
	int worn = clinic_footwear_of(view_arg(v));

	return worn < 0 ? json_pack("{s:s}", "protocol", "quiet-eo")
			: json_pack("{s:s, s:{s:s}}", "protocol", "quiet-eo",
				  "condition", "footwear", clinic_footwear(worn));
}

static void start(struct view *v, struct trial *s)
{
	json_t *params =
		trial_visit(v) > 0
			? json_deep_copy(json_object_get(trial_next(s), "start"))
			: start_anonymous(v);

	if (!params)
		return;
	keep_last(v, s);
	s->busy = true;
	view_ask(v, TRIAL_START, "trial.start", params);
}

/* Once both are known: what is next, and that nothing runs. */
static void start_at_once(struct view *v, struct trial *s)
{
	if (!s->at_once || !s->progress || (trial_visit(v) > 0 && !s->plan))
		return;
	s->at_once = false;
	if (!trial_is_running(s))
		start(v, s);
}

static void repeat(struct view *v, struct trial *s)
{
	const json_t *last = trial_reviewed(s);
	const json_t *id =
		json_object_get(trial_is_running(s) ? s->progress : last, "id");

	if (!json_is_integer(id))
		return;
	s->busy = s->repeating = true;
	forget_last(s);
	view_ask(v, TRIAL_REPEAT, "trial.repeat",
		json_pack("{s:I}", "id", json_integer_value(id)));
}

static void discard(struct view *v, struct trial *s, int reason)
{
	const json_t *last = trial_reviewed(s);

	if (!last || reason < 0 || reason >= TRIAL_N_REASONS)
		return;
	s->choosing = false;
	s->busy = true;
	view_ask(v, TRIAL_DISCARD, "trial.review",
		json_pack("{s:I, s:s, s:s}", "id", (json_int_t)clinic_int(last, "id"),
			"decision", "discard", "reason", trial_reasons[reason]));
}

static void act(struct view *v, void *state, int id, int index)
{
	struct trial *s = state;
	int worn = clinic_footwear_of(view_arg(v));
	char visit[40];

	if (id == TRIAL_DISCARD || id == TRIAL_KEEP)
		s->choosing = id == TRIAL_DISCARD && trial_reviewed(s);
	if (id == TRIAL_MARK)
		view_ask(v, TRIAL_MARK, "trial.mark", NULL);
	if (s->busy)
		return;
	snprintf(visit, sizeof(visit), "%lld%s%s", (long long)trial_visit(v),
		worn < 0 ? "" : " ", worn < 0 ? "" : clinic_footwear(worn));
	if (id == TRIAL_CHECK)
		view_replace(v, "precheck", visit);
	else if (id == TRIAL_START)
		start(v, s);
	else if (id == TRIAL_REPEAT)
		repeat(v, s);
	else if (id == TRIAL_REASON)
		discard(v, s, index);
	else if (id == TRIAL_PAGES)
		list_act(&s->pages, index);
	else if (id == TRIAL_REASONS)
		discard(v, s, list_act(&s->reasons, index));
	else if (id == TRIAL_STOP) {
		s->busy = true;
		view_ask(v, TRIAL_STOP,
			trial_is_measuring(s) ? "trial.stop" : "trial.abort", NULL);
	} else if (id == TRIAL_FINISH) {
		keep_last(v, s);
		s->busy = true;
		view_ask(v, TRIAL_FINISH, "visit.close",
			json_pack("{s:I}", "id", (json_int_t)trial_visit(v)));
	}
}

/* M marks, as a key that needs no focus. */
static bool event(struct view *v, void *state, const struct input_event *e)
{
	if (e->kind != INPUT_KEY_DOWN || e->key != 'm' || !trial_is_running(state))
		return false;
	act(v, state, TRIAL_MARK, 0);
	return true;
}

/* --- answers --------------------------------------------------------------------------------- */

static void say_mark(struct view *v, struct trial *s, const json_t *mark)
{
	char seconds[24];

	i18n_number(seconds, sizeof(seconds), clinic_number(mark, "t_s"), 1);
	snprintf(s->said, sizeof(s->said), _("Mark %1$d at %2$s s"),
		(int)clinic_int(mark, "n"), seconds);
	s->said_ns = v->ui.now_ns;
}

/* The visit is over: what it found takes this screen's place. */
static void show_results(struct view *v)
{
	char what[40];

	snprintf(what, sizeof(what), "visit %lld", (long long)trial_visit(v));
	view_replace(v, "results", what);
}

static void take_answer(struct view *v, struct trial *s, int tag, const json_t *result)
{
	switch (tag) {
	case PLAN:
		take(&s->plan, result);
		break;
	case STATUS:
	case TRIAL_START:
	case TRIAL_REPEAT:
		take_progress(v, s, result);
		break;
	case TRIAL_MARK:
		say_mark(v, s, result);
		break;
	case TRIAL_FINISH:
		show_results(v);
		break;
	case TRIAL_DISCARD:
		forget_last(s);
		ask_plan(v);
		break;
	default:
		break;
	}
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct trial *s = state;

	if (tag != PLAN && tag != STATUS && tag != TRIAL_MARK && tag != KEPT)
		s->busy = false;
	if (tag == TRIAL_REPEAT)
		s->repeating = false;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	s->refused_ns = v->ui.now_ns;
	if (a->code != 0)
		return;
	take_answer(v, s, tag, a->result);
	if (tag == PLAN || tag == STATUS)
		start_at_once(v, s);
}

static void draw(struct view *v, void *state)
{
	trial_draw(v, state);
}

const struct screen screen_trial = {
	.name = "trial",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct trial),
	.enter = enter,
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.told = told,
	.tick = tick,
	.draw = draw,
};
