/* Signing a visit, and amending a signed one: who does it, chosen by a touch among those who signed here or typed; a
 * comment, which an amendment needs as its reason; the trials that an amendment leaves out, each with a reason; and
 * then the button is held. It cannot be taken back, so nothing of it is done before. Given the visit's number. */
#include "ui/screens/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

/* How many signatures are looked through for names. Chosen: names repeat. */
#define LOOKED_AT 50

static int enter(struct view *v, struct sign *s, bool amends)
{
	s->amends = amends;
	s->visit = strtoll(view_arg(v), NULL, 10);
	snprintf(s->name, sizeof(s->name), "%s", v->app->operator_name);
	s->phase = s->name[0] != '\0' ? SIGN_READY : SIGN_LOOKING;
	return 0;
}

static int enter_sign(struct view *v, void *state)
{
	return enter(v, state, false);
}

static int enter_amend(struct view *v, void *state)
{
	return enter(v, state, true);
}

static void load(struct view *v, void *state)
{
	struct sign *s = state;

	if (s->busy)
		s->lost = true;
	s->busy = false;
	view_ask(
		v, SIGN_SIGNERS, "report.list", json_pack("{s:i}", "limit", LOOKED_AT));
	if (s->amends)
		view_ask(v, SIGN_RESULTS, "visit.results",
			json_pack("{s:I}", "id", (json_int_t)s->visit));
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct sign *)state)->results);
}

/* --- phases ------------------------------------------------------------------------------------- */

static void go(struct sign *s, enum sign_phase phase)
{
	s->phase = phase;
	s->list = (struct list){ .n_rows = 0 };
	s->said[0] = '\0';
}

static void type(struct sign *s, enum sign_phase phase, const char *text)
{
	go(s, phase);
	entry_set(&s->entry, text);
	/* a byte less than the daemon takes, whatever is typed */
	s->entry.max_chars = phase == SIGN_TYPING_NAME     ? APP_NAME_BYTES - 1
			     : phase == SIGN_TYPING_REASON ? SIGN_REASON - 1
							   : 0;
}

/* One of those who signed here, or, where nobody has, the keyboard. */
static void ask_who(struct sign *s)
{
	if (s->n_names > 0)
		go(s, SIGN_WHO);
	else
		type(s, SIGN_TYPING_NAME, s->name);
}

/* --- what is known ------------------------------------------------------------------------------- */

static bool is_known(const struct sign *s, const char *name)
{
	int i = 0;

	while (i < s->n_names && strcmp(s->names[i], name) != 0)
		i++;
	return i < s->n_names;
}

static void take_names(struct sign *s, const json_t *document)
{
	const json_t *reports = json_object_get(document, "reports");

	s->n_names = 0;
	for (size_t i = 0; i < json_array_size(reports); i++) {
		const char *name = clinic_text(json_array_get(reports, i), "operator");

		if (name[0] == '\0' || strlen(name) >= APP_NAME_BYTES ||
			s->n_names == SIGN_MAX_NAMES || is_known(s, name))
			continue;
		snprintf(s->names[s->n_names++], APP_NAME_BYTES, "%s", name);
	}
}

/* Trials that count and may be left out: what was voided is out already. */
static void take_results(struct sign *s, const json_t *document)
{
	json_t *copy = json_deep_copy(document);
	const json_t *trials = json_object_get(copy, "trials");

	json_decref(s->results);
	s->results = copy;
	s->n_trials = 0;
	for (size_t i = 0; i < json_array_size(trials); i++) {
		const json_t *trial = json_array_get(trials, i);

		if (s->n_trials < SIGN_MAX_TRIALS &&
			!json_is_true(json_object_get(trial, "voided")))
			s->trials[s->n_trials++] = trial;
	}
}

int sign_left_at(const struct sign *s, int64_t trial)
{
	for (int i = 0; i < s->n_left; i++)
		if (s->left[i].trial == trial)
			return i;
	return -1;
}

bool sign_is_ready(const struct view *v, const struct sign *s)
{
	return v->app->model.connected && !s->busy && !s->lost && s->name[0] != '\0' &&
	       (!s->amends || s->comment[0] != '\0');
}

/* --- answers ------------------------------------------------------------------------------------- */

/* Refused in the daemon's words; or lost, and then it must not be tried again unseen. */
static void refused(struct sign *s, const struct view_answer *a)
{
	s->lost = a->code == VIEW_ANSWER_GONE || a->code == VIEW_ANSWER_LATE;
	snprintf(s->said, sizeof(s->said), "%s",
		s->lost ? _("The answer was lost: go back and look whether it is "
			    "signed.")
			: clinic_said(a->message));
}

static void signed_now(struct view *v, struct sign *s)
{
	snprintf(v->app->operator_name, sizeof(v->app->operator_name), "%s", s->name);
	view_back(v);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct sign *s = state;

	if (tag == SIGN_SIGN) {
		s->busy = false;
		if (a->code != 0)
			refused(s, a);
		else
			signed_now(v, s);
		return;
	}
	if (a->code != 0 && s->said[0] == '\0')
		snprintf(s->said, sizeof(s->said), "%s", clinic_said(a->message));
	if (a->code == 0 && tag == SIGN_RESULTS)
		take_results(s, a->result);
	if (tag != SIGN_SIGNERS)
		return;
	if (a->code == 0)
		take_names(s, a->result);
	if (s->phase == SIGN_LOOKING)
		ask_who(s);
}

/* --- acting -------------------------------------------------------------------------------------- */

