/* Visits: trials of one patient that belong together. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/store/patient_words.h"
#include "src/store/store_internal.h"

#define SUBJECT_SIZE 32

struct visit_start {
	const char *patient, *protocol, *plan, *by;
	int64_t id;
};

/* --- what the card says -------------------------------------------------------------------- */

static int note(
	struct store *store, const struct visit_start *s, const char *key, double value)
{
	return isnan(value)
		       ? 0
		       : sql_run(store->db,
				 "INSERT INTO visit_note (visit_id, key, value,"
				 " noted_unix_ms, author) VALUES (?, ?, ?, ?, ?)",
				 "ltdlt", s->id, key, value, store_now_ms(), s->by);
}

static double answer(const char *words, bool yes)
{
	return words[0] ? yes : NAN;
}

static int note_card(struct store *store, const struct visit_start *s)
{
	struct store_patient p;
	const char *pain = p.pain_sites;
	int error = store_patient_get(store, s->patient, &p);

	if (error == 0)
		error = note(store, s, "extension_deficit_left_deg",
			p.extension_deficit_deg[0]);
	if (error == 0)
		error = note(store, s, "extension_deficit_right_deg",
			p.extension_deficit_deg[1]);
	if (error == 0)
		error = note(store, s, "pain_knee_left",
			answer(pain, patient_words_have(pain, "knee_left")));
	if (error == 0)
		error = note(store, s, "pain_knee_right",
			answer(pain, patient_words_have(pain, "knee_right")));
	if (error == 0)
		error = note(store, s, "pain_back",
			answer(pain, patient_words_have(pain, "back")));
	if (error == 0)
		error = note(store, s, "pain_leg",
			answer(pain, patient_words_have(pain, "leg_left") ||
					     patient_words_have(pain, "leg_right")));
	if (error == 0)
		error = note(store, s, "red_flag",
			answer(p.red_flags, strcmp(p.red_flags, PATIENT_NONE) != 0));
	return error;
}

/* The oldest that waits is what this visit is for. */
static int take_from_worklist(struct store *store, int64_t patient_id, int64_t visit_id)
{
	return sql_run(store->db,
		"UPDATE worklist SET state = 'measuring', visit_id = ? WHERE id ="
		" (SELECT min(id) FROM worklist WHERE patient_id = ?"
		" AND state = 'waiting')",
		"ll", visit_id, patient_id);
}

/* --- starting ------------------------------------------------------------------------------ */

static int start(struct store *store, void *ctx)
{
	struct visit_start *s = ctx;
	const int64_t now_ms = store_now_ms();
	char subject[SUBJECT_SIZE];
	char uid[33];
	int64_t patient_id;
	int error = sql_number(store->db, &patient_id,
		"SELECT id FROM patient WHERE code = ?", "t", s->patient);

	if (error == 0)
		error = store_new_uid(uid);
	if (error == 0)
		error = sql_run(store->db,
			"INSERT INTO visit (uid, patient_id, protocol, plan,"
			" started_unix_ms, utc_offset_min) VALUES (?, ?, ?, ?, ?, ?)",
			"tlttli", uid, patient_id, s->protocol, s->plan, now_ms,
			store_utc_offset_min(now_ms));
	if (error < 0)
		return error;
	s->id = sql_last_id(store->db);
	error = note_card(store, s);
	if (error == 0)
		error = take_from_worklist(store, patient_id, s->id);
	if (error < 0)
		return error;
	snprintf(subject, sizeof(subject), "visit %lld", (long long)s->id);
	return store_audit_add(store, s->by, "visit.start",
		(int64_t[]){ patient_id, 0 }, subject, "of patient %s", s->patient);
}

int store_visit_start(struct store *store, const char *patient, const char *protocol,
	const char *by, int64_t *id)
{
	return store_visit_start_planned(store, patient, protocol, "", by, id);
}

int store_visit_start_planned(struct store *store, const char *patient,
	const char *protocol, const char *plan, const char *by, int64_t *id)
{
	struct visit_start s = { patient, protocol ? protocol : "", plan, by, 0 };
	const int error =
		strlen(s.protocol) < RECORD_WORD_SIZE && strlen(plan) < RECORD_WORD_SIZE
			? store_change(store, STORE_ORDINARY, start, &s)
			: -EINVAL;

	if (error == 0)
		*id = s.id;
	return error;
}

#define COLUMNS                                                                        \
	"SELECT v.id, v.uid, p.code, v.protocol, v.started_unix_ms, v.utc_offset_min," \
	" v.closed, (SELECT count(*) FROM trial WHERE visit_id = v.id), v.plan,"       \
	" v.shared, (SELECT max(version) FROM report WHERE visit_id = v.id)"           \
	" FROM visit AS v JOIN patient AS p ON p.id = v.patient_id "

static void read_visit(struct sql_query *q, struct store_visit *out)
{
	memset(out, 0, sizeof(*out));
	out->id = sql_int(q, 0);
	sql_text(q, 1, out->uid, sizeof(out->uid));
	sql_text(q, 2, out->patient, sizeof(out->patient));
	sql_text(q, 3, out->protocol, sizeof(out->protocol));
	out->started_unix_ms = sql_int(q, 4);
	out->utc_offset_min = (int)sql_int(q, 5);
	out->closed = sql_int(q, 6) != 0;
	out->n_trials = sql_int(q, 7);
	sql_text(q, 8, out->plan, sizeof(out->plan));
	out->shared = sql_int(q, 9) != 0;
	out->signed_version = (int)sql_int(q, 10);
}

