/* Cells to pixels: the interpolated, coloured picture of the pressures under the feet.
 * Does no measuring: numbers never come from what is smoothed here.
 * Follows Keys 1981 (cubic convolution, a = -1/2): the picture passes through every cell's own
 * value at that cell's centre. All tables are made in advance; drawing allocates nothing. */
#ifndef STANCE_UI_HEATMAP_H
#define STANCE_UI_HEATMAP_H

#include <stdbool.h>
#include <stdint.h>

/* Entries of a colour table; entry 0 is "no contact" and never painted. */
#define HEATMAP_LUT_SIZE 1024

/* Side of a cell: whose outline it belongs to. */
enum heatmap_side {
	HEATMAP_NOBODY,
	HEATMAP_LEFT,
	HEATMAP_RIGHT,
	HEATMAP_UNKNOWN,
	HEATMAP_N_SIDES,
};

/* Weights of the four cells around one pixel along one axis. */
struct heatmap_tap {
	int first;   /* first of the four, in padded cells */
	int nearest; /* cell the pixel lies in */
	float weight[4];
	float slope[4]; /* derivative of the weights, per pixel */
};

/* Caller-owned; zero before the first heatmap_init(). */
struct heatmap {
	int n_rows, n_cols, w, h;
	bool smooth;
	float *cells; /* (n_rows + 4) * (n_cols + 4), zero-padded, 0..1 of the scale */
	uint8_t *sides;    /* n_rows * n_cols, enum heatmap_side */
	float *line;       /* n_cols + 4: one row of pixels, by columns of cells */
	float *line_slope; /* n_cols + 4 */
	struct heatmap_tap *x_taps; /* w */
	struct heatmap_tap *y_taps; /* h */
};

/* How to paint: `lut` (HEATMAP_LUT_SIZE) by value; outline colours by side, 0 for none. */
struct heatmap_paint {
	const uint32_t *lut;
	uint32_t outline[HEATMAP_N_SIDES];
	float outline_at; /* value of the contour, 0..1 */
	float outline_width_px;
};

/* Make the tables for n_rows x n_cols cells shown as w x h pixels; `smooth` false shows each
 * cell as a plain rectangle. Returns 0; -EINVAL for a size below 1; -ENOMEM. */
int heatmap_init(
	struct heatmap *h, int n_rows, int n_cols, int width, int height, bool smooth);
void heatmap_fini(struct heatmap *h);

/* Take over one frame: `values` (n_rows * n_cols, row-major) times `scale` is 0..1 of the colour
 * scale; above 1 counts as 1. */
void heatmap_set(struct heatmap *h, const float *values, float scale);

/* Paint over `pixels` (w * h), which hold the empty mat; pixels without contact are left alone. */
void heatmap_draw(
	const struct heatmap *h, const struct heatmap_paint *paint, uint32_t *pixels);

#endif
