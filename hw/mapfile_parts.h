/* What the readers of single formats share. Private to hw/mapfile*.c. */
#ifndef STANCE_HW_MAPFILE_PARTS_H
#define STANCE_HW_MAPFILE_PARTS_H

#include "hw/mapfile.h"

/* A piece of the text; never NUL-terminated. */
struct mapfile_span {
	const char *at;
	size_t n;
};

/* Take the next line without its end; blanks at both ends are cut. Returns false at the end. */
bool mapfile_line(struct mapfile *map, struct mapfile_span *line);

/* Look at the next line without taking it. */
bool mapfile_peek(const struct mapfile *map, struct mapfile_span *line);

/* Cut the next field off a line, blanks at both ends cut. Returns false when none is left. `*rest` with
 * at == NULL is a line that is used up. */
bool mapfile_field(
	struct mapfile_span *rest, char separator, struct mapfile_span *field);

/* Does the span begin with (`is`: equal) these words, whatever their case? */
bool mapfile_begins(struct mapfile_span span, const char *words);
bool mapfile_is(struct mapfile_span span, const char *words);

/* What stands behind `words` at the span's beginning, blanks cut. */
struct mapfile_span mapfile_behind(struct mapfile_span span, const char *words);

/* The whole span as a number, finite. */
bool mapfile_number(struct mapfile_span span, double *value);

/* The number that the span begins with; `rest` receives what follows, blanks cut. */
bool mapfile_leading(
	struct mapfile_span span, double *value, struct mapfile_span *rest);

/* The span as a whole number of rows or columns, 1..MAPFILE_MAX_SIDE. */
bool mapfile_count(struct mapfile_span span, int *count);

/* Copy what is printable, cut to `size`. */
void mapfile_copy(struct mapfile_span span, char *out, size_t size);

/* A length with its unit ("5.08 mm", "0.127 centimeters") in millimetres; NaN if it is none. */
double mapfile_length_mm(struct mapfile_span span);

/* Remember the unit of the cells, and what it is in kilopascals. */
void mapfile_set_unit(struct mapfile_head *head, struct mapfile_span unit);

/* Read a row of `n_cols` cells into `cells`; "B" is a place without a cell. More fields may follow if
 * they are empty. Returns 0 or -EINVAL, said. */
int mapfile_row(struct mapfile *map, struct mapfile_span line, char separator,
	int n_cols, float *cells);

/* Write "FILE:LINE: ..." into the message. Returns -EINVAL. */
int mapfile_complain(struct mapfile *map, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Begin a frame: everything unknown, no parts. */
void mapfile_begin(struct mapfile *map, struct mapfile_frame *frame);

/* Append a part of that size; its cells follow those of the part before. NULL after a word if there is
 * no room. */
struct mapfile_part *mapfile_part(
	struct mapfile *map, struct mapfile_frame *frame, int n_rows, int n_cols);

/* The formats: `is` looks at the beginning of the text, `open` reads the head, `next` a frame. */
struct mapfile_ops {
	bool (*is)(const struct mapfile *map);
	int (*open)(struct mapfile *map);
	int (*next)(struct mapfile *map, struct mapfile_frame *frame);
};

extern const struct mapfile_ops mapfile_tekscan_ops, mapfile_emed_ops,
	mapfile_xsensor_ops, mapfile_labelled_ops, mapfile_matrix_ops;

#endif
