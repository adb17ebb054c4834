/* What a technician puts on the mat: weights on discs, a foot that rests there, a roller.
 * Does not know sensors, wires or who stands there besides.
 * Follows stance-sim(1), SCRIPT; hands move by minimum jerk (Flash & Hogan 1985). */
#ifndef STANCE_HW_SIM_TECHNICIAN_H
#define STANCE_HW_SIM_TECHNICIAN_H

#include <stdbool.h>

#include "hw/sim/ramp.h"
#include "hw/sim/timeline.h"
#include "src/core/geometry.h"

/* A weight or a resting foot: how its force lies on the cells. */
struct technician_weight {
	bool is_there;
	struct ramp mass_kg;
	double gone_s; /* when it was taken; infinite while it stays */
	double *frac;  /* n_rows * n_cols: of its force on each cell */
	double on_frac;
	struct pos_mm cop; /* of the part on the mat */
};

struct technician_roller {
	bool is_there;
	double start_s;
	struct timeline_load load;
};

/* Caller-owned. */
struct technician {
	struct mat_geometry geometry;
	struct technician_weight weights[TIMELINE_MAX_WEIGHTS + 1]; /* by id, from 1 */
	struct technician_roller roller;
};

/* What was done to the mat, mat plane. */
struct technician_load {
	double force_n;
	struct pos_mm cop; /* NaN without force */
	double off_n;      /* pressing beside the mat */
};

/* Begin with nothing on the mat; nothing is allocated yet. */
void technician_init(
	struct technician *technician, const struct mat_geometry *geometry);
void technician_fini(struct technician *technician);

/* Do what an event of timeline_load.h says; event->at_s is scene time. Other kinds are ignored, and
 * so are a weight that is not there and one for which there is no memory. */
void technician_act(struct technician *technician, const struct timeline_event *event);

/* Add what is on the mat at `t_s` to `cells_n` (n_rows * n_cols, front row first, newtons). Without
 * anything there, nothing is touched. */
void technician_press(struct technician *technician, double t_s, double *cells_n,
	struct technician_load *load);

#endif
