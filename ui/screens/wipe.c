/* The screen is wiped: nothing that touches it acts for half a minute, which is counted down. Who is done
 * before holds the one thing there is; a cloth does not stay on it so long. */
#include <stdio.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/theme.h"
#include "ui/screens/screens.h"

enum { DONE = 1 };

#define WIPE_S 30

static const char *const done_texts[] = { N_("Done: hold"), N_("Hold"), NULL };

struct wipe {
	int64_t until_ns; /* 0: not begun */
};

static void tick(struct view *v, void *state)
{
	struct wipe *s = state;

	if (s->until_ns == 0)
		s->until_ns = v->ui.now_ns + WIPE_S * CLOCK_NS_PER_S;
	else if (v->ui.now_ns >= s->until_ns)
		view_back(v);
}

static void act(struct view *v, void *state, int id, int index)
{
	(void)state;
	(void)index;
	if (id == DONE)
		view_back(v);
}

/* Escape leaves, as everywhere; what is wiped over a keyboard is not ours to know. */
static bool event(struct view *v, void *state, const struct input_event *e)
{
	(void)v;
	(void)state;
	return e->kind != INPUT_KEY_DOWN;
}

static void draw(struct view *v, void *state)
{
	const struct wipe *s = state;
	struct parts_type t = frame_type(v);
	struct rect r = rect_inset(ui_screen(&v->ui), t.margin), ring;
	int64_t left_ns =
		s->until_ns > 0 ? s->until_ns - v->ui.now_ns : WIPE_S * CLOCK_NS_PER_S;
	int left_s = (int)((left_ns + CLOCK_NS_PER_S - 1) / CLOCK_NS_PER_S);
	const struct parts_button done = {
		.id = DONE,
		.name = "done",
		.texts = done_texts,
		.primary = true,
		.hold = true,
		.enabled = true,
	};
	char text[16];

	draw_rect(&v->ui.list, ui_screen(&v->ui), THEME_BACKGROUND);
	frame_actions(v, &r, &done, 1);
	snprintf(text, sizeof(text), "%d", left_s);
	ring = r.w > r.h ? rect_cut_left(&r, r.h < r.w / 3 ? r.h : r.w / 3)
			 : rect_cut_top(&r, r.h / 2);
	control_ring_draw(
		&v->ui, &t, ring, (double)left_s / WIPE_S, THEME_ACTION, text);
	rect_cut_left(&r, t.gap);
	frame_message(v, r, PARTS_INFO, _("Wipe the screen"),
		_("Touch is off. Moist, not wet; no spray on the panel."));
	ui_redraw_at(&v->ui, v->ui.now_ns + left_ns % CLOCK_NS_PER_S + 1);
}

const struct screen screen_wipe = {
	.name = "wipe",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct wipe),
	.tick = tick,
	.act = act,
	.event = event,
	.draw = draw,
};
