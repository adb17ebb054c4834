/* A whole session, hands-free: stepping on starts it, stepping off pauses it, and what is done is kept. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/training/training.h"
#include "tests/support/trainee.h"

struct rig {
	struct training training;
	struct training_view view;
	struct trainee trainee;
	double lean_x_mm;     /* instead of what is shown; NaN: what is shown */
	double off_target_mm; /* what the good one gets wrong */
};

static struct training_setup setup_of(const char *programme)
{
	struct training_setup setup = { .programme = *programme_find(programme),
		.geometry = { 48, 48, 10, 10 },
		.seed = 3 };

	for (int k = 0; k < EXERCISE_N_DIRECTIONS; k++)
		setup.limits_mm[k] = NAN;
	return setup;
}

static void rig_init(
	struct rig *rig, const struct training_setup *setup, enum trainee_skill skill)
{
	*rig = (struct rig){ .lean_x_mm = NAN };
	training_init(&rig->training, setup);
	trainee_init(&rig->trainee, skill, 9);
	training_view(&rig->training, &rig->view);
}

static enum training_state step(struct rig *rig)
{
	struct exercise_setup setup = rig->training.run.setup;
	struct stance_sample s;

	setup.exercise = rig->view.exercise;
	setup.target_mm = rig->view.target_mm + rig->off_target_mm;
	if (!isnan(rig->lean_x_mm))
		s = trainee_lean(&rig->trainee, rig->lean_x_mm, 0);
	else if (rig->view.state == TRAINING_EXERCISE)
		s = trainee_step(&rig->trainee, &setup, &rig->view.picture);
	else
		s = trainee_lean(&rig->trainee, 0, 0);
	training_push(&rig->training, &s);
	training_view(&rig->training, &rig->view);
	return rig->view.state;
}

static void run(struct rig *rig, double seconds)
{
	for (int i = 0; i < seconds * rig->trainee.rate_hz; i++)
		step(rig);
}

/* Run until a state; returns the seconds it took. */
static double until(struct rig *rig, enum training_state state, double most_s)
{
	double dt = 1 / rig->trainee.rate_hz, t_s = 0;

	while (rig->view.state != state && t_s < most_s) {
		step(rig);
		t_s += dt;
	}
	if (rig->view.state != state)
		fail_msg("still %s after %.0f s, not %s",
			training_state_word(rig->view.state), most_s,
			training_state_word(state));
	return t_s;
}

static void test_goes_through_a_session_by_itself(void **state)
{
	struct training_setup setup = setup_of("taste");
	const struct training_summary *s;
	struct rig rig;

	(void)state;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	rig.trainee.is_off = true;
	run(&rig, 5);
	assert_int_equal(rig.view.state, TRAINING_ATTRACT);
	assert_false(training_is_busy(&rig.training));
	rig.trainee.is_off = false;
	assert_true(fabs(until(&rig, TRAINING_PLACEMENT, 2) - 1.0) < 0.1);
	assert_true(fabs(until(&rig, TRAINING_COUNTDOWN, 4) - 2.0) < 0.2);
	assert_int_equal(rig.view.count, 3);
	assert_false(training_has_begun(&rig.training));
	assert_true(fabs(until(&rig, TRAINING_EXERCISE, 4) - 3.0) < 0.1);
	assert_true(training_has_begun(&rig.training));
	assert_true(fabs(until(&rig, TRAINING_REVEAL, 30) - 20.0) < 0.2);
	assert_int_equal(training_n_finished(&rig.training), 1);
	until(&rig, TRAINING_REST, 10);
	assert_string_equal(rig.view.say, "Well done. Sit down if you like.");
	until(&rig, TRAINING_RESULT, 100);
	s = training_summary(&rig.training);
	assert_int_equal(s->end, TRAINING_COMPLETE);
	assert_int_equal(s->n_blocks, 3);
	for (int i = 0; i < 3; i++) {
		assert_true(s->blocks[i].is_whole);
		assert_true(s->blocks[i].score.value > 80);
		assert_int_equal(s->blocks[i].change.word, PROGRESS_FIRST);
	}
	assert_true(s->success_pct > 80);
	assert_true(fabs(s->exercise_s - 60) < 1);
	assert_true(fabs(until(&rig, TRAINING_ATTRACT, 30) - 20) < 0.2);
	/* who stays does not begin again */
	run(&rig, 5);
	assert_int_equal(rig.view.state, TRAINING_ATTRACT);
	assert_string_equal(rig.view.cue, "step-off");
	rig.trainee.is_off = true;
	run(&rig, 1);
	rig.trainee.is_off = false;
	until(&rig, TRAINING_PLACEMENT, 2);
}

