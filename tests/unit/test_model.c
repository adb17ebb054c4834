/* Reading by a model, against a sheet written here the other way round: force to play, to creep, to
 * curve, to counts. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/model_read.h"
#include "src/base/rng.h"

#define SEED    4
#define MOST    512
#define FULL    4095.0
#define DT_S    0.01
#define N_PLAY  3
#define LATER_S 60.0 /* what a cell showed of late is what it shows now */

/* --- a model and its reader ---------------------------------------------------------------- */

struct reader {
	struct model model;
	void *memory;
	struct model_plan *plan;
	float *state;
	uint16_t counts[MOST];
	float cells_n[MOST];
};

static void plain_model(struct model *m, int n_rows, int n_cols)
{
	memset(m, 0, sizeof(*m));
	m->geometry = (struct mat_geometry){ n_rows, n_cols, 10.0, 10.0 };
	m->unit = FRAME_UNIT_COUNTS;
	m->unit_scale = 1.0;
	m->full_scale = (uint32_t)FULL;
	m->threshold_sds = 6.0;
	m->curve = (struct model_curve){
		.kind = CURVE_POWER, .scale_n = 12.0, .exponent = 1.25, .w_max = 4.0
	};
	for (int i = 0; i < n_rows * n_cols; i++) {
		m->zero_cnt[i] = 30.0f;
		m->noise_cnt[i] = 1.0f;
		m->gain[i] = 1.0f;
	}
}

static void open_reader(struct reader *r)
{
	size_t size = model_plan_size(&r->model);

	r->memory = aligned_alloc(64, size);
	assert_int_equal(model_plan_init(r->memory, size, &r->model, &r->plan), 0);
	r->state = calloc(model_sensor_ops.n_state(r->plan) + 1, sizeof(float));
	model_sensor_ops.state_reset(r->plan, r->state);
}

static void close_reader(struct reader *r)
{
	free(r->state);
	free(r->memory);
}

static struct sensor_totals read_once(struct reader *r, double dt_s)
{
	struct sensor_zero zero = model_sensor_ops.zero(r->plan);
	struct raw_frame frame = { .cells = r->counts };

	memset(r->cells_n, 0xff, sizeof(r->cells_n)); /* what is not written is NaN */
	return model_sensor_ops.read(
		r->plan, r->state, &frame, &zero, dt_s, r->cells_n);
}

static void clear_counts(struct reader *r)
{
	for (int i = 0; i < MOST; i++)
		r->counts[i] = 30;
}

/* --- the sheet ----------------------------------------------------------------------------- */

/* One cell, its history and its numbers; written without looking at the inverse. */
struct sheet_cell {
	double play[N_PLAY], x[MODEL_MAX_CREEP];
};

static double sheet_s(struct sheet_cell *c, const struct model *m, double force_n)
{
	double g = force_n, s;

	for (int k = 0; k < m->play.n; k++) {
		double least = force_n - 2.0 * m->play.width_n[k];

		if (c->play[k] < least)
			c->play[k] = least;
		if (c->play[k] > force_n)
			c->play[k] = force_n;
		g += m->play.weight[k] * (c->play[k] - force_n);
	}
	if (m->creep.of_response)
		g = pow(g / m->curve.scale_n, 1.0 / m->curve.exponent);
	s = g;
	for (int k = 0; k < m->creep.n; k++) {
		c->x[k] += (g - c->x[k]) * -expm1(-DT_S / m->creep.tau_s[k]);
		s += m->creep.amplitude[k] * c->x[k];
	}
	return m->creep.of_response ? m->curve.scale_n * pow(s, m->curve.exponent) : s;
}

