/* Everything that a technician can do wrong is noticed in its step, and called by its name. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/procedure_stage.h"

#define SIDE     16
#define PITCH_MM 20.0

static void open_zeroed(struct procedure_stage *s, enum lab_class kind, uint64_t seed)
{
	procedure_stage_open(s, kind, seed, SIDE, PITCH_MM);
	assert_int_equal(procedure_stage_zero(s), 0);
	assert_true(procedure_stage_ends(s, PROCEDURE_DONE));
}

/* Put `mass_kg` there and say it were `said_kg`. */
static void load(struct procedure_stage *s, double mass_kg, double said_kg, double x_mm,
	double y_mm)
{
	assert_int_equal(procedure_stage_load(s, READING_LOAD, said_kg, x_mm, y_mm), 0);
	procedure_stage_run(s, 0.3);
	procedure_stage_disc(s, mass_kg, 60, x_mm, y_mm);
	procedure_stage_finish(s);
}

/* --- zero ----------------------------------------------------------------------------------------- */

static void a_foot_on_the_mat_during_zero(void **state)
{
	struct procedure_stage s;

	(void)state;
	for (int kind = 0; kind < LAB_N_CLASSES; kind++)
		for (int light = 0; light < 2; light++) {
			double began;

			procedure_stage_open(&s, kind, 30 + light, SIDE, PITCH_MM);
			procedure_stage_disc(&s, light ? 8 : 35, 50, -80, 80);
			procedure_stage_run(&s, 2.0);
			began = s.t_s;
			assert_int_equal(procedure_stage_zero(&s), 0);
			procedure_stage_run(&s, 2.0);
			assert_true(procedure_stage_says(
				&s, "Empty the mat: something stands front left"));
			assert_true(procedure_stage_ends(&s, PROCEDURE_REFUSED));
			assert_true(s.t_s - began < 10.0);
			assert_true(procedure_stage_says(&s, "is loaded front left"));
			assert_int_equal(s.readings.n_zero_frames, 0);
			assert_int_equal(s.readings.n_items, 0);
			/* without a zero nothing else begins */
			assert_int_equal(
				procedure_stage_load(&s, READING_LOAD, 40, NAN, NAN),
				-EINVAL);
			assert_true(procedure_stage_says(&s, "no zero yet"));
			procedure_stage_close(&s);
		}
}

/* Somebody steps off in time, and it goes on by itself. */
static void a_foot_that_is_taken_away(void **state)
{
	struct procedure_stage s;
	double began;

	(void)state;
	procedure_stage_open(&s, LAB_NOMINAL, 32, SIDE, PITCH_MM);
	procedure_stage_disc(&s, 3, 50, 80, -80);
	began = s.t_s;
	assert_int_equal(procedure_stage_zero(&s), 0);
	procedure_stage_run(&s, 1.5);
	procedure_stage_clear(&s);
	procedure_stage_finish(&s);
	assert_true(s.t_s - began < 10.0);
	if (s.view.state != PROCEDURE_DONE) /* creep left too much: said, not taken */
		assert_true(procedure_stage_says(&s, "wait a minute"));
	procedure_stage_close(&s);
}

static void a_step_onto_the_mat_during_zero(void **state)
{
	struct procedure_stage s;

	(void)state;
	procedure_stage_open(&s, LAB_NOMINAL, 33, SIDE, PITCH_MM);
	assert_int_equal(procedure_stage_zero(&s), 0);
	procedure_stage_run(&s, 4.0);
	procedure_stage_disc(&s, 20, 50, 80, 80);
	procedure_stage_run(&s, 0.5);
	procedure_stage_clear(&s);
	assert_true(procedure_stage_ends(&s, PROCEDURE_REFUSED));
	assert_true(procedure_stage_says(&s, "front right"));
	assert_int_equal(s.readings.n_zero_frames, 0);
	procedure_stage_close(&s);
}

static void a_mat_that_drifts_during_zero(void **state)
{
	struct procedure_stage s;

	(void)state;
	procedure_stage_open(&s, LAB_NOMINAL, 34, SIDE, PITCH_MM);
	s.drift_cnt_s = 0.3;
	s.drift_from_s = s.t_s;
	assert_int_equal(procedure_stage_zero(&s), 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_REFUSED));
	assert_true(procedure_stage_says(&s, "drifts by +1"));
	procedure_stage_close(&s);
}

