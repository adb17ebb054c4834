#include "hw/mapfile.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw/mapfile_parts.h"

#define NUMBER_SIZE 48

static const struct {
	const char *word, *name;
	const struct mapfile_ops *ops;
} formats[MAPFILE_N_FORMATS] = {
	[MAPFILE_TEKSCAN] = { "tekscan", "Tekscan (F-Scan, I-Scan) ASCII movie",
		&mapfile_tekscan_ops },
	[MAPFILE_EMED] = { "emed", "novel emed list", &mapfile_emed_ops },
	[MAPFILE_XSENSOR] = { "xsensor", "XSENSOR table", &mapfile_xsensor_ops },
	[MAPFILE_LABELLED] = { "labelled", "table of labelled frames of two feet",
		&mapfile_labelled_ops },
	[MAPFILE_MATRIX] = { "matrix", "bare matrix of numbers", &mapfile_matrix_ops },
};

const char *mapfile_format_word(enum mapfile_format format)
{
	return formats[format].word;
}

const char *mapfile_format_name(enum mapfile_format format)
{
	return formats[format].name;
}

/* --- spans -------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

static struct mapfile_span trim(struct mapfile_span s)
{
	while (s.n > 0 && is_blank(*s.at))
		s.at++, s.n--;
	while (s.n > 0 && is_blank(s.at[s.n - 1]))
		s.n--;
	return s;
}

bool mapfile_peek(const struct mapfile *map, struct mapfile_span *line)
{
	size_t left = (size_t)(map->end - map->at);
	const char *stop = left ? memchr(map->at, '\n', left) : NULL;

	if (left == 0)
		return false;
	*line = trim((struct mapfile_span){
		map->at, stop ? (size_t)(stop - map->at) : left });
	return true;
}

bool mapfile_line(struct mapfile *map, struct mapfile_span *line)
{
	const char *stop;

	if (!mapfile_peek(map, line))
		return false;
	stop = memchr(map->at, '\n', (size_t)(map->end - map->at));
	map->at = stop ? stop + 1 : map->end;
	map->line++;
	return true;
}

bool mapfile_field(
	struct mapfile_span *rest, char separator, struct mapfile_span *field)
{
	const char *stop;

	if (!rest->at)
		return false;
	stop = rest->n ? memchr(rest->at, separator, rest->n) : NULL;
	*field = *rest;
	if (stop) {
		field->n = (size_t)(stop - rest->at);
		rest->n -= field->n + 1;
		rest->at = stop + 1;
	} else {
		*rest = (struct mapfile_span){ NULL, 0 };
	}
	*field = trim(*field);
	return true;
}

bool mapfile_begins(struct mapfile_span span, const char *words)
{
	size_t n = strlen(words);

	if (span.n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (tolower((unsigned char)span.at[i]) !=
			tolower((unsigned char)words[i]))
			return false;
	return true;
}

bool mapfile_is(struct mapfile_span span, const char *words)
{
	return span.n == strlen(words) && mapfile_begins(span, words);
}

struct mapfile_span mapfile_behind(struct mapfile_span span, const char *words)
{
	size_t n = strlen(words);

	return trim((struct mapfile_span){ span.at + n, span.n - n });
}

bool mapfile_leading(struct mapfile_span span, double *value, struct mapfile_span *rest)
{
	char text[NUMBER_SIZE], *end;
	size_t n = span.n < sizeof(text) - 1 ? span.n : sizeof(text) - 1;
	double v;

	if (n == 0)
		return false;
	memcpy(text, span.at, n);
	text[n] = '\0';
	v = strtod(text, &end);
	if (end == text || !isfinite(v))
		return false;
	*value = v;
	*rest = trim((struct mapfile_span){
		span.at + (end - text), span.n - (size_t)(end - text) });
	return true;
}

bool mapfile_number(struct mapfile_span span, double *value)
{
	struct mapfile_span rest;
	double v;

	if (!mapfile_leading(span, &v, &rest) || rest.n > 0)
		return false;
	*value = v;
	return true;
}

bool mapfile_count(struct mapfile_span span, int *count)
{
	double v;

	if (!mapfile_number(span, &v) || v != floor(v) || v < 1 || v > MAPFILE_MAX_SIDE)
		return false;
	*count = (int)v;
	return true;
}

void mapfile_copy(struct mapfile_span span, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < span.n && n + 1 < size; i++)
		if (span.at[i] >= 0x20 && span.at[i] < 0x7f)
			out[n++] = span.at[i];
	out[n] = '\0';
}

/* --- units -------------------------------------------------------------------------------- */

