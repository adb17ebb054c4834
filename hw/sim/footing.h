/* Bodies on the grid of cells: which part of a disc, a foot or a roller each cell carries.
 * Does not know time or mass.
 * Follows docs/simulator.md, "The technician"; uniform pressure under discs, Hertz's (1882) across a
 * roller. */
#ifndef STANCE_HW_SIM_FOOTING_H
#define STANCE_HW_SIM_FOOTING_H

#include <stdbool.h>

#include "src/core/geometry.h"

/* The part that lies on the mat. */
struct footing {
	double on_frac;
	struct pos_mm cop; /* NaN if nothing does */
};

/* Share a disc of `radius_mm` about `at`; `frac` (n_rows * n_cols) is overwritten and sums to
 * on_frac. Exact along columns, in 64 strips a cell across. */
struct footing footing_disc(const struct mat_geometry *geometry, struct pos_mm at,
	double radius_mm, double *frac);

/* The same for a bare foot of ordinary size that points ahead, its COP at rest at `at`. Takes and
 * gives back memory; without any nothing is shared. */
struct footing footing_foot(
	const struct mat_geometry *geometry, struct pos_mm at, double *frac);

/* A roller's line of contact. */
struct footing_roller {
	bool along_x;   /* it rolls along x: its axle lies along y */
	double at_mm;   /* where the middle of the contact is, along the way */
	double half_mm; /* half the contact's width along the way */
	double centre_mm, length_mm; /* of the axle */
	double uneven_frac;          /* from one end of the axle to the other */
};

/* Add `force_n` times a roller's share to `cells_n`. */
struct footing footing_roll(const struct mat_geometry *geometry,
	const struct footing_roller *roller, double force_n, double *cells_n);

#endif
