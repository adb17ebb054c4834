/* The rows of results: a measure with its error, what it was before and what that says, and where it lies in the usual
 * range. In columns below the name; in two lines where that shows more of them at once; else below each other. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/i18n.h"
#include "ui/core/list.h"
#include "ui/core/theme.h"
#include "ui/screens/clinic.h"
#include "ui/screens/results.h"

/* Columns in per cent: value, before, usual range. */
static const int the_tall[3] = { 33, 42, 25 };
static const int the_low[3] = { 34, 46, 20 };

static void columns_of(const struct parts_type *t, struct rect r, const int per_cent[3],
	struct rect col[3])
{
	int w = r.w - 2 * t->gap;

	for (int i = 0; i < 3; i++) {
		col[i] = i < 2 ? rect_cut_left(&r, w * per_cent[i] / 100) : r;
		rect_cut_left(&r, t->gap);
	}
}

/* --- their parts ----------------------------------------------------------------------------- */

/* "57.2 %", the unit in small type, and below it the error: without that no number is shown. */
static void value_draw(struct ui *ui, const struct parts_type *t, struct rect upper,
	struct rect lower, const json_t *row)
{
	struct draw_style bold = parts_bold(t, t->body);
	struct draw_style small = parts_regular(t, t->caption);
	char number[40], error[80];
	int w;

	results_number(row, "value", number, sizeof(number));
	results_error(row, error, sizeof(error));
	w = draw_measure(&ui->list, &bold, number).w;
	if (w > upper.w || draw_measure(&ui->list, &small, error).w > lower.w ||
		draw_measure(&ui->list, &small, error).h > lower.h)
		return;
	draw_text(&ui->list, &bold, rect_cut_left(&upper, w), DRAW_LEFT, THEME_TEXT,
		number);
	rect_cut_left(&upper, t->gap / 2);
	results_text(ui, &small, upper, DRAW_LEFT, THEME_MUTED, results_unit(row));
	draw_text(&ui->list, &small, lower, DRAW_LEFT, THEME_MUTED, error);
}

/* "% ± 2.1": what stands behind the number where both are in one line. */
static const char *unit_and_error(const json_t *row, char *out, size_t size)
{
	char error[80];
	const char *unit = results_unit(row);

	snprintf(out, size, "%s%s%s", unit, unit[0] != '\0' ? "  " : "",
		results_error(row, error, sizeof(error)));
	return out;
}

/* Return how wide "57.2 %  ± 2.1" is. */
static int value_line_width(
	struct ui *ui, const struct parts_type *t, const json_t *row)
{
	struct draw_style bold = parts_bold(t, t->body);
	struct draw_style small = parts_regular(t, t->caption);
	char number[40], text[120];

	results_number(row, "value", number, sizeof(number));
	return draw_measure(&ui->list, &bold, number).w + t->gap / 2 +
	       draw_measure(&ui->list, &small, unit_and_error(row, text, sizeof(text)))
		       .w;
}

static void value_line_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, const json_t *row)
{
	struct draw_style bold = parts_bold(t, t->body);
	struct draw_style small = parts_regular(t, t->caption);
	char number[40], text[120];

	results_number(row, "value", number, sizeof(number));
	if (value_line_width(ui, t, row) > r.w ||
		draw_measure(&ui->list, &bold, number).h > r.h)
		return;
	draw_text(&ui->list, &bold,
		rect_cut_left(&r, draw_measure(&ui->list, &bold, number).w), DRAW_LEFT,
		THEME_TEXT, number);
	rect_cut_left(&r, t->gap / 2);
	draw_text(&ui->list, &small, r, DRAW_LEFT, THEME_MUTED,
		unit_and_error(row, text, sizeof(text)));
}

/* "before 59.4"; "no earlier one". */
static const char *before_text(const json_t *row, char *out, size_t size)
{
	char number[40];

	if (isnan(clinic_number(row, "previous")))
		snprintf(out, size, "%s", _("no earlier one"));
	else
		snprintf(out, size, _("before %s"),
			results_number(row, "previous", number, sizeof(number)));
	return out;
}

