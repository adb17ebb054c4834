/* A whole trial as a pure function: frames in, a record and its series out.
 * Live, `stance replay` and the tests run this same code, so the same recording gives the same
 * result bit for bit: a session analyses its frames anew from the first recorded one and shares no
 * state with the live picture.
 * Reads no clock, file or heap. States and rules: docs/protocols.md.
 *
 *   waiting --somebody stands--> settling --settle_s--> measuring --duration_s--> done
 *      ^                                                    |
 *      +------- between phases (step off, new cue) <--------+     any --session_stop()--> done
 */
#ifndef STANCE_CORE_TRIAL_SESSION_H
#define STANCE_CORE_TRIAL_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "src/core/analysis.h"
#include "src/core/frame.h"
#include "src/core/trial/engine.h"
#include "src/core/trial/protocol.h"
#include "src/core/trial/record.h"

#define SESSION_MAX_SETTLE_S 60.0

/* All that a result depends on besides the frames. A recording's header holds the same. */
struct session_setup {
	struct analysis_setup mat;
	struct analysis_zero
		zero; /* in force at the first frame; borrowed during session_init() */
	struct analysis_memory
		memory; /* of the calibrated sheet before that frame; borrowed alike */
	const struct protocol *protocol;
	double duration_s, settle_s; /* NaN: the protocol's */
	double cutoff_hz;            /* of the sway filter; NaN: none */
	double noise_velocity_mm_s;  /* NaN: the calibration's, where there is one */
	struct trial_person person;
	struct trial_condition
		condition; /* footwear, support, ...; the protocol adds the rest */
};

/* Where it stands now, for a screen. */
struct session_progress {
	enum session_state state;
	int phase, n_phases;
	const char *instruction; /* what to tell the person now; static */
	const char *cue;         /* its key, for a spoken prompt; static */
	double elapsed_s;        /* in this state */
	double remaining_s;      /* of this state; NaN if it has no fixed end */
	double done_frac;        /* of the whole trial's measured time, 0..1 */
};

struct session;

/* Return the bytes that a session of this setup needs, 0 if the setup is out of range. */
size_t session_size(const struct session_setup *setup);

/* Return the longest duration of a phase, whole seconds, that this setup can have with its protocol,
 * settling time and mat; 0 if its settling time is out of range. */
double session_longest_s(const struct session_setup *setup);

/* Build one in `memory` (`size` bytes, aligned to ANALYSIS_ALIGNMENT). Returns 0, -EINVAL or
 * -ENOBUFS. `*out` points into `memory`. */
int session_init(void *memory, size_t size, const struct session_setup *setup,
	struct session **out);

/* Take one frame, in rising t_ns; returns the state after it. Allocates nothing, costs one frame of
 * analysis. Once done, further frames are ignored. `sample`, if not NULL, receives what the session's
 * own analysis says of the frame. */
enum session_state session_push(struct session *session, const struct raw_frame *frame,
	struct stance_sample *sample);

/* End it now. The first stop counts. */
void session_stop(struct session *session, enum session_stop why);

/* Return what to tell the person in that state of that phase, and its key for a spoken prompt; static. */
const char *session_instruction(
	const struct protocol *protocol, int phase, enum session_state state);
const char *session_cue(
	const struct protocol *protocol, int phase, enum session_state state);

void session_progress(const struct session *session, struct session_progress *progress);

/* Judge a session that runs, as it stands now: verdict and reasons of `record` alone are written. Fit for every
 * frame. */
void session_quality(const struct session *session, struct trial_record *record);

/* Compute the record of a session that is done: metrics, outcomes, verdict, reasons; everything
 * that the frames determine. Identity (id, uid, patient, visit, operator, started, calibration) is
 * the caller's to fill in. Takes some milliseconds; may run on another thread than session_push()
 * once the session is done. Returns 0, -EBUSY while it is not done, -ENODATA if nothing was
 * measured (the record then still says why). */
int session_result(struct session *session, struct trial_record *record);

/* Return the series, borrowed until the session's memory goes. */
const struct trial_series *session_series(const struct session *session);

/* Return the mean load of each cell while the first part was measured, n_rows * n_cols, front row first; NULL before
 * its end, or if nothing of it was measured. `*is_force`: newtons, else counts. Borrowed likewise. */
const float *session_picture(const struct session *session, bool *is_force);

#endif
