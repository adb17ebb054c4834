/* Bits of a word, by the compiler's own instructions.
 * Does not hold bit sets.
 * The one place for this extension (a rule of ours: compiler extensions only in src/base). */
#ifndef STANCE_BASE_BITS_H
#define STANCE_BASE_BITS_H

#include <stdint.h>

/* Return the index of the lowest set bit of `word`, which must not be 0. */
static inline int bits_lowest(uint64_t word)
{
	return __builtin_ctzll(word);
}

#endif
