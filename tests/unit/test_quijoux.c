/* The 72 descriptors: a circle by hand, what moving and mirroring may change, bad input, and the
 * reference code's own results on real recordings. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "src/base/rng.h"
#include "src/core/carve.h"
#include "src/core/sway/quijoux.h"

#define SEED  20261203
#define MAX_N 20000

static double t[MAX_N], x[MAX_N], y[MAX_N];
static struct quijoux_result result;

static int measure(int n)
{
	size_t size = quijoux_size(n, t[n - 1] - t[0]);
	void *memory = aligned_alloc(CARVE_ALIGNMENT, size ? size : CARVE_ALIGNMENT);
	int err;

	assert_non_null(memory);
	err = quijoux_measure(n, t, x, y, memory, size, &result);
	free(memory);
	return err;
}

static double value(const char *key)
{
	int i = quijoux_find(key);

	if (i < 0)
		fail_msg("no descriptor %s", key);
	return result.value[i];
}

static void expect(const char *key, double want, double relative)
{
	if (!(fabs(value(key) - want) <= relative * fabs(want)))
		fail_msg("%s is %.17g, not %.17g", key, value(key), want);
}

/* A quiet stance, n samples at 100 Hz, millimetres. */
static void stand(int n, uint64_t stream)
{
	double slow_x = 0.0, slow_y = 0.0, fast_x = 0.0, fast_y = 0.0;
	struct rng rng;

	rng_init(&rng, SEED, stream);
	for (int i = 0; i < n; i++) {
		slow_x += 0.15 * rng_normal(&rng) - 0.002 * slow_x;
		slow_y += 0.25 * rng_normal(&rng) - 0.002 * slow_y;
		fast_x += 0.2 * (slow_x - fast_x);
		fast_y += 0.2 * (slow_y - fast_y);
		t[i] = 0.01 * i;
		x[i] = 12.0 + fast_x + 0.2 * fast_y;
		y[i] = -40.0 + fast_y;
	}
}

static void the_table(void **state)
{
	(void)state;
	for (int i = 0; i < QUIJOUX_N; i++) {
		const struct quijoux_info *info = quijoux_info(i);

		assert_int_equal(quijoux_find(info->key), i);
		assert_true(strlen(info->label) > 0 && strlen(info->source) > 0);
		assert_non_null(info->unit);
	}
	assert_int_equal(quijoux_find("vfy"), -1);
	assert_true(quijoux_info(quijoux_find("mean_peak_Sway_Density"))->exploratory);
	assert_true(
		quijoux_info(quijoux_find("critical_time_Diffusion_AP"))->exploratory);
	assert_false(quijoux_info(quijoux_find("mean_velocity_ML"))->exploratory);
	for (int i = 0; i < QUIJOUX_N_NOTES; i++)
		assert_true(strlen(quijoux_note_word(i)) > 0 &&
			    strlen(quijoux_note_text(i)) > 0);
	assert_string_equal(
		quijoux_note_word(3), "constant"); /* QUIJOUX_NOTE_CONSTANT */
}

/* 15 turns of a circle of 10 mm in 60 s. Whatever the smoothing leaves of the radius, chords of
 * 1/25 s give the ratios; the radius itself is left nearly whole at 0.25 Hz. Not exact: half
 * windows at the ends, and the mean is taken before the ends are cut. */
static void a_circle(void **state)
{
	const double pi = 3.14159265358979323846;
	double chord = 2.0 * sin(pi * 0.25 / 25.0) * 25.0;

	(void)state;
	for (int i = 0; i < 6000; i++) {
		t[i] = 0.01 * i;
		x[i] = 10.0 * cos(2.0 * pi * 0.25 * t[i]);
		y[i] = 10.0 * sin(2.0 * pi * 0.25 * t[i]);
	}
	assert_int_equal(measure(6000), 0);
	assert_int_equal(result.n, 1498);
	assert_int_equal(result.notes, 0);
	expect("mean_distance_Radius", 1.0, 1e-3);
	expect("range_ML_AND_AP", 2.0, 2e-3);
	expect("rms_ML", sqrt(0.5), 2e-3);
	expect("mean_frequency_ML_AND_AP", chord / (2.0 * pi), 1e-3);
	expect("mean_velocity_ML_AND_AP", chord * 1497.0 / 1498.0, 2e-3);
	expect("sway_area_per_second_ML_AND_AP",
		0.5 * 25.0 * sin(2.0 * pi * 0.25 / 25.0), 2e-3);
	expect("confidence_ellipse_area_ML_AND_AP",
		2.0 * pi * 0.5 * 1496.0 / 2.0 * (pow(0.05, -2.0 / 1496.0) - 1.0), 5e-3);
	expect("zero_crossing_SPD_ML", 30.0, 0.04);
	expect("peak_velocity_all_SPD_AP", 2.0 * pi * 0.25, 2e-3);
	expect("frequency_mode_Power_Spectrum_Density_ML", 0.25, 0.04);
	expect("short_time_scaling_Diffusion_ML", 1.0, 0.02);
}

