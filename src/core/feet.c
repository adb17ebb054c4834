#include "src/core/feet.h"

#include <math.h>
#include <string.h>

#include "src/core/split.h"

/* All chosen on the scenes of tests/support/scene.c unless they name another origin; docs/feet.md
 * says what each step is for. */
#define LIGHT_SHARE 0.15 /* a touching foot this light may be a piece of the other */
#define TORN_WEIGHT 2.0  /* match lost per share torn from a foot that stood alone */
#define N_REFINE    1    /* rounds of turning and shifting the line of touching feet */

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

/* Facing back: both matches together must gain BACK_MARGIN; from -FRONT_SURE to BACK_SURE the naming
 * is flagged. Scenes of whole feet: -0.19 and less facing forward, 0.24 and more facing back. */
#define BACK_MARGIN 0.15
#define BACK_SURE   0.22
#define FRONT_SURE  0.10

/* Soles that are the same left and right explain both namings alike: what they differ by is chance.
 * Scenes: two such soles differ by up to 0.07, a lone one by up to 0.08 in the lesser of facing and
 * side; 99 % of pairs of feet by 0.16 or more, of lone feet by 0.12. */
#define PAIR_SIDE 0.10
#define LONE_SURE 0.09

#define MEAN_TURN_RAD     (45.0 * M_PI / 180.0) /* chosen: a stance is turned no further */
#define TANDEM_LATERAL_MM 45.0  /* half a foot's width: less is one behind the other */
#define DOUBT_MARGIN      0.015 /* a split this near in score, */
#define PAIR_MARGIN       0.05  /* the same between uncut blobs: which are a foot */
#define POOR_TOUCH                                                                     \
	0.79 /* 99 % of touching feet match better, most wrong lines do not */
#define TORN_SHARE                                                                     \
	0.02 /* of the load: a line that tears as much from a foot is doubted */
#define DOUBT_SHARE 0.08 /* and this much of the load apart, is a doubt */

/* One judged split. */
struct verdict {
	struct feet_parting at;
	double score;
	struct fit fit[2]; /* negative, positive side */
	bool positive_is_right;
	bool back;
	double margin_back; /* score gained by facing back */
	double margin_side; /* score lost by the other naming, the same way facing */
	bool tandem;
	bool touch;
	double cut;
};

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
		v->margin_back =
			fmax(score[1][0], score[1][1]) - fmax(score[0][0], score[0][1]);
		v->back = v->margin_back > BACK_MARGIN;
		v->positive_is_right = score[v->back][1] > score[v->back][0];
	} else {
		v->margin_back = score[1][!right] - score[0][right];
		v->back = v->margin_back > BACK_MARGIN;
		v->positive_is_right = v->back ? !right : right;
	}
	v->margin_side = score[v->back][v->positive_is_right] -
			 score[v->back][!v->positive_is_right];
	v->score = score[v->back][v->positive_is_right] - a->penalty - b->penalty -
		   0.1 * fmax(0.0, fabs(fit_wrap_half(b->phi_rad - a->phi_rad)) - 1.6) -
		   0.5 * fmax(0.0, fabs(mean) - MEAN_TURN_RAD);
}

/* Return the share of the load that stood on one foot before and would now be torn from it. */
static double torn(
	const struct feet_picture *p, const struct feet_parting *at, double load)
{
	double side[2] = { 0.0, 0.0 };

	for (int i = 0; p->before && i < p->n; i++)
		if (p->before[i])
			side[split_is_positive(p, at, i)] += (double)p->load[i];
	return fmin(side[0], side[1]) / load;
}

static void judge(const struct feet_picture *p, const struct footprint *model,
	const struct feet_parting *at, double load, bool fine, struct verdict *v)
{
	struct fit_cells side[2];
	double hint = atan2(-at->line.ny, at->line.nx); /* the line's own direction */

	hint = fit_wrap_half(hint);
	v->at = *at;
	split_cells(p, at, side, &v->cut, &v->touch);
	v->cut /= load;
	fit_foot(&v->fit[0], &side[0], model, hint, NAN, fine);
	fit_foot(&v->fit[1], &side[1], model, hint, NAN, fine);
	for (int s = 0; s < 2; s++)
		if (v->fit[s].length_mm < 0.72 * v->fit[!s].length_mm)
			fit_foot(&v->fit[s], &side[s], model, v->fit[!s].phi_rad,
				v->fit[!s].length_mm, fine);
	name_sides(v);
	v->score -= SPLIT_CUT_WEIGHT * v->cut + (v->touch ? SPLIT_CUT_PART : 0.0) +
		    TORN_WEIGHT * torn(p, at, load);
}

/* Return how much lies on a line, over the same of all load: a valley is low. Loads go in by
 * their 3/4th power, so that a rim counts beside a heel. The reach is wider than half a cell:
 * load_on() alone favours lines between two columns of cells, which cross nothing there. */
