/* Every character there is goes through; what RFC 3629 forbids does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "src/base/utf8.h"

/* Encode any number of up to 21 bits in `n` bytes, allowed or not. */
static void encode(uint32_t code, size_t n, char text[5])
{
	static const unsigned char lead[5] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n - 1; i > 0; i--, code >>= 6)
		text[i] = (char)(0x80 | (code & 0x3f));
	text[0] = (char)(lead[n] | code);
	text[n] = '\0';
}

static size_t shortest(uint32_t code)
{
	return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static void every_character_comes_back(void **state)
{
	char text[5];

	(void)state;
	for (uint32_t code = 0; code < 0x200000; code++) {
		const int is_good =
			code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
		const size_t n = shortest(code);
		uint32_t got = 0;

		encode(code, n, text);
		assert_int_equal(utf8_decode(text, &got), is_good ? n : 0);
		assert_int_equal(got, is_good ? code : UTF8_REPLACEMENT);
	}
}

static void longer_forms_are_broken(void **state)
{
	char text[5];
	uint32_t got;

	(void)state;
	for (uint32_t code = 0; code < 0x10000; code++)
		for (size_t n = shortest(code) + 1; n <= 4; n++) {
			encode(code, n, text);
			assert_int_equal(utf8_decode(text, &got), 0);
		}
}

/* A character cut short by any other byte, the end of the text included, is broken; nothing
 * behind that byte is read (the sanitizers watch: each text has no byte to spare). */
static void cut_characters_are_broken(void **state)
{
	static const unsigned char others[] = { 0, 'a', 0x7f, 0xc0, 0xff };

	(void)state;
	for (size_t n = 2; n <= 4; n++)
		for (size_t k = 1; k < n; k++)
			for (size_t o = 0; o < sizeof(others); o++) {
				char whole[5];
				char *cut = malloc(k + 1);
				uint32_t got;

				assert_non_null(cut);
				encode(n == 2    ? 0xe9
					: n == 3 ? 0x20ac
						 : 0x1f463,
					n, whole);
				for (size_t i = 0; i < k; i++)
					cut[i] = whole[i];
				cut[k] = (char)others[o];
				assert_int_equal(utf8_decode(cut, &got), 0);
				assert_int_equal(got, UTF8_REPLACEMENT);
				free(cut);
			}
}

static void no_character_begins_in_the_middle(void **state)
{
	(void)state;
	for (int first = 0x80; first < 0x100; first++) {
		const char text[5] = { (char)first, (char)0x90, (char)0x80, (char)0x80,
			0 };
		const int is_lead = first >= 0xc2 && first < 0xf5;
		uint32_t got;

		/* With 90 80 80 behind it E0 is overlong, F4 above 10FFFF. */
		assert_int_equal(utf8_decode(text, &got) != 0,
			is_lead && first != 0xe0 && first != 0xf4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_comes_back),
		cmocka_unit_test(longer_forms_are_broken),
		cmocka_unit_test(cut_characters_are_broken),
		cmocka_unit_test(no_character_begins_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
