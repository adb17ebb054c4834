/* Thousands of seeded scenes of feet against the truth they were drawn from.
 * What is asked of it stands in docs/feet.md; the table goes to stdout. STANCE_SCENES sets how many a
 * scenario, grid and kind of foot (default 60, 6 under ASan). */
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

#define SEED 20261123

static const struct mat_geometry grids[3] = {
	{ 48, 48, 10.0, 10.0 },
	{ 32, 32, 15.0, 15.0 },
	{ 64, 64, 8.0, 8.0 },
};

#define MAX_SCENES 1000

/* What a scenario and grid came to. */
struct tally {
	int n;
	int n_wrong; /* mis-split: not two feet, or share off by 4 points, or COP by 12 mm */
	int n_swapped; /* left for right, unflagged */
	int n_unknown; /* side_unknown */
	int n_silent;  /* wrong or swapped, and neither side_unknown nor unstable */
	int n_share;   /* left share off by more than 0.2 points */
	int n_touch;
	int n_unstable;
	int n_errors;
	double errors[2 * MAX_SCENES]; /* per-foot COP, mm */
	double cop[MAX_SCENES];
	double share[MAX_SCENES];
};

static double distance(struct pos_mm a, struct pos_mm b)
{
	return hypot(a.x - b.x, a.y - b.y);
}

static int by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0.0 ? -1 : d > 0.0;
}

static double quantile(double *values, int n, double q)
{
	if (n == 0)
		return NAN;
	qsort(values, (size_t)n, sizeof(*values), by_value);
	return values[(int)(q * (n - 1))];
}

static void judge_two(
	struct tally *t, const struct scene *scene, const struct stance_sample *s)
{
	const struct foot_sample *feet[2] = { &s->left, &s->right };
	double straight, crossed;
	bool flagged = s->flags & SAMPLE_SIDE_UNKNOWN;

	t->cop[t->n] = distance(s->cop_mm, scene->cop_mm);
	t->share[t->n] = 100.0;
	if (!s->left.present || !s->right.present) {
		t->n_wrong++;
		return;
	}
	straight = fmax(distance(s->left.cop_mm, scene->foot[0].cop_mm),
		distance(s->right.cop_mm, scene->foot[1].cop_mm));
	crossed = fmax(distance(s->left.cop_mm, scene->foot[1].cop_mm),
		distance(s->right.cop_mm, scene->foot[0].cop_mm));
	if (crossed < straight) {
		t->n_swapped += !flagged;
		t->n_wrong += flagged ? crossed > 12.0 : 0;
		return;
	}
	t->share[t->n] = 100.0 * fabs(s->left_frac - scene->left_frac);
	if (straight > 12.0 || t->share[t->n] > 4.0) {
		t->n_wrong++;
		return;
	}
	for (int side = 0; side < 2; side++)
		t->errors[t->n_errors++] =
			distance(feet[side]->cop_mm, scene->foot[side].cop_mm);
}

static void judge_one(
	struct tally *t, const struct scene *scene, const struct stance_sample *s)
{
	int side = scene->foot[1].force_n > 0.0;
	const struct foot_sample *foot = side ? &s->right : &s->left;
	const struct foot_sample *other = side ? &s->left : &s->right;

	t->cop[t->n] = distance(s->cop_mm, scene->cop_mm);
	t->share[t->n] = 0.0;
	if (foot->present == other->present) {
		t->n_wrong++;
	} else if (!foot->present) {
		t->n_swapped += !(s->flags & SAMPLE_SIDE_UNKNOWN);
	} else {
		t->errors[t->n_errors++] =
			distance(foot->cop_mm, scene->foot[side].cop_mm);
	}
}

static void run_scene(
	struct tally *t, const struct scene *scene, void *memory, size_t size)
{
	static uint16_t cells[SCENE_MAX_CELLS];
	struct analysis_setup setup = {
		.geometry = scene->geometry,
		.unit = FRAME_UNIT_FORCE_MN,
		.full_scale = 65535,
		.rate_hz = 100.0,
	};
	struct raw_frame frame = { .t_ns = 1000000000, .cells = cells };
	struct stance_sample sample;
	struct analysis *a;

	int wrong = t->n_wrong + t->n_swapped;

