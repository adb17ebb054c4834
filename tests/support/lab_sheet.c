#include "tests/support/lab_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_CELLS 0x1ab1
#define STREAM_NOISE 0x1ab2

#define R_REFERENCE_OHM 4700.0
#define PIVOT_KPA       60.0 /* where cells of unlike exponents agree */
#define KNEE_SHARPNESS  3.0
#define REST_N          2e-4 /* creep below this moves no count */
#define LIFTED_S        0.5  /* so long without load, and a cell settles anew */
#define N_WAVES         3
#define N_NORMALS       65536u

struct lab_sheet {
	struct lab_sheet_options o;
	struct mat_geometry geometry;
	int n, n_creep, n_lag, n_awake;
	double area_mm2, t_s, whole, loaded_s;
	bool is_loaded; /* when last looked at, at loaded_s */
	double per_bend,
		warmth; /* 1 over the curve at half_kpa; how warm it is by now */
	double tau_s[LAB_MAX_CREEP], amount[LAB_MAX_CREEP];
	double width_n[LAB_MAX_LAG], weight[LAB_MAX_LAG];
	struct rng rng;
	int *awake; /* the cells that feel something, or still remember */
	bool *is_awake;
	double *gain, *exponent, *creep_scale, *zero; /* of each cell */
	double *settled, *lifted_s, *last_s, *force_n;
	double *creep; /* n_creep per cell */
	double *lag;   /* n_lag per cell: how far it is behind */
	double *u, *row_sum, *col_sum;
	float *mean;
};

static float normals[N_NORMALS];

static void fill_normals(void)
{
	struct rng rng;

	if (normals[0] != 0)
		return;
	rng_init(&rng, 1, STREAM_NOISE);
	for (unsigned i = 0; i < N_NORMALS; i++)
		normals[i] = (float)rng_normal(&rng);
}

static double bend(const struct lab_sheet_options *o, double kpa)
{
	double x, knee;

	switch (o->curve) {
	case LAB_SATURATING:
		x = pow(kpa, o->exponent);
		return x / (pow(o->half_kpa, o->exponent) * o->ceiling + x);
	case LAB_PRINTED:
		x = hypot(kpa, o->actuation_kpa) - o->actuation_kpa;
		return pow(x, o->exponent);
	case LAB_TWO_SLOPE:
		x = log(kpa / o->knee_kpa);
		knee = log1p(exp(KNEE_SHARPNESS * x)) / KNEE_SHARPNESS;
		return exp(o->exponent * (x - knee) + o->second_exponent * knee);
	default:
		return pow(kpa, o->exponent);
	}
}

/* --- what a sheet is made of --------------------------------------------------------------- */

static void make_creep(struct lab_sheet *s)
{
	const struct lab_sheet_options *o = &s->o;
	double decades = log10(o->creep_last_s / o->creep_first_s), step;

	s->n_creep =
		o->creep_frac > 0 ? (int)fmin(LAB_MAX_CREEP, ceil(3 * decades)) : 0;
	step = decades / s->n_creep;
	for (int k = 0; k < s->n_creep; k++) {
		double at = (k + rng_between(&s->rng, 0.2, 0.8)) * step;

		s->tau_s[k] = o->creep_first_s * pow(10, at);
		s->amount[k] = o->creep_frac * step * rng_between(&s->rng, 0.7, 1.3);
	}
}

/* Widths from least to most, evenly on a log scale and shaken; weights so that with sharp corners the full loop
 * at the top is as wide as told. With slopes it is narrower, but small changes lose as much. */
static void make_lag(struct lab_sheet *s)
{
	const struct lab_sheet_options *o = &s->o;
	double top_n = o->lag_top_kpa * 1e-3 * s->area_mm2, sum = 0;

	s->n_lag = o->lag_frac > 0 ? 3 + (int)(rng_u64(&s->rng) % 4) : 0;
	for (int k = 0; k < s->n_lag; k++) {
		double at = (k + rng_between(&s->rng, 0.2, 0.8)) / s->n_lag;
		double frac = o->lag_least * pow(o->lag_most / o->lag_least, at);

		s->width_n[k] = frac * top_n;
		s->weight[k] = pow(frac, o->lag_tilt);
		sum += s->weight[k] * frac;
	}
	for (int k = 0; k < s->n_lag; k++)
		s->weight[k] *= o->lag_frac / sum;
}

