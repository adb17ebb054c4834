#include "src/store/store_clinic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/core/geometry.h"
#include "src/store/store_internal.h"

#define SUBJECT_SIZE (RECORD_CODE_SIZE + 16)

static void subject_of(char subject[SUBJECT_SIZE], int64_t trial_id)
{
	snprintf(subject, SUBJECT_SIZE, "trial %lld", (long long)trial_id);
}

/* --- marks --------------------------------------------------------------------------------- */

struct mark {
	int64_t trial_id, n;
	double t_s;
	const char *text, *by;
};

static int add_mark(struct store *store, void *ctx)
{
	struct mark *m = ctx;
	int64_t runs;
	int error = sql_number(store->db, &runs,
		"SELECT state = 'running' FROM trial WHERE id = ?", "l", m->trial_id);

	if (error == 0 && !runs)
		error = -EPERM;
	if (error == 0)
		error = sql_number(store->db, &m->n,
			"SELECT count(*) + 1 FROM trial_mark WHERE trial_id = ?", "l",
			m->trial_id);
	if (error == 0 && m->n > STORE_MAX_MARKS)
		error = -ENOBUFS;
	return error < 0 ? error
			 : sql_run(store->db,
				   "INSERT INTO trial_mark (trial_id, n, t_s, text, "
				   "author) VALUES (?, ?, ?, ?, ?)",
				   "lldtt", m->trial_id, m->n, m->t_s, m->text, m->by);
}

int store_mark_add(struct store *store, int64_t trial_id, double t_s, const char *text,
	const char *by, int *n)
{
	struct mark m = { trial_id, 0, t_s, text, by };
	const int error = store_change(store, STORE_MUST, add_mark, &m);

	if (error == 0)
		*n = (int)m.n;
	return error;
}

int store_mark_list(struct store *store, int64_t trial_id, store_mark_fn *fn, void *ctx)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT n, t_s, text FROM trial_mark WHERE trial_id = ? ORDER BY n",
		"l", trial_id);

	if (row < 0)
		return row;
	while ((row = sql_step(q)) == 1) {
		struct store_mark mark = { .n = (int)sql_int(q, 0),
			.t_s = sql_double(q, 1) };

		sql_text(q, 2, mark.text, sizeof(mark.text));
		fn(&mark, ctx);
	}
	sql_reset(q);
	return row < 0 ? row : 0;
}

/* --- reviews ------------------------------------------------------------------------------- */

static const char *const decisions[] = { NULL, "keep", "repeat", "discard" };

const char *store_decision_name(enum store_decision decision)
{
	return decisions[decision];
}

enum store_decision store_decision_find(const char *word)
{
	for (int i = STORE_KEEP; i <= STORE_DISCARD; i++)
		if (strcmp(word, decisions[i]) == 0)
			return (enum store_decision)i;
	return STORE_UNDECIDED;
}

struct review {
	int64_t trial_id;
	enum store_decision decision;
	const char *reason, *by;
};

static int add_review(struct store *store, void *ctx)
{
	const struct review *r = ctx;
	const char *word = decisions[r->decision];
	char subject[SUBJECT_SIZE];
	int64_t may, patient_id;
	int error = sql_number(store->db, &may,
		"SELECT state = 'done' AND voided = 0 FROM trial WHERE id = ?", "l",
		r->trial_id);

	if (error == 0 && !may)
		error = -EPERM;
	if (error == 0)
		error = sql_number(store->db, &patient_id,
			"SELECT ifnull(patient_id, 0) FROM trial WHERE id = ?", "l",
			r->trial_id);
	if (error == 0)
		error = sql_run(store->db,
			"INSERT INTO trial_review (trial_id, decision, reason,"
			" at_unix_ms, author) VALUES (?, ?, ?, ?, ?)",
			"lttlt", r->trial_id, word, r->reason, store_now_ms(), r->by);
	if (error == 0 && r->decision != STORE_KEEP)
		error = sql_run(store->db,
			"UPDATE trial SET voided = 1, void_reason = ? WHERE id = ?",
			"tl", r->reason, r->trial_id);
	subject_of(subject, r->trial_id);
	return error < 0 ? error
			 : store_audit_add(store, r->by, "trial.review",
				   (int64_t[]){ patient_id, 0 }, subject, "%s: %s",
				   word, r->reason);
}

