/* Programs that a screen has run beside itself: one at a time, never waited for.
 * Does not know screens.
 * Follows docs/screens.md ("Asking"). */
#ifndef STANCE_UI_RUNNER_H
#define STANCE_UI_RUNNER_H

#include <stdint.h>
#include <sys/types.h>

#include "ui/app/app.h"

#define RUNNER_TEXT 512

/* Zeroed with fd -1 is ready. */
struct runner {
	int64_t ask_id; /* 0: nothing runs */
	pid_t pid;
	int fd; /* what it says, -1: none */
	char text[RUNNER_TEXT];
	size_t n_text;
};

/* Begin what the app wants, and take what the one that runs has said; at its end the app is answered. Call
 * it whenever runner_fd() can be read, and often. */
void runner_step(struct runner *r, struct app *app, int64_t now_ns);

/* The descriptor to poll for POLLIN, -1 for none. */
int runner_fd(const struct runner *r);

/* End the one that runs. */
void runner_stop(struct runner *r);

#endif
