/* Programs that a screen has run beside itself: one at a time, never waited for, ended when they take too
 * long.
 * Does not know screens. Follows docs/screens.md ("Programs beside the screen"). */
#ifndef STANCE_UI_RUNNER_H
#define STANCE_UI_RUNNER_H

#include <stdint.h>
#include <sys/types.h>

#include "ui/app/app.h"
#include "ui/runner_args.h"

#define RUNNER_TEXT   512
#define RUNNER_FOLDER 256

/* Initialised by runner_init(). */
struct runner {
	const char *socket; /* of the daemon, NULL: the usual one */
	const char *config; /* the file given with --config, NULL: none */
	char folder
		[RUNNER_FOLDER]; /* private, made when the first picture is wanted; "" none */
	int64_t ask_id;          /* 0: nothing runs */
	struct runner_args args;
	pid_t pid;
	int fd; /* what it says, -1: no more */
	int64_t deadline_ns;
	bool is_hung;
	char text[RUNNER_TEXT];
	size_t n_text;
};

/* `config` is left NULL: the caller sets it. */
void runner_init(struct runner *r, const char *socket);

/* Begin what the app wants, and take what the one that runs has said; at its end the app is answered. Call
 * it whenever runner_fd() can be read, and at runner_next_ns(). */
void runner_step(struct runner *r, struct app *app, int64_t now_ns);

/* The descriptor to poll for POLLIN, -1 for none; when it wants to be called anyway, INT64_MAX: never. */
int runner_fd(const struct runner *r);
int64_t runner_next_ns(const struct runner *r, int64_t now_ns);

/* End the one that runs, and leave nothing behind. */
void runner_stop(struct runner *r);

#endif
