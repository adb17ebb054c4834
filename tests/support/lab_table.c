#include "tests/support/lab_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct mat_geometry lab_mats[LAB_N_MATS] = { { 48, 48, 10, 10 },
	{ 32, 32, 15, 15 } };

static const double limits[LAB_N_CLASSES][LAB_N_MATS][LAB_N_COLUMNS] = {
	{ { 0.5, 0.1, 0.25, 1, 1, 0.5, 1, 2 }, { 0.75, 0.2, 0.4, 1, 1, 0.75, 1.5, 3 } },
	{ { 1.5, 0.4, 0.75, 6, 1, 1, 3, 4 }, { 2.5, 0.4, 1.0, 6, 1, 1, 5, 7 } },
};

const char *lab_column_title(enum lab_column column)
{
	static const char *const titles[LAB_N_COLUMNS] = { "COP mm", "RMS mm",
		"share pt", "force %", "renorm %", "drift %/min", "velocity %",
		"area %" };

	return titles[column];
}

double lab_limit(enum lab_class kind, int i_mat, enum lab_column column)
{
	return limits[kind][i_mat][column];
}

const char *lab_covered_name(int index)
{
	static const char *const names[LAB_N_COVERED] = { "force", "share", "COP x",
		"COP y", "velocity", "area" };

	return names[index];
}

/* Twice each standard uncertainty; what is known to be lost is given back first. */
static void count_held(
	struct lab_table *t, const struct lab_errors *e, const struct sensor_budget *b)
{
	double kept = 1 - b->velocity_bias_frac;
	double off[LAB_N_COVERED] = { e->force_frac, e->share, e->cop_x_mm, e->cop_y_mm,
		(1 + e->velocity_frac) / kept - 1,
		(1 + e->area_frac) / (kept * kept) - 1 };
	double u[LAB_N_COVERED] = { b->force_frac, b->share_frac, b->cop_x_mm,
		b->cop_y_mm, b->velocity_frac, b->area_frac };

	for (int k = 0; k < LAB_N_COVERED; k++)
		t->n_held[k] += fabs(off[k]) <= 2 * u[k];
}

void lab_table_add(struct lab_table *t, const struct lab_errors *e,
	const struct sensor_budget *budget)
{
	double row[LAB_N_COLUMNS] = { e->cop_mm, e->rms_mm, 100 * e->share,
		100 * e->force_frac, 100 * e->renormal_frac, 100 * e->drift_frac,
		100 * e->velocity_frac, 100 * e->area_frac };

	if (t->n >= LAB_MAX_RUNS)
		return;
	for (int c = 0; c < LAB_N_COLUMNS; c++)
		t->error[c][t->n] = row[c];
	t->n++;
	if (budget)
		count_held(t, e, budget);
}

double lab_table_mean(const struct lab_table *t, enum lab_column column)
{
	double sum = 0;

	for (int k = 0; k < t->n; k++)
		sum += t->error[column][k];
	return sum / t->n;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* NaN counts as worst. */
double lab_table_percentile(
	const struct lab_table *t, enum lab_column column, double frac)
{
	static double sorted[LAB_MAX_RUNS];

	for (int k = 0; k < t->n; k++) {
		double size = fabs(t->error[column][k]);

		sorted[k] = isnan(size) ? INFINITY : size;
	}
	if (t->n == 0)
		return NAN;
	qsort(sorted, (size_t)t->n, sizeof(*sorted), by_size);
	return sorted[(int)ceil(frac * (t->n - 1))];
}

void lab_table_print_head(void)
{
	printf("  %-27s", "mean/p95/worst");
	for (int c = 0; c < LAB_N_COLUMNS; c++)
		printf(" %16s", lab_column_title((enum lab_column)c));
	printf("\n");
}

void lab_table_print(const struct lab_table *t, const char *name)
{
	printf("  %-27s", name);
	for (int c = 0; c < LAB_N_COLUMNS; c++) {
		enum lab_column column = (enum lab_column)c;
		char text[64];

		snprintf(text, sizeof(text), "%.2f/%.2f/%.2f",
			lab_table_mean(t, column),
			lab_table_percentile(t, column, 0.95),
			lab_table_percentile(t, column, 1));
		printf(" %16s", text);
	}
	if (t->n_refused > 0)
		printf("  %d refused", t->n_refused);
	printf("\n");
}
