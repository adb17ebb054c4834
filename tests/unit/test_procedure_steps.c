/* Zero, loads, creep and staircase as they should go: what is read, when, and what is said meanwhile. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
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

static const struct reading *last_of(const struct procedure_stage *s)
{
	return &s->readings.items[s->readings.n_items - 1];
}

static void zeroes_an_empty_mat(void **state)
{
	struct procedure_stage s;
	double began, sd = 0, off = 0;

	(void)state;
	procedure_stage_open(&s, LAB_FIELD, 1, SIDE, PITCH_MM);
	began = s.t_s;
	assert_int_equal(procedure_stage_zero(&s), 0);
	assert_int_equal(s.view.state, PROCEDURE_IDLE); /* of the last frame */
	procedure_stage_run(&s, 0.1);
	assert_int_equal(s.view.state, PROCEDURE_WAITING);
	assert_true(procedure_stage_says(&s, "Keep off"));
	procedure_stage_run(&s, 2.0);
	assert_int_equal(s.view.state, PROCEDURE_MEASURING);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_true(s.t_s - began < 6.0);
	assert_int_equal(s.readings.n_zero_frames, s.view.n_frames);
	for (int i = 0; i < SIDE * SIDE; i++) {
		sd += (double)s.readings.zero_sd_cnt[i] / (SIDE * SIDE);
		off = fmax(off, fabs((double)s.readings.zero_cnt[i] - s.counts[i]));
	}
	assert_true(fabs(sd / s.options.noise_cnt - 1) < 0.1);
	assert_true(off < 7 * s.options.noise_cnt);
	assert_int_equal(last_of(&s)->kind, READING_ZERO);
	assert_true(fabs(last_of(&s)->rate_hz - 100) < 0.01);
	procedure_stage_close(&s);
}

/* Moments stand at rising times on a logarithmic scale, and the last is the reading. */
static void assert_moments(
	const struct procedure_stage *s, double read_s, double mass_kg)
{
	const struct reading *item = last_of(s);
	const struct snapshot *m = &s->readings.snapshots[item->first];
	int n = item->n;

	assert_true(fabs(item->read_s - read_s) < 0.02);
	assert_true(fabs(m[n - 1].t_s - item->onset_s - read_s) < 0.02);
	assert_true(fabs(m[n - 1].span_s - 1.0) < 0.03);
	for (int i = 0; i < n; i++) {
		assert_true(m[i].mass_kg == mass_kg);
		assert_true(m[i].n > 0);
		if (i > 0) {
			double ratio = (m[i].t_s - item->onset_s) /
				       (m[i - 1].t_s - item->onset_s);

			if (!(ratio > 1.1 && ratio < 1.6))
				fail_msg("moment %d at %.3f, before %.3f", i,
					m[i].t_s - item->onset_s,
					m[i - 1].t_s - item->onset_s);
			assert_true(m[i].t_s - 0.5 * m[i].span_s >
				    m[i - 1].t_s + 0.5 * m[i - 1].span_s - 1e-6);
		}
	}
}

static void reads_a_weight_ten_seconds_after_it_came(void **state)
{
	struct procedure_stage s;
	double came;

	(void)state;
	for (int kind = 0; kind < LAB_N_CLASSES; kind++) {
		open_zeroed(&s, kind, 2);
		assert_int_equal(
			procedure_stage_load(&s, READING_LOAD, 40, 30, -45), 0);
		procedure_stage_run(&s, 1.0);
		assert_int_equal(s.view.state, PROCEDURE_WAITING);
		assert_true(procedure_stage_says(&s, "Put 40 kg at x 30, y -45 mm"));
		assert_true(isnan(s.view.at_mm.x) && s.view.load_cnt == 0.0);
		came = s.t_s;
		procedure_stage_disc(&s, 40, 60, 30, -45);
		procedure_stage_run(&s, 1.0);
		assert_int_equal(s.view.state, PROCEDURE_MEASURING);
		assert_true(procedure_stage_says(&s, "Hold still"));
		assert_true(fabs(s.view.remaining_s - 9.5) < 0.1);
		assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
		assert_true(s.t_s - came < 11.0);
		assert_int_equal(s.view.n_notes, 0);
		assert_true(fabs(last_of(&s)->onset_s - came) < 0.011);
		assert_true(hypot(s.view.at_mm.x - 30, s.view.at_mm.y + 45) < 4);
		assert_true(fabs(s.view.radius_mm - 60) < 10);
		assert_moments(&s, 10.0, 40);
		assert_true(last_of(&s)->n >= 12);
		assert_true(s.readings.snapshots[last_of(&s)->first].t_s - came < 0.25);
		assert_true(last_of(&s)->cop_rms_mm < 0.2);
		assert_true(last_of(&s)->noise_velocity_mm_s > 0 &&
			    last_of(&s)->noise_velocity_mm_s < 2);
		procedure_stage_close(&s);
	}
}

