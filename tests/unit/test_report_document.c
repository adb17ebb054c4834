/* The document of a report: one and the same, drafted or signed; with what is known of its calibrations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/base64.h"
#include "src/base/bytes.h"
#include "src/records/report_document.h"
#include "src/store/store_clinic.h"
#include "tests/support/calibration_sample.h"
#include "tests/support/store_fixture.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)
/* 2026-09-01 22:30 UTC: half past midnight of the 2nd, two hours to the east */
#define CREATED_MS INT64_C(1788301800000)
#define OFFSET_MIN 120
#define N_VISITS   3

static char folder[64], path[192];
static struct store *store;
static struct rng rng;
static char calibration_id[CALIBRATION_ID_SIZE];

/* --- a station with a calibration and three visits ------------------------------------------------ */

static void put_file(const char *text, size_t n)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static void make_calibration(void)
{
	struct calibration *c = calibration_sample(&rng);
	char *text = NULL;
	size_t n;

	assert_non_null(c);
	c->created_unix_ms = CREATED_MS;
	c->utc_offset_min = OFFSET_MIN;
	snprintf(c->operator_name, sizeof(c->operator_name), "B. Kurz");
	assert_int_equal(calibration_write(c, &text, &n), 0);
	memcpy(calibration_id, c->id, sizeof(calibration_id));
	snprintf(path, sizeof(path), "%s/calibrations", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/calibrations/%s.json", folder, c->id);
	put_file(text, n);
	free(text);
	calibration_free(c);
}

/* Begun at this moment, by a clock two hours to the east. */
static void put_picture(int64_t trial)
{
	float cells[6] = { 0, 200, 0, 1, 0, 100 };
	const struct store_picture picture = { 2, 3, 10, 12, true, cells };

	assert_int_equal(store_picture_put(store, trial, &picture), 0);
}

static int64_t make_trial(int64_t visit, int64_t started_unix_ms, const char *id)
{
	struct trial_record *record = calloc(1, sizeof(*record));
	struct trial_series series;
	int64_t number;

	assert_non_null(record);
	store_fixture_record(record, &rng, "P-1", 1);
	snprintf(record->protocol, sizeof(record->protocol), "quiet-eo");
	snprintf(record->calibration_id, sizeof(record->calibration_id), "%s", id);
	snprintf(record->calibration_state, sizeof(record->calibration_state), "%s",
		*id ? "valid" : "none");
	record->visit_id = visit;
	record->verdict = TRIAL_GOOD;
	record->voided = false;
	record->started_unix_ms = started_unix_ms;
	record->utc_offset_min = OFFSET_MIN;
	store_fixture_series(&series, &rng, 500);
	assert_int_equal(store_trial_begin(store, record, &record->id), 0);
	put_picture(record->id);
	assert_int_equal(store_trial_finish(store, record, &series), 0);
	store_series_free(&series);
	number = record->id;
	free(record);
	return number;
}

static int make_station(void **state)
{
	struct store_patient patient = {
		.code = "P-1", .sex = 'F', .birth_year = 1961
	};
	char message[STORE_MESSAGE_SIZE];
	int64_t id;

	(void)state;
	store_fixture_folder(folder);
	rng_init(&rng, 3, 1);
	assert_int_equal(
		store_open(folder, false, &store, message, sizeof(message)), 0);
	make_calibration();
	patient.stature_m = 1.66;
	patient.mass_kg = 64;
	assert_int_equal(store_patient_add(store, &patient, "test", &id), 0);
	for (int64_t visit = 1; visit <= N_VISITS; visit++) {
		assert_int_equal(store_visit_start(store, "P-1", "", "test", &id), 0);
		assert_int_equal(id, visit);
		make_trial(visit, CREATED_MS + 88 * DAY_MS, calibration_id);
		assert_int_equal(store_visit_close(store, visit, "test"), 0);
	}
	return 0;
}

static int drop_station(void **state)
{
	(void)state;
	store_close(store);
	store_fixture_remove(folder);
	return 0;
}

static json_t *draft(int64_t visit, int64_t trial)
{
	struct rpc_error error = { .code = 0 };
	char *text = NULL;
	json_t *document;
	size_t n;

	assert_int_equal(
		report_document_draft(store, visit, trial, &text, &n, &error), 0);
	assert_int_equal(strlen(text), n);
	document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(document);
	free(text);
	return document;
}

static json_t *sign(int64_t visit)
{
	struct report_document how = { .clock = CLOCK_TRUST_SYNCHRONISED };
	struct store_report report = { .visit_id = visit, .operator_name = "A. Kern" };
	json_t *document;
	char *text = NULL;

	assert_int_equal(store_report_sign(store, &report, NULL, report_document_make,
				 &how, "test"),
		0);
	assert_int_equal(store_report_get(store, visit, 0, &report, &text), 0);
	document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(document);
	free(text);
	return document;
}

static const json_t *calibration_of(const json_t *document, size_t i)
{
	return json_array_get(json_object_get(document, "calibrations"), i);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void assert_nothing_but_id(const json_t *document)
{
	static const char *const keys[] = { "created", "serial", "operator",
		"age_days" };
	const json_t *c = calibration_of(document, 0);

	assert_string_equal(text_of(c, "id"), calibration_id);
	assert_string_equal(text_of(c, "state"), "valid");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_true(json_is_null(json_object_get(c, keys[i])));
}

/* --- one document -------------------------------------------------------------------------------- */

static void a_draft_is_what_is_signed(void **state)
{
	static const char *const signature[] = { "version", "previous", "amended",
		"signed" };
	static const char *const figures[] = { "traces", "pictures" };
	json_t *a = draft(2, 0), *b = sign(2);

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(a, "version")), 0);
	assert_true(json_is_null(json_object_get(a, "signed")));
	assert_int_equal(json_integer_value(json_object_get(b, "version")), 1);
	assert_string_equal(
		text_of(json_object_get(b, "signed"), "operator"), "A. Kern");
	for (size_t i = 0; i < sizeof(signature) / sizeof(signature[0]); i++) {
		assert_int_equal(json_object_del(a, signature[i]), 0);
		assert_int_equal(json_object_del(b, signature[i]), 0);
	}
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		assert_null(json_object_get(a, figures[i]));
		assert_int_equal(json_object_del(b, figures[i]), 0);
	}
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
}

