#include "calibration/fit_joint.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_normal.h"
#include "src/base/root_sum_sq.h"
#include "src/core/carve.h"

#define N_MEMORIES (MODEL_MAX_CREEP + MODEL_MAX_PLAY)
#define N_MOST     FIT_NORMAL_MOST

_Static_assert(
	FIT_MAX_KNOTS <= FIT_NORMAL_FREE, "the curve's unknowns are the free ones");
_Static_assert(FIT_MAX_KNOTS + N_MEMORIES < N_MOST, "and one of each series' own");

/* Faster creep than a load takes to settle is not told from the curve; slower than a few times the longest watch
 * not from a wrong level. */
#define FIRST_TAU_S 0.31622776601683794
#define HALF_DECADE 3.1622776601683795
#define SLOWEST     5.0
#define MOST_TAU_S  400.0 /* nor does a trial see it */

/* Of one moment around its series, relative: chosen, and parts of what cells and loads differ by. */
#define MOMENT_SD     0.0002
#define MOMENT_PART   0.007
#define QUARREL_PART  0.03
#define STRETCH_SD    0.001 /* of play, from one visit to a mass to the next */
#define MOST_MOMENTS  40    /* a series of more weighs no more than so many */
#define MASS_SD       0.002 /* of the curve from one mass of a staircase to the next */
#define CREEP_CELL_SD 0.2   /* chosen: of one cell's creep: it averages over the load */
#define MOST_MASSES   16
/* What is left, unknown, of what stood on some of the cells before, likewise. */
#define FOREIGN_SD   0.001
#define FOREIGN_PART 0.05
/* What is believed beforehand, sd: creep goes on evenly over the decades. */
#define CREEP_STEP_SD 0.024 /* from one amplitude to the next, half a decade slower */
/* Small changes lose little: a weight is believed to go with its width. */
#define PLAY_SD   0.15
#define MOST_PLAY 0.9 /* sum of the weights */

#define STEP       1e-5 /* of a derivative */
#define FIRST_DAMP 1e-3
#define MOST_DAMP  1e5  /* a step no longer goes anywhere */
#define DONE       1e-4 /* of the cost: less is no gain */

/* Half widths, of the span of forces that the staircase's highest cell goes through: it does not move through a wider
 * one, and shows nothing of it. */
static const double play_widths[MODEL_MAX_PLAY] = { 0.02, 0.05, 0.1, 0.19, 0.31, 0.5 };

/* Where the fit stands: the unknowns are the curve's, then the amplitudes, then the weights. `off` are the logarithms
 * of what loads' moments show less those of what they should, then those of what rollers' moments add up
 * to; `slope` how they change with each unknown. */
struct joint {
	struct fit_levels *levels;
	struct fit_all_series *all;
	struct model *model;
	const struct fit_trust *trust;
	int n_curve, n, n_off;
	double s_n[FIT_BINS];
	double *off, *slope[N_MOST];
};

/* The visits to one mass of a series: the curve may be a little wrong there. */
struct mass_sums {
	double force_n;
	struct fit_sums visits;
};

/* --- sums ---------------------------------------------------------------------------------- */

/* Each mass against itself, up and down; then the masses against each other, as far as the curve is to be
 * believed; then the series' level, as far as loads agree. */
static void add_series(struct fit_normal *normal, const struct mass_sums *masses,
	int n_masses, double level_sd)
{
	struct fit_sums between = { 0 };
	double mean[N_MOST];

	for (int m = 0; m < n_masses; m++) {
		const struct fit_sums *s = &masses[m].visits;

		fit_normal_within(normal, s);
		fit_normal_mean(s, normal->n, mean);
		fit_normal_row(&between, normal->n, 1 / (1 / s->w + MASS_SD * MASS_SD),
			s->y / s->w, mean);
	}
	fit_normal_within(normal, &between);
	fit_normal_mean(&between, normal->n, mean);
	fit_normal_one(normal, 1 / (1 / between.w + level_sd * level_sd),
		between.y / between.w, mean);
}

/* The sums of a mass, begun if it is new; the last of too many takes all others. */
static struct fit_sums *sums_of(struct mass_sums *masses, int *n_masses, double force_n)
{
	for (int m = 0; m < *n_masses; m++)
		if (masses[m].force_n == force_n || m == MOST_MASSES - 1)
			return &masses[m].visits;
	masses[*n_masses] = (struct mass_sums){ .force_n = force_n };
	return &masses[(*n_masses)++].visits;
}

/* --- what is off ---------------------------------------------------------------------------- */

