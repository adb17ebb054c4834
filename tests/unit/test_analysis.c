/* The analysis as its callers see it: single frames by hand, stances over time, real recordings. */
#include <errno.h>
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

/* cmocka of Debian 12 has no doubles. */
#define assert_near(got, want, within)                                                 \
	do {                                                                           \
		double got_ = (got), want_ = (want);                                   \
		if (!(fabs(got_ - want_) <= (within)))                                 \
			fail_msg("%s = %.9g, not %.9g", #got, got_, want_);            \
	} while (0)

#define SEED     4711
#define FRAME_NS INT64_C(10000000)

static const struct mat_geometry grids[3] = {
	{ 48, 48, 10.0, 10.0 },
	{ 32, 32, 15.0, 15.0 },
	{ 64, 64, 8.0, 8.0 },
};

/* A mat under test. */
struct bench {
	struct analysis_setup setup;
	struct analysis *a;
	void *memory;
	uint16_t cells[SCENE_MAX_CELLS];
	struct raw_frame frame;
	struct stance_sample sample;
};

static struct bench bench;

static void set_up(const struct mat_geometry *g, enum frame_unit unit)
{
	size_t size = analysis_size(&(struct analysis_setup){ .geometry = *g });

	free(bench.memory);
	memset(&bench, 0, sizeof(bench));
	bench.setup = (struct analysis_setup){
		.geometry = *g,
		.unit = unit,
		.unit_scale = 1.0,
		.full_scale = unit == FRAME_UNIT_COUNTS ? 4095 : 65535,
		.rate_hz = 100.0,
	};
	bench.memory = aligned_alloc(64, size);
	assert_non_null(bench.memory);
	assert_int_equal(analysis_init(bench.memory, size, &bench.setup, &bench.a), 0);
	bench.frame.cells = bench.cells;
	bench.frame.t_ns = FRAME_NS;
}

static void push(void)
{
	bench.frame.seq++;
	bench.frame.t_ns += FRAME_NS;
	analysis_push(bench.a, &bench.frame, &bench.sample);
}

/* Fill a rectangle of cells, both ends included. */
static void fill(int row_from, int row_to, int col_from, int col_to, uint16_t value)
{
	for (int row = row_from; row <= row_to; row++)
		for (int col = col_from; col <= col_to; col++)
			bench.cells[row * bench.setup.geometry.n_cols + col] = value;
}

static double distance(struct pos_mm a, struct pos_mm b)
{
	return hypot(a.x - b.x, a.y - b.y);
}

/* --- single frames ------------------------------------------------------------------------- */

static void init_checks_its_arguments(void **state)
{
	struct mat_geometry bad = { 0, 48, 10.0, 10.0 };
	struct analysis_setup setup = { .geometry = grids[0],
		.unit = FRAME_UNIT_FORCE_MN,
		.unit_scale = 1.0,
		.full_scale = 65535,
		.rate_hz = 100.0 };
	size_t size = analysis_size(&(struct analysis_setup){ .geometry = grids[0] });
	void *memory = aligned_alloc(64, size);
	struct analysis *a = NULL;

	(void)state;
	assert_int_equal(analysis_size(&(struct analysis_setup){ .geometry = bad }), 0);
	bad = (struct mat_geometry){ 48, 257, 10.0, 10.0 };
	assert_int_equal(analysis_size(&(struct analysis_setup){ .geometry = bad }), 0);
	bad = (struct mat_geometry){ 48, 48, 0.0, 10.0 };
	assert_int_equal(analysis_size(&(struct analysis_setup){ .geometry = bad }), 0);
	assert_int_equal(analysis_init(memory, size - 1, &setup, &a), -ENOBUFS);
	setup.unit_scale = 0.0;
	assert_int_equal(analysis_init(memory, size, &setup, &a), -EINVAL);
	setup.unit_scale = 1.0;
	setup.geometry.n_rows = 300;
	assert_int_equal(analysis_init(memory, size, &setup, &a), -EINVAL);
	assert_null(a);
	free(memory);
}

static void empty_mat_is_a_measured_zero(void **state)
{
	(void)state;
	set_up(&grids[0], FRAME_UNIT_FORCE_MN);
	push();
	assert_near(bench.sample.force_n, 0.0, 0.0);
	assert_true(isnan(bench.sample.cop_mm.x));
	assert_true(isnan(bench.sample.left_frac));
	assert_false(bench.sample.left.present || bench.sample.right.present);
	assert_int_equal(bench.sample.flags, 0);
	fill(10, 12, 10, 12, 2000); /* 18 N: below the threshold */
	push();
	assert_near(bench.sample.force_n, 18.0, 1e-4);
	assert_true(isnan(bench.sample.cop_mm.x));
}

/* Two rectangles of 8 x 24 cells, 1 N a cell left and 3 N right: everything by hand. */
static void a_light_thing_is_measured_without_feet(void **state)
{
	const struct stance_sample *s = &bench.sample;

	(void)state;
	set_up(&grids[0], FRAME_UNIT_FORCE_MN);
	fill(20, 20, 10, 11, 5000);
	push();
	assert_near(s->force_n, 10.0, 1e-4);
	assert_near(s->contact_area_mm2, 200.0, 1e-6);
	assert_near(s->peak_kpa, 50.0, 1e-4);
	assert_true(isnan(s->cop_mm.x));
	assert_false(s->left.present || s->right.present);
}

static void two_rectangles_by_hand(void **state)
{
	const struct stance_sample *s = &bench.sample;

	(void)state;
	set_up(&grids[0], FRAME_UNIT_FORCE_MN);
	fill(12, 35, 12, 19, 1000);
	fill(12, 35, 28, 35, 3000);
	push();
	assert_near(s->force_n, 192.0 + 576.0, 1e-3);
	assert_near(s->left_frac, 0.25, 1e-6);
	assert_near(s->left.force_n, 192.0, 1e-3);
	assert_near(s->left.share_frac, 0.25, 1e-6);
	assert_near(s->left.cop_mm.x, -80.0, 1e-4);
	assert_near(s->left.cop_mm.y, 0.0, 1e-4);
	assert_near(s->right.cop_mm.x, 80.0, 1e-4);
	assert_near(s->cop_mm.x, 40.0, 1e-4);
	assert_near(s->left.fore_frac, 0.5, 1e-4);
	assert_near(s->fore_frac, 0.5, 1e-4);
	assert_near(s->left.contact_area_mm2, 192 * 100.0, 1e-2);
	assert_near(s->left.peak_kpa, 10.0, 1e-4);
	assert_near(s->peak_kpa, 30.0, 1e-4);
	assert_near(s->left.length_mm, 230.0, 6.0);
	assert_near(s->stance_width_mm, 160.0, 10.0);
	assert_true(isnan(s->load_frac));
	assert_true(s->u95.cop_mm > 0.0 && s->u95.cop_mm < 1.0);
	assert_true(s->u95.force_n > 0.0 && s->u95.force_n < 0.1);
}

/* A foot that stands almost whole beside the mat leaves too little to be a foot; the load that
 * is missing must still be announced. */
static void a_strip_at_the_edge_is_flagged(void **state)
{
	(void)state;
	set_up(&grids[0], FRAME_UNIT_FORCE_MN);
	fill(12, 35, 22, 29, 3000);
	push();
	assert_false(bench.sample.flags & SAMPLE_EDGE);
	fill(20, 22, 47, 47, 1000);
	push();
	assert_true(bench.sample.flags & SAMPLE_EDGE);
}

static void flags_come_from_mat_and_frame(void **state)
{
	(void)state;
	set_up(&grids[0], FRAME_UNIT_FORCE_MN);
	fill(24, 47, 12, 19, 1000);
	fill(20, 43, 28, 35, 1000);
	bench.frame.status = FRAME_OVERRUN;
	bench.frame.n_lost = 2;
	push();
	assert_int_equal(
		bench.sample.flags & (SAMPLE_OVERRUN | SAMPLE_GAP | SAMPLE_EDGE),
		SAMPLE_OVERRUN | SAMPLE_GAP | SAMPLE_EDGE);
	bench.frame.status = 0;
	bench.frame.n_lost = 0;
	fill(30, 30, 15, 15, 65535);
	push();
	assert_int_equal(
		bench.sample.flags & (SAMPLE_OVERRUN | SAMPLE_GAP | SAMPLE_SATURATED),
		SAMPLE_SATURATED);
	bench.setup.rate_hz = 49.0;
	assert_int_equal(
		analysis_init(bench.memory,
			analysis_size(&(struct analysis_setup){ .geometry = grids[0] }),
			&bench.setup, &bench.a),
		0);
	push();
	assert_true(bench.sample.flags & SAMPLE_LOW_RATE);
}

/* The mirror image of a stance has the feet exchanged and everything else the same. */
static void mirror_exchanges_the_feet(void **state)
{
	static struct scene scene;
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 1);
	for (int i = 0; i < 30; i++) {
		const struct mat_geometry *g = &grids[i % 3];
		enum scene_kind kind = (enum scene_kind)(i % SCENE_HIGH_ARCH);
		struct stance_sample straight;

		set_up(g, FRAME_UNIT_FORCE_MN);
		scene_make(&scene, kind, g, NULL, &rng);
		scene_to_mn(&scene, bench.cells, &bench.setup.unit_scale);
		push();
		straight = bench.sample;
		for (int row = 0; row < g->n_rows; row++)
			for (int col = 0; col < g->n_cols / 2; col++) {
				uint16_t *a = &bench.cells[row * g->n_cols + col];
				uint16_t *b =
					&bench.cells[(row + 1) * g->n_cols - 1 - col];
				uint16_t t = *a;

				*a = *b;
				*b = t;
			}
		analysis_reset(bench.a);
		push();
		assert_near(straight.left_frac + bench.sample.left_frac, 1.0, 1e-3);
		assert_near(straight.cop_mm.x, -bench.sample.cop_mm.x, 1e-2);
		assert_near(straight.left.cop_mm.y, bench.sample.right.cop_mm.y, 0.1);
	}
}

