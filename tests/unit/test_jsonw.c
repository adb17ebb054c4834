/* The JSON writer: what it writes is JSON, for any value, at any buffer size. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/base/jsonw.h"
#include "src/base/rng.h"

#define SEED 7

static const char *fixed(double value, int decimals)
{
	static char text[64];
	struct jsonw w;

	jsonw_init(&w, text, sizeof(text));
	jsonw_fixed(&w, value, decimals);
	assert_true(jsonw_finish(&w) > 0);
	return text;
}

static void test_fixed(void **state)
{
	(void)state;
	assert_string_equal(fixed(0, 3), "0");
	assert_string_equal(fixed(-0.0, 3), "0");
	assert_string_equal(fixed(735.25, 1), "735.3"); /* half goes away from zero */
	assert_string_equal(fixed(-735.25, 1), "-735.3");
	assert_string_equal(fixed(1.5, 3), "1.5");
	assert_string_equal(fixed(2.9999, 3), "3");
	assert_string_equal(fixed(-0.0004, 3), "0");
	assert_string_equal(fixed(0.05, 2), "0.05");
	assert_string_equal(fixed(12, 0), "12");
	assert_string_equal(fixed(NAN, 3), "null");
	assert_string_equal(fixed(INFINITY, 3), "null");
	assert_string_equal(fixed(1e15, 3), "null");
	assert_string_equal(fixed(999999999999999.0, 0), "999999999999999");
}

static const char *real(double value)
{
	static char text[64];
	struct jsonw w;

	jsonw_init(&w, text, sizeof(text));
	jsonw_real(&w, value);
	assert_true(jsonw_finish(&w) > 0);
	return text;
}

static const char *real32(float value)
{
	static char text[64];
	struct jsonw w;

	jsonw_init(&w, text, sizeof(text));
	jsonw_real32(&w, value);
	assert_true(jsonw_finish(&w) > 0);
	return text;
}

static void test_real32(void **state)
{
	(void)state;
	assert_string_equal(real32(0.1f), "0.1");
	assert_string_equal(real32(4095.25f), "4095.25");
	assert_string_equal(real32(1.0f / 3.0f), "0.33333334");
	assert_string_equal(real32(NAN), "null");
	for (uint32_t bits = 0x00000001; bits < 0x7f800000; bits += 0x00031337) {
		float value;

		memcpy(&value, &bits, sizeof(value));
		assert_true(strtof(real32(value), NULL) == value);
	}
}

static void test_break(void **state)
{
	char text[64];
	struct jsonw w;

	(void)state;
	for (int breaks = 0; breaks < 2; breaks++) {
		jsonw_init(&w, text, sizeof(text));
		w.breaks = breaks;
		jsonw_begin_object(&w);
		jsonw_key(&w, "a");
		jsonw_int(&w, 1);
		jsonw_break(&w);
		jsonw_key(&w, "b");
		jsonw_int(&w, 2);
		jsonw_end_object(&w);
		assert_string_equal(
			text, breaks ? "{\"a\":1,\n\"b\":2}" : "{\"a\":1,\"b\":2}");
	}
}

static void test_real(void **state)
{
	(void)state;
	assert_string_equal(real(0.1), "0.1");
	assert_string_equal(real(-2.5), "-2.5");
	assert_string_equal(real(3), "3");
	assert_string_equal(real(1.0 / 3.0), "0.3333333333333333");
	assert_string_equal(real(0.1 + 0.2), "0.30000000000000004");
	assert_string_equal(real(1e300), "1e+300");
	assert_string_equal(real(-2.5e-8), "-2.5e-08");
	assert_string_equal(real(NAN), "null");
	assert_string_equal(real(-INFINITY), "null");
}

/* The very same double comes back, whatever mark the locale writes. */
static void test_real_round_trip(void **state)
{
	static const char *const locales[] = { "C", "de_DE.UTF-8", "ps_AF.UTF-8" };
	struct rng rng;

	(void)state;
	print_message("seed %d\n", SEED);
	for (size_t k = 0; k < sizeof(locales) / sizeof(*locales); k++) {
		rng_init(&rng, SEED, 3);
		for (int i = 0; i < 3000; i++) {
			double value = rng_normal(&rng) *
				       pow(10, rng_between(&rng, -200, 200));
			char text[64];

			setlocale(LC_NUMERIC, locales[k]);
			snprintf(text, sizeof(text), "%s", real(value));
			setlocale(LC_NUMERIC, "C");
			assert_null(strchr(text, ','));
			assert_true(strtod(text, NULL) == value);
		}
	}
}