static void a_trial_alone(void **state)
{
	json_t *d = draft(0, 2);

	(void)state;
	assert_null(json_object_get(d, "visit"));
	assert_null(json_object_get(d, "results"));
	assert_null(json_object_get(d, "history"));
	assert_int_equal(json_array_size(json_object_get(d, "trials")), 1);
	assert_string_equal(text_of(json_object_get(d, "patient"), "code"), "P-1");
	json_decref(d);
}

/* Those of one trial alone are those that are signed. */
static void figures_are_the_same(void **state)
{
	json_t *d = sign(2), *figures;
	char *text;
	size_t n;

	(void)state;
	assert_int_equal(report_document_figures(store, 2, 0, &text, &n), 0);
	figures = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	assert_int_equal(json_array_size(json_object_get(d, "traces")), 1);
	assert_true(json_equal(
		json_object_get(figures, "traces"), json_object_get(d, "traces")));
	assert_true(json_equal(
		json_object_get(figures, "pictures"), json_object_get(d, "pictures")));
	json_decref(figures);
	json_decref(d);
	/* who does not exist has none */
	assert_int_equal(report_document_figures(store, 99, 0, &text, &n), -ENOENT);
}

/* Without raw frames the picture that was kept is there; what is faint against its peak is left out. */
static void the_kept_picture_is_shown(void **state)
{
	json_t *d = sign(3), *p;
	uint8_t bytes[12 + 3];
	const char *cells;

	(void)state;
	assert_int_equal(json_array_size(json_object_get(d, "pictures")), 1);
	p = json_array_get(json_object_get(d, "pictures"), 0);
	assert_string_equal(text_of(p, "unit"), "n");
	assert_int_equal(json_integer_value(json_object_get(p, "cols")), 3);
	cells = text_of(p, "cells");
	assert_int_equal(base64_decode(cells, strlen(cells), bytes), 12);
	assert_int_equal(bytes_get_u16(bytes + 2 * 1), 65535);
	assert_int_equal(bytes_get_u16(bytes + 2 * 3), 0);
	assert_in_range(bytes_get_u16(bytes + 2 * 5), 32767, 32768);
	json_decref(d);
}

