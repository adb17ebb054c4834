#include "tests/support/pads.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "src/base/units.h"

#define FINE 4 /* places across a cell that are drawn */

/* A pad of a foot of 250 mm: ahead of the heel's end, inward of the axis, width, load. */
struct pad {
	double along_mm, inward_mm, wide_mm, load;
};
static const struct pad pads[] = { { 32, 0, 17, 0.42 }, { 85, -18, 14, 0.07 },
	{ 125, -20, 14, 0.07 }, { 172, -24, 13, 0.12 }, { 182, -4, 13, 0.14 },
	{ 184, 20, 13, 0.12 }, { 226, 22, 10, 0.06 } };
#define N_PADS 7

static void draw_pad(const struct mat_geometry *mat, float *cells,
	const struct pads_foot *f, int side, const struct pad *p, double load)
{
	double rad = f->direction_deg * UNITS_RAD_PER_DEG;
	double right = side == 0 ? p->inward_mm : -p->inward_mm;
	double x = f->heel_x_mm + p->along_mm * sin(rad) + right * cos(rad);
	double y = f->heel_y_mm + p->along_mm * cos(rad) - right * sin(rad);

	for (int i = 0; i < geometry_n_cells(mat); i++) {
		double sum = 0;

		if (hypot(geometry_x_mm(mat, i % mat->n_cols) - x,
			    geometry_y_mm(mat, i / mat->n_cols) - y) >
			2 * p->wide_mm + mat->pitch_x_mm + mat->pitch_y_mm)
			continue;
		for (int k = 0; k < FINE * FINE; k++) {
			double dx = geometry_x_mm(mat, i % mat->n_cols) - x +
				    mat->pitch_x_mm * ((k % FINE + 0.5) / FINE - 0.5);
			double dy = geometry_y_mm(mat, i / mat->n_cols) - y +
				    mat->pitch_y_mm * ((k / FINE + 0.5) / FINE - 0.5);
			double d2 = (dx * dx + dy * dy) / (p->wide_mm * p->wide_mm);

			/* a pad ends where skin does */
			sum += d2 < 4 ? (1 - d2 / 4) * (1 - d2 / 4) : 0;
		}
		cells[i] += (float)(load * sum);
	}
}

void pads_draw(
	const struct pads_person *who, const struct mat_geometry *mat, float *cells)
{
	memset(cells, 0, (size_t)geometry_n_cells(mat) * sizeof(*cells));
	for (int side = 0; side < 2; side++) {
		const struct pads_foot *f = &who->foot[side];

		for (int k = 0; k < N_PADS && f->load > 0; k++) {
			bool ahead = pads[k].along_mm > 150;
			double load = pads[k].load * (1 + (ahead ? f->fore : -f->fore));

			draw_pad(mat, cells, f, side, &pads[k],
				f->load * load / (pads[k].wide_mm * pads[k].wide_mm));
		}
	}
}

struct pads_person pads_gone(
	struct pads_person who, double x_mm, double y_mm, double deg)
{
	double rad = deg * UNITS_RAD_PER_DEG;

	for (int side = 0; side < 2; side++) {
		struct pads_foot *f = &who.foot[side];
		double x = f->heel_x_mm, y = f->heel_y_mm;

		f->heel_x_mm = x * cos(rad) + y * sin(rad) + x_mm;
		f->heel_y_mm = y * cos(rad) - x * sin(rad) + y_mm;
		f->direction_deg += deg;
	}
	return who;
}
