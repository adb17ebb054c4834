/* Reports on paper: whatever a document holds, nothing is cut, nothing overlaps, nothing is lost; and what is said is
 * what the document says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/base64.h"
#include "src/core/findings/findings.h"
#include "src/core/trial/protocol.h"
#include "src/report/report_read.h"
#include "src/report/report_sheet.h"
#include "src/report/say.h"
#include "src/report/say_finding.h"
#include "src/base/say_sentence.h"
#include "src/report/sheet.h"

#define MAX_PLACED 1500
#define TOUCH_MM   0.35 /* boxes of lines reach a little over the ink */
#define SIDE       32

/* --- documents ------------------------------------------------------------------------------------- */

/* What a document is to hold. */
struct made {
	int n_trials, n_conditions, n_history, n_findings, n_ratios;
	const char *patient;
	bool has_picture, has_calibration, has_person, has_changes, is_signed;
	bool is_trial; /* of one trial, without a visit */
	bool leans;    /* that trial leans forward to the left */
	const char *reason;
};
static const struct made usual = { .n_trials = 6,
	.n_conditions = 2,
	.n_history = 3,
	.n_findings = 4,
	.n_ratios = 1,
	.patient = "P-104",
	.has_picture = true,
	.has_calibration = true,
	.has_person = true,
	.has_changes = true };

static const char *const conditions[][4] = {
	/* protocol, phase, eyes, surface */
	{ "quiet-eo", "", "open", "firm" },
	{ "quiet-ec", "", "closed", "firm" },
	{ "foam-eo", "", "open", "foam" },
	{ "foam-ec", "", "closed", "foam" },
	{ "mctsib", "eo", "open", "firm" },
	{ "mctsib", "ec", "closed", "firm" },
	{ "mctsib", "foam-eo", "open", "foam" },
	{ "mctsib", "foam-ec", "closed", "foam" },
	{ "correct-seen", "", "open", "firm" },
	{ "correct-hidden", "", "open", "firm" },
	{ "los", "front-left", "open", "firm" },
	{ "los", "", "open", "firm" },
	{ "sts5", "", "open", "firm" },
};
#define N_CONDITIONS ((int)(sizeof(conditions) / sizeof(conditions[0])))

static json_t *mean_of(int n, double mean)
{
	return n > 1 ? json_pack("{s:i, s:f, s:f, s:[f,f]}", "n", n, "mean", mean, "sd",
			       0.1 * mean, "ci95", 0.8 * mean, 1.2 * mean)
		     : json_pack("{s:i, s:f, s:n, s:n}", "n", n, "mean", mean, "sd",
			       "ci95");
}

static json_t *condition_of(int k)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "eyes", conditions[k][2],
		"surface", conditions[k][3], "stance", "bipedal", "footwear",
		"barefoot", "support", "none");
}

static json_t *group_of(const struct made *m, int k)
{
	int n = m->n_trials / m->n_conditions > 0 ? m->n_trials / m->n_conditions : 1;
	json_t *trials = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(
			trials, json_integer(1 + k + i * m->n_conditions));
	return json_pack("{s:s, s:s, s:o, s:o, s:b, s:{s:o, s:o, s:o, s:o, s:o, s:o, "
			 "s:o, s:o, s:o, s:o}}",
		"protocol", conditions[k][0], "phase", conditions[k][1], "condition",
		condition_of(k), "trials", trials, "has_practice", 0, "metrics",
		"mean_velocity_mm_s", mean_of(n, 8.13), "ellipse95_mm2",
		mean_of(n, 231.4), "left_frac", mean_of(n, 0.431), "asymmetry_pct",
		mean_of(n, 13.8), "com_ml_mm", mean_of(n, 14.2), "com_ap_mm",
		mean_of(n, 44.0), "left_fore_frac", mean_of(n, 0.44), "stance_width_mm",
		mean_of(n, 171), "max_excursion_deg", mean_of(n, 6.14),
		"repetitions_time_s", mean_of(n, 11.43));
}

