#include "ui/plots/heatmap.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cells of zeros on each side, so that no pixel needs a check. */
#define PAD 2

void heatmap_fini(struct heatmap *h)
{
	free(h->cells);
	free(h->sides);
	free(h->line);
	free(h->line_slope);
	free(h->x_taps);
	free(h->y_taps);
	*h = (struct heatmap){ 0 };
}

/* Cubic convolution at fraction t of the way from the second cell to the third. */
static void cubic(float t, float pixels_per_cell, struct heatmap_tap *tap)
{
	float t2 = t * t, t3 = t2 * t;

	tap->weight[0] = 0.5F * (-t3 + 2 * t2 - t);
	tap->weight[1] = 0.5F * (3 * t3 - 5 * t2 + 2);
	tap->weight[2] = 0.5F * (-3 * t3 + 4 * t2 + t);
	tap->weight[3] = 0.5F * (t3 - t2);
	tap->slope[0] = 0.5F * (-3 * t2 + 4 * t - 1) / pixels_per_cell;
	tap->slope[1] = 0.5F * (9 * t2 - 10 * t) / pixels_per_cell;
	tap->slope[2] = 0.5F * (-9 * t2 + 8 * t + 1) / pixels_per_cell;
	tap->slope[3] = 0.5F * (3 * t2 - 2 * t) / pixels_per_cell;
}

static void make_taps(struct heatmap_tap *taps, int n_pixels, int n_cells, bool smooth)
{
	float pixels_per_cell = (float)n_pixels / (float)n_cells;

	for (int i = 0; i < n_pixels; i++) {
		float at = ((float)i + 0.5F) / pixels_per_cell;
		int below = (int)floorf(at - 0.5F);
		taps[i] = (struct heatmap_tap){ .nearest = (int)at };
		if (taps[i].nearest >= n_cells)
			taps[i].nearest = n_cells - 1;
		if (smooth) {
			taps[i].first = below - 1 + PAD;
			cubic(at - 0.5F - (float)below, pixels_per_cell, &taps[i]);
		} else {
			taps[i].first = taps[i].nearest + PAD - 1;
			taps[i].weight[1] = 1;
		}
	}
}

int heatmap_init(
	struct heatmap *h, int n_rows, int n_cols, int width, int height, bool smooth)
{
	struct heatmap made = { .n_rows = n_rows,
		.n_cols = n_cols,
		.w = width,
		.h = height,
		.smooth = smooth };
	size_t padded_cols;

	if (n_rows < 1 || n_cols < 1 || width < 1 || height < 1)
		return -EINVAL;
	padded_cols = (size_t)n_cols + 2 * PAD;
	made.cells = calloc(((size_t)n_rows + 2 * PAD) * padded_cols, sizeof(float));
	made.sides = calloc((size_t)n_rows * (size_t)n_cols, 1);
	made.line = calloc(padded_cols, sizeof(float));
	made.line_slope = calloc(padded_cols, sizeof(float));
	made.x_taps = calloc((size_t)width, sizeof(*made.x_taps));
	made.y_taps = calloc((size_t)height, sizeof(*made.y_taps));
	if (!made.cells || !made.sides || !made.line || !made.line_slope ||
		!made.x_taps || !made.y_taps) {
		heatmap_fini(&made);
		return -ENOMEM;
	}
	make_taps(made.x_taps, width, n_cols, smooth);
	make_taps(made.y_taps, height, n_rows, smooth);
	heatmap_fini(h);
	*h = made;
	return 0;
}

void heatmap_set(struct heatmap *h, const float *values, float scale)
{
	int stride = h->n_cols + 2 * PAD;

	for (int row = 0; row < h->n_rows; row++) {
		float *to = &h->cells[(row + PAD) * stride + PAD];
		const float *from = &values[row * h->n_cols];
		for (int col = 0; col < h->n_cols; col++) {
			float v = from[col] * scale;
			to[col] = v > 0 ? (v < 1 ? v : 1) : 0; /* NaN becomes 0 */
		}
	}
}

/* Interpolate one row of pixels down to cells' columns; returns the first and last column that
 * hold anything, first > last if none. */
