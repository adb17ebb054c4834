/* What follows from a visit: the body loading picture with its ranges, what must be mended before more is
 * concluded, each finding with its grade, and the test that would tell more. A finding opens its reasons. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/list.h"
#include "ui/core/theme.h"
#include "ui/screens/body_picture.h"
#include "ui/screens/clinic.h"
#include "ui/screens/findings_words.h"
#include "ui/screens/results.h"
#include "ui/screens/screens.h"

enum { LOAD = 1, ROWS };

#define MAX_ROWS 64

struct findings_page {
	json_t *document;
	struct list list;
	int rows[MAX_ROWS]; /* of the document's findings, those for the clinician */
	char message[400];
};

static void load(struct view *v, void *state)
{
	(void)state;
	results_ask(v, LOAD);
}

static void leave(struct view *v, void *state)
{
	(void)v;
	json_decref(((struct findings_page *)state)->document);
}

static void answer(struct view *v, void *state, int tag, const struct view_answer *a)
{
	struct findings_page *s = state;
	const json_t *list;

	(void)v;
	(void)tag;
	snprintf(s->message, sizeof(s->message), "%s", a->code ? a->message : "");
	if (a->code != 0)
		return;
	json_decref(s->document);
	s->document = json_deep_copy(a->result);
	list = json_object_get(s->document, "findings");
	s->list.n_rows = 0;
	for (size_t i = 0; i < json_array_size(list) && s->list.n_rows < MAX_ROWS; i++)
		if (strcmp(clinic_text(json_array_get(list, i), "audience"),
			    "clinician") == 0)
			s->rows[s->list.n_rows++] = (int)i;
}

static void act(struct view *v, void *state, int id, int index)
{
	struct findings_page *s = state;
	int row = id == ROWS ? list_act(&s->list, index) : LIST_NO_ROW;
	char arg[VIEW_ARG_BYTES + 16];

	if (row == LIST_NO_ROW)
		return;
	snprintf(arg, sizeof(arg), "%s %d", view_arg(v), s->rows[row]);
	view_go(v, "why", arg);
}

static const char range_note[] =
	N_("Seen from behind. Model ranges, not measurements; knees: per cent of body "
	   "weight.");

/* --- drawing --------------------------------------------------------------------------------- */

/* The grade as a letter, the sentence over as many lines as there are; its end is in "why". */
static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const struct findings_page *s = ctx;
	const json_t *finding = json_array_get(
		json_object_get(s->document, "findings"), (size_t)s->rows[row]);
	struct draw_style bold = parts_bold(t, t->body);
	struct draw_style small = parts_regular(t, t->caption);
	char text[FINDINGS_TEXT_BYTES];
	int widest, h;

	rect_cut_left(&r, t->gap / 2);
	results_text(ui, &bold, rect_cut_left(&r, t->body), DRAW_LEFT, THEME_ACTION,
		clinic_text(finding, "grade"));
	rect_cut_left(&r, t->gap);
	findings_say(finding, text, sizeof(text));
	h = draw_wrapped_height(&ui->list, &small, r.w, text, &widest);
	if (h <= r.h && widest <= r.w)
		draw_wrapped(&ui->list, &small, rect_middle(r, r.w, h), DRAW_LEFT,
			THEME_TEXT, text);
	else
		clinic_part_draw(ui, &small, r, THEME_TEXT, text);
}

/* As high as the longest sentence, so that none is cut while that leaves room for two. */
static int row_height(struct view *v, const struct findings_page *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	int most = 0, w = r.w - 6 * t.gap - t.body - t.caption * 4;

	for (int i = 0; i < s->list.n_rows; i++) {
		const json_t *finding = json_array_get(
			json_object_get(s->document, "findings"), (size_t)s->rows[i]);
		char text[FINDINGS_TEXT_BYTES];
		int h;

		findings_say(finding, text, sizeof(text));
		h = draw_wrapped_height(&v->ui.list, &small, w, text, NULL);
		draw_elsewhere(&v->ui.list, text); /* in its row */
		most = h > most ? h : most;
	}
	most += 2 * t.gap;
	return most < r.h ? most : r.h;
}

/* A paragraph from the top of `*r`, left out where it has no room. */
static void paragraph(struct view *v, struct rect *r, const char *text, uint32_t color)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	int widest, h = draw_wrapped_height(&v->ui.list, &small, r->w, text, &widest);

	if (text[0] == '\0' || h > r->h || widest > r->w)
		return;
	draw_wrapped(&v->ui.list, &small, rect_cut_top(r, h), DRAW_LEFT, color, text);
	rect_cut_top(r, t.gap / 2);
}