/* The count before rounding, zero included. */
static double sheet_count(const struct model *m, int cell, double s_n)
{
	double w = pow(s_n / m->curve.scale_n, 1.0 / m->curve.exponent);
	double bent = m->bend_w > 0.0 ? pow(w / m->bend_w,
						1.0 / (1.0 + (double)m->bend[cell])) *
						m->bend_w
				      : w;
	double u = bent / (double)m->gain[cell];
	double ratio = m->has_divider ? m->r_series_ohm / m->r_reference_ohm : 0.0;

	if (m->unit == FRAME_UNIT_CONDUCTANCE_NS)
		return (double)m->zero_cnt[cell] + u / m->unit_scale;
	/* u is R_ref over the cell; the converter sees R_ref / (R_ref + R_series + R_cell) */
	return (double)m->zero_cnt[cell] + FULL / (1.0 + ratio + 1.0 / u);
}

/* What half a count is worth in newtons, generously: twice, and all memory's gain. */
static double resolution_n(const struct reader *r, int cell, double force_n)
{
	return 0.01 + 4.0 * model_sensor_ops.cell_noise_n(r->plan, force_n) *
			      (0.5 / hypot(1.0, 0.2886)) / (double)r->model.gain[cell];
}

/* A force that rises, sways and is lifted; 25 s. */
static double force_at(int step, int cell)
{
	double t = step * DT_S;
	double sway = 1.0 + 0.3 * sin(2.1 * t + cell) + 0.2 * sin(0.7 * t * cell);

	if (t < 1.0 + 0.1 * cell || (t > 12.0 && t < 14.0))
		return 0.0;
	return (4.0 + 0.5 * cell) * sway *
	       fmax(0.0, fmin(1.0, 3.0 * (t - 1.0 - 0.1 * cell)));
}

static void run_sheet(struct reader *r, int n_steps)
{
	static struct sheet_cell cells[MOST];
	int n = geometry_n_cells(&r->model.geometry), n_checked = 0;
	double worst = 0.0;

	memset(cells, 0, sizeof(cells));
	for (int step = 0; step < n_steps; step++) {
		double sum = 0.0, allowed = 0.0;
		struct sensor_totals totals;

		for (int i = 0; i < n; i++) {
			double force = i % 7 < 4 ? force_at(step, i % 11) : 0.0;

			r->counts[i] = (uint16_t)lrint(sheet_count(
				&r->model, i, sheet_s(&cells[i], &r->model, force)));
		}
		totals = read_once(r, step ? DT_S : 0.0);
		for (int i = 0; i < n; i++) {
			double force = i % 7 < 4 ? force_at(step, i % 11) : 0.0;
			double off = fabs((double)r->cells_n[i] - force);
			double least = (double)r->plan->floor_n[i] * 2.0;

			assert_true(off <= least + resolution_n(r, i, force));
			worst = fmax(worst, force > 1.0 ? off / force : 0.0);
			sum += force;
			allowed += least + resolution_n(r, i, force);
			n_checked++;
		}
		assert_true(fabs(totals.sum_n - sum) <= allowed);
	}
	printf("  %d cells, worst %.2f %% where a cell carries 1 N\n", n_checked,
		100.0 * worst);
}

/* --- the tests ----------------------------------------------------------------------------- */

static void add_memory(struct model *m)
{
	const double tau[6] = { 0.1, 0.32, 1.0, 3.2, 10.0, 32.0 };

	m->creep.n = 6;
	for (int k = 0; k < 6; k++) {
		m->creep.tau_s[k] = tau[k];
		m->creep.amplitude[k] = 0.02 + 0.01 * k;
	}
	m->play.n = N_PLAY;
	for (int k = 0; k < N_PLAY; k++) { /* not in order */
		m->play.width_n[k] = (double[]){ 1.6, 0.2, 0.7 }[k];
		m->play.weight[k] = (double[]){ 0.08, 0.05, 0.06 }[k];
	}
}

static void spread_gains(struct model *m)
{
	struct rng rng;

	rng_init(&rng, SEED, 0);
	for (int i = 0; i < geometry_n_cells(&m->geometry); i++)
		m->gain[i] = (float)exp(0.2 * rng_normal(&rng));
}

