/* The fields of a card, one a tile: a touch opens it. What is changed is kept at once, by the daemon, so that
 * there is nothing to save at the end and nothing to lose. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/list.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/fields.h"
#include "ui/screens/screens.h"

enum { ROWS = 1, SHOW, DONE };

/* A tile narrower than this many capitals holds no label. Chosen. */
#define LEAST_EMS 11

static const char *const done_texts[] = { N_("Done"), NULL };

struct edit {
	struct list list;
	json_t *patient;
	char message[400];
};

static void load(struct view *v, void *state)
{
	(void)state;
	view_ask(v, SHOW, "patient.show", json_pack("{s:s}", "code", view_arg(v)));
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct edit *)state)->patient);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct edit *s = state;

	(void)v;
	(void)tag;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0)
		return;
	json_decref(s->patient);
	s->patient = json_deep_copy(a->result);
}

static void act(struct view *v, void *state, int id, int index)
{
	struct edit *s = state;
	int row = id == ROWS ? list_act(&s->list, index) : LIST_NO_ROW;
	char arg[VIEW_ARG_BYTES];

	if (id == DONE)
		view_back(v);
	if (row == LIST_NO_ROW || !fields_at(row))
		return;
	snprintf(arg, sizeof(arg), "%.64s\n%s", view_arg(v), fields_at(row)->key);
	view_go(v, "field", arg);
}

/* The label small above, what is known below it; a long list of words as their number. */
static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct edit *s = ctx;
	const struct field *f = fields_at(row);
	struct draw_style small = parts_regular(t, t->caption);
	struct draw_style bold = parts_bold(t, t->caption);
	const json_t *list = json_object_get(s->patient, f->key);
	bool flagged = strcmp(f->key, "red_flags") == 0 && json_array_size(list) > 0;
	char text[FIELDS_TEXT_BYTES + 1];
	struct rect above;

	rect_cut_left(&r, t->gap / 2);
	rect_cut_right(&r, t->gap / 2);
	fields_say(f, s->patient, text, sizeof(text));
	if (draw_measure(&ui->list, &bold, text).w > r.w && json_array_size(list) > 0)
		snprintf(text, sizeof(text), P_("one marked", "%d marked", json_array_size(list)),
			(int)json_array_size(list));
	above = rect_cut_top(&r, r.h / 2);
	clinic_part_draw(ui, &small, above, THEME_MUTED, _(f->label));
	clinic_part_draw(ui, &bold, r, flagged ? THEME_CAUTION : THEME_TEXT, text);
}

static void draw(struct view *v, void *state)
{
	struct edit *s = state;
	struct parts_type t = frame_type(v);
	struct rect r = frame_begin(v, view_arg(v));
	const struct parts_button done = { .id = DONE,
		.name = "done",
		.texts = done_texts,
		.primary = true,
		.enabled = true };

	frame_actions(v, &r, &done, 1);
	if (s->message[0] != '\0' || !s->patient) {
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
		return;
	}
	s->list.n_rows = FIELDS_N;
	s->list.columns = r.w / (LEAST_EMS * t.body);
	s->list.columns = s->list.columns > 3 ? 3 : s->list.columns;
	if (r.h >= clinic_page_height(v))
		list_draw(&v->ui, &t, r, ROWS, "field", &s->list,
			t.caption * 8 / 3 + t.gap, row_draw, s);
}

const struct screen screen_edit = {
	.name = "edit",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct edit),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
