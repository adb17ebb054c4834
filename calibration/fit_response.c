/* Curve and memory of the material together: by turns, each under the other, until both stand. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "calibration/budget_evidence.h"
#include "calibration/fit_joint.h"
#include "calibration/fit_parts.h"
#include "calibration/fit_undo.h"
#include "src/base/root_sum_sq.h"
#include "src/base/units.h"
#include "src/core/carve.h"

#define N_STEPS         12
#define CELL_FRAC       0.04 /* sd of one cell's answer: until it is known */
#define QUARREL_FRAC    0.01 /* sd between loads beyond their cells: until it is known */
#define LEAST_QUARREL   0.002
#define PRIOR_QUARREL   0.005 /* believed beforehand, as if so many loads had shown it: */
#define N_PRIOR         2
#define PHASE_FRAC      0.006 /* sd of a roller's moment: until it is known */
#define LEAST_PHASE     0.002 /* what hides at its edges */
#define ROLLER_PART     0.1 /* of creep and play under a roller: what undoing them leaves */
#define WORTH           8.0 /* of the cost: a richer curve must leave so much less */
#define BETTER_FRAC     0.8 /* so much better, and it need not leave less */
#define WORSE_FRAC      1.2 /* and predict loads left out better than so much worse */
#define LEAST_FOR_CURVE 4   /* loads, for a curve of many knots */
#define ALIKE_FRAC                                                                     \
	0.015 /* chosen: sd of one cell's answer; new cells differ by far less, worn ones by more */
#define LEAST_DOF     8
#define DECADE_FROM_S 10.0
#define CLEARLY       4.0 /* of the cost: what is not better by so much is not told apart */

struct response {
	const struct readings *readings;
	struct model *model;
	struct fit_report *report;
	struct fit_all_series *all;
	struct fit_levels *levels;
	void *level_scratch, *joint_scratch, *undo_scratch;
	struct fit_trust trust;
};

static size_t lay_out(struct response *s, const struct readings *r, void *memory,
	void **series_scratch)
{
	struct carve c = { .memory = memory };

	s->all = carve_take(&c, sizeof(*s->all));
	s->levels = carve_take(&c, sizeof(*s->levels));
	*series_scratch = carve_take(&c, fit_series_scratch_size(r));
	s->level_scratch = carve_take(&c, fit_levels_scratch_size(r));
	s->joint_scratch = carve_take(&c, fit_joint_scratch_size(r));
	s->undo_scratch = carve_take(&c, fit_undo_scratch_size());
	return c.used;
}

size_t fit_response_scratch_size(const struct readings *readings)
{
	struct response s;
	void *scratch;

	return lay_out(&s, readings, NULL, &scratch);
}

/* What is fitted here. */
struct answer {
	struct model_curve curve;
	struct model_creep creep;
	struct model_play play;
};

static struct answer answer_of(const struct model *m)
{
	return (struct answer){ m->curve, m->creep, m->play };
}

static void answer_take(const struct answer *a, struct model *m)
{
	m->curve = a->curve;
	m->creep = a->creep;
	m->play = a->play;
}

/* What loads and rollers show by the model as it is. */
static void take_levels(struct response *s)
{
	double s_n[FIT_BINS];

	fit_series_curve(s->all, &s->model->curve, s_n);
	fit_follow_all(s->all, s_n, s->model);
	fit_undo_rolls(s->all, s_n, s->model, s->undo_scratch);
	fit_levels_build(s->all, &s->trust, s->level_scratch, s->levels);
}

/* The curve and the memory together, with a curve of one kind. Returns the cost. */
static double fit_kind(struct response *s, enum curve_kind kind)
{
	struct model_curve *curve = &s->model->curve;
	double cost;

	take_levels(s);
	if (curve->kind != kind)
		fit_curve_of(s->levels, kind, -1, curve);
	cost = fit_joint_run(
		s->levels, s->all, &s->trust, N_STEPS, s->joint_scratch, s->model);
	take_levels(s);
	return cost;
}

/* A first guess: no memory, then as much as these series can tell. */
static void begin(struct response *s)
{
	double s_n[FIT_BINS];

	take_levels(s);
	fit_curve_of(s->levels, CURVE_POWER, -1, &s->model->curve);
	fit_series_curve(s->all, &s->model->curve, s_n);
	fit_joint_begin(s->all, s_n, s->model);
}

/* A richer curve is taken if it predicts loads that it has not seen clearly better, or if it leaves far less
 * of all loads and of the roller's moments and predicts hardly worse. */
static bool is_better(
	const struct response *s, const double *cost, int simpler, int richer)
{
	double cross = s->report->cv_rms_frac[richer] / s->report->cv_rms_frac[simpler];

	return cross < BETTER_FRAC ||
	       (cross < WORSE_FRAC && cost[richer] + WORTH < cost[simpler]);
}

/* The simplest kind that will do; the model is then of that. */
static enum curve_kind choose(struct response *s)
{
	struct fit_report *report = s->report;
	struct answer of[CURVE_N_KINDS], power;
	enum curve_kind best = CURVE_LINEAR;
	double cost[CURVE_N_KINDS];

