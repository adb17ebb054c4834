#include "calibration/fit_follow.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_table.h"

/* What one cell of each kind (fit_alike.h) carries of each newton of the series' own load, and of each earlier one. */
struct shares {
	const struct fit_series *s;
	double own[FIT_MAX_ALIKE], before[FIT_MAX_BEFORE][FIT_MAX_ALIKE];
};

/* One cell of each kind, along the series. */
struct follower {
	const struct model *model;
	const struct fit_table *table;
	struct shares shares;
	double t_s;
	double play[FIT_MAX_ALIKE][MODEL_MAX_PLAY];
	double input[FIT_MAX_ALIKE];                  /* of creep: newtons or w */
	double creep[FIT_MAX_ALIKE][MODEL_MAX_CREEP]; /* of the input */
};

/* --- shares -------------------------------------------------------------------------------- */

static void find_shares(const struct fit_series *s, const struct fit_table *table,
	const double *s_n, struct shares *shares)
{
	double all = 0;

	shares->s = s;
	for (int k = 0; k < s->n_alike; k++) {
		shares->own[k] = fit_table_s(table, s->alike[k].w);
		all += s->alike[k].n * shares->own[k];
	}
	for (int k = 0; k < s->n_alike; k++)
		shares->own[k] /= all;
	for (int b = 0; b < s->n_before; b++) {
		double sum = fit_series_sum(s->before[b], s_n);

		for (int k = 0; k < s->n_alike; k++)
			shares->before[b][k] =
				fit_table_s(table, s->alike[k].w_before[b]) / sum;
	}
}

double fit_follow_highest(
	const struct fit_all_series *all, const struct fit_series *s, const double *s_n)
{
	struct fit_table table;
	struct shares shares;
	double sum = 0, n = 0;

	fit_table_make(&table, all, s_n);
	find_shares(s, &table, s_n, &shares);
	for (int k = 0; k < s->n_alike; k++) {
		if (s->alike[k].level != FIT_N_LEVELS - 1)
			continue;
		sum += s->alike[k].n * shares.own[k];
		n += s->alike[k].n;
	}
	return n > 0 ? sum / n : 0;
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

/* First-order states after `dt_s` of an input that went straight from one value to another. `keep`: what is left of
 * each by then. */
static void creep_on(const struct model_creep *c, double from, double to, double dt_s,
	const double *keep, double *x)
{
	for (int k = 0; k < c->n; k++) {
		double late = (to - from) / dt_s * c->tau_s[k];

		x[k] = to - late + (x[k] - from + late) * keep[k];
	}
}

static void go_to(struct follower *f, const struct fit_point *point)
{
	const struct model_creep *c = &f->model->creep;
	const double *share =
		point->before < 0 ? f->shares.own : f->shares.before[point->before];
	double dt_s = fmax(0, point->t_s - f->t_s), keep[MODEL_MAX_CREEP];

	f->t_s = point->t_s;
	for (int k = 0; k < c->n; k++)
		keep[k] = exp(-dt_s / c->tau_s[k]);
	for (int i = 0; i < f->shares.s->n_alike; i++) {
		double input =
			played(&f->model->play, f->play[i], point->force_n * share[i]);

		if (c->of_response)
			input = fit_table_w(f->table, input);
		if (dt_s > 0)
			creep_on(c, f->input[i], input, dt_s, keep, f->creep[i]);
		f->input[i] = input;
	}
}

/* What is felt here, creep included. */
static double felt_here(const struct follower *f)
{
	const struct model_creep *c = &f->model->creep;
	double sum = 0;

	for (int i = 0; i < f->shares.s->n_alike; i++) {
		double felt = f->input[i];

		for (int k = 0; k < c->n; k++)
			felt += c->amplitude[k] * f->creep[i][k];
		sum += f->shares.s->alike[i].n *
		       (c->of_response ? fit_table_s(f->table, felt) : felt);
	}
	return sum;
}

static void follow_series(struct fit_series *s, const struct fit_table *table,
	const double *s_n, const struct model *model)
{
	struct follower f = { .model = model,
		.table = table,
		.t_s = s->n_points > 0 ? s->points[0].t_s : 0 };

	find_shares(s, table, s_n, &f.shares);
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
