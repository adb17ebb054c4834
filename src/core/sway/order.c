#include "src/core/sway/order.h"

#include <string.h>

#include "src/core/carve.h"

#define N_BYTES  8
#define N_VALUES 256
#define SIGN     ((uint64_t)1 << 63)

/* Cut the two arrays of n items out of `memory`, which may be NULL to count. */
static size_t lay_out(void *memory, int n, struct order_item *items[2])
{
	struct carve carve = { memory, 0 };

	for (int k = 0; k < 2; k++)
		items[k] = carve_take(&carve, (size_t)n * sizeof(struct order_item));
	return carve.used;
}

size_t order_size(int n)
{
	struct order_item *items[2];

	return lay_out(NULL, n, items);
}

/* Bits that order as the numbers do: negative ones are turned over whole. */
static uint64_t to_key(double value)
{
	uint64_t bits;

	value += 0.0; /* -0 becomes 0 */
	memcpy(&bits, &value, sizeof(bits));
	return bits & SIGN ? ~bits : bits | SIGN;
}

/* Spread by one byte of the key, whose values are counted; false if there is only one. */
static int spread(const struct order_item *from, struct order_item *to, int n, int byte,
	const uint32_t *count)
{
	uint32_t start[N_VALUES], sum = 0;

	if (count[from[0].key >> (8 * byte) & 255] == (uint32_t)n)
		return 0;
	for (int v = 0; v < N_VALUES; v++) {
		start[v] = sum;
		sum += count[v];
	}
	for (int i = 0; i < n; i++)
		to[start[from[i].key >> (8 * byte) & 255]++] = from[i];
	return 1;
}

const struct order_item *order_sort(const double *x, int n, void *memory)
{
	uint32_t count[N_BYTES][N_VALUES] = { { 0 } };
	struct order_item *items[2];
	int at = 0;

	lay_out(memory, n, items);
	for (int i = 0; i < n; i++) {
		uint64_t key = to_key(x[i]);

		items[0][i] = (struct order_item){ key, (uint32_t)i };
		for (int b = 0; b < N_BYTES; b++)
			count[b][key >> (8 * b) & 255]++;
	}
	for (int b = 0; n > 0 && b < N_BYTES; b++)
		at ^= spread(items[at], items[!at], n, b, count[b]);
	return items[at];
}

double order_median(const double *x, int n, void *memory)
{
	const struct order_item *items = order_sort(x, n, memory);
	double high = x[items[n / 2].at];

	return n % 2 ? high : 0.5 * (x[items[n / 2 - 1].at] + high);
}