static void test_pauses_kindly_and_goes_on(void **state)
{
	struct training_setup setup = setup_of("taste");
	double before_s;
	struct rig rig;

	(void)state;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	until(&rig, TRAINING_EXERCISE, 20);
	run(&rig, 8);
	before_s = rig.view.elapsed_s;
	rig.trainee.is_off = true;
	assert_true(until(&rig, TRAINING_PAUSE, 1) < 0.4);
	assert_int_equal(rig.view.hint, TRAINING_HINT_BACK_ON);
	assert_string_equal(rig.view.say, "Take your time. Step back on to continue.");
	run(&rig, 20);
	assert_int_equal(rig.view.state, TRAINING_PAUSE);
	/* she comes back elsewhere: the dot is hers again */
	rig.trainee.is_off = false;
	rig.trainee.feet_mm = (struct pos_mm){ 40, -30 };
	until(&rig, TRAINING_EXERCISE, 10);
	run(&rig, 1);
	assert_true(fabs(rig.view.elapsed_s - before_s - 1.3) < 0.1);
	assert_true(hypot(rig.view.picture.dot_mm.x, rig.view.picture.dot_mm.y) < 20);
	until(&rig, TRAINING_REVEAL, 30);
	assert_int_equal(training_summary(&rig.training)->blocks[0].n_pauses, 1);
	assert_true(training_summary(&rig.training)->blocks[0].score.value > 80);
}

static void test_who_leaves_keeps_what_was_done(void **state)
{
	struct training_setup setup = setup_of("taste");
	const struct training_summary *s;
	struct rig rig;

	(void)state;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	until(&rig, TRAINING_REVEAL, 60);
	until(&rig, TRAINING_EXERCISE, 60);
	run(&rig, 10);
	rig.trainee.is_off = true;
	assert_true(fabs(until(&rig, TRAINING_ATTRACT, 60) - 30.3) < 0.3);
	s = training_summary(&rig.training);
	assert_int_equal(s->end, TRAINING_LEFT);
	assert_int_equal(s->n_blocks, 2);
	assert_int_equal(training_n_finished(&rig.training), 2);
	assert_true(s->blocks[0].is_whole);
	assert_false(s->blocks[1].is_whole);
	assert_true(s->blocks[1].score.counted_s > 9);
}

static void test_who_leaves_before_anything_began_leaves_nothing(void **state)
{
	struct training_setup setup = setup_of("taste");
	struct rig rig;

	(void)state;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	until(&rig, TRAINING_COUNTDOWN, 20);
	rig.trainee.is_off = true;
	until(&rig, TRAINING_ATTRACT, 10);
	assert_false(training_has_begun(&rig.training));
}

static void test_stops_calmly_and_then_for_good(void **state)
{
	struct training_setup setup = setup_of("taste");
	struct rig rig;

	(void)state;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	until(&rig, TRAINING_EXERCISE, 20);
	for (int i = 0; i < 3; i++) {
		rig.lean_x_mm = 65; /* 88 % on the right foot */
		until(&rig, i < 2 ? TRAINING_PAUSE : TRAINING_RESULT, 5);
		if (i == 2)
			break;
		assert_int_equal(rig.view.hint, TRAINING_HINT_MIDDLE);
		run(&rig, 5);
		assert_int_equal(rig.view.state, TRAINING_PAUSE);
		rig.lean_x_mm = NAN;
		until(&rig, TRAINING_EXERCISE, 10);
		run(&rig, 1);
	}
	assert_int_equal(training_summary(&rig.training)->end, TRAINING_UNSAFE);
	assert_int_equal(training_summary(&rig.training)->blocks[0].n_stops, 3);
}

