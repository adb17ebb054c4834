/* A training before it begins: what it is, what it needs, and START, which arms the station: whoever steps on
 * trains. With closed eyes only once somebody is said to stand beside. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/core/training/exercise.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"
#include "ui/screens/programmes.h"
#include "ui/screens/screens.h"

enum { TABLE = 1, OWN, STATUS, SET, ARM, STOP, BESIDE, PAGES, READ };

static const char *const start_texts[] = { N_("START"), NULL };
static const char *const read_texts[] = { N_("What it is"), N_("Read"), NULL };
static const char *const back_texts[] = { N_("Go on"), NULL };
static const char *const stop_texts[] = { N_("Stop training"), N_("Stop"), NULL };

struct arm {
	json_t *table, *own;
	char state[16]; /* the training's */
	bool is_theirs; /* it waits for this patient */
	bool beside, busy, known;
	bool reading; /* what it is, where that and the question take turns */
	char message[256];
	struct list pages;
};

static const char *key_of(const struct view *v, char *out, size_t size)
{
	return clinic_plan_of(view_arg(v), out, size);
}

/* Theirs as it has come to be, with its level; else the table's. */
static const json_t *chosen(const struct view *v, const struct arm *s)
{
	char key[VIEW_ARG_BYTES];

	key_of(v, key, sizeof(key));
	return strcmp(clinic_text(s->own, "name"), key) == 0
		       ? s->own
		       : programmes_find(s->table, key);
}

static bool waits(const struct arm *s)
{
	return strcmp(s->state, "attract") == 0;
}

/* Waiting for this patient's step on, or somebody trains. Waiting for anybody else hinders nothing. */
static bool is_armed(const struct arm *s)
{
	return s->state[0] != '\0' && strcmp(s->state, "off") != 0 &&
	       (!waits(s) || s->is_theirs);
}

static void load(struct view *v, void *state)
{
	char code[VIEW_ARG_BYTES];

	((struct arm *)state)->busy = false;
	clinic_code_of(view_arg(v), code, sizeof(code));
	view_ask(v, TABLE, "training.programmes", NULL);
	view_ask(v, OWN, "training.programme", json_pack("{s:s}", "patient", code));
	view_ask(v, STATUS, "training.status", NULL);
}

static void leave(struct view *v, void *state)
{
	struct arm *s = state;

	(void)v;
	json_decref(s->table);
	json_decref(s->own);
}

/* --- acting ---------------------------------------------------------------------------------- */

static void ask_arm(struct view *v, const struct arm *s)
{
	char code[VIEW_ARG_BYTES];

	clinic_code_of(view_arg(v), code, sizeof(code));
	view_ask(v, ARM, "training.arm",
		json_pack("{s:s, s:b}", "patient", code, "supervised",
			s->beside && programmes_is_blind(chosen(v, s))));
}

/* What was chosen is theirs from now on: it fades and narrows by how it goes. */
static void start(struct view *v, struct arm *s)
{
	char code[VIEW_ARG_BYTES], key[VIEW_ARG_BYTES];

	s->busy = true;
	s->message[0] = '\0';
	if (chosen(v, s) == s->own) {
		ask_arm(v, s);
		return;
	}
	clinic_code_of(view_arg(v), code, sizeof(code));
	view_ask(v, SET, "training.set",
		json_pack("{s:s, s:s}", "patient", code, "programme",
			key_of(v, key, sizeof(key))));
}

static void act(struct view *v, void *state, int id, int index)
{
	struct arm *s = state;

	if (id == PAGES) {
		list_act(&s->pages, index);
	} else if (id == READ) {
		s->reading = !s->reading;
	} else if (id == BESIDE) {
		s->beside = !s->beside;
	} else if (id == STOP && !s->busy) {
		s->busy = true;
		view_ask(v, STOP, waits(s) ? "training.disarm" : "training.stop", NULL);
	} else if (id == ARM && !s->busy && chosen(v, s)) {
		start(v, s);
	}
}

static void take(json_t **place, const json_t *document)
{
	json_decref(*place);
	*place = json_deep_copy(document);
}

static void take_state(const struct view *v, struct arm *s, const json_t *training)
{
	char code[VIEW_ARG_BYTES];

	clinic_code_of(view_arg(v), code, sizeof(code));
	s->is_theirs = strcmp(clinic_text(training, "patient"), code) == 0;
	snprintf(s->state, sizeof(s->state), "%s", clinic_text(training, "state"));
	s->known = true;
}

static void told(
	struct view *v, void *state, const char *stream, const json_t *document)
{
	if (strcmp(stream, "training") == 0)
		take_state(v, state, document);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct arm *s = state;

	if (a->code != 0) {
		s->busy = false;
		snprintf(s->message, sizeof(s->message), "%s", a->message);
		s->reading = true; /* there it stands */
		return;
	}
	if (tag == TABLE || tag == OWN) {
		take(tag == TABLE ? &s->table : &s->own, a->result);
	} else if (tag == SET) {
		take(&s->own, a->result);
		ask_arm(v, s);
	} else {
		s->busy = s->busy && tag == STATUS;
		take_state(v, s, a->result);
		/* One display for both: the person's is wanted now. */
		if (tag == ARM && !v->app->setup.two_windows)
			app_show_patient(v->app, "live-far", "");
	}
}

/* --- drawing --------------------------------------------------------------------------------- */

