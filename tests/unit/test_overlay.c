/* Feet laid on feet: what was moved comes to lie on what it was moved from, and what is left is the load that changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/rng.h"
#include "src/base/units.h"
#include "src/core/carve.h"
#include "src/core/trial/overlay.h"
#include "tests/support/pads.h"

#define SIDE    56
#define N_CELLS (SIDE * SIDE)
#define SEED    20

static const struct mat_geometry mat = { SIDE, SIDE, 9, 9 };

static const struct pads_person standing = PADS_STANDING;

/* --- the two pictures ------------------------------------------------------------------------ */

struct bench {
	struct overlay a, b;
	void *memory[2];
	float cells[2][N_CELLS], onto[N_CELLS];
	struct overlay_off off[2];
};
static struct bench *bench;

static int setup(void **state)
{
	size_t size = overlay_size(&mat);

	(void)state;
	bench = calloc(1, sizeof(*bench));
	assert_non_null(bench);
	assert_true(size > 0);
	for (int i = 0; i < 2; i++) {
		bench->memory[i] = aligned_alloc(CARVE_ALIGNMENT, size);
		assert_non_null(bench->memory[i]);
		memset(bench->memory[i], 0xa5, size);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(bench->memory[0]);
	free(bench->memory[1]);
	free(bench);
	return 0;
}

static int take(struct overlay *o, int i, const struct pads_person *who)
{
	pads_draw(who, &mat, bench->cells[i]);
	return overlay_init(
		o, &mat, bench->cells[i], bench->memory[i], overlay_size(&mat));
}

static int lay(const struct pads_person *b, const struct pads_person *a)
{
	assert_int_equal(take(&bench->a, 0, a), 0);
	assert_int_equal(take(&bench->b, 1, b), 0);
	return overlay_onto(&bench->b, &bench->a, bench->onto, bench->off);
}

static double most(const float *cells)
{
	double highest = 0;

	for (int i = 0; i < N_CELLS; i++)
		highest = fmax(highest, (double)cells[i]);
	return highest;
}

/* Half of what lies elsewhere, permille of all. */
static double misplaced(const float *x, const float *y)
{
	double sum = 0;

	for (int i = 0; i < N_CELLS; i++)
		sum += 0.5 * fabs((double)x[i] - (double)y[i]);
	return sum;
}

static double total(const float *cells)
{
	double sum = 0;

	for (int i = 0; i < N_CELLS; i++)
		sum += (double)cells[i];
	return sum;
}

static void near(double got, double expected, double tolerance)
{
	if (!(fabs(got - expected) <= tolerance))
		fail_msg("%.6g is not %.6g within %g", got, expected, tolerance);
}

/* --- cases ----------------------------------------------------------------------------------- */

static void the_feet_are_found(void **state)
{
	const struct overlay_foot *f = bench->a.foot;

	(void)state;
	assert_int_equal(take(&bench->a, 0, &standing), 0);
	near(total(bench->a.cells), OVERLAY_TOTAL, 0.01);
	near(f[0].load, 1000.0 * 380 / 710, 8);
	near(f[0].load + f[1].load, OVERLAY_TOTAL, 0.01);
	for (int side = 0; side < 2; side++) {
		/* the axis of a model foot, not the drawn one */
		near(f[side].heel_mm.x, standing.foot[side].heel_x_mm, 20);
		near(f[side].direction_deg, standing.foot[side].direction_deg, 8);
	}
}

static void a_picture_lies_on_itself(void **state)
{
	(void)state;
	assert_int_equal(lay(&standing, &standing), 0);
	near(misplaced(bench->onto, bench->a.cells), 0, 1e-3);
	for (int side = 0; side < 2; side++) {
		near(bench->off[side].dx_mm, 0, 1e-6);
		near(bench->off[side].dy_mm, 0, 1e-6);
		near(bench->off[side].angle_deg, 0, 1e-6);
	}
}

/* The same stance anywhere on the mat, and pressed any harder, is the same picture. */
static void where_the_person_stood_does_not_matter(void **state)
{
	double worst = 0;
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 0);
	for (int i = 0; i < 12; i++) {
		struct pads_person other = pads_gone(standing,
			60 * rng_uniform(&rng) - 30, 60 * rng_uniform(&rng) - 30,
			16 * rng_uniform(&rng) - 8);

		other.foot[0].load *= 3;
		other.foot[1].load *= 3;
		assert_int_equal(lay(&other, &standing), 0);
		worst = fmax(worst, misplaced(bench->onto, bench->a.cells));
		near(total(bench->onto), OVERLAY_TOTAL, 0.01);
		for (int side = 0; side < 2; side++) {
			near(bench->off[side].dx_mm, 0, 2.5);
			near(bench->off[side].dy_mm, 0, 2.5);
			near(bench->off[side].angle_deg, 0, 1.5);
		}
	}
	printf("seed %d: at most %.1f permille misplaced of feet that only moved\n",
		SEED, worst);
	assert_true(worst < 25);
}