/* The place of the origin changes the mean value alone. */
static void shifted(void **state)
{
	struct quijoux_result before;

	(void)state;
	stand(6000, 0);
	assert_int_equal(measure(6000), 0);
	before = result;
	for (int i = 0; i < 6000; i++) {
		t[i] += 1000.0;
		x[i] += 100.0;
		y[i] -= 50.0;
	}
	assert_int_equal(measure(6000), 0);
	assert_true(fabs(result.value[0] - before.value[0] - 10.0) < 1e-12);
	assert_true(fabs(result.value[1] - before.value[1] + 5.0) < 1e-12);
	for (int i = 2; i < QUIJOUX_N; i++)
		expect(quijoux_info(i)->key, before.value[i], 1e-9);
}

/* The key of the other axis, or with positive and negative exchanged. */
static const char *exchanged(
	const char *key, const char *a, const char *b, char *buffer)
{
	const char *at = strstr(key, a);
	const char *put = b;

	if (!at) {
		at = strstr(key, b);
		put = a;
	}
	if (!at || strstr(key, "ML_AND_AP"))
		return key;
	snprintf(buffer, 128, "%.*s%s%s", (int)(at - key), key, put, at + strlen(a));
	return buffer;
}

/* Left for right: signs of ML turn, peaks change their side, the direction has none. */
static void mirrored(void **state)
{
	struct quijoux_result before;

	(void)state;
	stand(6000, 1);
	assert_int_equal(measure(6000), 0);
	before = result;
	for (int i = 0; i < 6000; i++)
		x[i] = -x[i];
	assert_int_equal(measure(6000), 0);
	for (int i = 0; i < QUIJOUX_N; i++) {
		const char *key = quijoux_info(i)->key;
		bool is_signed = strcmp(key, "mean_value_ML") == 0 ||
				 strstr(key, "coefficient_sway_direction");
		char other[128];

		expect(strstr(key, "SPD_ML") ? exchanged(key, "pos", "neg", other)
					     : key,
			is_signed ? -before.value[i] : before.value[i], 1e-12);
	}
}

static void axes_exchanged(void **state)
{
	struct quijoux_result before;

	(void)state;
	stand(6000, 2);
	assert_int_equal(measure(6000), 0);
	before = result;
	for (int i = 0; i < 6000; i++) {
		double kept = x[i];

		x[i] = y[i];
		y[i] = kept;
	}
	assert_int_equal(measure(6000), 0);
	for (int i = 0; i < QUIJOUX_N; i++) {
		const char *key = quijoux_info(i)->key;
		double want = before.value[i];
		char other[128];

		want = strstr(key, "range_ratio") ? 1.0 / want : want;
		want = strstr(key, "principal") ? 90.0 - want : want;
		expect(exchanged(key, "ML", "AP", other), want, 1e-9);
	}
}

/* Nothing that divides by the missing sway may show a number. */
static void constant_cop(void **state)
{
	static const char *const zeros[] = { "mean_distance_Radius", "rms_ML",
		"range_ML_AND_AP", "confidence_ellipse_area_ML_AND_AP",
		"mean_velocity_ML_AND_AP", "sway_area_per_second_ML_AND_AP",
		"zero_crossing_SPD_ML", "total_power_Power_Spectrum_Density_AP" };
	static const char *const absent[] = { "range_ratio_ML_AND_AP",
		"coefficient_sway_direction_ML_AND_AP",
		"principal_sway_direction_ML_AND_AP", "LFS_ML_AND_AP",
		"fractal_dimension_ML_AND_AP", "peak_velocity_all_SPD_ML",
		"mean_peak_Sway_Density", "mean_frequency_ML_AND_AP",
		"power_frequency_50_Power_Spectrum_Density_ML",
		"frequency_quotient_Power_Spectrum_Density_ML",
		"short_time_diffusion_Diffusion_ML", "critical_time_Diffusion_AP" };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		t[i] = 0.01 * i;
		x[i] = 0.1;
		y[i] = -33.3;
	}
	assert_int_equal(measure(3000), 0);
	assert_int_equal(result.notes, QUIJOUX_NOTE_CONSTANT | QUIJOUX_NOTE_UNDEFINED);
	assert_true(fabs(value("mean_value_AP") + 3.33) < 1e-15);
	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
		assert_true(value(zeros[i]) == 0.0);
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		if (!isnan(value(absent[i])))
			fail_msg("%s is %g", absent[i], value(absent[i]));
}

