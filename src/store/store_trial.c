/* Trials: begun, finished, annotated. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/bytes.h"
#include "src/store/store_internal.h"

#define SUBJECT_SIZE 32
#define WHOLE_TRIAL  (-1) /* value.phase of outcomes of the whole trial */

static bool uid_ok(const char *uid)
{
	return strlen(uid) == 32 && strspn(uid, "0123456789abcdef") == 32;
}

static void subject_of(char subject[SUBJECT_SIZE], int64_t id)
{
	snprintf(subject, SUBJECT_SIZE, "trial %lld", (long long)id);
}

/* Whom a trial belongs to, and how it stands. */
struct standing {
	int64_t patient_id; /* 0: nobody */
	bool running, voided;
};

static int standing_of(struct store *store, int64_t id, struct standing *out)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT patient_id, state = 'running', voided FROM trial WHERE id = ?",
		"l", id);

	if (row < 0)
		return row;
	row = sql_step(q);
	if (row == 1)
		*out = (struct standing){ sql_int(q, 0), sql_int(q, 1) != 0,
			sql_int(q, 2) != 0 };
	sql_reset(q);
	return row < 0 ? row : row == 1 ? 0 : -ENOENT;
}

/* --- beginning ----------------------------------------------------------------------------- */

struct begin {
	const struct trial_record *record;
	int64_t id;
};

/* The visit must be open and the patient's own. */
static int check_visit(struct store *store, int64_t visit_id, int64_t patient_id)
{
	int64_t fits = 1;
	int error = 0;

	if (visit_id != 0)
		error = sql_number(store->db, &fits,
			"SELECT closed = 0 AND patient_id = ? FROM visit WHERE id = ?",
			"ll", patient_id, visit_id);
	if (error < 0)
		return error;
	return fits ? 0 : -EPERM;
}

static int begin(struct store *store, void *ctx)
{
	struct begin *b = ctx;
	const struct trial_record *r = b->record;
	const struct trial_condition *c = &r->condition;
	int64_t patient_id;
	int error = store_patient_id(store, r->patient, &patient_id);

	if (error == 0)
		error = check_visit(store, r->visit_id, patient_id);
	if (error == 0)
		error = sql_run(store->db,
			"INSERT INTO trial (uid, patient_id, visit_id, state, operator,"
			" protocol, started_unix_ms, utc_offset_min, settle_s, verdict,"
			" calibration_id, calibration_state, algorithm, eyes, surface,"
			" stance, footwear, support, orthosis, pain, has_raw, lift_mm,"
			" voided, void_reason)"
			" VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?,"
			" ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			"tkkttlidtttttttttiidit", r->uid, patient_id, r->visit_id,
			r->operator_name, r->protocol, r->started_unix_ms,
			r->utc_offset_min, r->settle_s, r->calibration_id,
			r->calibration_state, r->algorithm, c->eyes, c->surface,
			c->stance, c->footwear, c->support, c->orthosis, c->pain,
			r->has_raw, c->lift_mm, r->voided, r->void_reason);
	b->id = sql_last_id(store->db);
	return error;
}

int store_trial_begin(
	struct store *store, const struct trial_record *record, int64_t *id)
{
	struct begin b = { record, 0 };
	int error;

	if (store->read_only)
		return -EROFS;
	if (!uid_ok(record->uid))
		return -EINVAL;
	/* What was kept free is needed to end a trial: without it none begins. */
	error = store_reserve_take(store);
	if (error < 0)
		return error;
	if (store_free_bytes(store) < STORE_TRIAL_BYTES)
		return -ENOSPC;
	error = store_change(store, STORE_ORDINARY, begin, &b);
	if (error == 0)
		*id = b.id;
	return error;
}

static int discard(struct store *store, void *ctx)
{
	static const char *const texts[] = {
		"DELETE FROM trial_mark WHERE trial_id = ?",
		"DELETE FROM trial_picture WHERE trial_id = ?",
		"DELETE FROM trial WHERE id = ?",
	};
	const int64_t *id = ctx;
	struct standing standing;
	int error = standing_of(store, *id, &standing);

	if (error < 0)
		return error;
	if (!standing.running)
		return -EPERM;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts) && error == 0; i++)
		error = sql_run(store->db, texts[i], "l", *id);
	return error;
}

int store_trial_discard(struct store *store, int64_t id)
{
	return store_change(store, STORE_MUST, discard, &id);
}

/* --- finishing ----------------------------------------------------------------------------- */

