/* Sway as a whole: known movements, invariants under shift, turn, mirror and scale, bad input, and
 * the results published with a data set where it is at hand. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/carve.h"
#include "src/core/sway/sway.h"
#include "tests/support/sway_series.h"

#define MAX_N 8192
#define SEED  31

static double t[MAX_N], x[MAX_N], y[MAX_N];

static struct sway_input input_of(int n, double cutoff_hz)
{
	return (struct sway_input){ .n = n,
		.t_s = t,
		.x_mm = x,
		.y_mm = y,
		.cutoff_hz = cutoff_hz,
		.noise_velocity_mm_s = NAN };
}

/* Measure with as much memory as sway_size() says, and not a byte more. */
static int measure(const struct sway_input *in, double rate_hz, struct sway_result *out)
{
	double duration_s = in->n > 1 ? in->t_s[in->n - 1] - in->t_s[0] : 0.0;
	size_t size = sway_size(in->n, duration_s, rate_hz);
	void *memory = aligned_alloc(CARVE_ALIGNMENT, size);
	int rc;

	assert_non_null(memory);
	rc = sway_measure(in, memory, size, out);
	free(memory);
	return rc;
}

static void fill(uint64_t seed, int n, double rate_hz)
{
	sway_series(seed, n, rate_hz, x, y);
	for (int i = 0; i < n; i++)
		t[i] = 100.0 + i / rate_hz;
}

static void near(double value, double expected, double relative)
{
	if (!(fabs(value - expected) <= relative * fabs(expected)))
		fail_msg("%.17g is not %.17g", value, expected);
}

/* A circle of radius 10 mm, half a turn a second, 20 s of it: all is known by hand. */
static void measures_a_circle(void **state)
{
	struct sway_result r;
	const double step = 2.0 * 10.0 * sin(M_PI / 200.0);
	const int n = 2001;

	(void)state;
	for (int i = 0; i < n; i++) {
		t[i] = i / 100.0;
		x[i] = 50.0 + 10.0 * cos(M_PI * i / 100.0);
		y[i] = -20.0 + 10.0 * sin(M_PI * i / 100.0);
	}
	struct sway_input in = input_of(n, NAN);

	in.noise_velocity_mm_s = 30.0;
	assert_int_equal(measure(&in, 100.0, &r), 0);
	assert_int_equal(r.n, n);
	near(r.rate_hz, 100.0, 1e-9);
	near(r.duration_s, 20.0, 1e-9);
	near(r.value[METRIC_PATH_MM], 2000.0 * step, 1e-9);
	near(r.value[METRIC_MEAN_VELOCITY_MM_S], 100.0 * step, 1e-9);
	near(r.value[METRIC_MEAN_VELOCITY_CORRECTED_MM_S],
		sqrt(1e4 * step * step - 900.0), 1e-9);
	near(r.value[METRIC_RANGE_ML_MM], 20.0, 1e-9);
	near(r.value[METRIC_RANGE_AP_MM], 20.0, 1e-9);
	near(r.value[METRIC_MEAN_DISTANCE_MM], 10.0, 1e-3);
	near(r.value[METRIC_RMS_ML_MM], 10.0 * M_SQRT1_2, 1e-3);
	near(r.value[METRIC_MEAN_FREQUENCY_HZ], 0.5, 1e-3);
	/* a polygon of 200 corners */
	near(r.value[METRIC_HULL_MM2], 100.0 * 100.0 * sin(2.0 * M_PI / 200.0), 1e-9);
	near(r.value[METRIC_SWAY_AREA_MM2_S],
		100.0 * 0.5 * 100.0 * sin(2.0 * M_PI / 200.0), 1e-3);
	near(r.value[METRIC_ELLIPSE95_MM2], 2.0 * M_PI * 3.0 * 50.0, 3e-3);
	/* one line at 0.5 Hz */
	near(r.value[METRIC_PF50_ML_HZ], 0.5, 0.11);
	near(r.value[METRIC_CENTROID_FREQUENCY_AP_HZ], 0.5, 0.01);
	near(r.value[METRIC_MEAN_POWER_FREQUENCY_HZ], 0.5, 0.01);
	near(r.value[METRIC_TOTAL_POWER_ML_MM2], 50.0, 0.02);
	assert_true(isnan(r.value[METRIC_TTB_MINIMUM_S]));
	assert_int_equal(r.notes, 0);
	for (int m = 0; m < METRIC_N; m++)
		if (metric_info((enum metric)m)->group != METRIC_GROUP_SWAY)
			assert_true(isnan(r.value[m]));
}

