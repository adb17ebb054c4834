/* The k-th smallest of some numbers, without sorting them all and without a heap.
 * Does not keep their order.
 * Hoare (1961), Algorithm 65, Commun. ACM 4:321; O(n) on average. */
#ifndef STANCE_CALIBRATION_SELECT_H
#define STANCE_CALIBRATION_SELECT_H

/* Return the k-th smallest (0 the least) of n >= 1 numbers, none NaN; they are put in another order. */
float select_kth(float *values, int n, int k);

#endif