static void test_stops_at_the_edge_and_at_the_cap(void **state)
{
	struct training_setup setup = setup_of("taste");
	struct rig rig;

	(void)state;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	until(&rig, TRAINING_EXERCISE, 20);
	rig.trainee.feet_mm.y = 225;
	until(&rig, TRAINING_PAUSE, 2);
	assert_int_equal(rig.view.hint, TRAINING_HINT_EDGE);

	setup.programme.cap_left_n = 0.55 * 72 * 9.80665;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	until(&rig, TRAINING_EXERCISE, 20);
	rig.lean_x_mm = -25; /* 65 % on the left foot */
	until(&rig, TRAINING_PAUSE, 3);
	assert_int_equal(rig.view.hint, TRAINING_HINT_EASE_LEFT);
}

static void test_asks_where_the_weight_was(void **state)
{
	struct training_setup setup = setup_of("taste");
	const struct training_block *b;
	struct rig rig;

	(void)state;
	setup.programme.blocks[0].estimate = true;
	setup.programme.blocks[0].feedback = FEEDBACK_END;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	rig.off_target_mm = 12; /* she holds 12 mm too far to the right, unseen */
	until(&rig, TRAINING_EXERCISE, 20);
	run(&rig, 5);
	assert_true(isnan(rig.view.picture.dot_mm.x));
	assert_true(isnan(rig.view.picture.score));
	assert_int_equal(rig.view.picture.inside, -1);
	until(&rig, TRAINING_ESTIMATE, 30);
	rig.lean_x_mm = 12 + 20; /* and thinks it was 20 */
	until(&rig, TRAINING_REVEAL, 15);
	b = &training_summary(&rig.training)->blocks[0];
	assert_true(fabs(b->actual_mm - 12) < 2);
	assert_true(fabs(b->estimate_mm - 20) < 6);
}

static void test_skips_and_answers(void **state)
{
	struct training_setup setup = setup_of("taste");
	struct rig rig;

	(void)state;
	setup.programme.blocks[0].estimate = true;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	assert_false(training_skip(&rig.training));
	assert_false(training_answer(&rig.training, 5));
	until(&rig, TRAINING_ESTIMATE, 60);
	assert_true(training_answer(&rig.training, -7));
	assert_int_equal(step(&rig), TRAINING_REVEAL);
	assert_true(training_skip(&rig.training));
	assert_int_equal(step(&rig), TRAINING_REST);
	assert_true(training_skip(&rig.training));
	assert_int_equal(step(&rig), TRAINING_COUNTDOWN);
	assert_true(fabs(training_summary(&rig.training)->blocks[0].estimate_mm + 7) <
		    1e-9);
}

static void test_rest_may_be_taken_sitting(void **state)
{
	struct training_setup setup = setup_of("taste");
	struct rig rig;

	(void)state;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	until(&rig, TRAINING_REST, 60);
	rig.trainee.is_off = true;
	until(&rig, TRAINING_PAUSE, 20);
	rig.trainee.is_off = false;
	until(&rig, TRAINING_PLACEMENT, 2);
	until(&rig, TRAINING_EXERCISE, 10);
	assert_int_equal(rig.view.block, 1);
	assert_int_equal(training_summary(&rig.training)->blocks[1].n_pauses, 0);
}

static void test_a_broken_stream_is_a_pause(void **state)
{
	struct training_setup setup = setup_of("taste");
	struct rig rig;

	(void)state;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	until(&rig, TRAINING_EXERCISE, 20);
	run(&rig, 5);
	rig.trainee.t_ns += 3000000000; /* three seconds without a frame */
	assert_int_equal(step(&rig), TRAINING_PAUSE);
	until(&rig, TRAINING_REVEAL, 40);
	training_stop(&rig.training, TRAINING_STOPPED);
	assert_int_equal(step(&rig), TRAINING_RESULT);
	assert_int_equal(training_summary(&rig.training)->end, TRAINING_STOPPED);
}

/* A mat of raw counts tells no force: stepping on is then a centre of pressure. */
static void test_works_without_force(void **state)
{
	struct training_setup setup = setup_of("taste");
	struct trainee trainee;
	struct training t;

	(void)state;
	training_init(&t, &setup);
	trainee_init(&trainee, TRAINEE_GOOD, 4);
	for (int i = 0; i < 3000; i++) {
		struct stance_sample s = trainee_lean(&trainee, 0, 0);

		s.force_n = s.left.force_n = s.right.force_n = NAN;
		training_push(&t, &s);
	}
	assert_true(t.summary.n_blocks >= 1);
	assert_true(t.summary.blocks[0].score.value > 80);
}

