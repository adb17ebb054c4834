/* Ages from years of birth: whole years from 1 July of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/core/trial/age.h"

#define DAY_MS    86400000LL
#define Y2026_MS  1767225600000LL /* 2026-01-01T00:00Z */
#define MIDDLE_MS (Y2026_MS + 182 * DAY_MS)

static void whole_years_from_the_middle(void **state)
{
	(void)state;
	/* a day around the middle of the year is what leap years may shift it by */
	assert_true(age_years(1960, MIDDLE_MS - 2 * DAY_MS) == 65.0);
	assert_true(age_years(1960, MIDDLE_MS + 2 * DAY_MS) == 66.0);
	assert_true(age_years(1960, Y2026_MS + 2 * DAY_MS) == 65.0);
	assert_true(age_years(2000, MIDDLE_MS + 170 * DAY_MS) == 26.0);
	assert_true(age_years(2026, Y2026_MS + 10 * DAY_MS) == 0.0);
	assert_true(age_years(1950, 0) == 19.0);
}

static void unknown_is_absent(void **state)
{
	(void)state;
	assert_true(isnan(age_years(0, MIDDLE_MS)));
	assert_true(isnan(age_years(1960, INT64_MIN)));
	assert_true(isnan(age_years(1980, 0))); /* no clock: 1970 */
}

/* Every hour of some years the same or one more than the hour before. */
static void ages_never_fall(void **state)
{
	double before = 0.0;

	(void)state;
	for (int64_t t = Y2026_MS; t < Y2026_MS + 1500 * DAY_MS; t += 3600000) {
		double now = age_years(1985, t);

		assert_true(t == Y2026_MS || now == before || now == before + 1.0);
		before = now;
	}
	assert_true(before == 44.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_years_from_the_middle),
		cmocka_unit_test(unknown_is_absent),
		cmocka_unit_test(ages_never_fall),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
