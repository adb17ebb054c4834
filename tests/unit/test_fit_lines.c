/* A roller's moments as means of lines: what a made-up roller shows, askew, short, and recorded in part. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/fit_lines.h"
#include "src/base/rng.h"

#define SIDE   24
#define FULL   4095
#define ZERO   40.0
#define PEAK   400.0 /* counts of a line on which the whole roller lies */
#define MARGIN 3     /* lines recorded beside the roller */

static const struct mat_geometry mat = { SIDE, SIDE, 10, 10 };
static struct readings readings;
static struct model model;
static struct rng rng;
static double v[SIDE * SIDE];

/* How much of a roller of one line's width lies on a line so far from it. */
static double part_on(double away)
{
	return fmax(0, 1 - fabs(away));
}

/* Record rows from..to of a roller at row `place`, ahead by `skew` of a row for each column, on columns below `end`.
 * Cells that stand out by less than `band` counts are left out. */
static void roll(double place, double skew, int end, double noise_cnt, float band)
{
	struct snapshot moment = { .t_s = 1, .span_s = 0.01, .mass_kg = NAN };
	float counts[SIDE * SIDE];

	for (int i = 0; i < SIDE * SIDE; i++) {
		int row = i / SIDE, col = i % SIDE;
		double away = row - place - skew * (col - 0.5 * (SIDE - 1));

		counts[i] = (float)ZERO;
		if (fabs(row - place) > MARGIN + 1)
			continue;
		counts[i] += (float)(noise_cnt * rng_normal(&rng) + 1e-3);
		if (col < end)
			counts[i] += (float)(PEAK * part_on(away));
	}
	assert_int_equal(readings_add(&readings, &moment, counts, band), 0);
}

static int begin(void **state)
{
	size_t size = readings_size(&mat, 4, 64, 64 * SIDE * SIDE);
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);

	assert_int_equal(
		readings_init(&readings, memory, size, &mat, 4, 64, 64 * SIDE * SIDE),
		0);
	memset(&model, 0, sizeof(model));
	model.geometry = mat;
	model.unit = FRAME_UNIT_COUNTS;
	model.unit_scale = 1;
	model.full_scale = FULL;
	for (int i = 0; i < SIDE * SIDE; i++) {
		model.zero_cnt[i] = readings.zero_cnt[i] = (float)ZERO;
		model.gain[i] = 1;
	}
	rng_init(&rng, 7, 7);
	readings_begin(&readings, READING_ROLL);
	*state = memory;
	return 0;
}

static int end(void **state)
{
	free(*state);
	return 0;
}

static struct fit_way way_of_all(void)
{
	struct fit_way way;

	fit_lines_way(&readings, &model, 0, readings.n_snapshots, v, &way);
	return way;
}

static double sum_of(const struct fit_way *way, const struct fit_lines *lines)
{
	double sum = 0;

	for (int k = 0; k < lines->n * way->n_parts; k++)
		sum += way->n_cells[k % way->n_parts] * lines->w[k];
	return sum;
}

/* c / (full - c) is all but straight for so few counts. */
static double whole_w(int n_cells)
{
	return n_cells * PEAK / (FULL - PEAK);
}

static void finds_the_way(void **state)
{
	struct fit_way way;
	int n = 0;

	(void)state;
	for (int k = 0; k < 20; k++)
		roll(6 + 0.5 * k, 0, SIDE, 1.5, 0);
	way = way_of_all();
	assert_false(way.along_x);
	assert_int_equal(way.n_lines, SIDE);
	assert_true(fabs(way.skew) < 1e-3);
	assert_int_equal(way.n_parts, 2);
	for (int p = 0; p < way.n_parts; p++)
		n += way.n_cells[p];
	assert_int_equal(n, SIDE);
}

static void a_short_roller_presses_a_part(void **state)
{
	struct fit_way way;

	(void)state;
	for (int k = 0; k < 20; k++)
		roll(6 + 0.5 * k, 0, 15, 1.5, 0);
	way = way_of_all();
	assert_int_equal(way.part_of[14], way.n_parts - 1);
	assert_int_equal(way.part_of[15], -1);
}

