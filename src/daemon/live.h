/* Where a raw frame becomes a sample: analysis, then the live streams.
 * Does not know ports or sockets.
 * Follows docs/architecture.md ("the way of the data"). Memory is taken when a mat introduces
 * itself, never for a frame. */
#ifndef STANCE_DAEMON_LIVE_H
#define STANCE_DAEMON_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "calibration/file/calibrated.h"
#include "hw/mat.h"
#include "src/core/frame.h"
#include "src/core/trial/standing.h"
#include "src/ipc/document_mat.h"
#include "src/ipc/server.h"

struct live;

/* How a tare ended. */
enum live_tare { LIVE_TARE_DONE, LIVE_TARE_LOADED, LIVE_TARE_NO_FRAMES };

typedef void live_tare_fn(enum live_tare how, void *ctx);

/* `start_ns` is the daemon's start, from which t_s counts. Returns 0 or -ENOMEM. */
int live_new(struct server *server, int64_t start_ns, struct live **out);
void live_free(struct live *live);

/* Who wants every frame besides: called on the loop thread before the frame is analysed, with the time
 * that its sample will carry; NULL: the stream broke, or another mat came. Allocates nothing. */
typedef void live_watch_fn(const struct raw_frame *frame, void *ctx);

/* Who may watch, one each. */
enum live_watcher {
	LIVE_WATCH_TRIAL,
	LIVE_WATCH_CALIBRATION,
	LIVE_WATCH_TRAINING,
	LIVE_WATCH_PANEL, /* after the trial, which decides what is measured */
	LIVE_N_WATCHERS
};

/* Watch with `fn`; NULL ends it. */
void live_watch(
	struct live *live, enum live_watcher which, live_watch_fn *fn, void *ctx);

/* Likewise what became of each frame, after it was analysed. */
typedef void live_sample_fn(const struct stance_sample *sample, void *ctx);
void live_watch_samples(struct live *live, live_sample_fn *fn, void *ctx);

/* The same for training, beside whoever watches samples otherwise. */
void live_watch_training(struct live *live, live_sample_fn *fn, void *ctx);

/* Called on the loop thread when a mat came that is another than before, or set otherwise, before its
 * first frame is analysed. */
typedef void live_mat_fn(const struct mat_info *info, void *ctx);
void live_on_mat(struct live *live, live_mat_fn *fn, void *ctx);

/* Called with the first frame that is analysed since the stream began or broke: from then on
 * live_describe() has something to say, and live_is_ready() is true. */
typedef void live_ready_fn(void *ctx);
void live_on_ready(struct live *live, live_ready_fn *fn, void *ctx);
bool live_is_ready(const struct live *live);

/* Called when the empty mat's zero is seen to have moved from what the calibration measured, or to be back
 * (calibration/zero_watch.h). */
typedef void live_drift_fn(bool has_moved, void *ctx);
void live_on_drift(struct live *live, live_drift_fn *fn, void *ctx);

/* Measure the mat by a calibration from the next frame on, which is held as long; NULL: by none. `state`
 * is its word in docs/api.md (static), `id` its id or that of the one that is not used, "" for none: told
 * with the mat, and "expired" flags every sample. Feet, zero and a tare in progress are forgotten where the
 * calibration changes. */
void live_calibrate(struct live *live, struct calibrated *calibrated, const char *state,
	const char *id);

/* Let the calibrated sheet remember that from now on; of another calibration it is passed over. */
void live_set_memory(struct live *live, const struct analysis_memory *memory);

/* Let frames pass by until the next live_calibrate(), for a second at most: which calibration this mat has
 * is being looked up, and its first sample shall be measured by it. */
void live_hold(struct live *live);

/* Return it, NULL without one. Borrowed. */
struct calibrated *live_calibrated(const struct live *live);

/* Return whether the empty mat's zero was seen to have moved. */
bool live_zero_moved(const struct live *live);

/* Describe the mat and the zero in force, which the next frame will be measured with. The map is
 * borrowed until the next call. Returns 0, or -ENODEV before the first frame since the stream began or broke. */
int live_describe(const struct live *live, struct mat_document *out);

/* Make room for whole frames in the raw stream: someone wants them. Returns 0 or -ENOMEM. */
int live_want_raw(struct live *live);

/* Analyse a frame of the mat that `info` describes and publish what clients want of it. A mat that
 * was not seen before, or changed, gets a new analysis and an empty zero map. */
void live_push(
	struct live *live, const struct mat_info *info, const struct raw_frame *frame);

/* The stream broke: feet and a tare in progress are forgotten, the zero map stays. */
void live_break(struct live *live);

/* Average one second of an empty mat into a new zero map; `done_fn` is called once, when it is
 * done, refused or given up with live_break(). Returns the number of frames; -EBUSY while another
 * tare runs; -ENODEV before the first frame. */
int live_tare_begin(struct live *live, live_tare_fn *done_fn, void *ctx);

/* Return when the last tare was done (clock_now_ns()), 0: none since the daemon's start. */
int64_t live_tared_ns(const struct live *live);

/* Write how somebody stands now: means of the last second. */
void live_standing(const struct live *live, struct standing_now *out);

/* Give up a tare that gets no frames; its done_fn is called. */
void live_tare_abort(struct live *live);

#endif
