/* Ways to part a picture between two feet: what is worth judging, and its cells by side.
 * Does not hold them against a model (feet.c does).
 * Two feet are bodies that a straight line can part, so every line that leaves little load on
 * itself is a candidate; feet that hook into each other are parted by whole components. */
#ifndef STANCE_CORE_SPLIT_H
#define STANCE_CORE_SPLIT_H

#include "src/core/feet.h"
#include "src/core/fit.h"

#define SPLIT_N          20   /* candidates that are kept */
#define SPLIT_CUT_WEIGHT 1.5  /* match lost per share of load that the line crosses */
#define SPLIT_CUT_PART   0.25 /* match lost when a component is cut at all */

/* The picture's load and its centre. */
struct split_whole {
	double load;
	double x_mm, y_mm;
};

/* One way to part the picture. */
struct split {
	struct feet_parting at;
	double quick; /* lower is better */
	double mass;  /* share of the load on the negative side, */
	double mx,
		my; /* and its moments about the picture's centre, by half a stance */
};

/* Return the load of a picture of at least one cell, and its centre. */
struct split_whole split_weigh(const struct feet_picture *p);

/* Write the best candidates that differ; returns how many. */
int split_find(const struct feet_picture *p, const struct split_whole *whole,
	struct split best[SPLIT_N]);

/* Return how much two splits differ, 0 if they part the same; the line's sense is no matter. */
double split_apart(const struct split *a, const struct split *b);

/* Copy the picture's cells to its scratch, parted: side[1] is positive. Cells of cut components
 * that lie on the line go to both, by area. `cut`: load on the line; `touch`: is a component
 * cut? */
void split_cells(const struct feet_picture *p, const struct feet_parting *at,
	struct fit_cells side[2], double *cut, bool *touch);

/* Return the distance of a place from the line, above 0 on its positive side. */
static inline double split_signed_mm(const struct feet_line *line, double x, double y)
{
	return line->nx * x + line->ny * y - line->offset_mm;
}

/* Return whether a cell's centre is on the positive side. */
static inline bool split_is_positive(
	const struct feet_picture *p, const struct feet_parting *at, int i)
{
	if (at->by_parts)
		return at->positive >> p->part[i] & 1;
	return split_signed_mm(&at->line, (double)p->x_mm[i], (double)p->y_mm[i]) > 0.0;
}

#endif
