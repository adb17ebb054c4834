/* Findings: every rule at its limits, what a healthy population is told, and the wording of every sentence that
 * anybody can see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/rng.h"
#include "src/core/findings/findings.h"
#include "src/core/student.h"

#define SEED 20261127

static const struct finding_rule *rule_of(const char *id)
{
	const struct finding_rule *rules;
	int n = findings_rules(&rules);

	for (int i = 0; i < n; i++)
		if (strcmp(rules[i].id, id) == 0)
			return &rules[i];
	fail_msg("no rule %s", id);
	return NULL;
}

static bool has(const struct findings *f, const char *id)
{
	for (int i = 0; i < f->n; i++)
		if (strcmp(f->items[i].rule->id, id) == 0)
			return true;
	return false;
}

/* Someone whose offset is `mm`, +- `half`. */
static struct facts standing(double mm, double half)
{
	struct facts f;

	facts_init(&f);
	f.value[FACT_N_TRIALS] = 3;
	f.value[FACT_COM_ML_MM] = mm;
	f.value[FACT_COM_ML_LOW_MM] = mm - half;
	f.value[FACT_COM_ML_HIGH_MM] = mm + half;
	f.value[FACT_SHARE_MORE_PCT] = 50 + fabs(mm) / 2;
	facts_derive(&f);
	return f;
}

static struct findings evaluate(const struct facts *f)
{
	struct findings out;

	findings_evaluate(f, 0, false, &out);
	return out;
}

/* --- rules -------------------------------------------------------------------------------------- */

