/* `stance visit compare`: two visits of one person beside each other.
 * Does not judge: the document says what is larger than the error of measurement.
 * Follows stance(1) and docs/api.md (stance.comparison/1). */
#ifndef STANCE_CLI_VISIT_COMPARE_H
#define STANCE_CLI_VISIT_COMPARE_H

struct cli;

int visit_compare(struct cli *cli, int argc, char **argv);

#endif
