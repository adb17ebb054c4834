/* Edit distances by hand, and what must hold for any two words. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/nearest.h"
#include "src/base/rng.h"

#define SEED 20

static void test_by_hand(void **state)
{
	(void)state;
	assert_int_equal(nearest_distance("", ""), 0);
	assert_int_equal(nearest_distance("abc", ""), 3);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
	assert_int_equal(
		nearest_distance("statsu", "status"), 1); /* a swap is one edit */
	assert_int_equal(nearest_distance("mat.pth", "mat.path"), 1);
	assert_int_equal(nearest_distance("ca", "abc"), 3); /* no edit inside a swap */
}

static void random_word(struct rng *rng, char *word)
{
	size_t n = rng_u64(rng) % 9;

	for (size_t i = 0; i < n; i++)
		word[i] = (char)('a' + rng_u64(rng) % 3);
	word[n] = '\0';
}

static void test_invariants(void **state)
{
	struct rng rng;
	char a[16], b[16];

	(void)state;
	print_message("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int i = 0; i < 5000; i++) {
		random_word(&rng, a);
		random_word(&rng, b);
		int d = nearest_distance(a, b);
		int n_a = (int)strlen(a), n_b = (int)strlen(b);

		assert_int_equal(d, nearest_distance(b, a));
		assert_int_equal(d == 0, strcmp(a, b) == 0);
		assert_true(d >= abs(n_a - n_b) && d <= (n_a > n_b ? n_a : n_b));
	}
}

static const char *word_at(size_t index, const void *ctx)
{
	const char *const *words = ctx;

	return words[index];
}

static void test_choice(void **state)
{
	static const char *const words[] = { "watch", "status", "ports", NULL };
	static const char *const none[] = { NULL };
	char large[200];
	int distance;

	(void)state;
	assert_string_equal(nearest_of("statsu", word_at, words, &distance), "status");
	assert_int_equal(distance, 1);
	assert_string_equal(nearest_of("xxxxx", word_at, words, NULL), "watch");
	assert_null(nearest_of("x", word_at, none, &distance));
	assert_int_equal(distance, INT_MAX);
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(nearest_distance(large, "x"), 62); /* 63 bytes count */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_invariants),
		cmocka_unit_test(test_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
