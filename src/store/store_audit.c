/* The audit log. */
#define _GNU_SOURCE /* vasprintf() */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/store/audit_chain.h"
#include "src/store/store_internal.h"

int store_audit_add(struct store *store, const char *by, const char *action,
	const int64_t *patients, const char *subject, const char *format, ...)
{
	char *detail = NULL;
	int64_t id;
	int error;
	va_list args;

	va_start(args, format);
	if (vasprintf(&detail, format, args) < 0)
		detail = NULL;
	va_end(args);
	if (!detail)
		return -ENOMEM;
	error = audit_chain_add(store->db,
		&(struct audit_entry){
			store_now_ms(), by ? by : "", action, subject, detail },
		&id);
	free(detail);
	for (; error == 0 && *patients != 0; patients++)
		error = sql_run(store->db,
			"INSERT OR IGNORE INTO audit_person (patient_id, audit_id)"
			" VALUES (?, ?)",
			"ll", *patients, id);
	return error;
}

int store_audit_list(
	struct store *store, int64_t after_id, int limit, store_audit_fn *fn, void *ctx)
{
	struct sql_query *q = NULL;
	int n = 0;
	int error = sql_query(store->db, &q,
		"SELECT id, at_unix_ms, author, action, subject, detail FROM audit"
		" WHERE id > ? ORDER BY id LIMIT ?",
		"li", after_id, limit);

	while (error == 0) {
		struct store_audit entry = { 0 };

		error = sql_step(q);
		if (error <= 0)
			break;
		entry.id = sql_int(q, 0);
		entry.at_unix_ms = sql_int(q, 1);
		sql_text(q, 2, entry.by, sizeof(entry.by));
		sql_text(q, 3, entry.action, sizeof(entry.action));
		sql_text(q, 4, entry.subject, sizeof(entry.subject));
		sql_text(q, 5, entry.detail, sizeof(entry.detail));
		n++;
		error = fn(&entry, ctx) != 0 ? -ECANCELED : 0;
	}
	sql_reset(q);
	return error < 0 && error != -ECANCELED ? error : n;
}

int store_audit_verify(struct store *store, int64_t *bad_id)
{
	return audit_chain_verify(store->db, bad_id);
}
