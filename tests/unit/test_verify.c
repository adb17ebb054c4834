/* Verification against a mat whose every number is known: each limit from both sides. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/verify.h"
#include "src/base/units.h"

#define SIDE     24
#define CELLS    (SIDE * SIDE)
#define PITCH_MM 10.0
#define FULL     4095
#define ZERO_CNT 20.0f
#define SCALE_N  50.0 /* newtons at half of full scale */

struct bench {
	struct model model;
	struct readings readings;
	void *readings_memory, *memory;
	size_t size;
	struct verify_result result;
	double t_s;
};

static void *memory_of(size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

	assert_non_null(memory);
	return memory;
}

static void set_up(struct bench *b)
{
	struct mat_geometry g = { SIDE, SIDE, PITCH_MM, PITCH_MM };
	size_t size = readings_size(&g, 40, 200, 20000);

	memset(b, 0, sizeof(*b));
	b->model.geometry = g;
	b->model.unit = FRAME_UNIT_COUNTS;
	b->model.unit_scale = 1;
	b->model.full_scale = FULL;
	b->model.threshold_sds = 3;
	b->model.curve = (struct model_curve){
		.kind = CURVE_LINEAR, .scale_n = SCALE_N, .exponent = 1, .w_max = 2
	};
	for (int i = 0; i < CELLS; i++) {
		b->model.zero_cnt[i] = ZERO_CNT;
		b->model.noise_cnt[i] = 0.5f;
		b->model.gain[i] = 1.0f;
	}
	b->readings_memory = memory_of(size);
	assert_int_equal(readings_init(&b->readings, b->readings_memory, size, &g, 40,
				 200, 20000),
		0);
	for (int i = 0; i < CELLS; i++)
		b->readings.zero_cnt[i] = ZERO_CNT;
	b->readings.n_zero_frames = 500;
	b->size = verify_size(&b->model);
	b->memory = memory_of(b->size);
	b->t_s = 10;
}

static void tear_down(struct bench *b)
{
	free(b->readings_memory);
	free(b->memory);
}

/* Six by six cells about a corner of cells carry `force_n`; x, y multiples of the pitch. */
static void press(
	struct bench *b, float *counts, double force_n, double x_mm, double y_mm)
{
	const struct mat_geometry *g = &b->model.geometry;

	for (int i = 0; i < CELLS; i++) {
		double dx = geometry_x_mm(g, i % SIDE) - x_mm,
		       dy = geometry_y_mm(g, i / SIDE) - y_mm, u;

		counts[i] = ZERO_CNT;
		if (fabs(dx) > 30 || fabs(dy) > 30)
			continue;
		u = force_n / 36 / SCALE_N;
		counts[i] += (float)(FULL * u / (1 + u));
	}
}

static void moment(struct bench *b, double mass_kg, const float *counts)
{
	struct snapshot s = { .t_s = b->t_s, .span_s = 0.5, .mass_kg = mass_kg };

	assert_int_equal(readings_add(&b->readings, &s, counts, 1.0f), 0);
	b->t_s += 5;
}

/* A verification of `mass_kg` at (x, y) of which the mat shows `shown_kg` at (x + off, y). */
static struct reading *row(struct bench *b, double mass_kg, double shown_kg,
	double x_mm, double y_mm, double off_mm)
{
	struct reading *item = readings_begin(&b->readings, READING_VERIFY);
	float counts[CELLS];

	assert_non_null(item);
	item->mass_kg = mass_kg;
	item->x_mm = x_mm - off_mm;
	item->y_mm = y_mm;
	item->onset_s = b->t_s;
	item->read_s = 10;
	item->rate_hz = 100;
	item->lost_frac = 0;
	item->jitter_p99_ms = 1;
	item->cop_rms_mm = 0.1;
	item->noise_velocity_mm_s = 0.4;
	press(b, counts, shown_kg * UNITS_GRAVITY_M_S2, x_mm, y_mm);
	b->t_s += 5;
	moment(b, mass_kg, counts);
	moment(b, mass_kg, counts);
	return item;
}

