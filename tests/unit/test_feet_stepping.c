/* A second foot coming down close beside the first, frame by frame: until it is told apart, every
 * frame that parts the load wrongly must say that it cannot be trusted. STANCE_SCENES sets how
 * many a grid, gap and kind of foot (default 8, 1 under ASan). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/analysis.h"
#include "tests/support/scene.h"

#if defined(__SANITIZE_ADDRESS__)
#define SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SLOW 1
#endif
#endif
#ifndef SLOW
#define SLOW 0
#endif

#define SEED       20261128
#define N_FRAMES   260 /* at 100 Hz */
#define UNIT_SCALE 4.0

static const struct mat_geometry grids[3] = {
	{ 48, 48, 10.0, 10.0 },
	{ 32, 32, 15.0, 15.0 },
	{ 64, 64, 8.0, 8.0 },
};

/* How the second foot comes down. */
struct step {
	int mover;                      /* 0 left, 1 right */
	bool toes_first;                /* else the heel */
	int from, ramp;                 /* frames */
	double sine, cosine, low, high; /* along its axis */
};

/* What is true of one frame. */
struct truth {
	double force[2];
	struct pos_mm cop[2];
};

static struct scene scene;
static uint16_t cells[SCENE_MAX_CELLS];

static double along(const struct step *step, int cell)
{
	const struct mat_geometry *g = &scene.geometry;

	return geometry_x_mm(g, cell % g->n_cols) * step->sine +
	       geometry_y_mm(g, cell / g->n_cols) * step->cosine;
}

static struct step plan_step(int number)
{
	static const int ramps[] = { 20, 40, 60, 80 };
	struct step step = {
		.mover = number & 1,
		.toes_first = number & 2,
		.from = number & 4
				? 60
				: 130, /* before the first foot's labels are locked, after */
		.ramp = ramps[number % 4],
		.low = INFINITY,
		.high = -INFINITY,
	};
	double rad = scene.foot[step.mover].direction_deg * M_PI / 180.0;

	step.sine = sin(rad);
	step.cosine = cos(rad);
	for (int i = 0; i < geometry_n_cells(&scene.geometry); i++)
		if (scene.force[step.mover][i] > 0.0) {
			step.low = fmin(step.low, along(&step, i));
			step.high = fmax(step.high, along(&step, i));
		}
	return step;
}

/* Return how much of its final force a cell of the moving foot carries. */
static double pressed(const struct step *step, int cell, double done)
{
	double u = (along(step, cell) - step->low) / (step->high - step->low);
	double front = fmin(1.0, 0.15 + 1.2 * done);

	if (step->toes_first)
		u = 1.0 - u;
	return done * fmin(1.0, fmax(0.0, 1.0 - (u - front) / 0.1));
}

static struct truth press(const struct step *step, int frame)
{
	const struct mat_geometry *g = &scene.geometry;
	double done = fmin(1.0, fmax(0.0, (double)(frame - step->from) / step->ramp));
	struct truth t = { 0 };

	memset(cells, 0, sizeof(cells));
	for (int i = 0; i < geometry_n_cells(g); i++) {
		double sum = 0.0;

		for (int side = 0; side < 2; side++) {
			double f = scene.force[side][i];

			if (!(f > 0.0))
				continue;
			f *= side == step->mover ? pressed(step, i, done)
						 : 1.0 - 0.4 * done;
			f *= 1.0 + 0.02 * sin(0.05 * frame + 3.0 * side);
			sum += f;
			t.force[side] += f;
			t.cop[side].x += f * geometry_x_mm(g, i % g->n_cols);
			t.cop[side].y += f * geometry_y_mm(g, i / g->n_cols);
		}
		cells[i] = (uint16_t)lrint(1000.0 * sum / UNIT_SCALE);
	}
	for (int side = 0; side < 2; side++) {
		t.cop[side].x /= t.force[side];
		t.cop[side].y /= t.force[side];
	}
	return t;
}

static double distance(struct pos_mm a, struct pos_mm b)
{
	return hypot(a.x - b.x, a.y - b.y);
}

