/* The document stance.feet/1: how somebody stands on two force plates.
 * Does not measure. Encoding uses no heap.
 * Follows docs/api.md ("Documents"). Where `w` has too little room it is left overflowed. */
#ifndef STANCE_IPC_DOCUMENT_FEET_H
#define STANCE_IPC_DOCUMENT_FEET_H

#include "src/base/jsonw.h"
#include "src/core/trial/record.h"

/* Room for one stance.feet/1. */
#define DOCUMENT_FEET_MAX 32768

/* Write stance.feet/1. `record` has one phase, a verdict, and the person. */
void document_put_feet(struct jsonw *w, const struct trial_record *record);

#endif
