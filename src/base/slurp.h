/* A whole file or stream in memory.
 * Does not interpret it.
 * For files of people's data: whole or not at all, with a limit instead of an exhausted machine. */
#ifndef STANCE_BASE_SLURP_H
#define STANCE_BASE_SLURP_H

#include <stddef.h>
#include <stdio.h>

/* Read `in` to its end. Returns 0 and `*text`, `*n` bytes and a closing NUL, to be freed;
 * -EFBIG above `max` bytes; -ENOMEM; another negative errno if it cannot be read. */
int slurp_stream(FILE *in, size_t max, char **text, size_t *n);

/* Read the file at `path`. Errors as slurp_stream(), and those of opening it; -EISDIR. */
int slurp_file(const char *path, size_t max, char **text, size_t *n);

#endif
