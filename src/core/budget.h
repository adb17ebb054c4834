/* The uncertainty of one frame's values, from what is known of the sheet and the labels.
 * Does not know a calibration's own budget: that is added by whoever applies it.
 * GUM (JCGM 100:2008): contributions in quadrature (eq. 10), rectangular limits divided by
 * the square root of 3 (4.3.7), expanded by k = 2 (6.2). Contributions:
 *   u_v   one cell's value: noise sd, and resolution q as q / sqrt(12)
 *   F     u_v * sqrt(n); filled load as a rectangular +-100 % of it
 *   COP   u_v / F * sqrt(sum of squared distances from the COP); each cell's force lies
 *         somewhere in the cell: sqrt(sum F_i^2) / F * pitch / sqrt(12) * INSIDE; filled load
 *         displaced by a rectangular +-pitch
 *   share the line between touching feet displaced by a rectangular +-pitch / 2; u_v; fill */
#ifndef STANCE_CORE_BUDGET_H
#define STANCE_CORE_BUDGET_H

#include "src/core/sample.h"

/* Everything in value units (N) and mm. */
struct budget_input {
	double noise;      /* sd of one cell */
	double resolution; /* smallest step of one cell */
	double pitch_mm;
	double load; /* both feet */
	double left_frac;
	double n_cells;     /* summed over the zones */
	double distances;   /* sum of the cells' squared distances from the COP, mm2 */
	double square_frac; /* sum of squared cell loads, over the squared load */
	double filled_frac;
	double line_frac_per_mm; /* share of the load that moves with the line */
};

/* Return the expanded uncertainties (k = 2); `load` is above 0. */
struct sample_u95 budget_u95(const struct budget_input *in);

#endif
