/* Where a raw frame becomes a sample: analysis, then the live streams.
 * Does not know ports or sockets.
 * Follows docs/architecture.md ("the way of the data"). Memory is taken when a mat introduces
 * itself, never for a frame. */
#ifndef STANCE_DAEMON_LIVE_H
#define STANCE_DAEMON_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "hw/mat.h"
#include "src/core/frame.h"
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

/* Watch with `fn`, one at a time; NULL ends it. */
void live_watch(struct live *live, live_watch_fn *fn, void *ctx);

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

/* Give up a tare that gets no frames; its done_fn is called. */
void live_tare_abort(struct live *live);

#endif
