/* The cells of a load sorted into few kinds: those of a kind carry alike, and carried alike under each load that stood
 * there before. What earlier loads left is another thing in each of them, and fades while the load is watched.
 * Does not know forces or time. For fit_*.c and their tests only. */
#ifndef STANCE_CALIBRATION_FIT_ALIKE_H
#define STANCE_CALIBRATION_FIT_ALIKE_H

#include <stdint.h>

#define FIT_MAX_ALIKE  40 /* kinds */
#define FIT_MAX_BEFORE 6  /* earlier loads; of more, the latest */
#define FIT_N_LEVELS   8  /* by how much they carry */

/* One kind. */
struct fit_alike {
	int level;                       /* 0 the least */
	int before;                      /* bit k: earlier load k stood there */
	double n;                        /* cells */
	double w;                        /* mean over them: under the load */
	double w_before[FIT_MAX_BEFORE]; /* under each earlier one */
};

/* Sort the cells that `mask` marks (not 0; `n_cells` of each array); `w`: what they show under the load, `w_before`:
 * n_before such arrays, one after the other. Levels hold a like part of the sum of w. Writes at most FIT_MAX_ALIKE
 * kinds and returns how many: of more, unlike cells share one. */
int fit_alike_sort(const float *w, const float *w_before, int n_before,
	const uint8_t *mask, int n_cells, struct fit_alike *kinds);

#endif
