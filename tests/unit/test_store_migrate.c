/* Files of every earlier version become today's, with all that was in them. */
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

#include "src/store/schema.h"
#include "src/store/sql.h"
#include "src/store/store.h"
#include "tests/support/store_fixture.h"

struct fixture {
	char folder[64], path[96], backup[96];
	char message[STORE_MESSAGE_SIZE];
	struct store *store;
};

/* A frozen copy of what version 1 made: not to follow schema.c. */
static const char version_1[] =
	"CREATE TABLE patient (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT "
	"NULL UNIQUE,"
	" sex TEXT NOT NULL, birth_year INTEGER NOT NULL, stature_m ANY, mass_kg ANY,"
	" notes TEXT NOT NULL, created_unix_ms INTEGER NOT NULL) STRICT;"
	"CREATE TABLE visit (id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL "
	"UNIQUE,"
	" patient_id INTEGER NOT NULL REFERENCES patient, started_unix_ms INTEGER NOT "
	"NULL,"
	" utc_offset_min INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX visit_of_patient ON visit (patient_id);"
	"CREATE TABLE trial (id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL "
	"UNIQUE,"
	" patient_id INTEGER REFERENCES patient, visit_id INTEGER REFERENCES visit,"
	" state TEXT NOT NULL CHECK (state IN ('running', 'done')),"
	" operator TEXT NOT NULL, protocol TEXT NOT NULL,"
	" started_unix_ms INTEGER NOT NULL, utc_offset_min INTEGER NOT NULL,"
	" duration_s ANY, settle_s ANY, rate_hz ANY, verdict TEXT NOT NULL,"
	" calibration_id TEXT NOT NULL, calibration_state TEXT NOT NULL,"
	" algorithm TEXT NOT NULL, eyes TEXT NOT NULL, surface TEXT NOT NULL,"
	" stance TEXT NOT NULL, footwear TEXT NOT NULL, support TEXT NOT NULL,"
	" orthosis TEXT NOT NULL, pain INTEGER, voided INTEGER NOT NULL DEFAULT 0,"
	" void_reason TEXT NOT NULL DEFAULT '', has_raw INTEGER NOT NULL) STRICT;"
	"CREATE INDEX trial_of_patient ON trial (patient_id, id);"
	"CREATE INDEX trial_of_visit ON trial (visit_id, id);"
	"CREATE INDEX trial_of_protocol ON trial (protocol, id);"
	"CREATE INDEX trial_running ON trial (id) WHERE state = 'running';"
	"CREATE TABLE reason (trial_id INTEGER NOT NULL REFERENCES trial, n INTEGER "
	"NOT NULL,"
	" text TEXT NOT NULL, PRIMARY KEY (trial_id, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE phase (trial_id INTEGER NOT NULL REFERENCES trial, n INTEGER NOT "
	"NULL,"
	" key TEXT NOT NULL, eyes TEXT NOT NULL, surface TEXT NOT NULL,"
	" stance TEXT NOT NULL, footwear TEXT NOT NULL, support TEXT NOT NULL,"
	" orthosis TEXT NOT NULL, pain INTEGER, start_s ANY, duration_s ANY,"
	" n_samples INTEGER NOT NULL, rate_hz ANY, cutoff_hz ANY, noise_velocity_mm_s "
	"ANY,"
	" missing_frac ANY, sway_notes INTEGER NOT NULL,"
	" PRIMARY KEY (trial_id, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE metric (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;"
	"CREATE TABLE value (trial_id INTEGER NOT NULL REFERENCES trial, phase INTEGER "
	"NOT NULL,"
	" metric_id INTEGER NOT NULL REFERENCES metric, value ANY NOT NULL,"
	" PRIMARY KEY (trial_id, phase, metric_id)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE series (trial_id INTEGER PRIMARY KEY REFERENCES trial,"
	" data BLOB NOT NULL) STRICT;"
	"CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at_unix_ms INTEGER "
	"NOT NULL,"
	" author TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,"
	" detail TEXT NOT NULL) STRICT;"
	"PRAGMA application_id = 1400139363; PRAGMA user_version = 1;";

/* Likewise what version 2 added, without entries in the log. */
static const char version_2[] =
	"ALTER TABLE visit ADD COLUMN protocol TEXT NOT NULL DEFAULT '';"
	"CREATE TABLE raw_to_delete (uid TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"
	"DROP TABLE audit;"
	"CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at_unix_ms INTEGER "
	"NOT NULL,"
	" author TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,"
	" detail TEXT NOT NULL, salt BLOB, content_hash BLOB NOT NULL, hash BLOB NOT "
	"NULL) STRICT;"
	"CREATE TABLE audit_person (patient_id INTEGER NOT NULL,"
	" audit_id INTEGER NOT NULL REFERENCES audit,"
	" PRIMARY KEY (patient_id, audit_id)) STRICT, WITHOUT ROWID;"
	"CREATE TRIGGER audit_kept BEFORE DELETE ON audit"
	" BEGIN SELECT RAISE(ABORT, 'the audit log is never cut'); END;"
	"CREATE TRIGGER value_fixed BEFORE UPDATE ON value"
	" BEGIN SELECT RAISE(ABORT, 'a finished trial is never changed'); END;"
	"CREATE TRIGGER phase_fixed BEFORE UPDATE ON phase"
	" BEGIN SELECT RAISE(ABORT, 'a finished trial is never changed'); END;"
	"PRAGMA user_version = 2;";

