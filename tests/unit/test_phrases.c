/* Numbers in words: units on everything, a dash for what is absent. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/cli/phrases.h"
#include "src/core/metrics.h"
#include "src/core/sample.h"

static void test_numbers(void **state)
{
	char t[64];

	(void)state;
	assert_string_equal(phrases_duration(0, t, sizeof(t)), "0.0 s");
	assert_string_equal(phrases_duration(59.99, t, sizeof(t)), "59.9 s");
	assert_string_equal(phrases_duration(245, t, sizeof(t)), "4 min 05 s");
	assert_string_equal(phrases_duration(7380, t, sizeof(t)), "2 h 03 min");
	assert_string_equal(phrases_duration(273600, t, sizeof(t)), "3 d 4 h");
	assert_string_equal(phrases_duration(NAN, t, sizeof(t)), "-");
	assert_string_equal(phrases_bytes(999, t, sizeof(t)), "999 B");
	assert_string_equal(phrases_bytes(999950, t, sizeof(t)), "1.0 MB");
	assert_string_equal(phrases_bytes(12.34e9, t, sizeof(t)), "12.3 GB");
	assert_string_equal(phrases_bytes(NAN, t, sizeof(t)), "-");
	assert_string_equal(phrases_count(0, t, sizeof(t)), "0");
	assert_string_equal(phrases_count(999, t, sizeof(t)), "999");
	assert_string_equal(phrases_count(1234567, t, sizeof(t)), "1,234,567");
	assert_string_equal(
		phrases_count(UINT64_MAX, t, sizeof(t)), "18,446,744,073,709,551,615");
	assert_string_equal(phrases_value(735.25, 1, "N", t, sizeof(t)), "735.2 N");
	assert_string_equal(phrases_value(NAN, 1, "N", t, sizeof(t)), "-");
	assert_string_equal(phrases_value(3, 0, "", t, sizeof(t)), "3");
}

static void test_no_negative_zero(void **state)
{
	char t[64];

	(void)state;
	snprintf(t, sizeof(t), "%.2f %.2f %+.1f %.0f", phrases_signless(-0.004, 2),
		phrases_signless(-0.006, 2), phrases_signless(-0.04, 1),
		phrases_signless(-0.0, 0));
	assert_string_equal(t, "0.00 -0.01 +0.0 0");
	assert_true(isnan(phrases_signless(NAN, 1)));
}

static void test_uncertainty(void **state)
{
	char t[64];

	(void)state;
	assert_string_equal(phrases_u95(0.0158, false, t, sizeof(t)), "+- 0.016");
	assert_string_equal(phrases_u95(1.25, false, t, sizeof(t)), "+- 1.2");
	assert_string_equal(phrases_u95(12.4, true, t, sizeof(t)), "\xc2\xb1 12");
	assert_string_equal(phrases_u95(0.00001, false, t, sizeof(t)), "+- 0.0000");
	assert_string_equal(phrases_u95(NAN, true, t, sizeof(t)), "");
}

/* Every flag and every calibration state of the contract has words of its own. */
static void test_meanings(void **state)
{
	static const char *const states[] = { "valid", "unverified", "expired", "none",
		"mismatch", "not_needed" };

	(void)state;
	for (int i = 0; i < SAMPLE_N_FLAGS; i++) {
		assert_true(strlen(phrases_flag(i)) > 10);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(phrases_flag(i), phrases_flag(k));
	}
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		assert_string_not_equal(phrases_calibration(states[i]), "-");
	assert_string_equal(phrases_calibration("new state"), "new state");
	assert_string_equal(phrases_calibration(""), "-");
}

static void test_tests(void **state)
{
	char t[96];

	(void)state;
	assert_string_equal(phrases_test("mctsib", "foam-ec", NULL, t, sizeof(t)),
		"Foam, eyes closed (mCTSIB: firm and foam, eyes open and closed)");
	assert_string_equal(phrases_test("sts5", "", "Recording", t, sizeof(t)),
		"Five times sit-to-stand");
	assert_string_equal(
		phrases_test("", "", "Recording", t, sizeof(t)), "Recording");
	assert_string_equal(
		phrases_test("newer", "up", NULL, t, sizeof(t)), "up (newer)");
	assert_string_equal(phrases_minute("2026-11-27T20:18:30+00:00", t, sizeof(t)),
		"2026-11-27 20:18");
	/* a number stands beside every label, not in it */
	for (int m = 0; m < METRIC_N; m++)
		assert_true(strlen(metric_info((enum metric)m)->label) <
			    PHRASES_LABEL_WIDTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_no_negative_zero),
		cmocka_unit_test(test_uncertainty),
		cmocka_unit_test(test_meanings),
		cmocka_unit_test(test_tests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
