#include "src/store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/store/audit_chain.h"

/* Never change a step that was released: add the next one.
 * STRICT tables hold what they say; columns of measured numbers are ANY because REAL would store
 * -0.0 as 0. Absent numbers are NULL. */
static const char version_1[] =
	"CREATE TABLE patient ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE,"
	" sex TEXT NOT NULL, birth_year INTEGER NOT NULL, stature_m ANY, mass_kg ANY,"
	" notes TEXT NOT NULL, created_unix_ms INTEGER NOT NULL) STRICT;"

	"CREATE TABLE visit ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE,"
	" patient_id INTEGER NOT NULL REFERENCES patient,"
	" started_unix_ms INTEGER NOT NULL, utc_offset_min INTEGER NOT NULL,"
	" closed INTEGER NOT NULL DEFAULT 0) STRICT;"
	"CREATE INDEX visit_of_patient ON visit (patient_id);"

	"CREATE TABLE trial ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE,"
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

	"CREATE TABLE reason ("
	" trial_id INTEGER NOT NULL REFERENCES trial, n INTEGER NOT NULL,"
	" text TEXT NOT NULL, PRIMARY KEY (trial_id, n)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE phase ("
	" trial_id INTEGER NOT NULL REFERENCES trial, n INTEGER NOT NULL,"
	" key TEXT NOT NULL, eyes TEXT NOT NULL, surface TEXT NOT NULL,"
	" stance TEXT NOT NULL, footwear TEXT NOT NULL, support TEXT NOT NULL,"
	" orthosis TEXT NOT NULL, pain INTEGER, start_s ANY, duration_s ANY,"
	" n_samples INTEGER NOT NULL, rate_hz ANY, cutoff_hz ANY,"
	" noise_velocity_mm_s ANY, missing_frac ANY, sway_notes INTEGER NOT NULL,"
	" PRIMARY KEY (trial_id, n)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE metric (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;"
	/* phase -1: of the whole trial */
	"CREATE TABLE value ("
	" trial_id INTEGER NOT NULL REFERENCES trial, phase INTEGER NOT NULL,"
	" metric_id INTEGER NOT NULL REFERENCES metric, value ANY NOT NULL,"
	" PRIMARY KEY (trial_id, phase, metric_id)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE series ("
	" trial_id INTEGER PRIMARY KEY REFERENCES trial, data BLOB NOT NULL) STRICT;"

	"CREATE TABLE audit ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, at_unix_ms INTEGER NOT NULL,"
	" author TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,"
	" detail TEXT NOT NULL) STRICT;";

/* Visits plan a protocol; the audit log is chained and guarded; recordings are deleted surely; what is
 * finished is guarded by the file itself. */
static const char version_2[] =
	"ALTER TABLE visit ADD COLUMN protocol TEXT NOT NULL DEFAULT '';"

	"CREATE TABLE raw_to_delete (uid TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"

	"ALTER TABLE audit RENAME TO audit_1;"
	"CREATE TABLE audit ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, at_unix_ms INTEGER NOT NULL,"
	" author TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,"
	" detail TEXT NOT NULL, salt BLOB, content_hash BLOB NOT NULL,"
	" hash BLOB NOT NULL) STRICT;"
	"CREATE TABLE audit_person ("
	" patient_id INTEGER NOT NULL, audit_id INTEGER NOT NULL REFERENCES audit,"
	" PRIMARY KEY (patient_id, audit_id)) STRICT, WITHOUT ROWID;";