/* A straight swing along 30 degrees: the ellipse is its line. */
static void finds_the_direction(void **state)
{
	struct sway_result r;
	struct sway_input in = input_of(2000, NAN);

	(void)state;
	for (int i = 0; i < 2000; i++) {
		t[i] = i / 100.0;
		x[i] = 10.0 * sin(0.05 * i) * cos(M_PI / 6.0);
		y[i] = 10.0 * sin(0.05 * i) * sin(M_PI / 6.0);
	}
	assert_int_equal(measure(&in, 100.0, &r), 0);
	near(r.value[METRIC_ELLIPSE_ANGLE_DEG], 30.0, 1e-6);
	assert_true(r.value[METRIC_ELLIPSE_MINOR_MM] < 1e-6);
	for (int i = 0; i < 2000; i++)
		x[i] = 0.0;
	assert_int_equal(measure(&in, 100.0, &r), 0);
	near(r.value[METRIC_ELLIPSE_ANGLE_DEG], 90.0, 1e-12); /* not -90 */
	assert_true(r.value[METRIC_ELLIPSE95_MM2] == 0.0);
	assert_true(isnan(r.value[METRIC_SAMPLE_ENTROPY_ML]));
	assert_true(isfinite(r.value[METRIC_SAMPLE_ENTROPY_AP]));
	assert_true(r.value[METRIC_RMS_ML_MM] == 0.0);
}

/* What must not change at all under a shift, and how the rest goes with scale, turn and mirror. */
static int power_of(enum metric m)
{
	const char *unit = metric_info(m)->unit;

	if (strcmp(unit, "mm") == 0 || strcmp(unit, "mm/s") == 0)
		return 1;
	return strcmp(unit, "mm2") == 0 || strcmp(unit, "mm2/s") == 0 ? 2 : 0;
}

static void is_invariant(void **state)
{
	static const enum metric turning[] = { METRIC_PATH_MM,
		METRIC_MEAN_VELOCITY_MM_S, METRIC_RMS_MM, METRIC_MEAN_DISTANCE_MM,
		METRIC_ELLIPSE95_MM2, METRIC_ELLIPSE_MAJOR_MM, METRIC_ELLIPSE_MINOR_MM,
		METRIC_HULL_MM2, METRIC_SWAY_AREA_MM2_S, METRIC_MEAN_FREQUENCY_HZ,
		METRIC_SWAY_DENSITY_PEAK_S };
	struct sway_result base, other;
	struct sway_input in = input_of(3000, 10.0);

	(void)state;
	print_message("seed %d\n", SEED);
	for (int k = 0; k < 4; k++) {
		fill(SEED + (uint64_t)k, 3000, 50.0 + 50.0 * k);
		assert_int_equal(measure(&in, 50.0 + 50.0 * k, &base), 0);
		for (int i = 0; i < 3000; i++) {
			x[i] = 137.0 - x[i]; /* mirrored and moved */
			y[i] -= 512.0;
		}
		assert_int_equal(measure(&in, 50.0 + 50.0 * k, &other), 0);
		near(other.value[METRIC_ELLIPSE_ANGLE_DEG],
			-base.value[METRIC_ELLIPSE_ANGLE_DEG], 1e-6);
		other.value[METRIC_ELLIPSE_ANGLE_DEG] =
			base.value[METRIC_ELLIPSE_ANGLE_DEG];
		for (int m = 0; m <= METRIC_SWAY_DENSITY_DISTANCE_MM; m++)
			if (isfinite(base.value[m]))
				near(other.value[m], base.value[m], 1e-6);
			else
				assert_true(isnan(other.value[m]));
		fill(SEED + (uint64_t)k, 3000, 50.0 + 50.0 * k);
		for (int i = 0; i < 3000; i++) {
			x[i] *= 4.0;
			y[i] *= 4.0;
		}
		assert_int_equal(measure(&in, 50.0 + 50.0 * k, &other), 0);
		for (int m = 0; m < METRIC_SWAY_DENSITY_PEAK_S; m++)
			if (isfinite(base.value[m]))
				near(other.value[m],
					base.value[m] *
						pow(4.0, power_of((enum metric)m)),
					1e-9);
		fill(SEED + (uint64_t)k, 3000, 50.0 + 50.0 * k);
		for (int i = 0; i < 3000; i++) {
			double a = x[i] * cos(0.7) - y[i] * sin(0.7);

			y[i] = x[i] * sin(0.7) + y[i] * cos(0.7);
			x[i] = a;
		}
		assert_int_equal(measure(&in, 50.0 + 50.0 * k, &other), 0);
		for (size_t j = 0; j < sizeof(turning) / sizeof(*turning); j++)
			near(other.value[turning[j]], base.value[turning[j]], 1e-6);
	}
}

