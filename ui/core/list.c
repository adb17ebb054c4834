#include "ui/core/list.h"

#include <stdio.h>

#include "src/base/i18n.h"
#include "ui/core/theme.h"

enum { PAGE_UP, PAGE_DOWN, FIRST_ROW };

static int at_least(int a, int b)
{
	return a > b ? a : b;
}

int list_row_height(const struct ui *ui, const struct parts_type *t, int wanted)
{
	int least = at_least(
		layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM), t->body * 3 / 2);

	return at_least(wanted, least);
}

static const char *name_of(struct ui *ui, const char *name, const char *part)
{
	char text[64];

	snprintf(text, sizeof(text), "%s-%s", name, part);
	return ui_keep(ui, text);
}

bool list_pager_is_low(const struct ui *ui, const struct parts_type *t, int h)
{
	return h < 2 * at_least(layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM),
			       t->body * 5 / 4);
}

void list_pager_draw(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, const struct list *list)
{
	struct draw_style style = parts_regular(t, t->caption);
	int last = list->first + list->per_page;
	bool single = list->per_page == 1;
	const struct parts_button up = { .id = WIDGET_ID(id, PAGE_UP),
		.name = name_of(ui, name, "up"),
		.label = "▲",
		.enabled = list->first > 0 };
	const struct parts_button down = { .id = WIDGET_ID(id, PAGE_DOWN),
		.name = name_of(ui, name, "down"),
		.label = "▼",
		.enabled = last < list->n_rows };
	/* Two targets in any case; what is between them is left for the figures. */
	int least = at_least(
		layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM), t->body * 5 / 4);
	int h = at_least(least, r.h / 3);
	char text[48];

	if (list_pager_is_low(ui, t, r.h)) {
		parts_button_draw(
			ui, t, rect_cut_left(&r, (r.w - t->gap / 2) / 2), &up);
		rect_cut_left(&r, t->gap / 2);
		parts_button_draw(ui, t, r, &down);
		return;
	}
	h = 2 * h > r.h ? r.h / 2 : h;
	parts_button_draw(ui, t, rect_cut_top(&r, h), &up);
	parts_button_draw(ui, t, rect_cut_bottom(&r, h), &down);
	snprintf(text, sizeof(text), single ? "%d" : "%d–%d", list->first + 1,
		last < list->n_rows ? last : list->n_rows);
	if (r.h < t->caption * 8 / 3 || draw_measure(&ui->list, &style, text).w > r.w)
		return;
	r = rect_middle(r, r.w, t->caption * 8 / 3);
	draw_text(&ui->list, &style, rect_cut_top(&r, t->caption * 4 / 3), DRAW_CENTRE,
		THEME_MUTED, text);
	snprintf(text, sizeof(text), "/ %d", list->n_rows);
	if (draw_measure(&ui->list, &style, text).w <= r.w)
		draw_text(&ui->list, &style, r, DRAW_CENTRE, THEME_MUTED, text);
}

int list_least_height(const struct ui *ui, const struct parts_type *t)
{
	int target = layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM);

	return at_least(list_row_height(ui, t, 0), 2 * target);
}

int list_pager_width(const struct ui *ui, const struct parts_type *t, int w, int h)
{
	int target = layout_mm_px(&ui->display, LAYOUT_SECONDARY_MM);
	bool told = h - 2 * at_least(target, h / 3) >= t->caption * 8 / 3 &&
		    t->caption * 4 <= w / 4;

	if (list_pager_is_low(ui, t, h))
		return 2 * at_least(target, t->body + 2 * t->gap) + t->gap / 2;
	return at_least(target, told ? t->caption * 4 : t->body + 2 * t->gap);
}

void list_draw(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, struct list *list, int row_h, list_row_fn *row, void *ctx)
{
	int gap = t->gap / 2, h = list_row_height(ui, t, row_h), w;
	int columns = at_least(1, list->columns);
	struct rect line = r;

	list->per_page = columns * at_least(1, (r.h + gap) / (h + gap));
	if (list->first >= list->n_rows)
		list->first = 0;
	if (list->n_rows > list->per_page) {
		w = list_pager_width(ui, t, r.w, r.h);
		list_pager_draw(ui, t, rect_cut_right(&r, w), id, name, list);
		rect_cut_right(&r, t->gap);
	}
	w = (r.w - (columns - 1) * gap) / columns;
	for (int i = 0; i < list->per_page && list->first + i < list->n_rows; i++) {
		int own = WIDGET_ID(id, FIRST_ROW + i);
		char number[12];
		struct rect at;
		if (i % columns == 0) {
			line = rect_cut_top(&r, h);
			rect_cut_top(&r, gap);
		}
		at = i % columns == columns - 1 ? line : rect_cut_left(&line, w);
		rect_cut_left(&line, gap);
		snprintf(number, sizeof(number), "%d", i);
		widgets_add(&ui->widgets, &(struct widget){ .id = own,
						  .name = name_of(ui, name, number),
						  .rect = at,
						  .enabled = true });
		at = parts_surface_draw(ui, t, at, own, THEME_SURFACE);
		draw_elsewhere_begin(&ui->list);
		row(ui, t, rect_inset(at, t->gap / 2), list->first + i, ctx);
		draw_elsewhere_end(&ui->list);
	}
}

int list_act(struct list *list, int index)
{
	int row = list->first + index - FIRST_ROW;

	if (index == PAGE_UP)
		list->first = at_least(0, list->first - list->per_page);
	else if (index == PAGE_DOWN && list->first + list->per_page < list->n_rows)
		list->first += list->per_page;
	else if (index >= FIRST_ROW && row < list->n_rows)
		return row;
	return LIST_NO_ROW;
}

bool list_wants(struct list *list, int *first, int *n)
{
	if (list->per_page == 0 ||
		(list->was_asked && list->asked_first == list->first &&
			list->asked_n == list->per_page))
		return false;
	*first = list->asked_first = list->first;
	*n = list->asked_n = list->per_page;
	list->was_asked = true;
	return true;
}

void list_forget(struct list *list)
{
	list->was_asked = false;
}
