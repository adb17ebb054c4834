/* calibrate.h: its course. The daemon keeps the draft after each step; what is on the screen can always be
 * left, and gone on with. */
#include "ui/screens/calibrate.h"

#include <math.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/say_sentence.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

/* A staircase of sixteen loads, each waited for 13 s at most; longer than two minutes of creep. */
#define STEP_NS (240 * CLOCK_NS_PER_S)
#define FIT_NS  (60 * CLOCK_NS_PER_S)

/* --- asking ---------------------------------------------------------------------------------- */

static void load(struct view *v, void *state)
{
	(void)state;
	view_ask(v, CALIBRATE_STATUS, "calibrate.status", NULL);
}

static void ask(struct view *v, struct calibrate *s, int tag, const char *method,
	json_t *params)
{
	s->asked = true;
	s->said[0] = '\0';
	view_ask_within(v, tag, method, params, FIT_NS);
}

static void set_number(json_t *params, const char *key, double value)
{
	if (isfinite(value))
		json_object_set_new(params, key, json_real(value));
}

static void begin_step(struct view *v, struct calibrate *s)
{
	const struct agenda_step *step = calibrate_step(s, NULL);
	json_t *params = json_object();
	char method[32];

	if (!step)
		return;
	set_number(params, "mass_kg", step->mass_kg);
	set_number(params, "x_mm", step->x_mm);
	set_number(params, "y_mm", step->y_mm);
	if (step->kind == AGENDA_ROLL)
		json_object_set_new(params, "passes", json_integer(AGENDA_SWEEPS));
	if (step->kind == AGENDA_STAIRCASE) {
		json_t *masses = json_array();
		for (int i = 0; i < s->tools.n_stairs; i++)
			json_array_append_new(masses, json_real(s->tools.stairs_kg[i]));
		json_object_set_new(params, "masses_kg", masses);
	}
	snprintf(method, sizeof(method), "calibrate.%s", agenda_word(step->kind));
	json_decref(s->progress);
	s->progress = NULL;
	s->asked = s->running = true;
	s->said[0] = '\0';
	view_ask_within(v, CALIBRATE_STEP, method, params, STEP_NS);
}

/* The newest reading is left out, so that its step comes again. */
static void undo(struct view *v, struct calibrate *s)
{
	const json_t *items = json_object_get(s->draft, "items");

	for (size_t i = json_array_size(items); i-- > 0;) {
		const json_t *item = json_array_get(items, i);
		if (json_is_true(json_object_get(item, "dropped")))
			continue;
		ask(v, s, CALIBRATE_UNDO, "calibrate.drop",
			json_pack("{s:I}", "item",
				json_integer_value(json_object_get(item, "item"))));
		return;
	}
}

/* --- the course ------------------------------------------------------------------------------ */

static void tick_off(struct calibrate *s)
{
	const json_t *items = json_object_get(s->draft, "items"), *item;
	size_t i;

	for (int k = 0; k < s->agenda.n; k++)
		s->agenda.steps[k].done = false;
	json_array_foreach(
		items, i, item) for (int kind = AGENDA_ZERO; kind <= AGENDA_VERIFY;
				     kind++) if (!json_is_true(json_object_get(item,
							 "dropped")) &&
						 strcmp(clinic_text(item, "step"),
							 agenda_word(kind)) == 0)
		agenda_tick(&s->agenda, kind, clinic_number(item, "mass_kg"),
			clinic_number(item, "x_mm"), clinic_number(item, "y_mm"));
}

/* On to the fit or the judgement once no step is left. */
static void go_on(struct view *v, struct calibrate *s)
{
	if (s->phase != CALIBRATE_STEPS || calibrate_step(s, NULL))
		return;
	if (s->verifying)
		ask(v, s, CALIBRATE_JUDGE, "calibrate.judge", NULL);
	else
		s->phase = CALIBRATE_READY;
}

/* Where a draft stands that was begun before. */
static void resume(struct calibrate *s)
{
	const json_t *draft = s->draft;

	if (json_is_true(json_object_get(draft, "judged")))
		s->phase = CALIBRATE_JUDGED;
	else if (json_is_true(json_object_get(draft, "fitted")))
		s->phase = CALIBRATE_FITTED;
	else
		s->phase = CALIBRATE_TOOLS;
	s->reading = s->phase == CALIBRATE_JUDGED;
	calibrate_tools_guess(s);
}

