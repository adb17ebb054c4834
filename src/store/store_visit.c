/* Visits: trials of one patient that belong together. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "src/store/store_internal.h"

#define SUBJECT_SIZE 32

struct visit_start {
	const char *patient, *protocol, *by;
	int64_t id;
};

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
			"INSERT INTO visit (uid, patient_id, protocol, started_unix_ms,"
			" utc_offset_min) VALUES (?, ?, ?, ?, ?)",
			"tltli", uid, patient_id, s->protocol, now_ms,
			store_utc_offset_min(now_ms));
	if (error < 0)
		return error;
	s->id = sql_last_id(store->db);
	snprintf(subject, sizeof(subject), "visit %lld", (long long)s->id);
	return store_audit_add(store, s->by, "visit.start",
		(int64_t[]){ patient_id, 0 }, subject, "of patient %s", s->patient);
}

int store_visit_start(struct store *store, const char *patient, const char *protocol,
	const char *by, int64_t *id)
{
	struct visit_start s = { patient, protocol ? protocol : "", by, 0 };
	const int error = strlen(s.protocol) < RECORD_WORD_SIZE
				  ? store_change(store, STORE_ORDINARY, start, &s)
				  : -EINVAL;

	if (error == 0)
		*id = s.id;
	return error;
}

#define COLUMNS                                                                        \
	"SELECT v.id, v.uid, p.code, v.protocol, v.started_unix_ms, v.utc_offset_min," \
	" v.closed, (SELECT count(*) FROM trial WHERE visit_id = v.id)"                \
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
}

int store_visit_get(struct store *store, int64_t id, struct store_visit *out)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q, COLUMNS "WHERE v.id = ?", "l", id);

	if (row < 0)
		return row;
	row = sql_step(q);
	if (row == 1)
		read_visit(q, out);
	sql_reset(q);
	return row < 0 ? row : row == 1 ? 0 : -ENOENT;
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
