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

static int larger_of(int a, int b)
{
	return a > b ? a : b;
}

static void columns_of(const struct parts_type *t, struct rect r,
	const struct compare_columns *columns, struct rect col[3])
{
	static const int percent[2] = { 28, 28 };
	int w = r.w - 2 * t->gap;

	for (int i = 0; i < 2; i++) {
		col[i] = rect_cut_left(&r, columns->shape == COMPARE_LOW
						   ? columns->part_w[i]
						   : w * percent[i] / 100);
		rect_cut_left(&r, t->gap);
	}
	col[2] = r;
}

/* One of a row's two values. */
struct compare_value {
	const json_t *row;
	const char *key;
	int number_px;
};

/* The measure and what was done, below them the columns. */
static void wide_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct compare_columns *columns)
{
	struct rect upper[3], lower[3];

	results_head_draw(ui, t, &r, &columns->head, row);
	columns_of(t, rect_cut_top(&r, results_line(t->body)), columns, upper);
	columns_of(t, r, columns, lower);
	value_draw(ui, t, upper[0], lower[0], row->row, "a");
	value_draw(ui, t, upper[1], lower[1], row->row, "b");
	change_draw(ui, t, upper[2], lower[2], row->row);
}

/* What a number may be off by, in few letters: the ends of an interval with a dash where they are plain numbers. */
static void short_error(const json_t *row, const char *key, char *out, size_t size)
{
	char interval[16], low[32], high[32];
	const json_t *ci;

	compare_error(row, key, out, size);
	snprintf(interval, sizeof(interval), "%s_ci95", key);
	ci = json_object_get(row, interval);
	if (json_array_size(ci) != 2 || strncmp(out, "±", strlen("±")) == 0)
		return;
	results_value(
		row, key, json_number_value(json_array_get(ci, 0)), low, sizeof(low));
	results_value(
		row, key, json_number_value(json_array_get(ci, 1)), high, sizeof(high));
	if (low[0] >= '0' && low[0] <= '9' && high[0] >= '0' && high[0] <= '9')
		snprintf(out, size, "%s–%s", low, high);
}

/* A value in one line: "59.4" and behind it "% ± 2.3". Returns the width, with `measure_only` of what is not drawn. */
static int value_line_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct compare_value *value, bool measure_only)
{
	struct draw_style bold = parts_bold(t, value->number_px);
	struct draw_style small = parts_regular(t, t->caption);
	char number[40], error[80], text[160];
	const char *unit = results_unit(value->row);
	int w;

	results_number(value->row, value->key, number, sizeof(number));
	short_error(value->row, value->key, error, sizeof(error));
	snprintf(text, sizeof(text), "%s%s%s", unit, unit[0] != '\0' ? " " : "", error);
	w = draw_measure(&ui->list, &bold, number).w + t->gap / 2;
	if (measure_only)
		return w + draw_measure(&ui->list, &small, text).w;
	draw_text(
		&ui->list, &bold, rect_cut_left(&r, w), DRAW_LEFT, THEME_TEXT, number);
	results_text(ui, &small, r, DRAW_LEFT, THEME_MUTED, text);
	return w;
}

/* The difference, and whether it is more than the error of measurement: that stands for the MDC95, which has a place where the
 * row leaves it, and is on the row's own page. */
static void change_line_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const json_t *row, int number_px)
{
	struct draw_style bold = parts_bold(t, number_px);
	struct draw_style small = parts_regular(t, t->caption);
	const char *words = results_larger(row, 1);
	char text[80], mdc[60];

	if (!words) {
		results_text(ui, &small, r, DRAW_LEFT, THEME_MUTED, _("not in both"));
		return;
	}
	results_difference(row, true, text, sizeof(text));
	rect_cut_left(&r, draw_text(&ui->list, &bold, r, DRAW_LEFT, THEME_TEXT, text));
	rect_cut_left(&r, t->gap / 2);
	snprintf(text, sizeof(text), "MDC %s", results_mdc(row, mdc, sizeof(mdc)));
	if (mdc[0] != '\0' &&
		draw_measure(&ui->list, &small, text).w + 2 * t->gap +
				draw_measure(&ui->list, &small, words).w <=
			r.w)
		rect_cut_left(&r, t->gap + draw_text(&ui->list, &small, r, DRAW_LEFT,
						   THEME_MUTED, text));
	results_larger_draw(ui, t, r, row);
}

/* The measure and what was done, below them each column in one line. */
static void low_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct compare_columns *columns)
{
	struct rect col[3];

	results_head_draw(ui, t, &r, &columns->head, row);
	columns_of(t, rect_cut_top(&r, results_line(t->body)), columns, col);
	for (int i = 0; i < 2; i++)
		value_line_draw(ui, t, col[i],
			&(struct compare_value){
				row->row, i == 0 ? "a" : "b", columns->number_px },
			false);
	change_line_draw(ui, t, col[2], row->row, columns->number_px);
}

/* Make them low, with numbers of that size. Returns false where a row has no room then. */
static bool columns_make_low(struct ui *ui, const struct parts_type *t,
	struct compare_columns *c, int number_px, const struct results_row *rows, int n)
{
	const struct rect none = { 0, 0, 0, 0 };
	struct draw_style bold = parts_bold(t, number_px);
	struct draw_style small = parts_regular(t, t->caption);
	int change_w = 0, spare;

