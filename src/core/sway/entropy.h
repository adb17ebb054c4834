/* Sample entropy: how often stretches of a series that are alike stay alike one sample longer.
 * Does not approximate: the counts are those of comparing every pair.
 * Richman & Moorman 2000 (Am J Physiol 278:H2039), m = 2, r = 0.2 SD over n; Chebyshev distance,
 * at most r is alike, n - 2 templates for both lengths, none compared with itself. */
#ifndef STANCE_CORE_SWAY_ENTROPY_H
#define STANCE_CORE_SWAY_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

#define ENTROPY_TOLERANCE 0.2 /* of the standard deviation */

/* Pairs of templates that are alike over two samples, and of these over three. */
struct entropy_counts {
	uint64_t two, three;
};

/* Return the bytes that the functions below need for n samples, n >= 0. */
size_t entropy_size(int n);

/* Count the pairs of x (n, finite) whose samples differ by at most `tolerance` (>= 0).
 *
 * Numbers are replaced by their ranks: those that differ from one by at most the tolerance are a
 * range of ranks, ties and rounding included, so that integers are compared instead, eight at a
 * time. Templates are sorted by their first sample; only those whose first samples are alike meet.
 * O(n log n) and then as many steps as there are such pairs, about a tenth of all for sway.
 * `memory`: entropy_size() bytes, aligned to CARVE_ALIGNMENT. */
void entropy_count(const double *x, int n, double tolerance, void *memory,
	struct entropy_counts *out);

/* Return -ln(three / two) at 0.2 standard deviations; NaN if either count is zero. */
double entropy_sample(const double *x, int n, void *memory);

#endif
