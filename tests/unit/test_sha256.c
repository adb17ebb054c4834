/* SHA-256 against the examples of FIPS 180-4 and the million of NIST's test page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/sha256.h"

/* The digest in hexadecimal; taken in pieces of `step` bytes. */
static const char *hex_of(const char *text, size_t n, size_t step)
{
	static char hex[2 * SHA256_SIZE + 1];
	uint8_t digest[SHA256_SIZE];
	struct sha256 h;

	sha256_init(&h);
	for (size_t i = 0; i < n; i += step)
		sha256_push(&h, text + i, n - i < step ? n - i : step);
	sha256_end(&h, digest);
	for (int i = 0; i < SHA256_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	return hex;
}

static void test_examples(void **state)
{
	const char *two_blocks =
		"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

	(void)state;
	assert_string_equal(hex_of("", 0, 1),
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_string_equal(hex_of("abc", 3, 3),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	for (size_t step = 1; step <= 56; step++)
		assert_string_equal(hex_of(two_blocks, 56, step),
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06"
			"c1");
}

static void test_million(void **state)
{
	static char a[1000000];

	(void)state;
	memset(a, 'a', sizeof(a));
	assert_string_equal(hex_of(a, sizeof(a), 977),
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_million),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
