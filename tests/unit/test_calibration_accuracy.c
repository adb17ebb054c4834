/* A few sheets of each class, calibrated by the procedure alone, against the table of docs/calibration.md. The
 * whole table, over hundreds of sheets: tests/long/test_calibration_coverage.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/lab_case.h"
#include "tests/support/lab_table.h"

#define N_SHEETS 2
#define SECONDS  30
#define SETTLE_S 5

static struct lab_table table;

/* The worst of these sheets over what is asked of the 95th percentile: where the table is not met yet,
 * docs/calibration.md says by how much, and these keep it from growing. */
static const double slack[LAB_N_COLUMNS] = { 1, 1.5, 1, 1.2, 1, 2, 1.2, 1.2 };

static struct lab_stance *stand(int i_mat)
{
	struct lab_stance *stance =
		lab_stance_new(0, &lab_mats[i_mat], SECONDS, SETTLE_S);

	assert_non_null(stance);
	return stance;
}

/* A sheet that must be calibrated, and a stance read with it, NULL none. free() what it returns. */
static struct lab_outcome *calibrate(
	const struct lab_case *c, struct lab_stance *stance)
{
	struct lab_outcome *out = lab_case_run(c, &stance, stance ? 1 : 0);

	assert_non_null(out);
	assert_int_equal(out->fit_rc, 0);
	return out;
}

static void run(enum lab_class kind, enum lab_level level, int i_mat)
{
	struct lab_stance *stance = stand(i_mat);

	memset(&table, 0, sizeof(table));
	for (int seed = 1; seed <= N_SHEETS; seed++) {
		struct lab_outcome *out;
		struct lab_case c;

		lab_case_draw(&c, kind, level, &lab_mats[i_mat], (uint64_t)seed);
		out = lab_case_run(&c, &stance, 1);
		assert_non_null(out);
		if (out->fit_rc < 0)
			fail_msg("sheet %d is refused: %d", seed, out->fit_rc);
		lab_table_add(&table, &out->errors[0], &out->model.budget);
		free(out);
	}
	lab_stance_free(stance);
}

static void hold_to_table(enum lab_class kind, int i_mat)
{
	run(kind, LAB_STAIRCASE, i_mat);
	lab_table_print_head();
	lab_table_print(&table, kind == LAB_NOMINAL ? "nominal" : "field");
	for (int c = 0; c < LAB_N_COLUMNS; c++) {
		enum lab_column column = (enum lab_column)c;
		double worst = lab_table_percentile(&table, column, 1);
		double allowed = slack[c] * lab_limit(kind, i_mat, column);

		if (!(worst <= allowed))
			fail_msg("%s: %.3f, allowed %.3f", lab_column_title(column),
				worst, allowed);
	}
}

static void test_nominal_10_mm(void **state)
{
	(void)state;
	hold_to_table(LAB_NOMINAL, 0);
}

static void test_nominal_15_mm(void **state)
{
	(void)state;
	hold_to_table(LAB_NOMINAL, 1);
}

static void test_field_10_mm(void **state)
{
	(void)state;
	hold_to_table(LAB_FIELD, 0);
}

static void test_field_15_mm(void **state)
{
	(void)state;
	hold_to_table(LAB_FIELD, 1);
}

/* Counts alone are as wrong as the literature says: else the sheets are too tame to prove anything. */
static void test_counts_are_wrong(void **state)
{
	(void)state;
	run(LAB_NOMINAL, LAB_RAW, 0);
	lab_table_print(&table, "counts over zero");
	assert_true(lab_table_mean(&table, LAB_VELOCITY_PERCENT) < -15);
	assert_true(lab_table_mean(&table, LAB_AREA_PERCENT) < -30);
	assert_true(lab_table_mean(&table, LAB_BIAS_MM) > 1);
}

/* Without the staircase the field's loss of velocity is not undone, but told, and held by the interval. */
static void test_loss_is_told(void **state)
{
	struct lab_stance *stance = stand(0);
	struct lab_outcome *out;
	struct lab_case c;

	(void)state;
	lab_case_draw(&c, LAB_FIELD, LAB_WHOLE, &lab_mats[0], 2);
	out = calibrate(&c, stance);
	printf("  velocity %.2f %%, told to be %.2f %% low, +-%.2f %%\n",
		100 * out->errors[0].velocity_frac,
		100 * out->model.budget.velocity_bias_frac,
		200 * out->model.budget.velocity_frac);
	assert_true(out->model.budget.velocity_bias_frac >= 0.05);
	assert_true(fabs((1 + out->errors[0].velocity_frac) /
				    (1 - out->model.budget.velocity_bias_frac) -
			    1) < 2 * out->model.budget.velocity_frac);
	free(out);
	lab_stance_free(stance);
}

