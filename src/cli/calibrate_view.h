/* The picture of a running calibration step: the mat with what presses on it and where a roller has been,
 * beside it what to do, what is seen, how long.
 * Does not read the terminal, the clock or the daemon.
 * Follows docs/api.md (stance.calibration-progress/1) and docs/units-and-axes.md. */
#ifndef STANCE_CLI_CALIBRATE_VIEW_H
#define STANCE_CLI_CALIBRATE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "src/cli/cli.h"
#include "src/cli/termgrid.h"
#include "src/core/geometry.h"
#include "src/ipc/documents.h"

#define CALIBRATE_TEXT_SIZE 200

/* Where a step stands; NaN is unknown. */
struct calibrate_state {
	char state[16], step[16];
	char hint[CALIBRATE_TEXT_SIZE];
	double elapsed_s, remaining_s;
	double load_cnt, x_mm, y_mm, radius_mm, steadiness_frac;
	double coverage_frac, sweeps;
	double mass_now_kg, i_mass;
	double frames, lost;
};

/* What is known at this moment. All borrowed. */
struct calibrate_view {
	const char *title;
	bool has_state;
	struct calibrate_state state;
	const struct frame_document *frame; /* NULL: none yet */
	const uint16_t *covered; /* 0 or 1 per cell of the frame; NULL: no roller */
	double counts_top;       /* top of the scale of heat */
	enum cli_colour colour;
	bool utf8;
};

/* Draw it, filling the grid; any size from 1 x 1 on. */
void calibrate_view_draw(const struct calibrate_view *view, struct termgrid *grid);

struct json_t;

/* Read a stance.calibration-progress/1. */
void calibrate_view_read(const struct json_t *document, struct calibrate_state *state);

/* Write what the step does now as one line: the hint, and how long it still takes. */
void calibrate_view_line(const struct calibrate_state *state, char *out, size_t size);

#endif
