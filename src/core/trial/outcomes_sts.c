#include <math.h>

#include "src/core/trial/outcomes.h"
#include "src/core/trial/rise.h"

#define MAX_RISES 64
#define N_COUNTED 5

/* A rise is over when the load, pushed beyond body weight and fallen below it, is quiet: the force
 * varies by no more than STILL_FRAC for STILL_S (after Kralj et al. 1990, J Biomech 23:1123, whose
 * quiet standing begins when the oscillation of the ground reaction has died down). A person who
 * sits down sooner was up when the feet first carried the weight. */
#define STILL_FRAC 0.04
#define STILL_S    0.3

/* Of the way from the seated load to the standing weight. The lower pair finds a repetition (with
 * hysteresis), the outer pair its first and last moment. */
#define RISE_LOW   0.35
#define RISE_HIGH  0.75
#define STANDING   0.8 /* quantiles */
#define SEATED     0.1
#define BEGIN_FRAC 0.03
#define END_FRAC   0.97

/* Loads of the stretch: seated and standing. */
struct levels {
	double seated_n, standing_n;
};

struct rise {
	int cross; /* row of crossing RISE_HIGH */
	int begin; /* back from there: the load began to rise */
	int end;   /* on from there: full weight */
	int sit;   /* row at which the load went below RISE_LOW again; -1: it did not */
	bool still; /* the load was quiet at its end, before she sat again */
};

static double level_at(const struct levels *l, double frac)
{
	return l->seated_n + frac * (l->standing_n - l->seated_n);
}

/* The value that `frac` of the stretch's rows lie under: a coarse histogram is exact enough for a
 * threshold and needs no sorting. */
static double quantile(const double *force_n, int n, double top_n, double frac)
{
	enum { BINS = 256 };
	int bins[BINS] = { 0 }, seen = 0, total = 0;

	for (int i = 0; i < n; i++) {
		double at = force_n[i] / top_n * BINS;

		if (isnan(at))
			continue;
		bins[at < 0.0 ? 0 : at >= BINS ? BINS - 1 : (int)at]++;
		total++;
	}
	for (int k = 0; k < BINS; k++) {
		seen += bins[k];
		if (seen >= frac * total)
			return (k + 0.5) * top_n / BINS;
	}
	return top_n;
}

/* Standing: a high one of the loads above half the top, because a quick person is on the way more
 * often than upright; but no more than the weight as entered, which overshoots do not change. Where the
 * mat shows less than was entered, nobody would ever have reached that. Seated: a low one of those
 * below a half. */
static bool find_levels(const double *force_n, int n, double weight_n, double *scratch,
	struct levels *l)
{
	double top = 0.0, half;
	int n_high = 0, n_low = 0;

	for (int i = 0; i < n; i++)
		top = isnan(force_n[i]) ? top : fmax(top, force_n[i]);
	half = 0.5 * (isnan(weight_n) ? top : weight_n);
	for (int i = 0; i < n; i++) {
		if (force_n[i] > half)
			scratch[n_high++] = force_n[i];
	}
	if (n_high == 0 || !(top > 0.0))
		return false;
	l->standing_n = quantile(scratch, n_high, top, STANDING);
	if (!isnan(weight_n))
		l->standing_n = fmin(weight_n, l->standing_n);
	for (int i = 0; i < n; i++) {
		if (force_n[i] <= half)
			scratch[n_low++] = force_n[i];
	}
	l->seated_n = n_low > 0 ? quantile(scratch, n_low, half, SEATED) : 0.0;
	return l->standing_n > 1.2 * l->seated_n;
}

static int find_rises(
	const double *force_n, int n, const struct levels *l, struct rise *rises)
{
	double low = level_at(l, RISE_LOW), high = level_at(l, RISE_HIGH);
	bool up = n > 0 && force_n[0] > high;
	int n_rises = 0;

	for (int i = 0; i < n; i++) {
		if (!up && force_n[i] > high && n_rises < MAX_RISES) {
			rises[n_rises++] = (struct rise){ .cross = i, .sit = -1 };
			up = true;
		} else if (up && force_n[i] < low) {
			up = false;
			if (n_rises > 0)
				rises[n_rises - 1].sit = i;
		}
	}
	return n_rises;
}

/* Is the load quiet for STILL_S from row `from` on? */
static bool is_still(
	const double *t_s, const double *force_n, int n, double standing_n, int from)
{
	double low = force_n[from], high = force_n[from];

	for (int i = from; i < n; i++) {
		low = fmin(low, force_n[i]);
		high = fmax(high, force_n[i]);
		if (high - low > STILL_FRAC * standing_n)
			return false;
		if (t_s[i] - t_s[from] >= STILL_S)
			return true;
	}
	return false;
}

