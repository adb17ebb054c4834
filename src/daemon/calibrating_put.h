/* What a calibration tells its clients, as JSON: stance.calibration-progress/1, -step/1, -status/1.
 * Does not send. Uses no heap.
 * Follows docs/api.md ("Documents"). */
#ifndef STANCE_DAEMON_CALIBRATING_PUT_H
#define STANCE_DAEMON_CALIBRATING_PUT_H

#include <stdint.h>

#include "src/base/jsonw.h"
#include "src/daemon/calibrating.h"

/* Encode as one JSON value each. `coverage` as procedure_coverage(). */
void calibrating_put_progress(struct jsonw *w, const struct procedure_view *view,
	const uint8_t *coverage, const struct mat_geometry *geometry);
void calibrating_put_step(struct jsonw *w, const struct calibrating_outcome *outcome);
void calibrating_put_standing(
	struct jsonw *w, const struct calibrations_standing *standing);
void calibrating_put_draft(struct jsonw *w, const struct calibration *draft);
void calibrating_put_check(struct jsonw *w, const struct calibration_check *check);

#endif
