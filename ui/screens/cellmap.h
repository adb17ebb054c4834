/* The mat's cells as plain squares, each in a colour of the caller's, with marks over them.
 * Does not know what the colours mean.
 * Follows docs/screens.md ("The technician's screens"). */
#ifndef STANCE_UI_SCREENS_CELLMAP_H
#define STANCE_UI_SCREENS_CELLMAP_H

#include "src/core/geometry.h"
#include "ui/app/app.h"

#define CELLMAP_MAX_CELLS (GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE)

struct cellmap {
	struct mat_geometry geometry;
	struct rect rect;      /* of the whole picture on the screen */
	struct canvas *canvas; /* NULL: no room or no memory */
};

/* Place a mat in the middle of `r`, as large as it fits with cells of whole pixels, and paint it: `colors` has
 * n_rows * n_cols of them, row by row from the front. */
struct cellmap cellmap_draw(struct view *v, struct rect r, const struct mat_geometry *g,
	const uint32_t *colors);

/* A place of the mat, millimetres, in the picture's pixels; a cross with a ring there. */
void cellmap_at(
	const struct cellmap *map, double x_mm, double y_mm, float *x, float *y);
void cellmap_mark(struct cellmap *map, double x_mm, double y_mm, float radius_px,
	float line_px, uint32_t color);

/* Return the cell at a point of the screen, row by row from 0; -1 beside the picture. */
int cellmap_cell(const struct cellmap *map, int x, int y);

/* A value from 0 to 1 on the scale in force; the lowest tenth is the empty mat. */
uint32_t cellmap_color(const struct view *v, double value);

#endif
