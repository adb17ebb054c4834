/* The roll step: sweeps are counted whatever the roller does at the edges, and what it missed is named. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/procedure_stage.h"

#define SIDE     24
#define PITCH_MM 15.0
#define EDGE_MM  180.0
#define OUT_MM   220.0
#define SPEED    300.0

static const struct lab_roller the_roller = {
	.mass_kg = 20, .length_mm = 600, .contact_mm = 30
};

static void open_zeroed(struct procedure_stage *s, enum lab_class kind, uint64_t seed)
{
	procedure_stage_open(s, kind, seed, SIDE, PITCH_MM);
	assert_int_equal(procedure_stage_zero(s), 0);
	assert_true(procedure_stage_ends(s, PROCEDURE_DONE));
}

/* Each line's peak must be in the moments: once a sweep, within half a pitch of the line. */
static void assert_peaks(const struct procedure_stage *s, int n_passes, bool columns)
{
	const struct readings *r = &s->readings;
	const struct reading *item = &r->items[r->n_items - 1];

	for (int pass = 0; pass < n_passes; pass++) {
		int seen[SIDE] = { 0 };

		for (int k = item->first; k < item->first + item->n; k++) {
			const struct snapshot *m = &r->snapshots[k];
			double sum[SIDE] = { 0 };
			int best = 0;

			if (m->pass != pass)
				continue;
			for (int c = m->first; c < m->first + m->n; c++) {
				int i = r->cell[c];
				int line = columns ? i % SIDE : i / SIDE;

				sum[line] += (double)(r->count[c] - r->zero_cnt[i]);
			}
			for (int i = 1; i < SIDE; i++)
				best = sum[i] > sum[best] ? i : best;
			seen[best]++;
		}
		for (int i = 0; i < SIDE; i++)
			if (seen[i] < 1)
				fail_msg("pass %d: no peak at line %d", pass, i);
	}
}

static void counts_a_roller_that_leaves(void **state)
{
	struct procedure_stage s;

	(void)state;
	for (int columns = 0; columns < 2; columns++) {
		struct lab_roller roller = the_roller;

		roller.along_x = columns;
		open_zeroed(&s, LAB_FIELD, 3);
		assert_int_equal(procedure_stage_roll(&s, 3), 0);
		procedure_stage_run(&s, 0.5);
		assert_true(procedure_stage_says(&s, "Lay the roller"));
		procedure_stage_sweep(&s, &roller, -OUT_MM, OUT_MM, SPEED);
		assert_int_equal(s.view.state, PROCEDURE_MEASURING);
		procedure_stage_clear(&s);
		procedure_stage_run(&s, 1.0);
		assert_int_equal(s.view.n_sweeps, 1);
		procedure_stage_sweep(&s, &roller, OUT_MM, -OUT_MM, SPEED);
		procedure_stage_clear(&s);
		procedure_stage_run(&s, 1.0);
		assert_int_equal(s.view.n_sweeps, 2);
		assert_int_equal(s.view.state, PROCEDURE_MEASURING);
		procedure_stage_sweep(&s, &roller, -OUT_MM, OUT_MM, 150);
		procedure_stage_clear(&s);
		assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
		assert_int_equal(s.view.n_sweeps, 3);
		assert_true(s.view.coverage_frac > 0.98);
		assert_int_equal(s.view.n_notes, 0);
		assert_peaks(&s, 3, columns);
		procedure_stage_close(&s);
	}
}

static void counts_a_roller_that_stays(void **state)
{
	struct procedure_stage s;
	double in = EDGE_MM - 5;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 4);
	procedure_stage_sweep(&s, &the_roller, -in, -in, SPEED);
	procedure_stage_run(&s, 1.0); /* it lies there when the step begins */
	assert_int_equal(procedure_stage_roll(&s, 0), 0);
	procedure_stage_run(&s, 0.5);
	procedure_stage_sweep(&s, &the_roller, -in, in, SPEED);
	assert_true(procedure_stage_says(&s, "front edge: pass 1 of 2"));
	procedure_stage_sweep(&s, &the_roller, in, -in, SPEED);
	assert_true(procedure_stage_says(&s, "back edge: pass 2 of 2"));
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_int_equal(s.view.n_sweeps, 2);
	assert_true(s.view.coverage_frac > 0.98);
	assert_peaks(&s, 2, false);
	procedure_stage_close(&s);
}

/* lab_press_roller() puts greater y to the front: at_mm rises to where "front" is. */
static void bears_a_person_who_walks_behind(void **state)
{
	struct procedure_stage s;
	struct lab_roller roller = the_roller;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 5);
	assert_int_equal(procedure_stage_roll(&s, 1), 0);
	for (double at = -OUT_MM; at < OUT_MM; at += 3) {
		roller.at_mm = at;
		procedure_stage_clear(&s);
		lab_press_roller(&roller, &s.geometry, s.cells_n);
		procedure_stage_add_disc(&s, 30, 32, -60, at - 120);
		procedure_stage_add_disc(&s, 40, 32, 60, at - 150);
		procedure_stage_run(&s, 0.01);
	}
	procedure_stage_clear(&s);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_int_equal(s.view.n_sweeps, 1);
	assert_true(s.view.coverage_frac > 0.95);
	assert_peaks(&s, 1, false);
	procedure_stage_close(&s);
}