/* Exponents of the cells' own, sd 5 %. */
static void spread_bends(struct model *m)
{
	struct rng rng;

	rng_init(&rng, SEED, 2);
	m->bend_w = 0.4;
	for (int i = 0; i < geometry_n_cells(&m->geometry); i++)
		m->bend[i] = (float)(0.05 * rng_normal(&rng));
}

static void inverts_the_sheet(void **state)
{
	static struct reader r;

	(void)state;
	printf("seed %d\n", SEED);
	plain_model(&r.model, 12, 16);
	spread_gains(&r.model);
	open_reader(&r);
	run_sheet(&r, 1500);
	close_reader(&r);
	add_memory(&r.model);
	open_reader(&r);
	run_sheet(&r, 2500);
	close_reader(&r);
	r.model.creep.of_response = true;
	open_reader(&r);
	run_sheet(&r, 2500);
	close_reader(&r);
	spread_bends(&r.model);
	open_reader(&r);
	run_sheet(&r, 2500);
	close_reader(&r);
}

/* A mat whose cells fill no whole block, and that knows its resistors. */
static void inverts_a_known_divider(void **state)
{
	static struct reader r;

	(void)state;
	plain_model(&r.model, 7, 9);
	add_memory(&r.model);
	r.model.has_divider = true;
	r.model.r_reference_ohm = 1000.0;
	r.model.r_series_ohm = 150.0;
	open_reader(&r);
	run_sheet(&r, 2500);
	close_reader(&r);
}

static void reads_conductance_as_it_is(void **state)
{
	static struct reader r;

	(void)state;
	plain_model(&r.model, 5, 5);
	add_memory(&r.model);
	r.model.unit = FRAME_UNIT_CONDUCTANCE_NS;
	r.model.unit_scale = 0.25;
	r.model.full_scale = 65535;
	r.model.curve.scale_n = 12.0 / pow(4000.0, 1.25); /* 4 uS: 12 N */
	r.model.curve.w_max = 16000.0;
	open_reader(&r);
	run_sheet(&r, 2500);
	close_reader(&r);
}

/* Without noise: creep and play alone, exact but for floats. */
static void undoes_memory_exactly(void **state)
{
	static struct reader r;
	struct sheet_cell cell = { 0 };
	struct rng rng;
	double force = 0.0, worst = 0.0;

	(void)state;
	plain_model(&r.model, 1, 1);
	add_memory(&r.model);
	r.model.unit = FRAME_UNIT_CONDUCTANCE_NS;
	r.model.unit_scale = 1.0;
	r.model.full_scale = 65535;
	r.model.threshold_sds = 0.0;
	r.model.zero_cnt[0] = 0.0f;
	r.model.curve = (struct model_curve){
		.kind = CURVE_LINEAR, .scale_n = 1e-3, .exponent = 1.0, .w_max = 65535
	};
	open_reader(&r);
	rng_init(&rng, SEED, 1);
	for (int step = 0; step < 20000; step++) {
		double s;

		force = fmax(
			0.0, force + 0.4 * rng_normal(&rng) + 0.02 * (8.0 - force));
		s = sheet_s(&cell, &r.model, force);
		r.counts[0] = (uint16_t)lrint(1e3 * s);
		(void)read_once(&r, DT_S); /* the sheet stepped before, too */
		worst = fmax(worst, fabs((double)r.cells_n[0] - force));
	}
	printf("  worst %.1e N\n", worst);
	assert_true(worst < 1e-3); /* half a count is 5e-4, times 1 / 0.81 */
	close_reader(&r);
}