/* And version 3. */
static const char version_3[] = "ALTER TABLE phase ADD COLUMN outline BLOB;"
				"PRAGMA user_version = 3;";

/* And version 4. */
static const char version_4[] =
	"ALTER TABLE trial ADD COLUMN lift_mm REAL NOT NULL DEFAULT 0;"
	"CREATE TABLE visit_note (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" visit_id INTEGER NOT NULL REFERENCES visit, key TEXT NOT NULL, value REAL,"
	" noted_unix_ms INTEGER NOT NULL, author TEXT NOT NULL) STRICT;"
	"PRAGMA user_version = 4;";

/* Something of everything; one metric has a key that no version knows any more. */
static const char rows_1[] =
	"INSERT INTO patient VALUES (3, 'P-3', 'M', 1950, 1.75, NULL, 'a note', "
	"1600000000001),"
	" (4, 'P-4', '', 0, NULL, 80.5, '', 1600000000002);"
	"INSERT INTO visit VALUES (2, '000000000000000000000000000000aa', 3, "
	"1600000000003, 60, 1);"
	"INSERT INTO metric VALUES (7, 'left_frac'), (8, 'retired_metric');"
	"INSERT INTO trial VALUES (5, '000000000000000000000000000000bb', 3, 2, "
	"'done', 'op',"
	" 'quiet-ec', 1600000000004, 60, 30.25, 5.0, 99.5, 'check', 'cal', 'valid', "
	"'0.1', 'closed',"
	" 'firm', 'bipedal', 'barefoot', 'none', '', -1, 0, '', 1),"
	" (6, '000000000000000000000000000000cc', 4, NULL, 'running', 'op', 'squat-0', "
	"1600000000005,"
	" 60, NULL, NULL, NULL, '', '', '', '', '', '', '', '', '', '', -1, 0, '', 1);"
	"INSERT INTO reason VALUES (5, 0, 'because');"
	"INSERT INTO phase VALUES (5, 0, '', 'closed', 'firm', 'bipedal', '', '', '', "
	"4, 5.0, 30.25,"
	" 3000, 100.0, 10.0, NULL, 0.01, 3);"
	"INSERT INTO value VALUES (5, 0, 7, 0.515625), (5, 0, 8, 3.0), (5, -1, 7, "
	"0.515625);"
	"INSERT INTO audit VALUES (1, 1600000000006, 'op', 'patient.add', 'patient "
	"P-3', ''),"
	" (4, 1600000000007, 'op', 'trial.store', 'trial 5', 'it''s old');";

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	store_fixture_folder(f->folder);
	snprintf(f->path, sizeof(f->path), "%s/stance.db", f->folder);
	snprintf(f->backup, sizeof(f->backup), "%s/stance.db.v1.bak", f->folder);
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

static void write_version_1(struct fixture *f)
{
	struct sql *db = NULL;

	assert_int_equal(sql_open(f->path, SQL_READ_WRITE, &db), 0);
	assert_int_equal(sql_script(db, version_1), 0);
	assert_int_equal(sql_script(db, rows_1), 0);
	sql_close(db);
}

static int open_store(struct fixture *f, bool read_only)
{
	return store_open(
		f->folder, read_only, &f->store, f->message, sizeof(f->message));
}

static int64_t number(const char *path, const char *text)
{
	struct sql *db = NULL;
	int64_t n = -1;

	assert_int_equal(sql_open(path, SQL_READ_ONLY, &db), 0);
	assert_int_equal(sql_number(db, &n, text, ""), 0);
	sql_close(db);
	return n;
}

static void check_trials(struct fixture *f)
{
	struct trial_record *r = calloc(1, sizeof(*r));
	int64_t running = 0;

	assert_int_equal(store_trial_get(f->store, 5, r), 0);
	assert_string_equal(r->patient, "P-3");
	assert_string_equal(r->uid, "000000000000000000000000000000bb");
	assert_true(r->visit_id == 2 && r->verdict == TRIAL_CHECK && r->n_phases == 1);
	assert_string_equal(r->reasons[0], "because");
	assert_true(
		r->phases[0].value[METRIC_LEFT_FRAC] > 0.51 && r->phases[0].n == 3000);
	assert_true(r->outcome[METRIC_LEFT_FRAC] < 0.52 &&
		    r->phases[0].condition.pain == 4);
	assert_int_equal(store_trial_running(f->store, &running, 1), 1);
	assert_int_equal(running, 6);
	free(r);
}

