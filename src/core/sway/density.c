#include "src/core/sway/density.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "src/base/root_sum_sq.h"
#include "src/core/carve.h"
#include "src/core/sway/filter.h"

#define CUTOFF_HZ 2.5   /* Quijoux et al. 2021 */
#define ROUNDING  1e-12 /* of a distance: far more than it can be */
#define TOGETHER  6     /* chosen: samples that share a stretch */
#define LEAF      16    /* chosen: samples of a smallest box */

/* A tree of bounding boxes over the samples: level 0 has one box for LEAF samples, each level
 * above one for two below, all levels one after the other. */
struct box {
	double x_from, x_to, y_from, y_to;
};

#define MAX_LEVELS 32

struct tree {
	const double *x, *y;
	int n;
	double square; /* of the radius */
	int n_levels;
	int n_boxes[MAX_LEVELS];
	struct box *levels[MAX_LEVELS];
};

static size_t lay_out(
	struct tree *tree, int n, void *memory, double **curve, double **wide)
{
	struct carve c = { .memory = memory };
	int n_boxes = (n + LEAF - 1) / LEAF;

	tree->n = n;
	tree->n_levels = 0;
	for (bool top = false; !top; n_boxes = (n_boxes + 1) / 2) {
		int level = tree->n_levels++;

		tree->n_boxes[level] = n_boxes;
		tree->levels[level] =
			carve_take(&c, (size_t)n_boxes * sizeof(struct box));
		top = n_boxes <= 1;
	}
	*curve = carve_take(&c, (size_t)n * sizeof(**curve));
	*wide = carve_take(&c, ((size_t)n + 2 * FILTER_BUTTER4_PAD) * sizeof(**wide));
	return c.used;
}

size_t density_size(int n)
{
	struct tree tree;
	double *curve, *wide;

	return lay_out(&tree, n, NULL, &curve, &wide);
}

/* Neither is NaN; unlike fmin() and fmax(), no calls. */
static double smaller(double a, double b)
{
	return b < a ? b : a;
}

static double larger(double a, double b)
{
	return b > a ? b : a;
}

static void widen(struct box *box, const struct box *by)
{
	box->x_from = smaller(box->x_from, by->x_from);
	box->x_to = larger(box->x_to, by->x_to);
	box->y_from = smaller(box->y_from, by->y_from);
	box->y_to = larger(box->y_to, by->y_to);
}

/* The number after `v` (positive) in the order of doubles, or before it. */
static double neighbour(double v, int step)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	bits += (uint64_t)step;
	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* Return the largest number whose root, rounded, is at most `radius`: squares up to it are within
 * to the last bit, and no root needs to be taken. */
static double largest_square(double radius)
{
	double square = radius * radius;

	if (!(square > DBL_MIN && square < DBL_MAX))
		return square;
	while (sqrt(square) > radius)
		square = neighbour(square, -1);
	while (sqrt(neighbour(square, 1)) <= radius)
		square = neighbour(square, 1);
	return square;
}

static void build(struct tree *tree)
{
	for (int i = 0; i < tree->n; i++) {
		struct box point = { tree->x[i], tree->x[i], tree->y[i], tree->y[i] };

		if (i % LEAF == 0)
			tree->levels[0][i / LEAF] = point;
		else
			widen(&tree->levels[0][i / LEAF], &point);
	}
	for (int level = 1; level < tree->n_levels; level++)
		for (int i = 0; i < tree->n_boxes[level]; i++) {
			const struct box *below =
				tree->levels[level - 1] + 2 * (size_t)i;

			tree->levels[level][i] = below[0];
			if (2 * i + 1 < tree->n_boxes[level - 1])
				widen(&tree->levels[level][i], &below[1]);
		}
}

static double distance_squared(const struct tree *t, int centre, int i)
{
	double dx = t->x[i] - t->x[centre], dy = t->y[i] - t->y[centre];

	return dx * dx + dy * dy;
}

static bool is_within(const struct tree *t, int centre, int i)
{
	return distance_squared(t, centre, i) <= t->square;
}

/* All of a box is within the radius. Rounding is monotone: no sample in it can disagree. */
static bool box_is_within(const struct tree *t, int centre, const struct box *box)
{
	double x = t->x[centre], y = t->y[centre];
	double dx = larger(x - box->x_from, box->x_to - x);
	double dy = larger(y - box->y_from, box->y_to - y);

	return dx * dx + dy * dy <= t->square;
}

/* Climb from leaf box `i` to the largest box that begins there and is within; returns how many
 * leaf boxes are within from there on, 0 if not even one. */