/* Signs and sizes: the left foot stands 14 mm farther out, turned 6 degrees outward; then 12 mm ahead. Of that the pair
 * as a whole takes part: by hand, of points (-90, 0), (-90, 200), (90, 0), (90, 200), it turns by 2160 / 72400 rad = 1.7
 * degrees to the left, which leaves 2 (6 - 2.7) = 6.6 mm. */
static void how_the_feet_stood_is_told(void **state)
{
	struct pads_person other = standing;

	(void)state;
	other.foot[0].heel_x_mm -= 14;
	other.foot[0].direction_deg -= 6;
	assert_int_equal(lay(&other, &standing), 0);
	/* whatever the pair as a whole is turned by, one foot is off by as much as the other is, the other way */
	near(bench->off[0].angle_deg - bench->off[1].angle_deg, -6, 1.5);
	assert_true(bench->off[0].dx_mm < bench->off[1].dx_mm - 8);
	assert_true(misplaced(bench->onto, bench->a.cells) < 25);
	/* the other way round */
	assert_int_equal(lay(&standing, &other), 0);
	near(bench->off[0].angle_deg - bench->off[1].angle_deg, 6, 1.5);
	assert_true(bench->off[0].dx_mm > bench->off[1].dx_mm + 8);
	other = standing;
	other.foot[0].heel_y_mm += 12;
	assert_int_equal(lay(&other, &standing), 0);
	near(bench->off[0].dy_mm - bench->off[1].dy_mm, 6.6, 1.5);
	near(bench->off[0].angle_deg, -1.7, 1.0);
	near(bench->off[1].angle_deg, -1.7, 1.0);
}

/* What changed is found where it is, by how much it is: nothing draws a foot towards the load that it lost. */
static void a_change_of_load_is_what_is_left(void **state)
{
	static float truth[N_CELLS];
	struct pads_person changed = standing, seen;
	double ahead = 0, expected = 0;

	(void)state;
	changed.foot[0].fore = 0.25;
	changed.foot[1].load = 380;
	assert_int_equal(lay(&changed, &standing), 0);
	for (int i = 0; i < N_CELLS; i++)
		truth[i] = bench->b.cells[i] - bench->a.cells[i];
	seen = pads_gone(changed, 25, -17, 5);
	assert_int_equal(lay(&seen, &standing), 0);
	for (int i = 0; i < N_CELLS; i++) {
		bool is_left_fore =
			i % SIDE < SIDE / 2 && geometry_y_mm(&mat, i / SIDE) > 40;

		near((double)(bench->onto[i] - bench->a.cells[i]), (double)truth[i],
			0.12 * most(bench->a.cells));
		if (is_left_fore) {
			ahead += (double)(bench->onto[i] - bench->a.cells[i]);
			expected += (double)truth[i];
		}
	}
	printf("left forefoot: %+.1f permille, in truth %+.1f\n", ahead, expected);
	assert_true(expected > 20);
	near(ahead, expected, 0.2 * expected);
	near(bench->b.foot[1].load, 500, 15);
}

