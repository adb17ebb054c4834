#include "src/core/sway/entropy.h"

#include <math.h>

#include "src/core/carve.h"
#include "src/core/sway/order.h"

#define M         2     /* samples of a template */
#define BLOCK     32    /* templates compared in one go: a few registers full */
#define MAX_SHORT 65535 /* ranks below this fit 16 bits, eight to a register */

/* Ranks of the numbers that are alike one. */
struct range {
	uint32_t low, high;
};

/* Templates sorted by the rank of their first sample: ranks of the three samples, in 16 or 32 bits,
 * BLOCK ranks that match nothing behind them. `alike` is by rank. */

struct templates {
	int n;
	void *rank[M + 1];
	struct range *alike;
};

static size_t lay_out(
	void *memory, int n, struct templates *t, uint32_t **ranks, void **rest)
{
	size_t width = n < MAX_SHORT ? sizeof(uint16_t) : sizeof(uint32_t);
	struct carve carve = { memory, 0 };

	t->alike = carve_take(&carve, (size_t)n * sizeof(struct range));
	for (int k = 0; k <= M; k++)
		t->rank[k] = carve_take(&carve, ((size_t)n + BLOCK) * width);
	*ranks = carve_take(&carve, (size_t)n * sizeof(uint32_t));
	*rest = memory ? carve.memory + carve.used : NULL;
	return carve.used + order_size(n);
}

size_t entropy_size(int n)
{
	struct templates t;
	uint32_t *ranks;
	void *rest;

	return lay_out(NULL, n, &t, &ranks, &rest);
}

/* For each rank the ranks whose numbers differ from its own by at most the tolerance. Rounded
 * differences rise with the larger number too, so both ends only move forward. */
static void find_ranges(const double *x, const struct order_item *items, int n,
	double tolerance, struct templates *t)
{
	int low = 0, high = 0;

	for (int r = 0; r < n; r++) {
		double value = x[items[r].at];

		while (value - x[items[low].at] > tolerance)
			low++;
		while (high + 1 < n && x[items[high + 1].at] - value <= tolerance)
			high++;
		t->alike[r] = (struct range){ (uint32_t)low, (uint32_t)high };
	}
}

/* Fill in the templates; count those of a whole number of blocks that are alike; compare all.
 * Functions for each width of ranks. Differences wrap, so that one comparison checks both ends of
 * a range; no count of one template's matches exceeds the width. */