static json_t *change_of(int k)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:{s:f,s:f,s:f,s:s,s:s}, "
			 "s:{s:f,s:f,s:f,s:s,s:s}}}",
		"protocol", conditions[k][0], "phase", conditions[k][1], "footwear",
		"barefoot", "support", "none", "before_started",
		"2026-10-01T10:00:00+02:00", "metrics", "mean_velocity_mm_s", "before",
		11.7, "difference", -3.6, "mdc95", 1.3, "mdc95_of", "ratio", "larger",
		"yes", "com_ml_mm", "before", 15.0, "difference", -0.8, "mdc95", 10.4,
		"mdc95_of", "difference", "larger", "no");
}

static json_t *trial_of(const struct made *m, int i)
{
	int k = i % m->n_conditions;
	json_t *reasons = json_array();

	if (m->reason)
		json_array_append_new(reasons, json_string(m->reason));
	return json_pack(
		"{s:i, s:s, s:s, s:s, s:s, s:o, s:f, s:f, s:f, s:{s:s, s:o}, "
		"s:{s:f, s:f, s:f, s:f}, s:{s:f, s:{s:f, s:f, s:f, s:f, s:f}, "
		"s:{s:{s:f,s:f,s:f}}}, s:s, s:s, s:{s:s}, s:b, s:[[ff],[ff],[ff]]}",
		"id", i + 1, "protocol", conditions[k][0], "started",
		"2026-11-28T09:30:00+01:00", "patient", m->patient, "operator",
		"Dr. Annegret Kern", "condition", condition_of(k), "duration_s", 30.0,
		"settle_s", 5.0, "rate_hz", 100.0, "quality", "verdict",
		m->reason ? "check" : "good", "reasons", reasons, "weight", "left_frac",
		0.431, "asymmetry_pct", 13.8, "com_ml_mm", 14.2, "measured_mass_kg",
		71.2, "sway", "cutoff_hz", 5.0, "metrics", "mean_velocity_mm_s", 8.13,
		"ellipse95_mm2", 231.4, "ellipse_major_mm", 11.0, "ellipse_minor_mm",
		6.7, "ellipse_angle_deg", 80.0, "norms", "mean_velocity_mm_s", "p5",
		6.8, "p50", 10.1, "p95", 15.0, "calibration_id",
		m->has_calibration ? "3f9a0c1d2e4b5a69788796a5b4c3d2e1" : "",
		"calibration_state", m->has_calibration ? "valid" : "none", "algorithm",
		"version", "0.1.0", "voided", 0, "outline_mm", -100.0, -100.0, 100.0,
		-100.0, 0.0, 140.0);
}

static void lean(json_t *trial)
{
	json_object_update_new(
		trial, json_pack("{s:s, s:[{s:s, s:o, s:{}, s:{}}], s:{s:f, s:f}}",
			       "protocol", "los", "phases", "key", "front-left",
			       "condition", condition_of(0), "weight", "sway",
			       "outcomes", "front_left_max_excursion_deg", 6.14,
			       "front_left_max_excursion_mm", 94.3));
}

static json_t *alignment_of(void)
{
	json_t *a = json_object();

	for (int q = 0; q < INFERENCE_N; q++)
		json_object_set_new(a, inference_info((enum inference_quantity)q)->key,
			json_pack("{s:f, s:f, s:f}", "median", 12.0 + q, "p5", 2.0 + q,
				"p95", 40.0 + q));
	json_object_set_new(a, "pelvis_shift_most_mm", json_real(17));
	return a;
}

/* The first rules, in both versions, as a visit would give them. */
static json_t *findings_of(int n)
{
	const struct finding_rule *rules;
	json_t *list = json_array();
	struct facts facts;
	char text[FINDING_TEXT_SIZE];
	int n_rules = findings_rules(&rules);

	facts_init(&facts);
	for (int f = 0; f < FACT_N; f++)
		facts.value[f] = 18.25;
	facts.more_side = facts.null_side = facts.squat_side = facts.toe_side =
		facts.deficit_side = facts.pain_knee_side = 1;
	for (int i = 0; i < n && i < n_rules; i++) {
		for (int a = 0; a < AUDIENCE_N; a++) {
			if (!rules[i].text[a])
				continue;
			finding_text(&rules[i], (enum finding_audience)a, &facts, text,
				sizeof(text));
			json_array_append_new(list,
				json_pack("{s:s, s:s, s:s, s:s, s:{s:b, s:[{s:s, s:s, "
					  "s:f, s:b, s:s, s:f}], s:s, s:s}}",
					"id", rules[i].id, "grade",
					finding_grade_name(rules[i].grade), "audience",
					finding_audience_name((enum finding_audience)a),
					"text", text, "why", "all", 1, "conditions",
					"fact", "com_ml_mm", "label",
					"lateral offset of the centre of mass", "value",
					18.25, "magnitude", 1, "test", "at_least",
					"limit", 15.0, "source", rules[i].source,
					"next", rules[i].next));
		}
	}
	return list;
}