	fit_kind(s, CURVE_POWER);
	power = answer_of(s->model);
	/* all under the power law's creep and play, which have seen none the better for it */
	for (int kind = 0; kind < CURVE_N_KINDS; kind++) {
		struct model_curve curve = power.curve;

		fit_curve_of(s->levels, (enum curve_kind)kind, -1, &curve);
		report->cv_rms_frac[kind] =
			fit_curve_cross(s->levels, (enum curve_kind)kind, &curve, NULL);
	}
	for (int kind = 0; kind < CURVE_N_KINDS; kind++) {
		answer_take(&power, s->model);
		cost[kind] = fit_kind(s, (enum curve_kind)kind);
		of[kind] = answer_of(s->model);
		if (kind > CURVE_LINEAR && is_better(s, cost, best, kind))
			best = (enum curve_kind)kind;
	}
	if (s->all->n < LEAST_FOR_CURVE && best == CURVE_CUBIC)
		best = CURVE_POWER;
	answer_take(&of[best], s->model);
	fit_kind(s, best);
	return best;
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

/* What cells and loads turn out to differ by. */
static struct fit_trust weigh_trust(struct response *s)
{
	struct fit_trust trust = s->trust;
	struct budget_evidence e;
	double sum = 0, cells = 0;
	int n = 0;

	budget_evidence(s->readings, s->model, s->report, &e);
	if (e.cells.dof >= LEAST_DOF)
		trust.cell_frac = e.cells.sd;
	for (int i = 0; i < s->all->n; i++) {
		double off = fit_curve_off(s->levels, &s->model->curve, i);

		if (!isfinite(off))
			continue;
		sum += off * off;
		cells += trust.cell_frac * trust.cell_frac /
			 (s->all->series[i].n_cells + 1);
		n++;
	}
	if (n > 2)
		trust.quarrel_frac = sqrt(fmax(LEAST_QUARREL * LEAST_QUARREL,
			(fmax(0, sum - cells) +
				N_PRIOR * PRIOR_QUARREL * PRIOR_QUARREL) /
				(n - 2 + N_PRIOR)));
	if (s->levels->n_phases > 0)
		trust.phase_frac = fmax(fit_curve_phase_sd(s->levels, &s->model->curve),
			root_sum_sq(LEAST_PHASE,
				ROLLER_PART * (creep_per_decade(&s->model->creep) +
						      loop_width(&s->model->play))));
	return trust;
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

/* What creeps: the force that the material feels, or its response. */
static void choose_creep(struct response *s, enum curve_kind kind)
{
	struct answer of_force;
	double cost;

	s->model->creep.of_response = false;
	cost = fit_kind(s, kind);
	of_force = answer_of(s->model);
	s->model->creep.of_response = true;
	if (fit_kind(s, kind) + CLEARLY < cost)
		return;
	answer_take(&of_force, s->model);
	fit_kind(s, kind);
}

/* What loads differ by must not be what a curve of the wrong form leaves: of the power law and the cubic, the one that
 * leaves less tells. Where cells are alike, time is believed to the last detail; then what creeps is asked first, too, or
 * the curve bends to make their creep alike, and the answer stays. */
static struct fit_trust weigh_kinds(struct response *s)
{
	struct fit_trust by_power = weigh_trust(s), by_cubic;
	struct answer power = answer_of(s->model);

	if (s->all->n < LEAST_FOR_CURVE)
		return by_power;
	if (by_power.cell_frac > ALIKE_FRAC) {
		fit_kind(s, CURVE_CUBIC);
	} else {
		choose_creep(s, CURVE_CUBIC);
		power.creep.of_response = s->model->creep.of_response;
	}
	by_cubic = weigh_trust(s);
	/* it bends to each load: those that it has not seen tell */
	by_cubic.quarrel_frac = fmax(by_cubic.quarrel_frac,
		fit_curve_cross(s->levels, CURVE_CUBIC, &s->model->curve, NULL));
	answer_take(&power, s->model);
	return by_cubic.quarrel_frac < by_power.quarrel_frac ? by_cubic : by_power;
}

int fit_response(const struct fit_setup *setup, const struct readings *readings,
	void *scratch, size_t size, struct model *model, struct fit_report *report)
{
	struct response s = { .readings = readings,
		.model = model,
		.report = report,
		.trust = { CELL_FRAC, QUARREL_FRAC, PHASE_FRAC } };
	enum curve_kind kind;
	void *series_scratch;
	bool is_named;

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
	begin(&s);
	fit_kind(&s, CURVE_POWER);
	is_named = fit_masses(s.levels, report);
	s.trust = weigh_kinds(&s);
	kind = choose(&s);
	s.trust = weigh_trust(&s);
	choose_creep(&s, kind);
	report->hidden_frac = weigh_trust(&s).quarrel_frac;
	if (!is_named)
		fit_quarrel(s.levels, &model->curve, report);
	report_loads(&s);
	fit_lightest(model, report);
	report->creep_per_decade_frac = creep_per_decade(&model->creep);
	report->hysteresis_frac = loop_width(&model->play);
	tidy(model);
	return 0;
}
