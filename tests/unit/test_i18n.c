/* Catalogues, plurals and numbers: a catalogue built here byte by byte, damaged ones, the rules of
 * several languages against the tables of gettext's manual. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/i18n.h"
#include "src/base/plural.h"
#include "src/base/rng.h"

#define SEED 20261128

/* msgids in byte order, as msgfmt sorts them; the forms of a plural have a NUL between them. */
static const struct pair {
	const char *id;
	size_t id_n;
	const char *text;
	size_t text_n;
} pairs[] = {
#define PAIR(id, text)                                                                 \
	{                                                                              \
		id, sizeof(id) - 1, text, sizeof(text) - 1                             \
	}
	PAIR("", "Plural-Forms: nplurals=2; plural=(n != 1);\n"),
	PAIR("%d foot\0%d feet", "%d Fuß\0%d Füße"),
	PAIR("Zero", "Null"),
	PAIR("date\004%Y-%m-%d", "%d.%m.%Y"),
	PAIR("decimal sign\004.", ","),
	PAIR("direction of lines\004ltr", "rtl"),
	PAIR("empty", ""),
};
#define N_PAIRS (sizeof(pairs) / sizeof(pairs[0]))

static size_t build(uint8_t *out)
{
	uint32_t *words = (uint32_t *)(void *)out;
	size_t at = 28 + 16 * N_PAIRS;

	memset(out, 0, 4096);
	words[0] = 0x950412DE;
	words[2] = N_PAIRS;
	words[3] = 28;
	words[4] = 28 + 8 * N_PAIRS;
	for (size_t i = 0; i < 2 * N_PAIRS; i++) {
		const struct pair *p = &pairs[i % N_PAIRS];
		const char *text = i < N_PAIRS ? p->id : p->text;
		size_t n = i < N_PAIRS ? p->id_n : p->text_n;
		words[7 + 2 * i] = (uint32_t)n;
		words[8 + 2 * i] = (uint32_t)at;
		memcpy(out + at, text, n);
		at += n + 1;
	}
	return at;
}

static _Alignas(4) uint8_t bytes[4096];

static void test_texts_are_found(void **state)
{
	size_t n = build(bytes);
	char text[64];

	(void)state;
	assert_string_equal(_("Zero"), "Zero");
	assert_int_equal(i18n_open_memory(bytes, n, "xx"), 0);
	assert_string_equal(i18n_language(), "xx");
	assert_true(i18n_is_rtl());
	assert_string_equal(_("Zero"), "Null");
	assert_string_equal(_("Zeros"), "Zeros");
	assert_string_equal(_("empty"), "empty"); /* not translated yet */
	assert_string_equal(_(""), "");
	assert_string_equal(C_("decimal sign", "."), ",");
	assert_string_equal(C_("other", "."), ".");
	assert_string_equal(P_("%d foot", "%d feet", 1), "%d Fuß");
	assert_string_equal(P_("%d foot", "%d feet", 0), "%d Füße");
	assert_string_equal(P_("%d foot", "%d feet", 5), "%d Füße");
	assert_string_equal(i18n_number(text, sizeof(text), 72.46, 1), "72,5");
	assert_string_equal(i18n_number(text, sizeof(text), -3, 0), "−3");
	assert_string_equal(i18n_number(text, sizeof(text), -14.04, 1), "−14,0");
	assert_string_equal(i18n_number(text, sizeof(text), -0.04, 1), "0,0");
	assert_string_equal(i18n_number(text, sizeof(text), -0.05001, 1), "−0,1");
	assert_string_equal(i18n_number(text, sizeof(text), NAN, 1), "–");
	setenv("TZ", "UTC", 1);
	assert_string_equal(i18n_date(text, sizeof(text), 1795824000), "28.11.2026");
	i18n_close();
	assert_string_equal(_("Zero"), "Zero");
	assert_string_equal(i18n_number(text, sizeof(text), 72.46, 1), "72.5");
	assert_string_equal(i18n_date(text, sizeof(text), 1795824000), "2026-11-28");
	assert_string_equal(P_("%d foot", "%d feet", 1), "%d foot");
	assert_string_equal(P_("%d foot", "%d feet", 2), "%d feet");
	assert_string_equal(i18n_language(), "en");
}

