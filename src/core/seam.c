#include "src/core/seam.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* All chosen on the scenes of tests/support/scene.c, where each may be half or twice as large. */
#define N_ROUNDS 5
#define CELL_ERROR                                                                     \
	0.10 /* of a cell's value: how far a model foot is from a real one, */
#define LEAST_ERROR   0.06 /* and of the usual cell's, beside it */
#define HALF_WIDTH    0.35 /* of the length: no model reaches further aside */
#define FAR_SQUARES   10.0 /* squared standard deviations; no pad reaches further */
#define FIRST_DAMPING 0.01
#define DAMPING_DOWN  0.3
#define DAMPING_UP    10.0

/* Standard deviations of the prior: what was found is about right. */
static const double prior_sd[SEAM_PAD + 1] = {
	[SEAM_MID] = 3.0,
	[SEAM_REAR] = 4.0,
	[SEAM_TURN] = 0.04,
	[SEAM_SIZE] = 0.03,
	[SEAM_WIDTH] = 0.05,
	[SEAM_SCALE] = 2.0,
	[SEAM_PAD] = 0.6, /* every pad */
};

#define N_BOTH (2 * SEAM_N)

/* The normal equations of one round: half the gradient and, below the diagonal, the matrix. */
struct normal {
	double cost;
	double gradient[N_BOTH];
	double matrix[N_BOTH][N_BOTH];
};

/* What a cell's value says, by one foot or both. */
struct slopes {
	int n;
	int at[N_BOTH];
	double d[N_BOTH];
};

static double square(double v)
{
	return v * v;
}

/* Lay a foot's pads out for its parameters; a cell's own spread is that of a square. */
static void lay(struct seam_foot *f, double cell_variance)
{
	double turn = f->phi_rad + f->value[SEAM_TURN];
	double length = f->length_mm * exp(f->value[SEAM_SIZE]);
	double width = length * exp(f->value[SEAM_WIDTH]);

	f->sine = sin(turn);
	f->cosine = cos(turn);
	for (int i = f->pad_from; i < f->pad_to; i++) {
		const struct footprint_pad *from = &footprint_pads[i];
		struct seam_pad *pad = &f->pad[i];

		pad->u = ((double)from->u - 0.5) * length;
		pad->w = (double)from->w * width;
		pad->own_along2 = square((double)from->along * length);
		pad->own_across2 = square((double)from->across * width);
		pad->along2 = 1.0 / (pad->own_along2 + cell_variance);
		pad->across2 = 1.0 / (pad->own_across2 + cell_variance);
		pad->height = f->start * (double)from->height *
			      exp(f->value[SEAM_SCALE] + f->value[SEAM_PAD + i]);
	}
}

static void slope(struct slopes *s, int at, double d)
{
	s->at[s->n] = at;
	s->d[s->n++] = d;
}

/* Return a pad's pressure `squares` standard deviations, squared, from its centre: a bump that ends.
 * One that never does, a Gaussian, is fitted to a foot's rim at the cost of its place.
 * `falls`: twice what it falls by per square. */
static double profile(double height, double squares, double *falls)
{
	double b = 1.0 - squares / FAR_SQUARES;

	*falls = 6.0 / FAR_SQUARES * height * b * b;
	return height * b * b * b;
}

/* Return what the foot puts into the cell at x, y. `s`: adds the slopes of it, parameters
 * counted from `first`; NULL: not wanted. */