/* Any length and rate fits in what sway_size() says, transforms of awkward lengths too. */
static void fits_the_memory_it_asks_for(void **state)
{
	struct rng rng;

	(void)state;
	print_message("seed %d\n", SEED);
	rng_init(&rng, SEED, 1);
	for (int k = 0; k < 40; k++) {
		int n = 10 + (int)(rng_u64(&rng) % (k < 28 ? 300 : 6200));
		double rate_hz = rng_between(&rng, 20.0, 250.0);
		struct sway_result r;
		struct sway_input in = input_of(n, 5.0);
		int rc;

		fill(rng_u64(&rng), n, rate_hz);
		if (k % 2)
			for (int i = 1; i < n - 1; i++)
				t[i] += rng_between(&rng, -0.2, 0.2) / rate_hz;
		rc = measure(&in, rate_hz, &r);
		assert_true(rc == 0 || (rc == -ENODATA && n / rate_hz < 1.1));
	}
}

static void refuses_what_it_cannot_measure(void **state)
{
	struct sway_result r;
	struct sway_input in = input_of(2000, 10.0);
	char small[64];

	(void)state;
	fill(1, 2000, 100.0);
	in.n = 3;
	assert_int_equal(measure(&in, 100.0, &r), -ENODATA);
	in.n = 50; /* half a second */
	assert_int_equal(measure(&in, 100.0, &r), -ENODATA);
	in.n = 2000;
	assert_int_equal(sway_measure(&in, small, sizeof(small), &r), -ENOBUFS);
	in.cutoff_hz = 50.0;
	assert_int_equal(measure(&in, 100.0, &r), -EINVAL);
	in.cutoff_hz = 0.0;
	assert_int_equal(measure(&in, 100.0, &r), -EINVAL);
	in.cutoff_hz = 10.0;
	x[7] = NAN;
	assert_int_equal(measure(&in, 100.0, &r), -EINVAL);
	x[7] = 0.0;
	t[8] = t[7];
	assert_int_equal(measure(&in, 100.0, &r), -EINVAL);
	fill(1, 2000, 100.0);
	for (int i = 1000; i < 2000; i++)
		t[i] += 1.2; /* 1.21 s of 21.19 */
	assert_int_equal(measure(&in, 100.0, &r), -ERANGE);
	fill(1, 2000, 5.0); /* slower than ten a second: gaps only */
	assert_int_equal(measure(&in, 5.0, &r), -ERANGE);
	assert_int_equal(sway_size(-1, 1.0, 100.0), 0);
	assert_int_equal(sway_size(10, 1e9, 100.0), 0);
	assert_int_equal(sway_size(10, 1.0, NAN), 0);
}

static void notes_what_it_noticed(void **state)
{
	struct sway_result r;
	struct sway_input in = input_of(3000, 10.0);

	(void)state;
	fill(2, 3000, 100.0);
	assert_int_equal(measure(&in, 100.0, &r), 0);
	assert_int_equal(r.notes, 0);
	for (int i = 0; i < 3000; i++) {
		x[i] *= 0.1; /* centimetres */
		y[i] *= 0.1;
	}
	assert_int_equal(measure(&in, 100.0, &r), 0);
	assert_int_equal(r.notes, SWAY_NOTE_SMALL);
	for (int i = 0; i < 3000; i++)
		x[i] *= 1000.0;
	assert_int_equal(measure(&in, 100.0, &r), 0);
	assert_int_equal(r.notes, SWAY_NOTE_LARGE);
	fill(2, 3000, 100.0);
	for (int i = 1500; i < 3000; i++)
		t[i] += 0.3;
	assert_int_equal(measure(&in, 100.0, &r), 0);
	assert_int_equal(r.notes, SWAY_NOTE_GAPS | SWAY_NOTE_RESAMPLED);
	assert_int_equal(r.n, 3030);
	near(r.missing_frac, 0.31 / 30.29, 1e-6);
	fill(2, 1500, 100.0);
	in.n = 1500;
	for (int i = 0; i < 1500; i++)
		x[i] = y[i] = 3.25;
	assert_int_equal(measure(&in, 100.0, &r), 0);
	assert_int_equal(r.notes, SWAY_NOTE_SHORT | SWAY_NOTE_CONSTANT);
	assert_true(r.value[METRIC_PATH_MM] == 0.0);
	assert_true(r.value[METRIC_HULL_MM2] == 0.0);
	assert_true(isnan(r.value[METRIC_MEAN_FREQUENCY_HZ]));
	assert_true(isnan(r.value[METRIC_SAMPLE_ENTROPY_AP]));
	for (int i = 0; i < SWAY_N_NOTES; i++)
		assert_true(*sway_note_word(i) && *sway_note_text(i));
}

