/* Base64 against the vectors of RFC 4648, section 10, and by round trips. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/base/base64.h"

static const struct {
	const char *plain, *text;
} the_vectors[] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
};

static void encodes_and_decodes_the_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(the_vectors) / sizeof(the_vectors[0]); i++) {
		const char *plain = the_vectors[i].plain, *text = the_vectors[i].text;
		char out[16];
		uint8_t back[16];

		assert_int_equal(
			base64_encode((const uint8_t *)plain, strlen(plain), out),
			strlen(text));
		assert_memory_equal(out, text, strlen(text));
		assert_int_equal(
			base64_decode(text, strlen(text), back), strlen(plain));
		assert_memory_equal(back, plain, strlen(plain));
	}
}

static void refuses_what_is_not_base64(void **state)
{
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Zg=x",
		"Z===", "====", "Zm9v Zm", "Zm9\n",
		"Zh==", "Zm9=", "Zg==Zg==", "Zm-_" };
	uint8_t out[16];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (base64_decode(bad[i], strlen(bad[i]), out) != -EBADMSG)
			fail_msg("\"%s\" was accepted", bad[i]);
	}
}

static void any_bytes_come_back(void **state)
{
	uint64_t seed = 20260101;
	struct rng rng;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	rng_init(&rng, seed, 0);
	for (size_t n = 0; n < 300; n++) {
		uint8_t in[300], back[304];
		char text[400];
		size_t length;

		for (size_t i = 0; i < n; i++)
			in[i] = (uint8_t)rng_u64(&rng);
		length = base64_encode(in, n, text);
		assert_int_equal(length, base64_length(n));
		assert_int_equal(base64_decode(text, length, back), n);
		assert_memory_equal(in, back, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_and_decodes_the_vectors),
		cmocka_unit_test(refuses_what_is_not_base64),
		cmocka_unit_test(any_bytes_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
