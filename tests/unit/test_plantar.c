/* How the load lies under a foot: pictures drawn by hand, and the simulator's flat and high arches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/core/carve.h"
#include "src/core/trial/plantar.h"
#include "tests/support/stage.h"

#define SIDE 32

static const struct mat_geometry fine = { SIDE, SIDE, 8, 8 };

static struct plantar plantar;
static uint8_t labels[SIDE * SIDE];
static float values[SIDE * SIDE];
static void *memory;

static int setup(void **state)
{
	size_t size = (plantar_size(&fine) + CARVE_ALIGNMENT - 1) / CARVE_ALIGNMENT *
		      CARVE_ALIGNMENT;

	(void)state;
	memory = aligned_alloc(CARVE_ALIGNMENT, size);
	plantar_init(&plantar, &fine, memory);
	memset(labels, 0, sizeof(labels));
	memset(values, 0, sizeof(values));
	return memory ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

/* A straight foot of 30 rows, 12 columns about the axis x = -64 mm: columns 2 to 13 of 32, heel at the rear. */
static void press(int row, int col, float load, uint8_t label)
{
	labels[row * SIDE + col] = label;
	values[row * SIDE + col] = load;
}

static struct plantar_load measure(int is_right)
{
	const struct plantar_foot foot = { is_right, { -64, -120 }, { 0, 1 }, 240 };

	return plantar_measure(&plantar, &foot);
}

/* 240 mm, toes beyond 196.8: thirds of 65.6 mm. Rows of 8 mm whose middles lie 4, 12, ... mm from the heel: 8 rows
 * in each third. */
static void test_thirds_and_sides_by_hand(void **state)
{
	(void)state;
	for (int k = 0; k < 30; k++)
		for (int col = 2; col < 14; col++) {
			int is_middle = k >= 8 && k < 16;

			/* the middle third touches with its outer half alone */
			if (is_middle && col >= 8)
				continue;
			press(30 - k, col, col < 8 ? 1.0f : 2.0f, 1);
		}
	plantar_add(&plantar, labels, values);
	/* 48 of 96 + 48 + 96 cells; the last third holds k = 16..24, 9 rows: 108 */
	assert_true(fabs(measure(0).arch_index - 48.0 / (96 + 48 + 108)) < 1e-12);
	/* right of a left foot's axis is inside: 22 rows of 6 cells of 2 against 30 of 1 */
	assert_true(fabs(measure(0).medial_lateral -
			    (22 * 6 * 2.0 - 30 * 6) / (22 * 6 * 2.0 + 30 * 6)) < 1e-9);
	assert_true(isnan(measure(1).medial_lateral));
}

static void test_nothing_seen_is_nothing_said(void **state)
{
	(void)state;
	assert_true(isnan(measure(0).arch_index));
	assert_true(isnan(measure(0).medial_lateral));
}

static double arch_of(double arch_frac, double pitch_mm)
{
	struct stage stage;
	double index;

	stage_defaults(&stage, "quiet-eo");
	stage.scene.geometry = (struct mat_geometry){ 64, 64, pitch_mm, pitch_mm };
	stage.scene.person.arch_frac = arch_frac;
	stage.rate_hz = 50;
	stage.duration_s = 2;
	stage.settle_s = 1;
	assert_int_equal(stage_play(&stage, ""), 0);
	index = stage.record.phases[0].value[METRIC_ARCH_INDEX_LEFT];
	assert_true(
		fabs(stage.record.phases[0].value[METRIC_MEDIAL_LATERAL_RIGHT]) < 1);
	stage_close(&stage);
	return index;
}

/* A flat foot touches more with its middle than a high one. */
static void test_arches_are_told_apart_on_fine_cells(void **state)
{
	double flat, usual, high;

	(void)state;
	flat = arch_of(0.0, 8);
	usual = arch_of(0.5, 8);
	high = arch_of(0.9, 8);
	print_message(
		"  arch index: flat %.3f, usual %.3f, high %.3f\n", flat, usual, high);
	assert_true(flat > usual && usual > high);
	assert_true(high < 0.21);
	assert_true(isnan(arch_of(0.5, 10)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_thirds_and_sides_by_hand, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nothing_seen_is_nothing_said, setup, teardown),
		cmocka_unit_test(test_arches_are_told_apart_on_fine_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
