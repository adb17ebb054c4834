/* The zero in daily use: told when it moves, and not fooled by whoever stood there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "calibration/select.h"
#include "calibration/zero_watch.h"
#include "src/base/rng.h"

#define SIDE  32
#define CELLS (SIDE * SIDE)
#define SEED  7

static float the_map[CELLS];

struct mat {
	struct zero_watch watch;
	struct rng rng;
	double t_s;
	int n_changes;
};

static void set_up(struct mat *mat)
{
	*mat = (struct mat){ .t_s = 100 };
	rng_init(&mat->rng, SEED, 0);
	for (int i = 0; i < CELLS; i++)
		the_map[i] = (float)(30 + 10 * rng_normal(&mat->rng));
}

/* Frames for so long: every cell off by `shift`, the first 150 by `feet` more. */
static void run(
	struct mat *mat, double seconds, double shift, double feet, bool is_empty)
{
	struct sensor_zero zero = { .map_cnt = the_map, .noise_cnt = 1.5f };

	for (int i = 0; i < seconds * 10; i++, mat->t_s += 0.1) {
		uint16_t cells[CELLS];
		struct raw_frame frame = { .t_ns = (int64_t)(mat->t_s * 1e9),
			.cells = cells };

		for (int k = 0; k < CELLS; k++)
			cells[k] = (uint16_t)fmax(
				0, floor((double)the_map[k] + shift +
					   (k < 150 ? feet : 0) +
					   1.5 * rng_normal(&mat->rng) + 0.5));
		mat->n_changes +=
			zero_watch_push(&mat->watch, &frame, &zero, CELLS, is_empty);
	}
}

static void says_nothing_of_a_zero_that_holds(void **state)
{
	struct mat mat;

	(void)state;
	set_up(&mat);
	run(&mat, 30, 0, 0, true);
	assert_true(
		isnan(mat.watch.moved_cnt)); /* who knows who stood there just before */
	run(&mat, 45, 0, 0, true);
	assert_true(fabs(mat.watch.moved_cnt) < 0.2);
	assert_false(mat.watch.has_moved);
	assert_int_equal(mat.n_changes, 0);
}

static void tells_a_zero_that_moved(void **state)
{
	struct mat mat;

	(void)state;
	set_up(&mat);
	run(&mat, 75, 1.0, 0, true); /* less than the limit of 1.5 */
	assert_false(mat.watch.has_moved);
	assert_true(fabs(mat.watch.moved_cnt - 1.0) < 0.2);
	run(&mat, 21, -2.5, 0, true);
	assert_true(mat.watch.has_moved);
	assert_int_equal(mat.n_changes, 1);
	assert_true(fabs(mat.watch.moved_cnt + 2.5) < 0.3);
	assert_true(fabs(mat.watch.moved_sds + 2.5 / 1.5) < 0.2);
	run(&mat, 21, 0, 0, true);
	assert_false(mat.watch.has_moved);
	assert_int_equal(mat.n_changes, 2);
}

static void judges_nothing_while_loaded(void **state)
{
	struct mat mat;

	(void)state;
	set_up(&mat);
	run(&mat, 75, 0, 0, true);
	run(&mat, 300, 20, 500, false);
	assert_int_equal(mat.n_changes, 0);
	assert_false(mat.watch.has_moved);
	/* nor in the minute after: what creep leaves is not the zero */
	run(&mat, 59, 20, 0, true);
	assert_int_equal(mat.n_changes, 0);
	run(&mat, 15, 0, 0, true);
	assert_false(mat.watch.has_moved);
	/* nor of the feet's own cells, however long they take */
	run(&mat, 60, 0, 40, true);
	assert_false(mat.watch.has_moved);
	assert_int_equal(mat.n_changes, 0);
}

static void selects_like_a_sort(void **state)
{
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 1);
	for (int n = 1; n < 200; n++) {
		float values[200], copy[200];
		int k = (int)(rng_u64(&rng) % (uint64_t)n), below = 0, same = 0;
		float found;

		for (int i = 0; i < n; i++)
			values[i] = copy[i] = (float)(rng_u64(&rng) % 50);
		found = select_kth(values, n, k);
		for (int i = 0; i < n; i++) {
			below += copy[i] < found;
			same += !(copy[i] < found) && !(copy[i] > found);
		}
		assert_true(below <= k && k < below + same);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_nothing_of_a_zero_that_holds),
		cmocka_unit_test(tells_a_zero_that_moved),
		cmocka_unit_test(judges_nothing_while_loaded),
		cmocka_unit_test(selects_like_a_sort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