/* A foot that stood there before, and was lifted, changes nothing of the next one but what creeps. */
static void lags_behind_no_lifted_load(void **state)
{
	static struct reader fresh, used;
	struct reader *const both[] = { &fresh, &used };

	(void)state;
	for (int k = 0; k < 2; k++) {
		plain_model(&both[k]->model, 3, 5);
		add_memory(&both[k]->model);
		both[k]->model.creep.n = 0;
		open_reader(both[k]);
	}
	used.counts[7] = 2000;
	(void)read_once(&used, DT_S);
	used.counts[7] = 30;
	(void)read_once(&used, DT_S);
	for (int count = 100; count < 2000; count += 50) {
		fresh.counts[7] = used.counts[7] = (uint16_t)count;
		(void)read_once(&fresh, DT_S);
		(void)read_once(&used, DT_S);
		assert_true(fresh.cells_n[7] > 0);
		assert_true(fabsf(fresh.cells_n[7] - used.cells_n[7]) <= 0);
	}
	close_reader(&fresh);
	close_reader(&used);
}

/* s(w) by hand at knots, monotone between, continuous at both ends; the table follows it. */
static void follows_a_cubic(void **state)
{
	static struct reader r;
	struct model_curve *c = &r.model.curve;
	double worst = 0.0, before = 0.0;

	(void)state;
	plain_model(&r.model, 1, 1);
	*c = (struct model_curve){ .kind = CURVE_CUBIC,
		.n_knots = 4,
		.knot_w = { 0.05, 0.4, 0.9, 3.0 },
		.knot_s_n = { 0.3, 4.0, 5.0, 40.0 },
		.w_max = 2.0 };
	for (int i = 0; i < 3; i++)
		assert_true(fabs(model_curve_n(c, c->knot_w[i]) / c->knot_s_n[i] -
				    1.0) < 1e-12);
	for (double w = 1e-3; w < 50.0; w *= 1.01) {
		double s = model_curve_n(c, w);

		assert_true(s > before);
		before = s;
		assert_true(fabs(model_curve_w(c, s) / w - 1.0) < 1e-9);
	}
	assert_true(fabs(model_curve_n(c, 8.0) / model_curve_n(c, 4.0) /
				    (model_curve_n(c, 4.0) / model_curve_n(c, 2.0)) -
			    1.0) < 1e-12);
	r.model.threshold_sds = 0.0;
	r.model.unit = FRAME_UNIT_CONDUCTANCE_NS;
	r.model.unit_scale = 1e-3;
	r.model.full_scale = 65535;
	r.model.zero_cnt[0] = 0.0f;
	open_reader(&r);
	for (int count = 1; count < 65536; count++) {
		double s = model_curve_n(c, 1e-3 * count);

		r.counts[0] = (uint16_t)count;
		(void)read_once(&r, 0.0);
		worst = fmax(worst, fabs((double)r.cells_n[0] / s - 1.0));
	}
	printf("  table off by %.1e at most\n", worst);
	assert_true(worst < 1e-5);
	close_reader(&r);
}

/* Counts that are proportional to conductance, one of 1 to 1000, with crosstalk. */
static void leaky_model(struct model *m, int n_rows, int n_cols)
{
	plain_model(m, n_rows, n_cols);
	m->unit = FRAME_UNIT_CONDUCTANCE_NS;
	m->unit_scale = 1e-3;
	m->full_scale = 65535;
	m->curve = (struct model_curve){
		.kind = CURVE_LINEAR, .scale_n = 1.0, .exponent = 1.0, .w_max = 60.0
	};
	m->crosstalk = (struct model_crosstalk){ 0.02, 0.01 };
}

/* What is seen of `u`, cell by cell, on such a mat. */
static void leak(struct reader *r, const double *u)
{
	const struct mat_geometry *g = &r->model.geometry;

	clear_counts(r);
	for (int row = 0; row < g->n_rows; row++)
		for (int col = 0; col < g->n_cols; col++) {
			double seen = u[row * g->n_cols + col];

			for (int k = 0; k < g->n_cols; k++)
				seen += k != col ? 0.02 * u[row * g->n_cols + k] : 0.0;
			for (int k = 0; k < g->n_rows; k++)
				seen += k != row ? 0.01 * u[k * g->n_cols + col] : 0.0;
			r->counts[row * g->n_cols + col] =
				(uint16_t)lrint(30.0 + 1e3 * seen);
		}
}

