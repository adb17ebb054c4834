/* A stance.report/1 of what is in the store now, unsigned: made by the records, as signed ones are
 * (src/records/report_document.h).
 * Concludes nothing itself. */
#ifndef STANCE_REPORT_DRAFT_H
#define STANCE_REPORT_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "src/report/report.h"
#include "src/report/from.h"

/* Make the document of a visit or of one trial (`visit` 0), without traces and pictures. Returns 0 and a new reference;
 * -ENOENT no such visit or trial, or another negative errno; with a sentence in `message`. */
int draft_make(struct from *from, int64_t visit, int64_t trial, json_t **out,
	char *message, size_t size);

/* Add traces and pictures of those trials that `report`, read from the document, may show: the one that it would show of
 * a document with all of them is among them. Quick: the pictures are the means of fewer frames. Returns 0 or a negative
 * errno, with a sentence in `message`. */
int draft_add_figures(struct from *from, const struct report *report, bool is_quick,
	json_t *document, char *message, size_t size);

#endif
