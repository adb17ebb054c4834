/* The ring of live messages: the newest stay, the oldest go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/ipc/stream.h"

static void publish(struct stream *stream, int value)
{
	int n = snprintf(stream_begin(stream), stream->slot_size, "message %d", value);

	stream_commit(stream, (size_t)n, value * 1000, (uint64_t)value);
}

static void the_newest_are_kept(void **state)
{
	struct stream stream;

	(void)state;
	assert_int_equal(stream_init(&stream, 4, 32), 0);
	assert_true(stream_oldest(&stream) == 0 && stream.head == 0);
	for (int i = 0; i < 100; i++) {
		publish(&stream, i);
		assert_int_equal(stream_oldest(&stream), i < 3 ? 0 : i - 3);
		for (uint64_t k = stream_oldest(&stream); k < stream.head; k++) {
			char expected[32];
			const struct stream_message *m = stream_get(&stream, k);

			snprintf(expected, sizeof(expected), "message %d", (int)k);
			assert_int_equal(m->length, strlen(expected));
			assert_memory_equal(m->text, expected, m->length);
			assert_true(m->t_ns == (int64_t)k * 1000 && m->order == k);
		}
	}
	stream_fini(&stream);
}

/* While the next is being written, the one it overwrites is gone. */
static void a_message_begun_replaces_the_oldest(void **state)
{
	struct stream stream;

	(void)state;
	assert_int_equal(stream_init(&stream, 2, 32), 0);
	publish(&stream, 0);
	publish(&stream, 1);
	stream_begin(&stream);
	assert_int_equal(stream_oldest(&stream), 1);
	stream_fini(&stream);
}

static void resizing_forgets_but_counts_on(void **state)
{
	struct stream stream;

	(void)state;
	assert_int_equal(stream_init(&stream, 4, 32), 0);
	for (int i = 0; i < 6; i++)
		publish(&stream, i);
	assert_int_equal(stream_resize(&stream, 1000), 0);
	assert_true(stream.head == 6 && stream_oldest(&stream) == 6);
	publish(&stream, 6);
	assert_int_equal(stream_oldest(&stream), 6);
	assert_memory_equal(stream_get(&stream, 6)->text, "message 6", 9);
	stream_fini(&stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_are_kept),
		cmocka_unit_test(a_message_begun_replaces_the_oldest),
		cmocka_unit_test(resizing_forgets_but_counts_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