/* A refused zero leaves the one before in force. */
static void a_wrong_zero_replaces_nothing(void **state)
{
	struct procedure_stage s;
	float before;

	(void)state;
	open_zeroed(&s, LAB_FIELD, 35);
	before = s.readings.zero_cnt[5];
	procedure_stage_disc(&s, 30, 50, 0, 0);
	assert_int_equal(procedure_stage_zero(&s), 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_REFUSED));
	assert_true(procedure_stage_says(&s, "in the middle"));
	assert_true(s.readings.zero_cnt[5] == before && s.readings.n_zero_frames > 0);
	procedure_stage_close(&s);
}

/* So light that zero did not see it: the empty mat shows it afterwards, and no step begins on it. */
static void a_zero_that_was_loaded_after_all(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 36);
	for (int row = 6; row < 10; row++)
		for (int col = 2; col < 6; col++)
			s.readings.zero_cnt[row * SIDE + col] += 20;
	procedure_stage_run(&s, 3.0);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, 0, 0), -EINVAL);
	assert_true(procedure_stage_says(&s, "less than its zero left"));
	assert_int_equal(procedure_stage_zero(&s), 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, 0, 0), 0);
	procedure_stage_close(&s);
}

/* --- loads ---------------------------------------------------------------------------------------- */

static void a_weight_in_pounds(void **state)
{
	struct procedure_stage s;

	(void)state;
	for (int kind = 0; kind < LAB_N_CLASSES; kind++) {
		open_zeroed(&s, kind, 40);
		load(&s, 40, 40, -60, 60);
		assert_int_equal(s.view.n_notes, 0);
		load(&s, 60, 132.3, 60, 60);
		assert_int_equal(s.view.state, PROCEDURE_DONE);
		assert_true(procedure_stage_says(&s, "was this in pounds"));
		/* taken back and said right, nothing is odd */
		assert_int_equal(procedure_drop(s.procedure, 2, true), 0);
		procedure_stage_clear(&s);
		procedure_stage_run(&s, 2.0);
		load(&s, 60, 60, 60, 60);
		assert_int_equal(s.view.n_notes, 0);
		procedure_stage_close(&s);
		/* the first one in pounds */
		open_zeroed(&s, kind, 41);
		load(&s, 40, 88.2, -60, 60);
		load(&s, 60, 60, 60, 60);
		assert_true(procedure_stage_says(&s, "was that in pounds"));
		procedure_stage_close(&s);
	}
}

static void two_weights_swapped(void **state)
{
	struct procedure_stage s;

	(void)state;
	for (int kind = 0; kind < LAB_N_CLASSES; kind++) {
		open_zeroed(&s, kind, 42);
		load(&s, 60, 40, -60, 60);
		load(&s, 40, 60, 60, 60);
		assert_true(procedure_stage_says(&s, "swapped"));
		procedure_stage_close(&s);
		open_zeroed(&s, kind, 43);
		load(&s, 30, 20, -60, 60);
		load(&s, 20, 30, 60, 60);
		assert_true(procedure_stage_says(&s, "swapped"));
		procedure_stage_close(&s);
	}
}

static void a_weight_somewhere_else(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 44);
	assert_int_equal(procedure_stage_load(&s, READING_VERIFY, 30, 80, 0), 0);
	procedure_stage_disc(&s, 30, 60, 62, 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_true(procedure_stage_says(&s, "mm from the place said"));
	procedure_stage_close(&s);
}

static void nobody_holds_still(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 45);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 70, NAN, NAN), 0);
	procedure_stage_run(&s, 0.1);
	for (int i = 0; i < 6000 && s.view.state < PROCEDURE_DONE; i++) {
		double t = 0.01 * i, mass = 70 * (1 + 0.15 * sin(5 * t));

		procedure_stage_disc(&s, mass, 60, 30 * sin(2 * t), 0);
		procedure_stage_run(&s, 0.01);
	}
	assert_int_equal(s.view.state, PROCEDURE_REFUSED);
	assert_true(s.view.reason[0] && strstr(s.view.reason, "still"));
	assert_int_equal(s.readings.n_items, 1);
	assert_int_equal(s.readings.n_snapshots, 0);
	procedure_stage_close(&s);
}

static void a_weight_lifted_too_soon(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 46);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, 0, 0), 0);
	procedure_stage_disc(&s, 40, 60, 0, 0);
	procedure_stage_run(&s, 4.0);
	assert_int_equal(s.view.state, PROCEDURE_MEASURING);
	procedure_stage_clear(&s);
	procedure_stage_run(&s, 1.0);
	assert_int_equal(s.view.state, PROCEDURE_WAITING);
	assert_true(procedure_stage_says(&s, "Put 40 kg"));
	assert_int_equal(s.readings.n_snapshots, 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_REFUSED));
	assert_true(procedure_stage_says(&s, "No weight came"));
	procedure_stage_close(&s);
}

