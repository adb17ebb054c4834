#include "src/store/store_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/sha256.h"
#include "src/store/store_internal.h"

#define SUBJECT_SIZE 32
#define ZIP_LEVEL    6

enum guard { GUARD_SIGNED = 1, GUARD_AMENDING = 2 };

static void digest_of(const char *text, size_t n, char out[STORE_SHA256_SIZE])
{
	uint8_t digest[SHA256_SIZE];
	struct sha256 h;

	sha256_init(&h);
	sha256_push(&h, text, n);
	sha256_end(&h, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* --- reading ------------------------------------------------------------------------------- */

#define COLUMNS                                                                        \
	"SELECT r.visit_id, p.code, r.version, r.signed_unix_ms, r.utc_offset_min,"    \
	" r.operator, r.author, r.comment, r.sha256, r.n_bytes,"                       \
	" (SELECT sha256 FROM report WHERE visit_id = r.visit_id"                      \
	" AND version = r.version - 1),"                                               \
	" EXISTS (SELECT 1 FROM report WHERE visit_id = r.visit_id"                    \
	" AND version > r.version), r.data FROM report AS r"                           \
	" JOIN visit AS v ON v.id = r.visit_id"                                        \
	" JOIN patient AS p ON p.id = v.patient_id "

static void read_report(struct sql_query *q, struct store_report *out)
{
	memset(out, 0, sizeof(*out));
	out->visit_id = sql_int(q, 0);
	sql_text(q, 1, out->patient, sizeof(out->patient));
	out->version = (int)sql_int(q, 2);
	out->previous = out->version - 1;
	out->signed_unix_ms = sql_int(q, 3);
	out->utc_offset_min = (int)sql_int(q, 4);
	sql_text(q, 5, out->operator_name, sizeof(out->operator_name));
	sql_text(q, 6, out->by, sizeof(out->by));
	sql_text(q, 7, out->comment, sizeof(out->comment));
	sql_text(q, 8, out->sha256, sizeof(out->sha256));
	out->n_bytes = sql_int(q, 9);
	sql_text(q, 10, out->previous_sha256, sizeof(out->previous_sha256));
	out->superseded = sql_int(q, 11) != 0;
}

/* The document, if it is what was signed. */
static int unpack(struct store *store, struct sql_query *q,
	const struct store_report *report, char **text)
{
	char digest[STORE_SHA256_SIZE];
	size_t n_packed;
	const void *packed = sql_blob(q, 12, &n_packed);
	const size_t n = (size_t)report->n_bytes;
	char *bytes;
	int error;

	if (report->n_bytes < 0 || report->n_bytes > STORE_REPORT_MAX)
		return -EBADMSG;
	bytes = malloc(n + 1);
	error = bytes ? zip_unpack(store->zip, packed, n_packed, bytes, n) : -ENOMEM;
	if (error == 0) {
		bytes[n] = '\0';
		digest_of(bytes, n, digest);
		error = strcmp(digest, report->sha256) == 0 ? 0 : -EBADMSG;
	}
	if (error < 0)
		free(bytes);
	else
		*text = bytes;
	return error;
}

int store_report_get(struct store *store, int64_t visit_id, int version,
	struct store_report *out, char **text)
{
	struct sql_query *q = NULL;
	struct store_report report;
	int row = sql_query(store->db, &q,
		COLUMNS "WHERE r.visit_id = ?1 AND (?2 = 0 OR r.version = ?2)"
			" ORDER BY r.version DESC LIMIT 1",
		"li", visit_id, version);

	if (row < 0)
		return row;
	row = sql_step(q);
	if (row == 1) {
		read_report(q, &report);
		row = text ? unpack(store, q, &report, text) : 0;
	} else if (row == 0) {
		row = -ENOENT;
	}
	sql_reset(q);
	if (row == 0)
		*out = report;
	return row;
}

/* ?1: a visit or 0, ?2: a patient's row or 0. */
#define WHERE                                                                          \
	"WHERE (?1 = 0 OR r.visit_id = ?1) AND (?2 = 0 OR r.visit_id IN"               \
	" (SELECT id FROM visit WHERE patient_id = ?2)) "

int store_report_list(struct store *store, int64_t visit_id, const char *patient,
	int64_t offset, int limit, store_report_fn *fn, void *ctx, int64_t *total)
{
	struct sql_query *q = NULL;
	int64_t patient_id = 0;
	int n = 0;
	int error = store_patient_id(store, patient ? patient : "", &patient_id);

	if (error == 0)
		error = sql_number(store->db, total,
			"SELECT count(*) FROM report AS r " WHERE, "ll", visit_id,
			patient_id);
	if (error == 0)
		error = sql_query(store->db, &q,
			COLUMNS WHERE
			"ORDER BY r.signed_unix_ms DESC, r.visit_id DESC, r.version"
			" DESC LIMIT ?4 OFFSET ?3",
			"llli", visit_id, patient_id, offset, limit);
	while (error == 0) {
		struct store_report report;

		error = sql_step(q);
		if (error <= 0)
			break;
		read_report(q, &report);
		n++;
		error = fn(&report, ctx) != 0 ? -ECANCELED : 0;
	}
	sql_reset(q);
	return error < 0 && error != -ECANCELED ? error : n;
}

/* --- signing ------------------------------------------------------------------------------- */

struct sign {
	struct store_report *report;
	const struct store_amendment *amendment;
	store_report_make_fn *make_fn;
	void *ctx;
	const char *by;
};

static int count(struct store *store, int64_t *n, const char *text, int64_t visit_id)
{
	return sql_number(store->db, n, text, "l", visit_id);
}

static int may_sign(struct store *store, const struct sign *s)
{
	const int64_t id = s->report->visit_id;
	int64_t n_running, n_done, n_signed, ignored;
	int error = count(store, &ignored, "SELECT id FROM visit WHERE id = ?", id);

	if (error == 0)
		error = count(store, &n_running,
			"SELECT count(*) FROM trial WHERE visit_id = ?"
			" AND state = 'running'",
			id);
	if (error == 0)
		error = count(store, &n_done,
			"SELECT count(*) FROM trial WHERE visit_id = ?"
			" AND state = 'done'",
			id);
	if (error == 0)
		error = count(store, &n_signed,
			"SELECT count(*) FROM report WHERE visit_id = ?", id);
	if (error < 0)
		return error;
	if (s->amendment)
		return n_signed == 0 ? -EPERM : n_running > 0 ? -EBUSY : 0;
	return n_signed > 0    ? -EEXIST
	       : n_running > 0 ? -EBUSY
	       : n_done == 0   ? -ENODATA
			       : 0;
}

static int set_guard(struct store *store, int64_t visit_id, enum guard guard)
{
	return sql_run(store->db, "UPDATE visit SET guard = ?, closed = 1 WHERE id = ?",
		"il", (int)guard, visit_id);
}

/* Void a trial of the visit, with a review that says why. */
static int discard(
	struct store *store, const struct sign *s, const struct store_discard *d)
{
	int64_t may;
	int error = sql_number(store->db, &may,
		"SELECT visit_id = ? AND state = 'done' AND voided = 0 FROM trial"
		" WHERE id = ?",
		"ll", s->report->visit_id, d->trial_id);

	if (error < 0)
		return error;
	if (!may)
		return -EPERM;
	error = sql_run(store->db,
		"INSERT INTO trial_review (trial_id, decision, reason, at_unix_ms,"
		" author) VALUES (?, 'discard', ?, ?, ?)",
		"ltlt", d->trial_id, d->reason, store_now_ms(), s->by);
	return error < 0 ? error
			 : sql_run(store->db,
				   "UPDATE trial SET voided = 1, void_reason = ?"
				   " WHERE id = ?",
				   "tl", d->reason, d->trial_id);
}

static int amend(struct store *store, const struct sign *s)
{
	const struct store_amendment *a = s->amendment;
	int error = 0;

	for (int i = 0; i < a->n_discard && error == 0; i++)
		error = discard(store, s, &a->discard[i]);
	for (int i = 0; i < a->n_notes && error == 0; i++)
		error = sql_run(store->db,
			"INSERT INTO visit_note (visit_id, key, value, noted_unix_ms,"
			" author) VALUES (?, ?, ?, ?, ?)",
			"ltdlt", s->report->visit_id, a->note[i].key, a->note[i].value,
			store_now_ms(), s->by);
	return error;
}

/* What is known of a version before its document is made. */
static int fill_in(struct store *store, const struct sign *s)
{
	struct store_report *r = s->report;
	struct store_report before = { 0 };
	struct store_visit visit;
	int error = store_visit_get(store, r->visit_id, &visit);

	if (error == 0 && s->amendment)
		error = store_report_get(store, r->visit_id, 0, &before, NULL);
	if (error < 0)
		return error;
	memcpy(r->patient, visit.patient, sizeof(r->patient));
	r->version = before.version + 1;
	r->previous = before.version;
	memcpy(r->previous_sha256, before.sha256, sizeof(r->previous_sha256));
	r->signed_unix_ms = store_now_ms();
	r->utc_offset_min = store_utc_offset_min(r->signed_unix_ms);
	r->superseded = false;
	snprintf(r->by, sizeof(r->by), "%s", s->by);
	return 0;
}

static int put_document(
	struct store *store, struct store_report *r, const char *text, size_t n)
{
	const size_t bound = zip_bound(n);
	uint8_t *packed = malloc(bound);
	size_t n_packed = 0;
	int error = packed ? zip_pack(store->zip, ZIP_LEVEL, text, n, packed, bound,
				     &n_packed)
			   : -ENOMEM;

	r->n_bytes = (int64_t)n;
	digest_of(text, n, r->sha256);
	if (error == 0)
		error = sql_run(store->db,
			"INSERT INTO report (visit_id, version, signed_unix_ms,"
			" utc_offset_min, operator, author, comment, sha256, n_bytes,"
			" data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			"lilittttlb", r->visit_id, r->version, r->signed_unix_ms,
			r->utc_offset_min, r->operator_name, r->by, r->comment,
			r->sha256, r->n_bytes, (const void *)packed, n_packed);
	free(packed);
	return error;
}

static int audit(struct store *store, const struct sign *s)
{
	const struct store_report *r = s->report;
	char subject[SUBJECT_SIZE];
	int64_t patient_id;
	const int error = store_patient_id(store, r->patient, &patient_id);

	snprintf(subject, sizeof(subject), "visit %lld", (long long)r->visit_id);
	return error < 0 ? error
			 : store_audit_add(store, s->by,
				   s->amendment ? "report.amend" : "report.sign",
				   (int64_t[]){ patient_id, 0 }, subject,
				   "version %d, by %s, sha256 %s: %s", r->version,
				   r->operator_name, r->sha256, r->comment);
}

static int close_request(struct store *store, int64_t visit_id)
{
	return sql_run(store->db,
		"UPDATE worklist SET state = 'done' WHERE visit_id = ?"
		" AND state = 'measuring'",
		"l", visit_id);
}

static int sign(struct store *store, void *ctx)
{
	const struct sign *s = ctx;
	struct store_report *r = s->report;
	char *text = NULL;
	size_t n = 0;
	int error = may_sign(store, s);

	if (error == 0)
		error = set_guard(store, r->visit_id, GUARD_AMENDING);
	if (error == 0 && s->amendment)
		error = amend(store, s);
	if (error == 0)
		error = fill_in(store, s);
	if (error == 0)
		error = s->make_fn(store, r, &text, &n, s->ctx);
	if (error == 0 && n > STORE_REPORT_MAX)
		error = -EFBIG;
	if (error == 0)
		error = put_document(store, r, text, n);
	free(text);
	if (error == 0)
		error = set_guard(store, r->visit_id, GUARD_SIGNED);
	if (error == 0)
		error = close_request(store, r->visit_id);
	return error < 0 ? error : audit(store, s);
}

int store_report_sign(struct store *store, struct store_report *report,
	const struct store_amendment *amendment, store_report_make_fn *make_fn,
	void *ctx, const char *by)
{
	struct sign s = { report, amendment, make_fn, ctx, by };

	return store_change(store, STORE_ORDINARY, sign, &s);
}
