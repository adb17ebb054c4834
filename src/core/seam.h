/* The seam of touching feet: which share of each cell about it is whose.
 * Does not find the feet (feet.c does) and needs them found: it starts from their poses.
 * A cell that holds the edges of both feet says only their sum. What each foot puts into it
 * follows from the rest of that foot: a model foot of free place, turn, length, width and
 * heights of its pads is laid under each, both are fitted to the picture together, empty cells
 * included, and a shared cell is parted as both models say. Weighted least squares with
 * a prior, by Levenberg 1944 (Q Appl Math 2:164) and Marquardt 1963 (J SIAM 11:431). */
#ifndef STANCE_CORE_SEAM_H
#define STANCE_CORE_SEAM_H

#include "src/core/footprint.h"
#include "src/core/geometry.h"

/* What is fitted of one foot. Logarithms keep sizes and heights positive. */
enum seam_parameter {
	SEAM_MID,   /* mm across, from where the foot was found; to the right of phi */
	SEAM_REAR,  /* mm along */
	SEAM_TURN,  /* rad */
	SEAM_SIZE,  /* log of the length over that found; the width goes with it */
	SEAM_WIDTH, /* log of the width besides */
	SEAM_SCALE, /* log of all heights */
	SEAM_PAD,   /* log of each pad's own height, FOOTPRINT_N_PADS of them */
	SEAM_N = SEAM_PAD + FOOTPRINT_N_PADS,
};

/* A pad laid on the mat, in the foot's axes from the middle of the foot found. */
struct seam_pad {
	double u, w;
	double along2, across2; /* inverse variances, a cell's own spread included */
	double own_along2, own_across2; /* variances without it */
	double height;
};

struct seam_foot {
	struct pos_mm middle; /* where the foot was found */
	double phi_rad, length_mm;
	double medial; /* +1 where w grows to the right of phi: a left foot */
	double start;  /* value per height of a pad */
	double value[SEAM_N];
	struct seam_pad pad[FOOTPRINT_N_PADS];
	int pad_from, pad_to; /* those of the part that is down; to is not included */
	double sine, cosine;
};

struct seam {
	struct seam_foot foot[2]; /* left, right */
};

/* Fit both feet to `values` (n_rows * n_cols, row-major, above 0 where there is contact).
 * `pose`: where they were found. Some hundred microseconds. */
void seam_fit(struct seam *seam, const float *values, const struct mat_geometry *g,
	const struct footprint_pose pose[2]);

/* Return the right foot's share (0..1) of what lies in the cell at x, y; NaN where neither
 * reaches. */
double seam_share(const struct seam *seam, double x_mm, double y_mm);

#endif
