/* What a protocol itself measures: hold times, repetitions, limits, ratios: the group OUTCOME.
 * Does not judge. Follows docs/protocols.md ("Outcomes"), with the source of each formula.
 * Absent is NaN. */
#ifndef STANCE_CORE_TRIAL_OUTCOMES_H
#define STANCE_CORE_TRIAL_OUTCOMES_H

#include "src/core/trial/engine.h"

/* A person's COM height over stature (NeuroCom's convention for leaning angles). */
#define OUTCOMES_COM_FRAC 0.5527

/* Scratch: three columns of as many numbers as the stretch has rows, and the filter's margins. */
#define OUTCOMES_SCRATCH(n) (4 * (n) + 128)

struct outcomes_context {
	double weight_n;  /* of the person as entered; NaN unknown */
	double stature_m; /* NaN unknown */
	double *scratch;  /* OUTCOMES_SCRATCH(rows) numbers */
};

/* Fill in what one stretch gives, of `value` (METRIC_N numbers), by the protocol's kind. */
void outcomes_phase(const struct engine *engine, int phase,
	const struct outcomes_context *context, double *value);

/* The limits of one direction: outcomes_limits.c. */
void outcomes_limits(const struct engine *engine, const struct engine_phase *phase,
	double direction_deg, const struct outcomes_context *context, double *value);

/* Sit-to-stand: outcomes_sts.c. */
void outcomes_sts(const struct engine *engine, const struct engine_phase *phase,
	const struct outcomes_context *context, double *value);

/* Standing as one likes: outcomes_natural.c. */
void outcomes_natural(const struct engine *engine, const struct engine_phase *phase,
	const struct outcomes_context *context, double *value);

/* Ratios between phases, from the phases' metrics, into record->outcome. A protocol with one phase
 * has that phase's outcomes. */
void outcomes_trial(struct trial_record *record);

#endif
