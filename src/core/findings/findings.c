#include "src/core/findings/findings.h"

#include <math.h>
#include <string.h>

#include "src/base/i18n.h"
#include "src/base/text.h"

#define WORD_SIZE 48
#define LIFTS_MM  0 /* decimals */

static const char *const gate_texts[GATE_N] = {
	[GATE_CALIBRATION] =
		N_("The mat has no valid calibration: shares hold, forces do not. "
		   "Calibrate it."),
	[GATE_WEIGHT] = N_(
		"The measured weight is more than 5 % off the entered one: only shares "
		"are told. Check the weight, and the calibration."),
	[GATE_EDGE] =
		N_("A foot reached the edge of the mat: void that trial and repeat "
		   "it with both feet well inside."),
	[GATE_STEP] =
		N_("A foot carried less than 5 % of body weight: void that trial and "
		   "repeat it standing on both feet."),
	[GATE_DRIFT] =
		N_("The load drifted by more than 5 % of body weight a minute: let "
		   "the mat settle, zero it, void that trial and repeat it."),
	[GATE_TRIALS] =
		N_("Fewer than three good trials: repeat, because one stance says "
		   "little about "
		   "a habit."),
	[GATE_WIDTH] =
		N_("The feet stood more than 15 mm wider or narrower from trial to "
		   "trial: use "
		   "the saved foot placement and repeat."),
};

const char *finding_gate_text(enum finding_gate gate)
{
	return gate_texts[gate];
}

bool finding_gate_is_soft(enum finding_gate gate)
{
	return gate == GATE_CALIBRATION || gate == GATE_WEIGHT;
}

const char *finding_grade_name(enum finding_grade grade)
{
	static const char *const names[] = { "A", "B", "C", "D" };

	return names[grade];
}

const char *finding_audience_name(enum finding_audience audience)
{
	return audience == AUDIENCE_PATIENT ? "patient" : "clinician";
}

/* --- words ----------------------------------------------------------------------------------- */

static const char *side_word(int side)
{
	return side < 0 ? "left" : side > 0 ? "right" : "same";
}

static int sign_of(double value)
{
	return (value > 0) - (value < 0);
}

static void number_word(char *word, double value, int decimals)
{
	if (decimals == 0)
		text_format(word, WORD_SIZE, "%.0f", value);
	else if (decimals == 1)
		text_format(word, WORD_SIZE, "%.1f", value);
	else
		text_format(word, WORD_SIZE, "%.2f", value);
}

/* One word in braces: a side, or a fact with its decimals, its size without the sign where only that is
 * meant. */
struct slot {
	const char *name;
	enum fact fact;
	int decimals;
	bool size;
};

static const struct slot numbers[] = {
	{ "mm", FACT_COM_ML_MM, 0, true },
	{ "share", FACT_SHARE_MORE_PCT, 0, false },
	{ "eyes", FACT_EYES_CLOSED_SHIFT_MM, 0, true },
	{ "outside", FACT_OUTSIDE_45_55_PCT, 0, false },
	{ "null", FACT_LIFT_NULL_MM, LIFTS_MM, true },
	{ "apdiff", FACT_AP_DIFFERENCE_MM, 0, true },
	{ "toe", FACT_TOE_OUT_DIFFERENCE_DEG, 0, true },
	{ "kneelo", FACT_KNEE_MORE_LOW_PCT, 0, false },
	{ "kneehi", FACT_KNEE_MORE_HIGH_PCT, 0, false },
	{ "backlo", FACT_BACK_MORE_LOW_PCT, 0, false },
	{ "backhi", FACT_BACK_MORE_HIGH_PCT, 0, false },
	{ "shift", FACT_PELVIS_SHIFT_MOST_MM, 0, true },
};

/* Write the word for `name` (`n` letters). Unknown names stay visible: a test finds them. */
static void find_word(const char *name, size_t n, const struct facts *f, char *word)
{
	const struct {
		const char *name;
		const char *word;
	} sides[] = {
		{ "side", side_word(f->more_side) },
		{ "nullside", side_word(f->null_side) },
		{ "squatside", side_word(f->squat_side) },
		{ "toeside", side_word(f->toe_side) },
		{ "eyesside", side_word(sign_of(f->value[FACT_EYES_CLOSED_SHIFT_MM])) },
		{ "deficitside", side_word(f->deficit_side) },
		{ "painside", side_word(f->pain_knee_side) },
		{ "diagonal", f->value[FACT_DIAGONAL_INDEX] < 0
				      ? "left forefoot and right heel"
				      : "right forefoot and left heel" },
	};

	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		if (strlen(sides[i].name) == n && memcmp(sides[i].name, name, n) == 0) {
			text_copy(word, WORD_SIZE, sides[i].word);
			return;
		}
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct slot *s = &numbers[i];

		if (strlen(s->name) == n && memcmp(s->name, name, n) == 0) {
			double v = f->value[s->fact];

			number_word(word, s->size ? fabs(v) : v, s->decimals);
			return;
		}
	}
	text_copy(word, WORD_SIZE, "{?}");
}

