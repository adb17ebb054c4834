/* Signed reports: the documents that were frozen when a visit was signed, version by version.
 * Does not make documents: src/records does. What is here is never changed.
 * Follows docs/api.md ("stance.report/1") and docs/store.md ("Signed reports"). */
#ifndef STANCE_STORE_STORE_REPORT_H
#define STANCE_STORE_STORE_REPORT_H

#include "src/store/store.h"

#define STORE_COMMENT_SIZE 2001
#define STORE_REPORT_MAX   (16 << 20) /* bytes of a document; chosen: far above any */
#define STORE_SHA256_SIZE  65         /* 64 hexadecimal digits and a NUL */

/* One version of a visit's report, without its document. */
struct store_report {
	int64_t visit_id;
	char patient[RECORD_CODE_SIZE];
	int version;  /* from 1 */
	int previous; /* 0: none */
	int64_t signed_unix_ms;
	int utc_offset_min;
	char operator_name[RECORD_NAME_SIZE];
	char by[RECORD_NAME_SIZE]; /* whom the kernel vouches for */
	char comment[STORE_COMMENT_SIZE];
	char sha256[STORE_SHA256_SIZE]; /* of the document's bytes, hexadecimal */
	char previous_sha256[STORE_SHA256_SIZE]; /* "" none */
	int64_t n_bytes;
	bool superseded; /* there is a newer version */
};

/* Read a version, 0: the newest; and with `text` the stance.report/1 itself, n_bytes and a NUL on the
 * heap, the caller's to free. Returns 0; -ENOENT: no such visit or version; -EBADMSG if the document is not
 * what was signed; or another errno of the store. */
int store_report_get(struct store *store, int64_t visit_id, int version,
	struct store_report *out, char **text);

typedef int store_report_fn(const struct store_report *report, void *ctx);
/* Call `fn` for at most `limit` versions after the first `offset`, the newest first: of one visit, or of one
 * patient (visit_id 0), or of everybody (and patient NULL). `*total` receives how many there are. Returns the
 * number of calls. */
int store_report_list(struct store *store, int64_t visit_id, const char *patient,
	int64_t offset, int limit, store_report_fn *fn, void *ctx, int64_t *total);

/* Keep `text` as the next version of a visit's report, in one transaction with what makes it so: the visit is
 * closed and from then on fixed. `report` gives visit_id, version, signed_unix_ms, utc_offset_min,
 * operator_name and comment. -EPERM: its version is not the next one, or a trial of the visit still runs. */
int store_report_add(struct store *store, const struct store_report *report,
	const char *text, const char *by);

#endif
