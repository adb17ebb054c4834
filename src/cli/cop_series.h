/* A COP series from a CSV text: t_s,x_mm,y_mm[,force_n], checked row by row.
 * Does not analyse it.
 * Follows docs/metrics.md ("What is refused"). */
#ifndef STANCE_CLI_COP_SERIES_H
#define STANCE_CLI_COP_SERIES_H

#include <stddef.h>

#define COP_SERIES_MIN_N           20.0 /* newtons; below it there is no COP */
#define COP_SERIES_MAX_ABSENT_FRAC 0.05

/* On the heap; freed with cop_series_fini(). */
struct cop_series {
	int n; /* rows with a COP */
	double *t_s, *x_mm, *y_mm;
	int n_absent; /* rows without, left out */
};

/* Read a text of `n` bytes that `file` names in messages. Rows without a COP (x or y empty or NaN,
 * or a force below 20 N) are left out, as samples that the series lacks; more than 5 % of them are
 * refused. Returns 0; -EINVAL with a sentence naming file, line and remedy in `message` (`size`
 * bytes); -ENOMEM. */
int cop_series_read(struct cop_series *series, const char *text, size_t n,
	const char *file, char *message, size_t size);

/* Free what it holds; a zeroed one holds nothing. */
void cop_series_fini(struct cop_series *series);

#endif
