/* The methods of the records over a store in a folder of its own: documents, paging, and refusals that say
 * what to do. */
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

#include "src/base/rng.h"
#include "src/ipc/roles.h"
#include "src/ipc/server.h"
#include "src/records/records.h"
#include "src/store/sql.h"
#include "tests/support/store_fixture.h"

struct fixture {
	char folder[64];
	struct store *store;
	struct rng rng;
	struct rpc_error error;
	json_t *answer; /* of the last call */
	char text[SERVER_VALUE_MAX];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char message[STORE_MESSAGE_SIZE];

	assert_non_null(f);
	store_fixture_folder(f->folder);
	rng_init(&f->rng, 11, 0);
	assert_int_equal(
		store_open(f->folder, false, &f->store, message, sizeof(message)), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	json_decref(f->answer);
	store_close(f->store);
	store_fixture_remove(f->folder);
	free(f);
	return 0;
}

/* Call with parameters as JSON; returns 0 and `answer`, or the error's code. */
static int call(struct fixture *f, const char *name, const char *params)
{
	const struct records_method *method = records_method_find(name);
	json_t *json = json_loads(params, 0, NULL);
	struct jsonw w;
	int err;

	assert_non_null(method);
	assert_non_null(json);
	jsonw_init(&w, f->text, sizeof(f->text));
	memset(&f->error, 0, sizeof(f->error));
	json_decref(f->answer);
	f->answer = NULL;
	err = records_call(f->store, method, json, "tester", &w, &f->error);
	json_decref(json);
	if (err < 0) {
		assert_int_equal(err, -EREMOTEIO);
		assert_true(strlen(f->error.message) > 10);
		return f->error.code;
	}
	assert_true(jsonw_finish(&w) > 0);
	f->answer = json_loads(f->text, 0, NULL);
	assert_non_null(f->answer);
	return 0;
}

static void assert_says(const struct fixture *f, const char *word)
{
	if (!strstr(f->error.message, word))
		fail_msg("\"%s\" does not say \"%s\"", f->error.message, word);
}

static const json_t *member(const struct fixture *f, const char *key)
{
	return json_object_get(f->answer, key);
}

/* Store one finished trial of `patient`; returns its number. */
static int64_t store_one(struct fixture *f, const char *patient, int n_rows)
{
	struct trial_record record;
	struct trial_series series;

	store_fixture_record(&record, &f->rng, patient, 1);
	store_fixture_series(&series, &f->rng, n_rows);
	assert_int_equal(store_trial_begin(f->store, &record, &record.id), 0);
	assert_int_equal(store_trial_finish(f->store, &record, &series), 0);
	store_series_free(&series);
	return record.id;
}

/* --- the table ----------------------------------------------------------------------------- */

static void test_every_method_has_roles_and_is_found(void **state)
{
	const struct records_method *method;
	size_t n = 0;

	(void)state;
	for (; (method = records_method_at(n)); n++) {
		assert_ptr_equal(records_method_find(method->name), method);
		assert_int_not_equal(method->roles, 0);
		/* of the store a viewer sees the lock alone */
		if (strncmp(method->name, "station.", 8) != 0)
			assert_int_equal(method->roles & ROLE_VIEWER, 0);
	}
	assert_in_range(n, 37, 200);
	assert_null(records_method_find("patient.rename"));
}

/* --- patients ------------------------------------------------------------------------------ */

static void test_patient_comes_back_as_added(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		call(f, "patient.add",
			"{\"code\":\"Zo\u00eb\",\"sex\":\"F\",\"birth_year\":1970,"
			"\"stature_m\":1.7,\"notes\":\"two\\nlines\"}"),
		0);
	assert_string_equal(json_string_value(member(f, "schema")), "stance.patient/1");
	assert_string_equal(json_string_value(member(f, "code")), "Zo\u00eb");
	assert_string_equal(json_string_value(member(f, "sex")), "F");
	assert_int_equal(json_integer_value(member(f, "birth_year")), 1970);
	assert_true(json_is_null(member(f, "mass_kg")));
	assert_string_equal(json_string_value(member(f, "notes")), "two\nlines");
	assert_int_equal(call(f, "patient.add", "{\"code\":\"Zo\u00eb\"}"), RPC_EXISTS);
	assert_int_equal(call(f, "patient.show", "{\"code\":\"Zoe\"}"), RPC_NOT_FOUND);
	assert_says(f, "Zoe");
}

