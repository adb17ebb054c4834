/* The table that calibrations are held to: errors of many stances on many sheets, their percentiles, and what
 * is asked of them. Limits: docs/calibration.md, "Uncertainty". */
#ifndef STANCE_TESTS_LAB_TABLE_H
#define STANCE_TESTS_LAB_TABLE_H

#include <stdbool.h>

#include "src/core/geometry.h"
#include "src/core/sensor.h"
#include "tests/support/lab_sheet.h"
#include "tests/support/lab_stance.h"

#define LAB_N_MATS    2
#define LAB_MAX_RUNS  2048
#define LAB_N_COVERED 6

/* 48 x 48 cells of 10 mm, 32 x 32 of 15 mm. */
extern const struct mat_geometry lab_mats[LAB_N_MATS];

enum lab_column {
	LAB_BIAS_MM,
	LAB_RMS_MM,
	LAB_SHARE_POINTS,
	LAB_FORCE_PERCENT,
	LAB_RENORMAL_PERCENT,
	LAB_DRIFT_PERCENT,
	LAB_VELOCITY_PERCENT,
	LAB_AREA_PERCENT,
	LAB_N_COLUMNS,
};

/* Errors as they come, and how many 95 % intervals held the truth. */
struct lab_table {
	int n, n_refused;
	double error[LAB_N_COLUMNS][LAB_MAX_RUNS];
	int n_held[LAB_N_COVERED]; /* force, share, COP x, COP y, velocity, area */
};

/* Return the heading of a column, and what is asked of its 95th percentile. */
const char *lab_column_title(enum lab_column column);
double lab_limit(enum lab_class kind, int i_mat, enum lab_column column);

/* Return the name of what an interval is about. */
const char *lab_covered_name(int index);

/* Add one stance read; `budget` NULL: without intervals. What does not fit is dropped. */
void lab_table_add(struct lab_table *table, const struct lab_errors *errors,
	const struct sensor_budget *budget);

/* Return the mean error, and a percentile (0..1) of its size. */
double lab_table_mean(const struct lab_table *table, enum lab_column column);
double lab_table_percentile(
	const struct lab_table *table, enum lab_column column, double frac);

/* Print the headings, and the mean, 95th percentile and worst of every column. */
void lab_table_print_head(void);
void lab_table_print(const struct lab_table *table, const char *name);

#endif
