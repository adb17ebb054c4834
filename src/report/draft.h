/* A stance.report/1 of what is in the store now, unsigned: the members that a report is drawn from, in the shape of
 * the signed ones (docs/api.md), from the records' own methods.
 * Concludes nothing itself. Pictures and traces are left out: they are read from the recordings when drawn. */
#ifndef STANCE_REPORT_DRAFT_H
#define STANCE_REPORT_DRAFT_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "src/store/store.h"

/* Put together the document of a visit or of one trial (`visit` 0). Returns 0 and a new reference; a negative errno with
 * a sentence in `message`. */
int draft_make(struct store *store, const char *state_dir, int64_t visit, int64_t trial,
	json_t **out, char *message, size_t size);

#endif
