#include "src/core/feet.h"

#include <math.h>
#include <string.h>

#include "src/core/fit.h"

/* All chosen on the scenes of tests/support/scene.c unless they name another origin; docs/feet.md
 * says what each step is for. */
#define N_ANGLES    24    /* of the line: 7.5 degrees apart */
#define N_BINS      512   /* of the projection: half a cell each, wider on large mats */
#define N_PER_ANGLE 5     /* valleys looked at for one angle */
#define N_BEST      20    /* candidates judged by the model footprint */
#define LEAST_SHARE 0.002 /* of the load: a foot lighter than this is not looked for */
#define CUT_WEIGHT  1.5   /* match lost per share of load that the line crosses */
#define CUT_PART    0.25  /* match lost when a component is cut at all */
#define LIGHT_SHARE 0.15  /* a touching foot this light may be a piece of the other */
#define TORN_WEIGHT 2.0   /* match lost per share torn from a foot that stood alone */
#define SAME_SHARE  0.002 /* splits closer than this are the same */
#define REACH_MM    150.0 /* a moment's unit: about half a stance */
#define N_REFINE    1     /* rounds of turning and shifting the line of touching feet */

/* How that line is moved and judged. */
#define N_MOVES       4 /* steps of a round to either side, */
#define TURN_STEP_RAD (2.0 * M_PI / 180.0)
#define SHIFT_STEP    0.25 /* of the pitch */
#define CROSS_REACH   0.65 /* of the pitch: what is this near lies on the line, in part */
#define NEAR_WEIGHT   2.0    /* match lost per share of load that the line crosses, */
#define CROSS_WEIGHT  1.5    /* and by crossing() */
#define CLEAR_SHARE   0.0005 /* of the load: a line that crosses less lies in a gap */
#define AS_GOOD       0.0015 /* a line this much worse in score counts 1/e in the mean */

#define ONE_LENGTH_MM 335.0 /* the soles of large shoes fit a box so long, */
#define ONE_WIDTH_MM  128.0 /* footprints one 125 mm wide; a little for coarse cells */
#define ONE_TURN_RAD  (60.0 * M_PI / 180.0)

/* Facing back: both matches together must gain BACK_MARGIN; between 0 and BACK_SURE the naming is
 * flagged. Scenes: -0.26 and less facing forward, 0.26 and more facing back. */
#define BACK_MARGIN 0.15
#define BACK_SURE   0.22

#define MEAN_TURN_RAD     (45.0 * M_PI / 180.0) /* chosen: a stance is turned no further */
#define TANDEM_LATERAL_MM 45.0 /* half a foot's width: less is one behind the other */
#define TANDEM_MARGIN     0.06 /* matches must differ this much to name tandem feet */
#define SIDE_MARGIN       0.06 /* the same for a lone foot; symmetric soles reach 0.05 */
#define DOUBT_MARGIN      0.015 /* a split this near in score, */
#define PAIR_MARGIN       0.05  /* the same between uncut blobs: which are a foot */
#define DOUBT_SHARE       0.08  /* and this much of the load apart, is a doubt */

/* The picture's load and its centre. */
struct whole {
	double load;
	double x_mm, y_mm;
};

/* One way to part the picture. */
struct split {
	struct feet_line line;
	double quick;  /* lower is better */
	double mass;   /* share of the load on the negative side, */
	double mx, my; /* and its moments about the picture's centre, over REACH_MM */
};

/* One judged split. */
struct verdict {
	struct feet_line line;
	double score;
	struct fit fit[2]; /* negative, positive side */
	bool positive_is_right;
	bool back;
	double margin_back; /* score gained by facing back */
	double margin_side; /* score lost by the other naming */
	bool tandem;
	bool touch;
	double cut;
};

static struct whole weigh(const struct feet_picture *p)
{
	struct whole w = { 0.0, 0.0, 0.0 };

	for (int i = 0; i < p->n; i++) {
		w.load += (double)p->load[i];
		w.x_mm += (double)(p->load[i] * p->x_mm[i]);
		w.y_mm += (double)(p->load[i] * p->y_mm[i]);
	}
	w.x_mm /= w.load;
	w.y_mm /= w.load;
	return w;
}

