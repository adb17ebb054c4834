/* Frames from the loop to the thread that writes them: a ring of fixed size, one producer, one
 * consumer, no lock, no wait, no heap.
 * Does not wake anybody and does not know files.
 * Follows C11 atomics: each side writes its own index with release and reads the other's with
 * acquire. */
#ifndef STANCE_DAEMON_RING_H
#define STANCE_DAEMON_RING_H

#include <stdbool.h>
#include <stddef.h>

#include "src/core/frame.h"

struct ring;

/* Make one for `n_slots` frames of `n_cells` cells. Returns 0 or -ENOMEM. */
int ring_new(size_t n_slots, size_t n_cells, struct ring **out);
void ring_free(struct ring *ring);

/* Copy a frame in. Returns false if there is no room. The producer's thread. */
bool ring_push(struct ring *ring, const struct raw_frame *frame);

/* Look at the oldest frame; its cells are borrowed until ring_pop(), which frees its place. Returns
 * false if there is none. The consumer's thread. */
bool ring_peek(struct ring *ring, struct raw_frame *frame);
void ring_pop(struct ring *ring);

#endif
