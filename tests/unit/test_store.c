/* The store: what goes in comes out, nothing is overwritten, everything is on the record. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/store/sql.h"
#include "src/store/store.h"
#include "tests/support/store_fixture.h"

struct fixture {
	char folder[64];
	struct store *store;
	struct rng rng;
	struct trial_record record, back;
	char message[STORE_MESSAGE_SIZE];
};

static void reopen(struct fixture *f, bool read_only)
{
	store_close(f->store);
	f->store = NULL;
	assert_int_equal(store_open(f->folder, read_only, &f->store, f->message,
				 sizeof(f->message)),
		0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	store_fixture_folder(f->folder);
	rng_init(&f->rng, 5, 0);
	reopen(f, false);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->store);
	store_fixture_remove(f->folder);
	free(f);
	return 0;
}

static int64_t add_patient(struct fixture *f, const char *code)
{
	struct store_patient p = { .sex = 'F',
		.birth_year = 1961,
		.stature_m = 1.0 / 0.6,
		.mass_kg = (double)NAN };
	int64_t id = 0;

	snprintf(p.code, sizeof(p.code), "%s", code);
	snprintf(p.notes, sizeof(p.notes), "first line\nsecond of %s", code);
	assert_int_equal(store_patient_add(f->store, &p, "tester", &id), 0);
	assert_true(id > 0);
	return id;
}

/* A finished trial; f->record is what was stored. */
static int64_t add_trial(struct fixture *f, const char *patient, int64_t visit_id)
{
	store_fixture_record(&f->record, &f->rng, patient, 2);
	f->record.visit_id = visit_id;
	assert_int_equal(store_trial_begin(f->store, &f->record, &f->record.id), 0);
	assert_int_equal(store_trial_finish(f->store, &f->record, NULL), 0);
	return f->record.id;
}

/* --- what goes in comes out ---------------------------------------------------------------- */

static void test_trial_round_trip(void **state)
{
	struct fixture *f = *state;

	add_patient(f, "P-1");
	for (int n_phases = 0; n_phases <= RECORD_MAX_PHASES; n_phases++) {
		store_fixture_record(
			&f->record, &f->rng, n_phases % 2 ? "P-1" : "", n_phases);
		assert_int_equal(
			store_trial_begin(f->store, &f->record, &f->record.id), 0);
		assert_int_equal(store_trial_finish(f->store, &f->record, NULL), 0);
		reopen(f, n_phases % 2);
		assert_int_equal(store_trial_get(f->store, f->record.id, &f->back), 0);
		store_fixture_assert_same(&f->back, &f->record);
		reopen(f, false);
	}
	assert_int_equal(store_trial_get(f->store, 999, &f->back), -ENOENT);
}

static void test_series_round_trip(void **state)
{
	struct fixture *f = *state;
	static const int lengths[] = { 0, 1, 3000 };

	for (int i = 0; i < 3; i++) {
		struct trial_series series, back;
		const size_t n = (size_t)lengths[i];

		store_fixture_series(&series, &f->rng, lengths[i]);
		store_fixture_record(&f->record, &f->rng, "", 1);
		assert_int_equal(
			store_trial_begin(f->store, &f->record, &f->record.id), 0);
		assert_int_equal(store_trial_finish(f->store, &f->record, &series), 0);
		assert_int_equal(store_trial_series(f->store, f->record.id, &back), 0);
		assert_int_equal(back.n, n);
		/* the fixture's and the store's columns lie alike, so one comparison does */
		assert_memory_equal(back.t_s, series.t_s, n * sizeof(double));
		assert_memory_equal(
			back.fore_frac, series.fore_frac, n * sizeof(double));
		assert_memory_equal(
			back.right_y_mm, series.right_y_mm, n * sizeof(double));
		assert_memory_equal(back.left_n, series.left_n, n * sizeof(double));
		assert_memory_equal(back.flags, series.flags, n * sizeof(uint32_t));
		assert_memory_equal(back.phase, series.phase, n);
		store_series_free(&series);
		store_series_free(&back);
	}
	add_trial(f, "", 0);
	assert_int_equal(
		store_trial_series(f->store, f->record.id, &(struct trial_series){ 0 }),
		-ENOENT);
}

