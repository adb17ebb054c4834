/* What a trial's record says besides its measurement: who, where, why.
 * Does not measure or store. Follows src/core/trial/session.h, which leaves these to its caller. */
#ifndef STANCE_DAEMON_TRIAL_RECORD_H
#define STANCE_DAEMON_TRIAL_RECORD_H

#include "src/core/trial/record.h"

/* Take over from `row`, the trial as it was begun: id, uid, visit, patient, operator, protocol, start,
 * calibration, whether there are raw frames. */
void trial_record_identify(struct trial_record *record, const struct trial_record *row);

/* Add a reason, cut if it is too long; one that is there already or has no room is left out. */
void trial_record_reason(struct trial_record *record, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