/* The same at the bottom. */
static void paragraph_below(
	struct view *v, struct rect *r, const char *text, uint32_t color, int least)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	int widest, h = draw_wrapped_height(&v->ui.list, &small, r->w, text, &widest);

	if (text[0] == '\0' || r->h - h - t.gap < least || widest > r->w)
		return;
	draw_wrapped(
		&v->ui.list, &small, rect_cut_bottom(r, h), DRAW_LEFT, color, text);
	rect_cut_bottom(r, t.gap);
}

/* The same of several, at most BELOW_MAX; in parts where not all have room. */
#define BELOW_MAX   12
#define BELOW_BYTES 2048

struct below {
	struct view *v;
	char text[BELOW_MAX][FINDINGS_TEXT_BYTES];
	uint32_t color[BELOW_MAX];
	int n;
};

static void below_add(struct below *b, const char *text, uint32_t color)
{
	if (text[0] == '\0' || b->n == BELOW_MAX)
		return;
	snprintf(b->text[b->n], sizeof(b->text[0]), "%s", text);
	b->color[b->n++] = color;
}

static int below_height(struct below *b, int w)
{
	struct parts_type t = frame_type(b->v);
	struct draw_style small = parts_regular(&t, t.caption);
	int all = 0, widest;

	for (int i = 0; i < b->n; i++) {
		all += t.gap + draw_wrapped_height(
				       &b->v->ui.list, &small, w, b->text[i], &widest);
		if (widest > w)
			return 1 << 14;
	}
	return all;
}

static void below_draw(struct below *b, struct rect *r, int least)
{
	struct parts_type t = frame_type(b->v);
	struct draw_style small = parts_regular(&t, t.caption);
	char all[BELOW_BYTES] = "";
	struct rect part;

	if (r->h - below_height(b, r->w) >= least) {
		for (int i = 0; i < b->n; i++)
			paragraph_below(b->v, r, b->text[i], b->color[i], least);
		return;
	}
	/* The last one stands first: what must be mended, then what would tell more. */
	for (int i = b->n - 1; i >= 0; i--) {
		size_t n = strlen(all);
		snprintf(
			all + n, sizeof(all) - n, "%s%s", n > 0 ? " " : "", b->text[i]);
		draw_elsewhere(&b->v->ui.list, b->text[i]); /* within `all` */
	}
	part = rect_cut_bottom(r, r->h > least ? r->h - least : 0);
	rect_cut_top(&part, t.gap);
	frame_read(b->v, &part, &small, 1, b->color[b->n - 1], all);
}

/* Both in words; part by part where not both have room. */
static void pelvis_and_back_draw(struct view *v, const json_t *alignment, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	char pelvis[FINDINGS_TEXT_BYTES], back[FINDINGS_TEXT_BYTES],
		both[2 * FINDINGS_TEXT_BYTES];

	findings_pelvis(
		json_object_get(alignment, "pelvis_shift_mm"), pelvis, sizeof(pelvis));
	findings_back(json_object_get(alignment, "l5s1_compression_frontal_pct"), back,
		sizeof(back));
	if (draw_wrapped_height(&v->ui.list, &small, r.w, pelvis, NULL) + t.gap / 2 +
			draw_wrapped_height(&v->ui.list, &small, r.w, back, NULL) <=
		r.h) {
		paragraph(v, &r, pelvis, THEME_TEXT);
		paragraph(v, &r, back, THEME_TEXT);
		return;
	}
	draw_elsewhere(&v->ui.list, pelvis); /* within `both` */
	draw_elsewhere(&v->ui.list, back);
	snprintf(both, sizeof(both), "%s %s", pelvis, back);
	frame_read(v, &r, &small, 1, THEME_TEXT, both);
}

/* What kind of numbers they are first: without that no range is shown. Returns whether it is said. */
static bool range_words_draw(struct view *v, const json_t *alignment, struct rect r)
{
	int h = r.h;

	paragraph(v, &r, _(range_note), THEME_MUTED);
	if (r.h == h)
		return false;
	pelvis_and_back_draw(v, alignment, r);
	return true;
}

/* Whether the words without which no range is shown have room beside the list: where type is very large the findings, which
 * say the same in sentences, have the screen for themselves. */