static void test_patients(void **state)
{
	struct fixture *f = *state;
	struct store_patient p, q;
	int64_t id;

	id = add_patient(f, "M\xc3\xbcller 'x'");
	assert_int_equal(store_patient_get(f->store, "M\xc3\xbcller 'x'", &p), 0);
	assert_true(p.id == id && p.sex == 'F' && p.birth_year == 1961);
	assert_true(fabs(p.stature_m - 1.0 / 0.6) < 1e-300 && isnan(p.mass_kg));
	assert_string_equal(p.notes, "first line\nsecond of M\xc3\xbcller 'x'");
	assert_true(p.created_unix_ms > 1600000000000);
	assert_int_equal(store_patient_add(f->store, &p, "t", &id), -EEXIST);
	q = p;
	strcpy(q.code, "K");
	q.mass_kg = 70.5;
	assert_int_equal(store_patient_update(f->store, &q, "t"), 0);
	assert_int_equal(store_patient_get(f->store, p.code, &p), -ENOENT);
	assert_int_equal(store_patient_get(f->store, "K", &p), 0);
	assert_true(p.mass_kg > 70.4 && p.id == q.id);
	q.id = 77;
	assert_int_equal(store_patient_update(f->store, &q, "t"), -ENOENT);
}

static void test_bad_codes(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = { "", "a\nb", "a\x7f", "\xff", "\xc3",
		"\xed\xa0\x80" };
	struct store_patient p = { .stature_m = (double)NAN, .mass_kg = (double)NAN };
	int64_t id;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		strcpy(p.code, bad[i]);
		assert_int_equal(store_patient_add(f->store, &p, "t", &id), -EINVAL);
	}
	memset(p.code, 'x', 64);
	assert_int_equal(store_patient_add(f->store, &p, "t", &id), 0);
	p.sex = 'x';
	assert_int_equal(store_patient_add(f->store, &p, "t", &id), -EINVAL);
}

static int count_patient(const struct store_patient *patient, void *ctx)
{
	char *codes = ctx;

	strcat(codes, patient->code);
	return strlen(codes) >= 6;
}

static void test_patient_list(void **state)
{
	struct fixture *f = *state;
	static const char *const codes[] = { "b", "a", "B", "c" };
	char seen[32] = "";

	for (int i = 0; i < 4; i++)
		add_patient(f, codes[i]);
	assert_int_equal(store_patient_list(f->store, "", 10, count_patient, seen), 4);
	assert_string_equal(seen, "Babc");
	assert_int_equal(store_patient_list(f->store, "a", 1, count_patient, seen), 1);
	assert_string_equal(seen, "Babcb");
	assert_int_equal(store_patient_list(f->store, "", 10, count_patient, seen), 1);
}

/* --- listings ------------------------------------------------------------------------------ */

struct ids {
	int n;
	int64_t id[32];
	struct store_trial_line last;
};

static int take_line(const struct store_trial_line *line, void *ctx)
{
	struct ids *ids = ctx;

	ids->id[ids->n++] = line->id;
	ids->last = *line;
	return 0;
}

static int list(struct fixture *f, struct store_trial_query query, struct ids *ids)
{
	memset(ids, 0, sizeof(*ids));
	if (query.limit == 0)
		query.limit = 30;
	return store_trial_list(f->store, &query, take_line, ids);
}

static void test_trial_list(void **state)
{
	struct fixture *f = *state;
	int64_t id[6], visit;
	struct ids ids;

	add_patient(f, "A");
	add_patient(f, "B");
	assert_int_equal(store_visit_start(f->store, "A", "quiet-eo", "t", &visit), 0);
	for (int i = 0; i < 6; i++)
		id[i] = add_trial(f, i < 3 ? "A" : i < 5 ? "B" : "", i < 2 ? visit : 0);
	assert_int_equal(list(f, (struct store_trial_query){ 0 }, &ids), 6);
	assert_true(ids.id[0] == id[5] && ids.id[5] == id[0]);
	assert_int_equal(
		list(f, (struct store_trial_query){ .patient = "A" }, &ids), 3);
	assert_true(ids.id[0] == id[2] && ids.last.visit_id == visit);
	assert_string_equal(ids.last.patient, "A");
	assert_int_equal(list(f, (struct store_trial_query){ .patient = "" }, &ids), 1);
	assert_true(ids.id[0] == id[5]);
	assert_true(isnan(ids.last.left_frac) ==
		    isnan(f->record.phases[0].value[METRIC_LEFT_FRAC]));
	assert_int_equal(
		list(f, (struct store_trial_query){ .patient = "C" }, &ids), -ENOENT);
	assert_int_equal(
		list(f, (struct store_trial_query){ .visit_id = visit }, &ids), 2);
	assert_int_equal(
		list(f, (struct store_trial_query){ .before_id = id[3], .limit = 2 },
			&ids),
		2);
	assert_true(ids.id[0] == id[2] && ids.id[1] == id[1]);
	assert_int_equal(
		list(f, (struct store_trial_query){ .protocol = "squat-0" }, &ids), 0);
	assert_int_equal(list(f,
				 (struct store_trial_query){
					 .protocol = "quiet-eo", .patient = "B" },
				 &ids),
		2);
	assert_int_equal(store_trial_void(f->store, id[0], "cough", "t"), 0);
	assert_int_equal(
		list(f, (struct store_trial_query){ .visit_id = visit }, &ids), 1);
	assert_int_equal(list(f,
				 (struct store_trial_query){ .visit_id = visit,
					 .with_voided = true,
					 .patient = "A" },
				 &ids),
		2);
	assert_true(ids.last.voided);
}

