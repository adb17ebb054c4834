/* Patients: pseudonyms, what a measurement needs to know of them, and forgetting them. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "src/base/utf8.h"
#include "src/store/audit_chain.h"
#include "src/store/patient_words.h"
#include "src/store/schema.h"
#include "src/store/store_internal.h"

#define SUBJECT_SIZE (RECORD_CODE_SIZE + 16)

/* --- what may be stored -------------------------------------------------------------------- */

static bool text_ok(const char *text, bool with_lines)
{
	while (*text) {
		uint32_t code;
		const size_t n = utf8_decode(text, &code);

		if (n == 0 || code == 0x7f ||
			(code < 0x20 &&
				!(with_lines && (code == '\n' || code == '\t'))))
			return false;
		text += n;
	}
	return true;
}

bool store_code_ok(const char *code)
{
	return *code && strlen(code) < RECORD_CODE_SIZE && text_ok(code, false);
}

static bool card_ok(const struct store_patient *p)
{
	return patient_words_ok(PATIENT_PAIN_SITES, p->pain_sites) &&
	       patient_words_ok(PATIENT_RED_FLAGS, p->red_flags) &&
	       patient_word_ok(PATIENT_KNEE_AXES, p->knee_axis[0]) &&
	       patient_word_ok(PATIENT_KNEE_AXES, p->knee_axis[1]) &&
	       !isinf(p->extension_deficit_deg[0]) &&
	       !isinf(p->extension_deficit_deg[1]) && text_ok(p->surgery, true) &&
	       text_ok(p->restrictions, true);
}

static bool patient_ok(const struct store_patient *p)
{
	return store_code_ok(p->code) && (!p->sex || p->sex == 'M' || p->sex == 'F') &&
	       !isinf(p->stature_m) && !isinf(p->mass_kg) && text_ok(p->notes, true) &&
	       card_ok(p);
}

void store_patient_init(struct store_patient *patient)
{
	memset(patient, 0, sizeof(*patient));
	patient->stature_m = patient->mass_kg = NAN;
	patient->extension_deficit_deg[0] = patient->extension_deficit_deg[1] = NAN;
}

/* --- adding and updating ------------------------------------------------------------------- */

int store_patient_id(struct store *store, const char *code, int64_t *id)
{
	*id = 0;
	if (!*code)
		return 0;
	return sql_number(
		store->db, id, "SELECT id FROM patient WHERE code = ?", "t", code);
}

struct edit {
	const struct store_patient *patient;
	const char *by;
	int64_t id;
};

static void subject_of(char subject[SUBJECT_SIZE], const char *code)
{
	snprintf(subject, SUBJECT_SIZE, "patient %s", code);
}

/* All but when it was made. */
static int put_patient(struct store *store, const struct store_patient *p, int64_t id)
{
	const char sex[2] = { p->sex, '\0' };

	return sql_run(store->db,
		"UPDATE patient SET code = ?, sex = ?, birth_year = ?, stature_m = ?,"
		" mass_kg = ?, notes = ?, pain_sites = ?, red_flags = ?,"
		" extension_deficit_left_deg = ?, extension_deficit_right_deg = ?,"
		" knee_axis_left = ?, knee_axis_right = ?, surgery = ?,"
		" restrictions = ? WHERE id = ?",
		"ttiddtttddttttl", p->code, sex, p->birth_year, p->stature_m,
		p->mass_kg, p->notes, p->pain_sites, p->red_flags,
		p->extension_deficit_deg[0], p->extension_deficit_deg[1],
		p->knee_axis[0], p->knee_axis[1], p->surgery, p->restrictions, id);
}

static int add(struct store *store, void *ctx)
{
	struct edit *e = ctx;
	const struct store_patient *p = e->patient;
	char subject[SUBJECT_SIZE];
	int error = sql_run(store->db,
		"INSERT INTO patient (code, sex, birth_year, notes, created_unix_ms)"
		" VALUES (?, '', 0, '', ?)",
		"tl", p->code,
		p->created_unix_ms > 0 ? p->created_unix_ms : store_now_ms());

	if (error == 0) {
		e->id = sql_last_id(store->db);
		error = put_patient(store, p, e->id);
	}
	if (error < 0)
		return error;
	subject_of(subject, p->code);
	return store_audit_add(store, e->by, "patient.add", (int64_t[]){ e->id, 0 },
		subject, "%s", "");
}

int store_patient_add(struct store *store, const struct store_patient *patient,
	const char *by, int64_t *id)
{
	struct edit e = { patient, by, 0 };
	const int error = patient_ok(patient)
				  ? store_change(store, STORE_ORDINARY, add, &e)
				  : -EINVAL;

	if (error == 0)
		*id = e.id;
	return error;
}