static void one_axis_alone(void **state)
{
	(void)state;
	stand(3000, 3);
	for (int i = 0; i < 3000; i++)
		x[i] = 5.0;
	assert_int_equal(measure(3000), 0);
	assert_true(result.notes & QUIJOUX_NOTE_CONSTANT);
	assert_true(value("range_ratio_ML_AND_AP") == 0.0);
	assert_true(value("confidence_ellipse_area_ML_AND_AP") == 0.0);
	assert_true(value("principal_sway_direction_ML_AND_AP") == 0.0);
	assert_true(isnan(value("LFS_ML_AND_AP")) && isnan(value("mean_frequency_ML")));
	assert_true(value("mean_frequency_AP") > 0.0);
	assert_true(value("short_time_scaling_Diffusion_AP") > 0.0);
}

/* All on a line through the middle: an ellipse without area, not the root of rounding. */
static void on_a_line(void **state)
{
	(void)state;
	stand(3000, 4);
	for (int i = 0; i < 3000; i++)
		x[i] = 0.3 * y[i] + 4.0;
	assert_int_equal(measure(3000), 0);
	assert_true(value("confidence_ellipse_area_ML_AND_AP") == 0.0);
	assert_true(isnan(value("LFS_ML_AND_AP")));
	expect("range_ML_AND_AP", hypot(value("range_ML"), value("range_AP")), 1e-13);
	expect("principal_sway_direction_ML_AND_AP",
		atan(0.3) * 180.0 / 3.14159265358979323846, 1e-10);
}

/* 5.2 s is just enough for the reference's spectrum; regions of the diffusion need 7.8 s. */
static void too_short(void **state)
{
	(void)state;
	stand(6000, 5);
	assert_int_equal(measure(1), -ENODATA);
	assert_int_equal(measure(3), -ENODATA);
	assert_int_equal(measure(300), -ENODATA);
	assert_int_equal(measure(512), -ENODATA);
	assert_int_equal(measure(516), 0);
	assert_int_equal(result.n, 126);
	assert_true(result.notes & QUIJOUX_NOTE_SHORT);
	assert_true(isnan(value("short_time_scaling_Diffusion_ML")));
	assert_true(value("total_power_Power_Spectrum_Density_ML") > 0.0);
	assert_int_equal(measure(800), 0);
	assert_false(isnan(value("short_time_scaling_Diffusion_ML")));
	assert_int_equal(measure(1100), 0);
	assert_false(result.notes & QUIJOUX_NOTE_SHORT);
}

static void bad_input(void **state)
{
	(void)state;
	result.n = -7;
	stand(3000, 6);
	t[700] = t[699];
	assert_int_equal(measure(3000), -EINVAL);
	stand(3000, 6);
	y[12] = NAN;
	assert_int_equal(measure(3000), -EINVAL);
	stand(3000, 6);
	x[2999] = INFINITY;
	assert_int_equal(measure(3000), -EINVAL);
	stand(3000, 6);
	x[5] = 1e12;
	assert_int_equal(measure(3000), -EINVAL);
	stand(3000, 6);
	for (int i = 1500; i < 3000; i++)
		t[i] += 2.0; /* 2 of 32 s are missing */
	assert_int_equal(measure(3000), -ERANGE);
	assert_int_equal(result.n, -7);
	assert_int_equal(quijoux_size(QUIJOUX_MAX_N + 1, 60.0), 0);
	assert_int_equal(quijoux_size(6000, NAN), 0);
	assert_int_equal(quijoux_size(6000, 2.0 * QUIJOUX_MAX_S), 0);
}

static void too_little_memory(void **state)
{
	static _Alignas(CARVE_ALIGNMENT) uint8_t memory[64];

	(void)state;
	stand(3000, 6);
	assert_int_equal(
		quijoux_measure(3000, t, x, y, memory, sizeof(memory), &result),
		-ENOBUFS);
}