static void takes_crosstalk_out(void **state)
{
	static struct reader r;
	double u[6][9] = { { 0 } };

	(void)state;
	leaky_model(&r.model, 6, 9);
	u[1][2] = 20.0;
	u[1][3] = 10.0;
	u[4][3] = 15.0;
	leak(&r, u[0]);
	open_reader(&r);
	assert_true(fabs(read_once(&r, 0.0).sum_n - 45.0) < 0.01);
	for (int row = 0; row < 6; row++)
		for (int col = 0; col < 9; col++)
			assert_true(fabs((double)r.cells_n[row * 9 + col] -
					    u[row][col]) < 0.002);
	close_reader(&r);
}

/* Five counts of noise, less than the threshold of six, on a line that leaks: nothing, but beside a load some of
 * it. */
static void takes_no_noise_on_leaking_lines_for_load(void **state)
{
	static struct reader r;
	double u[4][12] = { { 0 } };

	(void)state;
	leaky_model(&r.model, 4, 12);
	u[2][4] = u[2][5] = u[2][6] = 10.0;
	leak(&r, u[0]);
	r.counts[2 * 12 + 7] += 5;
	r.counts[2 * 12 + 9] += 5;
	open_reader(&r);
	read_once(&r, 0.0);
	assert_true(r.cells_n[2 * 12 + 7] > 0.003f);
	assert_true(r.cells_n[2 * 12 + 9] == 0.0f);
	r.counts[2 * 12 + 9] += 5;
	read_once(&r, LATER_S);
	assert_true(r.cells_n[2 * 12 + 9] > 0.006f);
	close_reader(&r);
}

static void set_force(struct reader *r, int cell, double force_n)
{
	r->counts[cell] = (uint16_t)lrint(sheet_count(&r->model, cell, force_n));
}

static void fills_in_dead_cells(void **state)
{
	static struct reader r;
	struct sensor_totals t;

	(void)state;
	plain_model(&r.model, 6, 8);
	for (int col = 0; col < 8; col++)
		r.model.state[2 * 8 + col] = CELL_DEAD; /* a line */
	r.model.state[4 * 8 + 5] = CELL_NOISY;
	r.model.state[5 * 8 + 0] = CELL_STUCK; /* away from load, at full scale */
	clear_counts(&r);
	r.counts[5 * 8] = 4095;
	r.counts[4 * 8 + 5] = 2000;
	set_force(&r, 1 * 8 + 3, 6.0);
	set_force(&r, 3 * 8 + 3, 2.0);
	set_force(&r, 4 * 8 + 4, 3.0);
	set_force(&r, 4 * 8 + 6, 5.0);
	set_force(&r, 3 * 8 + 5, 2.0);
	set_force(&r, 5 * 8 + 5, 2.0);
	open_reader(&r);
	t = read_once(&r, 0.0);
	assert_true(fabs((double)r.cells_n[2 * 8 + 3] - 4.0) < 0.05);
	assert_true(fabs((double)r.cells_n[4 * 8 + 5] - 3.0) < 0.05);
	assert_true(fabs(t.filled_n - (4.0 + 1.0 + 3.0)) < 0.1); /* [2][5]: half of 2 */
	assert_true(fabs(t.sum_n - (20.0 + 8.0)) < 0.2);
	assert_true(r.cells_n[5 * 8] < 1e-6f);
	assert_false(t.full);
	assert_false(t.extrapolated);
	clear_counts(&r);
	r.counts[4 * 8 + 5] = 2000;
	t = read_once(&r, DT_S);
	assert_true(t.filled_n < 1e-9 && t.sum_n < 1e-9);
	close_reader(&r);
}