/* With the model as it is. */
static void look(struct joint *j, double *off)
{
	int n = 0;

	fit_series_curve(j->all, &j->model->curve, j->s_n);
	fit_follow_all(j->all, j->s_n, j->model);
	for (int i = 0; i < j->all->n; i++) {
		const struct fit_series *s = &j->all->series[i];

		for (int k = 0; k < s->n_moments; k++)
			off[n++] = log(fit_series_sum(&s->moments[k], j->s_n) /
				       s->moments[k].felt_n);
	}
	for (int k = 0; k < j->levels->n_phases; k++)
		off[n++] = log(fmax(1e-12, fit_series_sum(j->levels->phases[k].moment,
						   j->s_n)) /
			       j->levels->phases[k].moment->felt_n);
}

static double *memory_at(struct model *m, int i)
{
	return i < m->creep.n ? &m->creep.amplitude[i]
			      : &m->play.weight[i - m->creep.n];
}

/* And how it changes. */
static void look_around(struct joint *j, const double *x_curve)
{
	const struct model_curve curve = j->model->curve;
	double moved[FIT_MAX_KNOTS];

	for (int i = 0; i < j->n_curve; i++) {
		memcpy(moved, x_curve, sizeof(moved));
		moved[i] += STEP;
		fit_curve_from(j->levels, curve.kind, moved, &j->model->curve);
		look(j, j->slope[i]);
	}
	j->model->curve = curve;
	for (int i = j->n_curve; i < j->n; i++) {
		double *memory = memory_at(j->model, i - j->n_curve), is = *memory;

		*memory += STEP;
		look(j, j->slope[i]);
		*memory = is;
	}
	look(j, j->off);
	for (int i = 0; i < j->n; i++)
		for (int k = 0; k < j->n_off; k++)
			j->slope[i][k] = (j->slope[i][k] - j->off[k]) / STEP;
}

/* --- loads --------------------------------------------------------------------------------- */

/* What of a moment is creep. */
static double crept_part(const struct joint *j, int moment)
{
	double sum = 0;

	for (int k = 0; k < j->model->creep.n; k++)
		sum += j->model->creep.amplitude[k] * j->slope[j->n_curve + k][moment];
	return sum;
}

/* Where cells are alike, so is what their load does. */
static double moment_weight(const struct fit_series *s, const struct fit_trust *trust)
{
	double cell_frac = trust->cell_frac;
	double own = root_sum_sq(root_sum_sq(MOMENT_SD, MOMENT_PART * cell_frac),
		QUARREL_PART * trust->quarrel_frac);
	double foreign =
		root_sum_sq(FOREIGN_SD, FOREIGN_PART * cell_frac) * s->foreign_frac;

	return fmin(1, (double)MOST_MOMENTS / s->n_moments) /
	       (own * own + foreign * foreign);
}

/* The moments of a series, whose first is number `first` of all. Its own unknown is by how much its cells creep
 * more than others. */
static void read_series(struct fit_normal *all, const struct joint *j,
	const struct fit_series *s, int first)
{
	struct fit_normal own = { .n = j->n + 1 }, *normal = &own;
	double x[N_MOST], weight = moment_weight(s, j->trust);
	struct mass_sums masses[MOST_MASSES];
	struct fit_sums visit = { 0 };
	int n_masses = 0;

	for (int k = 0; k < s->n_moments; k++) {
		for (int i = 0; i < j->n; i++)
			x[i] = i < j->n_curve || s->knows_onset ? j->slope[i][first + k]
								: 0;
		x[j->n] = crept_part(j, first + k);
		fit_normal_row(&visit, own.n, weight, -j->off[first + k], x);
		if (k + 1 < s->n_moments &&
			s->moments[k + 1].force_n == s->moments[k].force_n)
			continue;
		fit_normal_within(normal, &visit);
		fit_normal_mean(&visit, own.n, x);
		fit_normal_row(sums_of(masses, &n_masses, s->moments[k].force_n), own.n,
			1 / (1 / visit.w + STRETCH_SD * STRETCH_SD), visit.y / visit.w,
			x);
		memset(&visit, 0, sizeof(visit));
	}
	add_series(normal, masses, n_masses, fit_curve_level_sd(s, j->trust));
	fit_normal_without_last(
		all, &own, CREEP_CELL_SD / sqrt(s->n_cells > 0 ? s->n_cells : 1));
}

/* --- rollers ------------------------------------------------------------------------------- */

/* What a roller's moments add up to differs from those around each only by the curve. The first is number `first`
 * of all. */
static void read_phases(struct fit_normal *normal, const struct joint *j, int first)
{
	const struct fit_levels *l = j->levels;
	double x[N_MOST] = { 0 };

	for (int k = 0; k < l->n_phases; k++) {
		const struct fit_phase *p = &l->phases[k];
		double off = j->off[first + k];

		for (int c = 0; c < j->n_curve; c++)
			x[c] = j->slope[c][first + k];
		for (int i = first + p->first; i < first + p->first + p->n; i++) {
			off -= j->off[i] / p->n;
			for (int c = 0; c < j->n_curve; c++)
				x[c] -= j->slope[c][i] / p->n;
		}
		/* a hand beside the roller makes outliers */
		if (fabs(off) < FIT_PHASE_MOST)
			fit_normal_one(normal, l->phase_weight, -off, x);
		else
			normal->cost +=
				l->phase_weight * FIT_PHASE_MOST * FIT_PHASE_MOST;
	}
}