static void gaps_and_jitter_are_told(void **state)
{
	struct rng rng;
	int n = 0;

	(void)state;
	stand(6000, 7);
	for (int i = 0; i < 6000; i++) /* 0.5 s out of 60 */
		if (i < 3000 || i >= 3050) {
			t[n] = t[i];
			x[n] = x[i];
			y[n++] = y[i];
		}
	assert_int_equal(measure(n), 0);
	assert_int_equal(result.notes, QUIJOUX_NOTE_GAPS);
	assert_true(fabs(result.missing_frac - 0.51 / 59.99) < 1e-9);
	stand(6000, 7);
	rng_init(&rng, SEED, 8);
	for (int i = 0; i < 6000; i++)
		t[i] += 0.004 * rng_uniform(&rng);
	assert_int_equal(measure(6000), 0);
	assert_int_equal(result.notes, QUIJOUX_NOTE_IRREGULAR);
	stand(6000, 7);
	y[2000] += 50.0;
	assert_int_equal(measure(6000), 0);
	assert_int_equal(result.notes, QUIJOUX_NOTE_SPIKES);
	assert_int_equal(result.n_spikes, 1);
}

/* Memory is enough for every length, whatever its primes. */
static void every_length(void **state)
{
	(void)state;
	stand(9000, 9);
	for (int n = 516; n <= 9000; n += n < 1500 ? 12 : 148)
		if (measure(n))
			fail_msg("%d samples", n);
}

static int read_series(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256];
	int n = 0;

	if (!f)
		return 0;
	while (n < MAX_N && fgets(line, sizeof(line), f))
		if (sscanf(line, "%lf,%lf,%lf", &t[n], &x[n], &y[n]) == 3)
			n++;
	fclose(f);
	return n;
}

/* Compare with one file of the reference's results; returns the largest relative difference. */
static double compare(const char *path)
{
	json_t *doc = json_load_file(path, 0, NULL), *of;
	double worst = 0.0;

	assert_non_null(doc);
	of = json_object_get(
		json_object_get(json_object_get(doc, "modes"), "A_paper_default"),
		"descriptors");
	assert_int_equal(json_object_size(of), QUIJOUX_N);
	for (int i = 0; i < QUIJOUX_N; i++) {
		const char *key = quijoux_info(i)->key;
		double want = json_number_value(json_object_get(of, key));
		double off = fabs(result.value[i] - want) / fabs(want);

		assert_non_null(json_object_get(of, key));
		if (!(off < 1e-9))
			fail_msg("%s: %s is %.17g, not %.17g", path, key,
				result.value[i], want);
		worst = fmax(worst, off);
	}
	json_decref(doc);
	return worst;
}

static void as_the_reference(void **state)
{
	static const char *const names[] = { "BDS00001", "BDS00004", "BDS00007",
		"BDS00010", "BDS00037", "BDS00040", "BDS00043", "BDS00046", "BDS00085",
		"BDS00088", "BDS00091", "BDS00094", "ttb_example_cop" };
	const char *shared = getenv("STANCE_SHARED");
	double worst = 0.0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *base = shared ? shared : "../shared";
		bool is_bds = strncmp(names[i], "BDS", 3) == 0;
		char path[512];
		int n;

		snprintf(path, sizeof(path), "%s/reference/cop/%s/%s.csv", base,
			is_bds ? "series" : "base_of_support",
			is_bds ? names[i] : "example_cop");
		n = read_series(path);
		if (n == 0) {
			printf("skipped: no recording at %s (STANCE_SHARED says "
			       "where)\n",
				path);
			skip();
		}
		assert_int_equal(measure(n), 0);
		assert_int_equal(result.notes, 0);
		snprintf(path, sizeof(path), "%s/reference/cop/quijoux/%s.json", base,
			names[i]);
		worst = fmax(worst, compare(path));
	}
	printf("%zu recordings: 72 descriptors within %.2g of the reference\n",
		sizeof(names) / sizeof(names[0]), worst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table),
		cmocka_unit_test(a_circle),
		cmocka_unit_test(shifted),
		cmocka_unit_test(mirrored),
		cmocka_unit_test(axes_exchanged),
		cmocka_unit_test(constant_cop),
		cmocka_unit_test(one_axis_alone),
		cmocka_unit_test(on_a_line),
		cmocka_unit_test(too_short),
		cmocka_unit_test(bad_input),
		cmocka_unit_test(too_little_memory),
		cmocka_unit_test(gaps_and_jitter_are_told),
		cmocka_unit_test(every_length),
		cmocka_unit_test(as_the_reference),
	};

	printf("seed %d\n", SEED);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
