#include "ui/app.h"

#include <math.h>
#include <stdlib.h>

#include "src/base/clock.h"
#include "ui/parts.h"
#include "ui/screens.h"

/* The hold ring moves at this pace. */
#define HOLD_STEP_NS (33 * CLOCK_NS_PER_MS)

struct app *app_new(const struct app_setup *setup)
{
	struct app *app = calloc(1, sizeof(*app));

	if (!app)
		return NULL;
	if (model_init(&app->model) != 0) {
		free(app);
		return NULL;
	}
	app->setup = *setup;
	app->far = setup->far;
	app->map = setup->map;
	app->clock_minutes = -1;
	app->shown = (struct app_shown){ NAN, NAN, NAN, NAN };
	app->dirty = true;
	draw_init(&app->list, setup->measure, setup->measure_ctx);
	return app;
}

void app_free(struct app *app)
{
	if (!app)
		return;
	matplot_fini(&app->mat);
	swayplot_fini(&app->sway);
	canvas_fini(&app->hold);
	canvas_fini(&app->check);
	model_fini(&app->model);
	free(app);
}

static const struct screen_ops *current(const struct app *app)
{
	return app->help ? &screens_help : app->far ? &screens_far : &screens_near;
}

const char *app_screen_name(const struct app *app)
{
	return current(app)->name;
}

void app_set_clock(struct app *app, int minutes)
{
	if (minutes != app->clock_minutes)
		app->dirty = true;
	app->clock_minutes = minutes;
}

static void act(struct app *app, int id, int64_t now_ns)
{
	switch (id) {
	case APP_ZERO:
		app->want_tare = true;
		model_notice(&app->model, "Zeroing: keep off the mat…", false, now_ns);
		break;
	case APP_COLOURS:
		app->map = app->map == COLORMAP_INFERNO ? COLORMAP_CIVIDIS
							: COLORMAP_INFERNO;
		break;
	case APP_CELLS:
		app->raw_cells = !app->raw_cells;
		break;
	case APP_ROLE:
		app->far = !app->far;
		break;
	default:
		return;
	}
	app->dirty = true;
}

/* Keys that need no focus. */
static void shortcut(struct app *app, int key, int64_t now_ns)
{
	switch (key) {
	case 'q':
	case INPUT_KEY_ESCAPE:
		app->quit |= !app->setup.kiosk;
		break;
	case INPUT_KEY_F1:
	case '?':
		app->help = true;
		break;
	case 'c':
		act(app, APP_COLOURS, now_ns);
		break;
	case 'm':
		act(app, APP_CELLS, now_ns);
		break;
	case 'r':
		act(app, APP_ROLE, now_ns);
		break;
	case 'z':
		widgets_press_key(&app->widgets, APP_ZERO, key, now_ns);
		break;
	default:
		break;
	}
}

void app_event(struct app *app, const struct input_event *event, int64_t now_ns)
{
	bool used;
	int id;

	app->dirty = true;
	if (event->kind == INPUT_QUIT) {
		app->quit = true;
		return;
	}
	if (app->help) {
		if (event->kind == INPUT_KEY_DOWN || event->kind == INPUT_POINTER_UP)
			app->help = false;
		return;
	}
	id = widgets_event(&app->widgets, event, now_ns, &used);
	act(app, id, now_ns);
	if (!used && event->kind == INPUT_KEY_DOWN)
		shortcut(app, event->key, now_ns);
}

void app_tick(struct app *app, int64_t now_ns)
{
	act(app, widgets_tick(&app->widgets, now_ns), now_ns);
}

bool app_needs_draw(const struct app *app, int64_t now_ns)
{
	if (app->dirty || app->model.version != app->painted_version)
		return true;
	if (now_ns >= app->next_change_ns)
		return true;
	return app->widgets.pressed != WIDGETS_NONE &&
	       now_ns >= app->now_ns + HOLD_STEP_NS;
}

int64_t app_next_draw_ns(const struct app *app, int64_t now_ns)
{
	int64_t next_ns = app->next_change_ns;

	if (app_needs_draw(app, now_ns))
		return now_ns;
	if (app->widgets.pressed != WIDGETS_NONE &&
		app->now_ns + HOLD_STEP_NS < next_ns)
		next_ns = app->now_ns + HOLD_STEP_NS;
	return next_ns;
}

static void settle(struct app *app)
{
	const struct model_numbers *n = &app->model.numbers;

	parts_settle(&app->shown.left_pct, n->left_frac * 100, 1);
	parts_settle(&app->shown.fore_pct, n->fore_frac * 100, 1);
	parts_settle(&app->shown.mass_kg, n->mass_kg, 0.1);
	parts_settle(&app->shown.width_mm, n->width_mm, 1);
}

void app_draw(struct app *app, int64_t now_ns)
{
	app->now_ns = now_ns;
	app->state = model_state(&app->model, now_ns);
	settle(app);
	draw_clear(&app->list);
	widgets_clear(&app->widgets);
	current(app)->draw(app);
	app->dirty = false;
	app->painted_version = app->model.version;
	app->next_change_ns = model_next_change(&app->model, now_ns);
}