static json_t *patient_of(const struct made *m)
{
	json_t *p = json_pack("{s:s}", "code", m->patient);
	json_t *history = json_array();

	for (int i = 0; i < m->n_history; i++)
		json_array_append_new(history,
			json_pack("{s:i, s:s, s:f, s:f}", "visit",
				3 - m->n_history + 1 + i, "started",
				"2026-10-01T10:00:00+02:00", "com_ml_mm", 10.0 + i,
				"mean_velocity_mm_s", 9.0 + 0.5 * i));
	json_object_set_new(p, "history", history);
	if (m->has_person)
		json_object_update_new(
			p, json_pack("{s:s, s:i, s:f, s:f}", "sex", "F", "birth_year",
				   1961, "stature_m", 1.66, "mass_kg", 71.0));
	return p;
}

static json_t *picture_of(void)
{
	uint8_t bytes[2 * SIDE * SIDE] = { 0 };
	char text[4 * SIDE * SIDE] = "";

	for (int row = 6; row < 26; row++)
		for (int col = 6; col < 26; col++)
			if (col < 12 || col >= 20)
				bytes[2 * (row * SIDE + col) + 1] =
					(uint8_t)(40 + 4 * row);
	text[base64_encode(bytes, sizeof(bytes), text)] = '\0';
	return json_pack("[{s:i, s:i, s:i, s:[ff], s:s, s:f, s:s}]", "trial", 1, "rows",
		SIDE, "cols", SIDE, "pitch_mm", 10.0, 10.0, "unit", "n", "scale",
		0.0001, "cells", text);
}

static json_t *trace_of(void)
{
	json_t *x = json_array(), *y = json_array();

	for (int i = 0; i < 600; i++) {
		json_array_append_new(
			x, i % 50 ? json_real(3 * sin(0.1 * i)) : json_null());
		json_array_append_new(y, json_real(5 * cos(0.07 * i)));
	}
	return json_pack("[{s:i, s:s, s:f, s:o, s:o}]", "trial", 1, "phase", "",
		"step_s", 0.05, "x_mm", x, "y_mm", y);
}

static json_t *ratios_of(const struct made *m)
{
	json_t *all = json_array();

	for (int i = 0; i < m->n_ratios; i++)
		json_array_append_new(
			all, json_pack("{s:s,s:s,s:f}", "key",
				     i ? "foam_velocity_ratio" : "romberg_velocity",
				     "surface", "firm", "value", 1.07));
	return all;
}

static json_t *visit_of(const struct made *m)
{
	json_t *lines = json_array(), *means = json_array(), *changes = json_array();

	for (int i = 0; i < m->n_trials; i++)
		json_array_append_new(
			lines, json_pack("{s:i, s:b}", "id", i + 1, "used", i != 1));
	for (int k = 0; k < m->n_conditions && m->n_trials; k++) {
		json_array_append_new(means, group_of(m, k));
		if (m->has_changes)
			json_array_append_new(changes, change_of(k));
	}
	return json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:o, "
			 "s:o, s:[s], s:{s:b, s:f}, s:{s:s,s:s}}",
		"id", 3, "patient", m->patient, "started", "2026-11-28T09:30:00+01:00",
		"trials", lines, "means", means, "ratios", ratios_of(m), "changes",
		changes, "changes_source", "Limits are MDC95.", "alignment",
		alignment_of(), "findings", findings_of(m->n_findings), "gates",
		"Fewer than three good trials: repeat, because one stance says little "
		"about a habit.",
		"entered", "pain_back", 1, "extension_deficit_left_deg", 20.0, "next",
		"protocol", "romberg", "reason", "0 of 1 trials are usable.");
}

