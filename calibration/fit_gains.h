/* From what each pass of a roller showed of each cell to gains: passes differ by how hard, how evenly and
 * with which end heavier they were rolled.
 * Does not know snapshots: fit_equalise.c reads them.
 * A linear mixed model, solved by conjugate gradients (Hestenes & Stiefel 1952) on what is left when the
 * cells themselves are eliminated:
 *   log v(pass, cell) = -log gain(cell) + height + heavier end + bow + drift + line + rest */
#ifndef STANCE_CALIBRATION_FIT_GAINS_H
#define STANCE_CALIBRATION_FIT_GAINS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/core/geometry.h"

#define FIT_GAINS_MAX_PASSES 32

/* One pass: what each cell read at its peak. */
struct fit_pass {
	bool along_x;    /* it went across the columns: a line is a column */
	int n_seen;      /* cells with a number */
	float *log_peak; /* n_rows * n_cols, log of v; NaN: not seen */
	bool is_cut
		[GEOMETRY_MAX_SIDE]; /* of each line: its peak was missed, its height tells nothing */
	double tilt; /* found: how much more the end of greater x or y pressed than the other, relative */
	double drift; /* found: how much more it pressed at the end of greater x or y */
};

/* Return the bytes of scratch for so many passes over such a mat. */
size_t fit_gains_scratch_size(const struct mat_geometry *geometry, int n_passes);

/* Write log gain (`log_gain`: n_rows * n_cols, NaN where no pass saw the cell; their median is 0), and tilt
 * and drift of each pass. `rest_frac`: what the model leaves, sd. */
void fit_gains(const struct mat_geometry *geometry, struct fit_pass *passes,
	int n_passes, void *scratch, float *log_gain, double *rest_frac);

#endif
