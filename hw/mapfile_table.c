/* mapfile_parts.h: tables without a maker. A frame in each row under names like L_r00_c0 (foot, row,
 * column), or nothing but numbers, which is one frame. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "hw/mapfile_parts.h"

/* --- labelled ----------------------------------------------------------------------------- */

/* "L_r03_c6": side, row and column. */
static bool cell_name(
	struct mapfile_span name, enum mapfile_side *side, int *row, int *col)
{
	const char *p = name.at, *end = name.at + name.n;
	int *values[] = { row, col };
	const char letters[] = "rc";

	if (name.n < 6 || (*p != 'L' && *p != 'R'))
		return false;
	*side = *p++ == 'L' ? MAPFILE_LEFT : MAPFILE_RIGHT;
	for (int k = 0; k < 2; k++) {
		int n = 0;

		if (end - p < 3 || p[0] != '_' || p[1] != letters[k])
			return false;
		for (p += 2, *values[k] = 0; p < end && isdigit((unsigned char)*p);
			p++, n++)
			if (*values[k] < MAPFILE_MAX_SIDE)
				*values[k] = 10 * *values[k] + (*p - '0');
		if (n == 0)
			return false;
	}
	return p == end;
}

static bool is_labelled(const struct mapfile *map)
{
	struct mapfile_span line, field;
	enum mapfile_side side;
	int row, col;

	if (!mapfile_peek(map, &line) || !mapfile_field(&line, ',', &field) ||
		!mapfile_field(&line, ',', &field) ||
		!mapfile_field(&line, ',', &field))
		return false;
	return cell_name(field, &side, &row, &col);
}

/* Cells must come in order: the left foot row by row, then the right one, of the same size. */
static int open_labelled(struct mapfile *map)
{
	struct mapfile_span line, field;
	enum mapfile_side side;
	int row, col, n = 0, n_rows = 0, n_cols = 0, per_foot;

	mapfile_line(map, &line);
	mapfile_field(&line, ',', &field);
	mapfile_field(&line, ',', &field);
	while (mapfile_field(&line, ',', &field)) {
		if (!cell_name(field, &side, &row, &col) || row >= MAPFILE_MAX_SIDE ||
			col >= MAPFILE_MAX_SIDE)
			return mapfile_complain(map,
				"column \"%.*s\" is no cell: expected names like "
				"L_r00_c0",
				(int)(field.n < 24 ? field.n : 24), field.at);
		if (side == MAPFILE_LEFT) {
			n_rows = row + 1 > n_rows ? row + 1 : n_rows;
			n_cols = col + 1 > n_cols ? col + 1 : n_cols;
		}
		n++;
	}
	per_foot = n_rows * n_cols;
	if (per_foot == 0 || n != 2 * per_foot)
		return mapfile_complain(map,
			"%d cells are not two feet of %d rows and %d columns", n,
			n_rows, n_cols);
	map->n_rows = n_rows;
	map->n_cols = n_cols;
	return 0;
}

static int next_labelled(struct mapfile *map, struct mapfile_frame *frame)
{
	struct mapfile_span line, field;

	do {
		if (!mapfile_line(map, &line))
			return 0;
	} while (line.n == 0);
	mapfile_begin(map, frame);
	if (!mapfile_field(&line, ',', &field) || !mapfile_field(&line, ',', &field))
		return mapfile_complain(map, "expected id,label and the cells");
	mapfile_copy(field, frame->label, sizeof(frame->label));
	for (int foot = 0; foot < 2; foot++) {
		struct mapfile_part *part =
			mapfile_part(map, frame, map->n_rows, map->n_cols);

		if (!part)
			return -EINVAL;
		part->side = foot == 0 ? MAPFILE_LEFT : MAPFILE_RIGHT;
	}
	/* both feet lie behind one another in the row, and in memory */
	return mapfile_row(map, line, ',', 2 * map->n_rows * map->n_cols,
		       frame->parts[0].cells) < 0
		       ? -EINVAL
		       : 1;
}

const struct mapfile_ops mapfile_labelled_ops = { is_labelled, open_labelled,
	next_labelled };

/* --- matrix ------------------------------------------------------------------------------- */

static char separator_of(struct mapfile_span line)
{
	return memchr(line.at, ',', line.n)    ? ','
	       : memchr(line.at, ';', line.n)  ? ';'
	       : memchr(line.at, '\t', line.n) ? '\t'
					       : ' ';
}

/* How many numbers there are in a line, 0 if something is none. */
static int count_numbers(struct mapfile_span line)
{
	char separator = line.n ? separator_of(line) : ',';
	struct mapfile_span field;
	double value;
	int n = 0;

	while (mapfile_field(&line, separator, &field)) {
		if (!mapfile_number(field, &value))
			return 0;
		n++;
	}
	return n;
}

static bool is_matrix(const struct mapfile *map)
{
	struct mapfile_span line;

	return mapfile_peek(map, &line) && count_numbers(line) > 1;
}

static int open_matrix(struct mapfile *map)
{
	struct mapfile_span line;

	mapfile_peek(map, &line);
	map->n_cols = count_numbers(line);
	if (map->n_cols <= MAPFILE_MAX_SIDE)
		return 0;
	map->line = 1;
	return mapfile_complain(map, "more than %d columns", MAPFILE_MAX_SIDE);
}

static int next_matrix(struct mapfile *map, struct mapfile_frame *frame)
{
	struct mapfile_part *part;
	struct mapfile_span line;
	int n_rows = 0;

	if (map->n_frames > 0 || map->at == map->end)
		return 0;
	mapfile_begin(map, frame);
	frame->line = 1;
	part = mapfile_part(map, frame, MAPFILE_MAX_CELLS / map->n_cols, map->n_cols);
	if (!part)
		return -EINVAL;
	while (mapfile_line(map, &line)) {
		if (line.n == 0)
			continue;
		if (n_rows == MAPFILE_MAX_SIDE || n_rows == part->n_rows)
			return mapfile_complain(
				map, "more than %d rows", MAPFILE_MAX_SIDE);
		if (mapfile_row(map, line, separator_of(line), map->n_cols,
			    part->cells + n_rows * map->n_cols) < 0)
			return -EINVAL;
		n_rows++;
	}
	part->n_rows = n_rows;
	return 1;
}

const struct mapfile_ops mapfile_matrix_ops = { is_matrix, open_matrix, next_matrix };
