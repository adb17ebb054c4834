/* calibrate.h: what to do, in the language. The daemon's own sentences are laid beside the templates at the
 * end of this file, so that they come out in the language, too. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/say_sentence.h"
#include "ui/core/units_text.h"
#include "ui/screens/calibrate.h"
#include "ui/screens/clinic.h"

#define NOT_ALLOWED -32001

void calibrate_mass(double mass_kg, char *out, size_t size)
{
	double shown = units_text_scaled(UNITS_MASS, mass_kg);
	bool whole = fabs(shown - round(shown)) < 0.005;
	char number[24];

	snprintf(out, size, "%s %s",
		i18n_number(number, sizeof(number), shown, whole ? 0 : 2),
		units_text_unit(UNITS_MASS));
}

void calibrate_title(const struct agenda_step *s, char *out, size_t size)
{
	char mass[40];

	calibrate_mass(s->mass_kg, mass, sizeof(mass));
	if (s->kind == AGENDA_ZERO)
		snprintf(out, size, "%s", _("Zero"));
	else if (s->kind == AGENDA_ROLL)
		snprintf(out, size, _("Roller, %d of %d"), s->n, s->of);
	else if (s->kind == AGENDA_STAIRCASE)
		snprintf(out, size, "%s", _("Staircase"));
	else if (s->kind == AGENDA_VERIFY)
		snprintf(out, size, _("Verify, place %d of %d"), s->n, s->of);
	else if (s->kind == AGENDA_CREEP)
		snprintf(out, size, _("Creep, %s"), mass);
	else if (s->is_body)
		snprintf(out, size, _("You, %s"), mass);
	else
		snprintf(out, size, _("Weight, %s"), mass);
}

/* "in the middle", "108 mm left, 90 mm front of the middle". */
static void say_place(char *out, size_t size, double x_mm, double y_mm)
{
	char x[24], y[24];

	i18n_number(x, sizeof(x), fabs(x_mm), 0);
	i18n_number(y, sizeof(y), fabs(y_mm), 0);
	if (fabs(x_mm) < 0.5 && fabs(y_mm) < 0.5)
		snprintf(out, size, "%s", _("in the middle"));
	else if (fabs(y_mm) < 0.5)
		snprintf(out, size,
			x_mm < 0 ? _("%s mm to the left of the middle")
				 : _("%s mm to the right of the middle"),
			x);
	else if (fabs(x_mm) < 0.5)
		snprintf(out, size,
			y_mm < 0 ? _("%s mm behind the middle")
				 : _("%s mm in front of the middle"),
			y);
	else
		snprintf(out, size,
			x_mm < 0 ? (y_mm < 0 ? _("%s mm to the left, %s mm behind the "
						 "middle")
					     : _("%s mm to the left, %s mm in front of "
						 "the middle"))
				 : (y_mm < 0 ? _("%s mm to the right, %s mm behind "
						 "the middle")
					     : _("%s mm to the right, %s mm in front "
						 "of the middle")),
			x, y);
}

static void say_load(const struct agenda_step *s, char *out, size_t size)
{
	char mass[40], place[120];

	calibrate_mass(s->mass_kg, mass, sizeof(mass));
	say_place(place, sizeof(place), s->x_mm, s->y_mm);
	if (s->is_body)
		snprintf(out, size, "%s",
			_("Empty the mat. Begin, step on with both feet and stand "
			  "still, dressed as you were weighed."));
	else if (s->on_small_disc)
		snprintf(out, size,
			_("Empty the mat. Begin, then put %s on the small disc at the "
			  "cross: %s."),
			mass, place);
	else if (s->kind == AGENDA_CREEP)
		snprintf(out, size,
			_("Empty the mat. Begin, then put %s at the cross, where no "
			  "weight stood before: %s. Leave it alone for two minutes."),
			mass, place);
	else
		snprintf(out, size,
			_("Empty the mat. Begin, then put %s at the cross: %s."), mass,
			place);
}

void calibrate_what(const struct agenda_step *s, const struct agenda_tools *tools,
	char *out, size_t size)
{
	static const char *const rolls[AGENDA_ROLLS] = {
		N_("Roll slowly from the front edge to the rear and back, over the "
		   "whole width."),
		N_("The same way, with the roller turned end for end."),
		N_("Roll slowly from the left edge to the right and back, over the "
		   "whole length."),
		N_("The same way, with the roller turned end for end."),
	};
	char mass[40];

	if (s->kind == AGENDA_ZERO) {
		snprintf(out, size, "%s",
			_("Take everything off the mat; nobody touches it."));
	} else if (s->kind == AGENDA_ROLL) {
		snprintf(out, size, "%s", _(rolls[s->n - 1]));
	} else if (s->kind == AGENDA_STAIRCASE) {
		calibrate_mass(tools->stairs_kg[0], mass, sizeof(mass));
		snprintf(out, size,
			_("Put %s on one disc in the middle. Begin, and change the "
			  "load as it is said, without lifting the disc."),
			mass);
	} else {
		say_load(s, out, size);
	}
}

const char *calibrate_worth(const struct agenda_tools *tools)
{
	switch (agenda_worth(tools)) {
	case AGENDA_NOTHING:
		return _("One known weight, or you on a scale, is the least.");
	case AGENDA_QUICK:
		return _("A quick calibration, marked so. A roller and a second weight "
			 "make it a good one.");
	case AGENDA_GOOD:
		return _("A good calibration. Without a staircase sway reads a little "
			 "low.");
	case AGENDA_THE_BEST:
		break;
	}
	return _("The best calibration there is.");
}

const char *calibrate_sum(const struct calibrate *s, enum parts_sign *sign)
{
	bool passed = json_is_true(json_object_get(s->verification, "passed"));

	if (s->phase == CALIBRATE_TOOLS) {
		*sign = agenda_worth(&s->tools) < AGENDA_GOOD ? PARTS_INFO : PARTS_GOOD;
		return calibrate_worth(&s->tools);
	}
	*sign = passed ? PARTS_GOOD : PARTS_CAUTION;
	if (s->phase != CALIBRATE_JUDGED)
		return "";
	return passed ? _("Passed.")
		      : _("Not passed: in force it counts as not verified.");
}

void calibrate_refusal(const struct view_answer *a, char *out, size_t size)
{
	if (a->code == NOT_ALLOWED)
		snprintf(out, size, "%s",
			_("This is for technicians: the screen's user must be in the "
			  "group that the configuration names under [roles]."));
	else
		snprintf(out, size, "%s", a->message);
}

void calibrate_outcome(const json_t *step, char *out, size_t size)
{
	const char *reason = clinic_text(step, "reason");
	const json_t *notes = json_object_get(step, "notes"), *note;
	char said[CALIBRATE_TEXT];
	size_t n = 0, i;

	out[0] = '\0';
	if (reason[0] != '\0') {
		say_sentence(out, size, reason);
		return;
	}
	json_array_foreach(notes, i, note) if (n < size && json_string_value(note)) n +=
		(size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? " " : "",
			say_sentence(said, sizeof(said), json_string_value(note)));
	if (n == 0)
		snprintf(out, size, "%s",
			json_is_false(json_object_get(step, "ok")) ? _("Stopped.")
								   : _("Done."));
}