static void mirrored_people_give_mirrored_pictures(void **state)
{
	static float plain[N_CELLS];
	struct pads_person other = pads_gone(standing, 11, 6, 4),
			   pair[2] = { standing, other };
	struct overlay_off off[2];

	(void)state;
	assert_int_equal(lay(&other, &standing), 0);
	memcpy(plain, bench->onto, sizeof(plain));
	memcpy(off, bench->off, sizeof(off));
	for (int i = 0; i < 2; i++) {
		struct pads_foot left = pair[i].foot[0];

		pair[i].foot[0] = pair[i].foot[1];
		pair[i].foot[1] = left;
		for (int side = 0; side < 2; side++) {
			pair[i].foot[side].heel_x_mm *= -1;
			pair[i].foot[side].direction_deg *= -1;
		}
	}
	assert_int_equal(lay(&pair[1], &pair[0]), 0);
	for (int row = 0; row < SIDE; row++)
		for (int col = 0; col < SIDE; col++)
			near((double)bench->onto[row * SIDE + col],
				(double)plain[row * SIDE + SIDE - 1 - col],
				0.1 * most(plain));
	near(bench->off[0].dx_mm, -off[1].dx_mm, 1.5);
	near(bench->off[0].angle_deg, -off[1].angle_deg, 1.0);
}

static void another_stance_is_not_compared(void **state)
{
	struct pads_person wide = standing, turned_in = standing;
	struct pads_person back = pads_gone(standing, 0, 0, 180);

	(void)state;
	wide.foot[0].heel_x_mm -= 25;
	wide.foot[1].heel_x_mm += 25;
	assert_int_equal(lay(&wide, &standing), -ERANGE);
	assert_true(bench->off[1].dx_mm - bench->off[0].dx_mm > 40);
	turned_in.foot[0].direction_deg += 14;
	turned_in.foot[1].direction_deg -= 14;
	assert_int_equal(lay(&turned_in, &standing), -ERANGE);
	/* whoever stands the other way round stands alike */
	assert_int_equal(lay(&back, &standing), 0);
	assert_true(misplaced(bench->onto, bench->a.cells) < 25);
}

static void what_has_no_two_feet_is_refused(void **state)
{
	struct pads_person lone = standing, nobody = standing;

	(void)state;
	lone.foot[1].load = 0;
	nobody.foot[0].load = nobody.foot[1].load = 0;
	assert_int_equal(take(&bench->a, 0, &lone), -ENODATA);
	assert_int_equal(take(&bench->a, 0, &nobody), -ENODATA);
	pads_draw(&standing, &mat, bench->cells[0]);
	bench->cells[0][7] = INFINITY;
	assert_int_equal(overlay_init(&bench->a, &mat, bench->cells[0],
				 bench->memory[0], overlay_size(&mat)),
		-ENODATA);
	/* a cell without a number is an empty one */
	bench->cells[0][7] = NAN;
	assert_int_equal(overlay_init(&bench->a, &mat, bench->cells[0],
				 bench->memory[0], overlay_size(&mat)),
		0);
	near(total(bench->a.cells), OVERLAY_TOTAL, 0.01);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct mat_geometry none = { 0, SIDE, 9, 9 }, other = mat;

	(void)state;
	pads_draw(&standing, &mat, bench->cells[0]);
	assert_int_equal(overlay_size(&none), 0);
	assert_int_equal(
		overlay_init(&bench->a, &none, bench->cells[0], bench->memory[0], 0),
		-EINVAL);
	assert_int_equal(overlay_init(&bench->a, &mat, bench->cells[0],
				 bench->memory[0], overlay_size(&mat) - 1),
		-ENOBUFS);
	assert_int_equal(lay(&standing, &standing), 0);
	other.pitch_x_mm = 10;
	bench->b.geometry = other;
	assert_int_equal(
		overlay_onto(&bench->b, &bench->a, bench->onto, bench->off), -EINVAL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_feet_are_found),
		TEST(a_picture_lies_on_itself),
		TEST(where_the_person_stood_does_not_matter),
		TEST(how_the_feet_stood_is_told),
		TEST(a_change_of_load_is_what_is_left),
		TEST(mirrored_people_give_mirrored_pictures),
		TEST(another_stance_is_not_compared),
		TEST(what_has_no_two_feet_is_refused),
		TEST(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
