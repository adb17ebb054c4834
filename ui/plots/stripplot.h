/* One direction of the centre of pressure over the last seconds: a line from the oldest at the left to now at the
 * right end. Computes no sway measure. Does not allocate.
 * Follows docs/screens.md ("Sway"). */
#ifndef STANCE_UI_STRIPPLOT_H
#define STANCE_UI_STRIPPLOT_H

#include "ui/core/canvas.h"
#include "ui/model/trail.h"

enum stripplot_axis {
	STRIPPLOT_SIDE,  /* to the person's right is up */
	STRIPPLOT_FRONT, /* forward is up */
};

/* What a strip shows. */
struct stripplot {
	enum stripplot_axis axis;
	struct pos_mm middle; /* what lies on the line in the middle */
	double half_mm;       /* from there to the edge */
	int64_t span_ns;      /* from the left end to the newest point */
};

/* Paint it over the whole canvas. `scratch` has room for TRAIL_MAX_POINTS. */
void stripplot_paint(struct canvas *c, const struct stripplot *p,
	const struct trail *trail, struct canvas_point *scratch, float line_px,
	uint32_t color);

#endif
