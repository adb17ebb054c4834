/* Touch put right: five crosses are touched one after the other, the matrix that leads from the touches to the crosses is tried
 * for some seconds, and kept if somebody hits Keep by it. Nothing else keeps it: see ui/app/touch_try.h.
 * What counts is where the panel says that the finger is, so that a panel which is far off can be put right too. */
#include <stdio.h>

#include <jansson.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"

#define LOG_TAG "ui"
#include "src/base/log.h"

enum { AGAIN = 1, KEEP, UNDO, DONE };

/* Chosen: as the touch check. */
#define GIVE_UP_NS (30 * CLOCK_NS_PER_S)
/* Chosen: enough to try some places and to find Keep; short enough to wait for with a screen that cannot be used. */
#define TRY_NS (15 * CLOCK_NS_PER_S)
/* A finger that slides so far was not meant to; a second touch so soon is a bounce. */
#define SLIDE_MM  5.0
#define BOUNCE_NS (300 * CLOCK_NS_PER_MS)
#define ARM_MM    5 /* of a cross */

static const char *const again_texts[] = { N_("Again"), NULL };
static const char *const keep_texts[] = { N_("Keep"), NULL };
static const char *const undo_texts[] = { N_("As before"), N_("Undo"), NULL };
static const char *const done_texts[] = { N_("Done"), NULL };

enum phase {
	PHASE_MARKS,   /* crosses are touched */
	PHASE_REFUSED, /* they lead to no matrix */
	PHASE_TRIED,   /* it is in force until it is kept, or not */
	PHASE_BACK,    /* it was not: as it was before */
	PHASE_KEEPING, /* it was: being written */
	PHASE_KEPT,
	PHASE_UNKEPT, /* in force, but not after the next start */
};

/* The finger that is down. */
struct finger {
	int n_down; /* fingers on the panel */
	int64_t pointer;
	double sum[2], from[2];
	int n; /* of what was summed */
	bool spoiled;
};

struct touch {
	enum phase phase;
	int n; /* marks touched */
	struct touch_marks marks;
	struct finger finger;
	const char *hint; /* why the last touch did not count, NULL */
	int64_t taken_ns, until_ns;
	struct touch_fitted fitted;
	bool has_spot; /* where it was touched last, while trying */
	int spot_x, spot_y;
	char said[700]; /* where it is kept, or why not */
};

/* --- marks ------------------------------------------------------------------------------------ */

static void begin(struct view *v, struct touch *s)
{
	const struct layout_display *d = &v->ui.display;
	int rotation_deg = v->app->setup.rotation_deg;
	bool across = rotation_deg % 180 != 0;

	*s = (struct touch){ .until_ns = v->ui.now_ns + GIVE_UP_NS };
	s->marks.w_mm = (across ? d->h : d->w) / d->ppm;
	s->marks.h_mm = (across ? d->w : d->h) / d->ppm;
	for (int i = 0; i < TOUCH_N_MARKS; i++) {
		double x, y;
		touch_mark(i, &x, &y);
		layout_panel_at(rotation_deg, x, y, &s->marks.shown[i][0],
			&s->marks.shown[i][1]);
	}
}

static void judge(struct view *v, struct touch *s)
{
	char text[128] = "";

	touch_judge(&s->marks, &s->fitted);
	if (s->fitted.verdict != TOUCH_ON_A_LINE)
		touch_text(&s->fitted.matrix, text, sizeof(text));
	log_info("touch: %s, %.2f mm and %.2f mm off, matrix %s",
		s->fitted.verdict == TOUCH_FITS ? "fits" : "refused", s->fitted.fit_mm,
		s->fitted.check_mm, text);
	if (s->fitted.verdict != TOUCH_FITS) {
		s->phase = PHASE_REFUSED;
		return;
	}
	s->phase = PHASE_TRIED;
	s->until_ns = v->ui.now_ns + TRY_NS;
	touch_try_begin(&v->app->touch, &s->fitted.matrix, s->until_ns);
}

