/* Normal equations of the joint fit, row by row: errors nested in each other, unknowns of which the first are free
 * and the others not negative. Knows no sheet. For fit_joint.c and its tests only.
 * Nested errors after Henderson 1975, Biometrics 31:423; elimination by Schur's complement. */
#ifndef STANCE_CALIBRATION_FIT_NORMAL_H
#define STANCE_CALIBRATION_FIT_NORMAL_H

#define FIT_NORMAL_MOST 28 /* unknowns */
#define FIT_NORMAL_FREE 12 /* of them free, at most */

/* Normal equations of the step, and what they leave: sum of squares. */
struct fit_normal {
	int n;
	double a[FIT_NORMAL_MOST * FIT_NORMAL_MOST], b[FIT_NORMAL_MOST], cost;
};

/* Sums over moments, with which a level of their own is eliminated. */
struct fit_sums {
	double w, y, yy, x[FIT_NORMAL_MOST], xy[FIT_NORMAL_MOST],
		xx[FIT_NORMAL_MOST * FIT_NORMAL_MOST];
};

/* Add a row: y = x * change, +- 1 / sqrt(weight). */
void fit_normal_row(
	struct fit_sums *sums, int n, double weight, double y, const double *x);

/* Write the mean row, whose weight is sums->w and whose y is sums->y / sums->w. */
void fit_normal_mean(const struct fit_sums *sums, int n, double *mean);

/* Add what the rows say about each other, whatever their common level. */
void fit_normal_within(struct fit_normal *normal, const struct fit_sums *sums);

/* Add one row alone. */
void fit_normal_one(
	struct fit_normal *normal, double weight, double y, const double *x);

/* Add the equations of `own` without its last unknown, which is 0 +- `sd` and nobody else's. */
void fit_normal_without_last(
	struct fit_normal *normal, const struct fit_normal *own, double sd);

/* Write the change of every unknown: the first `n_free` by anything, the others, which are `now`, so that they are not
 * negative. Returns 0, or -1 for equations without rank. */
int fit_normal_step(
	const struct fit_normal *normal, int n_free, const double *now, double *step);

#endif
