/* Dead lines and cells: found under load, not in natural gaps, filled from their neighbours. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/defect.h"

static const struct mat_geometry grid = { 20, 20, 10.0, 10.0 };
static float v[400];
static struct defect_fill fills[400];
static struct defect defect;

static void fresh(void)
{
	memset(v, 0, sizeof(v));
	for (int row = 4; row < 16; row++)
		for (int col = 5; col < 12; col++)
			v[row * 20 + col] = (float)(1 + row);
	defect_init(&defect, fills, 400);
}

static void nothing_is_found_where_all_lives(void **state)
{
	(void)state;
	fresh();
	defect_find(&defect, v, &grid);
	assert_int_equal(defect.n_fills, 0);
	assert_true(defect_fill(&defect, v) == 0.0);
}

/* On a ramp both ways of filling are exact. */
static void a_dead_row_is_bridged(void **state)
{
	(void)state;
	fresh();
	memset(v + 9 * 20, 0, 20 * sizeof(*v));
	defect_find(&defect, v, &grid);
	assert_int_equal(defect.n_fills, 20);
	assert_true(fabs(defect_fill(&defect, v) - 7 * 10.0) < 1e-3);
	assert_true(fabsf(v[9 * 20 + 8] - 10.0f) < 1e-5f);
	assert_true(v[9 * 20 + 4] == 0.0f);
}

static void a_dead_column_and_two_rows(void **state)
{
	(void)state;
	fresh();
	for (int row = 0; row < 20; row++)
		v[row * 20 + 8] = 0.0f;
	defect_find(&defect, v, &grid);
	defect_fill(&defect, v);
	assert_true(fabsf(v[10 * 20 + 8] - 11.0f) < 1e-4f);
	fresh();
	memset(v + 9 * 20, 0, 40 * sizeof(*v));
	defect_find(&defect, v, &grid);
	defect_fill(&defect, v);
	assert_true(fabsf(v[9 * 20 + 8] - 10.0f) < 1e-4f);
	assert_true(fabsf(v[10 * 20 + 8] - 11.0f) < 1e-4f);
}

static void a_line_that_ever_lived_is_not_dead(void **state)
{
	(void)state;
	fresh();
	defect_find(&defect, v, &grid);
	memset(v + 9 * 20, 0, 20 * sizeof(*v));
	defect_find(&defect, v, &grid);
	assert_int_equal(defect.n_fills, 0);
}

static void a_natural_gap_is_left_alone(void **state)
{
	(void)state;
	fresh();
	for (int col = 5; col < 12; col++) { /* an arch: load fades towards row 9 */
		v[9 * 20 + col] = 0.0f;
		v[8 * 20 + col] = v[10 * 20 + col] = 0.5f;
	}
	defect_find(&defect, v, &grid);
	assert_int_equal(defect.n_fills, 0);
}

static void a_dead_cell_takes_its_neighbours_mean(void **state)
{
	(void)state;
	fresh();
	v[10 * 20 + 8] = 0.0f;
	defect_find(&defect, v, &grid);
	assert_int_equal(defect.n_fills, 1);
	defect_fill(&defect, v);
	assert_true(fabsf(v[10 * 20 + 8] - 11.0f) < 1e-4f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_found_where_all_lives),
		cmocka_unit_test(a_dead_row_is_bridged),
		cmocka_unit_test(a_dead_column_and_two_rows),
		cmocka_unit_test(a_line_that_ever_lived_is_not_dead),
		cmocka_unit_test(a_natural_gap_is_left_alone),
		cmocka_unit_test(a_dead_cell_takes_its_neighbours_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
