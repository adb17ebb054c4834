/* Where a report comes from: the signed document where there is one, to the byte; else the store as it is. */
#define _GNU_SOURCE /* asprintf() */
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

#include <sqlite3.h>

#include "src/base/rng.h"
#include "src/report/origin.h"
#include "src/store/store.h"
#include "src/store/store_report.h"
#include "tests/support/store_fixture.h"

/* A signed document says something else than the store: so it is seen which of them is drawn. */
#define DOCUMENT                                                                       \
	"{\"schema\":\"stance.report/1\",\"version\":%d,\"previous\":%s,"              \
	"\"signed\":{\"at\":\"2026-11-28T10:02:00+01:00\",\"operator\":\"A. Kern\"},"  \
	"\"patient\":{\"code\":\"P-1\",\"mass_kg\":99.5},"                             \
	"\"visit\":{\"id\":1,\"started\":\"2026-11-28T09:30:00+01:00\"},"              \
	"\"trials\":[{\"id\":1,\"protocol\":\"quiet-eo\"}]}"

static char folder[64];
static char message[512];

static int make_station(void **state)
{
	struct store_patient patient = { .code = "P-1",
		.sex = 'F',
		.birth_year = 1961,
		.stature_m = 1.66,
		.mass_kg = 64 };
	struct trial_record *record = calloc(1, sizeof(*record));
	struct trial_series series;
	struct store *store;
	struct rng rng;
	int64_t id;

	(void)state;
	store_fixture_folder(folder);
	assert_int_equal(
		store_open(folder, false, &store, message, sizeof(message)), 0);
	assert_int_equal(store_patient_add(store, &patient, "test", &id), 0);
	assert_int_equal(store_visit_start(store, "P-1", "", "test", &id), 0);
	assert_int_equal(store_visit_start(store, "P-1", "", "test", &id), 0);
	rng_init(&rng, 3, 1);
	store_fixture_record(record, &rng, "P-1", 1);
	snprintf(record->protocol, sizeof(record->protocol), "quiet-eo");
	record->visit_id = 1;
	record->verdict = TRIAL_GOOD;
	store_fixture_series(&series, &rng, 500);
	assert_int_equal(store_trial_begin(store, record, &record->id), 0);
	assert_int_equal(store_trial_finish(store, record, &series), 0);
	store_series_free(&series);
	store_close(store);
	free(record);
	return 0;
}

static int drop_station(void **state)
{
	(void)state;
	store_fixture_remove(folder);
	return 0;
}

/* The document of a version; its text is the store's to free. */
static int make_document(struct store *store, const struct store_report *report,
	char **text, size_t *n, void *ctx)
{
	const char *previous =
		report->version > 1 ? "{\"version\":1,\"sha256\":\"ab\"}" : "null";

	(void)store;
	(void)ctx;
	if (asprintf(text, DOCUMENT, report->version, previous) < 0)
		return -ENOMEM;
	*n = strlen(*text);
	return 0;
}

static void sign(int version)
{
	const struct store_amendment amendment = { .n_discard = 0 };
	struct store_report report = { .visit_id = 1,
		.signed_unix_ms = INT64_C(1795850520000),
		.utc_offset_min = 60,
		.operator_name = "A. Kern" };
	struct store *store;

	assert_int_equal(
		store_open(folder, false, &store, message, sizeof(message)), 0);
	assert_int_equal(
		store_report_sign(store, &report, version > 1 ? &amendment : NULL,
			make_document, NULL, "test"),
		0);
	assert_int_equal(report.version, version);
	store_close(store);
}

static int ask(int64_t visit, int64_t trial, int version, struct origin **out)
{
	const struct origin_wish wish = {
		.state_dir = folder, .visit = visit, .trial = trial, .version = version
	};

	message[0] = '\0';
	return origin_open(&wish, out, message, sizeof(message));
}

static void a_draft(void **state)
{
	struct origin *origin;
	const struct report *r;

	(void)state;
	assert_int_equal(ask(1, 0, 0, &origin), 0);
	r = origin_report(origin);
	assert_false(r->is_signed);
	assert_true(r->is_visit);
	assert_string_equal(r->patient, "P-1");
	assert_true(fabs(r->mass_kg - 64) < 1e-9);
	assert_int_equal(r->n_trials, 1);
	origin_free(origin);
	assert_int_equal(ask(0, 1, 0, &origin), 0);
	assert_false(origin_report(origin)->is_visit);
	origin_free(origin);
}

static void what_is_not_there(void **state)
{
	struct origin *origin = NULL;

	(void)state;
	assert_int_equal(ask(7, 0, 0, &origin), -ENOENT);
	assert_non_null(strstr(message, "7"));
	assert_int_equal(ask(0, 9, 0, &origin), -ENOENT);
	assert_int_equal(ask(1, 0, 4, &origin), -ENOENT);
	assert_non_null(strstr(message, "version 4"));
	/* nothing was measured in the second visit */
	assert_int_equal(ask(2, 0, 0, &origin), -ENODATA);
	assert_null(origin);
	origin_free(NULL);
}

/* What was signed is drawn, whatever the store says now; and every version stays. */
static void a_signed_one(void **state)
{
	struct origin *origin;
	const struct report *r;

	(void)state;
	sign(1);
	assert_int_equal(ask(1, 0, 0, &origin), 0);
	r = origin_report(origin);
	assert_true(r->is_signed);
	assert_int_equal(strlen(r->signature.sha256), 64);
	assert_int_equal(r->signature.version, 1);
	assert_true(fabs(r->mass_kg - 99.5) < 1e-9);
	origin_free(origin);
	sign(2);
	assert_int_equal(ask(1, 0, 0, &origin), 0);
	assert_int_equal(origin_report(origin)->signature.version, 2);
	assert_int_equal(origin_report(origin)->signature.amends, 1);
	origin_free(origin);
	assert_int_equal(ask(1, 0, 1, &origin), 0);
	assert_int_equal(origin_report(origin)->signature.version, 1);
	origin_free(origin);
	/* as it is now, all the same */
	assert_int_equal(ask(1, 0, -1, &origin), 0);
	assert_false(origin_report(origin)->is_signed);
	origin_free(origin);
}

static void a_changed_one(void **state)
{
	char path[128];
	struct origin *origin;
	sqlite3 *db;

	(void)state;
	sign(1);
	snprintf(path, sizeof(path), "%s/stance.db", folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, "DROP TRIGGER report_fixed", NULL, NULL, NULL);
	assert_int_equal(sqlite3_exec(db,
				 "UPDATE report SET sha256 = replace(sha256, "
				 "substr(sha256, 1, 1), 'x')",
				 NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(ask(1, 0, 0, &origin), -EBADMSG);
	assert_non_null(strstr(message, "not what was signed"));
}

static void no_store(void **state)
{
	const struct origin_wish wish = { .state_dir = "/nowhere", .visit = 1 };
	struct origin *origin;

	(void)state;
	assert_int_equal(
		origin_open(&wish, &origin, message, sizeof(message)), -ENOENT);
	assert_non_null(strstr(message, "no store"));
}

int main(void)
{
#define IN_STATION(f) cmocka_unit_test_setup_teardown(f, make_station, drop_station)
	const struct CMUnitTest tests[] = {
		IN_STATION(a_draft),
		IN_STATION(what_is_not_there),
		IN_STATION(a_signed_one),
		IN_STATION(a_changed_one),
		cmocka_unit_test(no_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
