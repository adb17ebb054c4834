/* The person's own frame, whichever way she stands on the mat; and what is in the way of beginning. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/core/training/place.h"

#define RAD (M_PI / 180)

static struct foot_sample foot(
	struct pos_mm heel, double direction_deg, struct pos_mm cop)
{
	return (struct foot_sample){ .present = true,
		.heel_mm = heel,
		.direction_deg = direction_deg,
		.length_mm = 240,
		.cop_mm = cop };
}

/* Heels 160 mm apart, both feet straight ahead, the whole turned and moved. */
static struct stance_sample standing(
	double yaw_deg, struct pos_mm at, struct pos_mm cop)
{
	double c = cos(yaw_deg * RAD), s = sin(yaw_deg * RAD);
	struct stance_sample sample = sample_absent();
	struct pos_mm own[3] = { { -80, -60 }, { 80, -60 }, cop };
	struct pos_mm mat[3];

	/* turned to the right: ahead is (s, c), right is (c, -s) */
	for (int i = 0; i < 3; i++)
		mat[i] = (struct pos_mm){ at.x + own[i].x * c + own[i].y * s,
			at.y - own[i].x * s + own[i].y * c };
	sample.cop_mm = mat[2];
	sample.left = foot(mat[0], yaw_deg, mat[0]);
	sample.right = foot(mat[1], yaw_deg, mat[1]);
	return sample;
}

static enum place_hint push(
	struct place_finder *f, struct stance_sample sample, double seconds)
{
	enum place_hint hint = PLACE_GOOD;
	static int64_t t_ns = 5000000000;

	for (int i = 0; i < seconds * 100; i++) {
		sample.t_ns = t_ns += 10000000;
		hint = place_push(f, &sample);
	}
	return hint;
}

static void test_the_frame_is_the_persons(void **state)
{
	static const double yaws[] = { 0, 30, -75, 180 };

	(void)state;
	for (size_t i = 0; i < sizeof(yaws) / sizeof(*yaws); i++) {
		const struct pos_mm at = { 35, -20 };
		struct place_finder f;
		struct place place;
		struct stance_sample s, leans;
		struct pos_mm found;

		place_begin(&f);
		s = standing(yaws[i], at, (struct pos_mm){ 12, 20 });
		push(&f, s, 2.1);
		assert_true(place_found(&f, &place));
		/* sideways from the middle of the feet, fore and aft from her own mean */
		found = place_of(&place, s.cop_mm);
		assert_true(fabs(found.x - 12) < 1e-6 && fabs(found.y) < 1e-6);
		leans = standing(yaws[i], at, (struct pos_mm){ -30, 50 });
		found = place_of(&place, leans.cop_mm);
		assert_true(fabs(found.x + 30) < 1e-6 && fabs(found.y - 30) < 1e-6);
		assert_true(fabs(place.width_mm - 160) < 1e-6);
		/* toes 180 ahead of the middle, she stands 20 ahead of it: 160; heels 80 behind */
		assert_true(fabs(place.reach_mm[0] - 160) < 1e-6);
		assert_true(fabs(place.reach_mm[4] - 80) < 1e-6);
		assert_true(fabs(place.reach_mm[2] - (80 + 0.19 * 240)) < 1e-6);
	}
}

static void test_says_what_is_in_the_way(void **state)
{
	struct stance_sample s =
		standing(0, (struct pos_mm){ 0, 0 }, (struct pos_mm){ 0, 20 });
	struct place_finder f;
	struct place place;

	(void)state;
	place_begin(&f);
	assert_int_equal(push(&f, s, 0.5), PLACE_GOOD);
	assert_false(place_found(&f, &place)); /* too short a look */
	s.flags = SAMPLE_EDGE;
	assert_int_equal(push(&f, s, 0.5), PLACE_EDGE);
	assert_true(f.seconds == 0);
	s.flags = SAMPLE_FEET_TOUCH;
	assert_int_equal(push(&f, s, 0.1), PLACE_FEET_TOUCH);
	s.flags = 0;
	s.facing_back = true;
	assert_int_equal(push(&f, s, 0.1), PLACE_TURN_ROUND);
	s.facing_back = false;
	s.left.present = false;
	assert_int_equal(push(&f, s, 0.1), PLACE_ONE_FOOT);
	s.right.present = false;
	s.flags = SAMPLE_SIDE_UNKNOWN;
	assert_int_equal(push(&f, s, 0.1), PLACE_SIDE_UNKNOWN);
	s = sample_absent();
	assert_int_equal(push(&f, s, 0.1), PLACE_NOBODY);
}

static void test_one_odd_frame_is_forgiven_and_walking_is_not(void **state)
{
	struct stance_sample s =
		standing(0, (struct pos_mm){ 0, 0 }, (struct pos_mm){ 0, 20 });
	struct stance_sample odd = s, moved = s;
	struct place_finder f;

	(void)state;
	odd.flags = SAMPLE_EDGE;
	moved.cop_mm.x += 40;
	place_begin(&f);
	push(&f, s, 1);
	push(&f, odd, 0.01);
	push(&f, s, 1);
	assert_true(f.seconds > 1.9);
	assert_int_equal(push(&f, moved, 0.01), PLACE_STILL);
	assert_true(f.seconds < 0.1);
}

static void test_words_come_back(void **state)
{
	(void)state;
	for (int i = 0; i < PLACE_N; i++)
		assert_int_equal(
			place_hint_find(place_hint_word((enum place_hint)i)), i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_frame_is_the_persons),
		cmocka_unit_test(test_says_what_is_in_the_way),
		cmocka_unit_test(test_one_odd_frame_is_forgiven_and_walking_is_not),
		cmocka_unit_test(test_words_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
