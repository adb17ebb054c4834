#include "src/core/split.h"

#include <math.h>
#include <string.h>

#include "src/base/root_sum_sq.h"

/* All chosen on the scenes of tests/support/scene.c; docs/feet.md says what each step is for. */
#define N_ANGLES    24    /* of the line: 7.5 degrees apart */
#define N_BINS      512   /* of the projection: half a cell each, wider on large mats */
#define N_PER_ANGLE 5     /* valleys looked at for one angle */
#define LEAST_SHARE 0.002 /* of the load: a foot lighter than this is not looked for */
#define SAME_SHARE  0.002 /* splits closer than this are the same */
#define REACH_MM    150.0 /* a moment's unit: about half a stance */
#define LARGE_PART  0.03 /* of the load: components whose every grouping is looked at, */
#define MAX_LARGE   6    /* at most so many of them */
#define NECK_REACH  0.65 /* of the pitch: what is this near lies on the line, in part; */
#define NECK_SHARE  0.15 /* of what lies across: less load on the line parts two feet */

struct split_whole split_weigh(const struct feet_picture *p)
{
	struct split_whole w = { 0.0, 0.0, 0.0 };

	for (int i = 0; i < p->n; i++) {
		w.load += (double)p->load[i];
		w.x_mm += (double)(p->load[i] * p->x_mm[i]);
		w.y_mm += (double)(p->load[i] * p->y_mm[i]);
	}
	w.x_mm /= w.load;
	w.y_mm /= w.load;
	return w;
}

/* Weigh both sides of a line that keeps components whole. */
static void weigh_sides(const struct feet_picture *p, const struct feet_parting *at,
	struct split_whole side[2])
{
	memset(side, 0, 2 * sizeof(*side));
	for (int i = 0; i < p->n; i++) {
		struct split_whole *w = &side[at->positive >> p->part[i] & 1];

		w->load += (double)p->load[i];
		w->x_mm += (double)(p->load[i] * p->x_mm[i]);
		w->y_mm += (double)(p->load[i] * p->y_mm[i]);
	}
	for (int s = 0; s < 2; s++) {
		side[s].x_mm /= side[s].load;
		side[s].y_mm /= side[s].load;
	}
}

/* Weigh each component on both sides of a line, and what of it lies on the line. */
static void weigh_parts(const struct feet_picture *p, const struct feet_parting *at,
	double mass[FEET_MAX_PARTS][2], double on[FEET_MAX_PARTS])
{
	double reach = NECK_REACH * p->pitch_mm;

	for (int i = 0; i < p->n; i++) {
		double d = split_signed_mm(
			&at->line, (double)p->x_mm[i], (double)p->y_mm[i]);
		bool side = at->by_parts ? at->positive >> p->part[i] & 1 : d > 0.0;

		mass[p->part[i]][side] += (double)p->load[i];
		if (fabs(d) < reach)
			on[p->part[i]] += (double)p->load[i] * (1.0 - fabs(d) / reach);
	}
}

/* Is what lies across so little of the component that the line only clips it? What hangs on it by
 * less than a neck is the other foot's, that touches it. */
static bool is_clipped(double across, double all, double on)
{
	return across < FEET_SNAP_SHARE * all && on >= NECK_SHARE * across;
}

void feet_judge_parts(
	const struct feet_picture *p, const struct feet_parting *at, int8_t *whole)
{
	double mass[FEET_MAX_PARTS][2] = { { 0.0 } };
	double on[FEET_MAX_PARTS] = { 0.0 };

	weigh_parts(p, at, mass, on);
	for (int k = 0; k < p->n_parts; k++) {
		double all = mass[k][0] + mass[k][1];

		whole[k] = 0;
		if (at->by_parts)
			whole[k] = mass[k][1] > 0.0 ? 1 : -1;
		else if (is_clipped(mass[k][0], all, on[k]))
			whole[k] = 1;
		else if (is_clipped(mass[k][1], all, on[k]))
			whole[k] = -1;
	}
}

/* Return the load that lies on a line. */
static double load_on(const struct feet_picture *p, const struct feet_parting *at)
{
	double half = 0.5 * p->pitch_mm;
	double cut = 0.0;

	for (int i = 0; i < p->n && !at->by_parts; i++) {
		double d = fabs(split_signed_mm(
			&at->line, (double)p->x_mm[i], (double)p->y_mm[i]));

		if (d < half)
			cut += (double)p->load[i] * (1.0 - d / half);
	}
	return cut;
}

/* Give a cell, or a share of it, to one side. */
static void put_cell(
	const struct feet_picture *p, int i, double share, float *at, int *n)
{
	at[*n] = p->x_mm[i];
	at[*n + p->n] = p->y_mm[i];
	at[*n + 2 * p->n] = share < 1.0 ? p->root[i] * sqrtf((float)share) : p->root[i];
	(*n)++;
}

