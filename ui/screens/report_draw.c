/* How the report of a visit is drawn: its first sheet beside what is so, and what can be done. */
#include <stdio.h>

#include "src/base/i18n.h"
#include "ui/app/app.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/report.h"

#define A4_H_OVER_W 1.4142

static const char *const read_texts[] = { N_("Read it"), N_("Read"), NULL };
static const char *const again_texts[] = { N_("Try again"), N_("Retry"), NULL };
static const char *const sign_texts[] = { N_("Sign…"), NULL };
static const char *const sign_as_texts[] = { N_("Hold to sign"), N_("Sign"), NULL };
static const char *const other_texts[] = { N_("Comment, or another name"),
	N_("Comment…"), NULL };
static const char *const print_texts[] = { N_("Print…"), NULL };
static const char *const print_patient_texts[] = { N_("Print the patient's page"),
	N_("Patient's page"), N_("Patient"), NULL };
static const char *const print_clinician_texts[] = { N_("Print the clinician's pages"),
	N_("Clinician's pages"), N_("Clinician"), NULL };
static const char *const show_texts[] = { N_("Show to the patient"), N_("Show"), NULL };
static const char *const hide_texts[] = { N_("Hide from the patient"), N_("Hide"),
	NULL };
static const char *const amend_texts[] = { N_("Amend…"), NULL };
static const char *const done_texts[] = { N_("Done"), NULL };

/* The first sheet, as large as it can be; touched it is read. */
static void sheet_draw(struct view *v, struct report_state *s, struct rect r)
{
	const struct widget widget = {
		.id = REPORT_SHEET, .name = "sheet", .rect = r, .enabled = true
	};
	struct parts_type t = frame_type(v);
	const struct canvas *sheet;
	struct rect inner;

	widgets_add(&v->ui.widgets, &widget);
	inner = parts_surface_draw(&v->ui, &t, r, REPORT_SHEET, THEME_SURFACE);
	sheet = page_picture_is_here(&s->sheet)
			? page_picture_at_width(
				  &s->sheet, inner.w < (int)(inner.h / A4_H_OVER_W)
						     ? inner.w
						     : (int)(inner.h / A4_H_OVER_W))
			: NULL;
	if (!sheet || sheet->h > inner.h)
		return;
	draw_keep_begin(&v->ui.list, inner);
	draw_image(&v->ui.list, inner.x + (inner.w - sheet->w) / 2,
		inner.y + (inner.h - sheet->h) / 2, sheet);
	draw_keep_end(&v->ui.list);
}

/* Cut the place of the sheet: at the left of a wide screen, on top of a high one; none where it would be smaller than a
 * finger can hit. */
static struct rect cut_sheet(struct view *v, struct rect *r)
{
	struct parts_type t = frame_type(v);
	int least = layout_mm_px(&v->ui.display, LAYOUT_PRIMARY_MM), w;
	struct rect place;

	if (r->w > r->h) {
		w = (int)(r->h / A4_H_OVER_W);
		if (w < least || w > r->w / 2 || r->w - w < 14 * t.caption)
			return (struct rect){ 0 };
		place = rect_cut_left(r, w);
		rect_cut_left(r, 2 * t.gap);
		return place;
	}
	if (r->h / 2 < least * A4_H_OVER_W)
		return (struct rect){ 0 };
	place = rect_cut_top(r, r->h / 2);
	rect_cut_top(r, t.gap);
	return place;
}

/* "Version 2, 28.11.2026 14:32", and below it the beginning of the SHA-256, and who. */
static void row_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx)
{
	const json_t *version = report_version_at(ctx, row);
	bool old = json_is_true(json_object_get(version, "superseded"));
	struct draw_style upper = parts_bold(t, t->caption),
			  lower = parts_regular(t, t->caption);
	uint32_t color = old ? THEME_MUTED : THEME_TEXT;
	char when[64], digest[16], text[200];
	struct rect half;

	rect_cut_left(&r, t->gap / 2);
	half = rect_cut_top(&r, r.h / 2);
	snprintf(text, sizeof(text), _("Version %d, %s"),
		(int)clinic_int(version, "version"),
		report_when(version, when, sizeof(when)));
	clinic_part_draw(ui, &upper, half, color, text);
	snprintf(text, sizeof(text), "SHA-256 %s · %s",
		report_digest(version, digest, sizeof(digest)),
		clinic_text(version, "operator"));
	clinic_part_draw(ui, &lower, r, color, text);
}

