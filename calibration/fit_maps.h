/* Snapshots as w, what is linearised and equalised, over the mat: one number a cell, row by row (geometry.h).
 * What dead cells would show is filled in from their neighbours. For fit_*.c and their tests only. */
#ifndef STANCE_CALIBRATION_FIT_MAPS_H
#define STANCE_CALIBRATION_FIT_MAPS_H

#include "calibration/model.h"
#include "calibration/readings.h"
#include "src/core/carve.h"

/* Scratch for one snapshot after the other; every array has n_rows * n_cols numbers. */
struct fit_maps {
	const struct readings *r;
	const struct model *model;
	double noise_w; /* what noise makes of the ordinary cell in one frame */
	double *v;      /* w of the cells that a snapshot stores */
	float *map;
	float *level; /* what faint cells show under the mass at hand, mean of its moments */
	int *n_seen; /* in how many of these */
};

/* Cut off the arrays for a mat. */
void fit_maps_lay_out(struct fit_maps *maps, size_t n_cells, struct carve *carve);

/* Take the snapshots of `readings` as `model` sees them by now. Both are kept, not copied. */
void fit_maps_begin(struct fit_maps *maps, const struct readings *readings,
	const struct model *model);

/* Write w of each cell that a snapshot stores into `v`. */
void fit_maps_values(struct fit_maps *maps, const struct snapshot *snapshot);

/* Write w over the mat into `map`, as many floats as cells. */
void fit_maps_spread(
	struct fit_maps *maps, const struct snapshot *snapshot, float *map);

/* Write into `level` what faint cells show on average in the moments of `item`, from snapshot `first` on, that bear
 * the same mass. */
void fit_maps_average(struct fit_maps *maps, const struct reading *item, int first);

/* Return w over the mat, in `map`; where that is little but noise, what fit_maps_average() found. */
const float *fit_maps_steadied(struct fit_maps *maps, const struct reading *item,
	const struct snapshot *snapshot);

#endif
