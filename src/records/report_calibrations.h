/* What a report tells of the calibrations that its trials were measured with.
 * Private to src/records. Follows docs/api.md ("stance.report/1") and docs/calibration.md ("The file"): a station
 * keeps them as STATE/calibrations/ID.json. */
#ifndef STANCE_RECORDS_REPORT_CALIBRATIONS_H
#define STANCE_RECORDS_REPORT_CALIBRATIONS_H

#include "src/base/jsonw.h"
#include "src/core/trial/record.h"
#include "src/store/store.h"

/* One that a trial names, and when that trial began. */
struct report_calibration_use {
	char id[RECORD_NAME_SIZE], state[RECORD_WORD_SIZE]; /* id "": none */
	int64_t started_unix_ms;
	int utc_offset_min;
};

/* Write the list: each id and state once, as old as it was at the first trial that names it. What the calibration's own
 * file would say is null where that file is gone or is not what its id says. */
void report_calibrations_put(struct store *store,
	const struct report_calibration_use *uses, int n, struct jsonw *w);

#endif
