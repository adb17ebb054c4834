#include "src/cli/feet_series.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/csv.h"

#define MAX_COP_MM  10000.0 /* chosen: laboratories are smaller */
#define MAX_FORCE_N 10000.0 /* chosen: no person weighs a ton */

enum { T, LEFT_N, LEFT_X, LEFT_Y, RIGHT_N, RIGHT_X, RIGHT_Y, N_COLUMNS };

static const struct csv_column columns[N_COLUMNS] = { { "t_s", false },
	{ "left_n", false }, { "left_x_mm", false }, { "left_y_mm", false },
	{ "right_n", false }, { "right_x_mm", false }, { "right_y_mm", false } };

/* What is being read into: plates_series has these columns as const. */
struct rows {
	int n;
	double *column[N_COLUMNS];
};

static int check_time(struct csv *csv, const struct rows *rows, double t_s)
{
	double last_s = rows->n > 0 ? rows->column[T][rows->n - 1] : -INFINITY;

	if (isnan(t_s))
		return csv_complain(csv, "the time is missing in column t_s");
	if (t_s == last_s)
		return csv_complain(csv,
			"the time %.10g s stands here twice; remove one of the rows",
			t_s);
	if (t_s < last_s)
		return csv_complain(csv,
			"the time goes back from %.10g s to %.10g s; sort the rows by "
			"t_s",
			last_s, t_s);
	return 0;
}

static int check_values(struct csv *csv, const double *v)
{
	if (fabs(v[LEFT_X]) > MAX_COP_MM || fabs(v[LEFT_Y]) > MAX_COP_MM ||
		fabs(v[RIGHT_X]) > MAX_COP_MM || fabs(v[RIGHT_Y]) > MAX_COP_MM)
		return csv_complain(csv, "a COP lies within 10000 mm of the origin; "
					 "are the positions in millimetres?");
	if (fabs(v[LEFT_N]) > MAX_FORCE_N || fabs(v[RIGHT_N]) > MAX_FORCE_N)
		return csv_complain(csv, "a person's force is at most 10000 N; are "
					 "left_n and right_n in newtons?");
	return 0;
}

static int read_rows(struct csv *csv, struct rows *rows)
{
	double v[N_COLUMNS];
	int rc;

	while ((rc = csv_next(csv, v)) == 1) {
		if (check_time(csv, rows, v[T]) < 0 || check_values(csv, v) < 0)
			return -EINVAL;
		for (int k = 0; k < N_COLUMNS; k++)
			rows->column[k][rows->n] = v[k];
		rows->n++;
	}
	return rc;
}

static int take_net(struct csv *csv, struct feet_series *s)
{
	int n_absent;

	for (int i = 0; i < s->plates.n; i++) {
		struct pos_mm cop;
		double force_n;

		if (!plates_net(&s->plates, i, &cop, &force_n))
			continue;
		s->t_s[s->n] = s->plates.t_s[i];
		s->x_mm[s->n] = cop.x;
		s->y_mm[s->n++] = cop.y;
	}
	n_absent = s->plates.n - s->n;
	if (n_absent <= FEET_SERIES_MAX_ABSENT_FRAC * s->plates.n)
		return 0;
	return csv_complain(csv,
		"up to here %d of %d rows have no COP: less than %g N on both plates, "
		"or a force or a place is missing; more than %g %% of them cannot be "
		"bridged",
		n_absent, s->plates.n, PLATES_LEAST_N,
		100.0 * FEET_SERIES_MAX_ABSENT_FRAC);
}

int feet_series_read(struct feet_series *s, const char *text, size_t n,
	const char *file, char *message, size_t size)
{
	size_t max_rows = csv_max_rows(text, n);
	struct rows rows = { 0 };
	struct csv csv;
	double *memory;
	int rc;

	memset(s, 0, sizeof(*s));
	rc = csv_open(&csv, text, n, file, columns, N_COLUMNS, message, size);
	if (rc < 0)
		return rc;
	if (max_rows > INT_MAX / 2)
		return csv_complain(&csv, "the table has too many rows");
	memory = calloc(max_rows + 1, (N_COLUMNS + 3) * sizeof(double));
	if (!memory)
		return -ENOMEM;
	for (int k = 0; k < N_COLUMNS; k++)
		rows.column[k] = memory + (size_t)k * max_rows;
	s->t_s = memory + N_COLUMNS * max_rows;
	s->x_mm = s->t_s + max_rows;
	s->y_mm = s->x_mm + max_rows;
	rc = read_rows(&csv, &rows);
	s->plates = (struct plates_series){ rows.n, rows.column[T], rows.column[LEFT_N],
		rows.column[LEFT_X], rows.column[LEFT_Y], rows.column[RIGHT_N],
		rows.column[RIGHT_X], rows.column[RIGHT_Y] };
	if (rc == 0)
		rc = take_net(&csv, s);
	if (rc < 0) {
		free(memory);
		memset(s, 0, sizeof(*s));
	}
	return rc;
}

void feet_series_fini(struct feet_series *s)
{
	free((void *)s->plates.t_s);
	memset(s, 0, sizeof(*s));
}
