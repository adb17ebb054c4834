#include "calibration/budget_evidence.h"

#include <math.h>
#include <string.h>

#include "calibration/fit_parts.h"
#include "calibration/model_plan.h"
#include "src/base/units.h"

#define PART_FRAC  0.2 /* of the ordinary cell: part of the load */
#define INNER_FRAC 0.5 /* of the ordinary cell: part of the load, not of its rim */
#define N_TERMS    4   /* of the smooth pressure under a disc: 1, x, y, r^2 */
#define LEAST_DOF  2   /* fewer cells within a disc tell nothing */
#define N_CURVE    3 /* what loads tell of a curve: its level, its exponent and a bend */
#define MANY_LOADS 6   /* chosen: so many do not all lie on a curve for being few */
#define MATURE_S   1.0 /* chosen: a load stands still after so long */
#define USED_FRAC                                                                      \
	0.05 /* chosen: more of a load on cells that remember an earlier one is not creep of its own */

/* Forces over the mat at one moment, by the curve alone. */
struct scene {
	const struct readings *r;
	const struct model *model;
	double v[MODEL_MAX_CELLS];      /* of the snapshot's cells */
	float force_n[MODEL_MAX_CELLS]; /* over the mat */
	uint8_t is_part
		[MODEL_MAX_CELLS]; /* of the load at hand, not of what is left of others */
	uint8_t is_used[MODEL_MAX_CELLS]; /* an earlier load stood there */
};

/* Normal equations of a small least-squares problem. */
struct smooth {
	double a[N_TERMS][N_TERMS], b[N_TERMS], squares;
	int n;
};

static void spread_out(struct scene *s, const struct snapshot *moment)
{
	memset(s->force_n, 0,
		(size_t)geometry_n_cells(&s->model->geometry) * sizeof(*s->force_n));
	fit_values(s->model, s->r, moment, s->v);
	for (int k = 0; k < moment->n; k++) {
		int i = s->r->cell[moment->first + k];
		double w = model_equalise(s->model, i, s->v[k]);

		if (!(w > 0) || s->model->state[i] != CELL_OK)
			continue;
		s->force_n[i] = (float)model_curve_n(&s->model->curve, w);
	}
}

/* --- between the cells under a disc --------------------------------------------------------- */

/* A cell is inside if all around it carry at least half of what the ordinary one does. */
static bool is_inside(const struct scene *s, int row, int col, float least_n)
{
	const struct mat_geometry *g = &s->model->geometry;

	if (row < 1 || row >= g->n_rows - 1 || col < 1 || col >= g->n_cols - 1)
		return false;
	for (int r = row - 1; r <= row + 1; r++)
		for (int c = col - 1; c <= col + 1; c++)
			if (!(s->force_n[r * g->n_cols + c] > least_n))
				return false;
	return true;
}

/* Force-weighted mean: half of it is where a disc's rim ends. */
static double ordinary_n(const struct scene *s)
{
	double sum = 0, squares = 0;

	for (int i = 0; i < geometry_n_cells(&s->model->geometry); i++) {
		sum += (double)s->force_n[i];
		squares += (double)s->force_n[i] * (double)s->force_n[i];
	}
	return sum > 0 ? squares / sum : 0;
}

static void add_cell(struct smooth *fit, const double terms[N_TERMS], double value)
{
	for (int a = 0; a < N_TERMS; a++) {
		for (int b = 0; b < N_TERMS; b++)
			fit->a[a][b] += terms[a] * terms[b];
		fit->b[a] += terms[a] * value;
	}
	fit->squares += value * value;
	fit->n++;
}

/* Sum of squares about the best smooth pressure: Gauss's elimination of a definite matrix. */
static double rest_of(struct smooth *fit)
{
	double rest = fit->squares;

	for (int p = 0; p < N_TERMS; p++) {
		if (!(fit->a[p][p] > 1e-9 * fit->n))
			return NAN;
		for (int row = p + 1; row < N_TERMS; row++) {
			double part = fit->a[row][p] / fit->a[p][p];

			for (int col = p; col < N_TERMS; col++)
				fit->a[row][col] -= part * fit->a[p][col];
			fit->b[row] -= part * fit->b[p];
		}
		rest -= fit->b[p] * fit->b[p] / fit->a[p][p];
	}
	return fmax(0, rest);
}

/* Add the cells within one load to the pool. */
static void pool_cells(const struct scene *s, double *squares, double *dof)
{
	const struct mat_geometry *g = &s->model->geometry;
	double ordinary = ordinary_n(s), rest;
	struct smooth fit = { .n = 0 };

	for (int row = 0; row < g->n_rows; row++) {
		for (int col = 0; col < g->n_cols; col++) {
			double x = 2.0 * col / g->n_cols - 1;
			double y = 2.0 * row / g->n_rows - 1;
			double force_n = (double)s->force_n[row * g->n_cols + col];
			double terms[N_TERMS] = { 1, x, y, x * x + y * y };

			if (is_inside(s, row, col, (float)(INNER_FRAC * ordinary)))
				add_cell(&fit, terms, force_n / ordinary);
		}
	}
	rest = rest_of(&fit);
	if (fit.n < N_TERMS + LEAST_DOF || !isfinite(rest))
		return;
	*squares += rest;
	*dof += fit.n - N_TERMS;
}

/* --- between loads -------------------------------------------------------------------------- */

static bool is_load(const struct reading *item)
{
	return fit_is_used(item) && item->n > 0 && item->mass_kg > 0 &&
	       (item->kind == READING_LOAD || item->kind == READING_STAIRCASE ||
		       item->kind == READING_CREEP);
}

