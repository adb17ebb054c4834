#include "hw/sim/sheet_circuit.h"

#include <math.h>

#include "src/core/geometry.h"

/* Seen conductance of one cell. `row`, `col`: sums of the others on its lines; `rest`: of all that are
 * on neither. A sneak current goes along the row to other columns, through the rest to other rows
 * and back along the column: three conductances in series, each lumped. */
static double seen(
	const struct sheet_options *o, double own, double row, double col, double rest)
{
	double u = own + o->leak_row_frac * row + o->leak_col_frac * col;

	if (o->sneak_frac > 0 && row > 0 && col > 0 && rest > 0)
		u += o->sneak_frac / (1 / row + 1 / rest + 1 / col);
	return u;
}

void sheet_circuit_leak(struct sheet *s)
{
	const struct sheet_options *o = &s->options;
	double rows[GEOMETRY_MAX_SIDE] = { 0 }, cols[GEOMETRY_MAX_SIDE] = { 0 },
	       all = 0;
	int n_rows = s->geometry.n_rows, n_cols = s->geometry.n_cols;

	if (!(o->leak_row_frac > 0 || o->leak_col_frac > 0 || o->sneak_frac > 0))
		return;
	for (int r = 0; r < n_rows; r++) {
		for (int c = 0; c < n_cols; c++) {
			rows[r] += s->conductance[r * n_cols + c];
			cols[c] += s->conductance[r * n_cols + c];
			all += s->conductance[r * n_cols + c];
		}
	}
	for (int r = 0; r < n_rows; r++) {
		for (int c = 0; c < n_cols; c++) {
			double *u = &s->conductance[r * n_cols + c];

			*u = seen(o, *u, rows[r] - *u, cols[c] - *u,
				all - rows[r] - cols[c] + *u);
		}
	}
}

double sheet_circuit_send(struct sheet *s, int i, double counts, double dt_s)
{
	const struct sheet_options *o = &s->options;

	if (o->autozero_s > 0) {
		double *forgotten = &s->forgotten[i];

		*forgotten += (counts - *forgotten) * -expm1(-dt_s / o->autozero_s);
		counts = fmax(floor(counts - *forgotten + 0.5), 0);
	}
	return counts < o->threshold_counts ? 0 : counts;
}
