/* The one training session that may run: armed, begun by stepping on, fed with every sample, shown on the
 * stream `training`, stored block by block. The screen that shows it may die.
 * Does not score (src/core/training/training.h) and does not wait for the disk (trainer_work.h).
 * Follows docs/api.md ("Training"):
 *
 *   off --arm--> loading --loaded--> ready: attract ... result --stored, attract again--> loading, or off
 */
#ifndef STANCE_DAEMON_TRAINER_H
#define STANCE_DAEMON_TRAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/training/training.h"
#include "src/daemon/archive.h"
#include "src/daemon/live.h"
#include "src/ipc/document_training.h"
#include "src/ipc/rpc.h"
#include "src/ipc/server.h"

struct sd_event;
struct trainer;

/* What it is armed with. */
struct trainer_request {
	char patient[RECORD_CODE_SIZE]; /* "": anonymous */
	bool has_programme;             /* else the patient's own, or the default */
	struct programme programme;
	bool repeat;      /* arm anew after a session */
	bool beyond_dose; /* even for somebody who has trained enough */
	bool supervised;  /* somebody stands beside: needed where eyes will be closed */
};

/* Borrowed during trainer_new(). */
struct trainer_options {
	struct sd_event *event;
	struct archive *archive;
	struct live *live;
	struct server *server;
	bool attract; /* an idle station is armed by itself */
	/* Whether the mat is wanted for something else now: a trial, a calibration. */
	bool (*is_taken_fn)(void *ctx);
	void *ctx;
};

/* Returns 0 or -ENOMEM. */
int trainer_new(const struct trainer_options *options, struct trainer **out);

/* End what runs, wait until it is stored, free; NULL does nothing. */
void trainer_free(struct trainer *trainer);

/* Told once it is armed: error->code 0, or why not. */
typedef void trainer_armed_fn(const struct rpc_error *error, void *ctx);

/* Arm, instead of what it was armed with. Returns 0, and `fn` will be called; -EBUSY during a session or while
 * another is being armed. */
int trainer_arm(struct trainer *trainer, const struct trainer_request *request,
	trainer_armed_fn *fn, void *ctx);

/* Go off. Returns 0 or -EBUSY during a session. */
int trainer_disarm(struct trainer *trainer);

/* End the session that runs. Returns 0, or -ENOENT without one. */
int trainer_stop(struct trainer *trainer);

/* As training_skip() and training_answer(). Return 0 or -EPERM. */
int trainer_skip(struct trainer *trainer);
int trainer_answer(struct trainer *trainer, double estimate_mm);

/* Return whether somebody is training: no trial and no calibration may begin. */
bool trainer_is_busy(const struct trainer *trainer);

/* Describe it; texts and the summary are borrowed until the next call of anything here. */
void trainer_describe(const struct trainer *trainer, struct training_document *out);

#endif
