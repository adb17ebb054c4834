/* Other instruments kept in step: a gate while a trial measures, a pulse at every n-th frame, edges from outside, all of
 * them kept in the recording with their times.
 * Does not know buttons and lamps.
 * Follows docs/station.md ("Synchronising") and pulse.h; the pulses rise on a thread of their own (pulse_thread.h), which must have
 * ended, by panel_sync_free(), before the lines are. No heap, lock or wait on the frame path. */
#ifndef STANCE_DAEMON_PANEL_SYNC_H
#define STANCE_DAEMON_PANEL_SYNC_H

#include "src/core/frame.h"
#include "src/daemon/panel_lines.h"
#include "src/daemon/trials.h"

struct panel_sync;

/* `lines` and `trials` are borrowed; a pulse every `every` frames. Returns 0 or a negative errno. */
int panel_sync_new(struct panel_lines *lines, struct trials *trials, int every,
	struct panel_sync **out);

/* Lowers the gate; NULL does nothing. */
void panel_sync_free(struct panel_sync *sync);

/* As trials_measuring_fn and live_watch_fn say; an edge of the sync input. */
void panel_sync_measuring(struct panel_sync *sync, bool is_measuring, uint64_t seq);
void panel_sync_frame(struct panel_sync *sync, const struct raw_frame *frame);
void panel_sync_edge(struct panel_sync *sync, const struct gpio_edge *edge);

/* Fill in the counters of the document. */
void panel_sync_describe(const struct panel_sync *sync, struct gpio_document *out);

#endif
