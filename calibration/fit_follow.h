/* What a sheet feels along a series of known forces, by the curve, creep and play of a model: the forward way.
 * Does not fit. For fit_*.c and their tests only. */
#ifndef STANCE_CALIBRATION_FIT_FOLLOW_H
#define STANCE_CALIBRATION_FIT_FOLLOW_H

#include "calibration/fit_series.h"

/* Write felt_n of every moment of a load or staircase: what its cells would add up to by the curve. `s_n`: newtons
 * of each bin by the model's curve. */
void fit_follow(const struct fit_all_series *all, struct fit_series *series,
	const double *s_n, const struct model *model);

/* The same for all of them. */
void fit_follow_all(
	struct fit_all_series *all, const double *s_n, const struct model *model);

/* Return what the fullest cells of a series' last moment carry of each newton on it. */
double fit_follow_highest(const struct fit_all_series *all,
	const struct fit_series *series, const double *s_n);

#endif
