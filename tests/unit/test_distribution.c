/* Weight distribution from a stretch of the engine: a stance laid out by hand, wherever and however
 * turned it stands on the mat, its mirror, and what is unknown. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/base/units.h"
#include "src/core/trial/distribution.h"

#define N        100
#define WEIGHT_N 700.0
#define EXACT    1e-9

/* A stance in the person's own frame: x to her right, y forward, origin between the heels. */
struct stance {
	double half_width_mm, ahead_mm; /* heels; the right one is ahead by this */
	double toe_out_deg[ENGINE_N_FEET];
	double length_mm[ENGINE_N_FEET];
	double left_frac;
	double cop_ahead_mm; /* each foot's COP ahead of its heel, along forward */
};

/* How she stands on the mat: turned to the right, then moved. */
struct place {
	double turned_deg;
	struct pos_mm at;
};

static struct engine engine;
static double columns[9][N];
static double value[METRIC_N];

static void near(double got, double expected, double tolerance)
{
	if (!(fabs(got - expected) <= tolerance))
		fail_msg("%.12g is not %.12g", got, expected);
}

static struct pos_mm on_mat(struct place place, double x, double y)
{
	double a = place.turned_deg * UNITS_RAD_PER_DEG;

	return (struct pos_mm){ place.at.x + x * cos(a) + y * sin(a),
		place.at.y - x * sin(a) + y * cos(a) };
}

static struct engine_mean mean_of(double v)
{
	return (struct engine_mean){ .sum = v * N, .n = N };
}

static void lay(const struct stance *s, struct place place, const char *protocol)
{
	struct engine_phase *p = &engine.phases[0];
	struct pos_mm cop[ENGINE_N_FEET];
	struct trial_series *r = &engine.series;

	memset(&engine, 0, sizeof(engine));
	engine.setup.protocol = protocol_find(protocol);
	*p = (struct engine_phase){ .n = N, .width_mm = mean_of(2 * s->half_width_mm) };
	for (int side = 0; side < ENGINE_N_FEET; side++) {
		double sign = side == ENGINE_LEFT ? -1.0 : 1.0;
		double x = sign * s->half_width_mm, y = 0.5 * sign * s->ahead_mm;
		double axis = (place.turned_deg + sign * s->toe_out_deg[side]) *
			      UNITS_RAD_PER_DEG;
		struct pos_mm heel = on_mat(place, x, y);

		p->axis_x[side] = mean_of(sin(axis));
		p->axis_y[side] = mean_of(cos(axis));
		p->heel_x_mm[side] = mean_of(heel.x);
		p->heel_y_mm[side] = mean_of(heel.y);
		p->length_mm[side] = mean_of(s->length_mm[side]);
		p->fore[side] = mean_of(0.45);
		cop[side] = on_mat(place, x, y + s->cop_ahead_mm);
	}
	*r = (struct trial_series){ .n = N,
		.capacity = N,
		.force_n = columns[0],
		.left_frac = columns[1],
		.fore_frac = columns[2],
		.x_mm = columns[3],
		.y_mm = columns[4],
		.left_x_mm = columns[5],
		.left_y_mm = columns[6],
		.right_x_mm = columns[7],
		.right_y_mm = columns[8] };
	for (int i = 0; i < N; i++) {
		double f = s->left_frac;

		r->force_n[i] = WEIGHT_N;
		r->left_frac[i] = f;
		r->fore_frac[i] = 0.45;
		r->left_x_mm[i] = cop[ENGINE_LEFT].x;
		r->left_y_mm[i] = cop[ENGINE_LEFT].y;
		r->right_x_mm[i] = cop[ENGINE_RIGHT].x;
		r->right_y_mm[i] = cop[ENGINE_RIGHT].y;
		r->x_mm[i] = f * cop[ENGINE_LEFT].x + (1 - f) * cop[ENGINE_RIGHT].x;
		r->y_mm[i] = f * cop[ENGINE_LEFT].y + (1 - f) * cop[ENGINE_RIGHT].y;
	}
	for (int m = 0; m < METRIC_N; m++)
		value[m] = NAN;
	distribution_measure(&engine, p, NULL, value);
}

static const struct stance even = { .half_width_mm = 90.0,
	.toe_out_deg = { 7.0, 7.0 },
	.length_mm = { 260.0, 260.0 },
	.left_frac = 0.4,
	.cop_ahead_mm = 110.0 };

static const struct place middle = { 0.0, { 0.0, 0.0 } };

