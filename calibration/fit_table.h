/* A curve as a table over the bins of w, in logarithms: there and back.
 * For fit_*.c and their tests only. */
#ifndef STANCE_CALIBRATION_FIT_TABLE_H
#define STANCE_CALIBRATION_FIT_TABLE_H

#include "calibration/fit_series.h"

/* Between bins a straight line is good to 1e-5. */
struct fit_table {
	double log_w0, log_s[FIT_BINS];
};

/* Fill it from the newtons of each bin (fit_series_curve()). */
void fit_table_make(
	struct fit_table *table, const struct fit_all_series *all, const double *s_n);

/* Return the newtons of a w, or the w of so many newtons; 0 for 0 and less. */
double fit_table_s(const struct fit_table *table, double w);
double fit_table_w(const struct fit_table *table, double s_n);

#endif
