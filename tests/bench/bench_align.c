/* What the inference costs: 2000 draws of everything that a mat cannot see, summarised, beside the same draws
 * summarised by sorting. Medians over interleaved rounds, of the time on the processor. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/core/align/inference.h"
#include "src/core/align/quantile.h"

#define N_ROUNDS 31
#define GOAL_MS  5.0

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), by_value);
	return v[n / 2];
}

/* The summary alone, both ways, over one column of draws in its order of drawing. */
static void time_summary(
	const double *column, int n, double *select_ms, double *sort_ms)
{
	double *copy = malloc((size_t)n * sizeof(double));
	volatile double sink;
	double from = now_ms();

	memcpy(copy, column, (size_t)n * sizeof(double));
	sink = quantile_take(copy, n, 0.5) + quantile_take(copy, n, 0.05) +
	       quantile_take(copy, n, 0.95);
	*select_ms = now_ms() - from;
	from = now_ms();
	memcpy(copy, column, (size_t)n * sizeof(double));
	qsort(copy, (size_t)n, sizeof(double), by_value);
	sink = copy[n / 2] + copy[n / 20] + copy[n - n / 20];
	*sort_ms = now_ms() - from;
	(void)sink;
	free(copy);
}

int main(void)
{
	const struct inference_input in = { .sex = 'F',
		.stature_m = { 1.66, NAN },
		.mass_kg = { 68, NAN },
		.com_ml_mm = { -12, 6 },
		.com_ap_mm = { 48, 11 },
		.right_frac = { 0.44, 0.03 },
		.ankle_width_mm = { 180, NAN },
		.e_ref_mm = { NAN, NAN } };
	void *scratch = malloc(inference_scratch_size(INFERENCE_N_DRAWS));
	double all[N_ROUNDS], selected[N_ROUNDS], sorted[N_ROUNDS];
	struct inference out;

	if (!scratch)
		return EXIT_FAILURE;
	for (int i = 0; i < N_ROUNDS; i++) {
		double from = now_ms();

		inference_run(&in, (uint64_t)i, INFERENCE_N_DRAWS, scratch, &out);
		all[i] = now_ms() - from;
		time_summary(scratch, INFERENCE_N_DRAWS, &selected[i], &sorted[i]);
	}
	printf("alignment, %d draws of %d quantities\n", INFERENCE_N_DRAWS,
		INFERENCE_N);
	printf("  whole inference         %6.2f ms   goal %.0f ms: %s\n",
		median(all, N_ROUNDS), GOAL_MS,
		median(all, N_ROUNDS) < GOAL_MS ? "met" : "MISSED");
	printf("  one quantity's quantiles%6.3f ms   by sorting %.3f ms: %.1f times "
	       "faster\n",
		median(selected, N_ROUNDS), median(sorted, N_ROUNDS),
		median(sorted, N_ROUNDS) / median(selected, N_ROUNDS));
	free(scratch);
	return EXIT_SUCCESS;
}
