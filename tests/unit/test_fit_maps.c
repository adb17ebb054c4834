/* Snapshots over the mat: what faint cells show on average, and what dead ones would. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/fit_maps.h"
#include "src/base/rng.h"

#define ROWS      24
#define COLS      16
#define FULL      4095.0
#define ZERO      40.0
#define NOISE     2.0 /* counts of one frame */
#define N_FRAMES  25  /* of a moment: its noise is a fifth of that */
#define N_MOMENTS 24

static const struct mat_geometry mat = { ROWS, COLS, 10, 10 };
static struct readings readings;
static struct model model;
static struct rng rng;

struct bench {
	void *readings, *scratch;
	struct fit_maps maps;
};

static struct bench bench;

/* Noise of a moment. */
static double moment_noise_cnt(void)
{
	return NOISE / sqrt(N_FRAMES);
}

/* A column's cells show so many times the noise of a moment. */
static double shown_sds(int col)
{
	return 0.5 * col;
}

static int begin(void **state)
{
	enum { N = ROWS * COLS };
	size_t size = readings_size(&mat, 2, 64, 64 * N);
	struct carve count = { 0 }, carve = { 0 };

	bench.readings = aligned_alloc(64, (size + 63) / 64 * 64);
	assert_int_equal(
		readings_init(&readings, bench.readings, size, &mat, 2, 64, 64 * N), 0);
	memset(&model, 0, sizeof(model));
	model.geometry = mat;
	model.unit = FRAME_UNIT_COUNTS;
	model.unit_scale = 1;
	model.full_scale = (uint32_t)FULL;
	for (int i = 0; i < N; i++) {
		model.zero_cnt[i] = readings.zero_cnt[i] = (float)ZERO;
		model.noise_cnt[i] = (float)NOISE;
		model.gain[i] = 1;
	}
	rng_init(&rng, 7, 7);
	readings_begin(&readings, READING_LOAD)->rate_hz = 100;
	fit_maps_lay_out(&bench.maps, N, &count);
	carve.memory = bench.scratch = aligned_alloc(64, count.used);
	fit_maps_lay_out(&bench.maps, N, &carve);
	*state = &bench;
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(bench.readings);
	free(bench.scratch);
	return 0;
}

/* Record a moment; what is less than three times its noise is left out. */
static void record(double mass_kg, double sds_more)
{
	struct snapshot moment = { .span_s = 0.01 * N_FRAMES, .mass_kg = mass_kg };
	float counts[ROWS * COLS];

	for (int i = 0; i < ROWS * COLS; i++) {
		double sds = shown_sds(i % COLS) + sds_more + rng_normal(&rng);

		counts[i] = (float)(ZERO + moment_noise_cnt() * sds);
	}
	assert_int_equal(readings_add(&readings, &moment, counts,
				 (float)(3 * moment_noise_cnt())),
		0);
}

static double column_mean(const float *map, int col)
{
	double sum = 0;

	for (int row = 0; row < ROWS; row++)
		sum += (double)map[row * COLS + col] / ROWS;
	return sum;
}

/* From two sds on, though a moment leaves out what is less than three. */
static void faint_cells_are_averaged(void **state)
{
	const float *map;

	(void)state;
	for (int k = 0; k < N_MOMENTS; k++)
		record(5, 0);
	record(10, 4); /* another mass is not of the mean */
	fit_maps_begin(&bench.maps, &readings, &model);
	fit_maps_average(&bench.maps, readings.items, 0);
	map = fit_maps_steadied(&bench.maps, readings.items, &readings.snapshots[0]);
	for (int col = 0; col < COLS; col++) {
		double count = shown_sds(col) * moment_noise_cnt();
		double w = model_linearise(&model, ZERO + count, ZERO);
		double seen = column_mean(map, col);

		if (shown_sds(col) >= 2)
			assert_true(fabs(seen / w - 1) < 0.08);
	}
	assert_true(column_mean(map, 0) <
		    0.3 * model_linearise(&model, ZERO + moment_noise_cnt(), ZERO));
	/* so they are alike in all moments of a mass */
	for (int row = 0; row < ROWS; row++)
		assert_true(map[row * COLS + 8] == bench.maps.level[row * COLS + 8]);
}

/* More than eight sds is taken as it is: it may creep. */
static void what_shows_more_is_its_own(void **state)
{
	float own[ROWS * COLS];
	const float *map;

	(void)state;
	record(5, 8);
	record(5, 40);
	fit_maps_begin(&bench.maps, &readings, &model);
	fit_maps_average(&bench.maps, readings.items, 0);
	fit_maps_spread(&bench.maps, &readings.snapshots[1], own);
	map = fit_maps_steadied(&bench.maps, readings.items, &readings.snapshots[1]);
	assert_memory_equal(map, own, sizeof(own));
}

static void a_dead_cell_shows_what_is_beside_it(void **state)
{
	float map[ROWS * COLS];
	int at = 5 * COLS + 9;

	(void)state;
	record(5, 20);
	model.state[at] = CELL_DEAD;
	fit_maps_begin(&bench.maps, &readings, &model);
	fit_maps_spread(&bench.maps, &readings.snapshots[0], map);
	assert_true(
		fabsf(map[at] - 0.25f * (map[at - 1] + map[at + 1] + map[at - COLS] +
						map[at + COLS])) < 1e-6f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(faint_cells_are_averaged, begin, end),
		cmocka_unit_test_setup_teardown(what_shows_more_is_its_own, begin, end),
		cmocka_unit_test_setup_teardown(
			a_dead_cell_shows_what_is_beside_it, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
