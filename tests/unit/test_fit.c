/* The fit against a small forward model of its own: what was put in comes out, and what a technician gets
 * wrong is named. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/fit.h"
#include "src/base/rng.h"
#include "src/base/units.h"

#define SIDE      24
#define N_CELLS   (SIDE * SIDE)
#define PITCH_MM  10.0
#define FULL_CNT  4095
#define ZERO_CNT  40.0
#define NOISE_CNT 1.5
#define EXPONENT  1.1
#define HALF_N    12.0 /* presses a cell to u = 1 */
#define CREEP     0.05 /* of either state */
#define ROLLER_N  120.0
#define LINE_SD   0.6 /* a roller's pressure along its way, in lines */
#define BAND_CNT  0.8f

/* Everything of one calibration, and how it is spoilt. */
struct lab {
	struct fit_setup setup;
	struct readings readings;
	struct model model;
	struct fit_report report;
	void *memory, *scratch;
	double gain[N_CELLS], zero_cnt[N_CELLS], force_n[N_CELLS];
	double row_frac, col_frac, tilt_frac;
	float counts[N_CELLS];
	double t_s;
	int dead;   /* a cell that reads nothing from now on, -1 none */
	int missed; /* rows and columns from 0 that no roller reaches */
};

static struct lab *lab_new(uint64_t seed)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	struct mat_geometry g = { SIDE, SIDE, PITCH_MM, PITCH_MM };
	size_t size = readings_size(&g, 32, 2048, 400000);
	struct rng rng;

	assert_non_null(lab);
	lab->setup = (struct fit_setup){ .geometry = g,
		.unit = FRAME_UNIT_COUNTS,
		.unit_scale = 1,
		.full_scale = FULL_CNT,
		.placing_mm = NAN,
		.mass_frac = NAN };
	lab->memory = aligned_alloc(64, size);
	assert_int_equal(
		readings_init(&lab->readings, lab->memory, size, &g, 32, 2048, 400000),
		0);
	rng_init(&rng, seed, 1);
	for (int i = 0; i < N_CELLS; i++) {
		lab->gain[i] = exp(0.15 * rng_normal(&rng));
		lab->zero_cnt[i] = ZERO_CNT + 10 * rng_normal(&rng);
	}
	lab->dead = -1;
	return lab;
}

static void lab_free(struct lab *lab)
{
	free(lab->memory);
	free(lab->scratch);
	free(lab);
}

/* One moment of the forces of now, grown by `creep`. */
static void look(struct lab *lab, double creep, double mass_kg, int pass)
{
	double u[N_CELLS], row[SIDE] = { 0 }, col[SIDE] = { 0 };
	const struct snapshot moment = {
		.t_s = lab->t_s, .span_s = 0.2, .mass_kg = mass_kg, .pass = pass
	};

	for (int i = 0; i < N_CELLS; i++) {
		u[i] = i == lab->dead
			       ? 0
			       : lab->gain[i] *
					 pow(lab->force_n[i] * (1 + creep) / HALF_N,
						 EXPONENT);
		row[i / SIDE] += u[i];
		col[i % SIDE] += u[i];
	}
	for (int i = 0; i < N_CELLS; i++) {
		double seen = u[i] + lab->row_frac * (row[i / SIDE] - u[i]) +
			      lab->col_frac * (col[i % SIDE] - u[i]);

		lab->counts[i] =
			(float)(i == lab->dead ? 0
					       : lab->zero_cnt[i] +
							 FULL_CNT * seen / (1 + seen));
	}
	assert_int_equal(
		readings_add(&lab->readings, &moment, lab->counts, BAND_CNT), 0);
}

static void take_zero(struct lab *lab)
{
	readings_begin(&lab->readings, READING_ZERO);
	for (int i = 0; i < N_CELLS; i++) {
		lab->readings.zero_cnt[i] = (float)lab->zero_cnt[i];
		lab->readings.zero_sd_cnt[i] = NOISE_CNT;
	}
	lab->readings.n_zero_frames = 1000;
}

/* The share of a roller at `at` that lies on a line. */
static double share(double at, int line)
{
	double from = (line - 0.5 - at) / (LINE_SD * sqrt(2));
	double to = (line + 0.5 - at) / (LINE_SD * sqrt(2));

	return 0.5 * (erf(to) - erf(from));
}

