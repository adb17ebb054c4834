#include "hw/sim/plates.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/csv.h"
#include "src/base/slurp.h"

#define MIN_FORCE_N 1.0     /* below this a plate's COP is noise */
#define MAX_FORCE_N 10000.0 /* chosen: more is another unit or a broken file */
#define MAX_COP_MM  10000.0 /* chosen: likewise; laboratories are smaller */
#define MAX_BYTES   ((size_t)256 * 1024 * 1024)

static const struct csv_column columns[] = { { "t_s", false }, { "left_n", false },
	{ "left_x_mm", false }, { "left_y_mm", false }, { "right_n", false },
	{ "right_x_mm", false }, { "right_y_mm", false } };

#define N_COLUMNS ((int)(sizeof(columns) / sizeof(columns[0])))

/* One foot of a row: force and COP from f[0..2], whose columns begin at `column`. */
static int read_foot(
	struct csv *csv, const double *f, int column, struct plates_row *row, int side)
{
	if (!(f[0] > -MIN_FORCE_N * 20))
		return csv_complain(csv,
			"force must be a number of newtons that is not negative, in "
			"column %s",
			columns[column].name);
	if (f[0] > MAX_FORCE_N)
		return csv_complain(csv,
			"a person's force is at most 10000 N, in column %s",
			columns[column].name);
	for (int axis = 1; axis <= 2; axis++)
		if (fabs(f[axis]) > MAX_COP_MM)
			return csv_complain(csv,
				"a COP lies within 10000 mm of its plate's origin, in "
				"column %s",
				columns[column + axis].name);
	row->force_n[side] = f[0] >= MIN_FORCE_N ? f[0] : 0;
	row->cop[side] = (struct pos_mm){ f[1], f[2] };
	if (row->force_n[side] == 0)
		row->cop[side] = (struct pos_mm){ NAN, NAN };
	else if (isnan(f[1]) || isnan(f[2]))
		return csv_complain(csv,
			"a loaded foot needs its COP, also in column %s",
			columns[column + 1].name);
	return 0;
}

/* Returns 1, 0 at the end, or -EINVAL. */
static int read_row(struct csv *csv, double last_s, struct plates_row *row)
{
	double v[N_COLUMNS];
	int rc = csv_next(csv, v);

	if (rc <= 0)
		return rc;
	if (isnan(v[0]))
		return csv_complain(
			csv, "the time is missing in column %s", columns[0].name);
	if (v[0] <= last_s)
		return csv_complain(csv,
			"time must rise from line to line, seconds in column %s",
			columns[0].name);
	row->t_s = v[0];
	for (int side = 0; side < PLATES_N_SIDES && rc > 0; side++)
		if (read_foot(csv, v + 1 + 3 * side, 1 + 3 * side, row, side) < 0)
			rc = -EINVAL;
	return rc;
}

static int append(struct plates *p, size_t *room, const struct plates_row *row)
{
	if (p->n_rows == *room) {
		size_t more = *room ? 2 * *room : 1024;
		struct plates_row *rows = realloc(p->rows, more * sizeof(*rows));

		if (!rows)
			return -ENOMEM;
		p->rows = rows;
		*room = more;
	}
	p->rows[p->n_rows++] = *row;
	return 0;
}

static struct pos_mm net(const struct plates_row *row)
{
	double sum = 0, x = 0, y = 0;

	for (int side = 0; side < PLATES_N_SIDES; side++) {
		if (row->force_n[side] == 0)
			continue;
		sum += row->force_n[side];
		x += row->force_n[side] * row->cop[side].x;
		y += row->force_n[side] * row->cop[side].y;
	}
	return (struct pos_mm){ x / sum, y / sum };
}

