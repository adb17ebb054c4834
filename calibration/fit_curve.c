#include "calibration/fit_curve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibration/fit_math.h"
#include "src/base/root_sum_sq.h"
#include "src/core/carve.h"

#define STEP_SD     0.01 /* of a step of a staircase against the others */
#define PHASE_LINES 1.0  /* around: so many lines before and after */
/* All moments of a roller weigh no more than so many: what they are off by has the same causes. */
#define PHASES_WORTH 20.0
#define BEND_SD      0.06 /* of the slope from one knot to the next */
#define EXPONENT     1.05 /* believed beforehand: Velostat, Interlink and Tekscan sheets */
#define EXPONENT_SD  0.25
#define KNOT_SPAN                                                                      \
	1000.0 /* the knots reach down to w_max over this: where contact begins */
#define LEAST_SLOPE    0.02 /* a curve rises, if by little */
#define LEAST_EXPONENT 0.05
#define LEAST_INNER    4 /* loads, to leave out the extremes */
#define N_ITERATIONS   12
#define DONE           1e-7
#define STEP           1e-5 /* of a derivative */

/* --- groups -------------------------------------------------------------------------------- */

static size_t lay_out(struct fit_levels *l, int n_snapshots, void *memory)
{
	struct carve c = { .memory = memory };
	double *bins =
		carve_take(&c, (size_t)FIT_MAX_GROUPS * FIT_BINS * sizeof(double));
	size_t n;

	l->phases = carve_take(&c, (size_t)n_snapshots * sizeof(struct fit_phase));
	l->n_residuals = n_snapshots + FIT_MAX_GROUPS + FIT_MAX_KNOTS;
	n = (size_t)l->n_residuals * sizeof(double);
	l->residual = carve_take(&c, n);
	l->tried = carve_take(&c, n);
	l->slope = carve_take(&c, n * FIT_MAX_KNOTS);
	for (int g = 0; memory && g < FIT_MAX_GROUPS; g++)
		l->groups[g].bins = bins + (size_t)g * FIT_BINS;
	return c.used;
}

size_t fit_levels_scratch_size(const struct readings *readings)
{
	struct fit_levels l;

	return lay_out(&l, readings->n_snapshots, NULL);
}

double fit_curve_level_sd(const struct fit_series *s, const struct fit_trust *trust)
{
	return root_sum_sq(trust->quarrel_frac,
		trust->cell_frac / sqrt(s->n_cells > 0 ? s->n_cells : 1));
}

static void add_group(
	struct fit_levels *l, int i, int first, int n, const struct fit_trust *trust)
{
	const struct fit_series *s = &l->all->series[i];
	struct fit_group *g = &l->groups[l->n_groups];

	if (l->n_groups == FIT_MAX_GROUPS || n < 1)
		return;
	g->series = i;
	g->sd = fit_curve_level_sd(s, trust);
	memset(g->bins, 0, FIT_BINS * sizeof(*g->bins));
	for (int k = first; k < first + n; k++)
		for (int b = 0; b < FIT_BINS; b++)
			g->bins[b] += (double)s->moments[k].bins[b] /
				      (s->moments[k].felt_n * n);
	l->n_groups++;
}

/* The later half of each stretch of one mass. */
static void add_groups(struct fit_levels *l, int i, const struct fit_trust *trust)
{
	const struct fit_series *s = &l->all->series[i];
	int first = 0;

	for (int k = 0; k < s->n_moments; k++) {
		int n = k + 1 - first;

		if (k + 1 < s->n_moments &&
			fabs(s->moments[k + 1].force_n - s->moments[k].force_n) < 1e-6)
			continue;
		add_group(l, i, first + n / 2, n - n / 2, trust);
		first = k + 1;
	}
}

/* --- phases of rollers --------------------------------------------------------------------- */

static void find_span(struct fit_phase *p)
{
	p->low = FIT_BINS;
	p->high = -1;
	for (int b = 0; b < FIT_BINS; b++) {
		if (!(p->moment->bins[b] > 0))
			continue;
		p->low = b < p->low ? b : p->low;
		p->high = b;
	}
}

