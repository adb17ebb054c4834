/* A roller's moments as means of stretches of the lines of cells that it lies along: a dozen cells together tell of a
 * third of the pressure that one cell shows above its noise, all of a stretch of a tenth.
 * Knows neither curve nor time. For fit_*.c and their tests only. */
#ifndef STANCE_CALIBRATION_FIT_LINES_H
#define STANCE_CALIBRATION_FIT_LINES_H

#include <stdbool.h>

#include "calibration/model.h"
#include "calibration/readings.h"

#define FIT_MAX_PARTS                                                                  \
	16 /* a line is cut into no more: enough for a roller three degrees askew */

/* One pass. */
struct fit_way {
	bool along_x; /* the lines are columns, else rows */
	int n_lines, n_across;
	double skew; /* how many lines further the roller lies for each place across */
	/* Lines are cut into parts, so short that a roller that lies askew presses all cells of one alike. */
	int n_parts;
	int n_cells[FIT_MAX_PARTS]; /* that it presses, of each part */
	int part_of
		[GEOMETRY_MAX_SIDE]; /* of each place across; -1 where the roller does not reach */
};

/* The lines of one moment. */
struct fit_lines {
	int first,
		n; /* lines that were recorded; n 0: none, or one of them in part only */
	double w[GEOMETRY_MAX_SIDE *
		 FIT_MAX_PARTS]; /* n * n_parts: mean w of a pressed cell, below 0 by noise */
	double place;            /* of their middle, in lines */
	bool is_whole;           /* no more of the roller lies beyond them */
};

/* Return how many moments the pass has whose first one is snapshot `first` of a roller's reading. */
int fit_pass_length(
	const struct readings *readings, const struct reading *roll, int first);

/* Find which way a roller went in the `n` snapshots from `first` on and where it lay. `v` is scratch for the cells of
 * one. */
void fit_lines_way(const struct readings *readings, const struct model *model,
	int first, int n, double *v, struct fit_way *way);

/* Read one of its moments by a model whose zero, crosstalk, states and gains stand; `v` as above. */
void fit_lines_read(const struct readings *readings, const struct model *model,
	const struct fit_way *way, const struct snapshot *moment, double *v,
	struct fit_lines *lines);

#endif
