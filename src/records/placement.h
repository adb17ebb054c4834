/* Where a patient's feet stood, as a document.
 * For the methods of src/records, and the daemon's that save it. Follows docs/api.md ("stance.placement/1"). */
#ifndef STANCE_RECORDS_PLACEMENT_H
#define STANCE_RECORDS_PLACEMENT_H

#include "src/base/jsonw.h"
#include "src/store/store_clinic.h"

/* Write a whole stance.placement/1. */
void placement_put(struct jsonw *out, const char *patient,
	const struct store_placement *placement);

#endif