static int leaves_within(const struct tree *t, int centre, int i, int step)
{
	int n = 0;

	for (int level = 0; level < t->n_levels; level++) {
		int at = i >> level;
		bool begins =
			step > 0 ? at << level == i : ((at + 1) << level) - 1 == i;

		if (!begins || at >= t->n_boxes[level] ||
			!box_is_within(t, centre, &t->levels[level][at]))
			break;
		n = 1 << level;
	}
	return n;
}

/* Return the first sample from `i` on, in the direction of `step`, that is not within of `centre`;
 * n or -1 if all are. The last leaf may be cut short, but no samples follow it. */
static int first_outside(const struct tree *t, int centre, int i, int step)
{
	while (i >= 0 && i < t->n) {
		bool at_border = step > 0 ? i % LEAF == 0 : i % LEAF == LEAF - 1;
		int skip = at_border ? leaves_within(t, centre, i / LEAF, step) : 0;

		if (skip > 0)
			i += step * skip * LEAF;
		else if (is_within(t, centre, i))
			i += step;
		else
			return i;
	}
	return step > 0 ? t->n : -1;
}

/* Find a stretch, from + 1 .. to - 1, all of which is within for every one of the samples
 * first..last: what is so close to the one in their middle that, by the triangle's inequality, none
 * of the others can be further than the radius. */
static void find_common(
	struct tree *t, double radius, int first, int last, int *from, int *to)
{
	int middle = (first + last) / 2;
	double square = t->square, away = 0.0, rest;

	for (int i = first; i <= last; i++)
		away = larger(away, distance_squared(t, middle, i));
	rest = radius * (1.0 - ROUNDING) - sqrt(away);
	*from = *to = middle;
	if (!(rest > 0.0))
		return;
	t->square = rest * rest;
	*from = first_outside(t, middle, middle - 1, -1);
	*to = first_outside(t, middle, middle + 1, 1);
	t->square = square;
}

void density_counts(const double *x, const double *y, int n, double radius,
	void *memory, double *counts)
{
	struct tree tree = { .x = x, .y = y, .square = largest_square(radius) };
	double *curve, *wide;

	(void)lay_out(&tree, n, memory, &curve, &wide);
	build(&tree);
	for (int first = 0; first < n - 1; first += TOGETHER) {
		int last = first + TOGETHER < n - 1 ? first + TOGETHER - 1 : n - 2;
		int from, to;

		find_common(&tree, radius, first, last, &from, &to);
		for (int i = first; i <= last; i++) {
			bool shares = from < i && i < to;
			int ahead = first_outside(&tree, i, shares ? to : i + 1, 1);
			int behind = first_outside(&tree, i, shares ? from : i - 1, -1);

			counts[i] = ahead - behind - 2;
		}
	}
}

static void read_peaks(const double *curve, int n, const double *x, const double *y,
	struct density *out)
{
	double heights = 0.0, ways = 0.0;
	int n_peaks = 0, last = 0;

	for (int i = 1; i + 1 < n; i++) {
		if (!(curve[i] > curve[i - 1] && curve[i] > curve[i + 1]))
			continue;
		if (n_peaks > 0)
			ways += root_sum_sq(x[i] - x[last], y[i] - y[last]);
		heights += curve[i];
		last = i;
		n_peaks++;
	}
	out->n_peaks = n_peaks;
	out->peak_s = n_peaks > 0 ? heights / n_peaks : NAN;
	out->distance = n_peaks > 1 ? ways / (n_peaks - 1) : NAN;
}

/* A filtered constant has peaks too, made of rounding. */
static bool is_flat(const double *curve, int n)
{
	for (int i = 1; i < n; i++)
		if (curve[i] != curve[0])
			return false;
	return true;
}

int density_measure(const double *x, const double *y, int n, double rate_hz,
	double radius, void *memory, struct density *out)
{
	struct filter low_pass;
	struct tree tree;
	double *curve, *wide;

	if (n - 1 <= FILTER_BUTTER4_PAD)
		return -ENODATA;
	if (!(rate_hz > 2.0 * CUTOFF_HZ))
		return -EINVAL;
	(void)lay_out(&tree, n, memory, &curve, &wide);
	density_counts(x, y, n, radius, memory, curve);
	if (is_flat(curve, n - 1)) {
		*out = (struct density){ 0, NAN, NAN };
		return 0;
	}
	for (int i = 0; i < n - 1; i++)
		curve[i] /= rate_hz;
	low_pass = filter_butter4(CUTOFF_HZ, rate_hz);
	filter_both_ways(&low_pass, FILTER_BUTTER4_PAD, curve, n - 1, wide);
	read_peaks(curve, n - 1, x, y, out);
	return 0;
}