static int last_audit(const struct store_audit *entry, void *ctx)
{
	*(struct store_audit *)ctx = *entry;
	return 0;
}

static void test_from_1(void **state)
{
	struct fixture *f = *state;
	struct store_audit audit;
	struct store_visit visit;
	struct store_patient p;
	struct stat st;
	int64_t bad;

	write_version_1(f);
	assert_int_equal(open_store(f, false), 0);
	assert_int_equal(store_patient_get(f->store, "P-3", &p), 0);
	assert_true(p.id == 3 && p.birth_year == 1950 && p.n_trials == 1);
	assert_int_equal(store_visit_get(f->store, 2, &visit), 0);
	assert_true(visit.closed && visit.protocol[0] == '\0');
	check_trials(f);
	assert_int_equal(store_audit_verify(f->store, &bad), 0);
	assert_int_equal(store_audit_list(f->store, 0, 10, last_audit, &audit), 2);
	assert_string_equal(audit.detail, "it's old");
	assert_true(audit.at_unix_ms == 1600000000007);
	assert_int_equal(number(f->path, "PRAGMA user_version"), SCHEMA_VERSION);
	assert_int_equal(number(f->path, "SELECT count(*) FROM value"), 3);
	/* the copy is the old file, for us alone */
	assert_int_equal(number(f->backup, "PRAGMA user_version"), 1);
	assert_int_equal(number(f->backup, "SELECT count(*) FROM trial"), 2);
	assert_int_equal(stat(f->backup, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* what the old log said of a person goes with them */
	store_trial_discard(f->store, 6);
	assert_int_equal(store_patient_erase(f->store, "P-3", "t"), 0);
	assert_int_equal(
		number(f->path, "SELECT count(*) FROM audit WHERE subject = 'erased'"),
		1);
	assert_int_equal(access(f->backup, F_OK), -1);
}

/* Phases of before have no outline; new ones have. */
static void test_from_2(void **state)
{
	struct fixture *f = *state;
	struct trial_record *old = calloc(1, sizeof(*old));
	struct sql *db = NULL;
	char backup[96];
	int64_t bad;

	write_version_1(f);
	assert_int_equal(sql_open(f->path, SQL_READ_WRITE, &db), 0);
	assert_int_equal(sql_script(db, version_2), 0);
	sql_close(db);
	assert_int_equal(open_store(f, false), 0);
	assert_int_equal(number(f->path, "PRAGMA user_version"), SCHEMA_VERSION);
	assert_int_equal(
		number(f->path, "SELECT count(*) FROM phase WHERE outline IS NULL"), 1);
	check_trials(f);
	assert_int_equal(store_trial_get(f->store, 5, old), 0);
	assert_int_equal(old->phases[0].n_outline, 0);
	assert_int_equal(store_audit_verify(f->store, &bad), 0);
	snprintf(backup, sizeof(backup), "%s/stance.db.v2.bak", f->folder);
	assert_int_equal(number(backup, "PRAGMA user_version"), 2);
	free(old);
}

static void count_notes(const char *key, double value, void *ctx)
{
	int *n = ctx;

	assert_string_equal(key, "block_mm");
	assert_true(value == 6);
	++*n;
}

/* Trials of before were done without a plate; visits can be noted beside. */
static void test_from_3(void **state)
{
	struct fixture *f = *state;
	struct trial_record *old = calloc(1, sizeof(*old));
	struct sql *db = NULL;
	int64_t visit;
	int n = 0;

	write_version_1(f);
	assert_int_equal(sql_open(f->path, SQL_READ_WRITE, &db), 0);
	assert_int_equal(sql_script(db, version_2), 0);
	assert_int_equal(sql_script(db, version_3), 0);
	sql_close(db);
	assert_int_equal(open_store(f, false), 0);
	assert_int_equal(number(f->path, "PRAGMA user_version"), SCHEMA_VERSION);
	check_trials(f);
	assert_int_equal(store_trial_get(f->store, 5, old), 0);
	assert_true(old->condition.lift_mm == 0);
	assert_int_equal(store_visit_start(f->store, "P-4", NULL, "t", &visit), 0);
	assert_int_equal(store_visit_note(f->store, visit, "block_mm", 4, "t"), 0);
	assert_int_equal(store_visit_note(f->store, visit, "block_mm", 6, "t"), 0);
	assert_int_equal(store_visit_notes(f->store, visit, count_notes, &n), 0);
	assert_int_equal(n, 1);
	/* of the closed old visit nothing more is noted */
	assert_int_equal(store_visit_note(f->store, 2, "block_mm", 4, "t"), -EPERM);
	free(old);
}

/* Of old patients and visits nothing of the card is known, and nothing is signed. */
static void test_from_4(void **state)
{
	struct fixture *f = *state;
	struct store_patient p;
	struct store_visit visit;
	struct sql *db = NULL;

	write_version_1(f);
	assert_int_equal(sql_open(f->path, SQL_READ_WRITE, &db), 0);
	assert_int_equal(sql_script(db, version_2), 0);
	assert_int_equal(sql_script(db, version_3), 0);
	assert_int_equal(sql_script(db, version_4), 0);
	sql_close(db);
	assert_int_equal(open_store(f, false), 0);
	assert_int_equal(number(f->path, "PRAGMA user_version"), SCHEMA_VERSION);
	check_trials(f);
	assert_int_equal(store_patient_get(f->store, "P-3", &p), 0);
	assert_string_equal(p.pain_sites, "");
	assert_string_equal(p.red_flags, "");
	assert_true(isnan(p.extension_deficit_deg[0]));
	assert_int_equal(store_visit_get(f->store, 2, &visit), 0);
	assert_string_equal(visit.plan, "");
	assert_false(visit.shared);
	assert_int_equal(visit.signed_version, 0);
	assert_int_equal(store_trial_void(f->store, 5, "no", "t"), 0);
}

/* An old file that a later step cannot take: nothing changed, no copy left, the same next time. */
static void test_failure_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct sql *db = NULL;

	write_version_1(f);
	assert_int_equal(sql_open(f->path, SQL_READ_WRITE, &db), 0);
	assert_int_equal(sql_script(db, "CREATE TABLE raw_to_delete (mine);"), 0);
	sql_close(db);
	for (int i = 0; i < 2; i++) {
		assert_true(open_store(f, false) < 0);
		assert_null(f->store);
		assert_non_null(strstr(f->message, "stance.db"));
		assert_int_equal(number(f->path, "PRAGMA user_version"), 1);
		assert_int_equal(number(f->path, "SELECT count(*) FROM audit"), 2);
		assert_int_equal(
			number(f->path, "SELECT count(*) FROM pragma_table_info("
					"'visit') WHERE name = 'protocol'"),
			0);
		assert_int_equal(access(f->backup, F_OK), -1);
	}
}

static void test_later_version(void **state)
{
	struct fixture *f = *state;
	struct sql *db = NULL;

	assert_int_equal(open_store(f, false), 0);
	store_close(f->store);
	f->store = NULL;
	assert_int_equal(sql_open(f->path, SQL_READ_WRITE, &db), 0);
	assert_int_equal(sql_script(db, "PRAGMA user_version = 99"), 0);
	sql_close(db);
	assert_int_equal(open_store(f, false), -EPROTO);
	assert_non_null(strstr(f->message, "later version"));
	assert_int_equal(open_store(f, true), -EPROTO);
	assert_int_equal(number(f->path, "PRAGMA user_version"), 99);
}

static void test_read_only_does_not_migrate(void **state)
{
	struct fixture *f = *state;

	write_version_1(f);
	assert_int_equal(open_store(f, true), -EROFS);
	assert_non_null(strstr(f->message, "earlier version"));
	assert_int_equal(number(f->path, "PRAGMA user_version"), 1);
}

static void test_not_ours(void **state)
{
	struct fixture *f = *state;
	struct sql *db = NULL;
	FILE *file = fopen(f->path, "w");

	assert_non_null(file);
	for (int i = 0; i < 1000; i++)
		fputs("this is no database", file);
	fclose(file);
	assert_int_equal(open_store(f, false), -EBADMSG);
	assert_non_null(strstr(f->message, "not a database of Stance"));
	unlink(f->path);
	assert_int_equal(sql_open(f->path, SQL_READ_WRITE, &db), 0);
	assert_int_equal(sql_script(db, "CREATE TABLE bookmarks (url)"), 0);
	sql_close(db);
	assert_int_equal(open_store(f, false), -EBADMSG);
	assert_int_equal(number(f->path, "SELECT count(*) FROM sqlite_schema"), 1);
}

/* Killed while the file was new and empty. */
static void test_empty_file(void **state)
{
	struct fixture *f = *state;
	FILE *file = fopen(f->path, "w");

	fclose(file);
	assert_int_equal(open_store(f, false), 0);
	assert_int_equal(number(f->path, "PRAGMA user_version"), SCHEMA_VERSION);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_from_1),
		TEST(test_from_2),
		TEST(test_from_3),
		TEST(test_from_4),
		TEST(test_failure_changes_nothing),
		TEST(test_later_version),
		TEST(test_read_only_does_not_migrate),
		TEST(test_not_ours),
		TEST(test_empty_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