static double crossing(
	const struct feet_picture *p, const struct feet_line *line, double load)
{
	double reach = CROSS_REACH * p->pitch_mm;
	double sum = 0.0;

	for (int i = 0; i < p->n; i++) {
		double d = fabs(
			split_signed_mm(line, (double)p->x_mm[i], (double)p->y_mm[i]));

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

	split_cells(p, &(struct feet_parting){ .line = *line }, side, &cut, &touch);
	for (int s = 0; s < 2; s++) {
		struct footprint_pose pose =
			fit_pose(&v->fit[s], v->back, (s == 1) == v->positive_is_right);

		if (side[s].n < 1)
			return m;
		match += fit_match(&side[s], model, &pose);
	}
	m.cut = cut / load;
	m.plain = match - SPLIT_CUT_WEIGHT * m.cut;
	m.score = match - NEAR_WEIGHT * m.cut - CROSS_WEIGHT * crossing(p, line, load);
	return m;
}

/* Return a line turned and shifted by steps about the middle between both feet. */
static struct feet_line move_line(const struct feet_picture *p, const struct verdict *v,
	double turn, double shift)
{
	double mx = 0.5 * (v->fit[0].x_mm + v->fit[1].x_mm);
	double my = 0.5 * (v->fit[0].y_mm + v->fit[1].y_mm);
	double angle = atan2(v->at.line.ny, v->at.line.nx) + turn * TURN_STEP_RAD;
	double nx = cos(angle);
	double ny = sin(angle);
	double beside = -split_signed_mm(&v->at.line, mx, my);

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
	v->at.line = clear.cut < CLEAR_SHARE
			     ? clear.line
			     : move_line(p, v, turns / sum, shifts / sum);
}

/* Put the line of parted feet into the middle of the widest gap. */
static void widen_gap(const struct feet_picture *p, struct verdict *v)
{
	double best_gap = -INFINITY;
	struct feet_line best = v->at.line;
	struct fit_cells side[2];
	double cut;
	bool touch;

	split_cells(p, &v->at, side, &cut, &touch);
	for (int turn = -8; turn <= 8; turn++) {
		double angle = atan2(v->at.line.ny, v->at.line.nx) +
			       turn * (3.0 * M_PI / 180.0);
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
	v->at.line = best;
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
				    fit.match[found->back][0]) > LONE_SURE &&
			    fabs(back - front) > LONE_SURE;
	found->pose[found->lone] = fit_pose(&fit, found->back, found->lone);
	found->contact_mm[found->lone] = fit.length_mm;
	found->match[found->lone] = fit.match[found->back][found->lone];
}

/* Turn a line round: left for right. */
static void turn(struct feet_parting *at)
{
	at->line.nx = -at->line.nx;
	at->line.ny = -at->line.ny;
	at->line.offset_mm = -at->line.offset_mm;
	at->positive = ~at->positive;
}

static void tell(struct feet_found *found, const struct verdict *v)
{
	bool right = v->positive_is_right;

	found->n_feet = 2;
	found->at = v->at;
	if (!right)
		turn(&found->at);
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
		v->margin_side > PAIR_SIDE &&
		(v->margin_back < -FRONT_SURE || v->margin_back > BACK_SURE);
}

/* Does a whole foot on one side look so little like one that the line may cut feet? */
static bool looks_poor(const struct verdict *v)
{
	for (int s = 0; s < 2; s++)
		if (v->fit[s].part == FOOTPRINT_WHOLE &&
			v->fit[s].match[v->back][(s == 1) == v->positive_is_right] <
				POOR_TOUCH)
			return true;
	return false;
}

static void find_two(const struct feet_picture *p, const struct footprint *model,
	const struct split_whole *whole, struct feet_found *found)
{
	struct split splits[SPLIT_N];
	struct verdict best = { .score = -INFINITY };
	double score[SPLIT_N];
	const struct split *chosen = splits;
	double load = whole->load;
	bool poor;
	int n = split_find(p, whole, splits);

	for (int i = 0; i < n; i++) {
		struct verdict v;

		judge(p, model, &splits[i].at, load, false, &v);
		score[i] = v.score;
		if (v.score > best.score) {
			best = v;
			chosen = &splits[i];
		}
	}
	for (int i = 0; i < n; i++)
		if (split_apart(&splits[i], chosen) > DOUBT_SHARE &&
			best.score - score[i] <
				(best.touch ? DOUBT_MARGIN : PAIR_MARGIN))
			found->doubtful = true;
	if (n == 0)
		return;
	if (!best.touch && !best.at.by_parts)
		widen_gap(p, &best);
	for (int i = 0; best.touch && i < (best.tandem ? 1 : N_REFINE); i++) {
		judge(p, model, &best.at, load, true, &best);
		refine_touching(p, model, load, &best);
	}
	judge(p, model, &best.at, load, true, &best);
	tell(found, &best);
	found->light_frac = fmin(chosen->mass, 1.0 - chosen->mass);
	poor = best.touch &&
	       (looks_poor(&best) || torn(p, &best.at, load) > TORN_SHARE);
	if (poor)
		found->doubtful = true;
	if ((found->doubtful && (!found->touch || poor)) ||
		(found->touch && found->light_frac < LIGHT_SHARE))
		found->side_clear = false;
}

void feet_find(const struct feet_picture *p, const struct footprint *model,
	struct feet_found *found)
{
	struct fit_cells all = { p->n, p->x_mm, p->y_mm, p->root, p->cell_mm2,
		p->pitch_mm };
	struct split_whole whole;

	memset(found, 0, sizeof(*found));
	if (p->n == 0)
		return;
	whole = split_weigh(p);
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
	turn(&found->at);
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

	return behind(split_signed_mm(line, x_mm, y_mm), fmax(a, b), fmin(a, b));
}
