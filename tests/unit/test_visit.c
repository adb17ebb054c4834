/* Several trials: means and intervals by hand, what is left out, ratios, changes, the next test. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/sway/norms.h"
#include "src/core/trial/visit.h"

static struct visit visit, other;

static void near(double got, double expected, double tolerance)
{
	if (!(fabs(got - expected) <= tolerance))
		fail_msg("%.12g is not %.12g", got, expected);
}

static void word(char *to, const char *from)
{
	snprintf(to, RECORD_WORD_SIZE, "%s", from);
}

static struct trial_record trial(int64_t id, const char *protocol, double com_ml_mm,
	double velocity, double area)
{
	struct trial_record r = { .id = id, .n_phases = 1 };
	double *value = r.phases[0].value;
	struct trial_condition *c = &r.phases[0].condition;

	word(r.protocol, protocol);
	word(c->eyes, strstr(protocol, "ec") ? "closed" : "open");
	word(c->surface, strncmp(protocol, "foam", 4) == 0 ? "foam" : "firm");
	word(c->stance, "bipedal");
	r.condition = *c;
	r.duration_s = r.phases[0].duration_s = 30.0;
	for (int k = 0; k < METRIC_N; k++)
		value[k] = r.outcome[k] = NAN;
	value[METRIC_COM_ML_MM] = com_ml_mm;
	value[METRIC_COM_ML_MM_CI95_LOW] = com_ml_mm - 12.5;
	value[METRIC_COM_ML_MM_CI95_HIGH] = com_ml_mm + 12.5;
	value[METRIC_ASYMMETRY_PCT] = com_ml_mm;
	value[METRIC_STANCE_WIDTH_MM] = 200.0;
	value[METRIC_MEAN_VELOCITY_MM_S] = velocity;
	value[METRIC_ELLIPSE95_MM2] = area;
	return r;
}

static void add(struct visit *v, struct trial_record r)
{
	visit_add(v, &r);
}

static const struct visit_group *group_of(const char *protocol)
{
	for (int k = 0; k < visit.n_groups; k++)
		if (strcmp(visit.groups[k].protocol, protocol) == 0)
			return &visit.groups[k];
	fail_msg("no group of %s", protocol);
	return NULL;
}

static void means_by_hand(void **state)
{
	const struct visit_mean *v;
	const struct visit_group *g;

	(void)state;
	visit_init(&visit);
	add(&visit, trial(1, "quiet-eo", 1.0, 8.0, 100.0));
	add(&visit, trial(2, "quiet-eo", 2.0, 9.0, 200.0));
	add(&visit, trial(3, "quiet-eo", 6.0, 13.0, 300.0));
	visit_finish(&visit, "");
	g = group_of("quiet-eo");
	assert_int_equal(g->n, 3);
	assert_true(g->trials[0] == 1 && g->trials[2] == 3);
	assert_false(g->has_practice);
	v = &g->value[METRIC_MEAN_VELOCITY_MM_S];
	near(v->mean, 10.0, 1e-12);
	near(v->sd, sqrt(7.0), 1e-12);
	near(v->high - v->mean, 4.30265 * sqrt(7.0 / 3.0), 1e-9);
	near(v->mean - v->low, v->high - v->mean, 1e-12);
	/* 2.65 mm between trials is better than trials repeat: 5 mm counts */
	v = &g->value[METRIC_COM_ML_MM];
	near(v->mean, 3.0, 1e-12);
	near(v->sd, sqrt(7.0), 1e-12);
	near(v->high - v->mean, 4.30265 * 5.0 / sqrt(3.0), 1e-9);
	/* at 200 mm a millimetre is a point */
	v = &g->value[METRIC_ASYMMETRY_PCT];
	near(v->high - v->mean, 4.30265 * 5.0 / sqrt(3.0), 1e-9);
	assert_int_equal(g->value[METRIC_HOLD_TIME_S].n, 0);
	assert_true(isnan(g->value[METRIC_HOLD_TIME_S].mean));
}

static void one_trial_keeps_its_own_interval(void **state)
{
	const struct visit_group *g;

	(void)state;
	visit_init(&visit);
	add(&visit, trial(1, "quiet-eo", 1.0, 8.0, 100.0));
	visit_finish(&visit, "");
	g = group_of("quiet-eo");
	near(g->value[METRIC_COM_ML_MM].low, -11.5, 1e-12);
	near(g->value[METRIC_COM_ML_MM].high, 13.5, 1e-12);
	assert_true(isnan(g->value[METRIC_COM_ML_MM].sd));
	assert_true(isnan(g->value[METRIC_MEAN_VELOCITY_MM_S].low));
}

