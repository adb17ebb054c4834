/* The sole carries what it is told, where it is told, and never pulls. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "hw/sim/sole.h"
#include "src/base/rng.h"

#define SEED 41u

static const struct sole_shape adult = {
	.left = false, .length_mm = 255, .width_mm = 97, .arch_frac = 0.5
};

static struct sole *make(const struct sole_shape *shape)
{
	struct sole *s = NULL;

	assert_int_equal(sole_new(shape, &s), 0);
	return s;
}

static struct sole_shape random_shape(struct rng *rng)
{
	return (struct sole_shape){ .left = rng_u64(rng) & 1,
		.length_mm = rng_between(rng, 160, 320),
		.width_mm = rng_between(rng, 60, 120),
		.arch_frac = rng_uniform(rng),
		.heel_raised = rng_uniform(rng) < 0.25,
		.seat = rng_uniform(rng) < 0.2 };
}

/* Sums over the field: force, COP, smallest and the force behind `v_mm`. */
struct sums {
	double force, u, v, least, behind;
};

static struct sums add_up(const struct sole *s, double v_mm)
{
	struct sums t = { .least = INFINITY };

	for (int k = 0; k < s->n_v; k++) {
		for (int i = 0; i < s->n_u; i++) {
			double f = s->force_n[k * s->n_u + i];

			t.force += f;
			t.u += f * sole_u_mm(s, i);
			t.v += f * sole_v_mm(s, k);
			t.least = fmin(t.least, f);
			if (sole_v_mm(s, k) < v_mm)
				t.behind += f;
		}
	}
	t.u /= t.force;
	t.v /= t.force;
	return t;
}

/* Force exact to rounding; COP to the search's tolerance and the sums' rounding. */
static void carries_what_it_can_where_it_is_asked(void **state)
{
	struct rng rng;

	(void)state;
	printf("seed %u\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int n = 0; n < 40; n++) {
		struct sole_shape shape = random_shape(&rng);
		struct sole *s = make(&shape);

		for (int k = 0; k < 20; k++) {
			double force = rng_between(&rng, 0.1, 900);
			struct pos_mm wanted = { s->neutral.x +
							 rng_between(&rng, -70, 70),
				s->neutral.y + rng_between(&rng, -170, 170) };
			struct pos_mm reached = sole_reach(s, wanted);
			struct pos_mm applied = sole_press(s, force, wanted);
			struct sums t = add_up(s, 0);

			assert_true(fabs(t.force - force) < 1e-9 * force);
			assert_true(hypot(t.u - applied.x, t.v - applied.y) < 1e-6);
			assert_true(hypot(t.u - reached.x, t.v - reached.y) < 1e-5);
			assert_true(t.least >= 0);
		}
		sole_free(s);
	}
}

static void leaves_a_cop_within_reach_alone(void **state)
{
	struct sole *s = make(&adult);
	struct pos_mm wanted = { 5, 0.5 * adult.length_mm },
		      got = sole_reach(s, wanted);

	(void)state;
	assert_true(got.x == wanted.x && got.y == wanted.y);
	got = sole_reach(s, (struct pos_mm){ s->neutral.x, 1000 });
	assert_true(got.y > 0.85 * adult.length_mm && got.y < adult.length_mm);
	assert_true(fabs(got.x - s->neutral.x) < 1e-9);
	sole_free(s);
}

static void left_is_the_mirror_of_right(void **state)
{
	struct sole_shape other = adult;
	struct sole *right = make(&adult), *left;

	(void)state;
	other.left = true;
	left = make(&other);
	assert_true(fabs(left->neutral.x + right->neutral.x) < 1e-9);
	assert_true(fabs(left->neutral.y - right->neutral.y) < 1e-9);
	for (int k = 0; k < right->n_v; k++) {
		for (int i = 0; i < right->n_u; i++)
			assert_true(fabs(right->rest[k * right->n_u + i] -
					    left->rest[(k + 1) * right->n_u - 1 - i]) <
				    1e-12);
	}
	sole_free(left);
	sole_free(right);
}

/* The contact spans the whole length; at rest the COP lies a little behind the middle, and both
 * heel and forefoot carry. */
static void looks_like_a_foot(void **state)
{
	struct sole *s = make(&adult);
	struct sums t;
	int first = -1, last = -1;

	(void)state;
	for (int k = 0; k < s->n_v; k++) {
		if (s->first[k] >= s->last[k])
			continue;
		first = first < 0 ? k : first;
		last = k;
	}
	assert_true(
		sole_v_mm(s, first) < 5 && sole_v_mm(s, last) > adult.length_mm - 5);
	sole_press(s, 100, s->neutral);
	t = add_up(s, 0.3 * adult.length_mm);
	assert_true(t.v > 0.38 * adult.length_mm && t.v < 0.55 * adult.length_mm);
	assert_true(t.behind > 30 && t.behind < 65);
	assert_true(sole_fore_frac(s) > 0.3 && sole_fore_frac(s) < 0.6);
	sole_free(s);
}

static void a_high_arch_parts_heel_and_forefoot(void **state)
{
	struct sole_shape high = adult;
	struct sole *s;
	int gaps = 0;

	(void)state;
	high.arch_frac = 1;
	s = make(&high);
	for (int k = 1; k < s->n_v; k++)
		gaps += s->first[k] >= s->last[k] && s->first[k - 1] < s->last[k - 1];
	assert_true(gaps >= 1);
	sole_free(s);
}

static void a_raised_heel_touches_nowhere(void **state)
{
	struct sole_shape raised = adult;
	struct sole *s;

	(void)state;
	raised.heel_raised = true;
	s = make(&raised);
	sole_press(s, 400, (struct pos_mm){ 0, 20 });
	assert_true(add_up(s, 0.5 * adult.length_mm).behind == 0);
	assert_true(sole_fore_frac(s) > 0.999);
	sole_free(s);
}

static void fore_share_rises_with_the_cop(void **state)
{
	struct sole *s = make(&adult);
	double last = -1;

	(void)state;
	for (double v = 40; v < 215; v += 5) {
		double fore;

		sole_press(s, 300, (struct pos_mm){ s->neutral.x, v });
		fore = sole_fore_frac(s);
		assert_true(fore > last && fore >= 0 && fore <= 1);
		last = fore;
	}
	sole_free(s);
}

static void refuses_what_is_no_foot(void **state)
{
	struct sole_shape bad = adult;
	struct sole *s = NULL;

	(void)state;
	bad.length_mm = NAN;
	assert_int_equal(sole_new(&bad, &s), -EINVAL);
	bad = adult;
	bad.arch_frac = 1.5;
	assert_int_equal(sole_new(&bad, &s), -EINVAL);
	assert_null(s);
	sole_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_what_it_can_where_it_is_asked),
		cmocka_unit_test(leaves_a_cop_within_reach_alone),
		cmocka_unit_test(left_is_the_mirror_of_right),
		cmocka_unit_test(looks_like_a_foot),
		cmocka_unit_test(a_high_arch_parts_heel_and_forefoot),
		cmocka_unit_test(a_raised_heel_touches_nowhere),
		cmocka_unit_test(fore_share_rises_with_the_cop),
		cmocka_unit_test(refuses_what_is_no_foot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