static void computes_a_stance_by_hand(void **state)
{
	(void)state;
	lay(&even, middle, "quiet-eo");
	near(value[METRIC_LEFT_FRAC], 0.4, EXACT);
	near(value[METRIC_LEFT_FRAC_SD], 0.0, EXACT);
	near(value[METRIC_ASYMMETRY_PCT], 20.0, EXACT);
	near(value[METRIC_MASS_KG], WEIGHT_N / 9.80665, EXACT);
	near(value[METRIC_COM_ML_MM], 18.0, EXACT); /* A W / 200 = 20 x 180 / 200 */
	/* the ankle: a quarter of 260 mm along an axis turned by 7 degrees */
	near(value[METRIC_COM_AP_MM], 110.0 - 65.0 * cos(7.0 * UNITS_RAD_PER_DEG),
		EXACT);
	near(value[METRIC_TOE_OUT_LEFT_DEG], 7.0, EXACT);
	near(value[METRIC_TOE_OUT_RIGHT_DEG], 7.0, EXACT);
	near(value[METRIC_STANCE_WIDTH_MM], 180.0, EXACT);
	near(value[METRIC_COM_ML_MM_CI95_HIGH], 18.0 + 1.959964 * sqrt(41.0), 1e-5);
	near(value[METRIC_ASYMMETRY_PCT_CI95_HIGH],
		20.0 + 1.959964 * 200.0 * 5.0 / 180.0, 1e-5);
}

/* The sheet's own uncertainty of the share widens both. */
static void the_sheet_widens_the_interval(void **state)
{
	(void)state;
	lay(&even, middle, "quiet-eo");
	engine.phases[0].u95_share = mean_of(0.04);
	distribution_measure(&engine, &engine.phases[0], NULL, value);
	near(value[METRIC_COM_ML_MM_CI95_HIGH],
		18.0 + 1.959964 * sqrt(41.0 + 3.6 * 3.6), 1e-5);
	near(value[METRIC_ASYMMETRY_PCT_CI95_LOW],
		20.0 - 1.959964 * 200.0 * hypot(5.0 / 180.0, 0.02), 1e-5);
}

/* A calibration's COP adds to it, along the person's own sideways. */
static void the_calibration_widens_the_interval(void **state)
{
	const struct sensor_budget budget = { .cop_x_mm = 0.9, .cop_y_mm = 40.0 };
	const struct place turned = { 90.0, { 0.0, 0.0 } };

	(void)state;
	lay(&even, middle, "quiet-eo");
	distribution_measure(&engine, &engine.phases[0], &budget, value);
	near(value[METRIC_COM_ML_MM_CI95_HIGH],
		18.0 + 1.959964 * sqrt(41.0 + 0.9 * 0.9), 1e-5);
	lay(&even, turned, "quiet-eo");
	distribution_measure(&engine, &engine.phases[0], &budget, value);
	near(value[METRIC_COM_ML_MM_CI95_HIGH],
		18.0 + 1.959964 * sqrt(41.0 + 40.0 * 40.0), 1e-5);
}

static void scales_to_the_weighed_mass(void **state)
{
	double shown = WEIGHT_N / 9.80665;

	(void)state;
	lay(&even, middle, "quiet-eo");
	distribution_scale(1.1 * shown, true, value);
	near(value[METRIC_MASS_KG], 1.1 * shown, EXACT);
	near(value[METRIC_MEASURED_MASS_KG], shown, EXACT);
	near(value[METRIC_SCALE_FACTOR], 1.1, EXACT);
	lay(&even, middle, "quiet-eo");
	distribution_scale(1.1 * shown, false, value); /* not allowed */
	near(value[METRIC_MASS_KG], shown, EXACT);
	near(value[METRIC_SCALE_FACTOR], 1.1, EXACT);
	distribution_scale(0.8 * shown, true, value); /* somebody else */
	near(value[METRIC_MASS_KG], shown, EXACT);
	near(value[METRIC_SCALE_FACTOR], 0.8, EXACT);
	distribution_scale(NAN, true, value); /* not known */
	near(value[METRIC_MASS_KG], shown, EXACT);
	assert_true(isnan(value[METRIC_SCALE_FACTOR]));
}

