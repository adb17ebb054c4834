/* The model of body loading: hand-computed figures, golden cases of an independent implementation (skipped where
 * they are not), and what must hold for any input. */
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

#include <jansson.h>

#include "src/base/rng.h"
#include "src/base/units.h"
#include "src/core/align/body.h"
#include "src/core/align/inference.h"
#include "src/core/align/loading.h"
#include "src/core/align/quantile.h"
#include "src/core/align/titration.h"

#define SEED 20261127

/* cmocka's own compares as float. */
static void near(double value, double want, double within)
{
	if (!(fabs(value - want) <= within))
		fail_msg("%.9g, expected %.9g within %.3g", value, want, within);
}

/* --- the body --------------------------------------------------------------------------------- */

/* Sums of de Leva's table by hand, to the digits that they are usually given with. */
static void test_body_has_the_known_measures(void **state)
{
	struct body m, f, u;

	(void)state;
	body_init(&m, 'M', 1.75);
	body_init(&f, 'F', 1.63);
	body_init(&u, 0, 1.70);
	near(m.hip_z_m, 0.929, 0.0006);
	near(f.hip_z_m, 0.816, 0.0006);
	near(m.com_z_m, 0.998, 0.001);
	near(f.com_z_m, 0.897, 0.001);
	near(m.upper_frac, 0.526, 0.001);
	near(f.upper_frac, 0.514, 0.001);
	near(m.upper_com_m, 0.270, 0.001);
	near(f.upper_com_m, 0.267, 0.001);
	near(m.shift_frac, 0.853, 0.001);
	near(f.shift_frac, 0.858, 0.001);
	near(m.rigid_lean_frac, 0.153, 0.001);
	near(f.rigid_lean_frac, 0.165, 0.001);
	body_init(&m, 'M', 1.70);
	body_init(&f, 'F', 1.70);
	near(u.hip_width_m, 0.5 * (m.hip_width_m + f.hip_width_m), 1e-12);
}

static void test_body_scales_with_stature(void **state)
{
	struct body a, b;

	(void)state;
	body_init(&a, 'F', 1.5);
	body_init(&b, 'F', 1.8);
	near(b.com_z_m / a.com_z_m, 1.2, 1e-12);
	near(b.shift_frac, a.shift_frac, 1e-12);
}

/* --- golden cases ------------------------------------------------------------------------------ */

static double number(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	assert_non_null(v);
	return json_number_value(v);
}

static json_t *read_golden(void)
{
	const char *shared = getenv("STANCE_SHARED");
	char path[4096];

	snprintf(path, sizeof(path), "%s/reference/clinical/model_test_vectors.json",
		shared ? shared : "../shared");
	return json_load_file(path, 0, NULL);
}

/* Within 1e-3, relative for large numbers. */
static void expect(const json_t *expected, const char *key, double value)
{
	double want = number(expected, key);

	if (fabs(value - want) > 1e-3 * fmax(1, fabs(want)))
		fail_msg("%s: %.6f, expected %.6f", key, value, want);
}

/* What the golden cases give, as the model wants it. */
struct golden {
	struct body body;
	struct loading_stance stance;
	double cop[2], ankle[2], frac[2], varus[2], cop_width_m;
};

static void read_case(const json_t *in, struct golden *g)
{
	const json_t *sex = json_object_get(in, "sex");
	double left = number(in, "FL"), right = number(in, "FR");
	double ml, ap;

	body_init(&g->body, json_string_value(sex)[0], number(in, "H"));
	g->frac[0] = left / (left + right);
	g->frac[1] = right / (left + right);
	g->cop[0] = number(in, "xL");
	g->cop[1] = number(in, "xR");
	g->ankle[0] = number(in, "axL");
	g->ankle[1] = number(in, "axR");
	g->varus[0] = json_number_value(json_object_get(in, "varus_L_deg"));
	g->varus[1] = json_number_value(json_object_get(in, "varus_R_deg"));
	ml = g->frac[0] * g->cop[0] + g->frac[1] * g->cop[1];
	ap = g->frac[0] * number(in, "yL") + g->frac[1] * number(in, "yR");
	g->cop_width_m = g->cop[1] - g->cop[0];
	g->stance = (struct loading_stance){ .mass_kg = number(in, "mass"),
		.right_frac = g->frac[1],
		.com_ml_m = ml - 0.5 * (g->ankle[0] + g->ankle[1]),
		.com_ap_m = ap - 0.5 * (number(in, "ayL") + number(in, "ayR")),
		.ankle_width_m = g->ankle[1] - g->ankle[0] };
}