static void versions_draw(struct view *v, struct report_state *s, struct rect r)
{
	struct parts_type t = frame_type(v);
	struct draw_style head = parts_bold(&t, t.body);
	const char *text = _("Signed");
	int h = t.body * 4 / 3;

	if (r.h - h - t.gap >= clinic_page_height(v)) {
		parts_shrink(&v->ui, &head, r.w, text);
		if (draw_measure(&v->ui.list, &head, text).w <= r.w)
			draw_text(&v->ui.list, &head, rect_cut_top(&r, h), DRAW_LEFT,
				THEME_ACTION, text);
		rect_cut_top(&r, t.gap / 2);
	}
	if (r.h >= clinic_page_height(v))
		list_draw(&v->ui, &t, r, REPORT_ROWS, "version", &s->list,
			t.caption * 8 / 3 + t.gap, row_draw, s);
}

/* What the signature will mean, and who gives it; or why there is nothing to sign. */
struct draft_words {
	enum parts_sign sign;
	const char *headline, *text;
	char as[REPORT_SAID_BYTES];
};

static void draft_say(
	const struct view *v, const struct report_state *s, struct draft_words *w)
{
	const char *to_do = "", *trouble = page_picture_trouble(&s->sheet, &to_do);

	w->sign = PARTS_INFO;
	w->headline = _("Not signed yet");
	w->text = _("Read it first. Once signed it cannot be changed any more, "
		    "only amended.");
	if (s->busy) {
		w->headline = _("One moment");
		w->text = _("It is being signed.");
	} else if (trouble) {
		w->sign = PARTS_CAUTION;
		w->headline = trouble;
		w->text = to_do;
	} else if (v->app->operator_name[0] != '\0') {
		snprintf(w->as, sizeof(w->as),
			_("Read it first. You sign as %s; then it cannot be changed "
			  "any "
			  "more, only amended."),
			v->app->operator_name);
		w->text = w->as;
	}
}

static void draft_draw(struct view *v, const struct report_state *s, struct rect r)
{
	struct draft_words w;

	draft_say(v, s, &w);
	frame_message(v, r, w.sign, w.headline, w.text);
}

/* The height of a headline, and of a line of what follows. */
static int draft_least(const struct parts_type *t)
{
	return 4 * t->caption;
}

static bool can_act(const struct view *v, const struct report_state *s)
{
	return v->app->model.connected && s->plan && s->versions && !s->busy;
}

/* The buttons of what is there; returns how many. */
static int draft_buttons(
	const struct view *v, const struct report_state *s, struct parts_button *b)
{
	bool known = v->app->operator_name[0] != '\0', ready = can_act(v, s);
	const char *to_do;
	bool failed = page_picture_trouble(&s->sheet, &to_do) != NULL;

	b[0] = (struct parts_button){ .id = REPORT_SHARE,
		.name = "share",
		.texts = report_is_shared(v, s) ? hide_texts : show_texts,
		.enabled = ready && !report_is_empty(s) };
	b[1] = (struct parts_button){ .id = failed ? REPORT_AGAIN : REPORT_READ,
		.name = failed ? "again" : "read",
		.texts = failed ? again_texts : read_texts,
		.enabled = s->versions != NULL };
	b[2] = (struct parts_button){ .id = REPORT_SIGN,
		.name = known ? "comment" : "sign",
		.texts = known ? other_texts : sign_texts,
		.primary = !known,
		.lit = !known && ready,
		.enabled = ready && !report_is_empty(s) };
	b[3] = (struct parts_button){ .id = REPORT_SIGN_AS,
		.name = "sign",
		.texts = sign_as_texts,
		.primary = true,
		.hold = true,
		.lit = ready,
		.enabled = ready && !report_is_empty(s) };
	return known ? 4 : 3;
}

