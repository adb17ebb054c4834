#include "src/base/csv.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NUMBER_SIZE 64 /* chosen: no number of a table has more characters */
#define NAME_SHOWN  40 /* of a field in a message */
#define LIST_SIZE   256

/* One field: where it stands, without quotes and the blanks around it. */
struct field {
	const char *at;
	size_t n;
};

int csv_complain(struct csv *csv, const char *format, ...)
{
	int used = snprintf(csv->message, csv->size, "%s:%d: ", csv->file, csv->line);
	va_list args;

	if (used < 0 || (size_t)used >= csv->size)
		return -EINVAL;
	va_start(args, format);
	vsnprintf(csv->message + used, csv->size - (size_t)used, format, args);
	va_end(args);
	return -EINVAL;
}

bool csv_has(const struct csv *csv, int column)
{
	return csv->place[column] >= 0;
}

size_t csv_max_rows(const char *text, size_t n)
{
	size_t rows = 1;

	for (size_t i = 0; i < n; i++)
		rows += text[i] == '\n';
	return rows;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct field trimmed(const char *from, const char *to)
{
	while (from < to && is_blank(*from))
		from++;
	while (to > from && is_blank(to[-1]))
		to--;
	if (to - from >= 2 && *from == '"' && to[-1] == '"') {
		from++;
		to--;
	}
	return (struct field){ from, (size_t)(to - from) };
}

/* The next line with something in it; false at the end of the text. */
static bool next_line(struct csv *csv, struct field *line)
{
	while (csv->at < csv->end) {
		const char *from = csv->at;
		const char *stop = memchr(from, '\n', (size_t)(csv->end - from));
		struct field all;

		if (!stop)
			stop = csv->end;
		csv->at = stop < csv->end ? stop + 1 : stop;
		csv->line++;
		all = trimmed(from, stop);
		if (all.n == 0)
			continue;
		*line = (struct field){ from, (size_t)(stop - from) };
		return true;
	}
	return false;
}

/* Cut the next field off `rest`, whose `at` is NULL after the last one; false when there is none.
 * A separator between quotes separates nothing. */
static bool next_field(struct field *rest, char separator, struct field *field)
{
	const char *from = rest->at, *end, *p = from;
	bool quoted = false;

	if (!from)
		return false;
	end = from + rest->n;
	for (; p < end && (quoted || *p != separator); p++)
		if (*p == '"')
			quoted = !quoted;
	*field = trimmed(from, p);
	if (p < end)
		*rest = (struct field){ p + 1, (size_t)(end - p - 1) };
	else
		rest->at = NULL;
	return true;
}

static bool is_word(const struct field *field, const char *word)
{
	return field->n == strlen(word) && strncasecmp(field->at, word, field->n) == 0;
}

/* A number, with ',' as its decimal mark where the separator allows it; NaN for an empty field.
 * Hexadecimal numbers and words that strtod() knows are none. */
static bool read_number(const struct field *field, char separator, double *value)
{
	char text[NUMBER_SIZE];
	char *end;

	*value = NAN;
	if (field->n == 0 || is_word(field, "nan") || is_word(field, "na") ||
		is_word(field, "null"))
		return true;
	if (field->n >= sizeof(text))
		return false;
	memcpy(text, field->at, field->n);
	text[field->n] = '\0';
	for (char *p = text; separator != ',' && *p; p++)
		if (*p == ',')
			*p = '.';
	if (text[strspn(text, "0123456789+-.eE")])
		return false;
	*value = strtod(text, &end);
	return *end == '\0' && isfinite(*value);
}

/* --- the names of the columns ------------------------------------------------------- */

/* The wanted names as a user would write them: "t_s,x_mm,y_mm[,force_n]". */
static void list_wanted(const struct csv *csv, char list[LIST_SIZE])
{
	size_t used = 0;

	list[0] = '\0';
	for (int c = 0; c < csv->n_columns && used < LIST_SIZE; c++)
		used += (size_t)snprintf(list + used, LIST_SIZE - used, "%s%s%s%s",
			csv->columns[c].optional ? "[" : "", c ? "," : "",
			csv->columns[c].name, csv->columns[c].optional ? "]" : "");
}

static char find_separator(const struct field *line)
{
	if (memchr(line->at, ';', line->n))
		return ';';
	if (memchr(line->at, ',', line->n))
		return ',';
	return memchr(line->at, '\t', line->n) ? '\t' : ',';
}

static int place_columns(struct csv *csv, struct field rest)
{
	struct field field;

	for (int c = 0; c < csv->n_columns; c++)
		csv->place[c] = -1;
	for (int i = 0; next_field(&rest, csv->separator, &field); i++)
		for (int c = 0; c < csv->n_columns; c++) {
			if (!is_word(&field, csv->columns[c].name))
				continue;
			if (csv->place[c] >= 0)
				return csv_complain(csv,
					"column %s stands here twice; rename one of "
					"them",
					csv->columns[c].name);
			csv->place[c] = i;
		}
	return 0;
}

static int check_columns(struct csv *csv, const struct field *line)
{
	struct field rest = *line, first = { 0 };
	char wanted[LIST_SIZE];
	double value;

	for (int c = 0; c < csv->n_columns; c++) {
		if (csv->place[c] >= 0 || csv->columns[c].optional)
			continue;
		list_wanted(csv, wanted);
		next_field(&rest, csv->separator, &first);
		if (read_number(&first, csv->separator, &value) && first.n > 0)
			return csv_complain(csv,
				"the columns have no names; put a first line %s above "
				"the numbers",
				wanted);
		return csv_complain(csv,
			"the first line names no column %s; the table needs %s and has "
			"\"%.*s\"",
			csv->columns[c].name, wanted,
			(int)(line->n < 80 ? line->n : 80), line->at);
	}
	return 0;
}

int csv_open(struct csv *csv, const char *text, size_t n, const char *file,
	const struct csv_column *columns, int n_columns, char *message, size_t size)
{
	char wanted[LIST_SIZE];
	struct field line;
	int rc;

	assert(n_columns > 0 && n_columns <= CSV_MAX_COLUMNS && size > 0);
	*csv = (struct csv){ .at = text,
		.end = text + n,
		.file = file,
		.columns = columns,
		.n_columns = n_columns,
		.message = message,
		.size = size };
	message[0] = '\0';
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		csv->at += 3;
	if (!next_line(csv, &line)) {
		csv->line = 1;
		list_wanted(csv, wanted);
		return csv_complain(csv,
			"the file is empty; it must start with the names of its "
			"columns: %s",
			wanted);
	}
	if (memchr(line.at, '\0', line.n))
		return csv_complain(csv, "this is no text; a CSV table is needed");
	csv->separator = find_separator(&line);
	rc = place_columns(csv, line);
	while (line.n > 0 && is_blank(line.at[line.n - 1]))
		line.n--;
	return rc < 0 ? rc : check_columns(csv, &line);
}

/* --- rows ----------------------------------------------------------------------------- */

static int read_field(
	struct csv *csv, int column, const struct field *field, double *value)
{
	if (read_number(field, csv->separator, value))
		return 0;
	return csv_complain(csv, "this is not a number in column %s: \"%.*s\"",
		csv->columns[column].name,
		(int)(field->n < NAME_SHOWN ? field->n : NAME_SHOWN), field->at);
}

int csv_next(struct csv *csv, double *values)
{
	struct field rest, field;
	int n_fields = 0;

	if (!next_line(csv, &rest))
		return 0;
	for (int c = 0; c < csv->n_columns; c++)
		values[c] = NAN;
	for (; next_field(&rest, csv->separator, &field); n_fields++)
		for (int c = 0; c < csv->n_columns; c++)
			if (csv->place[c] == n_fields &&
				read_field(csv, c, &field, &values[c]) < 0)
				return -EINVAL;
	for (int c = 0; c < csv->n_columns; c++)
		if (csv->place[c] >= n_fields)
			return csv_complain(csv, "there is no value for column %s",
				csv->columns[c].name);
	return 1;
}