static void no_weight_and_the_old_one(void **state)
{
	struct procedure_stage s;
	double began;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 47);
	began = s.t_s;
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, 0, 0), 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_REFUSED));
	assert_true(fabs(s.t_s - began - PROCEDURE_WAIT_S) < 0.1);
	assert_true(procedure_stage_says(&s, "No weight came within 30 s"));
	load(&s, 40, 40, 0, 0);
	assert_int_equal(s.view.state, PROCEDURE_DONE);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 20, 0, 0), 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_REFUSED));
	assert_true(
		procedure_stage_says(&s, "The 40 kg of the step before still stand"));
	assert_int_equal(s.readings.n_items, 2);
	procedure_stage_close(&s);
}

static void a_cell_that_dies_half_way(void **state)
{
	struct procedure_stage s;

	(void)state;
	procedure_stage_open(&s, LAB_NOMINAL, 48, SIDE, PITCH_MM);
	procedure_stage_prepare(&s);
	load(&s, 40, 40, 0, 0);
	assert_int_equal(s.view.n_notes, 0);
	s.dead = 8 * SIDE + 7;
	procedure_stage_clear(&s);
	procedure_stage_run(&s, 3.0);
	load(&s, 30, 30, 0, 0);
	assert_true(procedure_stage_says(&s, "row 9, column 8 answered the roller"));
	s.dead_row = 7;
	procedure_stage_clear(&s);
	procedure_stage_run(&s, 3.0);
	load(&s, 20, 20, 0, 0);
	assert_true(procedure_stage_says(&s, "a line broke"));
	procedure_stage_close(&s);
}

static void a_mat_that_drifts_between_steps(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 49);
	s.drift_cnt_s = 0.2;
	s.drift_from_s = s.t_s;
	procedure_stage_run(&s, 40.0);
	load(&s, 40, 40, 0, 0);
	assert_true(procedure_stage_says(&s, "The zero has moved by +"));
	procedure_stage_close(&s);
}

/* --- staircase ------------------------------------------------------------------------------------ */

static void climb(
	struct procedure_stage *s, int n, const double *real, const double *said)
{
	procedure_stage_disc(s, real[0], 60, 0, 0);
	assert_int_equal(procedure_stage_stair(s, n, said), 0);
	procedure_stage_run(s, 3.0);
	for (int i = 1; i < n && s->view.state < PROCEDURE_DONE; i++) {
		procedure_stage_disc(s, real[i], 60, 0, 0);
		procedure_stage_run(s, 3.0);
	}
	procedure_stage_finish(s);
}

static void a_staircase_in_the_wrong_order(void **state)
{
	static const double said[] = { 60, 57, 50, 40, 25, 40, 50, 57, 60 };
	static const double up[] = { 57, 60, 50, 40, 25, 40, 50, 57, 60 };
	static const double left_out[] = { 60, 50, 40, 25, 40, 50, 57, 60, 60 };
	static const double swapped[] = { 60, 57, 50, 25, 40, 25, 50, 57, 60 };
	static const double *const wrong[] = { up, left_out, swapped };
	struct procedure_stage s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		open_zeroed(&s, LAB_NOMINAL, 50 + i);
		climb(&s, 9, wrong[i], said);
		assert_int_equal(s.view.state, PROCEDURE_REFUSED);
		assert_true(strstr(s.view.reason, "wrong order") ||
			    strstr(s.view.reason, "left out"));
		assert_int_equal(s.readings.n_items, 1);
		procedure_stage_close(&s);
	}
}

static void a_staircase_that_stops(void **state)
{
	static const double said[] = { 60, 50, 40, 50, 60 };
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 53);
	procedure_stage_disc(&s, 60, 60, 0, 0);
	assert_int_equal(procedure_stage_stair(&s, 5, said), 0);
	procedure_stage_run(&s, 4.0);
	assert_true(procedure_stage_says(&s, "Now 50 kg"));
	assert_true(procedure_stage_ends(&s, PROCEDURE_REFUSED));
	assert_true(procedure_stage_says(&s, "The change to 50 kg did not come"));
	procedure_stage_close(&s);
}

/* --- what cannot be asked ------------------------------------------------------------------------- */

