#include "ui/screens/typing.h"

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"

/* What was wrong, from the top of `*r`, leaving `box_h` for the field where that leaves a line to read. */
static void message_draw(struct view *v, struct rect *r, int box_h, const char *message)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	int least = draw_measure(&v->ui.list, &small, "X").h + t.caption / 2;
	struct rect place = *r, rest;

	if (place.h - box_h - t.gap / 2 >= least)
		place.h -= box_h + t.gap / 2;
	rest = place;
	frame_read(v, &rest, &small, 1, THEME_CAUTION, message);
	rect_cut_top(r, place.h - rest.h);
}

void typing_draw(struct view *v, struct rect r, const struct typing *what)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	int box_h = entry_box_height(&v->ui, &t);
	int field_h = what->labels ? entry_field_height(&v->ui, &t) : box_h;
	int keys_h = entry_keyboard_height(&v->ui, r.w) + t.gap / 2;
	bool has_keys = box_h + keys_h <= r.h;
	int most = has_keys ? r.h - keys_h : r.h; /* that the field may take */
	struct rect top = { r.x, r.y, r.w, most };

	if (what->message[0] != '\0')
		message_draw(v, &top, box_h, what->message);
	field_h = field_h > top.h ? top.h : field_h;
	if (field_h >= box_h)
		entry_field_draw(&v->ui, &t, rect_cut_top(&top, field_h), what->field,
			what->name, what->entry,
			what->labels ? parts_fit(&v->ui.list, &small, r.w, what->labels)
				     : "",
			what->hint, true);
	rect_cut_top(&r, most - top.h + t.gap / 2);
	if (has_keys)
		entry_keyboard_draw(&v->ui, &t, r, what->keys, "key", what->entry);
}