/* Whatever is damaged, it is refused or read within its bytes (the sanitizer watches). */
static void test_damaged_catalogues(void **state)
{
	size_t n = build(bytes);
	struct rng rng;
	uint8_t *copy;

	(void)state;
	print_message("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (size_t cut = 0; cut < n; cut++) {
		copy = malloc(cut + 1);
		memcpy(copy, bytes, cut);
		assert_int_equal(i18n_open_memory(copy, cut, "xx"), -EBADMSG);
		free(copy);
		assert_string_equal(_("Zero"), "Zero");
	}
	for (int i = 0; i < 20000; i++) {
		copy = malloc(n);
		memcpy(copy, bytes, n);
		for (int k = 0; k < 3; k++)
			copy[rng_u64(&rng) % n] = (uint8_t)rng_u64(&rng);
		if (i18n_open_memory(copy, n, "xx") == 0) {
			assert_non_null(_("Zero"));
			assert_non_null(P_("%d foot", "%d feet", 3));
		}
		free(copy);
	}
	i18n_close();
}

static void test_plurals_of_languages(void **state)
{
	static const char russian[] =
		"n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || "
		"n%100>=20) ? 1 : 2";
	static const char arabic[] = "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && "
				     "n%100<=10 ? 3 : n%100>=11 "
				     "? 4 : 5";
	static const unsigned expected_russian[][2] = { { 1, 0 }, { 2, 1 }, { 5, 2 },
		{ 11, 2 }, { 12, 2 }, { 21, 0 }, { 22, 1 }, { 111, 2 }, { 101, 0 } };
	static const unsigned expected_arabic[][2] = { { 0, 0 }, { 1, 1 }, { 2, 2 },
		{ 3, 3 }, { 10, 3 }, { 11, 4 }, { 99, 4 }, { 100, 5 }, { 103, 3 } };

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(plural_form(russian, expected_russian[i][0]),
			expected_russian[i][1]);
		assert_int_equal(plural_form(arabic, expected_arabic[i][0]),
			expected_arabic[i][1]);
	}
	assert_int_equal(plural_form("(n != 1)", 1), 0);
	assert_int_equal(plural_form("n>1", 2), 1);
	assert_int_equal(plural_form("!n", 0), 1);
	assert_int_equal(plural_form("n*2-3/3+1", 4), 8);
	assert_int_equal(plural_form(" n < 3 ? n <= 1 : n >= 7 ", 9), 1);
}

static void test_rules_that_are_none(void **state)
{
	static const char *const bad[] = { "", "n+", "n)", "(n", "n%0", "n/0",
		"system(n)", "n ? 1",
		"((((((((((((((((((((((((((((((((((((((((n))))))))))))))))))))", "n !",
		"1 2" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(plural_form(bad[i], 7), 0);
}

static void test_languages_that_do_not_exist(void **state)
{
	(void)state;
	setenv("STANCE_LOCALE_DIR", "/nonexistent", 1);
	assert_int_equal(i18n_open("de"), -ENOENT);
	assert_int_equal(i18n_open("../../etc"), -ENOENT);
	assert_int_equal(i18n_open("en_GB.UTF-8"), 0);
	assert_int_equal(i18n_open("C"), 0);
	setenv("LC_ALL", "POSIX", 1);
	assert_int_equal(i18n_open(""), 0);
	setenv("LC_ALL", "de_CH.UTF-8", 1);
	assert_int_equal(i18n_open(""), -ENOENT);
	setenv("STANCE_LOCALE_DIR", "build/release/share/locale", 1);
	assert_int_equal(i18n_open(""), 0);
	assert_string_equal(i18n_language(), "de");
	assert_string_equal(_("Zero"), "Null");
	i18n_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_are_found),
		cmocka_unit_test(test_damaged_catalogues),
		cmocka_unit_test(test_plurals_of_languages),
		cmocka_unit_test(test_rules_that_are_none),
		cmocka_unit_test(test_languages_that_do_not_exist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