static void tare_takes_the_zero_away(void **state)
{
	struct rng rng;
	double sum = 0.0;

	(void)state;
	set_up(&grids[0], FRAME_UNIT_FORCE_MN);
	rng_init(&rng, SEED, 2);
	for (int i = 0; i < 48 * 48; i++)
		bench.cells[i] = (uint16_t)(2.0 * rng_uniform(&rng));
	analysis_tare_begin(bench.a, 3);
	assert_int_equal(analysis_tare_state(bench.a), ANALYSIS_TARE_RUNNING);
	for (int i = 0; i < 3; i++)
		push();
	assert_int_equal(analysis_tare_state(bench.a), ANALYSIS_TARE_DONE);
	push();
	for (int i = 0; i < 48 * 48; i++)
		sum += (double)analysis_cells(bench.a)[i];
	assert_near(sum, 0.0, 1e-9);
	fill(12, 35, 12, 19, 1000);
	fill(12, 35, 28, 35, 1000);
	analysis_tare_begin(bench.a, 3);
	push();
	assert_int_equal(analysis_tare_state(bench.a), ANALYSIS_TARE_REFUSED_LOADED);
	assert_near(bench.sample.left_frac, 0.5, 1e-3);
}

/* --- stances over time --------------------------------------------------------------------- */

