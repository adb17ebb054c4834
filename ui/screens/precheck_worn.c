#include "ui/screens/precheck_worn.h"

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/controls.h"
#include "ui/core/theme.h"

static const char *const worn_texts[PRECHECK_N_WORN] = { N_("Barefoot"), N_("Socks"),
	N_("Shoes") };

struct parts_button precheck_worn_button(int worn, int id)
{
	return (struct parts_button){ .id = WIDGET_ID(id, (worn + 1) % PRECHECK_N_WORN),
		.name = "worn",
		.label = _(worn_texts[worn]),
		.enabled = true };
}

static void turn_draw(struct view *v, int worn, int id, struct rect *r)
{
	struct parts_type t = frame_type(v);
	const struct parts_button b = precheck_worn_button(worn, id);
	int h = layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM);

	h = h > t.body * 3 / 2 ? h : t.body * 3 / 2;
	if (h <= r->h && parts_button_width(&v->ui, &t, &b, false) <= r->w) {
		parts_button_draw(&v->ui, &t, rect_cut_bottom(r, h), &b);
		rect_cut_bottom(r, t.gap);
	}
}

void precheck_worn_draw(struct view *v, int worn, int id, struct rect *r)
{
	struct parts_type t = frame_type(v);
	const struct control_choice choice = { .id = id,
		.name = "worn",
		.texts = worn_texts,
		.n = PRECHECK_N_WORN,
		.chosen = worn,
		.enabled = true };
	struct draw_style small = parts_regular(&t, t.caption);
	int h = control_choice_height(&v->ui, &t, r->w, &choice);
	int label_h = t.caption * 4 / 3;

	if (h > r->h / 3) {
		turn_draw(v, worn, id, r);
		return;
	}
	control_choice_draw(&v->ui, &t, rect_cut_bottom(r, h), &choice);
	if (label_h + t.gap < r->h / 2)
		draw_text(&v->ui.list, &small, rect_cut_bottom(r, label_h), DRAW_LEFT,
			THEME_MUTED, _("On the feet"));
	rect_cut_bottom(r, t.gap);
}
