/* The station is locked: nothing of anybody is to be seen until the PIN is typed. A measurement of
 * nobody can be begun all the same. The daemon holds the lock and judges the PIN; opened elsewhere, it
 * opens here. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/entry.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

enum { KEYS = 1, FIELD, ANONYMOUS, STATUS, LOCK, UNLOCK };

/* How often it is looked whether it was opened elsewhere. Chosen. */
#define LOOK_NS (2 * CLOCK_NS_PER_S)

#define WRONG_PIN -32013
#define MUST_WAIT -32004
#define NO_PIN    -32010

static const char *const anonymous_texts[] = { N_("Measure without a patient"),
	N_("Anonymous"), NULL };

struct lock {
	struct entry pin;
	bool asking; /* a PIN is on its way */
	int64_t looked_ns;
	int64_t wait_until_ns; /* after too many wrong ones */
	int tries_left;        /* -1: not said */
	char message[400];
};

static int enter(struct view *v, void *state)
{
	struct lock *s = state;

	(void)v;
	s->pin.secret = s->pin.digits_only = true;
	s->pin.max_chars = 12;
	s->tries_left = -1;
	return 0;
}

static void leave(struct view *v, void *state)
{
	(void)v;
	memset(&((struct lock *)state)->pin, 0, sizeof(struct entry));
}

static void load(struct view *v, void *state)
{
	struct lock *s = state;

	s->asking = false;
	s->looked_ns = v->ui.now_ns;
	if (v->app->guard.locked)
		view_ask(v, STATUS, "station.status", NULL);
	else
		view_ask(v, LOCK, "station.lock", NULL);
}

static void tick(struct view *v, void *state)
{
	struct lock *s = state;

	if (!v->app->model.connected || !v->app->guard.locked ||
		v->ui.now_ns - s->looked_ns < LOOK_NS)
		return;
	s->looked_ns = v->ui.now_ns;
	view_ask(v, STATUS, "station.status", NULL);
}

/* What the daemon says of waiting, and whether it is open. */
static void take_station(struct view *v, struct lock *s, const json_t *station)
{
	double wait_s = clinic_number(station, "retry_after_s");

	s->tries_left = json_is_integer(json_object_get(station, "tries_left"))
				? (int)clinic_int(station, "tries_left")
				: -1;
	s->wait_until_ns =
		wait_s > 0 ? v->ui.now_ns + (int64_t)(wait_s * CLOCK_NS_PER_S) : 0;
	v->app->guard.locked = json_is_true(json_object_get(station, "locked"));
	v->app->guard.pin_set = json_is_true(json_object_get(station, "pin_set"));
	if (!v->app->guard.locked)
		view_back(v);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct lock *s = state;

	if (tag == UNLOCK) {
		s->asking = false;
		entry_set(&s->pin, "");
	}
	if (a->code == 0) {
		take_station(v, s, a->result);
	} else if (tag == LOCK && a->code == NO_PIN) {
		view_back(v); /* there is nothing that could open it */
	} else if (a->code == WRONG_PIN || a->code == MUST_WAIT) {
		snprintf(s->message, sizeof(s->message), "%s", _("Wrong PIN."));
		view_ask(v, STATUS, "station.status", NULL);
	} else {
		snprintf(s->message, sizeof(s->message), "%s", a->message);
	}
}

static bool must_wait(const struct view *v, const struct lock *s)
{
	return v->ui.now_ns < s->wait_until_ns;
}

static void typed(struct view *v, struct lock *s, enum entry_result result)
{
	if (result == ENTRY_CHANGED)
		s->message[0] = '\0';
	if (result != ENTRY_DONE || s->asking || s->pin.text[0] == '\0' ||
		must_wait(v, s))
		return;
	s->asking = true;
	view_ask(v, UNLOCK, "station.unlock", json_pack("{s:s}", "pin", s->pin.text));
}

static void act(struct view *v, void *state, int id, int index)
{
	struct lock *s = state;

	if (id == KEYS)
		typed(v, s, entry_act(&s->pin, index));
	else if (id == ANONYMOUS)
		view_go(v, "precheck", "");
}

/* Every key is used here: none leads past the lock. */
static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct lock *s = state;

	typed(v, s, entry_event(&s->pin, e));
	return e->kind == INPUT_KEY_DOWN || e->kind == INPUT_TEXT;
}

/* --- drawing --------------------------------------------------------------------------------- */

static int seconds_to_wait(const struct view *v, const struct lock *s)
{
	return (int)((s->wait_until_ns - v->ui.now_ns + CLOCK_NS_PER_S - 1) /
		     CLOCK_NS_PER_S);
}

static const char *brief_wait(
	const struct view *v, const struct lock *s, char *out, size_t size)
{
	snprintf(out, size, _("Wait: %d s"), seconds_to_wait(v, s));
	return out;
}

