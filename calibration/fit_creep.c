#include "calibration/fit_creep.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_math.h"

#define N_LEVELS 8 /* cells of a load, by how much they carry */
#define N_MOST   (MODEL_MAX_CREEP + MODEL_MAX_PLAY)

/* Faster creep than a load takes to settle is not told from the curve; slower than a few times the longest watch
 * not from a wrong level. */
#define FIRST_TAU_S 0.31622776601683794
#define HALF_DECADE 3.1622776601683795
#define SLOWEST     5.0

#define MOMENT_SD    0.0005 /* chosen: of one moment around its series, relative */
#define MOST_MOMENTS 40     /* a series of more weighs no more than so many */
#define MASS_SD      0.002  /* of the curve from one mass of a staircase to the next */
#define MOST_MASSES  16
#define FOREIGN_PART 0.01 /* of what stood on some of the cells before: left, unknown */
/* What is believed beforehand, sd: creep goes on evenly over the decades. */
#define CREEP_STEP_SD 0.012 /* from one amplitude to the next, half a decade slower */
/* Small changes lose little: a weight is believed to go with its width, up to the widest, of which a staircase
 * hardly moves the play; it goes on as the one before. */
#define PLAY_SD        0.15
#define PLAY_WIDEST_SD 0.02
#define MOST_PLAY      0.9 /* sum of the weights */

/* Half widths, of the force on the staircase's highest cell; the least is that of its smallest step. */
#define WIDEST 0.5

static const double play_widths[MODEL_MAX_PLAY] = { 0.012, 0.03, 0.06, 0.12, 0.25,
	WIDEST };

/* Cells of a load, sorted by what they carry of each newton. */
struct levels {
	double share[N_LEVELS]; /* of the whole, one cell */
	double n[N_LEVELS];     /* cells */
};

/* What follows the force along a series. */
struct follower {
	const struct model *model;
	struct levels levels;
	double t_s, force_n, felt_n;
	double creep[MODEL_MAX_CREEP]; /* of what is felt */
	double play[MODEL_MAX_PLAY][N_LEVELS];
	double lag_n[MODEL_MAX_PLAY]; /* sum over the cells of (play - force) */
	double lag_creep[MODEL_MAX_PLAY][MODEL_MAX_CREEP];
};

/* --- levels -------------------------------------------------------------------------------- */

/* Cut the bins of a moment into levels of equal force. */
static struct levels find_levels(const struct fit_moment *moment, const double *s_n)
{
	struct levels l = { 0 };
	double all = fit_series_sum(moment, s_n), sum = 0;

	for (int k = 0; k < FIT_BINS; k++) {
		double force = (double)moment->bins[k] * s_n[k];
		int level = (int)(N_LEVELS * (sum + 0.5 * force) / all);

		if (!(force > 0))
			continue;
		level = level < N_LEVELS - 1 ? level : N_LEVELS - 1;
		l.share[level] += force / all;
		l.n[level] += (double)moment->bins[k];
		sum += force;
	}
	for (int level = 0; level < N_LEVELS; level++)
		if (l.n[level] > 0)
			l.share[level] /= l.n[level];
	return l;
}

/* What the fullest cells carry of each newton. */
static double highest_share(const struct levels *levels)
{
	double highest = 0;

	for (int level = 0; level < N_LEVELS; level++)
		highest = fmax(highest, levels->share[level]);
	return highest;
}

/* --- along a series ------------------------------------------------------------------------ */

static void play(struct follower *f)
{
	const struct model_play *p = &f->model->play;

	for (int m = 0; m < p->n; m++) {
		f->lag_n[m] = 0;
		for (int l = 0; l < N_LEVELS; l++) {
			double force = f->force_n * f->levels.share[l];
			double y = f->play[m][l], width = p->width_n[m];

			y = fmin(force + width, fmax(force - width, y));
			if (!(force > 0))
				y = 0; /* what is lifted forgets, as in model_undo.c */
			f->play[m][l] = y;
			f->lag_n[m] += f->levels.n[l] * (y - force);
		}
	}
	f->felt_n = f->force_n;
	for (int m = 0; m < p->n; m++)
		f->felt_n += p->weight[m] * f->lag_n[m];
}

/* A first-order state after `dt_s` of an input that went straight from one value to another. */
static double follow(double x, double from, double to, double dt_s, double tau_s)
{
	double late = dt_s > 0 ? (to - from) / dt_s * tau_s : 0;

	return to - late + (x - from + late) * exp(-dt_s / tau_s);
}

