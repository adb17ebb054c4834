/* Gains without a roller: what stands evenly on the mat tells each cell from those around it, so far as
 * loads and a person's steps covered it. Only differences between neighbours are found, never one end of
 * the mat against the other. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibration/fit_parts.h"
#include "src/base/i18n.h"
#include "src/core/carve.h"

#define INNER_FRAC                                                                     \
	0.35 /* a cell is within the load if all around it carry this part of what it does */
#define AROUND   2   /* the neighbourhood it is compared with, cells to each side */
#define PRIOR_N  1.0 /* loads that the belief "like its neighbours" is worth */
#define MOST_LOG 1.5 /* further off it is no gain */

struct steps {
	const struct mat_geometry *g;
	int n_cells;
	double *v;   /* of one snapshot's cells */
	float *map;  /* the same over the mat, log; NaN nothing */
	double *sum; /* of each cell's log against its neighbourhood */
	uint8_t *n;  /* loads that told it */
};

static size_t lay_out(struct steps *s, const struct readings *r, void *memory)
{
	size_t n = (size_t)geometry_n_cells(&r->geometry);
	struct carve c = { .memory = memory };

	s->g = &r->geometry;
	s->n_cells = (int)n;
	s->v = carve_take(&c, n * sizeof(double));
	s->map = carve_take(&c, n * sizeof(float));
	s->sum = carve_take(&c, n * sizeof(double));
	s->n = carve_take(&c, n);
	return c.used;
}

size_t fit_steps_scratch_size(const struct readings *readings)
{
	struct steps s;

	return lay_out(&s, readings, NULL);
}

/* The mean log around a cell; NaN where it is not well inside a load. */
static double around(const struct steps *s, int i)
{
	int row = i / s->g->n_cols, col = i % s->g->n_cols, n = 0;
	double sum = 0, least = (double)s->map[i] + log(INNER_FRAC);

	for (int r = row - AROUND; r <= row + AROUND; r++) {
		for (int c = col - AROUND; c <= col + AROUND; c++) {
			bool is_near = abs(r - row) <= 1 && abs(c - col) <= 1;
			float log_v;

			if (r < 0 || r >= s->g->n_rows || c < 0 || c >= s->g->n_cols)
				continue;
			log_v = s->map[r * s->g->n_cols + c];
			if (is_near && !((double)log_v > least))
				return NAN;
			if (isnan(log_v) || (r == row && c == col))
				continue;
			sum += (double)log_v;
			n++;
		}
	}
	return n > 0 ? sum / n : NAN;
}

static void take(struct steps *s, const struct readings *r, const struct model *model,
	const struct snapshot *moment)
{
	for (int i = 0; i < s->n_cells; i++)
		s->map[i] = NAN;
	fit_values(model, r, moment, s->v);
	for (int k = 0; k < moment->n; k++)
		if (s->v[k] > 0)
			s->map[r->cell[moment->first + k]] = (float)log(s->v[k]);
	for (int k = 0; k < moment->n; k++) {
		int i = r->cell[moment->first + k];
		double off = (double)s->map[i] - around(s, i);

		if (!(fabs(off) < MOST_LOG) || s->n[i] == UINT8_MAX)
			continue;
		s->sum[i] += off;
		s->n[i]++;
	}
}

int fit_steps(const struct readings *readings, void *scratch, size_t size,
	struct model *model, struct fit_report *report)
{
	struct steps s;

	if (size < lay_out(&s, readings, NULL))
		return -ENOBUFS;
	lay_out(&s, readings, scratch);
	memset(s.sum, 0, (size_t)s.n_cells * sizeof(*s.sum));
	memset(s.n, 0, (size_t)s.n_cells);
	for (int i = 0; i < readings->n_items; i++) {
		const struct reading *item = &readings->items[i];

		if (fit_is_used(item) && item->kind != READING_ZERO && item->n > 0)
			take(&s, readings, model,
				&readings->snapshots[item->first + item->n - 1]);
	}
	for (int i = 0; i < s.n_cells; i++) {
		model->gain[i] = (float)exp(-s.sum[i] / (s.n[i] + PRIOR_N));
		if (model->state[i] == CELL_OK && s.n[i] == 0)
			model->state[i] = CELL_UNCOVERED;
	}
	report->quick = true;
	fit_problem_add(report, FIT_NOTE, -1,
		N_("Roll: nothing was rolled. Cells are equalised only where loads "
		   "stood; "
		   "a "
		   "quick calibration."));
	return 0;
}
