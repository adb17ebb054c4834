/* What a row of results or of a comparison is of: the measure and what was done, in as many lines as the longest of all rows
 * needs, so that none is shortened. */
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/results.h"

int results_line(int em)
{
	return em * 13 / 10;
}

/* The lines that a text needs in small type, at most three: type for low vision is larger than any row. */
static int lines_of(
	struct ui *ui, const struct parts_type *t, int w, const char *text, int least)
{
	struct draw_style small = parts_regular(t, t->caption);
	int one = draw_measure(&ui->list, &small, "X").h;
	int n = draw_wrapped_height(&ui->list, &small, w, text, NULL) / one;

	return n < least ? least : n > 3 ? 3 : n;
}

struct results_head results_head_of(struct ui *ui, const struct parts_type *t, int w,
	bool may_be_one, const struct results_row *rows, int n)
{
	struct draw_style small = parts_regular(t, t->caption);
	struct results_head head = { may_be_one, 1, 1 };
	char text[RESULTS_TEXT_BYTES];

	draw_elsewhere_begin(&ui->list); /* in its row */
	for (int i = 0; i < n; i++) {
		int name_w, group_w;
		results_measure(rows[i].row, text, sizeof(text));
		name_w = draw_measure(&ui->list, &small, text).w;
		head.name_lines = lines_of(ui, t, w, text, head.name_lines);
		results_group_name(rows[i].group, text, sizeof(text));
		group_w = draw_measure(&ui->list, &small, text).w;
		head.group_lines = lines_of(ui, t, w, text, head.group_lines);
		if (name_w + 2 * t->gap + group_w > w)
			head.is_one = false;
	}
	draw_elsewhere_end(&ui->list);
	return head;
}

int results_head_height(const struct parts_type *t, const struct results_head *head)
{
	return head->is_one ? results_line(t->body)
			    : (head->name_lines + head->group_lines) *
				      results_line(t->caption);
}

int results_head_width(struct ui *ui, const struct parts_type *t,
	const struct results_head *head, const struct results_row *row)
{
	struct draw_style body = parts_regular(t, head->is_one ? t->body : t->caption);
	struct draw_style small = parts_regular(t, t->caption);
	char name[RESULTS_TEXT_BYTES], group[RESULTS_TEXT_BYTES];
	int w;

	results_measure(row->row, name, sizeof(name));
	results_group_name(row->group, group, sizeof(group));
	w = draw_measure(&ui->list, &body, name).w;
	return head->is_one ? w + 2 * t->gap + draw_measure(&ui->list, &small, group).w
			    : w;
}

/* Over the lines that there are, from the top of `*r`, which is cut off; its beginning where they are too few. */
static void lines_draw(struct ui *ui, const struct parts_type *t, struct rect *r,
	uint32_t color, const char *text)
{
	struct draw_style small = parts_regular(t, t->caption);
	int widest, h = draw_wrapped_height(&ui->list, &small, r->w, text, &widest);

	if (widest <= r->w && h <= r->h)
		draw_wrapped(
			&ui->list, &small, rect_cut_top(r, h), DRAW_LEFT, color, text);
	else if (r->h >= results_line(t->caption))
		clinic_part_draw(ui, &small, rect_cut_top(r, results_line(t->caption)),
			color, text);
}

static void one_line_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row)
{
	const struct results_head one = { true, 1, 1 };
	struct draw_style body = parts_regular(
		t, results_head_width(ui, t, &one, row) > r.w ? t->caption : t->body);
	struct draw_style small = parts_regular(t, t->caption);
	char text[RESULTS_TEXT_BYTES];

	results_measure(row->row, text, sizeof(text));
	draw_text(&ui->list, &body,
		rect_cut_left(&r, draw_measure(&ui->list, &body, text).w), DRAW_LEFT,
		THEME_TEXT, text);
	rect_cut_left(&r, 2 * t->gap);
	draw_text(&ui->list, &small, r, DRAW_LEFT, THEME_MUTED,
		results_group_name(row->group, text, sizeof(text)));
}

void results_head_draw(struct ui *ui, const struct parts_type *t, struct rect *r,
	const struct results_head *head, const struct results_row *row)
{
	struct rect top = rect_cut_top(r, results_head_height(t, head));
	char text[RESULTS_TEXT_BYTES];

	if (head->is_one) {
		one_line_draw(ui, t, top, row);
		return;
	}
	lines_draw(
		ui, t, &top, THEME_TEXT, results_measure(row->row, text, sizeof(text)));
	lines_draw(ui, t, &top, THEME_MUTED,
		results_group_name(row->group, text, sizeof(text)));
}
