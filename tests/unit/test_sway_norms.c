/* Norms: places among others, brought to the trial at hand, said to be provisional where they are. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/core/sway/norms.h"

static struct norms_case who(enum norms_condition condition, double age, char sex)
{
	return (struct norms_case){ .condition = condition,
		.age_years = age,
		.sex = sex,
		.duration_s = 60.0,
		.cutoff_hz = NAN,
		.rate_hz = 100.0 };
}

static void near(double value, double expected, double relative)
{
	if (!(fabs(value - expected) <= relative * fabs(expected)))
		fail_msg("%.17g is not %.17g", value, expected);
}

static void places_a_value_among_others(void **state)
{
	struct norms_case c = who(NORMS_EO_FIRM, 25, 0);
	struct norms_value v;

	(void)state;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), 0);
	near(v.median, 8.199, 1e-12);
	assert_int_equal(v.n, 77);
	assert_string_equal(v.ages, "18-39");
	assert_false(v.provisional);
	near(norms_percentile(&v, 8.199), 50.0, 1e-9);
	/* one SD up; and the published 5 to 95 % of this group, 5.0 to 13.5 */
	near(norms_percentile(&v, 8.199 * exp(0.304)), 84.13447, 1e-6);
	near(norms_quantile(&v, 5.0), 5.0, 0.01);
	near(norms_quantile(&v, 95.0), 13.5, 0.01);
	for (double p = 1.0; p < 100.0; p += 7.0)
		near(norms_percentile(&v, norms_quantile(&v, p)), p, 1e-9);
	assert_true(isnan(norms_percentile(&v, 0.0)));
	assert_true(isnan(norms_percentile(&v, NAN)));
}

static void takes_sex_where_there_are_enough(void **state)
{
	struct norms_case c = who(NORMS_EC_FOAM, 30, 'M');
	struct norms_value v;

	(void)state;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), 0);
	near(v.median, 34.212, 1e-12);
	assert_int_equal(v.sex, 'M');
	c.age_years = 72;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), 0);
	near(v.median, 43.78, 1e-12);
	assert_int_equal(v.sex, 0);
	assert_string_equal(v.ages, "70-85");
	c.sex = 'F';
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), 0);
	near(v.median, 42.383, 1e-12);
	assert_int_equal(v.sex, 'F');
}

static void interpolates_middle_age(void **state)
{
	struct norms_case c = who(NORMS_EO_FIRM, 49.5, 0);
	struct norms_value v;

	(void)state;
	assert_int_equal(norms_find(METRIC_ELLIPSE95_MM2, &c, &v), 0);
	near(v.median, sqrt(200.424 * 239.495), 1e-9); /* half way */
	assert_true(v.provisional);
	assert_string_equal(v.ages, "40-59");
	assert_int_equal(v.n, 27);
	c.age_years = 39.9;
	assert_int_equal(norms_find(METRIC_ELLIPSE95_MM2, &c, &v), 0);
	assert_false(v.provisional);
	c.age_years = 60.0;
	assert_int_equal(norms_find(METRIC_ELLIPSE95_MM2, &c, &v), 0);
	assert_false(v.provisional);
	near(v.median, 239.495, 1e-12);
}

static void is_brought_to_the_trial(void **state)
{
	struct norms_case c = who(NORMS_EO_FIRM, 25, 0);
	struct norms_value v;

	(void)state;
	c.duration_s = 30.0;
	assert_int_equal(norms_find(METRIC_ELLIPSE95_MM2, &c, &v), 0);
	near(v.median, 0.8 * 200.424, 1e-12);
	c.cutoff_hz = 5.0;
	c.rate_hz = 50.0;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), 0);
	near(v.median, 0.99 * 0.963 * 0.997 * 8.199, 1e-12);
	c.duration_s = 15.0;
	c.cutoff_hz = NAN;
	c.rate_hz = 1000.0;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), 0);
	near(v.median, 0.5 * (0.954 + 0.973) * 8.199, 1e-12);
	assert_false(v.provisional);
	assert_int_equal(norms_find(METRIC_MEAN_POWER_FREQUENCY_HZ, &c, &v), 0);
	assert_true(v.provisional);
	c.duration_s = 300.0;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), 0);
	assert_true(v.provisional);
	near(v.median, 8.199, 1e-12);
}

static void knows_ratios(void **state)
{
	struct norms_case c = who(NORMS_EC_FIRM, 25, 'F');
	struct norms_value v;

	(void)state;
	assert_int_equal(norms_find(METRIC_ROMBERG_VELOCITY, &c, &v), 0);
	near(v.median, 1.09, 1e-12);
	/* the published 5 to 95 %: 0.90 to 1.32; below 1 is nothing unusual */
	near(norms_quantile(&v, 5.0), 0.90, 0.03);
	near(norms_quantile(&v, 95.0), 1.32, 0.03);
	c.age_years = 80;
	assert_int_equal(norms_find(METRIC_ROMBERG_AREA, &c, &v), 0);
	near(v.median, 0.937, 1e-12);
	c.condition = NORMS_EO_FOAM;
	assert_int_equal(norms_find(METRIC_FOAM_VELOCITY_RATIO, &c, &v), 0);
	near(v.median, 3.277, 1e-12);
	assert_int_equal(norms_find(METRIC_ROMBERG_AREA, &c, &v), -ENOENT);
}

