/* The mean pressure picture of a trial's first measured stretch, from its recording.
 * Does not find feet and scales nothing for show.
 * The recording's own zero and calibration are used, as src/store/replay.h does. */
#ifndef STANCE_RECORDS_FOOTMAP_H
#define STANCE_RECORDS_FOOTMAP_H

#include <stdbool.h>

#include "src/core/geometry.h"

struct footmap {
	struct mat_geometry geometry;
	bool is_force; /* newtons, else counts */
	float *cells;  /* n_rows * n_cols means, row-major; NULL: there is none */
	float peak;    /* the largest of them */
	int n_frames;  /* that it is the mean of; 0: of a picture that was kept */
	int top, bottom, left,
		right; /* rows and columns with load: the first and last */
};

/* Read it from `path`: frames from `start_s` on for `duration_s`, seconds after the first recorded one, at most
 * `most` of them evenly spread (0: all). Returns 0; -ENODATA where nothing stood there; -ENOENT without a recording;
 * -EBADMSG a damaged one; -ENOMEM. Freed with footmap_fini(). */
int footmap_read(const char *path, double start_s, double duration_s, int most,
	struct footmap *out);
/* Make it of a picture that was kept: means of `geometry`, on the heap and from now on the map's, also on error.
 * Returns 0, or -ENODATA where nothing stood there. */
int footmap_take(const struct mat_geometry *geometry, bool is_force, float *cells,
	struct footmap *out);
/* Leave out what is faint against the peak, and find where the rest lies. */
void footmap_trim(struct footmap *map);
void footmap_fini(struct footmap *map);

#endif
