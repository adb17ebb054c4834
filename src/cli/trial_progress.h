/* The progress of a running trial on stderr: on a terminal one live line, elsewhere a line at each
 * change, with --quiet nothing.
 * Does not talk to the daemon.
 * Follows docs/api.md (stance.trial-progress/1). */
#ifndef STANCE_CLI_TRIAL_PROGRESS_H
#define STANCE_CLI_TRIAL_PROGRESS_H

#include <stdbool.h>

struct cli;
struct json_t;

/* Caller-owned; all zero but for `cli` and `live` to begin with. */
struct trial_progress {
	const struct cli *cli;
	bool live;     /* stderr is a terminal that can rewrite its line */
	bool drawn;    /* there is a line to be rewritten */
	int n_cols;    /* of the terminal */
	char said[32]; /* state and phase that were announced last */
	int said_phase;
	char instruction[160]; /* announced last */
};

void trial_progress_init(struct trial_progress *progress, const struct cli *cli);

/* Show a stance.trial-progress/1. */
void trial_progress_show(
	struct trial_progress *progress, const struct json_t *document);

/* Leave the live line, so that what comes next begins a line of its own. */
void trial_progress_end(struct trial_progress *progress);

#endif
