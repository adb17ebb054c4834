/* The curve from how much the cells of each load add up to, and from a roller, which adds up to the same
 * wherever it is.
 * Does not know time: what the sheet should feel by creep and play is in the moments (fit_creep.h). For
 * fit_*.c and their tests only. */
#ifndef STANCE_CALIBRATION_FIT_CURVE_H
#define STANCE_CALIBRATION_FIT_CURVE_H

#include <stdbool.h>
#include <stddef.h>

#include "calibration/fit_series.h"

#define FIT_MAX_GROUPS 128
#define FIT_MAX_KNOTS  6

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

/* Gather them; `quarrel_frac`: sd between loads beyond what their cells explain. */
void fit_levels_build(const struct fit_all_series *all, double quarrel_frac,
	void *scratch, struct fit_levels *levels);

/* Fit a curve of a kind to all groups but those of series `without` (-1: to all); `curve` holds the last
 * guess, or scale_n 0 for none. Returns the cost, or infinity. */
double fit_curve_of(struct fit_levels *levels, enum curve_kind kind, int without,
	struct model_curve *curve);

/* Return how far the groups of a series are off under a curve, log; each group's in its `off`. */
double fit_curve_off(
	struct fit_levels *levels, const struct model_curve *curve, int series);

/* Leave each series out in turn: the root mean square of how far it is then off, relative; NaN with fewer
 * than two series. `off`: of each series, or NULL. */
double fit_curve_cross(struct fit_levels *levels, enum curve_kind kind,
	const struct model_curve *curve, double *off);

#endif