static void history_ends_with_the_visit(void **state)
{
	(void)state;
	for (int64_t visit = 1; visit <= N_VISITS; visit++) {
		json_t *d = draft(visit, 0);
		const json_t *history = json_object_get(d, "history");

		assert_int_equal(json_array_size(history), visit);
		assert_int_equal(
			json_integer_value(json_object_get(
				json_array_get(history, (size_t)visit - 1), "visit")),
			visit);
		json_decref(d);
	}
}

static void what_is_not_there(void **state)
{
	struct rpc_error error = { .code = 0 };
	char *text = NULL;
	size_t n;

	(void)state;
	assert_int_equal(
		report_document_draft(store, 77, 0, &text, &n, &error), -EREMOTEIO);
	assert_int_equal(error.code, RPC_NOT_FOUND);
	assert_non_null(strstr(error.message, "visit 77"));
	assert_int_equal(
		report_document_draft(store, 0, 78, &text, &n, &error), -EREMOTEIO);
	assert_non_null(strstr(error.message, "trial 78"));
	assert_null(text);
}

/* A frame each 10 ms for 4 s, of which 0.3 s are lost: a point each 50 ms, and none where none was measured. */
static void traces_keep_their_time(void **state)
{
	struct trial_record *record = calloc(1, sizeof(*record));
	struct trial_series series;
	json_t *figures;
	const json_t *trace, *x;
	char *text;
	int m = 0;
	size_t n;

	(void)state;
	assert_non_null(record);
	store_fixture_record(record, &rng, "P-1", 1);
	record->rate_hz = 100;
	store_fixture_series(&series, &rng, 400);
	for (int i = 0; i < 400; i++) {
		if (i >= 200 && i < 230)
			continue;
		series.t_s[m] = 7 + 0.01 * i;
		series.phase[m] = 0;
		series.x_mm[m++] = i;
	}
	series.n = m;
	assert_int_equal(store_trial_begin(store, record, &record->id), 0);
	assert_int_equal(store_trial_finish(store, record, &series), 0);
	store_series_free(&series);
	assert_int_equal(report_document_figures(store, record->id, 0, &text, &n), 0);
	figures = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	trace = json_array_get(json_object_get(figures, "traces"), 0);
	x = json_object_get(trace, "x_mm");
	assert_int_equal(json_array_size(x), 80);
	assert_int_equal(json_array_size(json_object_get(trace, "left_frac")), 80);
	for (size_t k = 0; k < 80; k++) {
		const json_t *value = json_array_get(x, k);

		/* frame 199 and frame 230 are near to what lies beside the gap */
		if (k > 40 && k < 46)
			assert_true(json_is_null(value));
		else if (k != 40)
			assert_int_equal((int)json_number_value(value), 5 * (int)k);
	}
	assert_int_equal((int)json_number_value(json_array_get(x, 40)), 199);
	json_decref(figures);
	free(text);
	free(record);
}

/* --- calibrations -------------------------------------------------------------------------------- */

