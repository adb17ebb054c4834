/* What training does on the worker's thread: loaded, begun with its recording, added to, finished.
 * Does not run a session (trainer.h).
 * Follows docs/architecture.md ("The way of the data") and docs/store.md. */
#ifndef STANCE_DAEMON_TRAINER_WORK_H
#define STANCE_DAEMON_TRAINER_WORK_H

#include <stdbool.h>

#include "src/core/training/training.h"
#include "src/daemon/archive.h"
#include "src/daemon/recorder.h"
#include "src/daemon/trainer.h"
#include "src/daemon/trial_work.h"
#include "src/ipc/rpc.h"
#include "src/records/training_load.h"
#include "src/store/store_training.h"

/* Belongs to the worker while its job is posted, to the loop otherwise. */
struct trainer_work {
	struct archive *archive;
	struct archive_job job;
	worker_fn *done_fn;
	void *done_ctx;
	bool is_posted;
	struct trainer_request request;
	struct training_loaded loaded;
	/* Of the session that runs. */
	struct store_training row; /* id 0: not begun */
	struct trial_work *raw; /* the recording's header; NULL: none is to be made */
	struct recorder *recorder;
	struct training_summary summary; /* as of when it was posted */
	int n_finished;
	struct store_training_block blocks[PROGRAMME_MAX_BLOCKS];
	struct rpc_error error; /* of the last job; code 0: well */
};

/* Look up patient, programme and history; work->loaded. */
void trainer_work_load(struct trainer_work *work, worker_fn *done_fn, void *ctx);

/* Make the row, and for a known patient the recording if the disk has room; `mat` is the mat as it is. A
 * recording that cannot be made is logged, the session goes on. */
void trainer_work_begin(struct trainer_work *work, const struct mat_document *mat,
	struct calibrated *calibrated, worker_fn *done_fn, void *ctx);

/* Store the blocks that are finished; or the whole, closing the recording. */
void trainer_work_put(struct trainer_work *work, const struct training_summary *summary,
	int n_finished, worker_fn *done_fn, void *ctx);
void trainer_work_finish(struct trainer_work *work,
	const struct training_summary *summary, int n_finished, worker_fn *done_fn,
	void *ctx);

/* Forget the session, for the next one. */
void trainer_work_reset(struct trainer_work *work);

#endif
