/* When a rise begins and ends: cubic starts by hand, minimum-jerk and other rises with noise and
 * creep. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/trial/rise.h"

#define MAX_ROWS   1200
#define SEATED_N   120.0
#define STANDING_N 700.0
#define ONSET_S    1.5 /* of the rise; the first row is at 0 */

static double t_s[MAX_ROWS], force_n[MAX_ROWS];

/* A rise as simulated or as others have it: how far from seated (0) to standing (1) at part `u`. */
typedef double shape_fn(double u);

static double ease(double u)
{
	u = fmin(fmax(u, 0.0), 1.0);
	return u * u * u * (10.0 + u * (6.0 * u - 15.0));
}

/* Pushed beyond the weight, fallen below it, at rest: three smooth movements. */
static double overshooting(double u)
{
	if (u < 0.45)
		return 1.15 * ease(u / 0.45);
	if (u < 0.8)
		return 1.15 - 0.22 * ease((u - 0.45) / 0.35);
	return 0.93 + 0.07 * ease((u - 0.8) / 0.2);
}

static double straight(double u)
{
	return fmin(fmax(u, 0.0), 1.0);
}

static double cosine(double u)
{
	return 0.5 * (1.0 - cos(M_PI * straight(u)));
}

struct scene {
	shape_fn *shape;
	double over_s, rate_hz;
	double noise_n;    /* standard deviation */
	double creep_frac; /* a decade, of the load put on */
	uint64_t seed;
};

static int play(const struct scene *s)
{
	int n = (int)((ONSET_S + s->over_s + 2.0) * s->rate_hz);
	struct rng rng;

	assert_true(n <= MAX_ROWS);
	rng_init(&rng, s->seed, 1);
	for (int i = 0; i < n; i++) {
		double on_s = i / s->rate_hz - ONSET_S;
		double crept = s->creep_frac * log10(1.0 + fmax(on_s, 0.0) / 0.3);
		double up = s->shape(on_s / s->over_s) * (1.0 + crept);

		t_s[i] = i / s->rate_hz;
		force_n[i] = SEATED_N + (STANDING_N - SEATED_N) * up +
			     s->noise_n * rng_normal(&rng);
	}
	return n;
}

/* The row in the middle of the rise. */
static int middle(int n)
{
	for (int i = 0; i < n; i++) {
		if (force_n[i] > 0.5 * (SEATED_N + STANDING_N))
			return i;
	}
	fail();
	return -1;
}

static double begin_s(const struct scene *s)
{
	int n = play(s);

	return rise_begin_s(t_s, force_n, middle(n), SEATED_N, STANDING_N) - ONSET_S;
}

/* Quiet from 0.05 s before the end of the rise on. */
static double end_s(const struct scene *s)
{
	int n = play(s), row = (int)((ONSET_S + s->over_s - 0.05) * s->rate_hz);

	return rise_end_s(t_s, force_n, n, row, STANDING_N) - ONSET_S - s->over_s;
}

static void assert_within(const char *what, double got, double low, double high)
{
	if (got < low || got > high)
		fail_msg("%s: %.4f s, not in %.4f .. %.4f", what, got, low, high);
}

/* A cubic from its first moment on is just what is assumed, however fast. */
static double cubic(double u)
{
	return fmin(1.0, u > 0.0 ? u * u * u : 0.0);
}

static void a_cubic_start_is_found_exactly(void **state)
{
	(void)state;
	for (int k = 1; k <= 3; k++) {
		struct scene s = { cubic, 0.2 * k, 200, 0, 0, 1 };

		assert_within("cubic", begin_s(&s), -0.001, 0.001);
	}
}

/* Smooth rises of half a second to two, 50 frames a second and more. */
static void smooth_rises_are_timed_within_0_04_s(void **state)
{
	(void)state;
	for (int k = 0; k < 24; k++) {
		struct scene s = { overshooting, 0.8 + 0.1 * (k % 8), k & 1 ? 50 : 100,
			0.7 * (k % 4), 0, 10 + (uint64_t)k };

		assert_within("begin", begin_s(&s), -0.03, 0.03);
		assert_within("end", end_s(&s), -0.04, 0.04);
	}
}

/* A sheet that creeps by 4 % a decade when she stands on it. */
static void creep_moves_the_end_little(void **state)
{
	(void)state;
	for (int k = 0; k < 8; k++) {
		struct scene s = { overshooting, 1.04, 100, 1.0, 0.04,
			50 + (uint64_t)k };

		assert_within("begin", begin_s(&s), -0.03, 0.03);
		assert_within("end", end_s(&s), -0.05, 0.05);
	}
}

/* Who rises otherwise than with minimum jerk is told nothing wild: a ramp starts at most some
 * hundredths too early, a cosine too. */
static void other_shapes_stay_near(void **state)
{
	(void)state;
	for (int k = 0; k < 8; k++) {
		struct scene ramp = { straight, 0.6, 100, 0.7, 0, 70 + (uint64_t)k };
		struct scene swing = { cosine, 0.6, 100, 0.7, 0, 90 + (uint64_t)k };

		assert_within("ramp", begin_s(&ramp), -0.04, 0.01);
		assert_within("cosine", begin_s(&swing), -0.06, 0.02);
	}
}

/* Whoever is already on the way when the rows begin, began then. */
static void without_rest_before_it_begins_with_the_rows(void **state)
{
	struct scene s = { overshooting, 1.0, 100, 0, 0, 1 };
	int n = play(&s), cut = (int)((ONSET_S + 0.25) * s.rate_hz);

	(void)state;
	assert_true(force_n[cut] > SEATED_N + 100);
	assert_true(rise_begin_s(t_s + cut, force_n + cut, middle(n) - cut, SEATED_N,
			    STANDING_N) == t_s[cut]);
}

/* Rows without a force are passed over. */
static void absent_forces_change_little(void **state)
{
	struct scene s = { overshooting, 1.0, 100, 0, 0, 1 };
	double whole = begin_s(&s), got;
	int n = play(&s), row = middle(n);

	(void)state;
	for (int i = 0; i < n; i++) {
		if (i % 7 == 3 && i != row)
			force_n[i] = NAN;
	}
	got = rise_begin_s(t_s, force_n, row, SEATED_N, STANDING_N) - ONSET_S;
	assert_within("with gaps", got - whole, -0.04, 0.04);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cubic_start_is_found_exactly),
		cmocka_unit_test(smooth_rises_are_timed_within_0_04_s),
		cmocka_unit_test(creep_moves_the_end_little),
		cmocka_unit_test(other_shapes_stay_near),
		cmocka_unit_test(without_rest_before_it_begins_with_the_rows),
		cmocka_unit_test(absent_forces_change_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
