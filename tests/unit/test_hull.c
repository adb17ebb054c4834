/* Hulls by hand, and against every pair and every triangle of random points. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/carve.h"
#include "src/core/sway/hull.h"

#define SEED  20261129
#define MAX_N 3000

static double x[MAX_N], y[MAX_N];
static struct hull_point corners[2 * MAX_N];

/* Copies the corners out, so that the memory can go. */
static int find(int n)
{
	size_t size = hull_size(n);
	void *memory = aligned_alloc(CARVE_ALIGNMENT, size);
	const struct hull_point *found;
	int n_corners;

	assert_non_null(memory);
	n_corners = hull_find(x, y, n, memory, &found);
	assert_true(n_corners >= 1 && n_corners < 2 * n);
	for (int i = 0; i < n_corners; i++)
		corners[i] = found[i];
	free(memory);
	return n_corners;
}

static double plain_diameter(int n)
{
	double most = 0.0;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			most = fmax(most, hypot(x[i] - x[j], y[i] - y[j]));
	return most;
}

static double turn(int i, int j, double px, double py)
{
	return (corners[j].x - corners[i].x) * (py - corners[i].y) -
	       (corners[j].y - corners[i].y) * (px - corners[i].x);
}

/* Every point is left of every edge, and every corner is a real one. */
static void check_hull(int n, int n_corners, double slack)
{
	for (int i = 0; i < n_corners && n_corners > 2; i++) {
		int next = (i + 1) % n_corners, after = (i + 2) % n_corners;

		assert_true(turn(i, next, corners[after].x, corners[after].y) > 0.0);
		for (int k = 0; k < n; k++)
			assert_true(turn(i, next, x[k], y[k]) >= -slack);
	}
}

static void set(int i, double px, double py)
{
	x[i] = px;
	y[i] = py;
}

/* A rectangle of 4 by 3 with points inside, on its edges and twice on a corner. */
static void a_rectangle(void **state)
{
	static const double points[][2] = { { 2, 1 }, { 4, 3 }, { 0, 0 }, { 2, 0 },
		{ 4, 0 }, { 0, 3 }, { 4, 1.5 }, { 0, 0 }, { 1, 2 }, { 3, 3 } };

	(void)state;
	for (int i = 0; i < 10; i++)
		set(i, points[i][0], points[i][1]);
	assert_int_equal(find(10), 4);
	assert_true(hull_area(corners, 4) == 12.0);
	assert_true(hull_diameter(corners, 4) == 5.0);
}

static void few_points(void **state)
{
	(void)state;
	set(0, -3.0, 2.0);
	assert_int_equal(find(1), 1);
	assert_true(hull_area(corners, 1) == 0.0 && hull_diameter(corners, 1) == 0.0);
	set(1, -3.0, 2.0);
	set(2, -3.0, 2.0);
	assert_int_equal(find(3), 1);
	set(1, 0.0, 6.0);
	assert_int_equal(find(2), 2);
	assert_true(hull_area(corners, 2) == 0.0 && hull_diameter(corners, 2) == 5.0);
	set(2, 0.0, 2.0);
	assert_int_equal(find(3), 3);
	assert_true(hull_area(corners, 3) == 6.0 && hull_diameter(corners, 3) == 5.0);
}

static void points_on_a_line(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++)
		set(i, (i * 7) % 50, 2.0 * ((i * 7) % 50) - 5.0);
	assert_int_equal(find(50), 2);
	assert_true(hull_area(corners, 2) == 0.0);
	assert_true(hull_diameter(corners, 2) == hypot(49.0, 98.0));
	for (int i = 0; i < 50; i++)
		set(i, 1.0, i % 9);
	assert_int_equal(find(50), 2);
	assert_true(hull_diameter(corners, 2) == 8.0);
}

/* All points are corners, many pairs nearly as far apart as the farthest. */
static void a_circle(void **state)
{
	const double pi = 3.14159265358979323846;

	(void)state;
	for (int n = 3; n < 200; n++) {
		for (int i = 0; i < n; i++)
			set(i, cos(2.0 * pi * i / n), sin(2.0 * pi * i / n));
		assert_int_equal(find(n), n);
		assert_true(fabs(hull_area(corners, n) - 0.5 * n * sin(2.0 * pi / n)) <
			    1e-13);
		assert_true(
			fabs(hull_diameter(corners, n) - plain_diameter(n)) < 1e-15);
	}
}

/* Clouds, walks and coarse grids (many points alike or on one line). */
static void random_points(void **state)
{
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int round = 0; round < 150; round++) {
		int n = 1 + (int)rng_between(&rng, 0.0, round % 10 ? 60.0 : 600.0);
		int n_corners;

		for (int i = 0; i < n; i++) {
			set(i, rng_normal(&rng), rng_normal(&rng));
			if (round % 3 == 1 && i > 0)
				set(i, x[i] + x[i - 1], y[i] + y[i - 1]);
			if (round % 3 == 2)
				set(i, rint(2.0 * x[i]), rint(2.0 * y[i]));
		}
		n_corners = find(n);
		assert_true(n_corners <= n);
		check_hull(n, n_corners, 1e-12);
		assert_true(fabs(hull_diameter(corners, n_corners) -
				    plain_diameter(n)) <= 1e-14 * plain_diameter(n));
	}
}

/* Nearly on a line, all rounding; and numbers whose products overflow: no rule but to end, and to
 * stay within the memory (the sanitizers watch). */
static void hostile_points(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 2);
	for (int round = 0; round < 300; round++) {
		int n = 1 + (int)rng_between(&rng, 0.0, 200.0), n_corners;

		for (int i = 0; i < n; i++) {
			double along = rng_normal(&rng);

			set(i, 0.1 * along,
				0.3 * along * (1.0 + 1e-16 * rng_normal(&rng)));
			if (round % 3 == 2)
				set(i, 1e200 * along, 1e300 * rng_normal(&rng));
		}
		n_corners = find(n);
		if (round % 3 == 2)
			(void)hull_diameter(corners, n_corners);
		else
			assert_true(fabs(hull_diameter(corners, n_corners) -
					    plain_diameter(n)) <=
				    1e-14 * plain_diameter(n));
	}
}

/* Turned, shifted, mirrored: the same area and diameter. */
static void moves_keep_it(void **state)
{
	struct rng rng;
	double area, diameter;
	int n = 500, n_corners;

	(void)state;
	rng_init(&rng, SEED, 1);
	for (int i = 0; i < n; i++)
		set(i, 3.0 * rng_normal(&rng), rng_normal(&rng));
	n_corners = find(n);
	area = hull_area(corners, n_corners);
	diameter = hull_diameter(corners, n_corners);
	for (int i = 0; i < n; i++)
		set(i, 10.0 - (0.6 * x[i] - 0.8 * y[i]), 0.8 * x[i] + 0.6 * y[i]);
	assert_int_equal(find(n), n_corners);
	assert_true(fabs(hull_area(corners, n_corners) / area - 1.0) < 1e-13);
	assert_true(fabs(hull_diameter(corners, n_corners) / diameter - 1.0) < 1e-14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rectangle),
		cmocka_unit_test(few_points),
		cmocka_unit_test(points_on_a_line),
		cmocka_unit_test(a_circle),
		cmocka_unit_test(random_points),
		cmocka_unit_test(hostile_points),
		cmocka_unit_test(moves_keep_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
