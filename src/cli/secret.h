/* A secret from the terminal, without echo, or from a pipe.
 * Does not keep it. Follows termios(3). */
#ifndef STANCE_CLI_SECRET_H
#define STANCE_CLI_SECRET_H

#include <stddef.h>

struct cli;

/* Read one line into `out`, without its newline; on a terminal after `prompt`, without echo. Returns CLI_OK;
 * CLI_USAGE, said, if there is none or it is longer. */
int secret_read(struct cli *cli, const char *prompt, char *out, size_t size);

#endif
