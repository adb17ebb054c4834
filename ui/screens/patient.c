/* A patient's card: what is known before measuring. Red flags come first, with what they mean. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"
#include "ui/screens/fields.h"
#include "ui/screens/screens.h"

enum { MEASURE = 1, SHOW, EDIT, TRAIN, EXPLAIN, PAGES };

static const char *const edit_texts[] = { N_("Change"), NULL };
static const char *const measure_texts[] = { N_("Measure"), NULL };
static const char *const train_texts[] = { N_("Train"), NULL };
static const char *const explain_texts[] = { N_("In plain words"), N_("Explain"),
	NULL };

struct card {
	json_t *patient;
	char message[400];
	struct list pages;
};

static void load(struct view *v, void *state)
{
	char code[VIEW_ARG_BYTES];

	(void)state;
	clinic_code_of(view_arg(v), code, sizeof(code));
	view_ask(v, SHOW, "patient.show", json_pack("{s:s}", "code", code));
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct card *)state)->patient);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct card *s = state;

	(void)v;
	(void)tag;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0)
		return;
	json_decref(s->patient);
	s->patient = json_deep_copy(a->result);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct card *s = state;
	char arg[VIEW_ARG_BYTES];

	snprintf(arg, sizeof(arg), "%s", view_arg(v));
	if (id == PAGES)
		list_act(&s->pages, index);
	else if (id == MEASURE)
		view_go(v, "visit", arg);
	else if (id == TRAIN)
		view_go(v, "programmes", clinic_code_of(view_arg(v), arg, sizeof(arg)));
	else if (id == EXPLAIN)
		app_show_patient(v->app, "plain", "asked");
	else if (id == EDIT)
		view_go(v, "edit", clinic_code_of(view_arg(v), arg, sizeof(arg)));
}

/* What is said of a field alone, or of two, left and right. */
static void say(const json_t *p, const char *key, char *text, size_t size)
{
	fields_say(fields_find(key), p, text, size);
}

static void pair(
	const json_t *p, const char *left, const char *right, char *text, size_t size)
{
	char l[CLINIC_LINE_BYTES], r[CLINIC_LINE_BYTES];

	say(p, left, l, sizeof(l));
	say(p, right, r, sizeof(r));
	snprintf(text, size, "%s %s · %s %s", C_("left foot", "L"), l,
		C_("right foot", "R"), r);
}

static void person(const json_t *p, char *text, size_t size)
{
	static const char *const keys[] = { "sex", "birth_year", "stature_m",
		"mass_kg" };
	char said[4][80];

	for (int i = 0; i < 4; i++)
		say(p, keys[i], said[i], sizeof(said[i]));
	snprintf(text, size, "%s · %s · %s · %s", said[0], said[1], said[2], said[3]);
}

static void line(struct facts *f, const char *label, const char *value)
{
	facts_line(f, label, value[0] != '\0' ? value : "–");
}

static void red_flags(struct facts *f, const json_t *flags)
{
	char words[CLINIC_LINE_BYTES], text[CLINIC_LINE_BYTES + 160];

	clinic_words(flags, words, sizeof(words));
	if (json_array_size(flags) == 0) {
		line(f, _("Red flags"), words);
		return;
	}
	snprintf(text, sizeof(text),
		_("Red flags: %s. A doctor decides before anything else; measure only "
		  "if "
		  "standing is safe."),
		words);
	facts_notice(f, PARTS_CAUTION, text);
}

static void card_draw(struct view *v, struct card *s, struct rect r)
{
	const json_t *p = s->patient;
	char text[2 * CLINIC_LINE_BYTES + 40];
	struct facts f;

	facts_begin(&f, v);
	f.gap = f.type.gap / 2;
	red_flags(&f, json_object_get(p, "red_flags"));
	person(p, text, sizeof(text));
	line(&f, _("Person"), text);
	line(&f, _("Restrictions"), clinic_text(p, "restrictions"));
	clinic_words(json_object_get(p, "pain_sites"), text, sizeof(text));
	line(&f, _("Pain"), text);
	pair(p, "extension_deficit_left_deg", "extension_deficit_right_deg", text,
		sizeof(text));
	line(&f, _("Knee does not extend by"), text);
	pair(p, "knee_axis_left", "knee_axis_right", text, sizeof(text));
	line(&f, _("Knee axis"), text);
	line(&f, _("Surgery"), clinic_text(p, "surgery"));
	line(&f, _("Notes"), clinic_text(p, "notes"));
	clinic_day(clinic_text(p, "last_visit_started"), text, sizeof(text));
	line(&f, _("Last visit"), text);
	facts_draw(&f, r, PAGES, "facts", &s->pages);
}

static void draw(struct view *v, void *state)
{
	struct card *s = state;
	char code[VIEW_ARG_BYTES];
	struct rect r = frame_begin(v, clinic_code_of(view_arg(v), code, sizeof(code)));
	bool ready = s->patient != NULL && v->app->model.connected;
	const struct parts_button buttons[] = {
		{ .id = EXPLAIN,
			.name = "explain",
			.texts = explain_texts,
			.enabled = true },
		{ .id = TRAIN,
			.name = "train",
			.texts = train_texts,
			.enabled = ready },
		{ .id = EDIT, .name = "edit", .texts = edit_texts, .enabled = ready },
		{ .id = MEASURE,
			.name = "measure",
			.texts = measure_texts,
			.primary = true,
			.enabled = ready,
			.lit = ready },
	};

	frame_actions(v, &r, buttons, 4);
	if (s->message[0] != '\0' || !s->patient)
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
	else
		card_draw(v, s, r);
}

const struct screen screen_patient = {
	.name = "patient",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct card),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
