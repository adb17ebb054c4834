/* A list in pages: however many rows there are, only those of the page are asked for and drawn.
 * Keeps the page; the rows themselves are the screen's.
 * Follows docs/screens.md ("Controls"). */
#ifndef STANCE_UI_CORE_LIST_H
#define STANCE_UI_CORE_LIST_H

#include "ui/core/parts.h"

#define LIST_NO_ROW -1

/* In a screen's state; zeroed is empty. Set n_rows when it is known. */
struct list {
	int n_rows;
	int first;    /* row at the top */
	int per_page; /* set by list_draw(); 0 before it was drawn */
	int columns; /* side by side, filled row by row; 0 is 1. Set it before list_draw() */
	int asked_first, asked_n;
	bool was_asked;
};

/* Draw row `row` into `r`, which is the row's widget already. What has no room in it must be said where it leads. */
typedef void list_row_fn(
	struct ui *ui, const struct parts_type *t, struct rect r, int row, void *ctx);

/* The height of a row that wants to be `wanted` high; and the least that a list needs: a row, and beside it the buttons for the
 * other pages. */
int list_row_height(const struct ui *ui, const struct parts_type *t, int wanted);
int list_least_height(const struct ui *ui, const struct parts_type *t);

/* The width of these buttons in a list of that size: for the figures between them, where those have room. */
int list_pager_width(const struct ui *ui, const struct parts_type *t, int w, int h);

/* Too low for both, one above the other. */
bool list_pager_is_low(const struct ui *ui, const struct parts_type *t, int h);

/* Draw them alone, with which rows these are, in a column at the side; side by side in a low place. list_draw() does it. */
void list_pager_draw(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, const struct list *list);

/* Draw the page and, where there is more than one, the buttons for the others. Rows are at least
 * `row_h` high (never below the size of a target). Its widgets act as `id`; they are called
 * NAME-0 (the first row of the page), ..., NAME-up and NAME-down. */
void list_draw(struct ui *ui, const struct parts_type *t, struct rect r, int id,
	const char *name, struct list *list, int row_h, list_row_fn *row, void *ctx);

/* What an index of `act` means: turns the page and returns LIST_NO_ROW, or returns the row. */
int list_act(struct list *list, int index);

/* Return true once whenever other rows are needed than were asked for: `*first` and `*n` say which.
 * Call it in tick. list_forget() makes it ask again (the list has changed). */
bool list_wants(struct list *list, int *first, int *n);
void list_forget(struct list *list);

#endif
