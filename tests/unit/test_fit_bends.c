/* Cells of unlike exponents under a made-up roller: found to a third of what they are unlike by, and not found where there
 * are none, or where the passes cannot tell. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibration/fit_parts.h"
#include "src/base/rng.h"

#define SIDE    24
#define N_CELLS (SIDE * SIDE)
#define FULL    4095
#define ZERO    40.0
#define PEAK    0.12 /* u of a line on which the whole roller lies */
#define NOISE   1.5  /* counts */
#define WIDTH   1.6  /* lines that the roller presses */
#define STEP    0.2  /* lines, from moment to moment */
#define MARGIN  2    /* lines recorded beside the roller */

static const struct mat_geometry mat = { SIDE, SIDE, 10, 10 };

struct lab {
	struct readings readings;
	struct model model;
	struct rng rng;
	double unlike[N_CELLS], gain[N_CELLS];
	void *memory;
};

static void open_lab(struct lab *lab, double unlike_sd)
{
	int n_moments = 8 * (int)(SIDE / STEP + 20);
	size_t size = readings_size(
		&mat, 4, n_moments, (size_t)n_moments * (2 * MARGIN + 4) * SIDE);

	memset(lab, 0, sizeof(*lab));
	rng_init(&lab->rng, 11, 1);
	lab->memory = aligned_alloc(64, (size + 63) / 64 * 64);
	assert_int_equal(
		readings_init(&lab->readings, lab->memory, size, &mat, 4, n_moments,
			(size_t)n_moments * (2 * MARGIN + 4) * SIDE),
		0);
	lab->model.geometry = mat;
	lab->model.unit = FRAME_UNIT_COUNTS;
	lab->model.unit_scale = 1;
	lab->model.full_scale = FULL;
	for (int i = 0; i < N_CELLS; i++) {
		lab->unlike[i] = unlike_sd * rng_normal(&lab->rng);
		lab->gain[i] = exp(0.15 * rng_normal(&lab->rng));
		lab->readings.zero_cnt[i] = lab->model.zero_cnt[i] = (float)ZERO;
		lab->model.noise_cnt[i] = (float)NOISE;
		/* as the gains have it: right where a cell is pressed most */
		lab->model.gain[i] = (float)(1 / lab->gain[i]);
	}
	readings_begin(&lab->readings, READING_ROLL);
}

static void close_lab(struct lab *lab)
{
	free(lab->memory);
}

/* What a cell shows that carries so much of the peak. */
static double count_of(struct lab *lab, int i, double part)
{
	double u = part > 0 ? PEAK * lab->gain[i] * pow(part, 1 + lab->unlike[i]) : 0;

	return ZERO + FULL * u / (1 + u) + NOISE * rng_normal(&lab->rng);
}

/* Of a roller's round profile, the part on a line that lies so far from its middle. */
static double part_on(double away)
{
	double x = away / WIDTH;

	return x * x < 1 ? 1 - x * x : 0;
}

static void roll(struct lab *lab, int pass, bool along_x)
{
	static float counts[N_CELLS];

	for (double place = -2; place < SIDE + 2; place += STEP) {
		struct snapshot moment = { .t_s = pass * 60 + place,
			.span_s = 0.01,
			.mass_kg = NAN,
			.pass = pass };

		for (int i = 0; i < N_CELLS; i++) {
			double away = (along_x ? i % SIDE : i / SIDE) - place;

			counts[i] = (float)ZERO;
			if (fabs(away) < WIDTH + MARGIN)
				counts[i] = (float)count_of(lab, i, part_on(away));
		}
		assert_int_equal(readings_add(&lab->readings, &moment, counts, 0), 0);
	}
}

static double fit(struct lab *lab)
{
	size_t size = fit_bends_scratch_size(&lab->readings);
	void *scratch = aligned_alloc(64, (size + 63) / 64 * 64);
	double unlike;

	unlike = fit_bends(&lab->readings, scratch, &lab->model);
	free(scratch);
	return unlike;
}

/* What is left of the cells' unlikeness, rms; at the mat's rim a roller shows less. */
static double rms_left(const struct lab *lab)
{
	double sum = 0, mean = 0;
	int n = 0;

	for (int back = 0; back < 2; back++) {
		for (int i = 0; i < N_CELLS; i++) {
			int row = i / SIDE, col = i % SIDE;
			double left =
				(1 + lab->unlike[i]) * (1 + (double)lab->model.bend[i]);

			if (row < 2 || row >= SIDE - 2 || col < 2 || col >= SIDE - 2)
				continue;
			if (back)
				sum += (left - mean / n) * (left - mean / n);
			else
				mean += left;
			n += !back;
		}
	}
	return sqrt(sum / n);
}

static void finds_each_cells_own(void **state)
{
	static struct lab lab;
	double unlike;

	(void)state;
	open_lab(&lab, 0.04);
	for (int pass = 0; pass < 4; pass++)
		roll(&lab, pass, pass >= 2);
	unlike = fit(&lab);
	assert_true(fabs(unlike - 0.04) < 0.004);
	printf("  of 4 %% are left %.2f %%, right at %.3f\n", 100 * rms_left(&lab),
		lab.model.bend_w);
	assert_true(rms_left(&lab) < 0.014);
	assert_true(lab.model.bend_w > 0.6 * PEAK && lab.model.bend_w < PEAK);
	close_lab(&lab);
}

static void two_passes_the_same_way_do(void **state)
{
	static struct lab lab;

	(void)state;
	open_lab(&lab, 0.04);
	roll(&lab, 0, false);
	roll(&lab, 1, false);
	(void)fit(&lab);
	printf("  of 4 %% are left %.2f %%\n", 100 * rms_left(&lab));
	assert_true(rms_left(&lab) < 0.02);
	close_lab(&lab);
}

static void sees_none_where_cells_are_alike(void **state)
{
	static struct lab lab;

	(void)state;
	open_lab(&lab, 0);
	for (int pass = 0; pass < 4; pass++)
		roll(&lab, pass, pass >= 2);
	(void)fit(&lab);
	assert_false(lab.model.bend_w > 0);
	for (int i = 0; i < N_CELLS; i++)
		assert_false(fabsf(lab.model.bend[i]) > 0);
	close_lab(&lab);
}

/* One pass has no other to bear it out. */
static void believes_no_single_pass(void **state)
{
	static struct lab lab;

	(void)state;
	open_lab(&lab, 0.04);
	roll(&lab, 0, false);
	(void)fit(&lab);
	assert_false(lab.model.bend_w > 0);
	close_lab(&lab);
}

static void leaves_dead_cells_alone(void **state)
{
	static struct lab lab;

	(void)state;
	open_lab(&lab, 0.04);
	lab.model.state[5 * SIDE + 5] = CELL_DEAD;
	lab.gain[5 * SIDE + 5] = 0;
	for (int pass = 0; pass < 4; pass++)
		roll(&lab, pass, pass >= 2);
	(void)fit(&lab);
	assert_true(lab.model.bend_w > 0);
	assert_false(fabsf(lab.model.bend[5 * SIDE + 5]) > 0);
	close_lab(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each_cells_own),
		cmocka_unit_test(two_passes_the_same_way_do),
		cmocka_unit_test(sees_none_where_cells_are_alike),
		cmocka_unit_test(believes_no_single_pass),
		cmocka_unit_test(leaves_dead_cells_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
