/* The technician's home: what is so of the station, row by row, and what to do about the first that is not
 * well, or the one that was touched. A row leads to the screen that has more of it. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/list.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/screens.h"
#include "ui/screens/service_facts.h"

enum { ROWS = 1, SUPPORT, CALIBRATE };

/* Two columns where each still holds this many widths of a capital. */
#define COLUMN_EM 22

static const char *const support_texts[] = { N_("Log and support"), N_("Support"),
	N_("Log"), NULL };
static const char *const calibrate_texts[] = { N_("Calibrate"), NULL };

struct service {
	struct list list;
	struct service_fact facts[SERVICE_MAX_FACTS];
	const char *chosen; /* the name of whose words are shown; NULL: the worst */
};

static void act(struct view *v, void *state, int id, int index)
{
	struct service *s = state;
	int row = id == ROWS ? list_act(&s->list, index) : LIST_NO_ROW;

	if (id == SUPPORT)
		view_go(v, "log", NULL);
	else if (id == CALIBRATE)
		view_go(v, "calibrate", NULL);
	else if (row == LIST_NO_ROW || row >= s->list.n_rows)
		return;
	else if (s->facts[row].screen)
		view_go(v, s->facts[row].screen, NULL);
	else
		s->chosen = s->facts[row].name;
}

/* The title, at the end the value, as much of it as fits; a dot in the colour of the state before. */
static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct service_fact *f = &((const struct service *)ctx)->facts[row];
	const char *const values[] = { f->value, f->brief, NULL };
	struct draw_style bold = parts_bold(t, t->body),
			  plain = parts_regular(t, t->caption);
	struct clinic_row parts = { .code = f->title,
		.detail = "",
		.caution = f->sign == PARTS_FAULT || f->sign == PARTS_CAUTION };
	int dot = t->caption * 3 / 10;

	rect_cut_left(&r, t->gap / 2);
	draw_circle(
		&ui->list, r.x + dot, r.y + r.h / 2, dot, parts_sign_color(f->sign));
	rect_cut_left(&r, 2 * dot + t->gap / 2);
	parts.note = parts_fit(&ui->list, &plain,
		r.w - draw_measure(&ui->list, &bold, f->title).w - 3 * t->gap, values);
	clinic_row_draw(ui, t, r, &parts);
}

/* Return the one whose words are shown, NULL if there is nothing to say. */
static const struct service_fact *spoken(const struct service *s)
{
	const struct service_fact *f = &s->facts[0];

	for (int i = 0; s->chosen && i < s->list.n_rows; i++)
		if (strcmp(s->facts[i].name, s->chosen) == 0)
			return &s->facts[i];
	return f->sign == PARTS_FAULT || f->sign == PARTS_CAUTION ? f : NULL;
}

/* What to do, below the rows, in parts where both have no room. */
static void words_draw(struct view *v, const struct service *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	const struct service_fact *f = spoken(s);
	const char *text = f ? f->remedy : _("All is well.");
	enum parts_sign sign = f ? f->sign : PARTS_GOOD;
	struct draw_style small = parts_regular(&t, t.caption);
	char whole[SERVICE_TEXT + 640];
	struct rect part;
	int h;

	if (f && f->remedy[0] == '\0')
		text = f->value;
	if (f)
		snprintf(whole, sizeof(whole), "%s: %s", f->title, text);
	else
		snprintf(whole, sizeof(whole), "%s", text);
	h = parts_notice_height(&v->ui, &t, r->w, whole);
	if (r->h - h - t.gap < clinic_page_height(v)) {
		part = rect_cut_bottom(r, r->h - clinic_page_height(v));
		rect_cut_top(&part, t.gap);
		frame_read(v, &part, &small, 1, parts_sign_color(sign), whole);
		return;
	}
	parts_notice_draw(&v->ui, &t, rect_cut_bottom(r, h), sign, whole);
	rect_cut_bottom(r, t.gap);
}

static void draw(struct view *v, void *state)
{
	struct service *s = state;
	struct parts_type t = frame_type(v);
	struct rect r = frame_begin(v, _("Service"));
	const struct parts_button buttons[] = {
		{ .id = SUPPORT,
			.name = "support",
			.texts = support_texts,
			.enabled = true },
		{ .id = CALIBRATE,
			.name = "calibrate",
			.texts = calibrate_texts,
			.primary = true,
			.enabled = v->app->model.connected },
	};

	s->list.n_rows = service_facts(v, s->facts);
	s->list.columns = r.w > 2 * COLUMN_EM * t.caption ? 2 : 1;
	frame_actions(v, &r, buttons, 2);
	words_draw(v, s, &r);
	if (r.h >= clinic_page_height(v))
		list_draw(&v->ui, &t, r, ROWS, "row", &s->list, 0, row_draw, s);
}

const struct screen screen_service = {
	.name = "service",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct service),
	.act = act,
	.draw = draw,
};
