/* Masses that contradict each other: one typed in pounds, two swapped, one wrong. A power law through the
 * others says what each should have read; loads that no curve goes through are refused without a name. */
#include <math.h>

#include "calibration/fit_curve.h"
#include "calibration/fit_parts.h"
#include "src/base/i18n.h"

#define SUSPECT_FRAC 0.06 /* rms from a power law: worth a look at each mass */
#define QUARREL_FRAC 0.06 /* rms from the curve in force that no field sheet shows */
#define WRONG_LOG    0.12 /* a mass that is off by so much from what the others say */
#define BEND_FRAC                                                                      \
	0.25 /* of the way to the others: off by so much may be a bent curve, beyond them */
#define CLEARED_FRAC 0.35 /* of the rms is left once the culprit is found */
#define LB_PER_KG    2.2046226
#define LIKE_LOG     0.1 /* so near to a ratio it is that ratio */
#define LEAST_LOADS  3

struct suspect {
	int a, b; /* series; b -1: not swapped, but wrong */
	double rms, off;
};

/* Of all series but one, under a power law through them. */
static double rms_without(struct fit_levels *l, int without, double *off)
{
	struct model_curve curve = { .w_max = l->all->w_max };
	double sum = 0;
	int n = 0;

	fit_curve_of(l, CURVE_POWER, without, &curve);
	for (int i = 0; i < l->all->n; i++) {
		double o = fit_curve_off(l, &curve, i);

		if (i == without)
			*off = o;
		if (i == without || !isfinite(o))
			continue;
		sum += o * o;
		n++;
	}
	return n > 0 ? sqrt(sum / n) : NAN;
}

static void scale(struct fit_levels *l, int series, double by)
{
	for (int g = 0; g < l->n_groups; g++)
		for (int b = 0; l->groups[g].series == series && b < FIT_BINS; b++)
			l->groups[g].bins[b] *= by;
}

static double rms_swapped(struct fit_levels *l, int a, int b)
{
	double ratio = l->all->series[a].mass_kg / l->all->series[b].mass_kg, off, rms;

	scale(l, a, ratio);
	scale(l, b, 1 / ratio);
	rms = rms_without(l, -1, &off);
	scale(l, a, 1 / ratio);
	scale(l, b, ratio);
	return rms;
}

static struct suspect find_wrong(struct fit_levels *l)
{
	struct suspect best = { -1, -1, INFINITY, 0 };

	for (int i = 0; i < l->all->n; i++) {
		double off = 0, rms = rms_without(l, i, &off);

		if (rms < best.rms)
			best = (struct suspect){ i, -1, rms, off };
	}
	return best;
}

static struct suspect find_swapped(struct fit_levels *l)
{
	struct suspect best = { -1, -1, INFINITY, 0 };

	for (int a = 0; a < l->all->n; a++) {
		for (int b = a + 1; b < l->all->n; b++) {
			const struct fit_series *s = l->all->series;
			double rms;

			if (fabs(log(s[a].mass_kg / s[b].mass_kg)) < WRONG_LOG ||
				s[a].kind == READING_STAIRCASE ||
				s[b].kind == READING_STAIRCASE)
				continue;
			rms = rms_swapped(l, a, b);
			if (rms < best.rms)
				best = (struct suspect){ a, b, rms, 0 };
		}
	}
	return best;
}

static void tell_wrong(
	const struct fit_series *s, double off, struct fit_report *report)
{
	if (fabs(fabs(off) - log(LB_PER_KG)) < LIKE_LOG)
		fit_problem_add(report, FIT_REFUSE, s->item,
			N_("Load %d: %.1f kg reads like %.1f kg by the other loads. "
			   "Typed "
			   "in pounds? Drop it and repeat it in kilograms."),
			s->item, s->mass_kg, s->mass_kg * exp(off));
	else
		fit_problem_add(report, FIT_REFUSE, s->item,
			N_("Load %d: %.1f kg reads like %.1f kg by the other loads. "
			   "Drop "
			   "it, look at the weight, and repeat it."),
			s->item, s->mass_kg, s->mass_kg * exp(off));
}

static void tell_swapped(const struct fit_series *a, const struct fit_series *b,
	struct fit_report *report)
{
	fit_problem_add(report, FIT_REFUSE, a->item,
		N_("Loads %d and %d: %.1f and %.1f kg read like each other. "
		   "Were "
		   "they swapped? Drop both and repeat them."),
		a->item, b->item, a->mass_kg, b->mass_kg);
}

/* How far a load presses beyond all others, as a logarithm of what its fullest cell shows; 0 among them. */
static double reach(const struct fit_levels *l, int series)
{
	double own = l->all->series[series].w_top, least = INFINITY, most = 0;

	for (int i = 0; i < l->all->n; i++) {
		if (i == series)
			continue;
		least = fmin(least, l->all->series[i].w_top);
		most = fmax(most, l->all->series[i].w_top);
	}
	return fmax(0, fmax(log(least / own), log(own / most)));
}

bool fit_masses(struct fit_levels *l, struct fit_report *report)
{
	const struct fit_series *s = l->all->series;
	struct suspect wrong, swapped;
	double off = 0, rms = rms_without(l, -1, &off);

	if (!(rms > SUSPECT_FRAC) || l->all->n < LEAST_LOADS)
		return false;
	swapped = find_swapped(l);
	wrong = find_wrong(l);
	if (l->all->n > LEAST_LOADS && swapped.rms < CLEARED_FRAC * rms &&
		swapped.rms < 1.5 * fmax(wrong.rms, 0.02)) {
		tell_swapped(&s[swapped.a], &s[swapped.b], report);
		return true;
	}
	if (!(wrong.rms < CLEARED_FRAC * rms) ||
		!(fabs(wrong.off) > WRONG_LOG + BEND_FRAC * reach(l, wrong.a)))
		return false;
	tell_wrong(&s[wrong.a], wrong.off, report);
	return true;
}

void fit_quarrel(struct fit_levels *l, const struct model_curve *curve,
	struct fit_report *report)
{
	double sum = 0, rms;
	int n = 0;

	for (int i = 0; i < l->all->n; i++) {
		double off = fit_curve_off(l, curve, i);

		if (!isfinite(off))
			continue;
		sum += off * off;
		n++;
	}
	rms = n > 0 ? sqrt(sum / n) : 0;
	if (rms > QUARREL_FRAC && l->all->n >= LEAST_LOADS)
		fit_problem_add(report, FIT_REFUSE, -1,
			N_("Loads: they contradict each other by %.0f %%. Look at the "
			   "masses, drop those in doubt, and repeat them."),
			100 * rms);
}

double fit_lightest_kpa(const struct model *model, const struct fit_report *report)
{
	double area_mm2 = model->geometry.pitch_x_mm * model->geometry.pitch_y_mm;
	double least_kpa = INFINITY;

	for (int k = 0; k < report->n_loads; k++)
		least_kpa = fmin(least_kpa, report->loads[k].pressed_n * 1e3 / area_mm2);
	return least_kpa;
}

void fit_lightest(const struct model *model, struct fit_report *report)
{
	double least_kpa = fit_lightest_kpa(model, report);

	if (model->curve.kind == CURVE_CUBIC && isfinite(least_kpa) &&
		least_kpa > FIT_LIGHT_KPA)
		fit_problem_add(report, FIT_NOTE, -1,
			N_("Loads: none pressed with less than %.0f kPa. A load of 5 to "
			   "10 kg on the broad disc would tell how this material answers "
			   "to little, as at the rims of feet."),
			least_kpa);
}
