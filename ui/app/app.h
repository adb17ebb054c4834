/* The program without its windows and socket: what the daemon said, the screens of both roles,
 * requests and sounds that are waiting to go out. Events, documents and time in; draw lists,
 * requests and sounds out. Knows no SDL, socket or clock.
 * Follows docs/screens.md. */
#ifndef STANCE_UI_APP_APP_H
#define STANCE_UI_APP_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/clock.h"
#include "src/base/colormap.h"
#include "ui/app/guard.h"
#include "ui/app/touch_try.h"
#include "ui/app/view.h"
#include "ui/core/sound.h"

/* An answer that takes longer is not waited for, unless view_ask_within() says so. Chosen. */
#define APP_ASK_NS       (10 * CLOCK_NS_PER_S)
#define APP_MAX_ASKS     16 /* open at once */
#define APP_ASK_PLACES   64 /* with those that were refused and not told yet */
#define APP_METHOD_BYTES 48
#define APP_NAME_BYTES   65 /* of who signs: the daemon takes no more */

/* Read the picture that a program wrote, 0xAARRGGBB, top row first; `*pixels` is the caller's to free().
 * Returns 0 or a negative errno. */
typedef int app_picture_fn(const char *path, uint32_t **pixels, int *w, int *h);

/* What the program was started with. */
struct app_setup {
	struct layout_display display[VIEW_N_ROLES];
	const struct screen *const *screens; /* table, NULL at its end */
	const char *home; /* first screen of the clinician; NULL: the table's first */
	enum view_role role; /* shown first in the only window */
	bool two_windows;    /* each role has its own */
	enum colormap map;
	double pressure_kpa;              /* top of the colour scale */
	bool sound;                       /* ui.sound */
	bool kiosk;                       /* q and Esc do not quit */
	const struct touch_matrix *touch; /* of the near window's panel; NULL: none */
	int rotation_deg;                 /* of that window, clockwise */
	int64_t lock_ns; /* idle time after which the screen "lock" comes; 0: never */
	draw_measure_fn *measure[VIEW_N_ROLES];
	void *measure_ctx[VIEW_N_ROLES];
	app_picture_fn *read_picture;
	bool can_print; /* there is a program that hands paper to a printer */
};

/* A request on its way. */
struct app_ask {
	int64_t id; /* 0: free */
	struct view *view;
	uint32_t serial;
	int tag;
	char method[APP_METHOD_BYTES];
	char *params;        /* JSON text, NULL for none; on the heap */
	struct run_wish run; /* a program's, not the daemon's: view_run() */
	bool sent;
	int64_t timeout_ns, deadline_ns; /* the second is set by the first app_tick() */
	int code; /* refused already: answered at the next tick */
};

/* Whether a time service keeps the wall clock right. */
enum app_clock { APP_CLOCK_UNKNOWN, APP_CLOCK_FREE, APP_CLOCK_SYNCHRONISED };

/* What is wrong with the machine. */
enum app_warning { APP_WARNING_NONE, APP_WARNING_POWER, APP_WARNING_HEAT };

/* On the heap; the loop feeds it, and takes its wishes. */
struct app {
	struct app_setup setup;
	struct model model;
	struct view views[VIEW_N_ROLES];
	enum view_role shown; /* in the only window */
	enum colormap map;
	bool raw_cells;
	int clock_minutes; /* local wall time since midnight, -1: not shown */
	enum app_clock clock;
	char today[12]; /* local day as 2026-11-28, "" unknown */
	struct app_ask asks[APP_ASK_PLACES];
	int64_t last_ask;
	struct guard guard;              /* of the station's lock */
	struct touch_try touch;          /* of the near window */
	struct sound sound;              /* screens ask with sound_play() and so on */
	enum app_warning warning, muted; /* the second was touched away */
	bool mute; /* there is no audio device: the pre-check says so */
	char operator_name
		[APP_NAME_BYTES]; /* who signed last, until the station is locked; "" nobody */
	bool quit;                /* wish: end the program */
};

/* Returns NULL when there is no memory, or a role has no screen. */
struct app *app_new(const struct app_setup *setup);
void app_free(struct app *app);

/* Return the view in a window, 0 or (with two) 1. */
struct view *app_view(struct app *app, int window);

/* Feed one event of a window, or let time pass. */
void app_event(
	struct app *app, int window, const struct input_event *event, int64_t now_ns);
void app_tick(struct app *app, int64_t now_ns);

/* Show the other role in the only window; nothing where each has its own. */
void app_switch_role(struct app *app);

/* Show a screen of the patient's, from whichever role; in the only window that role. */
void app_show_patient(struct app *app, const char *screen, const char *arg);

/* Return true if a window's picture would differ from the last one made; when it may differ
 * next without anything coming in, INT64_MAX if never; make it, into view->ui.list. */
bool app_needs_draw(struct app *app, int window, int64_t now_ns);
int64_t app_next_draw_ns(struct app *app, int64_t now_ns);
void app_draw(struct app *app, int window, int64_t now_ns);

/* Set the wall clock shown in the strip; -1 hides it. */
void app_set_clock(struct app *app, int minutes);

/* Say a warning on every screen of the clinician until it is over or touched; another one is said anew. */
void app_set_warning(struct app *app, enum app_warning warning);
void app_mute_warning(struct app *app);

/* Set the local day, as 2026-11-28. */
void app_set_today(struct app *app, const char *day);

/* The connection came and went: screens load anew; open requests are answered as gone. */
void app_connected(struct app *app, int64_t now_ns);
void app_disconnected(struct app *app, int64_t now_ns);

/* Take the oldest request that was not sent yet, NULL if none; it counts as sent. Borrowed until
 * the next call into the app. */
const struct app_ask *app_next_ask(struct app *app);

/* The same of what view_run() asks, which needs no daemon. */
const struct app_ask *app_next_run(struct app *app);

/* Its answer came: `result`, or NULL and the daemon's error code and message. */
void app_answered(struct app *app, int64_t id, const struct json_t *result, int code,
	const char *message, int64_t now_ns);

/* A message of a stream that the model does not keep; to every screen on both stacks. */
void app_told(struct app *app, const char *stream, const struct json_t *document);

#endif
