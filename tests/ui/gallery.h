/* A screen that shows every control, for their tests: what is on it is its arg. */
#ifndef STANCE_TESTS_UI_GALLERY_H
#define STANCE_TESTS_UI_GALLERY_H

#include <jansson.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/entry.h"
#include "ui/core/list.h"
#include "ui/core/theme.h"

enum {
	GALLERY_TOGGLE = 1,
	GALLERY_CHOICE,
	GALLERY_STEPPER,
	GALLERY_CARD,
	GALLERY_UNDO,
	GALLERY_LIST,
	GALLERY_PAD,
	GALLERY_KEYS,
	GALLERY_FIELD,
	GALLERY_GO,
	GALLERY_ASK,
};

struct gallery {
	bool on;
	int chosen, steps, row, n_done, n_go, n_loaded, answer_code;
	int asked_first, asked_n;
	struct list list;
	struct entry entry;
	struct control_undo undo;
	char answer[128];
};

static inline int gallery_enter(struct view *v, void *state)
{
	struct gallery *g = state;

	g->row = -1;
	g->list.n_rows = 10000;
	g->entry.digits_only = strcmp(view_arg(v), "pad") == 0;
	g->entry.decimals = true;
	return strcmp(view_arg(v), "refuse") == 0 ? -22 : 0;
}

static inline void gallery_load(struct view *v, void *state)
{
	struct gallery *g = state;

	(void)v;
	g->n_loaded++;
	list_forget(&g->list);
}

static inline void gallery_tick(struct view *v, void *state)
{
	struct gallery *g = state;
	int first, n;

	(void)v;
	if (list_wants(&g->list, &first, &n)) {
		g->asked_first = first;
		g->asked_n = n;
	}
}

static inline void gallery_act(struct view *v, void *state, int id, int index)
{
	struct gallery *g = state;

	if (id == GALLERY_TOGGLE)
		g->on = !g->on;
	if (id == GALLERY_CHOICE)
		g->chosen = index;
	if (id == GALLERY_STEPPER)
		g->steps += index == 1 ? 1 : -1;
	if (id == GALLERY_CARD)
		control_undo_offer(
			&g->undo, _("Zero set on the empty mat."), v->ui.now_ns);
	if (id == GALLERY_UNDO)
		g->undo.text[0] = '\0';
	if (id == GALLERY_LIST)
		g->row = list_act(&g->list, index);
	if (id == GALLERY_PAD || id == GALLERY_KEYS)
		g->n_done += entry_act(&g->entry, index) == ENTRY_DONE;
	if (id == GALLERY_GO)
		g->n_go++;
	if (id == GALLERY_ASK)
		view_ask(v, 7, "test.ask", json_pack("{s:i}", "n", g->steps));
}

static inline bool gallery_event(
	struct view *v, void *state, const struct input_event *e)
{
	struct gallery *g = state;
	enum entry_result result = ENTRY_NOTHING;

	if (strcmp(view_arg(v), "pad") == 0 || strcmp(view_arg(v), "keyboard") == 0)
		result = entry_event(&g->entry, e);
	g->n_done += result == ENTRY_DONE;
	return result != ENTRY_NOTHING;
}

static inline void gallery_answer(
	struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct gallery *g = state;

	(void)v;
	g->answer_code = a->code;
	snprintf(g->answer, sizeof(g->answer), "%d:%s", tag,
		a->result ? json_string_value(a->result) : a->message);
}

static inline void gallery_row(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	struct draw_style style = parts_regular(t, t->body);
	char text[32];

	(void)ctx;
	snprintf(text, sizeof(text), "%05d", row + 1);
	if (draw_measure(&ui->list, &style, text).w <= r.w)
		draw_text(&ui->list, &style, r, DRAW_LEFT, THEME_TEXT, text);
}