/* A thirtieth of a row for each column: cells of a line are pressed unlike, those of a part alike. */
static void askew_is_seen_and_cut(void **state)
{
	struct fit_way way;
	struct fit_lines lines;

	(void)state;
	for (int k = 0; k < 20; k++)
		roll(6 + 0.5 * k, 1.0 / 30, SIDE, 1.5, 0);
	way = way_of_all();
	assert_true(fabs(way.skew - 1.0 / 30) < 2e-3);
	assert_int_equal(way.n_parts, 6);
	fit_lines_read(&readings, &model, &way, &readings.snapshots[8], v, &lines);
	assert_true(lines.is_whole);
	assert_true(fabs(lines.place - 10) < 0.05);
}

/* Noise goes both ways: what lies beside the roller adds up to nothing, and all of it to the same wherever it is. */
static void noise_averages_out(void **state)
{
	struct fit_way way;
	struct fit_lines lines;

	(void)state;
	for (int k = 0; k < 20; k++)
		roll(6 + 0.5 * k, 0, SIDE, 1.5, 0);
	way = way_of_all();
	for (int k = 0; k < 20; k += 2) {
		fit_lines_read(
			&readings, &model, &way, &readings.snapshots[k], v, &lines);
		assert_true(lines.is_whole);
		assert_true(fabs(lines.place - (6 + 0.5 * k)) < 0.02);
		assert_true(fabs(sum_of(&way, &lines) / whole_w(SIDE) - 1) < 0.01);
	}
}

static void a_dead_cell_is_not_of_the_mean(void **state)
{
	struct fit_way way;
	struct fit_lines lines;

	(void)state;
	for (int k = 0; k < 20; k++)
		roll(6 + 0.5 * k, 0, SIDE, 0, 0);
	for (int i = 0; i < SIDE * SIDE; i += 31)
		model.state[i] = CELL_DEAD;
	way = way_of_all();
	fit_lines_read(&readings, &model, &way, &readings.snapshots[8], v, &lines);
	assert_true(fabs(sum_of(&way, &lines) / whole_w(SIDE) - 1) < 1e-3);
}

/* A recording without what is less than the noise does not show all of a roller. */
static void recorded_in_part_tells_nothing(void **state)
{
	struct fit_way way;
	struct fit_lines lines;

	(void)state;
	for (int k = 0; k < 20; k++)
		roll(6.25 + 0.5 * k, 0, SIDE, 1.5, 1.5F);
	way = way_of_all();
	fit_lines_read(&readings, &model, &way, &readings.snapshots[8], v, &lines);
	assert_int_equal(lines.n, 0);
}

/* On the last rows some of it may lie beside the mat. */
static void at_the_edge_it_is_not_whole(void **state)
{
	struct fit_way way;
	struct fit_lines lines;

	(void)state;
	for (int k = 0; k < 20; k++)
		roll(0.5 + k, 0, SIDE, 1.5, 0);
	way = way_of_all();
	fit_lines_read(&readings, &model, &way, &readings.snapshots[0], v, &lines);
	assert_true(lines.n > 0);
	assert_false(lines.is_whole);
	fit_lines_read(&readings, &model, &way, &readings.snapshots[9], v, &lines);
	assert_true(lines.is_whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_the_way, begin, end),
		cmocka_unit_test_setup_teardown(
			a_short_roller_presses_a_part, begin, end),
		cmocka_unit_test_setup_teardown(askew_is_seen_and_cut, begin, end),
		cmocka_unit_test_setup_teardown(noise_averages_out, begin, end),
		cmocka_unit_test_setup_teardown(
			a_dead_cell_is_not_of_the_mean, begin, end),
		cmocka_unit_test_setup_teardown(
			recorded_in_part_tells_nothing, begin, end),
		cmocka_unit_test_setup_teardown(
			at_the_edge_it_is_not_whole, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
