/* The magnified path of the centre of pressure: a disc with its own scale in millimetres.
 * Computes no sway measure. Allocates only when its size changes.
 * Follows docs/screens.md ("Sway"). */
#ifndef STANCE_UI_SWAYPLOT_H
#define STANCE_UI_SWAYPLOT_H

#include <stdbool.h>

#include "ui/core/canvas.h"
#include "ui/model/scatter.h"
#include "ui/model/trail.h"

/* Caller-owned, zeroed before the first use. */
struct swayplot {
	struct canvas canvas; /* side x side */
	struct pos_mm middle; /* what is in the middle of the disc */
	double half_mm; /* what lies between the middle and the rim; 0 before the first */
	struct canvas_point strip[TRAIL_MAX_POINTS];
};

/* Make ready for a disc of `side` pixels. Returns 0 or -ENOMEM. */
int swayplot_prepare(struct swayplot *p, int side);
void swayplot_fini(struct swayplot *p);

/* Paint the trail on a disc that stands on `ground`. The scale and the middle stand still while
 * the path stays within them and is not too small. */
void swayplot_paint(struct swayplot *p, const struct trail *trail, float line_px,
	bool frozen, uint32_t ground);

/* The same with an ellipse around it, which is kept inside the disc too; NULL: none. */
void swayplot_paint_with(struct swayplot *p, const struct trail *trail,
	const struct scatter_ellipse *ellipse, float line_px, bool frozen,
	uint32_t ground);

/* Return a round length that is up to 0.4 of the disc and `most_px`, and its pixels in `*px`. */
double swayplot_bar_mm(const struct swayplot *p, int most_px, int *px);

#endif
