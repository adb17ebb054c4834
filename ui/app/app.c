#include "ui/app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app/ask.h"

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
	sound_init(&app->sound, setup->sound);
	touch_try_init(&app->touch, setup->touch);
	app->shown = setup->role;
	app->map = setup->map;
	app->clock_minutes = -1;
	for (int i = 0; i < VIEW_N_ROLES; i++)
		if (view_init(&app->views[i], app, (enum view_role)i) != 0) {
			app_free(app);
			return NULL;
		}
	return app;
}

void app_free(struct app *app)
{
	if (!app)
		return;
	for (int i = 0; i < VIEW_N_ROLES; i++)
		view_fini(&app->views[i]);
	for (int i = 0; i < APP_ASK_PLACES; i++)
		free(app->asks[i].params);
	sound_fini(&app->sound);
	model_fini(&app->model);
	free(app);
}

struct view *app_view(struct app *app, int window)
{
	return &app->views[app->setup.two_windows ? window : (int)app->shown];
}

void app_switch_role(struct app *app)
{
	if (app->setup.two_windows)
		return;
	app->shown = app->shown == VIEW_NEAR ? VIEW_FAR : VIEW_NEAR;
	widgets_forget(&app->views[app->shown].ui.widgets);
	app->views[app->shown].dirty = true;
}

void app_set_clock(struct app *app, int minutes)
{
	if (minutes == app->clock_minutes)
		return;
	app->clock_minutes = minutes;
	for (int i = 0; i < VIEW_N_ROLES; i++)
		app->views[i].dirty = true;
}

static void set_all_dirty(struct app *app)
{
	for (int i = 0; i < VIEW_N_ROLES; i++)
		app->views[i].dirty = true;
}

void app_set_warning(struct app *app, enum app_warning warning)
{
	if (warning == app->warning)
		return;
	app->warning = warning;
	if (warning == APP_WARNING_NONE)
		app->muted = APP_WARNING_NONE;
	set_all_dirty(app);
}

void app_mute_warning(struct app *app)
{
	app->muted = app->warning;
	set_all_dirty(app);
}

void app_set_today(struct app *app, const char *day)
{
	snprintf(app->today, sizeof(app->today), "%s", day);
}

static int within(int at, int most)
{
	return at < -1 ? -1 : at > most ? most : at;
}

void app_event(
	struct app *app, int window, const struct input_event *event, int64_t now_ns)
{
	struct view *v = app_view(app, window);
	struct input_event near = *event;

	/* What a broken panel says may be anywhere: beside the screen is beside it, however far. */
	near.x = within(event->x, v->ui.display.w);
	near.y = within(event->y, v->ui.display.h);
	if (event->kind == INPUT_QUIT)
		app->quit = true;
	else
		view_event(v, &near, now_ns);
}

void app_tick(struct app *app, int64_t now_ns)
{
	touch_try_tick(&app->touch, now_ns);
	ask_tick(app, now_ns);
	guard_tick(app, now_ns);
	for (int i = 0; i < VIEW_N_ROLES; i++)
		view_tick(&app->views[i], now_ns);
}

void app_show_patient(struct app *app, const char *screen, const char *arg)
{
	struct view *v = &app->views[VIEW_FAR];

	/* It is there at that view's next tick. */
	if (strcmp(view_screen_name(v), screen) != 0)
		view_go(v, screen, arg);
	if (app->shown != VIEW_FAR)
		app_switch_role(app);
}

bool app_needs_draw(struct app *app, int window, int64_t now_ns)
{
	return view_needs_draw(app_view(app, window), now_ns);
}

int64_t app_next_draw_ns(struct app *app, int64_t now_ns)
{
	int64_t next_ns = INT64_MAX;

	for (int i = 0; i <= app->setup.two_windows; i++) {
		int64_t at_ns = view_next_draw_ns(app_view(app, i), now_ns);
		next_ns = at_ns < next_ns ? at_ns : next_ns;
	}
	return next_ns;
}

void app_draw(struct app *app, int window, int64_t now_ns)
{
	view_draw(app_view(app, window), now_ns);
}

void app_connected(struct app *app, int64_t now_ns)
{
	model_connected(&app->model, now_ns);
	for (int i = 0; i < VIEW_N_ROLES; i++)
		view_connected(&app->views[i]);
	guard_look(app);
}

void app_disconnected(struct app *app, int64_t now_ns)
{
	model_disconnected(&app->model, now_ns);
	guard_disconnected(app);
	ask_gone(app);
}

void app_told(struct app *app, const char *stream, const struct json_t *document)
{
	if (strcmp(stream, "trial") == 0)
		guard_trial(app, document);
	for (int i = 0; i < VIEW_N_ROLES; i++)
		view_told(&app->views[i], stream, document);
}
