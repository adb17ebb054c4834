/* The lexer: any cut of a stream gives the same runs, and nothing makes it lose its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hw/lexer.h"
#include "src/base/rng.h"

#define SEED 4711u
#define SIZE 16

struct found {
	enum lexer_kind kinds[2000];
	uint8_t bytes[2000][SIZE];
	size_t lengths[2000];
	size_t n;
};

static void push_all(
	struct lexer *lexer, const uint8_t *bytes, size_t n, struct found *found)
{
	while (n > 0) {
		struct lexer_run run;
		const size_t taken = lexer_push(lexer, bytes, n, &run);

		assert_true(taken > 0 && taken <= n);
		bytes += taken;
		n -= taken;
		if (run.kind == LEXER_NONE)
			continue;
		assert_true(found->n < 2000);
		found->kinds[found->n] = run.kind;
		found->lengths[found->n] = run.kind == LEXER_RUN ? run.n : 0;
		if (run.kind == LEXER_RUN)
			memcpy(found->bytes[found->n], run.bytes, run.n);
		found->n++;
	}
}

static void finds_runs_by_hand(void **state)
{
	static const uint8_t stream[] = "\0\0abc\0\0de\0f";
	static struct found found;
	uint8_t buffer[SIZE];
	struct lexer lexer;

	(void)state;
	found.n = 0;
	lexer_init(&lexer, buffer, SIZE);
	push_all(&lexer, stream, sizeof(stream) - 1, &found);
	assert_int_equal(found.n, 2);
	assert_int_equal(found.lengths[0], 3);
	assert_memory_equal(found.bytes[0], "abc", 3);
	assert_memory_equal(found.bytes[1], "de", 2);
	push_all(&lexer, (const uint8_t *)"g", 2, &found); /* with its closing 00 */
	assert_int_equal(found.n, 3);
	assert_memory_equal(found.bytes[2], "fg", 2);
	assert_int_equal(lexer.n_bytes, sizeof(stream) - 1 + 2);
}

static void drops_overlong_runs(void **state)
{
	static const uint8_t exact[] = "0123456789abcdef";
	static struct found found;
	uint8_t buffer[SIZE];
	struct lexer lexer;

	(void)state;
	for (size_t cut = 1; cut <= 20; cut++) {
		uint8_t stream[64];
		const size_t n = 17 + 18 + 3;

		memcpy(stream, exact, 17);
		memset(stream + 17, 'x', 17);
		memcpy(stream + 34, "\0ok", 4);
		found.n = 0;
		lexer_init(&lexer, buffer, SIZE);
		for (size_t i = 0; i < n; i += cut)
			push_all(&lexer, stream + i, n - i < cut ? n - i : cut, &found);
		assert_int_equal(found.n, 3);
		assert_int_equal(found.kinds[0], LEXER_RUN);
		assert_int_equal(found.lengths[0], 16);
		assert_int_equal(found.kinds[1], LEXER_OVERLONG);
		assert_int_equal(found.kinds[2], LEXER_RUN);
		assert_memory_equal(found.bytes[2], "ok", 2);
	}
}

/* Cut a random stream in random places: the runs are those of the stream in one piece. */
static void cuts_do_not_matter(void **state)
{
	static struct found whole, cut;
	static uint8_t stream[4000];
	uint8_t buffers[2][SIZE];
	struct lexer lexer;
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 1);
	print_message("seed %u\n", SEED);
	for (int k = 0; k < 300; k++) {
		const size_t n = rng_u64(&rng) % sizeof(stream);

		for (size_t i = 0; i < n; i++)
			stream[i] =
				rng_uniform(&rng) < 0.15 ? 0 : (uint8_t)rng_u64(&rng);
		whole.n = cut.n = 0;
		lexer_init(&lexer, buffers[0], SIZE);
		push_all(&lexer, stream, n, &whole);
		lexer_init(&lexer, buffers[1], SIZE);
		for (size_t i = 0; i < n;) {
			size_t piece = 1 + rng_u64(&rng) % 30;

			piece = piece < n - i ? piece : n - i;
			push_all(&lexer, stream + i, piece, &cut);
			i += piece;
		}
		assert_int_equal(lexer.n_bytes, n);
		assert_int_equal(whole.n, cut.n);
		for (size_t i = 0; i < whole.n; i++) {
			assert_int_equal(whole.kinds[i], cut.kinds[i]);
			assert_int_equal(whole.lengths[i], cut.lengths[i]);
			assert_memory_equal(
				whole.bytes[i], cut.bytes[i], whole.lengths[i]);
		}
	}
}

static void counts_resyncs(void **state)
{
	uint8_t buffer[SIZE];
	struct lexer lexer;

	(void)state;
	lexer_init(&lexer, buffer, SIZE);
	lexer_judge(&lexer, true);
	assert_int_equal(lexer.n_resyncs, 0);
	lexer_judge(&lexer, false);
	lexer_judge(&lexer, false);
	lexer_judge(&lexer, true);
	lexer_judge(&lexer, true);
	assert_int_equal(lexer.n_resyncs, 1);
	/* A new stream is in step until it shows otherwise; the count runs on. */
	lexer_judge(&lexer, false);
	lexer_reset(&lexer);
	lexer_judge(&lexer, true);
	assert_int_equal(lexer.n_resyncs, 1);
}

static void tells_the_first_run(void **state)
{
	uint8_t buffer[SIZE];
	struct lexer lexer;
	struct lexer_run run;

	(void)state;
	lexer_init(&lexer, buffer, SIZE);
	for (int k = 0; k < 2; k++) {
		lexer_push(&lexer, (const uint8_t *)"tail", 5, &run);
		assert_int_equal(run.kind, LEXER_RUN);
		assert_true(run.is_first);
		lexer_push(&lexer, (const uint8_t *)"next", 5, &run);
		assert_false(run.is_first);
		lexer_push(&lexer, (const uint8_t *)"half", 4, &run);
		lexer_reset(&lexer); /* forgets the half */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_runs_by_hand),
		cmocka_unit_test(drops_overlong_runs),
		cmocka_unit_test(cuts_do_not_matter),
		cmocka_unit_test(counts_resyncs),
		cmocka_unit_test(tells_the_first_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