/* A hand sets it down over half a second: the onset is the middle of that. */
static void finds_the_onset_of_a_slow_hand(void **state)
{
	struct procedure_stage s;
	double came;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 3);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 30, NAN, NAN), 0);
	procedure_stage_run(&s, 0.5);
	came = s.t_s;
	for (int i = 1; i <= 50; i++) {
		procedure_stage_disc(&s, 30 * i / 50.0, 60, 0, 0);
		procedure_stage_run(&s, 0.01);
	}
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_true(fabs(last_of(&s)->onset_s - came - 0.25) < 0.04);
	assert_moments(&s, 10.0, 30);
	procedure_stage_close(&s);
}

/* When a load left or was changed after its step, and NaN while it stands or if nobody could see it go. */
static void notes_when_a_load_leaves(void **state)
{
	struct procedure_stage s;
	double went;

	(void)state;
	for (int kind = 0; kind < LAB_N_CLASSES; kind++) {
		open_zeroed(&s, kind, 4);
		procedure_stage_load(&s, READING_LOAD, 40, 0, 0);
		procedure_stage_disc(&s, 40, 60, 0, 0);
		assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
		procedure_stage_run(&s, 7.0);
		assert_true(isnan(last_of(&s)->off_s));
		went = s.t_s;
		procedure_stage_clear(&s);
		procedure_stage_run(&s, 3.0);
		assert_true(fabs(last_of(&s)->off_s - went) < 0.1);
		/* replaced without a pause, while the next step waits for it */
		procedure_stage_load(&s, READING_LOAD, 20, 80, 80);
		procedure_stage_disc(&s, 20, 60, 80, 80);
		assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
		procedure_stage_load(&s, READING_LOAD, 50, -60, 0);
		procedure_stage_run(&s, 4.0);
		went = s.t_s;
		procedure_stage_disc(&s, 50, 60, -60, 0);
		assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
		assert_true(fabs(s.readings.items[2].off_s - went) < 0.1);
		/* unplugged while it stands: who knows */
		procedure_break(s.procedure);
		procedure_stage_clear(&s);
		s.t_s += 5;
		procedure_stage_run(&s, 3.0);
		assert_true(isnan(last_of(&s)->off_s));
		procedure_stage_close(&s);
	}
}

/* However soon after the load before the next one comes, its onset is found. */
static void takes_a_weight_that_follows_at_once(void **state)
{
	struct procedure_stage s;
	double came;

	(void)state;
	open_zeroed(&s, LAB_FIELD, 1);
	for (int ms = 0; ms <= 600; ms += 30) {
		procedure_stage_disc(&s, 60, 60, -60, 40);
		procedure_stage_run(&s, 2.0);
		procedure_stage_clear(&s);
		procedure_stage_run(&s, 1e-3 * ms);
		came = s.t_s;
		procedure_stage_disc(&s, 40, 40, 80, 40);
		procedure_stage_run(&s, 0.1);
		procedure_stage_load(&s, READING_LOAD, 40, 80, 40);
		assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
		assert_true(fabs(last_of(&s)->onset_s - came) < 0.02);
		procedure_drop(s.procedure, s.readings.n_items - 1, true);
		procedure_stage_clear(&s);
		procedure_stage_run(&s, 3.0);
	}
	procedure_stage_close(&s);
}

