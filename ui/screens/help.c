/* What the keys do and what the station is for. Any key or touch closes it. */
#include "ui/core/parts.h"
#include "ui/screens/screens.h"
#include "ui/core/theme.h"

static const char *const lines[][2] = {
	{ "Tab, arrows", "choose a button" },
	{ "Enter, Space", "press it; hold for Zero" },
	{ "Z", "hold to set zero, mat empty" },
	{ "C", "colours: inferno or cividis" },
	{ "M", "smooth picture or plain cells" },
	{ "R", "clinician's or patient's view" },
	{ "F1, ?", "this page" },
	{ "Q, Esc", "quit (not in kiosk mode)" },
};
static const char *const closing[] = { "Any key or touch closes", "Any key closes",
	"Any key", NULL };
/* What the station is for, docs/clinical-basis.md. */
static const char *const purpose[] = { "A measurement and training aid, not a "
				       "diagnosis; pelvis, knee and back are estimates",
	"A measurement and training aid, not a diagnosis", "Not a diagnosis", NULL };
#define N_LINES ((int)(sizeof(lines) / sizeof(lines[0])))

/* At three times the size on a narrow panel not even the shortest has room. */
static void draw_purpose(struct ui *ui, const struct draw_style *style, struct rect row)
{
	const char *text = parts_fit(&ui->list, style, row.w, purpose);

	if (draw_measure(&ui->list, style, text).w <= row.w)
		draw_text(&ui->list, style, row, DRAW_LEFT, THEME_TEXT, text);
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
		THEME_TEXT, "Keys");
	draw_text(&v->ui.list, &plain, rect_cut_bottom(&r, line_h), DRAW_LEFT,
		THEME_MUTED, parts_fit(&v->ui.list, &plain, r.w, closing));
	draw_purpose(&v->ui, &plain, rect_cut_bottom(&r, line_h));
	for (int i = 0; i < N_LINES; i++) {
		int w = draw_measure(&v->ui.list, &key, lines[i][0]).w;
		key_w = w > key_w ? w : key_w;
	}
	for (int i = 0; i < N_LINES; i++) {
		struct rect row = rect_cut_top(&r, line_h), left;
		if (row.h < line_h)
			break; /* what is most used stands first */
		left = rect_cut_left(&row, key_w);
		draw_text(&v->ui.list, &key, left, DRAW_LEFT, THEME_TEXT, lines[i][0]);
		rect_cut_left(&row, 2 * t.gap);
		if (draw_measure(&v->ui.list, &plain, lines[i][1]).w <= row.w)
			draw_text(&v->ui.list, &plain, row, DRAW_LEFT, THEME_MUTED,
				lines[i][1]);
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
