/* The live picture of `stance watch`: pressure under the feet and the numbers, laid out for any
 * size of terminal into a termgrid.
 * Does not read the terminal, the clock or the daemon.
 * Follows docs/units-and-axes.md; the front of the mat is at the top, left is the person's left. */
#ifndef STANCE_CLI_FOOTVIEW_H
#define STANCE_CLI_FOOTVIEW_H

#include <stdbool.h>

#include "src/base/colormap.h"
#include "src/cli/cli.h"
#include "src/cli/termgrid.h"
#include "src/core/sample.h"
#include "src/ipc/documents.h"

/* What is known at this moment; NULL where nothing has come yet. All borrowed. */
struct footview {
	const struct status_document *status;
	const struct stance_sample *sample;
	const struct frame_document *frame;
	double age_s;        /* since the last sample arrived */
	double pressure_kpa; /* top of the fixed colour scale for a mat that sends force */
	double counts_top; /* its top for raw counts */
	enum colormap map;
	enum cli_colour colour;
	bool utf8; /* half blocks and signs beyond ASCII may be used */
};

/* Draw it, filling the grid; any size from 1 x 1 on. */
void footview_draw(const struct footview *view, struct termgrid *grid);

/* Write one line of numbers for `sample` into `out`: what watch prints where it cannot draw. */
void footview_line(
	const struct stance_sample *sample, double t_s, char *out, size_t size);

#endif