int store_review_add(struct store *store, int64_t trial_id,
	enum store_decision decision, const char *reason, const char *by)
{
	struct review r = { trial_id, decision, reason, by };

	if (decision == STORE_UNDECIDED || strlen(reason) >= RECORD_REASON_SIZE)
		return -EINVAL;
	return store_change(store, STORE_ORDINARY, add_review, &r);
}

int store_review_get(struct store *store, int64_t trial_id, struct store_review *out)
{
	char word[RECORD_WORD_SIZE] = "";
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT decision, reason, author, at_unix_ms FROM trial_review"
		" WHERE trial_id = ? ORDER BY id DESC LIMIT 1",
		"l", trial_id);

	if (row < 0)
		return row;
	memset(out, 0, sizeof(*out));
	row = sql_step(q);
	if (row == 1) {
		sql_text(q, 0, word, sizeof(word));
		sql_text(q, 1, out->reason, sizeof(out->reason));
		sql_text(q, 2, out->by, sizeof(out->by));
		out->at_unix_ms = sql_int(q, 3);
		out->decision = store_decision_find(word);
	}
	sql_reset(q);
	return row < 0 ? row : 0;
}

/* --- pictures ------------------------------------------------------------------------------ */

static bool size_ok(int n_rows, int n_cols)
{
	return n_rows > 0 && n_rows <= GEOMETRY_MAX_SIDE && n_cols > 0 &&
	       n_cols <= GEOMETRY_MAX_SIDE;
}

struct picture {
	int64_t trial_id;
	const struct store_picture *picture;
	const void *packed;
	size_t n_packed;
};

static int put_picture(struct store *store, void *ctx)
{
	const struct picture *c = ctx;
	const struct store_picture *p = c->picture;

	return sql_run(store->db,
		"INSERT OR REPLACE INTO trial_picture (trial_id, n_rows, n_cols,"
		" pitch_x_mm, pitch_y_mm, unit_is_force, data)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		"liiddib", c->trial_id, p->n_rows, p->n_cols, p->pitch_x_mm,
		p->pitch_y_mm, p->unit_is_force, c->packed, c->n_packed);
}

int store_picture_put(
	struct store *store, int64_t trial_id, const struct store_picture *picture)
{
	struct picture c = { trial_id, picture, NULL, 0 };
	size_t n, bound;
	uint8_t *packed;
	int error;

	if (!size_ok(picture->n_rows, picture->n_cols))
		return -EINVAL;
	n = sizeof(float) * (size_t)(picture->n_rows * picture->n_cols);
	bound = zip_bound(n);
	packed = malloc(bound);
	error = packed ? zip_pack(store->zip, 3, picture->cells, n, packed, bound,
				 &c.n_packed)
		       : -ENOMEM;
	c.packed = packed;
	if (error == 0)
		error = store_change(store, STORE_MUST, put_picture, &c);
	free(packed);
	return error;
}

static int read_picture(
	struct store *store, struct sql_query *q, struct store_picture *out)
{
	size_t n, n_packed;
	const void *packed = sql_blob(q, 5, &n_packed);
	struct store_picture p = { .n_rows = (int)sql_int(q, 0),
		.n_cols = (int)sql_int(q, 1),
		.pitch_x_mm = sql_double(q, 2),
		.pitch_y_mm = sql_double(q, 3),
		.unit_is_force = sql_int(q, 4) != 0 };
	int error;

	if (!size_ok(p.n_rows, p.n_cols))
		return -EBADMSG;
	n = sizeof(float) * (size_t)(p.n_rows * p.n_cols);
	p.cells = malloc(n);
	error = p.cells ? zip_unpack(store->zip, packed, n_packed, p.cells, n)
			: -ENOMEM;
	if (error < 0)
		free(p.cells);
	else
		*out = p;
	return error;
}

