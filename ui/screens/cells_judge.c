#include "ui/screens/cells.h"

#include <math.h>
#include <stdlib.h>

/* Chosen, as calibration/fit_zero.c: far beyond what the cells differ by. */
#define NOISY_TIMES     5.0F
#define NOISY_LEAST     2.0F       /* counts: less is rounding */
#define MEMORY          100U       /* frames */
#define NOISE_OF_CHANGE 0.8862269F /* sqrt(pi) / 2 */
#define FULL_FRAC       (1 - 1.0 / 256)

static int n_cells(const struct cells *c)
{
	return c->geometry.n_rows * c->geometry.n_cols;
}

void cells_restart(struct cells *c)
{
	c->frames = 0;
	c->usual_noise = NAN;
}

void cells_take(struct cells *c, const uint16_t *counts)
{
	float share;

	c->frames++;
	share = 1 / (float)(c->frames < MEMORY ? c->frames : MEMORY);
	for (int i = 0; i < n_cells(c); i++) {
		struct cells_cell *cell = &c->cell[i];

		if (c->frames == 1) {
			cell->now = cell->min = cell->max = counts[i];
			cell->change = 0;
		}
		cell->change +=
			share * (fabsf((float)counts[i] - cell->now) - cell->change);
		cell->now = counts[i];
		cell->min = counts[i] < cell->min ? counts[i] : cell->min;
		cell->max = counts[i] > cell->max ? counts[i] : cell->max;
	}
}

float cells_noise(const struct cells *c, int i)
{
	return c->frames < 2 ? NAN : NOISE_OF_CHANGE * c->cell[i].change;
}

static int by_size(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

void cells_judge(struct cells *c)
{
	int n = n_cells(c);

	c->usual_noise = NAN;
	if (n < 1 || c->frames < CELLS_LEAST_FRAMES)
		return;
	for (int i = 0; i < n; i++)
		c->scratch[i] = cells_noise(c, i);
	qsort(c->scratch, (size_t)n, sizeof(c->scratch[0]), by_size);
	c->usual_noise = c->scratch[n / 2];
}

enum cells_state cells_state(const struct cells *c, int i)
{
	const struct cells_cell *cell = &c->cell[i];
	float noise = cells_noise(c, i);

	if (cell->known == CELLS_DEAD)
		return CELLS_DEAD;
	if (c->frames >= CELLS_LEAST_FRAMES && cell->min >= c->full_scale * FULL_FRAC)
		return CELLS_STUCK;
	if (noise > NOISY_LEAST && noise > NOISY_TIMES * c->usual_noise)
		return CELLS_NOISY;
	return cell->known;
}
