/* Where a sole stands on the sheet: every grid point of the sole shared by area among the cells it
 * covers.
 * Does not know forces in advance: place once, add every frame.
 * Follows docs/simulator.md; exact polygon areas, so that truth and cells differ only by the
 * sheet's pitch. */
#ifndef STANCE_HW_SIM_IMPRINT_H
#define STANCE_HW_SIM_IMPRINT_H

#include <stddef.h>

#include "hw/sim/sole.h"
#include "src/core/geometry.h"

/* A foot's place in the mat plane: its frame's origin, and its direction (radians, 0 ahead,
 * positive turned to the right). */
struct imprint_pose {
	struct pos_mm heel;
	double angle_rad;
};

/* A piece of a grid point that lies in one cell. */
struct imprint_share {
	int point, cell;
	double frac; /* of the point's area */
};

struct imprint {
	struct imprint_share *shares;
	size_t n_shares;
	int n_points;
	double *on_frac; /* of each grid point: how much of it lies on the sheet */
	double *on_x_mm, *on_y_mm; /* centre of that part, mat plane */
};

/* What a foot really does to the sheet, mat plane. */
struct imprint_load {
	double force_n;    /* on the sheet; 0 if it is not there */
	struct pos_mm cop; /* of that force; NaN if there is none */
	double off_n;      /* beside the sheet */
	double fore_n;     /* the part of force_n ahead of half the foot's length */
};

/* Turn a place in the foot's frame into the mat plane, and back. */
struct pos_mm imprint_to_mat(const struct imprint_pose *pose, struct pos_mm foot);
struct pos_mm imprint_to_foot(const struct imprint_pose *pose, struct pos_mm mat);

/* Place a sole. Returns 0 or -ENOMEM. `imprint` is released with imprint_fini(). */
int imprint_init(struct imprint *imprint, const struct sole *sole,
	const struct imprint_pose *pose, const struct mat_geometry *geometry);
void imprint_fini(struct imprint *imprint);

/* Add the sole's present forces to `cells_n` (n_rows * n_cols, front row first, newtons) and say
 * what was applied, computed from the sole's field, not from the cells. */
void imprint_add(const struct imprint *imprint, const struct sole *sole,
	double *cells_n, struct imprint_load *load);

#endif
