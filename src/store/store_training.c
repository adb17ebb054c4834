#include "src/store/store_training.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/bytes.h"
#include "src/store/store_internal.h"

#define SUBJECT_SIZE 96
#define N_SESSIONS   60 /* of scores: more than a programme of six weeks has */
#define LIMITS_BYTES (8 * STORE_N_LIMITS)

/* --- limits as bytes --------------------------------------------------------------------- */

static void put_limits(uint8_t bytes[LIMITS_BYTES], const double *limits_mm)
{
	for (int i = 0; i < STORE_N_LIMITS; i++) {
		uint64_t bits;

		memcpy(&bits, &limits_mm[i], sizeof(bits));
		bytes_put_u64(bytes + 8 * i, bits);
	}
}

static void get_limits(struct sql_query *q, int column, double *limits_mm)
{
	size_t n = 0;
	const uint8_t *bytes = sql_blob(q, column, &n);

	for (int i = 0; i < STORE_N_LIMITS; i++) {
		uint64_t bits;

		limits_mm[i] = NAN;
		if (!bytes || n != LIMITS_BYTES)
			continue;
		bits = bytes_get_u64(bytes + 8 * i);
		memcpy(&limits_mm[i], &bits, sizeof(bits));
	}
}

/* --- beginning --------------------------------------------------------------------------- */

struct begin {
	const struct store_training *training;
	int64_t id;
};

static int begin(struct store *store, void *ctx)
{
	struct begin *b = ctx;
	const struct store_training *t = b->training;
	int64_t patient_id;
	int error = store_patient_id(store, t->patient, &patient_id);

	if (error == 0)
		error = sql_run(store->db,
			"INSERT INTO training (uid, patient_id, state,"
			" started_unix_ms, utc_offset_min, name, programme, ending,"
			" level, band, has_raw)"
			" VALUES (?, ?, 'running', ?, ?, ?, ?, 'running', ?, ?, ?)",
			"tklittiii", t->uid, patient_id, t->started_unix_ms,
			t->utc_offset_min, t->name, t->programme, t->level, t->band,
			(int)t->has_raw);
	b->id = sql_last_id(store->db);
	return error;
}

int store_training_begin(
	struct store *store, const struct store_training *training, int64_t *id)
{
	struct begin b = { training, 0 };
	int error = store_change(store, STORE_ORDINARY, begin, &b);

	if (error == 0)
		*id = b.id;
	return error;
}

/* --- writing ----------------------------------------------------------------------------- */

struct put {
	const struct store_training *training; /* NULL: it goes on */
	int64_t id;
	const struct store_training_block *blocks;
	int n;
};

static int put_blocks(struct store *store, const struct put *p)
{
	int error = 0;

	for (int i = 0; i < p->n && error == 0; i++) {
		const struct store_training_block *b = &p->blocks[i];

		error = sql_run(store->db,
			"INSERT OR REPLACE INTO training_block (training_id, n,"
			" exercise, whole, score, text) VALUES (?, ?, ?, ?, ?, ?)",
			"litidt", p->id, i, b->exercise, (int)b->is_whole, b->score,
			b->text);
	}
	return error;
}

static int end(struct store *store, const struct store_training *t)
{
	bool has_limits = !isnan(t->limits_mm[0]);
	uint8_t limits[LIMITS_BYTES];

	put_limits(limits, t->limits_mm);
	return sql_run(store->db,
		"UPDATE training SET state = 'done', ending = ?, exercise_s = ?,"
		" success_pct = ?, limits = ?, has_raw = ? WHERE id = ?",
		"tddbil", t->end, t->exercise_s, t->success_pct,
		has_limits ? limits : NULL, (size_t)LIMITS_BYTES, (int)t->has_raw,
		t->id);
}

static int put(struct store *store, void *ctx)
{
	const struct put *p = ctx;
	int64_t is_running;
	int error = sql_number(store->db, &is_running,
		"SELECT state = 'running' FROM training WHERE id = ?", "l", p->id);

	if (error < 0)
		return error;
	if (!is_running)
		return -EPERM;
	error = put_blocks(store, p);
	return error < 0 || !p->training ? error : end(store, p->training);
}