/* A foot whose cells are tilted so that its force and COP are what is asked. */
struct tilt {
	double a, b;
};

/* Spread `force_n` with its centre at `cop_mm` over one foot of the scene, adding to `out`.
 * Exponential tilting, solved by Newton's method from the last frame's tilt. */
static void load_foot(const struct scene *scene, int side, double force_n,
	struct pos_mm cop_mm, struct tilt *tilt, double *out)
{
	static double weight[SCENE_MAX_CELLS];
	const struct mat_geometry *g = &scene->geometry;
	struct pos_mm c = scene->foot[side].cop_mm;
	double sum = 0.0;

	for (int round = 0; round < 8; round++) {
		double mx = 0.0, my = 0.0, xx = 0.0, xy = 0.0, yy = 0.0, det, ex, ey;

		sum = 0.0;
		for (int i = 0; i < geometry_n_cells(g); i++) {
			double x, y;

			if (scene->force[side][i] <= 0.0)
				continue;
			x = geometry_x_mm(g, i % g->n_cols) - c.x;
			y = geometry_y_mm(g, i / g->n_cols) - c.y;
			weight[i] =
				scene->force[side][i] * exp(tilt->a * x + tilt->b * y);
			sum += weight[i];
			mx += weight[i] * x;
			my += weight[i] * y;
			xx += weight[i] * x * x;
			xy += weight[i] * x * y;
			yy += weight[i] * y * y;
		}
		mx /= sum;
		my /= sum;
		xx = xx / sum - mx * mx;
		xy = xy / sum - mx * my;
		yy = yy / sum - my * my;
		ex = cop_mm.x - c.x - mx;
		ey = cop_mm.y - c.y - my;
		if (hypot(ex, ey) < 1e-4)
			break;
		det = xx * yy - xy * xy;
		tilt->a += (ex * yy - ey * xy) / det;
		tilt->b += (ey * xx - ex * xy) / det;
	}
	for (int i = 0; i < geometry_n_cells(g); i++)
		if (scene->force[side][i] > 0.0)
			out[i] += force_n * weight[i] / sum;
}

