/* What `stance trial` can do, one file each or two; stance(1) says what they do.
 * Does not list them: the table is in verb_trial.c.
 * Each gets its own words (argv[0] is "stance trial WORD") and returns an exit code. */
#ifndef STANCE_CLI_TRIALS_H
#define STANCE_CLI_TRIALS_H

struct cli;

int trial_run(struct cli *cli, int argc, char **argv);

/* Say that there is no such protocol and which was meant. Returns CLI_USAGE. */
int trial_unknown_protocol(const struct cli *cli, const char *key);

#endif
