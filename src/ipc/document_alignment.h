/* The members `alignment` and `findings` of stance.trial/1, stance.feet/1 and stance.visit/1.
 * Computes nothing.
 * Follows docs/api.md. */
#ifndef STANCE_IPC_DOCUMENT_ALIGNMENT_H
#define STANCE_IPC_DOCUMENT_ALIGNMENT_H

#include "src/base/jsonw.h"
#include "src/core/align/inference.h"
#include "src/core/findings/findings.h"
#include "src/core/trial/record.h"
#include "src/core/trial/visit_findings.h"

/* Write the value of `alignment`; NULL: null. */
void document_put_alignment(struct jsonw *w, const struct inference *alignment);

/* Write the value of `findings`; NULL: none. */
void document_put_findings(struct jsonw *w, const struct findings *findings);

/* Write both members, with their keys, of one trial: concluded here and now, on the heap; null and none where
 * there is no memory for it. */
void document_put_conclusion(struct jsonw *w, const struct trial_record *record);

/* Write the members alignment, findings, gates, card and titration, with their keys, of a visit. */
void document_put_visit_findings(
	struct jsonw *w, const struct visit_findings *findings);

#endif