static void roll(struct lab *lab, bool along_x, bool turned, int pass)
{
	double tilt = turned ? -lab->tilt_frac : lab->tilt_frac;

	for (double at = -3; at < SIDE + 2; at += 0.5) {
		for (int i = 0; i < N_CELLS; i++) {
			int line = along_x ? i % SIDE : i / SIDE;
			int across = along_x ? i / SIDE : i % SIDE;
			double place = 2.0 * across / (SIDE - 1) - 1;

			lab->force_n[i] =
				ROLLER_N / SIDE * share(at, line) * (1 + tilt * place);
			if (across < lab->missed && line < lab->missed)
				lab->force_n[i] = 0;
		}
		lab->t_s += 0.1;
		look(lab, 0.01, NAN, pass);
	}
}

static void take_roll(struct lab *lab)
{
	readings_begin(&lab->readings, READING_ROLL)->onset_s = lab->t_s;
	for (int pass = 0; pass < 4; pass++)
		roll(lab, pass >= 2, pass % 2, pass);
}

/* A disc of `n` cells across; says `said_kg` and weighs `kg`. */
static void take_load(
	struct lab *lab, double said_kg, double kg, int row, int col, double n_across)
{
	struct reading *item = readings_begin(&lab->readings, READING_LOAD);
	double n = 0, start_s = lab->t_s + 300; /* long after: creep is gone */

	memset(lab->force_n, 0, sizeof(lab->force_n));
	for (int i = 0; i < N_CELLS; i++)
		if (hypot(i / SIDE - row, i % SIDE - col) <= n_across / 2) {
			lab->force_n[i] = 1;
			n++;
		}
	for (int i = 0; i < N_CELLS; i++)
		lab->force_n[i] *= kg * UNITS_GRAVITY_M_S2 / n;
	item->mass_kg = said_kg;
	item->onset_s = start_s;
	item->read_s = 10;
	for (double t = 0.25; t < 13; t *= 1.2) {
		lab->t_s = start_s + t;
		look(lab, CREEP * (2 - exp(-t) - exp(-t / 10)), said_kg, 0);
	}
}

static void take_loads(struct lab *lab)
{
	take_load(lab, 60, 60, 12, 12, 12);
	take_load(lab, 40, 40, 8, 15, 6);
	take_load(lab, 20, 20, 15, 8, 12);
	take_load(lab, 40, 40, 12, 12, 12);
	take_load(lab, 20, 20, 10, 10, 6);
}

static int fit(struct lab *lab)
{
	size_t size = fit_scratch_size(&lab->readings);

	lab->scratch = aligned_alloc(64, (size + 63) / 64 * 64);
	assert_non_null(lab->scratch);
	return fit_run(&lab->setup, &lab->readings, lab->scratch, size, &lab->model,
		&lab->report);
}

static bool says(const struct lab *lab, enum fit_severity severity, const char *word)
{
	for (int k = 0; k < lab->report.n_problems; k++)
		if (lab->report.problems[k].severity == severity &&
			strstr(lab->report.problems[k].text, word))
			return true;
	return false;
}

/* --- what was put in comes out ------------------------------------------------------------- */