static void keep(json_t **kept, const json_t *value)
{
	if (!json_is_object(value))
		return;
	json_decref(*kept);
	*kept = json_deep_copy(value);
}

static void take_status(struct view *v, struct calibrate *s, const json_t *status)
{
	const json_t *draft = json_object_get(status, "draft");

	json_decref(s->draft);
	s->draft = json_is_object(draft) ? json_deep_copy(draft) : NULL;
	keep(&s->report, json_object_get(draft, "report"));
	keep(&s->verification, json_object_get(draft, "verification"));
	s->was_read = true;
	tick_off(s);
	go_on(v, s);
}

static void begin_steps(struct view *v, struct calibrate *s, bool verifying)
{
	const struct status_document *status = &v->app->model.status;

	s->verifying = verifying;
	s->tools.half_x_mm = 0.5 * status->cols * status->pitch_x_mm;
	s->tools.half_y_mm = 0.5 * status->rows * status->pitch_y_mm;
	memset(s->skipped, 0, sizeof(s->skipped));
	if (verifying)
		agenda_verification(&s->agenda, &s->tools);
	else
		agenda_readings(&s->agenda, &s->tools);
	tick_off(s);
	s->phase = CALIBRATE_STEPS;
	s->said[0] = '\0';
	go_on(v, s);
}

/* --- what came ------------------------------------------------------------------------------- */

static void finished(struct view *v, struct calibrate *s, int tag, const json_t *step)
{
	bool ok = json_is_true(json_object_get(step, "ok"));
	bool noted = json_array_size(json_object_get(step, "notes")) > 0;

	calibrate_outcome(step, s->said, sizeof(s->said));
	s->sign = !ok || noted ? PARTS_CAUTION : PARTS_GOOD;
	keep(&s->report, json_object_get(step, "report"));
	keep(&s->verification, json_object_get(step, "verification"));
	if (tag == CALIBRATE_FIT && ok)
		s->phase = CALIBRATE_FITTED;
	if (tag == CALIBRATE_JUDGE && json_is_object(s->verification)) {
		s->phase = CALIBRATE_JUDGED;
		s->reading = true; /* first what it came to */
		s->test = 0;
	}
	if (tag == CALIBRATE_ACCEPT && ok)
		s->phase = CALIBRATE_DONE;
	if (tag == CALIBRATE_FORGET && ok) {
		s->phase = CALIBRATE_HOME;
		s->said[0] = '\0';
	}
	if (tag == CALIBRATE_UNDO && ok)
		s->phase = CALIBRATE_STEPS;
	load(v, s); /* what the daemon keeps now */
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct calibrate *s = state;

	if (tag == CALIBRATE_ABORT)
		return; /* the step's own answer comes */
	if (tag != CALIBRATE_STATUS)
		s->asked = s->running = false;
	if (a->code != 0) {
		calibrate_refusal(a, s->said, sizeof(s->said));
		s->sign = PARTS_CAUTION;
	} else if (tag == CALIBRATE_STATUS) {
		take_status(v, s, a->result);
	} else {
		finished(v, s, tag, a->result);
	}
}

static void told(
	struct view *v, void *state, const char *stream, const json_t *document)
{
	struct calibrate *s = state;

	if (strcmp(stream, "calibration") != 0 || !s->running)
		return;
	v->dirty = true;
	keep(&s->progress, document);
}

/* --- touched --------------------------------------------------------------------------------- */

static void primary(struct view *v, struct calibrate *s)
{
	switch (s->phase) {
	case CALIBRATE_HOME:
		resume(s);
		break;
	case CALIBRATE_TOOLS:
		begin_steps(v, s, false);
		break;
	case CALIBRATE_STEPS:
		begin_step(v, s);
		break;
	case CALIBRATE_READY:
		ask(v, s, CALIBRATE_FIT, "calibrate.fit", NULL);
		break;
	case CALIBRATE_FITTED:
		s->phase = CALIBRATE_WEIGHT;
		entry_set(&s->entry, "");
		break;
	case CALIBRATE_WEIGHT:
		break;
	case CALIBRATE_JUDGED:
		s->phase = CALIBRATE_SIGNING;
		s->typing = true;
		break;
	case CALIBRATE_SIGNING:
		ask(v, s, CALIBRATE_ACCEPT, "calibrate.accept",
			json_pack("{s:s}", "operator", s->operator.text));
		break;
	case CALIBRATE_DONE:
		view_back(v);
		break;
	}
}

