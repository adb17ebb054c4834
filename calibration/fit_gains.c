#include "calibration/fit_gains.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_math.h"
#include "src/core/carve.h"

/* How unlike passes are, sd, of half a mat. Passes are turned end for end, so that a heavier end cancels, and
 * what the differences between passes show is taken from any prior: these say only whom to believe about
 * the whole mat, rollers that were turned or hands that pushed evenly. The former. */
#define HEIGHT_SD 10.0  /* any */
#define TILT_SD   0.004 /* one end heavier, once turned */
#define BOW_SD    0.004 /* pressed at both ends, or in the middle */
#define DRIFT_SD  0.01  /* pushed harder at the end of the way */
#define LINE_SD   0.01  /* from line to line */
#define CUT_SD    0.5   /* a line whose peak was missed */
#define REST_SD   0.01  /* of one cell; its outliers weigh less */
#define HUBER     3.0

#define N_SHAPES   4 /* height, tilt, bow, drift */
#define N_ROUNDS   3 /* of weighing outliers anew */
#define MOST_STEPS 80
#define ENOUGH     1e-9 /* of the gradient */

/* The unknowns of a pass, N_SHAPES and a line each, follow one another. */
struct gains {
	const struct mat_geometry *g;
	struct fit_pass *passes;
	int n_passes, n_cells, per_pass, n_unknown;
	double rest_sd;
	float *weight;              /* of each pass's cell: 0 not seen */
	double *x, *r, *p, *q;      /* conjugate gradients */
	double *cell, *cell_weight; /* sums over passes */
};

static size_t lay_out(
	struct gains *s, const struct mat_geometry *g, int n_passes, void *memory)
{
	size_t n = (size_t)geometry_n_cells(g), z;
	struct carve c = { .memory = memory };

	s->per_pass = N_SHAPES + (g->n_rows > g->n_cols ? g->n_rows : g->n_cols);
	s->n_unknown = n_passes * s->per_pass;
	z = (size_t)s->n_unknown * sizeof(double);
	s->weight = carve_take(&c, (size_t)n_passes * n * sizeof(float));
	s->x = carve_take(&c, z);
	s->r = carve_take(&c, z);
	s->p = carve_take(&c, z);
	s->q = carve_take(&c, z);
	s->cell = carve_take(&c, n * sizeof(double));
	s->cell_weight = carve_take(&c, n * sizeof(double));
	return c.used;
}

size_t fit_gains_scratch_size(const struct mat_geometry *geometry, int n_passes)
{
	struct gains s;

	return lay_out(&s, geometry, n_passes, NULL);
}

/* -1 to 1 over the mat's width (or depth, front to back turned so that y rises). */
static double place(int at, int n)
{
	return n > 1 ? 2.0 * at / (n - 1) - 1 : 0;
}

/* What of the unknowns of its pass a cell sees: its shapes and its line. */
static int regard(const struct gains *s, const struct fit_pass *pass, int i,
	double shape[N_SHAPES])
{
	int row = i / s->g->n_cols, col = i % s->g->n_cols;
	double x = place(col, s->g->n_cols), y = -place(row, s->g->n_rows);
	double across = pass->along_x ? y : x, along = pass->along_x ? x : y;

	shape[0] = 1;
	shape[1] = across;
	shape[2] = across * across - 1.0 / 3;
	shape[3] = along;
	return N_SHAPES + (pass->along_x ? col : row);
}

static double prior_precision(const struct gains *s, int unknown)
{
	static const double sds[N_SHAPES] = { HEIGHT_SD, TILT_SD, BOW_SD, DRIFT_SD };
	const struct fit_pass *pass = &s->passes[unknown / s->per_pass];
	int k = unknown % s->per_pass;
	double sd = LINE_SD;

	if (k < N_SHAPES)
		sd = sds[k];
	else if (pass->is_cut[k - N_SHAPES])
		sd = CUT_SD;
	return 1 / (sd * sd);
}

static double predict(const struct gains *s, int p, int i, const double *z)
{
	double shape[N_SHAPES];
	int line = regard(s, &s->passes[p], i, shape);
	double sum = z[p * s->per_pass + line];

	for (int k = 0; k < N_SHAPES; k++)
		sum += shape[k] * z[p * s->per_pass + k];
	return sum;
}

/* Weighted sums of f(pass, cell) over the passes of each cell, then spread back: out = X' W (f - mean). f is
 * what was seen (z NULL) or what z predicts. */