static void to_cells(const double *newtons, const struct mat_geometry *g)
{
	for (int i = 0; i < geometry_n_cells(g); i++)
		bench.cells[i] =
			(uint16_t)fmin(floor(newtons[i] * 1000.0 + 0.5), 65535.0);
}

/* Push the scene with each foot's load scaled. */
static void push_scaled(const struct scene *scene, double left, double right)
{
	static double newtons[SCENE_MAX_CELLS];

	for (int i = 0; i < geometry_n_cells(&scene->geometry); i++)
		newtons[i] = left * scene->force[0][i] + right * scene->force[1][i];
	to_cells(newtons, &scene->geometry);
	push();
}

/* Fail if a foot is reported nearer to the other foot's place than to its own. */
static void check_names(const struct scene *scene)
{
	const struct foot_sample *feet[2] = { &bench.sample.left, &bench.sample.right };

	for (int side = 0; side < 2; side++) {
		double own, other;

		if (!feet[side]->present || (bench.sample.flags & SAMPLE_SIDE_UNKNOWN))
			continue;
		own = distance(feet[side]->cop_mm, scene->foot[side].cop_mm);
		other = distance(feet[side]->cop_mm, scene->foot[!side].cop_mm);
		if (own > other)
			fail_msg("frame %d: %s foot at (%.0f, %.0f)",
				(int)bench.frame.seq, side ? "right" : "left",
				feet[side]->cop_mm.x, feet[side]->cop_mm.y);
	}
}