void results_larger_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, const json_t *row)
{
	bool changed = strcmp(clinic_text(row, "larger"), "yes") == 0;
	struct draw_style small = parts_regular(t, t->caption);
	const char *words;
	int which = 0;

	while ((words = results_larger(row, which)) != NULL &&
		draw_measure(&ui->list, &small, words).w > r.w)
		which++;
	if (words)
		results_text(ui, &small, r, DRAW_LEFT,
			changed ? THEME_TEXT : THEME_MUTED, words);
}

/* What it was before, and what that says; the longest words that have room. */
static void before_draw(struct ui *ui, const struct parts_type *t, struct rect upper,
	struct rect lower, const json_t *row)
{
	struct draw_style small = parts_regular(t, t->caption);
	bool has = !isnan(clinic_number(row, "previous"));
	char before[80];

	results_text(ui, &small, upper, DRAW_LEFT, has ? THEME_TEXT : THEME_MUTED,
		before_text(row, before, sizeof(before)));
	if (has)
		results_larger_draw(ui, t, lower, row);
}

/* The same in one line. */
static void before_line_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, const json_t *row)
{
	struct draw_style small = parts_regular(t, t->caption);
	char before[80];
	int w = draw_measure(
		&ui->list, &small, before_text(row, before, sizeof(before)))
			.w;
	struct rect upper = rect_cut_left(&r, w < r.w ? w : r.w);

	rect_cut_left(&r, t->gap);
	before_draw(ui, t, upper, r, row);
}

/* "percentile 62"; "" where there is no norm. */
static const char *percentile_text(const json_t *row, char *out, size_t size)
{
	const json_t *norm = json_object_get(row, "norm");

	out[0] = '\0';
	if (json_is_object(norm))
		snprintf(out, size, _("percentile %.0f"),
			clinic_number(norm, "percentile"));
	return out;
}

/* The bar, and below it which part of people has less. */
static void usual_draw(struct ui *ui, const struct parts_type *t, struct rect upper,
	struct rect lower, const json_t *row)
{
	struct draw_style small = parts_regular(t, t->caption);
	char text[80];

	if (json_is_object(json_object_get(row, "norm")))
		results_norm_draw(ui, t, upper, row);
	else
		results_text(ui, &small, upper, DRAW_LEFT, THEME_MUTED, _("no norm"));
	results_text(ui, &small, lower, DRAW_LEFT, THEME_MUTED,
		percentile_text(row, text, sizeof(text)));
}

/* --- their shapes ---------------------------------------------------------------------------- */

/* The measure and what was done, below them the columns. */
static void tall_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct results_head *head)
{
	struct rect upper[3], lower[3];

	results_head_draw(ui, t, &r, head, row);
	columns_of(t, rect_cut_top(&r, results_line(t->body)), the_tall, upper);
	columns_of(t, r, the_tall, lower);
	value_draw(ui, t, upper[0], lower[0], row->row);
	before_draw(ui, t, upper[1], lower[1], row->row);
	usual_draw(ui, t, upper[2], lower[2], row->row);
}

/* All in one line below the name: the percentile stands above its bar, where the name leaves room. */
static void low_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct results_head *head)
{
	struct draw_style small = parts_regular(t, t->caption);
	struct rect top = r, col[3], none = { 0, 0, 0, 0 };
	char text[80];

	results_head_draw(ui, t, &r, head, row);
	top.h = head->is_one ? r.y - top.y : results_line(t->caption);
	columns_of(t, r, the_low, col);
	percentile_text(row->row, text, sizeof(text));
	if (text[0] != '\0' &&
		results_head_width(ui, t, head, row) + t->gap <= col[2].x - top.x)
		results_text(ui, &small, rect_cut_right(&top, col[2].w), DRAW_LEFT,
			THEME_MUTED, text);
	value_line_draw(ui, t, col[0], row->row);
	before_line_draw(ui, t, col[1], row->row);
	usual_draw(ui, t, col[2], none, row->row);
}