static int signed_buttons(
	const struct view *v, const struct report_state *s, struct parts_button *b)
{
	bool ready = can_act(v, s);

	b[0] = (struct parts_button){ .id = REPORT_AMEND,
		.name = "amend",
		.texts = amend_texts,
		.enabled = ready };
	b[1] = (struct parts_button){ .id = REPORT_PRINT,
		.name = "print",
		.texts = print_texts,
		.enabled = !s->busy };
	b[2] = (struct parts_button){ .id = REPORT_SHARE,
		.name = "share",
		.texts = report_is_shared(v, s) ? hide_texts : show_texts,
		.enabled = ready };
	b[3] = (struct parts_button){ .id = REPORT_DONE,
		.name = "done",
		.texts = done_texts,
		.primary = true,
		.enabled = true,
		.lit = true };
	return 4;
}

static int print_buttons(struct parts_button *b)
{
	b[0] = (struct parts_button){ .id = REPORT_PRINT_PATIENT,
		.name = "print-patient",
		.texts = print_patient_texts,
		.enabled = true };
	b[1] = (struct parts_button){ .id = REPORT_PRINT_CLINICIAN,
		.name = "print-clinician",
		.texts = print_clinician_texts,
		.primary = true,
		.enabled = true };
	return 2;
}

static bool is_draft(const struct report_state *s)
{
	return s->versions && !report_is_signed(s);
}

/* What was said last, and what else there is to say of a draft, in place of everything else. */
static void said_alone_draw(struct view *v, const struct report_state *s, struct rect r,
	enum parts_sign sign, const char *said)
{
	char both[2 * REPORT_SAID_BYTES];
	struct draft_words w;

	if (!is_draft(s)) {
		frame_message(v, r, sign, _("Report"), said);
		return;
	}
	draft_say(v, s, &w);
	draw_elsewhere(&v->ui.list, said); /* in both */
	snprintf(both, sizeof(both), "%s %s", said, w.text);
	frame_message(v, r, sign, w.headline, both);
}

/* What was said last, or why there is no picture of what is signed, above the actions; where that leaves no room for the rest,
 * in place of it. Returns true then. */
static bool said_draw(struct view *v, const struct report_state *s, struct rect *r)
{
	struct parts_type t = frame_type(v);
	const char *to_do = "", *said = s->said, *trouble;
	char text[REPORT_SAID_BYTES];
	enum parts_sign sign = s->sign;
	int h;

	if (said[0] == '\0' && report_is_signed(s) &&
		(trouble = page_picture_trouble(&s->sheet, &to_do)) != NULL) {
		snprintf(text, sizeof(text), "%s. %s", trouble, to_do);
		said = text;
		sign = PARTS_CAUTION;
	}
	if (said[0] == '\0')
		return false;
	h = parts_notice_height(&v->ui, &t, r->w, said);
	if (h > r->h || (is_draft(s) && h + t.gap + draft_least(&t) > r->h)) {
		said_alone_draw(v, s, *r, sign, said);
		return true;
	}
	parts_notice_draw(&v->ui, &t, rect_cut_bottom(r, h), sign, said);
	rect_cut_bottom(r, t.gap);
	return false;
}

void report_draw(struct view *v, void *state)
{
	struct report_state *s = state;
	const char *code = clinic_text(s->plan, "patient"), *to_do;
	struct rect r = frame_begin(v, code[0] != '\0' ? code : _("Report")), sheet;
	struct parts_button b[4];
	int n = s->printing           ? print_buttons(b)
		: report_is_signed(s) ? signed_buttons(v, s, b)
				      : draft_buttons(v, s, b);

	frame_actions(v, &r, b, n);
	if (said_draw(v, s, &r))
		return;
	if (!s->versions) {
		if (s->said[0] == '\0')
			frame_message(v, r, PARTS_INFO, _("One moment"), "");
		return;
	}
	if (!page_picture_trouble(&s->sheet, &to_do)) {
		sheet = cut_sheet(v, &r);
		if (sheet.w > 0)
			sheet_draw(v, s, sheet);
	}
	if (report_is_signed(s))
		versions_draw(v, s, r);
	else
		draft_draw(v, s, r);
}
