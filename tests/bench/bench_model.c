/* What a calibrated reading costs: model_read() of a standing person, beside the analysis of the same newtons, in one run.
 * Creep and play have as many states as fits of simulated sheets have: new ones 6 and 4, worn ones 7 and 6.
 *
 * analysis: analysis_push() on the same feet as millinewtons, locked.
 * reading: gain only; a new sheet, with creep and play; a worn one, with exponents of the cells' own, too; the same with
 * crosstalk and a dead line besides.
 * Medians over interleaved rounds. Goal: over a trial, from stepping on, a reading with creep and play costs
 * less than the analysis, on new sheets (cells alike) and on worn ones; beside the analysis of a frame whose feet are long found it does not. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calibration/model.h"
#include "src/base/clock.h"
#include "src/core/analysis.h"
#include "tests/support/scene.h"

#define N_ROUNDS       61
#define N_FRAMES       16
#define N_REPEAT       10
#define N_TRIALS       5
#define N_FRAMES_TRIAL 3500 /* 35 s */

static const struct mat_geometry grids[3] = {
	{ 32, 32, 15.0, 15.0 },
	{ 48, 48, 10.0, 10.0 },
	{ 64, 64, 8.0, 8.0 },
};

enum reading { READ_GAIN, READ_MEMORY, READ_BENT, READ_ALL, N_READINGS };

struct race {
	struct mat_geometry geometry;
	uint16_t force_mn[N_FRAMES][SCENE_MAX_CELLS], counts[N_FRAMES][SCENE_MAX_CELLS];
	struct model model;
	void *memory, *plan_memory[N_READINGS];
	struct analysis *a;
	struct model_plan *plan[N_READINGS];
	float *state[N_READINGS], *cells_n;
	int64_t t_ns;
};

static volatile double sink;

static void run_analysis(struct race *r, int k)
{
	struct raw_frame frame = { .t_ns = r->t_ns += 10000000,
		.cells = r->force_mn[k] };
	struct stance_sample sample;

	analysis_push(r->a, &frame, &sample);
	sink = sample.cop_mm.x;
}

static void run_reading(struct race *r, enum reading which, int k)
{
	struct raw_frame frame = { .cells = r->counts[k] };
	struct sensor_zero zero = model_sensor_ops.zero(r->plan[which]);

	sink = model_sensor_ops
		       .read(r->plan[which], r->state[which], &frame, &zero, 0.01,
			       r->cells_n)
		       .sum_n;
}

static double time_round(struct race *r, int which)
{
	int64_t start = clock_now_ns();

	for (int i = 0; i < N_REPEAT; i++)
		for (int k = 0; k < N_FRAMES; k++)
			if (which < N_READINGS)
				run_reading(r, (enum reading)which, k);
			else
				run_analysis(r, k);
	return (double)(clock_now_ns() - start) / (N_REPEAT * N_FRAMES);
}

static int by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0.0 ? -1 : d > 0.0;
}

static double cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

/* The mean over a whole trial, from an empty mat on: finding the feet belongs to it. Processor's time, as
 * it is too long not to be interrupted. */
static double time_trial(struct race *r, int which)
{
	double ns[N_TRIALS];

	for (int k = 0; k < N_TRIALS; k++) {
		analysis_reset(r->a);
		if (which < N_READINGS)
			memset(r->state[which], 0,
				model_sensor_ops.n_state(r->plan[which]) *
					sizeof(float));
		ns[k] = -cpu_ns();
		for (int i = 0; i < N_FRAMES_TRIAL; i++)
			if (which < N_READINGS)
				run_reading(r, (enum reading)which, i % N_FRAMES);
			else
				run_analysis(r, i % N_FRAMES);
		ns[k] = (ns[k] + cpu_ns()) / N_FRAMES_TRIAL;
	}
	qsort(ns, N_TRIALS, sizeof(*ns), by_value);
	return ns[N_TRIALS / 2];
}

/* The same feet twice: as millinewtons, and as what a resistive sheet makes of them. */
static void draw_frames(struct race *r)
{
	static struct scene scene;
	struct rng rng;

	rng_init(&rng, 1, 1);
	scene_make(&scene, SCENE_NORMAL, &r->geometry, NULL, &rng);
	for (int k = 0; k < N_FRAMES; k++)
		for (int i = 0; i < geometry_n_cells(&r->geometry); i++) {
			double y = geometry_y_mm(&r->geometry, i / r->geometry.n_cols);
			double sway = 1.0 + 0.001 * y * sin(0.4 * k);
			double force = sway * (double)scene.cells[i];
			double w = pow(force / 12.0, 1.0 / 1.2);

			r->force_mn[k][i] = (uint16_t)(1000.0 * force + 0.5);
			r->counts[k][i] = (uint16_t)(4095.0 * w / (1.0 + w) + 30.0 +
						     rng_normal(&rng));
		}
}