static double signed_mm(const struct feet_line *line, double x, double y)
{
	return line->nx * x + line->ny * y - line->offset_mm;
}

/* Decide for each part whether it lies whole on one side: -1, +1, or 0 if it is cut. */
static double judge_parts(
	const struct feet_picture *p, const struct feet_line *line, int8_t *whole)
{
	double mass[FEET_MAX_PARTS][2] = { { 0.0 } };
	double cut = 0.0;
	double half = 0.5 * p->pitch_mm;

	for (int i = 0; i < p->n; i++) {
		double d = signed_mm(line, (double)p->x_mm[i], (double)p->y_mm[i]);

		mass[p->part[i]][d > 0.0] += (double)p->load[i];
		if (fabs(d) < half)
			cut += (double)p->load[i] * (1.0 - fabs(d) / half);
	}
	for (int k = 0; k < p->n_parts; k++) {
		double all = mass[k][0] + mass[k][1];

		whole[k] = 0;
		if (mass[k][0] < FEET_SNAP_SHARE * all)
			whole[k] = 1;
		else if (mass[k][1] < FEET_SNAP_SHARE * all)
			whole[k] = -1;
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

/* Copy the picture's cells to scratch, parted; cells of cut parts that lie on the line go to both
 * sides, by area. */
static void part_cells(const struct feet_picture *p, const struct feet_line *line,
	struct fit_cells side[2], double *cut, bool *touch)
{
	int8_t whole[FEET_MAX_PARTS];
	float *at[2] = { p->scratch, p->scratch + 3 * p->n };
	int n[2] = { 0, 0 };
	double reach = 0.5 * p->pitch_mm * (fabs(line->nx) + fabs(line->ny));

	*cut = judge_parts(p, line, whole);
	*touch = false;
	for (int k = 0; k < p->n_parts; k++)
		*touch |= whole[k] == 0;
	for (int i = 0; i < p->n; i++) {
		int s = whole[p->part[i]];
		double d = s ? s * reach
			     : signed_mm(line, (double)p->x_mm[i], (double)p->y_mm[i]);
		double share;

		if (fabs(d) >= reach) {
			put_cell(p, i, 1.0, at[d > 0.0], &n[d > 0.0]);
			continue;
		}
		share = feet_share(line, (double)p->x_mm[i], (double)p->y_mm[i],
			p->pitch_mm, p->pitch_mm);
		put_cell(p, i, 1.0 - share, at[0], &n[0]);
		put_cell(p, i, share, at[1], &n[1]);
	}
	for (int k = 0; k < 2; k++)
		side[k] = (struct fit_cells){ n[k], at[k], at[k] + p->n,
			at[k] + 2 * p->n, p->cell_mm2, p->pitch_mm };
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

/* Return how much two splits differ, 0 if they part the same; the line's sense is no matter. */
static double apart(const struct split *a, const struct split *b)
{
	double same = fmax(fabs(a->mass - b->mass),
		fmax(fabs(a->mx - b->mx), fabs(a->my - b->my)));
	double turned = fmax(fabs(1.0 - a->mass - b->mass),
		fmax(fabs(a->mx + b->mx), fabs(a->my + b->my)));

	return fmin(same, turned);
}

/* Keep the N_BEST splits; of splits that are the same only the best. */
static void keep_split(struct split *best, int *n, const struct split *s)
{
	int worst = 0;

	for (int i = 0; i < *n; i++) {
		if (apart(&best[i], s) < SAME_SHARE) {
			if (s->quick < best[i].quick)
				best[i] = *s;
			return;
		}
		if (best[i].quick > best[worst].quick)
			worst = i;
	}
	if (*n < N_BEST)
		best[(*n)++] = *s;
	else if (s->quick < best[worst].quick)
		best[worst] = *s;
}

/* Judge a line by what it cuts and by the boxes of what it leaves. */
static void look_at_line(const struct feet_picture *p, const struct feet_line *line,
	const struct whole *whole, struct split *best, int *n)
{
	struct split s = { .line = *line };
	struct fit_cells side[2];
	bool touch;
	double cut;

	part_cells(p, line, side, &cut, &touch);
	if (side[0].n < 1 || side[1].n < 1)
		return;
	s.quick = CUT_WEIGHT * cut / whole->load + (touch ? CUT_PART : 0.0) +
		  fit_box_penalty(&side[0]) + fit_box_penalty(&side[1]);
	for (int i = 0; i < side[0].n; i++) {
		double share =
			(double)(side[0].root[i] * side[0].root[i]) / whole->load;

		s.mass += share;
		s.mx += share * ((double)side[0].x_mm[i] - whole->x_mm) / REACH_MM;
		s.my += share * ((double)side[0].y_mm[i] - whole->y_mm) / REACH_MM;
	}
	if (s.mass < LEAST_SHARE || s.mass > 1.0 - LEAST_SHARE)
		return;
	keep_split(best, n, &s);
}

/* Look at the valleys of one angle's projection, deepest first. */
static void look_along(const struct feet_picture *p, double angle_rad,
	const struct whole *whole, struct split *best, int *n)
{
	float bins[N_BINS];
	float depth[N_BINS];
	double first, width;
	double below = 0.0;
	struct feet_line line = { cos(angle_rad), sin(angle_rad), 0.0 };

	project(p, line.nx, line.ny, bins, &first, &width);
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
		int at = 0;
		int to;

		for (int k = 1; k < N_BINS; k++)
			at = depth[k] < depth[at] ? k : at;
		if (!(depth[at] < 0.35 * whole->load))
			return;
		to = at;
		while (to + 1 < N_BINS && depth[to + 1] <= depth[at])
			to++;
		line.offset_mm = first + 0.5 * (at + to) * width;
		look_at_line(p, &line, whole, best, n);
		for (int k = at - 3 < 0 ? 0 : at - 3; k < N_BINS && k <= to + 3; k++)
			depth[k] = INFINITY;
	}
}

/* Name the sides of a split: facing and left/right together. */
static void name_sides(struct verdict *v)
{
	const struct fit *a = &v->fit[0];
	const struct fit *b = &v->fit[1];
	double mean = a->phi_rad + 0.5 * fit_wrap_half(b->phi_rad - a->phi_rad);
	double dx = b->x_mm - a->x_mm;
	double dy = b->y_mm - a->y_mm;
	double lateral, along;
	double score[2][2]; /* [back][positive is right] */
	bool right;

	mean = fit_wrap_half(mean);
	lateral = dx * cos(mean) - dy * sin(mean);
	along = dx * sin(mean) + dy * cos(mean);
	v->tandem = fabs(lateral) < TANDEM_LATERAL_MM && fabs(along) > 100.0;
	for (int back = 0; back < 2; back++)
		for (int r = 0; r < 2; r++)
			score[back][r] = a->match[back][!r] + b->match[back][r];
	right = lateral > 0.0;
	if (v->tandem) {
		double front = score[0][1] - score[0][0];
		double rear = score[1][1] - score[1][0];

		v->margin_back =
			fmax(score[1][0], score[1][1]) - fmax(score[0][0], score[0][1]);
		v->back = v->margin_back > BACK_MARGIN;
		v->positive_is_right = (v->back ? rear : front) > 0.0;
		v->margin_side = fabs(v->back ? rear : front);
	} else {
		v->margin_back = score[1][!right] - score[0][right];
		v->back = v->margin_back > BACK_MARGIN;
		v->positive_is_right = v->back ? !right : right;
		v->margin_side = 1.0;
	}
	v->score = score[v->back][v->positive_is_right] - a->penalty - b->penalty -
		   0.1 * fmax(0.0, fabs(fit_wrap_half(b->phi_rad - a->phi_rad)) - 1.6) -
		   0.5 * fmax(0.0, fabs(mean) - MEAN_TURN_RAD);
}

/* Return the share of the load that stood on one foot before and would now be torn from it. */
static double torn(
	const struct feet_picture *p, const struct feet_line *line, double load)
{
	double side[2] = { 0.0, 0.0 };

	if (!p->before)
		return 0.0;
	for (int i = 0; i < p->n; i++)
		if (p->before[i])
			side[signed_mm(line, (double)p->x_mm[i], (double)p->y_mm[i]) >
				0.0] += (double)p->load[i];
	return fmin(side[0], side[1]) / load;
}

static void judge(const struct feet_picture *p, const struct footprint *model,
	const struct feet_line *line, double load, bool fine, struct verdict *v)
{
	struct fit_cells side[2];
	double hint = atan2(-line->ny, line->nx); /* the line's own direction */

	hint = fit_wrap_half(hint);
	v->line = *line;
	part_cells(p, line, side, &v->cut, &v->touch);
	v->cut /= load;
	fit_foot(&v->fit[0], &side[0], model, hint, NAN, fine);
	fit_foot(&v->fit[1], &side[1], model, hint, NAN, fine);
	for (int s = 0; s < 2; s++)
		if (v->fit[s].length_mm < 0.72 * v->fit[!s].length_mm)
			fit_foot(&v->fit[s], &side[s], model, hint,
				v->fit[!s].length_mm, fine);
	name_sides(v);
	v->score -= CUT_WEIGHT * v->cut + (v->touch ? CUT_PART : 0.0) +
		    TORN_WEIGHT * torn(p, line, load);
}

/* Return how much lies on a line, over the same of all load: a valley is low. Loads go in by
 * their 3/4th power, so that a rim counts beside a heel. The reach is wider than half a cell:
 * judge_parts() alone favours lines between two columns of cells, which cross nothing there. */
static double crossing(
	const struct feet_picture *p, const struct feet_line *line, double load)
{
	double reach = CROSS_REACH * p->pitch_mm;
	double sum = 0.0;

	for (int i = 0; i < p->n; i++) {
		double d =
			fabs(signed_mm(line, (double)p->x_mm[i], (double)p->y_mm[i]));

		if (d < reach)
			sum += (double)(p->root[i] * sqrtf(p->root[i])) *
			       (1.0 - d / reach);
	}
	return 0.5 / CROSS_REACH * sum / pow(load, 0.75);
}

/* A line's scores, the feet held where they are. */
struct moved {
	struct feet_line line;
	double score; /* with crossing() */
	double plain; /* without */
	double cut;   /* share of the load */
};

static struct moved score_moved(const struct feet_picture *p,
	const struct footprint *model, const struct feet_line *line, double load,
	const struct verdict *v)
{
	struct fit_cells side[2];
	struct moved m = { .line = *line, .score = -1.0, .plain = -1.0, .cut = 1.0 };
	double match = 0.0;
	double cut;
	bool touch;

	part_cells(p, line, side, &cut, &touch);
	for (int s = 0; s < 2; s++) {
		struct footprint_pose pose =
			fit_pose(&v->fit[s], v->back, (s == 1) == v->positive_is_right);

		if (side[s].n < 1)
			return m;
		match += fit_match(&side[s], model, &pose);
	}
	m.cut = cut / load;
	m.plain = match - CUT_WEIGHT * m.cut;
	m.score = match - NEAR_WEIGHT * m.cut - CROSS_WEIGHT * crossing(p, line, load);
	return m;
}

/* Return a line turned and shifted by steps about the middle between both feet. */
static struct feet_line move_line(const struct feet_picture *p, const struct verdict *v,
	double turn, double shift)
{
	double mx = 0.5 * (v->fit[0].x_mm + v->fit[1].x_mm);
	double my = 0.5 * (v->fit[0].y_mm + v->fit[1].y_mm);
	double angle = atan2(v->line.ny, v->line.nx) + turn * TURN_STEP_RAD;
	double nx = cos(angle);
	double ny = sin(angle);
	double beside = -signed_mm(&v->line, mx, my);

	return (struct feet_line){ nx, ny,
		nx * mx + ny * my + beside + shift * SHIFT_STEP * p->pitch_mm };
}

/* Turn and shift the line of touching feet to the mean of the lines about it, each weighed by
 * how well it explains them: the best one alone follows the cells' raster. Where that one
 * crosses nothing it stays. */
static void refine_touching(const struct feet_picture *p, const struct footprint *model,
	double load, struct verdict *v)
{
	double score[2 * N_MOVES + 1][2 * N_MOVES + 1];
	struct moved clear = { .plain = -INFINITY };
	double best = -INFINITY;
	double sum = 0.0, turns = 0.0, shifts = 0.0;

	for (int i = -N_MOVES; i <= N_MOVES; i++)
		for (int k = -N_MOVES; k <= N_MOVES; k++) {
			struct feet_line line = move_line(p, v, i, k);
			struct moved m = score_moved(p, model, &line, load, v);

			score[i + N_MOVES][k + N_MOVES] = m.score;
			best = fmax(best, m.score);
			if (m.plain > clear.plain)
				clear = m;
		}
	for (int i = -N_MOVES; i <= N_MOVES; i++)
		for (int k = -N_MOVES; k <= N_MOVES; k++) {
			double s = score[i + N_MOVES][k + N_MOVES];
			double w = exp((s - best) / AS_GOOD);

			sum += w;
			turns += w * i;
			shifts += w * k;
		}
	v->line = clear.cut < CLEAR_SHARE ? clear.line
					  : move_line(p, v, turns / sum, shifts / sum);
}

/* Put the line of parted feet into the middle of the widest gap. */
static void widen_gap(const struct feet_picture *p, struct verdict *v)
{
	double best_gap = -INFINITY;
	struct feet_line best = v->line;
	struct fit_cells side[2];
	double cut;
	bool touch;

	part_cells(p, &v->line, side, &cut, &touch);
	for (int turn = -8; turn <= 8; turn++) {
		double angle =
			atan2(v->line.ny, v->line.nx) + turn * (3.0 * M_PI / 180.0);
		double nx = cos(angle);
		double ny = sin(angle);
		double high = -INFINITY;
		double low = INFINITY;

		for (int i = 0; i < side[0].n; i++)
			high = fmax(high, nx * (double)side[0].x_mm[i] +
						  ny * (double)side[0].y_mm[i]);
		for (int i = 0; i < side[1].n; i++)
			low = fmin(low, nx * (double)side[1].x_mm[i] +
						ny * (double)side[1].y_mm[i]);
		if (low - high > best_gap) {
			best_gap = low - high;
			best = (struct feet_line){ nx, ny, 0.5 * (low + high) };
		}
	}
	v->line = best;
}

/* Does everything fit one foot's box, turned no more than a foot may be? */
static bool fits_one(const struct fit_cells *all)
{
	for (double phi = -ONE_TURN_RAD; phi <= ONE_TURN_RAD;
		phi += 5.0 * M_PI / 180.0) {
		struct fit_box box = fit_box_at(all, phi);

		if (box.high - box.low <= ONE_LENGTH_MM &&
			box.right - box.left <= ONE_WIDTH_MM)
			return true;
	}
	return false;
}

static void find_lone(const struct fit_cells *all, const struct footprint *model,
	struct feet_found *found)
{
	struct fit fit;
	double front, back;

	fit_foot(&fit, all, model, 0.0, NAN, true);
	front = fmax(fit.match[0][0], fit.match[0][1]);
	back = fmax(fit.match[1][0], fit.match[1][1]);
	found->n_feet = 1;
	found->back = back > front + 0.5 * BACK_MARGIN;
	found->lone = fit.match[found->back][1] > fit.match[found->back][0];
	found->side_clear = fit.part == FOOTPRINT_WHOLE &&
			    fabs(fit.match[found->back][1] -
				    fit.match[found->back][0]) > SIDE_MARGIN &&
			    fabs(back - front) > 0.25 * BACK_MARGIN;
	found->pose[found->lone] = fit_pose(&fit, found->back, found->lone);
	found->contact_mm[found->lone] = fit.length_mm;
	found->match[found->lone] = fit.match[found->back][found->lone];
}

static void tell(struct feet_found *found, const struct verdict *v)
{
	bool right = v->positive_is_right;

	found->n_feet = 2;
	found->line = v->line;
	if (!right)
		found->line = (struct feet_line){ -v->line.nx, -v->line.ny,
			-v->line.offset_mm };
	for (int s = 0; s < 2; s++) {
		int side = (s == 1) == right ? FEET_RIGHT : FEET_LEFT;

		found->pose[side] = fit_pose(&v->fit[s], v->back, side == FEET_RIGHT);
		found->contact_mm[side] = v->fit[s].length_mm;
		found->match[side] = v->fit[s].match[v->back][side];
	}
	found->tandem = v->tandem;
	found->touch = v->touch;
	found->back = v->back;
	found->cut_frac = v->cut;
	found->side_clear =
		v->margin_side > (v->tandem ? TANDEM_MARGIN : SIDE_MARGIN) &&
		(v->margin_back < 0.0 || v->margin_back > BACK_SURE);
}

static void find_two(const struct feet_picture *p, const struct footprint *model,
	const struct whole *whole, struct feet_found *found)
{
	struct split splits[N_BEST];
	struct verdict best = { .score = -INFINITY };
	double score[N_BEST];
	const struct split *chosen = splits;
	double load = whole->load;
	double light;
	int n = 0;

	for (int k = 0; k < N_ANGLES; k++)
		look_along(p, k * M_PI / N_ANGLES, whole, splits, &n);
	for (int i = 0; i < n; i++) {
		struct verdict v;

		judge(p, model, &splits[i].line, load, false, &v);
		score[i] = v.score;
		if (v.score > best.score) {
			best = v;
			chosen = &splits[i];
		}
	}
	for (int i = 0; i < n; i++)
		if (apart(&splits[i], chosen) > DOUBT_SHARE &&
			best.score - score[i] <
				(best.touch ? DOUBT_MARGIN : PAIR_MARGIN))
			found->doubtful = true;
	if (n == 0)
		return;
	if (!best.touch)
		widen_gap(p, &best);
	for (int i = 0; best.touch && i < (best.tandem ? 1 : N_REFINE); i++) {
		judge(p, model, &best.line, load, true, &best);
		refine_touching(p, model, load, &best);
	}
	judge(p, model, &best.line, load, true, &best);
	tell(found, &best);
	light = fmin(chosen->mass, 1.0 - chosen->mass);
	if ((found->doubtful && !found->touch) || (found->touch && light < LIGHT_SHARE))
		found->side_clear = false;
}

void feet_find(const struct feet_picture *p, const struct footprint *model,
	struct feet_found *found)
{
	struct fit_cells all = { p->n, p->x_mm, p->y_mm, p->root, p->cell_mm2,
		p->pitch_mm };
	struct whole whole;

	memset(found, 0, sizeof(*found));
	if (p->n == 0)
		return;
	whole = weigh(p);
	if (!fits_one(&all))
		find_two(p, model, &whole, found);
	if (found->n_feet == 0)
		find_lone(&all, model, found);
}

void feet_swap(struct feet_found *found)
{
	struct footprint_pose pose = found->pose[FEET_LEFT];
	double match = found->match[FEET_LEFT];
	double contact = found->contact_mm[FEET_LEFT];

	found->pose[FEET_LEFT] = found->pose[FEET_RIGHT];
	found->pose[FEET_RIGHT] = pose;
	found->pose[FEET_LEFT].is_right = false;
	found->pose[FEET_RIGHT].is_right = true;
	found->match[FEET_LEFT] = found->match[FEET_RIGHT];
	found->match[FEET_RIGHT] = match;
	found->contact_mm[FEET_LEFT] = found->contact_mm[FEET_RIGHT];
	found->contact_mm[FEET_RIGHT] = contact;
	found->lone = found->lone == FEET_LEFT ? FEET_RIGHT : FEET_LEFT;
	found->line.nx = -found->line.nx;
	found->line.ny = -found->line.ny;
	found->line.offset_mm = -found->line.offset_mm;
}

/* Integral from -inf to t of a trapezoid's density: the share of a rectangle behind a line. */
static double behind(double t, double a, double b)
{
	double flat, slope;

	/* Seen along the normal it is a trapezoid of half base a + b, half top a - b. */
	if (t <= -(a + b))
		return 0.0;
	if (t >= a + b)
		return 1.0;
	if (b < 1e-9)
		return 0.5 + 0.5 * t / a;
	slope = 8.0 * a * b;
	if (t < -(a - b))
		return (t + a + b) * (t + a + b) / slope;
	if (t > a - b)
		return 1.0 - (a + b - t) * (a + b - t) / slope;
	flat = t / (2.0 * a);
	return 0.5 + flat;
}

double feet_share(const struct feet_line *line, double x_mm, double y_mm,
	double pitch_x_mm, double pitch_y_mm)
{
	double a = 0.5 * fabs(line->nx) * pitch_x_mm;
	double b = 0.5 * fabs(line->ny) * pitch_y_mm;

	return behind(signed_mm(line, x_mm, y_mm), fmax(a, b), fmin(a, b));
}
