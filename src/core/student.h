/* Student's t: quantiles for intervals of few trials.
 * Knows no data.
 * Table: exact to its digits; beyond 30 degrees of freedom Abramowitz & Stegun 26.7.5, right to 1e-5 there. */
#ifndef STANCE_CORE_STUDENT_H
#define STANCE_CORE_STUDENT_H

/* Return the 97.5 % quantile for `df` >= 1 degrees of freedom: half-widths of 95 % intervals. */
double student_t975(int df);

#endif
