#include "tests/support/records_call.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/store/store_report.h"
#include "tests/support/store_fixture.h"

int records_fixture_setup(void **state)
{
	struct records_fixture *f = calloc(1, sizeof(*f));
	char message[STORE_MESSAGE_SIZE];

	assert_non_null(f);
	store_fixture_folder(f->folder);
	rng_init(&f->rng, 11, 0);
	assert_int_equal(
		store_open(f->folder, false, &f->store, message, sizeof(message)), 0);
	*state = f;
	return 0;
}

int records_fixture_teardown(void **state)
{
	struct records_fixture *f = *state;

	json_decref(f->answer);
	store_close(f->store);
	store_fixture_remove(f->folder);
	free(f);
	return 0;
}

static int call(struct records_fixture *f, const char *name, const char *params)
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
	f->answer = json_loads(f->text, JSON_DECODE_ANY, NULL);
	assert_non_null(f->answer);
	return 0;
}

int records_fixture_call(
	struct records_fixture *f, const char *name, const char *format, ...)
{
	char params[1024];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(params, sizeof(params), format, args);
	va_end(args);
	assert_in_range(n, 1, sizeof(params) - 1);
	return call(f, name, params);
}

void records_fixture_says(const struct records_fixture *f, const char *word)
{
	if (!strstr(f->error.message, word))
		fail_msg("\"%s\" does not say \"%s\"", f->error.message, word);
}

const json_t *records_fixture_member(const struct records_fixture *f, const char *key)
{
	return json_object_get(f->answer, key);
}

static void begin(struct records_fixture *f, const char *patient, int64_t visit_id,
	struct trial_record *record)
{
	store_fixture_record(record, &f->rng, patient, 1);
	record->visit_id = visit_id;
	assert_int_equal(store_trial_begin(f->store, record, &record->id), 0);
}

int64_t records_fixture_running(
	struct records_fixture *f, const char *patient, int64_t visit_id)
{
	struct trial_record record;

	begin(f, patient, visit_id, &record);
	return record.id;
}

int64_t records_fixture_trial(
	struct records_fixture *f, const char *patient, int64_t visit_id)
{
	struct trial_record record;

	begin(f, patient, visit_id, &record);
	assert_int_equal(store_trial_finish(f->store, &record, NULL), 0);
	return record.id;
}

static int make(struct store *store, const struct store_report *report, char **text,
	size_t *n, void *ctx)
{
	(void)store, (void)report, (void)ctx;
	*text = strdup("{}");
	*n = 2;
	return *text ? 0 : -ENOMEM;
}

void records_fixture_sign(struct records_fixture *f, int64_t visit_id)
{
	struct store_report report = { .visit_id = visit_id, .operator_name = "Dr A" };

	assert_int_equal(
		store_report_sign(f->store, &report, NULL, make, NULL, "tester"), 0);
}