static void same_wherever_she_stands(void **state)
{
	double first[METRIC_N];
	struct rng rng;

	(void)state;
	lay(&even, middle, "quiet-eo");
	memcpy(first, value, sizeof(first));
	rng_init(&rng, 5, 0);
	for (int k = 0; k < 200; k++) {
		struct place place = { k == 0 ? 180.0 : rng_between(&rng, -180, 180),
			{ rng_between(&rng, -100, 100),
				rng_between(&rng, -100, 100) } };

		lay(&even, place, "quiet-eo");
		for (int m = METRIC_MASS_KG; m <= METRIC_TOE_OUT_RIGHT_DEG; m++)
			if (m != METRIC_SCALE_FACTOR) /* nobody was weighed */
				near(value[m], first[m], 1e-8);
	}
}

static void the_mirror_changes_signs_and_sides(void **state)
{
	struct stance s = { .half_width_mm = 80.0,
		.ahead_mm = 12.0,
		.toe_out_deg = { 3.0, 14.0 },
		.length_mm = { 250.0, 262.0 },
		.left_frac = 0.57,
		.cop_ahead_mm = 100.0 };
	double first[METRIC_N];

	(void)state;
	lay(&s, middle, "quiet-eo");
	memcpy(first, value, sizeof(first));
	s = (struct stance){ .half_width_mm = 80.0,
		.ahead_mm = -12.0,
		.toe_out_deg = { 14.0, 3.0 },
		.length_mm = { 262.0, 250.0 },
		.left_frac = 0.43,
		.cop_ahead_mm = 100.0 };
	lay(&s, middle, "quiet-eo");
	near(value[METRIC_COM_ML_MM], -first[METRIC_COM_ML_MM], 1e-8);
	near(value[METRIC_COM_AP_MM], first[METRIC_COM_AP_MM], 1e-8);
	near(value[METRIC_ASYMMETRY_PCT], -first[METRIC_ASYMMETRY_PCT], 1e-8);
	near(value[METRIC_TOE_OUT_LEFT_DEG], first[METRIC_TOE_OUT_RIGHT_DEG], 1e-8);
	near(value[METRIC_TOE_OUT_RIGHT_DEG], first[METRIC_TOE_OUT_LEFT_DEG], 1e-8);
}

/* One foot far ahead: the heels' line says nothing of forward, the axes do. */
static void a_step_does_not_turn_the_person(void **state)
{
	struct stance s = even;

	(void)state;
	s.ahead_mm = 150.0;
	lay(&s, middle, "quiet-eo");
	near(value[METRIC_TOE_OUT_LEFT_DEG], 7.0, EXACT);
	near(value[METRIC_TOE_OUT_RIGHT_DEG], 7.0, EXACT);
	near(value[METRIC_COM_ML_MM], 18.0, EXACT);
}

static void unknown_is_absent(void **state)
{
	struct engine_phase *p = &engine.phases[0];

	(void)state;
	lay(&even, middle, "los");
	assert_true(isnan(value[METRIC_COM_ML_MM]) && isnan(value[METRIC_COM_AP_MM]));
	near(value[METRIC_MASS_KG], WEIGHT_N / 9.80665, EXACT);
	lay(&even, middle, "sts5");
	assert_true(isnan(value[METRIC_MASS_KG]) && isnan(value[METRIC_COM_ML_MM]));
	near(value[METRIC_ASYMMETRY_PCT], 20.0, EXACT);
	/* a foot without an axis: no ankle, no offset; the shares stay */
	lay(&even, middle, "quiet-eo");
	p->axis_x[ENGINE_LEFT] = p->axis_y[ENGINE_LEFT] = (struct engine_mean){ 0 };
	distribution_measure(&engine, p, NULL, value);
	assert_true(isnan(value[METRIC_COM_ML_MM]) && isnan(value[METRIC_COM_AP_MM]));
	near(value[METRIC_LEFT_FRAC], 0.4, EXACT);
	/* raw counts */
	lay(&even, middle, "quiet-eo");
	for (int i = 0; i < N; i++)
		engine.series.force_n[i] = NAN;
	distribution_measure(&engine, p, NULL, value);
	assert_true(isnan(value[METRIC_MASS_KG]));
	near(value[METRIC_COM_ML_MM], 18.0, EXACT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(computes_a_stance_by_hand),
		cmocka_unit_test(the_sheet_widens_the_interval),
		cmocka_unit_test(the_calibration_widens_the_interval),
		cmocka_unit_test(scales_to_the_weighed_mass),
		cmocka_unit_test(same_wherever_she_stands),
		cmocka_unit_test(the_mirror_changes_signs_and_sides),
		cmocka_unit_test(a_step_does_not_turn_the_person),
		cmocka_unit_test(unknown_is_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