/* Step on one foot after the other, stand, lift each foot in turn, step off, come back. */
static void stepping_never_swaps(void **state)
{
	static struct scene scene;
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 3);
	for (int n = 0; n < 24; n++) {
		static const enum scene_kind kinds[] = { SCENE_NORMAL, SCENE_YAW,
			SCENE_TOE_OUT, SCENE_NARROW, SCENE_STAGGERED, SCENE_TOUCHING,
			SCENE_HIGH_ARCH, SCENE_BACK };
		const struct mat_geometry *g = &grids[n % 3];
		uint32_t unwanted = SAMPLE_SIDE_UNKNOWN | SAMPLE_DEAD_CELLS;

		if (kinds[n % 8] != SCENE_TOUCHING)
			unwanted |= SAMPLE_UNSTABLE;
		set_up(g, FRAME_UNIT_FORCE_MN);
		scene_make(&scene, kinds[n % 8], g, NULL, &rng);
		for (int k = 0; k < 360; k++) {
			double left = fmin(1.0, fmax(0.0, (k - 10) / 30.0));
			double right = fmin(1.0, fmax(0.0, (k - 40) / 30.0));

			if (k >= 200 && k < 240)
				right *= fabs(220.0 - k) / 20.0;
			if (k >= 260 && k < 300)
				left *= fabs(280.0 - k) / 20.0;
			if (k >= 320)
				left = right = fmax(0.0, (330.0 - k) / 10.0);
			push_scaled(&scene, left, right);
			check_names(&scene);
			if (k == 180) {
				assert_true(bench.sample.left.present);
				assert_true(bench.sample.right.present);
				assert_int_equal(bench.sample.flags & unwanted, 0);
			}
			if (k == 220) {
				assert_true(bench.sample.left.present);
				assert_false(bench.sample.right.present);
				assert_true(isnan(bench.sample.left_frac));
			}
			if (k == 280) {
				assert_true(bench.sample.right.present);
				assert_false(bench.sample.left.present);
			}
		}
		assert_false(bench.sample.left.present || bench.sample.right.present);
	}
}

/* Step on, lift a foot within the first second, stand on the other until the labels are locked,
 * put it back: what is left of the lifted foot in the mean must not make it the other's. */
static void a_foot_lifted_early_comes_back(void **state)
{
	static struct scene scene;
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 5);
	for (int n = 0; n < 12; n++) {
		const struct mat_geometry *g = &grids[n % 3];

		set_up(g, FRAME_UNIT_FORCE_MN);
		scene_make(&scene, SCENE_NORMAL, g, NULL, &rng);
		for (int k = 0; k < 400; k++) {
			double gone = fmin(1.0, fmax(0.0, (k - 60) / 30.0)) -
				      fmin(1.0, fmax(0.0, (k - 260) / 30.0));

			if (n % 2)
				push_scaled(&scene, 1.0 - gone, 1.0 + gone);
			else
				push_scaled(&scene, 1.0 + gone, 1.0 - gone);
			check_names(&scene);
			if (k == 59 || k >= 300) {
				assert_true(bench.sample.left.present);
				assert_true(bench.sample.right.present);
				assert_near(
					bench.sample.left_frac, scene.left_frac, 0.002);
			}
		}
	}
}

static void facing_back_keeps_left_left(void **state)
{
	static struct scene scene;
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 4);
	for (int n = 0; n < 6; n++) {
		set_up(&grids[n % 3], FRAME_UNIT_FORCE_MN);
		scene_make(&scene, SCENE_BACK, &grids[n % 3], NULL, &rng);
		for (int k = 0; k < 120; k++)
			push_scaled(&scene, 1.0, 1.0);
		assert_true(bench.sample.facing_back);
		assert_near(bench.sample.left_frac, scene.left_frac, 0.002);
		assert_true(fabs(bench.sample.left.direction_deg) > 120.0);
	}
}

static void weight_needs_a_second(void **state)
{
	static struct scene scene;
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 5);
	set_up(&grids[0], FRAME_UNIT_FORCE_MN);
	scene_make(&scene, SCENE_NORMAL, &grids[0], NULL, &rng);
	push_scaled(&scene, 1.0, 1.0);
	assert_true(isnan(bench.sample.load_frac));
	for (int k = 0; k < 200; k++)
		push_scaled(&scene, 1.0, 1.0);
	assert_near(bench.sample.load_frac, 1.0, 1e-3);
	push_scaled(&scene, 0.5, 0.5);
	assert_near(bench.sample.load_frac, 0.5, 1e-3);
}

