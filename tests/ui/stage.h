/* A stage for screens: the app with a fake daemon and a finger, without window, socket or clock.
 * Everything is static, for the programs of tests/ui and tests/unit that include it. */
#ifndef STANCE_TESTS_UI_STAGE_H
#define STANCE_TESTS_UI_STAGE_H

#include <jansson.h>

#include "tests/ui/scene.h"
#include "tests/ui/sheet_picture.h"

/* As the loop does: what nothing has changed is not drawn. */
static inline void stage_draw(struct app *app, int64_t now_ns)
{
	if (app_needs_draw(app, 0, now_ns))
		app_draw(app, 0, now_ns);
}

/* Let the screens do what is due, and draw the window, so that its widgets are there. */
static inline void stage_settle(struct app *app, int64_t now_ns)
{
	app_tick(app, now_ns);
	stage_draw(app, now_ns);
	app_tick(app, now_ns);
	stage_draw(app, now_ns);
}

/* Whether a text on the screen, as it was drawn last, holds `part`. */
static inline bool stage_reads(struct app *app, const char *part)
{
	const struct draw_list *list = &app_view(app, 0)->ui.list;

	for (int i = 0; i < list->n_commands; i++)
		if (list->commands[i].kind == DRAW_TEXT &&
			strstr(draw_text_of(list, &list->commands[i]), part))
			return true;
	return false;
}

/* Go to a screen of the role shown. */
static inline void stage_go(
	struct app *app, const char *screen, const char *arg, int64_t now_ns)
{
	view_go(app_view(app, 0), screen, arg);
	stage_settle(app, now_ns);
}

/* Touch a widget by its name for `held_ns`. Returns false if it is not on the screen. */
static inline bool stage_hold(
	struct app *app, const char *name, int64_t now_ns, int64_t held_ns)
{
	struct input_event e = { .kind = INPUT_POINTER_DOWN, .pointer = 1 };
	const struct widget *w;

	stage_settle(app, now_ns);
	w = widgets_find_name(&app_view(app, 0)->ui.widgets, name);
	if (!w)
		return false;
	e.x = w->rect.x + w->rect.w / 2;
	e.y = w->rect.y + w->rect.h / 2;
	app_event(app, 0, &e, now_ns);
	app_tick(app, now_ns + held_ns);
	e.kind = INPUT_POINTER_UP;
	app_event(app, 0, &e, now_ns + held_ns);
	stage_settle(app, now_ns + held_ns);
	return true;
}

static inline bool stage_tap(struct app *app, const char *name, int64_t now_ns)
{
	return stage_hold(app, name, now_ns, 60 * SCENE_MS);
}

/* A finger at `u`, `v` (0..1 of the scene) of a panel that says `skew` of where it is; the event is as the window makes it,
 * by the matrix in force. */
static inline void stage_finger(struct app *app, const struct touch_matrix *skew,
	enum input_kind kind, int64_t pointer, double u, double v, int64_t now_ns)
{
	const struct layout_display *d = &app_view(app, 0)->ui.display;
	int rotation_deg = app->setup.rotation_deg;
	struct input_event e = { .kind = kind, .pointer = pointer, .on_panel = true };
	double x, y;

	layout_panel_at(rotation_deg, u, v, &x, &y);
	touch_apply(skew, &x, &y);
	x = e.panel_x = fmin(fmax(x, 0), 1);
	y = e.panel_y = fmin(fmax(y, 0), 1);
	touch_apply(&app->touch.now, &x, &y);
	layout_touch_px(d->w, d->h, rotation_deg, x, y, &e.x, &e.y);
	app_event(app, 0, &e, now_ns);
}

/* It comes down and up again. */
static inline void stage_finger_tap(struct app *app, const struct touch_matrix *skew,
	double u, double v, int64_t now_ns)
{
	stage_finger(app, skew, INPUT_POINTER_DOWN, 1, u, v, now_ns);
	stage_finger(app, skew, INPUT_POINTER_UP, 1, u, v, now_ns + 60 * SCENE_MS);
	stage_settle(app, now_ns + 60 * SCENE_MS);
}

static inline void stage_key(struct app *app, int key, int64_t now_ns)
{
	struct input_event e = { .kind = INPUT_KEY_DOWN, .key = key };

	app_event(app, 0, &e, now_ns);
	e.kind = INPUT_KEY_UP;
	app_event(app, 0, &e, now_ns + 20 * SCENE_MS);
	stage_settle(app, now_ns + 20 * SCENE_MS);
}

