/* Curve and memory of the material together: by turns, each under the other, until both stand. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "calibration/fit_creep.h"
#include "calibration/fit_curve.h"
#include "calibration/fit_parts.h"
#include "src/base/units.h"
#include "src/core/carve.h"

#define N_TURNS       6
#define N_LAST_TURNS  4
#define QUARREL_FRAC  0.01 /* sd between loads beyond their cells: until it is known */
#define LEAST_QUARREL 0.002
#define SIMPLER_FRAC                                                                   \
	0.6 /* a richer curve must leave less than so much of what the simpler one does */
#define ENOUGH_COST     4.0 /* what is left of a curve that fits within its uncertainty */
#define BETTER_FRAC     0.8 /* so much better, and it need not leave less */
#define WORSE_FRAC      1.2 /* and predict loads left out better than so much worse */
#define LEAST_FOR_CURVE 4   /* loads, for a curve of many knots */
#define DECADE_FROM_S   10.0

struct response {
	const struct readings *readings;
	struct model *model;
	struct fit_report *report;
	struct fit_all_series *all;
	struct fit_levels *levels;
	void *level_scratch;
	double moment_sd;
};

static size_t lay_out(struct response *s, const struct readings *r, void *memory,
	void **series_scratch)
{
	struct carve c = { .memory = memory };

	s->all = carve_take(&c, sizeof(*s->all));
	s->levels = carve_take(&c, sizeof(*s->levels));
	*series_scratch = carve_take(&c, fit_series_scratch_size(r));
	s->level_scratch = carve_take(&c, fit_levels_scratch_size(r));
	return c.used;
}

size_t fit_response_scratch_size(const struct readings *readings)
{
	struct response s;
	void *scratch;

	return lay_out(&s, readings, NULL, &scratch);
}

/* A few turns with curves of one kind; returns the cost. */
static double turn(
	struct response *s, enum curve_kind kind, int n_turns, double quarrel)
{
	struct model_curve *curve = &s->model->curve;
	double s_n[FIT_BINS], cost = INFINITY;

	for (int k = 0; k < n_turns; k++) {
		fit_series_curve(s->all, curve, s_n);
		if (k == 0 && s->model->creep.n == 0) {
			fit_creep_begin(s->all, s_n, s->model);
			fit_creep_predict(s->all, s_n, s->model);
		} else {
			s->moment_sd = fit_creep_step(s->all, s_n, s->model);
		}
		fit_levels_build(s->all, quarrel, s->level_scratch, s->levels);
		cost = fit_curve_of(s->levels, kind, -1, curve);
	}
	return cost;
}

/* A richer curve is taken if it predicts loads that it has not seen clearly better, or if it leaves far less
 * of all loads and of the roller's moments and predicts hardly worse. */
static bool is_better(
	const struct response *s, const double *cost, int simpler, int richer)
{
	double cross = s->report->cv_rms_frac[richer] / s->report->cv_rms_frac[simpler];

	return cross < BETTER_FRAC ||
	       (cross < WORSE_FRAC &&
		       cost[richer] + ENOUGH_COST <
			       SIMPLER_FRAC * (cost[simpler] + ENOUGH_COST));
}

/* The simplest kind that will do. */
static enum curve_kind choose(struct response *s)
{
	struct fit_report *report = s->report;
	enum curve_kind best = CURVE_LINEAR;
	double cost[CURVE_N_KINDS];

	for (int kind = 0; kind < CURVE_N_KINDS; kind++) {
		struct model_curve curve = s->model->curve;

		cost[kind] = fit_curve_of(s->levels, (enum curve_kind)kind, -1, &curve);
		report->cv_rms_frac[kind] =
			fit_curve_cross(s->levels, (enum curve_kind)kind, &curve, NULL);
		if (kind > CURVE_LINEAR && is_better(s, cost, best, kind))
			best = (enum curve_kind)kind;
	}
	if (s->all->n < LEAST_FOR_CURVE && best == CURVE_CUBIC)
		best = CURVE_POWER;
	return best;
}