static void says_what_it_does_not_know(void **state)
{
	struct norms_case c = who(NORMS_EO_FIRM, 17.9, 0);
	struct norms_reliability r;
	struct norms_value v;

	(void)state;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), -ERANGE);
	c.age_years = 86;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), -ERANGE);
	c.age_years = NAN;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), -ERANGE);
	c.age_years = 30;
	assert_int_equal(norms_find(METRIC_HULL_MM2, &c, &v), -ENOENT);
	c.duration_s = 9.0;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), -ERANGE);
	c.condition = NORMS_N_CONDITIONS;
	assert_int_equal(norms_find(METRIC_MEAN_VELOCITY_MM_S, &c, &v), -ENOENT);
	assert_int_equal(
		norms_reliability(METRIC_HULL_MM2, NORMS_EO_FIRM, 30, true, &r),
		-ENOENT);
	assert_int_equal(
		norms_reliability(METRIC_ELLIPSE95_MM2, NORMS_EO_FIRM, 5, true, &r),
		-ERANGE);
	assert_int_equal(norms_condition_find("eo-grass"), NORMS_N_CONDITIONS);
	for (int k = 0; k < NORMS_N_CONDITIONS; k++)
		assert_int_equal(norms_condition_find(
					 norms_condition_name((enum norms_condition)k)),
			k);
	assert_non_null(strstr(norms_notice(), "force plates"));
}

static void knows_what_change_is_chance(void **state)
{
	struct norms_reliability r;

	(void)state;
	assert_int_equal(
		norms_reliability(METRIC_ELLIPSE95_MM2, NORMS_EO_FIRM, 30, true, &r),
		0);
	near(r.change_single, 2.63, 1e-12);
	near(r.change_mean3, 1.75, 1e-12);
	near(r.icc_mean3, 0.91, 1e-12);
	assert_int_equal(
		norms_reliability(METRIC_ELLIPSE95_MM2, NORMS_EO_FIRM, 30, false, &r),
		0);
	near(log(r.change_single), 1.3 * log(2.63), 1e-12);
	/* in between, the worse: velocity repeats worse in the old */
	assert_int_equal(norms_reliability(METRIC_MEAN_VELOCITY_MM_S, NORMS_EO_FIRM, 50,
				 true, &r),
		0);
	near(r.change_single, 1.58, 1e-12);
}

/* Every row of the published file, where it is at hand. */
static void holds_every_published_row(void **state)
{
	static const char *const conditions[] = { "EO_firm", "EC_firm", "EO_foam",
		"EC_foam" };
	const char *shared = getenv("STANCE_SHARED");
	char path[512];
	json_t *file, *row;
	size_t i, n = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/reference/clinical/norms_bds.json",
		shared ? shared : "../shared");
	file = json_load_file(path, 0, NULL);
	if (!file) {
		printf("skipped: %s is not there\n", path);
		skip();
	}
	json_array_foreach(json_object_get(file, "norms"), i, row)
	{
		const char *metric = json_string_value(json_object_get(row, "metric"));
		const char *ages = json_string_value(json_object_get(row, "age"));
		const char *sex = json_string_value(json_object_get(row, "sex"));
		struct norms_case c = who(NORMS_EO_FIRM, atof(ages) + 3, sex[0]);
		enum metric m = strstr(metric, "velo") ? METRIC_MEAN_VELOCITY_MM_S
				: strstr(metric, "area")
					? METRIC_ELLIPSE95_MM2
					: METRIC_MEAN_POWER_FREQUENCY_HZ;
		struct norms_value v;

		if (strcmp(ages, "all") == 0 || strcmp(ages, "60-85") == 0)
			continue;
		while (strcmp(conditions[c.condition],
			       json_string_value(json_object_get(row, "condition"))) !=
			0)
			c.condition++;
		assert_int_equal(norms_find(m, &c, &v), 0);
		near(v.median, json_number_value(json_object_get(row, "geomean")),
			1e-12);
		near(v.ln_sd, json_number_value(json_object_get(row, "ln_sd")), 1e-12);
		assert_int_equal(v.n, json_integer_value(json_object_get(row, "n")));
		assert_int_equal(v.sex, sex[0] == 'b' ? 0 : sex[0]);
		n++;
	}
	assert_int_equal(n, 84);
	json_decref(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_a_value_among_others),
		cmocka_unit_test(takes_sex_where_there_are_enough),
		cmocka_unit_test(interpolates_middle_age),
		cmocka_unit_test(is_brought_to_the_trial),
		cmocka_unit_test(knows_ratios),
		cmocka_unit_test(says_what_it_does_not_know),
		cmocka_unit_test(knows_what_change_is_chance),
		cmocka_unit_test(holds_every_published_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
