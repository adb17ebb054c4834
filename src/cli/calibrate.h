/* What `stance calibrate` can do, a file for each group; stance(1) says what they do.
 * Does not list them: the table is in verb_calibrate.c.
 * Each gets its own words (argv[0] is "stance calibrate WORD") and returns an exit code. */
#ifndef STANCE_CLI_CALIBRATE_H
#define STANCE_CLI_CALIBRATE_H

#include "src/cli/cli.h"

struct client;
struct json_t;

int calibrate_zero(struct cli *cli, int argc, char **argv);
int calibrate_load(struct cli *cli, int argc, char **argv);
int calibrate_roll(struct cli *cli, int argc, char **argv);
int calibrate_staircase(struct cli *cli, int argc, char **argv);
int calibrate_creep(struct cli *cli, int argc, char **argv);
int calibrate_verify(struct cli *cli, int argc, char **argv);
int calibrate_check(struct cli *cli, int argc, char **argv);
int calibrate_fit(struct cli *cli, int argc, char **argv);
int calibrate_accept(struct cli *cli, int argc, char **argv);
int calibrate_abort(struct cli *cli, int argc, char **argv);
int calibrate_drop(struct cli *cli, int argc, char **argv);
int calibrate_status(struct cli *cli, int argc, char **argv);
int calibrate_list(struct cli *cli, int argc, char **argv);
int calibrate_show(struct cli *cli, int argc, char **argv);
int calibrate_export(struct cli *cli, int argc, char **argv);
int calibrate_import(struct cli *cli, int argc, char **argv);
int calibrate_run(struct cli *cli, int argc, char **argv);

/* Is a calibration in force? Returns CLI_OK, or says that none is and why: CLI_CALIBRATION. */
int calibrate_need_one(struct cli *cli, struct client *client);

/* --- a step of the daemon's: calibrate_step.c ----------------------------------------------------- */

/* Ask for `method` with `params` (taken over; NULL: none), follow it until it is over and show how it
 * stands meanwhile, under `title`. Ctrl-C takes the step back. Returns CLI_OK with `*step`, the
 * stance.calibration-step/1 to be json_decref()ed, whether it went well or not; or says why not and
 * returns the exit code. */
int calibrate_step_follow(struct cli *cli, struct client *client, const char *method,
	struct json_t *params, const char *title, struct json_t **step);

/* Return the exit code that a step's document stands for. */
int calibrate_step_exit(const struct json_t *step);

/* Connect, follow a step, print what it says. Returns the exit code. */
int calibrate_step_run(
	struct cli *cli, const char *method, struct json_t *params, const char *title);

/* --- files: calibrate_file.c ---------------------------------------------------------------------- */

/* Ask for the text of a calibration piece by piece and write it to `out`: of `id` ("draft" is the one that
 * was begun), or, with `what` "excerpt", of the one in force without its readings. Returns CLI_OK, or says
 * why not and returns the exit code. */
int calibrate_fetch(struct cli *cli, struct client *client, const char *id,
	const char *what, FILE *out);

/* --- words: calibrate_text.c ---------------------------------------------------------------------- */

/* Print a step's document for a person; what went wrong on stderr. */
void calibrate_text_step(const struct cli *cli, const struct json_t *step);

/* Print the members of a calibration file of these names: how the fit went, how sure it is, what the
 * verification found. NULL and null print nothing. */
void calibrate_text_report(FILE *out, const struct json_t *report);
void calibrate_text_budget(FILE *out, const struct json_t *budget);
void calibrate_text_verification(FILE *out, const struct json_t *verification);

#endif