static const char version_2_after[] =
	"INSERT INTO audit_person SELECT patient.id, audit.id FROM audit"
	" JOIN patient ON audit.subject = 'patient ' || patient.code;"
	"DROP TABLE audit_1;"

	"CREATE TRIGGER audit_kept BEFORE DELETE ON audit"
	" BEGIN SELECT RAISE(ABORT, 'the audit log is never cut'); END;"
	/* all that erasing a person may do to an entry */
	"CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit WHEN NOT ("
	" NEW.id = OLD.id AND NEW.at_unix_ms = OLD.at_unix_ms AND NEW.author = "
	"OLD.author"
	" AND NEW.action = OLD.action AND NEW.content_hash = OLD.content_hash"
	" AND NEW.hash = OLD.hash AND NEW.salt IS NULL AND NEW.subject = 'erased'"
	" AND NEW.detail = '')"
	" BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;"

	"CREATE TRIGGER trial_fixed BEFORE UPDATE OF id, uid, state, operator, "
	"protocol,"
	" started_unix_ms, utc_offset_min, duration_s, settle_s, rate_hz, verdict,"
	" calibration_id, calibration_state, algorithm, eyes, surface, stance, "
	"footwear,"
	" support, orthosis, pain ON trial WHEN OLD.state = 'done'"
	" BEGIN SELECT RAISE(ABORT, 'a finished trial is never changed'); END;"
	"CREATE TRIGGER value_fixed BEFORE UPDATE ON value"
	" BEGIN SELECT RAISE(ABORT, 'a finished trial is never changed'); END;"
	"CREATE TRIGGER phase_fixed BEFORE UPDATE ON phase"
	" BEGIN SELECT RAISE(ABORT, 'a finished trial is never changed'); END;"
	"CREATE TRIGGER reason_fixed BEFORE UPDATE ON reason"
	" BEGIN SELECT RAISE(ABORT, 'a finished trial is never changed'); END;"
	"CREATE TRIGGER series_fixed BEFORE UPDATE ON series"
	" BEGIN SELECT RAISE(ABORT, 'a finished trial is never changed'); END;";

/* What the person stood on: corners as pairs of 8-byte numbers, x and y. */
static const char version_3[] = "ALTER TABLE phase ADD COLUMN outline BLOB;";

/* A plate under one foot; what a clinician noted beside the mat, of which the latest of a kind counts. */
static const char version_4[] =
	"ALTER TABLE trial ADD COLUMN lift_mm REAL NOT NULL DEFAULT 0;"

	"CREATE TABLE visit_note ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" visit_id INTEGER NOT NULL REFERENCES visit, key TEXT NOT NULL, value REAL,"
	" noted_unix_ms INTEGER NOT NULL, author TEXT NOT NULL) STRICT;"
	"CREATE INDEX note_of_visit ON visit_note (visit_id, id);"

	"CREATE TRIGGER note_fixed BEFORE UPDATE ON visit_note"
	" BEGIN SELECT RAISE(ABORT, 'a note is never changed'); END;"
	"CREATE TRIGGER lift_fixed BEFORE UPDATE OF lift_mm ON trial"
	" WHEN OLD.state = 'done'"
	" BEGIN SELECT RAISE(ABORT, 'a finished trial is never changed'); END;";

/* The clinic: what a card says of a person, plans, the worklist, marks and reviews, where the feet stood, and
 * signed reports. `guard` of a visit: 0 open to change, 1 signed, 2 being amended or erased. */