static void takes_weights_one_after_the_other(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_FIELD, 4);
	/* it stands there before the step */
	procedure_stage_disc(&s, 20, 60, -60, 60);
	procedure_stage_run(&s, 4.0);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 20, -60, 60), 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_true(fabs(last_of(&s)->read_s - 10.0) < 0.02);
	assert_int_equal(s.view.n_notes, 0);
	/* the next step does not take it for the next weight */
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, -60, 60), 0);
	procedure_stage_run(&s, 5.0);
	assert_int_equal(s.view.state, PROCEDURE_WAITING);
	assert_true(procedure_stage_says(&s, "Now put 40 kg on instead"));
	/* stacked on it */
	procedure_stage_disc(&s, 40, 60, -60, 60);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_int_equal(s.view.n_notes, 0);
	/* moved, and no unloading between */
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 40, 60, -60), 0);
	procedure_stage_run(&s, 1.0);
	procedure_stage_disc(&s, 40, 60, 60, -60);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_int_equal(s.view.n_notes, 0);
	/* the same weight once more, as it stands: no need to lift it */
	assert_int_equal(procedure_stage_load(&s, READING_VERIFY, 40, 60, -60), 0);
	procedure_stage_run(&s, 0.1);
	assert_int_equal(s.view.state, PROCEDURE_MEASURING);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_int_equal(s.readings.n_items, 5);
	procedure_stage_close(&s);
}

/* A person: two feet that sway together, by two percent and five millimetres. */
static void bears_a_person(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 5);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 70, NAN, NAN), 0);
	procedure_stage_run(&s, 0.5);
	for (int i = 0; i < 1200 && s.view.state < PROCEDURE_DONE; i++) {
		double t = 0.01 * i, mass = 70 * (1 + 0.01 * sin(2 * t)),
		       left = 0.5 + 0.03 * sin(1.3 * t), y = 5 * sin(2.1 * t);

		procedure_stage_disc(&s, mass * left, 55, -80, y);
		procedure_stage_add_disc(&s, mass * (1 - left), 55, 80, y);
		procedure_stage_run(&s, 0.01);
	}
	assert_int_equal(s.view.state, PROCEDURE_DONE);
	assert_int_equal(s.view.n_notes, 0);
	assert_true(isnan(last_of(&s)->cop_rms_mm)); /* that is no noise of the mat */
	procedure_stage_close(&s);
}

static void follows_creep_for_two_minutes(void **state)
{
	struct procedure_stage s;

	(void)state;
	open_zeroed(&s, LAB_FIELD, 6);
	assert_int_equal(procedure_stage_load(&s, READING_CREEP, 40, NAN, NAN), 0);
	procedure_stage_disc(&s, 40, 60, 0, 0);
	procedure_stage_run(&s, 60.0);
	assert_int_equal(s.view.state, PROCEDURE_MEASURING);
	assert_true(fabs(s.view.remaining_s - 60.5) < 0.2);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_moments(&s, 120.0, 40);
	assert_int_equal(s.view.n_notes, 0);
	procedure_stage_close(&s);
}