static json_t *document_of(const struct made *m)
{
	json_t *d = json_pack("{s:s, s:i, s:o, s:{s:s}}", "schema", "stance.report/1",
		"version", 2, "patient", patient_of(m), "software", "version", "0.1.0");
	json_t *trials = json_array();

	for (int i = 0; i < m->n_trials; i++)
		json_array_append_new(trials, trial_of(m, i));
	if (m->leans)
		lean(json_array_get(trials, 0));
	json_object_set_new(d, "trials", trials);
	if (!m->is_trial)
		json_object_set_new(d, "visit", visit_of(m));
	if (m->has_picture) {
		json_object_set_new(d, "pictures", picture_of());
		json_object_set_new(d, "traces", trace_of());
	}
	if (m->has_calibration)
		json_object_set_new(d, "calibrations",
			json_pack("[{s:s, s:s, s:s, s:s, s:f}]", "id",
				"3f9a0c1d2e4b5a69788796a5b4c3d2e1", "state", "valid",
				"serial", "A1B2C3D4E5F60708", "created", "2026-09-01",
				"age_days", 88.0));
	if (m->is_signed)
		json_object_update_new(
			d, json_pack("{s:{s:s,s:s,s:s,s:s,s:s}, s:{s:i,s:s}}", "signed",
				   "at", "2026-11-28T10:02:00+01:00", "operator",
				   "Dr. Annegret Kern", "by", "clinic", "clock",
				   "synchronised", "comment",
				   "Repeat in six weeks, the same shoes.", "previous",
				   "version", 1, "sha256", "ab"));
	return d;
}

/* --- where texts come to lie ------------------------------------------------------------------------ */

struct placed {
	int n;
	struct paper_placed items[MAX_PLACED];
	char text[MAX_PLACED][160];
};

static void take(const struct paper_placed *one, void *ctx)
{
	struct placed *all = ctx;

	assert_true(all->n < MAX_PLACED);
	all->items[all->n] = *one;
	snprintf(all->text[all->n], sizeof(all->text[0]), "%s", one->text);
	all->n++;
}

static double shared(double a, double a_long, double b, double b_long)
{
	return fmin(a + a_long, b + b_long) - fmax(a, b);
}

static bool overlap(const struct paper_placed *a, const struct paper_placed *b)
{
	return a->sheet == b->sheet &&
	       shared(a->x_mm, a->width_mm, b->x_mm, b->width_mm) > TOUCH_MM &&
	       shared(a->y_mm, a->height_mm, b->y_mm, b->height_mm) > TOUCH_MM;
}

static void check_places(const struct placed *all)
{
	for (int i = 0; i < all->n; i++) {
		const struct paper_placed *a = &all->items[i];

		if (a->x_mm < SHEET_LEFT_MM - 0.5 ||
			a->x_mm + a->width_mm > SHEET_RIGHT_MM + 0.5 || a->y_mm < 10 ||
			a->y_mm + a->height_mm > PAPER_HEIGHT_MM - 7.0)
			fail_msg(
				"beyond the margins: \"%s\" at %.1f, %.1f, %.1f x %.1f "
				"on sheet %d",
				all->text[i], a->x_mm, a->y_mm, a->width_mm,
				a->height_mm, a->sheet);
		if (a->size_pt < 6.4)
			fail_msg("too small: \"%s\"", all->text[i]);
		for (int k = 0; k < i; k++)
			if (overlap(a, &all->items[k]))
				fail_msg("\"%s\" lies over \"%s\" on sheet %d",
					all->text[i], all->text[k], a->sheet);
	}
}

static bool says(const struct placed *all, const char *what)
{
	for (int i = 0; i < all->n; i++)
		if (strstr(all->text[i], what))
			return true;
	return false;
}

/* The sheet that says it, 0 none. */
static int sheet_of(const struct placed *all, const char *what)
{
	for (int i = 0; i < all->n; i++)
		if (strstr(all->text[i], what))
			return all->items[i].sheet;
	return 0;
}

