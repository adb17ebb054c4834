#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/base/text.h"

static void conversions(void **state)
{
	char text[80];

	(void)state;
	text_format(text, sizeof(text), "%sThe %s left after %.1f s of %.0f (%d %%)",
		"", "person", 7.25, 30.0, 12);
	assert_string_equal(text, "The person left after 7.3 s of 30 (12 %)");
	text_format(text, sizeof(text), "%+.2f %+.0f %.3f %.1f", 0.005, -3.4, -0.0004,
		-0.06);
	assert_string_equal(text, "+0.01 -3 0.000 -0.1");
	text_format(text, sizeof(text), "%.0f|%s|%d", NAN, "", -40);
	assert_string_equal(text, "-||-40");
	text_format(text, sizeof(text), "%.0f", 1e300);
	assert_string_equal(text, "very much");
}

static void what_does_not_fit_is_cut(void **state)
{
	char text[8];

	(void)state;
	text_format(text, sizeof(text), "123456%s", "789");
	assert_string_equal(text, "1234567");
	text_copy(text, 4, "abcdef");
	assert_string_equal(text, "abc");
	text_copy(text, 1, "abcdef");
	assert_string_equal(text, "");
}

/* Away from ties, where binary fractions round either way, it says what printf says. */
static void as_printf(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 5, 0);
	for (int i = 0; i < 20000; i++) {
		double value = 1e4 * rng_normal(&rng);
		double off = value * 100.0 - floor(value * 100.0);
		char ours[40], theirs[40];

		if (fabs(off - 0.5) < 1e-6 || fabs(value) < 0.01)
			continue;
		text_format(ours, sizeof(ours), "%.2f", value);
		snprintf(theirs, sizeof(theirs), "%.2f", value);
		assert_string_equal(ours, theirs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversions),
		cmocka_unit_test(what_does_not_fit_is_cut),
		cmocka_unit_test(as_printf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
