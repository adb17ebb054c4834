/* Pieces cut off one block of memory that the caller gave, each on cache lines of its own.
 * Does not allocate, free or check: the same cuts over no memory say how much is needed.
 * Alignment: 64 bytes, a cache line of every machine that we know. */
#ifndef STANCE_CORE_CARVE_H
#define STANCE_CORE_CARVE_H

#include <stddef.h>
#include <stdint.h>

#define CARVE_ALIGNMENT 64

/* Caller-owned. `memory` is aligned to CARVE_ALIGNMENT, or NULL to count only. */
struct carve {
	uint8_t *memory;
	size_t used;
};

/* Cut off `n` bytes; returns NULL while counting. */
static inline void *carve_take(struct carve *carve, size_t n)
{
	void *at = carve->memory ? carve->memory + carve->used : NULL;

	carve->used += (n + CARVE_ALIGNMENT - 1) & ~(size_t)(CARVE_ALIGNMENT - 1);
	return at;
}

#endif