static void second(struct view *v, struct calibrate *s)
{
	int i;

	if (s->phase == CALIBRATE_HOME) {
		view_go(v, "check", NULL);
	} else if (s->phase == CALIBRATE_STEPS && s->running) {
		view_ask(v, CALIBRATE_ABORT, "calibrate.abort", NULL);
	} else if (s->phase == CALIBRATE_STEPS && calibrate_step(s, &i)) {
		s->skipped[i] = true;
		s->said[0] = '\0';
		go_on(v, s);
	} else if (s->phase == CALIBRATE_FITTED) { /* without a verification */
		s->phase = CALIBRATE_SIGNING;
		s->typing = true;
	} else if (s->phase == CALIBRATE_JUDGED) {
		s->phase = CALIBRATE_WEIGHT;
		entry_set(&s->entry, "");
	} else if (s->phase == CALIBRATE_SIGNING) {
		s->typing = true;
	}
}

/* The weight to verify with was typed. */
static void weighed(struct view *v, struct calibrate *s, enum entry_result result)
{
	if (result != ENTRY_DONE || isnan(calibrate_typed_kg(s)))
		return;
	s->tools.verify_kg = calibrate_typed_kg(s);
	begin_steps(v, s, true);
}

static void test_touched(struct calibrate *s, int row)
{
	if (row == LIST_NO_ROW)
		return;
	s->test = row + 1;
	s->pages.first = 0;
}

static void act(struct view *v, void *state, int id, int index)
{
	struct calibrate *s = state;

	if (id == CALIBRATE_PAGES)
		list_act(&s->pages, index);
	else if (id == CALIBRATE_BEGIN)
		primary(v, s);
	else if (id == CALIBRATE_SECOND)
		second(v, s);
	else if (id == CALIBRATE_THIRD && s->phase == CALIBRATE_HOME)
		ask(v, s, CALIBRATE_FORGET, "calibrate.abort",
			json_pack("{s:b}", "all", 1));
	else if (id == CALIBRATE_THIRD)
		undo(v, s);
	else if (id == CALIBRATE_READ && s->test > 0)
		s->test = 0;
	else if (id == CALIBRATE_READ)
		s->reading = !s->reading;
	else if (id == CALIBRATE_FIELD)
		s->typing = true;
	else if (id == CALIBRATE_ROWS && s->phase == CALIBRATE_JUDGED)
		test_touched(s, list_act(&s->list, index));
	else if (s->phase == CALIBRATE_SIGNING && id == CALIBRATE_PAD)
		s->typing = entry_act(&s->operator, index) != ENTRY_DONE;
	else if (s->phase == CALIBRATE_WEIGHT && id == CALIBRATE_PAD)
		weighed(v, s, entry_act(&s->entry, index));
	else
		calibrate_tools_act(s, id, index);
}

static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct calibrate *s = state;
	enum entry_result result;

	if (s->phase == CALIBRATE_SIGNING && s->typing) {
		result = entry_event(&s->operator, e);
		s->typing = result != ENTRY_DONE;
		return result != ENTRY_NOTHING;
	}
	if (s->phase == CALIBRATE_WEIGHT) {
		result = entry_event(&s->entry, e);
		weighed(v, s, result);
		return result != ENTRY_NOTHING;
	}
	return s->phase == CALIBRATE_TOOLS && calibrate_tools_event(s, e);
}

static int enter(struct view *v, void *state)
{
	struct calibrate *s = state;

	(void)v;
	s->tools.roller_kg = s->tools.body_kg = s->tools.verify_kg = NAN;
	s->entry.digits_only = s->entry.decimals = true;
	s->operator.max_chars = 60;
	return 0;
}

static void leave(struct view *v, void *state)
{
	struct calibrate *s = state;

	if (s->running) /* nobody would see it end */
		view_ask(v, CALIBRATE_ABORT, "calibrate.abort", NULL);
	json_decref(s->draft);
	json_decref(s->progress);
	json_decref(s->report);
	json_decref(s->verification);
}

const struct screen screen_calibrate = {
	.name = "calibrate",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct calibrate),
	.enter = enter,
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.told = told,
	.draw = calibrate_draw,
};
