/* Edges of the sync lines from the loop to the thread that writes them: as ring.h for frames, one producer, one consumer,
 * no lock, no wait, no heap.
 * Follows C11 atomics. */
#ifndef STANCE_DAEMON_EDGE_RING_H
#define STANCE_DAEMON_EDGE_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/store/recording.h"

/* A kilohertz of edges while the disk stalls for RECORDER_BUFFER_S; a power of two. */
#define EDGE_RING_SLOTS 8192

/* All zero is empty. */
struct edge_ring {
	_Alignas(64) _Atomic uint64_t head; /* pushed: the producer's */
	_Alignas(64) _Atomic uint64_t tail; /* taken: the consumer's */
	_Alignas(64) struct recording_edge edges[EDGE_RING_SLOTS];
};

/* Returns false if there is no room. */
static inline bool edge_ring_push(
	struct edge_ring *ring, const struct recording_edge *edge)
{
	uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

	if (head - atomic_load_explicit(&ring->tail, memory_order_acquire) ==
		EDGE_RING_SLOTS)
		return false;
	ring->edges[head % EDGE_RING_SLOTS] = *edge;
	atomic_store_explicit(&ring->head, head + 1, memory_order_release);
	return true;
}

/* Returns false if there is none. */
static inline bool edge_ring_take(struct edge_ring *ring, struct recording_edge *edge)
{
	uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	if (atomic_load_explicit(&ring->head, memory_order_acquire) == tail)
		return false;
	*edge = ring->edges[tail % EDGE_RING_SLOTS];
	atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
	return true;
}

#endif