int store_picture_get(struct store *store, int64_t trial_id, struct store_picture *out)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT n_rows, n_cols, pitch_x_mm, pitch_y_mm, unit_is_force, data"
		" FROM trial_picture WHERE trial_id = ?",
		"l", trial_id);

	if (row < 0)
		return row;
	row = sql_step(q);
	if (row == 1)
		row = read_picture(store, q, out);
	else if (row == 0)
		row = -ENOENT;
	sql_reset(q);
	return row;
}

/* --- placements ---------------------------------------------------------------------------- */

struct place {
	const char *patient, *by;
	const struct store_placement *placement; /* NULL: forget */
};

static int put_row(struct store *store, int64_t patient_id,
	const struct store_placement *p, const char *by)
{
	const struct store_foot *l = &p->foot[0], *r = &p->foot[1];
	const int64_t now_ms = store_now_ms();

	return sql_run(store->db,
		"INSERT OR REPLACE INTO placement (patient_id, serial, left_x_mm,"
		" left_y_mm, left_deg, left_length_mm, right_x_mm, right_y_mm,"
		" right_deg, right_length_mm, width_mm, saved_unix_ms, utc_offset_min,"
		" author) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		"ltdddddddddlit", patient_id, p->serial, l->heel_x_mm, l->heel_y_mm,
		l->direction_deg, l->length_mm, r->heel_x_mm, r->heel_y_mm,
		r->direction_deg, r->length_mm, p->width_mm, now_ms,
		store_utc_offset_min(now_ms), by);
}

static int place(struct store *store, void *ctx)
{
	const struct place *c = ctx;
	char subject[SUBJECT_SIZE];
	int64_t id;
	int error = sql_number(store->db, &id, "SELECT id FROM patient WHERE code = ?",
		"t", c->patient);

	if (error == 0 && c->placement)
		error = put_row(store, id, c->placement, c->by);
	else if (error == 0)
		error = sql_run(store->db, "DELETE FROM placement WHERE patient_id = ?",
			"l", id);
	snprintf(subject, sizeof(subject), "patient %s", c->patient);
	return error < 0 ? error
			 : store_audit_add(store, c->by,
				   c->placement ? "placement.save" : "placement.clear",
				   (int64_t[]){ id, 0 }, subject, "%s", "");
}

int store_placement_put(struct store *store, const char *patient,
	const struct store_placement *placement, const char *by)
{
	struct place c = { patient, by, placement };

	return store_change(store, STORE_ORDINARY, place, &c);
}

int store_placement_clear(struct store *store, const char *patient, const char *by)
{
	struct place c = { patient, by, NULL };

	return store_change(store, STORE_ORDINARY, place, &c);
}

static void read_placement(struct sql_query *q, struct store_placement *p)
{
	memset(p, 0, sizeof(*p));
	sql_text(q, 0, p->serial, sizeof(p->serial));
	for (int side = 0; side < 2; side++) {
		const int at = 1 + 4 * side;

		p->foot[side] =
			(struct store_foot){ sql_double(q, at), sql_double(q, at + 1),
				sql_double(q, at + 2), sql_double(q, at + 3) };
	}
	p->width_mm = sql_double(q, 9);
	p->saved_unix_ms = sql_int(q, 10);
	p->utc_offset_min = (int)sql_int(q, 11);
	sql_text(q, 12, p->by, sizeof(p->by));
}

int store_placement_get(
	struct store *store, const char *patient, struct store_placement *out)
{
	struct sql_query *q = NULL;
	int row = sql_query(store->db, &q,
		"SELECT l.serial, l.left_x_mm, l.left_y_mm, l.left_deg, "
		"l.left_length_mm,"
		" l.right_x_mm, l.right_y_mm, l.right_deg, l.right_length_mm, "
		"l.width_mm,"
		" l.saved_unix_ms, l.utc_offset_min, l.author FROM placement AS l"
		" JOIN patient AS p ON p.id = l.patient_id WHERE p.code = ?",
		"t", patient);

	if (row < 0)
		return row;
	row = sql_step(q);
	if (row == 1)
		read_placement(q, out);
	sql_reset(q);
	return row < 0 ? row : row == 1 ? 0 : -ENOENT;
}
