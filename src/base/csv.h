/* A table of numbers from a CSV text in memory, read row by row by the names of its columns.
 * Does not open files (slurp.h does) and does not know what the columns mean.
 * Follows RFC 4180 as far as tables of numbers need it. Taken as well: ';' or tabs between fields,
 * then also ',' as the decimal mark; LF and CRLF; a byte order mark; empty lines; columns in any
 * order and others among them. */
#ifndef STANCE_BASE_CSV_H
#define STANCE_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#define CSV_MAX_COLUMNS 32 /* that one reader asks for */

/* One column that is asked for. Names are compared without regard to case. */
struct csv_column {
	const char *name;
	bool optional; /* where the table has none, its values are NaN */
};

/* A reader; caller-owned, the fields are csv.c's but for `line`. */
struct csv {
	const char *at, *end, *file;
	const struct csv_column *columns;
	int n_columns;
	int place[CSV_MAX_COLUMNS]; /* field of each column, -1: there is none */
	char separator;
	int line; /* of the row read last, from 1 */
	char *message;
	size_t size;
};

/* Start reading `n` bytes, which stay the caller's and unchanged; `file` names them in messages,
 * which go to `message` (`size` bytes, both borrowed while reading). The first line that is not
 * empty must name the columns. Returns 0, or -EINVAL with a sentence that names file, line and
 * remedy. */
int csv_open(struct csv *csv, const char *text, size_t n, const char *file,
	const struct csv_column *columns, int n_columns, char *message, size_t size);

/* Read the next row that is not empty into values[0..n_columns-1]. An empty field, "nan", "na"
 * and "null" are NaN; infinities are refused. Returns 1, 0 at the end, or -EINVAL as csv_open(). */
int csv_next(struct csv *csv, double *values);

/* Return true if the table has that column. */
bool csv_has(const struct csv *csv, int column);

/* Write a message about the row read last: "FILE:LINE: ". Returns -EINVAL. */
int csv_complain(struct csv *csv, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Return a number of rows that the text cannot exceed. */
size_t csv_max_rows(const char *text, size_t n);

#endif
