/* The base of support: the convex outline of what the feet touch, from the cells that they load.
 * Does not know one foot from the other and keeps no frames.
 * Follows docs/metrics.md ("Time to boundary"). */
#ifndef STANCE_CORE_TRIAL_OUTLINE_H
#define STANCE_CORE_TRIAL_OUTLINE_H

#include <stddef.h>
#include <stdint.h>

#include "src/core/geometry.h"

/* A cell is loaded if it carries more than this part of the mean of a foot's cells; it belongs to the
 * base if that is so in at least this part of the frames. Chosen: the edge of a simulated sole then
 * lies neither outside nor inside on average; toes that press now and then belong, a cell that
 * flickers or a foot on its way does not. */
#define OUTLINE_LOAD_FRAC 0.02
#define OUTLINE_TIME_FRAC 0.1

/* Caller-owned; its arrays lie in the memory given. One stretch at a time. */
struct outline {
	struct mat_geometry geometry;
	uint32_t n_frames;
	uint32_t *n_loaded; /* of each cell: frames */
	double *x_mm, *y_mm;
	void *hull;
};

/* Return the bytes that a mat of this geometry needs. */
size_t outline_size(const struct mat_geometry *geometry);

/* Begin, with no frame seen. `memory`: outline_size() bytes, aligned to CARVE_ALIGNMENT, borrowed. */
void outline_init(
	struct outline *outline, const struct mat_geometry *geometry, void *memory);

/* Forget all frames. */
void outline_clear(struct outline *outline);

/* Take a frame (n_rows * n_cols, row-major): `labels` are not 0 where a foot is, `values` are the
 * loads, any unit. Allocates nothing, some microseconds. */
void outline_add(struct outline *outline, const uint8_t *labels, const float *values);

/* Find the outline: `x_mm`, `y_mm` (at most `max` >= 3 corners, mat plane) are convex and
 * counter-clockwise. Of more corners those that cut off least are left out. Returns their number, 0
 * if the cells span no area. Some tens of microseconds; the frames stay. */
int outline_find(struct outline *outline, int max, double *x_mm, double *y_mm);

#endif
