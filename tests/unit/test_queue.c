/* The queue of answers: order, limit, memory. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/ipc/queue.h"

static void bytes_come_out_as_they_went_in(void **state)
{
	uint64_t seed = 20260105, n_in = 0, n_out = 0;
	struct queue queue = { .bytes = NULL };
	struct rng rng;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	rng_init(&rng, seed, 0);
	for (int i = 0; i < 20000; i++) {
		char bytes[700];
		const char *waiting;
		size_t n = rng_u64(&rng) % sizeof(bytes), n_waiting;

		for (size_t k = 0; k < n; k++)
			bytes[k] = (char)((n_in + k) % 251);
		if (queue_push(&queue, bytes, n, 5000) == 0)
			n_in += n;
		else
			assert_true(queue_length(&queue) + n > 5000);
		waiting = queue_peek(&queue, &n_waiting);
		n = n_waiting ? rng_u64(&rng) % (n_waiting + 1) : 0;
		for (size_t k = 0; k < n; k++)
			assert_int_equal(waiting[k], (char)((n_out + k) % 251));
		queue_drop(&queue, n);
		n_out += n;
		assert_true(queue_length(&queue) == n_in - n_out);
	}
	assert_true(n_out > 1000000);
	queue_fini(&queue);
}

static void what_does_not_fit_is_refused_whole(void **state)
{
	struct queue queue = { .bytes = NULL };
	size_t n;

	(void)state;
	assert_int_equal(queue_push(&queue, "12345", 5, 8), 0);
	assert_int_equal(queue_push(&queue, "6789", 4, 8), -ENOBUFS);
	assert_int_equal(queue_push(&queue, "678", 3, 8), 0);
	assert_memory_equal(queue_peek(&queue, &n), "12345678", 8);
	assert_int_equal(n, 8);
	assert_int_equal(queue_push(&queue, "x", SIZE_MAX, 8), -ENOBUFS);
	queue_fini(&queue);
}

static void an_empty_queue_holds_no_memory(void **state)
{
	struct queue queue = { .bytes = NULL };

	(void)state;
	assert_int_equal(queue_push(&queue, "abc", 3, 8), 0);
	queue_drop(&queue, 100);
	assert_int_equal(queue_length(&queue), 0);
	assert_null(queue.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_come_out_as_they_went_in),
		cmocka_unit_test(what_does_not_fit_is_refused_whole),
		cmocka_unit_test(an_empty_queue_holds_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