/* --- what is believed beforehand ------------------------------------------------------------ */

static void add_curve_priors(
	struct fit_normal *normal, const struct joint *j, const double *x_curve)
{
	double r[FIT_MAX_KNOTS], next[FIT_MAX_KNOTS], moved[FIT_MAX_KNOTS], x[N_MOST];
	int n = fit_curve_priors(j->model->curve.kind, x_curve, r);

	for (int k = 0; k < n; k++) {
		memset(x, 0, sizeof(x));
		for (int i = 0; i < j->n_curve; i++) {
			memcpy(moved, x_curve, (size_t)j->n_curve * sizeof(*moved));
			moved[i] += 1;
			fit_curve_priors(j->model->curve.kind, moved, next);
			x[i] = next[k] - r[k]; /* they are linear */
		}
		fit_normal_one(normal, 1, -r[k], x);
	}
}

/* Creep of an amplitude and of the next, slower one differ by little. */
static void add_walk(struct fit_normal *normal, const struct joint *j, int i, double sd)
{
	double x[N_MOST] = { 0 };
	double differ = *memory_at(j->model, i + 1) - *memory_at(j->model, i);

	x[j->n_curve + i] = -1 / sd;
	x[j->n_curve + i + 1] = 1 / sd;
	fit_normal_one(normal, 1, -differ / sd, x);
}

static void add_memory_priors(struct fit_normal *normal, const struct joint *j)
{
	int n_creep = j->model->creep.n, n_play = j->model->play.n;
	double x[N_MOST] = { 0 };

	for (int k = 0; k + 1 < n_creep; k++)
		add_walk(normal, j, k, CREEP_STEP_SD);
	for (int k = 0; k < n_play; k++) {
		double sd = PLAY_SD * play_widths[k] / play_widths[MODEL_MAX_PLAY - 1];

		x[j->n_curve + n_creep + k] = 1 / sd;
		fit_normal_one(normal, 1, -j->model->play.weight[k] / sd, x);
		x[j->n_curve + n_creep + k] = 0;
	}
}

/* --- the step ------------------------------------------------------------------------------ */

/* The cost of where the fit stands, and the equations of a step from there, which without `slopes` are empty. */
static void gather(
	struct joint *j, const double *x_curve, bool slopes, struct fit_normal *normal)
{
	int first = 0;

	memset(normal, 0, sizeof(*normal));
	normal->n = j->n;
	if (slopes)
		look_around(j, x_curve);
	else
		look(j, j->off);
	for (int i = 0; i < j->all->n; i++) {
		read_series(normal, j, &j->all->series[i], first);
		first += j->all->series[i].n_moments;
	}
	read_phases(normal, j, first);
	add_curve_priors(normal, j, x_curve);
	add_memory_priors(normal, j);
}

/* What a step changes. */
struct answer {
	struct model_curve curve;
	struct model_creep creep;
	struct model_play play;
	double x_curve[FIT_MAX_KNOTS];
};

static struct answer answer_of(const struct joint *j, const double *x_curve)
{
	const struct model *m = j->model;
	struct answer a = { m->curve, m->creep, m->play, { 0 } };

	memcpy(a.x_curve, x_curve, sizeof(a.x_curve));
	return a;
}

static void answer_take(struct joint *j, const struct answer *a, double *x_curve)
{
	j->model->curve = a->curve;
	j->model->creep = a->creep;
	j->model->play = a->play;
	memcpy(x_curve, a->x_curve, sizeof(a->x_curve));
}

/* Go a step; false if that makes no model. */
static bool go(const struct joint *j, const double *step, struct answer *a)
{
	enum curve_kind kind = a->curve.kind;
	double sum = 0;

	for (int i = 0; i < j->n_curve; i++)
		a->x_curve[i] += step[i];
	if (!fit_curve_straighten(kind, a->x_curve))
		return false;
	fit_curve_from(j->levels, kind, a->x_curve, &a->curve);
	for (int i = 0; i < a->creep.n; i++)
		a->creep.amplitude[i] =
			fmax(0, a->creep.amplitude[i] + step[j->n_curve + i]);
	for (int i = 0; i < a->play.n; i++) {
		a->play.weight[i] =
			fmax(0, a->play.weight[i] + step[j->n_curve + a->creep.n + i]);
		sum += a->play.weight[i];
	}
	return sum < MOST_PLAY;
}