static void check_upright(const struct golden *g, const json_t *want)
{
	struct loading_assumed a = loading_nominal(&g->body);
	struct loading l;

	a.trunk_frac = 0;
	a.trunk_ap_frac = g->body.rigid_lean_frac;
	loading_compute(&g->body, &a, &g->stance, &l);
	expect(want, "com_ml_mm", 1e3 * g->stance.com_ml_m);
	expect(want, "com_ap_mm", 1e3 * g->stance.com_ap_m);
	expect(want, "lean_deg", l.lean_deg);
	expect(want, "ankle_moment_Nm", l.ankle_moment_nm);
	expect(want, "pelvis_shift_max_mm", 1e3 * l.pelvis_shift_m);
	expect(want, "obliquity_from_shift_deg", l.obliquity_deg);
	expect(want, "L5S1_sag_Nm_min", l.l5s1_sagittal_nm);
	expect(want, "L5S1_base_N",
		a.l5s1_base_bw * g->stance.mass_kg * UNITS_GRAVITY_M_S2);
	expect(want, "p_rigid", g->body.rigid_lean_frac);
}

static void check_leaning(const struct golden *g, const json_t *want)
{
	struct loading_assumed a = loading_nominal(&g->body);
	struct loading l;

	a.trunk_frac = a.trunk_ap_frac = 1;
	loading_compute(&g->body, &a, &g->stance, &l);
	expect(want, "L5S1_frontal_Nm_max", l.l5s1_frontal_nm);
	expect(want, "L5S1_sag_Nm_max", l.l5s1_sagittal_nm);
	expect(want, "L5S1_extra_frontal_N_max", l.l5s1_frontal_nm / a.l5s1_arm_ml_m);
	a.trunk_frac = 0.33;
	loading_compute(&g->body, &a, &g->stance, &l);
	expect(want, "L5S1_frontal_Nm_nom", l.l5s1_frontal_nm);
}

static void check_knees(const struct golden *g, const json_t *want)
{
	static const char *const keys[2][4] = {
		{ "knee_L_prop_pctBW", "knee_L_interp_pctBW", "kneeM_L_vertical_pctBWm",
			"kneeM_L_shear_pctBWm" },
		{ "knee_R_prop_pctBW", "knee_R_interp_pctBW", "kneeM_R_vertical_pctBWm",
			"kneeM_R_shear_pctBWm" }
	};
	double middle = 0.5 * (g->ankle[0] + g->ankle[1]);

	for (int s = 0; s < 2; s++) {
		struct loading_frontal leg = { .side = s ? 1 : -1,
			.frac = g->frac[s],
			.cop_m = g->cop[s],
			.ankle_m = g->ankle[s],
			.varus_deg = g->varus[s],
			.shear_frac = loading_shear_frac(&g->body, g->cop_width_m) };
		double vertical, sheared;

		leg.hip_m = middle + leg.side * 0.5 * g->body.hip_width_m +
			    g->stance.com_ml_m / g->body.shift_frac;
		loading_knee_frontal(&g->body, &leg, &vertical, &sheared);
		expect(want, keys[s][0], 100 * loading_knee_low(g->frac[s]));
		expect(want, keys[s][1], 100 * loading_knee_steep(g->frac[s]));
		expect(want, keys[s][2], 100 * vertical);
		expect(want, keys[s][3], 100 * sheared);
		expect(want, "shear_ratio", leg.shear_frac);
	}
}

static void test_golden_cases(void **state)
{
	json_t *root = read_golden(), *one;
	size_t i;

	(void)state;
	if (!root) {
		print_message("no golden cases; set STANCE_SHARED\n");
		skip();
	}
	json_array_foreach(json_object_get(root, "cases"), i, one)
	{
		const json_t *want = json_object_get(one, "expected");
		struct golden g;

		read_case(json_object_get(one, "input"), &g);
		check_upright(&g, want);
		check_leaning(&g, want);
		check_knees(&g, want);
	}
	assert_true(i >= 5);
	json_decref(root);
}

