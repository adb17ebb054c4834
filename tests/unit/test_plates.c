/* Two force plates: a case by hand, mirror invariance over random people, what is said against a
 * recording, and real recordings against direct sums where they are at hand. */
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
#include "src/core/trial/plates.h"

#define MAX_N 6001
#define RATE  100.0
#define EXACT 1e-9

enum { T, LN, LX, LY, RN, RX, RY, N_COLUMNS };
static double columns[N_COLUMNS][MAX_N];
static double value[METRIC_N];
static struct trial_record record;

static struct plates_series series_of(int n)
{
	return (struct plates_series){ n, columns[T], columns[LN], columns[LX],
		columns[LY], columns[RN], columns[RX], columns[RY] };
}

static const struct plates_setup bare = {
	.person = { .mass_kg = 800.0 / 9.80665, .stature_m = 1.75, .sex = 'M' }
};

static void stand(int n, double left_n, double right_n)
{
	for (int i = 0; i < n; i++) {
		columns[T][i] = 5.0 + i / RATE;
		columns[LN][i] = left_n;
		columns[LX][i] = -100.0;
		columns[LY][i] = 50.0;
		columns[RN][i] = right_n;
		columns[RX][i] = 100.0;
		columns[RY][i] = 60.0;
	}
}

static void near(double got, double expected, double tolerance)
{
	if (!(fabs(got - expected) <= tolerance))
		fail_msg("%.12g is not %.12g", got, expected);
}

static void computes_a_case_by_hand(void **state)
{
	struct plates_series s = series_of(1000);
	struct plates_setup setup = bare;

	(void)state;
	stand(1000, 300.0, 500.0);
	plates_measure(&s, &setup, value);
	near(value[METRIC_LEFT_FRAC], 0.375, EXACT);
	near(value[METRIC_RIGHT_FRAC], 0.625, EXACT);
	near(value[METRIC_ASYMMETRY_PCT], 25.0, EXACT);
	near(value[METRIC_MASS_KG], 800.0 / 9.80665, EXACT);
	near(value[METRIC_COM_ML_MM], 25.0, EXACT);
	/* 1.96 sqrt(5^2 + 5^2), and 200 / W of the trial's 5 mm */
	near(value[METRIC_COM_ML_MM_CI95_HIGH], 25.0 + 13.8590, 1e-3);
	near(value[METRIC_ASYMMETRY_PCT_CI95_LOW], 25.0 - 9.79982, 1e-4);
	near(value[METRIC_STANCE_WIDTH_MM], 200.0, EXACT);
	assert_true(isnan(value[METRIC_COM_AP_MM]));
	assert_true(isnan(value[METRIC_FORE_FRAC]));
	assert_true(isnan(value[METRIC_FOOT_LENGTH_LEFT_MM]));

	setup.has_ankles = true;
	setup.left_ankle = (struct pos_mm){ -90.0, 0.0 };
	setup.right_ankle = (struct pos_mm){ 100.0, 10.0 };
	plates_measure(&s, &setup, value);
	near(value[METRIC_COM_ML_MM], 20.0, EXACT);
	near(value[METRIC_COM_AP_MM], 51.25, EXACT);
	near(value[METRIC_STANCE_WIDTH_MM], 190.0, EXACT);
	/* both COPs 50 mm ahead of the ankle on a foot of 266 mm */
	near(value[METRIC_FORE_FRAC], (0.25 + 50.0 / 266.0 - 0.16) / 0.57, EXACT);
}

static void leaves_out_rows_without_a_cop(void **state)
{
	struct plates_series s = series_of(100);
	struct pos_mm cop;
	double force_n;

	(void)state;
	stand(100, 300.0, 500.0);
	columns[LX][7] = NAN;
	columns[LN][8] = columns[RN][8] = 1.0;
	columns[RN][9] = NAN;
	assert_false(plates_net(&s, 7, &cop, &force_n));
	assert_false(plates_net(&s, 8, &cop, &force_n));
	assert_false(plates_net(&s, 9, &cop, &force_n));
	plates_measure(&s, &bare, value);
	near(value[METRIC_LEFT_FRAC], 0.375, EXACT);
	/* an unloaded plate has no COP, and needs none */
	columns[LN][10] = 0.3;
	columns[LX][10] = columns[LY][10] = NAN;
	assert_true(plates_net(&s, 10, &cop, &force_n));
	near(cop.x, 100.0, EXACT);
	near(force_n, 500.0, EXACT);
}

static void fill_at_random(uint64_t seed, int n)
{
	struct rng rng;

	rng_init(&rng, seed, 0);
	for (int i = 0; i < n; i++) {
		columns[T][i] = i / RATE;
		columns[LN][i] = 350.0 + 40.0 * rng_normal(&rng);
		columns[RN][i] = 380.0 + 40.0 * rng_normal(&rng);
		columns[LX][i] = -90.0 + 5.0 * rng_normal(&rng);
		columns[RX][i] = 80.0 + 5.0 * rng_normal(&rng);
		columns[LY][i] = 40.0 + 8.0 * rng_normal(&rng);
		columns[RY][i] = 30.0 + 8.0 * rng_normal(&rng);
	}
}

static void swap(int a, int b, int n)
{
	for (int i = 0; i < n; i++) {
		double kept = columns[a][i];

		columns[a][i] = columns[b][i];
		columns[b][i] = kept;
	}
}

