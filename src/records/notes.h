/* What a clinician noted beside the mat: which keys there are, what they may hold, where they go.
 * Private to src/records. Follows docs/clinical-basis.md (T6, T8) and docs/api.md (visit.note). */
#ifndef STANCE_RECORDS_NOTES_H
#define STANCE_RECORDS_NOTES_H

#include "src/base/jsonw.h"
#include "src/core/trial/visit_findings.h"
#include "src/store/store.h"

/* Read a visit's notes. Returns 0 or the store's negative errno. */
int notes_read(struct store *store, int64_t visit_id, struct visit_entered *entered);

/* Write the member "entered" into the object that is open. */
void notes_put(struct jsonw *out, const struct visit_entered *entered);

#endif