struct finish {
	const struct trial_record *record;
	const uint8_t *series;
	size_t n_series;
};

static int put_values(struct store *store, int64_t id, int phase, const double *values)
{
	int error = 0;

	for (int i = 0; i < METRIC_N && error == 0; i++)
		if (!isnan(values[i]))
			error = sql_run(store->db,
				"INSERT INTO value (trial_id, phase, metric_id, value)"
				" VALUES (?, ?, ?, ?)",
				"lild", id, phase, store->metric_id[i], values[i]);
	return error;
}

#define CORNER_SIZE 16 /* bytes: two doubles */

/* Corner by corner, x before y; returns the bytes. */
static size_t pack_outline(const struct trial_phase *p, uint8_t *out)
{
	for (int i = 0; i < p->n_outline; i++) {
		uint64_t bits;

		memcpy(&bits, &p->outline_x_mm[i], sizeof(bits));
		bytes_put_u64(out + CORNER_SIZE * i, bits);
		memcpy(&bits, &p->outline_y_mm[i], sizeof(bits));
		bytes_put_u64(out + CORNER_SIZE * i + 8, bits);
	}
	return CORNER_SIZE * (size_t)p->n_outline;
}

static int put_phase(
	struct store *store, int64_t id, int n, const struct trial_phase *p)
{
	const struct trial_condition *c = &p->condition;
	uint8_t outline[CORNER_SIZE * RECORD_MAX_OUTLINE];
	const size_t n_bytes = pack_outline(p, outline);
	const void *bytes = n_bytes > 0 ? outline : NULL;
	const int error = sql_run(store->db,
		"INSERT INTO phase (trial_id, n, key, eyes, surface, stance, footwear,"
		" support, orthosis, pain, start_s, duration_s, n_samples, rate_hz, "
		"cutoff_hz,"
		" noise_velocity_mm_s, missing_frac, sway_notes, outline)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		"littttttt"
		"iddidddd"
		"lb",
		id, n, p->key, c->eyes, c->surface, c->stance, c->footwear, c->support,
		c->orthosis, c->pain, p->start_s, p->duration_s, p->n, p->rate_hz,
		p->cutoff_hz, p->noise_velocity_mm_s, p->missing_frac,
		(int64_t)p->sway_notes, bytes, n_bytes);

	return error < 0 ? error : put_values(store, id, n, p->value);
}

static int put_reasons(struct store *store, const struct trial_record *r)
{
	int error = 0;

	for (int i = 0; i < r->n_reasons && error == 0; i++)
		error = sql_run(store->db,
			"INSERT INTO reason (trial_id, n, text) VALUES (?, ?, ?)",
			"lit", r->id, i, r->reasons[i]);
	return error;
}

/* The row itself comes last: from then on the file refuses to change it. */
static int put_done(struct store *store, const struct trial_record *r)
{
	const struct trial_condition *c = &r->condition;

	return sql_run(store->db,
		"UPDATE trial SET state = 'done', operator = ?, started_unix_ms = ?,"
		" utc_offset_min = ?, duration_s = ?, settle_s = ?, rate_hz = ?, "
		"verdict = ?,"
		" calibration_id = ?, calibration_state = ?, algorithm = ?, eyes = ?,"
		" surface = ?, stance = ?, footwear = ?, support = ?, orthosis = ?, "
		"pain = ?,"
		" has_raw = ? WHERE id = ?",
		"tlidddttttttttttiil", r->operator_name, r->started_unix_ms,
		r->utc_offset_min, r->duration_s, r->settle_s, r->rate_hz,
		trial_verdict_name(r->verdict), r->calibration_id, r->calibration_state,
		r->algorithm, c->eyes, c->surface, c->stance, c->footwear, c->support,
		c->orthosis, c->pain, r->has_raw || store_raw_exists(store, r->uid),
		r->id);
}

static int finish(struct store *store, void *ctx)
{
	const struct finish *f = ctx;
	const struct trial_record *r = f->record;
	struct standing standing;
	char subject[SUBJECT_SIZE];
	int error = standing_of(store, r->id, &standing);

	if (error == 0 && !standing.running)
		error = -EPERM;
	if (error == 0)
		error = put_values(store, r->id, WHOLE_TRIAL, r->outcome);
	for (int i = 0; i < r->n_phases && error == 0; i++)
		error = put_phase(store, r->id, i, &r->phases[i]);
	if (error == 0)
		error = put_reasons(store, r);
	if (error == 0 && f->series)
		error = sql_run(store->db,
			"INSERT INTO series (trial_id, data) VALUES (?, ?)", "lb",
			r->id, (const void *)f->series, f->n_series);
	if (error == 0)
		error = put_done(store, r);
	subject_of(subject, r->id);
	return error < 0 ? error
			 : store_audit_add(store, r->operator_name, "trial.store",
				   (int64_t[]){ 0 }, subject, "%s %s%s", r->protocol,
				   trial_verdict_name(r->verdict),
				   standing.voided ? ", voided" : "");
}