/* The whole of a real programme: every exercise comes, limits measured first are the targets' own. */
static void test_targets_lie_within_measured_limits(void **state)
{
	struct training_setup setup = setup_of("weight-shift");
	const struct training_summary *s;
	struct rig rig;
	double most = 0;

	(void)state;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	while (rig.view.state != TRAINING_RESULT) {
		step(&rig);
		if (rig.view.state == TRAINING_EXERCISE &&
			rig.view.exercise == EXERCISE_TARGETS)
			most = fmax(most, hypot(rig.view.picture.target_mm.x,
						  rig.view.picture.target_mm.y));
	}
	s = training_summary(&rig.training);
	assert_int_equal(s->end, TRAINING_COMPLETE);
	for (int k = 0; k < EXERCISE_N_DIRECTIONS; k++)
		assert_true(s->limits_mm[k] > 55 && s->limits_mm[k] < 75);
	assert_true(most > 25 && most < 0.5 * 75);
}

/* --- eyes closed ---------------------------------------------------------------------------- */

static struct training_setup blind_setup(void)
{
	struct training_setup setup = setup_of("eyes-closed");

	setup.programme.n_blocks = 2;
	setup.programme.blocks[0] = (struct programme_block){ EXERCISE_BY_EAR, 20, 8,
		PROGRAMME_BY_LEVEL, false };
	setup.programme.blocks[1] =
		(struct programme_block){ EXERCISE_BY_EAR, 20, 0, FEEDBACK_NONE, true };
	return setup;
}

/* Announced for nine seconds before 3, 2, 1; at its end eyes are opened, with a score or without. */
/* Without feedback there is no ring, beam or lake to be told of, before and while it runs; else there is. */
static void test_what_is_not_shown_is_not_told(void **state)
{
	static const enum exercise of[] = { EXERCISE_HOLD, EXERCISE_BEAM, EXERCISE_LAKE,
		EXERCISE_METRONOME };
	static const enum training_state when[] = { TRAINING_COUNTDOWN,
		TRAINING_EXERCISE };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (int is_shown = 0; is_shown < 2; is_shown++) {
			struct training_setup setup = setup_of("taste");
			bool as_probe = !is_shown && of[i] != EXERCISE_METRONOME;
			const struct exercise_info *told =
				exercise_info(as_probe ? EXERCISE_PROBE : of[i]);
			struct rig rig;
			setup.programme.blocks[0].exercise = of[i];
			setup.programme.blocks[0].feedback =
				is_shown ? FEEDBACK_BANDWIDTH : FEEDBACK_END;
			rig_init(&rig, &setup, TRAINEE_GOOD);
			for (size_t k = 0; k < 2; k++) {
				until(&rig, when[k], 20);
				assert_string_equal(rig.view.say, told->instruction);
				assert_string_equal(rig.view.cue, told->key);
			}
		}
}

