/* The stance.report/1: everything a report is drawn from, as the store has it now. It is put together here and nowhere
 * else: signed it is frozen, unsigned it is a draft, which is the same document with version 0 and null for
 * "previous", "amended" and "signed", and with the figures of one trial.
 * Does not sign. Follows docs/api.md ("stance.report/1"). */
#ifndef STANCE_RECORDS_REPORT_DOCUMENT_H
#define STANCE_RECORDS_REPORT_DOCUMENT_H

#include "src/base/clock_trust.h"
#include "src/ipc/rpc.h"
#include "src/store/store_report.h"

struct report_document {
	enum clock_trust clock;
	const struct store_amendment *amendment; /* NULL: the first version */
};

/* A store_report_make_fn; `ctx` is a struct report_document. -EFBIG for more than STORE_REPORT_MAX bytes, -EIO if a
 * part of it cannot be told. */
int report_document_make(struct store *store, const struct store_report *report,
	char **text, size_t *n, void *ctx);

/* The draft of a visit, or of one trial (`visit` 0), which has no "visit", "results" and "history". It has no "traces" and
 * "pictures" either, which take longest: report_document_figures() gives them for the trial that is shown. `*text`, `*n`
 * bytes and a NUL, is the caller's to free. Returns 0; -EREMOTEIO with `*error` filled in; -EFBIG; -ENOMEM. */
int report_document_draft(struct store *store, int64_t visit, int64_t trial,
	char **text, size_t *n, struct rpc_error *error);

/* An object with the members "traces" and "pictures" as a signed document has them, of one trial alone. A picture is the
 * mean of at most `most_frames` frames, evenly spread; 0: of all, as signed ones. What the trial has not is not there.
 * `*text` as above. Returns 0; -EFBIG; -ENOMEM; or the store's negative errno. */
int report_document_figures(
	struct store *store, int64_t trial, int most_frames, char **text, size_t *n);

#endif
