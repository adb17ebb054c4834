/* What `stance analyze` knows to analyse, one file each; stance(1) says what they do.
 * Does not list them: the table is in verb_analyze.c.
 * Each gets its own words (argv[0] is "stance analyze WHAT") and returns an exit code. */
#ifndef STANCE_CLI_ANALYZE_H
#define STANCE_CLI_ANALYZE_H

#include <stddef.h>

struct cli;

int analyze_cop(struct cli *cli, int argc, char **argv);
int analyze_feet(struct cli *cli, int argc, char **argv);
int analyze_frames(struct cli *cli, int argc, char **argv);

/* Read the file at `path`, "-" for standard input, whole; `what` is what should be in it, for
 * messages. Returns CLI_OK and `*text`, to be freed, or an exit code, said. */
int analyze_read(
	struct cli *cli, const char *path, const char *what, char **text, size_t *n);

#endif