void split_cells(const struct feet_picture *p, const struct feet_parting *at,
	struct fit_cells side[2], double *cut, bool *touch)
{
	int8_t whole[FEET_MAX_PARTS];
	float *to[2] = { p->scratch, p->scratch + 3 * p->n };
	int n[2] = { 0, 0 };
	double reach = 0.5 * p->pitch_mm * (fabs(at->line.nx) + fabs(at->line.ny));

	feet_judge_parts(p, at, whole);
	*cut = load_on(p, at);
	*touch = false;
	for (int k = 0; k < p->n_parts; k++)
		*touch |= whole[k] == 0;
	for (int i = 0; i < p->n; i++) {
		int s = whole[p->part[i]];
		double d = s ? s * reach
			     : split_signed_mm(&at->line, (double)p->x_mm[i],
				       (double)p->y_mm[i]);
		double share;

		if (fabs(d) >= reach) {
			put_cell(p, i, 1.0, to[d > 0.0], &n[d > 0.0]);
			continue;
		}
		share = feet_share(&at->line, (double)p->x_mm[i], (double)p->y_mm[i],
			p->pitch_mm, p->pitch_mm);
		put_cell(p, i, 1.0 - share, to[0], &n[0]);
		put_cell(p, i, share, to[1], &n[1]);
	}
	for (int k = 0; k < 2; k++)
		side[k] = (struct fit_cells){ n[k], to[k], to[k] + p->n,
			to[k] + 2 * p->n, p->cell_mm2, p->pitch_mm };
}

/* Project the load on the line's normal; returns the first bin's place and the bin width. */
static void project(const struct feet_picture *p, double nx, double ny, float *bins,
	double *first, double *width)
{
	double low = INFINITY;
	double high = -INFINITY;

	for (int i = 0; i < p->n; i++) {
		double d = nx * (double)p->x_mm[i] + ny * (double)p->y_mm[i];

		low = d < low ? d : low;
		high = d > high ? d : high;
	}
	*width = fmax(0.5 * p->pitch_mm, (high - low) / (N_BINS - 4));
	*first = low - *width;
	memset(bins, 0, N_BINS * sizeof(*bins));
	for (int i = 0; i < p->n; i++) {
		double d =
			(nx * (double)p->x_mm[i] + ny * (double)p->y_mm[i] - *first) /
			*width;
		int k = (int)d;
		float f = (float)(d - k);

		bins[k] += p->load[i] * (1.0f - f);
		bins[k + 1] += p->load[i] * f;
	}
}

double split_apart(const struct split *a, const struct split *b)
{
	double same = fmax(fabs(a->mass - b->mass),
		fmax(fabs(a->mx - b->mx), fabs(a->my - b->my)));
	double turned = fmax(fabs(1.0 - a->mass - b->mass),
		fmax(fabs(a->mx + b->mx), fabs(a->my + b->my)));

	return fmin(same, turned);
}

/* Keep the SPLIT_N splits; of splits that are the same only the best. */
static void keep_split(struct split *best, int *n, const struct split *s)
{
	int worst = 0;

	for (int i = 0; i < *n; i++) {
		if (split_apart(&best[i], s) < SAME_SHARE) {
			if (s->quick < best[i].quick)
				best[i] = *s;
			return;
		}
		if (best[i].quick > best[worst].quick)
			worst = i;
	}
	if (*n < SPLIT_N)
		best[(*n)++] = *s;
	else if (s->quick < best[worst].quick)
		best[worst] = *s;
}

/* Judge a line by what it cuts and by the boxes of what it leaves. */
static void look_at(const struct feet_picture *p, const struct feet_parting *at,
	const struct split_whole *whole, struct split *best, int *n)
{
	struct split s = { .at = *at };
	struct fit_cells side[2];
	bool touch;
	double cut;

	split_cells(p, at, side, &cut, &touch);
	if (side[0].n < 1 || side[1].n < 1)
		return;
	s.quick = SPLIT_CUT_WEIGHT * cut / whole->load +
		  (touch ? SPLIT_CUT_PART : 0.0) + fit_box_penalty(&side[0]) +
		  fit_box_penalty(&side[1]);
	for (int i = 0; i < side[0].n; i++) {
		double share =
			(double)(side[0].root[i] * side[0].root[i]) / whole->load;

		s.mass += share;
		s.mx += share * ((double)side[0].x_mm[i] - whole->x_mm) / REACH_MM;
		s.my += share * ((double)side[0].y_mm[i] - whole->y_mm) / REACH_MM;
	}
	if (s.mass >= LEAST_SHARE && s.mass <= 1.0 - LEAST_SHARE)
		keep_split(best, n, &s);
}