static json_t *discards(const struct sign *s)
{
	json_t *list = json_array();

	for (int i = 0; i < s->n_left; i++)
		json_array_append_new(list,
			json_pack("{s:I, s:s}", "trial", (json_int_t)s->left[i].trial,
				"reason", s->left[i].reason));
	return list;
}

static void sign(struct view *v, struct sign *s)
{
	json_t *params;

	if (!sign_is_ready(v, s))
		return;
	params = json_pack("{s:I, s:s, s:s}", "visit", (json_int_t)s->visit, "operator",
		s->name, "comment", s->comment);
	if (params && s->n_left > 0)
		json_object_set_new(params, "discard", discards(s));
	s->busy = true;
	s->said[0] = '\0';
	view_ask_within(v, SIGN_SIGN, s->amends ? "report.amend" : "report.sign",
		params, REPORT_SIGN_NS);
}

static void name_chosen(struct sign *s, const char *name)
{
	snprintf(s->name, sizeof(s->name), "%s", name);
	go(s, SIGN_READY);
}

static void leave_out(struct sign *s, const char *reason)
{
	if (s->n_left < SIGN_MAX_LEFT && sign_left_at(s, s->asked_trial) < 0) {
		struct sign_left *left = &s->left[s->n_left++];

		left->trial = s->asked_trial;
		snprintf(left->reason, sizeof(left->reason), "%s", reason);
	}
	go(s, SIGN_CHOOSING_TRIALS);
}

/* Keep it after all, or ask why it is left out. */
static void trial_touched(struct sign *s, int row)
{
	int64_t trial = clinic_int(s->trials[row], "id");
	int at = sign_left_at(s, trial);

	s->asked_trial = trial;
	if (at < 0)
		go(s, SIGN_CHOOSING_REASON);
	else
		s->left[at] = s->left[--s->n_left];
}

/* Blanks at the ends are nobody's name. */
static void trim(const char *text, char *out, size_t size)
{
	size_t n;

	text += strspn(text, " ");
	n = strlen(text);
	while (n > 0 && text[n - 1] == ' ')
		n--;
	snprintf(out, size, "%.*s", (int)n, text);
}

/* OK without a text leaves what is needed as it was. */
static void typed(struct sign *s)
{
	char text[ENTRY_BYTES];

	trim(s->entry.text, text, sizeof(text));
	if (s->phase == SIGN_TYPING_COMMENT) {
		snprintf(s->comment, sizeof(s->comment), "%s", text);
		go(s, SIGN_READY);
	} else if (text[0] == '\0') {
		return;
	} else if (s->phase == SIGN_TYPING_NAME && strlen(text) < APP_NAME_BYTES) {
		name_chosen(s, text);
	} else if (s->phase == SIGN_TYPING_REASON && strlen(text) < SIGN_REASON) {
		leave_out(s, text);
	} else {
		snprintf(s->said, sizeof(s->said), "%s", _("This text is too long."));
	}
}

static void row_touched(struct sign *s, int id, int row)
{
	if (id == SIGN_NAMES && row < s->n_names)
		name_chosen(s, s->names[row]);
	else if (id == SIGN_NAMES)
		type(s, SIGN_TYPING_NAME, "");
	else if (id == SIGN_TRIAL_ROWS && row < s->n_trials)
		trial_touched(s, row);
	else if (id == SIGN_REASON_ROWS && row < TRIAL_N_REASONS)
		/* as it is kept: in English, like the reasons of a review */
		leave_out(s, trial_reasons[row]);
	else if (id == SIGN_REASON_ROWS)
		type(s, SIGN_TYPING_REASON, "");
}

static void act(struct view *v, void *state, int id, int index)
{
	struct sign *s = state;
	bool is_list =
		id == SIGN_NAMES || id == SIGN_TRIAL_ROWS || id == SIGN_REASON_ROWS;
	int row = is_list ? list_act(&s->list, index) : LIST_NO_ROW;

	if (row != LIST_NO_ROW)
		row_touched(s, id, row);
	else if (id == SIGN_KEYS && entry_act(&s->entry, index) == ENTRY_DONE)
		typed(s);
	else if (id == SIGN_SIGN)
		sign(v, s);
	else if (id == SIGN_OTHER_NAME)
		ask_who(s);
	else if (id == SIGN_COMMENT)
		type(s, SIGN_TYPING_COMMENT, s->comment);
	else if (id == SIGN_TRIALS)
		go(s, SIGN_CHOOSING_TRIALS);
	else if (id == SIGN_GO_ON)
		go(s, SIGN_READY);
}

static bool is_typing(const struct sign *s)
{
	return s->phase == SIGN_TYPING_NAME || s->phase == SIGN_TYPING_COMMENT ||
	       s->phase == SIGN_TYPING_REASON;
}

/* Escape goes back by one step where there is one. */
static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct sign *s = state;
	bool escapes = e->kind == INPUT_KEY_DOWN && e->key == INPUT_KEY_ESCAPE;
	enum entry_result result;

	(void)v;
	if (escapes && s->name[0] != '\0' && s->phase != SIGN_READY) {
		go(s, SIGN_READY);
		return true;
	}
	if (escapes || !is_typing(s))
		return false;
	result = entry_event(&s->entry, e);
	if (result == ENTRY_DONE)
		typed(s);
	else if (result == ENTRY_CHANGED)
		s->said[0] = '\0';
	return result != ENTRY_NOTHING;
}

const struct screen screen_sign = {
	.name = "sign",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct sign),
	.enter = enter_sign,
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.draw = sign_draw,
};

const struct screen screen_amend = {
	.name = "amend",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct sign),
	.enter = enter_amend,
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.draw = sign_draw,
};
