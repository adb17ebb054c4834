/* A member's text inside a JSON object, exactly as it was written.
 * Does not decode or check it: jansson has parsed the same line before.
 * Serves `watch --jsonl`, which prints documents as received (stance(1)). */
#ifndef STANCE_CLI_SLICE_H
#define STANCE_CLI_SLICE_H

#include <stddef.h>

/* Find member `key` of the object in `line` (`n` bytes of valid JSON). Returns the
 * first byte of its value and its length, or NULL if there is no such member at the top
 * level. */
const char *slice_member(const char *line, size_t n, const char *key, size_t *length);

#endif
