/* Signed reports: the documents that were frozen when a visit was signed, version by version.
 * Does not make documents: src/records does. What is here is never changed.
 * Follows docs/api.md ("stance.report/1") and docs/store.md ("Signed reports"). */
#ifndef STANCE_STORE_STORE_REPORT_H
#define STANCE_STORE_STORE_REPORT_H

#include "src/store/store.h"

#define STORE_COMMENT_SIZE 2001
#define STORE_REPORT_MAX   (16 << 20) /* bytes of a document; chosen: far above any */
#define STORE_SHA256_SIZE  65         /* 64 hexadecimal digits and a NUL */
#define STORE_MAX_AMENDED  32

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

/* What an amendment changes before it is signed. */
struct store_amendment {
	int n_discard;
	struct store_discard {
		int64_t trial_id;
		char reason[RECORD_REASON_SIZE];
	} discard[STORE_MAX_AMENDED];
	int n_notes;
	struct store_amended_note {
		const char *key; /* static */
		double value;
	} note[STORE_MAX_AMENDED];
};

/* Make the document that is signed: `n` bytes on the heap, freed by the store. It may read the store, which is as
 * it will be. Returns 0 or a negative errno, which undoes everything. */
typedef int store_report_make_fn(struct store *store, const struct store_report *report,
	char **text, size_t *n, void *ctx);

/* Sign a visit; or, with an amendment, sign it once more with what that changes. All in one transaction: the
 * visit is closed and from then on fixed. `report` gives visit_id, operator_name, comment; all else is filled
 * in. -ENOENT; -ENODATA: it has no finished trial; -EBUSY: one still runs; -EEXIST: it is signed already;
 * -EPERM: there is nothing to amend, or a trial to discard is not the visit's or was voided before; or what
 * make_fn returned. */
int store_report_sign(struct store *store, struct store_report *report,
	const struct store_amendment *amendment, store_report_make_fn *make_fn,
	void *ctx, const char *by);

#endif
