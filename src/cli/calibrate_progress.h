/* How a step of a calibration stands, on stderr while it runs: on a terminal a live map of the mat with
 * what to do and how long it takes, elsewhere a line whenever there is something new to do.
 * Does not talk to the daemon.
 * Follows docs/api.md (stance.calibration-progress/1). */
#ifndef STANCE_CLI_CALIBRATE_PROGRESS_H
#define STANCE_CLI_CALIBRATE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/cli/calibrate_view.h"
#include "src/cli/cli.h"
#include "src/cli/terminal.h"
#include "src/cli/termgrid.h"

/* Caller-owned. */
struct calibrate_progress {
	const struct cli *cli;
	bool live; /* stderr is a terminal that can be drawn on */
	struct terminal terminal;
	struct termgrid shown, next;
	struct calibrate_view view;
	struct frame_document frame;
	uint16_t *covered;
	int64_t drawn_ns;
	bool changed;
	char said[CALIBRATE_TEXT_SIZE]; /* the last line */
};

/* Begin; nothing is drawn before the first news. `title` says which step, in words. */
void calibrate_progress_init(
	struct calibrate_progress *progress, const struct cli *cli, const char *title);

/* Give the terminal back; twice does nothing. */
void calibrate_progress_end(struct calibrate_progress *progress);

struct json_t;

/* Take a stance.calibration-progress/1, or a stance.frame/1. */
void calibrate_progress_take(
	struct calibrate_progress *progress, const struct json_t *document);
void calibrate_progress_take_frame(
	struct calibrate_progress *progress, const struct json_t *document);

/* Draw what has changed, if it is time to. */
void calibrate_progress_draw(struct calibrate_progress *progress);

/* The window has another size. */
void calibrate_progress_resize(struct calibrate_progress *progress);

/* Stop as a shell expects, and go on afterwards. */
void calibrate_progress_suspend(struct calibrate_progress *progress);

#endif
