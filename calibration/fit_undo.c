#include "calibration/fit_undo.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_table.h"
#include "calibration/model_plan.h"

/* One cell of a part of a line. It begins each pass with nothing: the roller was there for a tenth of a second, seconds ago. */
struct line {
	double t_s; /* last seen; NaN not yet */
	double creep[MODEL_MAX_CREEP], play[MODEL_MAX_PLAY];
};

struct roll {
	const struct model_creep *creep;
	struct model_play_inverse play;
	struct fit_table table;
	struct line lines[GEOMETRY_MAX_SIDE * FIT_MAX_PARTS];
};

/* What creep left to `s`, exact for a step from one moment to the next (model.h). */
static double without_creep(
	const struct model_creep *c, struct line *line, double s, double dt_s)
{
	double divide = 1, keep[MODEL_MAX_CREEP];

	for (int k = 0; k < c->n; k++) {
		keep[k] = exp(-dt_s / c->tau_s[k]);
		s -= c->amplitude[k] * keep[k] * line->creep[k];
		divide += c->amplitude[k] * (1 - keep[k]);
	}
	s = fmax(0, s) / divide;
	for (int k = 0; k < c->n; k++)
		line->creep[k] = keep[k] * line->creep[k] + (1 - keep[k]) * s;
	return s;
}

static double without_play(
	const struct model_play_inverse *p, struct line *line, double g_n)
{
	double force_n = p->own * g_n;

	for (int k = 0; k < p->n; k++) {
		double least = g_n - 2 * p->width_n[k];

		line->play[k] = fmin(g_n, fmax(least, line->play[k]));
		force_n += p->weight[k] * line->play[k];
	}
	return force_n;
}

static double force_of(struct roll *r, struct line *line, double w, double t_s)
{
	double dt_s = isnan(line->t_s) ? 0 : t_s - line->t_s, g_n;

	line->t_s = t_s;
	if (r->creep->of_response)
		g_n = fit_table_s(&r->table, without_creep(r->creep, line, w, dt_s));
	else
		g_n = without_creep(r->creep, line, fit_table_s(&r->table, w), dt_s);
	return without_play(&r->play, line, g_n);
}

static void undo_pass(struct roll *r, struct fit_series *s, const double *s_n)
{
	int n_parts = s->way.n_parts;

	for (int k = 0; k < s->way.n_lines * n_parts; k++)
		r->lines[k] = (struct line){ .t_s = NAN };
	for (int k = 0; k < s->n_moments; k++) {
		struct fit_moment *m = &s->moments[k];
		struct line *lines = r->lines + m->first_line * n_parts;
		double force_n = 0;

		for (int i = 0; i < m->n_lines * n_parts; i++)
			force_n += s->way.n_cells[i % n_parts] *
				   force_of(r, &lines[i], (double)m->line_w[i], m->t_s);
		m->felt_n = force_n > 0 ? fit_series_sum(m, s_n) / force_n : 1;
	}
}

size_t fit_undo_scratch_size(void)
{
	return sizeof(struct roll);
}

void fit_undo_rolls(struct fit_all_series *all, const double *s_n,
	const struct model *model, void *scratch)
{
	struct roll *r = scratch;

	r->creep = &model->creep;
	fit_table_make(&r->table, all, s_n);
	model_play_invert(&model->play, &r->play);
	for (int i = all->n; i < all->n + all->n_rolls; i++)
		undo_pass(r, &all->series[i], s_n);
}
