/* The stance.report/1 that is signed: everything a report is drawn from, frozen as the store has it now.
 * Does not sign. Private to src/records. Follows docs/api.md ("stance.report/1"). */
#ifndef STANCE_RECORDS_REPORT_DOCUMENT_H
#define STANCE_RECORDS_REPORT_DOCUMENT_H

#include "src/base/clock_trust.h"
#include "src/store/store_report.h"

struct report_document {
	enum clock_trust clock;
	const struct store_amendment *amendment; /* NULL: the first version */
};

/* A store_report_make_fn; `ctx` is a struct report_document. -EFBIG for more than STORE_REPORT_MAX bytes, -EIO if a
 * part of it cannot be told. */
int report_document_make(struct store *store, const struct store_report *report,
	char **text, size_t *n, void *ctx);

#endif