static enum verify_judgement judge(struct bench *b, enum verify_test test)
{
	if (verify_size(&b->model) > b->size) { /* dead cells take some */
		free(b->memory);
		b->size = verify_size(&b->model);
		b->memory = memory_of(b->size);
	}
	assert_int_equal(verify_judge(&b->model, &b->readings, NAN, b->memory, b->size,
				 &b->result),
		0);
	return b->result.lines[test].judgement;
}

static void passes_what_is_true(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	row(&b, 40, 40.4, 50, 20, 1);
	row(&b, 20, 19.8, -50, -20, -2);
	assert_int_equal(judge(&b, VERIFY_TOTAL_FORCE), VERIFY_PASS);
	assert_true(b.result.passed);
	assert_int_equal(b.result.n_rows, 2);
	assert_true(fabs(b.result.rows[0].measured_kg - 40.4) < 0.05);
	assert_true(fabs(b.result.rows[0].cop_x_mm - 50) < 0.05);
	assert_true(fabs(b.result.lines[VERIFY_TOTAL_FORCE].figure - 1.0) < 0.15);
	assert_true(fabs(b.result.lines[VERIFY_COP].figure - 2.0) < 0.05);
	/* pitch / 3 and the placing's default millimetre */
	assert_true(fabs(b.result.lines[VERIFY_COP].limit - (10.0 / 3 + 1)) < 1e-9);
	assert_int_equal(
		b.result.lines[VERIFY_RETURN_TO_ZERO].judgement, VERIFY_NOT_TESTED);
	assert_int_equal(
		b.result.lines[VERIFY_LEFT_RIGHT].judgement, VERIFY_NOT_TESTED);
	assert_int_equal(
		b.result.lines[VERIFY_REPEATABILITY].judgement, VERIFY_NOT_TESTED);
	assert_int_equal(b.result.lines[VERIFY_GAINS].judgement, VERIFY_NOT_TESTED);
	assert_int_equal(b.result.lines[VERIFY_CELLS].judgement, VERIFY_PASS);
	assert_non_null(strstr(b.result.text, "Passed: force within 1."));
	tear_down(&b);
}

static void judges_force(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	row(&b, 40, 41.9, 0, 0, 0);
	assert_int_equal(judge(&b, VERIFY_TOTAL_FORCE), VERIFY_PASS);
	row(&b, 40, 37.9, 0, 0, 0);
	assert_int_equal(judge(&b, VERIFY_TOTAL_FORCE), VERIFY_FAIL);
	assert_false(b.result.passed);
	assert_non_null(strstr(b.result.text, "Failed: Total force 5."));
	/* taken back, it does not count */
	b.readings.items[1].dropped = true;
	assert_int_equal(judge(&b, VERIFY_TOTAL_FORCE), VERIFY_PASS);
	/* of full scale: 1.8 kg too much in 20 kg are 4.5 % of 40 kg, 2.2 kg are 5.5 % */
	row(&b, 20, 21.8, 0, 0, 0);
	assert_int_equal(judge(&b, VERIFY_TOTAL_FORCE), VERIFY_PASS);
	row(&b, 20, 22.2, 0, 0, 0);
	assert_int_equal(judge(&b, VERIFY_TOTAL_FORCE), VERIFY_FAIL);
	tear_down(&b);
}

static void judges_the_centre(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	row(&b, 40, 40, 0, 0, 4.2);
	assert_int_equal(judge(&b, VERIFY_COP), VERIFY_PASS);
	row(&b, 40, 40, 0, 0, 5.0);
	assert_int_equal(judge(&b, VERIFY_COP), VERIFY_FAIL);
	assert_int_equal(
		verify_judge(&b.model, &b.readings, 3.0, b.memory, b.size, &b.result),
		0);
	assert_int_equal(b.result.lines[VERIFY_COP].judgement, VERIFY_PASS);
	tear_down(&b);
}

