/* What a clinician noted beside the mat: taken and shown; the keys are in src/store/visit_read.h.
 * Private to src/records. Follows docs/clinical-basis.md (T6, T8) and docs/api.md (visit.note). */
#ifndef STANCE_RECORDS_NOTES_H
#define STANCE_RECORDS_NOTES_H

#include "src/base/jsonw.h"
#include "src/core/trial/visit_findings.h"

/* Write the member "entered" into the object that is open. */
void notes_put(struct jsonw *out, const struct visit_entered *entered);

#endif
