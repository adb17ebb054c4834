/* Sway as JSON: the document stance.sway/1, and its parts for documents that hold more.
 * Does not send or receive, and uses no heap.
 * Follows docs/api.md ("Documents"); absent numbers are null. */
#ifndef STANCE_IPC_DOCUMENT_SWAY_H
#define STANCE_IPC_DOCUMENT_SWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/jsonw.h"
#include "src/core/metrics.h"
#include "src/core/sway/norms.h"
#include "src/core/sway/quijoux.h"
#include "src/core/sway/sway.h"

/* Room for one stance.sway/1 text. */
#define DOCUMENT_SWAY_MAX 16384

/* Write the object of a group's metrics: every key of the group, with all digits. */
void document_put_metrics(
	struct jsonw *w, const double value[METRIC_N], enum metric_group group);

/* Write the array of the group's keys that are exploratory. */
void document_put_exploratory(struct jsonw *w, enum metric_group group);

/* Write the array of the words of enum sway_note bits. */
void document_put_notes(struct jsonw *w, uint32_t notes);

/* Write stance.sway/1, mode native, as one JSON value. `who` is NULL or says whom to compare with:
 * then `norms` holds what norms.h knows of the metrics measured. */
void document_put_sway(struct jsonw *w, const struct sway_result *result,
	const struct norms_case *who);

/* Write the members of a norm into the object that is open, percentile to provisional, with the place of `value`. */
void document_put_norm(struct jsonw *w, const struct norms_value *norm, double value);

/* Write stance.sway/1, mode quijoux: 72 keys in centimetres. `notes` are enum sway_note bits noticed
 * besides the result's own. */
void document_put_quijoux(
	struct jsonw *w, const struct quijoux_result *result, uint32_t notes);

#endif