static void make_gains(struct lab_sheet *s)
{
	double kx[N_WAVES], ky[N_WAVES], at[N_WAVES];

	for (int w = 0; w < N_WAVES; w++) {
		kx[w] = rng_between(&s->rng, -8, 8);
		ky[w] = rng_between(&s->rng, -8, 8);
		at[w] = rng_between(&s->rng, 0, 2 * M_PI);
	}
	for (int i = 0; i < s->n; i++) {
		double x = (double)(i % s->geometry.n_cols) / s->geometry.n_cols;
		double y = (double)(i / s->geometry.n_cols) / s->geometry.n_rows;
		double wave = 0;

		for (int w = 0; w < N_WAVES; w++)
			wave += sin(kx[w] * x + ky[w] * y + at[w]);
		s->gain[i] = exp(s->o.gain_sd_frac * rng_normal(&s->rng) +
				 s->o.gain_wave_frac * wave * sqrt(2.0 / N_WAVES));
	}
}

static void make_cells(struct lab_sheet *s)
{
	const struct lab_sheet_options *o = &s->o;

	make_gains(s);
	for (int i = 0; i < s->n; i++) {
		s->exponent[i] = o->exponent * o->exponent_sd * rng_normal(&s->rng);
		s->creep_scale[i] = fmax(0, 1 + o->creep_sd * rng_normal(&s->rng));
		s->zero[i] =
			fmax(0, o->zero_cnt + o->zero_sd_cnt * rng_normal(&s->rng));
		s->settled[i] = 1;
		s->lifted_s[i] = -INFINITY;
	}
	for (int k = 0; k < o->n_dead; k++) {
		int i = (int)(rng_u64(&s->rng) % (uint64_t)s->n);

		s->gain[i] = 0;
		s->zero[i] *= rng_u64(&s->rng) & 1 ? 1 : 0;
	}
}

static bool take_memory(struct lab_sheet *s)
{
	size_t n = (size_t)s->n;
	double **const all[] = { &s->gain, &s->exponent, &s->creep_scale, &s->zero,
		&s->settled, &s->lifted_s, &s->last_s, &s->force_n, &s->u };
	bool ok = true;

	for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++)
		ok &= (*all[k] = calloc(n, sizeof(double))) != NULL;
	ok &= (s->creep = calloc(n * LAB_MAX_CREEP, sizeof(double))) != NULL;
	ok &= (s->lag = calloc(n * LAB_MAX_LAG, sizeof(double))) != NULL;
	ok &= (s->row_sum = calloc(GEOMETRY_MAX_SIDE, sizeof(double))) != NULL;
	ok &= (s->col_sum = calloc(GEOMETRY_MAX_SIDE, sizeof(double))) != NULL;
	ok &= (s->awake = calloc(n, sizeof(int))) != NULL;
	ok &= (s->is_awake = calloc(n, sizeof(bool))) != NULL;
	ok &= (s->mean = calloc(n, sizeof(float))) != NULL;
	return ok;
}

struct lab_sheet *lab_sheet_new(
	const struct lab_sheet_options *options, const struct mat_geometry *geometry)
{
	struct lab_sheet *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	fill_normals();
	s->o = *options;
	s->geometry = *geometry;
	s->n = geometry_n_cells(geometry);
	s->area_mm2 = geometry->pitch_x_mm * geometry->pitch_y_mm;
	s->whole = 1;
	s->loaded_s = -INFINITY;
	rng_init(&s->rng, options->seed, STREAM_CELLS);
	if (!take_memory(s)) {
		lab_sheet_free(s);
		return NULL;
	}
	s->per_bend = 1 / bend(&s->o, s->o.half_kpa);
	make_creep(s);
	make_lag(s);
	make_cells(s);
	return s;
}

void lab_sheet_free(struct lab_sheet *s)
{
	if (!s)
		return;
	free(s->gain);
	free(s->exponent);
	free(s->creep_scale);
	free(s->zero);
	free(s->settled);
	free(s->lifted_s);
	free(s->last_s);
	free(s->force_n);
	free(s->u);
	free(s->creep);
	free(s->lag);
	free(s->row_sum);
	free(s->col_sum);
	free(s->awake);
	free(s->is_awake);
	free(s->mean);
	free(s);
}

