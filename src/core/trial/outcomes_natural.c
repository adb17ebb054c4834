#include <math.h>

#include "src/core/sway/filter.h"
#include "src/core/trial/outcomes.h"

/* Shift: a step of the COP between two means; fidget: out and back. Duarte & Zatsiorsky 1999
 * (Motor Control 3:28): means of 5 s windows beside the event, threshold two SDs of both, fidgets
 * within 4 s. Our lateral series alone, because weight on the feet is what is asked about. */
#define WINDOW_S     5.0
#define SHIFT_SDS    2.0
#define SHIFT_MM     10.0 /* chosen: below it, it is no change of stance */
#define FIDGET_SDS   3.0
#define FIDGET_MM    10.0
#define FIDGET_MAX_S 4.0
#define BASE_S       60.0
#define SMOOTH_HZ    1.0

static double outside_pct(const double *left_frac, int n, double band)
{
	int n_out = 0, n_all = 0;

	for (int i = 0; i < n; i++) {
		if (isnan(left_frac[i]))
			continue;
		n_all++;
		n_out += fabs(left_frac[i] - 0.5) > band;
	}
	return n_all > 0 ? 100.0 * n_out / n_all : NAN;
}

/* Sarle's coefficient: (skewness^2 + 1) / kurtosis; above 5/9 of a uniform spread speaks for two
 * modes. Population moments. */
static double bimodality(const double *left_frac, int n)
{
	double mean = 0.0, m2 = 0.0, m3 = 0.0, m4 = 0.0;
	int count = 0;

	for (int i = 0; i < n; i++) {
		if (!isnan(left_frac[i])) {
			mean += left_frac[i];
			count++;
		}
	}
	mean /= count;
	for (int i = 0; i < n; i++) {
		double d = left_frac[i] - mean;

		if (isnan(d))
			continue;
		m2 += d * d;
		m3 += d * d * d;
		m4 += d * d * d * d;
	}
	m2 /= count;
	m3 /= count;
	m4 /= count;
	if (!(m2 > 0.0))
		return NAN;
	return (m3 * m3 / (m2 * m2 * m2) + 1.0) / (m4 / (m2 * m2));
}

static double mean_between(const double *sums, int from, int to)
{
	return (sums[to] - sums[from]) / (to - from);
}

static double sd_between(const double *sums, const double *squares, int from, int to)
{
	double mean = mean_between(sums, from, to);

	return sqrt(fmax(0.0, mean_between(squares, from, to) - mean * mean));
}

/* Prefix sums of the series and of its squares, each n + 1 long. */
static void sum_up(const double *x, int n, double *sums, double *squares)
{
	sums[0] = squares[0] = 0.0;
	for (int i = 0; i < n; i++) {
		sums[i + 1] = sums[i] + x[i];
		squares[i + 1] = squares[i] + x[i] * x[i];
	}
}

static int count_shifts(const double *sums, const double *squares, int n, int window)
{
	int n_shifts = 0;

	for (int i = window; i + window <= n; i++) {
		double before = mean_between(sums, i - window, i);
		double after = mean_between(sums, i, i + window);
		double sd = sqrt(
			0.5 *
			(pow(sd_between(sums, squares, i - window, i), 2.0) +
				pow(sd_between(sums, squares, i, i + window), 2.0)));

		if (fabs(after - before) < fmax(SHIFT_MM, SHIFT_SDS * sd))
			continue;
		n_shifts++;
		i += window; /* the same step is not counted twice */
	}
	return n_shifts;
}

/* A peak over the minute around it that is back within FIDGET_MAX_S. */
static int count_fidgets(const double *x, const double *sums, const double *squares,
	int n, double rate_hz)
{
	int half = (int)(0.5 * BASE_S * rate_hz), most = (int)(FIDGET_MAX_S * rate_hz);
	int n_fidgets = 0;

	for (int i = 0; i < n;) {
		int from = i > half ? i - half : 0, to = i + half < n ? i + half : n;
		double mean = mean_between(sums, from, to);
		double sd = sd_between(sums, squares, from, to);
		double least = fmax(FIDGET_MM, FIDGET_SDS * sd);
		int k = i;

		while (k < n && fabs(x[k] - mean) > least)
			k++;
		if (k > i && k < n && k - i <= most)
			n_fidgets++;
		i = k > i ? k : i + 1;
	}
	return n_fidgets;
}

/* The lateral COP, evenly filled; returns its rate. */
static double take_lateral(
	const struct trial_series *r, const struct engine_phase *p, double *x)
{
	double last = 0.0;

	for (int i = 0; i < p->n; i++) {
		double at = r->x_mm[p->first + i];

		last = isnan(at) ? last : at;
		x[i] = last;
	}
	return (p->n - 1) / (r->t_s[p->first + p->n - 1] - r->t_s[p->first]);
}

void outcomes_natural(const struct engine *e, const struct engine_phase *p,
	const struct outcomes_context *context, double *value)
{
	const struct trial_series *r = &e->series;
	double *x = context->scratch, *sums = x + p->n, *squares = sums + p->n + 1;
	const double *left_frac = r->left_frac + p->first;
	struct filter filter;
	double rate_hz;
	int window;

	if (p->n < 2)
		return;
	value[METRIC_OUTSIDE_45_55_PCT] = outside_pct(left_frac, p->n, 0.05);
	value[METRIC_OUTSIDE_40_60_PCT] = outside_pct(left_frac, p->n, 0.10);
	value[METRIC_BIMODALITY] = bimodality(left_frac, p->n);
	rate_hz = take_lateral(r, p, x);
	window = (int)(WINDOW_S * rate_hz);
	if (p->n < 2 * window || !(SMOOTH_HZ < 0.45 * rate_hz))
		return;
	filter = filter_butter2(SMOOTH_HZ, rate_hz);
	filter_both_ways(&filter, FILTER_BUTTER2_PAD, x, p->n, sums);
	sum_up(x, p->n, sums, squares);
	value[METRIC_SHIFTS] = count_shifts(sums, squares, p->n, window);
	value[METRIC_FIDGETS] = count_fidgets(x, sums, squares, p->n, rate_hz);
}
