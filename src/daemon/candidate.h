/* A fit that may be put in force: it reads every frame meanwhile, so that it knows what the sheet remembers
 * of the weights of the procedure when a person steps on it.
 * Shows nothing. Follows docs/calibration.md ("The model", creep and play). */
#ifndef STANCE_DAEMON_CANDIDATE_H
#define STANCE_DAEMON_CANDIDATE_H

#include "calibration/model.h"
#include "calibration/readings.h"
#include "src/core/analysis.h"
#include "src/core/frame.h"

struct candidate;

/* Make one that remembers what the readings of the procedure left in the sheet; frames go on from their
 * last one, or from rest if the frames' clock began anew since. Any thread; model and readings are borrowed
 * during the call. Returns NULL without memory, for what is no model, or for readings of another mat. */
struct candidate *candidate_new(
	const struct model *model, const struct readings *readings);

/* NULL does nothing. */
void candidate_free(struct candidate *candidate);

/* Take a frame, in rising t_ns. Allocates nothing. */
void candidate_push(struct candidate *candidate, const struct raw_frame *frame);

/* Return what the sheet remembers; borrowed until the next call. */
struct analysis_memory candidate_memory(const struct candidate *candidate);

#endif
