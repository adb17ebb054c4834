/* mapfile_parts.h: novel's list of an emed platform. A page for each picture: a head that repeats the
 * sensor's size, then a line of column numbers that ends with "Force", a line for each row (its number,
 * cells, the row's force), and the sums, whose last is the picture's force. Pages show a window of the
 * platform, not all of it. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "hw/mapfile_parts.h"

#define MAX_HEAD_LINES 40

static bool is_emed(const struct mapfile *map)
{
	struct mapfile ahead = *map;
	struct mapfile_span line;
	bool has_page = false;

	for (int i = 0; i < MAX_HEAD_LINES && mapfile_line(&ahead, &line); i++) {
		has_page |= mapfile_begins(line, "Page ");
		if (has_page && mapfile_begins(line, "Sensor area:"))
			return true;
	}
	return false;
}

/* "Sensor size: 0.500x0.500 cm": across and along. */
static void take_size(struct mapfile_head *h, struct mapfile_span size)
{
	struct mapfile_span rest;
	double x, y;

	if (mapfile_leading(size, &x, &rest) && mapfile_begins(rest, "x") &&
		mapfile_leading(mapfile_behind(rest, "x"), &y, &rest) &&
		mapfile_is(rest, "cm") && x > 0 && y > 0 && x < 100 && y < 100) {
		h->pitch_x_mm = 10 * x;
		h->pitch_y_mm = 10 * y;
	}
}

/* "... Time/picture:10.0 ms", behind a tabulator. */
static void take_interval(struct mapfile_head *h, struct mapfile_span line)
{
	struct mapfile_span field, rest;
	double ms;

	while (mapfile_field(&line, '\t', &field))
		if (mapfile_begins(field, "Time/picture:") &&
			mapfile_leading(
				mapfile_behind(field, "Time/picture:"), &ms, &rest) &&
			mapfile_is(rest, "ms") && ms > 0)
			h->interval_s = ms / 1e3;
}

/* Pressure in kPa, force in N: sum of a row times the sensor's area. */
static int open_emed(struct mapfile *map)
{
	struct mapfile_span kpa = { "kPa", 3 };

	mapfile_set_unit(&map->head, kpa);
	strcpy(map->head.sensor, "emed");
	return 0;
}

/* Count the columns of "26 27 ... 47 Force"; 0 for any other line. */
static int count_columns(struct mapfile_span line)
{
	struct mapfile_span field;
	int n = 0;
	double value;

	while (mapfile_field(&line, '\t', &field)) {
		if (mapfile_is(field, "Force"))
			return n;
		if (!mapfile_number(field, &value))
			return 0;
		n++;
	}
	return 0;
}

/* Read a page's head up to the line of column numbers. Returns how many columns, 0 at the end of the
 * file, or -EINVAL. */
static int read_head(struct mapfile *map, struct mapfile_frame *frame)
{
	struct mapfile_span line;
	double value;
	int n_cols;

	while (mapfile_line(map, &line)) {
		if (mapfile_begins(line, "Sensor area:"))
			take_interval(&map->head, line);
		else if (mapfile_begins(line, "Sensor size:"))
			take_size(&map->head, mapfile_behind(line, "Sensor size:"));
		if (mapfile_begins(line, "Pict-No.:")) {
			struct mapfile_span rest = mapfile_behind(line, "Pict-No.:");

			mapfile_begin(map, frame);
			if (mapfile_leading(rest, &value, &rest) && fabs(value) < 1e9)
				frame->number = (long)value;
			else
				mapfile_copy(rest, frame->label, sizeof(frame->label));
		}
		n_cols = count_columns(line);
		if (n_cols > MAPFILE_MAX_SIDE)
			return mapfile_complain(
				map, "more than %d columns", MAPFILE_MAX_SIDE);
		if (n_cols > 0 && frame->number == 0)
			return mapfile_complain(
				map, "cells without a \"Pict-No.:\" before");
		if (n_cols > 0)
			return n_cols;
	}
	if (frame->number != 0)
		return mapfile_complain(map, "the file ends within a page");
	return 0;
}

/* The last field of a line as a number. */
static double last_number(struct mapfile_span line)
{
	struct mapfile_span field;
	double value = NAN;

	while (mapfile_field(&line, '\t', &field))
		if (!mapfile_number(field, &value))
			value = NAN;
	return value;
}

/* Cut the row's number and its force off. */
static int read_row(
	struct mapfile *map, struct mapfile_span line, int n_cols, float *cells)
{
	struct mapfile_span field;
	double value;

	if (!mapfile_field(&line, '\t', &field) || !mapfile_number(field, &value))
		return mapfile_complain(
			map, "expected a row's number, its cells and its force");
	for (size_t i = line.n; line.at && i > 0; i--) {
		if (line.at[i - 1] != '\t')
			continue;
		line.n = i - 1;
		return mapfile_row(map, line, '\t', n_cols, cells);
	}
	return mapfile_complain(map, "this row has no cells");
}

static int next_emed(struct mapfile *map, struct mapfile_frame *frame)
{
	struct mapfile_span line;
	struct mapfile_part *part;
	int n_cols, n_rows = 0;

	memset(frame, 0, sizeof(*frame));
	n_cols = read_head(map, frame);
	if (n_cols <= 0)
		return n_cols;
	part = mapfile_part(map, frame, MAPFILE_MAX_CELLS / n_cols, n_cols);
	if (!part)
		return -EINVAL;
	while (mapfile_line(map, &line) && !mapfile_begins(line, "Force")) {
		if (n_rows == MAPFILE_MAX_SIDE || n_rows == part->n_rows)
			return mapfile_complain(
				map, "more than %d rows", MAPFILE_MAX_SIDE);
		if (read_row(map, line, n_cols, part->cells + n_rows * n_cols) < 0)
			return -EINVAL;
		n_rows++;
	}
	if (n_rows == 0 || !mapfile_begins(line, "Force"))
		return mapfile_complain(
			map, "the page ends without its sums: \"Force\" is missing");
	part->n_rows = n_rows;
	part->told_n = last_number(line);
	if (isfinite(map->head.interval_s) && !frame->label[0])
		frame->t_s = (double)(map->n_frames - 1) * map->head.interval_s;
	return 1;
}

const struct mapfile_ops mapfile_emed_ops = { is_emed, open_emed, next_emed };