	c->part_w[0] = c->part_w[1] = 0;
	c->number_px = number_px;
	for (int i = 0; i < n; i++) {
		const char *words = results_larger(rows[i].row, 1);
		char text[80];

		for (int k = 0; k < 2; k++)
			c->part_w[k] = larger_of(c->part_w[k],
				value_line_draw(ui, t, none,
					&(struct compare_value){ rows[i].row,
						k == 0 ? "a" : "b", number_px },
					true));
		results_difference(rows[i].row, true, text, sizeof(text));
		if (words)
			change_w = larger_of(change_w,
				draw_measure(&ui->list, &bold, text).w + t->gap / 2 +
					draw_measure(&ui->list, &small, words).w);
	}
	spare = c->w - c->part_w[0] - c->part_w[1] - 2 * t->gap - change_w;
	for (int k = 0; k < 2 && spare > 0; k++)
		c->part_w[k] += spare / 4 < t->gap ? spare / 4 : t->gap;
	return spare >= 0;
}

/* Of what stands below the name. */
static int numbers_height(
	const struct parts_type *t, const struct compare_columns *columns)
{
	int body = results_line(t->body), small = results_line(t->caption);

	return columns->shape == COMPARE_LOW    ? body
	       : columns->shape == COMPARE_TALL ? body + small
						: 2 * (body + small);
}

/* Where columns have no room: the name; then and now; below them the difference, and that alone where the rest has
 * no room either. */
static void narrow_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct compare_columns *columns)
{
	const struct results_head *head = &columns->head;
	struct draw_style small = parts_regular(t, t->caption);
	int line = results_line(t->caption), tall = results_line(t->body);
	char text[RESULTS_TEXT_BYTES];
	struct rect upper, lower;

	if (r.h < line)
		return;
	if (r.h < results_head_height(t, head) + numbers_height(t, columns)) {
		clinic_part_draw(ui, &small, rect_cut_top(&r, line), THEME_TEXT,
			results_measure(row->row, text, sizeof(text)));
		upper = rect_cut_top(&r, tall);
		lower = rect_cut_top(&r, line);
		change_draw(ui, t, upper, lower, row->row);
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
	if (columns->shape == COMPARE_NARROW) {
		narrow_row_draw(ui, t, r, row, columns);
		return;
	}
	if (r.w > columns->w)
		r.w = columns->w;
	if (columns->shape == COMPARE_LOW)
		low_row_draw(ui, t, r, row, columns);
	else
		wide_row_draw(ui, t, r, row, columns);
}

int compare_row_height(
	const struct parts_type *t, const struct compare_columns *columns)
{
	return results_head_height(t, &columns->head) + numbers_height(t, columns) +
	       t->gap;
}

/* The height of what stands over the columns, with the gap below it; 0 where it has no room. */
static int head_height(const struct view *v, const struct parts_type *t, struct rect r)
{
	if (r.h < 4 * clinic_page_height(v) / 3 || r.h < 9 * t->caption)
		return 0;
	return t->caption * 4 / 3 + t->gap / 2;
}

/* How many of `n` rows are seen at once, in a list `h` high. */
static int rows_seen(
	const struct parts_type *t, const struct compare_columns *c, int h, int n)
{
	int gap = t->gap / 2, seen = (h + gap) / (compare_row_height(t, c) + gap);

	return seen < n ? seen : n;
}

/* Three columns where they have room: then, now, difference; low where that shows more rows at once. Beside the rows may be
 * buttons for pages, as list.c has them: as if they always were, or the columns would move. */
struct compare_columns compare_columns(
	struct view *v, struct rect r, const struct results_row *rows, int n)
{
	struct parts_type t = frame_type(v);
	int target = layout_mm_px(&v->ui.display, LAYOUT_SECONDARY_MM);
	int w = r.w - larger_of(target, 4 * t.caption) - t.gap;
	int h = r.h - head_height(v, &t, r);
	bool are_wide = w >= 32 * t.caption;
	struct compare_columns c = { .shape = are_wide ? COMPARE_TALL : COMPARE_NARROW,
		.w = w - 2 * t.gap,
		.head = results_head_of(&v->ui, &t, w - 2 * t.gap, are_wide, rows, n) };
	struct compare_columns low = c;

	low.shape = COMPARE_LOW;
	draw_elsewhere_begin(&v->ui.list);
	if (are_wide && rows_seen(&t, &low, h, n) > rows_seen(&t, &c, h, n) &&
		(columns_make_low(&v->ui, &t, &low, t.body, rows, n) ||
			columns_make_low(&v->ui, &t, &low, t.caption, rows, n)))
		c = low;
	draw_elsewhere_end(&v->ui.list);
	return c;
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

	if (head_height(v, &t, *r) == 0)
		return;
	compare_day(document, "a", a, sizeof(a));
	compare_day(document, "b", b, sizeof(b));
	top = rect_cut_top(r, t.caption * 4 / 3);
	rect_cut_top(r, t.gap / 2);
	rect_cut_left(&top, t.gap);
	if (columns->shape != COMPARE_NARROW && top.w > columns->w)
		top.w = columns->w;
	if (columns->shape == COMPARE_NARROW) {
		snprintf(text, sizeof(text), _("%1$s, then %2$s"), a, b);
		clinic_part_draw(&v->ui, &small, top, THEME_MUTED, text);
		return;
	}
	columns_of(&t, top, columns, col);
	results_text(&v->ui, &small, col[0], DRAW_LEFT, THEME_MUTED, a);
	results_text(&v->ui, &small, col[1], DRAW_LEFT, THEME_MUTED, b);
	results_text(&v->ui, &small, col[2], DRAW_LEFT, THEME_MUTED, _("Difference"));
}
