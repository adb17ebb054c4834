/* From a stance.report/1 to what is put on paper.
 * Computes nothing but how the same is said: numbers are those of the document.
 * Follows docs/api.md ("stance.report/1"). Members that it does not know are ignored, missing ones are unknown. */
#ifndef STANCE_REPORT_REPORT_READ_H
#define STANCE_REPORT_REPORT_READ_H

#include <jansson.h>

#include "src/report/report.h"

/* Fill in `out` from `document`, which must live as long. Returns 0; -EBADMSG if it is no stance.report/1; -ENOMEM. The
 * picture, if there is one, is of the first trial of the group that weight and alignment are of, else of the first that
 * has one. Freed with report_fini(). */
int report_read(const json_t *document, struct report *out);

#endif
