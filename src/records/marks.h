/* What happened during a trial and what was decided of it.
 * Private to src/records. Follows docs/api.md (stance.trial/1). */
#ifndef STANCE_RECORDS_MARKS_H
#define STANCE_RECORDS_MARKS_H

#include "src/base/jsonw.h"
#include "src/store/store.h"

/* Write the members marks, decision and decision_reason of a trial into the object that is open. Returns 0 or the
 * store's negative errno. */
int marks_put(struct store *store, int64_t trial_id, struct jsonw *w);

#endif
