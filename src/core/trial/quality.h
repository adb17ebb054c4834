/* How good a trial is: a verdict, and every reason for it as a sentence with its number.
 * Does not measure and changes no number.
 * Follows docs/protocols.md ("Quality"): a bad trial is repeated, never averaged. */
#ifndef STANCE_CORE_TRIAL_QUALITY_H
#define STANCE_CORE_TRIAL_QUALITY_H

#include "src/core/trial/engine.h"

struct quality_context {
	bool needs_force; /* the protocol's outcomes need newtons, and the mat gives none */
	double weight_n; /* of the person as entered; NaN unknown */
	double nominal_hz;
};

/* Judge a session that is done. `record` has its phases' metrics; verdict and reasons are written. */
void quality_judge(const struct engine *engine, const struct quality_context *context,
	struct trial_record *record);

/* Add a reason and let the verdict be at least as bad as `verdict`. What finds no room is left out,
 * the verdict counts. */
void quality_add(struct trial_record *record, enum trial_verdict verdict,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