	scene_to_mn(scene, cells, &setup.unit_scale);
	assert_int_equal(analysis_init(memory, size, &setup, &a), 0);
	analysis_push(a, &frame, &sample);
	t->n_unknown += (sample.flags & SAMPLE_SIDE_UNKNOWN) != 0;
	t->n_touch += (sample.flags & SAMPLE_FEET_TOUCH) != 0;
	t->n_unstable += (sample.flags & SAMPLE_UNSTABLE) != 0;
	if (scene->foot[0].force_n > 0.0 && scene->foot[1].force_n > 0.0)
		judge_two(t, scene, &sample);
	else
		judge_one(t, scene, &sample);
	if (!(sample.flags & (SAMPLE_SIDE_UNKNOWN | SAMPLE_UNSTABLE)))
		t->n_silent += t->n_wrong + t->n_swapped - wrong;
	t->n_share += t->share[t->n] > 0.2;
	t->n++;
}

static void print_tally(
	enum scene_kind kind, int n_rows, const char *feet, struct tally *t)
{
	printf("%-15s %2d %-4s wrong %5.1f%% silent %d swap %d unknown %3d touch %3d "
	       "unstable %3d  "
	       "foot %.2f/%.2f  cop %.2f/%.2f  share %.2f/%.2f\n",
		scene_kind_name(kind), n_rows, feet, 100.0 * t->n_wrong / t->n,
		t->n_silent, t->n_swapped, t->n_unknown, t->n_touch, t->n_unstable,
		quantile(t->errors, t->n_errors, 0.5),
		quantile(t->errors, t->n_errors, 0.95), quantile(t->cop, t->n, 0.5),
		quantile(t->cop, t->n, 0.95), quantile(t->share, t->n, 0.5),
		quantile(t->share, t->n, 0.95));
}

/* Mis-splits in percent by grid, per-foot COP median and p95 in mm, for 48, 32 and 64 rows: what an
 * earlier prototype reached on the mean footprint. Its p95 of specks and of dead rows on the finest
 * grid are lower: its specks were others, ours lie against the feet now and then. Tandem stance and
 * soles are our own. */
struct limit {
	double wrong[3], median[3], p95[3];
};

#define CLEAN                                                                          \
	{                                                                              \
		{ 0, 0, 0 }, { 0.1, 0.14, 0.09 },                                      \
		{                                                                      \
			0.2, 0.3, 0.2                                                  \
		}                                                                      \
	}

static const struct limit limits[SCENE_N_KINDS] = {
	[SCENE_NORMAL] = CLEAN,
	[SCENE_YAW] = CLEAN,
	[SCENE_TOE_OUT] = CLEAN,
	[SCENE_OFF_CENTRE] = CLEAN,
	[SCENE_UNEQUAL] = CLEAN,
	[SCENE_WIDE] = CLEAN,
	[SCENE_HIGH_ARCH] = CLEAN,
	[SCENE_NARROW] = { { 0, 0, 0 }, { 0.1, 0.15, 0.08 }, { 0.2, 0.4, 0.2 } },
	[SCENE_SPECKS] = { { 0, 0, 0 }, { 0.2, 0.23, 0.16 }, { 1.0, 1.2, 0.9 } },
	[SCENE_STAGGERED] = { { 2.5, 1.2, 0 }, { 0.09, 0.13, 0.07 },
		{ 0.2, 0.4, 0.2 } },
	[SCENE_HEEL_RAISED] = { { 1.2, 0, 1.2 }, { 0.07, 0.1, 0.06 },
		{ 0.2, 0.24, 0.15 } },
	[SCENE_TOUCHING] = { { 0, 2.5, 0 }, { 0.15, 0.64, 0.11 }, { 0.4, 2.2, 0.2 } },
	[SCENE_DEAD_ROW] = { { 0, 0, 0 }, { 1.25, 2.8, 0.86 }, { 3.5, 5.5, 2.6 } },
	[SCENE_DEAD_MIX] = { { 1.2, 2.5, 0 }, { 1.3, 3.4, 0.7 }, { 3.4, 6.8, 1.7 } },
	[SCENE_ONE_FOOT] = CLEAN,
	[SCENE_BACK] = CLEAN,
	[SCENE_TANDEM] = { { 0, 2.5, 0 }, { 0.2, 0.5, 0.15 }, { 1.2, 4.0, 1.0 } },
	[SCENE_SOLES] = CLEAN,
	[SCENE_SOLES_BACK] = CLEAN,
	[SCENE_ONE_SOLE] = { { 2.5, 5.0, 2.5 }, { 0.1, 0.14, 0.09 },
		{ 0.2, 0.3, 0.2 } },
};

/* Our own feet press to their very rim and touch along it, so that less is known of what lies
 * between them; each row's share of mis-splits is the same. */