/* Discs that stand where others stood read what those left, in some of their cells and fading: a sheet that creeps and lags as
 * in the field and has nothing else wrong must come back. (As if all cells of a disc had carried alike, this one drifted by
 * 3 % in a minute.) */
static void test_loads_that_overlap(void **state)
{
	struct lab_stance *stance = stand(0);
	struct lab_outcome *out;
	struct lab_case c;

	(void)state;
	lab_case_draw(&c, LAB_FIELD, LAB_STAIRCASE, &lab_mats[0], 5004);
	c.sheet.settle_sd = c.sheet.settle_cell_sd = c.sheet.exponent_sd = 0;
	c.sheet.creep_sd = c.sheet.row_leak = c.sheet.col_leak = 0;
	c.sheet.warm_frac = c.sheet.zero_drift_cnt = 0;
	c.plan.rim_frac = c.plan.roll_tilt_frac = c.plan.roll_hand_frac = 0;
	out = calibrate(&c, stance);
	printf("  overlapping: drift %.2f %%, force %.2f %%, velocity %.2f %%\n",
		100 * out->errors[0].drift_frac, 100 * out->errors[0].force_frac,
		100 * out->errors[0].velocity_frac);
	assert_true(fabs(out->errors[0].drift_frac) < 0.005);
	assert_true(fabs(out->errors[0].force_frac) < 0.02);
	free(out);
	lab_stance_free(stance);
}

/* Two minutes of creep where the staircase stood a little before: what it left, level by level, is told from what creeps now.
 * (As if its last mass had stood there all the time, this sheet drifted by 0.3 % in a minute.) */
static void test_creep_on_used_cells(void **state)
{
	struct lab_stance *stance = stand(0);
	struct lab_outcome *out;
	struct lab_case c;

	(void)state;
	lab_case_draw(&c, LAB_NOMINAL, LAB_STAIRCASE, &lab_mats[0], 13);
	c.plan.creep_disc = c.plan.stairs_disc;
	out = calibrate(&c, stance);
	printf("  creep on used cells: drift %.2f %%\n",
		100 * out->errors[0].drift_frac);
	assert_true(fabs(out->errors[0].drift_frac) < 0.002);
	free(out);
	lab_stance_free(stance);
}

/* Whether the fit of a printed sheet does. */
static bool asks_for_light(bool is_short)
{
	struct lab_outcome *out;
	struct lab_case c;
	bool asks = false;

	lab_case_draw(&c, LAB_NOMINAL, LAB_STAIRCASE, &lab_mats[0], 1);
	c.sheet.curve = LAB_PRINTED;
	c.sheet.actuation_kpa = 2;
	if (is_short)
		lab_plan_short(&c.plan);
	out = calibrate(&c, NULL);
	for (int k = 0; k < out->report.n_problems; k++)
		asks |= strstr(out->report.problems[k].text, "broad disc") != NULL;
	free(out);
	return asks;
}

/* The rims of feet rest on light loads, where the curve bends: without one the technician is asked for it. */
static void test_a_light_load_is_asked_for(void **state)
{
	(void)state;
	assert_false(asks_for_light(false));
	assert_true(asks_for_light(true));
}

/* A degree askew, as hands push it: gains and curve must not suffer. (As if all cells of a line were pressed at once, gains cost
 * such sheets 2 % of force, up to 4.) */
static void test_a_roller_askew(void **state)
{
	struct lab_stance *stance = stand(0);
	struct lab_outcome *out;
	struct lab_case c;

	(void)state;
	lab_case_draw(&c, LAB_NOMINAL, LAB_STAIRCASE, &lab_mats[0], 3);
	c.plan.roll_askew = 0.0175;
	out = calibrate(&c, stance);
	printf("  askew: COP %.2f mm, force %.2f %%, velocity %.2f %%\n",
		out->errors[0].cop_mm, 100 * out->errors[0].force_frac,
		100 * out->errors[0].velocity_frac);
	assert_true(out->errors[0].cop_mm < 0.3);
	assert_true(fabs(out->errors[0].force_frac) < 0.01);
	assert_true(fabs(out->errors[0].velocity_frac) < 0.01);
	free(out);
	lab_stance_free(stance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_are_wrong),
		cmocka_unit_test(test_nominal_10_mm),
		cmocka_unit_test(test_nominal_15_mm),
		cmocka_unit_test(test_field_10_mm),
		cmocka_unit_test(test_field_15_mm),
		cmocka_unit_test(test_loss_is_told),
		cmocka_unit_test(test_loads_that_overlap),
		cmocka_unit_test(test_creep_on_used_cells),
		cmocka_unit_test(test_a_light_load_is_asked_for),
		cmocka_unit_test(test_a_roller_askew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