int store_training_put(struct store *store, int64_t id,
	const struct store_training_block *blocks, int n)
{
	struct put p = { NULL, id, blocks, n };

	return store_change(store, STORE_MUST, put, &p);
}

int store_training_finish(struct store *store, const struct store_training *training,
	const struct store_training_block *blocks, int n)
{
	struct put p = { training, training->id, blocks, n };

	return store_change(store, STORE_MUST, put, &p);
}

static int recover(struct store *store, void *ctx)
{
	int *n = ctx;
	int error = sql_run(store->db,
		"DELETE FROM training WHERE state = 'running' AND has_raw = 0"
		" AND NOT EXISTS (SELECT 1 FROM training_block"
		" WHERE training_id = training.id)",
		"");

	if (error == 0)
		error = sql_run(store->db,
			"UPDATE training SET state = 'done', ending = 'daemon'"
			" WHERE state = 'running'",
			"");
	*n = (int)sql_n_changed(store->db);
	return error;
}

int store_training_recover(struct store *store)
{
	int64_t n_running;
	int n = 0;
	int error = sql_number(store->db, &n_running,
		"SELECT count(*) FROM training WHERE state = 'running'", "");

	if (error < 0 || n_running == 0)
		return error;
	error = store_change(store, STORE_MUST, recover, &n);
	return error < 0 ? error : n;
}

/* --- reading ----------------------------------------------------------------------------- */

#define SELECT_TRAINING                                                                \
	"SELECT t.id, t.uid, coalesce(p.code, ''), t.started_unix_ms,"                 \
	" t.utc_offset_min, t.state = 'running', t.has_raw, t.ending, t.programme,"    \
	" t.name, t.level, t.band, t.exercise_s, t.success_pct, t.limits,"             \
	" (SELECT count(*) FROM training_block b WHERE b.training_id = t.id)"          \
	" FROM training t LEFT JOIN patient p ON p.id = t.patient_id "

static void read_training(struct sql_query *q, struct store_training *t)
{
	*t = (struct store_training){ .id = sql_int(q, 0),
		.started_unix_ms = sql_int(q, 3),
		.utc_offset_min = (int)sql_int(q, 4),
		.running = sql_int(q, 5) != 0,
		.has_raw = sql_int(q, 6) != 0,
		.level = (int)sql_int(q, 10),
		.band = (int)sql_int(q, 11),
		.exercise_s = sql_double(q, 12),
		.success_pct = sql_double(q, 13),
		.n_blocks = (int)sql_int(q, 15) };
	sql_text(q, 1, t->uid, sizeof(t->uid));
	sql_text(q, 2, t->patient, sizeof(t->patient));
	sql_text(q, 7, t->end, sizeof(t->end));
	sql_text(q, 8, t->programme, sizeof(t->programme));
	sql_text(q, 9, t->name, sizeof(t->name));
	get_limits(q, 14, t->limits_mm);
}

int store_training_get(struct store *store, int64_t id, struct store_training *out)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q, SELECT_TRAINING "WHERE t.id = ?", "l", id);

	if (row < 0)
		return row;
	row = sql_step(q);
	if (row == 1)
		read_training(q, out);
	sql_reset(q);
	return row < 0 ? row : row == 1 ? 0 : -ENOENT;
}

int store_training_list(struct store *store, const char *patient, int64_t before_id,
	int limit, store_training_fn *fn, void *ctx)
{
	struct sql_query *q = NULL;
	int64_t patient_id = 0;
	int n = 0, error = 0;

	if (patient)
		error = store_patient_id(store, patient, &patient_id);
	if (error == 0)
		error = sql_query(store->db, &q,
			SELECT_TRAINING "WHERE (? OR t.patient_id = ?) AND t.id < ?"
					" ORDER BY t.id DESC LIMIT ?",
			"illi", patient == NULL, patient_id,
			before_id > 0 ? before_id : INT64_MAX, limit);
	while (error == 0) {
		struct store_training t;

		error = sql_step(q);
		if (error <= 0)
			break;
		read_training(q, &t);
		n++;
		error = fn(&t, ctx) != 0 ? -ECANCELED : 0;
	}
	sql_reset(q);
	return error < 0 && error != -ECANCELED ? error : n;
}

