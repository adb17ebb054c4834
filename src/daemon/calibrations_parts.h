/* What the files of calibrations.h share: its state, what is in force, and things done on the worker's thread.
 * Nobody else includes this.
 *
 *   calibrations.c       what is in force on this mat, its expiry and drift
 *   calibrations_find.c  a mat comes: the one that is named for it
 *   calibrations_keep.c  accepted, imported; morning checks
 *
 * Follows calibrations.h. */
#ifndef STANCE_DAEMON_CALIBRATIONS_PARTS_H
#define STANCE_DAEMON_CALIBRATIONS_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "src/daemon/calibrations.h"

/* One thing to do on the worker's thread, and what came of it. */
struct calibrations_work {
	struct worker_job job;
	struct calibrations *calibrations;
	uint64_t mat_number; /* of the mat that it is about */
	struct calibration_device mat;
	struct calibration *calibration; /* accept */
	char *text;                      /* import */
	size_t n_text;
	struct calibration_check check;
	calibrations_done_fn *done_fn;
	void *done_ctx;
	/* What came of it. */
	struct calibrated *in_force;
	char id[CALIBRATION_ID_SIZE]; /* that is named for this mat */
	struct calibration_head
		head; /* of the one that is not used; all zero: unknown */
	int err;
	char message[CALIBRATION_FILES_MESSAGE];
	struct rpc_error error;
};

struct calibrations {
	sd_event *event;
	sd_event_source *timer;
	struct archive *archive;
	struct live *live;
	const char *state_dir;
	worker_fn *changed_fn;
	void *ctx;
	uint64_t mat_number; /* counts mats: work about an old one is thrown away */
	struct calibration_device mat;
	bool has_mat, drift;
	struct calibrated *in_force;
	/* Why there is none. */
	const char *state;
	char reason[CALIBRATION_FILES_MESSAGE];
	char refused_id[CALIBRATION_ID_SIZE]; /* of the one that is not used */
	int64_t refused_created_ms, refused_expires_ms; /* 0: not known */
	struct calibration_check last_check;
};

/* --- calibrations.c ------------------------------------------------------------------------- */

/* Return the wall clock. Any thread. */
int64_t calibrations_now_unix_ms(void);
/* Tell the owner. */
void calibrations_changed(struct calibrations *c);
/* With one in force, which is taken over, or without for a reason; the live picture follows at once. */
void calibrations_put_in_force(struct calibrations *c, struct calibrated *in_force);
void calibrations_put_none(
	struct calibrations *c, const char *state, const char *reason);

/* Make a job about the mat that is there; NULL without memory. */
struct calibrations_work *calibrations_work_new(struct calibrations *c);
void calibrations_work_free(struct calibrations_work *work);
void calibrations_post(
	struct calibrations_work *work, worker_fn *run_fn, worker_fn *done_fn);
/* Answer whoever waits for it, and free it. */
void calibrations_finish(struct calibrations_work *work);

/* --- calibrations_find.c -------------------------------------------------------------------- */

/* On the worker: make what is to be in force from a file's text; one that is not for this mat, or too old, is let
 * go again. Returns 0; -EKEYREJECTED, -EKEYEXPIRED or calibrated_parse()'s, with work->message. */
int calibrations_make_fit(struct calibrations_work *work, const char *text, size_t n);

#endif