static void gains_curve_and_creep_come_out(void **state)
{
	struct lab *lab = lab_new(1);
	double middle = 0, slope, early, late;

	(void)state;
	lab->tilt_frac = 0.01;
	take_zero(lab);
	take_roll(lab);
	take_loads(lab);
	assert_int_equal(fit(lab), 0);
	for (int i = 0; i < N_CELLS; i++)
		middle += log(lab->gain[i] * (double)lab->model.gain[i]) / N_CELLS;
	for (int i = 0; i < N_CELLS; i++)
		assert_true(fabs(log(lab->gain[i] * (double)lab->model.gain[i]) -
				    middle) < 0.02);
	slope = log(model_curve_n(&lab->model.curve, 0.3) /
			model_curve_n(&lab->model.curve, 0.1)) /
		log(3);
	assert_true(fabs(slope - 1 / EXPONENT) < 0.01);
	for (int k = 0; k < lab->report.n_loads; k++)
		assert_true(fabs(lab->report.loads[k].fit_kg /
					    lab->report.loads[k].mass_kg -
				    1) < 0.01);
	early = late = 0;
	for (int k = 0; k < lab->model.creep.n; k++) {
		double tau_s = lab->model.creep.tau_s[k];

		early += lab->model.creep.amplitude[k] * (1 - exp(-1 / tau_s));
		late += lab->model.creep.amplitude[k] * (1 - exp(-12 / tau_s));
	}
	/* between 1 and 12 s: 0.05 (e^-1 - e^-12 + e^-0.1 - e^-1.2) of 1 plus what came before */
	assert_true(fabs((1 + late) / (1 + early) - 1.0459) < 0.003);
	assert_true(lab->report.has_turned_passes && !lab->report.quick);
	assert_int_equal(lab->report.n_states[CELL_OK], N_CELLS);
	lab_free(lab);
}

static void crosstalk_is_seen_where_there_is_any(void **state)
{
	struct lab *lab = lab_new(2);

	(void)state;
	lab->row_frac = 0.004;
	lab->col_frac = 0.002;
	take_zero(lab);
	take_roll(lab);
	take_loads(lab);
	assert_int_equal(fit(lab), 0);
	assert_true(fabs(lab->model.crosstalk.row_frac - 0.004) < 0.0004);
	assert_true(fabs(lab->model.crosstalk.col_frac - 0.002) < 0.0003);
	lab_free(lab);
	lab = lab_new(2);
	take_zero(lab);
	take_roll(lab);
	take_loads(lab);
	assert_int_equal(fit(lab), 0);
	assert_true(lab->model.crosstalk.row_frac == 0);
	lab_free(lab);
}

/* The same readings give the same model, whatever was in the scratch. */
static void a_fit_is_the_same_again(void **state)
{
	struct lab *lab = lab_new(3);
	struct model before;
	size_t size;

	(void)state;
	take_zero(lab);
	take_roll(lab);
	take_loads(lab);
	assert_int_equal(fit(lab), 0);
	before = lab->model;
	size = fit_scratch_size(&lab->readings);
	memset(lab->scratch, 0xa5, size);
	assert_int_equal(fit_run(&lab->setup, &lab->readings, lab->scratch, size,
				 &lab->model, &lab->report),
		0);
	assert_memory_equal(&before.curve, &lab->model.curve, sizeof(before.curve));
	assert_memory_equal(before.gain, lab->model.gain, sizeof(before.gain));
	lab_free(lab);
}

static void one_weight_and_no_roller_make_a_quick_one(void **state)
{
	struct lab *lab = lab_new(4);
	double w_n;

	(void)state;
	take_zero(lab);
	take_load(lab, 60, 60, 12, 12, 12);
	assert_int_equal(fit(lab), 0);
	assert_true(lab->report.quick);
	assert_true(lab->report.n_states[CELL_UNCOVERED] > N_CELLS / 2);
	w_n = lab->report.loads[0].fit_kg;
	assert_true(fabs(w_n / 60 - 1) < 0.01);
	lab_free(lab);
}

/* --- what goes wrong is named -------------------------------------------------------------- */

static void pounds_are_named(void **state)
{
	struct lab *lab = lab_new(5);

	(void)state;
	take_zero(lab);
	take_roll(lab);
	take_loads(lab);
	take_load(lab, 66.1, 30, 9, 9, 12);
	assert_int_equal(fit(lab), -ERANGE);
	assert_true(says(lab, FIT_REFUSE, "pounds"));
	lab_free(lab);
}

static void swapped_masses_are_named(void **state)
{
	struct lab *lab = lab_new(6);

	(void)state;
	take_zero(lab);
	take_roll(lab);
	take_load(lab, 20, 60, 12, 12, 12);
	take_load(lab, 60, 20, 15, 8, 12);
	take_load(lab, 40, 40, 12, 12, 12);
	take_load(lab, 40, 40, 8, 15, 6);
	take_load(lab, 30, 30, 10, 10, 6);
	assert_int_equal(fit(lab), -ERANGE);
	assert_true(says(lab, FIT_REFUSE, "swapped"));
	lab_free(lab);
}

