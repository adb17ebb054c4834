#include "src/cli/cop_series.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/csv.h"

#define MAX_COP_MM  10000.0 /* chosen: laboratories are smaller */
#define MAX_FORCE_N 10000.0 /* chosen: no person weighs a ton */

enum { T, X, Y, FORCE, N_COLUMNS };

static const struct csv_column columns[N_COLUMNS] = { { "t_s", false },
	{ "x_mm", false }, { "y_mm", false }, { "force_n", true } };

static int check_time(
	struct csv *csv, const struct cop_series *s, double last_s, double t_s)
{
	if (isnan(t_s))
		return csv_complain(csv, "the time is missing in column t_s");
	if (s->n + s->n_absent > 0 && t_s == last_s)
		return csv_complain(csv,
			"the time %.10g s stands here twice; give more digits or "
			"remove a row",
			t_s);
	if (s->n + s->n_absent > 0 && t_s < last_s)
		return csv_complain(csv,
			"the time goes back from %.10g s to %.10g s; sort the rows by "
			"t_s",
			last_s, t_s);
	return 0;
}

static int check_values(struct csv *csv, const double *v)
{
	if (fabs(v[X]) > MAX_COP_MM || fabs(v[Y]) > MAX_COP_MM)
		return csv_complain(csv, "a COP lies within 10000 mm of the origin; "
					 "are x_mm and y_mm in "
					 "millimetres?");
	if (fabs(v[FORCE]) > MAX_FORCE_N)
		return csv_complain(csv,
			"a person's force is at most 10000 N; is force_n in newtons?");
	return 0;
}

static int refuse_absent(struct csv *csv, const struct cop_series *s, int first_line)
{
	csv->line = first_line;
	return csv_complain(csv,
		"no COP here, as in %d of %d rows: x_mm or y_mm is empty or NaN, or "
		"force_n "
		"below %g N; more than %g %% of them cannot be bridged",
		s->n_absent, s->n + s->n_absent, COP_SERIES_MIN_N,
		100.0 * COP_SERIES_MAX_ABSENT_FRAC);
}

static int read_rows(struct csv *csv, struct cop_series *s)
{
	double v[N_COLUMNS], last_s = 0.0;
	int first_line = 0, rc;

	while ((rc = csv_next(csv, v)) == 1) {
		if (check_time(csv, s, last_s, v[T]) < 0 || check_values(csv, v) < 0)
			return -EINVAL;
		last_s = v[T];
		if (isnan(v[X]) || isnan(v[Y]) || v[FORCE] < COP_SERIES_MIN_N) {
			if (s->n_absent++ == 0)
				first_line = csv->line;
			continue;
		}
		s->t_s[s->n] = v[T];
		s->x_mm[s->n] = v[X];
		s->y_mm[s->n++] = v[Y];
	}
	if (rc == 0 && s->n_absent > COP_SERIES_MAX_ABSENT_FRAC * (s->n + s->n_absent))
		return refuse_absent(csv, s, first_line);
	return rc;
}

int cop_series_read(struct cop_series *series, const char *text, size_t n,
	const char *file, char *message, size_t size)
{
	size_t rows = csv_max_rows(text, n);
	struct csv csv;
	int rc;

	memset(series, 0, sizeof(*series));
	rc = csv_open(&csv, text, n, file, columns, N_COLUMNS, message, size);
	if (rc < 0)
		return rc;
	if (rows > INT_MAX / 2)
		return csv_complain(&csv, "the table has too many rows");
	series->t_s = calloc(rows, 3 * sizeof(double));
	if (!series->t_s)
		return -ENOMEM;
	series->x_mm = series->t_s + rows;
	series->y_mm = series->x_mm + rows;
	rc = read_rows(&csv, series);
	if (rc < 0)
		cop_series_fini(series);
	return rc;
}

void cop_series_fini(struct cop_series *series)
{
	free(series->t_s);
	memset(series, 0, sizeof(*series));
}
