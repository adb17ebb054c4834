/* A member's text comes out exactly as it went in, wherever it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/cli/slice.h"

#define SEED 11

static void assert_slice(const char *line, const char *key, const char *wanted)
{
	size_t n = 0;
	const char *text = slice_member(line, strlen(line), key, &n);

	if (!wanted) {
		assert_null(text);
		return;
	}
	assert_non_null(text);
	assert_int_equal(n, strlen(wanted));
	assert_memory_equal(text, wanted, n);
}

static void test_by_hand(void **state)
{
	(void)state;
	assert_slice("{\"method\":\"sample\",\"params\":{\"a\":[1,{}],\"b\":\"}\"}}",
		"params", "{\"a\":[1,{}],\"b\":\"}\"}");
	assert_slice("{\"params\":{\"x\":1.0},\"method\":\"sample\"}", "params",
		"{\"x\":1.0}");
	assert_slice(
		" { \"a\" : 1.50 , \"params\" : [ 1 , 2 ] } ", "params", "[ 1 , 2 ]");
	assert_slice("{\"a\":1.50 ,\"b\":2}", "a", "1.50");
	assert_slice("{\"a\":\"\\\"params\\\":1\",\"params\":null}", "params", "null");
	assert_slice("{\"x\":{\"params\":1},\"params\":2}", "params", "2");
	assert_slice("{\"x\":{\"params\":1}}", "params", NULL);
	assert_slice("{}", "params", NULL);
	assert_slice("[1]", "params", NULL);
	assert_slice("", "params", NULL);
}

/* Any bytes: no read past the end (ASan watches) and the slice lies inside the line. */
static void test_any_bytes(void **state)
{
	static const char alphabet[] = "{}[]\",:\\ a1";
	struct rng rng;

	(void)state;
	print_message("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int i = 0; i < 50000; i++) {
		size_t n = rng_u64(&rng) % 24;
		char *line =
			malloc(n + 1); /* heap, and no NUL: a step too far is seen */
		size_t length = 0;
		const char *text;

		for (size_t k = 0; k < n; k++)
			line[k] = alphabet[rng_u64(&rng) % (sizeof(alphabet) - 1)];
		line = realloc(line, n ? n : 1);
		text = slice_member(line, n, "a", &length);
		if (text)
			assert_true(text >= line && text + length <= line + n);
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
