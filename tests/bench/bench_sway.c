/* What a trial's sway costs: all metrics of mode native, all 72 descriptors of mode quijoux, and
 * sample entropy alone beside the plain comparison of all pairs, all in one run.
 *
 * Series: made up as a standing person's (tests/support/sway_series.c), 100 Hz, millimetres to four
 * decimals. The plain baseline is what the definition reads, in double precision, without tricks;
 * its counts must be the identical ones. Medians over interleaved rounds, of the time on the
 * processor: on a quiet machine that is the time on the wall. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "src/core/carve.h"
#include "src/core/sway/entropy.h"
#include "src/core/sway/quijoux.h"
#include "src/core/sway/sway.h"
#include "tests/support/sway_series.h"

#define RATE_HZ         100.0
#define TRIAL_N         6000  /* 60 s */
#define LONG_N          18000 /* 3 min */
#define N_ROUNDS        21
#define ENTROPY_REPEATS 8 /* a round: it is short */
#define NATIVE_GOAL_MS  5.0
#define QUIJOUX_GOAL_MS 20.0
#define ENTROPY_GOAL    20.0

/* As the definition reads: pairs alike over two samples, and of these over three. */
static struct entropy_counts plain_counts(const double *x, int n, double r)
{
	struct entropy_counts c = { 0, 0 };

	for (int i = 0; i < n - 2; i++)
		for (int j = i + 1; j < n - 2; j++)
			if (fabs(x[i] - x[j]) <= r && fabs(x[i + 1] - x[j + 1]) <= r) {
				c.two++;
				if (fabs(x[i + 2] - x[j + 2]) <= r)
					c.three++;
			}
	return c;
}

struct race {
	int n;
	double *t, *x, *y;
	double tolerance;
	void *memory;
	size_t size;
	struct entropy_counts counts[2];
};

enum runner { RUN_NATIVE, RUN_QUIJOUX, RUN_ENTROPY, RUN_PLAIN, N_RUNNERS };

static volatile double sink;

static void run(struct race *r, enum runner which)
{
	struct sway_input input = { .n = r->n,
		.t_s = r->t,
		.x_mm = r->x,
		.y_mm = r->y,
		.cutoff_hz = 10.0,
		.noise_velocity_mm_s = NAN };
	struct quijoux_result quijoux;
	struct sway_result sway;
	int rc = 0;

	if (which == RUN_NATIVE)
		rc = sway_measure(&input, r->memory, r->size, &sway);
	else if (which == RUN_QUIJOUX)
		rc = quijoux_measure(
			r->n, r->t, r->x, r->y, r->memory, r->size, &quijoux);
	else if (which == RUN_ENTROPY)
		entropy_count(r->x, r->n, r->tolerance, r->memory, &r->counts[0]);
	else
		r->counts[1] = plain_counts(r->x, r->n, r->tolerance);
	if (rc < 0) {
		fprintf(stderr, "bench_sway: runner %d failed: %d\n", which, rc);
		exit(EXIT_FAILURE);
	}
	sink = which == RUN_NATIVE ? sway.value[METRIC_PATH_MM] : 0.0;
}

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static double time_ms(struct race *r, enum runner which)
{
	double start_ms = cpu_ms();
	int n_repeats = which == RUN_ENTROPY ? ENTROPY_REPEATS : 1;

	for (int i = 0; i < n_repeats; i++)
		run(r, which);
	return (cpu_ms() - start_ms) / n_repeats;
}

static int by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0.0 ? -1 : d > 0.0;
}

static void set_up(struct race *r, int n)
{
	double duration_s = (n - 1) / RATE_HZ, mean = 0.0, square = 0.0;
	size_t quijoux = quijoux_size(n, duration_s);

	r->n = n;
	r->t = calloc((size_t)n, sizeof(double));
	r->x = calloc((size_t)n, sizeof(double));
	r->y = calloc((size_t)n, sizeof(double));
	sway_series(1, n, RATE_HZ, r->x, r->y);
	for (int i = 0; i < n; i++) {
		r->t[i] = i / RATE_HZ;
		r->x[i] = nearbyint(1e4 * r->x[i]) / 1e4;
		r->y[i] = nearbyint(1e4 * r->y[i]) / 1e4;
		mean += r->x[i] / n;
	}
	for (int i = 0; i < n; i++)
		square += (r->x[i] - mean) * (r->x[i] - mean);
	r->tolerance = ENTROPY_TOLERANCE * sqrt(square / n);
	r->size = sway_size(n, duration_s, RATE_HZ);
	r->size = (quijoux > r->size ? quijoux : r->size) / CARVE_ALIGNMENT *
			  CARVE_ALIGNMENT +
		  CARVE_ALIGNMENT;
	r->memory = aligned_alloc(CARVE_ALIGNMENT, r->size);
	if (!r->t || !r->x || !r->y || !r->memory)
		exit(EXIT_FAILURE);
}

static void tear_down(struct race *r)
{
	free(r->t);
	free(r->x);
	free(r->y);
	free(r->memory);
}

static void measure(struct race *r, int n_rounds, double median_ms[N_RUNNERS])
{
	double ms[N_RUNNERS][N_ROUNDS];

	for (int k = 0; k < n_rounds; k++)
		for (int which = 0; which < N_RUNNERS; which++)
			ms[which][k] = time_ms(r, (enum runner)which);
	for (int which = 0; which < N_RUNNERS; which++) {
		qsort(ms[which], (size_t)n_rounds, sizeof(double), by_value);
		median_ms[which] = ms[which][n_rounds / 2];
	}
}

static int report(int n, int n_rounds)
{
	double ms[N_RUNNERS], ratio;
	struct race race;
	bool same;

	set_up(&race, n);
	measure(&race, n_rounds, ms);
	ratio = ms[RUN_PLAIN] / ms[RUN_ENTROPY];
	same = race.counts[0].two == race.counts[1].two &&
	       race.counts[0].three == race.counts[1].three;
	printf("sway      %6d samples: native %.2f ms, quijoux %.2f ms, memory %.1f "
	       "MB\n",
		n, ms[RUN_NATIVE], ms[RUN_QUIJOUX], (double)race.size / 1e6);
	printf("          sample entropy %.3f ms, all pairs %.1f ms: %.0f times "
	       "faster, counts "
	       "%llu and %llu %s\n",
		ms[RUN_ENTROPY], ms[RUN_PLAIN], ratio,
		(unsigned long long)race.counts[0].three,
		(unsigned long long)race.counts[0].two, same ? "identical" : "DIFFER");
	tear_down(&race);
	if (!same)
		return -1;
	return n == TRIAL_N &&
	       (ms[RUN_NATIVE] > NATIVE_GOAL_MS || ms[RUN_QUIJOUX] > QUIJOUX_GOAL_MS ||
		       ratio < ENTROPY_GOAL);
}

int main(void)
{
	int trial = report(TRIAL_N, N_ROUNDS);
	int longer = report(LONG_N, 5);

	printf("          goals at %d samples: native %.0f ms, quijoux %.0f ms, "
	       "entropy %.0f "
	       "times\n",
		TRIAL_N, NATIVE_GOAL_MS, QUIJOUX_GOAL_MS, ENTROPY_GOAL);
	if (trial < 0 || longer < 0) {
		fprintf(stderr, "bench_sway: sample entropy counts differ\n");
		return EXIT_FAILURE;
	}
	if (trial > 0)
		printf("sway: a goal was missed\n");
	return EXIT_SUCCESS;
}
