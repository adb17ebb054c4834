/* Packet numbers: gaps, wraps, duplicates, and counts that begin anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "hw/sequence.h"
#include "src/base/rng.h"

#define SEED 99u

static void counts_gaps(void **state)
{
	struct sequence s = { 0 };
	uint32_t n_lost;

	(void)state;
	assert_int_equal(sequence_take(&s, 65530, 0, &n_lost), SEQUENCE_NEXT);
	assert_int_equal(n_lost, 0);
	assert_int_equal(s.last, 65530);
	assert_int_equal(sequence_take(&s, 65531, 0, &n_lost), SEQUENCE_NEXT);
	assert_int_equal(n_lost, 0);
	assert_int_equal(sequence_take(&s, 3, 100, &n_lost), SEQUENCE_NEXT);
	assert_int_equal(n_lost, 7);
	assert_int_equal(s.last, 65536 + 3);
}

static void knows_late_ones(void **state)
{
	struct sequence s = { 0 };
	uint32_t n_lost;

	(void)state;
	sequence_take(&s, 10, 0, &n_lost);
	assert_int_equal(sequence_take(&s, 10, 100, &n_lost), SEQUENCE_LATE);
	assert_int_equal(sequence_take(&s, 9, 100, &n_lost), SEQUENCE_LATE);
	assert_int_equal(sequence_take(&s, 40000, 65535, &n_lost), SEQUENCE_LATE);
	assert_int_equal(s.last, 10);
	assert_int_equal(sequence_take(&s, 11, 0, &n_lost), SEQUENCE_NEXT);
}

static void refuses_impossible_gaps(void **state)
{
	struct sequence s = { 0 };
	uint32_t n_lost;

	(void)state;
	sequence_take(&s, 0, 0, &n_lost);
	assert_int_equal(sequence_take(&s, 102, 100, &n_lost), SEQUENCE_ALIEN);
	assert_int_equal(n_lost, 0);
	assert_int_equal(sequence_take(&s, 101, 100, &n_lost), SEQUENCE_NEXT);
	assert_int_equal(n_lost, 100);
}

static void rises_over_another_count(void **state)
{
	struct sequence s = { 0 };
	uint32_t n_lost;

	(void)state;
	sequence_take(&s, 500, 0, &n_lost);
	sequence_rejoin(&s);
	assert_int_equal(sequence_take(&s, 20, 0, &n_lost), SEQUENCE_NEXT);
	assert_int_equal(n_lost, 0);
	assert_int_equal(s.last, 65536 + 20);
	sequence_rejoin(&s);
	assert_int_equal(sequence_take(&s, 20, 0, &n_lost), SEQUENCE_NEXT);
	assert_int_equal(s.last, 2 * 65536 + 20);
}

/* A million packets with random losses: every one that is missing is counted, and the unwrapped
 * number is the true one. */
static void unwraps_for_long(void **state)
{
	struct sequence s = { 0 };
	struct rng rng;
	uint64_t truth = 12345;
	uint64_t lost = 0, expected_lost = 0;

	(void)state;
	rng_init(&rng, SEED, 1);
	print_message("seed %u\n", SEED);
	for (int i = 0; i < 1000000; i++) {
		const uint64_t gap =
			rng_uniform(&rng) < 0.01 ? rng_u64(&rng) % 30000 : 0;
		uint32_t n_lost;

		truth += i == 0 ? 0 : 1 + gap;
		expected_lost += i == 0 ? 0 : gap;
		assert_int_equal(sequence_take(&s, (uint16_t)truth, 32767, &n_lost),
			SEQUENCE_NEXT);
		lost += n_lost;
		assert_int_equal(s.last, truth);
	}
	assert_int_equal(lost, expected_lost);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_gaps),
		cmocka_unit_test(knows_late_ones),
		cmocka_unit_test(refuses_impossible_gaps),
		cmocka_unit_test(rises_over_another_count),
		cmocka_unit_test(unwraps_for_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