/* Roll once from the back to the front with a roller that touches only where `touches` says. */
static void sweep_part(struct procedure_stage *s, bool (*touches)(int row, int col))
{
	struct lab_roller roller = the_roller;

	for (double at = -OUT_MM; at < OUT_MM; at += 3) {
		roller.at_mm = at;
		procedure_stage_clear(s);
		lab_press_roller(&roller, &s->geometry, s->cells_n);
		for (int i = 0; i < SIDE * SIDE; i++)
			if (!touches(i / SIDE, i % SIDE))
				s->cells_n[i] = 0;
		procedure_stage_run(s, 0.01);
	}
	procedure_stage_clear(s);
	procedure_stage_finish(s);
}

static bool not_the_corner(int row, int col)
{
	return row >= SIDE / 3 || col < SIDE - SIDE / 3;
}

static bool only_the_middle(int row, int col)
{
	(void)row;
	return col >= 6 && col < 18;
}

static void names_the_corner_that_was_missed(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 6);
	assert_int_equal(procedure_stage_roll(&s, 1), 0);
	sweep_part(&s, not_the_corner);
	assert_int_equal(s.view.state, PROCEDURE_DONE);
	assert_true(s.view.coverage_frac < 0.90);
	assert_true(procedure_stage_says(&s, "Not pressed: front right ("));
	assert_true(!procedure_coverage(s.procedure)[SIDE - 1]);
	/* once more, and the hole is gone */
	assert_int_equal(procedure_stage_roll(&s, 1), 0);
	procedure_stage_sweep(&s, &the_roller, -OUT_MM, OUT_MM, SPEED);
	procedure_stage_clear(&s);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_true(s.view.coverage_frac > 0.98);
	assert_int_equal(s.view.n_notes, 0);
	/* taken back, it opens again */
	assert_int_equal(procedure_drop(s.procedure, 2, true), 0);
	assert_true(!procedure_coverage(s.procedure)[SIDE - 1]);
	assert_int_equal(procedure_drop(s.procedure, 2, false), 0);
	assert_true(procedure_coverage(s.procedure)[SIDE - 1]);
	assert_int_equal(procedure_drop(s.procedure, 3, true), -ENOENT);
	procedure_stage_close(&s);
}

static void refuses_a_short_roller(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 7);
	assert_int_equal(procedure_stage_roll(&s, 1), 0);
	sweep_part(&s, only_the_middle);
	assert_int_equal(s.view.state, PROCEDURE_REFUSED);
	assert_true(procedure_stage_says(
		&s, "missed: front left, front right, left, right"));
	assert_int_equal(s.readings.n_items, 1);
	assert_int_equal(s.readings.n_snapshots, 0);
	for (int i = 0; i < SIDE * SIDE; i++)
		assert_int_equal(procedure_coverage(s.procedure)[i], 0);
	procedure_stage_close(&s);
}

static void ends_without_a_roller(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 8);
	assert_int_equal(procedure_stage_roll(&s, 2), 0);
	procedure_stage_disc(&s, 60, 60, 0, 0);
	procedure_stage_run(&s, 1.0);
	assert_true(procedure_stage_says(&s, "must lie across"));
	assert_true(procedure_stage_ends(&s, PROCEDURE_REFUSED));
	assert_true(procedure_stage_says(&s, "No roller came"));
	assert_true(s.view.elapsed_s < 0.1);
	procedure_stage_close(&s);
}

/* A minute, and what was reached by then. */
static void ends_after_a_minute(void **state)
{
	struct procedure_stage s;
	double began;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 9);
	began = s.t_s;
	assert_int_equal(procedure_stage_roll(&s, 4), 0);
	procedure_stage_sweep(&s, &the_roller, -OUT_MM, OUT_MM, SPEED);
	procedure_stage_clear(&s);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_true(fabs(s.t_s - began - PROCEDURE_ROLL_S) < 0.1);
	assert_true(procedure_stage_says(&s, "1 of 4 passes"));
	procedure_stage_close(&s);
}

static void tells_a_broken_line(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 10);
	s.dead_row = 9;
	assert_int_equal(procedure_stage_roll(&s, 1), 0);
	procedure_stage_sweep(&s, &the_roller, -OUT_MM, OUT_MM, SPEED);
	procedure_stage_clear(&s);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_true(procedure_stage_says(&s, "1 whole lines did not answer"));
	procedure_stage_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_a_roller_that_leaves),
		cmocka_unit_test(counts_a_roller_that_stays),
		cmocka_unit_test(bears_a_person_who_walks_behind),
		cmocka_unit_test(names_the_corner_that_was_missed),
		cmocka_unit_test(refuses_a_short_roller),
		cmocka_unit_test(ends_without_a_roller),
		cmocka_unit_test(ends_after_a_minute),
		cmocka_unit_test(tells_a_broken_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
