/* Two pictures of standing feet laid on each other, foot on foot, so that their difference is one of load and not of
 * place.
 * Does not say what a difference means, and keeps no series.
 * Each foot is moved rigidly to where it is most like the other's, as pressure images are registered in pedobarography
 * (Pataky & Goulermas 2008, J Biomech 41:2136). Where we differ: likeness is the cosine of the square roots of load, as
 * in src/core/footprint.h, so that a heel that carries more draws nothing towards it. Pure: memory is the caller's. */
#ifndef STANCE_CORE_TRIAL_OVERLAY_H
#define STANCE_CORE_TRIAL_OVERLAY_H

#include <stddef.h>
#include <stdint.h>

#include "src/core/geometry.h"
#include "src/core/trial/standing.h"

/* Feet that stood farther apart than two that were both placed as asked can: a different stance loads a foot
 * differently. */
#define OVERLAY_LIMIT_MM  (2.0 * STANDING_LIMIT_MM)
#define OVERLAY_LIMIT_DEG (2.0 * STANDING_LIMIT_DEG)

/* Of the highest cell: less is no contact. Cells that were touched now and then while the person swayed. */
#define OVERLAY_LEAST 0.02

#define OVERLAY_TOTAL                                                                  \
	1000.0 /* what the cells of a picture add up to: permille of the load under both feet */

struct overlay_foot {
	struct pos_mm heel_mm, centre_mm; /* centre: of its load */
	double direction_deg;             /* as in sample.h */
	double load;                      /* permille */
	int top, bottom, left, right;     /* rows and columns about it */
};

/* A picture with its feet. Caller-owned; its arrays lie in the memory given. */
struct overlay {
	struct mat_geometry geometry;
	float *cells;                /* permille, n_rows * n_cols; 0 where no foot is */
	uint8_t *labels;             /* as analysis_labels() */
	struct overlay_foot foot[2]; /* left, right */
};

/* How a foot stood beside the other picture's, once both pairs of feet lie on each other as a whole: in the frame of
 * that person. */
struct overlay_off {
	double dx_mm, dy_mm,
		angle_deg; /* + to the right, forward, turned to the right */
};

/* Return the bytes that overlay_init() needs, 0 for a geometry out of range. */
size_t overlay_size(const struct mat_geometry *geometry);

/* Find the feet of a mean picture, `cells` n_rows * n_cols of any unit, front row first. `memory`: `size` bytes, aligned
 * to CARVE_ALIGNMENT, borrowed. Returns 0; -EINVAL for a geometry out of range; -ENOBUFS; -ENODATA where there are no
 * two feet. */
int overlay_init(struct overlay *overlay, const struct mat_geometry *geometry,
	const float *cells, void *memory, size_t size);

/* Move each foot of `overlay` onto the same foot of `to`, a picture of the same geometry. `cells`, n_rows * n_cols,
 * receives its load there, each foot's permille kept, and `off` how the feet stood. Returns 0; -EINVAL for another
 * geometry; -ERANGE, `off` filled in, if a foot stood farther off than the limits. Takes 5 ms of a
 * mat of 48 x 48 cells, 80 ms of one of 256 x 256. */
int overlay_onto(const struct overlay *overlay, const struct overlay *to, float *cells,
	struct overlay_off off[2]);

#endif