static void project(struct gains *s, const double *z, double *out)
{
	memset(s->cell, 0, (size_t)s->n_cells * sizeof(*s->cell));
	memset(out, 0, (size_t)s->n_unknown * sizeof(*out));
	for (int back = 0; back < 2; back++) {
		for (int p = 0; p < s->n_passes; p++) {
			const float *w = s->weight + (size_t)p * (size_t)s->n_cells;

			for (int i = 0; i < s->n_cells; i++) {
				double shape[N_SHAPES], f;
				int line;

				if (!(w[i] > 0))
					continue;
				f = z ? predict(s, p, i, z)
				      : (double)s->passes[p].log_peak[i];
				if (!back) {
					s->cell[i] += (double)w[i] * f;
					continue;
				}
				f = (double)w[i] * (f - s->cell[i] / s->cell_weight[i]);
				line = regard(s, &s->passes[p], i, shape);
				for (int k = 0; k < N_SHAPES; k++)
					out[p * s->per_pass + k] += shape[k] * f;
				out[p * s->per_pass + line] += f;
			}
		}
	}
}

static double dot(const double *a, const double *b, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* Solve (X' W (1 - mean) X + prior) x = X' W (1 - mean) seen. */
static void solve(struct gains *s)
{
	int n = s->n_unknown;
	double before, first;

	memset(s->x, 0, (size_t)n * sizeof(*s->x));
	project(s, NULL, s->r);
	memcpy(s->p, s->r, (size_t)n * sizeof(*s->p));
	before = first = dot(s->r, s->r, n);
	for (int step = 0; step < MOST_STEPS && before > ENOUGH * ENOUGH * first;
		step++) {
		double far, now;

		project(s, s->p, s->q);
		for (int k = 0; k < n; k++)
			s->q[k] += prior_precision(s, k) * s->p[k];
		far = before / dot(s->p, s->q, n);
		for (int k = 0; k < n; k++) {
			s->x[k] += far * s->p[k];
			s->r[k] -= far * s->q[k];
		}
		now = dot(s->r, s->r, n);
		for (int k = 0; k < n; k++)
			s->p[k] = s->r[k] + now / before * s->p[k];
		before = now;
	}
}

/* Weights of cells from what is left of them: outliers count for less. Returns the rest's sd. */
static double weigh(struct gains *s, bool first)
{
	double sum = 0, n = 0;

	memset(s->cell_weight, 0, (size_t)s->n_cells * sizeof(*s->cell_weight));
	for (int p = 0; p < s->n_passes; p++) {
		float *w = s->weight + (size_t)p * (size_t)s->n_cells;

		for (int i = 0; i < s->n_cells; i++) {
			double off = 0, sd = s->rest_sd;
			float seen = s->passes[p].log_peak[i];

			if (isnan(seen)) {
				w[i] = 0;
				continue;
			}
			if (!first) {
				off = (double)seen - predict(s, p, i, s->x) -
				      s->cell[i];
				sum += fmin(off * off, HUBER * HUBER * sd * sd);
				n += 1;
			}
			w[i] = (float)((fabs(off) > HUBER * sd ? HUBER * sd / fabs(off)
							       : 1) /
				       (sd * sd));
			s->cell_weight[i] += (double)w[i];
		}
	}
	return n > 0 ? sqrt(sum / n) : 0;
}

/* Each cell's mean of what the passes leave of it. */
static void average(struct gains *s)
{
	memset(s->cell, 0, (size_t)s->n_cells * sizeof(*s->cell));
	for (int p = 0; p < s->n_passes; p++) {
		const float *w = s->weight + (size_t)p * (size_t)s->n_cells;

		for (int i = 0; i < s->n_cells; i++)
			if (w[i] > 0)
				s->cell[i] += (double)w[i] *
					      ((double)s->passes[p].log_peak[i] -
						      predict(s, p, i, s->x)) /
					      s->cell_weight[i];
	}
}

static void hand_over(struct gains *s, float *log_gain)
{
	int n = 0;
	double middle;

	for (int i = 0; i < s->n_cells; i++) {
		log_gain[i] = s->cell_weight[i] > 0 ? (float)-s->cell[i] : NAN;
		if (s->cell_weight[i] > 0)
			s->cell[n++] = s->cell[i];
	}
	middle = fit_math_median(s->cell, n);
	for (int i = 0; i < s->n_cells; i++)
		log_gain[i] += (float)middle;
	for (int p = 0; p < s->n_passes; p++) {
		s->passes[p].tilt = 2 * s->x[p * s->per_pass + 1];
		s->passes[p].drift = 2 * s->x[p * s->per_pass + 3];
	}
}

void fit_gains(const struct mat_geometry *geometry, struct fit_pass *passes,
	int n_passes, void *scratch, float *log_gain, double *rest_frac)
{
	struct gains s = { .g = geometry,
		.passes = passes,
		.n_passes = n_passes,
		.n_cells = geometry_n_cells(geometry),
		.rest_sd = REST_SD };

	lay_out(&s, geometry, n_passes, scratch);
	weigh(&s, true);
	for (int round = 0; round < N_ROUNDS; round++) {
		solve(&s);
		average(&s);
		*rest_frac = weigh(&s, false);
		s.rest_sd = fmax(*rest_frac, 0.1 * REST_SD);
		weigh(&s, false);
	}
	hand_over(&s, log_gain);
}
