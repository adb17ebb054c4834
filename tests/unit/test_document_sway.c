/* stance.sway/1: every promised key, every digit, null where there is nothing. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/base/rng.h"
#include "src/ipc/document_sway.h"

static char text[DOCUMENT_SWAY_MAX];

static struct sway_result make(uint64_t seed)
{
	struct sway_result r = { .n = 6000,
		.rate_hz = 100.0,
		.duration_s = 59.99,
		.cutoff_hz = 10.0,
		.noise_velocity_mm_s = NAN,
		.notes = SWAY_NOTE_GAPS | SWAY_NOTE_SMALL };
	struct rng rng;

	rng_init(&rng, seed, 0);
	for (int m = 0; m < METRIC_N; m++)
		r.value[m] = exp(20.0 * rng_normal(&rng));
	r.value[METRIC_TTB_MINIMUM_S] = NAN;
	return r;
}

static json_t *encode(const struct sway_result *r, const struct norms_case *who)
{
	json_error_t error;
	struct jsonw w;
	json_t *json;

	jsonw_init(&w, text, sizeof(text));
	document_put_sway(&w, r, who);
	assert_true(jsonw_finish(&w) > 0);
	json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%s in %s", error.text, text);
	return json;
}

static void keeps_every_digit(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct sway_result r = make(seed);
		json_t *json = encode(&r, NULL),
		       *metrics = json_object_get(json, "metrics");
		size_t n = 0;

		assert_string_equal(json_string_value(json_object_get(json, "schema")),
			"stance.sway/1");
		assert_string_equal(
			json_string_value(json_object_get(json, "mode")), "native");
		assert_int_equal(json_integer_value(json_object_get(json, "n")), 6000);
		assert_true(json_is_null(json_object_get(json, "noise_velocity_mm_s")));
		for (int m = 0; m < METRIC_N; m++) {
			const struct metric_info *info = metric_info((enum metric)m);
			json_t *value = json_object_get(metrics, info->key);

			assert_int_equal(
				value != NULL, info->group == METRIC_GROUP_SWAY);
			if (!value)
				continue;
			n++;
			if (isnan(r.value[m]))
				assert_true(json_is_null(value));
			else
				assert_true(json_number_value(value) == r.value[m]);
		}
		assert_int_equal(json_object_size(metrics), n);
		json_decref(json);
	}
}

static void lists_what_is_exploratory_and_noted(void **state)
{
	struct sway_result r = make(1);
	json_t *json = encode(&r, NULL), *list = json_object_get(json, "exploratory");
	json_t *entry;
	size_t i, n = 0;

	(void)state;
	json_array_foreach(list, i, entry) assert_true(
		metric_info(metric_find(json_string_value(entry)))->exploratory);
	for (int m = 0; m < METRIC_N; m++)
		n += metric_info((enum metric)m)->exploratory;
	assert_int_equal(json_array_size(list), n);
	list = json_object_get(json, "notes");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_array_get(list, 0)), "gaps");
	assert_string_equal(json_string_value(json_array_get(list, 1)), "small");
	assert_null(json_object_get(json, "norms"));
	json_decref(json);
}

static void compares_with_people(void **state)
{
	struct norms_case who = { .condition = NORMS_EO_FIRM,
		.age_years = 45,
		.duration_s = 60,
		.cutoff_hz = 10,
		.rate_hz = 100 };
	struct sway_result r = make(2);
	json_t *json, *norms, *norm;

	(void)state;
	r.value[METRIC_ELLIPSE95_MM2] = NAN;
	r.value[METRIC_MEAN_VELOCITY_MM_S] = 9.0;
	json = encode(&r, &who);
	norms = json_object_get(json, "norms");
	norm = json_object_get(norms, "mean_velocity_mm_s");
	assert_true(json_is_true(json_object_get(norm, "provisional")));
	assert_string_equal(json_string_value(json_object_get(norm, "ages")), "40-59");
	assert_true(json_is_null(json_object_get(norm, "sex")));
	assert_in_range(json_number_value(json_object_get(norm, "percentile")), 20, 80);
	assert_null(json_object_get(norms, "ellipse95_mm2"));
	assert_null(json_object_get(norms, "path_mm"));
	json_decref(json);
}

/* The longest document fits, a short buffer overflows and says so. */
static void knows_its_size(void **state)
{
	struct norms_case who = { .condition = NORMS_EC_FOAM,
		.age_years = 72,
		.sex = 'F',
		.duration_s = 30,
		.cutoff_hz = NAN,
		.rate_hz = 100 };
	struct sway_result r = make(3);
	struct jsonw w;

	(void)state;
	for (int m = 0; m < METRIC_N; m++)
		r.value[m] = -1.2345678901234567e-300;
	r.value[METRIC_MEAN_VELOCITY_MM_S] = r.value[METRIC_ELLIPSE95_MM2] =
		r.value[METRIC_MEAN_POWER_FREQUENCY_HZ] = 1.2345678901234567e-300;
	r.notes = (1u << SWAY_N_NOTES) - 1;
	json_decref(encode(&r, &who));
	assert_true(strlen(text) < DOCUMENT_SWAY_MAX / 2);
	jsonw_init(&w, text, 1000);
	document_put_sway(&w, &r, &who);
	assert_int_equal(jsonw_finish(&w), -ENOBUFS);
}

static void writes_all_72(void **state)
{
	struct quijoux_result r = { .n = 1498, .rate_hz = 25, .duration_s = 59.88 };
	json_t *json, *metrics;
	struct jsonw w;

	(void)state;
	for (int i = 0; i < QUIJOUX_N; i++)
		r.value[i] = i == 7 ? NAN : i / 3.0;
	jsonw_init(&w, text, sizeof(text));
	document_put_quijoux(&w, &r, SWAY_NOTE_NO_COP);
	assert_true(jsonw_finish(&w) > 0);
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	metrics = json_object_get(json, "metrics");
	assert_int_equal(json_object_size(metrics), QUIJOUX_N);
	for (int i = 0; i < QUIJOUX_N; i++) {
		json_t *value = json_object_get(metrics, quijoux_info(i)->key);

		assert_true(i == 7 ? json_is_null(value)
				   : json_number_value(value) == r.value[i]);
	}
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(json, "notes"), 0)),
		"no_cop");
	json_decref(json);
}

/* What a calibration leaves stands beside the metrics, and only with one. */
static void says_what_the_calibration_leaves(void **state)
{
	struct sway_result r = make(3);
	json_t *json, *u95;

	(void)state;
	r.value[METRIC_VELOCITY_U95_PCT] = 3.5;
	r.value[METRIC_AREA_U95_PCT] = 6.25;
	r.value[METRIC_VELOCITY_BIAS_PCT] = -15.0;
	json = encode(&r, NULL);
	u95 = json_object_get(json, "u95");
	assert_true(json_real_value(json_object_get(u95, "velocity_pct")) == 3.5);
	assert_true(json_real_value(json_object_get(u95, "area_pct")) == 6.25);
	assert_true(
		json_number_value(json_object_get(json, "velocity_bias_pct")) == -15.0);
	json_decref(json);
	r.value[METRIC_VELOCITY_U95_PCT] = NAN;
	json = encode(&r, NULL);
	assert_null(json_object_get(json, "u95"));
	assert_null(json_object_get(json, "velocity_bias_pct"));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_every_digit),
		cmocka_unit_test(says_what_the_calibration_leaves),
		cmocka_unit_test(lists_what_is_exploratory_and_noted),
		cmocka_unit_test(compares_with_people),
		cmocka_unit_test(knows_its_size),
		cmocka_unit_test(writes_all_72),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
