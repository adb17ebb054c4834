#include "src/base/nearest.h"

#include <limits.h>
#include <string.h>

/* Longer than any key or verb; the rest of a word cannot bring it closer. */
#define MAX_WORD 63

static int min3(int a, int b, int c)
{
	int m = a < b ? a : b;

	return m < c ? m : c;
}

int nearest_distance(const char *a, const char *b)
{
	int cost[MAX_WORD + 1][MAX_WORD + 1];
	size_t n_a = strnlen(a, MAX_WORD);
	size_t n_b = strnlen(b, MAX_WORD);

	for (size_t i = 0; i <= n_a; i++)
		cost[i][0] = (int)i;
	for (size_t k = 0; k <= n_b; k++)
		cost[0][k] = (int)k;
	for (size_t i = 1; i <= n_a; i++)
		for (size_t k = 1; k <= n_b; k++) {
			int change = cost[i - 1][k - 1] + (a[i - 1] != b[k - 1]);

			cost[i][k] =
				min3(cost[i - 1][k] + 1, cost[i][k - 1] + 1, change);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
				a[i - 2] == b[k - 1] &&
				cost[i - 2][k - 2] + 1 < cost[i][k])
				cost[i][k] = cost[i - 2][k - 2] + 1;
		}
	return cost[n_a][n_b];
}

const char *nearest_of(
	const char *word, nearest_word_fn *word_at, const void *ctx, int *distance)
{
	const char *best = NULL;
	int best_distance = INT_MAX;
	const char *candidate;

	for (size_t i = 0; (candidate = word_at(i, ctx)); i++) {
		int d = nearest_distance(word, candidate);

		if (d < best_distance) {
			best_distance = d;
			best = candidate;
		}
	}
	if (distance)
		*distance = best_distance;
	return best;
}
