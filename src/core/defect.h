/* Dead cells and dead lines under the feet, filled in from their neighbours.
 * Does not judge cells away from load: there a dead cell and an idle one look the same.
 * Linear filling, with its limits (docs/feet.md): a dead line under a foot costs
 * one to three millimetres of that foot's COP, and is flagged. */
#ifndef STANCE_CORE_DEFECT_H
#define STANCE_CORE_DEFECT_H

#include <stdint.h>

#include "src/core/geometry.h"

/* One filled cell: sum of value[from] * weight. */
struct defect_fill {
	int32_t cell;
	int32_t from[4];
	float weight[4];
};

/* Caller-owned; `capacity` fills. The masks remember which lines ever carried load. */
struct defect {
	struct defect_fill *fills;
	int capacity;
	int n_fills;
	uint8_t row_alive[GEOMETRY_MAX_SIDE];
	uint8_t col_alive[GEOMETRY_MAX_SIDE];
};

/* Forget everything seen. */
void defect_init(struct defect *d, struct defect_fill *fills, int capacity);

/* Look for dead lines and cells in a loaded frame (values: n_rows * n_cols, 0 where no
 * contact, not filled) and write the fills, lines first. */
void defect_find(struct defect *d, const float *values, const struct mat_geometry *g);

/* Fill in `values`; returns the load added. A cell that carries load itself is left alone. */
double defect_fill(const struct defect *d, float *values);

#endif
