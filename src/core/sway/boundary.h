/* Time to boundary: when the COP would leave the base of support if it went on as it moves now.
 * Does not find the base of support; needs a convex outline.
 * van Wegen et al. 2002 (Hum Mov Sci 21:61) after Riccio 1993: constant velocity, which is the
 * central difference. */
#ifndef STANCE_CORE_SWAY_BOUNDARY_H
#define STANCE_CORE_SWAY_BOUNDARY_H

/* A convex outline, corners counter-clockwise; n >= 3. Borrowed. */
struct boundary_outline {
	int n;
	const double *x, *y;
};

struct boundary {
	double mean_minimum_s; /* mean of the local minima; NaN without any */
	double minimum_s;      /* the shortest; NaN if the COP never moves */
};

/* Return the time from (x, y) at velocity (vx, vy) a second to the outline; 0 outside of it,
 * INFINITY without movement. Any unit of length. */
double boundary_time(const struct boundary_outline *outline, double x, double y,
	double vx, double vy);

/* Measure a series x, y (n), to which (off_x, off_y) is added to be where the outline is. A local
 * minimum is shorter than the times before and after it. */
void boundary_measure(const struct boundary_outline *outline, const double *x,
	const double *y, int n, double off_x, double off_y, double rate_hz,
	struct boundary *out);

#endif
