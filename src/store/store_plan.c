/* A visit's plan, what was left out of it, and whether its results are shown. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "src/store/store_internal.h"

#define SUBJECT_SIZE 32

static const int64_t nobody[] = { 0 };

static void subject_of(char subject[SUBJECT_SIZE], int64_t id)
{
	snprintf(subject, SUBJECT_SIZE, "visit %lld", (long long)id);
}

struct plan_change {
	int64_t id;
	const char *plan, *reason, *by;
	int step;
	bool shared;
};

static int must_be_open(struct store *store, int64_t id)
{
	int64_t closed;
	const int error = sql_number(
		store->db, &closed, "SELECT closed FROM visit WHERE id = ?", "l", id);

	return error < 0 ? error : closed ? -EPERM : 0;
}

static int set_plan(struct store *store, void *ctx)
{
	const struct plan_change *c = ctx;
	char subject[SUBJECT_SIZE];
	int error = must_be_open(store, c->id);

	if (error == 0)
		error = sql_run(store->db, "UPDATE visit SET plan = ? WHERE id = ?",
			"tl", c->plan, c->id);
	subject_of(subject, c->id);
	return error < 0 ? error
			 : store_audit_add(store, c->by, "visit.set_plan", nobody,
				   subject, "%s", c->plan);
}

int store_visit_set_plan(
	struct store *store, int64_t id, const char *plan, const char *by)
{
	struct plan_change c = { .id = id, .plan = plan, .by = by };

	return strlen(plan) < RECORD_WORD_SIZE
		       ? store_change(store, STORE_ORDINARY, set_plan, &c)
		       : -EINVAL;
}

/* Leaving out what is left out already keeps the first reason. */
static int skip(struct store *store, void *ctx)
{
	const struct plan_change *c = ctx;
	char subject[SUBJECT_SIZE];
	int error = must_be_open(store, c->id);

	if (error == 0)
		error = sql_run(store->db,
			"INSERT OR IGNORE INTO visit_skip (visit_id, plan, step,"
			" reason, at_unix_ms, author) SELECT id, plan, ?, ?, ?, ?"
			" FROM visit WHERE id = ? AND plan <> ''",
			"itltl", c->step, c->reason, store_now_ms(), c->by, c->id);
	if (error == 0 && sql_n_changed(store->db) == 0)
		return -EPERM;
	subject_of(subject, c->id);
	return error < 0 ? error
			 : store_audit_add(store, c->by, "visit.skip", nobody, subject,
				   "step %d: %s", c->step, c->reason);
}

int store_visit_skip(
	struct store *store, int64_t id, int step, const char *reason, const char *by)
{
	struct plan_change c = { .id = id, .reason = reason, .by = by, .step = step };

	return store_change(store, STORE_ORDINARY, skip, &c);
}

int store_visit_skips(struct store *store, int64_t id, store_skip_fn *fn, void *ctx)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT s.step, s.reason FROM visit_skip AS s JOIN visit AS v"
		" ON v.id = s.visit_id AND v.plan = s.plan WHERE v.id = ?",
		"l", id);

	if (row < 0)
		return row;
	while ((row = sql_step(q)) == 1) {
		char reason[RECORD_REASON_SIZE];

		sql_text(q, 1, reason, sizeof(reason));
		fn((int)sql_int(q, 0), reason, ctx);
	}
	sql_reset(q);
	return row < 0 ? row : 0;
}

static int share(struct store *store, void *ctx)
{
	const struct plan_change *c = ctx;
	char subject[SUBJECT_SIZE];
	int64_t was;
	int error = sql_number(
		store->db, &was, "SELECT shared FROM visit WHERE id = ?", "l", c->id);

	if (error < 0 || was == c->shared)
		return error;
	error = sql_run(store->db, "UPDATE visit SET shared = 0 WHERE shared = 1", "");
	if (error == 0 && c->shared)
		error = sql_run(store->db, "UPDATE visit SET shared = 1 WHERE id = ?",
			"l", c->id);
	subject_of(subject, c->id);
	return error < 0 ? error
			 : store_audit_add(store, c->by, "visit.share", nobody, subject,
				   "%s", c->shared ? "shown" : "not shown");
}

int store_visit_share(struct store *store, int64_t id, bool shared, const char *by)
{
	struct plan_change c = { .id = id, .shared = shared, .by = by };

	return store_change(store, STORE_ORDINARY, share, &c);
}
