/* What a roller's lines still remember, taken off them: creep and play undone along a pass, as a person is read.
 * Does not fit. For fit_*.c and their tests only. */
#ifndef STANCE_CALIBRATION_FIT_UNDO_H
#define STANCE_CALIBRATION_FIT_UNDO_H

#include "calibration/fit_series.h"

/* Return the bytes of scratch for that. */
size_t fit_undo_scratch_size(void);

/* Write felt_n of every moment of every roller: what its lines feel of each newton on them, by the curve (`s_n`:
 * newtons of each bin), creep and play of the model. */
void fit_undo_rolls(struct fit_all_series *all, const double *s_n,
	const struct model *model, void *scratch);

#endif
