/* The panel's lines: each taken when its chip is there, given up when it goes, tried again; buttons debounced.
 * Does not know what a press does.
 * Follows docs/station.md. A line that cannot be had is said once in the log and in the status; nothing depends on it.
 * Setting an output uses no heap and waits for nothing: fit for every frame. */
#ifndef STANCE_DAEMON_PANEL_LINES_H
#define STANCE_DAEMON_PANEL_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "hw/gpio.h"
#include "src/base/settings.h"
#include "src/ipc/document_gpio.h"

struct sd_event;
struct panel_lines;

/* What a line is for: first the buttons, then the other input, then the outputs. */
enum panel_role {
	PANEL_START, /* start the next trial, or stop the one that runs */
	PANEL_FOOT,  /* the same by foot */
	PANEL_TARE,
	PANEL_SYNC_IN,
	PANEL_READY,
	PANEL_MEASURING,
	PANEL_FAULT,
	PANEL_BUZZER,
	PANEL_SYNC_GATE,
	PANEL_SYNC_PULSE,
	PANEL_N_ROLES,
};

/* Return its word in the configuration and in documents; static. */
const char *panel_role_name(enum panel_role role);

/* Who is told, on the loop's thread. */
struct panel_lines_handlers {
	void (*press)(
		enum panel_role role, int64_t t_ns, void *ctx); /* a button went down */
	void (*edge)(const struct gpio_edge *edge, void *ctx);  /* of PANEL_SYNC_IN */
	void (*changed)(void *ctx); /* a line came, went or is stuck */
	void *ctx;
};

/* Take what `settings` name. `handlers` are copied. Returns 0 or a negative errno of the loop or the heap. */
int panel_lines_new(struct sd_event *event, const struct gpio_ops *ops,
	const struct settings *settings, const struct panel_lines_handlers *handlers,
	struct panel_lines **out);

/* Lamps off, lines given back; NULL does nothing. */
void panel_lines_free(struct panel_lines *lines);

/* Have an output be so, now if it is there, and whenever it comes. Returns whether it is there. */
bool panel_lines_set(struct panel_lines *lines, enum panel_role role, bool is_active);

/* Set PANEL_SYNC_PULSE from another thread, which may wait while the line is taken or given back. Returns false if it is
 * not there, or cannot be set: then panel_lines_refused() must be told on the loop's thread. */
bool panel_lines_pulse(struct panel_lines *lines, bool is_active);
void panel_lines_refused(struct panel_lines *lines, enum panel_role role);

/* Whether the configuration names it. */
bool panel_lines_has(const struct panel_lines *lines, enum panel_role role);

/* Fill in the lines of the document. */
void panel_lines_describe(const struct panel_lines *lines, struct gpio_document *out);

#endif
