/* The laboratory's sheet errs as much as it was told to, and its quick ways tell the same as its long. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/lab_sheet.h"
#include "tests/support/lab_technician.h"

#define SIDE 32
#define N    (SIDE * SIDE)

static const struct mat_geometry grid = { SIDE, SIDE, 10, 10 };
static double cells_n[N];
static uint16_t out[N];

/* A sheet without any fault: conductance is proportional to pressure. */
static struct lab_sheet_options flawless(void)
{
	struct lab_sheet_options o;

	lab_sheet_draw(&o, LAB_NOMINAL, 3);
	o.gain_sd_frac = o.zero_cnt = o.zero_sd_cnt = o.noise_cnt = 0;
	o.creep_frac = o.lag_frac = o.series_frac = 0;
	o.curve = LAB_POWER;
	o.exponent = 1;
	return o;
}

static void assert_near(double got, double wanted, double within)
{
	if (!(fabs(got - wanted) <= within))
		fail_msg("%g is not %g within %g", got, wanted, within);
}

static double conductance(double counts)
{
	return counts / (LAB_FULL - counts);
}

static void load(double force_n)
{
	for (int i = 0; i < N; i++)
		cells_n[i] = force_n;
}

static double seen(struct lab_sheet *sheet, double t_s)
{
	static float counts[N];
	double sum = 0;

	lab_sheet_average(sheet, t_s, cells_n, 1000000, counts);
	for (int i = 0; i < N; i++)
		sum += conductance((double)counts[i]);
	return sum / N;
}

static void test_half_scale(void **state)
{
	struct lab_sheet_options o = flawless();

	(void)state;
	for (int curve = 0; curve < LAB_N_CURVES; curve++) {
		struct lab_sheet *sheet;
		double last = 0;

		o.curve = (enum lab_curve)curve;
		sheet = lab_sheet_new(&o, &grid);
		assert_non_null(sheet);
		for (double kpa = 5; kpa < 1000; kpa *= 1.2) {
			load(kpa * 0.1);
			assert_true(seen(sheet, 0) > last);
			last = seen(sheet, 0);
		}
		load(o.half_kpa * 0.1);
		assert_near(seen(sheet, 0), 1, 1e-3);
		lab_sheet_free(sheet);
	}
}

static void test_creep_per_decade(void **state)
{
	struct lab_sheet_options o = flawless();
	struct lab_sheet *sheet;
	double first, late;

	(void)state;
	o.creep_frac = 0.15;
	o.creep_first_s = 0.1;
	o.creep_last_s = 100;
	sheet = lab_sheet_new(&o, &grid);
	assert_non_null(sheet);
	load(5);
	lab_sheet_feel(sheet, 0, cells_n);
	first = seen(sheet, 1);
	late = seen(sheet, 10);
	/* states a third of a decade apart, shaken: within a quarter of a decade of the line */
	assert_near((late - first) / (5 / (o.half_kpa * 0.1)), 0.15, 0.04);
	lab_sheet_feel(sheet, 11, NULL);
	memset(cells_n, 0, sizeof(cells_n));
	assert_true(seen(sheet, 12) > 0.01 * late);
	assert_true(seen(sheet, 4000) < 1e-4 * late);
	lab_sheet_free(sheet);
}

/* Up and down to the top: the loop is as wide as told, of what the top reads without (narrower where the lag has
 * no corners); none is left at rest. */
static void test_loop_width(void **state)
{
	struct lab_sheet_options o = flawless();

	(void)state;
	o.lag_frac = 0.08;
	for (int kind = 0; kind < LAB_N_LAGS; kind++) {
		struct lab_sheet *sheet;
		double top_n = o.lag_top_kpa * 0.1, up[100], width = 0;
		double top = o.lag_top_kpa / o.half_kpa;

		o.lag = (enum lab_lag)kind;
		sheet = lab_sheet_new(&o, &grid);
		assert_non_null(sheet);
		for (int k = 0; k < 100; k++) {
			load(top_n * (k + 1) / 100);
			up[k] = seen(sheet, 0.01 * k);
		}
		for (int k = 98; k >= 0; k--) {
			load(top_n * (k + 1) / 100);
			width = fmax(width, seen(sheet, 2 - 0.01 * k) - up[k]);
		}
		printf("lag %d: loop %.3f\n", kind, width / top);
		assert_in_range(
			(int)(1000 * width / top), kind == LAB_LAG_PLAY ? 70 : 25, 90);
		load(0);
		assert_near(seen(sheet, 3), 0, 1e-9);
		lab_sheet_free(sheet);
	}
}