static void cuts_noise_and_tells_limits(void **state)
{
	static struct reader r;
	struct sensor_zero zero;
	struct raw_frame frame = { .cells = r.counts };
	struct sensor_totals t;
	uint16_t limit_cnt[16];

	(void)state;
	plain_model(&r.model, 4, 4);
	open_reader(&r);
	clear_counts(&r);
	r.counts[3] = 36; /* 6 sd of 1 count and its rounding: 6.24 */
	assert_true(read_once(&r, LATER_S).sum_n < 1e-12);
	r.counts[3] = 37;
	assert_true(read_once(&r, LATER_S).sum_n > 0.0);
	zero = model_sensor_ops.zero(r.plan);
	assert_true(fabs((double)zero.noise_cnt - 1.0) < 0.01);
	zero.noise_cnt = 1.2f; /* a tare found more noise */
	model_sensor_ops.limits(r.plan, &zero, limit_cnt);
	zero.limit_cnt = limit_cnt;
	model_sensor_ops.state_reset(r.plan, r.state); /* nothing stood there */
	t = model_sensor_ops.read(r.plan, r.state, &frame, &zero, LATER_S, r.cells_n);
	assert_true(t.sum_n < 1e-12);
	set_force(&r, 5, 12.0 * pow(3.9, 1.25));
	assert_false(read_once(&r, 0.0).extrapolated);
	set_force(&r, 5, 12.0 * pow(4.1, 1.25));
	t = read_once(&r, 0.0);
	assert_true(t.extrapolated && !t.full);
	r.counts[5] = 4095;
	assert_true(read_once(&r, 0.0).full);
	assert_true(isfinite((double)r.cells_n[5]));
	close_reader(&r);
}

/* Where little stands besides more, noise neither bends the curve nor flickers in and out of contact; more is read as it is. */
static void steadies_what_shows_little(void **state)
{
	enum { N_FRAMES = 2000, SETTLING = 300 };
	static struct reader r;
	double sum = 0.0, squares = 0.0, least = 1.0;
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 1);
	plain_model(&r.model, 4, 4);
	r.model.threshold_sds = 5.0;
	r.model.curve.exponent = 0.6; /* steep where it begins */
	open_reader(&r);
	clear_counts(&r);
	r.counts[15] = 500;
	for (int k = 0; k < N_FRAMES; k++) {
		double ideal = 12.0 * pow(5.0 / (FULL - 5.0), 0.6), off;

		r.counts[5] = (uint16_t)lrint(35.0 + rng_normal(&rng));
		(void)read_once(&r, DT_S);
		off = (double)r.cells_n[5] / ideal - 1.0;
		if (k < SETTLING)
			continue;
		sum += off / (N_FRAMES - SETTLING);
		squares += off * off / (N_FRAMES - SETTLING);
		least = fmin(least, off);
	}
	printf("  5 counts of noise 1: off by %.3f, sd %.3f, least %.3f\n", sum,
		sqrt(squares - sum * sum), least);
	assert_true(fabs(sum) < 0.01 && sqrt(squares - sum * sum) < 0.02);
	assert_true(least > -0.1);
	r.counts[5] = 35 + 30; /* a step of more than the threshold is there at once */
	(void)read_once(&r, DT_S);
	assert_true(
		fabs((double)r.cells_n[5] / (12.0 * pow(35.0 / (FULL - 35.0), 0.6)) -
			1.0) < 1e-3);
	r.counts[5] = 30; /* and gone at once */
	(void)read_once(&r, DT_S);
	assert_true(r.cells_n[5] == 0.0f);
	close_reader(&r);
}

