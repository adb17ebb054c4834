/* The screen as a whole without its window: model, widgets and screens; events and time in, a
 * draw list and wishes out. Knows no SDL, socket or clock.
 * Follows docs/screens.md and ui/screens.h (the table of screens). */
#ifndef STANCE_UI_APP_H
#define STANCE_UI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/colormap.h"
#include "ui/canvas.h"
#include "ui/draw.h"
#include "ui/input.h"
#include "ui/layout.h"
#include "ui/matplot.h"
#include "ui/model.h"
#include "ui/swayplot.h"
#include "ui/widgets.h"

/* The widgets that exist, on whatever screen. */
enum app_widget {
	APP_ZERO = 1,
	APP_COLOURS,
	APP_CELLS,
	APP_ROLE,
};

/* Pictures of the draw list. */
enum app_slot {
	APP_SLOT_MAT,
	APP_SLOT_LEGEND,
	APP_SLOT_SWAY,
	APP_SLOT_HOLD,
	APP_SLOT_CHECK,
	APP_N_SLOTS,
};

/* What the program was started with. */
struct app_setup {
	struct layout_display display;
	bool far; /* start with the patient's screen */
	enum colormap map;
	double pressure_kpa; /* top of the colour scale */
	bool kiosk;          /* q and Esc do nothing */
	draw_measure_fn *measure;
	void *measure_ctx;
};

/* Numbers as last painted: they change only when they must, so that they can be read. */
struct app_shown {
	double left_pct, fore_pct, mass_kg, width_mm;
};

/* On the heap; the loop feeds model and reads list, quit and want_tare. */
struct app {
	struct app_setup setup;
	struct model model;
	struct widgets widgets;
	struct draw_list list;
	struct matplot mat;
	struct swayplot sway;
	struct canvas hold, check;
	struct app_shown shown;
	bool far, help, raw_cells;
	enum colormap map;
	int clock_minutes; /* local wall time since midnight, -1: not shown */
	int64_t now_ns;    /* of the picture being made */
	enum model_state state;
	bool quit;      /* wish: end the program */
	bool want_tare; /* wish: ask the daemon for a new zero; cleared by who does it */
	bool dirty;
	uint32_t painted_version;
	int64_t next_change_ns;
};

/* Returns NULL when there is no memory. */
struct app *app_new(const struct app_setup *setup);
void app_free(struct app *app);

/* Feed one event, or let time pass. */
void app_event(struct app *app, const struct input_event *event, int64_t now_ns);
void app_tick(struct app *app, int64_t now_ns);

/* Return true if the picture would differ from the last one made. */
bool app_needs_draw(const struct app *app, int64_t now_ns);

/* Return when it may differ next without anything coming in, INT64_MAX if never. */
int64_t app_next_draw_ns(const struct app *app, int64_t now_ns);

/* Make the picture: fills app->list and places the widgets. */
void app_draw(struct app *app, int64_t now_ns);

/* Return the name of the screen shown: live, live-far, help. */
const char *app_screen_name(const struct app *app);

/* Set the wall clock shown in the strip; -1 hides it. */
void app_set_clock(struct app *app, int minutes);

#endif
