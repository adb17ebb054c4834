/* The sole of one foot: a continuous pressure field on a fine grid in the foot's own frame, and how
 * it carries a given force at a given centre of pressure.
 * Does not know mats, cells or bodies.
 * Follows docs/simulator.md: regions of the plantar surface as smooth bumps; the field is tilted by
 * an exponential, so that pressure is never negative.
 *
 * The foot's frame: u to the person's right, v forward along the foot, millimetres, origin at the
 * rear end of the heel's contact on the foot's axis. */
#ifndef STANCE_HW_SIM_SOLE_H
#define STANCE_HW_SIM_SOLE_H

#include <stdbool.h>

#include "src/core/geometry.h"

#define SOLE_PITCH_MM 2.5

/* What a foot looks like. */
struct sole_shape {
	bool left;
	double length_mm; /* 120..340, of the contact from heel to toes */
	double width_mm;  /* 40..160, across the ball */
	double arch_frac; /* 0 flat .. 1 high: heel and forefoot apart */
	bool heel_raised; /* only the forefoot and the toes touch */
	bool seat; /* no foot at all but half of whom sits there: buttock and thigh */
};

struct sole {
	struct sole_shape shape;
	int n_u, n_v;          /* grid, u fastest */
	double u0_mm, v0_mm;   /* centre of its first point */
	double *rest;          /* n_u * n_v: the untilted field, sum 1 */
	double *force_n;       /* n_u * n_v: what sole_press() left there */
	double *work;          /* n_u + n_v: the tilt along each axis */
	int *first, *last;     /* n_v: touching points of each row, last excluded */
	struct pos_mm neutral; /* COP of the untilted field */
	double hull_u_mm[64], hull_v_mm[64]; /* what it can carry: a convex outline */
	int n_hull;
	double tilt_u,
		tilt_v; /* of the last press, 1/mm: where the next search starts */
};

/* Build a sole on the heap; sole_free() it. Returns 0, -EINVAL for a shape out of range,
 * -ENOMEM. */
int sole_new(const struct sole_shape *shape, struct sole **out);

/* Free; NULL does nothing. */
void sole_free(struct sole *sole);

/* Return the centre of a grid point in the foot's frame. */
static inline double sole_u_mm(const struct sole *s, int i)
{
	return s->u0_mm + i * SOLE_PITCH_MM;
}

static inline double sole_v_mm(const struct sole *s, int k)
{
	return s->v0_mm + k * SOLE_PITCH_MM;
}

/* Move `cop` (foot's frame) along the line to the neutral COP until the sole can carry it. */
struct pos_mm sole_reach(const struct sole *sole, struct pos_mm cop);

/* Put `force_n` (>= 0) on the sole with its COP at `cop` (foot's frame), or as near as it can
 * carry; force_n[] then sums to it. Returns the COP of that field. */
struct pos_mm sole_press(struct sole *sole, double force_n, struct pos_mm cop);

/* Return the share of the last press that lies ahead of half the foot's length. */
double sole_fore_frac(const struct sole *sole);

#endif