static void test_bands_of_the_lateral_offset(void **state)
{
	static const struct {
		double mm, half;
		const char *id;
	} cases[] = {
		{ 0, 3, "S0" },
		{ 9.9, 3, "S0" },
		{ 10, 3, "S1" },
		{ -10, 3, "S1" },
		{ 14.9, 3, "S1" },
		{ 15, 3, "S2" },
		{ 20, 3, "S2" },
		{ 20.1, 3, "S3" },
		{ -30, 3, "S3" },
		{ 30, 25.1, "S0" }, /* not certainly beyond 5 mm */
		{ 12, 7.1, "S0" },
		{ 12, 6.9, "S1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct facts f = standing(cases[i].mm, cases[i].half);
		struct findings out = evaluate(&f);
		static const char *const ids[] = { "S0", "S1", "S2", "S3" };

		for (int k = 0; k < 4; k++)
			assert_int_equal(
				has(&out, ids[k]), strcmp(ids[k], cases[i].id) == 0);
	}
}

static void test_sides_are_the_persons(void **state)
{
	struct facts f = standing(-25, 3);
	struct findings out = evaluate(&f);

	(void)state;
	assert_non_null(strstr(out.items[0].text, "left"));
	f = standing(25, 3);
	out = evaluate(&f);
	assert_non_null(strstr(out.items[0].text, "right"));
}

/* Give each of a rule's facts a value that just holds. */
static void satisfy(const struct finding_rule *r, struct facts *f)
{
	for (int i = 0; i < r->n_conditions; i++) {
		const struct finding_condition *c = &r->conditions[i];

		f->value[c->fact] = c->test == AT_LEAST ? c->limit
				    : c->test == ABOVE  ? c->limit + 0.001
							: c->limit - 0.001;
	}
	/* a band between two limits */
	for (int i = 0; i < r->n_conditions; i++)
		if (r->conditions[i].test == AT_LEAST)
			f->value[r->conditions[i].fact] = r->conditions[i].limit;
}

static void test_every_rule_speaks_at_its_limit_and_not_without_a_fact(void **state)
{
	const struct finding_rule *rules;
	int n = findings_rules(&rules);

	(void)state;
	assert_true(n >= 20);
	for (int i = 0; i < n; i++) {
		struct facts f;
		struct findings out;

		facts_init(&f);
		satisfy(&rules[i], &f);
		out = evaluate(&f);
		if (!has(&out, rules[i].id))
			fail_msg("%s is silent at its limits", rules[i].id);
		if (rules[i].any)
			continue;
		for (int c = 0; c < rules[i].n_conditions; c++) {
			double kept = f.value[rules[i].conditions[c].fact];

			f.value[rules[i].conditions[c].fact] = NAN;
			out = evaluate(&f);
			if (has(&out, rules[i].id))
				fail_msg("%s speaks without %s", rules[i].id,
					fact_info(rules[i].conditions[c].fact)->key);
			f.value[rules[i].conditions[c].fact] = kept;
		}
	}
}

static void test_a_failed_gate_silences_all_but_warnings(void **state)
{
	struct facts f = standing(25, 3);
	struct findings out;

	(void)state;
	f.value[FACT_RED_FLAG] = 1;
	f.value[FACT_PAIN_LEG] = f.value[FACT_PAIN_BACK] = 1;
	findings_evaluate(&f, 1u << GATE_EDGE, false, &out);
	assert_true(has(&out, "X"));
	assert_true(has(&out, "X2"));
	assert_false(has(&out, "S3"));
	findings_evaluate(&f, 1u << GATE_CALIBRATION | 1u << GATE_WEIGHT, false, &out);
	assert_true(has(&out, "S3"));
}

static void test_one_trial_carries_only_what_it_can(void **state)
{
	struct facts f = standing(25, 3);
	struct findings out;

	(void)state;
	f.value[FACT_OUTSIDE_45_55_PCT] = 70;
	f.value[FACT_COM_ML_MM] = 2;
	findings_evaluate(&f, 1u << GATE_TRIALS, true, &out);
	assert_true(has(&out, "N1"));
	for (int i = 0; i < out.n; i++)
		assert_true(out.items[i].rule->one_trial);
	assert_string_equal(out.card, "");
}

/* With nothing but how the person stands, no finding speaks of the pelvis. */
static void test_without_provocation_nothing_speaks_of_the_pelvis(void **state)
{
	(void)state;
	for (int mm = -60; mm <= 60; mm++) {
		struct facts f = standing(mm, 2);
		struct findings out;

		f.value[FACT_COM_AP_MM] = 70;
		f.value[FACT_KNEE_MORE_LOW_PCT] = 5;
		f.value[FACT_KNEE_MORE_HIGH_PCT] = 30;
		f.value[FACT_BACK_MORE_LOW_PCT] = 0;
		f.value[FACT_BACK_MORE_HIGH_PCT] = 20;
		out = evaluate(&f);
		for (int i = 0; i < out.n; i++) {
			assert_false(out.items[i].rule->pelvis);
			assert_null(strstr(out.items[i].text, "pelvi"));
		}
	}
}

/* 20,000 healthy people whose means of three trials scatter by 8.9 mm. */
static void test_few_healthy_people_are_told_much(void **state)
{
	const double floor_mm = 5 / sqrt(3);
	struct rng rng;
	int n_much = 0, n_clear = 0;

	(void)state;
	rng_init(&rng, SEED, 1);
	for (int i = 0; i < 20000; i++) {
		struct facts f =
			standing(8.9 * rng_normal(&rng), student_t975(2) * floor_mm);
		struct findings out = evaluate(&f);

		n_much += has(&out, "S3");
		n_clear += has(&out, "S2");
	}
	assert_true(n_much <= 700); /* 3.5 % */
	assert_true(n_much >= 300);
	assert_true(n_clear <= 1800);
}

/* --- wording ------------------------------------------------------------------------------------ */

/* What may never be said, docs/clinical-basis.md, "Wording". */
static const char *const never[] = { "diagnos", "detect", "misalign", "short leg",
	"shorter leg", "twisted", "abnormal", "disease", "will cause", "patholog",
	"crooked", "degenerat", "injur", "damage", "wrong", "faulty", "deform" };

static void lower(const char *from, char *to, size_t size)
{
	size_t i;

	for (i = 0; i + 1 < size && from[i]; i++)
		to[i] = (char)tolower((unsigned char)from[i]);
	to[i] = '\0';
}

static void check_sentence(const char *where, const char *text)
{
	char small[2 * FINDING_TEXT_SIZE];
	size_t n = strlen(text);

	lower(text, small, sizeof(small));
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(small, never[i]))
			fail_msg("%s says \"%s\": %s", where, never[i], text);
	if (n == 0 || text[n - 1] != '.')
		fail_msg("%s is no sentence: %s", where, text);
	if (strstr(text, "{?}"))
		fail_msg("%s has a word that is not filled in: %s", where, text);
	if (n >= FINDING_TEXT_SIZE - 1)
		fail_msg("%s is cut: %s", where, text);
}

