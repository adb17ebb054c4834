#include "src/core/trial/outline.h"

#include <math.h>
#include <string.h>

#include "src/core/carve.h"
#include "src/core/sway/hull.h"

static size_t lay_out(struct outline *o, const struct mat_geometry *g, void *memory)
{
	const int n_points = 2 * g->n_rows;
	struct carve c = { .memory = memory };

	o->n_loaded =
		carve_take(&c, (size_t)geometry_n_cells(g) * sizeof(*o->n_loaded));
	o->x_mm = carve_take(&c, (size_t)n_points * sizeof(double));
	o->y_mm = carve_take(&c, (size_t)n_points * sizeof(double));
	o->hull = carve_take(&c, hull_size(n_points));
	return c.used;
}

size_t outline_size(const struct mat_geometry *geometry)
{
	struct outline o;

	return lay_out(&o, geometry, NULL);
}

void outline_init(struct outline *o, const struct mat_geometry *geometry, void *memory)
{
	lay_out(o, geometry, memory);
	o->geometry = *geometry;
	outline_clear(o);
}

void outline_clear(struct outline *o)
{
	o->n_frames = 0;
	memset(o->n_loaded, 0,
		(size_t)geometry_n_cells(&o->geometry) * sizeof(*o->n_loaded));
}

void outline_add(struct outline *o, const uint8_t *labels, const float *values)
{
	const int n = geometry_n_cells(&o->geometry);
	double sum = 0.0;
	float least;
	int n_foot = 0;

	for (int i = 0; i < n; i++) {
		if (labels[i] == 0)
			continue;
		sum += (double)values[i];
		n_foot++;
	}
	if (n_foot == 0)
		return;
	least = (float)(OUTLINE_LOAD_FRAC * sum / n_foot);
	o->n_frames++;
	for (int i = 0; i < n; i++)
		o->n_loaded[i] += labels[i] != 0 && values[i] > least;
}

/* The centres of both ends of a row of cells: the edge of a foot lies anywhere within the outermost cell
 * that it loads, in the middle on average. Returns how many points there are now. */
static int add_row(struct outline *o, int row, int n)
{
	const struct mat_geometry *g = &o->geometry;
	const uint32_t *loaded = o->n_loaded + (size_t)row * (size_t)g->n_cols;
	double least = fmax(1.0, OUTLINE_TIME_FRAC * o->n_frames);
	int first = 0, last = g->n_cols - 1;

	while (first < g->n_cols && loaded[first] < least)
		first++;
	if (first == g->n_cols)
		return n;
	while (loaded[last] < least)
		last--;
	o->x_mm[n] = geometry_x_mm(g, first);
	o->x_mm[n + 1] = geometry_x_mm(g, last);
	o->y_mm[n] = o->y_mm[n + 1] = geometry_y_mm(g, row);
	return n + 2;
}

/* Twice the area that goes with corner i. */
static double cut_off(const double *x, const double *y, int n, int i)
{
	int a = (i + n - 1) % n, b = (i + 1) % n;

	return (x[i] - x[a]) * (y[b] - y[a]) - (y[i] - y[a]) * (x[b] - x[a]);
}

static int leave_out_one(double *x, double *y, int n)
{
	int least = 0;

	for (int i = 1; i < n; i++) {
		if (cut_off(x, y, n, i) < cut_off(x, y, n, least))
			least = i;
	}
	memmove(x + least, x + least + 1, (size_t)(n - least - 1) * sizeof(*x));
	memmove(y + least, y + least + 1, (size_t)(n - least - 1) * sizeof(*y));
	return n - 1;
}

int outline_find(struct outline *o, int max, double *x_mm, double *y_mm)
{
	const struct hull_point *corners;
	int n = 0;

	for (int row = 0; row < o->geometry.n_rows; row++)
		n = add_row(o, row, n);
	if (n == 0)
		return 0;
	n = hull_find(o->x_mm, o->y_mm, n, o->hull, &corners);
	if (n < 3)
		return 0;
	for (int i = 0; i < n; i++) {
		o->x_mm[i] = corners[i].x;
		o->y_mm[i] = corners[i].y;
	}
	while (n > max)
		n = leave_out_one(o->x_mm, o->y_mm, n);
	memcpy(x_mm, o->x_mm, (size_t)n * sizeof(*x_mm));
	memcpy(y_mm, o->y_mm, (size_t)n * sizeof(*y_mm));
	return n;
}
