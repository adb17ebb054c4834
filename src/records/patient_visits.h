/* A patient's visits in a few lines, as a card shows them.
 * Private to src/records. Follows docs/api.md ("stance.patient/1"). */
#ifndef STANCE_RECORDS_PATIENT_VISITS_H
#define STANCE_RECORDS_PATIENT_VISITS_H

#include "src/base/jsonw.h"
#include "src/store/store.h"

#define PATIENT_VISITS_HISTORY 12 /* visits in "history" */

/* Write "visits", "last_visit", "last_visit_started", "open_visit", "placement" and "history" into the object that
 * is open; `*last_visit` receives the newest visit with trials, 0 without one. Returns 0, -ENOMEM or the store's
 * negative errno. */
int patient_visits_put(
	struct store *store, const char *code, int64_t *last_visit, struct jsonw *out);

/* Write the list that "history" is: of the newest visits with a number below `before_id` (0: of all). Errors as above. */
int patient_visits_put_history(
	struct store *store, const char *code, int64_t before_id, struct jsonw *out);

#endif
