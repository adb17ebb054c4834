/* What the clinician's screens of results share: the document they ask for, its rows as words, the
 * usual range as a bar. Decides nothing: every judgement is the daemon's.
 * Follows docs/api.md (stance.results/1) and the wording rules of docs/clinical-basis.md. */
#ifndef STANCE_UI_SCREENS_RESULTS_H
#define STANCE_UI_SCREENS_RESULTS_H

#include <jansson.h>

#include "ui/app/view.h"
#include "ui/core/parts.h"

#define RESULTS_TEXT_BYTES 160

/* A screen of results is given "visit 3" or "trial 7", and after it what part of them it shows. */
struct results_of {
	bool is_trial;
	int64_t id;
	int group,
		row; /* of its numbers, -1 where not given; `group` alone: a finding */
};
struct results_of results_of(const char *arg);

/* Ask for them: visit.results or trial.results. */
void results_ask(struct view *v, int tag);

/* One row, and the group it belongs to. */
struct results_row {
	const json_t *group, *row;
	int group_n, row_n;
};

/* Fill in the rows of a document, headlines of all groups first, the others only `with_all`. Returns how
 * many, at most `max`. */
int results_rows(
	const json_t *document, bool with_all, struct results_row *rows, int max);

/* A label or title in the language, its first letter large. */
const char *results_name(const json_t *object, const char *key, char *out, size_t size);

/* The measure of a row. Where the letter of the leg stands before its number, no sign is explained: "Centre of mass,
 * sideways". */
const char *results_measure(const json_t *row, char *out, size_t size);

/* The same in the words that have room in `w`. */
const char *results_label(const json_t *row, int w, struct draw_list *list,
	const struct draw_style *style, char *out, size_t size);

/* A group: the part of a protocol that has several, and its title ("Foam, eyes closed · mCTSIB: ..."). */
const char *results_group_name(const json_t *group, char *out, size_t size);

/* A number of a row with its decimals; "–" where it is null. */
const char *results_number(const json_t *row, const char *key, char *out, size_t size);

/* Its difference with its unit: "−1.1 mm/s"; of per cents "−2.2 points", which are no per cent of anything; sideways "3.9 mm
 * to the right", `is_short` "3.9 mm to R". "–" where it is null. */
const char *results_difference(
	const json_t *row, bool is_short, char *out, size_t size);

/* The same of a value that is on the scale of the member `key`, as the end of an interval is. */
const char *results_value(
	const json_t *row, const char *key, double value, char *out, size_t size);

/* What a number of a row is multiplied with to be read, and its decimals then: shares are per cent. */
double results_scale(const json_t *row);
int results_decimals(const json_t *row);

/* How well the value is known, as short as that can be said: the half width of the interval of 95 %, or its
 * ends, or the spread; "one trial" where there is nothing. */
const char *results_error(const json_t *row, char *out, size_t size);

/* Whether the difference is larger than the error of measurement: `which` 0 is the longest way to say it;
 * NULL past the shortest. "" without a difference. */
const char *results_larger(const json_t *row, int which);

/* Draw the longest of them that fits `r` on one line; nothing if none does. */
void results_larger_draw(
	struct ui *ui, const struct parts_type *type, struct rect r, const json_t *row);

/* An interval of 95 % about a number, members of a row: "± half" where the number is in its middle, else its ends; ""
 * where it is null. */
const char *results_interval(const json_t *row, const char *key, const char *interval,
	char *out, size_t size);

/* The smallest change beyond the error of measurement (MDC95): "×1.32", or a number with the unit of a
 * difference; "" unknown. */
const char *results_mdc(const json_t *row, char *out, size_t size);

/* Return what is beside a number: its unit as people write it, "" for none. */
const char *results_unit(const json_t *row);

/* The usual range as a band and the value in it as a dot, in a bar in the middle of `r`; nothing without norms. */
void results_norm_draw(
	struct ui *ui, const struct parts_type *t, struct rect r, const json_t *row);

/* The height of a line of text of that size. */
int results_line(int em);

/* What the rows are of, in as many lines as all of them need in a width of `w`: the measure and what was done, beside each
 * other (is_one: never unless `may_be_one`) or below. */
struct results_head {
	bool is_one;
	int name_lines, group_lines;
};
struct results_head results_head_of(struct ui *ui, const struct parts_type *t, int w,
	bool may_be_one, const struct results_row *rows, int n);
int results_head_height(const struct parts_type *t, const struct results_head *head);

/* Draws it from the top of `*r`, and cuts that off. */
void results_head_draw(struct ui *ui, const struct parts_type *t, struct rect *r,
	const struct results_head *head, const struct results_row *row);

/* How wide its first line is, where that has room. */
int results_head_width(struct ui *ui, const struct parts_type *t,
	const struct results_head *head, const struct results_row *row);

/* How the rows stand, the same for all: in columns of two lines or of one, or below each other. */
enum results_shape { RESULTS_NARROW, RESULTS_LOW, RESULTS_TALL };
struct results_columns {
	enum results_shape shape;
	struct results_head head;
};
struct results_columns results_columns(struct ui *ui, const struct parts_type *t,
	struct rect r, const struct results_row *rows, int n);
int results_row_height(
	const struct parts_type *t, const struct results_columns *columns);
void results_row_draw(struct ui *ui, const struct parts_type *t, struct rect r,
	const struct results_row *row, const struct results_columns *columns);

/* A line in `r` where it has room; nothing where it has none. */
void results_text(struct ui *ui, const struct draw_style *style, struct rect r,
	enum draw_align align, uint32_t color, const char *text);

#endif
