/* Mean pictures of standing feet, drawn as round pads where they are asked for: what is true of two of them is known.
 * Does not share code or numbers with src/core; scene.h draws seeded pictures of any kind.
 * Forces add up to the loads only about: cells are whole and pads are round. */
#ifndef STANCE_TESTS_SUPPORT_PADS_H
#define STANCE_TESTS_SUPPORT_PADS_H

#include "src/core/geometry.h"

struct pads_foot {
	double heel_x_mm, heel_y_mm, direction_deg, load;
	double fore; /* so much more of a pad's load ahead of 150 mm, and less behind it; 0 as drawn */
};

struct pads_person {
	struct pads_foot foot[2]; /* left, right */
};

/* Somebody who stands in the middle of a mat of half a metre. */
#define PADS_STANDING                                                                  \
	{                                                                              \
		{                                                                      \
			{ -90, -110, -6, 380, 0 },                                     \
			{                                                              \
				90, -105, 9, 330, 0                                    \
			}                                                              \
		}                                                                      \
	}

/* Draw a person: `cells` n_rows * n_cols, front row first. A foot without load is not there. */
void pads_draw(
	const struct pads_person *who, const struct mat_geometry *mat, float *cells);

/* The whole person elsewhere: turned about the middle of the mat, clockwise, then moved. */
struct pads_person pads_gone(
	struct pads_person who, double x_mm, double y_mm, double deg);

#endif
