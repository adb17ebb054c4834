#include "src/core/defect.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define MAX_LINES      2     /* neighbouring dead lines that can be bridged */
#define LINE_STEEPNESS 0.7f  /* of the load one line further out; a gap falls faster */
#define LINE_LEAST     0.003 /* share of the load that must face across a dead line */
#define CELL_STEEPNESS 0.6f  /* of its four neighbours' mean, for the lowest of them */
#define CELL_LEAST     0.3   /* of the mean loaded cell, for that mean */

/* A line of cells: a row or a column. */
struct lines {
	int n, length;
	int step, stride; /* from line to line, from cell to cell */
};

void defect_init(struct defect *d, struct defect_fill *fills, int capacity)
{
	memset(d, 0, sizeof(*d));
	d->fills = fills;
	d->capacity = capacity;
}

static struct lines rows_of(const struct mat_geometry *g)
{
	return (struct lines){ g->n_rows, g->n_cols, g->n_cols, 1 };
}

static struct lines cols_of(const struct mat_geometry *g)
{
	return (struct lines){ g->n_cols, g->n_rows, 1, g->n_cols };
}

static bool line_is_empty(const float *values, const struct lines *l, int line)
{
	const float *at = values + line * l->step;

	for (int i = 0; i < l->length; i++)
		if (at[i * l->stride] > 0.0f)
			return false;
	return true;
}

/* Sum of the smaller of each pair of cells that face each other in lines a and b. */
static double facing(const float *values, const struct lines *l, int a, int b)
{
	double sum = 0.0;

	if (a < 0 || b >= l->n)
		return 0.0;
	for (int i = 0; i < l->length; i++)
		sum += (double)fminf(values[a * l->step + i * l->stride],
			values[b * l->step + i * l->stride]);
	return sum;
}

/* A single line with two good lines on both sides: a cubic through the four, which keeps
 * the top of a metatarsal head that a straight line would cut off. Else a straight line. */
static void add_line(
	struct defect *d, const struct lines *l, int before, int line, int after)
{
	float t = (float)(line - before) / (float)(after - before);
	bool cubic = after - before == 2 && before >= 1 && after + 1 < l->n;

	for (int i = 0; i < l->length && d->n_fills < d->capacity; i++) {
		int at = i * l->stride;
		struct defect_fill fill = {
			.cell = line * l->step + at,
			.from = { before * l->step + at, after * l->step + at },
			.weight = { 1.0f - t, t },
		};

		if (cubic) {
			fill.from[2] = (before - 1) * l->step + at;
			fill.from[3] = (after + 1) * l->step + at;
			fill.weight[0] = fill.weight[1] = 4.0f / 6.0f;
			fill.weight[2] = fill.weight[3] = -1.0f / 6.0f;
		}
		d->fills[d->n_fills++] = fill;
	}
}

static void find_lines(struct defect *d, const float *values, const struct lines *l,
	uint8_t *alive, double load)
{
	for (int i = 0; i < l->n; i++)
		alive[i] |= !line_is_empty(values, l, i);
	for (int i = 1; i + 1 < l->n; i++) {
		int end = i;
		double near, far;

		if (alive[i] || !alive[i - 1])
			continue;
		while (end + 1 < l->n && !alive[end + 1])
			end++;
		near = facing(values, l, i - 1, end + 1);
		far = facing(values, l, i - 2, end + 2);
		if (end - i < MAX_LINES && end + 1 < l->n && near > LINE_LEAST * load &&
			near > (double)LINE_STEEPNESS * far)
			for (int k = i; k <= end; k++)
				add_line(d, l, i - 1, k, end + 1);
		i = end;
	}
}

static void find_cells(struct defect *d, const float *values,
	const struct mat_geometry *g, double mean)
{
	for (int row = 1; row + 1 < g->n_rows; row++)
		for (int col = 1; col + 1 < g->n_cols; col++) {
			int i = row * g->n_cols + col;
			const float *v = values + i;
			float four =
				0.25f * (v[-1] + v[1] + v[-g->n_cols] + v[g->n_cols]);
			float least = fminf(
				fminf(v[-1], v[1]), fminf(v[-g->n_cols], v[g->n_cols]));

			if (v[0] > 0.0f || least < CELL_STEEPNESS * four ||
				(double)four < CELL_LEAST * mean ||
				d->n_fills >= d->capacity)
				continue;
			d->fills[d->n_fills++] = (struct defect_fill){
				.cell = i,
				.from = { i - 1, i + 1, i - g->n_cols, i + g->n_cols },
				.weight = { 0.25f, 0.25f, 0.25f, 0.25f },
			};
		}
}

void defect_find(struct defect *d, const float *values, const struct mat_geometry *g)
{
	struct lines rows = rows_of(g);
	struct lines cols = cols_of(g);
	double load = 0.0;
	int n = 0;

	for (int i = 0; i < geometry_n_cells(g); i++) {
		load += (double)values[i];
		n += values[i] > 0.0f;
	}
	d->n_fills = 0;
	if (n == 0)
		return;
	find_lines(d, values, &rows, d->row_alive, load);
	find_lines(d, values, &cols, d->col_alive, load);
	find_cells(d, values, g, load / n);
}

double defect_fill(const struct defect *d, float *values)
{
	double added = 0.0;

	for (int i = 0; i < d->n_fills; i++) {
		const struct defect_fill *f = &d->fills[i];
		float sum = 0.0f;

		for (int k = 0; k < 4; k++)
			sum += values[f->from[k]] * f->weight[k];
		if (values[f->cell] > 0.0f)
			continue;
		sum = sum > 0.0f ? sum : 0.0f;
		values[f->cell] = sum;
		added += (double)sum;
	}
	return added;
}
