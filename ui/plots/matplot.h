/* The picture of the mat: grid, pressures, outlines of the feet, centre of pressure with its
 * trail, and the legend of the colours, as pictures of final size.
 * Allocates only when its size, the mat or the way of drawing changes.
 * Follows docs/screens.md ("The mat"). */
#ifndef STANCE_UI_MATPLOT_H
#define STANCE_UI_MATPLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/colormap.h"
#include "ui/core/canvas.h"
#include "ui/plots/heatmap.h"
#include "ui/model/model.h"

/* Where a foot's letter stands, pixels in the canvas: the middle of the letter. */
struct matplot_letter {
	bool shown;
	int x, y;
};

/* What a picture depends on, besides the model. */
struct matplot_setup {
	int w, h; /* pixels */
	enum colormap map;
	bool raw_cells;      /* plain cells instead of the interpolated picture */
	double pressure_kpa; /* top of the scale */
	float line_px;       /* width of thin lines */
	float dot_px;        /* radius of the centre of pressure */
};

/* Caller-owned, zeroed before the first matplot_prepare(). */
struct matplot {
	struct matplot_setup setup;
	struct mat_geometry geometry;
	struct canvas canvas;
	struct canvas legend;
	enum colormap legend_map;
	struct heatmap heat;
	uint32_t *empty;                   /* the mat without anybody, w * h */
	uint32_t lut[2][HEATMAP_LUT_SIZE]; /* live, frozen */
	struct pos_mm axis[2][2]; /* left, right: heel and toe, for the sides */
	bool axis_known[2];
	struct matplot_letter letter[2]; /* left, right */
	struct canvas_point strip[TRAIL_MAX_POINTS];
};

/* Make ready for a size and a mat; cheap when nothing changed. Returns 0, -EINVAL, -ENOMEM. */
int matplot_prepare(struct matplot *p, const struct matplot_setup *setup,
	const struct mat_geometry *geometry);
void matplot_fini(struct matplot *p);

/* Paint the model's picture. `people` false leaves the mat empty; `frozen` paints it grey. */
void matplot_paint(struct matplot *p, const struct model *m, bool people, bool frozen);

/* Paint the legend, w x h pixels, from zero at the left to the top of the scale. */
int matplot_legend(struct matplot *p, int w, int h);

/* Return the top of the colour scale: kPa where force is known, else counts. */
double matplot_top(const struct matplot *p, const struct model *m);

#endif
