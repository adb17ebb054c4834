/* Fading, bands, and what a programme may be. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/core/training/programme.h"

static struct programme six_blocks(int level)
{
	struct programme p = *programme_at(0);

	p.n_blocks = 6;
	p.level = level;
	for (int i = 0; i < 6; i++)
		p.blocks[i] = (struct programme_block){ EXERCISE_HOLD, 60, 20,
			PROGRAMME_BY_LEVEL, false };
	return p;
}

static int n_shown(const struct programme *p)
{
	int n = 0;

	for (int i = 0; i < p->n_blocks; i++)
		n += programme_feedback(p, i) != FEEDBACK_END;
	return n;
}

static void test_levels_show_their_share(void **state)
{
	static const int wanted[PROGRAMME_N_LEVELS] = { 6, 4, 3, 2, 0 };

	(void)state;
	for (int level = 0; level < PROGRAMME_N_LEVELS; level++) {
		struct programme p = six_blocks(level);

		assert_int_equal(n_shown(&p), wanted[level]);
		if (level < 4)
			assert_int_not_equal(programme_feedback(&p, 0), FEEDBACK_END);
	}
}

static void test_full_is_for_the_first_level_alone(void **state)
{
	struct programme p = six_blocks(0);

	(void)state;
	assert_int_equal(programme_feedback(&p, 0), FEEDBACK_FULL);
	p.level = 1;
	assert_int_equal(programme_feedback(&p, 0), FEEDBACK_BANDWIDTH);
	p.blocks[0].feedback = FEEDBACK_NONE;
	assert_int_equal(programme_feedback(&p, 0), FEEDBACK_NONE);
	/* the others share as if it were not there */
	assert_int_equal(programme_feedback(&p, 1), FEEDBACK_BANDWIDTH);
}

static void goes(const struct programme_past *past, int n, int level, int band)
{
	struct programme p = six_blocks(0);

	programme_go_on(&p, past, n);
	assert_int_equal(p.level, level);
	assert_int_equal(p.band, band);
}

static void test_goes_on_by_success(void **state)
{
	(void)state;
	/* the first session alone shows everything */
	goes((struct programme_past[]){ { 0, 0, 60 } }, 1, 1, 0);
	goes((struct programme_past[]){ { 0, 0, 40 } }, 1, 0, 0);
	/* one good session narrows the band, two drop a level */
	goes((struct programme_past[]){ { 1, 0, 60 }, { 1, 0, 85 } }, 2, 1, 1);
	goes((struct programme_past[]){ { 1, 0, 80 }, { 1, 1, 80 } }, 2, 2, 2);
	/* one bad one widens it, two give a level back */
	goes((struct programme_past[]){ { 3, 2, 60 }, { 3, 2, 49 } }, 2, 3, 1);
	goes((struct programme_past[]){ { 3, 2, 49 }, { 3, 1, 49 } }, 2, 2, 0);
	/* two of different levels are not two in a row */
	goes((struct programme_past[]){ { 1, 0, 90 }, { 2, 1, 90 } }, 2, 2, 2);
	/* sessions without a zone say nothing */
	goes((struct programme_past[]){ { 1, 0, 85 }, { 1, 0, NAN }, { 1, 1, 85 } }, 3,
		2, 2);
	goes((struct programme_past[]){ { 1, 0, NAN } }, 1, 0, 0);
	/* there is an end both ways */
	goes((struct programme_past[]){ { 4, 3, 99 }, { 4, 3, 99 } }, 2, 4, 3);
}

static void test_keeps_what_the_clinician_set(void **state)
{
	struct programme p = six_blocks(2);

	(void)state;
	p.keeps_level = true;
	p.band = 3;
	programme_go_on(&p, (struct programme_past[]){ { 0, 0, 99 } }, 1);
	assert_int_equal(p.level, 2);
	assert_int_equal(p.band, 3);
}

static void test_the_table_is_right(void **state)
{
	(void)state;
	for (size_t i = 0; programme_at(i); i++) {
		assert_null(programme_check(programme_at(i)));
		assert_ptr_equal(
			programme_find(programme_at(i)->name), programme_at(i));
		assert_true(programme_duration_s(programme_at(i)) <= 600);
	}
	assert_null(programme_find("nosuch"));
}

static void test_says_what_is_wrong(void **state)
{
	struct programme p = six_blocks(0);

	(void)state;
	assert_null(programme_check(&p));
	p.n_blocks = 0;
	assert_non_null(programme_check(&p));
	p = six_blocks(0);
	for (int i = 0; i < 6; i++)
		p.blocks[i].duration_s = 300; /* half an hour */
	assert_non_null(programme_check(&p));
	p = six_blocks(0);
	p.blocks[0].duration_s = NAN;
	assert_non_null(programme_check(&p));
	p = six_blocks(0);
	p.reach_frac = 0.81;
	assert_non_null(programme_check(&p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels_show_their_share),
		cmocka_unit_test(test_full_is_for_the_first_level_alone),
		cmocka_unit_test(test_goes_on_by_success),
		cmocka_unit_test(test_keeps_what_the_clinician_set),
		cmocka_unit_test(test_the_table_is_right),
		cmocka_unit_test(test_says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
