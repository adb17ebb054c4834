#include "ui/app/view.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "ui/app/app.h"
#include "ui/core/parts.h"
#include "ui/core/units_text.h"

#define LOG_TAG "ui"
#include "src/base/log.h"

/* What moves while a widget is held moves at this pace. */
#define HOLD_STEP_NS (33 * CLOCK_NS_PER_MS)

static struct view_frame *top(struct view *v)
{
	return &v->stack[v->depth - 1];
}

const char *view_screen_name(const struct view *v)
{
	return v->stack[v->depth - 1].screen->name;
}

const char *view_arg(const struct view *v)
{
	return v->current ? v->current->arg : v->stack[v->depth - 1].arg;
}

/* --- the stack ----------------------------------------------------------------------------- */

static bool reachable(const struct screen *screen, enum view_role role)
{
	return screen->role == role || screen->either_role;
}

static const struct screen *find(const struct view *v, const char *name)
{
	const struct screen *const *s = v->app->setup.screens;

	for (; *s; s++)
		if (strcmp((*s)->name, name) == 0 && reachable(*s, v->role))
			return *s;
	return NULL;
}

bool view_has(const struct view *v, const char *name)
{
	return find(v, name) != NULL;
}

/* The screen where a role begins: the clinician's may be chosen. */
static const struct screen *first_of(const struct app *app, enum view_role role)
{
	const struct screen *const *s = app->setup.screens;
	const char *home = role == VIEW_NEAR ? app->setup.home : NULL;

	for (; home && *s; s++)
		if ((*s)->role == role && strcmp((*s)->name, home) == 0)
			return *s;
	s = app->setup.screens;
	while (*s && (*s)->role != role)
		s++;
	return *s;
}

/* Ends what the finger or the keyboard was at: ids of another screen mean other things. */
static void settle_on(struct view *v)
{
	const struct screen *screen = top(v)->screen;

	widgets_forget(&v->ui.widgets);
	v->more = 0;
	v->dirty = true;
	v->current = top(v);
	if (screen->load)
		screen->load(v, top(v)->state);
	v->current = NULL;
}

static void pop(struct view *v)
{
	struct view_frame *frame = top(v);

	v->current = frame;
	if (frame->screen->leave)
		frame->screen->leave(v, frame->state);
	v->current = NULL;
	free(frame->state);
	*frame = (struct view_frame){ 0 };
	v->depth--;
}

static int push(struct view *v, const struct screen *screen, const char *arg)
{
	struct view_frame *frame = &v->stack[v->depth];
	int error = 0;

	*frame = (struct view_frame){ .screen = screen,
		.state = calloc(1, screen->state_size + 1),
		.serial = ++v->last_serial };
	if (!frame->state)
		return -ENOMEM;
	snprintf(frame->arg, sizeof(frame->arg), "%s", arg);
	v->depth++;
	v->current = frame;
	if (screen->enter)
		error = screen->enter(v, frame->state);
	v->current = NULL;
	if (error == 0)
		return 0;
	log_warn("screen %s: %s", screen->name, strerror(-error));
	free(frame->state);
	*frame = (struct view_frame){ 0 };
	v->depth--;
	return error;
}

static void move_forward(struct view *v, enum view_move move)
{
	struct view_frame *frame;

	/* A stack that is full loses what lies under the top, never the way home. */
	if (v->depth == VIEW_MAX_DEPTH)
		move = VIEW_MOVE_REPLACE;
	if (move == VIEW_MOVE_GO) {
		push(v, v->move_to, v->move_arg);
		return;
	}
	pop(v);
	if (push(v, v->move_to, v->move_arg) == 0 || v->depth > 0)
		return;
	/* The first screen could not be replaced: a role is never without one. */
	frame = &v->stack[0];
	*frame = (struct view_frame){ .screen = first_of(v->app, v->role) };
	push(v, frame->screen, "");
}

/* Do what the screens asked for while their callbacks ran; one may ask again when it is loaded. */
static void move_now(struct view *v)
{
	for (int i = 0; i < VIEW_MAX_DEPTH && v->move != VIEW_STAY; i++) {
		enum view_move move = v->move;
		v->move = VIEW_STAY;
		if (move == VIEW_MOVE_GO || move == VIEW_MOVE_REPLACE) {
			move_forward(v, move);
		} else {
			if (v->depth <= 1)
				return;
			do
				pop(v);
			while (move == VIEW_MOVE_HOME && v->depth > 1);
		}
		settle_on(v);
	}
}

