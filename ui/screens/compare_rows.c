/* The rows of a comparison: a measure then and now, its difference with the MDC95, and whether that is more than the error
 * of measurement. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/app/frame.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/compare.h"

/* The number and its unit, below it what it may be off by; without that no number is shown. `key` is "a" or "b". */
const char *compare_error(const json_t *row, const char *key, char *out, size_t size)
{
	char interval[16], n[16];

	snprintf(interval, sizeof(interval), "%s_ci95", key);
	snprintf(n, sizeof(n), "%s_n", key);
	results_interval(row, key, interval, out, size);
	if (out[0] == '\0' && clinic_int(row, n) > 0)
		snprintf(out, size, "%s", _("one trial"));
	return out;
}

static void value_draw(struct ui *ui, const struct parts_type *t, struct rect upper,
	struct rect lower, const json_t *row, const char *key)
{
	struct draw_style bold = parts_bold(t, t->body);
	struct draw_style small = parts_regular(t, t->caption);
	char number[40], error[80];
	int w;

	results_number(row, key, number, sizeof(number));
	compare_error(row, key, error, sizeof(error));
	w = draw_measure(&ui->list, &bold, number).w;
	if (w > upper.w || draw_measure(&ui->list, &bold, number).h > upper.h ||
		draw_measure(&ui->list, &small, error).w > lower.w ||
		draw_measure(&ui->list, &small, error).h > lower.h)
		return;
	draw_text(&ui->list, &bold, rect_cut_left(&upper, w), DRAW_LEFT, THEME_TEXT,
		number);
	rect_cut_left(&upper, t->gap / 2);
	results_text(ui, &small, upper, DRAW_LEFT, THEME_MUTED, results_unit(row));
	results_text(ui, &small, lower, DRAW_LEFT, THEME_MUTED, error);
}

/* The difference with its unit, and what it has to be more than. */
static void difference_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, const json_t *row)
{
	struct draw_style bold = parts_bold(t, t->body);
	struct draw_style small = parts_regular(t, t->caption);
	char mdc[60], text[80];
	int w;

	results_difference(row, true, text, sizeof(text));
	w = draw_measure(&ui->list, &bold, text).w;
	if (w > r.w || draw_measure(&ui->list, &bold, text).h > r.h)
		return;
	draw_text(&ui->list, &bold, rect_cut_left(&r, w), DRAW_LEFT, THEME_TEXT, text);
	rect_cut_left(&r, t->gap * 2 / 3);
	if (results_mdc(row, mdc, sizeof(mdc))[0] == '\0')
		return;
	snprintf(text, sizeof(text), "MDC %s", mdc);
	results_text(ui, &small, r, DRAW_LEFT, THEME_MUTED, text);
}

/* Below it whether it is, in the longest words that have room. */
static void change_draw(struct ui *ui, const struct parts_type *t, struct rect upper,
	struct rect lower, const json_t *row)
{
	struct draw_style small = parts_regular(t, t->caption);

	if (isnan(clinic_number(row, "difference"))) {
		results_text(
			ui, &small, upper, DRAW_LEFT, THEME_MUTED, _("not in both"));
		return;
	}
	difference_draw(ui, t, upper, row);
	results_larger_draw(ui, t, lower, row);
}

/* Three columns where they have room: then, now, difference. Beside the rows may be buttons for pages, as list.c
 * has them: as if they always were, or the columns would move. */
struct compare_columns compare_columns(
	struct view *v, int w, const struct results_row *rows, int n)
{
	struct parts_type t = frame_type(v);
	int target = layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM);
	int pager = (target > 4 * t.caption ? target : 4 * t.caption) + t.gap;

	bool are_wide = w - pager >= 32 * t.caption;

	return (struct compare_columns){ .are_wide = are_wide,
		.w = w - pager - 2 * t.gap,
		.head = results_head_of(
			&v->ui, &t, w - pager - 2 * t.gap, are_wide, rows, n) };
}

static void columns_of(const struct parts_type *t, struct rect r, struct rect col[3])
{
	static const int wide[3] = { 28, 28, 44 };
	int w = r.w - 2 * t->gap;

	for (int i = 0; i < 3; i++) {
		col[i] = i < 2 ? rect_cut_left(&r, w * wide[i] / 100) : r;
		rect_cut_left(&r, t->gap);
	}
}

