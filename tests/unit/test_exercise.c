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
	compare(EXERCISE_BY_EAR, TRAINEE_IDLE, 40);
}

static void test_tells_good_from_wild(void **state)
{
	(void)state;
	compare(EXERCISE_HOLD, TRAINEE_WILD, 30);
	compare(EXERCISE_BEAM, TRAINEE_WILD, 15);
	compare(EXERCISE_TARGETS, TRAINEE_WILD, 25);
	compare(EXERCISE_METRONOME, TRAINEE_WILD, 25);
	compare(EXERCISE_LAKE, TRAINEE_WILD, 10);
	compare(EXERCISE_BY_EAR, TRAINEE_WILD, 25);
}

/* The tone alone brings her back: the same person without it stays where she wanders. */
static void test_tone_is_enough(void **state)
{
	double heard = INFINITY, deaf = -INFINITY;

	(void)state;
	for (uint64_t seed = 1; seed <= N_SEEDS; seed++) {
		struct exercise_setup setup = setup_of(EXERCISE_BY_EAR);

		setup.feedback = FEEDBACK_BANDWIDTH;
		heard = fmin(heard, done_by(&setup, TRAINEE_GOOD, seed).value);
		setup.feedback = FEEDBACK_END;
		deaf = fmax(deaf, done_by(&setup, TRAINEE_GOOD, seed).value);
	}
	print_message("by-ear: worst with the tone %.1f, best without %.1f %%\n", heard,
		deaf);
	assert_true(heard - deaf >= 30);
}

static struct exercise_tone tone_at(
	enum exercise_feedback feedback, double x_mm, double y_mm)
{
	struct exercise_setup setup = setup_of(EXERCISE_BY_EAR);
	struct exercise_input in = { .at_mm = { x_mm, y_mm }, .left_frac = 0.5 };
	struct exercise_view view;
	struct exercise_run run;

	setup.feedback = feedback;
	exercise_begin(&run, &setup);
	exercise_step(&run, &in, &view);
	return view.tone;
}

static void near(double value, double expected)
{
	if (!(fabs(value - expected) < 1e-6))
		fail_msg("%.9f, not %.9f", value, expected);
}

/* The zone is 10 mm. 16 mm: 6 beyond of 25, 0.15 + 0.85 x 0.24. 16.25 mm: 6.25 of 25, whose root is a half:
 * 707.1 Hz times or over 2^0.25. */
static void test_tone_by_hand(void **state)
{
	struct exercise_tone t = tone_at(FEEDBACK_BANDWIDTH, 3, 4);

	(void)state;
	near(t.volume_frac, 0);
	t = tone_at(FEEDBACK_FULL, 3, 4); /* a calm one, to know what even is */
	near(t.volume_frac, 0.15);
	near(t.pitch_hz, sqrt(500.0 * 1000.0));
	near(t.pan_frac, 0);
	t = tone_at(FEEDBACK_BANDWIDTH, 0, 16.25);
	near(t.pitch_hz, 1000 / pow(2, 0.25));
	near(t.pan_frac, 0);
	near(t.reed_frac, 0);
	t = tone_at(FEEDBACK_BANDWIDTH, 0, -16.25);
	near(t.pitch_hz, 500 * pow(2, 0.25));
	t = tone_at(FEEDBACK_BANDWIDTH, 16, 0);
	near(t.volume_frac, 0.354);
	near(t.pitch_hz, sqrt(500.0 * 1000.0));
	near(t.pan_frac, 1);
	near(t.reed_frac, 1);
	near(t.flutter_frac, 1);
	t = tone_at(FEEDBACK_BANDWIDTH, -12, 0); /* 2 of the 5 mm that make the side */
	near(t.pan_frac, -0.4);
	near(t.reed_frac, 0.4);
	near(t.flutter_frac, 0);
	t = tone_at(FEEDBACK_BANDWIDTH, 0, 300);
	near(t.volume_frac, 1);
	near(t.pitch_hz, 1000);
	assert_true(isnan(tone_at(FEEDBACK_BANDWIDTH, NAN, NAN).volume_frac));
	assert_true(isnan(tone_at(FEEDBACK_END, 30, 0).volume_frac));
	assert_true(isnan(tone_at(FEEDBACK_NONE, 30, 0).volume_frac));
}

/* Farther out is never softer, whatever the way; forward is never lower, and a mirrored person is heard on the
 * other side. */
static void test_tone_grows(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 8, 1);
	for (int i = 0; i < 2000; i++) {
		double angle = rng_uniform(&rng) * 2 * M_PI,
		       mm = rng_uniform(&rng) * 60;
		double x = sin(angle), y = cos(angle);
		struct exercise_tone t = tone_at(FEEDBACK_FULL, mm * x, mm * y);
		struct exercise_tone far =
			tone_at(FEEDBACK_FULL, (mm + 1) * x, (mm + 1) * y);
		struct exercise_tone other = tone_at(FEEDBACK_FULL, -mm * x, mm * y);

		assert_true(far.volume_frac >= t.volume_frac);
		assert_true(fabs(log2(far.pitch_hz / 707.1)) >=
			    fabs(log2(t.pitch_hz / 707.1)) - 1e-3);
		assert_true(mm <= 10 || (y > 0) == (t.pitch_hz > sqrt(500000.0)));
		near(other.pan_frac, -t.pan_frac);
		near(other.pitch_hz, t.pitch_hz);
		near(other.volume_frac, t.volume_frac);
		assert_true(t.pitch_hz >= 499.9 && t.pitch_hz <= 1000.1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tells_good_from_idle),
		cmocka_unit_test(test_tells_good_from_wild),
		cmocka_unit_test(test_tone_is_enough),
		cmocka_unit_test(test_tone_by_hand),
		cmocka_unit_test(test_tone_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