/* The empty mat after a verification is kept, for its return to zero. */
static void keeps_the_empty_mat_after_verification(void **state)
{
	struct procedure_stage s;
	const struct snapshot *m;
	double went;

	(void)state;
	open_zeroed(&s, LAB_NOMINAL, 7);
	assert_int_equal(procedure_stage_load(&s, READING_VERIFY, 30, 0, 0), 0);
	procedure_stage_disc(&s, 30, 60, 0, 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	procedure_stage_run(&s, 2.0);
	went = s.t_s;
	procedure_stage_clear(&s);
	procedure_stage_run(&s, 12.0);
	assert_int_equal(s.readings.n_items, 2);
	m = &s.readings.snapshots[s.readings.n_snapshots - 1];
	assert_true(m->mass_kg == 0.0);
	assert_true(fabs(m->t_s - went - 10.0) < 0.2);
	/* and the late map, from five seconds on */
	assert_true(s.readings.n_late_frames > 50);
	assert_true(s.readings.late_s > went + 9);
	procedure_stage_close(&s);
}

/* Begin at `lead_s` after the first mass came, change by a script or by a hand of `hand_s`. */
static void run_stairs(struct procedure_stage *s, int n, const double *masses,
	double lead_s, double each_s, double hand_s)
{
	procedure_stage_disc(s, masses[0], 60, 0, 0);
	procedure_stage_run(s, lead_s);
	assert_int_equal(procedure_stage_stair(s, n, masses), 0);
	procedure_stage_run(s, each_s - lead_s);
	for (int i = 1; i < n && s->view.state < PROCEDURE_DONE; i++) {
		int n_hand = (int)(hand_s * 100);

		for (int k = 1; k <= n_hand; k++) {
			double part = (double)k / n_hand;

			procedure_stage_disc(s,
				masses[i - 1] + part * (masses[i] - masses[i - 1]), 60,
				0, 0);
			procedure_stage_run(s, 0.01);
		}
		procedure_stage_disc(s, masses[i], 60, 0, 0);
		procedure_stage_run(s, each_s - hand_s);
	}
	procedure_stage_finish(s);
}

static const double the_stairs[] = { 60, 57, 50, 40, 25, 40, 50, 57, 60 };

/* Every moment lies within the time of its mass, and each mass has its moments. */
static void assert_stairs(
	const struct procedure_stage *s, double from_s, double each_s, double hand_s)
{
	const struct reading *item = last_of(s);
	int seen[9] = { 0 };

	for (int k = item->first; k < item->first + item->n; k++) {
		const struct snapshot *m = &s->readings.snapshots[k];
		double first = (m->t_s - 0.5 * m->span_s - from_s) / each_s;
		double last = (m->t_s + 0.5 * m->span_s - from_s) / each_s;
		int level = (int)fmin(8, first);

		if (m->mass_kg != the_stairs[level] ||
			(last > level + 1 && level < 8) ||
			(level > 0 && first - level < hand_s / each_s - 0.004))
			fail_msg("%.0f kg from %.3f to %.3f of the levels", m->mass_kg,
				first, last);
		seen[level]++;
	}
	for (int i = 0; i < 9; i++)
		if (seen[i] < 4)
			fail_msg("level %d has %d moments", i, seen[i]);
}

static void follows_a_staircase(void **state)
{
	static const struct {
		double lead_s, each_s, hand_s;
	} ways[] = { { 0.0, 3.0, 0.0 }, { 1.5, 3.0, 0.0 }, { 0.3, 3.0, 0.4 },
		{ 0.0, 2.6, 0.0 }, { 0.0, 4.5, 0.8 } };
	struct procedure_stage s;

	(void)state;
	for (int kind = 0; kind < LAB_N_CLASSES; kind++)
		for (size_t i = kind == LAB_NOMINAL ? 4 : 0;
			i < sizeof(ways) / sizeof(ways[0]); i++) {
			double from;

			open_zeroed(&s, kind, 20 + i);
			from = s.t_s;
			run_stairs(&s, 9, the_stairs, ways[i].lead_s, ways[i].each_s,
				ways[i].hand_s);
			if (s.view.state != PROCEDURE_DONE || s.view.n_notes > 0) {
				procedure_stage_says(&s, "no such words");
				fail_msg("kind %d way %d", kind, (int)i);
			}
			assert_stairs(&s, from, ways[i].each_s, ways[i].hand_s);
			assert_true(last_of(&s)->mass_kg == 60);
			procedure_stage_close(&s);
		}
}

/* The last load weighs as much as the first mass, and still stands elsewhere when the step begins. */
static void waits_for_the_disc_to_move(void **state)
{
	struct procedure_stage s;
	double from;

	(void)state;
	open_zeroed(&s, LAB_FIELD, 30);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 60, NAN, NAN), 0);
	procedure_stage_disc(&s, 60, 60, -80, 80);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_int_equal(procedure_stage_stair(&s, 9, the_stairs), 0);
	procedure_stage_run(&s, 1.2);
	from = s.t_s;
	for (int i = 0; i < 9; i++) {
		procedure_stage_disc(&s, the_stairs[i], 60, 0, 0);
		procedure_stage_run(&s, 3.0);
	}
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_stairs(&s, from, 3.0, 0.0);
	procedure_stage_close(&s);
}

