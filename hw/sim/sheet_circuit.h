/* What the wires and the mat's own program do to the cells: leaks, the divider, threshold, autozero.
 * Does not know forces.
 * Follows docs/simulator.md, "The sheet". */
#ifndef STANCE_HW_SIM_SHEET_CIRCUIT_H
#define STANCE_HW_SIM_SHEET_CIRCUIT_H

#include "hw/sim/sheet.h"

/* Let the cells of sheet->conductance (counts / (full scale - counts), zero included) leak into one
 * another, as they do in a matrix of rows and columns without guards. */
void sheet_circuit_leak(struct sheet *sheet);

/* What the mat makes of a cell's counts before it sends them: autozero, then the threshold. */
double sheet_circuit_send(struct sheet *sheet, int i, double counts, double dt_s);

#endif