static void judges_the_return(void **state)
{
	struct bench b;
	float counts[CELLS];

	(void)state;
	for (int bad = 0; bad < 2; bad++) {
		set_up(&b);
		row(&b, 40, 40, 0, 0, 0);
		press(&b, counts, 5 * UNITS_GRAVITY_M_S2, 0, 0);
		moment(&b, 0, counts); /* at once after it went: that does not count */
		assert_int_equal(judge(&b, VERIFY_RETURN_TO_ZERO), VERIFY_NOT_TESTED);
		b.t_s += 30;
		press(&b, counts, (bad ? 1.0 : 0.6) * UNITS_GRAVITY_M_S2, 0, 0);
		moment(&b, 0, counts);
		assert_int_equal(judge(&b, VERIFY_RETURN_TO_ZERO),
			bad ? VERIFY_FAIL : VERIFY_PASS);
		assert_true(fabs(b.result.rows[0].measured_kg - 40) < 0.05);
		assert_true(fabs(b.result.rows[0].return_frac - (bad ? 0.025 : 0.015)) <
			    0.001);
		tear_down(&b);
	}
}

static void judges_left_against_right(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	row(&b, 40, 40.8, 60, 20, 0);
	row(&b, 40, 39.2, -60, 20, 0);
	row(&b, 30, 30, -60, -20, 0); /* no partner */
	assert_int_equal(judge(&b, VERIFY_LEFT_RIGHT), VERIFY_PASS);
	assert_true(fabs(b.result.lines[VERIFY_LEFT_RIGHT].figure - 1.0) < 0.05);
	row(&b, 20, 20.8, 60, -20, 0);
	row(&b, 20, 19.2, -60, -20, 0);
	assert_int_equal(judge(&b, VERIFY_LEFT_RIGHT), VERIFY_FAIL);
	assert_int_equal(b.result.lines[VERIFY_TOTAL_FORCE].judgement, VERIFY_PASS);
	assert_false(b.result.passed);
	tear_down(&b);
}

/* The same place said three times, one cell apart on the mat. */
static void judges_repetition(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	for (int i = 0; i < 3; i++)
		row(&b, 40, 40, 10.0 * (i == 2), 0, 10.0 * (i == 2));
	judge(&b, VERIFY_REPEATABILITY);
	assert_true(fabs(b.result.lines[VERIFY_REPEATABILITY].figure - 10 / sqrt(3)) <
		    0.1); /* sd of 0, 0, 10 */
	assert_int_equal(b.result.lines[VERIFY_REPEATABILITY].judgement, VERIFY_FAIL);
	b.readings.items[2].dropped = true;
	assert_int_equal(judge(&b, VERIFY_REPEATABILITY), VERIFY_NOT_TESTED);
	tear_down(&b);
}

static void judges_noise_and_frames(void **state)
{
	static const struct {
		enum verify_test test;
		double good, bad;
	} limits[] = { { VERIFY_COP_NOISE, 0.49, 0.51 }, { VERIFY_RATE, 50.1, 49.9 },
		{ VERIFY_LOSSES, 0.0009, 0.0011 }, { VERIFY_JITTER, 19.9, 20.1 } };
	struct bench b;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (int bad = 0; bad < 2; bad++) {
			double value = bad ? limits[i].bad : limits[i].good;
			struct reading *item;

			set_up(&b);
			item = row(&b, 40, 40, 0, 0, 0);
			*(limits[i].test == VERIFY_COP_NOISE    ? &item->cop_rms_mm
				: limits[i].test == VERIFY_RATE ? &item->rate_hz
				: limits[i].test == VERIFY_LOSSES
					? &item->lost_frac
					: &item->jitter_p99_ms) = value;
			assert_int_equal(judge(&b, limits[i].test),
				bad ? VERIFY_FAIL : VERIFY_PASS);
			assert_int_equal(b.result.passed, !bad);
			tear_down(&b);
		}
	/* velocity is told, never failed */
	set_up(&b);
	row(&b, 40, 40, 0, 0, 0)->noise_velocity_mm_s = 9;
	assert_int_equal(judge(&b, VERIFY_NOISE_VELOCITY), VERIFY_PASS);
	assert_true(b.result.passed);
	tear_down(&b);
}