static void requests_that_cannot_be(void **state)
{
	static const double one_way[] = { 60, 50, 40 },
			    nonsense[] = { 60, 20, 50, 10, 60, 20, 70 };
	static const double close[] = { 60, 59.5, 60 }, negative[] = { 60, -5, 60 };
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 54);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 0, 0, 0), -EINVAL);
	assert_true(procedure_stage_says(&s, "above 0 kg"));
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, NAN, 0, 0), -EINVAL);
	assert_int_equal(
		procedure_stage_load(&s, READING_CREEP, 301, NAN, NAN), -EINVAL);
	assert_true(procedure_stage_says(&s, "301 kg is more"));
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 20, 161, 0), -EINVAL);
	assert_true(procedure_stage_says(&s, "beside the mat"));
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 20, 10, NAN), -EINVAL);
	assert_int_equal(
		procedure_stage_load(&s, READING_VERIFY, 20, NAN, NAN), -EINVAL);
	assert_true(procedure_stage_says(&s, "say where the weight stands"));
	assert_int_equal(procedure_stage_roll(&s, -1), -EINVAL);
	assert_int_equal(procedure_stage_stair(&s, 2, one_way), -EINVAL);
	assert_true(procedure_stage_says(&s, "3 to 16 masses, not 2"));
	assert_int_equal(procedure_stage_stair(&s, 3, one_way), -EINVAL);
	assert_true(procedure_stage_says(&s, "one way only"));
	assert_int_equal(procedure_stage_stair(&s, 7, nonsense), -EINVAL);
	assert_true(procedure_stage_says(&s, "jump up and down"));
	assert_int_equal(procedure_stage_stair(&s, 3, close), -EINVAL);
	assert_true(procedure_stage_says(&s, "too close"));
	assert_int_equal(procedure_stage_stair(&s, 3, negative), -EINVAL);
	/* one at a time */
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 20, 0, 0), 0);
	assert_int_equal(procedure_stage_roll(&s, 2), -EBUSY);
	assert_true(procedure_stage_says(&s, "still running"));
	procedure_stage_close(&s);
}

static void a_mat_unplugged_in_a_step(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 55);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, 0, 0), 0);
	procedure_stage_disc(&s, 40, 60, 0, 0);
	procedure_stage_run(&s, 5.0);
	assert_int_equal(s.readings.n_items, 2);
	procedure_break(s.procedure);
	procedure_view(s.procedure, &s.view);
	assert_int_equal(s.view.state, PROCEDURE_REFUSED);
	assert_true(procedure_stage_says(&s, "The mat went away"));
	assert_int_equal(s.readings.n_items, 1);
	assert_int_equal(s.readings.n_snapshots, 0);
	/* it comes back; the step is repeated with the weight as it stands */
	s.t_s += 20;
	procedure_stage_run(&s, 1.0);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, 0, 0), 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_true(procedure_stage_says(&s, "its creep was not seen"));
	procedure_stage_close(&s);
}

static void frames_that_are_missing(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 56);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, 0, 0), 0);
	procedure_stage_disc(&s, 40, 60, 0, 0);
	procedure_stage_run(&s, 3.0);
	s.lose_next = 70;
	s.t_s += 0.7;
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_true(procedure_stage_says(&s, "For 0.7 s no frame came"));
	assert_int_equal(s.view.n_lost, 70);
	assert_true(fabs(s.readings.items[1].lost_frac -
			    70.0 / (70 + s.view.n_frames)) < 1e-9);
	procedure_stage_close(&s);
}

static void given_up(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 57);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, 0, 0), 0);
	procedure_stage_disc(&s, 40, 60, 0, 0);
	procedure_stage_run(&s, 5.0);
	procedure_abort(s.procedure);
	procedure_view(s.procedure, &s.view);
	assert_int_equal(s.view.state, PROCEDURE_IDLE);
	assert_int_equal(s.readings.n_items, 1);
	procedure_abort(s.procedure); /* does nothing */
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, 0, 0), 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	procedure_stage_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_foot_on_the_mat_during_zero),
		cmocka_unit_test(a_foot_that_is_taken_away),
		cmocka_unit_test(a_step_onto_the_mat_during_zero),
		cmocka_unit_test(a_mat_that_drifts_during_zero),
		cmocka_unit_test(a_wrong_zero_replaces_nothing),
		cmocka_unit_test(a_zero_that_was_loaded_after_all),
		cmocka_unit_test(a_weight_in_pounds),
		cmocka_unit_test(two_weights_swapped),
		cmocka_unit_test(a_weight_somewhere_else),
		cmocka_unit_test(nobody_holds_still),
		cmocka_unit_test(a_weight_lifted_too_soon),
		cmocka_unit_test(no_weight_and_the_old_one),
		cmocka_unit_test(a_cell_that_dies_half_way),
		cmocka_unit_test(a_mat_that_drifts_between_steps),
		cmocka_unit_test(a_staircase_in_the_wrong_order),
		cmocka_unit_test(a_staircase_that_stops),
		cmocka_unit_test(requests_that_cannot_be),
		cmocka_unit_test(a_mat_unplugged_in_a_step),
		cmocka_unit_test(frames_that_are_missing),
		cmocka_unit_test(given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
