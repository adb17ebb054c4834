#include "hw/sim/plates.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MIN_FORCE_N 1.0     /* below this a plate's COP is noise */
#define MAX_FORCE_N 10000.0 /* chosen: more is another unit or a broken file */
#define MAX_COP_MM  10000.0 /* chosen: likewise; laboratories are smaller */
#define MAX_COLUMNS 64
#define MAX_LINE    1024
#define MAX_BYTES   (256L * 1024 * 1024)

static const char *const column_names[] = { "t_s", "left_n", "left_x_mm", "left_y_mm",
	"right_n", "right_x_mm", "right_y_mm" };

#define N_COLUMNS ((int)(sizeof(column_names) / sizeof(column_names[0])))

/* Where in the text the reader is, and where each wanted column stands. */
struct reader {
	const char *text, *end, *file;
	int line;
	int column[N_COLUMNS];
	char *message;
	size_t size;
};

static int complain(const struct reader *r, const char *what, const char *which)
{
	snprintf(r->message, r->size, "%s:%d: %s%s", r->file, r->line, what, which);
	return -EINVAL;
}

/* Copy the next line without its end; false at the end of the text. */
static bool next_line(struct reader *r, char line[MAX_LINE])
{
	const char *stop;
	size_t n;

	if (r->text >= r->end)
		return false;
	stop = memchr(r->text, '\n', (size_t)(r->end - r->text));
	n = (size_t)((stop ? stop : r->end) - r->text);
	r->line++;
	if (n >= MAX_LINE)
		n = MAX_LINE - 1;
	memcpy(line, r->text, n);
	line[n] = '\0';
	if (n && line[n - 1] == '\r')
		line[n - 1] = '\0';
	r->text = stop ? stop + 1 : r->end;
	return true;
}

static int split(char *line, char *fields[MAX_COLUMNS])
{
	int n = 0;

	for (char *p = line; p && n < MAX_COLUMNS; n++) {
		fields[n] = p + strspn(p, " \t");
		p = strchr(p, ',');
		if (p)
			*p++ = '\0';
		for (char *end = fields[n] + strlen(fields[n]);
			end > fields[n] && (end[-1] == ' ' || end[-1] == '\t');)
			*--end = '\0';
	}
	return n;
}

static int read_header(struct reader *r)
{
	char line[MAX_LINE] = "", *fields[MAX_COLUMNS], *start = line;
	int n;

	if (!next_line(r, line)) {
		r->line = 1;
		return complain(r,
			"the file is empty; it must start with the names of its "
			"columns: t_s,left_n,left_x_mm,left_y_mm,right_n,"
			"right_x_mm,right_y_mm",
			"");
	}
	if (!strncmp(start, "\xef\xbb\xbf", 3))
		start += 3;
	n = split(start, fields);
	for (int c = 0; c < N_COLUMNS; c++) {
		r->column[c] = -1;
		for (int i = 0; i < n; i++) {
			if (!strcasecmp(fields[i], column_names[c]))
				r->column[c] = i;
		}
		if (r->column[c] < 0)
			return complain(
				r, "the first line names no column ", column_names[c]);
	}
	return 0;
}

/* A number, or NaN for an empty field, "nan" or "null". */
static bool read_number(const char *text, double *value)
{
	char *end;

	*value = NAN;
	if (!*text || !strcasecmp(text, "nan") || !strcasecmp(text, "null"))
		return true;
	*value = strtod(text, &end);
	return *end == '\0' && isfinite(*value);
}

static int read_row(struct reader *r, char *line, double last_s, struct plates_row *row)
{
	char *fields[MAX_COLUMNS];
	int n = split(line, fields);
	double v[N_COLUMNS];

	for (int c = 0; c < N_COLUMNS; c++) {
		if (r->column[c] >= n)
			return complain(
				r, "there is no value for column ", column_names[c]);
		if (!read_number(fields[r->column[c]], &v[c]))
			return complain(
				r, "this is not a number in column ", column_names[c]);
	}
	if (isnan(v[0]))
		return complain(r, "the time is missing in column ", column_names[0]);
	if (v[0] <= last_s)
		return complain(r,
			"time must rise from line to line, seconds in column ",
			column_names[0]);
	row->t_s = v[0];
	for (int side = 0; side < PLATES_N_SIDES; side++) {
		const double *f = v + 1 + 3 * side;

		if (!(f[0] > -MIN_FORCE_N * 20))
			return complain(r,
				"force must be a number of newtons that is not "
				"negative, in column ",
				column_names[1 + 3 * side]);
		if (f[0] > MAX_FORCE_N)
			return complain(r,
				"a person's force is at most 10000 N, in column ",
				column_names[1 + 3 * side]);
		for (int axis = 1; axis <= 2; axis++)
			if (fabs(f[axis]) > MAX_COP_MM)
				return complain(r,
					"a COP lies within 10000 mm of its plate's "
					"origin, in column ",
					column_names[1 + 3 * side + axis]);
		row->force_n[side] = f[0] >= MIN_FORCE_N ? f[0] : 0;
		row->cop[side] = (struct pos_mm){ f[1], f[2] };
		if (row->force_n[side] == 0)
			row->cop[side] = (struct pos_mm){ NAN, NAN };
		else if (isnan(f[1]) || isnan(f[2]))
			return complain(r,
				"a loaded foot needs its COP, also in column ",
				column_names[2 + 3 * side]);
	}
	return 0;
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
	struct reader r = { .text = text,
		.end = text + n,
		.file = file,
		.message = message,
		.size = size };
	struct plates *p = calloc(1, sizeof(*p));
	char line[MAX_LINE];
	size_t room = 0;
	double last_s = -INFINITY;
	int rc;

	if (!p)
		return -ENOMEM;
	rc = read_header(&r);
	while (rc == 0 && next_line(&r, line)) {
		struct plates_row row;

		if (!line[strspn(line, " \t")])
			continue;
		rc = read_row(&r, line, last_s, &row);
		if (rc == 0) {
			rc = append(p, &room, &row);
			last_s = row.t_s;
		}
	}
	if (rc == 0 && p->n_rows < 2)
		rc = complain(&r, "a recording needs at least two rows of numbers", "");
	if (rc == 0) {
		summarise(p);
		if (!(p->mean_n > 0))
			rc = complain(&r,
				"nobody stands in this recording: every force "
				"is below 1 N",
				"");
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
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	long n = -1;
	int rc;

	if (f && fseek(f, 0, SEEK_END) == 0)
		n = ftell(f);
	if (!f || n < 0 || n > MAX_BYTES) {
		rc = f && n > MAX_BYTES ? -EFBIG : -(errno ? errno : EIO);
		snprintf(message, size, "%s: cannot read the recording: %s", path,
			strerror(-rc));
		if (f)
			fclose(f);
		return rc;
	}
	rewind(f);
	text = malloc((size_t)n + 1);
	if (!text || fread(text, 1, (size_t)n, f) != (size_t)n) {
		rc = text ? -EIO : -ENOMEM;
		snprintf(message, size, "%s: cannot read the recording: %s", path,
			strerror(-rc));
	} else {
		rc = plates_parse(text, (size_t)n, path, out, message, size);
	}
	free(text);
	fclose(f);
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
