/* A fit that reads along: what it remembers at last is what a calibrated analysis would. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/daemon/candidate.h"

#define SIDE    12
#define N_CELLS (SIDE * SIDE)
#define N_STEPS 300
#define STEP_NS INT64_C(10000000)

static struct model *a_model(void)
{
	struct model *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->geometry = (struct mat_geometry){ SIDE, SIDE, 10, 10 };
	m->unit = FRAME_UNIT_COUNTS;
	m->unit_scale = 1;
	m->full_scale = 4095;
	m->threshold_sds = 4;
	m->curve = (struct model_curve){
		.kind = CURVE_POWER, .scale_n = 30, .exponent = 0.9, .w_max = 1
	};
	m->creep.n = 2;
	m->creep.tau_s[0] = 0.5;
	m->creep.tau_s[1] = 5;
	m->creep.amplitude[0] = m->creep.amplitude[1] = 0.05;
	for (int i = 0; i < N_CELLS; i++) {
		m->zero_cnt[i] = 40;
		m->noise_cnt[i] = 1;
		m->gain[i] = 1;
	}
	return m;
}

/* Room for some readings of that mat; free() `*memory`. */
static struct readings some_readings(const struct model *m, void **memory)
{
	struct readings r;
	size_t size = (readings_size(&m->geometry, 4, 16, 1000) + 63) / 64 * 64;

	*memory = aligned_alloc(64, size);
	assert_non_null(*memory);
	assert_int_equal(
		readings_init(&r, *memory, size, &m->geometry, 4, 16, 1000), 0);
	return r;
}

static void fill(struct rng *rng, int step, uint16_t *cells)
{
	for (int i = 0; i < N_CELLS; i++)
		cells[i] = (uint16_t)(40 + rng_uniform(rng) * 3);
	for (int i = 0; i < 20 && step < 200; i++)
		cells[3 * SIDE + i] = (uint16_t)(900 + 4 * i);
}

static struct analysis *an_analysis(const struct model *m, void **plan, void **memory)
{
	static struct sensor_budget budget;
	struct analysis_setup setup = { .geometry = m->geometry,
		.unit = m->unit,
		.unit_scale = m->unit_scale,
		.full_scale = m->full_scale,
		.rate_hz = 100 };
	struct model_plan *made;
	struct analysis *a;
	size_t size = model_plan_size(m) + 64;

	*plan = aligned_alloc(64, size / 64 * 64);
	assert_non_null(*plan);
	assert_int_equal(model_plan_init(*plan, size / 64 * 64, m, &made), 0);
	setup.sensor = (struct sensor){
		.ops = &model_sensor_ops, .model = made, .budget = &budget
	};
	size = (analysis_size(&setup) + 63) / 64 * 64;
	*memory = aligned_alloc(64, size);
	assert_non_null(*memory);
	assert_int_equal(analysis_init(*memory, size, &setup, &a), 0);
	return a;
}

static void it_remembers_as_an_analysis_does(void **state)
{
	struct model *m = a_model();
	void *readings_memory;
	struct readings none = some_readings(m, &readings_memory);
	struct candidate *c = candidate_new(m, &none);
	struct analysis_memory mine, its;
	struct stance_sample sample;
	uint16_t cells[N_CELLS];
	void *plan, *memory;
	struct analysis *a = an_analysis(m, &plan, &memory);
	struct rng rng;
	float most = 0;

	(void)state;
	assert_non_null(c);
	assert_int_equal(candidate_memory(c).n, 0);
	rng_init(&rng, 11, 0);
	for (int k = 0; k < N_STEPS; k++) {
		struct raw_frame frame = { .seq = (uint64_t)k,
			.t_ns = INT64_C(1000000000) + k * STEP_NS,
			.cells = cells };

		fill(&rng, k, cells);
		candidate_push(c, &frame);
		analysis_push(a, &frame, &sample);
	}
	mine = candidate_memory(c);
	its = analysis_memory(a);
	assert_int_equal(mine.n, its.n);
	assert_int_equal(mine.t_ns, its.t_ns);
	for (size_t i = 0; i < mine.n; i++) {
		assert_true(fabsf(mine.state[i] - its.state[i]) <= 0);
		most = fmaxf(most, fabsf(mine.state[i]));
	}
	assert_true(most > 0.1f); /* the load that stood there a second ago */
	assert_int_equal(analysis_set_memory(a, &mine), 0);
	candidate_free(c);
	free(readings_memory);
	free(plan);
	free(memory);
	free(m);
}

/* The most that creep left in a cell: of each four cells the state holds two times creep, then what they showed of
 * late; behind all of them, which are looked at. */
static float most_of(const struct candidate *c)
{
	struct analysis_memory memory = candidate_memory(c);
	float most = 0;

	for (size_t block = 0; block < N_CELLS / 4; block++)
		for (size_t k = 0; k < 2 * 4; k++)
			most = fmaxf(most, fabsf(memory.state[3 * 4 * block + k]));
	return most;
}

/* Weights of the procedure that stood there before the fit, from `from_s` for ten seconds. */
static void put_load(struct readings *r, double from_s)
{
	float counts[N_CELLS];
	struct reading *item = readings_begin(r, READING_LOAD);

	assert_non_null(item);
	item->mass_kg = 40;
	item->onset_s = from_s;
	item->off_s = from_s + 10;
	for (int i = 0; i < N_CELLS; i++) {
		r->zero_cnt[i] = 40;
		counts[i] = i >= 3 * SIDE && i < 4 * SIDE ? 900 : 40;
	}
	for (int k = 1; k < 9; k++) {
		struct snapshot moment = {
			.t_s = from_s + k, .span_s = 0.2, .mass_kg = 40
		};

		assert_int_equal(readings_add(r, &moment, counts, 3), 0);
	}
}

static void it_remembers_the_procedure(void **state)
{
	struct model *m = a_model();
	void *memory;
	struct readings r = some_readings(m, &memory);
	struct raw_frame frame = { 0 };
	uint16_t cells[N_CELLS];
	struct candidate *c;
	float left;

	(void)state;
	for (int i = 0; i < N_CELLS; i++)
		cells[i] = 40;
	frame.cells = cells;
	put_load(&r, 100);
	c = candidate_new(m, &r);
	assert_non_null(c);
	assert_int_equal(candidate_memory(c).t_ns, INT64_C(110000000000));
	left = most_of(c);
	assert_true(left > 0.2f);
	frame.t_ns = INT64_C(115000000000);
	candidate_push(c, &frame);
	/* of the two states, alike in amplitude, the fast one was full; the slow one had two of its taus to
	 * fill and one to empty */
	assert_true(fabsf(most_of(c) / left - (1 - expf(-2)) * expf(-1)) < 0.01f);
	frame.t_ns = INT64_C(5000000000); /* the station began anew */
	candidate_push(c, &frame);
	assert_true(most_of(c) < 1e-6f);
	candidate_free(c);
	free(memory);
	free(m);
}

static void what_is_no_model_is_no_candidate(void **state)
{
	struct model *m = a_model();
	void *memory;
	struct readings none = some_readings(m, &memory);

	(void)state;
	none.geometry.n_rows--;
	assert_null(candidate_new(m, &none));
	none.geometry.n_rows++;
	m->curve.scale_n = -1;
	assert_null(candidate_new(m, &none));
	candidate_free(NULL);
	free(memory);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_remembers_as_an_analysis_does),
		cmocka_unit_test(it_remembers_the_procedure),
		cmocka_unit_test(what_is_no_model_is_no_candidate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