/* Type ASCII. */
static inline void stage_type(struct app *app, const char *text, int64_t now_ns)
{
	for (; *text != '\0'; text++) {
		struct input_event e = { .kind = INPUT_TEXT };
		e.text[0] = *text;
		app_event(app, 0, &e, now_ns);
	}
	stage_settle(app, now_ns);
}

/* Return the next request of the role shown; what the other one asks meanwhile is refused. */
static inline const struct app_ask *stage_next_ask(struct app *app, int64_t now_ns)
{
	const struct app_ask *ask;

	while ((ask = app_next_ask(app)) != NULL && ask->view != app_view(app, 0))
		app_answered(app, ask->id, NULL, -32601, "no such method", now_ns);
	return ask;
}

/* Answer the next request, which must be for `method`, with a JSON text; `code` not 0: with an
 * error of that code and the text as its message. Returns false if another or none is waiting. */
static inline bool stage_answer(
	struct app *app, const char *method, int code, const char *text, int64_t now_ns)
{
	const struct app_ask *ask;
	json_t *result;

	stage_settle(app, now_ns);
	ask = stage_next_ask(app, now_ns);
	if (!ask || strcmp(ask->method, method) != 0)
		return false;
	result = code == 0 ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	if (code == 0 && !result)
		return false;
	app_answered(app, ask->id, result, code, code ? text : NULL, now_ns);
	json_decref(result);
	stage_settle(app, now_ns);
	return true;
}

/* Answer whatever is asked until nothing is: `answers` are pairs of method and JSON text, NULL at the
 * end; what is not among them is refused. */
static inline void stage_serve(
	struct app *app, const char *const *answers, int64_t now_ns)
{
	const struct app_ask *ask;

	stage_settle(app, now_ns);
	while ((ask = app_next_ask(app)) != NULL) {
		const char *const *a = answers;
		json_t *result = NULL;
		while (*a && strcmp(a[0], ask->method) != 0)
			a += 2;
		if (*a)
			result = json_loads(a[1], JSON_DECODE_ANY, NULL);
		app_answered(app, ask->id, result, result ? 0 : -32601,
			result ? NULL : "no such method", now_ns);
		json_decref(result);
		stage_settle(app, now_ns);
	}
}

/* Return true if the next program that a screen wants to have run is `program`. */
static inline bool stage_wants_run(const struct app *app, enum run_program program)
{
	const struct app_ask *oldest = NULL;

	for (int i = 0; i < APP_ASK_PLACES; i++) {
		const struct app_ask *ask = &app->asks[i];
		if (ask->run.program != RUN_NOTHING && ask->id != 0 && !ask->sent &&
			(!oldest || ask->id < oldest->id))
			oldest = ask;
	}
	return oldest && oldest->run.program == program;
}

/* Answer the next program that a screen has run, which must be `program`: it ended with `status` and said `text`; a
 * preview that ended well has a picture, of two sheets. Returns false if another or none is wanted. */
static inline bool stage_run(struct app *app, enum run_program program, int status,
	const char *text, int64_t now_ns)
{
	const struct app_ask *ask;
	json_t *result;

	stage_settle(app, now_ns);
	if (!stage_wants_run(app, program))
		return false;
	ask = app_next_run(app);
	sheet_picture_wish = ask->run;
	result = json_pack(
		"{s:b, s:i, s:s}", "ok", status == 0, "status", status, "text", text);
	if (status == 0 && program == RUN_PREVIEW) {
		json_object_set_new(
			result, "pages", json_integer(ask->run.for_patient ? 1 : 2));
		json_object_set_new(result, "picture", json_string("page.png"));
	}
	app_answered(app, ask->id, result, 0, NULL, now_ns);
	json_decref(result);
	stage_settle(app, now_ns);
	return true;
}

/* A message of a stream. */
static inline bool stage_tell(
	struct app *app, const char *stream, const char *text, int64_t now_ns)
{
	json_t *document = json_loads(text, 0, NULL);

	if (!document)
		return false;
	app_told(app, stream, document);
	json_decref(document);
	stage_settle(app, now_ns);
	return true;
}

#endif
