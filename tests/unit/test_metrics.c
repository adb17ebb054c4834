/* The table of metrics: whole, unique, spelt as the API promises, units named in the keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/metrics.h"

static void has_every_entry_once(void **state)
{
	(void)state;
	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);

		assert_non_null(info->key);
		assert_true(info->unit && *info->label && *info->source);
		assert_in_range(info->decimals, 0, 4);
		/* the first with this key is this one: no key stands twice */
		assert_int_equal(metric_find(info->key), m);
		assert_true(info->key[strspn(info->key,
				    "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0');
	}
	assert_int_equal(metric_find("nothing"), METRIC_N);
	assert_int_equal(metric_find(""), METRIC_N);
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n >= k && strcmp(text + n - k, end) == 0;
}

static void names_the_unit_in_the_key(void **state)
{
	static const struct {
		const char *unit, *end;
	} ends[] = { { "mm", "_mm" }, { "mm2", "_mm2" }, { "mm/s", "_mm_s" },
		{ "mm2/s", "_mm2_s" }, { "Hz", "_hz" }, { "deg", "_deg" },
		{ "deg/s", "_deg_s" }, { "s", "_s" }, { "%", "_pct" },
		{ "kg", "_kg" } };

	(void)state;
	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);
		bool found = *info->unit == '\0';

		for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
			if (strcmp(info->unit, ends[i].unit) == 0)
				found = ends_with(info->key, ends[i].end) ||
					strstr(info->key, "_ci95_");
		if (!found)
			fail_msg("%s: the unit %s is not in the key", info->key,
				info->unit);
	}
}

/* docs/api.md, stance.sway/1, mode native, in this order. */
static void spells_sway_as_promised(void **state)
{
	static const char *const keys[] = { "path_mm", "mean_velocity_mm_s",
		"mean_velocity_ml_mm_s", "mean_velocity_ap_mm_s", "rms_ml_mm",
		"rms_ap_mm", "rms_mm", "range_ml_mm", "range_ap_mm", "mean_distance_mm",
		"ellipse95_mm2", "ellipse_major_mm", "ellipse_minor_mm",
		"ellipse_angle_deg", "hull_mm2", "sway_area_mm2_s", "mean_frequency_hz",
		"total_power_ml_mm2", "total_power_ap_mm2", "pf50_ml_hz", "pf50_ap_hz",
		"pf95_ml_hz", "pf95_ap_hz", "centroid_frequency_ml_hz",
		"centroid_frequency_ap_hz", "frequency_dispersion_ml",
		"frequency_dispersion_ap", "sample_entropy_ml", "sample_entropy_ap",
		"dfa_alpha_ml", "dfa_alpha_ap" };
	int last = -1;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		enum metric m = metric_find(keys[i]);

		assert_in_range(m, 0, METRIC_N - 1);
		assert_int_equal(metric_info(m)->group, METRIC_GROUP_SWAY);
		assert_true((int)m > last);
		last = (int)m;
	}
}

static void marks_what_is_exploratory(void **state)
{
	static const char *const begins[] = { "sample_entropy_", "dfa_", "diffusion_",
		"sway_density_", "ttb_" };

	(void)state;
	for (int m = 0; m < METRIC_N; m++) {
		const struct metric_info *info = metric_info((enum metric)m);
		bool exploratory = false;

		for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
			exploratory |=
				strncmp(info->key, begins[i], strlen(begins[i])) == 0;
		assert_int_equal(info->exploratory, exploratory);
	}
}

static void groups_stand_together(void **state)
{
	(void)state;
	for (int m = 1; m < METRIC_N; m++)
		assert_true(metric_info((enum metric)m)->group >=
			    metric_info((enum metric)(m - 1))->group);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_every_entry_once),
		cmocka_unit_test(names_the_unit_in_the_key),
		cmocka_unit_test(spells_sway_as_promised),
		cmocka_unit_test(marks_what_is_exploratory),
		cmocka_unit_test(groups_stand_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
