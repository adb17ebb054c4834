/* Force and its centre, foot by foot, from a plane of values and where each foot stands.
 * Does not find the feet. Planes are n_rows * n_cols, row-major.
 * Columns are summed in float about the zone's middle row and joined in double: the centre of
 * pressure keeps an error below a micrometre against double precision throughout. */
#ifndef STANCE_CORE_FORCE_H
#define STANCE_CORE_FORCE_H

#include "src/core/geometry.h"

/* Where one foot stands: per cell its share of the cell (0..1), and the share ahead of half
 * the foot's length, times the former. Rows and columns from..to hold all shares above 0;
 * to < from: the foot is nowhere. */
struct force_zone {
	float *share;
	float *fore;
	int row_from, row_to;
	int col_from, col_to;
};

/* What a zone carries. */
struct force_sums {
	double load;
	double x_mm, y_mm; /* centre of pressure, NaN without load */
	double fore;       /* load ahead of half the length */
	double n_contact;  /* cells with load, shared ones in part */
	double peak;       /* highest share of a cell */
	double edge;       /* load on the mat's outermost cells; corners count twice */
};

/* Shrink the zone's rows and columns to its shares; then widen the columns to whole blocks
 * where the mat has them, which costs nothing and sums faster. */
void force_zone_bound(struct force_zone *zone, const struct mat_geometry *g);

/* Sum what a zone carries. `values`: n_rows * n_cols, row-major. */
struct force_sums force_sum(const float *values, const struct force_zone *zone,
	const struct mat_geometry *g);

/* Return the load on the mat's outermost cells, whoever it belongs to; corners count twice.
 * `values`: n_rows * n_cols, row-major. */
double force_edge(const float *values, const struct mat_geometry *g);

#endif
