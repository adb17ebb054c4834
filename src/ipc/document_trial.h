/* The documents of trials: stance.trial/1 and the objects in it that stance.feet/1 shares.
 * Does not measure and reads no clock. Encoding uses no heap.
 * Follows docs/api.md ("Documents"). Where `w` has too little room it is left overflowed. */
#ifndef STANCE_IPC_DOCUMENT_TRIAL_H
#define STANCE_IPC_DOCUMENT_TRIAL_H

#include "src/base/jsonw.h"
#include "src/core/trial/record.h"

/* Room for a stance.trial/1 of eight phases. */
#define DOCUMENT_TRIAL_MAX (60 * 1024)

/* A whole stance.trial/1; or all of it but its end, so that the caller can write further members. */
void document_put_trial(struct jsonw *w, const struct trial_record *record);
void document_begin_trial(struct jsonw *w, const struct trial_record *record);

/* The value of "weight": the group WEIGHT of `value`, pairs and intervals nested. */
void document_put_weight(struct jsonw *w, const double value[METRIC_N]);

/* The value of "condition". */
void document_put_condition(struct jsonw *w, const struct trial_condition *condition);

/* The value of "quality": verdict and reasons. */
void document_put_quality(struct jsonw *w, const struct trial_record *record);

/* The value of "sway" of one phase; with the norms where age and condition have any. */
void document_put_phase_sway(struct jsonw *w, const struct trial_phase *phase,
	const struct trial_person *person);

/* ISO 8601 with offset, to the second; null for INT64_MIN. */
void document_put_time(struct jsonw *w, int64_t unix_ms, int utc_offset_min);

#endif