static void bad_trials_are_named_and_left_out(void **state)
{
	struct trial_record r = trial(1, "quiet-eo", 500.0, 99.0, 9.0);

	(void)state;
	visit_init(&visit);
	r.verdict = TRIAL_UNUSABLE;
	add(&visit, r);
	r.verdict = TRIAL_INTERRUPTED;
	add(&visit, r);
	r.verdict = TRIAL_GOOD;
	r.voided = true;
	add(&visit, r);
	r = trial(4, "quiet-eo", 1.0, 8.0, 100.0);
	r.verdict = TRIAL_CHECK;
	add(&visit, r);
	visit_finish(&visit, "");
	assert_int_equal(visit.n_trials, 4);
	for (int k = 0; k < 4; k++)
		assert_int_equal(visit.trials[k].used, k == 3);
	assert_int_equal(group_of("quiet-eo")->n, 1);
	near(group_of("quiet-eo")->value[METRIC_MEAN_VELOCITY_MM_S].mean, 8.0, 1e-12);
	assert_string_equal(visit.next.protocol, "quiet-eo");
	assert_non_null(strstr(visit.next.reason, "1 of 3"));
}

static void circumstances_are_not_mixed(void **state)
{
	struct trial_record r = trial(2, "quiet-eo", 0.0, 20.0, 100.0);

	(void)state;
	visit_init(&visit);
	add(&visit, trial(1, "quiet-eo", 0.0, 8.0, 100.0));
	word(r.phases[0].condition.footwear, "shoes");
	add(&visit, r);
	r = trial(3, "quiet-ec", 0.0, 30.0, 100.0);
	word(r.phases[0].condition.footwear, "shoes");
	add(&visit, r);
	visit_finish(&visit, "");
	assert_int_equal(visit.n_groups, 3);
	/* closed in shoes is compared with open in shoes */
	assert_int_equal(visit.n_ratios, 2);
	near(visit.ratios[0].value, 1.5, 1e-12);
	assert_int_equal(visit.groups[visit.ratios[0].over].trials[0], 2);
}

static void practice_is_flagged(void **state)
{
	(void)state;
	visit_init(&visit);
	for (int id = 1; id <= 4; id++)
		add(&visit, trial(id, "quiet-eo", 0.0, 8.0, 100.0));
	visit_finish(&visit, "");
	assert_true(group_of("quiet-eo")->has_practice);
	assert_int_equal(group_of("quiet-eo")->n, 4);
}

static void ratios_name_their_trials(void **state)
{
	static const struct {
		const char *key, *surface;
		double value;
	} expected[] = {
		{ "romberg_velocity", "firm", 1.25 },
		{ "romberg_area", "firm", 2.0 },
		{ "romberg_velocity", "foam", 1.5 },
		{ "romberg_area", "foam", 3.0 },
		{ "foam_velocity_ratio", "foam", 2.5 },
		{ "vestibular_velocity_ratio", "foam", 3.75 },
	};

	(void)state;
	visit_init(&visit);
	add(&visit, trial(1, "quiet-eo", 0.0, 7.0, 100.0));
	add(&visit, trial(2, "quiet-eo", 0.0, 9.0, 100.0));
	add(&visit, trial(3, "quiet-ec", 0.0, 10.0, 200.0));
	add(&visit, trial(4, "foam-eo", 0.0, 20.0, 1000.0));
	add(&visit, trial(5, "foam-ec", 0.0, 30.0, 3000.0));
	visit_finish(&visit, "");
	assert_int_equal(visit.n_ratios, 6);
	for (int k = 0; k < 6; k++) {
		assert_string_equal(visit.ratios[k].key, expected[k].key);
		assert_string_equal(visit.ratios[k].surface, expected[k].surface);
		near(visit.ratios[k].value, expected[k].value, 1e-12);
	}
	assert_int_equal(visit.groups[visit.ratios[0].of].trials[0], 3);
	assert_int_equal(visit.groups[visit.ratios[0].over].n, 2);
}

static void phases_are_groups_of_their_own(void **state)
{
	struct trial_record r = trial(1, "romberg", 0.0, 8.0, 100.0);

	(void)state;
	r.n_phases = 2;
	r.phases[1] = r.phases[0];
	word(r.phases[0].key, "eo");
	word(r.phases[1].key, "ec");
	r.phases[1].value[METRIC_MEAN_VELOCITY_MM_S] = 12.0;
	r.outcome[METRIC_ROMBERG_VELOCITY] = 1.5;
	visit_init(&visit);
	add(&visit, r);
	visit_finish(&visit, "");
	assert_int_equal(visit.n_groups, 3);
	assert_string_equal(visit.groups[1].phase, "ec");
	near(visit.groups[1].value[METRIC_MEAN_VELOCITY_MM_S].mean, 12.0, 1e-12);
	assert_string_equal(visit.groups[2].phase, "");
	near(visit.groups[2].value[METRIC_ROMBERG_VELOCITY].mean, 1.5, 1e-12);
	assert_int_equal(visit.groups[2].value[METRIC_MEAN_VELOCITY_MM_S].n, 0);
}

