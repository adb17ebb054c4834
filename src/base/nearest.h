/* The word somebody most likely meant: for "did you mean" after a misspelled key or
 * verb. Does not decide whether the guess is good enough to act on; nobody should.
 * Follows the optimal string alignment distance (Damerau 1964; insert, drop, swap,
 * replace). */
#ifndef STANCE_BASE_NEAREST_H
#define STANCE_BASE_NEAREST_H

#include <stddef.h>

/* Return word `index` of a list, NULL past its end. */
typedef const char *nearest_word_fn(size_t index, const void *ctx);

/* Return how many edits turn `a` into `b`; only the first 63 bytes of each count. */
int nearest_distance(const char *a, const char *b);

/* Return the word closest to `word`, the first of equals, and its distance if
 * `distance` is not NULL. Returns NULL for an empty list. */
const char *nearest_of(
	const char *word, nearest_word_fn *word_at, const void *ctx, int *distance);

#endif
