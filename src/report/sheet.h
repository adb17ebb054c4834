/* The habits of our sheets: margins, sizes of type, colours, headings, rows of two columns, tables, footers.
 * Knows no content. Ink on white: colours are darkened kin of the screen's. */
#ifndef STANCE_REPORT_SHEET_H
#define STANCE_REPORT_SHEET_H

#include "src/report/paper.h"

#define SHEET_LEFT_MM   18.0
#define SHEET_RIGHT_MM  (PAPER_WIDTH_MM - 18.0)
#define SHEET_TOP_MM    16.0
#define SHEET_BOTTOM_MM (PAPER_HEIGHT_MM - 16.0)
#define SHEET_WIDTH_MM  (SHEET_RIGHT_MM - SHEET_LEFT_MM)

extern const struct paper_colour sheet_ink, sheet_muted, sheet_rule, sheet_fill,
	sheet_good, sheet_attention, sheet_left, sheet_right;

/* Plain text of the sheet's usual size. */
struct paper_type sheet_body(void);
struct paper_type sheet_small(void);

/* Set a text under a tag; returns where it ends. */
double sheet_put(struct paper *paper, const char *tag, double x_mm, double y_mm,
	double width_mm, const struct paper_type *type, const char *text);

/* Each draws at `y_mm` and returns where the next thing goes. */
double sheet_title(
	struct paper *paper, double y_mm, const char *above, const char *title);
double sheet_heading(struct paper *paper, double y_mm, const char *text);
double sheet_paragraph(struct paper *paper, double y_mm, const char *text);

/* A name and a value, `n` of them, in two columns that fill down. */
struct sheet_fact {
	const char *name;
	char value[160];
};
double sheet_facts(
	struct paper *paper, double y_mm, const struct sheet_fact *facts, int n);

/* A table: columns by width; text to the left, numbers to the right. A row's `colour` is of its last cell. */
#define SHEET_MAX_COLUMNS 9
struct sheet_column {
	const char *head;
	double width_mm;
	enum paper_align align;
};
struct sheet_row {
	char cell[SHEET_MAX_COLUMNS][96];
	struct paper_colour last_colour;
};
double sheet_table(struct paper *paper, double x_mm, double y_mm,
	const struct sheet_column *columns, int n_columns, const struct sheet_row *rows,
	int n_rows);

/* A heading over a part of the width. */
double sheet_heading_at(struct paper *paper, double x_mm, double y_mm, double width_mm,
	const char *text);

/* The line at the foot: what this is, and its number. */
void sheet_footer(struct paper *paper, const char *text, int sheet, int n_sheets);

#endif