static void fill(struct visit *v, double com_ml_mm, double velocity, int n)
{
	visit_init(v);
	for (int id = 1; id <= n; id++)
		add(v, trial(id, "quiet-eo", com_ml_mm, velocity, 100.0));
	visit_finish(v, "");
}

static void changes_are_held_against_chance(void **state)
{
	struct norms_reliability known;
	struct visit_change c;

	(void)state;
	assert_int_equal(norms_reliability(METRIC_MEAN_VELOCITY_MM_S, NORMS_EO_FIRM,
				 30.0, true, &known),
		0);
	fill(&other, 0.0, 10.0, 3);
	for (int side = -1; side <= 1; side += 2) {
		/* just within, just beyond, upwards and downwards */
		fill(&visit, 0.0, 10.0 * pow(known.change_mean3 - 0.01, side), 3);
		assert_int_equal(visit_change(&visit.groups[0], &other.groups[0],
					 METRIC_MEAN_VELOCITY_MM_S, 30.0, true, &c),
			0);
		near(c.limit, known.change_mean3, 1e-12);
		assert_false(c.is_real);
		fill(&visit, 0.0, 10.0 * pow(known.change_mean3 + 0.01, side), 3);
		visit_change(&visit.groups[0], &other.groups[0],
			METRIC_MEAN_VELOCITY_MM_S, 30.0, true, &c);
		assert_true(c.is_real);
		/* single trials repeat worse */
		fill(&visit, 0.0, 10.0 * pow(known.change_mean3 + 0.01, side), 1);
		visit_change(&visit.groups[0], &other.groups[0],
			METRIC_MEAN_VELOCITY_MM_S, 30.0, true, &c);
		near(c.limit, known.change_single, 1e-12);
		assert_false(c.is_real);
		fill(&visit, side * 8.5, 10.0, 3);
		visit_change(&visit.groups[0], &other.groups[0], METRIC_COM_ML_MM, 30.0,
			true, &c);
		assert_true(c.is_real && isnan(c.ratio));
		near(c.difference, side * 8.5, 1e-12);
		visit_change(&visit.groups[0], &other.groups[0], METRIC_COM_ML_MM, 30.0,
			false, &c);
		assert_false(c.is_real);
	}
	assert_int_equal(visit_change(&visit.groups[0], &other.groups[0],
				 METRIC_HOLD_TIME_S, 30.0, true, &c),
		-ENODATA);
	assert_int_equal(visit_change(&visit.groups[0], &other.groups[0],
				 METRIC_STANCE_WIDTH_MM, 30.0, true, &c),
		-ENOENT);
	assert_int_equal(visit_change(&visit.groups[0], &other.groups[0],
				 METRIC_MEAN_VELOCITY_MM_S, 9.0, true, &c),
		-ERANGE);
	word(other.groups[0].protocol, "quiet-ec");
	assert_int_equal(visit_change(&visit.groups[0], &other.groups[0],
				 METRIC_COM_ML_MM, 30.0, true, &c),
		-EINVAL);
}

/* What differs is told all the same, where how well it repeats is not known. */
static void limits_hold_for_what_was_studied(void **state)
{
	struct visit_change c;

	(void)state;
	fill(&other, 0.0, 10.0, 3);
	fill(&visit, 5.0, 12.0, 3);
	assert_int_equal(visit_change(&visit.groups[0], &other.groups[0],
				 METRIC_MEAN_VELOCITY_MM_S, NAN, true, &c),
		-ERANGE);
	near(c.difference, 2.0, 1e-12);
	near(c.ratio, 1.2, 1e-12);
	assert_true(isnan(c.limit) && !c.is_real);
	other.groups[0].shortest_s = 19.0;
	assert_int_equal(visit_change(&visit.groups[0], &other.groups[0],
				 METRIC_MEAN_VELOCITY_MM_S, 30.0, true, &c),
		-EDOM);
	assert_int_equal(visit_change(&visit.groups[0], &other.groups[0],
				 METRIC_COM_ML_MM, 30.0, true, &c),
		0);
	other.groups[0].shortest_s = 30.0;
	other.groups[0].longest_s = 34.0;
	assert_int_equal(visit_change(&visit.groups[0], &other.groups[0],
				 METRIC_ELLIPSE95_MM2, 30.0, true, &c),
		-EDOM);
	word(visit.groups[0].condition.eyes, "closed");
	assert_int_equal(visit_change(&visit.groups[0], &other.groups[0],
				 METRIC_COM_ML_MM, 30.0, true, &c),
		-ENOENT);
	assert_ptr_equal(visit_find(&other, &visit.groups[0]), &other.groups[0]);
	word(other.groups[0].condition.footwear, "shoes");
	assert_null(visit_find(&other, &visit.groups[0]));
}

