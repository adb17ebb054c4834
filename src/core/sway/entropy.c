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

#define RANK        uint16_t
#define SIGNED      int16_t
#define WIDTH(name) name##_16
#include "src/core/sway/entropy_ranks.h"
#undef RANK
#undef SIGNED
#undef WIDTH

#define RANK        uint32_t
#define SIGNED      int32_t
#define WIDTH(name) name##_32
#include "src/core/sway/entropy_ranks.h"
#undef RANK
#undef SIGNED
#undef WIDTH

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