static int read_one(struct sql_query *q, struct store_visit *out)
{
	const int row = sql_step(q);

	if (row == 1)
		read_visit(q, out);
	sql_reset(q);
	return row < 0 ? row : row == 1 ? 0 : -ENOENT;
}

int store_visit_get(struct store *store, int64_t id, struct store_visit *out)
{
	struct sql_query *q = NULL;
	const int error = sql_query(store->db, &q, COLUMNS "WHERE v.id = ?", "l", id);

	return error < 0 ? error : read_one(q, out);
}

int store_visit_open(
	struct store *store, int64_t since_unix_ms, struct store_visit *out)
{
	struct sql_query *q = NULL;
	const int error = sql_query(store->db, &q,
		COLUMNS "WHERE v.closed = 0 AND v.started_unix_ms >= ?"
			" ORDER BY v.id DESC LIMIT 1",
		"l", since_unix_ms);

	return error < 0 ? error : read_one(q, out);
}

int store_visit_shared(struct store *store, struct store_visit *out)
{
	struct sql_query *q = NULL;
	const int error = sql_query(store->db, &q,
		COLUMNS "WHERE v.shared = 1 ORDER BY v.id DESC LIMIT 1", "");

	return error < 0 ? error : read_one(q, out);
}

int store_visit_list(struct store *store, const char *patient, int64_t before_id,
	int limit, store_visit_fn *fn, void *ctx)
{
	struct sql_query *q = NULL;
	int64_t patient_id = 0;
	int n = 0, error = 0;

	if (patient)
		error = store_patient_id(store, patient, &patient_id);
	if (error == 0)
		error = sql_query(store->db, &q,
			patient ? COLUMNS "WHERE v.patient_id = ?2 AND v.id < ?1"
					  " ORDER BY v.id DESC LIMIT ?3"
				: COLUMNS "WHERE v.id < ?1 AND ?2 IS ?2"
					  " ORDER BY v.id DESC LIMIT ?3",
			"lli", before_id > 0 ? before_id : INT64_MAX, patient_id,
			limit);
	while (error == 0) {
		struct store_visit visit;

		error = sql_step(q);
		if (error <= 0)
			break;
		read_visit(q, &visit);
		n++;
		error = fn(&visit, ctx) != 0 ? -ECANCELED : 0;
	}
	sql_reset(q);
	return error < 0 && error != -ECANCELED ? error : n;
}

struct visit_change {
	int64_t visit_id, trial_id;
	const char *by;
};

static int add(struct store *store, void *ctx)
{
	const struct visit_change *c = ctx;
	static const int64_t nobody[] = { 0 };
	char subject[SUBJECT_SIZE];
	int64_t n, closed;
	int error = sql_number(store->db, &closed,
		"SELECT closed FROM visit WHERE id = ?", "l", c->visit_id);

	if (error == 0)
		error = sql_number(store->db, &n, "SELECT id FROM trial WHERE id = ?",
			"l", c->trial_id);
	if (error < 0)
		return error;
	if (closed)
		return -EPERM;
	error = sql_run(store->db,
		"UPDATE trial SET visit_id = ? WHERE id = ? AND patient_id ="
		" (SELECT patient_id FROM visit WHERE id = ?)",
		"lll", c->visit_id, c->trial_id, c->visit_id);
	if (error < 0)
		return error;
	if (sql_n_changed(store->db) == 0)
		return -EPERM;
	snprintf(subject, sizeof(subject), "visit %lld", (long long)c->visit_id);
	return store_audit_add(store, c->by, "visit.add", nobody, subject, "trial %lld",
		(long long)c->trial_id);
}

int store_visit_add(
	struct store *store, int64_t visit_id, int64_t trial_id, const char *by)
{
	struct visit_change c = { visit_id, trial_id, by };

	return store_change(store, STORE_ORDINARY, add, &c);
}

/* Closing what is closed changes nothing and leaves no entry. */
static int shut(struct store *store, void *ctx)
{
	const struct visit_change *c = ctx;
	static const int64_t nobody[] = { 0 };
	char subject[SUBJECT_SIZE];
	int64_t closed;
	int error = sql_number(store->db, &closed,
		"SELECT closed FROM visit WHERE id = ?", "l", c->visit_id);

	if (error < 0 || closed)
		return error;
	error = sql_run(store->db, "UPDATE visit SET closed = 1 WHERE id = ?", "l",
		c->visit_id);
	if (error == 0)
		error = sql_run(store->db,
			"UPDATE worklist SET state = 'done' WHERE visit_id = ?"
			" AND state = 'measuring'",
			"l", c->visit_id);
	snprintf(subject, sizeof(subject), "visit %lld", (long long)c->visit_id);
	return error < 0 ? error
			 : store_audit_add(store, c->by, "visit.close", nobody, subject,
				   "%s", "");
}

int store_visit_close(struct store *store, int64_t id, const char *by)
{
	struct visit_change c = { id, 0, by };

	return store_change(store, STORE_ORDINARY, shut, &c);
}