/* The finger has left: where it was is where the mark was touched. */
static void taken(struct view *v, struct touch *s)
{
	struct finger f = s->finger;

	s->finger = (struct finger){ 0 };
	s->until_ns = v->ui.now_ns + GIVE_UP_NS;
	if (f.spoiled || f.n == 0)
		return;
	s->hint = NULL;
	s->taken_ns = v->ui.now_ns;
	for (int k = 0; k < 2; k++)
		s->marks.touched[s->n][k] = f.sum[k] / f.n;
	if (++s->n == TOUCH_N_MARKS)
		judge(v, s);
}

static void spoil(struct touch *s, const char *hint)
{
	s->finger.spoiled = true;
	s->hint = hint;
}

static void add(struct touch *s, const struct input_event *e)
{
	struct finger *f = &s->finger;
	double dx = (e->panel_x - f->from[0]) * s->marks.w_mm;
	double dy = (e->panel_y - f->from[1]) * s->marks.h_mm;

	if (dx * dx + dy * dy > SLIDE_MM * SLIDE_MM)
		spoil(s, _("The finger slid"));
	f->sum[0] += e->panel_x;
	f->sum[1] += e->panel_y;
	f->n++;
}

static void put_down(struct view *v, struct touch *s, const struct input_event *e)
{
	struct finger *f = &s->finger;

	if (!e->on_panel) {
		s->hint = _("That was a mouse: touch the panel");
		return;
	}
	if (++f->n_down > 1) {
		spoil(s, _("One finger only"));
		return;
	}
	*f = (struct finger){ .n_down = 1,
		.pointer = e->pointer,
		.from = { e->panel_x, e->panel_y },
		.spoiled = v->ui.now_ns - s->taken_ns < BOUNCE_NS };
	add(s, e);
}

static void on_mark(struct view *v, struct touch *s, const struct input_event *e)
{
	switch (e->kind) {
	case INPUT_POINTER_DOWN:
		put_down(v, s, e);
		break;
	case INPUT_POINTER_MOVE:
		if (s->finger.n_down == 1 && e->pointer == s->finger.pointer)
			add(s, e);
		break;
	case INPUT_POINTER_UP:
		if (s->finger.n_down > 0 && e->on_panel && --s->finger.n_down == 0)
			taken(v, s);
		break;
	case INPUT_POINTER_CANCEL:
		s->finger = (struct finger){ 0 };
		break;
	case INPUT_KEY_DOWN: /* any key ends it */
		view_back(v);
		break;
	default:
		break;
	}
}

/* --- what happens ----------------------------------------------------------------------------- */

static bool event(struct view *v, void *state, const struct input_event *e)
{
	struct touch *s = state;

	if (s->until_ns == 0)
		return true; /* not begun */
	if (s->phase == PHASE_MARKS) {
		on_mark(v, s, e);
		return true;
	}
	if (s->phase != PHASE_TRIED ||
		(e->kind != INPUT_POINTER_DOWN && e->kind != INPUT_POINTER_MOVE))
		return false;
	if (e->kind == INPUT_POINTER_MOVE && !s->has_spot)
		return false;
	s->has_spot = true;
	s->spot_x = e->x;
	s->spot_y = e->y;
	return true;
}

static void tick(struct view *v, void *state)
{
	struct touch *s = state;

	if (s->until_ns == 0)
		begin(v, s);
	if (s->phase == PHASE_MARKS && v->ui.now_ns >= s->until_ns)
		view_back(v);
	if (s->phase == PHASE_TRIED && v->app->touch.until_ns == 0)
		s->phase = PHASE_BACK;
}

static void act(struct view *v, void *state, int id, int index)
{
	struct touch *s = state;

	(void)index;
	if (id == AGAIN) {
		begin(v, s);
	} else if (id == UNDO) {
		touch_try_end(&v->app->touch, false);
		s->phase = PHASE_BACK;
	} else if (id == KEEP && v->app->touch.until_ns != 0) {
		touch_try_end(&v->app->touch, true);
		s->phase = PHASE_KEEPING;
		view_run(
			v, KEEP, &(const struct run_wish){ .program = RUN_KEEP_TOUCH });
	} else if (id == DONE) {
		view_back(v);
	}
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct touch *s = state;
	bool ok = a->code == 0 && json_is_true(json_object_get(a->result, "ok"));

	(void)v;
	(void)tag;
	s->phase = ok ? PHASE_KEPT : PHASE_UNKEPT;
	snprintf(s->said, sizeof(s->said), "%s",
		a->code == 0 ? clinic_text(a->result, "text") : a->message);
	log_info("touch: %s %s", ok ? "kept in" : "not kept:", s->said);
}