static void go_to(struct follower *f, const struct fit_point *point)
{
	const struct model_creep *c = &f->model->creep;
	double dt_s = fmax(0, point->t_s - f->t_s), felt_n = f->felt_n;
	double lag_n[MODEL_MAX_PLAY];

	memcpy(lag_n, f->lag_n, sizeof(lag_n));
	f->t_s = point->t_s;
	f->force_n = point->force_n;
	play(f);
	if (!(dt_s > 0))
		return;
	for (int k = 0; k < c->n; k++) {
		f->creep[k] = follow(f->creep[k], felt_n, f->felt_n, dt_s, c->tau_s[k]);
		for (int m = 0; m < f->model->play.n; m++)
			f->lag_creep[m][k] = follow(f->lag_creep[m][k], lag_n[m],
				f->lag_n[m], dt_s, c->tau_s[k]);
	}
}

/* What is felt here, creep included, and how it changes with each amplitude and weight. */
static double felt_here(const struct follower *f, double *change)
{
	const struct model_creep *c = &f->model->creep;
	double felt = f->felt_n;

	for (int k = 0; k < c->n; k++) {
		felt += c->amplitude[k] * f->creep[k];
		change[k] = f->creep[k];
	}
	for (int m = 0; m < f->model->play.n; m++) {
		change[c->n + m] = f->lag_n[m];
		for (int k = 0; k < c->n; k++)
			change[c->n + m] += c->amplitude[k] * f->lag_creep[m][k];
	}
	return felt;
}

static void start(struct follower *f, const struct fit_series *s, const double *s_n,
	const struct model *model)
{
	memset(f, 0, sizeof(*f));
	f->model = model;
	f->levels = find_levels(&s->moments[s->n_moments - 1], s_n);
	f->t_s = s->n_points > 0 ? s->points[0].t_s : 0;
}

void fit_creep_predict(
	struct fit_all_series *all, const double *s_n, const struct model *model)
{
	double change[N_MOST];
	struct follower f;

	for (int i = 0; i < all->n; i++) {
		struct fit_series *s = &all->series[i];

		start(&f, s, s_n, model);
		for (int k = 0; k < s->n_points; k++) {
			go_to(&f, &s->points[k]);
			if (s->points[k].moment >= 0)
				s->moments[s->points[k].moment].felt_n =
					felt_here(&f, change);
		}
	}
}

/* --- the step ------------------------------------------------------------------------------ */

/* Normal equations of the step. */
struct normal {
	int n;
	double a[N_MOST * N_MOST], b[N_MOST];
	double sum_squares, weight; /* of what was off before the step */
};

/* Sums over moments, with which a level of their own is eliminated. */
struct sums {
	double w, y, x[N_MOST], xy[N_MOST], xx[N_MOST * N_MOST];
};

/* The moments of one mass of a series: the curve may be a little wrong there. */
struct mass_sums {
	double force_n;
	struct sums sums;
};

static double level_of(const struct fit_series *s, const double *s_n)
{
	double sum = 0;

	for (int k = 0; k < s->n_moments; k++)
		sum += log(fit_series_sum(&s->moments[k], s_n) / s->moments[k].felt_n);
	return exp(sum / s->n_moments);
}

static void add_moment(
	struct sums *sums, int n, double weight, double y, const double *x)
{
	sums->w += weight;
	sums->y += weight * y;
	for (int i = 0; i < n; i++) {
		sums->x[i] += weight * x[i];
		sums->xy[i] += weight * x[i] * y;
		for (int k = 0; k < n; k++)
			sums->xx[i * n + k] += weight * x[i] * x[k];
	}
}

/* Add what the moments say about each other, whatever their common level. */
static void add_within(struct normal *normal, const struct sums *s)
{
	int n = normal->n;

	for (int i = 0; i < n; i++) {
		normal->b[i] += s->xy[i] - s->x[i] * s->y / s->w;
		for (int k = 0; k < n; k++)
			normal->a[i * n + k] +=
				s->xx[i * n + k] - s->x[i] * s->x[k] / s->w;
	}
}

/* Each mass against itself, up and down; then the masses against each other, as far as the curve is to be
 * believed: a level of each about the series' own is eliminated. */
static void add_series(
	struct normal *normal, const struct mass_sums *masses, int n_masses)
{
	struct sums between = { 0 };

	for (int m = 0; m < n_masses; m++) {
		const struct sums *s = &masses[m].sums;
		double mean[N_MOST];

		add_within(normal, s);
		for (int i = 0; i < normal->n; i++)
			mean[i] = s->x[i] / s->w;
		add_moment(&between, normal->n, 1 / (1 / s->w + MASS_SD * MASS_SD),
			s->y / s->w, mean);
	}
	if (n_masses > 1)
		add_within(normal, &between);
}

/* The sums of a mass, begun if it is new; the last of too many takes all others. */
static struct sums *sums_of(struct mass_sums *masses, int *n_masses, double force_n)
{
	for (int m = 0; m < *n_masses; m++)
		if (masses[m].force_n == force_n || m == MOST_MASSES - 1)
			return &masses[m].sums;
	masses[*n_masses] = (struct mass_sums){ .force_n = force_n };
	return &masses[(*n_masses)++].sums;
}