/* Draw it nowhere and look where everything lies; returns how many sheets. */
static int lay_out(
	const struct made *m, enum finding_audience audience, struct placed *all)
{
	struct report *r = malloc(sizeof(*r));
	json_t *d = document_of(m);
	struct report_sheet how = {
		.audience = audience, .watch = take, .watch_ctx = all
	};
	int n;

	all->n = 0;
	assert_non_null(r);
	assert_non_null(d);
	assert_int_equal(report_read(d, r), 0);
	n = report_sheet_count(r, audience);
	assert_int_equal(report_sheet_write(r, &how, "", PAPER_NONE), 0);
	report_fini(r);
	free(r);
	json_decref(d);
	check_places(all);
	return n;
}

static struct placed all;

/* The catalogues are made with the release; a variant's tests may run without them. */
static void speak(const char *language)
{
	setenv("STANCE_LOCALE_DIR", "build/release/share/locale", 1);
	if (i18n_open(language) != 0) {
		printf("no catalogue of %s in build/release: not tried\n", language);
		skip();
	}
}

static int fall_silent(void **state)
{
	(void)state;
	i18n_close();
	return 0;
}

/* One page; no person has more than a dozen findings at once. */
static void patient_sheets(const struct made *m)
{
	int n = lay_out(m, AUDIENCE_PATIENT, &all);

	assert_true(n == 1 || (m->n_findings > 12 && n == 2));
}

/* --- tests -------------------------------------------------------------------------------------------- */

static void usual_visit(void **state)
{
	(void)state;
	assert_int_equal(lay_out(&usual, AUDIENCE_CLINICIAN, &all), 2);
	assert_true(says(&all, "Draft, not signed"));
	assert_true(says(&all, "Left 43.1 %"));
	assert_true(says(&all, "56.9 % (55.5 to 58.3)"));
	assert_true(says(&all, "8.1 (6.5 to 9.8) mm/s"));
	assert_true(says(&all, "11.7, beyond error"));
	assert_true(says(&all, "woman, 65 years, 1.66 m, 71.0 kg"));
	assert_true(says(&all, "back pain"));
	assert_true(says(&all, "extension deficit, left knee, degrees 20"));
	assert_true(says(&all, "Calibration 3f9a0c1d2e4b, valid. Made on 1 September"));
	assert_true(says(&all, "good, not in the means"));
	assert_true(says(&all, "Signature"));
	assert_true(says(&all, "Not a diagnosis"));
	assert_int_equal(lay_out(&usual, AUDIENCE_PATIENT, &all), 1);
	assert_true(says(&all, "Left 43"));
	assert_true(says(&all, "give or take 2"));
	assert_true(says(&all, "What it cannot tell"));
	assert_true(says(&all, "You stand more steadily than at your last visit."));
	assert_false(says(&all, " mm"));
	assert_false(says(&all, "Pelvic shift"));
}

/* One trial, twelve, a hundred; one condition, ten; nothing known of the person; all findings. */
static void every_amount(void **state)
{
	static const int trials[] = { 1, 12, 100 };
	static const int n_conditions[] = { 1, 7, N_CONDITIONS };

	(void)state;
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		struct made m = usual;
		int k = n_conditions[i];

		m.n_trials = trials[i];
		m.n_conditions = k;
		m.n_findings = k == N_CONDITIONS ? 40 : k;
		m.has_person = m.has_calibration = k != 1;
		m.has_picture = k != 7;
		m.has_changes = k != 1;
		m.n_history = k;
		lay_out(&m, AUDIENCE_CLINICIAN, &all);
		patient_sheets(&m);
	}
}

static void long_words(void **state)
{
	struct made m = usual;
	char reason[400];

	(void)state;
	memset(reason, 'x', sizeof(reason) - 1);
	for (size_t i = 12; i < sizeof(reason) - 1; i += 13)
		reason[i] = ' ';
	reason[sizeof(reason) - 1] = '\0';
	m.reason = reason;
	m.n_trials = 12;
	m.patient = "Patient-mit-einem-Kuerzel-aus-vierundsechzig-Zeichen-0123456789A";
	lay_out(&m, AUDIENCE_CLINICIAN, &all);
	m.patient = "\xf0\x9f\x98\x80 \"<&>\" \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d";
	lay_out(&m, AUDIENCE_CLINICIAN, &all);
	lay_out(&m, AUDIENCE_PATIENT, &all);
}