/* A dead cell in the middle of a heel is filled, flagged, and costs little. */
static void a_dead_cell_is_filled(void **state)
{
	static struct scene scene;
	struct rng rng;
	int worst = 0;

	(void)state;
	rng_init(&rng, SEED, 6);
	set_up(&grids[0], FRAME_UNIT_FORCE_MN);
	fill(12, 35, 12, 19, 1000);
	fill(12, 35, 28, 35, 3000);
	fill(20, 20, 15, 15, 0);
	push();
	assert_true(bench.sample.flags & SAMPLE_DEAD_CELLS);
	assert_near(bench.sample.force_n, 768.0, 1e-3);
	assert_near(bench.sample.left.cop_mm.x, -80.0, 1e-3);
	for (int n = 0; n < 60; n++) { /* and none is seen where all live */
		scene_make(&scene, SCENE_NORMAL, &grids[n % 3], NULL, &rng);
		set_up(&grids[n % 3], FRAME_UNIT_FORCE_MN);
		push_scaled(&scene, 1.0, 1.0);
		worst += (bench.sample.flags & SAMPLE_DEAD_CELLS) != 0;
	}
	assert_in_range(worst, 0, 3);
}

/* Raw counts of a resistive sheet: offsets, gain spread, noise, creep, a rising curve. */
static void counts_of(const struct scene *scene, const double *gain,
	const double *offset, double creep, double load, struct rng *rng)
{
	for (int i = 0; i < geometry_n_cells(&scene->geometry); i++) {
		double n = load * (scene->force[0][i] + scene->force[1][i]);
		double u = gain[i] * n / (n + 12.0) * creep;
		double c = offset[i] + 4095.0 * u + 2.5 * rng_normal(rng);

		bench.cells[i] = (uint16_t)fmin(fmax(floor(c + 0.5), 0.0), 4095.0);
	}
}

static void resistive_sheet_gives_stable_feet(void **state)
{
	static struct scene scene;
	static double gain[SCENE_MAX_CELLS], offset[SCENE_MAX_CELLS];
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 7);
	for (int n = 0; n < 12; n++) {
		const struct mat_geometry *g = &grids[n % 3];
		double low = 1.0, high = 0.0, mean = 0.0;
		int n_bad = 0;

		set_up(g, FRAME_UNIT_COUNTS);
		scene_make(&scene, n < 6 ? SCENE_NORMAL : SCENE_YAW, g, NULL, &rng);
		for (int i = 0; i < geometry_n_cells(g); i++) {
			gain[i] = exp(0.15 * rng_normal(&rng));
			offset[i] = 20.0 + 8.0 * rng_uniform(&rng);
		}
		if (n % 2)
			analysis_tare_begin(bench.a, 50);
		for (int k = 0; k < 60; k++) {
			counts_of(&scene, gain, offset, 1.0, 0.0, &rng);
			push();
			assert_true(isnan(bench.sample.cop_mm.x));
		}
		for (int k = 0; k < 300; k++) {
			counts_of(&scene, gain, offset, 0.8 + 0.05 * log10(1.0 + k),
				1.0, &rng);
			push();
			check_names(&scene);
			n_bad += !bench.sample.left.present ||
				 !bench.sample.right.present;
			if (k < 120 || n_bad)
				continue;
			low = fmin(low, bench.sample.left_frac);
			high = fmax(high, bench.sample.left_frac);
			mean += bench.sample.left_frac / 180.0;
		}
		assert_int_equal(n_bad, 0);
		assert_true(bench.sample.flags & SAMPLE_UNCALIBRATED);
		assert_int_equal(
			bench.sample.flags & (SAMPLE_SIDE_UNKNOWN | SAMPLE_UNSTABLE),
			0);
		assert_true(
			isnan(bench.sample.force_n) && isnan(bench.sample.peak_kpa));
		assert_true(isnan(bench.sample.u95.cop_mm) &&
			    isnan(bench.sample.left.force_n));
		assert_true(high - low < 0.01);
		assert_true(fabs(mean - scene.left_frac) < 0.08);
		assert_true(distance(bench.sample.cop_mm, scene.cop_mm) < 15.0);
	}
}

