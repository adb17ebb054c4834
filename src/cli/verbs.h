/* The verbs of `stance`, one file each; stance(1) says what they do.
 * Does not list them: the table is in cli.c.
 * Each gets its own words (argv[0] is "stance VERB") and returns an exit code (enum cli_exit). */
#ifndef STANCE_CLI_VERBS_H
#define STANCE_CLI_VERBS_H

struct cli;

int verb_status(struct cli *cli, int argc, char **argv);
int verb_ports(struct cli *cli, int argc, char **argv);
int verb_watch(struct cli *cli, int argc, char **argv);
int verb_doctor(struct cli *cli, int argc, char **argv);
int verb_support_bundle(struct cli *cli, int argc, char **argv);
int verb_config(struct cli *cli, int argc, char **argv);
int verb_tare(struct cli *cli, int argc, char **argv);
int verb_identify(struct cli *cli, int argc, char **argv);
int verb_analyze(struct cli *cli, int argc, char **argv);
int verb_calibrate(struct cli *cli, int argc, char **argv);
int verb_trial(struct cli *cli, int argc, char **argv);
int verb_protocols(struct cli *cli, int argc, char **argv);
int verb_findings(struct cli *cli, int argc, char **argv);
int verb_training(struct cli *cli, int argc, char **argv);
int verb_visit(struct cli *cli, int argc, char **argv);
int verb_patient(struct cli *cli, int argc, char **argv);
int verb_worklist(struct cli *cli, int argc, char **argv);
int verb_report(struct cli *cli, int argc, char **argv);
int verb_station(struct cli *cli, int argc, char **argv);
int verb_record(struct cli *cli, int argc, char **argv);
int verb_replay(struct cli *cli, int argc, char **argv);
int verb_audit(struct cli *cli, int argc, char **argv);
int verb_completion(struct cli *cli, int argc, char **argv);
int verb_help(struct cli *cli, int argc, char **argv);
int verb_version(struct cli *cli, int argc, char **argv);

#endif
