/* The noise of cells, and what is said of them: normal noise is told as its standard deviation, a step of
 * somebody's is forgotten, and what stands at full scale or flickers is found. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "ui/screens/cells.h"

#define SIDE 16
#define SD   3.0

static struct cells cells;

static void begin(void)
{
	cells = (struct cells){ .geometry = { SIDE, SIDE, 10, 10 },
		.full_scale = 4095 };
	cells_restart(&cells);
}

/* Frames of normal noise; cell 5 is full, 7 flickers between two values, 9 carries `load`. */
static void feed(struct rng *rng, int n, int load)
{
	uint16_t counts[SIDE * SIDE];

	for (int k = 0; k < n; k++) {
		for (int i = 0; i < SIDE * SIDE; i++)
			counts[i] = (uint16_t)lrint(400 + SD * rng_normal(rng));
		counts[5] = 4090;
		counts[7] = k % 2 ? 500 : 400;
		counts[9] = (uint16_t)(counts[9] + load);
		cells_take(&cells, counts);
	}
	cells_judge(&cells);
}

static void test_noise(void **state)
{
	struct rng rng;
	double sum = 0;

	(void)state;
	rng_init(&rng, 1, 0);
	begin();
	assert_true(isnan(cells_noise(&cells, 0)));
	feed(&rng, 400, 0);
	for (int i = 20; i < 220; i++)
		sum += cells_noise(&cells, i) / 200;
	assert_true(fabs(sum / SD - 1) < 0.03);
	assert_true(fabs(cells.usual_noise / SD - 1) < 0.05);
	assert_true(cells.cell[20].min < 398 && cells.cell[20].max > 402);
	assert_int_equal(cells_state(&cells, 20), CELLS_OK);
	assert_int_equal(cells_state(&cells, 5), CELLS_STUCK);
	assert_int_equal(cells_state(&cells, 7), CELLS_NOISY);
}

static void test_a_step_is_forgotten(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 2, 0);
	begin();
	feed(&rng, 200, 0);
	feed(&rng, 1, 600);
	assert_true(cells_noise(&cells, 9) > SD);
	feed(&rng, 200, 600);
	assert_int_equal(cells_state(&cells, 9), CELLS_OK);
	assert_true(cells.cell[9].max > 990);
}

static void test_what_the_calibration_knows(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 3, 0);
	begin();
	cells.cell[5].known = CELLS_DEAD;
	cells.cell[30].known = CELLS_UNCOVERED;
	feed(&rng, CELLS_LEAST_FRAMES - 1, 0);
	assert_true(isnan(cells.usual_noise));
	assert_int_equal(cells_state(&cells, 7), CELLS_OK); /* too early to say */
	feed(&rng, 100, 0);
	assert_int_equal(cells_state(&cells, 5), CELLS_DEAD);
	assert_int_equal(cells_state(&cells, 30), CELLS_UNCOVERED);
	cells_restart(&cells);
	assert_int_equal(cells_state(&cells, 30), CELLS_UNCOVERED);
	assert_int_equal(cells_state(&cells, 7), CELLS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_a_step_is_forgotten),
		cmocka_unit_test(test_what_the_calibration_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