/* Only the screen on top moves: an answer that comes late leads nobody away from another, least of all from the
 * lock. */
static void want(struct view *v, enum view_move move, const char *name, const char *arg)
{
	const struct screen *screen = name ? find(v, name) : NULL;

	if (v->current && v->current != top(v))
		return;
	if (name && !screen) {
		log_err("there is no screen %s here", name);
		return;
	}
	v->move = move;
	v->move_to = screen;
	snprintf(v->move_arg, sizeof(v->move_arg), "%s", arg ? arg : "");
}

void view_go(struct view *v, const char *name, const char *arg)
{
	want(v, VIEW_MOVE_GO, name, arg);
}

void view_replace(struct view *v, const char *name, const char *arg)
{
	want(v, VIEW_MOVE_REPLACE, name, arg);
}

void view_back(struct view *v)
{
	want(v, VIEW_MOVE_BACK, NULL, NULL);
}

void view_home(struct view *v)
{
	want(v, VIEW_MOVE_HOME, NULL, NULL);
}

/* Return how deep the lock lies, -1 where it is not. */
static int lock_depth(const struct view *v)
{
	for (int i = 0; i < v->depth; i++)
		if (strcmp(v->stack[i].screen->name, "lock") == 0)
			return i;
	return -1;
}

void view_lock(struct view *v)
{
	int at = lock_depth(v);

	if (!find(v, "lock") || at == v->depth - 1)
		return;
	if (at >= 0) { /* what was opened over it goes */
		while (v->depth > at + 1)
			pop(v);
		settle_on(v);
		return;
	}
	v->current = NULL;
	view_go(v, "lock", NULL);
	move_now(v);
}

int view_init(struct view *v, struct app *app, enum view_role role)
{
	const struct screen *home = first_of(app, role);

	v->app = app;
	v->role = role;
	v->dirty = true;
	v->shown = (struct view_shown){ NAN, NAN, NAN, NAN };
	ui_init(&v->ui, &app->setup.display[role], app->setup.measure[role],
		app->setup.measure_ctx[role]);
	return home ? push(v, home, "") : -EINVAL;
}

void view_fini(struct view *v)
{
	while (v->depth > 0)
		pop(v);
	matplot_fini(&v->mat);
	swayplot_fini(&v->sway);
	ui_fini(&v->ui);
}

/* --- events and time ----------------------------------------------------------------------- */

/* What the view's own widgets do, on every screen. */
static void act_own(struct view *v, int id)
{
	switch (id) {
	case VIEW_BACK:
		view_back(v);
		break;
	case VIEW_ROLE:
		app_switch_role(v->app);
		break;
	case VIEW_HELP:
		view_go(v, "help", NULL);
		break;
	case VIEW_LOCK:
		view_go(v, "lock", NULL);
		break;
	case VIEW_WARNING:
		app_mute_warning(v->app);
		return;
	case VIEW_SERVICE:
		view_go(v, "service", NULL);
		break;
	case VIEW_MORE:
		v->more++;
		v->more_ns = v->ui.now_ns;
		break;
	default:
		break;
	}
}

static void act(struct view *v, int id)
{
	struct view_frame *frame = top(v);

	if (id == WIDGETS_NONE)
		return;
	v->dirty = true;
	if (WIDGET_ID_OF(id) >= VIEW_FIRST_ID) {
		act_own(v, WIDGET_ID_OF(id));
	} else if (frame->screen->act) {
		v->current = frame;
		frame->screen->act(
			v, frame->state, WIDGET_ID_OF(id), WIDGET_INDEX_OF(id));
		v->current = NULL;
	}
}

/* Keys that mean the same on every screen that does not use them itself. */
static void own_key(struct view *v, int key)
{
	switch (key) {
	case INPUT_KEY_ESCAPE:
		if (v->depth > 1)
			view_back(v);
		else
			v->app->quit |= !v->app->setup.kiosk;
		break;
	case 'q':
		v->app->quit |= !v->app->setup.kiosk;
		break;
	case 'b': /* some clickers' black screen */
		widgets_press_start(&v->ui.widgets, key, v->ui.now_ns);
		break;
	case INPUT_KEY_F1:
	case '?':
		view_go(v, "help", NULL);
		break;
	case 'p':
		app_show_patient(v->app, "plain", "asked");
		break;
	case 'r':
		app_switch_role(v->app);
		break;
	default:
		break;
	}
}

