/* Creep and play from series of loads at rest: how what stands still goes on rising, and how far the way
 * down lies above the way up.
 * Does not fit the curve: the level of each series is left free. For fit_*.c and their tests only.
 * Creep as first-order states half a decade apart with amplitudes >= 0, after the Prony series of linear
 * viscoelasticity (Tschoegl 1989); play after Krejci & Kuhnen 2001, IEE Proc 148:185. */
#ifndef STANCE_CALIBRATION_FIT_CREEP_H
#define STANCE_CALIBRATION_FIT_CREEP_H

#include "calibration/fit_series.h"

/* Set the time constants and play widths that these series can tell, all amplitudes and weights 0. `s_n`:
 * newtons of each bin by the curve so far. */
void fit_creep_begin(
	const struct fit_all_series *all, const double *s_n, struct model *model);

/* Improve amplitudes and weights under that curve: one step of Gauss and Newton, with nothing negative.
 * Then fit_creep_predict(). Returns how the moments lie around it, sd, relative; NaN without any. */
double fit_creep_step(
	struct fit_all_series *all, const double *s_n, struct model *model);

/* Write felt_n of every moment of loads and staircases: what the sheet feels of the force that stands
 * there, by creep and play as they are. */
void fit_creep_predict(
	struct fit_all_series *all, const double *s_n, const struct model *model);

#endif
