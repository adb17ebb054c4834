/* What a cell remembers: hysteresis and creep.
 * Does not know conductance.
 * Follows Krejci & Kuhnen 2001 (Prandtl-Ishlinskii: a sum of play operators); creep as first-order
 * states half a decade apart, together a straight line over the logarithm of time. */
#ifndef STANCE_HW_SIM_SHEET_LAG_H
#define STANCE_HW_SIM_SHEET_LAG_H

#include "hw/sim/sheet.h"

/* How much each creep state keeps over `dt_s`. */
void sheet_lag_keep(
	const struct sheet_options *options, double dt_s, double keep[SHEET_MAX_CREEP]);

/* Return the force on cell `i` as the material feels it: late (hysteresis), then growing (creep). */
double sheet_lag_feel(
	struct sheet *sheet, int i, double force_n, const double keep[SHEET_MAX_CREEP]);

#endif
