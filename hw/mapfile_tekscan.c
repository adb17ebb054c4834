/* mapfile_parts.h: Tekscan's ASCII movies. A head of "KEY value" lines ends with ASCII_DATA; then "Frame N"
 * (I-Scan: with time and raw sum, separated by commas) and a row of cells a line; "@@" ends the file. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "hw/mapfile_parts.h"

#define MAX_HEAD_LINES 200

static bool is_tekscan(const struct mapfile *map)
{
	struct mapfile_span line;

	return mapfile_peek(map, &line) && mapfile_begins(line, "DATA_TYPE");
}

static int take_head_line(struct mapfile *map, struct mapfile_span line)
{
	struct mapfile_head *h = &map->head;

	if (mapfile_begins(line, "ROWS ") &&
		!mapfile_count(mapfile_behind(line, "ROWS "), &map->n_rows))
		return mapfile_complain(
			map, "ROWS must be a number from 1 to %d", MAPFILE_MAX_SIDE);
	if (mapfile_begins(line, "COLS ") &&
		!mapfile_count(mapfile_behind(line, "COLS "), &map->n_cols))
		return mapfile_complain(
			map, "COLS must be a number from 1 to %d", MAPFILE_MAX_SIDE);
	if (mapfile_begins(line, "ROW_SPACING "))
		h->pitch_y_mm = mapfile_length_mm(mapfile_behind(line, "ROW_SPACING "));
	if (mapfile_begins(line, "COL_SPACING "))
		h->pitch_x_mm = mapfile_length_mm(mapfile_behind(line, "COL_SPACING "));
	if (mapfile_begins(line, "UNITS "))
		mapfile_set_unit(h, mapfile_behind(line, "UNITS "));
	if (mapfile_begins(line, "SENSOR_TYPE "))
		mapfile_copy(mapfile_behind(line, "SENSOR_TYPE "), h->sensor,
			sizeof(h->sensor));
	if (mapfile_begins(line, "SECONDS_PER_FRAME ") &&
		(!mapfile_number(
			 mapfile_behind(line, "SECONDS_PER_FRAME "), &h->interval_s) ||
			!(h->interval_s > 0)))
		h->interval_s = NAN;
	return 0;
}

static int open_tekscan(struct mapfile *map)
{
	struct mapfile_span line;

	for (int i = 0; i < MAX_HEAD_LINES && mapfile_line(map, &line); i++) {
		int rc;

		if (!mapfile_begins(line, "ASCII_DATA")) {
			rc = take_head_line(map, line);
			if (rc < 0)
				return rc;
			continue;
		}
		if (map->n_rows < 1 || map->n_cols < 1)
			return mapfile_complain(map, "the head lacks ROWS and COLS");
		return 0;
	}
	return mapfile_complain(map, "the head does not end: ASCII_DATA is missing");
}

/* "Frame 3, 0.2,, 12/2/2019 6:21:52.54PM,,,Raw Sum=,,308", or "Frame 3". */
static void take_frame_line(struct mapfile *map, struct mapfile_span line,
	struct mapfile_frame *frame, struct mapfile_part *part)
{
	struct mapfile_span rest = mapfile_behind(line, "Frame"), field;
	bool sum_next = false;
	double value;

	if (mapfile_field(&rest, ',', &field) && mapfile_number(field, &value) &&
		fabs(value) < 1e9)
		frame->number = (long)value;
	if (mapfile_field(&rest, ',', &field) && mapfile_number(field, &value))
		frame->t_s = value;
	else if (isfinite(map->head.interval_s))
		frame->t_s = (double)(map->n_frames - 1) * map->head.interval_s;
	while (mapfile_field(&rest, ',', &field)) {
		if (sum_next && mapfile_number(field, &value))
			part->told_sum = value;
		sum_next |= mapfile_is(field, "Raw Sum=");
	}
}

static int next_tekscan(struct mapfile *map, struct mapfile_frame *frame)
{
	struct mapfile_span line;
	struct mapfile_part *part;

	do {
		if (!mapfile_line(map, &line) || mapfile_begins(line, "@@"))
			return 0;
	} while (line.n == 0);
	if (!mapfile_begins(line, "Frame"))
		return mapfile_complain(map, "expected \"Frame\" and its number");
	mapfile_begin(map, frame);
	part = mapfile_part(map, frame, map->n_rows, map->n_cols);
	if (!part)
		return -EINVAL;
	take_frame_line(map, line, frame, part);
	for (int row = 0; row < map->n_rows; row++) {
		if (!mapfile_line(map, &line))
			return mapfile_complain(map,
				"the file ends within frame %ld: row %d of %d is "
				"missing",
				frame->number, row + 1, map->n_rows);
		if (mapfile_row(map, line, ',', map->n_cols,
			    part->cells + row * map->n_cols) < 0)
			return -EINVAL;
	}
	return 1;
}

const struct mapfile_ops mapfile_tekscan_ops = { is_tekscan, open_tekscan,
	next_tekscan };