/* The offset's interval as distances towards the side that carries more: "10 to 26", not "-26 to -10". */
static bool find_bound(const char *name, size_t n, const struct facts *f, char *word)
{
	bool is_low = n == 2 && memcmp(name, "lo", 2) == 0;
	bool is_high = n == 2 && memcmp(name, "hi", 2) == 0;
	double low = f->value[FACT_COM_ML_LOW_MM], high = f->value[FACT_COM_ML_HIGH_MM];

	if (!is_low && !is_high)
		return false;
	if (f->more_side < 0)
		number_word(word, is_low ? -high : -low, 0);
	else
		number_word(word, is_low ? low : high, 0);
	return true;
}

static void fill_in(
	const char *template, const struct facts *facts, char *text, int size)
{
	char word[WORD_SIZE];
	int n = 0;

	while (*template && n < size - 1) {
		const char *end = *template == '{'
					  ? memchr(template, '}', strlen(template))
					  : NULL;

		if (!end) {
			text[n++] = *template ++;
			continue;
		}
		if (!find_bound(
			    template + 1, (size_t)(end - template - 1), facts, word))
			find_word(template + 1, (size_t)(end - template - 1), facts,
				word);
		text_copy(text + n, (size_t)(size - n), word);
		n += (int)strlen(text + n);
		template = end + 1;
	}
	text[n] = '\0';
}

void finding_text(const struct finding_rule *rule, enum finding_audience audience,
	const struct facts *facts, char *text, int size)
{
	fill_in(rule->text[audience] ? rule->text[audience] : "", facts, text, size);
}

/* --- rules ------------------------------------------------------------------------------------ */

static bool holds(const struct finding_condition *c, const struct facts *facts)
{
	double value = facts->value[c->fact];

	if (c->magnitude)
		value = fabs(value);
	switch (c->test) {
	case AT_LEAST:
		return value >= c->limit;
	case ABOVE:
		return value > c->limit;
	default:
		return value < c->limit;
	}
}

static bool applies(const struct finding_rule *rule, const struct facts *facts)
{
	int n_held = 0;

	for (int i = 0; i < rule->n_conditions; i++)
		n_held += holds(&rule->conditions[i], facts);
	return rule->any ? n_held > 0 : n_held == rule->n_conditions;
}

/* What asks for a doctor rests on no measurement, and speaks whatever the gates say. */
static bool is_warning(const struct finding_rule *rule)
{
	enum fact first = rule->conditions[0].fact;

	return first == FACT_RED_FLAG || first == FACT_PAIN_LEG;
}

static void add(struct findings *out, const struct finding_rule *rule,
	enum finding_audience audience, const struct facts *facts)
{
	struct finding *f = &out->items[out->n];

	if (!rule->text[audience] || out->n == FINDINGS_MAX)
		return;
	f->rule = rule;
	f->audience = audience;
	finding_text(rule, audience, facts, f->text, sizeof(f->text));
	for (int i = 0; i < rule->n_conditions; i++)
		f->value[i] = facts->value[rule->conditions[i].fact];
	out->n++;
}

static bool is_hard(unsigned gates, bool single_trial)
{
	for (int g = 0; g < GATE_N; g++) {
		/* that one trial is not three is known, and its rules are those that need no more */
		if (single_trial && (g == GATE_TRIALS || g == GATE_WIDTH))
			continue;
		if (gates >> g & 1 && !finding_gate_is_soft((enum finding_gate)g))
			return true;
	}
	return false;
}

/* The pelvis, only where the load is clearly to one side: how far it may have gone, and what would tell more. */
static void write_card(const struct facts *facts, struct findings *out)
{
	out->card[0] = '\0';
	if (!(facts->value[FACT_LATERAL_BAND] >= 2) ||
		isnan(facts->value[FACT_PELVIS_SHIFT_MOST_MM]))
		return;
	fill_in("Your weight sits {mm} mm to the {side}. That goes with a pelvis "
		"shifted by up to "
		"{shift} mm to that side, which is a model's range and not a "
		"measurement: the mat "
		"cannot see the pelvis.",
		facts, out->card, sizeof(out->card));
}

void findings_evaluate(const struct facts *facts, unsigned failed_gates,
	bool single_trial, struct findings *out)
{
	const struct finding_rule *rules;
	int n_rules = findings_rules(&rules);
	bool hard = is_hard(failed_gates, single_trial);

	out->n = 0;
	out->gates = failed_gates;
	out->card[0] = '\0';
	for (int i = 0; i < n_rules; i++) {
		const struct finding_rule *r = &rules[i];

		if (!applies(r, facts) || (hard && !is_warning(r)) ||
			(single_trial && !r->one_trial))
			continue;
		for (int a = 0; a < AUDIENCE_N; a++)
			add(out, r, (enum finding_audience)a, facts);
	}
	if (!hard && !single_trial)
		write_card(facts, out);
}