int store_training_blocks(
	struct store *store, int64_t id, store_training_block_fn *fn, void *ctx)
{
	struct sql_query *q = NULL;
	int n = 0;
	int error = sql_query(store->db, &q,
		"SELECT exercise, whole, score, text FROM training_block"
		" WHERE training_id = ? ORDER BY n",
		"l", id);

	while (error == 0) {
		struct store_training_block b;

		error = sql_step(q);
		if (error <= 0)
			break;
		sql_text(q, 0, b.exercise, sizeof(b.exercise));
		b.is_whole = sql_int(q, 1) != 0;
		b.score = sql_double(q, 2);
		sql_text(q, 3, b.text, sizeof(b.text));
		n++;
		error = fn(&b, ctx) != 0 ? -ECANCELED : 0;
	}
	sql_reset(q);
	return error < 0 && error != -ECANCELED ? error : n;
}

int store_training_scores(struct store *store, const char *patient, int64_t before_id,
	store_training_score_fn *fn, void *ctx)
{
	struct sql_query *q = NULL;
	int64_t patient_id;
	int error = store_patient_id(store, patient, &patient_id);

	if (error == 0)
		error = sql_query(store->db, &q,
			"SELECT b.exercise, avg(b.score), count(*)"
			" FROM training_block b JOIN training t ON t.id = b.training_id"
			" WHERE t.id IN (SELECT id FROM training WHERE patient_id = ?"
			" AND state = 'done' AND id < ? ORDER BY id DESC LIMIT ?)"
			" AND b.whole = 1 AND b.score IS NOT NULL"
			" GROUP BY t.id, b.exercise ORDER BY t.id",
			"lli", patient_id, before_id > 0 ? before_id : INT64_MAX,
			N_SESSIONS);
	while (error == 0) {
		char exercise[RECORD_WORD_SIZE];

		error = sql_step(q);
		if (error <= 0)
			break;
		sql_text(q, 0, exercise, sizeof(exercise));
		fn(exercise, sql_double(q, 1), (int)sql_int(q, 2), ctx);
		error = 0;
	}
	sql_reset(q);
	return error < 0 ? error : 0;
}

int store_training_count(
	struct store *store, const char *patient, int64_t since_unix_ms, int64_t *n)
{
	int64_t patient_id;
	int error = store_patient_id(store, patient, &patient_id);

	return error < 0 ? error
			 : sql_number(store->db, n,
				   "SELECT count(*) FROM training t WHERE"
				   " patient_id = ? AND started_unix_ms >= ? AND EXISTS"
				   " (SELECT 1 FROM training_block b"
				   " WHERE b.training_id = t.id)",
				   "ll", patient_id, since_unix_ms);
}

/* --- programmes -------------------------------------------------------------------------- */

int store_programme_get(
	struct store *store, const char *patient, char *out, size_t size)
{
	struct sql_query *q = NULL;
	int64_t patient_id;
	int row = store_patient_id(store, patient, &patient_id);

	if (row == 0)
		row = sql_query(store->db, &q,
			"SELECT text FROM training_programme WHERE patient_id = ?", "l",
			patient_id);
	if (row < 0)
		return row;
	row = sql_step(q);
	if (row == 1)
		sql_text(q, 0, out, size);
	sql_reset(q);
	return row < 0 ? row : row == 1 ? 0 : -ENOENT;
}

struct programme_set {
	const char *patient, *text, *by;
};

static int set_programme(struct store *store, void *ctx)
{
	const struct programme_set *s = ctx;
	char subject[SUBJECT_SIZE];
	int64_t id;
	int error = store_patient_id(store, s->patient, &id);

	if (error == 0)
		error = sql_run(store->db,
			"INSERT OR REPLACE INTO training_programme"
			" (patient_id, text, set_unix_ms, author) VALUES (?, ?, ?, ?)",
			"ltlt", id, s->text, store_now_ms(), s->by);
	if (error < 0)
		return error;
	snprintf(subject, sizeof(subject), "patient %s", s->patient);
	return store_audit_add(store, s->by, "training.set", (int64_t[]){ id, 0 },
		subject, "%s", s->text);
}

int store_programme_set(
	struct store *store, const char *patient, const char *text, const char *by)
{
	struct programme_set s = { patient, text, by };

	return store_change(store, STORE_ORDINARY, set_programme, &s);
}