/* The mean of many scans is the average that was made at once. */
static void test_average_is_mean_of_scans(void **state)
{
	struct lab_sheet_options o;
	struct lab_sheet *sheet;
	static float average[N];
	static double sum[N];

	(void)state;
	lab_sheet_draw(&o, LAB_FIELD, 11);
	o.warm_frac = o.zero_drift_cnt = o.creep_frac = 0;
	sheet = lab_sheet_new(&o, &grid);
	assert_non_null(sheet);
	for (int i = 0; i < N; i++)
		cells_n[i] = i % 3 ? 0.01 * i : 0;
	for (int f = 0; f < 400; f++) {
		lab_sheet_scan(sheet, 0.01 * f, cells_n, out);
		for (int i = 0; i < N; i++)
			sum[i] += out[i] / 400.0;
	}
	lab_sheet_average(sheet, 4, cells_n, 400, average);
	for (int i = 0; i < N; i++)
		assert_near(average[i], sum[i], 0.8);
	lab_sheet_free(sheet);
}

/* A weight gives the mat its whole force wherever it stands, and so does a roller in its middle. */
static void test_presses_weigh(void **state)
{
	struct lab_disc disc = { 60, 60, 13.7, -41.2, 0.3 };
	struct lab_roller roller = { 20, 320, 14, 0.02, false, 3.3, 0 };
	double sum = 0, x = 0;

	(void)state;
	lab_press_disc(&disc, &grid, cells_n);
	for (int i = 0; i < N; i++) {
		sum += cells_n[i];
		x += cells_n[i] * geometry_x_mm(&grid, i % SIDE);
	}
	assert_near(sum, 60 * 9.80665, 1e-6);
	assert_near(x / sum, 13.7, 0.05);
	lab_press_roller(&roller, &grid, cells_n);
	sum = x = 0;
	for (int i = 0; i < N; i++) {
		sum += cells_n[i];
		x += cells_n[i] * (i % SIDE >= SIDE / 2 ? 1 : -1);
	}
	assert_near(sum, 20 * 9.80665, 1e-6);
	assert_near(x / sum, 0.005, 1e-6);
}

/* The whole procedure fits into readings of the size that calibrations use. */
static void test_technician_fills_readings(void **state)
{
	struct lab_sheet_options o;
	struct lab_sheet *sheet;
	struct lab_plan plan;
	struct readings readings;
	size_t size = readings_size(
		&grid, READINGS_MAX_ITEMS, READINGS_MAX_SNAPSHOTS, READINGS_MAX_CELLS);
	void *memory = aligned_alloc(64, (size + 63) / 64 * 64);
	double t_s = 0;

	(void)state;
	assert_non_null(memory);
	lab_sheet_draw(&o, LAB_FIELD, 5);
	lab_plan_full(&plan, LAB_FIELD, 5);
	plan.n_verify = 9;
	sheet = lab_sheet_new(&o, &grid);
	assert_non_null(sheet);
	assert_int_equal(
		readings_init(&readings, memory, size, &grid, READINGS_MAX_ITEMS,
			READINGS_MAX_SNAPSHOTS, READINGS_MAX_CELLS),
		0);
	assert_int_equal(lab_technician_run(&plan, sheet, &grid, &t_s, &readings), 0);
	assert_int_equal(readings.n_items, 1 + 1 + 6 + 1 + 1 + 9);
	assert_int_equal(readings.n_zero_frames, 1000);
	printf("%d snapshots, %d cells, %.0f s\n", readings.n_snapshots,
		readings.n_cells, t_s);
	lab_sheet_free(sheet);
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_half_scale),
		cmocka_unit_test(test_creep_per_decade),
		cmocka_unit_test(test_loop_width),
		cmocka_unit_test(test_average_is_mean_of_scans),
		cmocka_unit_test(test_presses_weigh),
		cmocka_unit_test(test_technician_fills_readings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
