/* The morning check of the calibration in force: one known weight, some ten seconds, good or not. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "src/base/say_sentence.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/core/units_text.h"
#include "ui/screens/calibrate.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

/* The pad acts as CALIBRATE_PAD. */
enum { BEGIN = 1, STOP = 40, OTHER, ABORT };

#define CHECK_NS (90 * CLOCK_NS_PER_S)

static const char *const begin_texts[] = { N_("Begin"), NULL };
static const char *const again_texts[] = { N_("Check again"), N_("Again"), NULL };
static const char *const other_texts[] = { N_("Another weight"), N_("Weight"), NULL };
static const char *const stop_texts[] = { N_("Stop this step"), N_("Stop"), NULL };

struct check {
	struct calibrate pad; /* its entry and pad alone */
	double mass_kg;       /* NaN: asked for */
	bool running, is_over, ok;
	json_t *progress;
	char said[CALIBRATE_TEXT];
};

/* The weight of the last check is at hand again, most likely. */
static int enter(struct view *v, void *state)
{
	struct check *s = state;

	s->mass_kg = v->app->model.has_status ? v->app->model.status.last_check.mass_kg
					      : NAN;
	if (!(s->mass_kg > 0))
		s->mass_kg = NAN;
	s->pad.entry.digits_only = s->pad.entry.decimals = true;
	return 0;
}

static void leave(struct view *v, void *state)
{
	struct check *s = state;

	if (s->running)
		view_ask(v, ABORT, "calibrate.abort", NULL);
	json_decref(s->progress);
}

static void begin(struct view *v, struct check *s)
{
	if (isnan(s->mass_kg))
		s->mass_kg = calibrate_typed_kg(&s->pad);
	if (isnan(s->mass_kg))
		return;
	json_decref(s->progress);
	s->progress = NULL;
	s->running = true;
	s->is_over = false;
	s->said[0] = '\0';
	view_ask_within(v, BEGIN, "calibrate.check",
		json_pack("{s:f}", "mass_kg", s->mass_kg), CHECK_NS);
}

/* "20 kg read 20.3 kg: +1.5 %, at most 3 %." */
static void say_check(struct check *s, const json_t *check)
{
	double error = 100 * clinic_number(check, "error_frac");
	char put[40], read[40], off[24], most[24];

	s->ok = json_is_true(json_object_get(check, "ok"));
	calibrate_mass(clinic_number(check, "mass_kg"), put, sizeof(put));
	calibrate_mass(clinic_number(check, "measured_kg"), read, sizeof(read));
	i18n_number(off, sizeof(off), error, 1);
	i18n_number(most, sizeof(most), 100 * clinic_number(check, "limit_frac"), 1);
	snprintf(s->said, sizeof(s->said),
		s->ok ? _("%s read %s: off by %s %%, at most %s %%.")
		      : _("%s read %s: off by %s %%, at most %s %%. Set zero and check "
			  "again; if it stays, calibrate."),
		put, read, off, most);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct check *s = state;
	const json_t *check = json_object_get(a->result, "check");

	(void)v;
	if (tag == ABORT)
		return;
	s->running = false;
	s->is_over = true;
	s->ok = false;
	if (a->code != 0)
		calibrate_refusal(a, s->said, sizeof(s->said));
	else if (json_is_object(check))
		say_check(s, check);
	else
		calibrate_outcome(a->result, s->said, sizeof(s->said));
}

static void told(
	struct view *v, void *state, const char *stream, const json_t *document)
{
	struct check *s = state;

	if (strcmp(stream, "calibration") != 0 || !s->running)
		return;
	v->dirty = true;
	json_decref(s->progress);
	s->progress = json_deep_copy(document);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct check *s = state;

	if (id == CALIBRATE_PAD) {
		if (entry_act(&s->pad.entry, index) == ENTRY_DONE)
			begin(v, s);
	} else if (id == BEGIN) {
		begin(v, s);
	} else if (id == STOP) {
		view_ask(v, ABORT, "calibrate.abort", NULL);
	} else if (id == OTHER) {
		s->mass_kg = NAN;
		s->is_over = false;
		entry_set(&s->pad.entry, "");
	}
}

static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct check *s = state;
	enum entry_result result =
		isnan(s->mass_kg) ? entry_event(&s->pad.entry, e) : ENTRY_NOTHING;

	if (result == ENTRY_DONE)
		begin(v, s);
	return result != ENTRY_NOTHING;
}

static void words_draw(struct view *v, const struct check *s, struct rect r)
{
	const char *hint = clinic_text(s->progress, "hint");
	char said[CALIBRATE_TEXT], mass[40];

	calibrate_mass(s->mass_kg, mass, sizeof(mass));
	if (s->running) {
		say_sentence(
			said, sizeof(said), hint[0] != '\0' ? hint : _("One moment"));
		frame_message(v, r, PARTS_INFO, said, mass);
	} else if (s->is_over) {
		frame_message(v, r, s->ok ? PARTS_GOOD : PARTS_CAUTION,
			s->ok ? _("Good") : _("Not good"), s->said);
	} else {
		snprintf(said, sizeof(said),
			_("Empty the mat and begin. Then put %s on it, near the "
			  "middle."),
			mass);
		frame_message(v, r, PARTS_INFO, _("Ten seconds"), said);
	}
}

static void draw(struct view *v, void *state)
{
	struct check *s = state;
	struct rect r = frame_begin(v, _("Morning check"));
	bool typing = isnan(s->mass_kg);
	const struct parts_button stop = { .id = STOP,
		.name = "stop",
		.texts = stop_texts,
		.primary = true,
		.enabled = true };
	const struct parts_button buttons[] = {
		{ .id = OTHER, .name = "other", .texts = other_texts, .enabled = true },
		{ .id = BEGIN,
			.name = "begin",
			.texts = s->is_over ? again_texts : begin_texts,
			.primary = true,
			.start = true,
			.enabled = v->app->model.connected },
	};

	if (s->running)
		frame_actions(v, &r, &stop, 1);
	else if (!typing) /* the pad has a key for it, and needs the room */
		frame_actions(v, &r, buttons, 2);
	if (typing)
		calibrate_pad_draw(v, &s->pad, r, _("A weight that you know"),
			units_text_unit(UNITS_MASS));
	else
		words_draw(v, s, r);
}

const struct screen screen_check = {
	.name = "check",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct check),
	.enter = enter,
	.leave = leave,
	.act = act,
	.event = event,
	.answer = answer,
	.told = told,
	.draw = draw,
};