static void make_line(
	const struct heatmap *h, const struct heatmap_tap *tap, int *first, int *last)
{
	int stride = h->n_cols + 2 * PAD;
	const float *rows = &h->cells[tap->first * stride];

	*first = stride;
	*last = -1;
	for (int k = 0; k < stride; k++) {
		float v0 = rows[k], v1 = rows[stride + k];
		float v2 = rows[2 * stride + k], v3 = rows[3 * stride + k];
		h->line[k] = v0 * tap->weight[0] + v1 * tap->weight[1] +
			     v2 * tap->weight[2] + v3 * tap->weight[3];
		h->line_slope[k] = v0 * tap->slope[0] + v1 * tap->slope[1] +
				   v2 * tap->slope[2] + v3 * tap->slope[3];
		if (v0 + v1 + v2 + v3 > 0) {
			*first = *first < k ? *first : k;
			*last = k;
		}
	}
}

static inline float tap4(const float *line, const float weight[4])
{
	return line[0] * weight[0] + line[1] * weight[1] + line[2] * weight[2] +
	       line[3] * weight[3];
}

static uint32_t mix(uint32_t under, uint32_t over, float t)
{
	uint32_t a = (uint32_t)(t * 256.0F), out = UINT32_C(0xFF000000);

	for (int shift = 0; shift <= 16; shift += 8) {
		uint32_t u = (under >> shift) & 0xFF, o = (over >> shift) & 0xFF;
		out |= ((u * (256 - a) + o * a) >> 8) << shift;
	}
	return out;
}

/* Return how much of the pixel the contour covers: distance is |value - level| over slope. */
static float contour_cover(const struct heatmap *h, const struct heatmap_paint *paint,
	const struct heatmap_tap *tap, float v)
{
	float dx = tap4(&h->line[tap->first], tap->slope);
	float dy = tap4(&h->line_slope[tap->first], tap->weight);
	float slope = sqrtf(dx * dx + dy * dy);
	float cover;

	if (slope < 1e-6F)
		return 0;
	cover = 0.5F * paint->outline_width_px + 0.5F -
		fabsf(v - paint->outline_at) / slope;
	return cover > 0 ? (cover < 1 ? cover : 1) : 0;
}

static void draw_row(const struct heatmap *h, const struct heatmap_paint *paint,
	const uint8_t *sides, int from, int to, uint32_t *pixels)
{
	const float top = (float)(HEATMAP_LUT_SIZE - 1);
	const float near = h->smooth ? paint->outline_at : -1;

	for (int x = from; x < to; x++) {
		const struct heatmap_tap *tap = &h->x_taps[x];
		float v = tap4(&h->line[tap->first], tap->weight);
		int index = v > 0 ? (int)(v * top + 0.5F) : 0;
		uint32_t outline;
		if (index > 0)
			pixels[x] = paint->lut[index < HEATMAP_LUT_SIZE
						       ? index
						       : HEATMAP_LUT_SIZE - 1];
		/* Only values within reach of the contour are worth a square root. */
		if (near < 0 || v > near + 0.25F || v < near - 0.25F)
			continue;
		outline = paint->outline[sides[tap->nearest]];
		if (outline != 0) {
			float cover = contour_cover(h, paint, tap, v);
			if (cover > 0)
				pixels[x] = mix(pixels[x], outline, cover);
		}
	}
}

void heatmap_draw(
	const struct heatmap *h, const struct heatmap_paint *paint, uint32_t *pixels)
{
	for (int y = 0; y < h->h; y++) {
		const struct heatmap_tap *tap = &h->y_taps[y];
		int first, last, from, to;
		make_line(h, tap, &first, &last);
		if (first > last)
			continue;
		/* Pixels of the cells first-2..last+2, which is as far as the taps reach. */
		from = (first - PAD - 2) * h->w / h->n_cols;
		to = (last - PAD + 3) * h->w / h->n_cols + 1;
		draw_row(h, paint, &h->sides[tap->nearest * h->n_cols],
			from > 0 ? from : 0, to < h->w ? to : h->w, &pixels[y * h->w]);
	}
}
