/* What a clinician noted beside the mat: numbers with a key, of which the latest of a key counts. */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "src/store/store_internal.h"

#define SUBJECT_SIZE 32

struct note {
	int64_t visit_id;
	const char *key, *by;
	double value;
};

static int put(struct store *store, void *ctx)
{
	const struct note *n = ctx;
	static const int64_t nobody[] = { 0 };
	char subject[SUBJECT_SIZE];
	int64_t closed;
	int error = sql_number(store->db, &closed,
		"SELECT closed FROM visit WHERE id = ?", "l", n->visit_id);

	if (error < 0)
		return error;
	if (closed)
		return -EPERM;
	error = sql_run(store->db,
		"INSERT INTO visit_note (visit_id, key, value, noted_unix_ms, author)"
		" VALUES (?, ?, ?, ?, ?)",
		"ltdlt", n->visit_id, n->key, n->value, store_now_ms(), n->by);
	if (error < 0)
		return error;
	snprintf(subject, sizeof(subject), "visit %lld", (long long)n->visit_id);
	return store_audit_add(
		store, n->by, "visit.note", nobody, subject, "%s %g", n->key, n->value);
}

int store_visit_note(struct store *store, int64_t visit_id, const char *key,
	double value, const char *by)
{
	struct note n = { visit_id, key, by, value };

	return store_change(store, STORE_ORDINARY, put, &n);
}

int store_visit_notes(
	struct store *store, int64_t visit_id, store_note_fn *fn, void *ctx)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT key, value FROM visit_note WHERE id IN"
		" (SELECT max(id) FROM visit_note WHERE visit_id = ? GROUP BY key)"
		" ORDER BY key",
		"l", visit_id);

	if (row < 0)
		return row;
	while ((row = sql_step(q)) == 1) {
		char key[RECORD_WORD_SIZE];

		sql_text(q, 0, key, sizeof(key));
		fn(key, sql_is_null(q, 1) ? NAN : sql_double(q, 1), ctx);
	}
	sql_reset(q);
	return row < 0 ? row : 0;
}
