/* How the load lies under each foot over a measured stretch: arch index, inner against outer side.
 * Keeps the mean picture of the stretch, no frames. Draws no conclusion.
 * Arch index: Cavanagh & Rodgers 1987, J Biomech 20:547: area of the middle third over that of the foot without its
 * toes. Where we differ: toes are what lies ahead of PLANTAR_TOES of the length, cells of up to PLANTAR_PITCH_MM. */
#ifndef STANCE_CORE_TRIAL_PLANTAR_H
#define STANCE_CORE_TRIAL_PLANTAR_H

#include <stddef.h>
#include <stdint.h>

#include "src/core/geometry.h"

#define PLANTAR_PITCH_MM                                                               \
	8.0                /* coarser cells cannot tell a third's area: no arch index */
#define PLANTAR_TOES  0.82 /* of the length, from the heel: toes begin */
#define PLANTAR_LEAST 0.02 /* of a foot's highest cell: less is no contact */

/* Caller-owned; its arrays lie in the memory given. */
struct plantar {
	struct mat_geometry geometry;
	uint32_t n_frames;
	float *sum; /* of each cell's load */
	int32_t *
		side; /* of each cell: frames under the right foot less those under the left */
};

/* Where a foot lies: rear end and unit vector of its axis, mat plane. */
struct plantar_foot {
	int is_right;
	struct pos_mm heel_mm, axis;
	double length_mm;
};

struct plantar_load {
	double arch_index;     /* 0..1; NaN on coarse cells or without an axis */
	double medial_lateral; /* (inner - outer) / both, -1..1; NaN without an axis */
};

/* Return the bytes that a mat of this geometry needs. */
size_t plantar_size(const struct mat_geometry *geometry);

/* Begin with no frame. `memory`: plantar_size() bytes, aligned to CARVE_ALIGNMENT, borrowed. */
void plantar_init(
	struct plantar *plantar, const struct mat_geometry *geometry, void *memory);
void plantar_clear(struct plantar *plantar);

/* Take a frame: `labels` as analysis_labels(), `values` the loads. Allocates nothing, a few microseconds. */
void plantar_add(struct plantar *plantar, const uint8_t *labels, const float *values);

/* Write the mean load of each cell, n_rows * n_cols. Returns 0, or -ENODATA without a frame. */
int plantar_mean(const struct plantar *plantar, float *cells);

/* Measure a foot on the mean picture. */
struct plantar_load plantar_measure(
	const struct plantar *plantar, const struct plantar_foot *foot);

#endif
