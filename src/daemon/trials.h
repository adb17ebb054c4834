/* The one trial that may run: started, fed with every frame, followed by those who listen, stopped,
 * stored. Whoever started it may leave: it goes on.
 * Does not measure (session.h) and does not wait for the disk (trial_work.h).
 * Follows docs/api.md ("Trials"):
 *
 *   idle --start--> opening --begun--> running --done--> storing --stored--> idle
 *                      |                  |                           any end is told on "trial"
 *                      +--refused--> idle +--nobody came--> taken back --> idle
 */
#ifndef STANCE_DAEMON_TRIALS_H
#define STANCE_DAEMON_TRIALS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/daemon/archive.h"
#include "src/daemon/live.h"
#include "src/daemon/trial_work.h"
#include "src/ipc/document_progress.h"
#include "src/ipc/rpc.h"
#include "src/ipc/server.h"

struct trials;

/* How long to wait for somebody, unless the request says otherwise (docs/api.md). */
#define TRIALS_WAIT_S 60.0

/* `changed_fn` comes when a trial begins or ends. Returns 0 or -ENOMEM. */
int trials_new(struct archive *archive, struct live *live, struct server *server,
	worker_fn *changed_fn, void *ctx, struct trials **out);

/* End a running trial as interrupted, wait until it is stored, free; NULL does nothing. */
void trials_free(struct trials *trials);

/* Told once the trial is begun: error->code 0 and its id, or why not. */
typedef void trials_begun_fn(const struct rpc_error *error, int64_t id, void *ctx);

/* Begin a trial on the mat as it is. Returns 0, and `begun_fn` will be called; -EBUSY while one runs;
 * -ENODEV before the first frame; -ENOMEM. */
int trials_start(struct trials *trials, const struct trial_request *request,
	trials_begun_fn *begun_fn, void *ctx);

/* Return what was asked for by the trial that runs, or ran last; NULL before the first. */
const struct trial_request *trials_request(const struct trials *trials);

/* Called once, when the trial under way has ended and is stored; `is_ending`: the daemon ends, begin nothing.
 * Returns 0; -ENOENT if none is under way; -EBUSY if another waits for it. */
typedef void trials_idle_fn(bool is_ending, void *ctx);
int trials_when_idle(struct trials *trials, trials_idle_fn *fn, void *ctx);

/* Return the running trial and the time of its last frame, seconds since the first that is recorded. -ENOENT if
 * none takes frames. */
int trials_now(const struct trials *trials, int64_t *id, double *t_s);
/* A mark of that trial is kept: count and tell it. */
void trials_marked(struct trials *trials, int64_t id);

/* End it now, as session_stop(). Returns 0, or -ENOENT if none runs. */
int trials_stop(struct trials *trials, enum session_stop why);

/* Called when a trial begins or ends to measure (each phase does), on the loop's thread, on the frame path: frame `seq` is
 * the first that is measured, or the last that came. `why` is SESSION_STOP_NONE if it ends by itself. The recording still
 * takes edges then. */
typedef void trials_measuring_fn(
	bool is_measuring, uint64_t seq, enum session_stop why, void *ctx);
void trials_on_measuring(struct trials *trials, trials_measuring_fn *fn, void *ctx);

/* Keep an edge of a sync line in the recording. Returns 0; -ENOENT if none is made; -ENOBUFS if the disk does not follow.
 * Fit for every frame. */
int trials_edge(struct trials *trials, const struct recording_edge *edge);

/* Return whether a trial is under way, and describe it; texts are borrowed until the next call. */
bool trials_is_busy(const struct trials *trials);
void trials_progress(const struct trials *trials, struct progress_document *out);

#endif