static void a_trial(void **state)
{
	struct made m = usual;

	(void)state;
	m.is_trial = true;
	m.n_trials = m.n_conditions = 1;
	lay_out(&m, AUDIENCE_CLINICIAN, &all);
	assert_true(says(&all, "Trial 1, 28 November 2026, 09:30"));
	assert_true(says(&all, "Quiet stance, eyes open"));
	assert_false(says(&all, "Visit by visit"));
	assert_int_equal(lay_out(&m, AUDIENCE_PATIENT, &all), 1);
}

/* What is no quiet standing has its numbers, too: in a visit's means, and of one trial under its part's key. */
static void other_tests(void **state)
{
	struct made m = usual;

	(void)state;
	m.n_trials = 2 * N_CONDITIONS;
	m.n_conditions = N_CONDITIONS;
	lay_out(&m, AUDIENCE_CLINICIAN, &all);
	assert_true(says(&all, "What the tests measured"));
	assert_true(says(&all,
		"Leaning forward to the left \xc2\xb7 Limits of stability, eight "
		"directions, 2 trials"));
	assert_true(says(&all, "furthest reach, as lean 6.1 \xc2\xb0 (4.9 to 7.4)"));
	assert_true(says(&all, "time of the repetitions 11.4 s"));
	/* parts of a test are told from the same stance of its own */
	assert_true(says(&all, "Eyes open, firm ground, 2 trials"));
	assert_true(says(&all, "Eyes open, firm ground \xc2\xb7 mCTSIB: "));
	m = usual;
	m.is_trial = m.leans = true;
	m.n_trials = m.n_conditions = 1;
	lay_out(&m, AUDIENCE_CLINICIAN, &all);
	assert_true(says(&all, "furthest reach 94 mm; furthest reach, as lean 6.1"));
	lay_out(&usual, AUDIENCE_CLINICIAN, &all);
	assert_false(says(&all, "What the tests measured"));
}

/* What follows has a sheet of its own, but for what is left of one that the course over the visits had to begin. */
static void goes_on_below_the_course(void **state)
{
	struct made m = usual;

	(void)state;
	lay_out(&m, AUDIENCE_CLINICIAN, &all);
	assert_int_equal(sheet_of(&all, "Visit by visit"), 1);
	assert_int_equal(sheet_of(&all, "Findings"), 2);
	m.n_trials = 14;
	m.n_conditions = 7;
	m.n_ratios = 4;
	lay_out(&m, AUDIENCE_CLINICIAN, &all);
	assert_int_equal(sheet_of(&all, "Visit by visit"), 2);
	assert_int_equal(sheet_of(&all, "Sway, further conditions"), 2);
}

static void a_signed_one(void **state)
{
	struct made m = usual;

	(void)state;
	m.is_signed = true;
	m.n_history = 0;
	lay_out(&m, AUDIENCE_CLINICIAN, &all);
	assert_false(says(&all, "Draft"));
	assert_true(says(&all, "Signed 28 November 2026, 10:02, version 2"));
	assert_true(says(&all, "Dr. Annegret Kern on 28 November 2026, 10:02"));
	assert_true(says(&all, "Amends version 1."));
	assert_true(says(&all, "Repeat in six weeks"));
	/* its history is what it was compared with */
	assert_true(says(&all, "1 October 2026"));
}

static void in_languages(void **state)
{
	static const char *const languages[] = { "de", "en_XA" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		speak(languages[i]);
		for (int k = 1; k <= 4 - 3 * (int)i; k += 3) {
			struct made m = usual;

			m.n_trials = 12;
			m.n_conditions = k;
			m.n_findings = 4 * k;
			m.reason = "The person stepped off after 12.5 s of 30.";
			m.is_signed = k == 4;
			lay_out(&m, AUDIENCE_CLINICIAN, &all);
			if (i == 0) {
				assert_true(says(&all, "Links 43,1 %"));
				assert_true(says(&all,
					"Die Person stieg nach 12,5 s von 30 ab."));
				assert_true(says(&all, "28.11.2026, 09:30"));
			}
			patient_sheets(&m);
		}
	}
}