static void add_pass(struct fit_levels *l, const struct fit_series *s)
{
	int first = l->n_phases;

	for (int k = 0; k < s->n_moments; k++) {
		struct fit_phase *p = &l->phases[l->n_phases];

		if (!s->moments[k].is_whole)
			continue;
		l->n_phases++;
		p->moment = &s->moments[k];
		find_span(p);
	}
	for (int k = first; k < l->n_phases; k++) {
		double place = l->phases[k].moment->place;
		int from = k, to = k;

		while (from > first &&
			fabs(l->phases[from - 1].moment->place - place) < PHASE_LINES)
			from--;
		while (to + 1 < l->n_phases &&
			fabs(l->phases[to + 1].moment->place - place) < PHASE_LINES)
			to++;
		l->phases[k].first = from;
		l->phases[k].n = to + 1 - from;
	}
}

void fit_levels_build(const struct fit_all_series *all, const struct fit_trust *trust,
	void *scratch, struct fit_levels *l)
{
	int n_phases = 0;

	for (int i = all->n; i < all->n + all->n_rolls; i++)
		n_phases += all->series[i].n_moments;
	lay_out(l, n_phases, scratch);
	l->all = all;
	l->n_groups = l->n_phases = 0;
	for (int i = 0; i < all->n; i++)
		add_groups(l, i, trust);
	for (int i = all->n; i < all->n + all->n_rolls; i++)
		add_pass(l, &all->series[i]);
	l->phase_weight = l->n_phases > 0
				  ? fmin(1, PHASES_WORTH / l->n_phases) /
					    (trust->phase_frac * trust->phase_frac)
				  : 0;
}

/* --- what a curve leaves ------------------------------------------------------------------- */

static double off_of(const struct fit_group *g, const double *s_n)
{
	double sum = 0;

	for (int b = 0; b < FIT_BINS; b++)
		sum += g->bins[b] * s_n[b];
	return log(fmax(sum, 1e-12));
}

/* The groups of one series share its level: it is off by `sd`, they by STEP_SD from each other. */
static int add_series_residuals(struct fit_levels *l, int first, int n, double *r)
{
	double mean = 0, sd = l->groups[first].sd, shared;

	for (int g = first; g < first + n; g++)
		mean += l->groups[g].off / n;
	shared = 1 - STEP_SD / sqrt(STEP_SD * STEP_SD + n * sd * sd);
	if (n == 1) {
		r[0] = mean / sd;
		return 1;
	}
	for (int k = 0; k < n; k++)
		r[k] = (l->groups[first + k].off - shared * mean) / STEP_SD;
	return n;
}

static int add_phase_residuals(struct fit_levels *l, const double *s_n, double *r)
{
	double weight = sqrt(l->phase_weight);

	for (int k = 0; k < l->n_phases; k++) {
		struct fit_phase *p = &l->phases[k];
		double sum = 0;

		for (int b = p->low; b <= p->high; b++)
			sum += (double)p->moment->bins[b] * s_n[b];
		p->log_sum = log(fmax(sum, 1e-12) / p->moment->felt_n);
	}
	for (int k = 0; k < l->n_phases; k++) {
		const struct fit_phase *p = &l->phases[k];
		double mean = 0, off;

		for (int j = p->first; j < p->first + p->n; j++)
			mean += l->phases[j].log_sum / p->n;
		off = p->log_sum - mean;
		/* a hand beside the roller makes outliers */
		r[k] = weight * fmin(FIT_PHASE_MOST, fmax(-FIT_PHASE_MOST, off));
	}
	return l->n_phases;
}

static double knot_step(void)
{
	return log(KNOT_SPAN) / (FIT_MAX_KNOTS - 1);
}

static int unknowns_of(enum curve_kind kind)
{
	static const int n[CURVE_N_KINDS] = { 1, 2, FIT_MAX_KNOTS };

	return n[kind];
}

int fit_curve_priors(enum curve_kind kind, const double *x, double *r)
{
	int n = unknowns_of(kind);
	double step = knot_step();

	if (kind == CURVE_POWER) {
		r[0] = (x[1] - EXPONENT) / EXPONENT_SD;
		return 1;
	}
	if (kind != CURVE_CUBIC)
		return 0;
	r[0] = ((x[n - 1] - x[0]) / ((n - 1) * step) - EXPONENT) / EXPONENT_SD;
	for (int k = 1; k + 1 < n; k++)
		r[k] = (x[k + 1] - 2 * x[k] + x[k - 1]) / (step * BEND_SD);
	return n - 1;
}