static void is_invariant_under_the_mirror(void **state)
{
	const int n = 500;
	struct plates_series s = series_of(n);

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		double first[METRIC_N];

		fill_at_random(seed, n);
		plates_measure(&s, &bare, first);
		swap(LN, RN, n);
		swap(LX, RX, n);
		swap(LY, RY, n);
		for (int i = 0; i < n; i++) {
			columns[LX][i] = -columns[LX][i];
			columns[RX][i] = -columns[RX][i];
		}
		plates_measure(&s, &bare, value);
		near(value[METRIC_LEFT_FRAC], first[METRIC_RIGHT_FRAC], EXACT);
		near(value[METRIC_ASYMMETRY_PCT], -first[METRIC_ASYMMETRY_PCT], EXACT);
		near(value[METRIC_COM_ML_MM], -first[METRIC_COM_ML_MM], EXACT);
		near(value[METRIC_COM_ML_MM_CI95_LOW],
			-first[METRIC_COM_ML_MM_CI95_HIGH], EXACT);
		near(value[METRIC_LEFT_FRAC_SD], first[METRIC_LEFT_FRAC_SD], EXACT);
	}
}

static enum trial_verdict judge(int n, const struct plates_setup *setup)
{
	struct plates_series s = series_of(n);

	memset(&record, 0, sizeof(record));
	record.n_phases = 1;
	record.phases[0].rate_hz = RATE;
	plates_measure(&s, setup, record.phases[0].value);
	plates_judge(&s, setup, &record);
	return record.verdict;
}

static void says(const char *words)
{
	for (int i = 0; i < record.n_reasons; i++)
		if (strstr(record.reasons[i], words))
			return;
	fail_msg(
		"no reason says \"%s\", the first is \"%s\"", words, record.reasons[0]);
}

static void says_what_speaks_against_it(void **state)
{
	struct plates_setup setup = bare;

	(void)state;
	stand(2000, 300.0, 500.0);
	assert_int_equal(judge(2000, &setup), TRIAL_GOOD);
	assert_int_equal(record.n_reasons, 0);

	setup.person.mass_kg = 70.0;
	assert_int_equal(judge(2000, &setup), TRIAL_CHECK);
	says("The plates show 81.6 kg, 70.0 kg were entered");
	setup = bare;

	for (int i = 0; i < 2000; i++)
		columns[LN][i] = 300.0 + 80.0 * i / 2000.0; /* 240 N a minute of 840 */
	assert_int_equal(judge(2000, &setup), TRIAL_CHECK);
	says("drifted by +29 %");

	stand(2000, 300.0, 500.0);
	for (int i = 720; i < 760; i++)
		columns[LN][i] = 15.0;
	assert_int_equal(judge(2000, &setup), TRIAL_UNUSABLE);
	says("less than 5 % of the weight at 7.2 s");

	stand(2000, 300.0, 500.0);
	swap(LX, RX, 2000);
	assert_int_equal(judge(2000, &setup), TRIAL_CHECK);
	says("200 mm to the right of the right foot's");

	stand(2000, 300.0, 500.0);
	for (int i = 0; i < 2000; i++) {
		columns[LX][i] *= 0.001;
		columns[RX][i] *= 0.001;
	}
	assert_int_equal(judge(2000, &setup), TRIAL_CHECK);
	says("are they in millimetres");

	stand(2000, 300.0, 500.0);
	setup.has_ankles = true;
	setup.left_ankle = (struct pos_mm){ 400.0, 300.0 };
	setup.right_ankle = (struct pos_mm){ 600.0, 300.0 };
	assert_int_equal(judge(2000, &setup), TRIAL_UNUSABLE);
	says("mm from its ankle");
}

static int read_recording(const char *name)
{
	const char *shared = getenv("STANCE_SHARED");
	char path[512], line[256];
	int n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/reference/cop/feet/%s.csv",
		shared ? shared : "../shared", name);
	f = fopen(path, "r");
	if (!f)
		return 0;
	while (n < MAX_N && fgets(line, sizeof(line), f))
		n += sscanf(line, "%lf,%lf,%lf,%lf,%lf,%lf,%lf", &columns[T][n],
			     &columns[LN][n], &columns[LX][n], &columns[LY][n],
			     &columns[RN][n], &columns[RX][n],
			     &columns[RY][n]) == N_COLUMNS;
	fclose(f);
	return n;
}

/* Straight from the file, every row loaded: no function of ours. */
static void agrees_with_direct_sums(void **state)
{
	static const char *const names[] = { "PDS13OR1", "PDS13OR2", "PDS13CR1",
		"PDS13CR2", "PDS13OF1", "PDS13CF1" };

	(void)state;
	for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
		int n = read_recording(names[k]);
		struct plates_series s = series_of(n);
		double share = 0, force = 0, x = 0, left = 0, right = 0;

		if (n == 0) {
			printf("skipped: %s is not there\n", names[k]);
			skip();
		}
		assert_int_equal(n, 6000);
		for (int i = 0; i < n; i++) {
			double both = columns[LN][i] + columns[RN][i];

			share += columns[LN][i] / both / n;
			force += both / n;
			x += (columns[LN][i] * columns[LX][i] +
				     columns[RN][i] * columns[RX][i]) /
			     both / n;
			left += columns[LX][i] / n;
			right += columns[RX][i] / n;
		}
		plates_measure(&s, &bare, value);
		near(value[METRIC_LEFT_FRAC], share, EXACT);
		near(value[METRIC_MASS_KG], force / 9.80665, EXACT);
		near(value[METRIC_COM_ML_MM], x - 0.5 * (left + right), EXACT);
		/* the identity of the two offsets: d = A W / 200 while a foot's own COP does not
		 * follow its load */
		near(value[METRIC_COM_ML_MM],
			value[METRIC_ASYMMETRY_PCT] * (right - left) / 200.0, 0.5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(computes_a_case_by_hand),
		cmocka_unit_test(leaves_out_rows_without_a_cop),
		cmocka_unit_test(is_invariant_under_the_mirror),
		cmocka_unit_test(says_what_speaks_against_it),
		cmocka_unit_test(agrees_with_direct_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
