/* The station's panel: a button, a foot switch, lamps, a buzzer, and lines to other instruments.
 * Does not find lines (panel_lines.h) and does not keep time (panel_sync.h).
 * Follows docs/station.md: what every button does and every lamp means. Without a chip, or without lines in the
 * configuration, nothing of it happens and nothing misses it. */
#ifndef STANCE_DAEMON_PANEL_H
#define STANCE_DAEMON_PANEL_H

#include "hw/gpio.h"
#include "src/base/settings.h"
#include "src/daemon/archive.h"
#include "src/daemon/calibrating.h"
#include "src/daemon/live.h"
#include "src/daemon/mat_io.h"
#include "src/daemon/trainer.h"
#include "src/daemon/trials.h"
#include "src/ipc/document_gpio.h"

struct sd_event;
struct panel;

/* Borrowed until panel_free(), but the struct itself only during panel_new(). */
struct panel_options {
	struct sd_event *event;
	const struct gpio_ops *ops;
	const struct settings *settings;
	struct archive *archive;
	struct live *live;
	struct trials *trials;
	struct trainer *trainer;         /* NULL: nobody trains */
	struct calibrating *calibrating; /* NULL: nobody calibrates */
	const struct mat_io *mat;        /* NULL: it streams once live_is_ready() */
	worker_fn *changed_fn;           /* the document has changed */
	void *ctx;
};

/* Take the lines there are. Returns 0 or a negative errno of the loop or the heap. */
int panel_new(const struct panel_options *options, struct panel **out);

/* Lamps off, lines given back; before trials and trainer go. NULL does nothing. */
void panel_free(struct panel *panel);

/* Something changed: set the lamps. */
void panel_update(struct panel *panel);

void panel_describe(const struct panel *panel, struct gpio_document *out);

#endif