/* A step of Levenberg and Marquardt that gains something; `e` holds the equations, `cost` is then of where it led.
 * Returns false if there is none. */
static bool try_step(struct joint *j, const struct fit_normal *e, double *x_curve,
	double *damp, double *cost)
{
	const struct answer start = answer_of(j, x_curve);
	struct fit_normal damped, next_e;
	double step[N_MOST], now[N_MEMORIES];

	for (int i = j->n_curve; i < j->n; i++)
		now[i - j->n_curve] = *memory_at(j->model, i - j->n_curve);

	for (; *damp < MOST_DAMP; *damp *= 10) {
		struct answer next = start;

		damped = *e;
		for (int i = 0; i < j->n; i++)
			damped.a[i * j->n + i] *= 1 + *damp;
		if (fit_normal_step(&damped, j->n_curve, now, step) ||
			!go(j, step, &next))
			continue;
		answer_take(j, &next, x_curve);
		gather(j, x_curve, false, &next_e);
		if (next_e.cost < *cost) {
			*cost = next_e.cost;
			*damp *= 0.03;
			return true;
		}
		answer_take(j, &start, x_curve);
	}
	return false;
}

static size_t lay_out(struct joint *j, size_t n, void *memory)
{
	struct carve c = { .memory = memory };

	j->off = carve_take(&c, n * sizeof(double));
	for (int i = 0; i < N_MOST; i++)
		j->slope[i] = carve_take(&c, n * sizeof(double));
	return c.used;
}

size_t fit_joint_scratch_size(const struct readings *readings)
{
	struct joint j;

	return lay_out(&j, (size_t)readings->n_snapshots, NULL);
}

static int count_moments(const struct fit_all_series *all)
{
	int n = 0;

	for (int i = 0; i < all->n + all->n_rolls; i++)
		n += all->series[i].n_moments;
	return n;
}

double fit_joint_run(struct fit_levels *levels, struct fit_all_series *all,
	const struct fit_trust *trust, int n_steps, void *scratch, struct model *model)
{
	struct joint j = { .levels = levels,
		.all = all,
		.model = model,
		.trust = trust,
		.n_off = count_moments(all) };
	double x_curve[FIT_MAX_KNOTS] = { 0 }, damp = FIRST_DAMP, cost = INFINITY;
	struct fit_normal e;

	lay_out(&j, (size_t)j.n_off, scratch);
	j.n_curve = fit_curve_guess(levels, model->curve.kind, &model->curve, x_curve);
	fit_curve_from(levels, model->curve.kind, x_curve, &model->curve);
	j.n = j.n_curve + model->creep.n + model->play.n;
	for (int k = 0; k < n_steps; k++) {
		double before;

		gather(&j, x_curve, true, &e);
		before = cost = e.cost;
		if (!try_step(&j, &e, x_curve, &damp, &cost) ||
			before - cost < DONE * before)
			break;
	}
	look(&j, j.off);
	return cost;
}

/* --- where to begin ------------------------------------------------------------------------ */

/* For how long a load was watched at most. */
static double longest_s(const struct fit_all_series *all)
{
	double longest = 0;

	for (int i = 0; i < all->n; i++) {
		const struct fit_series *s = &all->series[i];

		longest = fmax(
			longest, s->moments[s->n_moments - 1].t_s - s->moments[0].t_s);
	}
	return longest;
}

/* From the least force on a staircase's fullest cells to the highest; 0 for another series. */
static double staircase_span_n(
	const struct fit_all_series *all, const struct fit_series *s, const double *s_n)
{
	double least = INFINITY, most = 0;

	if (s->kind != READING_STAIRCASE)
		return 0;
	for (int k = 0; k < s->n_moments; k++) {
		least = fmin(least, s->moments[k].force_n);
		most = fmax(most, s->moments[k].force_n);
	}
	return (most - least) * fit_follow_highest(all, s, s_n);
}

void fit_joint_begin(
	const struct fit_all_series *all, const double *s_n, struct model *model)
{
	double slowest_s = fmin(MOST_TAU_S, SLOWEST * longest_s(all));
	double tau_s = FIRST_TAU_S, span_n = 0;

	memset(&model->creep, 0, sizeof(model->creep));
	memset(&model->play, 0, sizeof(model->play));
	for (; model->creep.n < MODEL_MAX_CREEP && tau_s < slowest_s;
		tau_s *= HALF_DECADE)
		model->creep.tau_s[model->creep.n++] = tau_s;
	for (int i = 0; i < all->n; i++)
		span_n = fmax(span_n, staircase_span_n(all, &all->series[i], s_n));
	if (!(span_n > 0))
		return;
	model->play.n = MODEL_MAX_PLAY;
	for (int m = 0; m < MODEL_MAX_PLAY; m++)
		model->play.width_n[m] = play_widths[m] * span_n;
}