/* Every rule's sentence, filled in, comes back in the other language with the same words in it. */
static void findings_in_german(void **state)
{
	const struct finding_rule *rules;
	int n = findings_rules(&rules);
	struct facts facts;
	char text[FINDING_TEXT_SIZE], said[2 * FINDING_TEXT_SIZE];

	(void)state;
	facts_init(&facts);
	for (int f = 0; f < FACT_N; f++)
		facts.value[f] = 10.4 + f;
	facts.value[FACT_COM_ML_LOW_MM] = -25;
	facts.value[FACT_COM_ML_HIGH_MM] = -12;
	facts.more_side = facts.null_side = facts.squat_side = facts.toe_side =
		facts.deficit_side = facts.pain_knee_side = -1;
	for (int i = 0; i < n; i++) {
		for (int a = 0; a < AUDIENCE_N; a++) {
			enum finding_audience whom = (enum finding_audience)a;

			if (!rules[i].text[a])
				continue;
			finding_text(&rules[i], whom, &facts, text, sizeof(text));
			i18n_close();
			assert_true(say_finding(
				rules[i].id, whom, text, said, sizeof(said)));
			assert_string_equal(said, text);
			speak("de");
			assert_true(say_finding(
				rules[i].id, whom, text, said, sizeof(said)));
			assert_string_not_equal(said, text);
			assert_null(strchr(said, '{'));
			assert_null(strchr(said, '?'));
		}
	}
	/* what fits no rule is said as it is */
	assert_false(say_finding(
		"S1", AUDIENCE_PATIENT, "Something else.", said, sizeof(said)));
	assert_string_equal(said, "Something else.");
	assert_false(say_finding("none", AUDIENCE_PATIENT, "%s%n", said, sizeof(said)));
	assert_string_equal(said, "%s%n");
}

static void sentences_in_german(void **state)
{
	static const char *const pairs[][2] = {
		{ "Nothing was measured.", "Es wurde nichts gemessen." },
		{ "foam-ec: The person stepped off after 3.2 s of 30.",
			"foam-ec: Die Person stieg nach 3,2 s von 30 ab." },
		{ "The mat shows 70.1 kg, 80.0 kg were entered: trust the shares only.",
			"Die Matte zeigt 70,1 kg, eingegeben wurden 80,0 kg: nur den "
			"Anteilen trauen." },
		{ "Cells were saturated. (12 % of the frames)",
			"Zellen waren ges\xc3\xa4ttigt. (12 % der Bilder)" },
		{ "The weight lies 17 mm to the left; this may help to see why.",
			"Das Gewicht liegt 17 mm nach links; dies kann helfen zu "
			"sehen, "
			"warum." },
		{ "There is no visit 12.", "Einen Besuch 12 gibt es nicht." },
		{ "There is no patient 0107.", "Eine Person 0107 gibt es nicht." },
		{ "The store failed with placement of patient 0107: Input/output "
		  "error.",
			"Die Ablage versagte (Fu\xc3\x9fstellung der Person 0107): "
			"Fehler beim Lesen oder Schreiben." },
		{ "There is a patient \"A 1.5\" already.",
			"Das gibt es schon: Person \xe2\x80\x9e"
			"A 1.5\xe2\x80\x9c." },
		{ "There is no list of trials.",
			"Das gibt es nicht: die Liste der Messungen." },
		{ "72.4 kg read as 80.1 kg, +10.6 %; up to 2.0 % is allowed. Tare the "
		  "empty mat and check again, else calibrate anew.",
			"72,4 kg wurden als 80,1 kg gelesen, +10,6 %; erlaubt sind bis "
			"2,0 %. Die leere Matte nullen und noch einmal pr\xc3\xbc"
			"fen, sonst neu kalibrieren." },
		{ "The mat at /dev/ttyUSB0 is gone. Plug it in again: it is found by "
		  "itself.",
			"Die Matte an /dev/ttyUSB0 ist fort. Sie wieder "
			"anschlie\xc3\x9f"
			"en: sie wird von selbst gefunden." },
		{ "Something that no one ever said.",
			"Something that no one ever said." },
		{ "", "" },
	};
	char said[400], tiny[8];

	(void)state;
	speak("de");
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(
			say_sentence(said, sizeof(said), pairs[i][0]), pairs[i][1]);
	say_sentence(tiny, sizeof(tiny), pairs[1][0]);
	assert_true(strlen(tiny) < sizeof(tiny));
}

