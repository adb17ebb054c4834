/* The clinician's screens on a stage of their own: a fake measure of texts, a clock, touches, what is asked of
 * the daemon and what is on the screen. Everything is static, for the programs of tests/unit that
 * include it after cmocka. */
#ifndef STANCE_TESTS_UI_CLINIC_STAGE_H
#define STANCE_TESTS_UI_CLINIC_STAGE_H

#define SCENE_SECONDS 1
#include "tests/ui/stage.h"

#define MS INT64_C(1000000)

static inline void fake_measure(const struct draw_style *style, const char *text,
	struct draw_metrics *m, void *ctx)
{
	(void)ctx;
	*m = (struct draw_metrics){ (int)strlen(text) * style->size_px / 2,
		style->size_px * 5 / 4, style->size_px };
}

static int64_t now;
static const char *panel = "800x480";
static double text_scale = 1;

static inline struct app *open_app(const char *screen, const char *arg)
{
	struct app_setup setup =
		scene_setup(layout_profile_find(panel), false, text_scale);
	struct app *app;

	setup.home = "worklist";
	scene_measure(&setup, fake_measure, NULL);
	app = app_new(&setup);
	assert_non_null(app);
	app_connected(app, SCENE_START);
	now = scene_named(app, "live");
	app_set_today(app, "2026-11-28");
	if (screen)
		stage_go(app, screen, arg, now);
	return app;
}

static inline const char *screen_of(struct app *app)
{
	return view_screen_name(app_view(app, 0));
}

/* The person still stands there. */
static inline void stands(struct app *app)
{
	struct stance_sample sample = app->model.sample;

	sample.seq++;
	sample.t_ns = now;
	model_sample(&app->model, &sample, now);
}

/* A touch, each half a second after the one before. */
static inline void tap(struct app *app, const char *name)
{
	now += 500 * MS;
	stands(app);
	if (!stage_tap(app, name, now))
		fail_msg("%s is not on the screen %s", name, screen_of(app));
	now += 60 * MS;
}

static inline void hold(struct app *app, const char *name)
{
	now += 500 * MS;
	stands(app);
	if (!stage_hold(app, name, now, 1300 * MS))
		fail_msg("%s is not on the screen %s", name, screen_of(app));
	now += 1300 * MS;
	stands(app);
}

/* Take the next request, which must be for `method`; its parameters, to be freed. */
static const struct app_ask *taken;

/* What the patient's screens ask is not looked at, nor what the app itself does. */
static inline const struct app_ask *next_ask(struct app *app)
{
	const struct app_ask *ask;

	do
		ask = app_next_ask(app);
	while (ask && (ask->view->role == VIEW_FAR || ask->serial == 0));
	return ask;
}

static inline json_t *take(struct app *app, const char *method)
{
	json_t *params;

	stage_settle(app, now);
	taken = next_ask(app);
	if (!taken || strcmp(taken->method, method) != 0)
		fail_msg("asked for %s instead of %s",
			taken ? taken->method : "nothing", method);
	params = json_loads(taken->params ? taken->params : "{}", 0, NULL);
	assert_non_null(params);
	return params;
}

static inline void answer(struct app *app, const char *text)
{
	json_t *result = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(result);
	app_answered(app, taken->id, result, 0, NULL, now);
	json_decref(result);
	stage_settle(app, now);
}

static inline void refuse(struct app *app, int code, const char *message)
{
	app_answered(app, taken->id, NULL, code, message, now);
	stage_settle(app, now);
}

/* Return true if a text is on the screen, on one line or over several. */
static inline bool shows(struct app *app, const char *text)
{
	static char all[DRAW_TEXT_BYTES * 2];
	const struct draw_list *list = &app_view(app, 0)->ui.list;
	size_t n = 0;

	stage_settle(app, now);
	for (int i = 0; i < list->n_commands; i++)
		if (list->commands[i].kind == DRAW_TEXT)
			n += (size_t)snprintf(all + n, sizeof(all) - n, "%s ",
				draw_text_of(list, &list->commands[i]));
	return n > 0 && strstr(all, text);
}

#endif
