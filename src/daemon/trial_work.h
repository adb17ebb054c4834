/* What one trial does on the worker's thread: looked up and begun, finished, or taken back.
 * Does not run it: trials.h does, on the loop's thread.
 * Follows docs/architecture.md ("The way of the data") and docs/store.md. */
#ifndef STANCE_DAEMON_TRIAL_WORK_H
#define STANCE_DAEMON_TRIAL_WORK_H

#include <stdbool.h>

#include "calibration/file/calibrated.h"
#include "src/core/trial/session.h"
#include "src/daemon/archive.h"
#include "src/daemon/recorder.h"
#include "src/ipc/document_mat.h"
#include "src/ipc/rpc.h"
#include "src/store/recording.h"

/* As asked for; empty texts and NaN are: the protocol's, or not said. */
struct trial_request {
	const struct protocol *protocol;
	char patient[RECORD_CODE_SIZE];
	int64_t visit_id; /* 0: none */
	char operator_name[RECORD_NAME_SIZE];
	double duration_s, settle_s;
	double wait_s; /* for somebody to stand on the mat */
	double cutoff_hz;
	bool practice; /* to get used to it: voided from its first row on */
	struct trial_condition condition;
};

/* One trial from its request to its end. Belongs to the worker while one of its jobs is posted, to
 * the loop otherwise. */
struct trial_work {
	struct archive *archive;
	struct archive_job job;
	worker_fn *done_fn;
	void *done_ctx;
	struct trial_request request;
	struct recording_header header; /* its zero map is `map` */
	float *map;
	float *memory; /* of the header: what the sheet remembers */
	struct calibrated
		*calibrated; /* held: the header's sensor and text; NULL: none */
	bool zero_moved;     /* as it was seen before it began */
	/* Since it was begun. */
	void *session_memory;
	struct session *session;
	struct recorder *recorder;
	struct trial_record record; /* as begun; once finished, whole */
	/* Why it is to be ended otherwise than by the protocol. */
	enum session_stop stop;
	int disk_error; /* of the recording, 0 or negative */
	/* How the last job went. */
	struct rpc_error error; /* code 0: well */
};

/* Make one for a mat as it is now, measured by `calibrated`, which is held (NULL: by none). Zero map and
 * memory are copied. Returns 0 or -ENOMEM. */
int trial_work_new(struct archive *archive, const struct trial_request *request,
	const struct mat_document *mat, struct calibrated *calibrated,
	struct trial_work **out);

/* Free one that no job is posted of. */
void trial_work_free(struct trial_work *work);

/* Look up patient and visit, see that the disk has room, make the session, the row and the recording.
 * Then `done_fn` on the loop's thread; with work->error set nothing is left behind. */
void trial_work_begin(struct trial_work *work, worker_fn *done_fn, void *ctx);

/* Store a session that is done, with its series; close the recording. Then `done_fn`; work->record is
 * what was stored. */
void trial_work_finish(struct trial_work *work, worker_fn *done_fn, void *ctx);

/* Take it back, row and recording: nothing was measured and nobody was there. */
void trial_work_discard(struct trial_work *work, worker_fn *done_fn, void *ctx);

#endif
