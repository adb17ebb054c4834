/* Reaching the daemon from a verb: connect, ask, and say in words why it did not work.
 * Does not keep state between calls.
 * Follows stance(1) ("Exit status"). */
#ifndef STANCE_CLI_CONNECT_H
#define STANCE_CLI_CONNECT_H

#include <stddef.h>

#include "src/cli/cli.h"
#include "src/ipc/client.h"

/* Write the socket's path: as asked for by option, environment or configuration; else
 * the user's usual place, or the system service's if only that exists. Returns 0 or a
 * negative errno. */
int connect_path(const struct cli *cli, char *path, size_t size);

/* Connect, without a word. Returns 0 or a negative errno as client_open(); `path`
 * (`size` bytes) receives the socket's path either way. */
int connect_try(const struct cli *cli, char *path, size_t size, struct client **out);

/* Write a sentence on why connect_try() gave `err`, with the remedy; returns the exit
 * code. */
int connect_explain(int err, const char *path, char *text, size_t size);

/* Connect or say why not. Returns CLI_OK, or the exit code to leave with. */
int connect_open(struct cli *cli, struct client **out);

struct json_t;

/* Return the exit code for an error's code (enum rpc_code). */
int connect_error_exit(long long code);

/* Say why the daemon answered `method` with this error object; returns the exit code. */
int connect_refused(struct cli *cli, const char *method, const struct json_t *error);

/* Say why client_call() gave `err`, which is not -EREMOTEIO; returns the exit code. */
int connect_failed(struct cli *cli, int err);

/* Ask `method` and wait for its result at most `timeout_ms`. Returns CLI_OK with
 * `message` filled in, or says what went wrong and returns the exit code to leave by. */
int connect_call(struct cli *cli, struct client *client, const char *method,
	const char *params, int timeout_ms, struct client_message *message);

/* Print a result as one JSON document. */
void connect_print_result(const struct cli *cli, const struct client_message *message);

#endif
