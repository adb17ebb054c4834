/* Curve, creep and play together: one step of Gauss and Newton over all loads, staircases and rollers.
 * Which kind of curve is the caller's choice. For fit_*.c and their tests only.
 * Creep as first-order states half a decade apart with amplitudes >= 0, after the Prony series of linear
 * viscoelasticity (Tschoegl 1989); play after Krejci & Kuhnen 2001, IEE Proc 148:185. Series, masses and moments
 * have errors of their own, nested (Henderson 1975, Biometrics 31:423). */
#ifndef STANCE_CALIBRATION_FIT_JOINT_H
#define STANCE_CALIBRATION_FIT_JOINT_H

#include "calibration/fit_curve.h"
#include "calibration/fit_follow.h"

/* Set the time constants and play widths that these series can tell, all amplitudes and weights 0. `s_n`:
 * newtons of each bin by the curve so far. */
void fit_joint_begin(
	const struct fit_all_series *all, const double *s_n, struct model *model);

/* Return the bytes of scratch for such readings. */
size_t fit_joint_scratch_size(const struct readings *readings);

/* Improve a model's curve (of its kind), creep and play in place, by at most `n_steps`, until nothing is gained.
 * `levels`: the rollers. Then fit_follow_all(). Returns the cost. */
double fit_joint_run(struct fit_levels *levels, struct fit_all_series *all,
	const struct fit_trust *trust, int n_steps, void *scratch, struct model *model);

#endif