/* The second analysis never sees the mat empty, and says the same of the person on it. */
static void a_given_zero_serves_a_loaded_mat(void **state)
{
	static struct scene scene;
	static double gain[SCENE_MAX_CELLS], offset[SCENE_MAX_CELLS];
	static float first[SCENE_MAX_CELLS];
	struct analysis_zero zero;
	const struct mat_geometry *g = &grids[0];
	struct analysis *second;
	size_t size = analysis_size(&(struct analysis_setup){ .geometry = *g });
	void *memory = aligned_alloc(ANALYSIS_ALIGNMENT, (size + 63) & ~(size_t)63);
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 11);
	set_up(g, FRAME_UNIT_COUNTS);
	scene_make(&scene, SCENE_NORMAL, g, NULL, &rng);
	for (int i = 0; i < geometry_n_cells(g); i++) {
		gain[i] = exp(0.15 * rng_normal(&rng));
		offset[i] = 20.0 + 8.0 * rng_uniform(&rng);
	}
	for (int k = 0; k < 5; k++) {
		counts_of(&scene, gain, offset, 1.0, 0.0, &rng);
		push();
	}
	counts_of(&scene, gain, offset, 0.9, 1.0, &rng);
	push();
	zero = analysis_zero(bench.a);
	assert_false(zero.tared);
	assert_int_equal(analysis_init(memory, size, &bench.setup, &second), 0);
	analysis_set_zero(second, &zero);
	counts_of(&scene, gain, offset, 0.8, 1.0, &rng);
	push();
	memcpy(first, analysis_cells(bench.a),
		sizeof(first[0]) * (size_t)geometry_n_cells(g));
	analysis_push(second, &bench.frame, &bench.sample);
	assert_memory_equal(first, analysis_cells(second),
		sizeof(first[0]) * (size_t)geometry_n_cells(g));
	free(memory);
}

/* --- real recordings ----------------------------------------------------------------------- */

struct record {
	double force[2], x[2], y[2];
};

static int read_records(const char *path, struct record *records, int n_max)
{
	FILE *file = fopen(path, "r");
	char line[256];
	int n = 0;

	if (!file)
		return 0;
	while (n < n_max && fgets(line, sizeof(line), file)) {
		struct record *r = &records[n];

		n += sscanf(line, "%*f,%lf,%lf,%lf,%lf,%lf,%lf", &r->force[0], &r->x[0],
			     &r->y[0], &r->force[1], &r->x[1], &r->y[1]) == 6;
	}
	fclose(file);
	return n;
}

/* Frames of each recording that are replayed. gcc's sanitizers take their time over each, so there
 * only the first quarter; all of them in check-all, which runs this with clang. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REPLAYED 1500
#else
#define REPLAYED 6000
#endif

/* What a replay came to: the worst over its frames. */
struct worst {
	double cop, share, foot;
};

static void replay(const struct scene *scene, const struct record *records, int n,
	struct worst *worst)
{
	static double newtons[SCENE_MAX_CELLS];
	struct tilt tilt[2] = { { 0 } };
	double mean[2][2] = { { 0 } };