/* Resampling a jittered straight walk gives the walk back; nothing depends on where time starts. */
static void interpolates_uneven_steps(void **state)
{
	struct sway_result even, uneven;
	struct sway_input in = input_of(2500, NAN);
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 2);
	for (int i = 0; i < 2500; i++) {
		t[i] = 0.01 * i;
		x[i] = 3.0 * t[i];
		y[i] = 5.0 - 4.0 * t[i];
	}
	assert_int_equal(measure(&in, 100.0, &even), 0);
	for (int i = 1; i < 2499; i++) {
		t[i] += rng_between(&rng, -0.004, 0.004);
		x[i] = 3.0 * t[i];
		y[i] = 5.0 - 4.0 * t[i];
	}
	assert_int_equal(measure(&in, 100.0, &uneven), 0);
	assert_int_equal(uneven.notes, SWAY_NOTE_RESAMPLED);
	near(even.value[METRIC_MEAN_VELOCITY_MM_S], 5.0, 1e-9);
	near(uneven.value[METRIC_MEAN_VELOCITY_MM_S], 5.0, 1e-9);
	near(uneven.value[METRIC_RANGE_ML_MM], even.value[METRIC_RANGE_ML_MM], 1e-3);
}

/* In the middle of a square of 200 mm, a walk of 100 mm/s to the right. */
static void knows_the_boundary(void **state)
{
	static const double corner_x[] = { -100.0, 100.0, 100.0, -100.0 };
	static const double corner_y[] = { -100.0, -100.0, 100.0, 100.0 };
	struct sway_result r;
	struct sway_input in = input_of(200, NAN);

	(void)state;
	for (int i = 0; i < 200; i++) {
		t[i] = 0.01 * i;
		x[i] = 90.0 * sin(0.1 * i); /* 900 mm/s at most */
		y[i] = 0.0;
	}
	in.n_outline = 4;
	in.outline_x_mm = corner_x;
	in.outline_y_mm = corner_y;
	assert_int_equal(measure(&in, 100.0, &r), 0);
	/* (100 - 90 sin a) / (900 cos a) is least at sin a = 0.9 */
	near(r.value[METRIC_TTB_MINIMUM_S], 19.0 / (900.0 * sqrt(0.19)), 0.01);
	near(r.value[METRIC_TTB_MEAN_MINIMUM_S], 19.0 / (900.0 * sqrt(0.19)), 0.01);
}

/* --- published results ---------------------------------------------------------------- */

/* Santos & Duarte 2016: area in cm2, velocity over n samples in cm/s, mean power frequency. */
static const struct {
	const char *trial;
	double area_cm2, velocity_cm_s, frequency_hz;
} published[] = {
	{ "BDS00001", 0.9446915167229832, 0.620189911656219, 0.2565758824783575 },
	{ "BDS00007", 3.949594818211452, 2.005028481735169, 0.39768110460495226 },
	{ "BDS00043", 49.43572765504349, 4.03038003037148, 0.24013731324097096 },
};

static int read_series(const char *trial)
{
	const char *shared = getenv("STANCE_SHARED");
	char path[512], line[256];
	int n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/reference/cop/series/%s.csv",
		shared ? shared : "../shared", trial);
	f = fopen(path, "r");
	if (!f)
		return 0;
	while (n < MAX_N && fgets(line, sizeof(line), f))
		n += sscanf(line, "%lf,%lf,%lf", &t[n], &x[n], &y[n]) == 3;
	fclose(f);
	return n;
}

static void agrees_with_what_was_published(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(*published); i++) {
		int n = read_series(published[i].trial);
		struct sway_input in = input_of(n, NAN);
		struct sway_result r;

		if (n == 0) {
			printf("skipped: %s is not there\n", published[i].trial);
			skip();
		}
		assert_int_equal(n, 6000);
		assert_int_equal(measure(&in, 100.0, &r), 0);
		near(r.value[METRIC_ELLIPSE95_MM2], 100.0 * published[i].area_cm2,
			1e-6);
		near(r.value[METRIC_MEAN_VELOCITY_MM_S] * (n - 1) / n,
			10.0 * published[i].velocity_cm_s, 1e-6);
		near(r.value[METRIC_MEAN_POWER_FREQUENCY_HZ], published[i].frequency_hz,
			1e-6);
		assert_int_equal(r.notes, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measures_a_circle),
		cmocka_unit_test(finds_the_direction),
		cmocka_unit_test(is_invariant),
		cmocka_unit_test(fits_the_memory_it_asks_for),
		cmocka_unit_test(refuses_what_it_cannot_measure),
		cmocka_unit_test(notes_what_it_noticed),
		cmocka_unit_test(interpolates_uneven_steps),
		cmocka_unit_test(knows_the_boundary),
		cmocka_unit_test(agrees_with_what_was_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
