/* A recording through a session: the same frames under the same setup as when it was made, hence
 * the same result, bit for bit. `stance replay`, the recovery after a crash and the tests call it;
 * the daemon sets its live sessions up here too.
 * Does not know the database.
 * Follows docs/recordings.md. */
#ifndef STANCE_STORE_REPLAY_H
#define STANCE_STORE_REPLAY_H

#include "src/core/trial/session.h"
#include "src/store/recording.h"

/* Fill in what a session needs from a recording's header; `setup` borrows its zero map and memory. The
 * sensor is the header's `mat.sensor`, which whoever made it from the header's calibration put there; its
 * flags follow from the header's calibration state. A plain recording (no protocol) is one free stretch of `span_s`, whoever stands there. Returns 0, or
 * -EINVAL for a protocol that this version does not know. */
int replay_setup(const struct recording_header *header, double span_s,
	struct session_setup *setup);

/* Fill in what a record says besides the session's result and what the database adds: uid, start,
 * calibration, the version that computed. */
void replay_label(const struct recording_header *header, struct trial_record *record);

/* What a replay gave; freed with replay_free(). `series` and `picture` (session_picture(); NULL: none) point into
 * `memory`. */
struct replay {
	struct trial_record record;
	const struct trial_series *series;
	const float *picture;
	bool picture_is_force;
	void *memory;
};

/* Run a recording from its first frame, with the calibration that was in force: `sensor`, made by the
 * caller from the text in the header (this folder does not know calibration/; calibration/file/calibrated.h
 * makes it), or NULL if the header has none. One that ends before its protocol does was stopped, and is
 * stopped alike, or was cut off: interrupted. A plain one is measured to its end. Returns 0; -ENODATA if
 * nothing was measured (the record still says why); -EINVAL for a header out of range, or if the sensor is missing or does
 * not fit; -ENOMEM. `sensor` is borrowed during the call. */
int replay_run(
	struct recording *recording, const struct sensor *sensor, struct replay *out);
void replay_free(struct replay *replay);

#endif