/* A patient's row, with the number of trials that are finished. */
#define SELECT_PATIENT                                                                 \
	"SELECT id, code, sex, birth_year, stature_m, mass_kg, notes, "                \
	"created_unix_ms,"                                                             \
	" (SELECT count(*) FROM trial WHERE patient_id = patient.id"                   \
	" AND state = 'done'), pain_sites, red_flags, extension_deficit_left_deg,"     \
	" extension_deficit_right_deg, knee_axis_left, knee_axis_right, surgery,"      \
	" restrictions FROM patient "

static void read_card(struct sql_query *q, struct store_patient *p)
{
	sql_text(q, 9, p->pain_sites, sizeof(p->pain_sites));
	sql_text(q, 10, p->red_flags, sizeof(p->red_flags));
	p->extension_deficit_deg[0] = sql_double(q, 11);
	p->extension_deficit_deg[1] = sql_double(q, 12);
	sql_text(q, 13, p->knee_axis[0], sizeof(p->knee_axis[0]));
	sql_text(q, 14, p->knee_axis[1], sizeof(p->knee_axis[1]));
	sql_text(q, 15, p->surgery, sizeof(p->surgery));
	sql_text(q, 16, p->restrictions, sizeof(p->restrictions));
}

static void read_patient(struct sql_query *q, struct store_patient *p)
{
	char sex[8];

	memset(p, 0, sizeof(*p));
	p->id = sql_int(q, 0);
	sql_text(q, 1, p->code, sizeof(p->code));
	sql_text(q, 2, sex, sizeof(sex));
	p->sex = *sex;
	p->birth_year = (int)sql_int(q, 3);
	p->stature_m = sql_double(q, 4);
	p->mass_kg = sql_double(q, 5);
	sql_text(q, 6, p->notes, sizeof(p->notes));
	p->created_unix_ms = sql_int(q, 7);
	p->n_trials = sql_int(q, 8);
	read_card(q, p);
}

static int read_one(struct sql_query *q, struct store_patient *out)
{
	const int row = sql_step(q);

	if (row == 1)
		read_patient(q, out);
	sql_reset(q);
	return row < 0 ? row : row == 1 ? 0 : -ENOENT;
}

int store_patient_get(struct store *store, const char *code, struct store_patient *out)
{
	struct sql_query *q = NULL;
	const int error =
		sql_query(store->db, &q, SELECT_PATIENT "WHERE code = ?", "t", code);

	return error < 0 ? error : read_one(q, out);
}

/* The state before goes into the log whole. */
static int audit_update(
	struct store *store, const struct edit *e, const struct store_patient *was)
{
	char subject[SUBJECT_SIZE];

	subject_of(subject, e->patient->code);
	return store_audit_add(store, e->by, "patient.update",
		(int64_t[]){ e->patient->id, 0 }, subject,
		"was: code %s, sex %c, born %d, stature_m %.17g, mass_kg %.17g, pain: "
		"%s; red flags: %s; deficits_deg %g %g, axes %s %s; surgery: %s; "
		"restrictions: %s; notes: %s",
		was->code, was->sex ? was->sex : '-', was->birth_year, was->stature_m,
		was->mass_kg, was->pain_sites, was->red_flags,
		was->extension_deficit_deg[0], was->extension_deficit_deg[1],
		was->knee_axis[0], was->knee_axis[1], was->surgery, was->restrictions,
		was->notes);
}

static int update(struct store *store, void *ctx)
{
	struct edit *e = ctx;
	const struct store_patient *p = e->patient;
	struct store_patient was;
	struct sql_query *q = NULL;
	int error = sql_query(store->db, &q, SELECT_PATIENT "WHERE id = ?", "l", p->id);

	if (error == 0)
		error = read_one(q, &was);
	if (error == 0)
		error = put_patient(store, p, p->id);
	return error < 0 ? error : audit_update(store, e, &was);
}

int store_patient_update(
	struct store *store, const struct store_patient *patient, const char *by)
{
	struct edit e = { patient, by, 0 };

	return patient_ok(patient) ? store_change(store, STORE_ORDINARY, update, &e)
				   : -EINVAL;
}

int store_patient_list(struct store *store, const char *after, int limit,
	store_patient_fn *fn, void *ctx)
{
	struct sql_query *q = NULL;
	int n = 0;
	int error = sql_query(store->db, &q,
		SELECT_PATIENT "WHERE code > ? ORDER BY code LIMIT ?", "ti", after,
		limit);

	while (error == 0) {
		struct store_patient patient;

		error = sql_step(q);
		if (error <= 0)
			break;
		read_patient(q, &patient);
		n++;
		error = fn(&patient, ctx) != 0 ? -ECANCELED : 0;
	}
	sql_reset(q);
	return error < 0 && error != -ECANCELED ? error : n;
}

