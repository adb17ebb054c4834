/* stance trial review, mark, repeat: what is said of a trial while it runs and after.
 * Follows stance(1) and docs/api.md (trial.review, trial.mark, trial.repeat). Each returns an exit code. */
#ifndef STANCE_CLI_TRIAL_REVIEW_H
#define STANCE_CLI_TRIAL_REVIEW_H

struct cli;

int trial_review(struct cli *cli, int argc, char **argv);
int trial_mark(struct cli *cli, int argc, char **argv);
int trial_repeat(struct cli *cli, int argc, char **argv);

#endif
