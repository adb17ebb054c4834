/* What changed since the same was measured before: a visit against the person's earlier ones.
 * Does not judge: visit_change() does. Private to src/records.
 * Follows docs/protocols.md ("Visits"). */
#ifndef STANCE_RECORDS_CHANGES_H
#define STANCE_RECORDS_CHANGES_H

#include "src/base/jsonw.h"
#include "src/core/trial/visit.h"
#include "src/store/store.h"

/* Read a visit's trials and finish it. Returns 0 or the store's negative errno. */
int changes_read(
	struct store *store, const struct store_visit *head, struct visit *visit);

/* Write the members "changes" and "changes_source" into the object that is open: each protocol and part of
 * `now` against the newest of the 24 earlier visits of the same person that has it under the same
 * circumstances. Returns 0, -ENOMEM or the store's negative errno. */
int changes_put(struct store *store, const struct store_visit *head,
	const struct visit *now, struct jsonw *out);

#endif
