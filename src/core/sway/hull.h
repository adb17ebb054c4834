/* The convex hull of points in a plane, its area and its diameter.
 * Does not keep points on an edge: corners only, to within rounding.
 * Monotone chain (Andrew 1979, Inf Process Lett 9:216) after setting aside what lies inside the
 * eight outermost points (Akl & Toussaint 1978, ibid. 7:219); diameter by rotating calipers
 * (Shamos 1978). O(n log n). */
#ifndef STANCE_CORE_SWAY_HULL_H
#define STANCE_CORE_SWAY_HULL_H

#include <stddef.h>

struct hull_point {
	double x, y;
};

/* Return the bytes that hull_find() needs for n points, n >= 0. */
size_t hull_size(int n);

/* Find the hull of the points x, y (n >= 1 each, finite). `memory`: hull_size() bytes, aligned
 * to CARVE_ALIGNMENT. `*corners` points into it, counter-clockwise (x to the right, y up), no
 * corner twice. Returns their number: 1 for points all alike, 2 if they lie on a line. */
int hull_find(const double *x, const double *y, int n, void *memory,
	const struct hull_point **corners);

/* Return the area that n corners enclose, in their order: positive counter-clockwise. */
double hull_area(const struct hull_point *corners, int n);

/* Return the largest distance between two of n corners of a convex, counter-clockwise polygon. */
double hull_diameter(const struct hull_point *corners, int n);

#endif
