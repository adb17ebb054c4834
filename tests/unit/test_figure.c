/* The body loading picture's geometry: hand-computed places, and what holds of every person. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/align/figure.h"

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-12)

static const struct figure_facts nobody = { 0, NAN, NAN, NAN, NAN, NAN, NAN };

static void unknown_is_drawn_as_the_middle(void **state)
{
	struct figure f;

	(void)state;
	figure_init(&f, &nobody);
	NEAR(f.stature_m, 1.70);
	/* 170 mm apart, three times as wide */
	NEAR(f.leg[0].ankle.x_m, -0.255);
	NEAR(f.leg[1].ankle.x_m, 0.255);
	NEAR(f.neck.z_m, 0.82 * 1.70);
	NEAR(f.head.z_m + f.head_radius_m, 1.70);
	NEAR(f.toe_m - f.heel_m, 3 * 0.152 * 1.70);
	/* no shift is known: the band is as wide as the pelvis, and all of it is certain */
	NEAR(f.pelvis_possible_m[0], f.pelvis_certain_m[0]);
	NEAR(f.pelvis_possible_m[1], f.pelvis_certain_m[1]);
	NEAR(f.pelvis_possible_m[1], 0.7 * 3 * f.body.hip_width_m);
	assert_true(isnan(f.com_x_m) && isnan(f.side_com_x_m));
}

static void offsets_are_three_times_as_wide(void **state)
{
	const struct figure_facts facts = { 'F', 1.62, 200, 12, 42, 5, 25 };
	struct figure f;
	double half;

	(void)state;
	figure_init(&f, &facts);
	half = 0.7 * 3 * f.body.hip_width_m;
	NEAR(f.com_x_m, 0.036);
	NEAR(f.side_com_x_m, 0.126);
	NEAR(f.leg[1].foot.x_m, 0.3);
	NEAR(f.pelvis_possible_m[0], 0.015 - half);
	NEAR(f.pelvis_possible_m[1], 0.075 + half);
	NEAR(f.pelvis_certain_m[0], 0.075 - half);
	NEAR(f.pelvis_certain_m[1], 0.015 + half);
	/* heights are not */
	NEAR(f.leg[0].hip.z_m, f.body.hip_z_m);
}

static void the_impossible_is_unknown(void **state)
{
	const struct figure_facts facts = { 'M', 17.5, 4000, NAN, NAN, 5, NAN };
	struct figure f, plain;

	(void)state;
	figure_init(&f, &facts);
	figure_init(&plain, &nobody);
	NEAR(f.stature_m, 1.70);
	NEAR(f.leg[0].foot.x_m, plain.leg[0].foot.x_m);
	NEAR(f.pelvis_possible_m[0], f.pelvis_certain_m[0]);
}

/* Knees between ankles and hips, labels beyond the bones, joints in their order, a mirrored person mirrored. */
static void it_holds_of_everybody(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 11, 0);
	for (int i = 0; i < 2000; i++) {
		struct figure_facts facts = { i % 2 ? 'M' : 'F',
			rng_between(&rng, 0.9, 2.2), rng_between(&rng, 60, 380),
			rng_between(&rng, -60, 60), rng_between(&rng, -20, 100), 0, 0 };
		struct figure f, mirrored;

		facts.pelvis_shift_p5_mm = rng_between(&rng, -60, 40);
		facts.pelvis_shift_p95_mm =
			facts.pelvis_shift_p5_mm + rng_between(&rng, 0, 60);
		figure_init(&f, &facts);
		for (int side = 0; side < 2; side++) {
			const struct figure_leg *leg = &f.leg[side];
			double low = fmin(leg->ankle.x_m, leg->hip.x_m);
			double high = fmax(leg->ankle.x_m, leg->hip.x_m);

			assert_true(leg->knee.x_m >= low && leg->knee.x_m <= high);
			assert_true(fabs(leg->knee_label.x_m) >=
				    fabs(leg->knee.x_m) - 1e-12);
			assert_true(0 < leg->ankle.z_m &&
				    leg->ankle.z_m < leg->knee.z_m &&
				    leg->knee.z_m < leg->hip.z_m);
		}
		assert_true(f.body.hip_z_m < f.neck.z_m && f.neck.z_m < f.head.z_m &&
			    f.head.z_m < f.top_z_m);
		assert_true(f.pelvis_certain_m[0] >= f.pelvis_possible_m[0] &&
			    f.pelvis_certain_m[1] <= f.pelvis_possible_m[1]);
		facts.com_ml_mm = -facts.com_ml_mm;
		facts.pelvis_shift_p5_mm = -facts.pelvis_shift_p95_mm;
		facts.pelvis_shift_p95_mm =
			facts.pelvis_shift_p5_mm +
			(f.pelvis_possible_m[1] - f.pelvis_possible_m[0] -
				2 * 0.7 * 3 * f.body.hip_width_m) /
				3e-3;
		figure_init(&mirrored, &facts);
		NEAR(mirrored.com_x_m, -f.com_x_m);
		assert_true(fabs(mirrored.pelvis_possible_m[0] +
				    f.pelvis_possible_m[1]) < 1e-9);
		NEAR(mirrored.leg[0].knee.x_m, -f.leg[1].knee.x_m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_is_drawn_as_the_middle),
		cmocka_unit_test(offsets_are_three_times_as_wide),
		cmocka_unit_test(the_impossible_is_unknown),
		cmocka_unit_test(it_holds_of_everybody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
