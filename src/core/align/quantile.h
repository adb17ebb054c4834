/* Quantiles of a sample without sorting all of it.
 * Linear interpolation between order statistics (Hyndman & Fan 1996, Am Stat 50:361, type 7). */
#ifndef STANCE_CORE_ALIGN_QUANTILE_H
#define STANCE_CORE_ALIGN_QUANTILE_H

/* Return quantile `p` (0..1) of `values` (n >= 1, no NaN), which are reordered. Expected time linear. */
double quantile_take(double *values, int n, double p);

#endif
