/* Plans of a visit: what is next, and how long it takes, counted by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/i18n.h"
#include "src/core/trial/plan.h"

static struct visit *new_visit(void)
{
	struct visit *visit = calloc(1, sizeof(*visit));

	assert_non_null(visit);
	visit_init(visit);
	return visit;
}

static struct visit_trial *add(
	struct visit *visit, const char *protocol, double lift_mm, bool used)
{
	struct visit_trial *trial = &visit->trials[visit->n_trials++];

	*trial = (struct visit_trial){ .used = used, .lift_mm = lift_mm };
	strcpy(trial->protocol, protocol);
	return trial;
}

static const char *next_of(const struct plan_progress *p)
{
	const int step = plan_next(p);

	return step < 0 ? "none" : p->plan->steps[step].protocol;
}

/* Every step names a protocol, once, and says why. */
static void test_tables(void **state)
{
	const struct plan *plan;

	(void)state;
	for (size_t i = 0; (plan = plan_at(i)); i++) {
		assert_ptr_equal(plan_find(plan->key), plan);
		assert_in_range(plan->n_steps, 1, PLAN_MAX_STEPS);
		for (int k = 0; k < plan->n_steps; k++) {
			const struct plan_step *s = &plan->steps[k];

			assert_non_null(s->protocol);
			assert_non_null(protocol_find(s->protocol));
			assert_in_range(s->n, 1, 9);
			assert_true(strlen(s->why) > 10);
			for (int j = 0; j < k; j++)
				assert_true(strcmp(plan->steps[j].protocol,
						    s->protocol) != 0 ||
					    plan->steps[j].lift_mm != s->lift_mm);
		}
		assert_true(plan_seconds(plan) <= 60.0 * plan->minutes);
	}
	assert_null(plan_find("slow"));
	assert_null(plan_find(""));
}

/* 3 x (10 + 5 + 20) s; standard: 7 x (10 + 35) + 6 x (10 + 7). */
static void test_seconds(void **state)
{
	(void)state;
	assert_true(plan_seconds(plan_find("quick")) == 105);
	assert_true(plan_seconds(plan_find("standard")) == 7 * 45 + 6 * 17);
	/* a step's own: mCTSIB has four parts */
	for (int k = 0; k < plan_find("full")->n_steps; k++) {
		const struct plan_step *s = &plan_find("full")->steps[k];

		if (strcmp(s->protocol, "mctsib") == 0)
			assert_true(plan_trial_s(s) == 10 + 4 * 25);
	}
}

static void test_quick(void **state)
{
	struct visit *visit = new_visit();
	struct plan_progress p;

	(void)state;
	for (int n = 0; n < 3; n++) {
		plan_count(plan_find("quick"), visit, &p);
		assert_int_equal(plan_next(&p), 0);
		assert_int_equal(plan_left(&p, 0), 3 - n);
		assert_true(plan_seconds_left(&p) == 35 * (3 - n));
		assert_int_equal(plan_state_of(&p, 0), PLAN_NEXT);
		add(visit, "quiet-eo", 0, true);
	}
	plan_count(plan_find("quick"), visit, &p);
	assert_int_equal(plan_next(&p), -1);
	assert_true(plan_seconds_left(&p) == 0);
	assert_int_equal(plan_state_of(&p, 0), PLAN_DONE);
	free(visit);
}

/* Practice is not counted; what is unusable is done again; others' trials are nobody's. */
static void test_practice(void **state)
{
	struct visit *visit = new_visit();
	struct plan_progress p;

	(void)state;
	plan_count(plan_find("standard"), visit, &p);
	assert_int_equal(plan_left(&p, 0), 4);
	add(visit, "quiet-eo", 0, false)->practice = true;
	plan_count(plan_find("standard"), visit, &p);
	assert_int_equal(plan_left(&p, 0), 3);
	add(visit, "quiet-eo", 0, false);
	add(visit, "sts5", 0, true);
	plan_count(plan_find("standard"), visit, &p);
	assert_int_equal(plan_left(&p, 0), 3);
	/* who has a trial that counts needs no practice */
	visit->n_trials = 0;
	add(visit, "quiet-eo", 0, true);
	plan_count(plan_find("standard"), visit, &p);
	assert_int_equal(plan_left(&p, 0), 2);
	free(visit);
}

