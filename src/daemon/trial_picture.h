/* Keeps a trial's mean picture beside its result: what the load on each cell was while the first part was measured.
 * Does not average: the session does.
 * Follows docs/store.md ("The clinic"). On the worker's thread, or before there is one. */
#ifndef STANCE_DAEMON_TRIAL_PICTURE_H
#define STANCE_DAEMON_TRIAL_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/geometry.h"
#include "src/store/store.h"

/* Put the picture of a trial that is about to be finished: n_rows * n_cols as session_picture() gives them; NULL: there
 * is none. One that cannot be kept is said in the log and costs the trial nothing else. */
void trial_picture_put(struct store *store, int64_t trial_id,
	const struct mat_geometry *geometry, const float *cells, bool is_force);

#endif
