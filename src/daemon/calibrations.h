/* Which calibration is in force on the mat that streams: looked up when a mat comes, switched when one is
 * accepted or imported, left when it expires; and what is told of it.
 * Does not run the procedure (calibrating.h) and does not wait for the disk: what it must, it has done on
 * the worker's thread.
 * Follows docs/calibration.md ("The file", "Drift and expiry"). */
#ifndef STANCE_DAEMON_CALIBRATIONS_H
#define STANCE_DAEMON_CALIBRATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "calibration/file/calibrated.h"
#include "hw/mat.h"
#include "src/daemon/archive.h"
#include "src/daemon/calibration_files.h"
#include "src/daemon/live.h"
#include "src/ipc/rpc.h"

struct sd_event;
struct calibrations;

/* How it stands, for stance.status/1 and others. */
struct calibrations_standing {
	const char *state;  /* valid, unverified, expired, none, mismatch, not_needed */
	const char *id;     /* "": none */
	const char *reason; /* why there is none, or what to do; "": nothing to say */
	double age_days, expires_days; /* NaN without one */
	bool quick, drift;
	const struct calibration_check *last_check; /* NULL: none */
};

/* `changed_fn` comes when the standing changed. `state_dir` is borrowed. Returns 0 or a negative errno. */
int calibrations_new(struct sd_event *event, struct archive *archive, struct live *live,
	const char *state_dir, worker_fn *changed_fn, void *ctx,
	struct calibrations **out);

/* Wait for what was posted, free; NULL does nothing. */
void calibrations_free(struct calibrations *calibrations);

/* Another mat came, or the same one set otherwise: forget the old one's and look this one's up. `info` is
 * copied. */
void calibrations_take_mat(
	struct calibrations *calibrations, const struct mat_info *info);

/* Return the mat that streamed last, NULL before the first. */
const struct calibration_device *calibrations_mat(
	const struct calibrations *calibrations);

/* Write how it stands; texts are borrowed until the loop goes on. */
void calibrations_standing(
	const struct calibrations *calibrations, struct calibrations_standing *out);

/* Return the calibration in force, NULL without one. Borrowed until the loop goes on. */
struct calibrated *calibrations_in_force(const struct calibrations *calibrations);

/* Told at the end of what follows: error->code 0 if it went well; then `id` and `state` are those of the
 * calibration now in force. */
typedef void calibrations_done_fn(const struct rpc_error *error, void *ctx);

/* Write a calibration, put it in force for this mat and delete its draft; in this order, each on the disk
 * before the next. `calibration` is taken over. */
void calibrations_accept(struct calibrations *calibrations,
	struct calibration *calibration, calibrations_done_fn *done_fn, void *ctx);

/* Take the text of one from elsewhere, which is taken over and freed. It must belong to this mat. */
void calibrations_import(struct calibrations *calibrations, char *text, size_t n,
	calibrations_done_fn *done_fn, void *ctx);

/* Keep a morning check. `done_fn` is told whether it could be kept. */
void calibrations_keep_check(struct calibrations *calibrations,
	const struct calibration_check *check, calibrations_done_fn *done_fn,
	void *ctx);

/* The zero of the empty mat has moved, or is where it was. */
void calibrations_set_drift(struct calibrations *calibrations, bool has_moved);

#endif
