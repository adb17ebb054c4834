/* mapfile_parts.h: XSENSOR's tables. "FRAME,N", "Time, hh:mm:ss.fff", then for each sensor "SENSOR,name",
 * "Rows,N", "Columns,N", its cells' size, figures, "SENSELS" and a row of cells a line. Groups of cells
 * (GROUP) follow with tables of their own, which are parts of the sensors' and are left out. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "hw/mapfile_parts.h"

#define MAX_HEAD_LINES 40

static bool is_xsensor(const struct mapfile *map)
{
	struct mapfile ahead = *map;
	struct mapfile_span line;

	if (!mapfile_line(&ahead, &line) || !mapfile_begins(line, "File:,"))
		return false;
	for (int i = 0; i < MAX_HEAD_LINES && mapfile_line(&ahead, &line); i++)
		if (mapfile_begins(line, "FRAME,"))
			return true;
	return false;
}

/* The second field of a line. */
static struct mapfile_span second(struct mapfile_span line)
{
	struct mapfile_span field = { "", 0 };

	mapfile_field(&line, ',', &field);
	if (!mapfile_field(&line, ',', &field))
		field = (struct mapfile_span){ "", 0 };
	return field;
}

static int open_xsensor(struct mapfile *map)
{
	struct mapfile_span line;

	while (mapfile_peek(map, &line) && !mapfile_begins(line, "FRAME,")) {
		if (mapfile_begins(line, "Units:,"))
			mapfile_set_unit(&map->head, second(line));
		if (mapfile_begins(line, "Threshold:,"))
			mapfile_number(second(line), &map->head.threshold);
		mapfile_line(map, &line);
	}
	strcpy(map->head.sensor, "XSENSOR");
	return 0;
}

/* "08:21:17.982" since the first frame, across midnight. */
static double take_time(struct mapfile *map, struct mapfile_span text)
{
	struct mapfile_span field;
	double part, seconds = 0;

	for (int i = 0; i < 3; i++) {
		if (!mapfile_field(&text, ':', &field) ||
			!mapfile_number(field, &part) || part < 0 || part >= 61)
			return NAN;
		seconds = 60 * seconds + part;
	}
	if (isnan(map->first_s))
		map->first_s = seconds;
	seconds -= map->first_s;
	return seconds < 0 ? seconds + 86400 : seconds;
}

static bool is_left(const char *name)
{
	return strstr(name, "-LF") != NULL;
}

static bool is_right(const char *name)
{
	return strstr(name, "-RF") != NULL;
}

/* What stands about one sensor before its cells. */
struct sensor {
	struct mapfile_span name;
	int n_rows, n_cols;
	double width_mm, height_mm, load_n;
};

static void take_sensor_line(struct sensor *s, struct mapfile_span line)
{
	struct mapfile_span value = second(line);
	double number;

	if (mapfile_begins(line, "Rows,"))
		mapfile_count(value, &s->n_rows);
	else if (mapfile_begins(line, "Columns,"))
		mapfile_count(value, &s->n_cols);
	else if (mapfile_begins(line, "Sensel Width (cm),") &&
		 mapfile_number(value, &number) && number > 0)
		s->width_mm = 10 * number;
	else if (mapfile_begins(line, "Sensel Height (cm),") &&
		 mapfile_number(value, &number) && number > 0)
		s->height_mm = 10 * number;
	else if (mapfile_begins(line, "Est. Load (N),"))
		mapfile_number(value, &s->load_n);
}

static bool is_empty(struct mapfile_span line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.at[i] != ',')
			return false;
	return true;
}

static int read_cells(
	struct mapfile *map, const struct sensor *s, struct mapfile_frame *frame)
{
	struct mapfile_part *part;
	struct mapfile_span line;
	int row = 0;

	if (s->n_rows < 1 || s->n_cols < 1)
		return mapfile_complain(map,
			"SENSELS without Rows and Columns, 1 to %d", MAPFILE_MAX_SIDE);
	part = mapfile_part(map, frame, s->n_rows, s->n_cols);
	if (!part)
		return -EINVAL;
	mapfile_copy(s->name, part->name, sizeof(part->name));
	part->side = is_left(part->name)    ? MAPFILE_LEFT
		     : is_right(part->name) ? MAPFILE_RIGHT
					    : MAPFILE_UNKNOWN;
	part->pitch_x_mm = s->width_mm;
	part->pitch_y_mm = s->height_mm;
	part->told_n = s->load_n;
	while (row < s->n_rows) {
		if (!mapfile_line(map, &line))
			return mapfile_complain(map,
				"the file ends within frame %ld: row %d of %d is "
				"missing",
				frame->number, row + 1, s->n_rows);
		if (is_empty(line))
			continue;
		if (mapfile_row(map, line, ',', s->n_cols,
			    part->cells + row * s->n_cols) < 0)
			return -EINVAL;
		row++;
	}
	return 0;
}

/* One line within a frame. `sensor->name.at` NULL: not within a sensor. */
static int take_line(struct mapfile *map, struct mapfile_span line,
	struct sensor *sensor, struct mapfile_frame *frame)
{
	if (mapfile_begins(line, "Time,")) {
		frame->t_s = take_time(map, second(line));
	} else if (mapfile_begins(line, "SENSOR,")) {
		*sensor = (struct sensor){ .name = second(line),
			.width_mm = NAN,
			.height_mm = NAN,
			.load_n = NAN };
	} else if (mapfile_begins(line, "GROUP")) {
		sensor->name.at = NULL;
	} else if (sensor->name.at && mapfile_begins(line, "SENSELS")) {
		int rc = read_cells(map, sensor, frame);

		sensor->name.at = NULL;
		return rc;
	} else if (sensor->name.at) {
		take_sensor_line(sensor, line);
	}
	return 0;
}

static int next_xsensor(struct mapfile *map, struct mapfile_frame *frame)
{
	struct sensor sensor = { .name = { NULL, 0 } };
	struct mapfile_span line;
	double value;

	do {
		if (!mapfile_line(map, &line))
			return 0;
	} while (!mapfile_begins(line, "FRAME,"));
	mapfile_begin(map, frame);
	if (mapfile_number(second(line), &value) && fabs(value) < 1e9)
		frame->number = (long)value;
	while (mapfile_peek(map, &line) && !mapfile_begins(line, "FRAME,")) {
		mapfile_line(map, &line);
		if (take_line(map, line, &sensor, frame) < 0)
			return -EINVAL;
	}
	if (frame->n_parts == 0)
		return mapfile_complain(map, "frame %ld has no cells", frame->number);
	return 1;
}

const struct mapfile_ops mapfile_xsensor_ops = { is_xsensor, open_xsensor,
	next_xsensor };