static const char version_5[] =
	"ALTER TABLE patient ADD COLUMN pain_sites TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE patient ADD COLUMN red_flags TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE patient ADD COLUMN extension_deficit_left_deg ANY;"
	"ALTER TABLE patient ADD COLUMN extension_deficit_right_deg ANY;"
	"ALTER TABLE patient ADD COLUMN knee_axis_left TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE patient ADD COLUMN knee_axis_right TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE patient ADD COLUMN surgery TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE patient ADD COLUMN restrictions TEXT NOT NULL DEFAULT '';"

	"ALTER TABLE visit ADD COLUMN plan TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE visit ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE visit ADD COLUMN guard INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX visit_open ON visit (id) WHERE closed = 0;"
	"CREATE INDEX visit_shared ON visit (id) WHERE shared = 1;"

	"CREATE TABLE visit_skip ("
	" visit_id INTEGER NOT NULL REFERENCES visit, plan TEXT NOT NULL,"
	" step INTEGER NOT NULL, reason TEXT NOT NULL,"
	" at_unix_ms INTEGER NOT NULL, author TEXT NOT NULL,"
	" PRIMARY KEY (visit_id, plan, step)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE worklist ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" patient_id INTEGER NOT NULL REFERENCES patient, due TEXT NOT NULL,"
	" plan TEXT NOT NULL, reason TEXT NOT NULL, reference TEXT NOT NULL,"
	" source TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN"
	" ('waiting', 'measuring', 'done', 'removed')),"
	" visit_id INTEGER REFERENCES visit, created_unix_ms INTEGER NOT NULL,"
	" utc_offset_min INTEGER NOT NULL, author TEXT NOT NULL) STRICT;"
	"CREATE INDEX worklist_of_patient ON worklist (patient_id, id);"
	"CREATE INDEX worklist_of_visit ON worklist (visit_id);"
	"CREATE INDEX worklist_waits ON worklist (due, id)"
	" WHERE state IN ('waiting', 'measuring');"
	"CREATE UNIQUE INDEX worklist_reference ON worklist (source, reference)"
	" WHERE reference <> '' AND state IN ('waiting', 'measuring');"

	"CREATE TABLE trial_mark ("
	" trial_id INTEGER NOT NULL REFERENCES trial, n INTEGER NOT NULL,"
	" t_s ANY NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL,"
	" PRIMARY KEY (trial_id, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE trial_review ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" trial_id INTEGER NOT NULL REFERENCES trial, decision TEXT NOT NULL"
	" CHECK (decision IN ('keep', 'repeat', 'discard')), reason TEXT NOT NULL,"
	" at_unix_ms INTEGER NOT NULL, author TEXT NOT NULL) STRICT;"
	"CREATE INDEX review_of_trial ON trial_review (trial_id, id);"
	/* the mean load of each cell while the first part was measured: 32-bit floats */
	"CREATE TABLE trial_picture ("
	" trial_id INTEGER PRIMARY KEY REFERENCES trial, n_rows INTEGER NOT NULL,"
	" n_cols INTEGER NOT NULL, pitch_x_mm ANY NOT NULL, pitch_y_mm ANY NOT NULL,"
	" unit_is_force INTEGER NOT NULL, data BLOB NOT NULL) STRICT;"

	"CREATE TABLE placement ("
	" patient_id INTEGER PRIMARY KEY REFERENCES patient, serial TEXT NOT NULL,"
	" left_x_mm ANY, left_y_mm ANY, left_deg ANY, left_length_mm ANY,"
	" right_x_mm ANY, right_y_mm ANY, right_deg ANY, right_length_mm ANY,"
	" width_mm ANY, saved_unix_ms INTEGER NOT NULL,"
	" utc_offset_min INTEGER NOT NULL, author TEXT NOT NULL) STRICT;"

	"CREATE TABLE report ("
	" visit_id INTEGER NOT NULL REFERENCES visit, version INTEGER NOT NULL,"
	" signed_unix_ms INTEGER NOT NULL, utc_offset_min INTEGER NOT NULL,"
	" operator TEXT NOT NULL, author TEXT NOT NULL, comment TEXT NOT NULL,"
	" sha256 TEXT NOT NULL, n_bytes INTEGER NOT NULL, data BLOB NOT NULL,"
	" PRIMARY KEY (visit_id, version)) STRICT;";

