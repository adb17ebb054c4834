/* The seam of touching feet against feet drawn as the model's own hills, finely, and summed into
 * cells: there each foot's part of every cell is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/seam.h"

#define SEED   20261127
#define N      32
#define FINE   5    /* points across a cell */
#define LEAST  0.5f /* millinewtons: less is no contact */
#define LENGTH 250.0

static const struct mat_geometry mat = { N, N, 15.0, 15.0 };

/* Two feet: where they are, and what each puts into every cell. */
struct stance {
	struct footprint_pose pose[2];
	float part[2][N * N];
	float values[N * N];
};

static void assert_near(double a, double b, double within)
{
	if (!(fabs(a - b) <= within))
		fail_msg("%.6f is not within %g of %.6f", a, within, b);
}

/* Return the model's pressure at a place of a foot whose pads are `wide` times as wide. */
static double pressure(
	const struct footprint_pose *pose, double wide, double x, double y)
{
	double s = sin(pose->phi_rad);
	double c = cos(pose->phi_rad);
	double u = (x * s + y * c - pose->rear_mm) / pose->length_mm;
	double w = (x * c - y * s - pose->mid_mm) / (pose->length_mm * wide);
	double sum = 0.0;

	for (int i = 0; i < FOOTPRINT_N_PADS; i++) {
		const struct footprint_pad *pad = &footprint_pads[i];
		double a = (u - (double)pad->u) / (double)pad->along;
		double b = ((pose->is_right ? -w : w) - (double)pad->w) /
			   (double)pad->across;

		sum += (double)pad->height * exp(-0.5 * (a * a + b * b));
	}
	return sum;
}

/* Draw both feet; their skin ends where the pressure falls below a twentieth of the heel's. */
static void draw(struct stance *st, const double height[2], double wide)
{
	for (int i = 0; i < N * N; i++) {
		st->values[i] = 0.0f;
		for (int side = 0; side < 2; side++) {
			double sum = 0.0;

			for (int k = 0; k < FINE * FINE; k++) {
				double col = i % N + (k % FINE + 0.5) / FINE - 0.5;
				double row = i / N + (k / FINE + 0.5) / FINE - 0.5;
				double p = pressure(&st->pose[side], wide,
					geometry_x_mm(&mat, col),
					geometry_y_mm(&mat, row));

				sum += p > 0.05 ? p / (FINE * FINE) : 0.0;
			}
			st->part[side][i] = (float)(height[side] * sum);
			st->values[i] += st->part[side][i];
		}
		if (st->values[i] < LEAST)
			st->values[i] = 0.0f;
	}
}

static void stand(
	struct stance *st, double width_mm, double turn_rad, double toe_out_rad)
{
	for (int side = 0; side < 2; side++) {
		double sign = side ? 1.0 : -1.0;

		st->pose[side] = (struct footprint_pose){
			.phi_rad = turn_rad + sign * toe_out_rad,
			.rear_mm = -0.5 * LENGTH,
			.length_mm = LENGTH,
			.mid_mm = 0.5 * sign * width_mm,
			.is_right = side == 1,
			.part = FOOTPRINT_WHOLE,
		};
	}
}

/* Return how much of the load the fitted seam gives to the wrong foot, on balance. */
static double misplaced(const struct stance *st, const struct seam *seam)
{
	double load = 0.0;
	double wrong = 0.0;

	for (int i = 0; i < N * N; i++) {
		double share = seam_share(
			seam, geometry_x_mm(&mat, i % N), geometry_y_mm(&mat, i / N));

		if (!(st->values[i] > 0.0f))
			continue;
		if (isnan(share))
			share = st->part[1][i] > st->part[0][i];
		load += (double)st->values[i];
		wrong += (double)st->values[i] * share - (double)st->part[1][i];
	}
	return fabs(wrong) / load;
}

/* The feet are found a little beside where they are, narrower than they are, and turned in the
 * stance by up to 40 degrees. */
