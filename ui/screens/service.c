/* The technician's home: what is so of the station, row by row, and what to do about the first that is not
 * well, or the one that was touched. A row leads to the screen that has more of it; where type is so large that the rows
 * have all the room, first to a page of its own. */
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/list.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/facts.h"
#include "ui/screens/screens.h"
#include "ui/screens/service_facts.h"

enum { ROWS = 1, SUPPORT, CALIBRATE, PAGES, OVERVIEW, OPEN };

/* Two columns where each still holds this many widths of a capital. */
#define COLUMN_EM 22

static const char *const support_texts[] = { N_("Log and support"), N_("Support"),
	N_("Log"), NULL };
static const char *const calibrate_texts[] = { N_("Calibrate"), NULL };
static const char *const overview_texts[] = { N_("Overview"), NULL };
static const char *const open_texts[] = { N_("Open"), NULL };

struct service {
	struct list list;
	struct service_fact facts[SERVICE_MAX_FACTS];
	const char *chosen; /* the name of whose words are shown; NULL: the worst */
	bool is_tight;      /* there is no line for words below the rows */
	bool reading;       /* of the one chosen, all of it */
	struct list pages;
};

static const struct service_fact *found(const struct service *s)
{
	for (int i = 0; s->chosen && i < s->list.n_rows; i++)
		if (strcmp(s->facts[i].name, s->chosen) == 0)
			return &s->facts[i];
	return NULL;
}

static void row_touched(struct view *v, struct service *s, int row)
{
	const struct service_fact *f = &s->facts[row];

	if (f->screen && !s->is_tight) {
		view_go(v, f->screen, NULL);
		return;
	}
	s->chosen = f->name;
	s->reading = s->is_tight;
	s->pages.first = 0;
}

static void act(struct view *v, void *state, int id, int index)
{
	struct service *s = state;
	int row = id == ROWS ? list_act(&s->list, index) : LIST_NO_ROW;

	if (id == SUPPORT)
		view_go(v, "log", NULL);
	else if (id == CALIBRATE)
		view_go(v, "calibrate", NULL);
	else if (id == PAGES)
		list_act(&s->pages, index);
	else if (id == OVERVIEW)
		s->reading = false;
	else if (id == OPEN && found(s) && found(s)->screen)
		view_go(v, found(s)->screen, NULL);
	else if (row != LIST_NO_ROW && row < s->list.n_rows)
		row_touched(v, s, row);
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

	if (found(s))
		return found(s);
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
	if (r->h - h - t.gap < clinic_rows_height(v)) {
		part = rect_cut_bottom(r, r->h - clinic_rows_height(v));
		rect_cut_top(&part, t.gap);
		frame_read(v, &part, &small, 1, parts_sign_color(sign), whole);
		return;
	}
	parts_notice_draw(&v->ui, &t, rect_cut_bottom(r, h), sign, whole);
	rect_cut_bottom(r, t.gap);
}

static void rows_draw(struct view *v, struct service *s, struct rect r)
{
	struct parts_type t = frame_type(v);
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

	s->list.columns = r.w > 2 * COLUMN_EM * t.caption ? 2 : 1;
	frame_actions(v, &r, buttons, 2);
	s->is_tight = !clinic_has_words_room(v, r);
	if (!s->is_tight)
		words_draw(v, s, &r);
	if (r.h >= clinic_page_height(v))
		list_draw(&v->ui, &t, r, ROWS, "row", &s->list, 0, row_draw, s);
}

/* All that is known of one. */
static void fact_draw(struct view *v, struct service *s, const struct service_fact *one,
	struct rect r)
{
	const struct parts_button buttons[] = {
		{ .id = OVERVIEW,
			.name = "overview",
			.texts = overview_texts,
			.primary = !one->screen,
			.enabled = true },
		{ .id = OPEN,
			.name = "open",
			.texts = open_texts,
			.primary = true,
			.enabled = true },
	};
	struct facts f;

	frame_actions(v, &r, buttons, one->screen ? 2 : 1);
	facts_begin(&f, v);
	facts_line(&f, one->title, one->value);
	facts_mark(&f, parts_sign_color(one->sign));
	facts_words(&f, one->remedy, THEME_TEXT);
	facts_draw(&f, r, PAGES, "facts", &s->pages);
}

static void draw(struct view *v, void *state)
{
	struct service *s = state;
	struct rect r = frame_begin(v, _("Service"));

	s->list.n_rows = service_facts(v, s->facts);
	if (s->reading && found(s))
		fact_draw(v, s, found(s), r);
	else
		rows_draw(v, s, r);
}

const struct screen screen_service = {
	.name = "service",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct service),
	.act = act,
	.draw = draw,
};
