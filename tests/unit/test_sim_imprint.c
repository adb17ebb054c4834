/* What the cells get is what the sole gives, wherever the foot stands. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hw/sim/imprint.h"
#include "src/base/rng.h"

#define SEED 43u

static const struct sole_shape adult = {
	.left = true, .length_mm = 250, .width_mm = 95, .arch_frac = 0.5
};
static const struct mat_geometry grids[] = { { 48, 48, 10, 10 }, { 32, 32, 15, 15 },
	{ 64, 64, 8, 8 }, { 60, 40, 12, 8 } };
static double cells_n[64 * 64];

struct image {
	double force, x, y;
};

static struct image look(const struct mat_geometry *g)
{
	struct image im = { 0 };

	for (int i = 0; i < geometry_n_cells(g); i++) {
		im.force += cells_n[i];
		im.x += cells_n[i] * geometry_x_mm(g, i % g->n_cols);
		im.y += cells_n[i] * geometry_y_mm(g, i / g->n_cols);
	}
	im.x /= im.force;
	im.y /= im.force;
	return im;
}

static void press(struct sole *s, const struct imprint_pose *pose,
	const struct mat_geometry *g, struct imprint_load *load)
{
	struct imprint im;

	memset(cells_n, 0, sizeof(cells_n));
	assert_int_equal(imprint_init(&im, s, pose, g), 0);
	imprint_add(&im, s, cells_n, load);
	imprint_fini(&im);
}

static void frames_turn_there_and_back(void **state)
{
	struct imprint_pose right = { { 10, 20 }, M_PI / 2 };
	struct pos_mm p = imprint_to_mat(&right, (struct pos_mm){ 1, 100 }), q;

	(void)state;
	/* turned to the right by 90 degrees, forward is +x and the foot's right is -y */
	assert_true(fabs(p.x - 110) < 1e-9 && fabs(p.y - 19) < 1e-9);
	q = imprint_to_foot(&right, p);
	assert_true(fabs(q.x - 1) < 1e-9 && fabs(q.y - 100) < 1e-9);
}

/* Truth comes from the sole: nothing is lost, and the cells' COP differs by pitch alone. */
static void cells_agree_with_the_truth(void **state)
{
	struct sole *s = NULL;
	double worst[4] = { 0 };
	struct rng rng;

	(void)state;
	printf("seed %u\n", SEED);
	rng_init(&rng, SEED, 0);
	assert_int_equal(sole_new(&adult, &s), 0);
	for (int n = 0; n < 200; n++) {
		const struct mat_geometry *g = &grids[n % 4];
		struct imprint_pose pose = { { rng_between(&rng, -60, 60),
						     rng_between(&rng, -130, -60) },
			rng_between(&rng, -0.4, 0.4) };
		struct pos_mm asked = { rng_between(&rng, -10, 10),
			rng_between(&rng, 70, 160) };
		struct pos_mm applied = sole_press(s, 500, asked), mat;
		struct imprint_load load;
		struct image im;

		press(s, &pose, g, &load);
		im = look(g);
		mat = imprint_to_mat(&pose, applied);
		assert_true(fabs(load.force_n - 500) < 1e-6 && load.off_n == 0);
		assert_true(fabs(im.force - 500) < 1e-6);
		assert_true(hypot(load.cop.x - mat.x, load.cop.y - mat.y) < 1e-6);
		worst[n % 4] = fmax(worst[n % 4], hypot(im.x - mat.x, im.y - mat.y));
	}
	printf("worst COP error of the cells: 10 mm %.4f, 15 mm %.4f, 8 mm %.4f, 12 x "
	       "8 mm "
	       "%.4f mm\n",
		worst[0], worst[1], worst[2], worst[3]);
	for (int i = 0; i < 4; i++)
		assert_true(worst[i] < 0.1);
	sole_free(s);
}

/* One square of the sole over four cells, shared 9 : 3 : 3 : 1. */
static void shares_a_point_by_area(void **state)
{
	const struct mat_geometry g = { 2, 2, 200, 300 };
	struct sole *s = NULL;
	struct imprint_pose pose;
	struct imprint_load load;
	int i, k;

	(void)state;
	assert_int_equal(sole_new(&adult, &s), 0);
	i = s->n_u / 2;
	k = s->n_v / 8;
	memset(s->force_n, 0, (size_t)s->n_u * (size_t)s->n_v * sizeof(double));
	s->force_n[k * s->n_u + i] = 16;
	/* its centre a quarter of its side right of and ahead of the mat's centre */
	pose = (struct imprint_pose){ { 0.25 * SOLE_PITCH_MM - sole_u_mm(s, i),
					      0.25 * SOLE_PITCH_MM - sole_v_mm(s, k) },
		0 };
	press(s, &pose, &g, &load);
	assert_true(fabs(cells_n[1] - 9) < 1e-9);
	assert_true(fabs(cells_n[0] - 3) < 1e-9);
	assert_true(fabs(cells_n[3] - 3) < 1e-9);
	assert_true(fabs(cells_n[2] - 1) < 1e-9);
	sole_free(s);
}

/* Half a foot beside the mat: the truth is what presses on the mat, the rest is told apart. */
static void what_hangs_over_the_edge_is_not_on_the_mat(void **state)
{
	const struct mat_geometry *g = &grids[0];
	struct imprint_pose pose = { { 240, -100 }, 0.1 };
	struct imprint_load load;
	struct sole *s = NULL;
	struct image im;

	(void)state;
	assert_int_equal(sole_new(&adult, &s), 0);
	sole_press(s, 300, s->neutral);
	press(s, &pose, g, &load);
	im = look(g);
	assert_true(load.force_n > 20 && load.off_n > 20);
	assert_true(fabs(load.force_n + load.off_n - 300) < 1e-6);
	assert_true(fabs(im.force - load.force_n) < 1e-6);
	assert_true(hypot(im.x - load.cop.x, im.y - load.cop.y) < 1.0);
	assert_true(load.cop.x < 240);
	pose.heel.x = 1000;
	press(s, &pose, g, &load);
	assert_true(load.force_n == 0 && isnan(load.cop.x));
	sole_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_turn_there_and_back),
		cmocka_unit_test(cells_agree_with_the_truth),
		cmocka_unit_test(shares_a_point_by_area),
		cmocka_unit_test(what_hangs_over_the_edge_is_not_on_the_mat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
