/* The curve from how much the cells of each load add up to, and from a roller, which adds up to the same
 * wherever it is.
 * Does not know time: what the sheet should feel by creep and play is in the moments (fit_follow.h). For
 * fit_*.c and their tests only. */
#ifndef STANCE_CALIBRATION_FIT_CURVE_H
#define STANCE_CALIBRATION_FIT_CURVE_H

#include <stdbool.h>
#include <stddef.h>

#include "calibration/fit_series.h"

#define FIT_MAX_GROUPS 128
#define FIT_MAX_KNOTS  12
#define FIT_PHASE_MOST 0.05 /* a roller's moment farther off, log, is an outlier */

/* How far loads are to be believed: standard deviations, relative. */
struct fit_trust {
	double cell_frac;    /* of one cell's answer: it averages over the load */
	double quarrel_frac; /* between loads, beyond what their cells explain */
	double phase_frac;   /* of a roller's moment against those around it */
};

/* The moments of a load, or of one step of a staircase, in one. */
struct fit_group {
	int series;
	double sd;    /* of its level, relative; shared by the groups of a series */
	double off;   /* found: log of what its cells add up to over what they should */
	double *bins; /* FIT_BINS, each moment over what the sheet should feel */
};

/* A roller's moment against those around it. */
struct fit_phase {
	const struct fit_moment *moment;
	int first, n;  /* the moments around it, among the phases */
	int low, high; /* bins that are not empty */
	double log_sum;
};

struct fit_levels {
	const struct fit_all_series *all;
	int n_groups, n_phases;
	struct fit_group groups[FIT_MAX_GROUPS];
	struct fit_phase *phases;
	double phase_weight;              /* of each, 1 / variance */
	double *residual, *tried, *slope; /* FIT_MAX_KNOTS slopes of each residual */
	int n_residuals;                  /* at most */
};

/* Return the bytes of scratch for the levels of such readings. */
size_t fit_levels_scratch_size(const struct readings *readings);

/* Gather them. */
void fit_levels_build(const struct fit_all_series *all, const struct fit_trust *trust,
	void *scratch, struct fit_levels *levels);

/* Fit a curve of a kind to all groups but those of series `without` (-1: to all); `curve` holds the last
 * guess, or scale_n 0 for none. Returns the cost, or infinity. */
double fit_curve_of(struct fit_levels *levels, enum curve_kind kind, int without,
	struct model_curve *curve);

/* Return how far the groups of a series are off under a curve, log; each group's in its `off`. */
double fit_curve_off(
	struct fit_levels *levels, const struct model_curve *curve, int series);

/* --- for the joint fit: the curve's unknowns -------------------------------------------------- */

/* Write the unknowns of a curve of a kind like `curve` (no more than a first guess if that is of another kind or
 * empty); returns how many. And back. */
int fit_curve_guess(const struct fit_levels *levels, enum curve_kind kind,
	const struct model_curve *curve, double *x);
void fit_curve_from(const struct fit_levels *levels, enum curve_kind kind,
	const double *x, struct model_curve *curve);

/* Change them as little as makes a rising curve: what is too high is lowered, as little rests on a curve's lower end, and
 * a fit must not stop at this limit. Returns false if nothing does. */
bool fit_curve_straighten(enum curve_kind kind, double *x);

/* Write what is believed of them beforehand as residuals of sd 1, linear in them; returns how many. */
int fit_curve_priors(enum curve_kind kind, const double *x, double *r);

/* Return the sd of a load's level, relative: its cells', and what loads differ by beyond that. */
double fit_curve_level_sd(
	const struct fit_series *series, const struct fit_trust *trust);

/* --- cross-validation ------------------------------------------------------------------------ */

/* Return the sd of a roller's moments about those around them under a curve, by their median; NaN without any. */
double fit_curve_phase_sd(struct fit_levels *levels, const struct model_curve *curve);

/* Leave each series out in turn: the root mean square of how far it is then off, relative; NaN with fewer
 * than two series. `off`: of each series, or NULL. */
double fit_curve_cross(struct fit_levels *levels, enum curve_kind kind,
	const struct model_curve *curve, double *off);

#endif