/* --- forgetting ---------------------------------------------------------------------------- */

struct erase {
	const char *code, *by;
};

/* All that hangs on a patient, what refers before what it refers to. */
static int erase_rows(struct sql *db, int64_t id)
{
	static const char *const texts[] = {
		"INSERT OR IGNORE INTO raw_to_delete SELECT uid FROM trial"
		" WHERE patient_id = ?",
		"INSERT OR IGNORE INTO raw_to_delete SELECT uid FROM training"
		" WHERE patient_id = ?",
		"DELETE FROM training_block WHERE training_id IN"
		" (SELECT id FROM training WHERE patient_id = ?)",
		"DELETE FROM training WHERE patient_id = ?",
		"DELETE FROM training_programme WHERE patient_id = ?",
		"UPDATE visit SET guard = 2 WHERE patient_id = ?",
		"DELETE FROM report WHERE visit_id IN"
		" (SELECT id FROM visit WHERE patient_id = ?)",
		"DELETE FROM worklist WHERE patient_id = ?",
		"DELETE FROM placement WHERE patient_id = ?",
		"DELETE FROM visit_skip WHERE visit_id IN"
		" (SELECT id FROM visit WHERE patient_id = ?)",
		"DELETE FROM trial_mark WHERE trial_id IN"
		" (SELECT id FROM trial WHERE patient_id = ?)",
		"DELETE FROM trial_review WHERE trial_id IN"
		" (SELECT id FROM trial WHERE patient_id = ?)",
		"DELETE FROM trial_picture WHERE trial_id IN"
		" (SELECT id FROM trial WHERE patient_id = ?)",
		"DELETE FROM value WHERE trial_id IN"
		" (SELECT id FROM trial WHERE patient_id = ?)",
		"DELETE FROM phase WHERE trial_id IN"
		" (SELECT id FROM trial WHERE patient_id = ?)",
		"DELETE FROM reason WHERE trial_id IN"
		" (SELECT id FROM trial WHERE patient_id = ?)",
		"DELETE FROM series WHERE trial_id IN"
		" (SELECT id FROM trial WHERE patient_id = ?)",
		"DELETE FROM trial WHERE patient_id = ?",
		"DELETE FROM visit_note WHERE visit_id IN"
		" (SELECT id FROM visit WHERE patient_id = ?)",
		"DELETE FROM visit WHERE patient_id = ?",
		"DELETE FROM patient WHERE id = ?",
	};
	int error = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts) && error == 0; i++)
		error = sql_run(db, texts[i], "l", id);
	return error < 0 ? error : audit_chain_erase(db, id);
}

static int erase(struct store *store, void *ctx)
{
	const struct erase *e = ctx;
	static const int64_t nobody[] = { 0 };
	int64_t id, n_running, n_trials;
	char subject[SUBJECT_SIZE];
	int error = sql_number(
		store->db, &id, "SELECT id FROM patient WHERE code = ?", "t", e->code);

	if (error == 0)
		error = sql_number(store->db, &n_running,
			"SELECT (SELECT count(*) FROM trial WHERE patient_id = ?"
			" AND state = 'running') + (SELECT count(*) FROM training"
			" WHERE patient_id = ? AND state = 'running')",
			"ll", id, id);
	if (error == 0 && n_running > 0)
		error = -EBUSY;
	if (error == 0)
		error = sql_number(store->db, &n_trials,
			"SELECT count(*) FROM trial WHERE patient_id = ?", "l", id);
	if (error == 0)
		error = erase_rows(store->db, id);
	snprintf(subject, sizeof(subject), "patient #%lld", (long long)id);
	return error < 0 ? error
			 : store_audit_add(store, e->by, "patient.erase", nobody,
				   subject, "%lld trials", (long long)n_trials);
}

/* The copies that migrations left know the person too. */
static void delete_backups(const struct store *store)
{
	char path[PATH_MAX];

	for (int version = 1; version < SCHEMA_VERSION; version++) {
		snprintf(path, sizeof(path), "%s/stance.db.v%d.bak", store->folder,
			version);
		unlink(path);
	}
}

int store_patient_erase(struct store *store, const char *code, const char *by)
{
	struct erase e = { code, by };
	int error = store_change(store, STORE_MUST, erase, &e);

	if (error < 0)
		return error;
	store_raw_sweep(store);
	delete_backups(store);
	/* A reader in the midst of a query can hold this back for as long as it reads; then the next
	 * erasure, start or stop does it. */
	sql_checkpoint(store->db);
	store_reserve_take(store);
	return 0;
}
