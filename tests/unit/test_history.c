/* What the readings of a procedure left in the sheet, against the same model that saw every frame. */
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

#include "calibration/history.h"
#include "tests/support/procedure_stage.h"

#define SIDE     16
#define N_CELLS  (SIDE * SIDE)
#define N_CREEP  4
#define PITCH_MM 20.0

/* A stage whose frames a model reads as they go by, and a history of its readings. */
struct bench {
	struct procedure_stage stage;
	struct model model;
	void *memory, *seen_memory;
	size_t size;
	struct history history, seen; /* seen: only its plan and memory are used */
	uint16_t *limits;
	struct sensor_zero zero;
};

static void *memory_of(size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

	assert_non_null(memory);
	return memory;
}

static void make_model(struct bench *b)
{
	struct model *m = &b->model;

	m->geometry = b->stage.geometry;
	m->unit = FRAME_UNIT_COUNTS;
	m->unit_scale = 1;
	m->full_scale = LAB_FULL;
	m->threshold_sds = 4;
	m->curve = (struct model_curve){
		.kind = CURVE_POWER, .scale_n = 60, .exponent = 1, .w_max = 3
	};
	m->creep.n = N_CREEP;
	m->play.n = 1;
	m->play.width_n[0] = 1;
	m->play.weight[0] = 0.05;
	for (int k = 0; k < N_CREEP; k++) {
		m->creep.tau_s[k] = 0.3 * pow(10, k);
		m->creep.amplitude[k] = 0.05;
	}
	for (int i = 0; i < N_CELLS; i++) {
		m->zero_cnt[i] = b->stage.readings.zero_cnt[i];
		m->noise_cnt[i] = b->stage.readings.zero_sd_cnt[i];
		m->gain[i] = 1;
	}
}

static void set_up(struct bench *b, uint64_t seed)
{
	memset(b, 0, sizeof(*b));
	procedure_stage_open(&b->stage, LAB_NOMINAL, seed, SIDE, PITCH_MM);
	procedure_stage_zero(&b->stage);
	assert_true(procedure_stage_ends(&b->stage, PROCEDURE_DONE));
	make_model(b);
	b->size = history_size(&b->model);
	assert_true(b->size > 0);
	b->memory = memory_of(b->size);
	b->seen_memory = memory_of(b->size);
	assert_int_equal(history_init(&b->history, b->memory, b->size, &b->model,
				 &b->stage.readings),
		0);
	assert_int_equal(history_init(&b->seen, b->seen_memory, b->size, &b->model,
				 &b->stage.readings),
		0);
	b->limits = memory_of(N_CELLS * sizeof(*b->limits));
	b->zero = b->seen.zero;
	model_sensor_ops.limits(b->seen.plan, &b->zero, b->limits);
	b->zero.limit_cnt = b->limits;
}

static void tear_down(struct bench *b)
{
	free(b->memory);
	free(b->seen_memory);
	free(b->limits);
	procedure_stage_close(&b->stage);
}

/* Let time pass, the model reading along. */
static void run(struct bench *b, double seconds)
{
	for (int i = 0; i < (int)lround(seconds * 100); i++) {
		struct raw_frame frame = { .cells = b->stage.counts };

		procedure_stage_run(&b->stage, 0.01);
		model_sensor_ops.read(b->seen.plan, b->seen.state, &frame, &b->zero,
			0.01, b->seen.cells_n);
	}
}

static void weigh(struct bench *b, double mass_kg, double x_mm, double y_mm,
	double stays_s, double gone_s)
{
	procedure_stage_load(&b->stage, READING_LOAD, mass_kg, x_mm, y_mm);
	procedure_stage_disc(&b->stage, mass_kg, 60, x_mm, y_mm);
	run(b, 1);
	for (int i = 0; i < 1500 && b->stage.view.state < PROCEDURE_DONE; i++)
		run(b, 0.01);
	assert_int_equal(b->stage.view.state, PROCEDURE_DONE);
	run(b, stays_s);
	procedure_stage_clear(&b->stage);
	run(b, gone_s);
}

