/* A recording of two force plates from a CSV text, checked row by row:
 * t_s,left_n,left_x_mm,left_y_mm,right_n,right_x_mm,right_y_mm.
 * Does not analyse it. Follows docs/protocols.md ("Two plates"). */
#ifndef STANCE_CLI_FEET_SERIES_H
#define STANCE_CLI_FEET_SERIES_H

#include <stddef.h>

#include "src/core/trial/plates.h"

#define FEET_SERIES_MAX_ABSENT_FRAC 0.05

/* On the heap; freed with feet_series_fini(). */
struct feet_series {
	struct plates_series plates; /* all rows, those without a COP too */
	int n;                       /* rows with a net COP */
	double *t_s, *x_mm, *y_mm;   /* the net COP of those */
};

/* Read a text of `n` bytes that `file` names in messages. Rows without a net COP (plates_net()) are
 * left out of it; more than 5 % of them are refused. Returns 0; -EINVAL with a sentence naming file,
 * line and remedy in `message` (`size` bytes); -ENOMEM. */
int feet_series_read(struct feet_series *series, const char *text, size_t n,
	const char *file, char *message, size_t size);

/* Free what it holds; a zeroed one holds nothing. */
void feet_series_fini(struct feet_series *series);

#endif
