/* The command line of stanced.
 * Does not act on it.
 * Follows stanced(8). */
#ifndef STANCE_DAEMON_OPTIONS_H
#define STANCE_DAEMON_OPTIONS_H

#include <stdbool.h>

#include "src/base/settings.h"

/* NULL where not given; strings are argv's. */
struct options {
	const char *config;
	const char *mat, *state_dir, *socket;
	bool print_config;
	bool verbose;
};

/* Parse; --help and --version print and exit 0, a mistake prints a sentence and exits 2. */
void options_parse(struct options *options, int argc, char **argv);

/* Read the configuration files and lay the command line over them. Returns 0, or a negative errno
 * with a sentence in `message`. */
int options_settle(const struct options *options, struct settings *settings,
	char *message, size_t size);

/* Write the values in force to stdout, as a file that --config takes, each with its origin. */
void options_print(const struct settings *settings);

#endif