static bool ranges_fit(struct view *v, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	int widest, h = draw_wrapped_height(
			    &v->ui.list, &small, r.w, _(range_note), &widest);

	draw_elsewhere(&v->ui.list, _(range_note)); /* where no range is shown */

	return widest <= r.w && h <= r.h * 3 / 5;
}

/* Of the note, and a line of what else there is, part by part: as much as leaves a picture. */
static int words_height(struct view *v, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	int line_h = draw_measure(&v->ui.list, &small, "X").h;
	int h = draw_wrapped_height(&v->ui.list, &small, r.w, _(range_note), NULL) +
		2 * t.gap + line_h + t.caption / 2;

	return h < r.h * 3 / 5 ? r.h * 3 / 5 : h > r.h * 3 / 4 ? r.h * 3 / 4 : h;
}

/* The picture, and below it the pelvis and the lower back in words. */
static void ranges_draw(struct view *v, const json_t *document, struct rect r)
{
	const json_t *alignment = json_object_get(document, "alignment");
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	char text[FINDINGS_TEXT_BYTES];
	int h;

	if (!json_is_object(alignment)) {
		paragraph(v, &r,
			_("Nothing can be said of the body above the feet: that takes "
			  "usable "
			  "standing on two feet with straight knees."),
			THEME_MUTED);
		return;
	}
	h = draw_wrapped_height(&v->ui.list, &small, r.w, _(range_note), NULL) +
	    2 * t.gap +
	    draw_wrapped_height(&v->ui.list, &small, r.w,
		    findings_pelvis(json_object_get(alignment, "pelvis_shift_mm"), text,
			    sizeof(text)),
		    NULL) +
	    draw_wrapped_height(&v->ui.list, &small, r.w,
		    findings_back(
			    json_object_get(alignment, "l5s1_compression_frontal_pct"),
			    text, sizeof(text)),
		    NULL);
	if (h > r.h * 3 / 5)
		h = words_height(v, r);
	if (!range_words_draw(v, alignment, rect_cut_bottom(&r, h)))
		return;
	rect_cut_bottom(&r, t.gap / 2);
	body_picture_draw(v, r, document);
}

static void conclusions_draw(struct view *v, struct findings_page *s, struct rect r)
{
	const json_t *gates = json_object_get(s->document, "gates");
	struct parts_type t = frame_type(v);
	int least = clinic_page_height(v);
	char text[FINDINGS_TEXT_BYTES];
	struct below below = { .v = v };

	below_add(&below,
		findings_next(json_object_get(s->document, "next"), text, sizeof(text)),
		THEME_ACTION);
	for (size_t i = 0; i < json_array_size(gates); i++)
		below_add(&below,
			clinic_sentence(json_array_get(gates, i), text, sizeof(text)),
			THEME_CAUTION);
	if (below.n > 0)
		below_draw(&below, &r, least);
	if (s->list.n_rows == 0) {
		paragraph(v, &r,
			results_of(view_arg(v)).is_trial
				? _("A single trial concludes little; findings need a "
				    "visit.")
				: _("Nothing that the rules speak of."),
			THEME_MUTED);
		return;
	}
	list_draw(&v->ui, &t, r, ROWS, "finding", &s->list, row_height(v, s, r),
		row_draw, s);
}

static void draw(struct view *v, void *state)
{
	struct findings_page *s = state;
	struct parts_type t = frame_type(v);
	struct rect r = frame_begin(v, _("Findings")), body, whole = r;

	if (s->message[0] != '\0' || !s->document) {
		frame_message(v, r, s->message[0] ? PARTS_CAUTION : PARTS_INFO,
			s->message[0] ? _("Not possible") : _("One moment"),
			s->message);
		return;
	}
	if (r.w > r.h) {
		body = rect_cut_left(&r, r.w * 43 / 100);
		rect_cut_left(&r, t.margin);
	} else {
		body = rect_cut_top(&r, r.h / 2);
		rect_cut_top(&r, t.gap);
	}
	if (ranges_fit(v, body))
		ranges_draw(v, s->document, body);
	else
		r = whole;
	conclusions_draw(v, s, r);
}

const struct screen screen_findings = {
	.name = "findings",
	.role = VIEW_NEAR,
	.state_size = sizeof(struct findings_page),
	.leave = leave,
	.load = load,
	.act = act,
	.answer = answer,
	.draw = draw,
};
