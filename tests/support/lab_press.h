/* What stands or rolls on a sheet of the laboratory, as newtons on its cells.
 * Does not know how the sheet answers. */
#ifndef STANCE_TESTS_LAB_PRESS_H
#define STANCE_TESTS_LAB_PRESS_H

#include <stdbool.h>

#include "src/core/geometry.h"

/* A weight on a round foot. */
struct lab_disc {
	double mass_kg, radius_mm;
	double x_mm, y_mm;
	double rim_frac; /* pressure at the rim over that in the middle, less 1 */
};

/* A roller across the whole mat, which gives its weight to a line. */
struct lab_roller {
	double mass_kg, length_mm;
	double contact_mm; /* width of the line */
	double tilt_frac; /* heavier at one end: what the ends have more and less than the middle, each half
	                     of it; positive at the end of greater x (or y) */
	bool along_x; /* rolls in x, its axis in y; else the other way */
	double at_mm; /* where its line is */
	double askew; /* how far ahead its end is for each mm across */
};

/* Write the force of every cell (n_rows * n_cols, row-major). What stands beside the sheet presses
 * nothing. */
void lab_press_disc(const struct lab_disc *disc, const struct mat_geometry *geometry,
	double *cells_n);
void lab_press_roller(const struct lab_roller *roller,
	const struct mat_geometry *geometry, double *cells_n);

#endif