/* A corner that the roller missed, and a cell that died since. */
static void judges_cells(void **state)
{
	struct bench b;
	float counts[CELLS];
	struct reading *item;

	(void)state;
	set_up(&b);
	readings_begin(&b.readings, READING_ROLL);
	row(&b, 40, 40, 0, 0, 0);
	assert_int_equal(judge(&b, VERIFY_GAINS), VERIFY_PASS);
	for (int r = 0; r < 3; r++)
		for (int c = 0; c < 3; c++)
			b.model.state[r * SIDE + c] = CELL_UNCOVERED;
	assert_int_equal(judge(&b, VERIFY_GAINS), VERIFY_FAIL); /* 9 of 64 */
	assert_true(fabs(b.result.lines[VERIFY_GAINS].figure - 100 * 55.0 / 64) < 1e-6);
	assert_false(b.result.passed);
	memset(b.model.state, 0, sizeof(b.model.state));
	item = row(&b, 40, 40, 0, 0, 0);
	press(&b, counts, 40 * UNITS_GRAVITY_M_S2, 0, 0);
	counts[12 * SIDE + 12] = ZERO_CNT;
	moment(&b, 40, counts);
	assert_int_equal(item->n, 3);
	assert_int_equal(judge(&b, VERIFY_CELLS), VERIFY_FAIL);
	assert_true(b.result.lines[VERIFY_CELLS].figure == 1.0);
	b.model.state[12 * SIDE + 12] = CELL_DEAD; /* known, and filled in */
	assert_int_equal(judge(&b, VERIFY_CELLS), VERIFY_PASS);
	tear_down(&b);
}

static void says_what_is_not_enough(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	assert_int_equal(
		verify_judge(&b.model, &b.readings, NAN, b.memory, b.size, &b.result),
		-ENODATA);
	row(&b, 40, 40, 0, 0, 0)->x_mm = NAN;
	assert_int_equal(judge(&b, VERIFY_COP), VERIFY_NOT_TESTED);
	assert_false(b.result.passed);
	assert_non_null(strstr(b.result.text, "Not enough"));
	assert_int_equal(verify_judge(&b.model, &b.readings, NAN, b.memory, b.size - 64,
				 &b.result),
		-ENOBUFS);
	b.model.curve.scale_n = -1;
	assert_int_equal(
		verify_judge(&b.model, &b.readings, NAN, b.memory, b.size, &b.result),
		-EINVAL);
	tear_down(&b);
}

static void says_which_weight_was_fitted(void **state)
{
	struct bench b;
	struct reading *item;

	(void)state;
	set_up(&b);
	item = readings_begin(&b.readings, READING_LOAD);
	item->mass_kg = 40;
	item->x_mm = 0;
	item->y_mm = 0;
	row(&b, 40, 40, 0, 0, 0);
	judge(&b, VERIFY_COP);
	assert_true(b.result.passed);
	assert_non_null(strstr(b.result.text, "took part in the fit"));
	b.readings.items[0].x_mm = 60; /* elsewhere it tells something new */
	judge(&b, VERIFY_COP);
	assert_null(strstr(b.result.text, "took part in the fit"));
	tear_down(&b);
}

static void keeps_the_latest_rows(void **state)
{
	struct bench b;

	(void)state;
	set_up(&b);
	for (int i = 0; i < VERIFY_MAX_ROWS + 3; i++)
		row(&b, 40, i < 3 ? 60 : 40, 0, 0, 0);
	judge(&b, VERIFY_TOTAL_FORCE);
	assert_int_equal(b.result.n_rows, VERIFY_MAX_ROWS);
	assert_true(b.result.passed);
	tear_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_what_is_true),
		cmocka_unit_test(judges_force),
		cmocka_unit_test(judges_the_centre),
		cmocka_unit_test(judges_the_return),
		cmocka_unit_test(judges_left_against_right),
		cmocka_unit_test(judges_repetition),
		cmocka_unit_test(judges_noise_and_frames),
		cmocka_unit_test(judges_cells),
		cmocka_unit_test(says_what_is_not_enough),
		cmocka_unit_test(says_which_weight_was_fitted),
		cmocka_unit_test(keeps_the_latest_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
