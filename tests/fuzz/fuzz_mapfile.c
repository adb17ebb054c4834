/* Pressure maps of other makers: whatever the bytes, each frame is whole, finite or without a cell, or
 * there is a complaint that names its line, and reading ends.
 * Parser: hw/mapfile.c hw/mapfile_tekscan.c hw/mapfile_emed.c hw/mapfile_xsensor.c hw/mapfile_table.c */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hw/mapfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok)
{
	if (!ok)
		abort();
}

static float cells[MAPFILE_MAX_CELLS];

static void check_frame(const struct mapfile_frame *frame)
{
	const float *next = cells;

	require(frame->n_parts >= 1 && frame->n_parts <= MAPFILE_MAX_PARTS);
	require(isnan(frame->t_s) || isfinite(frame->t_s));
	require(strlen(frame->label) < sizeof(frame->label));
	for (int k = 0; k < frame->n_parts; k++) {
		const struct mapfile_part *p = &frame->parts[k];

		require(p->n_rows >= 1 && p->n_cols >= 1 && p->cells == next);
		next += p->n_rows * p->n_cols;
		require(next <= cells + MAPFILE_MAX_CELLS);
		for (int i = 0; i < p->n_rows * p->n_cols; i++)
			require(isnan(p->cells[i]) || isfinite(p->cells[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = size ? (const char *)data : "";
	struct mapfile_frame frame;
	struct mapfile map;
	char message[200] = "";
	size_t n_frames = 0;
	int rc = mapfile_open(&map, text, size, "f", cells, message, sizeof(message));

	while (rc == 0 && (rc = mapfile_next(&map, &frame)) == 1) {
		check_frame(&frame);
		require(++n_frames <= size);
		rc = 0;
	}
	require(rc == 0 || (rc == -EINVAL && strncmp(message, "f:", 2) == 0));
	return 0;
}
