/* stance.visit/1 and stance.feet/1 as a client reads them: members, nulls, and that the largest visit
 * fits one answer. */
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

#include "src/core/trial/protocol.h"
#include "src/core/trial/visit.h"
#include "src/ipc/document_feet.h"
#include "src/ipc/document_visit.h"
#include "src/ipc/server.h"

static struct visit visit;
static const struct document_before before = {
	.visit_id = 1000000000000, .started_unix_ms = 1790000000000, .age_years = 30
};
static char text[SERVER_VALUE_MAX];

static struct trial_record trial(const struct protocol *protocol, int64_t id)
{
	struct trial_record r = { .id = id, .n_phases = protocol->n_phases };

	snprintf(r.protocol, sizeof(r.protocol), "%s", protocol->key);
	snprintf(r.patient, sizeof(r.patient), "P-7");
	r.condition.pain = -1;
	for (int m = 0; m < METRIC_N; m++)
		r.outcome[m] = (double)id / 3.0 + m;
	for (int k = 0; k < r.n_phases; k++) {
		struct trial_phase *p = &r.phases[k];

		snprintf(p->key, sizeof(p->key), "%s", protocol->phases[k].key);
		p->condition.pain = -1;
		memcpy(p->value, r.outcome, sizeof(p->value));
	}
	return r;
}

/* With changes in every group, as if the same had been measured before. */
static json_t *document(void)
{
	struct jsonw w;
	json_t *root;

	jsonw_init(&w, text, sizeof(text));
	jsonw_begin_object(&w);
	document_put_visit(&w, &visit);
	jsonw_key(&w, "changes");
	jsonw_begin_array(&w);
	for (int k = 0; k < visit.n_groups; k++)
		document_put_change(&w, &visit.groups[k], &visit.groups[k], &before);
	jsonw_end_array(&w);
	jsonw_end_object(&w);
	assert_true(jsonw_finish(&w) > 0);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	return root;
}

static double real_at(json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static void a_visit_is_readable(void **state)
{
	const struct protocol *open = protocol_find("quiet-eo");
	json_t *root, *group, *mean;

	(void)state;
	visit_init(&visit);
	for (int id = 1; id <= 3; id++) {
		struct trial_record r = trial(open, id);

		r.verdict = id == 2 ? TRIAL_UNUSABLE : TRIAL_GOOD;
		r.phases[0].value[METRIC_MASS_KG] = NAN;
		visit_add(&visit, &r);
	}
	visit_finish(&visit, "");
	root = document();
	assert_int_equal(json_array_size(json_object_get(root, "trials")), 3);
	assert_false(json_is_true(json_object_get(
		json_array_get(json_object_get(root, "trials"), 1), "used")));
	/* as a listing has it, for those who print one */
	group = json_array_get(json_object_get(root, "trials"), 0);
	assert_string_equal(
		json_string_value(json_object_get(group, "patient")), "P-7");
	assert_true(fabs(real_at(group, "left_frac") - 1.0 / 3.0 - METRIC_LEFT_FRAC) <
		    1e-12);
	group = json_array_get(json_object_get(root, "means"), 0);
	assert_true(json_is_null(json_object_get(group, "phase")));
	assert_int_equal(json_array_size(json_object_get(group, "trials")), 2);
	mean = json_array_get(json_object_get(root, "changes"), 0);
	assert_true(json_is_false(json_object_get(mean, "same_day")));
	mean = json_object_get(json_object_get(mean, "metrics"), "com_ml_mm");
	assert_string_equal(
		json_string_value(json_object_get(mean, "larger")), "unknown");
	assert_true(
		strlen(json_string_value(json_object_get(mean, "why_unknown"))) > 10);
	group = json_object_get(group, "metrics");
	mean = json_object_get(group, "mean_velocity_mm_s");
	assert_true(fabs(real_at(mean, "mean") - 2.0 / 3.0 -
			    METRIC_MEAN_VELOCITY_MM_S) < 1e-6);
	assert_int_equal(json_array_size(json_object_get(mean, "ci95")), 2);
	assert_null(json_object_get(group, "mass_kg"));            /* absent */
	assert_null(json_object_get(group, "com_ml_mm_ci95_low")); /* no quantity */
	assert_null(json_object_get(group, "sample_entropy_ml"));  /* exploratory */
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(root, "next"), "protocol")),
		"quiet-eo");
	json_decref(root);
	visit_init(&visit);
	visit_finish(&visit, "");
	root = document();
	assert_true(json_is_null(json_object_get(root, "next")));
	assert_int_equal(json_array_size(json_object_get(root, "means")), 0);
	json_decref(root);
}

/* Every protocol, every metric with all its digits, as many trials as a visit takes. */
static void the_largest_visit_fits_an_answer(void **state)
{
	const struct protocol *protocol;
	size_t n = 0;

	(void)state;
	while (protocol_at(n))
		n++;
	visit_init(&visit);
	for (int id = 1; id <= VISIT_MAX_TRIALS; id++) {
		struct trial_record r;

		protocol = protocol_at((size_t)id % n);
		r = trial(protocol, 1000000000000 + id);
		visit_add(&visit, &r);
	}
	/* and groups until there is no more room */
	visit_finish(&visit, "");
	assert_true(visit.n_groups > 30);
	json_decref(document());
	visit_init(&visit);
	protocol = protocol_find("quiet-eo");
	for (int id = 1; id <= VISIT_MAX_TRIALS; id++) {
		struct trial_record r = trial(protocol, 1000000000000 + id);

		snprintf(r.phases[0].condition.orthosis, RECORD_NAME_SIZE,
			"an insole whose name is as long as it may be, number %d",
			id / 2);
		visit_add(&visit, &r);
	}
	visit_finish(&visit, "");
	assert_int_equal(visit.n_groups, VISIT_MAX_GROUPS);
	json_decref(document());
}

static void two_plates_are_readable(void **state)
{
	struct trial_record r = trial(protocol_find("quiet-eo"), 1);
	struct jsonw w;
	json_t *root, *weight;

	(void)state;
	r.person = (struct trial_person){ 80.0, 1.75, 'F', NAN };
	r.phases[0].n = 100;
	r.phases[0].rate_hz = 100.0;
	r.phases[0].value[METRIC_COM_AP_MM] = NAN;
	jsonw_init(&w, text, DOCUMENT_FEET_MAX);
	document_put_feet(&w, &r);
	assert_true(jsonw_finish(&w) > 0);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(
		json_string_value(json_object_get(root, "schema")), "stance.feet/1");
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(root, "person"), "sex")),
		"F");
	weight = json_object_get(root, "weight");
	assert_true(json_is_null(json_object_get(weight, "com_ap_mm")));
	assert_int_equal(json_array_size(json_object_get(weight, "com_ml_mm_ci95")), 2);
	assert_true(json_is_object(json_object_get(root, "alignment")));
	assert_true(json_is_null(
		json_object_get(json_object_get(root, "alignment"), "lean_deg")));
	json_decref(root);
	jsonw_init(&w, text, 100);
	document_put_feet(&w, &r);
	assert_true(jsonw_finish(&w) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_visit_is_readable),
		cmocka_unit_test(the_largest_visit_fits_an_answer),
		cmocka_unit_test(two_plates_are_readable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
