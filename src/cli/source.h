/* Who answers a verb about patients, visits and trials: the daemon if one listens, else the store
 * itself, opened here and asked by the very same methods.
 * Does not measure: what needs a mat needs the daemon (connect.h).
 * Follows stance(1) ("DESCRIPTION"). */
#ifndef STANCE_CLI_SOURCE_H
#define STANCE_CLI_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/cli/cli.h"

struct json_t;
struct source;

/* Find out who answers. Without a daemon the store in the state directory is opened: for reading
 * alone, or with `writes` for changes, which takes the daemon's lock. Returns CLI_OK and `*out`, to be
 * freed with source_close(), or an exit code, said. */
int source_open(struct cli *cli, bool writes, struct source **out);
void source_close(struct source *source);

/* Call a method; takes `params` over (NULL: none). Returns CLI_OK, and the result is there until the
 * next call; or an exit code, said. */
int source_call(struct source *source, const char *method, struct json_t *params);

/* The result of the last call: parsed, and its text as it was sent. */
const struct json_t *source_json(const struct source *source);
const char *source_text(const struct source *source, size_t *n);

/* Print that text as one line. */
void source_print(const struct source *source);

/* Open, call, close or keep: what most verbs do. `*out` stays open for source_json() if CLI_OK is
 * returned. */
int source_ask(struct cli *cli, bool writes, const char *method, struct json_t *params,
	struct source **out);

#endif
