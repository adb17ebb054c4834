/* Loads at rest, staircases and rollers as series in time, each moment boiled down to how many cells read
 * which w: all that the curve and the creep are fitted to.
 * Does not fit. For fit_*.c and their tests only. */
#ifndef STANCE_CALIBRATION_FIT_SERIES_H
#define STANCE_CALIBRATION_FIT_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "calibration/fit_alike.h"
#include "calibration/fit_lines.h"
#include "calibration/model.h"
#include "calibration/readings.h"

#define FIT_MAX_SERIES 64
#define FIT_BINS       256
#define FIT_BIN_LOG    0.03 /* a bin is 3 % wide; s between two is off by less than 2e-4 */

/* One moment of a series. */
struct fit_moment {
	double t_s;
	double force_n; /* that stood there; rollers: NaN unless told */
	double felt_n; /* what the sheet should feel by creep and play: fit_follow.c; rollers: of each newton, fit_undo.c */
	float *bins; /* FIT_BINS: cells at each w, shared between the two nearest bins */
	/* rollers, else 0: */
	double place; /* where, in lines */
	bool is_whole; /* all of the roller is seen; else it only came before a later moment */
	int first_line, n_lines;
	const float *
		line_w; /* n_lines * n_parts: mean w of the pressed cells, below 0 by noise */
};

/* The weight that stands there, linear from point to point; two at one time are a step. */
struct fit_point {
	double t_s, force_n;
	int moment; /* whose, -1 none */
	int before; /* of an earlier load, on its own cells; -1: of the series' own */
};

struct fit_series {
	int item;
	enum reading_kind kind;
	double mass_kg;
	double w_top; /* the highest cell at the end */
	int n_cells;  /* rollers: pressed on each line */
	int n_moments;
	struct fit_moment *moments;
	int n_points;
	struct fit_point
		*points; /* own and earlier loads on some of its cells; rollers: none */
	int n_alike;
	struct fit_alike *alike; /* its cells; rollers: none */
	/* The last moments of the earlier loads: all of what their cells showed. */
	const struct fit_moment *before[FIT_MAX_BEFORE];
	int n_before;
	bool knows_onset;
	struct fit_way way; /* rollers only */
	double foreign_frac; /* earlier loads that stood on a part of its cells, over its own */
};

struct fit_all_series {
	int n, n_rolls; /* loads and staircases come first, then n_rolls passes of rollers */
	struct fit_series series[FIT_MAX_SERIES];
	double w[FIT_BINS]; /* of each bin */
	double w_max;       /* highest that a known load pressed a cell to */
};

/* Return the bytes of scratch for the series of such readings. */
size_t fit_series_scratch_size(const struct readings *readings);

/* Build them from readings and a model whose zero, crosstalk, states and gains stand. */
void fit_series_build(const struct readings *readings, const struct model *model,
	void *scratch, struct fit_all_series *all);

/* Write s of every bin by a curve (`s_n`: FIT_BINS). */
void fit_series_curve(
	const struct fit_all_series *all, const struct model_curve *curve, double *s_n);

/* Return the sum over the cells of a moment, newtons, with s of every bin as above. */
double fit_series_sum(const struct fit_moment *moment, const double *s_n);

#endif