void fit_curve_from(const struct fit_levels *l, enum curve_kind kind, const double *x,
	struct model_curve *curve)
{
	*curve = (struct model_curve){ .kind = kind, .w_max = l->all->w_max };
	curve->scale_n = exp(x[0]);
	curve->exponent = kind == CURVE_POWER ? x[1] : 1;
	if (kind != CURVE_CUBIC)
		return;
	curve->scale_n = 0;
	curve->n_knots = FIT_MAX_KNOTS;
	for (int k = 0; k < FIT_MAX_KNOTS; k++) {
		curve->knot_w[k] =
			l->all->w_max * exp(knot_step() * (k - FIT_MAX_KNOTS + 1));
		curve->knot_s_n[k] = exp(x[k]);
	}
}

bool fit_curve_straighten(enum curve_kind kind, double *x)
{
	double least = LEAST_SLOPE * knot_step();
	int n = unknowns_of(kind);

	for (int k = 0; k < n; k++)
		if (!isfinite(x[k]))
			return false;
	if (kind == CURVE_POWER)
		return x[1] > LEAST_EXPONENT;
	for (int k = n - 1; kind == CURVE_CUBIC && k > 0; k--)
		x[k - 1] = fmin(x[k - 1], x[k] - least);
	return true;
}

/* All residuals into `r`, as many as returned. */
static int residuals(struct fit_levels *l, enum curve_kind kind, int without,
	const double *x, double *r)
{
	double s_n[FIT_BINS];
	struct model_curve curve;
	int m = 0;

	fit_curve_from(l, kind, x, &curve);
	fit_series_curve(l->all, &curve, s_n);
	for (int g = 0; g < l->n_groups; g++)
		l->groups[g].off = off_of(&l->groups[g], s_n);
	for (int g = 0; g < l->n_groups;) {
		int series = l->groups[g].series, first = g;

		while (g < l->n_groups && l->groups[g].series == series)
			g++;
		if (series != without)
			m += add_series_residuals(l, first, g - first, r + m);
	}
	m += add_phase_residuals(l, s_n, r + m);
	return m + fit_curve_priors(kind, x, r + m);
}

/* --- the fit ------------------------------------------------------------------------------- */

static double cost_of(const double *r, int m)
{
	double sum = 0;

	for (int k = 0; k < m; k++)
		sum += r[k] * r[k];
	return sum;
}

/* The power law through the middle of what there is, or what the last guess says. */
int fit_curve_guess(const struct fit_levels *l, enum curve_kind kind,
	const struct model_curve *curve, double *x)
{
	bool has_guess = curve->scale_n > 0 || curve->n_knots > 0;
	struct model_curve from = *curve;

	if (!has_guess)
		from = (struct model_curve){ .kind = CURVE_POWER,
			.scale_n = 1,
			.exponent = EXPONENT,
			.w_max = l->all->w_max };
	x[0] = log(model_curve_n(&from, l->all->w_max) / l->all->w_max);
	if (kind == CURVE_POWER) {
		x[1] = from.kind == CURVE_POWER ? from.exponent : EXPONENT;
		x[0] -= (x[1] - 1) * log(l->all->w_max);
	}
	for (int k = 0; kind == CURVE_CUBIC && k < FIT_MAX_KNOTS; k++)
		x[k] = log(model_curve_n(&from,
			l->all->w_max * exp(knot_step() * (k - FIT_MAX_KNOTS + 1))));
	return unknowns_of(kind);
}