#define DEFINE_WIDTH(type, width)                                                      \
	static void fill_##width(const struct order_item *items,                       \
		const uint32_t *ranks, int n, struct templates *t)                     \
	{                                                                              \
		type *first = t->rank[0], *second = t->rank[1], *third = t->rank[2];   \
		int k = 0;                                                             \
                                                                                       \
		for (int r = 0; r < n; r++) {                                          \
			uint32_t i = items[r].at;                                      \
                                                                                       \
			if (i + M >= (uint32_t)n)                                      \
				continue;                                              \
			first[k] = (type)r;                                            \
			second[k] = (type)ranks[i + 1];                                \
			third[k++] = (type)ranks[i + 2];                               \
		}                                                                      \
		t->n = k;                                                              \
		for (int j = 0; j < BLOCK; j++, k++)                                   \
			first[k] = second[k] = third[k] = (type)-1;                    \
	}                                                                              \
                                                                                       \
	/* first[] is compared too: of the last block only a part is in reach */       \
	static void compare_last_##width(const type *first, type last,                 \
		const type *second, const type *third, const type low[2],              \
		const type span[2], struct entropy_counts *out)                        \
	{                                                                              \
		type low_2 = low[0], low_3 = low[1], span_2 = span[0],                 \
		     span_3 = span[1];                                                 \
		type n_two = 0, n_three = 0;                                           \
                                                                                       \
		for (int j = 0; j < BLOCK; j++) {                                      \
			type two = (type)((first[j] <= last) &                         \
					  ((type)(second[j] - low_2) <= span_2));      \
			type three =                                                   \
				(type)(two & ((type)(third[j] - low_3) <= span_3));    \
                                                                                       \
			n_two = (type)(n_two + two);                                   \
			n_three = (type)(n_three + three);                             \
		}                                                                      \
		out->two += n_two;                                                     \
		out->three += n_three;                                                 \
	}                                                                              \
                                                                                       \
	static void compare_blocks_##width(const type *second, const type *third,      \
		unsigned n_blocks, const type low[2], const type span[2],              \
		struct entropy_counts *out)                                            \
	{                                                                              \
		type low_2 = low[0], low_3 = low[1], span_2 = span[0],                 \
		     span_3 = span[1];                                                 \
		type n_two = 0, n_three = 0;                                           \
                                                                                       \
		for (unsigned j = 0; j < n_blocks * BLOCK; j++) {                      \
			type two = (type)((type)(second[j] - low_2) <= span_2);        \
			type three =                                                   \
				(type)(two & ((type)(third[j] - low_3) <= span_3));    \
                                                                                       \
			n_two = (type)(n_two + two);                                   \
			n_three = (type)(n_three + three);                             \
		}                                                                      \
		out->two += n_two;                                                     \
		out->three += n_three;                                                 \
	}                                                                              \
                                                                                       \
	static void compare_##width(                                                   \
		const struct templates *t, struct entropy_counts *out)                 \
	{                                                                              \
		const type *r0 = t->rank[0], *r1 = t->rank[1], *r2 = t->rank[2];       \
		int end = 0;                                                           \
                                                                                       \
		for (int k = 0; k < t->n; k++) {                                       \
			const struct range *second = &t->alike[r1[k]];                 \
			const struct range *third = &t->alike[r2[k]];                  \
			const type low[2] = { (type)second->low, (type)third->low };   \
			const type span[2] = { (type)(second->high - second->low),     \
				(type)(third->high - third->low) };                    \
			type last = (type)t->alike[r0[k]].high;                        \
			int n_blocks, from = k + 1;                                    \
                                                                                       \
			while (end < t->n && r0[end] <= last)                          \
				end++;                                                 \
			n_blocks = (end - from) / BLOCK;                               \
			compare_blocks_##width(r1 + from, r2 + from,                   \
				(unsigned)n_blocks, low, span, out);                   \
			from += n_blocks * BLOCK;                                      \
			compare_last_##width(r0 + from, last, r1 + from, r2 + from,    \
				low, span, out);                                       \
		}                                                                      \
	}

DEFINE_WIDTH(uint16_t, 16)
DEFINE_WIDTH(uint32_t, 32)

void entropy_count(const double *x, int n, double tolerance, void *memory,
	struct entropy_counts *out)
{
	const struct order_item *items;
	struct templates t;
	uint32_t *ranks;
	void *rest;

	*out = (struct entropy_counts){ 0, 0 };
	if (n <= M)
		return;
	lay_out(memory, n, &t, &ranks, &rest);
	items = order_sort(x, n, rest);
	for (int r = 0; r < n; r++)
		ranks[items[r].at] = (uint32_t)r;
	find_ranges(x, items, n, tolerance, &t);
	if (n < MAX_SHORT) {
		fill_16(items, ranks, n, &t);
		compare_16(&t, out);
	} else {
		fill_32(items, ranks, n, &t);
		compare_32(&t, out);
	}
}

double entropy_sample(const double *x, int n, void *memory)
{
	struct entropy_counts counts;
	double mean = 0.0, square = 0.0;

	for (int i = 0; i < n; i++)
		mean += x[i] / n;
	for (int i = 0; i < n; i++)
		square += (x[i] - mean) * (x[i] - mean);
	entropy_count(x, n, ENTROPY_TOLERANCE * sqrt(square / n), memory, &counts);
	if (counts.two == 0 || counts.three == 0)
		return NAN;
	return log((double)counts.two / (double)counts.three);
}
