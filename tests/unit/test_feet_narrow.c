/* Narrow stances of the simulator's soles, which share no shape with the model: as the load sways,
 * before the labels are locked and after, every frame is held to the limits that an ideal sheet must
 * meet. STANCE_SCENES sets how many a sheet (default 40, 6 under ASan). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hw/sim/imprint.h"
#include "hw/sim/person.h"
#include "src/base/rng.h"
#include "src/core/analysis.h"

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

#define SEED        20261127
#define N_FRAMES    8
#define FRAME_NS    INT64_C(200000000) /* so that the labels are locked on the way */
#define UNIT_SCALE  2.0                /* millinewtons a number */
#define SHARE_LIMIT 0.002
#define COP_LIMIT   0.5
#define MAX_CELLS   (64 * 64)

static const struct mat_geometry sheets[3] = {
	{ 48, 48, 10.0, 10.0 },
	{ 32, 32, 15.0, 15.0 },
	{ 64, 64, 8.0, 8.0 },
};
static const double foot_limit_mm[3] = { 1.0, 1.5, 1.0 };

/* Somebody on a sheet. */
struct stance {
	const struct mat_geometry *sheet;
	double foot_limit_mm;
	struct person person;
	struct imprint imprint[PERSON_N_FEET];
	double share;
	struct imprint_load truth[PERSON_N_FEET]; /* of the last frame */
};

static void stand(struct stance *st, struct rng *rng)
{
	struct person_options o;

	person_defaults(&o);
	o.foot_length_mm = rng_between(rng, 220.0, 290.0);
	o.foot_width_mm = o.foot_length_mm * rng_between(rng, 0.35, 0.41);
	o.arch_frac = rng_between(rng, 0.2, 0.8);
	o.toe_out_deg = rng_between(rng, -5.0, 15.0);
	o.gap_mm = rng_between(rng, 5.0, 20.0);
	/* Nearly along the cells is hardest: a whole column holds both feet. */
	o.yaw_deg = rng_uniform(rng) < 0.5 ? rng_between(rng, -10.0, 10.0)
					   : rng_between(rng, -45.0, 45.0);
	o.offset.x = rng_between(rng, -15.0, 15.0);
	o.offset.y = rng_between(rng, -15.0, 15.0);
	assert_int_equal(person_init(&st->person, &o), 0);
	for (int f = 0; f < PERSON_N_FEET; f++)
		assert_int_equal(imprint_init(&st->imprint[f], st->person.sole[f],
					 &st->person.pose[f], st->sheet),
			0);
	st->share = rng_between(rng, 0.35, 0.65);
}

static void leave(struct stance *st)
{
	for (int f = 0; f < PERSON_N_FEET; f++)
		imprint_fini(&st->imprint[f]);
	person_fini(&st->person);
}

/* Press both feet, as they sway, into the cells. */
static void press(struct stance *st, struct rng *rng, uint16_t *cells)
{
	static double newtons[MAX_CELLS];
	double share = st->share + rng_between(rng, -0.03, 0.03);

	memset(newtons, 0, sizeof(newtons));
	for (int f = 0; f < PERSON_N_FEET; f++) {
		struct pos_mm cop = st->person.anchor[f];

		cop.x += rng_between(rng, -1.5, 1.5);
		cop.y += rng_between(rng, -12.0, 12.0);
		sole_press(st->person.sole[f],
			700.0 * (f == PERSON_LEFT ? share : 1.0 - share), cop);
		imprint_add(
			&st->imprint[f], st->person.sole[f], newtons, &st->truth[f]);
	}
	for (int i = 0; i < geometry_n_cells(st->sheet); i++)
		cells[i] = (uint16_t)lrint(newtons[i] * 1000.0 / UNIT_SCALE);
}

static double distance(struct pos_mm a, struct pos_mm b)
{
	return hypot(a.x - b.x, a.y - b.y);
}

static void judge(const struct stance *st, const struct stance_sample *s, int n)
{
	const struct imprint_load *left = &st->truth[PERSON_LEFT];
	const struct imprint_load *right = &st->truth[PERSON_RIGHT];
	double share = left->force_n / (left->force_n + right->force_n);
	struct pos_mm cop = {
		share * left->cop.x + (1.0 - share) * right->cop.x,
		share * left->cop.y + (1.0 - share) * right->cop.y,
	};
	double off = fabs(s->left_frac - share);
	double foot = fmax(distance(s->left.cop_mm, left->cop),
		distance(s->right.cop_mm, right->cop));

	if (!(off <= SHARE_LIMIT) || !(foot <= st->foot_limit_mm) ||
		!(distance(s->cop_mm, cop) <= COP_LIMIT))
		fail_msg("%.0f mm, stance %d: left share off by %.4f, a foot's COP by "
			 "%.2f mm",
			st->sheet->pitch_x_mm, n, off, foot);
}

static void watch(struct stance *st, struct rng *rng, void *memory, size_t size, int n)
{
	static uint16_t cells[MAX_CELLS];
	const struct analysis_setup setup = {
		.geometry = *st->sheet,
		.unit = FRAME_UNIT_FORCE_MN,
		.unit_scale = UNIT_SCALE,
		.full_scale = 65535,
		.rate_hz = 100.0,
	};
	struct analysis *a;

	assert_int_equal(analysis_init(memory, size, &setup, &a), 0);
	for (int k = 0; k < N_FRAMES; k++) {
		struct raw_frame frame = {
			.seq = (uint64_t)k, .t_ns = (k + 1) * FRAME_NS, .cells = cells
		};
		struct stance_sample sample;

		press(st, rng, cells);
		analysis_push(a, &frame, &sample);
		judge(st, &sample, n);
	}
}

static void every_frame_is_within_its_limits(void **state)
{
	const char *wanted = getenv("STANCE_SCENES");
	int n = wanted ? atoi(wanted) : SLOW ? 6 : 40;

	(void)state;
	printf("seed %d\n", SEED);
	for (int i = 0; i < 3; i++) {
		size_t size = analysis_size(
			&(struct analysis_setup){ .geometry = sheets[i] });
		void *memory = aligned_alloc(
			ANALYSIS_ALIGNMENT, (size + ANALYSIS_ALIGNMENT - 1) &
						    ~(size_t)(ANALYSIS_ALIGNMENT - 1));

		assert_non_null(memory);
		for (int k = 0; k < n; k++) {
			struct stance st = { .sheet = &sheets[i],
				.foot_limit_mm = foot_limit_mm[i] };
			struct rng rng;

			rng_init(&rng, SEED, (uint64_t)(1000 * i + k));
			stand(&st, &rng);
			watch(&st, &rng, memory, size, k);
			leave(&st);
		}
		free(memory);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_frame_is_within_its_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
