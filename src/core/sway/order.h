/* Sorting of a series by value, without comparisons and without a heap.
 * Does not move the series: it says in which order it stands.
 * Radix sort by bytes (Knuth 1998, The Art of Computer Programming 3, 5.2.5); O(n). */
#ifndef STANCE_CORE_SWAY_ORDER_H
#define STANCE_CORE_SWAY_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* One number on its way: its bits so that they order as unsigned, and where it came from. */
struct order_item {
	uint64_t key;
	uint32_t at;
};

/* Return the bytes that order_sort() and order_median() need for n numbers, n >= 0. */
size_t order_size(int n);

/* Sort x (n, no NaN): returns n items in `memory` (order_size() bytes, aligned to
 * CARVE_ALIGNMENT), rising, equal numbers in their old order; -0 equals 0. */
const struct order_item *order_sort(const double *x, int n, void *memory);

/* Return the median of x (n >= 1, no NaN): the mean of the two in the middle where n is even. */
double order_median(const double *x, int n, void *memory);

#endif
