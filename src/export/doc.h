/* Members of the documents that exports are made from; absent ones are "", NaN and NULL.
 * Does not check documents.
 * Follows docs/api.md ("Documents"). */
#ifndef STANCE_EXPORT_DOC_H
#define STANCE_EXPORT_DOC_H

#include "src/core/metrics.h"

struct json_t;

/* Return a member's text, borrowed; "" if it is absent, null or no text. */
const char *doc_text(const struct json_t *object, const char *key);

/* Return a member's number, NaN if it is absent, null or no number. */
double doc_number(const struct json_t *object, const char *key);

/* Return a metric out of a stance.trial/1, or of one of its "phases"; NaN if it is not there. Outcomes
 * of a phase stand in the trial under "<phase>_<key>": give both. `trial` may be NULL. */
double doc_metric(const struct json_t *part, enum metric metric);
double doc_phase_outcome(
	const struct json_t *trial, const struct json_t *phase, enum metric metric);

/* Return what a protocol is called, its key if this version does not know it. */
const char *doc_protocol_title(const struct json_t *trial);

#endif