/* Four counts of noise 1, less than the threshold of six, below a load and away from it. */
static void reads_the_rim_above_and_below(void **state)
{
	static const int n_cols[] = { 8, 10 }; /* whole blocks a row, and not */
	static struct reader r;

	(void)state;
	for (int i = 0; i < 2; i++) {
		int load = 3 * n_cols[i] + 5;
		int above = load - n_cols[i], below = load + n_cols[i];
		int away = below + n_cols[i];

		plain_model(&r.model, 7, n_cols[i]);
		open_reader(&r);
		clear_counts(&r);
		r.counts[load] = 500;
		r.counts[above] = r.counts[below] = r.counts[away] = 34;
		(void)read_once(&r, 0.0); /* finds the load */
		(void)read_once(&r, LATER_S);
		assert_true(r.cells_n[above] > 0.001f);
		assert_true(fabsf(r.cells_n[above] - r.cells_n[below]) < 1e-9f);
		assert_true(r.cells_n[away] == 0.0f);
		clear_counts(&r);
		for (int k = 0; k < 3; k++)
			(void)read_once(&r, LATER_S);
		assert_true(read_once(&r, LATER_S).sum_n == 0.0);
		for (int block = 0; block < r.plan->n_blocks; block++)
			assert_true(!(model_awake(r.plan, r.state)[block] > 0.0f));
		close_reader(&r);
	}
}

/* A zero that moved by less than a threshold while somebody stood there is no load that stays. */
static void an_empty_mat_reads_nothing(void **state)
{
	static struct reader r;

	(void)state;
	plain_model(&r.model, 4, 8);
	open_reader(&r);
	clear_counts(&r);
	for (int i = 0; i < 32; i++)
		r.counts[i] = 34;
	r.counts[9] = 500;
	(void)read_once(&r, 0.0);
	(void)read_once(&r, LATER_S);
	assert_true(r.cells_n[10] > 0.001f); /* beside the load it counts */
	r.counts[9] = 34;
	assert_true(read_once(&r, LATER_S).sum_n == 0.0);
	for (int k = 0; k < 3; k++)
		assert_true(read_once(&r, LATER_S).sum_n == 0.0);
	for (int block = 0; block < r.plan->n_blocks; block++)
		assert_true(!(model_awake(r.plan, r.state)[block] > 0.0f));
	close_reader(&r);
}

/* The hot path's logarithm and power against the C library's. */
static void bends_as_told(void **state)
{
	static struct reader r;
	double worst = 0.0;

	(void)state;
	plain_model(&r.model, 4, 8);
	r.model.curve.kind = CURVE_LINEAR;
	r.model.curve.exponent = 1.0;
	r.model.bend_w = 0.3;
	for (int i = 0; i < 32; i++)
		r.model.bend[i] = 0.2f * (float)(i - 16) / 16.0f;
	open_reader(&r);
	for (int count = 60; count < 4000; count += 7) {
		for (int i = 0; i < 32; i++)
			r.counts[i] = (uint16_t)count;
		(void)read_once(&r, DT_S);
		for (int i = 0; i < 32; i++) {
			double v = model_linearise(&r.model, count, 30.0);
			double ideal = 12.0 * model_equalise(&r.model, i, v);

			worst = fmax(worst, fabs((double)r.cells_n[i] / ideal - 1.0));
		}
	}
	printf("  off by %.1e at most\n", worst);
	assert_true(worst < 5e-4);
	close_reader(&r);
}

/* A copied state goes on as the first: what a recording relies on. */
static void state_can_be_copied(void **state)
{
	static struct reader a, b;
	size_t n;

	(void)state;
	plain_model(&a.model, 5, 7);
	add_memory(&a.model);
	b.model = a.model;
	open_reader(&a);
	open_reader(&b);
	n = model_sensor_ops.n_state(a.plan);
	for (int step = 0; step < 400; step++) {
		clear_counts(&a);
		for (int i = 0; i < 20; i++)
			set_force(&a, i, force_at(step + 200, i));
		(void)read_once(&a, DT_S);
		if (step == 200)
			memcpy(b.state, a.state, n * sizeof(float));
		if (step <= 200)
			continue;
		memcpy(b.counts, a.counts, sizeof(a.counts));
		(void)read_once(&b, DT_S);
		assert_memory_equal(a.cells_n, b.cells_n, 35 * sizeof(float));
	}
	assert_memory_equal(a.state, b.state, n * sizeof(float));
	close_reader(&a);
	close_reader(&b);
}

