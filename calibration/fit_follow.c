#include "calibration/fit_follow.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_table.h"

#define N_LEVELS 8 /* cells of a load, by how much they carry */

/* Cells of a load, sorted by what they carry of each newton. */
struct levels {
	double share[N_LEVELS]; /* of the whole, one cell */
	double n[N_LEVELS];     /* cells */
};

/* One cell of each level, along the series. */
struct follower {
	const struct model *model;
	const struct fit_table *table;
	struct levels levels;
	double t_s;
	double play[N_LEVELS][MODEL_MAX_PLAY];
	double input[N_LEVELS];                  /* of creep: newtons or w */
	double creep[N_LEVELS][MODEL_MAX_CREEP]; /* of the input */
};

/* --- levels -------------------------------------------------------------------------------- */

/* Cut the bins of a moment into levels of equal force. */
static struct levels find_levels(const struct fit_moment *moment, const double *s_n)
{
	double all = fit_series_sum(moment, s_n), sum = 0;
	struct levels l = { 0 };

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

double fit_follow_highest(const struct fit_series *s, const double *s_n)
{
	struct levels l = find_levels(&s->moments[s->n_moments - 1], s_n);
	double highest = 0;

	for (int level = 0; level < N_LEVELS; level++)
		highest = fmax(highest, l.share[level]);
	return highest;
}

/* --- along a series ------------------------------------------------------------------------ */

static double played(const struct model_play *p, double *play, double force_n)
{
	double felt_n = force_n;

	for (int m = 0; m < p->n; m++) {
		double least = force_n - 2 * p->width_n[m];

		play[m] = fmin(force_n, fmax(least, play[m]));
		felt_n += p->weight[m] * (play[m] - force_n);
	}
	return felt_n;
}

/* A first-order state after `dt_s` of an input that went straight from one value to another. */
static double follow(double x, double from, double to, double dt_s, double tau_s)
{
	double late = (to - from) / dt_s * tau_s;

	return to - late + (x - from + late) * exp(-dt_s / tau_s);
}

static void go_to(struct follower *f, const struct fit_point *point)
{
	const struct model_creep *c = &f->model->creep;
	double dt_s = fmax(0, point->t_s - f->t_s);

	f->t_s = point->t_s;
	for (int l = 0; l < N_LEVELS; l++) {
		double input = played(&f->model->play, f->play[l],
			point->force_n * f->levels.share[l]);

		if (!(f->levels.n[l] > 0))
			continue;
		if (c->of_response)
			input = fit_table_w(f->table, input);
		for (int k = 0; dt_s > 0 && k < c->n; k++)
			f->creep[l][k] = follow(
				f->creep[l][k], f->input[l], input, dt_s, c->tau_s[k]);
		f->input[l] = input;
	}
}

/* What is felt here, creep included. */
static double felt_here(const struct follower *f)
{
	const struct model_creep *c = &f->model->creep;
	double sum = 0;

	for (int l = 0; l < N_LEVELS; l++) {
		double felt = f->input[l];

		for (int k = 0; k < c->n; k++)
			felt += c->amplitude[k] * f->creep[l][k];
		sum += f->levels.n[l] *
		       (c->of_response ? fit_table_s(f->table, felt) : felt);
	}
	return sum;
}

static void follow_series(struct fit_series *s, const struct fit_table *table,
	const double *s_n, const struct model *model)
{
	struct follower f = { .model = model,
		.table = table,
		.levels = find_levels(&s->moments[s->n_moments - 1], s_n),
		.t_s = s->n_points > 0 ? s->points[0].t_s : 0 };

	for (int k = 0; k < s->n_points; k++) {
		go_to(&f, &s->points[k]);
		if (s->points[k].moment >= 0)
			s->moments[s->points[k].moment].felt_n = felt_here(&f);
	}
}

void fit_follow(const struct fit_all_series *all, struct fit_series *s,
	const double *s_n, const struct model *model)
{
	struct fit_table table;

	fit_table_make(&table, all, s_n);
	follow_series(s, &table, s_n, model);
}

void fit_follow_all(
	struct fit_all_series *all, const double *s_n, const struct model *model)
{
	struct fit_table table;

	fit_table_make(&table, all, s_n);
	for (int i = 0; i < all->n; i++)
		follow_series(&all->series[i], &table, s_n, model);
}