static void a_foot_during_zero_is_named(void **state)
{
	struct lab *lab = lab_new(7);

	(void)state;
	take_zero(lab);
	for (int i = 0; i < N_CELLS; i++)
		if (i / SIDE < 6 && i % SIDE < 4)
			lab->readings.zero_cnt[i] += 300;
	take_roll(lab);
	take_loads(lab);
	assert_int_equal(fit(lab), -ERANGE);
	assert_true(says(lab, FIT_REFUSE, "front left"));
	lab_free(lab);
}

static void a_corner_that_was_missed_is_named(void **state)
{
	struct lab *lab = lab_new(8);

	(void)state;
	lab->missed = 8;
	take_zero(lab);
	take_roll(lab);
	take_loads(lab);
	assert_int_equal(fit(lab), -ERANGE);
	assert_true(says(lab, FIT_REFUSE, "front left"));
	lab_free(lab);
}

static void a_mat_that_drifts_is_named(void **state)
{
	struct lab *lab = lab_new(9);

	(void)state;
	take_zero(lab);
	take_roll(lab);
	take_loads(lab);
	for (int i = 0; i < N_CELLS; i++)
		lab->readings.late_cnt[i] = (float)lab->zero_cnt[i] + 12;
	lab->readings.n_late_frames = 100;
	assert_int_equal(fit(lab), -ERANGE);
	assert_true(says(lab, FIT_REFUSE, "drifts"));
	lab_free(lab);
}

static void a_cell_that_dies_half_way_is_named(void **state)
{
	struct lab *lab = lab_new(10);

	(void)state;
	take_zero(lab);
	take_roll(lab);
	lab->dead = 12 * SIDE + 11;
	take_loads(lab);
	assert_int_equal(fit(lab), -ERANGE);
	assert_true(says(lab, FIT_REFUSE, "died"));
	assert_int_equal(lab->model.state[12 * SIDE + 11], CELL_DEAD);
	lab_free(lab);
}

/* Dead from the start: known, filled in, no obstacle. */
static void a_dead_cell_is_lived_with(void **state)
{
	struct lab *lab = lab_new(11);

	(void)state;
	lab->dead = 12 * SIDE + 11;
	lab->zero_cnt[lab->dead] = 0;
	take_zero(lab);
	take_roll(lab);
	take_loads(lab);
	assert_int_equal(fit(lab), 0);
	assert_int_equal(lab->report.n_states[CELL_DEAD], 1);
	for (int k = 0; k < lab->report.n_loads; k++)
		assert_true(fabs(lab->report.loads[k].fit_kg /
					    lab->report.loads[k].mass_kg -
				    1) < 0.01);
	lab_free(lab);
}

static void without_zero_or_load_there_is_no_fit(void **state)
{
	struct lab *lab = lab_new(12);

	(void)state;
	assert_int_equal(fit(lab), -ENODATA);
	free(lab->scratch);
	take_zero(lab);
	take_roll(lab);
	assert_int_equal(fit(lab), -ENODATA);
	assert_int_equal(fit_run(&lab->setup, &lab->readings, lab->scratch, 0,
				 &lab->model, &lab->report),
		-ENOBUFS);
	lab->setup.geometry.n_cols = 12;
	assert_int_equal(fit_run(&lab->setup, &lab->readings, lab->scratch, SIZE_MAX,
				 &lab->model, &lab->report),
		-EINVAL);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gains_curve_and_creep_come_out),
		cmocka_unit_test(crosstalk_is_seen_where_there_is_any),
		cmocka_unit_test(a_fit_is_the_same_again),
		cmocka_unit_test(one_weight_and_no_roller_make_a_quick_one),
		cmocka_unit_test(pounds_are_named),
		cmocka_unit_test(swapped_masses_are_named),
		cmocka_unit_test(a_foot_during_zero_is_named),
		cmocka_unit_test(a_corner_that_was_missed_is_named),
		cmocka_unit_test(a_mat_that_drifts_is_named),
		cmocka_unit_test(a_cell_that_dies_half_way_is_named),
		cmocka_unit_test(a_dead_cell_is_lived_with),
		cmocka_unit_test(without_zero_or_load_there_is_no_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