static void test_order_and_skip(void **state)
{
	struct visit *visit = new_visit();
	struct plan_progress p;

	(void)state;
	for (int k = 0; k < 3; k++)
		add(visit, "quiet-eo", 0, true);
	plan_count(plan_find("standard"), visit, &p);
	assert_string_equal(next_of(&p), "quiet-ec");
	p.skipped[1] = true;
	assert_string_equal(next_of(&p), "squat-0");
	assert_int_equal(plan_state_of(&p, 1), PLAN_SKIPPED);
	assert_int_equal(plan_state_of(&p, 0), PLAN_DONE);
	assert_int_equal(plan_state_of(&p, 3), PLAN_LATER);
	assert_true(plan_seconds_left(&p) == 6 * 17);
	free(visit);
}

/* Lifts are asked for by the results, then all of them in turn, twice. */
static void test_lifts(void **state)
{
	const struct plan *full = plan_find("full");
	struct visit *visit = new_visit();
	struct plan_progress p;
	double seen[14];

	(void)state;
	for (int k = 0; k < full->n_steps; k++) {
		for (int i = 0; !full->steps[k].optional && i < full->steps[k].n; i++)
			add(visit, full->steps[k].protocol, 0, true);
	}
	plan_count(full, visit, &p);
	assert_int_equal(plan_next(&p), -1);
	visit->next.protocol = "lift";
	for (int i = 0; i < 14; i++) {
		plan_count(full, visit, &p);
		assert_string_equal(next_of(&p), "lift");
		seen[i] = full->steps[plan_next(&p)].lift_mm;
		add(visit, "lift", seen[i], true);
		visit->next.protocol =
			"seated"; /* begun: it is finished all the same */
		for (int j = 0; j < i; j++)
			assert_true(seen[j] != seen[i] || j / 7 != i / 7);
	}
	plan_count(full, visit, &p);
	assert_int_equal(plan_next(&p), -1);
	free(visit);
}

static void test_helper(void **state)
{
	(void)state;
	assert_false(plan_needs_helper(protocol_find("quiet-eo")));
	assert_true(plan_needs_helper(protocol_find("quiet-ec")));
	assert_true(plan_needs_helper(protocol_find("foam-eo")));
	assert_true(plan_needs_helper(protocol_find("single-left")));
	assert_true(plan_needs_helper(protocol_find("romberg")));
	assert_false(plan_needs_helper(protocol_find("seated")));
}

/* --- what is said -------------------------------------------------------------------------- */

static void check_translated(const char *text)
{
	if (text[0] != '\0' && strcmp(_(text), text) == 0)
		fail_msg("said in English to a German: %s", text);
}

/* A text that is put together from pieces, or not marked, is in no catalogue. */
static void test_all_of_it_is_translated(void **state)
{
	const struct protocol *protocol;
	const struct plan *plan;

	(void)state;
	setenv("STANCE_LOCALE_DIR", "build/release/share/locale", 1);
	if (i18n_open("de") != 0) {
		printf("no German catalogue in build/release: not tried\n");
		skip();
	}
	for (size_t i = 0; (protocol = protocol_at(i)); i++) {
		check_translated(protocol->title);
		for (int k = 0; k < protocol->n_phases; k++)
			check_translated(protocol->phases[k].instruction);
	}
	for (size_t i = 0; (plan = plan_at(i)); i++) {
		check_translated(plan->note);
		for (int k = 0; k < plan->n_steps; k++)
			check_translated(plan->steps[k].why);
	}
	i18n_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_quick),
		cmocka_unit_test(test_practice),
		cmocka_unit_test(test_order_and_skip),
		cmocka_unit_test(test_lifts),
		cmocka_unit_test(test_helper),
		cmocka_unit_test(test_all_of_it_is_translated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