/* A step of Levenberg and Marquardt from x with residuals in l->residual; into `next`. */
static int step_from(struct fit_levels *l, enum curve_kind kind, int without,
	const double *x, int m, double damp, double *next)
{
	int n = unknowns_of(kind);
	double a[FIT_MAX_KNOTS * FIT_MAX_KNOTS] = { 0 }, b[FIT_MAX_KNOTS] = { 0 };

	for (int i = 0; i < n; i++) {
		double *slope = l->slope + (size_t)i * (size_t)l->n_residuals;

		memcpy(next, x, (size_t)n * sizeof(*x));
		next[i] += STEP;
		residuals(l, kind, without, next, slope);
		for (int k = 0; k < m; k++)
			slope[k] = (slope[k] - l->residual[k]) / STEP;
	}
	for (int i = 0; i < n; i++) {
		const double *si = l->slope + (size_t)i * (size_t)l->n_residuals;

		for (int k = 0; k < m; k++)
			b[i] -= si[k] * l->residual[k];
		for (int j = 0; j < n; j++) {
			const double *sj =
				l->slope + (size_t)j * (size_t)l->n_residuals;

			for (int k = 0; k < m; k++)
				a[i * n + j] += si[k] * sj[k];
		}
		a[i * n + i] *= 1 + damp;
		a[i * n + i] += 1e-12;
	}
	if (fit_math_solve(a, b, n))
		return -1;
	for (int i = 0; i < n; i++)
		next[i] = x[i] + b[i];
	return 0;
}

double fit_curve_of(struct fit_levels *l, enum curve_kind kind, int without,
	struct model_curve *curve)
{
	double x[FIT_MAX_KNOTS], next[FIT_MAX_KNOTS], cost, damp = 1e-3;
	int m;

	fit_curve_guess(l, kind, curve, x);
	m = residuals(l, kind, without, x, l->residual);
	cost = cost_of(l->residual, m);
	for (int round = 0; round < N_ITERATIONS && damp < 1e6; round++) {
		double tried = INFINITY, gain;

		if (step_from(l, kind, without, x, m, damp, next) == 0 &&
			fit_curve_straighten(kind, next)) {
			residuals(l, kind, without, next, l->tried);
			tried = cost_of(l->tried, m);
		}
		if (!(tried < cost)) {
			damp *= 10;
			continue;
		}
		gain = cost - tried;
		cost = tried;
		damp *= 0.1;
		memcpy(x, next, sizeof(x));
		memcpy(l->residual, l->tried, (size_t)m * sizeof(double));
		if (gain < DONE * (1 + cost))
			break;
	}
	fit_curve_from(l, kind, x, curve);
	residuals(l, kind, without, x, l->residual);
	return isfinite(cost) ? cost : INFINITY;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double fit_curve_phase_sd(struct fit_levels *l, const struct model_curve *curve)
{
	double s_n[FIT_BINS];

	if (l->n_phases == 0)
		return NAN;
	fit_series_curve(l->all, curve, s_n);
	add_phase_residuals(l, s_n, l->tried);
	for (int k = 0; k < l->n_phases; k++)
		l->tried[k] = fabs(l->tried[k]);
	qsort(l->tried, (size_t)l->n_phases, sizeof(double), by_size);
	return l->tried[l->n_phases / 2] / (0.6745 * sqrt(l->phase_weight));
}

double fit_curve_off(struct fit_levels *l, const struct model_curve *curve, int series)
{
	double s_n[FIT_BINS], sum = 0;
	int n = 0;

	fit_series_curve(l->all, curve, s_n);
	for (int g = 0; g < l->n_groups; g++) {
		l->groups[g].off = off_of(&l->groups[g], s_n);
		if (l->groups[g].series != series)
			continue;
		sum += l->groups[g].off;
		n++;
	}
	return n > 0 ? sum / n : NAN;
}

/* The lowest and the highest load would be predicted beyond what is left. They stay in, and count with
 * what the curve leaves of them: a curve of the wrong form is worst there. */
static bool is_extreme(const struct fit_levels *l, int series)
{
	double w = l->all->series[series].w_top;
	bool is_least = true, is_most = true;

	for (int i = 0; i < l->all->n; i++) {
		is_least &= i == series || w < l->all->series[i].w_top;
		is_most &= i == series || w > l->all->series[i].w_top;
	}
	return is_least || is_most;
}

double fit_curve_cross(struct fit_levels *l, enum curve_kind kind,
	const struct model_curve *curve, double *off)
{
	double sum = 0;
	int n = 0;

	for (int i = 0; i < l->all->n; i++) {
		bool is_asked = l->all->n < LEAST_INNER || !is_extreme(l, i);
		struct model_curve fitted = *curve;
		double o;

		fit_curve_of(l, kind, is_asked ? i : -1, &fitted);
		o = fit_curve_off(l, &fitted, i);
		if (off)
			off[i] = o;
		sum += o * o;
		n++;
	}
	return l->all->n >= 2 ? sqrt(sum / n) : NAN;
}