static double press(
	const struct seam_foot *f, double x, double y, struct slopes *s, int first)
{
	double dx = x - f->middle.x;
	double dy = y - f->middle.y;
	double ahead = dx * f->sine + dy * f->cosine;
	double aside = dx * f->cosine - dy * f->sine;
	double u = ahead - f->value[SEAM_REAR];
	double w = (aside - f->value[SEAM_MID]) * f->medial;
	double d[SEAM_PAD] = { 0.0 };
	double sum = 0.0;

	if (fabs(w) > HALF_WIDTH * f->length_mm)
		return 0.0;
	for (int i = f->pad_from; i < f->pad_to; i++) {
		const struct seam_pad *pad = &f->pad[i];
		double du = (u - pad->u) * pad->along2;
		double dw = (w - pad->w) * pad->across2;
		double squares = du * (u - pad->u) + dw * (w - pad->w);
		double v, falls, widen;

		if (squares > FAR_SQUARES)
			continue;
		v = profile(pad->height, squares, &falls);
		sum += v;
		if (!s)
			continue;
		widen = dw * pad->w + dw * dw * pad->own_across2;
		d[SEAM_MID] += falls * dw * f->medial;
		d[SEAM_REAR] += falls * du;
		d[SEAM_TURN] += falls * (dw * f->medial * ahead - du * aside);
		d[SEAM_SIZE] +=
			falls * (du * pad->u + du * du * pad->own_along2 + widen);
		d[SEAM_WIDTH] += falls * widen;
		slope(s, first + SEAM_PAD + i, v);
	}
	d[SEAM_SCALE] = sum;
	for (int k = 0; s && sum > 0.0 && k < SEAM_PAD; k++)
		slope(s, first + k, d[k]);
	return sum;
}

/* Is there contact at a cell or beside it? Cells further off say nothing of a foot's edge. */
static bool is_near(const float *values, const struct mat_geometry *g, int row, int col)
{
	int c0 = col > 0 ? col - 1 : 0;
	int c1 = col + 1 < g->n_cols ? col + 1 : col;

	for (int r = row > 0 ? row - 1 : 0; r <= row + 1 && r < g->n_rows; r++)
		for (int c = c0; c <= c1; c++)
			if (values[r * g->n_cols + c] > 0.0f)
				return true;
	return false;
}

static void add_cell(
	struct normal *e, const struct slopes *s, double miss, double weight)
{
	e->cost += weight * miss * miss;
	for (int i = 0; i < s->n; i++) {
		double *row = e->matrix[s->at[i]];

		e->gradient[s->at[i]] += weight * miss * s->d[i];
		for (int k = 0; k < s->n; k++)
			if (s->at[k] <= s->at[i])
				row[s->at[k]] += weight * s->d[i] * s->d[k];
	}
}

static void add_prior(struct normal *e, const struct seam *seam)
{
	for (int i = 0; i < N_BOTH; i++) {
		int k = i % SEAM_N;
		double weight = 1.0 / square(prior_sd[k < SEAM_PAD ? k : SEAM_PAD]);
		double value = seam->foot[i / SEAM_N].value[k];

		e->cost += weight * value * value;
		e->gradient[i] += weight * value;
		e->matrix[i][i] += weight;
	}
}

/* Set up the normal equations where the feet are laid now. */
static void set_up(struct normal *e, struct seam *seam, const float *values,
	const struct mat_geometry *g, double usual)
{
	double variance = g->pitch_x_mm * g->pitch_y_mm / 12.0;

	memset(e, 0, sizeof(*e));
	for (int side = 0; side < 2; side++)
		lay(&seam->foot[side], variance);
	for (int row = 0; row < g->n_rows; row++)
		for (int col = 0; col < g->n_cols; col++) {
			double v = (double)values[row * g->n_cols + col];
			double x = geometry_x_mm(g, col);
			double y = geometry_y_mm(g, row);
			struct slopes s;
			double miss;

			if (!(v > 0.0) && !is_near(values, g, row, col))
				continue;
			s.n = 0;
			miss = press(&seam->foot[0], x, y, &s, 0) +
			       press(&seam->foot[1], x, y, &s, SEAM_N) - v;
			add_cell(e, &s, miss,
				1.0 / (square(CELL_ERROR * v) +
					      square(LEAST_ERROR * usual)));
		}
	add_prior(e, seam);
}

/* Solve (matrix + damping of its diagonal) * step = gradient by Cholesky. */
static void solve(const struct normal *e, double damping, double step[N_BOTH])
{
	double l[N_BOTH][N_BOTH];

	for (int i = 0; i < N_BOTH; i++) {
		for (int k = 0; k <= i; k++) {
			double sum = e->matrix[i][k] * (i == k ? 1.0 + damping : 1.0);

			for (int j = 0; j < k; j++)
				sum -= l[i][j] * l[k][j];
			/* The prior keeps the diagonal above zero but for rounding. */
			l[i][k] = i == k ? sqrt(fmax(sum, 1e-12)) : sum / l[k][k];
		}
		step[i] = e->gradient[i];
		for (int j = 0; j < i; j++)
			step[i] -= l[i][j] * step[j];
		step[i] /= l[i][i];
	}
	for (int i = N_BOTH - 1; i >= 0; i--) {
		for (int j = i + 1; j < N_BOTH; j++)
			step[i] -= l[j][i] * step[j];
		step[i] /= l[i][i];
	}
}

