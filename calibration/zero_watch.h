/* Daily use: has the empty mat's zero moved since it was measured? Watches frames in which nobody stands
 * there and says by how much. Never moves a zero itself.
 * Limits: docs/calibration.md, "Drift". */
#ifndef STANCE_CALIBRATION_ZERO_WATCH_H
#define STANCE_CALIBRATION_ZERO_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/frame.h"
#include "src/core/sensor.h"

/* Caller-owned, starts zeroed. */
struct zero_watch {
	int64_t last_t_ns, empty_since_ns;
	double sum_cnt, worst_cnt; /* of the running average */
	int n_frames;
	double moved_cnt; /* the last verdict: mean over the cells, counts; NaN none yet */
	double moved_sds; /* the same over the noise of one cell */
	bool has_moved;
};

/* Take one frame of a mat that the analysis calls empty (`is_empty`) or not. `zero` in force,
 * `n_cells` long. Costs a thinned look: not every cell of every frame. Returns true when the verdict
 * changed. */
bool zero_watch_push(struct zero_watch *watch, const struct raw_frame *frame,
	const struct sensor_zero *zero, int n_cells, bool is_empty);

#endif