/* What was wrong, how long to wait; else what to do. */
static enum parts_sign words_of(
	const struct view *v, const struct lock *s, char *out, size_t size)
{
	int wait_s = seconds_to_wait(v, s);

	out[0] = '\0';
	if (!v->app->model.connected)
		snprintf(out, size, "%s",
			_("Stance is not running: it is connected again by itself."));
	else if (must_wait(v, s))
		snprintf(out, size,
			P_("Too many tries: wait one second.",
				"Too many tries: wait %d seconds.",
				(unsigned long)wait_s),
			wait_s);
	else if (s->asking)
		snprintf(out, size, "%s", _("One moment"));
	else if (s->message[0] != '\0' && s->tries_left > 0)
		snprintf(out, size,
			P_("Wrong PIN; one more try before a pause.",
				"Wrong PIN; %d more tries before a pause.",
				(unsigned long)s->tries_left),
			s->tries_left);
	else if (s->message[0] != '\0')
		snprintf(out, size, "%s", s->message);
	else
		return PARTS_INFO;
	return s->asking ? PARTS_INFO : PARTS_CAUTION;
}

/* The field with what there is to say below it; above it in place of its name where there is no room. */
static void field_draw(struct view *v, struct lock *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	struct rect field = rect_cut_top(r, entry_field_height(&v->ui, &t));
	char text[440], brief[40];
	enum parts_sign sign = words_of(v, s, text, sizeof(text));
	int h = parts_notice_height(&v->ui, &t, r->w, text);
	bool below = text[0] == '\0' || t.gap + h <= r->h;
	const char *wrong = s->message[0] != '\0' ? _("Wrong PIN.") : _("PIN");
	const char *label = below ? _("PIN") : must_wait(v, s) ? text : wrong;

	if (draw_measure(&v->ui.list, &small, label).w > field.w) {
		draw_elsewhere(&v->ui.list, label);
		label = must_wait(v, s) ? brief_wait(v, s, brief, sizeof(brief))
					: wrong;
	}
	if (!below)
		draw_elsewhere(&v->ui.list, text); /* by the label, in short */
	if (must_wait(v, s))
		ui_redraw_at(&v->ui, v->ui.now_ns + CLOCK_NS_PER_S / 5);
	entry_field_draw(&v->ui, &t, field, FIELD, "pin", &s->pin, label, "", true);
	rect_cut_top(r, t.gap);
	if (!below || text[0] == '\0')
		return;
	parts_notice_draw(&v->ui, &t, rect_cut_top(r, h), sign, text);
	rect_cut_top(r, t.gap);
}

static void anonymous_draw(struct view *v, struct rect *r)
{
	struct parts_type t = frame_type(v);
	const struct parts_button b = { .id = ANONYMOUS,
		.name = "anonymous",
		.texts = anonymous_texts,
		.enabled = v->app->model.connected && v->depth < VIEW_MAX_DEPTH };
	int h = layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM);

	h = h > t.body * 3 ? h : t.body * 3;
	if (h <= r->h && parts_button_width(&v->ui, &t, &b, false) <= r->w) {
		parts_button_draw(&v->ui, &t, rect_cut_bottom(r, h), &b);
		rect_cut_bottom(r, t.gap);
	}
}

/* The pad has its place in any case; what is left is for the rest. */
static struct rect cut_pad(struct view *v, struct rect *r)
{
	struct parts_type t = frame_type(v);
	int field_h = entry_field_height(&v->ui, &t), w, h;
	struct rect pad;

	entry_pad_size(&v->ui, &w, &h);
	if (r->w > r->h && h <= r->h && r->w / 2 - t.margin >= w) {
		pad = rect_cut_right(r, r->w / 2);
		rect_cut_right(r, 2 * t.gap);
		return pad;
	}
	h = r->h * 3 / 5;
	if (!entry_pad_fits(&v->ui, r->w, h))
		h = r->h - field_h - t.gap;
	if (!entry_pad_fits(&v->ui, r->w, h))
		h = r->h;
	pad = rect_cut_bottom(r, h);
	rect_cut_bottom(r, t.gap);
	return pad;
}

static void draw(struct view *v, void *state)
{
	struct lock *s = state;
	struct parts_type t = frame_type(v);
	struct draw_style bold = parts_bold(&t, t.value);
	struct rect r = ui_screen(&v->ui), pad;
	int field_h = entry_field_height(&v->ui, &t), h;

	draw_rect(&v->ui.list, r, THEME_BACKGROUND);
	r = rect_inset(r, t.margin);
	pad = cut_pad(v, &r);
	if (entry_pad_fits(&v->ui, pad.w, pad.h))
		entry_pad_draw(&v->ui, &t, pad, KEYS, "key", &s->pin);
	h = draw_measure(&v->ui.list, &bold, _("Locked")).h;
	draw_elsewhere(&v->ui.list, _("Locked")); /* the field asks for the PIN */
	if (h + t.gap + field_h <= r.h &&
		draw_measure(&v->ui.list, &bold, _("Locked")).w <= r.w) {
		draw_text(&v->ui.list, &bold, rect_cut_top(&r, h), DRAW_LEFT,
			THEME_TEXT, _("Locked"));
		rect_cut_top(&r, t.gap);
	}
	if (field_h > r.h)
		return;
	field_draw(v, s, &r);
	anonymous_draw(v, &r);
}

const struct screen screen_lock = {
	.name = "lock",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct lock),
	.enter = enter,
	.leave = leave,
	.load = load,
	.act = act,
	.event = event,
	.answer = answer,
	.tick = tick,
	.draw = draw,
};
