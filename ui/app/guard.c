#include "ui/app/guard.h"

#include <string.h>

#include <jansson.h>

#include "ui/app/app.h"
#include "ui/app/ask.h"

void guard_look(struct app *app)
{
	if (view_has(&app->views[VIEW_NEAR], "lock"))
		ask_guard(app, "station.status");
}

/* Without a daemon there is nothing to be seen, and what was locked stays so on the screen. */
void guard_disconnected(struct app *app)
{
	app->guard.trial_runs = false;
}

/* Whoever comes next is somebody else. */
static void lock(struct app *app)
{
	app->operator_name[0] = '\0';
	view_lock(&app->views[VIEW_NEAR]);
}

void guard_station(struct app *app, const struct json_t *station)
{
	struct guard *g = &app->guard;

	g->pin_set = json_is_true(json_object_get(station, "pin_set"));
	g->locked = json_is_true(json_object_get(station, "locked"));
	if (g->locked)
		lock(app);
}

void guard_answer(struct app *app, const struct json_t *result, int code)
{
	if (code == 0)
		guard_station(app, result);
}

void guard_code(struct app *app, int code)
{
	if (code != GUARD_LOCKED)
		return;
	app->guard.locked = app->guard.pin_set = true;
	lock(app);
}

void guard_trial(struct app *app, const struct json_t *progress)
{
	static const char *const words[] = { "waiting", "settling", "measuring",
		"storing" };
	const char *state = json_string_value(json_object_get(progress, "state"));

	app->guard.trial_runs = false;
	for (int i = 0; state && i < 4; i++)
		app->guard.trial_runs |= strcmp(state, words[i]) == 0;
}

void guard_lock(struct app *app)
{
	ask_guard(app, "station.lock");
}

/* What is measured is watched, not touched: the time begins anew when it ends. */
void guard_tick(struct app *app, int64_t now_ns)
{
	struct view *v = &app->views[VIEW_NEAR];

	if (v->input_ns == 0 || app->guard.trial_runs)
		v->input_ns = now_ns;
	if (app->setup.lock_ns == 0 || now_ns - v->input_ns < app->setup.lock_ns)
		return;
	v->input_ns = now_ns;
	if (app->guard.locked)
		view_lock(v); /* back to it, from a measurement of nobody */
	else if (view_has(v, "lock"))
		guard_lock(app); /* refused without a PIN, which may be new */
}