static void numbers(void **state)
{
	char out[SAY_SIZE];

	(void)state;
	i18n_close();
	assert_string_equal(say_number(out, sizeof(out), -3.25, 1), "\xe2\x88\x92"
								    "3.2");
	assert_string_equal(say_number(out, sizeof(out), -0.04, 1), "0.0");
	assert_string_equal(say_signed(out, sizeof(out), 4, 1), "+4.0");
	assert_string_equal(say_number(out, sizeof(out), NAN, 1), "\xe2\x80\x93");
	assert_string_equal(say_range(out, sizeof(out), 1, 2.5, 1), "1.0 to 2.5");
	assert_string_equal(
		say_date(out, sizeof(out), "2026-03-01T08:00:00Z"), "1 March 2026");
	assert_string_equal(say_date_time(out, sizeof(out), "2026-03-01T08:05:00Z"),
		"1 March 2026, 08:05");
	assert_string_equal(say_date(out, sizeof(out), "soon"), "");
	assert_string_equal(say_date(out, sizeof(out), "2026-13-01"), "");
	speak("de");
	assert_string_equal(say_number(out, sizeof(out), 1234.5, 1), "1234,5");
	assert_string_equal(say_date(out, sizeof(out), "2026-03-01"), "01.03.2026");
}

/* A document that lacks anything, or holds anything else in its place, is still a sheet. */
static void missing_members(void **state)
{
	static const char *const members[] = { "patient", "trials", "visit", "pictures",
		"traces", "calibrations", "software" };

	struct made little = usual; /* quick to draw */

	(void)state;
	little.n_trials = 2;
	little.n_findings = 1;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		for (int k = 0; k < 3; k++) {
			struct report *r = malloc(sizeof(*r));
			json_t *d = document_of(&little);
			struct report_sheet how = { .audience = AUDIENCE_CLINICIAN };

			if (k == 0)
				json_object_del(d, members[i]);
			else
				json_object_set_new(d, members[i],
					k == 1 ? json_string("what")
					       : json_pack("[n, {s:i}, [i]]", "id", 1,
							 2));
			if (report_read(d, r) == 0) {
				assert_int_equal(
					report_sheet_write(r, &how, "", PAPER_NONE), 0);
				report_fini(r);
			}
			free(r);
			json_decref(d);
		}
	}
}

static void not_a_report(void **state)
{
	struct report *r = malloc(sizeof(*r));
	json_t *d = json_pack("{s:s}", "schema", "stance.trial/1");

	(void)state;
	assert_int_equal(report_read(d, r), -EBADMSG);
	json_decref(d);
	d = json_pack("[i]", 1);
	assert_int_equal(report_read(d, r), -EBADMSG);
	json_decref(d);
	free(r);
}

static void no_such_page(void **state)
{
	struct report *r = malloc(sizeof(*r));
	json_t *d = document_of(&usual);
	struct report_sheet how = { .audience = AUDIENCE_CLINICIAN, .only = 9 };

	(void)state;
	assert_int_equal(report_read(d, r), 0);
	assert_int_equal(report_sheet_write(r, &how, "", PAPER_NONE), -ENOENT);
	report_fini(r);
	free(r);
	json_decref(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_visit),
		cmocka_unit_test(every_amount),
		cmocka_unit_test(long_words),
		cmocka_unit_test(a_trial),
		cmocka_unit_test(other_tests),
		cmocka_unit_test(goes_on_below_the_course),
		cmocka_unit_test(a_signed_one),
		cmocka_unit_test_teardown(in_languages, fall_silent),
		cmocka_unit_test_teardown(findings_in_german, fall_silent),
		cmocka_unit_test_teardown(sentences_in_german, fall_silent),
		cmocka_unit_test_teardown(numbers, fall_silent),
		cmocka_unit_test(missing_members),
		cmocka_unit_test(not_a_report),
		cmocka_unit_test(no_such_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