/* A mat left for long reads nothing, forgets creep, and costs nothing: no block stays awake. */
static void forgets(void **state)
{
	static struct reader r;
	size_t n;

	(void)state;
	plain_model(&r.model, 4, 8);
	add_memory(&r.model);
	open_reader(&r);
	n = model_sensor_ops.n_state(r.plan);
	clear_counts(&r);
	set_force(&r, 9, 15.0);
	for (int step = 0; step < 1000; step++)
		(void)read_once(&r, DT_S);
	clear_counts(&r);
	(void)read_once(&r, DT_S);
	assert_true(r.state[n - 8 + 2] > 0.0f); /* of 8 blocks that with cell 9 */
	for (int step = 0; step < 100; step++)
		assert_true(read_once(&r, 10.0).sum_n < 1e-12);
	for (size_t i = n - 8; i < n; i++)
		assert_true(!(r.state[i] > 0.0f));
	close_reader(&r);
}

static void expect_refused(const struct model *m, int error)
{
	size_t size = model_plan_size(m);
	void *memory = aligned_alloc(64, size ? size : 64);
	struct model_plan *plan;

	assert_int_equal(
		model_plan_init(memory, error == -ENOBUFS ? size - 1 : size, m, &plan),
		error);
	free(memory);
}

#define REFUSE(change)                                                                 \
	do {                                                                           \
		plain_model(&m, 4, 4);                                                 \
		change;                                                                \
		expect_refused(&m, -EINVAL);                                           \
	} while (0)

static void refuses_what_is_no_model(void **state)
{
	static struct model m;

	(void)state;
	plain_model(&m, 4, 4);
	expect_refused(&m, -ENOBUFS);
	expect_refused(&m, 0);
	REFUSE(m.geometry.n_rows = 0);
	REFUSE(m.unit = FRAME_UNIT_FORCE_MN);
	REFUSE(m.full_scale = 0);
	REFUSE(m.curve.scale_n = -1.0);
	REFUSE(m.curve.exponent = NAN);
	REFUSE(m.curve.w_max = 0.0);
	REFUSE(m.creep.n = 1; m.creep.tau_s[0] = 1.0; m.creep.amplitude[0] = -0.1);
	REFUSE(m.creep.n = MODEL_MAX_CREEP + 1);
	REFUSE(m.play.n = 1; m.play.width_n[0] = 1.0; m.play.weight[0] = 1.0);
	REFUSE(m.gain[3] = 0.0f);
	REFUSE(m.bend_w = -1.0);
	REFUSE(m.bend_w = 0.3; m.bend[3] = 1.5f);
	REFUSE(m.state[3] = CELL_N_STATES);
	REFUSE(m.crosstalk.row_frac = -0.1);
	REFUSE(m.threshold_sds = NAN);
	REFUSE(m.has_divider = true);
	REFUSE(m.curve = ((struct model_curve){ .kind = CURVE_CUBIC,
		       .n_knots = 3,
		       .knot_w = { 1, 2, 3 },
		       .knot_s_n = { 1, 3, 2 },
		       .w_max = 3 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inverts_the_sheet),
		cmocka_unit_test(inverts_a_known_divider),
		cmocka_unit_test(reads_conductance_as_it_is),
		cmocka_unit_test(undoes_memory_exactly),
		cmocka_unit_test(lags_behind_no_lifted_load),
		cmocka_unit_test(follows_a_cubic),
		cmocka_unit_test(takes_crosstalk_out),
		cmocka_unit_test(takes_no_noise_on_leaking_lines_for_load),
		cmocka_unit_test(fills_in_dead_cells),
		cmocka_unit_test(cuts_noise_and_tells_limits),
		cmocka_unit_test(steadies_what_shows_little),
		cmocka_unit_test(reads_the_rim_above_and_below),
		cmocka_unit_test(an_empty_mat_reads_nothing),
		cmocka_unit_test(bends_as_told),
		cmocka_unit_test(state_can_be_copied),
		cmocka_unit_test(forgets),
		cmocka_unit_test(refuses_what_is_no_model),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