static void next_of(const char *planned, const char *wanted)
{
	visit_finish(&visit, planned);
	if (!wanted)
		assert_null(visit.next.protocol);
	else
		assert_string_equal(visit.next.protocol, wanted);
}

static void add_three(double com_ml_mm, const char *protocol)
{
	for (int id = 1; id <= 3; id++)
		add(&visit, trial(id, protocol, com_ml_mm, 8.0, 100.0));
}

static void proposes_the_next_test(void **state)
{
	static const char *const order[] = { "correct-seen", "correct-hidden",
		"squat-30", "squat-60", "lift", "seated" };

	(void)state;
	visit_init(&visit);
	next_of("", NULL);
	visit_init(&visit);
	next_of("mctsib", "mctsib");
	visit_init(&visit);
	add_three(2.0, "quiet-eo");
	next_of("quiet-eo", "quiet-ec");
	visit_init(&visit);
	add_three(2.0, "quiet-eo");
	add_three(2.0, "quiet-ec");
	next_of("", NULL);
	/* 18 mm with an interval of 12.4: surely beyond 5, and asks why, test by test */
	for (size_t n = 0; n <= 6; n++) {
		visit_init(&visit);
		add_three(-18.0, "quiet-eo");
		for (size_t k = 0; k < n; k++)
			add_three(-18.0, order[k]);
		next_of("", n < 6 ? order[n] : NULL);
		if (n < 6)
			assert_non_null(strstr(visit.next.reason, "18 mm to the left"));
	}
	/* what goes when it is seen is explained, once it was also measured unseen */
	visit_init(&visit);
	add_three(-18.0, "quiet-eo");
	add_three(-3.0, "correct-seen");
	next_of("", "correct-hidden");
	visit_init(&visit);
	add_three(-18.0, "quiet-eo");
	add_three(-3.0, "correct-seen");
	add_three(-9.0, "correct-hidden");
	next_of("", "quiet-ec");
	/* 16 mm are not surely beyond 5 */
	visit_init(&visit);
	add_three(16.0, "quiet-eo");
	next_of("", "quiet-ec");
}

/* Beyond its room a visit counts what it leaves out, and holds no half trial. */
static void is_bounded(void **state)
{
	(void)state;
	visit_init(&visit);
	for (int id = 1; id <= VISIT_MAX_TRIALS + 5; id++) {
		struct trial_record r = trial(id, "quiet-eo", 0.0, 8.0, 100.0);

		snprintf(
			r.phases[0].condition.orthosis, RECORD_NAME_SIZE, "no. %d", id);
		add(&visit, r);
	}
	visit_finish(&visit, "");
	assert_int_equal(visit.n_groups, VISIT_MAX_GROUPS);
	assert_int_equal(visit.n_trials, VISIT_MAX_TRIALS);
	assert_int_equal(visit.n_left_out, 5 + VISIT_MAX_TRIALS - VISIT_MAX_GROUPS);
}

/* The true mean lies in 95 of 100 intervals. */
static void intervals_cover(void **state)
{
	static const int sizes[] = { 2, 3, 5, 40 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 11, 0);
	for (int s = 0; s < 4; s++) {
		int n = sizes[s], hits = 0;

		for (int k = 0; k < 20000; k++) {
			double sum = 0.0, squares = 0.0, sd;

			for (int i = 0; i < n; i++) {
				double x = rng_normal(&rng);

				sum += x;
				squares += x * x;
			}
			sd = sqrt((squares - sum * sum / n) / (n - 1));
			hits += fabs(sum / n) < visit_t_half(n, sd / sqrt(n));
		}
		near(hits / 20000.0, 0.95, 0.006); /* four standard errors */
	}
	assert_true(isnan(visit_t_half(1, 1.0)));
	near(visit_t_half(31, 1.0), 2.04227, 1e-5);
	near(visit_t_half(32, 1.0), 2.03951, 1e-5);
	near(visit_t_half(121, 1.0), 1.97993, 1e-5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(means_by_hand),
		cmocka_unit_test(one_trial_keeps_its_own_interval),
		cmocka_unit_test(bad_trials_are_named_and_left_out),
		cmocka_unit_test(circumstances_are_not_mixed),
		cmocka_unit_test(practice_is_flagged),
		cmocka_unit_test(ratios_name_their_trials),
		cmocka_unit_test(phases_are_groups_of_their_own),
		cmocka_unit_test(changes_are_held_against_chance),
		cmocka_unit_test(limits_hold_for_what_was_studied),
		cmocka_unit_test(proposes_the_next_test),
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(intervals_cover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