/* Where columns have no room: the name and what was done; beside each other the value and what it was before; the usual
 * range. Without room for all that, the name and the value alone. */
static void narrow_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct results_head *head)
{
	struct draw_style small = parts_regular(t, t->caption);
	int line = results_line(t->caption), tall = results_line(t->body);
	struct rect upper, lower;
	char text[RESULTS_TEXT_BYTES];

	if (r.h >= results_head_height(t, head) + tall + line)
		results_head_draw(ui, t, &r, head, row);
	else
		clinic_part_draw(ui, &small, rect_cut_top(&r, line), THEME_TEXT,
			results_label(
				row->row, r.w, &ui->list, &small, text, sizeof(text)));
	if (r.h < tall + line) {
		value_line_draw(ui, t, r, row->row);
		return;
	}
	upper = rect_cut_top(&r, tall);
	lower = rect_cut_top(&r, line);
	value_draw(ui, t, rect_cut_left(&upper, upper.w / 2),
		rect_cut_left(&lower, lower.w / 2), row->row);
	before_draw(ui, t, upper, lower, row->row);
	if (r.h < line)
		return;
	upper = rect_cut_right(&r, r.w / 2);
	usual_draw(ui, t, upper, r, row->row);
}

void results_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct results_columns *columns)
{
	rect_cut_left(&r, t->gap / 2);
	if (columns->shape == RESULTS_TALL)
		tall_row_draw(ui, t, r, row, &columns->head);
	else if (columns->shape == RESULTS_LOW)
		low_row_draw(ui, t, r, row, &columns->head);
	else
		narrow_row_draw(ui, t, r, row, &columns->head);
}

int results_row_height(
	const struct parts_type *t, const struct results_columns *columns)
{
	int line = results_line(t->caption);
	int h = results_head_height(t, &columns->head) + results_line(t->body) + t->gap;

	return columns->shape == RESULTS_LOW    ? h
	       : columns->shape == RESULTS_TALL ? h + line
						: h + 2 * line;
}

/* Whether each value has room beside its error, and what it was before beside the shortest word about that. */
static bool have_room_low(struct ui *ui, const struct parts_type *t, int w,
	const struct results_row *rows, int n)
{
	struct draw_style small = parts_regular(t, t->caption);
	struct rect col[3];
	char before[80];

	columns_of(t, (struct rect){ 0, 0, w, t->body }, the_low, col);
	for (int i = 0; i < n; i++) {
		const json_t *row = rows[i].row;
		const char *word = results_larger(row, 1);
		int beside =
			word ? draw_measure(&ui->list, &small, word).w + t->gap : 0;
		before_text(row, before, sizeof(before));
		if (value_line_width(ui, t, row) > col[0].w ||
			draw_measure(&ui->list, &small, before).w + beside > col[1].w)
			return false;
	}
	return true;
}

/* As if there were buttons for pages beside the rows, or a list of one page had other columns. */
struct results_columns results_columns(struct ui *ui, const struct parts_type *t,
	struct rect r, const struct results_row *rows, int n)
{
	int w = r.w - list_pager_width(ui, t, r.w, r.h) - t->gap - t->gap / 2;
	bool wide = w >= 32 * t->caption;
	struct results_columns c = { wide ? RESULTS_TALL : RESULTS_NARROW,
		results_head_of(ui, t, w - t->gap, wide, rows, n) };

	draw_elsewhere_begin(&ui->list);
	if (wide && n * (results_row_height(t, &c) + t->gap / 2) > r.h &&
		have_room_low(ui, t, w - t->gap, rows, n))
		c.shape = RESULTS_LOW;
	draw_elsewhere_end(&ui->list);
	return c;
}
