#include "src/daemon/trial_picture.h"

#include <string.h>

#include "src/store/store_clinic.h"

#define LOG_TAG "trial"
#include "src/base/log.h"

void trial_picture_put(struct store *store, int64_t trial_id,
	const struct mat_geometry *geometry, const float *cells, bool is_force)
{
	const struct store_picture picture = { .n_rows = geometry->n_rows,
		.n_cols = geometry->n_cols,
		.pitch_x_mm = geometry->pitch_x_mm,
		.pitch_y_mm = geometry->pitch_y_mm,
		.unit_is_force = is_force,
		.cells = (float *)cells };
	int err = cells ? store_picture_put(store, trial_id, &picture) : 0;

	if (err < 0)
		log_warn("the mean picture of trial %lld is not kept: %s",
			(long long)trial_id, strerror(-err));
}
