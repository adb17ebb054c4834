/* The figures of a report as numbers: the way of the COP and the mean pressure picture of trials.
 * Private to src/records. Follows docs/api.md ("stance.report/1"). */
#ifndef STANCE_RECORDS_REPORT_FIGURES_H
#define STANCE_RECORDS_REPORT_FIGURES_H

#include <stdint.h>

#include "src/base/jsonw.h"
#include "src/store/store.h"

/* Write the members "traces" and "pictures" of `n` trials into the object that is open; each picture from at most
 * `most_frames` frames (0: all). What a trial has not is not there. Returns 0, -ENOMEM or the store's negative errno. */
int report_figures_put(struct store *store, const int64_t *trials, int n,
	int most_frames, struct jsonw *w);

#endif
