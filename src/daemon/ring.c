#include "src/daemon/ring.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Both indices only rise; their difference is what waits. Each has its own cache line, so that the
 * two threads do not take it from each other with every frame. */
struct ring {
	_Alignas(64) _Atomic uint64_t head; /* frames pushed: the producer's */
	_Alignas(64) _Atomic uint64_t tail; /* frames popped: the consumer's */
	_Alignas(64) size_t n_slots;
	size_t n_cells;
	struct raw_frame *frames; /* their `cells` point into `cells` for good */
	uint16_t *cells;
};

int ring_new(size_t n_slots, size_t n_cells, struct ring **out)
{
	struct ring *ring = aligned_alloc(_Alignof(struct ring), sizeof(*ring));

	if (!ring)
		return -ENOMEM;
	memset(ring, 0, sizeof(*ring));
	ring->n_slots = n_slots;
	ring->n_cells = n_cells;
	ring->frames = calloc(n_slots, sizeof(*ring->frames));
	ring->cells = calloc(n_slots * n_cells, sizeof(*ring->cells));
	if (!ring->frames || !ring->cells) {
		ring_free(ring);
		return -ENOMEM;
	}
	*out = ring;
	return 0;
}

void ring_free(struct ring *ring)
{
	if (!ring)
		return;
	free(ring->frames);
	free(ring->cells);
	free(ring);
}

bool ring_push(struct ring *ring, const struct raw_frame *frame)
{
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	size_t slot = head % ring->n_slots;
	uint16_t *cells = ring->cells + slot * ring->n_cells;

	if (head - tail == ring->n_slots)
		return false;
	memcpy(cells, frame->cells, ring->n_cells * sizeof(*cells));
	ring->frames[slot] = *frame;
	ring->frames[slot].cells = cells;
	atomic_store_explicit(&ring->head, head + 1, memory_order_release);
	return true;
}

bool ring_peek(struct ring *ring, struct raw_frame *frame)
{
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	if (atomic_load_explicit(&ring->head, memory_order_acquire) == tail)
		return false;
	*frame = ring->frames[tail % ring->n_slots];
	return true;
}

void ring_pop(struct ring *ring)
{
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
}