void view_event(struct view *v, const struct input_event *event, int64_t now_ns)
{
	struct view_frame *frame = top(v);
	bool used = false;
	int id;

	v->dirty = true;
	v->input_ns = now_ns;
	v->ui.now_ns = now_ns;
	id = widgets_event(&v->ui.widgets, event, now_ns, &used);
	act(v, id);
	if (!used && frame->screen->event) {
		v->current = frame;
		used = frame->screen->event(v, frame->state, event);
		v->current = NULL;
	}
	if (!used && event->kind == INPUT_KEY_DOWN)
		own_key(v, event->key);
	move_now(v);
}

void view_tick(struct view *v, int64_t now_ns)
{
	struct view_frame *frame;

	v->ui.now_ns = now_ns;
	act(v, widgets_tick(&v->ui.widgets, now_ns));
	move_now(v);
	frame = top(v);
	if (frame->screen->tick) {
		v->current = frame;
		frame->screen->tick(v, frame->state);
		v->current = NULL;
	}
	move_now(v);
}

void view_connected(struct view *v)
{
	struct view_frame *frame = top(v);

	v->dirty = true;
	v->current = frame;
	if (frame->screen->load)
		frame->screen->load(v, frame->state);
	v->current = NULL;
	move_now(v);
}

void view_told(struct view *v, const char *stream, const struct json_t *document)
{
	for (int i = 0; i < v->depth; i++) {
		struct view_frame *frame = &v->stack[i];
		if (!frame->screen->told)
			continue;
		v->current = frame;
		frame->screen->told(v, frame->state, stream, document);
		v->dirty = true;
	}
	v->current = NULL;
	move_now(v);
}

void view_answered(
	struct view *v, uint32_t serial, int tag, const struct view_answer *answer)
{
	for (int i = 0; i < v->depth; i++) {
		struct view_frame *frame = &v->stack[i];
		if (frame->serial != serial || !frame->screen->answer)
			continue;
		v->current = frame;
		frame->screen->answer(v, frame->state, tag, answer);
		v->dirty = true;
	}
	v->current = NULL;
	move_now(v);
}

/* --- drawing ------------------------------------------------------------------------------- */

static bool held(const struct view *v)
{
	return v->ui.widgets.pressed != WIDGETS_NONE;
}

/* When what was painted ceases to be true by time alone. A sample that changed nothing moves it away. */
static int64_t next_change_ns(const struct view *v)
{
	int64_t next_ns = model_next_change(&v->app->model, v->painted_ns);

	if (v->ui.redraw_ns < next_ns)
		next_ns = v->ui.redraw_ns;
	if (held(v) && v->painted_ns + HOLD_STEP_NS < next_ns)
		next_ns = v->painted_ns + HOLD_STEP_NS;
	return next_ns;
}

bool view_needs_draw(const struct view *v, int64_t now_ns)
{
	return v->dirty || v->app->model.version != v->painted_version ||
	       now_ns >= next_change_ns(v);
}

int64_t view_next_draw_ns(const struct view *v, int64_t now_ns)
{
	return view_needs_draw(v, now_ns) ? now_ns : next_change_ns(v);
}

/* In steps of what is shown, pounds where those are. */
static void settle_measure(double *shown, double value, enum units_text_kind kind)
{
	double there = units_text_scaled(kind, *shown);

	parts_settle(&there, units_text_scaled(kind, value),
		units_text_of(kind, value).step);
	*shown = units_text_typed(kind, there);
}

static void settle_numbers(struct view *v)
{
	const struct model_numbers *n = &v->app->model.numbers;

	parts_settle(&v->shown.left_pct, n->left_frac * 100, 1);
	parts_settle(&v->shown.fore_pct, n->fore_frac * 100, 1);
	settle_measure(&v->shown.mass_kg, n->mass_kg, UNITS_MASS);
	settle_measure(&v->shown.width_mm, n->width_mm, UNITS_LENGTH);
}

void view_draw(struct view *v, int64_t now_ns)
{
	const struct model *m = &v->app->model;
	struct view_frame *frame = top(v);

	v->state = model_state(m, now_ns);
	settle_numbers(v);
	ui_begin(&v->ui, now_ns);
	v->current = frame;
	frame->screen->draw(v, frame->state);
	v->current = NULL;
	ui_end(&v->ui);
	v->dirty = false;
	v->painted_ns = now_ns;
	v->painted_version = m->version;
}
