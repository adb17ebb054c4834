/* What the daemon says of itself: stance.status/1, on request, on change and once a second while
 * someone listens; one line of it to the service manager.
 * Does not change anything.
 * Follows docs/api.md ("Documents") and sd_notify(3). */
#ifndef STANCE_DAEMON_STATUS_H
#define STANCE_DAEMON_STATUS_H

#include <stdint.h>

#include "src/daemon/archive.h"
#include "src/daemon/calibrating.h"
#include "src/daemon/calibrations.h"
#include "src/daemon/mat_io.h"
#include "src/daemon/trials.h"
#include "src/ipc/documents.h"
#include "src/ipc/server.h"

struct sd_event;
struct status;

/* `state_dir` is borrowed. Returns 0 or a negative errno. */
int status_new(struct sd_event *event, struct server *server, const char *state_dir,
	int64_t start_ns, struct status **out);
void status_free(struct status *status);

/* Name the mat to report on; NULL: none yet. */
void status_set_mat(struct status *status, const struct mat_io *mat);

/* Name the live stream: the mat is told as streaming once its frames are analysed; NULL: as soon as they come. */
void status_set_live(struct status *status, const struct live *live);

/* Name the trials and the store to report on; NULL: none yet. */
void status_set_trials(struct status *status, const struct trials *trials,
	const struct archive *archive);

/* Name the calibrations and the procedure to report on; NULL: none yet. */
void status_set_calibrations(struct status *status,
	const struct calibrations *calibrations, const struct calibrating *calibrating);

/* Name the panel to report on; NULL: none yet. */
struct panel;
void status_set_panel(struct status *status, const struct panel *panel);

/* Fill in the document as it is now. */
void status_fill(const struct status *status, struct status_document *out);

/* Something changed: tell the listeners and the service manager. */
void status_publish(struct status *status);

/* Someone subscribed: publish now and once a second from now on (where nothing streams: as often as anybody who listens
 * wants it), as long as anyone listens. */
void status_follow(struct status *status);

#endif
