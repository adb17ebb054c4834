#include "ui/screens/precheck_words.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/mat_words.h"
#include "ui/app/said.h"
#include "ui/core/units_text.h"
#include "ui/screens/clinic.h"

static const struct {
	const char *key, *name;
} parts[PRECHECK_N_PARTS] = {
	[PRECHECK_MAT] = { "mat", N_("Mat") },
	[PRECHECK_ZERO] = { "zero", N_("Zero point") },
	[PRECHECK_WEIGHT] = { "weight", N_("Weight") },
	[PRECHECK_PLACEMENT] = { "placement", N_("Feet") },
	[PRECHECK_CALIBRATION] = { "calibration", N_("Calibration") },
};

const char *precheck_name(enum precheck_part part)
{
	return parts[part].name;
}

static const json_t *part_of(const json_t *document, enum precheck_part part)
{
	return json_object_get(document, parts[part].key);
}

enum precheck_state precheck_state(const json_t *document, enum precheck_part part)
{
	const char *word = clinic_text(part_of(document, part), "state");

	return strcmp(word, "good") == 0    ? PRECHECK_GOOD
	       : strcmp(word, "check") == 0 ? PRECHECK_CHECK
	       : strcmp(word, "bad") == 0   ? PRECHECK_BAD
					    : PRECHECK_WAITING;
}

static void say_mat(const json_t *part, bool good, char *out, size_t size)
{
	if (good)
		snprintf(out, size, "%s · %.0f Hz", _("In order"),
			clinic_number(part, "rate_hz"));
	else
		snprintf(out, size, "%s", said_text(clinic_text(part, "text")));
}

static void say_zero(const json_t *part, bool good, char *out, size_t size)
{
	double age_s = clinic_number(part, "age_s");
	int minutes = isnan(age_s) ? 0 : (int)(age_s / 60);

	if (!good)
		snprintf(out, size, "%s",
			json_is_true(json_object_get(part, "empty"))
				? _("Hold Zero now, while the mat is empty.")
				: _("Let the person step off, then hold Zero."));
	else if (isnan(age_s) || minutes < 1)
		snprintf(out, size, "%s", _("In order"));
	else
		snprintf(out, size,
			P_("Set a minute ago", "Set %d minutes ago",
				(unsigned long)minutes),
			minutes);
}

/* "72.4 kg ±0.4 kg", and the card's where it says something else. */
static void say_weight(const json_t *part, bool good, char *out, size_t size)
{
	double kg = clinic_number(part, "mass_kg");
	double entered = clinic_number(part, "entered_kg");
	struct units_text shown = units_text_of(UNITS_MASS, kg);
	struct units_text card = units_text_of(UNITS_MASS, entered);
	double u95 = mat_words_shown_u95(
		units_text_scaled(UNITS_MASS, clinic_number(part, "u95_kg")),
		shown.step);
	char error[80];

	mat_words_u95(
		u95, shown.decimals, shown.unit, isnan(u95), 1, error, sizeof(error));
	if (!isnan(u95))
		mat_words_u95(u95, shown.decimals, "", false, 0, error, sizeof(error));
	if (isnan(kg))
		snprintf(out, size, "%s", _("Step on, feet apart."));
	else if (!json_is_true(json_object_get(part, "steady")))
		snprintf(out, size, _("%1$s %2$s: stand still."), shown.number,
			shown.unit);
	else if (good || isnan(entered))
		snprintf(out, size, "%s %s %s", shown.number, shown.unit, error);
	else
		snprintf(out, size, _("%1$s %2$s %3$s; the card says %4$s %2$s."),
			shown.number, shown.unit, error, card.number);
}

/* Where a foot should go. */
enum direction { TO_LEFT, TO_RIGHT, BACK, FORWARD, TURN_LEFT, TURN_RIGHT };

/* One foot's way to where it was: the largest of its deviations. */
struct way {
	bool left;
	enum direction direction;
	double off;  /* mm or degrees */
	double size; /* in limits; 0: none */
};