static double weigh_quarrel(struct response *s)
{
	double sum = 0, cells = 0;
	int n = 0;

	for (int i = 0; i < s->all->n; i++) {
		double off = fit_curve_off(s->levels, &s->model->curve, i);

		if (!isfinite(off))
			continue;
		sum += off * off;
		cells += 0.0016 / (s->all->series[i].n_cells + 1);
		n++;
	}
	return n > 2 ? sqrt(fmax(
			       LEAST_QUARREL * LEAST_QUARREL, (sum - cells) / (n - 2)))
		     : QUARREL_FRAC;
}

static void report_loads(struct response *s)
{
	struct fit_report *report = s->report;

	report->n_loads = 0;
	for (int i = 0; i < s->all->n && report->n_loads < FIT_MAX_LOADS; i++) {
		const struct fit_series *series = &s->all->series[i];
		double off = fit_curve_off(s->levels, &s->model->curve, i);

		report->loads[report->n_loads++] =
			(struct fit_load){ .item = series->item,
				.mass_kg = series->mass_kg,
				.fit_kg = series->mass_kg * exp(off),
				.pressed_n =
					model_curve_n(&s->model->curve, series->w_top),
				.used = true };
		report->has_staircase |= series->kind == READING_STAIRCASE;
	}
}

/* What a constant load gains from 10 s to 100 s, of what it reads at 10 s. */
static double creep_per_decade(const struct model_creep *c)
{
	double early = 1, late = 1;

	for (int k = 0; k < c->n; k++) {
		early += c->amplitude[k] * (1 - exp(-DECADE_FROM_S / c->tau_s[k]));
		late += c->amplitude[k] * (1 - exp(-10 * DECADE_FROM_S / c->tau_s[k]));
	}
	return late / early - 1;
}

/* Width of the full loop at half its height, for a loop as high as the widest operator is wide, twice. */
static double loop_width(const struct model_play *p)
{
	double top = 0, width = 0;

	for (int k = 0; k < p->n; k++)
		top = fmax(top, 2 * p->width_n[k]);
	for (int k = 0; k < p->n; k++)
		width += p->weight[k] * fmin(2 * p->width_n[k], 0.5 * top);
	return top > 0 ? width / top : 0;
}

/* Amplitudes of nothing are not kept. */
static void tidy(struct model *m)
{
	int n = 0;

	for (int k = 0; k < m->creep.n; k++) {
		if (!(m->creep.amplitude[k] > 1e-6))
			continue;
		m->creep.tau_s[n] = m->creep.tau_s[k];
		m->creep.amplitude[n++] = m->creep.amplitude[k];
	}
	m->creep.n = n;
	n = 0;
	for (int k = 0; k < m->play.n; k++) {
		if (!(m->play.weight[k] > 1e-6))
			continue;
		m->play.width_n[n] = m->play.width_n[k];
		m->play.weight[n++] = m->play.weight[k];
	}
	m->play.n = n;
}

int fit_response(const struct fit_setup *setup, const struct readings *readings,
	void *scratch, size_t size, struct model *model, struct fit_report *report)
{
	struct response s = { .readings = readings, .model = model, .report = report };
	enum curve_kind kind = CURVE_POWER;
	void *series_scratch;

	(void)setup;
	if (size < lay_out(&s, readings, NULL, &series_scratch))
		return -ENOBUFS;
	lay_out(&s, readings, scratch, &series_scratch);
	memset(&model->curve, 0, sizeof(model->curve));
	memset(&model->creep, 0, sizeof(model->creep));
	memset(&model->play, 0, sizeof(model->play));
	fit_series_build(readings, model, series_scratch, s.all);
	if (s.all->n == 0 || !(s.all->w_max > 0))
		return -ENODATA;
	model->curve = (struct model_curve){
		.kind = CURVE_POWER, .scale_n = 1, .exponent = 1, .w_max = s.all->w_max
	};
	turn(&s, kind, N_TURNS, QUARREL_FRAC);
	fit_masses(s.levels, report);
	kind = choose(&s);
	turn(&s, kind, N_LAST_TURNS, fmax(LEAST_QUARREL, weigh_quarrel(&s)));
	report->hidden_frac = weigh_quarrel(&s);
	report_loads(&s);
	report->creep_per_decade_frac = creep_per_decade(&model->creep);
	report->hysteresis_frac = loop_width(&model->play);
	tidy(model);
	return 0;
}
