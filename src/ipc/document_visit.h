/* What several trials say together, as members of stance.visit/1.
 * Does not know who the visit is of: the store's head of the document is written by records.
 * Follows docs/api.md ("Documents") and docs/protocols.md ("Visits"). */
#ifndef STANCE_IPC_DOCUMENT_VISIT_H
#define STANCE_IPC_DOCUMENT_VISIT_H

#include "src/base/jsonw.h"
#include "src/core/trial/visit.h"

/* Write the members trials, trials_left_out, means, ratios and next of a finished visit
 * into the object that is open. Exploratory metrics are left out: they are not settled enough for a
 * mean to decide by. */
void document_put_visit(struct jsonw *w, const struct visit *visit);

/* Write the member "next": the test that is proposed, or null. */
void document_put_next(struct jsonw *w, const struct visit_next *next);

/* Write the members difference, ratio, mdc95, mdc95_of, larger and why_unknown of what visit_change() gave and
 * returned (0, -ERANGE, -EDOM or -ENOENT). */
void document_put_judgement(
	struct jsonw *w, const struct visit_change *change, int err);

/* The visit with which one is compared, and for whose age. */
struct document_before {
	int64_t visit_id;
	int64_t started_unix_ms;
	int utc_offset_min;
	bool same_day;    /* as the later one */
	double age_years; /* NaN: unknown */
};

/* Write one element of "changes": the metrics that both groups have, as far as it is known how well they
 * repeat or the protocol is about them. */
void document_put_change(struct jsonw *w, const struct visit_group *now,
	const struct visit_group *before, const struct document_before *meta);

#endif
