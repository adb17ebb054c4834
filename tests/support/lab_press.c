#include "tests/support/lab_press.h"

#include <math.h>
#include <string.h>

#include "src/base/units.h"

#define FINE 8 /* a cell's side is cut into so many for the edge of a disc */

static void clear(const struct mat_geometry *g, double *cells_n)
{
	memset(cells_n, 0, (size_t)geometry_n_cells(g) * sizeof(*cells_n));
}

/* Add a cell's part of the disc; returns the whole disc's integral over that cell. */
static double disc_in_cell(
	const struct lab_disc *d, const struct mat_geometry *g, int row, int col)
{
	double x = geometry_x_mm(g, col) - d->x_mm, y = geometry_y_mm(g, row) - d->y_mm;
	double reach = d->radius_mm + g->pitch_x_mm + g->pitch_y_mm, sum = 0;

	if (fabs(x) > reach || fabs(y) > reach)
		return 0;
	for (int i = 0; i < FINE; i++) {
		for (int k = 0; k < FINE; k++) {
			double dx = x + ((i + 0.5) / FINE - 0.5) * g->pitch_x_mm;
			double dy = y + ((k + 0.5) / FINE - 0.5) * g->pitch_y_mm;
			double r2 = (dx * dx + dy * dy) / (d->radius_mm * d->radius_mm);

			if (r2 < 1)
				sum += 1 + d->rim_frac * r2 * r2;
		}
	}
	return sum * g->pitch_x_mm * g->pitch_y_mm / (FINE * FINE);
}

void lab_press_disc(
	const struct lab_disc *d, const struct mat_geometry *g, double *cells_n)
{
	double area = M_PI * d->radius_mm * d->radius_mm, force, sum = 0;
	double on_frac = 1;

	clear(g, cells_n);
	for (int row = 0; row < g->n_rows; row++) {
		for (int col = 0; col < g->n_cols; col++) {
			double part = disc_in_cell(d, g, row, col);

			cells_n[row * g->n_cols + col] = part;
			sum += part;
		}
	}
	if (sum <= 0)
		return;
	/* The cut circle is a little off: a disc that is wholly on the mat weighs what it weighs. */
	area *= 1 + d->rim_frac / 3;
	if (sum < 0.98 * area)
		on_frac = sum / area;
	force = d->mass_kg * UNITS_GRAVITY_M_S2 * on_frac;
	for (int i = 0; i < geometry_n_cells(g); i++)
		cells_n[i] *= force / sum;
}

/* The part of a line of half width `a` at 0 that lies below `x`: pressure is a half ellipse. */
static double below(double a, double x)
{
	double q = fmax(-1, fmin(1, x / a));

	return 0.5 + (q * sqrt(1 - q * q) + asin(q)) / M_PI;
}

/* What part of the roller lies on a cell that is so far from it along its way, and `deep`. */
static double on_cell(const struct lab_roller *r, double away, double deep)
{
	double half = 0.5 * r->contact_mm, from = away - 0.5 * deep;

	if (fabs(away) > half + 0.5 * deep)
		return 0;
	return below(half, from + deep) - below(half, from);
}

void lab_press_roller(
	const struct lab_roller *r, const struct mat_geometry *g, double *cells_n)
{
	double per_mm = r->mass_kg * UNITS_GRAVITY_M_S2 / r->length_mm;

	for (int i = 0; i < geometry_n_cells(g); i++) {
		double x = geometry_x_mm(g, i % g->n_cols);
		double y = geometry_y_mm(g, i / g->n_cols);
		double along = r->along_x ? x : y, across = r->along_x ? y : x;
		double deep = r->along_x ? g->pitch_x_mm : g->pitch_y_mm;
		double wide = r->along_x ? g->pitch_y_mm : g->pitch_x_mm;

		cells_n[i] = on_cell(r, along - r->at_mm - r->askew * across, deep) *
			     per_mm * wide * (1 + r->tilt_frac * across / r->length_mm);
	}
}