/* A foot of less than 4 % of the load may be missing; a lighter one's own COP is no matter. */
static bool is_wrong(
	const struct truth *t, const struct stance_sample *s, const struct step *step)
{
	double load = t->force[0] + t->force[1];
	double light = t->force[step->mover] / load;
	double straight, crossed;

	if (!s->left.present || !s->right.present)
		return light > 0.04 ||
		       (step->mover ? !s->left.present : !s->right.present);
	if (fabs(s->left_frac - t->force[0] / load) > 0.04)
		return true;
	if (light < 0.04)
		return false;
	straight = fmax(distance(s->left.cop_mm, t->cop[0]),
		distance(s->right.cop_mm, t->cop[1]));
	crossed = fmax(distance(s->left.cop_mm, t->cop[1]),
		distance(s->right.cop_mm, t->cop[0]));
	return straight > 12.0 || crossed < straight;
}

/* What one kind, grid and foot came to. */
struct tally {
	int n_frames, n_wrong, n_silent, n_flagged_late;
};

/* Step on once; the last half second is a quiet stance that must carry no flag. */
static void step_on(struct tally *tally, int number, void *memory, size_t size)
{
	const struct analysis_setup setup = {
		.geometry = scene.geometry,
		.unit = FRAME_UNIT_FORCE_MN,
		.unit_scale = UNIT_SCALE,
		.full_scale = 65535,
		.rate_hz = 100.0,
	};
	const uint32_t doubt = SAMPLE_SIDE_UNKNOWN | SAMPLE_UNSTABLE;
	struct step step = plan_step(number);
	struct analysis *a;

	assert_int_equal(analysis_init(memory, size, &setup, &a), 0);
	for (int frame = 0; frame < N_FRAMES + step.from; frame++) {
		struct raw_frame raw = { .seq = (uint64_t)frame,
			.t_ns = 1000000000 + frame * INT64_C(10000000),
			.cells = cells };
		struct truth truth = press(&step, frame);
		struct stance_sample sample;
		bool wrong;

		analysis_push(a, &raw, &sample);
		wrong = is_wrong(&truth, &sample, &step);
		tally->n_frames++;
		tally->n_wrong += wrong;
		tally->n_silent += wrong && !(sample.flags & doubt);
		if (frame == N_FRAMES + step.from - 1)
			tally->n_flagged_late += (sample.flags & doubt) != 0;
	}
}

static int n_steps(void)
{
	const char *text = getenv("STANCE_SCENES");
	int n = text ? atoi(text) : SLOW ? 1 : 8;

	return n < 1 ? 1 : n;
}

static int run(enum scene_kind kind, int grid, const struct scene_print *print)
{
	size_t size =
		analysis_size(&(struct analysis_setup){ .geometry = grids[grid] });
	void *memory = aligned_alloc(64, size);
	struct tally t = { 0 };
	int n = n_steps();
	struct rng rng;

	rng_init(&rng, SEED, (uint64_t)(kind * 3 + grid));
	for (int i = 0; i < n; i++) {
		scene_make(&scene, kind, &grids[grid], print, &rng);
		step_on(&t, i, memory, size);
	}
	free(memory);
	printf("%-15s %2d %-4s %d steps: %d of %d frames wrong, %d silent; %d flagged "
	       "at "
	       "the end\n",
		scene_kind_name(kind), grids[grid].n_rows, print ? "mean" : "own", n,
		t.n_wrong, t.n_frames, t.n_silent, t.n_flagged_late);
	return t.n_silent > 0 || t.n_flagged_late > ceil(0.05 * n);
}

static int run_all(const struct scene_print *print)
{
	static const enum scene_kind kinds[] = { SCENE_NARROW, SCENE_TOUCHING,
		SCENE_NORMAL };
	int bad = 0;

	printf("seed %d\n", SEED);
	for (int k = 0; k < 3; k++)
		for (int grid = 0; grid < 3; grid++)
			bad += run(kinds[k], grid, print);
	return bad;
}

static void own_feet(void **state)
{
	(void)state;
	assert_int_equal(run_all(NULL), 0);
}

static void mean_feet(void **state)
{
	static struct scene_print print;
	const char *shared = getenv("STANCE_SHARED");
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/reference/footprints/mun104/MUN104L.csv",
		shared ? shared : "../shared");
	if (!scene_read_print(&print, path)) {
		printf("skipped: no mean footprint at %s (STANCE_SHARED says where)\n",
			path);
		skip();
	}
	assert_int_equal(run_all(&print), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_feet),
		cmocka_unit_test(mean_feet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
