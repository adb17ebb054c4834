#include "src/core/sway/hull.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "src/base/root_sum_sq.h"
#include "src/core/carve.h"

#define N_DIRECTIONS 8

/* The chain has room for every point on the way there and on the way back: of points nearly on a line
 * rounding may keep some on both. */
size_t hull_size(int n)
{
	struct carve c = { .memory = NULL };

	(void)carve_take(&c, (size_t)n * sizeof(struct hull_point));
	(void)carve_take(&c, 2 * (size_t)n * sizeof(struct hull_point));
	return c.used;
}

/* Twice the area of the triangle a, b, c: positive if c lies left of the way from a to b. */
static double turn(struct hull_point a, struct hull_point b, struct hull_point c)
{
	return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/* c lies left of the way from a to b by more than rounding can make of a straight one: each
 * product is within 1.5 epsilon of its own size. */
static bool turns_left(struct hull_point a, struct hull_point b, struct hull_point c)
{
	double one = (b.x - a.x) * (c.y - a.y), other = (b.y - a.y) * (c.x - a.x);

	return one - other > 4.0 * DBL_EPSILON * (fabs(one) + fabs(other));
}

static bool comes_before(struct hull_point a, struct hull_point b)
{
	return a.x < b.x || (a.x == b.x && a.y < b.y);
}

/* Find the outermost points in eight directions, counter-clockwise from +x. */
static void find_outermost(
	const double *x, const double *y, int n, struct hull_point *outer)
{
	static const double dx[] = { 1, 1, 0, -1, -1, -1, 0, 1 };
	static const double dy[] = { 0, 1, 1, 1, 0, -1, -1, -1 };

	for (int d = 0; d < N_DIRECTIONS; d++) {
		double most = -INFINITY;

		for (int i = 0; i < n; i++) {
			double along = dx[d] * x[i] + dy[d] * y[i];

			if (along > most) {
				most = along;
				outer[d] = (struct hull_point){ x[i], y[i] };
			}
		}
	}
}

/* Copy what is not strictly inside the eight outermost points; returns how many. */
static int set_aside(const double *x, const double *y, int n, struct hull_point *kept)
{
	struct hull_point outer[N_DIRECTIONS];
	int n_kept = 0;

	find_outermost(x, y, n, outer);
	for (int i = 0; i < n; i++) {
		struct hull_point p = { x[i], y[i] };
		bool inside = true;

		for (int d = 0; d < N_DIRECTIONS && inside; d++) {
			struct hull_point a = outer[d],
					  b = outer[(d + 1) % N_DIRECTIONS];

			/* a direction that shares its point with the next is no edge */
			inside = (a.x == b.x && a.y == b.y) || turn(a, b, p) > 0.0;
		}
		if (!inside || n_kept == 0)
			kept[n_kept++] = p;
	}
	return n_kept;
}

static void sift_down(struct hull_point *p, int i, int n)
{
	struct hull_point moved = p[i];

	for (int child = 2 * i + 1; child < n; child = 2 * i + 1) {
		if (child + 1 < n && comes_before(p[child], p[child + 1]))
			child++;
		if (!comes_before(moved, p[child]))
			break;
		p[i] = p[child];
		i = child;
	}
	p[i] = moved;
}

/* Heapsort (Williams 1964): in place, never quadratic, and calls nothing that allocates. */
static void sort(struct hull_point *p, int n)
{
	for (int i = n / 2 - 1; i >= 0; i--)
		sift_down(p, i, n);
	for (int last = n - 1; last > 0; last--) {
		struct hull_point most = p[0];

		p[0] = p[last];
		p[last] = most;
		sift_down(p, 0, last);
	}
}

/* Put p behind n corners, of which those from `bottom` on may fall away; returns their number. */
static int push(struct hull_point *chain, int n, int bottom, struct hull_point p)
{
	while (n - bottom >= 2 && !turns_left(chain[n - 2], chain[n - 1], p))
		n--;
	chain[n] = p;
	return n + 1;
}

int hull_find(const double *x, const double *y, int n, void *memory,
	const struct hull_point **corners)
{
	struct carve c = { .memory = memory };
	struct hull_point *kept = carve_take(&c, (size_t)n * sizeof(*kept));
	struct hull_point *chain = carve_take(&c, 2 * (size_t)n * sizeof(*chain));
	int n_kept = set_aside(x, y, n, kept), n_chain = 0, n_lower;

	sort(kept, n_kept);
	for (int i = 0; i < n_kept; i++)
		n_chain = push(chain, n_chain, 0, kept[i]);
	n_lower = n_chain;
	for (int i = n_kept - 2; i >= 0; i--)
		n_chain = push(chain, n_chain, n_lower - 1, kept[i]);
	if (n_chain > 1) /* the first point closes the chain */
		n_chain--;
	if (n_chain == 2 && chain[0].x == chain[1].x && chain[0].y == chain[1].y)
		n_chain = 1;
	*corners = chain;
	return n_chain;
}

double hull_area(const struct hull_point *corners, int n)
{
	double sum = 0.0;

	for (int i = 1; i + 1 < n; i++)
		sum += turn(corners[0], corners[i], corners[i + 1]);
	return 0.5 * sum;
}

static double distance(struct hull_point a, struct hull_point b)
{
	return root_sum_sq(a.x - b.x, a.y - b.y);
}

double hull_diameter(const struct hull_point *corners, int n)
{
	double most = n > 1 ? distance(corners[0], corners[1]) : 0.0;
	int j = 1;

	for (int i = 0; i < n && n > 2; i++) {
		struct hull_point a = corners[i], b = corners[(i + 1) % n];

		/* walk to the corner farthest from edge a-b; one beyond is looked at as well,
		 * for edges that are parallel but for rounding */
		for (;; j = (j + 1) % n) {
			struct hull_point p = corners[j], next = corners[(j + 1) % n];

			most = fmax(most, fmax(distance(a, p), distance(b, p)));
			if (!(turn(a, b, next) > turn(a, b, p))) {
				most = fmax(most,
					fmax(distance(a, next), distance(b, next)));
				break;
			}
		}
	}
	return most;
}