/* "Stand as practised · By ear · By ear", and how long. */
static void exercises(const json_t *programme, char *text, size_t size)
{
	const json_t *blocks = json_object_get(programme, "blocks");
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < json_array_size(blocks); i++) {
		enum exercise e = exercise_find(
			clinic_text(json_array_get(blocks, i), "exercise"));
		int n = e == EXERCISE_N ? 0
					: snprintf(text + at, size - at, "%s%s",
						  at > 0 ? " · " : "",
						  _(exercise_info(e)->title));
		if (n < 0 || at + (size_t)n >= size)
			return;
		at += (size_t)n;
	}
}

/* The one thing that START waits for, before all else. */
static struct control_toggle beside_of(const struct arm *s)
{
	return (struct control_toggle){ BESIDE, "beside",
		_("Somebody stands right beside"), s->beside, !s->busy };
}

static void beside_draw(struct view *v, struct rect r, const void *state)
{
	struct parts_type t = frame_type(v);
	const struct control_toggle toggle = beside_of(state);

	control_toggle_draw(&v->ui, &t, r, &toggle);
}

/* How high it is beside the buttons for pages. */
static int beside_height(struct view *v, const struct arm *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	const struct control_toggle toggle = beside_of(s);
	int w = r.w - list_pager_width(&v->ui, &t, r.w, r.h) - t.gap;

	return control_toggle_height(&v->ui, &t, w, toggle.label);
}

static const char *state_words(const struct arm *s)
{
	return waits(s) ? _("Ready: it begins with a step on.") : _("A training runs.");
}

static void body_say(struct view *v, struct facts *f, const struct arm *s,
	const json_t *programme, struct rect r, bool with_toggle)
{
	bool blind = programmes_is_blind(programme);
	char text[CLINIC_LINE_BYTES], key[VIEW_ARG_BYTES];

	facts_begin(f, v);
	f->words_gap = f->type.gap;
	if (is_armed(s)) {
		facts_headline(f, state_words(s));
		f->all[0].color = THEME_ACTION;
	}
	facts_words(f, clinic_said(s->message), THEME_CAUTION);
	if (with_toggle) {
		facts_picture(f, beside_height(v, s, r), beside_draw, s);
		facts_space(f, f->type.gap);
	}
	if (blind && (v->app->mute || !v->app->sound.on))
		facts_words(f, _("There is no loudspeaker, or it is switched off."),
			THEME_CAUTION);
	facts_headline(f, programmes_what(key_of(v, key, sizeof(key))));
	exercises(programme, text, sizeof(text));
	facts_words(f, text, THEME_MUTED);
	if (!is_armed(s))
		facts_words(f,
			_("Stepping on begins it, stepping off pauses it. They see it "
			  "on the patient's screen."),
			THEME_MUTED);
}

/* Whether what START waits for has no room beside the buttons for pages: then it has the screen until somebody asks what
 * the training is. */
static bool takes_turns(
	struct view *v, const struct arm *s, const json_t *programme, struct rect r)
{
	const struct parts_button start = { .texts = start_texts, .primary = true };

	if (!programmes_is_blind(programme) || is_armed(s))
		return false;
	frame_actions_place(v, &r, &start, 1);
	if (r.h > r.w) /* the buttons for pages may stand below */
		r.h -= layout_mm_px(&v->ui.display, LAYOUT_PRIMARY_MM);
	return beside_height(v, s, r) > r.h;
}

static void body_draw(struct view *v, struct arm *s, const json_t *programme,
	bool in_turns, struct rect r)
{
	bool waits_for = programmes_is_blind(programme) && !is_armed(s);
	struct facts f;

	body_say(v, &f, s, programme, r, waits_for && !in_turns);
	if (!in_turns || s->reading) {
		facts_draw(&f, r, PAGES, "facts", &s->pages);
		return;
	}
	beside_draw(v, r, s);
}

static void actions_draw(struct view *v, const struct arm *s, const json_t *programme,
	bool in_turns, struct rect *r)
{
	bool ready = v->app->model.connected && model_is_live(v->state) && programme &&
		     s->known && !s->busy &&
		     (s->beside || !programmes_is_blind(programme));
	const struct parts_button stop = { .id = STOP,
		.name = "stop",
		.texts = stop_texts,
		.primary = true,
		.enabled = !s->busy };
	const struct parts_button buttons[2] = {
		{ .id = READ,
			.name = "read",
			.texts = s->reading ? back_texts : read_texts,
			.enabled = true },
		{ .id = ARM,
			.name = "start",
			.texts = start_texts,
			.primary = true,
			.enabled = ready,
			.lit = ready }
	};

	if (is_armed(s))
		frame_actions(v, r, &stop, 1);
	else
		frame_actions(v, r, buttons + (in_turns ? 0 : 1), in_turns ? 2 : 1);
}

static void draw(struct view *v, void *state)
{
	struct arm *s = state;
	const json_t *programme = chosen(v, s);
	char key[VIEW_ARG_BYTES];
	struct rect r = frame_begin(v, programmes_title(key_of(v, key, sizeof(key))));

	bool in_turns = programme && takes_turns(v, s, programme, r);

	actions_draw(v, s, programme, in_turns, &r);
	if (!programme)
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			clinic_said(s->message));
	else
		body_draw(v, s, programme, in_turns, r);
}

const struct screen screen_arm = {
	.name = "arm",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct arm),
	.leave = leave,
	.load = load,
	.act = act,
	.told = told,
	.answer = answer,
	.draw = draw,
};