static void consider(
	struct way *way, bool left, enum direction direction, double off, double limit)
{
	double size = limit > 0 ? fabs(off) / limit : 0;

	if (!isnan(off) && size > 1 && size > way->size)
		*way = (struct way){ left, direction, fabs(off), size };
}

/* What is too far right goes left, and so on. */
static void consider_foot(struct way *way, const json_t *part, bool left)
{
	const json_t *foot = json_object_get(part, left ? "left" : "right");
	double dx = clinic_number(foot, "dx_mm"), dy = clinic_number(foot, "dy_mm");
	double angle = clinic_number(foot, "angle_deg");
	double mm = clinic_number(part, "limit_mm");

	consider(way, left, dx > 0 ? TO_LEFT : TO_RIGHT, dx, mm);
	consider(way, left, dy > 0 ? BACK : FORWARD, dy, mm);
	consider(way, left, angle > 0 ? TURN_LEFT : TURN_RIGHT, angle,
		clinic_number(part, "limit_deg"));
}

static const char *way_text(const struct way *way)
{
	static const char *const texts[][2] = {
		[TO_LEFT] = { N_("Left foot: to the left by"),
			N_("Right foot: to the left by") },
		[TO_RIGHT] = { N_("Left foot: to the right by"),
			N_("Right foot: to the right by") },
		[BACK] = { N_("Left foot: back by"), N_("Right foot: back by") },
		[FORWARD] = { N_("Left foot: forward by"),
			N_("Right foot: forward by") },
		[TURN_LEFT] = { N_("Left foot: turn left by"),
			N_("Right foot: turn left by") },
		[TURN_RIGHT] = { N_("Left foot: turn right by"),
			N_("Right foot: turn right by") },
	};

	return _(texts[way->direction][way->left ? 0 : 1]);
}

static void say_way(const struct way *way, char *out, size_t size)
{
	struct units_text length = units_text_of(UNITS_LENGTH, way->off);

	if (way->direction >= TURN_LEFT)
		snprintf(out, size, "%s %.0f°", way_text(way), way->off);
	else
		snprintf(out, size, "%s %s %s", way_text(way), length.number,
			length.unit);
}

static void say_placement(const json_t *part, char *out, size_t size)
{
	bool both = json_is_object(json_object_get(part, "left")) &&
		    json_is_object(json_object_get(part, "right"));
	bool saved = json_is_true(json_object_get(part, "saved"));
	struct way way = { 0 };

	consider_foot(&way, part, true);
	consider_foot(&way, part, false);
	if (!both)
		snprintf(out, size, "%s", _("Step on with both feet."));
	else if (saved && way.size > 0)
		say_way(&way, out, size);
	else
		snprintf(out, size, "%s",
			saved ? _("Where they were saved") : _("Not saved yet"));
}

static void say_calibration(const json_t *part, char *out, size_t size)
{
	const char *state = clinic_text(part, "calibration_state");

	snprintf(out, size, "%s",
		strcmp(state, "expired") == 0 ? _("The calibration has expired: "
						  "calibrate again.")
		: strcmp(state, "none") == 0  ? _("Not calibrated: shares without "
						   "error, no weight.")
		: strcmp(state, "unverified") == 0
			? _("The calibration was never verified.")
			: said_text(clinic_text(part, "text")));
}

void precheck_say(
	const json_t *document, enum precheck_part which, char *out, size_t size)
{
	const json_t *part = part_of(document, which);
	bool good = precheck_state(document, which) == PRECHECK_GOOD;

	switch (which) {
	case PRECHECK_MAT:
		say_mat(part, good, out, size);
		break;
	case PRECHECK_ZERO:
		say_zero(part, good, out, size);
		break;
	case PRECHECK_WEIGHT:
		say_weight(part, good, out, size);
		break;
	case PRECHECK_PLACEMENT:
		say_placement(part, out, size);
		break;
	default:
		say_calibration(part, out, size);
		break;
	}
}
