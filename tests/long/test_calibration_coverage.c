/* One class of sheets on one mat: do 95 % intervals hold the truth in 90 to 99 % of many sheets, and do the
 * errors stay within the table of docs/calibration.md at their 95th percentile?
 *
 * test_calibration_coverage nominal|field 10|15 [SHEETS [FIRST [short]]]: 200 sheets, from seed 1, one recorded stance
 * each in turn, all of its minute; short: calibrated without the light load and the creep step. Exit status 1 if not;
 * every figure is printed. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/lab_case.h"
#include "tests/support/lab_table.h"

#define N_SHEETS   200
#define SECONDS    60 /* as long as they were recorded */
#define SETTLE_S   5
#define LEAST_HELD 0.90
#define MOST_HELD  0.99

static struct lab_table table;

static void run(
	enum lab_class kind, int i_mat, int n_sheets, int first, bool is_short)
{
	struct lab_stance *stances[LAB_N_STANCES];

	for (int k = 0; k < LAB_N_STANCES; k++) {
		stances[k] = lab_stance_new(k, &lab_mats[i_mat], SECONDS, SETTLE_S);
		if (!stances[k])
			exit(1);
	}
	for (int k = 0; k < n_sheets; k++) {
		struct lab_outcome *out;
		struct lab_case c;

		lab_case_draw(&c, kind, LAB_STAIRCASE, &lab_mats[i_mat],
			(uint64_t)(first + k));
		if (is_short)
			lab_plan_short(&c.plan);
		out = lab_case_run(&c, &stances[k % LAB_N_STANCES], 1);
		if (out && out->fit_rc == 0)
			lab_table_add(&table, &out->errors[0], &out->model.budget);
		else
			table.n_refused++;
		free(out);
	}
	printf("stances of %s\n", stances[0]->is_recorded ? "recorded people"
							  : "the simulated person");
	for (int k = 0; k < LAB_N_STANCES; k++)
		lab_stance_free(stances[k]);
}

static int judge(enum lab_class kind, int i_mat)
{
	int n_failed = table.n_refused > 0 || table.n == 0;

	for (int k = 0; k < LAB_N_COVERED; k++) {
		double held = (double)table.n_held[k] / table.n;
		int fails = !(held >= LEAST_HELD && held <= MOST_HELD);

		printf("  %-9s held by %5.1f %% of the intervals%s\n",
			lab_covered_name(k), 100 * held, fails ? "  FAILS" : "");
		n_failed += fails;
	}
	for (int c = 0; c < LAB_N_COLUMNS; c++) {
		enum lab_column column = (enum lab_column)c;
		double p95 = lab_table_percentile(&table, column, 0.95);
		int fails = !(p95 <= lab_limit(kind, i_mat, column));

		printf("  %-11s %6.3f at the 95th percentile, asked %5.2f%s\n",
			lab_column_title(column), p95, lab_limit(kind, i_mat, column),
			fails ? "  FAILS" : "");
		n_failed += fails;
	}
	return n_failed > 0;
}

int main(int argc, char **argv)
{
	enum lab_class kind;
	int i_mat;

	if (argc < 3 || (strcmp(argv[1], "nominal") && strcmp(argv[1], "field")) ||
		(strcmp(argv[2], "10") && strcmp(argv[2], "15"))) {
		fprintf(stderr, "usage: %s nominal|field 10|15 [SHEETS [FIRST [short]]]\n",
			argv[0]);
		return 2;
	}
	kind = strcmp(argv[1], "field") ? LAB_NOMINAL : LAB_FIELD;
	i_mat = strcmp(argv[2], "15") ? 0 : 1;
	run(kind, i_mat, argc > 3 ? atoi(argv[3]) : N_SHEETS,
		argc > 4 ? atoi(argv[4]) : 1,
		argc > 5 && strcmp(argv[5], "short") == 0);
	printf("%d %s sheets of %s mm cells\n", table.n, argv[1], argv[2]);
	lab_table_print_head();
	lab_table_print(&table, "");
	return judge(kind, i_mat);
}
