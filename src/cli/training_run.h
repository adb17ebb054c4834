/* `stance training run`: arm the station, tell what happens, end with the session.
 * Does not draw a picture: the screen does. Follows stance(1). */
#ifndef STANCE_CLI_TRAINING_RUN_H
#define STANCE_CLI_TRAINING_RUN_H

#include "src/cli/cli.h"

/* As asked for; NULL is: not said. */
struct training_wish {
	const char *patient, *programme; /* a name, or a file's JSON text */
	bool beyond_dose, supervised;
};

/* Arm for one session and follow it to its end; then print it. An interrupt ends the session, or disarms
 * before one. Returns the exit code. */
int training_run(struct cli *cli, const struct training_wish *wish);

/* Print a stance.training-session/1 for people. */
struct json_t;
void training_text_session(struct cli *cli, const struct json_t *session);

#endif
