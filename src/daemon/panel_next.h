/* What a press of "start" begins: the next trial that is planned in the visit that is open.
 * Does not start it; looks it up on the worker's thread.
 * Follows docs/api.md, visit.current: its `next.start` are the parameters of trial.start. */
#ifndef STANCE_DAEMON_PANEL_NEXT_H
#define STANCE_DAEMON_PANEL_NEXT_H

#include "src/daemon/archive.h"
#include "src/daemon/trial_work.h"

struct panel_next;

/* Told what was found: `request`, borrowed; or NULL and `why` not, with the remedy. On the loop's thread. */
typedef void panel_next_fn(
	const struct trial_request *request, const char *why, void *ctx);

/* Returns 0 or -ENOMEM. */
int panel_next_new(struct archive *archive, double cutoff_hz, panel_next_fn *fn,
	void *ctx, struct panel_next **out);

/* Wait until nothing is looked up, free; NULL does nothing. `fn` is not called any more. */
void panel_next_free(struct panel_next *next);

/* Look it up; nothing happens while it is being looked up already. */
void panel_next_ask(struct panel_next *next);

/* Read a stance.visit-plan/1, or null. Returns 0, or -ENOENT with `why` (`size` bytes). */
struct json_t;
int panel_next_read(const struct json_t *plan, struct trial_request *request, char *why,
	size_t size);

#endif
