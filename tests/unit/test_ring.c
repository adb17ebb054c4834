/* The ring of frames: order, content, fullness, and two threads that run as fast as they can. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "src/daemon/ring.h"

#define N_CELLS  12
#define N_SLOTS  8
#define N_FRAMES 200000

/* A frame that tells its number in every field that is copied. */
static struct raw_frame frame_of(uint64_t number, uint16_t *cells)
{
	for (int i = 0; i < N_CELLS; i++)
		cells[i] = (uint16_t)(number * 31 + (uint64_t)i);
	return (struct raw_frame){ .seq = number,
		.device_us = number * 10000,
		.has_device_us = number % 2,
		.t_ns = (int64_t)number * 10000000,
		.n_lost = (uint32_t)(number % 3),
		.scan_us = (uint16_t)(number % 5000),
		.status = (uint8_t)(number % 8),
		.cells = cells };
}

/* Not an assertion: also used on a thread where cmocka cannot jump. */
static bool is_frame(const struct raw_frame *f, uint64_t number)
{
	uint16_t cells[N_CELLS];
	struct raw_frame want = frame_of(number, cells);

	for (int i = 0; i < N_CELLS; i++) {
		if (f->cells[i] != cells[i])
			return false;
	}
	return f->seq == want.seq && f->device_us == want.device_us &&
	       f->has_device_us == want.has_device_us && f->t_ns == want.t_ns &&
	       f->n_lost == want.n_lost && f->scan_us == want.scan_us &&
	       f->status == want.status;
}

static void frames_come_out_as_they_went_in(void **state)
{
	uint16_t cells[N_CELLS];
	struct raw_frame frame;
	struct ring *ring;

	(void)state;
	assert_int_equal(ring_new(N_SLOTS, N_CELLS, &ring), 0);
	assert_false(ring_peek(ring, &frame));
	for (uint64_t k = 0; k < 5 * N_SLOTS; k++) {
		frame = frame_of(k, cells);
		assert_true(ring_push(ring, &frame));
		cells[0] = 0xffff; /* the ring has its own copy */
		assert_true(ring_peek(ring, &frame));
		assert_true(is_frame(&frame, k));
		ring_pop(ring);
		assert_false(ring_peek(ring, &frame));
	}
	ring_free(ring);
}

static void a_full_ring_takes_no_more_and_keeps_what_it_has(void **state)
{
	uint16_t cells[N_CELLS];
	struct raw_frame frame;
	struct ring *ring;

	(void)state;
	assert_int_equal(ring_new(N_SLOTS, N_CELLS, &ring), 0);
	for (uint64_t k = 0; k < N_SLOTS; k++) {
		frame = frame_of(k, cells);
		assert_true(ring_push(ring, &frame));
	}
	frame = frame_of(99, cells);
	assert_false(ring_push(ring, &frame));
	assert_true(ring_peek(ring, &frame) && is_frame(&frame, 0));
	ring_pop(ring);
	frame = frame_of(N_SLOTS, cells);
	assert_true(ring_push(ring, &frame));
	for (uint64_t k = 1; k <= N_SLOTS; k++) {
		assert_true(ring_peek(ring, &frame) && is_frame(&frame, k));
		ring_pop(ring);
	}
	assert_false(ring_peek(ring, &frame));
	ring_free(ring);
	ring_free(NULL);
}

static void *produce(void *ring)
{
	uint16_t cells[N_CELLS];

	for (uint64_t k = 0; k < N_FRAMES;) {
		struct raw_frame frame = frame_of(k, cells);

		k += ring_push(ring, &frame);
	}
	return NULL;
}

static void two_threads_lose_and_tear_nothing(void **state)
{
	struct ring *ring;
	pthread_t thread;
	uint64_t n_wrong = 0;

	(void)state;
	assert_int_equal(ring_new(N_SLOTS, N_CELLS, &ring), 0);
	assert_int_equal(pthread_create(&thread, NULL, produce, ring), 0);
	for (uint64_t k = 0; k < N_FRAMES;) {
		struct raw_frame frame;

		if (!ring_peek(ring, &frame))
			continue;
		n_wrong += !is_frame(&frame, k++);
		ring_pop(ring);
	}
	pthread_join(thread, NULL);
	assert_int_equal(n_wrong, 0);
	ring_free(ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_out_as_they_went_in),
		cmocka_unit_test(a_full_ring_takes_no_more_and_keeps_what_it_has),
		cmocka_unit_test(two_threads_lose_and_tear_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
