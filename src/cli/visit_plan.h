/* stance visit plan, set-plan, footwear, next, current, share: what is next in a visit.
 * Follows stance(1) and docs/api.md (stance.visit-plan/1). Each returns an exit code. */
#ifndef STANCE_CLI_VISIT_PLAN_H
#define STANCE_CLI_VISIT_PLAN_H

struct cli;

int visit_plan(struct cli *cli, int argc, char **argv);
int visit_set_plan(struct cli *cli, int argc, char **argv);
int visit_footwear(struct cli *cli, int argc, char **argv);
int visit_next(struct cli *cli, int argc, char **argv);
int visit_current(struct cli *cli, int argc, char **argv);
int visit_share(struct cli *cli, int argc, char **argv);

#endif