static void move(struct seam *to, const struct seam *from, const double step[N_BOTH])
{
	*to = *from;
	for (int i = 0; i < N_BOTH; i++)
		to->foot[i / SEAM_N].value[i % SEAM_N] -= step[i];
}

/* Start with the model as it is where the foot was found. */
static void start(struct seam_foot *f, const struct footprint_pose *pose)
{
	double s = sin(pose->phi_rad);
	double c = cos(pose->phi_rad);
	double ahead = pose->rear_mm + 0.5 * pose->length_mm;

	memset(f, 0, sizeof(*f));
	f->middle.x = ahead * s + pose->mid_mm * c;
	f->middle.y = ahead * c - pose->mid_mm * s;
	f->phi_rad = pose->phi_rad;
	f->length_mm = pose->length_mm;
	f->medial = pose->is_right ? -1.0 : 1.0;
	f->start = 1.0;
	f->pad_to = FOOTPRINT_N_PADS;
	while (pose->part == FOOTPRINT_FORE &&
		(double)footprint_pads[f->pad_from].u < FOOTPRINT_FORE_FROM)
		f->pad_from++;
	while (pose->part == FOOTPRINT_HEEL &&
		(double)footprint_pads[f->pad_to - 1].u > FOOTPRINT_HEEL_TO)
		f->pad_to--;
}

/* Give each model the height at which it carries what lies nearer to it; return the value of a
 * usual cell, the mean weighted by itself. */
static double scale(
	struct seam *seam, const float *values, const struct mat_geometry *g)
{
	double load[2] = { 0.0, 0.0 };
	double model[2] = { 0.0, 0.0 };
	double sum = 0.0;
	double squares = 0.0;

	for (int side = 0; side < 2; side++)
		lay(&seam->foot[side], g->pitch_x_mm * g->pitch_y_mm / 12.0);
	for (int row = 0; row < g->n_rows; row++)
		for (int col = 0; col < g->n_cols; col++) {
			double v = (double)values[row * g->n_cols + col];
			double p[2];

			if (!(v > 0.0))
				continue;
			for (int side = 0; side < 2; side++) {
				p[side] =
					press(&seam->foot[side], geometry_x_mm(g, col),
						geometry_y_mm(g, row), NULL, 0);
				model[side] += p[side];
			}
			load[p[1] > p[0]] += v;
			sum += v;
			squares += v * v;
		}
	for (int side = 0; side < 2; side++)
		seam->foot[side].start =
			fmax(load[side], 1e-3 * sum) / fmax(model[side], 1e-3);
	return squares / sum;
}

void seam_fit(struct seam *seam, const float *values, const struct mat_geometry *g,
	const struct footprint_pose pose[2])
{
	struct normal now, next;
	struct seam moved;
	double step[N_BOTH];
	double damping = FIRST_DAMPING;
	double usual;

	for (int side = 0; side < 2; side++)
		start(&seam->foot[side], &pose[side]);
	usual = scale(seam, values, g);
	set_up(&now, seam, values, g, usual);
	for (int round = 0; round < N_ROUNDS; round++) {
		solve(&now, damping, step);
		move(&moved, seam, step);
		set_up(&next, &moved, values, g, usual);
		if (next.cost < now.cost) {
			*seam = moved;
			now = next;
			damping *= DAMPING_DOWN;
		} else {
			damping *= DAMPING_UP;
		}
	}
}

/* Shares go in by their fourth power: pads reach out further than skin does. */
double seam_share(const struct seam *seam, double x_mm, double y_mm)
{
	double left = press(&seam->foot[0], x_mm, y_mm, NULL, 0);
	double right = press(&seam->foot[1], x_mm, y_mm, NULL, 0);
	double sum = left + right;

	if (!(sum > 0.0))
		return NAN;
	left = square(square(left / sum));
	right = square(square(right / sum));
	return right / (left + right);
}
