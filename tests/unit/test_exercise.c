/* Every exercise tells somebody who does it from somebody who does not, whatever the seed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "src/core/training/exercise.h"
#include "tests/support/trainee.h"

#define N_SEEDS 12

static struct exercise_setup setup_of(enum exercise exercise)
{
	struct exercise_setup setup = { .exercise = exercise,
		.feedback = FEEDBACK_FULL,
		.duration_s = exercise_info(exercise)->duration_s,
		.seed = 5,
		.band_mm = 10,
		.reach_frac = 0.5,
		.width_mm = 170,
		.period_s = 2 };

	for (int k = 0; k < EXERCISE_N_DIRECTIONS; k++)
		setup.limits_mm[k] = 70;
	return setup;
}

static struct exercise_input input_of(const struct stance_sample *s, double t_s)
{
	return (struct exercise_input){
		.t_s = t_s, .at_mm = s->cop_mm, .left_frac = s->left_frac
	};
}

static struct exercise_score done_by(
	const struct exercise_setup *setup, enum trainee_skill skill, uint64_t seed)
{
	struct exercise_view view = exercise_view_none();
	struct exercise_score score;
	struct exercise_run run;
	struct trainee trainee;

	trainee_init(&trainee, skill, seed);
	exercise_begin(&run, setup);
	for (int i = 0; !exercise_is_over(&run); i++) {
		struct stance_sample s = trainee_step(&trainee, setup, &view);
		struct exercise_input in = input_of(&s, i / trainee.rate_hz);

		exercise_step(&run, &in, &view);
	}
	exercise_score(&run, &score);
	return score;
}

/* The worst good one against the best poor one, over many seeds; both printed. */
static void compare(
	enum exercise exercise, enum trainee_skill poor_skill, double margin)
{
	const struct exercise_info *info = exercise_info(exercise);
	double good = info->higher_is_better ? INFINITY : -INFINITY, poor = -good;

	for (uint64_t seed = 1; seed <= N_SEEDS; seed++) {
		struct exercise_setup setup = setup_of(exercise);
		double g, p;

		setup.seed = seed;
		g = done_by(&setup, TRAINEE_GOOD, seed).value;
		p = done_by(&setup, poor_skill, seed).value;
		assert_false(isnan(g));
		assert_false(isnan(p));
		good = info->higher_is_better ? fmin(good, g) : fmax(good, g);
		poor = info->higher_is_better ? fmax(poor, p) : fmin(poor, p);
	}
	print_message("%s: worst good %.1f, best poor %.1f %s\n", info->key, good, poor,
		info->unit);
	if (info->higher_is_better)
		assert_true(good - poor >= margin);
	else
		assert_true(poor - good >= margin);
}

static void test_tells_good_from_idle(void **state)
{
	(void)state;
	compare(EXERCISE_PROBE, TRAINEE_IDLE, 10);
	compare(EXERCISE_HOLD, TRAINEE_IDLE, 50);
	compare(EXERCISE_BEAM, TRAINEE_IDLE, 50);
	compare(EXERCISE_TARGETS, TRAINEE_IDLE, 50);
	compare(EXERCISE_METRONOME, TRAINEE_IDLE, 50);
	compare(EXERCISE_SLALOM, TRAINEE_IDLE, 25);
	compare(EXERCISE_MATCH, TRAINEE_IDLE, 3);
	compare(EXERCISE_LIMITS, TRAINEE_IDLE, 20);
}

static void test_tells_good_from_wild(void **state)
{
	(void)state;
	compare(EXERCISE_HOLD, TRAINEE_WILD, 30);
	compare(EXERCISE_BEAM, TRAINEE_WILD, 15);
	compare(EXERCISE_TARGETS, TRAINEE_WILD, 25);
	compare(EXERCISE_METRONOME, TRAINEE_WILD, 25);
	compare(EXERCISE_LAKE, TRAINEE_WILD, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tells_good_from_idle),
		cmocka_unit_test(test_tells_good_from_wild),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