static const char version_5_guards[] =
	"CREATE TRIGGER visit_stays_signed BEFORE UPDATE OF guard ON visit"
	" WHEN OLD.guard > 0 AND NEW.guard = 0"
	" BEGIN SELECT RAISE(ABORT, 'a signed visit stays signed'); END;"
	"CREATE TRIGGER trial_signed BEFORE UPDATE OF voided, void_reason, visit_id,"
	" patient_id ON trial WHEN"
	" 1 IN (SELECT guard FROM visit WHERE id IN (OLD.visit_id, NEW.visit_id))"
	" BEGIN SELECT RAISE(ABORT, 'a signed visit is never changed'); END;"
	"CREATE TRIGGER trial_signed_kept BEFORE DELETE ON trial WHEN"
	" 1 IN (SELECT guard FROM visit WHERE id = OLD.visit_id)"
	" BEGIN SELECT RAISE(ABORT, 'a signed visit is never changed'); END;"
	"CREATE TRIGGER note_signed BEFORE INSERT ON visit_note WHEN"
	" 1 IN (SELECT guard FROM visit WHERE id = NEW.visit_id)"
	" BEGIN SELECT RAISE(ABORT, 'a signed visit is never changed'); END;"
	"CREATE TRIGGER review_signed BEFORE INSERT ON trial_review WHEN"
	" 1 IN (SELECT guard FROM visit WHERE id ="
	" (SELECT visit_id FROM trial WHERE id = NEW.trial_id))"
	" BEGIN SELECT RAISE(ABORT, 'a signed visit is never changed'); END;"
	"CREATE TRIGGER review_fixed BEFORE UPDATE ON trial_review"
	" BEGIN SELECT RAISE(ABORT, 'a review is never changed'); END;"
	"CREATE TRIGGER mark_fixed BEFORE UPDATE ON trial_mark"
	" BEGIN SELECT RAISE(ABORT, 'a mark is never changed'); END;"
	"CREATE TRIGGER picture_fixed BEFORE UPDATE ON trial_picture WHEN"
	" 'done' IN (SELECT state FROM trial WHERE id = OLD.trial_id)"
	" BEGIN SELECT RAISE(ABORT, 'a finished trial is never changed'); END;"
	"CREATE TRIGGER report_fixed BEFORE UPDATE ON report"
	" BEGIN SELECT RAISE(ABORT, 'a signed report is never changed'); END;"
	"CREATE TRIGGER report_kept BEFORE DELETE ON report WHEN"
	" 2 NOT IN (SELECT guard FROM visit WHERE id = OLD.visit_id)"
	" BEGIN SELECT RAISE(ABORT, 'a signed report is never deleted'); END;";

/* Training: sessions with their blocks, and programmes, each as the text that documents show. */
static const char version_6[] =
	"CREATE TABLE training ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE,"
	" patient_id INTEGER REFERENCES patient,"
	" state TEXT NOT NULL CHECK (state IN ('running', 'done')),"
	" started_unix_ms INTEGER NOT NULL, utc_offset_min INTEGER NOT NULL,"
	" name TEXT NOT NULL, programme TEXT NOT NULL, ending TEXT NOT NULL,"
	" level INTEGER NOT NULL, band INTEGER NOT NULL, exercise_s ANY,"
	" success_pct ANY, limits BLOB, has_raw INTEGER NOT NULL) STRICT;"
	"CREATE INDEX training_of_patient ON training (patient_id, id);"
	"CREATE INDEX training_running ON training (id) WHERE state = 'running';"

	"CREATE TABLE training_block ("
	" training_id INTEGER NOT NULL REFERENCES training, n INTEGER NOT NULL,"
	" exercise TEXT NOT NULL, whole INTEGER NOT NULL, score ANY,"
	" text TEXT NOT NULL, PRIMARY KEY (training_id, n)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE training_programme ("
	" patient_id INTEGER PRIMARY KEY REFERENCES patient, text TEXT NOT NULL,"
	" set_unix_ms INTEGER NOT NULL, author TEXT NOT NULL) STRICT;"

	"CREATE TRIGGER training_fixed BEFORE UPDATE OF id, uid, state,"
	" started_unix_ms, programme, ending, level, band, exercise_s, success_pct,"
	" limits ON training WHEN OLD.state = 'done'"
	" BEGIN SELECT RAISE(ABORT, 'a finished session is never changed'); END;"
	"CREATE TRIGGER block_fixed BEFORE UPDATE ON training_block WHEN"
	" 'done' IN (SELECT state FROM training WHERE id = OLD.training_id)"
	" BEGIN SELECT RAISE(ABORT, 'a finished session is never changed'); END;";

