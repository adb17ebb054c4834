/* Verbs that are a noun: `stance trial list`. The word after the noun picks one of a table.
 * Does not know any verb; options may stand before the word.
 * Follows stance(1). */
#ifndef STANCE_CLI_SUBVERB_H
#define STANCE_CLI_SUBVERB_H

struct cli;

/* One word of a noun; the table ends with a NULL name. `main` gets its own words, argv[0] being
 * "stance NOUN WORD". */
struct subverb {
	const char *name;
	const char *summary; /* "ID: one trial with its results" */
	int (*main)(struct cli *cli, int argc, char **argv);
};

/* Run the one that the words name, or explain them all. `doc` says in a line what the noun is for. */
int subverb_run(struct cli *cli, const struct subverb *subverbs, const char *doc,
	int argc, char **argv);

struct argp_state;

/* Take a number from 1 of something stored, a word of the line or an option's value. Returns 0, or
 * EINVAL after saying what `what` should be. */
int subverb_parse_id(
	const struct cli *cli, const char *what, const char *text, long long *id);

/* Ask on a terminal "`question` [y/N]"; --yes answers it. Elsewhere says that --yes is needed. Returns
 * CLI_OK to go on, else the exit code. */
int subverb_confirm(struct cli *cli, const char *question);

#endif