static void finds_each_foots_part(void **state)
{
	static struct stance st;
	struct rng rng;
	double sum = 0.0;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 1);
	for (int trial = 0; trial < 40; trial++) {
		double height[2] = { rng_between(&rng, 500.0, 2000.0), 1000.0 };
		struct footprint_pose found[2];
		struct seam seam;
		double wrong;

		stand(&st, rng_between(&rng, 89.0, 100.0), rng_between(&rng, -0.7, 0.7),
			rng_between(&rng, 0.0, 0.15));
		draw(&st, height, rng_between(&rng, 0.95, 1.05));
		for (int side = 0; side < 2; side++) {
			found[side] = st.pose[side];
			found[side].mid_mm += rng_between(&rng, -4.0, 4.0);
			found[side].rear_mm += rng_between(&rng, -4.0, 4.0);
			found[side].phi_rad += rng_between(&rng, -0.04, 0.04);
			found[side].length_mm *= rng_between(&rng, 0.97, 1.03);
		}
		seam_fit(&seam, st.values, &mat, found);
		wrong = misplaced(&st, &seam);
		sum += wrong;
		if (wrong > 0.008)
			fail_msg("trial %d: %.4f of the load misplaced", trial, wrong);
	}
	assert_true(sum / 40.0 < 0.002);
}

/* Two equal feet about the middle column: what is on it belongs half to each, and the picture's
 * mirror image has the mirrored shares. */
static void is_symmetric(void **state)
{
	static struct stance st;
	const double height[2] = { 1000.0, 1000.0 };
	struct seam seam;

	(void)state;
	stand(&st, 84.0, 0.0, 0.05);
	draw(&st, height, 1.0);
	seam_fit(&seam, st.values, &mat, st.pose);
	for (double y = -105.0; y < -60.0; y += 7.5) {
		assert_near(seam_share(&seam, 0.0, y), 0.5, 1e-3);
		assert_near(seam_share(&seam, 8.0, y), 1.0 - seam_share(&seam, -8.0, y),
			1e-3);
		assert_true(seam_share(&seam, 8.0, y) > 0.5);
	}
}

/* Shares have no unit: a hundred times the force gives the same. */
static void has_no_unit(void **state)
{
	static struct stance st;
	const double height[2] = { 1000.0, 700.0 };
	struct seam seam[2];

	(void)state;
	stand(&st, 86.0, 0.1, 0.1);
	draw(&st, height, 1.0);
	seam_fit(&seam[0], st.values, &mat, st.pose);
	for (int i = 0; i < N * N; i++)
		st.values[i] *= 100.0f;
	seam_fit(&seam[1], st.values, &mat, st.pose);
	for (double x = -20.0; x <= 20.0; x += 5.0)
		for (double y = -100.0; y <= 100.0; y += 10.0) {
			double a = seam_share(&seam[0], x, y);
			double b = seam_share(&seam[1], x, y);

			if (isnan(a))
				assert_true(isnan(b));
			else
				assert_near(a, b, 1e-4);
		}
}

/* A raised heel has no pads: a cell there is the other foot's. */
static void leaves_out_what_is_raised(void **state)
{
	static struct stance st;
	const double height[2] = { 1000.0, 1000.0 };
	struct seam seam;

	(void)state;
	stand(&st, 86.0, 0.0, 0.0);
	draw(&st, height, 1.0);
	for (int i = 0; i < N * N; i++)
		if (geometry_y_mm(&mat, i / N) < 12.0) {
			st.values[i] -= st.part[1][i];
			if (st.values[i] < LEAST)
				st.values[i] = 0.0f;
		}
	st.pose[1].part = FOOTPRINT_FORE;
	seam_fit(&seam, st.values, &mat, st.pose);
	assert_near(seam_share(&seam, 0.0, -85.0), 0.0, 1e-3);
	assert_true(seam_share(&seam, 45.0, 60.0) > 0.99);
	assert_true(isnan(seam_share(&seam, 200.0, 200.0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each_foots_part),
		cmocka_unit_test(is_symmetric),
		cmocka_unit_test(has_no_unit),
		cmocka_unit_test(leaves_out_what_is_raised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
