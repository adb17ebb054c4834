#include "ui/screens/fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/screens/clinic.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static const struct field_word sexes[] = { { "F", N_("woman") }, { "M", N_("man") } };
static const struct field_word axes[] = { { "neutral", N_("neutral") },
	{ "varus", N_("varus") }, { "valgus", N_("valgus") } };
static const struct field_word pains[] = {
	{ "neck", N_("neck") },
	{ "back", N_("back") },
	{ "hip_left", N_("left hip") },
	{ "hip_right", N_("right hip") },
	{ "leg_left", N_("left leg") },
	{ "leg_right", N_("right leg") },
	{ "knee_left", N_("left knee") },
	{ "knee_right", N_("right knee") },
	{ "ankle_left", N_("left ankle") },
	{ "ankle_right", N_("right ankle") },
	{ "foot_left", N_("left foot") },
	{ "foot_right", N_("right foot") },
};
static const struct field_word flags[] = {
	{ "trauma", N_("injury") },
	{ "fever", N_("fever") },
	{ "weight_loss", N_("weight loss") },
	{ "night_pain", N_("pain at night") },
	{ "numbness", N_("numbness") },
	{ "weakness", N_("weakness") },
	{ "bladder_bowel", N_("bladder or bowel") },
	{ "cancer", N_("cancer") },
	{ "cannot_bear_weight", N_("cannot bear weight") },
	{ "dizzy_today", N_("dizzy today") },
	{ "other", N_("something else") },
};

static const struct field fields[FIELDS_N] = {
	{ .key = "sex",
		.label = N_("Sex"),
		.kind = FIELD_CHOICE,
		.words = sexes,
		.n_words = COUNT(sexes) },
	{ .key = "birth_year",
		.label = N_("Born in"),
		.kind = FIELD_YEAR,
		.low = 1900,
		.high = 2100 },
	{ .key = "stature_m",
		.label = N_("Height"),
		.kind = FIELD_STATURE,
		.low = 0.5,
		.high = 2.6 },
	{ .key = "mass_kg",
		.label = N_("Weight"),
		.kind = FIELD_MASS,
		.low = 3,
		.high = 350 },
	{ .key = "red_flags",
		.label = N_("Red flags"),
		.kind = FIELD_CHECKS,
		.words = flags,
		.n_words = COUNT(flags) },
	{ .key = "restrictions", .label = N_("Restrictions"), .kind = FIELD_TEXT },
	{ .key = "pain_sites",
		.label = N_("Pain"),
		.kind = FIELD_CHECKS,
		.words = pains,
		.n_words = COUNT(pains),
		.sides = true },
	{ .key = "surgery", .label = N_("Surgery"), .kind = FIELD_TEXT },
	{ .key = "extension_deficit_left_deg",
		.label = N_("Left knee deficit"),
		.kind = FIELD_DEGREES,
		.high = 90 },
	{ .key = "extension_deficit_right_deg",
		.label = N_("Right knee deficit"),
		.kind = FIELD_DEGREES,
		.high = 90 },
	{ .key = "knee_axis_left",
		.label = N_("Left knee axis"),
		.kind = FIELD_CHOICE,
		.words = axes,
		.n_words = COUNT(axes) },
	{ .key = "knee_axis_right",
		.label = N_("Right knee axis"),
		.kind = FIELD_CHOICE,
		.words = axes,
		.n_words = COUNT(axes) },
	{ .key = "notes", .label = N_("Notes"), .kind = FIELD_TEXT },
};

const struct field *fields_at(int index)
{
	return index >= 0 && index < FIELDS_N ? &fields[index] : NULL;
}

const struct field *fields_find(const char *key)
{
	for (int i = 0; i < FIELDS_N; i++)
		if (strcmp(fields[i].key, key) == 0)
			return &fields[i];
	return NULL;
}

const char *fields_word(const char *word)
{
	for (int i = 0; i < FIELDS_N; i++)
		for (int k = 0; k < fields[i].n_words; k++)
			if (strcmp(fields[i].words[k].word, word) == 0)
				return _(fields[i].words[k].text);
	return word;
}

/* --- numbers --------------------------------------------------------------------------------- */

double fields_kept(const struct field *f, double typed)
{
	switch (f->kind) {
	case FIELD_STATURE:
		return units_text_typed(UNITS_HEIGHT, typed) / 1000;
	case FIELD_MASS:
		return units_text_typed(UNITS_MASS, typed);
	default:
		return typed;
	}
}

void fields_shown(const struct field *f, double kept, char *out, size_t size)
{
	char *end;

	out[0] = '\0';
	if (isnan(kept))
		return;
	if (f->kind == FIELD_STATURE)
		snprintf(out, size, "%s",
			units_text_of(UNITS_HEIGHT, kept * 1000).number);
	else if (f->kind == FIELD_MASS)
		snprintf(out, size, "%s", units_text_of(UNITS_MASS, kept).number);
	else
		snprintf(out, size, "%.0f", kept);
	/* "72.0" is 72 to whoever reads or goes on typing. */
	end = out + strlen(out);
	if (strpbrk(out, ".,") && end[-1] == '0')
		end[-2] = '\0';
}

const char *fields_unit(const struct field *f)
{
	return f->kind == FIELD_STATURE   ? units_text_unit(UNITS_HEIGHT)
	       : f->kind == FIELD_MASS    ? units_text_unit(UNITS_MASS)
	       : f->kind == FIELD_DEGREES ? "°"
					  : "";
}

/* --- in words -------------------------------------------------------------------------------- */

static void say_number(const struct field *f, double kept, char *out, size_t size)
{
	const char *unit = fields_unit(f);
	char number[24];

	fields_shown(f, kept, number, sizeof(number));
	if (number[0] == '\0')
		snprintf(out, size, "–");
	else
		snprintf(out, size, "%s%s%s", number,
			unit[0] != '\0' && f->kind != FIELD_DEGREES ? " " : "", unit);
}

void fields_say(const struct field *f, const json_t *patient, char *out, size_t size)
{
	const char *text = clinic_text(patient, f->key);

	if (f->kind == FIELD_CHECKS)
		clinic_words(json_object_get(patient, f->key), out, size);
	else if (f->kind == FIELD_TEXT || f->kind == FIELD_CHOICE)
		snprintf(out, size, "%s",
			text[0] == '\0'           ? "–"
			: f->kind == FIELD_CHOICE ? fields_word(text)
						  : text);
	else
		say_number(f, clinic_number(patient, f->key), out, size);
}