static void leave(struct view *v, void *state)
{
	(void)state;
	touch_try_end(&v->app->touch, false);
}

/* --- pictures --------------------------------------------------------------------------------- */

static void cross_draw(struct view *v, int x, int y)
{
	int arm = layout_mm_px(&v->ui.display, ARM_MM);

	draw_rect(&v->ui.list, (struct rect){ x - arm, y, 2 * arm + 1, 1 }, THEME_TEXT);
	draw_rect(&v->ui.list, (struct rect){ x, y - arm, 1, 2 * arm + 1 }, THEME_TEXT);
	draw_ring(&v->ui.list, x, y, arm / 2, 2, THEME_ACTION);
}

/* The words stand between the corners; above the mark in the middle. */
static void marks_draw(struct view *v, const struct touch *s)
{
	struct parts_type t = frame_type(v);
	struct rect whole = ui_screen(&v->ui), r = whole;
	int arm = layout_mm_px(&v->ui.display, ARM_MM);
	double x, y;
	char text[128];

	touch_mark(s->n, &x, &y);
	draw_rect(&v->ui.list, whole, THEME_BACKGROUND);
	/* where the finger goes is a matter of the panel, not of the language */
	draw_keep_begin(&v->ui.list, whole);
	cross_draw(v, (int)(x * whole.w), (int)(y * whole.h));
	draw_keep_end(&v->ui.list);
	rect_cut_left(&r, t.margin);
	rect_cut_right(&r, t.margin);
	if (s->n == TOUCH_N_MARKS - 1) {
		rect_cut_bottom(&r, whole.h / 2 + arm);
	} else {
		rect_cut_top(&r, whole.h / 8 + arm);
		rect_cut_bottom(&r, whole.h / 8 + arm);
	}
	snprintf(text, sizeof(text),
		_("%d of %d: its middle, with one finger. Any key ends it."), s->n + 1,
		TOUCH_N_MARKS);
	frame_message(v, r, s->hint ? PARTS_CAUTION : PARTS_INFO,
		s->hint ? s->hint : _("Touch the cross"), text);
	ui_redraw_at(&v->ui, s->until_ns);
}

static const char *refusal(const struct touch *s, char *text, size_t size)
{
	bool by_four = s->fitted.fit_mm > TOUCH_FIT_MM;
	char mm[16], limit[16];

	if (s->fitted.verdict == TOUCH_ON_A_LINE)
		return _("They were touched in one place, or on one line. Touch each "
			 "where it is shown.");
	i18n_number(mm, sizeof(mm), by_four ? s->fitted.fit_mm : s->fitted.check_mm, 1);
	i18n_number(limit, sizeof(limit), by_four ? TOUCH_FIT_MM : TOUCH_CHECK_MM, 1);
	snprintf(text, size,
		by_four ? _("One was touched elsewhere: %s mm are left over, at most "
			    "%s are allowed.")
			: _("The one in the middle is %s mm off, at most %s are "
			    "allowed."),
		mm, limit);
	return text;
}

