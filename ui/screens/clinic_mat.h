/* The picture of the mat as the clinician's screens of a visit show it, and where a point of the mat plane is in it.
 * Follows docs/screens.md ("The mat"). */
#ifndef STANCE_UI_SCREENS_CLINIC_MAT_H
#define STANCE_UI_SCREENS_CLINIC_MAT_H

#include "src/core/geometry.h"
#include "ui/app/view.h"

/* Draw the mat as large as `r` allows, in its middle. Returns where it is; empty where it cannot be drawn. What
 * is drawn over it shows the person's left and right: put it between draw_keep_begin() and draw_keep_end(). */
struct rect clinic_mat_draw(struct view *v, struct rect r);

/* Return the pixel of a point of the mat plane in what clinic_mat_draw() returned, and pixels per millimetre. */
void clinic_mat_point(
	const struct view *v, struct rect mat, struct pos_mm at, int *x, int *y);
double clinic_mat_scale(const struct view *v, struct rect mat);

#endif