/* --- nothing is overwritten ---------------------------------------------------------------- */

static void test_finished_is_fixed(void **state)
{
	struct fixture *f = *state;
	char path[96];
	struct sql *db = NULL;

	add_trial(f, "", 0);
	f->record.duration_s = 1.0;
	assert_int_equal(store_trial_finish(f->store, &f->record, NULL), -EPERM);
	assert_int_equal(store_trial_discard(f->store, f->record.id), -EPERM);
	assert_int_equal(store_trial_get(f->store, f->record.id, &f->back), 0);
	assert_true(f->back.duration_s > 29.0);
	f->record.id = 55;
	assert_int_equal(store_trial_finish(f->store, &f->record, NULL), -ENOENT);
	/* nor by another program, as long as it does not take the guards away */
	snprintf(path, sizeof(path), "%s/stance.db", f->folder);
	assert_int_equal(sql_open(path, SQL_READ_WRITE, &db), 0);
	assert_int_equal(sql_script(db, "UPDATE trial SET verdict = 'good'"), -EPERM);
	assert_int_equal(sql_script(db, "UPDATE value SET value = 1"), -EPERM);
	assert_int_equal(sql_script(db, "UPDATE phase SET start_s = 1"), -EPERM);
	assert_int_equal(sql_script(db, "DELETE FROM audit"), -EPERM);
	assert_int_equal(sql_script(db, "UPDATE audit SET author = 'x'"), -EPERM);
	assert_int_equal(sql_script(db, "UPDATE audit SET detail = 'x'"), -EPERM);
	assert_string_equal(sql_message(db), "the audit log is never changed");
	sql_close(db);
}

static void test_void_and_move(void **state)
{
	struct fixture *f = *state;
	int64_t visit, id, running;

	add_patient(f, "A");
	add_patient(f, "B");
	store_visit_start(f->store, "A", "", "t", &visit);
	id = add_trial(f, "A", visit);
	assert_int_equal(store_trial_move(f->store, id, "C", "t"), -ENOENT);
	assert_int_equal(store_trial_move(f->store, id, "B", "t"), 0);
	assert_int_equal(store_trial_get(f->store, id, &f->back), 0);
	assert_string_equal(f->back.patient, "B");
	assert_int_equal(f->back.visit_id, 0);
	assert_int_equal(store_trial_move(f->store, id, "", "t"), 0);
	assert_int_equal(store_trial_void(f->store, id, "wrong person", "t"), 0);
	assert_int_equal(store_trial_void(f->store, id, "again", "t"), -EPERM);
	assert_int_equal(store_trial_move(f->store, id, "A", "t"), -EPERM);
	store_trial_get(f->store, id, &f->back);
	assert_true(f->back.voided);
	assert_string_equal(f->back.void_reason, "wrong person");
	store_fixture_record(&f->record, &f->rng, "A", 1);
	assert_int_equal(store_trial_begin(f->store, &f->record, &running), 0);
	assert_int_equal(store_trial_void(f->store, running, "r", "t"), -EPERM);
	assert_int_equal(store_trial_void(f->store, 99, "r", "t"), -ENOENT);
}

