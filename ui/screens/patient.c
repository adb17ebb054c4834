/* A patient's card: what is known before measuring. Red flags come first, with what they mean. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

enum { MEASURE = 1, SHOW };

static const char *const measure_texts[] = { N_("Measure"), NULL };

struct card {
	json_t *patient;
	char message[200];
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
	char arg[VIEW_ARG_BYTES];

	(void)state;
	(void)index;
	if (id != MEASURE)
		return;
	snprintf(arg, sizeof(arg), "%s", view_arg(v));
	view_go(v, "visit", arg);
}

/* "12° / -" : left and right, a dash where nothing is known. */
static void pair(char *text, size_t size, double left, double right)
{
	char l[24] = "–", r[24] = "–";

	if (!isnan(left))
		snprintf(l, sizeof(l), "%.0f°", left);
	if (!isnan(right))
		snprintf(r, sizeof(r), "%.0f°", right);
	snprintf(text, size, "L %s · R %s", l, r);
}

static const char *axis(const json_t *p, const char *key)
{
	const char *word = clinic_text(p, key);

	return strcmp(word, "varus") == 0     ? _("varus")
	       : strcmp(word, "valgus") == 0  ? _("valgus")
	       : strcmp(word, "neutral") == 0 ? _("neutral")
					      : "–";
}

static void person(const json_t *p, char *text, size_t size)
{
	const char *sex = clinic_text(p, "sex");
	double stature = clinic_number(p, "stature_m"),
	       mass = clinic_number(p, "mass_kg");
	int64_t born = clinic_int(p, "birth_year");
	char year[24] = "–", metres[24] = "–", kg[24] = "–";

	if (born > 0)
		snprintf(year, sizeof(year), "%d", (int)born);
	if (!isnan(stature))
		snprintf(metres, sizeof(metres), "%.0f cm", stature * 100);
	if (!isnan(mass))
		snprintf(kg, sizeof(kg), "%.0f kg", mass);
	snprintf(text, size, "%s · %s · %s · %s",
		strcmp(sex, "F") == 0   ? _("woman")
		: strcmp(sex, "M") == 0 ? _("man")
					: "–",
		year, metres, kg);
}

static void line(struct view *v, struct rect *r, const char *label, const char *value)
{
	struct parts_type t = frame_type(v);
	int h = clinic_line_draw(&v->ui, &t, *r, label, value[0] != '\0' ? value : "–");

	rect_cut_top(r, h > 0 ? h + t.gap / 2 : 0);
}

static void red_flags(struct view *v, struct rect *r, const json_t *flags)
{
	struct parts_type t = frame_type(v);
	char words[CLINIC_LINE_BYTES], text[CLINIC_LINE_BYTES + 160];
	int h;

	clinic_words(flags, words, sizeof(words));
	if (json_array_size(flags) == 0) {
		line(v, r, _("Red flags"), words);
		return;
	}
	snprintf(text, sizeof(text),
		_("Red flags: %s. A doctor decides before anything else; measure only "
		  "if "
		  "standing is safe."),
		words);
	h = parts_notice_height(&v->ui, &t, r->w, text);
	if (h <= r->h)
		parts_notice_draw(&v->ui, &t, rect_cut_top(r, h), PARTS_CAUTION, text);
	rect_cut_top(r, t.gap / 2);
}

static void card_draw(struct view *v, const json_t *p, struct rect r)
{
	char text[CLINIC_LINE_BYTES];

	red_flags(v, &r, json_object_get(p, "red_flags"));
	person(p, text, sizeof(text));
	line(v, &r, _("Person"), text);
	line(v, &r, _("Restrictions"), clinic_text(p, "restrictions"));
	clinic_words(json_object_get(p, "pain_sites"), text, sizeof(text));
	line(v, &r, _("Pain"), text);
	pair(text, sizeof(text), clinic_number(p, "extension_deficit_left_deg"),
		clinic_number(p, "extension_deficit_right_deg"));
	line(v, &r, _("Knee does not extend by"), text);
	snprintf(text, sizeof(text), "L %s · R %s", axis(p, "knee_axis_left"),
		axis(p, "knee_axis_right"));
	line(v, &r, _("Knee axis"), text);
	line(v, &r, _("Surgery"), clinic_text(p, "surgery"));
	line(v, &r, _("Notes"), clinic_text(p, "notes"));
	clinic_day(clinic_text(p, "last_visit_started"), text, sizeof(text));
	line(v, &r, _("Last visit"), text);
}

static void draw(struct view *v, void *state)
{
	struct card *s = state;
	char code[VIEW_ARG_BYTES];
	struct rect r = frame_begin(v, clinic_code_of(view_arg(v), code, sizeof(code)));
	const struct parts_button measure = { .id = MEASURE,
		.name = "measure",
		.texts = measure_texts,
		.primary = true,
		.enabled = s->patient != NULL && v->app->model.connected,
		.lit = s->patient != NULL && v->app->model.connected };

	frame_actions(v, &r, &measure, 1);
	if (s->message[0] != '\0' || !s->patient)
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
	else
		card_draw(v, s->patient, r);
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