/* The station's own row: the PIN as a hash ("": none), its lock, wrong PINs in a row. */
static const char version_7[] =
	"CREATE TABLE station ("
	" id INTEGER PRIMARY KEY CHECK (id = 1), pin TEXT NOT NULL,"
	" locked INTEGER NOT NULL, n_wrong INTEGER NOT NULL,"
	" wrong_unix_ms INTEGER NOT NULL) STRICT;"
	"INSERT INTO station VALUES (1, '', 0, 0, 0);"
	"CREATE TRIGGER station_kept BEFORE DELETE ON station"
	" BEGIN SELECT RAISE(ABORT, 'the station has one row'); END;";

static int to_1(struct sql *db)
{
	return sql_script(db, version_1);
}

static int to_2(struct sql *db)
{
	int error = sql_script(db, version_2);

	if (error == 0)
		error = audit_chain_adopt(db);
	return error < 0 ? error : sql_script(db, version_2_after);
}

static int to_3(struct sql *db)
{
	return sql_script(db, version_3);
}

static int to_4(struct sql *db)
{
	return sql_script(db, version_4);
}

static int to_5(struct sql *db)
{
	const int error = sql_script(db, version_5);

	return error < 0 ? error : sql_script(db, version_5_guards);
}

static int to_6(struct sql *db)
{
	return sql_script(db, version_6);
}

static int to_7(struct sql *db)
{
	return sql_script(db, version_7);
}

static int (*const steps[])(
	struct sql *db) = { to_1, to_2, to_3, to_4, to_5, to_6, to_7 };

_Static_assert(sizeof(steps) / sizeof(*steps) == SCHEMA_VERSION, "a step a version");

int schema_version(struct sql *db)
{
	int64_t version, application, n_tables;
	int error = sql_number(db, &version, "PRAGMA user_version", "");

	if (error == 0)
		error = sql_number(db, &application, "PRAGMA application_id", "");
	if (error == 0)
		error = sql_number(
			db, &n_tables, "SELECT count(*) FROM sqlite_schema", "");
	if (error < 0)
		return error;
	if (application == 0 && version == 0 && n_tables == 0)
		return 0;
	if (application != SCHEMA_APPLICATION_ID || version < 1)
		return -EBADMSG;
	return version > SCHEMA_VERSION ? -EPROTO : (int)version;
}

static int sync_file(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		return -errno;
	error = fchmod(fd, 0600) < 0 || fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return error;
}

/* A copy of what is there, the log included. */
static int back_up(struct sql *db, const char *path)
{
	int error;

	unlink(path);
	error = sql_run(db, "VACUUM INTO ?", "t", path);
	return error < 0 ? error : sync_file(path);
}

static int run_steps(struct sql *db, int version)
{
	char pragmas[96];
	int error = 0;

	snprintf(pragmas, sizeof(pragmas),
		"PRAGMA user_version = %d; PRAGMA application_id = %d;", SCHEMA_VERSION,
		SCHEMA_APPLICATION_ID);
	for (; version < SCHEMA_VERSION && error == 0; version++)
		error = steps[version](db);
	return error < 0 ? error : sql_script(db, pragmas);
}

int schema_migrate(struct sql *db, int version, const char *backup_path)
{
	int error = version > 0 ? back_up(db, backup_path) : 0;

	if (error == 0)
		error = sql_begin(db);
	if (error == 0) {
		error = run_steps(db, version);
		if (error == 0)
			error = sql_commit(db);
		else
			sql_rollback(db);
	}
	if (error < 0 && version > 0)
		unlink(backup_path);
	return error;
}
