/* The arguments of the programs that screens have run: each of the set in ui/app/run.h, as its man page
 * tells. No shell, and nothing that was typed, goes among them.
 * Starts nothing. Follows stance(1), stance-report(1). */
#ifndef STANCE_UI_RUNNER_ARGS_H
#define STANCE_UI_RUNNER_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "ui/app/run.h"

#define RUNNER_ARGS_MAX  12
#define RUNNER_ARGS_TEXT 560

/* argv and where it points; not to be copied. */
struct runner_args {
	char texts[RUNNER_ARGS_MAX][RUNNER_ARGS_TEXT];
	char *argv[RUNNER_ARGS_MAX + 1]; /* NULL at the end */
	int n;
	const char *picture; /* what it writes for the screen; NULL: nothing */
	int64_t limit_ns;    /* it may take this long */
};

/* What all runs share. */
struct runner_place {
	const char *folder; /* private, for pictures */
	const char *
		socket; /* of the daemon that the screen is a client of; NULL: the usual one */
};

/* Returns 0, -EINVAL for no such program or a wish that it cannot have, -ENAMETOOLONG. */
int runner_args_make(struct runner_args *a, const struct run_wish *wish,
	const struct runner_place *place);

/* Return true if there is a program `name` on $PATH: "lp", without which nothing can be printed. */
bool runner_args_on_path(const char *name);

#endif
