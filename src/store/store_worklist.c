#include "src/store/store_worklist.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "src/store/store_internal.h"

#define SUBJECT_SIZE 32

static void subject_of(char subject[SUBJECT_SIZE], int64_t id)
{
	snprintf(subject, SUBJECT_SIZE, "worklist %lld", (long long)id);
}

/* --- adding and removing ------------------------------------------------------------------- */

static int two(const char *digits)
{
	return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* "2026-11-28"; a day that a month does not have is refused. */
static bool day_ok(const char *day)
{
	static const int lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int month;

	if (strlen(day) != STORE_DUE_SIZE - 1)
		return false;
	for (int i = 0; i < STORE_DUE_SIZE - 1; i++) {
		const bool dash = i == 4 || i == 7;

		if (dash ? day[i] != '-' : day[i] < '0' || day[i] > '9')
			return false;
	}
	month = two(day + 5);
	return month >= 1 && month <= 12 && two(day + 8) >= 1 &&
	       two(day + 8) <= lengths[month - 1];
}

struct worklist_change {
	const struct store_worklist_entry *entry;
	const char *reason, *by;
	int64_t id;
};

static int add(struct store *store, void *ctx)
{
	struct worklist_change *c = ctx;
	const struct store_worklist_entry *e = c->entry;
	const int64_t now_ms = store_now_ms();
	char subject[SUBJECT_SIZE];
	int64_t patient_id;
	int error = sql_number(store->db, &patient_id,
		"SELECT id FROM patient WHERE code = ?", "t", e->patient);

	if (error == 0)
		error = sql_run(store->db,
			"INSERT INTO worklist (patient_id, due, plan, reason, "
			"reference,"
			" source, state, created_unix_ms, utc_offset_min, author)"
			" VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?)",
			"ltttttlit", patient_id, e->due, e->plan, e->reason,
			e->reference, e->source[0] ? e->source : "manual", now_ms,
			store_utc_offset_min(now_ms), c->by);
	if (error < 0)
		return error;
	c->id = sql_last_id(store->db);
	subject_of(subject, c->id);
	return store_audit_add(store, c->by, "worklist.add",
		(int64_t[]){ patient_id, 0 }, subject, "patient %s, %s %s: %s",
		e->patient, e->source[0] ? e->source : "manual", e->reference,
		e->reason);
}

int store_worklist_add(struct store *store, const struct store_worklist_entry *entry,
	const char *by, int64_t *id)
{
	struct worklist_change c = { .entry = entry, .by = by };
	int error = entry->due[0] && !day_ok(entry->due) ? -EINVAL : 0;

	if (error == 0)
		error = store_change(store, STORE_ORDINARY, add, &c);
	if (error == 0)
		*id = c.id;
	return error;
}

static int take_off(struct store *store, void *ctx)
{
	const struct worklist_change *c = ctx;
	char subject[SUBJECT_SIZE];
	int64_t patient_id;
	int error = sql_number(store->db, &patient_id,
		"SELECT patient_id FROM worklist WHERE id = ?", "l", c->id);

	if (error == 0)
		error = sql_run(store->db,
			"UPDATE worklist SET state = 'removed' WHERE id = ?"
			" AND state = 'waiting'",
			"l", c->id);
	if (error < 0)
		return error;
	if (sql_n_changed(store->db) == 0)
		return -EPERM;
	subject_of(subject, c->id);
	return store_audit_add(store, c->by, "worklist.remove",
		(int64_t[]){ patient_id, 0 }, subject, "%s", c->reason);
}

int store_worklist_remove(
	struct store *store, int64_t id, const char *reason, const char *by)
{
	struct worklist_change c = { .reason = reason, .by = by, .id = id };

	return store_change(store, STORE_ORDINARY, take_off, &c);
}

/* --- reading ------------------------------------------------------------------------------- */

#define COLUMNS                                                                        \
	"SELECT w.id, p.code, w.due, w.plan, w.reason, w.reference, w.source, "        \
	"w.state,"                                                                     \
	" w.visit_id, w.created_unix_ms, w.utc_offset_min, w.author, p.sex,"           \
	" p.birth_year, p.red_flags NOT IN ('', 'none'), v.started_unix_ms,"           \
	" v.utc_offset_min FROM worklist AS w JOIN patient AS p ON p.id = "            \
	"w.patient_id"                                                                 \
	" LEFT JOIN visit AS v ON v.id = (SELECT max(id) FROM visit AS x"              \
	" WHERE x.patient_id = p.id"                                                   \
	" AND EXISTS (SELECT 1 FROM trial WHERE visit_id = x.id)) "

static void read_entry(struct sql_query *q, struct store_worklist_entry *out)
{
	char sex[8];

	memset(out, 0, sizeof(*out));
	out->id = sql_int(q, 0);
	sql_text(q, 1, out->patient, sizeof(out->patient));
	sql_text(q, 2, out->due, sizeof(out->due));
	sql_text(q, 3, out->plan, sizeof(out->plan));
	sql_text(q, 4, out->reason, sizeof(out->reason));
	sql_text(q, 5, out->reference, sizeof(out->reference));
	sql_text(q, 6, out->source, sizeof(out->source));
	sql_text(q, 7, out->state, sizeof(out->state));
	out->visit_id = sql_int(q, 8);
	out->created_unix_ms = sql_int(q, 9);
	out->utc_offset_min = (int)sql_int(q, 10);
	sql_text(q, 11, out->by, sizeof(out->by));
	sql_text(q, 12, sex, sizeof(sex));
	out->sex = *sex;
	out->birth_year = (int)sql_int(q, 13);
	out->red_flag = sql_int(q, 14) != 0;
	out->last_visit_unix_ms = sql_is_null(q, 15) ? INT64_MIN : sql_int(q, 15);
	out->last_visit_offset_min = (int)sql_int(q, 16);
}

static int read_one(struct sql_query *q, struct store_worklist_entry *out)
{
	const int row = sql_step(q);

	if (row == 1)
		read_entry(q, out);
	sql_reset(q);
	return row < 0 ? row : row == 1 ? 0 : -ENOENT;
}

int store_worklist_get(
	struct store *store, int64_t id, struct store_worklist_entry *out)
{
	struct sql_query *q = NULL;
	const int error = sql_query(store->db, &q, COLUMNS "WHERE w.id = ?", "l", id);

	return error < 0 ? error : read_one(q, out);
}

int store_worklist_of_visit(
	struct store *store, int64_t visit_id, struct store_worklist_entry *out)
{
	struct sql_query *q = NULL;
	const int error = sql_query(store->db, &q,
		COLUMNS "WHERE w.visit_id = ? ORDER BY w.id LIMIT 1", "l", visit_id);

	return error < 0 ? error : read_one(q, out);
}

/* ?1: with those done, ?2: the last day. */
#define WHERE                                                                          \
	"WHERE (?1 OR w.state IN ('waiting', 'measuring'))"                            \
	" AND (w.due = '' OR w.due <= ?2) "

#define ORDER " ORDER BY w.due = '', w.due, w.id"

int store_worklist_list(struct store *store, const struct store_worklist_query *query,
	store_worklist_fn *fn, void *ctx, int64_t *total)
{
	const char *due_by = query->due_by ? query->due_by : "9999-12-31";
	struct sql_query *q = NULL;
	int n = 0;
	int error = sql_number(store->db, total,
		"SELECT count(*) FROM worklist AS w " WHERE, "it", query->with_done,
		due_by);

	if (error == 0)
		error = sql_query(store->db, &q,
			/* only those of the page are looked up further */
			COLUMNS
			"WHERE w.id IN (SELECT w.id FROM worklist AS w " WHERE ORDER
			" LIMIT ?4 OFFSET ?3)" ORDER,
			"itli", query->with_done, due_by, query->offset, query->limit);
	while (error == 0) {
		struct store_worklist_entry entry;

		error = sql_step(q);
		if (error <= 0)
			break;
		read_entry(q, &entry);
		n++;
		error = fn(&entry, ctx) != 0 ? -ECANCELED : 0;
	}
	sql_reset(q);
	return error < 0 && error != -ECANCELED ? error : n;
}