static void test_eyes_closed_are_announced_and_opened(void **state)
{
	struct training_setup setup = blind_setup();
	const struct training_summary *s;
	struct rig rig;

	(void)state;
	assert_true(programme_is_blind(&setup.programme));
	assert_false(programme_is_blind(programme_find("taste")));
	rig_init(&rig, &setup, TRAINEE_GOOD);
	until(&rig, TRAINING_COUNTDOWN, 5);
	assert_int_equal(rig.view.count, 0);
	assert_string_equal(rig.view.cue, "by-ear");
	assert_non_null(strstr(rig.view.say, "Somebody stands beside you."));
	assert_true(isnan(rig.view.picture.tone.volume_frac));
	run(&rig, 8.9);
	assert_int_equal(rig.view.count, 0);
	run(&rig, 0.2);
	assert_int_equal(rig.view.count, 3);
	assert_true(fabs(until(&rig, TRAINING_EXERCISE, 4) - 2.9) < 0.1);
	run(&rig, 1);
	assert_false(rig.view.is_silent);
	assert_true(rig.view.picture.tone.volume_frac > 0);
	assert_true(isnan(rig.view.picture.dot_mm.x));
	until(&rig, TRAINING_REVEAL, 25);
	assert_string_equal(rig.view.cue, "open-eyes");
	assert_true(isnan(rig.view.picture.tone.volume_frac));
	until(&rig, TRAINING_COUNTDOWN, 20);
	assert_string_equal(rig.view.cue, "eyes-closed");
	until(&rig, TRAINING_EXERCISE, 15);
	run(&rig, 1);
	assert_true(rig.view.is_silent);
	assert_true(isnan(rig.view.picture.tone.volume_frac));
	assert_int_equal(rig.view.picture.picture, PICTURE_NONE);
	/* a probe: no score is told, but to open the eyes; and nobody is asked to point at a screen */
	until(&rig, TRAINING_REVEAL, 25);
	assert_string_equal(rig.view.say, "Open your eyes. Well done.");
	until(&rig, TRAINING_RESULT, 10);
	s = training_summary(&rig.training);
	assert_true(s->blocks[0].is_whole && s->blocks[1].is_whole);
	assert_true(fabs(s->success_pct -
			    (s->blocks[0].score.value + s->blocks[1].score.value) / 2) <
		    1e-9);
}

/* Who steps off, or stands badly, is told to open the eyes, and is announced to again; no tone meanwhile. */
static void test_eyes_closed_pause(void **state)
{
	struct training_setup setup = blind_setup();
	struct rig rig;

	(void)state;
	rig_init(&rig, &setup, TRAINEE_GOOD);
	until(&rig, TRAINING_EXERCISE, 20);
	run(&rig, 5);
	rig.trainee.is_off = true;
	assert_true(until(&rig, TRAINING_PAUSE, 1) < 0.4);
	assert_string_equal(rig.view.cue, "open-eyes");
	assert_string_equal(rig.view.say,
		"Open your eyes. Step back on to continue when you are ready.");
	assert_true(isnan(rig.view.picture.tone.volume_frac));
	rig.trainee.is_off = false;
	until(&rig, TRAINING_COUNTDOWN, 10);
	assert_int_equal(rig.view.count, 0);
	assert_true(fabs(until(&rig, TRAINING_EXERCISE, 15) - 12) < 0.1);
	rig.lean_x_mm = 65;
	until(&rig, TRAINING_PAUSE, 5);
	assert_int_equal(rig.view.hint, TRAINING_HINT_MIDDLE);
	assert_string_equal(rig.view.say, "Open your eyes. Stand on both feet.");
}

/* Same samples, same session. */
static void test_is_the_same_again(void **state)
{
	struct training_setup setup = setup_of("taste");
	struct rig a, b;

	(void)state;
	rig_init(&a, &setup, TRAINEE_WILD);
	rig_init(&b, &setup, TRAINEE_WILD);
	run(&a, 90);
	run(&b, 90);
	assert_memory_equal(&a.training.summary.blocks[0].score.value,
		&b.training.summary.blocks[0].score.value, sizeof(double));
	assert_true(a.view.state == b.view.state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_goes_through_a_session_by_itself),
		cmocka_unit_test(test_pauses_kindly_and_goes_on),
		cmocka_unit_test(test_who_leaves_keeps_what_was_done),
		cmocka_unit_test(test_who_leaves_before_anything_began_leaves_nothing),
		cmocka_unit_test(test_stops_calmly_and_then_for_good),
		cmocka_unit_test(test_stops_at_the_edge_and_at_the_cap),
		cmocka_unit_test(test_asks_where_the_weight_was),
		cmocka_unit_test(test_skips_and_answers),
		cmocka_unit_test(test_rest_may_be_taken_sitting),
		cmocka_unit_test(test_a_broken_stream_is_a_pause),
		cmocka_unit_test(test_works_without_force),
		cmocka_unit_test(test_targets_lie_within_measured_limits),
		cmocka_unit_test(test_what_is_not_shown_is_not_told),
		cmocka_unit_test(test_eyes_closed_are_announced_and_opened),
		cmocka_unit_test(test_eyes_closed_pause),
		cmocka_unit_test(test_is_the_same_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
