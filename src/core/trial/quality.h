/* How good a trial is: a verdict, and every reason for it as a sentence with its number.
 * Does not measure and changes no number.
 * Follows docs/protocols.md ("Quality"): a bad trial is repeated, never averaged. */
#ifndef STANCE_CORE_TRIAL_QUALITY_H
#define STANCE_CORE_TRIAL_QUALITY_H

#include "src/core/trial/engine.h"

struct quality_context {
	bool needs_force; /* the protocol's outcomes need newtons, and the mat gives none */
	double weight_n; /* of the person as entered; NaN unknown */
	bool scales;     /* the mat's mass is scaled to it, while that is plausible */
};

/* Judge a session that is done. `record` has its phases' metrics; verdict and reasons are written. */
void quality_judge(const struct engine *engine, const struct quality_context *context,
	struct trial_record *record);

/* Judge one that runs, as it stands now: what a person beside it can still mend, out of the frames so far.
 * Cheap: looks at no row again. Verdict and reasons alone are written. */
void quality_judge_live(const struct engine *engine, struct trial_record *record);

/* Limits that every judgement shares (docs/protocols.md, "Quality"). */
#define QUALITY_DRIFT_PER_MIN 0.05 /* of body weight */
#define QUALITY_DRIFT_LEAST_S 10.0 /* a shorter trial has no drift to speak of */
#define QUALITY_WEIGHT_MISFIT 0.05
#define QUALITY_THIN_FRAMES   0.02 /* with a foot below ENGINE_THIN_FRAC */
#define QUALITY_RATE_LEAST_HZ 50.0

/* How the reasons begin that findings rest on (after the part's name, where a trial has parts). */
#define QUALITY_SAYS_STEP  "A foot carried less than 5 %"
#define QUALITY_SAYS_DRIFT "The total load drifted"
#define QUALITY_SAYS_EDGE  "A foot reached the mat's edge"

/* Return the slope of a force in newtons a minute by least squares; rows without force are left
 * out; NaN for fewer than three. */
double quality_drift_n_per_min(const double *t_s, const double *force_n, int n);

/* Add a reason and let the verdict be at least as bad as `verdict`. What finds no room is left out,
 * the verdict counts. */
void quality_add(struct trial_record *record, enum trial_verdict verdict,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