int store_trial_finish(struct store *store, const struct trial_record *record,
	const struct trial_series *series)
{
	struct finish f = { record, NULL, 0 };
	uint8_t *bytes = NULL;
	int error = 0;

	if (record->n_phases < 0 || record->n_phases > RECORD_MAX_PHASES ||
		record->n_reasons < 0 || record->n_reasons > RECORD_MAX_REASONS)
		return -EINVAL;
	for (int i = 0; i < record->n_phases; i++)
		if (record->phases[i].n_outline < 0 ||
			record->phases[i].n_outline > RECORD_MAX_OUTLINE)
			return -EINVAL;
	if (series)
		error = store_series_encode(store->zip, series, &bytes, &f.n_series);
	f.series = bytes;
	if (error == 0)
		error = store_change(store, STORE_MUST, finish, &f);
	free(bytes);
	return error;
}

/* --- annotating ---------------------------------------------------------------------------- */

struct annotation {
	int64_t id;
	const char *text, *by; /* reason, or the new patient's code */
};

/* Only a finished trial that was not voided takes one. */
static int may_annotate(struct store *store, int64_t id, struct standing *standing)
{
	const int error = standing_of(store, id, standing);

	if (error < 0)
		return error;
	return standing->running || standing->voided ? -EPERM : 0;
}

static int set_void(struct store *store, void *ctx)
{
	const struct annotation *a = ctx;
	struct standing standing;
	char subject[SUBJECT_SIZE];
	int error = may_annotate(store, a->id, &standing);

	if (error == 0)
		error = sql_run(store->db,
			"UPDATE trial SET voided = 1, void_reason = ? WHERE id = ?",
			"tl", a->text, a->id);
	subject_of(subject, a->id);
	return error < 0 ? error
			 : store_audit_add(store, a->by, "trial.void",
				   (int64_t[]){ standing.patient_id, 0 }, subject, "%s",
				   a->text);
}

int store_trial_void(
	struct store *store, int64_t id, const char *reason, const char *by)
{
	struct annotation a = { id, reason, by };

	return strlen(reason) < RECORD_REASON_SIZE
		       ? store_change(store, STORE_ORDINARY, set_void, &a)
		       : -EINVAL;
}

static int code_of(struct store *store, int64_t patient_id, char code[RECORD_CODE_SIZE])
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q, "SELECT code FROM patient WHERE id = ?", "l",
		patient_id);

	if (row < 0)
		return row;
	row = sql_step(q);
	*code = '\0';
	if (row == 1)
		sql_text(q, 0, code, RECORD_CODE_SIZE);
	sql_reset(q);
	return row < 0 ? row : 0;
}

static int set_patient(struct store *store, void *ctx)
{
	const struct annotation *a = ctx;
	struct standing standing;
	char was[RECORD_CODE_SIZE];
	char subject[SUBJECT_SIZE];
	int64_t to_id, about[3] = { 0 };
	int n = 0;
	int error = may_annotate(store, a->id, &standing);

	if (error == 0)
		error = store_patient_id(store, a->text, &to_id);
	if (error == 0)
		error = code_of(store, standing.patient_id, was);
	if (error == 0)
		error = sql_run(store->db,
			"UPDATE trial SET patient_id = ?, visit_id = NULL WHERE id = ?",
			"kl", to_id, a->id);
	if (error < 0)
		return error;
	if (standing.patient_id != 0)
		about[n++] = standing.patient_id;
	if (to_id != 0)
		about[n++] = to_id;
	subject_of(subject, a->id);
	return store_audit_add(store, a->by, "trial.move", about, subject,
		"from patient %s to patient %s", *was ? was : "-",
		*a->text ? a->text : "-");
}

int store_trial_move(
	struct store *store, int64_t id, const char *patient, const char *by)
{
	struct annotation a = { id, patient, by };

	return store_change(store, STORE_ORDINARY, set_patient, &a);
}
