/* What single cells do: statistics of raw counts, and what is wrong with a cell.
 * Does not draw or ask.
 * Follows docs/screens.md ("The technician's screens"). */
#ifndef STANCE_UI_SCREENS_CELLS_H
#define STANCE_UI_SCREENS_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/screens/cellmap.h"

/* Before so many frames nothing is said of noise. */
#define CELLS_LEAST_FRAMES 100

/* From least to worst; the first by the count itself, the others also by the calibration in force. */
enum cells_state {
	CELLS_OK,
	CELLS_UNCOVERED, /* no roller told its gain */
	CELLS_NOISY,
	CELLS_STUCK, /* at full scale all the time */
	CELLS_DEAD,  /* the calibration found it silent */
	CELLS_N_STATES,
};

/* One cell since the beginning. `change` is the mean step from frame to frame, over about a second: unlike a
 * variance it forgets that somebody stepped on. */
struct cells_cell {
	uint16_t now, min, max;
	uint8_t known; /* enum cells_state, of the calibration */
	float change;
};

struct cells {
	struct mat_geometry geometry; /* n_rows 0: unknown yet */
	uint32_t full_scale;
	uint64_t frames;
	float usual_noise; /* median over the cells, counts; NaN before there is one */
	struct cells_cell cell[CELLMAP_MAX_CELLS];
	float scratch[CELLMAP_MAX_CELLS];
};

/* Begin anew; what the calibration says stays. */
void cells_restart(struct cells *c);

/* Take a frame of n_rows * n_cols counts. */
void cells_take(struct cells *c, const uint16_t *counts);

/* Find the usual noise: not for every frame. */
void cells_judge(struct cells *c);

/* Return a cell's noise (standard deviation, counts; NaN before two frames), as of normal noise, whose steps
 * are 2 / sqrt(pi) of it in the mean; its state. */
float cells_noise(const struct cells *c, int i);
enum cells_state cells_state(const struct cells *c, int i);

#endif
