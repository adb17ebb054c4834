/* A mat on the character grid: which cells lie under which pixel, pixels as half blocks, marks.
 * Does not know what is shown or which colours mean what.
 * Follows docs/units-and-axes.md; the front of the mat is at the top. */
#ifndef STANCE_CLI_MATMAP_H
#define STANCE_CLI_MATMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "src/cli/cli.h"
#include "src/cli/termgrid.h"
#include "src/core/geometry.h"

/* A part of the grid, end exclusive. */
struct matmap_area {
	int row, col, row_end, col_end;
};

/* How mat cells lie on pixels: a terminal cell is one pixel wide and two high. */
struct matmap {
	struct mat_geometry geometry;
	int n_x, n_y; /* pixels; n_y is even */
	int row, col; /* of the top left terminal cell */
	enum cli_colour colour;
	bool utf8; /* half blocks may be used */
};

/* One pixel: its colour, and how dark it is where there are none (0 empty to 1). */
struct matmap_pixel {
	uint32_t colour;
	double share;
};

/* Fit a mat into `area`, proportions kept, in the middle across. */
struct matmap matmap_fit(const struct mat_geometry *geometry,
	const struct matmap_area *area, enum cli_colour colour, bool utf8);

/* Return the mean of `cells` (n_rows * n_cols, front row first) under pixel x, y, weighted by how much
 * of each lies there. */
double matmap_mean(const struct matmap *map, const uint16_t *cells, int x, int y);

/* Put the two pixels of one terminal cell, `y` counted in terminal rows. */
void matmap_put(const struct matmap *map, struct termgrid *grid, int x, int y,
	struct matmap_pixel top, struct matmap_pixel bottom);

/* Mark a place of the mat plane with a letter that is legible on any colour. */
void matmap_mark(const struct matmap *map, struct termgrid *grid, struct pos_mm at,
	char letter, uint32_t colour);

/* Return the letter of heat that stands for a share where there are no colours. */
char matmap_letter(double share);

#endif