static void test_golden_titration(void **state)
{
	json_t *root = read_golden();
	const json_t *t, *want;
	double b[32], d[32];
	struct titration fit;
	size_t n;

	(void)state;
	if (!root)
		skip();
	t = json_object_get(root, "titration");
	want = json_object_get(t, "expected");
	n = json_array_size(json_object_get(t, "b"));
	for (size_t i = 0; i < n; i++) {
		b[i] = json_number_value(json_array_get(json_object_get(t, "b"), i));
		d[i] = json_number_value(json_array_get(json_object_get(t, "d"), i));
	}
	assert_int_equal(titration_fit(b, d, (int)n, &fit), 0);
	expect(want, "g", fit.response);
	expect(want, "d0", fit.offset_mm);
	expect(want, "se_g", fit.response_se);
	expect(want, "t_g", fit.response_t);
	expect(want, "bstar", fit.null_mm);
	expect(want, "se_bstar", fit.null_se_mm);
	expect(want, "s", fit.residual_mm);
	assert_true(fit.null_low_mm < fit.null_mm && fit.null_mm < fit.null_high_mm);
	json_decref(root);
}

/* --- inference --------------------------------------------------------------------------------- */

#define N 2000

static struct inference_input someone(void)
{
	return (struct inference_input){ .sex = 'M',
		.stature_m = { 1.75, NAN },
		.mass_kg = { 75, NAN },
		.com_ml_mm = { 10, 3 },
		.com_ap_mm = { 42, 4 },
		.right_frac = { 0.55, 0.01 },
		.ankle_width_mm = { 200, 5 },
		.e_ref_mm = { NAN, NAN } };
}

static struct inference infer(const struct inference_input *in, uint64_t seed, int n)
{
	void *scratch = malloc(inference_scratch_size(n));
	struct inference out;

	assert_non_null(scratch);
	inference_run(in, seed, n, scratch, &out);
	free(scratch);
	return out;
}

static void test_the_same_seed_gives_the_same_numbers(void **state)
{
	struct inference_input in = someone();
	struct inference a = infer(&in, SEED, N), b = infer(&in, SEED, N);

	(void)state;
	assert_memory_equal(&a.range, &b.range, sizeof(a.range));
}

/* Another seed moves a quantile by no more than its sampling error: four standard errors of the 5 % quantile
 * of 2000, in units of the range. */
static void test_seeds_agree_within_sampling_error(void **state)
{
	struct inference_input in = someone();
	struct inference large = infer(&in, 1, 200000);

	(void)state;
	for (uint64_t seed = 2; seed < 8; seed++) {
		struct inference small = infer(&in, seed, N);

		for (int q = 0; q < INFERENCE_N; q++) {
			const struct inference_range *a = &small.range[q],
						     *b = &large.range[q];
			double width = b->p95 - b->p5;

			near(a->median, b->median, 0.06 * width);
			near(a->p5, b->p5, 0.08 * width);
			near(a->p95, b->p95, 0.15 * width);
		}
	}
}

static void test_left_and_right_mirror(void **state)
{
	struct inference_input in = someone();
	struct inference right = infer(&in, SEED, 100000), left;
	const struct inference_range *a = right.range, *b;

	(void)state;
	in.com_ml_mm.value = -10;
	in.right_frac.value = 0.45;
	left = infer(&in, SEED, 100000);
	b = left.range;
	near(a[INFERENCE_PELVIS_SHIFT_MM].median, -b[INFERENCE_PELVIS_SHIFT_MM].median,
		0.1);
	near(a[INFERENCE_KNEE_RIGHT_PCT_BW].p95, b[INFERENCE_KNEE_LEFT_PCT_BW].p95,
		0.6);
	near(a[INFERENCE_L5S1_MOMENT_FRONTAL_NM].median,
		b[INFERENCE_L5S1_MOMENT_FRONTAL_NM].median, 0.05);
}

/* Each unknown widens what depends on it and fails nothing. */
static void test_what_is_unknown_widens_the_range(void **state)
{
	struct inference_input in = someone(), less = in;
	struct inference all = infer(&in, SEED, N), some;
	int lean = INFERENCE_LEAN_DEG, moment = INFERENCE_ANKLE_MOMENT_NM;

	(void)state;
	less.sex = 0;
	less.stature_m.value = less.mass_kg.value = NAN;
	some = infer(&less, SEED, N);
	assert_true(some.range[lean].p95 - some.range[lean].p5 >
		    all.range[lean].p95 - all.range[lean].p5);
	assert_true(some.range[moment].p95 - some.range[moment].p5 >
		    1.5 * (all.range[moment].p95 - all.range[moment].p5));
	less = in;
	less.com_ap_mm.value = NAN;
	some = infer(&less, SEED, N);
	for (int q = 0; q < INFERENCE_N; q++)
		assert_int_equal(isnan(some.range[q].median),
			inference_info((enum inference_quantity)q)->needs_ap);
}