static inline void gallery_controls(struct view *v, struct gallery *g, struct rect r)
{
	static const char *const choices[] = { N_("Cells"), N_("Smooth"), N_("Zero") };
	struct parts_type t = frame_type(v);
	const struct control_toggle toggle = { GALLERY_TOGGLE, "toggle",
		_("Show cells"), g->on, true };
	const struct control_choice choice = { GALLERY_CHOICE, "choice", choices, 3,
		g->chosen, true };
	const struct control_stepper stepper = { GALLERY_STEPPER, "stepper", _("Width"),
		"30 s", g->steps > 0, true };
	const struct control_card card = { GALLERY_CARD, "card", _("Weight"), true,
		true };
	int toggle_h = control_toggle_height(&v->ui, &t, r.w, toggle.label);
	int choice_h = control_choice_height(&v->ui, &t, r.w, &choice);
	int stepper_h = control_stepper_height(&v->ui, &t);
	int undo_h = control_undo_height(&v->ui, &t);

	if (control_undo_shown(&g->undo, v->ui.now_ns) && undo_h < r.h)
		control_undo_draw(&v->ui, &t, rect_cut_bottom(&r, undo_h), &g->undo,
			GALLERY_UNDO);
	if (toggle_h < r.h)
		control_toggle_draw(&v->ui, &t, rect_cut_top(&r, toggle_h), &toggle);
	rect_cut_top(&r, t.gap);
	if (choice_h < r.h)
		control_choice_draw(&v->ui, &t, rect_cut_top(&r, choice_h), &choice);
	rect_cut_top(&r, t.gap);
	if (stepper_h < r.h)
		control_stepper_draw(&v->ui, &t, rect_cut_top(&r, stepper_h), &stepper);
	rect_cut_top(&r, t.gap);
	if (r.h > 8 * t.caption && r.w > 8 * t.caption) {
		r = control_card_draw(&v->ui, &t, r, &card);
		control_ring_draw(&v->ui, &t, r, 0.7, THEME_ACTION, "12");
	}
}

static inline void gallery_entry(
	struct view *v, struct gallery *g, struct rect r, bool pad)
{
	struct parts_type t = frame_type(v);
	int field_h = entry_field_height(&v->ui, &t), w, h;

	if (pad) {
		entry_pad_size(&v->ui, &w, &h);
		if (r.w > r.h && h <= r.h)
			entry_pad_draw(&v->ui, &t, rect_cut_right(&r, r.w / 2),
				GALLERY_PAD, "pad", &g->entry);
		else if (h + field_h <= r.h)
			entry_pad_draw(&v->ui, &t, rect_cut_bottom(&r, r.h - field_h),
				GALLERY_PAD, "pad", &g->entry);
		rect_cut_right(&r, r.w > r.h ? t.gap : 0);
	} else {
		h = entry_keyboard_height(&v->ui, r.w);
		if (h + field_h + t.gap / 2 <= r.h)
			entry_keyboard_draw(&v->ui, &t,
				rect_cut_bottom(&r, r.h - field_h - t.gap / 2),
				GALLERY_KEYS, "keys", &g->entry);
	}
	if (field_h <= r.h)
		entry_field_draw(&v->ui, &t, rect_cut_top(&r, field_h), GALLERY_FIELD,
			"field", &g->entry, _("Weight"), _("Zero"), true);
}

static inline void gallery_draw(struct view *v, void *state)
{
	static const char *const go[] = { N_("Hold to set zero"), N_("Zero"), NULL };
	static const char *const ask[] = { N_("Cells"), NULL };
	const struct parts_button actions[] = {
		{ .id = GALLERY_ASK, .name = "ask", .texts = ask, .enabled = true },
		{ .id = GALLERY_GO,
			.name = "go",
			.texts = go,
			.primary = true,
			.enabled = true,
			.lit = true,
			.start = true },
	};
	const char *what = view_arg(v);
	struct parts_type t = frame_type(v);
	struct rect r = frame_begin(v, _("Keys"));

	if (strcmp(what, "pad") == 0 || strcmp(what, "keyboard") == 0) {
		gallery_entry(v, state, r, strcmp(what, "pad") == 0);
		return;
	}
	frame_actions(v, &r, actions, 2);
	if (strcmp(what, "list") == 0)
		list_draw(&v->ui, &t, r, GALLERY_LIST, "rows",
			&((struct gallery *)state)->list, 0, gallery_row, state);
	else if (strcmp(what, "message") == 0)
		frame_message(v, r, PARTS_CAUTION, _("Mat lost"),
			_("Check the cable at both ends. The picture comes back by "
			  "itself."));
	else
		gallery_controls(v, state, r);
}

static const struct screen screen_gallery = {
	.name = "gallery",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct gallery),
	.enter = gallery_enter,
	.load = gallery_load,
	.act = gallery_act,
	.event = gallery_event,
	.answer = gallery_answer,
	.tick = gallery_tick,
	.draw = gallery_draw,
};

/* The product's screens and this one. */
static inline const struct screen *const *gallery_screens(void)
{
	static const struct screen *all[64];
	int n = 0;

	while (n < 62 && screens_all[n]) {
		all[n] = screens_all[n];
		n++;
	}
	all[n] = &screen_gallery;
	return all;
}

static inline struct gallery *gallery_of(struct app *app)
{
	struct view *v = app_view(app, 0);

	return v->stack[v->depth - 1].state;
}

#endif