static void test_update_keeps_what_is_not_given(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(call(f, "patient.add",
				 "{\"code\":\"P\",\"sex\":\"M\",\"stature_m\":1.8,"
				 "\"mass_kg\":80}"),
		0);
	assert_int_equal(
		call(f, "patient.update",
			"{\"code\":\"P\",\"mass_kg\":82.5,\"stature_m\":null}"),
		0);
	assert_true(json_real_value(member(f, "mass_kg")) == 82.5);
	assert_true(json_is_null(member(f, "stature_m")));
	assert_string_equal(json_string_value(member(f, "sex")), "M");
	assert_int_equal(call(f, "patient.update", "{\"code\":\"Q\"}"), RPC_NOT_FOUND);
}

static void test_implausible_people_are_refused(void **state)
{
	static const struct {
		const char *params, *word;
	} cases[] = {
		{ "{}", "code" },
		{ "{\"code\":\"\"}", "character" },
		{ "{\"code\":7}", "text" },
		{ "{\"code\":\" P\"}", "blank" },
		{ "{\"code\":\"a\\tb\"}", "control" },
		{ "{\"code\":\"a\xc2\x85"
		  "b\"}",
			"control" },
		{ "{\"code\":\"P\",\"sex\":\"x\"}", "M or F" },
		{ "{\"code\":\"P\",\"birth_year\":2999}", "birth_year" },
		{ "{\"code\":\"P\",\"birth_year\":70}", "birth_year" },
		{ "{\"code\":\"P\",\"stature_m\":170}", "1.70" },
		{ "{\"code\":\"P\",\"stature_m\":17}", "0.5 to 2.6" },
		{ "{\"code\":\"P\",\"mass_kg\":80000}", "3 to 350" },
		{ "{\"code\":\"P\",\"mass_kg\":\"80\"}", "number" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(
			call(f, "patient.add", cases[i].params), RPC_INVALID_PARAMS);
		assert_says(f, cases[i].word);
	}
	assert_int_equal(call(f, "patient.list", "{}"), 0);
	assert_int_equal(json_array_size(member(f, "patients")), 0);
}

static void test_longest_code_and_no_longer(void **state)
{
	struct fixture *f = *state;
	char params[128];

	snprintf(params, sizeof(params), "{\"code\":\"%064d\"}", 7);
	assert_int_equal(call(f, "patient.add", params), 0);
	snprintf(params, sizeof(params), "{\"code\":\"%065d\"}", 7);
	assert_int_equal(call(f, "patient.add", params), RPC_INVALID_PARAMS);
	assert_says(f, "64");
}

static void test_patients_in_pages(void **state)
{
	struct fixture *f = *state;
	char params[64];

	for (int i = 0; i < 5; i++) {
		snprintf(params, sizeof(params), "{\"code\":\"P-%d\"}", i);
		assert_int_equal(call(f, "patient.add", params), 0);
	}
	assert_int_equal(call(f, "patient.list", "{\"limit\":3}"), 0);
	assert_int_equal(json_array_size(member(f, "patients")), 3);
	assert_true(json_is_true(member(f, "more")));
	assert_int_equal(call(f, "patient.list", "{\"limit\":3,\"after\":\"P-2\"}"), 0);
	assert_int_equal(json_array_size(member(f, "patients")), 2);
	assert_true(json_is_false(member(f, "more")));
}

static void test_erase_must_be_meant(void **state)
{
	struct fixture *f = *state;
	char params[64];
	int64_t id;

	assert_int_equal(call(f, "patient.add", "{\"code\":\"P\"}"), 0);
	id = store_one(f, "P", 10);
	assert_int_equal(
		call(f, "patient.erase", "{\"code\":\"P\"}"), RPC_INVALID_PARAMS);
	assert_says(f, "confirm");
	assert_int_equal(
		call(f, "patient.erase", "{\"code\":\"P\",\"confirm\":true}"), 0);
	assert_int_equal(call(f, "patient.show", "{\"code\":\"P\"}"), RPC_NOT_FOUND);
	snprintf(params, sizeof(params), "{\"id\":%lld}", (long long)id);
	assert_int_equal(call(f, "trial.show", params), RPC_NOT_FOUND);
	assert_int_equal(call(f, "store.audit_verify", "{}"), 0);
	assert_true(json_is_true(member(f, "ok")));
}

/* --- trials -------------------------------------------------------------------------------- */

static void test_trials_newest_first_in_pages(void **state)
{
	struct fixture *f = *state;
	char params[64];
	int64_t last = 0, first = 0;

	for (int i = 0; i < 4; i++) {
		last = store_one(f, "", 3);
		first = first ? first : last;
	}
	assert_int_equal(call(f, "trial.list", "{\"limit\":3}"), 0);
	assert_string_equal(json_string_value(member(f, "schema")), "stance.trials/1");
	assert_int_equal(json_integer_value(json_object_get(
				 json_array_get(member(f, "trials"), 0), "id")),
		last);
	assert_true(json_is_true(member(f, "more")));
	snprintf(params, sizeof(params), "{\"before_id\":%lld}", (long long)first + 1);
	assert_int_equal(call(f, "trial.list", params), 0);
	assert_int_equal(json_array_size(member(f, "trials")), 1);
}

static void test_series_in_pages_gives_every_row_back(void **state)
{
	struct fixture *f = *state;
	struct trial_series series;
	int64_t id = store_one(f, "", 450);
	char params[64];
	int n = 0, total = 1;

	assert_int_equal(store_trial_series(f->store, id, &series), 0);
	while (n < total) {
		const json_t *x;

		snprintf(params, sizeof(params), "{\"id\":%lld,\"from\":%d}",
			(long long)id, n);
		assert_int_equal(call(f, "trial.series", params), 0);
		total = (int)json_integer_value(member(f, "total"));
		assert_int_equal(total, 450);
		x = member(f, "x_mm");
		assert_true(json_array_size(x) > 0);
		for (size_t i = 0; i < json_array_size(x); i++, n++) {
			const json_t *value = json_array_get(x, i);
			double wanted = series.x_mm[n];

			if (isnan(wanted))
				assert_true(json_is_null(value));
			else
				assert_true(json_number_value(value) == wanted);
		}
	}
	assert_int_equal(n, 450);
	store_series_free(&series);
	snprintf(params, sizeof(params), "{\"id\":%lld,\"from\":9999}", (long long)id);
	assert_int_equal(call(f, "trial.series", params), 0);
	assert_int_equal(json_integer_value(member(f, "n")), 0);
	assert_int_equal(call(f, "trial.series", "{\"id\":77}"), RPC_NOT_FOUND);
}

static void test_void_and_move_once_and_audited(void **state)
{
	struct fixture *f = *state;
	char params[96];
	int64_t id = store_one(f, "", 5);
	long long n = (long long)id;

	assert_int_equal(call(f, "patient.add", "{\"code\":\"P\"}"), 0);
	snprintf(params, sizeof(params), "{\"id\":%lld,\"patient\":\"Q\"}", n);
	assert_int_equal(call(f, "trial.move", params), RPC_NOT_FOUND);
	assert_says(f, "patient Q");
	snprintf(params, sizeof(params), "{\"id\":%lld,\"patient\":\"P\"}", n);
	assert_int_equal(call(f, "trial.move", params), 0);
	assert_string_equal(json_string_value(member(f, "patient")), "P");
	snprintf(params, sizeof(params), "{\"id\":%lld,\"reason\":\"\"}", n);
	assert_int_equal(call(f, "trial.void", params), RPC_INVALID_PARAMS);
	snprintf(params, sizeof(params), "{\"id\":%lld,\"reason\":\"coughed\"}", n);
	assert_int_equal(call(f, "trial.void", params), 0);
	assert_true(json_is_true(member(f, "voided")));
	assert_int_equal(call(f, "trial.void", params), RPC_NOT_NOW);
	assert_int_equal(call(f, "trial.list", "{}"), 0);
	assert_int_equal(json_array_size(member(f, "trials")), 0);
	assert_int_equal(call(f, "trial.list", "{\"with_voided\":true}"), 0);
	assert_int_equal(json_array_size(member(f, "trials")), 1);
	assert_int_equal(call(f, "store.audit", "{}"), 0);
	assert_non_null(strstr(f->text, "trial.void"));
	assert_non_null(strstr(f->text, "trial.move"));
	assert_non_null(strstr(f->text, "tester"));
}

static void test_raw_that_is_gone(void **state)
{
	struct fixture *f = *state;
	char params[64];

	snprintf(params, sizeof(params), "{\"id\":%lld}",
		(long long)store_one(f, "", 5));
	assert_int_equal(call(f, "trial.raw", params), RPC_NOT_FOUND);
	assert_says(f, "recording");
}

/* --- visits -------------------------------------------------------------------------------- */

static void test_visit_takes_only_its_patients_trials(void **state)
{
	struct fixture *f = *state;
	char params[96];
	long long id, mine, foreign;

	assert_int_equal(call(f, "visit.start", "{\"patient\":\"P\"}"), RPC_NOT_FOUND);
	assert_int_equal(call(f, "patient.add", "{\"code\":\"P\"}"), 0);
	assert_int_equal(
		call(f, "visit.start", "{\"patient\":\"P\",\"protocol\":\"waltz\"}"),
		RPC_INVALID_PARAMS);
	assert_int_equal(call(f, "visit.start", "{\"patient\":\"P\"}"), 0);
	assert_string_equal(json_string_value(member(f, "schema")), "stance.visit/1");
	id = json_integer_value(member(f, "id"));
	mine = store_one(f, "P", 5);
	foreign = store_one(f, "", 5);
	snprintf(params, sizeof(params), "{\"id\":%lld,\"trial\":%lld}", id, mine);
	assert_int_equal(call(f, "visit.add", params), 0);
	assert_int_equal(json_array_size(member(f, "trials")), 1);
	snprintf(params, sizeof(params), "{\"id\":%lld,\"trial\":%lld}", id, foreign);
	assert_int_equal(call(f, "visit.add", params), RPC_NOT_NOW);
	snprintf(params, sizeof(params), "{\"id\":%lld}", id);
	assert_int_equal(call(f, "visit.close", params), 0);
	assert_true(json_is_true(member(f, "closed")));
	snprintf(params, sizeof(params), "{\"id\":%lld,\"trial\":%lld}", id, mine);
	assert_int_equal(call(f, "visit.add", params), RPC_NOT_NOW);
}

static void test_notes_beside_a_visit(void **state)
{
	struct fixture *f = *state;
	const json_t *entered;
	char params[128];
	long long id;

	assert_int_equal(call(f, "patient.add", "{\"code\":\"N\"}"), 0);
	assert_int_equal(call(f, "visit.start", "{\"patient\":\"N\"}"), 0);
	id = json_integer_value(member(f, "id"));
	assert_true(json_is_null(json_object_get(member(f, "entered"), "block_mm")));
	snprintf(params, sizeof(params),
		"{\"id\":%lld,\"block_mm\":-8,\"pain_back\":1,\"pain_leg\":0}", id);
	assert_int_equal(call(f, "visit.note", params), 0);
	entered = member(f, "entered");
	assert_true(json_number_value(json_object_get(entered, "block_mm")) == -8);
	assert_true(json_is_true(json_object_get(entered, "pain_back")));
	assert_true(json_is_false(json_object_get(entered, "pain_leg")));
	assert_true(json_is_null(json_object_get(entered, "red_flag")));
	snprintf(params, sizeof(params), "{\"id\":%lld,\"block_mm\":800}", id);
	assert_int_equal(call(f, "visit.note", params), RPC_INVALID_PARAMS);
	assert_says(f, "block_mm");
	snprintf(params, sizeof(params), "{\"id\":%lld,\"pain_back\":0.5}", id);
	assert_int_equal(call(f, "visit.note", params), RPC_INVALID_PARAMS);
	snprintf(params, sizeof(params), "{\"id\":%lld}", id);
	assert_int_equal(call(f, "visit.note", params), RPC_INVALID_PARAMS);
	assert_int_equal(call(f, "visit.close", params), 0);
	snprintf(params, sizeof(params), "{\"id\":%lld,\"red_flag\":1}", id);
	assert_int_equal(call(f, "visit.note", params), RPC_NOT_NOW);
}

/* Three good trials of 30 s with that velocity, in a visit of their own; returns its number. */
static long long visit_of_three(struct fixture *f, double velocity, double com_ml_mm)
{
	long long id;

	assert_int_equal(call(f, "visit.start", "{\"patient\":\"P\"}"), 0);
	id = json_integer_value(member(f, "id"));
	for (int k = 0; k < 3; k++) {
		struct trial_record r;
		struct trial_condition *c = &r.phases[0].condition;
		double *value = r.phases[0].value;

		store_fixture_record(&r, &f->rng, "P", 1);
		r.visit_id = id;
		r.verdict = TRIAL_GOOD;
		r.phases[0].duration_s = 30;
		snprintf(c->eyes, sizeof(c->eyes), "open");
		snprintf(c->surface, sizeof(c->surface), "firm");
		snprintf(c->stance, sizeof(c->stance), "bipedal");
		value[METRIC_MEAN_VELOCITY_MM_S] = velocity;
		value[METRIC_COM_ML_MM] = com_ml_mm;
		value[METRIC_ELLIPSE95_MM2] = 200;
		value[METRIC_LEFT_FRAC] = 0.5;
		assert_int_equal(store_trial_begin(f->store, &r, &r.id), 0);
		assert_int_equal(store_trial_finish(f->store, &r, NULL), 0);
	}
	return id;
}

static const json_t *change_of(const struct fixture *f, const char *metric)
{
	const json_t *group = json_array_get(member(f, "changes"), 0);

	return json_object_get(json_object_get(group, "metrics"), metric);
}

static void assert_change(
	const struct fixture *f, const char *metric, const char *larger, double mdc95)
{
	const json_t *change = change_of(f, metric), *limit;

	assert_non_null(change);
	assert_string_equal(
		json_string_value(json_object_get(change, "larger")), larger);
	limit = json_object_get(change, "mdc95");
	if (isnan(mdc95))
		assert_true(json_is_null(limit));
	else if (fabs(json_number_value(limit) - mdc95) > 5e-3)
		fail_msg("%s: MDC95 %.4f", metric, json_number_value(limit));
}

static void show(struct fixture *f, long long visit)
{
	char params[64];

	snprintf(params, sizeof(params), "{\"id\":%lld}", visit);
	assert_int_equal(call(f, "visit.show", params), 0);
}

/* A woman of 30: the ratio of two means of three may be 1.18 by chance (clinical table of
 * Santos & Duarte 2016), the offset 8 mm; on another day 1.18^1.3 and 10.4 mm. */
static void test_changes_since_the_last_visit(void **state)
{
	struct fixture *f = *state;
	long long first, second;
	char path[96];
	struct sql *db = NULL;

	assert_int_equal(
		call(f, "patient.add", "{\"code\":\"P\",\"birth_year\":1990}"), 0);
	assert_true(json_is_null(member(f, "last_visit")));
	first = visit_of_three(f, 10.0, 2.0);
	show(f, first);
	assert_int_equal(json_array_size(member(f, "changes")), 0);
	second = visit_of_three(f, 12.2, 9.0);
	show(f, second);
	assert_int_equal(json_array_size(member(f, "changes")), 1);
	assert_change(f, "mean_velocity_mm_s", "yes", 1.18);
	assert_change(f, "com_ml_mm", "no", 8.0);
	assert_change(f, "ellipse95_mm2", "no", 1.75);
	assert_true(json_is_true(
		json_object_get(json_array_get(member(f, "changes"), 0), "same_day")));
	/* the same half a year ago, in a database that says so */
	snprintf(path, sizeof(path), "%s/stance.db", f->folder);
	assert_int_equal(sql_open(path, SQL_READ_WRITE, &db), 0);
	assert_int_equal(sql_run(db,
				 "UPDATE visit SET started_unix_ms = started_unix_ms - "
				 "15778800000 WHERE id = ?",
				 "l", (int64_t)first),
		0);
	sql_close(db);
	assert_int_equal(call(f, "visit.start", "{\"patient\":\"P\"}"), 0);
	show(f, second);
	assert_change(f, "mean_velocity_mm_s", "no", pow(1.18, 1.3));
	assert_change(f, "com_ml_mm", "no", 10.4);
	/* the person's last visit with trials is the same one */
	assert_int_equal(call(f, "patient.show", "{\"code\":\"P\"}"), 0);
	assert_int_equal(json_integer_value(member(f, "last_visit")), second);
	assert_change(f, "com_ml_mm", "no", 10.4);
	assert_non_null(strstr(json_string_value(member(f, "changes_source")),
		"Santos & Duarte 2016"));
	/* of whom the age is unknown, the offset alone can be judged */
	assert_int_equal(
		call(f, "patient.update", "{\"code\":\"P\",\"birth_year\":null}"), 0);
	show(f, second);
	assert_change(f, "mean_velocity_mm_s", "unknown", (double)NAN);
	assert_change(f, "com_ml_mm", "no", 10.4);
}

static void assert_near(const json_t *object, const char *key, double expected)
{
	const double value = json_number_value(json_object_get(object, key));

	if (!(fabs(value - expected) < 1e-9))
		fail_msg("%s: %g, not %g", key, value, expected);
}

/* Fourteen visits, of which a card shows the newest twelve; one more without a trial is open. */
static void test_card_has_visits(void **state)
{
	struct fixture *f = *state;
	long long visit = 0, open;
	const json_t *history, *point;

	assert_int_equal(call(f, "patient.add", "{\"code\":\"P\"}"), 0);
	assert_int_equal(call(f, "patient.get", "{\"code\":\"P\"}"), 0);
	assert_int_equal(json_array_size(member(f, "history")), 0);
	assert_true(json_is_null(member(f, "last_visit_started")));
	for (int k = 0; k < 14; k++)
		visit = visit_of_three(f, 10 + k, -k);
	assert_int_equal(call(f, "visit.start", "{\"patient\":\"P\"}"), 0);
	open = json_integer_value(member(f, "id"));
	assert_int_equal(call(f, "patient.get", "{\"code\":\"P\"}"), 0);
	assert_string_equal(json_string_value(member(f, "schema")), "stance.patient/1");
	assert_null(member(f, "changes"));
	assert_int_equal(json_integer_value(member(f, "visits")), 15);
	assert_int_equal(json_integer_value(member(f, "trials")), 42);
	assert_int_equal(json_integer_value(member(f, "last_visit")), visit);
	assert_int_equal(json_integer_value(member(f, "open_visit")), open);
	assert_true(json_is_string(member(f, "last_visit_started")));
	assert_true(json_is_false(member(f, "placement")));
	history = member(f, "history");
	assert_int_equal(json_array_size(history), 12);
	for (size_t k = 0; k < 12; k++) {
		point = json_array_get(history, k);
		assert_near(point, "mean_velocity_mm_s", 12 + (double)k);
		assert_near(point, "com_ml_mm", -2 - (double)k);
	}
	assert_int_equal(json_integer_value(json_object_get(point, "visit")), visit);
	assert_int_equal(call(f, "patient.show", "{\"code\":\"P\"}"), 0);
	assert_non_null(member(f, "changes"));
	assert_int_equal(json_array_size(member(f, "history")), 12);
	assert_int_equal(call(f, "patient.get", "{\"code\":\"Q\"}"), RPC_NOT_FOUND);
}

static void test_visits_in_pages(void **state)
{
	struct fixture *f = *state;
	long long full, empty;

	assert_int_equal(call(f, "patient.add", "{\"code\":\"P\"}"), 0);
	(void)visit_of_three(f, 10.0, 2.0);
	full = visit_of_three(f, 10.0, 2.0);
	assert_int_equal(call(f, "visit.start", "{\"patient\":\"P\"}"), 0);
	empty = json_integer_value(member(f, "id"));
	assert_int_equal(call(f, "visit.list", "{\"patient\":\"P\",\"limit\":2}"), 0);
	assert_int_equal(json_array_size(member(f, "visits")), 2);
	assert_true(json_is_true(member(f, "more")));
	assert_int_equal(json_integer_value(json_object_get(
				 json_array_get(member(f, "visits"), 0), "id")),
		empty);
	assert_int_equal(json_integer_value(json_object_get(
				 json_array_get(member(f, "visits"), 1), "trials")),
		3);
	assert_int_equal(json_integer_value(json_object_get(
				 json_array_get(member(f, "visits"), 1), "id")),
		full);
	assert_int_equal(call(f, "visit.list", "{\"patient\":\"Q\"}"), RPC_NOT_FOUND);
	assert_int_equal(call(f, "visit.list", "{}"), 0);
	assert_int_equal(json_array_size(member(f, "visits")), 3);
}

/* --- the clinic ---------------------------------------------------------------------------- */

static void test_card(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(call(f, "patient.add",
				 "{\"code\":\"A\",\"pain_sites\":[\"back\","
				 "\"knee_left\"],\"red_flags\":[],"
				 "\"knee_axis_left\":\"varus\","
				 "\"surgery\":\"\\\"TKA\\\" \\ud83d\\ude00\"}"),
		0);
	assert_int_equal(json_array_size(member(f, "pain_sites")), 2);
	assert_true(json_is_array(member(f, "red_flags")));
	assert_int_equal(json_array_size(member(f, "red_flags")), 0);
	assert_true(json_is_null(member(f, "extension_deficit_left_deg")));
	assert_string_equal(
		json_string_value(member(f, "surgery")), "\"TKA\" \xf0\x9f\x98\x80");
	assert_int_equal(call(f, "patient.update",
				 "{\"code\":\"A\",\"pain_sites\":null,"
				 "\"extension_deficit_left_deg\":15}"),
		0);
	assert_true(json_is_null(member(f, "pain_sites")));
	assert_string_equal(json_string_value(member(f, "knee_axis_left")), "varus");
	assert_int_equal(
		call(f, "patient.update", "{\"code\":\"A\",\"pain_sites\":[\"soul\"]}"),
		RPC_INVALID_PARAMS);
	assert_says(f, "soul");
	assert_int_equal(
		call(f, "patient.update", "{\"code\":\"A\",\"red_flags\":\"fever\"}"),
		RPC_INVALID_PARAMS);
	assert_int_equal(call(f, "patient.update",
				 "{\"code\":\"A\",\"restrictions\":\"\\u0001\"}"),
		RPC_INVALID_PARAMS);
}

static void test_find_and_worklist(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(call(f, "patient.add", "{\"code\":\"Anna\"}"), 0);
	assert_int_equal(call(f, "patient.add", "{\"code\":\"Hanna\"}"), 0);
	assert_int_equal(call(f, "patient.find", "{\"query\":\"an\",\"limit\":1}"), 0);
	assert_int_equal(json_integer_value(member(f, "total")), 2);
	assert_true(json_is_true(member(f, "more")));
	assert_int_equal(
		call(f, "worklist.add", "{\"patient\":\"Anna\",\"plan\":\"slow\"}"),
		RPC_INVALID_PARAMS);
	assert_int_equal(
		call(f, "worklist.add", "{\"patient\":\"Anna\",\"due\":\"today\"}"),
		RPC_INVALID_PARAMS);
	assert_int_equal(
		call(f, "worklist.add", "{\"patient\":\"Bob\"}"), RPC_NOT_FOUND);
	assert_int_equal(
		call(f, "worklist.add", "{\"patient\":\"Anna\",\"plan\":\"quick\"}"),
		0);
	assert_string_equal(json_string_value(member(f, "state")), "waiting");
	assert_int_equal(call(f, "worklist.list", "{}"), 0);
	assert_int_equal(json_array_size(member(f, "entries")), 1);
	assert_int_equal(
		call(f, "visit.start", "{\"patient\":\"Anna\",\"plan\":\"quick\"}"), 0);
	assert_int_equal(call(f, "visit.current", "{}"), 0);
	assert_int_equal(json_integer_value(member(f, "visit")), 1);
	assert_true(json_real_value(member(f, "seconds_left")) == 105 ||
		    json_integer_value(member(f, "seconds_left")) == 105);
	assert_string_equal(
		json_string_value(json_object_get(
			json_object_get(member(f, "next"), "start"), "protocol")),
		"quiet-eo");
	assert_int_equal(call(f, "visit.set_plan", "{\"id\":1}"), 0);
	assert_true(json_is_null(member(f, "plan")));
	assert_int_equal(call(f, "visit.set_plan", "{\"id\":1,\"plan\":\"x\"}"),
		RPC_INVALID_PARAMS);
	assert_int_equal(call(f, "visit.plan", "{\"id\":9}"), RPC_NOT_FOUND);
	assert_int_equal(call(f, "visit.plans", "{}"), 0);
	assert_int_equal(json_array_size(member(f, "plans")), 3);
	assert_int_equal(call(f, "worklist.remove", "{\"id\":1}"), RPC_NOT_NOW);
	assert_int_equal(call(f, "worklist.remove", "{\"id\":9}"), RPC_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_method_has_roles_and_is_found),
		cmocka_unit_test_setup_teardown(
			test_patient_comes_back_as_added, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_update_keeps_what_is_not_given, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_implausible_people_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_longest_code_and_no_longer, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_patients_in_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_erase_must_be_meant, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_trials_newest_first_in_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_series_in_pages_gives_every_row_back, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_void_and_move_once_and_audited, setup, teardown),
		cmocka_unit_test_setup_teardown(test_raw_that_is_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_visit_takes_only_its_patients_trials, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_notes_beside_a_visit, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_changes_since_the_last_visit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_card_has_visits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_visits_in_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_card, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_find_and_worklist, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
