/* What the keys do and what the station is for. Any key or touch closes it. */
#include "src/base/i18n.h"
#include "ui/core/parts.h"
#include "ui/screens/facts.h"
#include "ui/screens/screens.h"
#include "ui/core/theme.h"

static const char *const lines[][2] = {
	{ N_("Tab, arrows"), N_("choose a button") },
	{ N_("Enter, Space"), N_("press it; hold for Zero") },
	{ N_("Esc"), N_("back; at the first screen quit (not in kiosk mode)") },
	{ N_("Page Down, F5"), N_("start and stop, as a clicker or foot switch does") },
	{ "Z", N_("hold to set zero, mat empty") },
	{ "C", N_("colours: inferno or cividis") },
	{ "M", N_("smooth picture or plain cells") },
	{ "R", N_("clinician's or patient's view") },
	{ "P", N_("how the body bears its weight, in plain words") },
	{ "F1, ?", N_("this page") },
	{ "Q", N_("quit (not in kiosk mode)") },
};
static const char *const closing[] = { N_("Any key or touch closes"),
	N_("Any key closes"), N_("Any key"), NULL };
/* What the station is for, docs/clinical-basis.md. */
static const char *const purpose[] = { N_("A measurement and training aid, not a "
					  "diagnosis; pelvis, knee and back are "
					  "estimates"),
	N_("A measurement and training aid, not a diagnosis"), N_("Not a diagnosis"),
	NULL };
#define N_LINES ((int)(sizeof(lines) / sizeof(lines[0])))

/* At three times the size on a narrow panel not even the shortest has room. */
static void draw_purpose(struct ui *ui, const struct draw_style *style, struct rect row)
{
	const char *text = parts_fit(&ui->list, style, row.w, purpose);

	if (draw_measure(&ui->list, style, text).w <= row.w)
		draw_text(&ui->list, style, row, DRAW_LEFT, THEME_TEXT, text);
	else
		draw_elsewhere(&ui->list, text); /* on every report */
}

/* Whether all have room, each on a line of its own. */
static bool table_fits(struct view *v, struct rect r, int key_w, int line_h)
{
	struct parts_type t = parts_near_type(&v->ui.display);
	struct draw_style plain = parts_regular(&t, t.caption);

	for (int i = 0; i < N_LINES; i++)
		if (key_w + draw_measure(&v->ui.list, &plain, _(lines[i][1])).w > r.w)
			return false;
	return N_LINES * line_h <= r.h;
}

/* Else in parts that turn by themselves: a touch closes the page. */
static void table_read(struct view *v, struct rect r)
{
	struct facts f;

	facts_begin(&f, v);
	for (int i = 0; i < N_LINES; i++)
		facts_line(&f, _(lines[i][0]), _(lines[i][1]));
	facts_read(&f, r);
}

static void help_draw(struct view *v, void *state)
{
	const struct layout_display *d = &v->ui.display;
	struct parts_type t = parts_near_type(d);
	struct draw_style bold = parts_bold(&t, t.value),
			  key = parts_bold(&t, t.caption);
	struct draw_style plain = parts_regular(&t, t.caption);
	struct rect screen = { 0, 0, d->w, d->h }, r = rect_inset(screen, 2 * t.margin);
	int line_h = draw_measure(&v->ui.list, &plain, "X").h + t.gap, key_w = 0;

	(void)state;
	draw_rect(&v->ui.list, screen, THEME_BACKGROUND);
	draw_text(&v->ui.list, &bold, rect_cut_top(&r, t.value * 3 / 2), DRAW_LEFT,
		THEME_TEXT, _("Keys"));
	draw_text(&v->ui.list, &plain, rect_cut_bottom(&r, line_h), DRAW_LEFT,
		THEME_MUTED, parts_fit(&v->ui.list, &plain, r.w, closing));
	draw_purpose(&v->ui, &plain, rect_cut_bottom(&r, line_h));
	for (int i = 0; i < N_LINES; i++) {
		int w = draw_measure(&v->ui.list, &key, _(lines[i][0])).w;
		key_w = w > key_w ? w : key_w;
	}
	key_w += 2 * t.gap;
	if (N_LINES * line_h > r.h && N_LINES * (line_h - t.gap) <= r.h)
		line_h = r.h / N_LINES; /* closer */
	if (!table_fits(v, r, key_w, line_h)) {
		table_read(v, r);
		return;
	}
	for (int i = 0; i < N_LINES; i++) {
		struct rect row = rect_cut_top(&r, line_h);
		draw_text(&v->ui.list, &key, rect_cut_left(&row, key_w), DRAW_LEFT,
			THEME_TEXT, _(lines[i][0]));
		draw_text(&v->ui.list, &plain, row, DRAW_LEFT, THEME_MUTED,
			_(lines[i][1]));
	}
}

static bool help_event(struct view *v, void *state, const struct input_event *e)
{
	(void)state;
	if (e->kind == INPUT_KEY_DOWN || e->kind == INPUT_POINTER_UP)
		view_back(v);
	return true;
}

const struct screen screen_help = {
	.name = "help",
	.role = VIEW_NEAR,
	.either_role = true,
	.event = help_event,
	.draw = help_draw,
};
