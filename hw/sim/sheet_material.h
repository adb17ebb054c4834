/* What a cell is made of: conductance over pressure, and the habits of known materials.
 * Does not know time or neighbours.
 * Origins of the figures: docs/simulator.md, "The sheet". */
#ifndef STANCE_HW_SIM_SHEET_MATERIAL_H
#define STANCE_HW_SIM_SHEET_MATERIAL_H

#include "hw/sim/sheet.h"

/* Change stock options into those of a material. */
void sheet_material_apply(struct sheet_options *options, enum sheet_material material);

/* Return the conductance of a cell of gain 1 over that of the reference resistor at `kpa` > 0;
 * 1 at half_kpa. */
double sheet_material_conductance(
	const struct sheet_options *options, double exponent, double kpa);

#endif
