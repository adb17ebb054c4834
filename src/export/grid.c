#include "src/export/grid.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include <jansson.h>

#include "src/export/doc.h"
#include "src/export/trial.h"

/* chosen: clocks of mats differ by less from what they promise */
#define WHOLE_FRAC 1e-3

/* Of a step: half of one, and what the time stamps shake. Chosen. */
#define REACH_STEPS 0.6

#define MAX_STEPS 50000000

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_step_s(const struct trial_series *s)
{
	int n = s->n - 1;
	double *steps = n > 0 ? malloc((size_t)n * sizeof(*steps)) : NULL;
	double median;

	if (!steps)
		return NAN;
	for (int i = 0; i < n; i++)
		steps[i] = s->t_s[i + 1] - s->t_s[i];
	qsort(steps, (size_t)n, sizeof(*steps), compare);
	median = steps[n / 2];
	free(steps);
	return median > 0.0 ? median : NAN;
}

double grid_rate_hz(const struct export_trial *trial)
{
	double rate_hz = doc_number(trial->document, "rate_hz");

	if (!(rate_hz > 0.0))
		rate_hz = 1.0 / median_step_s(&trial->series);
	if (trial->series.n < 2 || !isfinite(rate_hz))
		return NAN;
	if (rate_hz >= 1.0 && fabs(rate_hz - round(rate_hz)) <= WHOLE_FRAC * rate_hz)
		rate_hz = round(rate_hz);
	return rate_hz;
}

static void fill(struct grid *grid, const struct trial_series *s)
{
	int near = 0;

	for (int k = 0; k < grid->n; k++) {
		double t_s = grid->start_s + k * grid->step_s;

		while (near + 1 < s->n &&
			fabs(s->t_s[near + 1] - t_s) <= fabs(s->t_s[near] - t_s))
			near++;
		grid->row[k] = fabs(s->t_s[near] - t_s) <= REACH_STEPS * grid->step_s
				       ? near
				       : -1;
	}
}

int grid_make(
	const struct export_trial *trial, double from_s, double to_s, struct grid *out)
{
	double rate_hz = grid_rate_hz(trial);
	double n = floor((to_s - from_s) * rate_hz + REACH_STEPS) + 1.0;
	struct grid grid = { .step_s = 1.0 / rate_hz, .start_s = from_s };

	if (!(n >= 1.0 && n <= MAX_STEPS))
		return -ENODATA;
	grid.n = (int)n;
	grid.row = malloc((size_t)grid.n * sizeof(*grid.row));
	if (!grid.row)
		return -ENOMEM;
	fill(&grid, &trial->series);
	*out = grid;
	return 0;
}

void grid_free(struct grid *grid)
{
	free(grid->row);
	*grid = (struct grid){ 0 };
}
