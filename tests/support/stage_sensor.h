/* A calibration for a stage on a resistive sheet, made from what is known of the sheet instead of from weights,
 * and made as wrong as a good one is. Does not fit.
 * Follows calibration/model.h and docs/simulator.md ("The sheet"). */
#ifndef STANCE_TESTS_SUPPORT_STAGE_SENSOR_H
#define STANCE_TESTS_SUPPORT_STAGE_SENSOR_H

#include "tests/support/stage.h"

/* Set the stage's sensor to read its sheet (options set, stock material): gains 2 % wrong from cell to cell,
 * a fifth of the creep left, hysteresis not undone. Returns 0, -ENOMEM or -EINVAL; release with
 * stage_sensor_free() after the stage. */
int stage_sensor_make(struct stage *stage);
void stage_sensor_free(struct stage *stage);

#endif
