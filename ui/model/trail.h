/* The last seconds of the centre of pressure, to be drawn as a fading line.
 * Computes no sway measure: that is the analysis' work.
 * Follows docs/screens.md ("Sway"). */
#ifndef STANCE_UI_TRAIL_H
#define STANCE_UI_TRAIL_H

#include <stdint.h>

#include "src/core/geometry.h"

/* Room for ten seconds at 100 samples a second. */
#define TRAIL_MAX_POINTS 1024

/* Where the centre of pressure was, mat plane. */
struct trail_point {
	int64_t t_ns;
	struct pos_mm at;
};

/* A ring, caller-owned; zeroed is empty. */
struct trail {
	struct trail_point points[TRAIL_MAX_POINTS];
	int first, n_points;
};

/* Forget all points. */
void trail_clear(struct trail *trail);

/* Add a point; NaN ends the line (clears), as does time going back or a hole of more than half
 * a second. The oldest point goes when there is no room. */
void trail_push(struct trail *trail, int64_t t_ns, struct pos_mm at);

/* Forget what is older than `oldest_ns`. */
void trail_drop(struct trail *trail, int64_t oldest_ns);

/* Return point `i`, 0 the oldest. */
const struct trail_point *trail_at(const struct trail *trail, int i);

/* Find the middle and the half-size of the box that holds the points; zeros when empty. */
void trail_bounds(const struct trail *trail, struct pos_mm *middle, double *half_mm);

#endif
