/* Who stands on the mat before a trial: means of the last second by hand, stillness at its limits, and the way
 * back to a saved placement. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/core/trial/standing.h"

#define FRAME_NS INT64_C(10000000)

static struct standing standing;
static int64_t now_ns;

static int setup(void **state)
{
	(void)state;
	memset(&standing, 0, sizeof(standing));
	now_ns = 1000000000;
	return 0;
}

static struct stance_sample somebody(void)
{
	struct stance_sample s = sample_absent();

	s.force_n = 700.0;
	s.u95.force_n = 7.0;
	s.cop_mm = (struct pos_mm){ 0, 0 };
	s.stance_width_mm = 200.0;
	s.left = (struct foot_sample){ .present = true,
		.heel_mm = { -100, -120 },
		.direction_deg = -8,
		.length_mm = 240 };
	s.right = (struct foot_sample){ .present = true,
		.heel_mm = { 100, -120 },
		.direction_deg = 8,
		.length_mm = 244 };
	return s;
}

static void push(struct stance_sample s)
{
	now_ns += FRAME_NS;
	s.t_ns = now_ns;
	standing_push(&standing, &s);
}

static void push_n(int n, struct stance_sample s)
{
	for (int i = 0; i < n; i++)
		push(s);
}

static void near(double value, double expected)
{
	if (!(fabs(value - expected) < 1e-9))
		fail_msg("%.12g, not %.12g", value, expected);
}

static struct standing_now read_now(void)
{
	struct standing_now out;

	standing_read(&standing, now_ns, &out);
	return out;
}

static void test_means_of_the_last_second(void **state)
{
	struct stance_sample before = somebody(), heavy = somebody();
	struct standing_now out;

	(void)state;
	before.force_n = 100.0; /* a second and more ago */
	push_n(50, before);
	push_n(51, somebody());
	heavy.force_n = 710.0;
	push_n(50, heavy);
	out = read_now();
	assert_true(out.is_known && out.has_load && out.is_steady && out.feet_still);
	near(out.force_n, (51 * 700.0 + 50 * 710.0) / 101);
	near(out.u95_n, 7.0);
	near(out.width_mm, 200.0);
	near(out.foot[0].heel_mm.x, -100);
	near(out.foot[0].direction_deg, -8);
	near(out.foot[1].length_mm, 244);
}

static void test_nothing_is_told_too_early_or_too_late(void **state)
{
	(void)state;
	assert_false(read_now().is_known);
	push_n(60, somebody());
	assert_true(read_now().has_load);
	assert_false(
		read_now().is_known || read_now().is_steady || read_now().feet_still);
	push_n(30, somebody());
	assert_true(read_now().is_known);
	now_ns += 600000000;
	assert_false(read_now().is_known || read_now().has_load);
	standing_clear(&standing);
	push_n(2, somebody());
	assert_false(read_now().is_known);
}

static void test_still_at_its_limits(void **state)
{
	struct stance_sample s = somebody();

	(void)state;
	push_n(100, somebody());
	s.force_n = 700.0 * 1.028;
	push(s);
	assert_true(read_now().is_steady);
	s.force_n = 700.0 * 1.04;
	push(s);
	assert_false(read_now().is_steady);
	push_n(101, somebody());
	s = somebody();
	s.left.heel_mm.x += 5;
	push(s);
	assert_true(read_now().feet_still);
	s.left.heel_mm.x += 3;
	push(s);
	assert_false(read_now().feet_still);
	assert_true(read_now().is_steady);
}

static void test_one_foot_and_nobody(void **state)
{
	struct stance_sample s = somebody();

	(void)state;
	s.right = sample_absent().right;
	push_n(101, s);
	assert_true(read_now().foot[0].present);
	assert_false(read_now().foot[1].present || read_now().feet_still);
	push_n(101, sample_absent());
	assert_true(read_now().is_known);
	assert_false(read_now().has_load || read_now().is_steady);
	assert_true(isnan(read_now().force_n));
}

/* A foot that flickers is not there; one lost frame does not matter. */
static void test_a_foot_must_stay(void **state)
{
	struct stance_sample s = somebody();

	(void)state;
	s.left = sample_absent().left;
	push_n(99, somebody());
	push(s);
	push(somebody());
	assert_true(read_now().feet_still);
	for (int i = 0; i < 101; i++)
		push(i % 4 == 0 ? s : somebody());
	push(somebody());
	assert_false(read_now().foot[0].present);
}

static void test_way_back(void **state)
{
	const struct standing_foot ahead[2] = { { true, { -100, -120 }, -8, 240 },
		{ true, { 100, -120 }, 8, 240 } };
	/* the same person from the other side of the mat */
	const struct standing_foot turned[2] = { { true, { 100, 120 }, 172, 240 },
		{ true, { -100, 120 }, -172, 240 } };
	struct standing_foot now = { true, { -94, -123 }, -4, 240 };
	struct standing_off off = standing_compare(ahead, 0, &now);

	(void)state;
	near(off.dx_mm, 6);
	near(off.dy_mm, -3);
	near(off.angle_deg, 4);
	assert_true(off.ok);
	now.heel_mm.x = -89;
	assert_false(standing_compare(ahead, 0, &now).ok);
	now = (struct standing_foot){ true, { -106, 123 }, -176, 240 };
	off = standing_compare(turned, 1, &now);
	near(off.dx_mm, 6);
	near(off.dy_mm, -3);
	near(off.angle_deg, -4);
	now.direction_deg = 178; /* across the seam */
	off = standing_compare(turned, 1, &now);
	near(off.angle_deg, -10);
	assert_false(off.ok);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_means_of_the_last_second, setup),
		cmocka_unit_test_setup(
			test_nothing_is_told_too_early_or_too_late, setup),
		cmocka_unit_test_setup(test_still_at_its_limits, setup),
		cmocka_unit_test_setup(test_one_foot_and_nobody, setup),
		cmocka_unit_test_setup(test_a_foot_must_stay, setup),
		cmocka_unit_test(test_way_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