	for (int k = 0; k < n; k++)
		for (int side = 0; side < 2; side++) {
			mean[side][0] += records[k].x[side] / n;
			mean[side][1] += records[k].y[side] / n;
		}
	for (int k = 0; k < n; k++) {
		const struct record *r = &records[k];
		double total = r->force[0] + r->force[1];
		struct pos_mm cop[2], both;

		memset(newtons, 0,
			sizeof(*newtons) * (size_t)geometry_n_cells(&scene->geometry));
		for (int side = 0; side < 2; side++) {
			cop[side].x =
				scene->foot[side].cop_mm.x + r->x[side] - mean[side][0];
			cop[side].y =
				scene->foot[side].cop_mm.y + r->y[side] - mean[side][1];
			load_foot(scene, side, r->force[side], cop[side], &tilt[side],
				newtons);
		}
		to_cells(newtons, &scene->geometry);
		push();
		both.x = (r->force[0] * cop[0].x + r->force[1] * cop[1].x) / total;
		both.y = (r->force[0] * cop[0].y + r->force[1] * cop[1].y) / total;
		assert_true(bench.sample.left.present && bench.sample.right.present);
		worst->cop = fmax(worst->cop, distance(bench.sample.cop_mm, both));
		worst->share = fmax(worst->share,
			100.0 * fabs(bench.sample.left_frac - r->force[0] / total));
		worst->foot =
			fmax(worst->foot, distance(bench.sample.left.cop_mm, cop[0]));
		worst->foot =
			fmax(worst->foot, distance(bench.sample.right.cop_mm, cop[1]));
		assert_int_equal(
			bench.sample.flags & (SAMPLE_SIDE_UNKNOWN | SAMPLE_DEAD_CELLS),
			0);
	}
}

static void recordings_replayed_are_within_limits(void **state)
{
	static const char *const names[] = { "PDS13CF1", "PDS13CR1", "PDS13CR2",
		"PDS13OF1", "PDS13OR1", "PDS13OR2" };
	static const enum scene_kind kinds[] = { SCENE_NORMAL, SCENE_YAW,
		SCENE_OFF_CENTRE, SCENE_WIDE, SCENE_TOE_OUT, SCENE_HIGH_ARCH };
	static struct record records[REPLAYED];
	static struct scene scene;
	const char *shared = getenv("STANCE_SHARED");
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 8);
	for (int i = 0; i < 6; i++) {
		const struct mat_geometry *g = &grids[i % 3];
		struct worst worst = { 0.0, 0.0, 0.0 };
		char path[512];
		int n;

		snprintf(path, sizeof(path), "%s/reference/cop/feet/%s.csv",
			shared ? shared : "../shared", names[i]);
		n = read_records(path, records, REPLAYED);
		if (n < REPLAYED) {
			printf("skipped: no recording at %s (STANCE_SHARED says "
			       "where)\n",
				path);
			skip();
		}
		set_up(g, FRAME_UNIT_FORCE_MN);
		scene_make(&scene, kinds[i], g, NULL, &rng);
		replay(&scene, records, n, &worst);
		printf("%s %s %d: %d frames, worst COP %.3f mm, share %.3f points, "
		       "foot %.3f mm\n",
			names[i], scene_kind_name(kinds[i]), g->n_rows, n, worst.cop,
			worst.share, worst.foot);
		assert_true(worst.cop < 0.5);
		assert_true(worst.share < 0.2);
		assert_true(worst.foot < (g->n_rows == 32 ? 1.5 : 1.0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(init_checks_its_arguments),
		cmocka_unit_test(empty_mat_is_a_measured_zero),
		cmocka_unit_test(a_light_thing_is_measured_without_feet),
		cmocka_unit_test(two_rectangles_by_hand),
		cmocka_unit_test(a_strip_at_the_edge_is_flagged),
		cmocka_unit_test(flags_come_from_mat_and_frame),
		cmocka_unit_test(mirror_exchanges_the_feet),
		cmocka_unit_test(tare_takes_the_zero_away),
		cmocka_unit_test(stepping_never_swaps),
		cmocka_unit_test(a_foot_lifted_early_comes_back),
		cmocka_unit_test(facing_back_keeps_left_left),
		cmocka_unit_test(weight_needs_a_second),
		cmocka_unit_test(a_dead_cell_is_filled),
		cmocka_unit_test(resistive_sheet_gives_stable_feet),
		cmocka_unit_test(a_given_zero_serves_a_loaded_mat),
		cmocka_unit_test(recordings_replayed_are_within_limits),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(bench.memory);
	return failed;
}
