/* The command line `stance`: what every verb is given, exit codes, and the table of
 * verbs. Does not talk to hardware or the daemon itself; each verb is a file of its
 * own. Follows stance(1). */
#ifndef STANCE_CLI_CLI_H
#define STANCE_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* stance(1), "Exit status". */
enum cli_exit {
	CLI_OK = 0,
	CLI_FAILURE = 1,
	CLI_USAGE = 2,
	CLI_NO_MAT = 3,
	CLI_PERMISSION = 4,
	CLI_TIMEOUT = 5,
	CLI_CALIBRATION = 6,
	CLI_VERIFICATION = 7,
	CLI_CORRUPT = 8,
	CLI_NO_DAEMON = 9,
	CLI_CANCELLED = 10,
	CLI_INTERRUPTED = 130,
};

/* How much colour the output can show. */
enum cli_colour { CLI_COLOUR_NONE, CLI_COLOUR_256, CLI_COLOUR_TRUE };

/* One run of the program: where it writes, what the options said. Borrowed strings. */
struct cli {
	FILE *in, *out, *err;
	const char *socket;    /* NULL: the usual place */
	const char *state_dir; /* NULL: the usual place */
	bool json, jsonl, quiet, no_color, yes;
	int verbose;
	bool help, version;
	bool out_is_terminal, in_is_terminal;
	bool utf8; /* the terminal's encoding */
	enum cli_colour colour;
};

/* One verb. `main` gets its own words only: argv[0] is "stance VERB", argc of them. */
struct cli_verb {
	const char *name;
	const char *summary; /* one line, for help and completion */
	int (*main)(struct cli *cli, int argc, char **argv);
	const char *words; /* fixed words and long options, for completion; space
			      separated */
};

/* Run the command line and return the exit code. `in`, `out` and `err` stay the
 * caller's. */
int cli_run(int argc, char **argv, FILE *in, FILE *out, FILE *err);

/* Return verb `index` of the table, NULL past its end. */
const struct cli_verb *cli_verb_at(size_t index);

struct argp;

/* Parse a verb's words by `argp`, whose input is `input`; global options are understood
 * here too. Returns 0 to go on; 1 when help was asked for and printed; -EINVAL for
 * wrong usage, said. */
int cli_parse(
	struct cli *cli, const struct argp *argp, int argc, char **argv, void *input);

/* Turn what cli_parse() returned, if not 0, into an exit code. */
int cli_parse_exit(int parsed);

/* Say something on stderr: "stance: ..." with a newline; a note is left out with
 * --quiet. */
void cli_error(const struct cli *cli, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void cli_note(const struct cli *cli, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Parse a number of seconds, from just above 0 to a week. Returns 0 or -EINVAL. */
int cli_parse_seconds(const char *text, double *seconds);

#endif
