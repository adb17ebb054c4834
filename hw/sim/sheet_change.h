/* What does not stay: temperature, how a spot settles when it is loaded anew, and age.
 * Does not know conductance.
 * Follows docs/simulator.md, "The sheet". */
#ifndef STANCE_HW_SIM_SHEET_CHANGE_H
#define STANCE_HW_SIM_SHEET_CHANGE_H

#include "hw/sim/sheet.h"

/* Draw how cells settle that were empty for a while before this scan of `cells_n`. */
void sheet_change_settle(struct sheet *sheet, double t_s, const double *cells_n);

/* Return how much warmer the mat is than where its zero and gains were meant, K. */
double sheet_change_warmth_c(const struct sheet *sheet, double t_s);

#endif
