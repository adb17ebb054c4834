/* `stance trial export` and `stance visit export`: what both take, and the way from the store to files.
 * Does not make formats: src/export does.
 * Follows stance(1) ("trial export"). */
#ifndef STANCE_CLI_EXPORTING_H
#define STANCE_CLI_EXPORTING_H

#include "src/cli/cli.h"

/* Parse the words and export trial ID, or visit ID; argv[0] is "stance NOUN export". Returns an exit code. */
int exporting_trial(struct cli *cli, int argc, char **argv);
int exporting_visit(struct cli *cli, int argc, char **argv);

#endif