/* The creep of all cells in newtons: what the empty mat still reads. */
static double creep_n(const struct history *h)
{
	const size_t block = 4 * (N_CREEP + 2); /* creep, play, what it showed */
	double sum = 0;

	for (size_t i = 0; i < N_CELLS / 4; i++)
		for (size_t k = 0; k < 4 * N_CREEP; k++)
			sum += (double)h->state[i * block + k];
	return sum;
}

/* Bring the history to the stage's now, the mat empty since the last load. */
static double remembered_n(struct bench *b)
{
	struct raw_frame frame = { .cells = b->stage.counts };

	history_pass(&b->history, 0, b->stage.readings.n_items);
	history_end(&b->history);
	model_sensor_ops.read(b->history.plan, b->history.state, &frame, &b->zero,
		b->stage.t_s - b->history.t_s, b->history.cells_n);
	return creep_n(&b->history);
}

static void remembers_what_every_frame_would_have_left(void **state)
{
	static const double stays_s[] = { 0, 5, 40 }, gone_s[] = { 1, 5, 20 };
	struct bench b;

	(void)state;
	for (int k = 0; k < 9; k++) {
		double seen, found;

		set_up(&b, 5);
		weigh(&b, 50, 0, 0, stays_s[k / 3], 3);
		weigh(&b, 30, 60, -40, 2, 2);
		weigh(&b, 20, 0, 20, stays_s[k / 3], gone_s[k % 3]);
		seen = creep_n(&b.seen);
		found = remembered_n(&b);
		printf("  stood %.0f s longer, gone for %.0f s: %.2f N, every frame "
		       "%.2f N\n",
			stays_s[k / 3], gone_s[k % 3], found, seen);
		assert_true(seen > 1);
		assert_true(fabs(found / seen - 1) < 0.02);
		tear_down(&b);
	}
}

/* A file of before, which does not say when the loads left: two seconds after they were read, at most. */
static void guesses_when_nobody_saw_it_go(void **state)
{
	struct bench b;
	double seen;

	(void)state;
	set_up(&b, 5);
	weigh(&b, 50, 0, 0, 1, 10);
	weigh(&b, 30, 60, -40, 1, 10);
	for (int i = 0; i < b.stage.readings.n_items; i++)
		b.stage.readings.items[i].off_s = NAN;
	seen = creep_n(&b.seen);
	assert_true(fabs(remembered_n(&b) / seen - 1) < 0.15);
	tear_down(&b);
}

static void knows_nothing_of_another_sitting(void **state)
{
	struct bench b;
	struct reading *item;

	(void)state;
	for (int how = 0; how < 2; how++) {
		set_up(&b, 21);
		weigh(&b, 50, 0, 0, 1, 2);
		weigh(&b, 20, 90, 90, 1, 2);
		item = &b.stage.readings.items[2];
		history_pass(&b.history, 0, 2);
		assert_true(creep_n(&b.history) > 1);
		b.history.at_unix_ms = 1790000000000;
		item->at_unix_ms = b.history.at_unix_ms + 20000;
		if (how == 0)
			b.history.t_s += 1000; /* the station began anew */
		else
			item->at_unix_ms += 3600000; /* it slept for an hour */
		history_enter(&b.history, item);
		assert_true(creep_n(&b.history) < 1e-6);
		tear_down(&b);
	}
}

static void wants_a_model_of_this_mat(void **state)
{
	struct bench b;
	struct history other;

	(void)state;
	set_up(&b, 22);
	assert_int_equal(history_init(&other, b.memory, b.size - 64, &b.model,
				 &b.stage.readings),
		-ENOBUFS);
	b.model.curve.scale_n = -1;
	assert_int_equal(
		history_init(&other, b.memory, b.size, &b.model, &b.stage.readings),
		-EINVAL);
	b.model.curve.scale_n = 1;
	b.stage.readings.geometry.n_cols--;
	assert_int_equal(
		history_init(&other, b.memory, b.size, &b.model, &b.stage.readings),
		-EINVAL);
	b.stage.readings.geometry.n_cols++;
	b.model.creep.n = -1;
	assert_int_equal(history_size(&b.model), 0);
	tear_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remembers_what_every_frame_would_have_left),
		cmocka_unit_test(guesses_when_nobody_saw_it_go),
		cmocka_unit_test(knows_nothing_of_another_sitting),
		cmocka_unit_test(wants_a_model_of_this_mat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