/* Look at the valleys of one angle's projection, deepest first. */
static void look_along(const struct feet_picture *p, double angle_rad,
	const struct split_whole *whole, struct split *best, int *n)
{
	float bins[N_BINS];
	float depth[N_BINS];
	double first, width;
	double below = 0.0;
	struct feet_parting at = { .line = { cos(angle_rad), sin(angle_rad), 0.0 } };

	project(p, at.line.nx, at.line.ny, bins, &first, &width);
	for (int k = 0; k < N_BINS; k++) {
		below += (double)bins[k];
		depth[k] = INFINITY;
		if (k < 2 || k > N_BINS - 3 || below < LEAST_SHARE * whole->load ||
			below > (1.0 - LEAST_SHARE) * whole->load)
			continue;
		depth[k] = bins[k] + 0.5f * (bins[k - 1] + bins[k + 1]) +
			   0.05f * (bins[k - 2] + bins[k + 2]);
	}
	for (int tries = 0; tries < N_PER_ANGLE; tries++) {
		int from = 0;
		int to;

		for (int k = 1; k < N_BINS; k++)
			from = depth[k] < depth[from] ? k : from;
		if (!(depth[from] < 0.35 * whole->load))
			return;
		to = from;
		while (to + 1 < N_BINS && depth[to + 1] <= depth[from])
			to++;
		at.line.offset_mm = first + 0.5 * (from + to) * width;
		look_at(p, &at, whole, best, n);
		for (int k = from < 3 ? 0 : from - 3; k < N_BINS && k <= to + 3; k++)
			depth[k] = INFINITY;
	}
}

/* Choose the large components, at most MAX_LARGE; return how many, and in `owner` for every
 * component the index of the nearest of them, itself if it is one. */
static int choose_large(const struct feet_picture *p, double load, int *owner)
{
	double part[FEET_MAX_PARTS] = { 0.0 };
	bool large[FEET_MAX_PARTS];
	float near[FEET_MAX_PARTS];
	int n = 0;

	for (int i = 0; i < p->n; i++)
		part[p->part[i]] += (double)p->load[i];
	for (int k = 0; k < p->n_parts; k++) {
		large[k] = n < MAX_LARGE && part[k] > LARGE_PART * load;
		owner[k] = large[k] ? n++ : 0;
		near[k] = INFINITY;
	}
	for (int i = 0; i < p->n; i++) {
		int small = p->part[i];

		for (int j = 0; !large[small] && j < p->n; j++) {
			float dx = p->x_mm[i] - p->x_mm[j];
			float dy = p->y_mm[i] - p->y_mm[j];

			if (large[p->part[j]] && dx * dx + dy * dy < near[small]) {
				near[small] = dx * dx + dy * dy;
				owner[small] = owner[p->part[j]];
			}
		}
	}
	return n;
}

/* Look at every way to give the large components, whole, to two sides: feet that stand apart but
 * hook into each other are parted by no straight line. What is small goes with the nearest. The
 * line, halfway between the centres of both, only stands for cells without load. */
static void look_at_groups(const struct feet_picture *p,
	const struct split_whole *whole, struct split *best, int *n)
{
	int owner[FEET_MAX_PARTS];
	int n_large = choose_large(p, whole->load, owner);

	for (int group = 1; group < 1 << (n_large > 0 ? n_large - 1 : 0); group++) {
		struct feet_parting at = { .by_parts = true };
		struct split_whole side[2];
		double dx, dy;

		for (int k = 0; k < p->n_parts; k++)
			if (group >> owner[k] & 1)
				at.positive |= UINT64_C(1) << k;
		weigh_sides(p, &at, side);
		dx = side[1].x_mm - side[0].x_mm;
		dy = side[1].y_mm - side[0].y_mm;
		at.line.nx = dx / fmax(root_sum_sq(dx, dy), 1e-6);
		at.line.ny = dy / fmax(root_sum_sq(dx, dy), 1e-6);
		at.line.offset_mm =
			0.5 * (at.line.nx * (side[0].x_mm + side[1].x_mm) +
				      at.line.ny * (side[0].y_mm + side[1].y_mm));
		look_at(p, &at, whole, best, n);
	}
}

int split_find(const struct feet_picture *p, const struct split_whole *whole,
	struct split best[SPLIT_N])
{
	int n = 0;

	for (int k = 0; k < N_ANGLES; k++)
		look_along(p, k * M_PI / N_ANGLES, whole, best, &n);
	look_at_groups(p, whole, best, &n);
	return n;
}
