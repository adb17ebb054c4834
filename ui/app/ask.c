#include "ui/app/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "ui/app/said.h"

#define LOG_TAG "ui"
#include "src/base/log.h"

/* chosen: above what the runner gives any program, and one may wait for another */
#define RUN_NS (300 * CLOCK_NS_PER_S)

/* No screen has it: serials begin at 1. */
#define GUARD_SERIAL 0

static const char *words_of(int code)
{
	switch (code) {
	case VIEW_ANSWER_GONE:
		return _("Stance is not running: it is connected again by itself.");
	case VIEW_ANSWER_LATE:
		return _("No answer in time: try again.");
	default:
		return _("Too much at once: try again in a moment.");
	}
}

/* Free the place first: whoever is told may ask again at once. */
static void answer(
	struct app_ask *ask, const struct json_t *result, int code, const char *message)
{
	const struct app_ask done = *ask;
	const struct view_answer a = { code, result,
		message ? said_text(message) : "" };

	*ask = (struct app_ask){ 0 };
	free(done.params);
	if (done.serial == GUARD_SERIAL)
		guard_answer(done.view->app, result, code);
	else
		view_answered(done.view, done.serial, done.tag, &a);
	guard_code(done.view->app, code);
}

/* Return a free place, NULL if there is none; `*code` receives why the daemon is not asked. */
static struct app_ask *place(struct app *app, int *code)
{
	struct app_ask *free_place = NULL;
	int n_open = 0;

	for (int i = 0; i < APP_ASK_PLACES; i++) {
		n_open += app->asks[i].id != 0 && app->asks[i].code == 0;
		if (app->asks[i].id == 0 && !free_place)
			free_place = &app->asks[i];
	}
	*code = n_open >= APP_MAX_ASKS ? VIEW_ANSWER_FULL : 0;
	return free_place;
}

/* `run`: a program instead of the daemon, NULL for none. */
static void ask_as(struct view *v, uint32_t serial, int tag, const char *method,
	struct json_t *params, int64_t timeout_ns, const struct run_wish *run)
{
	struct app *app = v->app;
	int code;
	struct app_ask *ask = place(app, &code);

	if (ask) {
		*ask = (struct app_ask){ .id = ++app->last_ask,
			.view = v,
			.serial = serial,
			.tag = tag,
			.timeout_ns = timeout_ns,
			.code = code };
		if (run)
			ask->run = *run;
		snprintf(ask->method, sizeof(ask->method), "%s", method);
		ask->params = params ? json_dumps(params, JSON_COMPACT) : NULL;
	} else {
		log_err("%s: not asked, %d requests are waiting", method,
			APP_ASK_PLACES);
	}
	json_decref(params);
}

static void ask_for(struct view *v, int tag, const char *method, struct json_t *params,
	int64_t timeout_ns, const struct run_wish *run)
{
	const struct view_frame *asks =
		v->current ? v->current : &v->stack[v->depth - 1];

	ask_as(v, asks->serial, tag, method, params, timeout_ns, run);
}

void ask_guard(struct app *app, const char *method)
{
	ask_as(&app->views[VIEW_NEAR], GUARD_SERIAL, 0, method, NULL, APP_ASK_NS, NULL);
}

void view_ask_within(struct view *v, int tag, const char *method, struct json_t *params,
	int64_t timeout_ns)
{
	ask_for(v, tag, method, params, timeout_ns, NULL);
}

void view_run(struct view *v, int tag, const struct run_wish *wish)
{
	ask_for(v, tag, "", NULL, RUN_NS, wish);
}

void view_ask(struct view *v, int tag, const char *method, struct json_t *params)
{
	view_ask_within(v, tag, method, params, APP_ASK_NS);
}

static bool is_run(const struct app_ask *ask)
{
	return ask->run.program != RUN_NOTHING;
}

static struct app_ask *oldest_unsent(struct app *app, bool runs)
{
	struct app_ask *oldest = NULL;

	for (int i = 0; i < APP_ASK_PLACES; i++) {
		struct app_ask *ask = &app->asks[i];
		if (ask->id != 0 && !ask->sent && ask->code == 0 &&
			is_run(ask) == runs && (!oldest || ask->id < oldest->id))
			oldest = ask;
	}
	return oldest;
}

const struct app_ask *app_next_ask(struct app *app)
{
	struct app_ask *ask = app->model.connected ? oldest_unsent(app, false) : NULL;

	if (ask)
		ask->sent = true;
	return ask;
}

const struct app_ask *app_next_run(struct app *app)
{
	struct app_ask *ask = oldest_unsent(app, true);

	if (ask)
		ask->sent = true;
	return ask;
}

void app_answered(struct app *app, int64_t id, const struct json_t *result, int code,
	const char *message, int64_t now_ns)
{
	(void)now_ns;
	for (int i = 0; i < APP_ASK_PLACES; i++)
		if (app->asks[i].id == id && id != 0) {
			answer(&app->asks[i], result, code, message);
			return;
		}
}

void ask_tick(struct app *app, int64_t now_ns)
{
	for (int i = 0; i < APP_ASK_PLACES; i++) {
		struct app_ask *ask = &app->asks[i];
		if (ask->id == 0)
			continue;
		if (ask->deadline_ns == 0)
			ask->deadline_ns = now_ns + ask->timeout_ns;
		if (!app->model.connected && !ask->sent && !is_run(ask))
			ask->code = VIEW_ANSWER_GONE;
		if (now_ns >= ask->deadline_ns)
			ask->code = VIEW_ANSWER_LATE;
		if (ask->code != 0)
			answer(ask, NULL, ask->code, words_of(ask->code));
	}
}

void ask_gone(struct app *app)
{
	for (int i = 0; i < APP_ASK_PLACES; i++)
		if (app->asks[i].id != 0 && !is_run(&app->asks[i]))
			answer(&app->asks[i], NULL, VIEW_ANSWER_GONE,
				words_of(VIEW_ANSWER_GONE));
}