double mapfile_length_mm(struct mapfile_span span)
{
	static const struct {
		const char *word;
		double mm;
	} units[] = { { "mm", 1 }, { "millimeters", 1 }, { "cm", 10 },
		{ "centimeters", 10 }, { "in", 25.4 }, { "inches", 25.4 } };
	struct mapfile_span unit;
	double value;

	if (!mapfile_leading(span, &value, &unit) || !(value > 0) || value > 1000)
		return NAN;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (mapfile_is(unit, units[i].word))
			return value * units[i].mm;
	return NAN;
}

void mapfile_set_unit(struct mapfile_head *head, struct mapfile_span unit)
{
	static const struct {
		const char *word;
		double kpa;
	} units[] = { { "kpa", 1 }, { "mmhg", 0.133322387415 }, { "psi", 6.894757293 },
		{ "n/cm2", 10 }, { "kg/cm2", 98.0665 }, { "mpa", 1000 } };

	mapfile_copy(unit, head->unit, sizeof(head->unit));
	head->kpa_per_unit = NAN;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (mapfile_is(unit, units[i].word))
			head->kpa_per_unit = units[i].kpa;
}

/* --- frames ------------------------------------------------------------------------------- */

int mapfile_complain(struct mapfile *map, const char *format, ...)
{
	va_list args;
	int n = snprintf(map->message, map->size, "%s:%d: ", map->file, map->line);

	va_start(args, format);
	if (n >= 0 && (size_t)n < map->size)
		vsnprintf(map->message + n, map->size - (size_t)n, format, args);
	va_end(args);
	return -EINVAL;
}

int mapfile_row(struct mapfile *map, struct mapfile_span line, char separator,
	int n_cols, float *cells)
{
	struct mapfile_span rest = line, field;
	double value;

	for (int col = 0; col < n_cols; col++) {
		if (!mapfile_field(&rest, separator, &field))
			return mapfile_complain(map,
				"this row has %d cells, not %d as the rows before or "
				"the head say",
				col, n_cols);
		if (mapfile_is(field, "B"))
			cells[col] = NAN;
		else if (mapfile_number(field, &value) && fabs(value) < 1e9)
			cells[col] = (float)value;
		else
			return mapfile_complain(map, "cell %d is no number: \"%.*s\"",
				col + 1, (int)(field.n < 24 ? field.n : 24), field.at);
	}
	while (mapfile_field(&rest, separator, &field))
		if (field.n > 0)
			return mapfile_complain(
				map, "this row has more than %d cells", n_cols);
	return 0;
}

void mapfile_begin(struct mapfile *map, struct mapfile_frame *frame)
{
	memset(frame, 0, sizeof(*frame));
	frame->number = ++map->n_frames;
	frame->line = map->line;
	frame->t_s = NAN;
}

struct mapfile_part *mapfile_part(
	struct mapfile *map, struct mapfile_frame *frame, int n_rows, int n_cols)
{
	struct mapfile_part *part = &frame->parts[frame->n_parts];
	float *cells = map->cells;

	if (frame->n_parts > 0) {
		const struct mapfile_part *last = part - 1;

		cells = last->cells + last->n_rows * last->n_cols;
	}
	if (frame->n_parts == MAPFILE_MAX_PARTS ||
		cells + n_rows * n_cols > map->cells + MAPFILE_MAX_CELLS) {
		mapfile_complain(map, "more sensors than this can read");
		return NULL;
	}
	frame->n_parts++;
	*part = (struct mapfile_part){ .n_rows = n_rows,
		.n_cols = n_cols,
		.pitch_x_mm = map->head.pitch_x_mm,
		.pitch_y_mm = map->head.pitch_y_mm,
		.told_n = NAN,
		.told_sum = NAN,
		.cells = cells };
	for (int i = 0; i < n_rows * n_cols; i++)
		cells[i] = 0;
	return part;
}

int mapfile_open(struct mapfile *map, const char *text, size_t n, const char *file,
	float *cells, char *message, size_t size)
{
	*map = (struct mapfile){ .head = { .kpa_per_unit = NAN,
					 .pitch_x_mm = NAN,
					 .pitch_y_mm = NAN,
					 .interval_s = NAN,
					 .threshold = NAN },
		.at = text,
		.end = text + n,
		.file = file,
		.first_s = NAN,
		.message = message,
		.size = size,
		.cells = cells };
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		map->at += 3;
	for (int f = 0; f < MAPFILE_N_FORMATS; f++) {
		if (!formats[f].ops->is(map))
			continue;
		map->head.format = (enum mapfile_format)f;
		return formats[f].ops->open(map);
	}
	map->line = 1;
	return mapfile_complain(map,
		"no export of frames that is known: Tekscan (.asf, .csv), novel emed "
		"(.lst), XSENSOR (.csv), labelled frames (id,label,L_r00_c0,...), or a "
		"bare matrix of numbers");
}

int mapfile_next(struct mapfile *map, struct mapfile_frame *frame)
{
	return formats[map->head.format].ops->next(map, frame);
}