/* A pelvis shift lies between none and 1.17 d, whatever is drawn. */
static void test_shift_stays_within_the_models_bounds(void **state)
{
	struct inference_input in = someone();
	struct inference out;

	(void)state;
	in.com_ml_mm.sd = 0;
	out = infer(&in, SEED, N);
	assert_true(out.range[INFERENCE_PELVIS_SHIFT_MM].p5 > 0);
	assert_true(out.range[INFERENCE_PELVIS_SHIFT_MM].p95 < 11.72);
	near(out.pelvis_shift_most_mm, 11.72, 0.6);
}

static void test_beyond_the_knees_lines(void **state)
{
	struct inference_input in = someone();

	(void)state;
	assert_false(infer(&in, SEED, 100).beyond_model);
	in.right_frac.value = 0.75;
	assert_true(infer(&in, SEED, 100).beyond_model);
}

/* --- parts -------------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void test_quantiles_are_those_of_the_sorted(void **state)
{
	double v[257], sorted[257];
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 3);
	for (int n = 1; n <= 257; n += 16) {
		for (int i = 0; i < n; i++)
			v[i] = sorted[i] = floor(20 * rng_normal(&rng));
		qsort(sorted, (size_t)n, sizeof(double), by_value);
		for (int k = 0; k <= 20; k++) {
			double at = k / 20.0 * (n - 1), part = at - floor(at);
			int low = (int)at, high = low + 1 < n ? low + 1 : low;
			double want = sorted[low] + part * (sorted[high] - sorted[low]);

			near(quantile_take(v, n, k / 20.0), want, 1e-12);
		}
	}
}

/* A man whose load answers 0.8 mm to a millimetre and is even at +5 mm: found as often as the interval says. */
static void test_titration_holds_the_null_lift(void **state)
{
	static const double lifts[14] = { -9, -9, -6, -6, -3, -3, 0, 0, 3, 3, 6, 6, 9,
		9 };
	int inside = 0;
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 4);
	for (int k = 0; k < 2000; k++) {
		struct titration t;
		double d[14];

		for (int i = 0; i < 14; i++)
			d[i] = 0.8 * (lifts[i] - 5) + 3 * rng_normal(&rng);
		assert_int_equal(titration_fit(lifts, d, 14, &t), 0);
		inside += t.null_low_mm <= 5 && 5 <= t.null_high_mm;
	}
	/* 95 % +- three standard errors */
	assert_in_range(inside, 1870, 1930);
}

static void test_titration_refuses_too_little(void **state)
{
	const double b[4] = { 0, 0, 3, 3 }, d[4] = { 1, 2, 3, 4 };
	const double bad[4] = { 0, 1, 2, NAN };
	struct titration t;

	(void)state;
	assert_int_equal(titration_fit(b, d, 4, &t), -ENODATA);
	assert_int_equal(titration_fit(d, b, 3, &t), -ENODATA);
	assert_int_equal(titration_fit(bad, d, 4, &t), -EINVAL);
}

static void test_length_difference_is_between_prior_and_lift(void **state)
{
	double mean, sd;

	(void)state;
	titration_length_difference(NAN, NAN, &mean, &sd);
	near(mean, 0, 0);
	near(sd, 6.6, 1e-12);
	/* 1/(1/43.56 + 1/(4 + 81)) = 28.80; 28.80 * 10 / 85 = 3.388 */
	titration_length_difference(10, 2, &mean, &sd);
	near(mean, 3.388, 0.001);
	near(sd, 5.367, 0.001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_body_has_the_known_measures),
		cmocka_unit_test(test_body_scales_with_stature),
		cmocka_unit_test(test_golden_cases),
		cmocka_unit_test(test_golden_titration),
		cmocka_unit_test(test_the_same_seed_gives_the_same_numbers),
		cmocka_unit_test(test_seeds_agree_within_sampling_error),
		cmocka_unit_test(test_left_and_right_mirror),
		cmocka_unit_test(test_what_is_unknown_widens_the_range),
		cmocka_unit_test(test_shift_stays_within_the_models_bounds),
		cmocka_unit_test(test_beyond_the_knees_lines),
		cmocka_unit_test(test_quantiles_are_those_of_the_sorted),
		cmocka_unit_test(test_titration_holds_the_null_lift),
		cmocka_unit_test(test_titration_refuses_too_little),
		cmocka_unit_test(test_length_difference_is_between_prior_and_lift),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