/* From the 2nd of September to the 29th of November, as the clock on the wall went: 88 days. */
static void a_calibration_is_told(void **state)
{
	json_t *d = sign(1);
	const json_t *c = calibration_of(d, 0);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(d, "calibrations")), 1);
	assert_string_equal(text_of(c, "id"), calibration_id);
	assert_string_equal(text_of(c, "state"), "valid");
	assert_string_equal(text_of(c, "created"), "2026-09-02");
	assert_string_equal(text_of(c, "serial"), "SIM-42");
	assert_string_equal(text_of(c, "operator"), "B. Kurz");
	assert_int_equal(json_integer_value(json_object_get(c, "age_days")), 88);
	json_decref(d);
}

/* Days are those of calendars: one hour may lie between two of them, and 23 within one. */
static void age_counts_days(void **state)
{
	static const struct {
		int64_t after_ms;
		int age_days;
	} cases[] = { { 0, 0 }, { 23 * HOUR_MS, 0 }, { 24 * HOUR_MS, 1 },
		{ -HOUR_MS, -1 } };
	int64_t id;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *d;

		assert_int_equal(store_visit_start(store, "P-1", "", "test", &id), 0);
		make_trial(id, CREATED_MS + cases[i].after_ms, calibration_id);
		d = draft(id, 0);
		assert_int_equal(json_integer_value(json_object_get(
					 calibration_of(d, 0), "age_days")),
			cases[i].age_days);
		json_decref(d);
	}
}

/* Each once, in the order of the trials; none is one, too. */
static void several_calibrations(void **state)
{
	static const char other[] = "0123456789abcdef0123456789abcdef";
	int64_t id;
	json_t *d;

	(void)state;
	assert_int_equal(store_visit_start(store, "P-1", "", "test", &id), 0);
	make_trial(id, CREATED_MS, "");
	make_trial(id, CREATED_MS + DAY_MS, calibration_id);
	make_trial(id, CREATED_MS + 5 * DAY_MS, calibration_id);
	make_trial(id, CREATED_MS + 5 * DAY_MS, other);
	make_trial(id, CREATED_MS + 5 * DAY_MS, "");
	d = draft(id, 0);
	assert_int_equal(json_array_size(json_object_get(d, "calibrations")), 3);
	assert_true(json_is_null(json_object_get(calibration_of(d, 0), "id")));
	assert_string_equal(text_of(calibration_of(d, 0), "state"), "none");
	assert_int_equal(
		json_integer_value(json_object_get(calibration_of(d, 1), "age_days")),
		1);
	assert_string_equal(text_of(calibration_of(d, 2), "id"), other);
	assert_true(json_is_null(json_object_get(calibration_of(d, 2), "serial")));
	json_decref(d);
}

/* Gone, edited, or another one's under its name: then nothing is said of it, and the report comes all the same. */
static void a_file_that_tells_nothing(void **state)
{
	struct calibration *other = calibration_sample(&rng);
	char *text = NULL;
	size_t n;
	json_t *d;

	(void)state;
	assert_int_equal(calibration_write(other, &text, &n), 0);
	put_file(text, n);
	d = draft(1, 0);
	assert_nothing_but_id(d);
	json_decref(d);
	text[n / 2] ^= 1;
	put_file(text, n);
	d = draft(1, 0);
	assert_nothing_but_id(d);
	json_decref(d);
	assert_int_equal(unlink(path), 0);
	d = sign(1);
	assert_nothing_but_id(d);
	json_decref(d);
	free(text);
	calibration_free(other);
}

int main(void)
{
#define IN_STATION(f) cmocka_unit_test_setup_teardown(f, make_station, drop_station)
	const struct CMUnitTest tests[] = {
		IN_STATION(a_draft_is_what_is_signed),
		IN_STATION(a_trial_alone),
		IN_STATION(figures_are_the_same),
		IN_STATION(the_kept_picture_is_shown),
		IN_STATION(history_ends_with_the_visit),
		IN_STATION(what_is_not_there),
		IN_STATION(traces_keep_their_time),
		IN_STATION(a_calibration_is_told),
		IN_STATION(age_counts_days),
		IN_STATION(several_calibrations),
		IN_STATION(a_file_that_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