static void find_ends(const double *t_s, const double *force_n, int n,
	const struct levels *l, struct rise *rise)
{
	double begin = level_at(l, BEGIN_FRAC), end = level_at(l, END_FRAC);
	int last =
		rise->sit >= 0 ? rise->sit : n; /* a rise ends before sitting again */

	rise->begin = rise->end = rise->cross;
	while (rise->begin > 0 && force_n[rise->begin - 1] > begin)
		rise->begin--;
	while (rise->end + 1 < last && force_n[rise->end] < end)
		rise->end++;
	for (int i = rise->end; i < last; i++) {
		if (force_n[i] >= level_at(l, RISE_HIGH) &&
			is_still(t_s, force_n, n, l->standing_n, i)) {
			rise->end = i;
			rise->still = true;
			return;
		}
	}
}

/* Mean asymmetry, 100 (R - L) / (R + L), of rows from .. to. */
static double asymmetry(const double *left_frac, int from, int to, double *peak)
{
	double sum = 0.0;
	int n = 0;

	for (int i = from; i <= to; i++) {
		double a = 100.0 * (1.0 - 2.0 * left_frac[i]);

		if (isnan(a))
			continue;
		sum += a;
		n++;
		if (isnan(*peak) || fabs(a) > fabs(*peak))
			*peak = a;
	}
	return n > 0 ? sum / n : NAN;
}

static void measure_asymmetries(const struct trial_series *r, int first,
	const struct rise *rises, int n, double *value)
{
	double up = 0.0, down = 0.0, peak = NAN;
	int n_up = 0, n_down = 0;

	for (int k = 0; k < n; k++) {
		double a = asymmetry(r->left_frac, first + rises[k].begin,
			first + rises[k].end, &peak);

		if (!isnan(a)) {
			up += a;
			n_up++;
		}
		if (rises[k].sit < 0)
			continue;
		a = asymmetry(r->left_frac, first + rises[k].end, first + rises[k].sit,
			&peak);
		if (!isnan(a)) {
			down += a;
			n_down++;
		}
	}
	value[METRIC_RISE_ASYMMETRY_PCT] = n_up > 0 ? up / n_up : NAN;
	value[METRIC_LOWER_ASYMMETRY_PCT] = n_down > 0 ? down / n_down : NAN;
	value[METRIC_PEAK_ASYMMETRY_PCT] = peak;
}

/* From the first movement out of the chair to the fifth full stand (Guralnik et al. 1994, J Gerontol
 * 49:M85: "to the final standing position at the end of the fifth stand"; the word "go" leaves no mark
 * on a mat). */
static double whole_s(const double *t_s, const double *force_n, int n,
	const struct levels *l, const struct rise *rises)
{
	const struct rise *last = &rises[N_COUNTED - 1];
	int until = last->sit >= 0 ? last->sit : n;
	double begin_s =
		rise_begin_s(t_s, force_n, rises[0].cross, l->seated_n, l->standing_n);
	double end_s =
		last->still ? rise_end_s(t_s, force_n, until, last->end, l->standing_n)
			    : t_s[last->end];

	return end_s - begin_s;
}

void outcomes_sts(const struct engine *e, const struct engine_phase *p,
	const struct outcomes_context *context, double *value)
{
	const struct trial_series *r = &e->series;
	const double *force_n = r->force_n + p->first, *t_s = r->t_s + p->first;
	struct rise rises[MAX_RISES];
	struct levels levels;
	int n_rises, n;

	value[METRIC_REPETITIONS] = isnan(force_n[0]) ? NAN : 0.0;
	if (!find_levels(force_n, p->n, context->weight_n, context->scratch, &levels))
		return;
	n_rises = find_rises(force_n, p->n, &levels, rises);
	n = n_rises < N_COUNTED ? n_rises : N_COUNTED;
	value[METRIC_REPETITIONS] = n_rises;
	if (n == 0)
		return;
	for (int k = 0; k < n; k++)
		find_ends(t_s, force_n, p->n, &levels, &rises[k]);
	measure_asymmetries(r, p->first, rises, n, value);
	if (n > 1)
		value[METRIC_MEAN_REPETITION_S] =
			(t_s[rises[n - 1].cross] - t_s[rises[0].cross]) / (n - 1);
	if (n == N_COUNTED)
		value[METRIC_REPETITIONS_TIME_S] =
			whole_s(t_s, force_n, p->n, &levels, rises);
}