void lab_sheet_divider(
	const struct lab_sheet *s, double *r_reference_ohm, double *r_series_ohm)
{
	*r_reference_ohm = R_REFERENCE_OHM;
	*r_series_ohm = s->o.series_frac * R_REFERENCE_OHM;
}

/* --- one cell's material ------------------------------------------------------------------- */

/* A force as the material feels it: behind, one way more than the other. */
static double lagging(const struct lab_sheet *s, int i, double force_n)
{
	double step = force_n - s->force_n[i], felt = force_n, *lag = s->lag;

	lag += (size_t)i * LAB_MAX_LAG;
	for (int k = 0; k < s->n_lag; k++) {
		double w = s->width_n[k];

		if (s->o.lag == LAB_LAG_PLAY)
			lag[k] = fmin(w, fmax(0, lag[k] + step));
		else if (step > 0)
			lag[k] = w - (w - lag[k]) * exp(-step / w);
		else
			lag[k] *= exp(step / w);
		lag[k] = fmin(lag[k], force_n);
		felt -= s->weight[k] * lag[k];
	}
	return fmax(felt, 0);
}

static double creeping(
	const struct lab_sheet *s, int i, double now, const double keep[LAB_MAX_CREEP])
{
	double *creep = s->creep + (size_t)i * LAB_MAX_CREEP, late = 0;

	for (int k = 0; k < s->n_creep; k++) {
		creep[k] = now + (creep[k] - now) * keep[k];
		late += s->amount[k] * creep[k];
	}
	return now + s->creep_scale[i] * late;
}

static void settle(struct lab_sheet *s, int i, double force_n)
{
	if (force_n > 0 && s->force_n[i] <= 0 && s->t_s - s->lifted_s[i] > LIFTED_S)
		s->settled[i] = exp(s->o.settle_cell_sd * rng_normal(&s->rng));
	if (force_n > 0)
		s->lifted_s[i] = s->t_s;
}

/* Conductance of a cell over that of the reference. */
static double conduct(
	struct lab_sheet *s, int i, double force_n, const double keep[LAB_MAX_CREEP])
{
	double per_kpa = 1e3 / s->area_mm2, felt, g, kpa;

	settle(s, i, force_n);
	felt = lagging(s, i, force_n);
	s->force_n[i] = force_n;
	if (!s->o.creep_of_conductance)
		felt = creeping(s, i, felt, keep);
	kpa = felt * per_kpa;
	g = kpa > 1e-6 ? bend(&s->o, kpa) * s->per_bend : 0;
	if (s->exponent[i] != 0 && g > 0)
		g *= pow(kpa / PIVOT_KPA, s->exponent[i]);
	if (s->o.creep_of_conductance)
		g = creeping(s, i, g, keep);
	g *= s->gain[i] * s->settled[i] * s->whole;
	g *= 1 + s->o.warm_frac * s->warmth;
	return g / (1 + s->o.series_frac * g);
}

static bool remembers(const struct lab_sheet *s, int i)
{
	const double *creep = s->creep + (size_t)i * LAB_MAX_CREEP;
	double late = 0;

	if (s->force_n[i] > 0)
		return true;
	for (int k = 0; k < s->n_creep; k++)
		late += s->amount[k] * creep[k];
	return late > (s->o.creep_of_conductance ? 0.05 * REST_N : REST_N);
}

/* --- the whole sheet ----------------------------------------------------------------------- */

static void wake(struct lab_sheet *s, int i)
{
	double *creep = s->creep + (size_t)i * LAB_MAX_CREEP;

	for (int k = 0; k < s->n_creep; k++)
		creep[k] *= exp(-(s->t_s - s->last_s[i]) / s->tau_s[k]);
	s->is_awake[i] = true;
	s->awake[s->n_awake++] = i;
}

/* Wake what is touched at `t_s`; a mat that was empty settles anew. */
static void touch(struct lab_sheet *s, const double *cells_n, double before_s)
{
	bool any = false;

	for (int i = 0; cells_n && i < s->n; i++) {
		if (cells_n[i] <= 0)
			continue;
		any = true;
		if (!s->is_awake[i]) {
			double now_s = s->t_s;

			s->t_s = before_s;
			wake(s, i);
			s->t_s = now_s;
		}
	}
	if (any && !s->is_loaded && s->t_s - s->loaded_s > LIFTED_S)
		s->whole = exp(s->o.settle_sd * rng_normal(&s->rng));
	s->is_loaded = any;
	if (any)
		s->loaded_s = s->t_s;
}