static void test_visits(void **state)
{
	struct fixture *f = *state;
	struct store_visit visit;
	int64_t id, b, trial;

	add_patient(f, "A");
	add_patient(f, "B");
	assert_int_equal(store_visit_start(f->store, "C", "", "t", &id), -ENOENT);
	assert_int_equal(store_visit_start(f->store, "A", "mctsib", "t", &id), 0);
	trial = add_trial(f, "B", 0);
	assert_int_equal(store_visit_add(f->store, id, trial, "t"), -EPERM);
	assert_int_equal(store_visit_add(f->store, id, 99, "t"), -ENOENT);
	assert_int_equal(store_visit_add(f->store, 99, trial, "t"), -ENOENT);
	trial = add_trial(f, "A", 0);
	assert_int_equal(store_visit_add(f->store, id, trial, "t"), 0);
	assert_int_equal(store_visit_get(f->store, id, &visit), 0);
	assert_string_equal(visit.patient, "A");
	assert_string_equal(visit.protocol, "mctsib");
	assert_int_equal(strlen(visit.uid), 32);
	assert_true(visit.n_trials == 1 && !visit.closed);
	assert_int_equal(store_visit_close(f->store, id, "t"), 0);
	assert_int_equal(store_visit_close(f->store, id, "t"), 0);
	assert_int_equal(store_visit_close(f->store, 99, "t"), -ENOENT);
	assert_int_equal(store_visit_add(f->store, id, trial, "t"), -EPERM);
	store_fixture_record(&f->record, &f->rng, "A", 1);
	f->record.visit_id = id;
	assert_int_equal(store_trial_begin(f->store, &f->record, &trial), -EPERM);
	store_visit_start(f->store, "B", "", "t", &b);
	f->record.visit_id = b;
	assert_int_equal(store_trial_begin(f->store, &f->record, &trial), -EPERM);
}

static void test_running(void **state)
{
	struct fixture *f = *state;
	int64_t ids[4], first, second, n_trials;
	uint64_t free_bytes;

	add_trial(f, "", 0);
	store_fixture_record(&f->record, &f->rng, "", 1);
	assert_int_equal(store_trial_begin(f->store, &f->record, &first), 0);
	assert_int_equal(store_trial_begin(f->store, &f->record, &second), -EEXIST);
	store_fixture_record(&f->record, &f->rng, "", 1);
	assert_int_equal(store_trial_begin(f->store, &f->record, &second), 0);
	reopen(f, false);
	assert_int_equal(store_trial_running(f->store, ids, 4), 2);
	assert_true(ids[0] == first && ids[1] == second);
	assert_int_equal(store_totals(f->store, &n_trials, &free_bytes), 0);
	assert_true(n_trials == 1 && free_bytes > 0);
	assert_int_equal(store_trial_discard(f->store, second), 0);
	assert_int_equal(store_trial_discard(f->store, second), -ENOENT);
	assert_int_equal(store_trial_running(f->store, ids, 4), 1);
	store_fixture_record(&f->record, &f->rng, "", 1);
	assert_int_equal(store_trial_begin(f->store, &f->record, &ids[0]), 0);
	assert_true(ids[0] == second + 1);
	strcpy(f->record.uid, "../x");
	assert_int_equal(store_trial_begin(f->store, &f->record, &ids[0]), -EINVAL);
}

static void test_read_only(void **state)
{
	struct fixture *f = *state;
	struct store *reader = NULL;
	int64_t id;

	id = add_trial(f, "", 0);
	assert_int_equal(
		store_open(f->folder, true, &reader, f->message, sizeof(f->message)),
		0);
	assert_int_equal(store_trial_get(reader, id, &f->back), 0);
	assert_int_equal(store_trial_void(reader, id, "r", "t"), -EROFS);
	id = add_trial(f, "", 0); /* seen at once */
	assert_int_equal(store_trial_get(reader, id, &f->back), 0);
	store_close(reader);
	assert_int_equal(store_open("/tmp/stance-none", true, &reader, f->message,
				 sizeof(f->message)),
		-ENOENT);
	assert_non_null(strstr(f->message, "nothing was ever stored"));
}

/* --- recordings ---------------------------------------------------------------------------- */