static void summarise(struct plates *p)
{
	double n[PLATES_N_SIDES] = { 0 }, n_net = 0, x = 0, y = 0, r2 = 0;

	p->mean[0] = p->mean[1] = (struct pos_mm){ 0, 0 };
	for (size_t i = 0; i < p->n_rows; i++) {
		const struct plates_row *row = &p->rows[i];
		double sum = row->force_n[PLATES_LEFT] + row->force_n[PLATES_RIGHT];

		for (int side = 0; side < PLATES_N_SIDES; side++) {
			if (row->force_n[side] == 0)
				continue;
			n[side]++;
			p->mean[side].x += row->cop[side].x;
			p->mean[side].y += row->cop[side].y;
		}
		p->mean_n += sum / (double)p->n_rows;
		if (sum == 0)
			continue;
		n_net++;
		x += net(row).x;
		y += net(row).y;
		p->mean_share += row->force_n[PLATES_LEFT] / sum;
	}
	for (int side = 0; side < PLATES_N_SIDES; side++) {
		p->mean[side].x = n[side] > 0 ? p->mean[side].x / n[side] : NAN;
		p->mean[side].y = n[side] > 0 ? p->mean[side].y / n[side] : NAN;
	}
	p->mean_share /= n_net;
	for (size_t i = 0; i < p->n_rows; i++) {
		struct pos_mm c = net(&p->rows[i]);

		if (!isnan(c.x))
			r2 += (c.x - x / n_net) * (c.x - x / n_net) +
			      (c.y - y / n_net) * (c.y - y / n_net);
	}
	p->rms_mm = sqrt(r2 / n_net);
}

int plates_parse(const char *text, size_t n, const char *file, struct plates **out,
	char *message, size_t size)
{
	struct plates *p = calloc(1, sizeof(*p));
	struct plates_row row = { 0 };
	double last_s = -INFINITY;
	struct csv csv;
	size_t room = 0;
	int rc;

	if (!p)
		return -ENOMEM;
	rc = csv_open(&csv, text, n, file, columns, N_COLUMNS, message, size);
	while (rc == 0 && (rc = read_row(&csv, last_s, &row)) > 0) {
		rc = append(p, &room, &row);
		last_s = row.t_s;
	}
	if (rc == 0 && p->n_rows < 2)
		rc = csv_complain(
			&csv, "a recording needs at least two rows of numbers");
	if (rc == 0) {
		summarise(p);
		if (!(p->mean_n > 0))
			rc = csv_complain(&csv,
				"nobody stands in this recording: every "
				"force is below 1 N");
	}
	if (rc < 0) {
		if (rc == -ENOMEM)
			snprintf(message, size, "%s: not enough memory", file);
		plates_free(p);
		return rc;
	}
	*out = p;
	return 0;
}

int plates_load(const char *path, struct plates **out, char *message, size_t size)
{
	char *text;
	size_t n;
	int rc = slurp_file(path, MAX_BYTES, &text, &n);

	if (rc < 0) {
		snprintf(message, size, "%s: cannot read the recording: %s", path,
			strerror(-rc));
		return rc;
	}
	rc = plates_parse(text, n, path, out, message, size);
	free(text);
	return rc;
}

void plates_free(struct plates *p)
{
	if (!p)
		return;
	free(p->rows);
	free(p);
}

static double mix(double a, double b, double t)
{
	if (isnan(a))
		return b;
	return isnan(b) ? a : a + (b - a) * t;
}

struct plates_row plates_at(const struct plates *p, double t_s)
{
	double first_s = p->rows[0].t_s, span_s = p->rows[p->n_rows - 1].t_s - first_s;
	double fold_s = fmod(t_s, 2 * span_s), share;
	struct plates_row row;
	const struct plates_row *a, *b;
	size_t low = 0, high = p->n_rows - 1;

	t_s = first_s + (fold_s > span_s ? 2 * span_s - fold_s : fold_s);
	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (p->rows[middle].t_s <= t_s)
			low = middle;
		else
			high = middle;
	}
	a = &p->rows[low];
	b = &p->rows[high];
	share = (t_s - a->t_s) / (b->t_s - a->t_s);
	row.t_s = t_s;
	for (int side = 0; side < PLATES_N_SIDES; side++) {
		row.force_n[side] = mix(a->force_n[side], b->force_n[side], share);
		row.cop[side].x = mix(a->cop[side].x, b->cop[side].x, share);
		row.cop[side].y = mix(a->cop[side].y, b->cop[side].y, share);
	}
	return row;
}