static void read_series(struct normal *normal, struct fit_series *s, const double *s_n,
	const struct model *model)
{
	double level = level_of(s, s_n), change[N_MOST], weight, foreign;
	const struct model_creep *c = &model->creep;
	struct mass_sums masses[MOST_MASSES];
	struct follower f;
	int n_masses = 0;

	foreign = FOREIGN_PART * s->foreign_frac;
	weight = 1 / (MOMENT_SD * MOMENT_SD + foreign * foreign) *
		 fmin(1, (double)MOST_MOMENTS / s->n_moments);
	start(&f, s, s_n, model);
	for (int k = 0; k < s->n_points; k++) {
		const struct fit_point *point = &s->points[k];
		double seen, felt, off, y;

		go_to(&f, point);
		if (point->moment < 0)
			continue;
		felt = felt_here(&f, change);
		seen = fit_series_sum(&s->moments[point->moment], s_n) / level;
		off = y = seen / felt - 1;
		for (int i = 0; i < normal->n; i++) {
			change[i] /= felt;
			y += change[i] * (i < c->n ? c->amplitude[i]
						   : model->play.weight[i - c->n]);
		}
		add_moment(sums_of(masses, &n_masses, point->force_n), normal->n,
			weight, y, change);
		normal->sum_squares += weight * off * off;
		normal->weight += weight;
	}
	add_series(normal, masses, n_masses);
}

/* Two neighbours differ by little. */
static void add_walk(struct normal *normal, int k, double sd)
{
	double weight = 1 / (sd * sd);
	int n = normal->n;

	normal->a[k * n + k] += weight;
	normal->a[(k + 1) * n + k + 1] += weight;
	normal->a[k * n + k + 1] -= weight;
	normal->a[(k + 1) * n + k] -= weight;
}

static void add_priors(struct normal *normal, const struct model *model)
{
	int n = normal->n, n_creep = model->creep.n;

	for (int k = 0; k + 1 < n_creep; k++)
		add_walk(normal, k, CREEP_STEP_SD);
	for (int k = n_creep; k + 1 < n; k++) {
		double sd = PLAY_SD * play_widths[k - n_creep] / WIDEST;

		normal->a[k * n + k] += 1 / (sd * sd);
	}
	if (n > n_creep)
		add_walk(normal, n - 2, PLAY_WIDEST_SD);
}

static void take_over(const double *x, struct model *model)
{
	double sum = 0;

	for (int k = 0; k < model->creep.n; k++)
		model->creep.amplitude[k] = x[k];
	for (int m = 0; m < model->play.n; m++)
		sum += x[model->creep.n + m];
	for (int m = 0; m < model->play.n; m++)
		model->play.weight[m] =
			x[model->creep.n + m] * fmin(1, MOST_PLAY / fmax(sum, 1e-9));
}

double fit_creep_step(
	struct fit_all_series *all, const double *s_n, struct model *model)
{
	struct normal normal = { .n = model->creep.n + model->play.n };
	double x[N_MOST];

	fit_creep_predict(all, s_n, model);
	for (int i = 0; i < all->n; i++)
		if (all->series[i].knows_onset)
			read_series(&normal, &all->series[i], s_n, model);
	if (!(normal.weight > 0))
		return NAN;
	add_priors(&normal, model);
	fit_math_nnls(normal.a, normal.b, normal.n, x);
	take_over(x, model);
	fit_creep_predict(all, s_n, model);
	return sqrt(normal.sum_squares / normal.weight);
}

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

/* The force on a staircase's fullest cells; 0 for another series. */
static double staircase_top_n(const struct fit_series *s, const double *s_n)
{
	const struct fit_moment *last = &s->moments[s->n_moments - 1];
	struct levels levels;

	if (s->kind != READING_STAIRCASE)
		return 0;
	levels = find_levels(last, s_n);
	return last->force_n * highest_share(&levels);
}

void fit_creep_begin(
	const struct fit_all_series *all, const double *s_n, struct model *model)
{
	double tau_s = FIRST_TAU_S, slowest_s = SLOWEST * longest_s(all), top_n = 0;

	memset(&model->creep, 0, sizeof(model->creep));
	memset(&model->play, 0, sizeof(model->play));
	for (; model->creep.n < MODEL_MAX_CREEP && tau_s < slowest_s;
		tau_s *= HALF_DECADE)
		model->creep.tau_s[model->creep.n++] = tau_s;
	for (int i = 0; i < all->n; i++)
		top_n = fmax(top_n, staircase_top_n(&all->series[i], s_n));
	if (!(top_n > 0))
		return;
	model->play.n = MODEL_MAX_PLAY;
	for (int m = 0; m < MODEL_MAX_PLAY; m++)
		model->play.width_n[m] = play_widths[m] * top_n;
}
