#include "calibration/fit_alike.h"

#include <string.h>

#define STOOD_FRAC 0.1 /* of the highest cell marked: the earlier load stood there */
#define N_STEPS    512 /* in which cells are sorted by what they show */

/* How the cells are cut. */
struct cuts {
	float top, top_before[FIT_MAX_BEFORE];
	int8_t level[N_STEPS]; /* of each step of w */
};

static float highest(const float *w, const uint8_t *mask, int n_cells)
{
	float top = 0.0f;

	for (int i = 0; i < n_cells; i++)
		top = mask[i] && w[i] > top ? w[i] : top;
	return top;
}

static int step_of(const struct cuts *c, float w)
{
	int step = c->top > 0.0f && w > 0.0f ? (int)(w / c->top * (N_STEPS - 1)) : 0;

	return step < N_STEPS ? step : N_STEPS - 1;
}

/* Levels of equal parts of the sum. */
static void find_levels(
	struct cuts *c, const float *w, const uint8_t *mask, int n_cells)
{
	double sums[N_STEPS] = { 0 }, all = 0, sum = 0;

	for (int i = 0; i < n_cells; i++) {
		if (!mask[i] || !(w[i] > 0.0f))
			continue;
		sums[step_of(c, w[i])] += (double)w[i];
		all += (double)w[i];
	}
	for (int k = 0; k < N_STEPS; k++) {
		int level =
			all > 0 ? (int)(FIT_N_LEVELS * (sum + 0.5 * sums[k]) / all) : 0;

		c->level[k] = (int8_t)(level < FIT_N_LEVELS ? level : FIT_N_LEVELS - 1);
		sum += sums[k];
	}
}

/* Which kind a cell is of: an old one, a new one, or where there is no room any of its level. */
static struct fit_alike *kind_of(struct fit_alike *kinds, int *n, int level, int before)
{
	struct fit_alike *same_level = kinds;

	for (int k = 0; k < *n; k++) {
		if (kinds[k].level != level)
			continue;
		if (kinds[k].before == before)
			return &kinds[k];
		same_level = &kinds[k];
	}
	if (*n == FIT_MAX_ALIKE)
		return same_level;
	kinds[*n] = (struct fit_alike){ .level = level, .before = before };
	return &kinds[(*n)++];
}

int fit_alike_sort(const float *w, const float *w_before, int n_before,
	const uint8_t *mask, int n_cells, struct fit_alike *kinds)
{
	struct cuts c = { .top = highest(w, mask, n_cells) };
	int n = 0;

	for (int b = 0; b < n_before; b++)
		c.top_before[b] = highest(w_before + b * n_cells, mask, n_cells);
	find_levels(&c, w, mask, n_cells);
	for (int i = 0; i < n_cells; i++) {
		struct fit_alike *kind;
		int before = 0;

		if (!mask[i])
			continue;
		for (int b = 0; b < n_before; b++)
			if (w_before[b * n_cells + i] >
				(float)STOOD_FRAC * c.top_before[b])
				before |= 1 << b;
		if (!(w[i] > 0.0f) && !before)
			continue;
		kind = kind_of(kinds, &n, c.level[step_of(&c, w[i])], before);
		kind->n++;
		kind->w += (double)w[i];
		for (int b = 0; b < n_before; b++)
			kind->w_before[b] += (double)w_before[b * n_cells + i];
	}
	for (int k = 0; k < n; k++) {
		kinds[k].w /= kinds[k].n;
		for (int b = 0; b < n_before; b++)
			kinds[k].w_before[b] /= kinds[k].n;
	}
	return n;
}