static void make_raw(struct fixture *f, char path[128])
{
	int fd;

	assert_int_equal(store_raw_path(f->store, f->record.uid, path, 128), 0);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static void test_prune(void **state)
{
	struct fixture *f = *state;
	char old[128], new[128], undated[128];
	int64_t id;

	assert_int_equal(store_raw_path(f->store, "..", old, sizeof(old)), -EINVAL);
	store_fixture_record(&f->record, &f->rng, "", 1);
	f->record.started_unix_ms = INT64_MIN;
	store_trial_begin(f->store, &f->record, &f->record.id);
	store_trial_finish(f->store, &f->record, NULL);
	make_raw(f, undated);
	id = add_trial(f, "", 0);
	make_raw(f, old);
	store_fixture_record(&f->record, &f->rng, "", 1);
	f->record.started_unix_ms = 1800000000000;
	store_trial_begin(f->store, &f->record, &f->record.id);
	store_trial_finish(f->store, &f->record, NULL);
	make_raw(f, new);
	assert_int_equal(store_raw_prune(f->store, 1795000000000, "t"), 1);
	assert_int_equal(access(old, F_OK), -1);
	assert_int_equal(access(new, F_OK), 0);
	assert_int_equal(access(undated, F_OK), 0);
	store_trial_get(f->store, id, &f->back);
	assert_false(f->back.has_raw);
	assert_int_equal(store_raw_prune(f->store, 1795000000000, "t"), 0);
}

/* --- the audit log ------------------------------------------------------------------------- */

static int take_audit(const struct store_audit *entry, void *ctx)
{
	char *text = ctx;
	const size_t n = strlen(text);

	snprintf(text + n, 4096 - n, "%lld %s %s %s: %s\n", (long long)entry->id,
		entry->by, entry->action, entry->subject, entry->detail);
	return 0;
}

static void test_audit(void **state)
{
	struct fixture *f = *state;
	char text[4096] = "";
	struct store_patient p;
	int64_t id, bad = 0;

	add_patient(f, "A");
	store_patient_get(f->store, "A", &p);
	strcpy(p.code, "AA");
	store_patient_update(f->store, &p, "u");
	id = add_trial(f, "AA", 0);
	store_trial_void(f->store, id, "cough", "v");
	assert_int_equal(store_audit_list(f->store, 0, 10, take_audit, text), 4);
	assert_non_null(strstr(text, "1 tester patient.add patient A: \n"));
	assert_non_null(
		strstr(text, "2 u patient.update patient AA: was: code A, sex F,"));
	assert_non_null(strstr(text, "3 M. Muster trial.store trial 1: quiet-eo "));
	assert_non_null(strstr(text, "4 v trial.void trial 1: cough\n"));
	assert_int_equal(store_audit_list(f->store, 3, 10, take_audit, text), 1);
	assert_int_equal(store_audit_verify(f->store, &bad), 0);
}

/* Whoever changes, swaps or cuts entries must be found out, with the first that is wrong. */
static void test_audit_tampering(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *script;
		int bad;
	} cases[] = {
		{ "UPDATE audit SET detail = 'x' WHERE id = 2", 2 },
		{ "UPDATE audit SET author = 'x' WHERE id = 3", 3 },
		{ "UPDATE audit SET at_unix_ms = at_unix_ms + 1 WHERE id = 1", 1 },
		{ "UPDATE audit SET salt = NULL WHERE id = 2", 2 },
		{ "UPDATE audit SET subject = subject || 'b' WHERE id = 4", 4 },
		{ "DELETE FROM audit WHERE id = 2", 2 },
		{ "DELETE FROM audit WHERE id = 5", 5 },
		{ "UPDATE audit SET hash = zeroblob(32) WHERE id = 3", 3 },
		{ "UPDATE audit SET id = -1 WHERE id = 1; UPDATE audit SET id = 1 "
		  "WHERE id = 2;"
		  "UPDATE audit SET id = 2 WHERE id = -1",
			1 },
	};
	char path[96];
	struct sql *db = NULL;

	for (int i = 0; i < 5; i++)
		add_patient(f, (const char[]){ (char)('a' + i), '\0' });
	snprintf(path, sizeof(path), "%s/stance.db", f->folder);
	assert_int_equal(sql_open(path, SQL_READ_WRITE, &db), 0);
	assert_int_equal(
		sql_script(db, "PRAGMA foreign_keys = OFF; DROP TRIGGER audit_kept;"
			       "DROP TRIGGER audit_fixed;"
			       "CREATE TABLE kept AS SELECT * FROM audit;"),
		0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t bad = 0;

		assert_int_equal(store_audit_verify(f->store, &bad), 0);
		assert_int_equal(sql_script(db, cases[i].script), 0);
		assert_int_equal(store_audit_verify(f->store, &bad), -EBADMSG);
		assert_int_equal(bad, cases[i].bad);
		assert_int_equal(
			sql_script(db, "DELETE FROM audit;"
				       "INSERT INTO audit SELECT * FROM kept;"),
			0);
	}
	sql_close(db);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_trial_round_trip),
		TEST(test_series_round_trip),
		TEST(test_patients),
		TEST(test_bad_codes),
		TEST(test_patient_list),
		TEST(test_trial_list),
		TEST(test_finished_is_fixed),
		TEST(test_void_and_move),
		TEST(test_visits),
		TEST(test_running),
		TEST(test_read_only),
		TEST(test_prune),
		TEST(test_audit),
		TEST(test_audit_tampering),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
