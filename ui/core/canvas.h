/* A picture in memory with anti-aliased discs, rings and lines: everything that is not text or
 * a plain rectangle. Drawn by the processor, so that every renderer shows the same pixels.
 * Does not know SDL (its triangles have hard edges) and allocates only in canvas_resize().
 * Follows docs/screens.md ("Drawing"): coverage is one minus the distance to the shape's edge. */
#ifndef STANCE_UI_CANVAS_H
#define STANCE_UI_CANVAS_H

#include <stdint.h>

#include "ui/core/rect.h"

/* Starts zeroed; caller-owned. `version` changes whenever the pixels may have, to a number that no
 * canvas ever had. */
struct canvas {
	uint32_t *pixels; /* 0xAARRGGBB, w * h, top row first */
	uint8_t *cover;   /* w * h, scratch of canvas_strip(): zero between calls */
	int w, h;
	uint32_t version;
	uint64_t hash;           /* of the pixels when canvas_seal() last saw them, */
	uint32_t sealed_version; /* whose version was this; 0 never */
};

/* A point of a strip, pixels (0, 0 is the corner of the first pixel), and its opacity 0..1. */
struct canvas_point {
	float x, y, alpha;
};

/* Make the canvas w x h, transparent. Returns 0 or -ENOMEM (unchanged). */
int canvas_resize(struct canvas *c, int w, int h);
void canvas_fini(struct canvas *c);

/* Say that the pixels may have changed: for who writes them directly. */
void canvas_touch(struct canvas *c);

/* Say that the picture is whole: one that is as at the last time has the version that it had then. */
void canvas_seal(struct canvas *c);

/* Make every pixel `color`. */
void canvas_fill(struct canvas *c, uint32_t color);

/* Blend a disc, or a ring of `thickness` inside `radius`, over the pixels. */
void canvas_disc(struct canvas *c, float x, float y, float radius, uint32_t color);
void canvas_ring(struct canvas *c, float x, float y, float radius, float thickness,
	uint32_t color);

/* Blend the part of a ring that runs clockwise from the top by `sweep` (0..1) of a turn. */
void canvas_arc(struct canvas *c, float x, float y, float radius, float thickness,
	float sweep, uint32_t color);

/* Blend a line strip of `width` pixels with round joins and a feathered edge; where it crosses
 * itself the more opaque part wins, so that nothing shows at the joins. */
void canvas_strip(struct canvas *c, const struct canvas_point *points, int n_points,
	float width, uint32_t color);

/* Write a white picture of a disc (`thickness` 0) or a ring whose alpha is the coverage, into
 * `pixels` of side * side. */
void canvas_mask(uint32_t *pixels, int side, float radius, float thickness);

#endif