void lab_sheet_feel(struct lab_sheet *s, double t_s, const double *cells_n)
{
	double keep[LAB_MAX_CREEP], before_s = s->t_s;
	int n_kept = 0;

	s->t_s = t_s;
	s->warmth = 1 - exp(-t_s / s->o.warm_s);
	for (int k = 0; k < s->n_creep; k++)
		keep[k] = exp(-(t_s - before_s) / s->tau_s[k]);
	touch(s, cells_n, before_s);
	for (int a = 0; a < s->n_awake; a++) {
		int i = s->awake[a];

		s->u[i] = conduct(s, i, cells_n ? cells_n[i] : 0, keep);
		if (remembers(s, i)) {
			s->awake[n_kept++] = i;
			continue;
		}
		s->is_awake[i] = false;
		s->last_s[i] = t_s;
		s->u[i] = 0;
	}
	s->n_awake = n_kept;
}

static double as_shown(const struct lab_sheet *s, double u)
{
	return s->o.leak_of_voltage ? u / (1 + u) : u;
}

static void sum_lines(struct lab_sheet *s)
{
	memset(s->row_sum, 0, GEOMETRY_MAX_SIDE * sizeof(double));
	memset(s->col_sum, 0, GEOMETRY_MAX_SIDE * sizeof(double));
	for (int a = 0; a < s->n_awake; a++) {
		int i = s->awake[a];
		double shown = as_shown(s, s->u[i]);

		s->row_sum[i / s->geometry.n_cols] += shown;
		s->col_sum[i % s->geometry.n_cols] += shown;
	}
}

/* What the converter sees of a cell, without noise. */
static double count_of(const struct lab_sheet *s, int i)
{
	const struct lab_sheet_options *o = &s->o;
	double zero = s->zero[i], own = as_shown(s, s->u[i]), u;

	own += o->row_leak * (s->row_sum[i / s->geometry.n_cols] - own) +
	       o->col_leak * (s->col_sum[i % s->geometry.n_cols] - own);
	if (s->gain[i] <= 0)
		return zero;
	if (own <= 0)
		return zero + o->zero_drift_cnt * s->warmth;
	u = o->leak_of_voltage ? own / fmax(1e-3, 1 - own) : own;
	zero += o->zero_drift_cnt * s->warmth;
	if (o->zero_is_leak)
		u += zero / (LAB_FULL - zero);
	u = fmin(u, o->most_u);
	return LAB_FULL * u / (1 + u) + (o->zero_is_leak ? 0 : zero);
}

static void see(struct lab_sheet *s)
{
	sum_lines(s);
	for (int i = 0; i < s->n; i++)
		s->mean[i] = (float)count_of(s, i);
}

void lab_sheet_scan(
	struct lab_sheet *s, double t_s, const double *cells_n, uint16_t *counts)
{
	float noise = (float)s->o.noise_cnt;
	unsigned at = (unsigned)rng_u64(&s->rng);

	lab_sheet_feel(s, t_s, cells_n);
	see(s);
	for (int i = 0; i < s->n; i++) {
		float count = s->mean[i] + noise * normals[(at + i) % N_NORMALS] + 0.5f;

		counts[i] = count <= 0 || s->mean[i] <= 0 ? 0
			    : count >= LAB_FULL           ? LAB_FULL
							  : (uint16_t)count;
	}
}

void lab_sheet_average(struct lab_sheet *s, double t_s, const double *cells_n,
	int n_frames, float *counts)
{
	float noise = (float)(hypot(s->o.noise_cnt, sqrt(1.0 / 12)) / sqrt(n_frames));
	unsigned at = (unsigned)rng_u64(&s->rng);

	lab_sheet_feel(s, t_s, cells_n);
	see(s);
	for (int i = 0; i < s->n; i++) {
		float count = s->mean[i] + noise * normals[(at + i) % N_NORMALS];

		counts[i] = s->mean[i] <= 0 ? 0 : fminf(fmaxf(count, 0), LAB_FULL);
	}
}
