/* One side of a picture held against the model footprint.
 * Does not choose between splits (feet.c does).
 * Principal axis: second moments of the loads' square roots; box by extents along it. */
#ifndef STANCE_CORE_FIT_H
#define STANCE_CORE_FIT_H

#include <stdbool.h>

#include "src/core/footprint.h"

/* Borrowed cells of one side. */
struct fit_cells {
	int n;
	const float *x_mm;
	const float *y_mm;
	const float *root; /* square root of load */
	double cell_mm2;
	double pitch_mm;
};

/* Extents of cells' centres in axes turned by phi. */
struct fit_box {
	double low, high;   /* along */
	double left, right; /* across */
};

/* What fits. */
struct fit {
	double x_mm, y_mm; /* centroid of the roots */
	double phi_rad;    /* of the axis, -pi/2..pi/2 from +y */
	struct fit_box box;
	double length_mm;      /* of the box */
	double foot_length_mm; /* of the foot: the box, or more where only a part is down */
	enum footprint_part part;
	double match[2][2]; /* [facing back][right foot] */
	double penalty;     /* for a box that no foot fills, or a turn that none has */
};

/* Return the box of the cells' centres in axes turned by `phi_rad`. */
struct fit_box fit_box_at(const struct fit_cells *cells, double phi_rad);

/* Return how badly the cells' own box exceeds a foot's, 0 if it fits. */
double fit_box_penalty(const struct fit_cells *cells);

/* Return an axis' angle as one in (-pi/2, pi/2]: an axis has no sense. */
double fit_wrap_half(double rad);

/* Fit a foot. `hint_rad`: axis to try where the cells have none; `whole_mm`: the other foot's
 * length, NaN unknown. `fine` searches closer. Needs n >= 1. */
void fit_foot(struct fit *fit, const struct fit_cells *cells,
	const struct footprint *model, double hint_rad, double whole_mm, bool fine);

/* The pose of a fit seen as a left or right foot, facing forward or back. */
struct footprint_pose fit_pose(const struct fit *fit, bool back, bool is_right);

/* Return how well the model at `pose` explains the cells: footprint_match(). */
double fit_match(const struct fit_cells *cells, const struct footprint *model,
	const struct footprint_pose *pose);

#endif