static void make_model(struct race *r, enum reading which)
{
	static const int n_creep[] = { 0, 6, 7, 7 }, n_play[] = { 0, 4, 6, 6 };
	struct model *m = &r->model;

	memset(m, 0, sizeof(*m));
	m->geometry = r->geometry;
	m->unit_scale = 1.0;
	m->full_scale = 4095;
	m->threshold_sds = 6.0;
	m->curve = (struct model_curve){
		.kind = CURVE_POWER, .scale_n = 12.0, .exponent = 1.2, .w_max = 4.0
	};
	for (int i = 0; i < geometry_n_cells(&m->geometry); i++) {
		m->zero_cnt[i] = 30.0f;
		m->noise_cnt[i] = 1.0f;
		m->gain[i] = 1.0f;
	}
	m->bend_w = which >= READ_BENT ? 0.5 : 0.0;
	for (int i = 0; i < geometry_n_cells(&m->geometry); i++)
		m->bend[i] = 0.01f * (float)(i % 11 - 5);
	m->creep.n = n_creep[which];
	m->play.n = n_play[which];
	for (int k = 0; k < m->creep.n; k++) {
		m->creep.tau_s[k] = 0.1 * pow(10.0, 0.5 * k);
		m->creep.amplitude[k] = 0.03;
	}
	for (int k = 0; k < m->play.n; k++) {
		m->play.width_n[k] = 0.3 * (k + 1);
		m->play.weight[k] = 0.05;
	}
	if (which < READ_ALL)
		return;
	m->crosstalk = (struct model_crosstalk){ 0.001, 0.001 };
	for (int col = 0; col < m->geometry.n_cols; col++)
		m->state[m->geometry.n_rows / 2 * m->geometry.n_cols + col] = CELL_DEAD;
}

static void set_up_reading(struct race *r, enum reading which)
{
	size_t size;

	make_model(r, which);
	size = model_plan_size(&r->model);
	r->plan_memory[which] = aligned_alloc(64, size);
	if (model_plan_init(r->plan_memory[which], size, &r->model, &r->plan[which]))
		abort();
	r->state[which] =
		calloc(model_sensor_ops.n_state(r->plan[which]) + 1, sizeof(float));
	for (int i = 0; i < 300; i++)
		run_reading(r, which, i % N_FRAMES);
}

static void set_up(struct race *r, const struct mat_geometry *g)
{
	struct analysis_setup setup = { .geometry = *g,
		.unit = FRAME_UNIT_FORCE_MN,
		.unit_scale = 1.0,
		.full_scale = 65535,
		.rate_hz = 100.0 };
	size_t size = analysis_size(&(struct analysis_setup){ .geometry = *g });

	memset(r, 0, sizeof(*r));
	r->geometry = *g;
	r->memory = aligned_alloc(64, size);
	r->cells_n = calloc((size_t)geometry_n_cells(g), sizeof(float));
	draw_frames(r);
	if (analysis_init(r->memory, size, &setup, &r->a))
		abort();
	for (int i = 0; i < 30 * N_FRAMES; i++) /* 3 s and more: locked */
		run_analysis(r, i % N_FRAMES);
	for (int w = 0; w < N_READINGS; w++)
		set_up_reading(r, (enum reading)w);
}

static void tear_down(struct race *r)
{
	free(r->memory);
	free(r->cells_n);
	for (int w = 0; w < N_READINGS; w++) {
		free(r->plan_memory[w]);
		free(r->state[w]);
	}
}

int main(void)
{
	static struct race race;
	bool slow = false;

	for (int i = 0; i < 3; i++) {
		static double ns[N_READINGS + 1][N_ROUNDS];
		double median[N_READINGS + 1], fresh, worn, analysis;

		set_up(&race, &grids[i]);
		for (int k = 0; k < N_ROUNDS; k++)
			for (int w = 0; w <= N_READINGS; w++)
				ns[w][k] = time_round(&race, w);
		for (int w = 0; w <= N_READINGS; w++) {
			qsort(ns[w], N_ROUNDS, sizeof(double), by_value);
			median[w] = ns[w][N_ROUNDS / 2];
		}
		printf("model %dx%d: reading %.0f ns by gain and curve, %.0f ns with "
		       "creep "
		       "and play, %.0f ns with the cells' exponents, %.0f ns with "
		       "crosstalk and a dead line; analysis %.0f ns\n",
			grids[i].n_rows, grids[i].n_cols, median[READ_GAIN],
			median[READ_MEMORY], median[READ_BENT], median[READ_ALL],
			median[N_READINGS]);
		printf("  with creep and play %.2f of the analysis of feet long found, "
		       "with everything %.2f\n",
			median[READ_MEMORY] / median[N_READINGS],
			median[READ_ALL] / median[N_READINGS]);
		fresh = time_trial(&race, READ_MEMORY);
		worn = time_trial(&race, READ_BENT);
		analysis = time_trial(&race, N_READINGS);
		printf("  over a trial from stepping on: reading %.0f ns with creep "
		       "and play, %.0f ns with the cells' exponents, analysis %.0f ns: "
		       "%.2f and %.2f (goal 1)\n",
			fresh, worn, analysis, fresh / analysis, worn / analysis);
		slow |= worn > analysis;
		tear_down(&race);
	}
	if (slow)
		printf("model: a goal was missed\n");
	return 0;
}