static void tried_draw(struct view *v, const struct touch *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	int64_t left_ns = s->until_ns - v->ui.now_ns;
	int left_s = (int)((left_ns + CLOCK_NS_PER_S - 1) / CLOCK_NS_PER_S);
	char seconds[16], text[300], fit[16], check[16];
	struct rect ring;

	snprintf(seconds, sizeof(seconds), "%d", left_s);
	ring = r.w > r.h ? rect_cut_left(&r, r.h < r.w / 3 ? r.h : r.w / 3)
			 : rect_cut_top(&r, r.h / 2);
	control_ring_draw(&v->ui, &t, ring, (double)left_ns / (double)TRY_NS,
		THEME_ACTION, seconds);
	rect_cut_left(&r, t.gap);
	i18n_number(fit, sizeof(fit), s->fitted.fit_mm, 1);
	i18n_number(check, sizeof(check), s->fitted.check_mm, 1);
	snprintf(text, sizeof(text),
		_("A ring shows where. Without Keep it is as before when the time is "
		  "over. Left over: %s mm, in the middle %s mm."),
		fit, check);
	frame_message(v, r, PARTS_INFO, _("Touch anywhere"), text);
	if (s->has_spot) {
		int size = layout_mm_px(&v->ui.display, ARM_MM);
		struct rect whole = ui_screen(&v->ui);
		draw_keep_begin(&v->ui.list, whole);
		draw_ring(&v->ui.list, s->spot_x, s->spot_y, size, 3, THEME_ACTION);
		draw_keep_end(&v->ui.list);
	}
	ui_redraw_at(&v->ui, v->ui.now_ns + left_ns % CLOCK_NS_PER_S + 1);
}

static void words_draw(struct view *v, const struct touch *s, struct rect r)
{
	char text[1200], numbers[128];

	switch (s->phase) {
	case PHASE_REFUSED:
		frame_message(v, r, PARTS_CAUTION, _("The crosses do not agree"),
			refusal(s, text, sizeof(text)));
		break;
	case PHASE_BACK:
		frame_message(v, r, PARTS_INFO, _("As before"),
			_("It was not kept: nothing has changed."));
		break;
	case PHASE_KEEPING:
		frame_message(v, r, PARTS_INFO, _("Being kept"), "");
		break;
	case PHASE_KEPT:
		frame_message(v, r, PARTS_GOOD, _("Touch is calibrated"),
			_("It is kept for the next start too. The touch check shows "
			  "how exact it is."));
		break;
	case PHASE_UNKEPT:
		touch_text(&v->app->touch.now, numbers, sizeof(numbers));
		snprintf(text, sizeof(text),
			_("It is in force until the next start, but was not kept (%s). "
			  "Below [display] of the configuration belongs: "
			  "touch_matrix = %s"),
			s->said, numbers);
		frame_message(v, r, PARTS_CAUTION, _("Not kept"), text);
		break;
	case PHASE_MARKS:
	case PHASE_TRIED:
		break;
	}
}

static void actions_draw(struct view *v, const struct touch *s, struct rect *r)
{
	/* Keep is the narrow one on one side: a matrix that is mirrored or turned leads past it. */
	const struct parts_button tried[] = {
		{ .id = KEEP,
			.name = "keep",
			.texts = keep_texts,
			.enabled = true,
			.lit = true },
		{ .id = UNDO,
			.name = "undo",
			.texts = undo_texts,
			.primary = true,
			.enabled = true },
	};
	bool still = s->phase != PHASE_KEEPING;
	bool missed = s->phase == PHASE_REFUSED || s->phase == PHASE_BACK;
	const struct parts_button again = { .id = AGAIN,
		.name = "again",
		.texts = again_texts,
		.primary = missed,
		.lit = missed,
		.enabled = still };
	const struct parts_button done = { .id = DONE,
		.name = "done",
		.texts = done_texts,
		.primary = !missed,
		.lit = still && !missed,
		.enabled = still };
	const struct parts_button over[] = { missed ? done : again,
		missed ? again : done };

	if (s->phase == PHASE_TRIED)
		frame_actions(v, r, tried, 2);
	else
		frame_actions(v, r, over, 2);
}

static void draw(struct view *v, void *state)
{
	struct touch *s = state;
	struct rect r;

	if (s->phase == PHASE_MARKS) {
		marks_draw(v, s);
		return;
	}
	r = frame_begin(v, _("Calibrate touch"));
	actions_draw(v, s, &r);
	if (s->phase == PHASE_TRIED)
		tried_draw(v, s, r);
	else
		words_draw(v, s, r);
}

const struct screen screen_touch = {
	.name = "touch",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct touch),
	.leave = leave,
	.tick = tick,
	.act = act,
	.answer = answer,
	.event = event,
	.draw = draw,
};