static struct facts everything(void)
{
	struct facts f;

	facts_init(&f);
	for (int i = 0; i < FACT_N; i++)
		f.value[i] = -12.6;
	f.more_side = f.null_side = f.squat_side = f.toe_side = -1;
	f.deficit_side = f.pain_knee_side = 1;
	return f;
}

static void test_every_sentence_keeps_to_the_wording(void **state)
{
	const struct finding_rule *rules;
	int n = findings_rules(&rules);
	struct facts f = everything();
	char text[FINDING_TEXT_SIZE];

	(void)state;
	for (int i = 0; i < n; i++)
		for (int a = 0; a < AUDIENCE_N; a++) {
			if (!rules[i].text[a])
				continue;
			finding_text(&rules[i], (enum finding_audience)a, &f, text,
				sizeof(text));
			check_sentence(rules[i].id, text);
		}
	for (int g = 0; g < GATE_N; g++)
		check_sentence("gate", finding_gate_text((enum finding_gate)g));
}

/* A number from the model never stands without saying so. */
static void test_modelled_numbers_say_so(void **state)
{
	static const char *const slots[] = { "{knee", "{back", "{shift" };
	const struct finding_rule *rules;
	int n = findings_rules(&rules);

	(void)state;
	for (int i = 0; i < n; i++)
		for (int a = 0; a < AUDIENCE_N; a++)
			for (int s = 0; s < 3; s++) {
				const char *t = rules[i].text[a];

				if (t && strstr(t, slots[s]) && !strstr(t, "model"))
					fail_msg("%s: %s", rules[i].id, t);
			}
}

static void test_patients_are_spared_what_is_for_clinicians(void **state)
{
	static const char *const ids[] = { "E1", "P3", "P6", "P6b", "P8" };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_null(rule_of(ids[i])->text[AUDIENCE_PATIENT]);
}

static void test_the_card_gives_a_range_and_says_that_it_is_one(void **state)
{
	struct facts f = standing(18, 3);
	struct findings out;

	(void)state;
	f.value[FACT_PELVIS_SHIFT_MOST_MM] = 21.4;
	out = evaluate(&f);
	check_sentence("card", out.card);
	assert_non_null(strstr(out.card, "up to 21 mm"));
	assert_non_null(strstr(out.card, "not a measurement"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bands_of_the_lateral_offset),
		cmocka_unit_test(test_sides_are_the_persons),
		cmocka_unit_test(
			test_every_rule_speaks_at_its_limit_and_not_without_a_fact),
		cmocka_unit_test(test_a_failed_gate_silences_all_but_warnings),
		cmocka_unit_test(test_one_trial_carries_only_what_it_can),
		cmocka_unit_test(test_without_provocation_nothing_speaks_of_the_pelvis),
		cmocka_unit_test(test_few_healthy_people_are_told_much),
		cmocka_unit_test(test_every_sentence_keeps_to_the_wording),
		cmocka_unit_test(test_modelled_numbers_say_so),
		cmocka_unit_test(test_patients_are_spared_what_is_for_clinicians),
		cmocka_unit_test(test_the_card_gives_a_range_and_says_that_it_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