/* The staircase ends with the mass that is to creep elsewhere: it is waited for until it stands there. */
static void waits_for_the_stairs_to_be_lifted(void **state)
{
	struct procedure_stage s;
	double from;

	(void)state;
	open_zeroed(&s, LAB_FIELD, 31);
	run_stairs(&s, 9, the_stairs, 0.0, 3.0, 0.0);
	assert_int_equal(s.view.state, PROCEDURE_DONE);
	assert_int_equal(procedure_stage_load(&s, READING_CREEP, 60, 80, -80), 0);
	procedure_stage_run(&s, 4.0);
	assert_int_equal(s.view.state, PROCEDURE_WAITING);
	assert_true(procedure_stage_says(&s, "instead of what stands there"));
	procedure_stage_clear(&s);
	procedure_stage_run(&s, 3.0);
	from = s.t_s;
	procedure_stage_disc(&s, 60, 60, 80, -80);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_true(fabs(last_of(&s)->onset_s - from) < 0.1);
	assert_int_equal(s.view.n_notes, 0);
	procedure_stage_close(&s);
}

static void says_what_comes_next(void **state)
{
	struct procedure_stage s;
	struct procedure *resumed;
	struct procedure_setup setup;

	(void)state;
	procedure_stage_open(&s, LAB_NOMINAL, 9, SIDE, PITCH_MM);
	procedure_stage_prepare(&s);
	assert_non_null(strstr(s.view.next, "Load a known weight (0 of 3"));
	procedure_stage_load(&s, READING_LOAD, 40, 0, 0);
	procedure_stage_disc(&s, 40, 60, 0, 0);
	procedure_stage_finish(&s);
	assert_non_null(strstr(s.view.next, "Load a known weight (1 of 3"));
	/* another sitting over the same readings goes on where this one was */
	setup = (struct procedure_setup){ s.geometry, LAB_FULL, 100 };
	assert_int_equal(procedure_init(s.procedure_memory, procedure_size(&setup),
				 &setup, &s.readings, &resumed),
		0);
	s.procedure = resumed;
	procedure_stage_clear(&s);
	procedure_stage_run(&s, 1.0);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 20, 0, 0), 0);
	procedure_stage_disc(&s, 20, 60, 0, 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_non_null(strstr(s.view.next, "Load a known weight (2 of 3"));
	procedure_stage_clear(&s);
	procedure_stage_run(&s, 1.0);
	assert_int_equal(procedure_stage_load(&s, READING_LOAD, 60, 0, 0), 0);
	procedure_stage_disc(&s, 60, 60, 0, 0);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_non_null(strstr(s.view.next, "The staircase"));
	run_stairs(&s, 9, the_stairs, 0.0, 3.0, 0.0);
	assert_int_equal(s.view.state, PROCEDURE_DONE);
	assert_non_null(strstr(s.view.next, "Creep: the heaviest weight"));
	procedure_stage_clear(&s);
	procedure_stage_run(&s, 1.0);
	assert_int_equal(procedure_stage_load(&s, READING_CREEP, 60, 80, -80), 0);
	procedure_stage_disc(&s, 60, 60, 80, -80);
	assert_true(procedure_stage_ends(&s, PROCEDURE_DONE));
	assert_non_null(strstr(s.view.next, "Fit, then verify"));
	procedure_stage_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroes_an_empty_mat),
		cmocka_unit_test(reads_a_weight_ten_seconds_after_it_came),
		cmocka_unit_test(finds_the_onset_of_a_slow_hand),
		cmocka_unit_test(notes_when_a_load_leaves),
		cmocka_unit_test(takes_a_weight_that_follows_at_once),
		cmocka_unit_test(takes_weights_one_after_the_other),
		cmocka_unit_test(bears_a_person),
		cmocka_unit_test(follows_creep_for_two_minutes),
		cmocka_unit_test(keeps_the_empty_mat_after_verification),
		cmocka_unit_test(follows_a_staircase),
		cmocka_unit_test(waits_for_the_disc_to_move),
		cmocka_unit_test(waits_for_the_stairs_to_be_lifted),
		cmocka_unit_test(says_what_comes_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