/* Read back, a number is within half a step of its last digit. */
static void test_fixed_round_trip(void **state)
{
	struct rng rng;

	(void)state;
	print_message("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int i = 0; i < 20000; i++) {
		int decimals = (int)(rng_u64(&rng) % 10);
		double value = rng_normal(&rng) * pow(10, rng_between(&rng, -6, 8));
		double back = strtod(fixed(value, decimals), NULL);
		double step = pow(10, -decimals);

		if (fabs(back - value) > 0.5 * step * (1 + 1e-9) + fabs(value) * 1e-15)
			fail_msg("%.17g with %d decimals came back as %.17g", value,
				decimals, back);
	}
}

static void test_integers(void **state)
{
	char text[128];
	struct jsonw w;

	(void)state;
	jsonw_init(&w, text, sizeof(text));
	jsonw_begin_array(&w);
	jsonw_int(&w, INT64_MIN);
	jsonw_int(&w, -1);
	jsonw_uint(&w, UINT64_MAX);
	jsonw_uint(&w, 0);
	jsonw_bool(&w, true);
	jsonw_bool(&w, false);
	jsonw_null(&w);
	jsonw_raw(&w, "[]", 2);
	jsonw_end_array(&w);
	assert_string_equal(text,
		"[-9223372036854775808,-1,18446744073709551615,0,true,false,"
		"null,[]]");
	assert_int_equal(jsonw_finish(&w), (int)strlen(text));
}

static void write_document(struct jsonw *w)
{
	jsonw_begin_object(w);
	jsonw_key(w, "a");
	jsonw_begin_array(w);
	jsonw_begin_object(w);
	jsonw_end_object(w);
	jsonw_string(w, "q\"\\\n\x7f\xc3\xa4");
	jsonw_string(w, NULL);
	jsonw_end_array(w);
	jsonw_key(w, "b");
	jsonw_fixed(w, 1.25, 2);
	jsonw_end_object(w);
}

static void test_nesting_and_sizes(void **state)
{
	static const char whole[] =
		"{\"a\":[{},\"q\\\"\\\\\\u000a\\u007f\xc3\xa4\",null],\"b\":1.25}";
	char text[sizeof(whole)];
	struct jsonw w;

	(void)state;
	for (size_t size = 1; size <= sizeof(whole); size++) {
		jsonw_init(&w, text, size);
		write_document(&w);
		assert_int_equal(strlen(text), w.length);
		assert_true(w.length < size);
		if (size < sizeof(whole))
			assert_int_equal(jsonw_finish(&w), -ENOBUFS);
	}
	assert_string_equal(text, whole);
	assert_int_equal(jsonw_finish(&w), (int)sizeof(whole) - 1);
}

/* Whatever bytes a mat or a file name holds, jansson reads the string. */
static void test_any_bytes(void **state)
{
	struct rng rng;

	(void)state;
	print_message("seed %d\n", SEED);
	rng_init(&rng, SEED, 1);
	for (int i = 0; i < 20000; i++) {
		char bytes[17], text[256];
		size_t n = rng_u64(&rng) % 16;
		struct jsonw w;
		json_t *json;

		for (size_t k = 0; k < n; k++)
			bytes[k] = (char)(1 + rng_u64(&rng) % 255);
		bytes[n] = '\0';
		jsonw_init(&w, text, sizeof(text));
		jsonw_string(&w, bytes);
		json = json_loads(text, JSON_DECODE_ANY, NULL);
		if (!json)
			fail_msg("no JSON: %s", text);
		json_decref(json);
	}
}

static void test_bad_utf8(void **state)
{
	static const char *const bad[] = { "\x80", "\xc0\xaf", "\xe0\x80\x80",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8", "\xc3" };
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct jsonw w;

		jsonw_init(&w, text, sizeof(text));
		jsonw_string(&w, bad[i]);
		assert_non_null(strstr(text, "\\ufffd"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_fixed_round_trip),
		cmocka_unit_test(test_real),
		cmocka_unit_test(test_real32),
		cmocka_unit_test(test_break),
		cmocka_unit_test(test_real_round_trip),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_nesting_and_sizes),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_bad_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