static const struct limit own_limits[SCENE_N_KINDS] = {
	[SCENE_SPECKS] = { { 0, 0, 0 }, { 0.2, 0.26, 0.16 }, { 1.1, 1.2, 0.9 } },
	[SCENE_HEEL_RAISED] = { { 1.2, 0, 1.2 }, { 0.07, 0.12, 0.06 },
		{ 0.2, 0.24, 0.15 } },
	[SCENE_TOUCHING] = { { 0, 2.5, 0 }, { 0.15, 0.64, 0.11 }, { 0.5, 2.2, 0.35 } },
	[SCENE_DEAD_ROW] = { { 0, 0, 0 }, { 1.25, 2.8, 0.86 }, { 3.5, 6.0, 2.1 } },
	[SCENE_DEAD_MIX] = { { 1.2, 2.5, 0 }, { 1.3, 3.4, 0.7 }, { 3.4, 8.0, 1.7 } },
	[SCENE_TANDEM] = { { 2.0, 4.0, 3.0 }, { 0.2, 0.5, 0.15 }, { 2.0, 5.0, 2.0 } },
};

static bool is_sole(enum scene_kind kind)
{
	return kind == SCENE_SOLES || kind == SCENE_SOLES_BACK ||
	       kind == SCENE_ONE_SOLE;
}

/* Is every row of limits met? Narrow feet may miss 0.2 points of left share in few scenes. What no picture can tell must be flagged, and feet that it can tell
 * must not. */
static int check(enum scene_kind kind, int grid, bool own, struct tally *t)
{
	const struct limit *l = &limits[kind];
	int bad = 0;

	if (own && own_limits[kind].median[0] > 0.0)
		l = &own_limits[kind];
	bad += t->n_wrong > ceil(l->wrong[grid] / 100.0 * t->n);
	bad += t->n_swapped > 0;
	if (t->n >= 40) { /* fewer say nothing of quantiles */
		bad += quantile(t->errors, t->n_errors, 0.5) > l->median[grid];
		bad += quantile(t->errors, t->n_errors, 0.95) > l->p95[grid];
	}
	if (kind == SCENE_TOUCHING)
		bad += t->n_touch < t->n;
	if (kind == SCENE_NARROW)
		bad += t->n_share > ceil((own ? 0.03 : 0.005) * t->n);
	if (is_sole(kind))
		bad += t->n_unknown < t->n || t->n_silent > 0;
	else if (kind <= SCENE_NARROW || kind == SCENE_ONE_FOOT || kind == SCENE_BACK)
		bad += t->n_unknown > ceil(0.01 * t->n);
	return bad;
}

static int run_all(const struct scene_print *print, const char *feet, int n)
{
	static struct scene scene;
	static struct tally tally;
	const char *only = getenv("STANCE_SCENE");
	int bad = 0;

	for (int kind = 0; kind < SCENE_N_KINDS; kind++)
		for (int grid = 0; grid < 3; grid++) {
			size_t size = analysis_size(
				&(struct analysis_setup){ .geometry = grids[grid] });
			void *memory = aligned_alloc(64, size);
			struct rng rng;
			int failed;

			if ((only && atoi(only) != kind) ||
				(print && is_sole((enum scene_kind)kind))) {
				free(memory);
				continue;
			}
			memset(&tally, 0, sizeof(tally));
			rng_init(&rng, SEED, (uint64_t)(kind * 3 + grid));
			for (int i = 0; i < n; i++) {
				scene_make(&scene, (enum scene_kind)kind, &grids[grid],
					print, &rng);
				run_scene(&tally, &scene, memory, size);
			}
			print_tally((enum scene_kind)kind, grids[grid].n_rows, feet,
				&tally);
			failed = check((enum scene_kind)kind, grid, !print, &tally);
			if (failed)
				printf("    ^ beyond its limits\n");
			bad += failed;
			free(memory);
		}
	return bad;
}

static int n_scenes(void)
{
	const char *text = getenv("STANCE_SCENES");
	int n = text ? atoi(text) : SLOW ? 6 : 60;

	return n < 1 ? 1 : n > MAX_SCENES ? MAX_SCENES : n;
}

static void own_feet(void **state)
{
	(void)state;
	assert_int_equal(run_all(NULL, "own", n_scenes()), 0);
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
	assert_int_equal(run_all(&print, "mean", n_scenes()), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_feet),
		cmocka_unit_test(mean_feet),
	};

	printf("seed %d, %d scenes each\n", SEED, n_scenes());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
