/* What a calibration is worth: the same stances on simulated sheets, read as counts, with gains only, with
 * the whole procedure, and with the staircase and turned passes besides; beside them how the error falls
 * with the number of weights.
 *
 * The sheets are those of tests/support/lab_sheet.h, which share no form with the model; the stances are real
 * recordings where $STANCE_SHARED has them. Sheets: the first argument, or 8. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "tests/support/lab_case.h"
#include "tests/support/lab_table.h"

#define N_STANCES 3
#define SECONDS   60
#define SETTLE_S  5

static const char *const class_names[LAB_N_CLASSES] = { "nominal", "field" };
static const char *const level_names[LAB_N_LEVELS] = { "counts over zero", "gains only",
	"full", "full + staircase + turned" };

static struct lab_stance *stances[N_STANCES];
static struct lab_table table;

static void run(enum lab_class kind, enum lab_level level, int i_mat, int n_weights,
	int n_sheets, const char *name)
{
	memset(&table, 0, sizeof(table));
	for (int seed = 1; seed <= n_sheets; seed++) {
		struct lab_outcome *out;
		struct lab_case c;

		lab_case_draw(&c, kind, level, &lab_mats[i_mat], (uint64_t)seed);
		lab_plan_weights(&c.plan, n_weights);
		out = lab_case_run(&c, stances, N_STANCES);
		table.n_refused += !out || out->fit_rc < 0;
		for (int k = 0; out && out->fit_rc == 0 && k < N_STANCES; k++)
			lab_table_add(&table, &out->errors[k], NULL);
		free(out);
	}
	lab_table_print(&table, name);
}

static void print_limits(enum lab_class kind, int i_mat)
{
	printf("  %-27s", "asked of the 95th percentile");
	for (int c = 0; c < LAB_N_COLUMNS; c++)
		printf(" %16g", lab_limit(kind, i_mat, (enum lab_column)c));
	printf("\n");
}

static void print_class(enum lab_class kind, int i_mat, int n_sheets)
{
	static const int weights[] = { 1, 2, 3, 5 };
	const struct mat_geometry *mat = &lab_mats[i_mat];
	char name[64];

	printf("\n%d %s sheets, %d x %d cells of %g mm, %d stances%s\n", n_sheets,
		class_names[kind], mat->n_cols, mat->n_rows, mat->pitch_x_mm, N_STANCES,
		stances[0]->is_recorded ? "" : " (of the simulated person)");
	lab_table_print_head();
	for (int level = 0; level < LAB_N_LEVELS; level++)
		run(kind, (enum lab_level)level, i_mat, LAB_MAX_LOADS, n_sheets,
			level_names[level]);
	print_limits(kind, i_mat);
	for (unsigned k = 0; k < sizeof(weights) / sizeof(weights[0]); k++) {
		snprintf(name, sizeof(name), "%d weight%s, no creep step",
			weights[k], weights[k] > 1 ? "s" : "");
		run(kind, LAB_STAIRCASE, i_mat, weights[k], n_sheets, name);
	}
}

int main(int argc, char **argv)
{
	int n_sheets = argc > 1 ? atoi(argv[1]) : 2;
	int64_t start_ns = clock_now_ns();

	printf("what a calibration is worth\n");
	for (int m = 0; m < LAB_N_MATS; m++) {
		for (int k = 0; k < N_STANCES; k++) {
			stances[k] = lab_stance_new(k, &lab_mats[m], SECONDS, SETTLE_S);
			if (!stances[k])
				return 1;
		}
		for (int kind = 0; kind < LAB_N_CLASSES; kind++)
			print_class((enum lab_class)kind, m, n_sheets);
		for (int k = 0; k < N_STANCES; k++)
			lab_stance_free(stances[k]);
	}
	printf("\n%.0f s\n", (double)(clock_now_ns() - start_ns) * 1e-9);
	return 0;
}