/* Each load as all of them fit it, if they are many; few hang on the curve, and are taken as the others predict each. */
static void compare_loads(const struct model *model, const struct fit_report *report,
	struct budget_evidence *e)
{
	double cross = report->cv_rms_frac[model->curve.kind];
	double area_mm2 = model->geometry.pitch_x_mm * model->geometry.pitch_y_mm;
	double sum = 0, squares = 0, off = 0;
	int n = 0;

	for (int k = 0; k < report->n_loads; k++) {
		const struct fit_load *load = &report->loads[k];
		double kpa = log(load->pressed_n * 1e3 / area_mm2);
		double is_off = log(load->fit_kg / load->mass_kg);

		if (!load->used || !isfinite(kpa) || !isfinite(is_off))
			continue;
		sum += kpa;
		squares += kpa * kpa;
		off += is_off * is_off;
		n++;
	}
	e->n_loads = n;
	e->load_log_mean = n > 0 ? sum / n : NAN;
	e->load_log_spread = n > 0 ? sqrt(fmax(0, squares - sum * sum / n)) : 0;
	e->loads.dof = fmax(0, n - N_CURVE);
	e->loads.sd = n > N_CURVE ? sqrt(off / (n - N_CURVE)) : NAN;
	if (isfinite(cross) && n > 1 && n < MANY_LOADS)
		e->loads = (struct budget_spread){ cross, n - 1 };
}

/* --- creep ---------------------------------------------------------------------------------- */

/* What a load that came at 0 should read after `t_s` by the curve, over what it weighs. `slope`: the curve's there. */
static double crept(const struct model_creep *c, double slope, double t_s)
{
	double sum = 1;

	for (int k = 0; k < c->n; k++)
		sum += c->amplitude[k] * (1 - exp(-t_s / c->tau_s[k]));
	return c->of_response ? pow(sum, slope) : sum;
}

/* The curve's slope where a load presses its ordinary cells. */
static double slope_at(const struct scene *s)
{
	const struct model_curve *curve = &s->model->curve;

	return model_curve_slope(curve, model_curve_w(curve, ordinary_n(s)));
}

/* Mark the cells of a load. Returns how much of it stands where earlier loads did. */
static double mark_part(struct scene *s)
{
	double least_n = PART_FRAC * ordinary_n(s), used = 0, all = 0;

	for (int i = 0; i < geometry_n_cells(&s->model->geometry); i++) {
		s->is_part[i] = (double)s->force_n[i] > least_n;
		if (!s->is_part[i])
			continue;
		all += (double)s->force_n[i];
		used += s->is_used[i] ? (double)s->force_n[i] : 0;
		s->is_used[i] = 1;
	}
	return all > 0 ? used / all : 0;
}

/* What a load's own cells add up to at one moment, by the curve alone. */
static double part_n(struct scene *s, const struct snapshot *moment)
{
	double sum = 0;

	spread_out(s, moment);
	for (int i = 0; i < geometry_n_cells(&s->model->geometry); i++)
		sum += s->is_part[i] ? (double)s->force_n[i] : 0;
	return sum;
}

/* How much a load at rest still rises when creep is undone, per decade of time; NaN: too short. `longest_s`: for how long
 * it was watched. */
static double rise_of(struct scene *s, const struct reading *item, double *longest_s)
{
	double n = 0, x = 0, y = 0, xx = 0, xy = 0, last_s = 0, slope = slope_at(s);
	const struct snapshot *first = &s->r->snapshots[item->first];

	for (int k = item->first; k < item->first + item->n; k++) {
		const struct snapshot *now = &s->r->snapshots[k];
		double t_s = now->t_s - item->onset_s, log_t, off;

		if (!(t_s > MATURE_S) || now->mass_kg != first->mass_kg)
			continue;
		if (k > item->first && now[-1].mass_kg != first->mass_kg)
			break;
		log_t = log10(t_s);
		off = log(part_n(s, now) / crept(&s->model->creep, slope, t_s));
		n++;
		x += log_t;
		y += off;
		xx += log_t * log_t;
		xy += log_t * off;
		last_s = t_s;
	}
	*longest_s = last_s;
	if (n < 4 || last_s < 3 * MATURE_S)
		return NAN;
	return (xy - x * y / n) / (xx - x * x / n);
}

/* --- all ------------------------------------------------------------------------------------ */

static double moved_zero(const struct readings *r, const struct model *model)
{
	double sum = 0;
	int n = geometry_n_cells(&model->geometry);

	if (r->n_late_frames == 0)
		return NAN;
	for (int i = 0; i < n; i++)
		sum += (double)r->late_cnt[i] - (double)r->zero_cnt[i];
	return sum / n;
}

void budget_evidence(const struct readings *readings, const struct model *model,
	const struct fit_report *report, struct budget_evidence *e)
{
	struct scene s = { .r = readings, .model = model };
	double cells = 0, rises = 0, n_rises = 0;

	memset(e, 0, sizeof(*e));
	compare_loads(model, report, e);
	e->zero_cnt = moved_zero(readings, model);
	for (int i = 0; i < readings->n_items; i++) {
		const struct reading *item = &readings->items[i];
		double rise, used, watched_s;

		if (!is_load(item))
			continue;
		spread_out(&s, &readings->snapshots[item->first + item->n - 1]);
		pool_cells(&s, &cells, &e->cells.dof);
		used = mark_part(&s);
		rise = rise_of(&s, item, &watched_s);
		if (!isfinite(rise) || used > USED_FRAC)
			continue;
		e->longest_s = fmax(e->longest_s, watched_s);
		rises += rise * rise;
		n_rises++;
	}
	e->cells.sd = e->cells.dof > 0 ? sqrt(cells / e->cells.dof) : NAN;
	e->rise = (struct budget_spread){ n_rises > 0 ? sqrt(rises / n_rises) : NAN,
		n_rises };
}