/* The measure and what was done, below them the columns. */
static void wide_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct results_head *head)
{
	struct rect upper[3], lower[3];

	results_head_draw(ui, t, &r, head, row);
	columns_of(t, rect_cut_top(&r, results_line(t->body)), upper);
	columns_of(t, r, lower);
	value_draw(ui, t, upper[0], lower[0], row->row, "a");
	value_draw(ui, t, upper[1], lower[1], row->row, "b");
	change_draw(ui, t, upper[2], lower[2], row->row);
}

/* Of what stands below the name. */
static int numbers_height(const struct parts_type *t, bool are_wide)
{
	return (are_wide ? 1 : 2) * (results_line(t->body) + results_line(t->caption));
}

/* Where columns have no room: the name; then and now; below them the difference, and that alone where the rest has
 * no room either. */
static void narrow_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct results_head *head)
{
	struct draw_style small = parts_regular(t, t->caption);
	int line = results_line(t->caption), tall = results_line(t->body);
	char text[RESULTS_TEXT_BYTES];
	struct rect upper, lower;

	if (r.h < line)
		return;
	if (r.h < results_head_height(t, head) + numbers_height(t, false)) {
		clinic_part_draw(ui, &small, rect_cut_top(&r, line), THEME_TEXT,
			results_measure(row->row, text, sizeof(text)));
		upper = rect_cut_top(&r, tall);
		change_draw(ui, t, upper, r, row->row);
		return;
	}
	results_head_draw(ui, t, &r, head, row);
	upper = rect_cut_top(&r, tall);
	lower = rect_cut_top(&r, line);
	value_draw(ui, t, rect_cut_left(&upper, upper.w / 2),
		rect_cut_left(&lower, lower.w / 2), row->row, "a");
	value_draw(ui, t, upper, lower, row->row, "b");
	upper = rect_cut_top(&r, tall);
	lower = rect_cut_top(&r, line);
	change_draw(ui, t, upper, lower, row->row);
}

void compare_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct compare_columns *columns)
{
	rect_cut_left(&r, t->gap / 2);
	if (columns->are_wide && r.w > columns->w)
		r.w = columns->w;
	if (columns->are_wide)
		wide_row_draw(ui, t, r, row, &columns->head);
	else
		narrow_row_draw(ui, t, r, row, &columns->head);
}

int compare_row_height(
	const struct parts_type *t, const struct compare_columns *columns)
{
	return results_head_height(t, &columns->head) +
	       numbers_height(t, columns->are_wide) + t->gap;
}

/* Over the columns which is which; where they have no room in one line. */
void compare_head_draw(struct view *v, const json_t *document,
	const struct compare_columns *columns, struct rect *r)
{
	struct parts_type t = frame_type(v);
	struct draw_style small = parts_regular(&t, t.caption);
	struct rect top, col[3];
	char a[RESULTS_TEXT_BYTES / 2], b[RESULTS_TEXT_BYTES / 2],
		text[RESULTS_TEXT_BYTES];

	if (r->h < 4 * clinic_page_height(v) / 3 || r->h < 9 * t.caption)
		return;
	compare_day(document, "a", a, sizeof(a));
	compare_day(document, "b", b, sizeof(b));
	top = rect_cut_top(r, t.caption * 4 / 3);
	rect_cut_top(r, t.gap / 2);
	rect_cut_left(&top, t.gap);
	if (columns->are_wide && top.w > columns->w)
		top.w = columns->w;
	if (!columns->are_wide) {
		snprintf(text, sizeof(text), _("%1$s, then %2$s"), a, b);
		clinic_part_draw(&v->ui, &small, top, THEME_MUTED, text);
		return;
	}
	columns_of(&t, top, col);
	results_text(&v->ui, &small, col[0], DRAW_LEFT, THEME_MUTED, a);
	results_text(&v->ui, &small, col[1], DRAW_LEFT, THEME_MUTED, b);
	results_text(&v->ui, &small, col[2], DRAW_LEFT, THEME_MUTED, _("Difference"));
}
