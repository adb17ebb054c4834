#include "src/report/sheet.h"

#include <math.h>
#include <stdio.h>

#include "src/base/i18n.h"

const struct paper_colour sheet_ink = { 0.09, 0.12, 0.15 };
const struct paper_colour sheet_muted = { 0.38, 0.44, 0.49 };
const struct paper_colour sheet_rule = { 0.80, 0.83, 0.86 };
const struct paper_colour sheet_fill = { 0.95, 0.96, 0.97 };
const struct paper_colour sheet_good = { 0.00, 0.42, 0.36 };
const struct paper_colour sheet_attention = { 0.62, 0.33, 0.00 };
const struct paper_colour sheet_left = { 0.10, 0.40, 0.62 };
const struct paper_colour sheet_right = { 0.72, 0.40, 0.05 };

#define BODY_PT       9.0
#define SMALL_PT      7.5
#define HEADING_PT    10.5
#define TITLE_PT      19.0
#define ROW_AIR_MM    1.1
#define COLUMN_AIR_MM 2.0
#define FACT_NAME_MM  30.0

struct paper_type sheet_body(void)
{
	return (struct paper_type){ .size_pt = BODY_PT, .colour = sheet_ink };
}

struct paper_type sheet_small(void)
{
	return (struct paper_type){ .size_pt = SMALL_PT, .colour = sheet_muted };
}

double sheet_put(struct paper *paper, const char *tag, double x_mm, double y_mm,
	double width_mm, const struct paper_type *type, const char *text)
{
	double height;

	paper_tag(paper, tag);
	height = paper_text(paper, x_mm, y_mm, width_mm, type, text);
	paper_untag(paper, tag);
	return y_mm + height;
}

double sheet_title(
	struct paper *paper, double y_mm, const char *above, const char *title)
{
	struct paper_type type = sheet_small();

	y_mm = sheet_put(paper, "P", SHEET_LEFT_MM, y_mm, SHEET_WIDTH_MM, &type, above);
	type = (struct paper_type){
		.size_pt = TITLE_PT, .bold = 1, .colour = sheet_ink
	};
	return sheet_put(paper, "H1", SHEET_LEFT_MM, y_mm + 0.5, SHEET_WIDTH_MM, &type,
		       title) +
	       2.0;
}

double sheet_heading_at(struct paper *paper, double x_mm, double y_mm, double width_mm,
	const char *text)
{
	struct paper_type type = {
		.size_pt = HEADING_PT, .bold = 1, .colour = sheet_ink
	};

	return sheet_put(paper, "H2", x_mm, y_mm + 4.0, width_mm, &type, text) + 1.2;
}

double sheet_heading(struct paper *paper, double y_mm, const char *text)
{
	return sheet_heading_at(paper, SHEET_LEFT_MM, y_mm, SHEET_WIDTH_MM, text);
}

double sheet_paragraph(struct paper *paper, double y_mm, const char *text)
{
	struct paper_type type = sheet_body();

	return sheet_put(paper, "P", SHEET_LEFT_MM, y_mm, SHEET_WIDTH_MM, &type, text) +
	       1.0;
}

/* One fact in the left (0) or right (1) column; returns where it ends. */
static double put_fact(
	struct paper *paper, int column, double y_mm, const struct sheet_fact *fact)
{
	const double half = 0.5 * SHEET_WIDTH_MM, x = SHEET_LEFT_MM + column * half;
	struct paper_type name = sheet_body(), value = sheet_body();

	name.colour = sheet_muted;
	sheet_put(paper, "P", x, y_mm, FACT_NAME_MM, &name, fact->name);
	return sheet_put(paper, "P", x + FACT_NAME_MM, y_mm,
		half - FACT_NAME_MM - COLUMN_AIR_MM, &value, fact->value);
}

double sheet_facts(
	struct paper *paper, double y_mm, const struct sheet_fact *facts, int n)
{
	int n_rows = (n + 1) / 2;

	for (int i = 0; i < n_rows; i++) {
		double after = put_fact(paper, 0, y_mm, &facts[i]);

		if (i + n_rows < n)
			after = fmax(
				after, put_fact(paper, 1, y_mm, &facts[i + n_rows]));
		y_mm = after + 0.7;
	}
	return y_mm;
}

static double table_line(struct paper *paper, double x_mm, double y_mm,
	const struct sheet_column *columns, int n_columns, const struct sheet_row *row)
{
	double x = x_mm, height = 0;

	paper_tag(paper, "TR");
	for (int i = 0; i < n_columns; i++) {
		struct paper_type type = row ? sheet_body() : sheet_small();
		const char *tag = row ? "TD" : "TH";

		type.align = columns[i].align;
		if (row && i == n_columns - 1) {
			type.colour = row->last_colour;
			type.bold = 1;
		}
		height =
			fmax(height, sheet_put(paper, tag, x, y_mm + ROW_AIR_MM,
					     columns[i].width_mm - COLUMN_AIR_MM, &type,
					     row ? row->cell[i] : columns[i].head) -
					     y_mm);
		x += columns[i].width_mm;
	}
	paper_untag(paper, "TR");
	return y_mm + height + ROW_AIR_MM;
}

double sheet_table(struct paper *paper, double x_mm, double y_mm,
	const struct sheet_column *columns, int n_columns, const struct sheet_row *rows,
	int n_rows)
{
	double width = -COLUMN_AIR_MM;

	for (int i = 0; i < n_columns; i++)
		width += columns[i].width_mm;
	paper_tag(paper, "Table");
	y_mm = table_line(paper, x_mm, y_mm, columns, n_columns, NULL);
	for (int i = 0; i < n_rows; i++) {
		paper_line(paper, x_mm, y_mm, x_mm + width, y_mm, i ? 0.15 : 0.3,
			i ? sheet_rule : sheet_muted);
		y_mm = table_line(paper, x_mm, y_mm, columns, n_columns, &rows[i]);
	}
	paper_untag(paper, "Table");
	return y_mm;
}

void sheet_footer(struct paper *paper, const char *text, int sheet, int n_sheets)
{
	struct paper_type type = sheet_small();
	char number[32];

	paper_line(paper, SHEET_LEFT_MM, SHEET_BOTTOM_MM - 6.0, SHEET_RIGHT_MM,
		SHEET_BOTTOM_MM - 6.0, 0.2, sheet_rule);
	sheet_put(paper, "P", SHEET_LEFT_MM, SHEET_BOTTOM_MM - 5.0,
		SHEET_WIDTH_MM - 20.0, &type, text);
	snprintf(number, sizeof(number), _("%d of %d"), sheet, n_sheets);
	type.align = PAPER_RIGHT;
	sheet_put(paper, "P", SHEET_RIGHT_MM - 20.0, SHEET_BOTTOM_MM - 5.0, 20.0, &type,
		number);
}
