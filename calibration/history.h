/* What the sheet remembers of a procedure: its readings played through a model in the order in which they
 * happened, with the times at which loads came and went.
 * Does not judge and does not know frames. The model's memory: docs/calibration.md, "The model". */
#ifndef STANCE_CALIBRATION_HISTORY_H
#define STANCE_CALIBRATION_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calibration/model.h"
#include "calibration/readings.h"

/* Caller-owned; what it points to lies in the caller's memory. */
struct history {
	const struct model *model;
	const struct readings *readings;
	struct model_plan *plan;
	struct sensor_zero zero;
	uint16_t *raw;  /* n_cells: the mat at the last moment */
	float *state;   /* what the sheet remembers, as model_sensor_ops has it */
	float *cells_n; /* n_cells: newtons at the last moment */
	double t_s; /* of the last moment, on the procedure's clock; NaN before any */
	double standing_s; /* how long what stood at the last moment is known to have gone on; NaN: it went */
	int64_t at_unix_ms; /* of the step that it belongs to */
	bool rolls;         /* that step is a roller's */
	double off_s;       /* when its load left; NaN: not seen */
};

/* Return the bytes that a history of this model takes, 0 for what is no model. */
size_t history_size(const struct model *model);

/* Lay one out, at rest, in `memory` (aligned to 64). Model and readings are borrowed. Returns 0; -EINVAL
 * for a model that is none or readings of another mat; -ENOBUFS. */
int history_init(struct history *history, void *memory, size_t size,
	const struct model *model, const struct readings *readings);

/* Go on to the moment before the load of `item` came: what stood there until then has gone or is being
 * replaced. Of another sitting, or of a clock that began anew: the sheet is at rest. */
void history_enter(struct history *history, const struct reading *item);

/* Go on to a moment of that item. Returns the force on the mat then, newtons; each cell's is in cells_n. */
double history_moment(struct history *history, const struct snapshot *moment);

/* The item is over: what is known of how long its load stood on is noted for the next one. */
void history_leave(struct history *history, const struct reading *item);

/* All three, for every item from `first` to before `last`; also those that were taken back: they stood
 * there, too. */
void history_pass(struct history *history, int first, int last);

/* After the last item: go on to where its load left, if that was seen. */
void history_end(struct history *history);

#endif
