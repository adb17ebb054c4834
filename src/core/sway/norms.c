#include "src/core/sway/norms.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "src/base/i18n.h"

#define YOUNG_MAX      39.0
#define MIDDLE_MAX     59.0 /* 40 to 59: six people, so interpolated */
#define OLD_MIN        60.0
#define OLDEST_MIN     70.0
#define AGE_MIN        18.0
#define AGE_MAX        85.0
#define DURATION_MIN_S 9.5 /* 10 s, but for what is lost at the ends */
#define DURATION_S     60.0
#define OTHER_DAY      1.3 /* chosen until there are data of our own; clinical practice */

enum measure { VELOCITY, AREA, FREQUENCY, N_MEASURES };
enum band { YOUNG, OLD, OLDEST, N_BANDS };
enum { BOTH, FEMALE, MALE, N_SEXES };

/* Geometric mean, SD of the logarithm, people. */
struct row {
	double median, ln_sd;
	int n;
};

static const struct row rows[N_MEASURES][NORMS_N_CONDITIONS][N_BANDS][N_SEXES] = {
	{
		/* mean velocity, mm/s */
		{
			{ { 8.199, 0.304, 77 }, { 7.747, 0.261, 50 },
				{ 9.106, 0.352, 27 } },
			{ { 10.1, 0.241, 27 }, { 9.891, 0.266, 21 }, { 0, 0, 0 } },
			{ { 11.235, 0.342, 37 }, { 10.773, 0.325, 31 }, { 0, 0, 0 } },
		},
		{
			{ { 8.939, 0.335, 77 }, { 8.185, 0.275, 50 },
				{ 10.524, 0.379, 27 } },
			{ { 10.627, 0.263, 27 }, { 10.426, 0.294, 21 }, { 0, 0, 0 } },
			{ { 11.747, 0.375, 37 }, { 11.249, 0.322, 31 }, { 0, 0, 0 } },
		},
		{
			{ { 22.001, 0.205, 77 }, { 21.027, 0.184, 50 },
				{ 23.926, 0.22, 27 } },
			{ { 32.636, 0.182, 27 }, { 31.76, 0.193, 21 }, { 0, 0, 0 } },
			{ { 37.188, 0.197, 37 }, { 36.848, 0.197, 31 }, { 0, 0, 0 } },
		},
		{
			{ { 29.268, 0.263, 77 }, { 26.902, 0.206, 50 },
				{ 34.212, 0.288, 27 } },
			{ { 39.879, 0.195, 27 }, { 38.302, 0.194, 21 }, { 0, 0, 0 } },
			{ { 43.78, 0.237, 36 }, { 42.383, 0.198, 30 }, { 0, 0, 0 } },
		},
	},
	{
		/* 95 % prediction ellipse, mm2 */
		{
			{ { 200.424, 0.691, 77 }, { 188.371, 0.72, 50 },
				{ 224.817, 0.631, 27 } },
			{ { 239.495, 0.545, 27 }, { 223.45, 0.587, 21 }, { 0, 0, 0 } },
			{ { 231.968, 0.611, 37 }, { 208.486, 0.532, 31 }, { 0, 0, 0 } },
		},
		{
			{ { 225.884, 0.692, 77 }, { 203.974, 0.683, 50 },
				{ 272.861, 0.681, 27 } },
			{ { 205.328, 0.592, 27 }, { 191.362, 0.647, 21 }, { 0, 0, 0 } },
			{ { 231.894, 0.652, 37 }, { 220.924, 0.633, 31 }, { 0, 0, 0 } },
		},
		{
			{ { 1130.644, 0.416, 77 }, { 1071.417, 0.456, 50 },
				{ 1249.104, 0.313, 27 } },
			{ { 1806.456, 0.386, 27 }, { 1637.199, 0.361, 21 },
				{ 0, 0, 0 } },
			{ { 1963.661, 0.347, 37 }, { 1944.408, 0.356, 31 },
				{ 0, 0, 0 } },
		},
		{
			{ { 1347.17, 0.382, 77 }, { 1259.807, 0.401, 50 },
				{ 1525.265, 0.314, 27 } },
			{ { 2229.901, 0.441, 27 }, { 1970.225, 0.397, 21 },
				{ 0, 0, 0 } },
			{ { 2525.611, 0.377, 36 }, { 2421.968, 0.318, 30 },
				{ 0, 0, 0 } },
		},
	},
	{
		/* mean power frequency, Hz */
		{
			{ { 0.22, 0.3, 77 }, { 0.216, 0.319, 50 },
				{ 0.228, 0.264, 27 } },
			{ { 0.256, 0.414, 27 }, { 0.259, 0.447, 21 }, { 0, 0, 0 } },
			{ { 0.306, 0.302, 37 }, { 0.307, 0.315, 31 }, { 0, 0, 0 } },
		},
		{
			{ { 0.233, 0.302, 77 }, { 0.224, 0.26, 50 },
				{ 0.252, 0.359, 27 } },
			{ { 0.289, 0.283, 27 }, { 0.3, 0.297, 21 }, { 0, 0, 0 } },
			{ { 0.313, 0.323, 37 }, { 0.31, 0.329, 31 }, { 0, 0, 0 } },
		},
		{
			{ { 0.253, 0.267, 77 }, { 0.248, 0.255, 50 },
				{ 0.263, 0.288, 27 } },
			{ { 0.313, 0.26, 27 }, { 0.318, 0.287, 21 }, { 0, 0, 0 } },
			{ { 0.34, 0.2, 37 }, { 0.338, 0.215, 31 }, { 0, 0, 0 } },
		},
		{
			{ { 0.332, 0.238, 77 }, { 0.315, 0.228, 50 },
				{ 0.365, 0.23, 27 } },
			{ { 0.353, 0.221, 27 }, { 0.361, 0.222, 21 }, { 0, 0, 0 } },
			{ { 0.355, 0.173, 36 }, { 0.351, 0.18, 30 }, { 0, 0, 0 } },
		},
	},
};

/* ICC(3,1), ICC(3,3), MDC95 as a ratio for one trial and for the mean of three. */
struct change {
	double icc_single, icc_mean3, single, mean3;
};

/* 18 to 39 years, 60 to 85 years. */
static const struct change changes[N_MEASURES][NORMS_N_CONDITIONS][2] = {
	{
		{ { 0.9, 0.96, 1.32, 1.18 }, { 0.75, 0.9, 1.58, 1.3 } },
		{ { 0.88, 0.96, 1.4, 1.21 }, { 0.84, 0.94, 1.48, 1.26 } },
		{ { 0.85, 0.95, 1.26, 1.14 }, { 0.82, 0.93, 1.29, 1.16 } },
		{ { 0.89, 0.96, 1.28, 1.15 }, { 0.85, 0.94, 1.29, 1.16 } },
	},
	{
		{ { 0.78, 0.91, 2.63, 1.75 }, { 0.71, 0.88, 2.61, 1.74 } },
		{ { 0.74, 0.89, 2.93, 1.86 }, { 0.74, 0.89, 2.65, 1.76 } },
		{ { 0.75, 0.9, 1.86, 1.43 }, { 0.76, 0.9, 1.71, 1.36 } },
		{ { 0.81, 0.93, 1.65, 1.33 }, { 0.8, 0.92, 1.71, 1.36 } },
	},
	{
		{ { 0.61, 0.82, 1.84, 1.42 }, { 0.66, 0.85, 1.94, 1.47 } },
		{ { 0.62, 0.83, 1.81, 1.41 }, { 0.58, 0.8, 1.93, 1.46 } },
		{ { 0.73, 0.89, 1.53, 1.28 }, { 0.8, 0.92, 1.35, 1.19 } },
		{ { 0.79, 0.92, 1.39, 1.21 }, { 0.71, 0.88, 1.38, 1.21 } },
	},
};

/* Ratios of two trials of one person: 18 to 39 years, 60 to 85 years. */
static const struct {
	enum metric metric;
	enum norms_condition condition;
	struct row row[2];
} ratios[] = {
	{ METRIC_ROMBERG_VELOCITY, NORMS_EC_FIRM,
		{ { 1.09, 0.134, 77 }, { 1.048, 0.212, 64 } } },
	{ METRIC_ROMBERG_AREA, NORMS_EC_FIRM,
		{ { 1.127, 0.335, 77 }, { 0.937, 0.318, 64 } } },
	{ METRIC_ROMBERG_VELOCITY, NORMS_EC_FOAM,
		{ { 1.33, 0.134, 77 }, { 1.196, 0.148, 63 } } },
	{ METRIC_ROMBERG_AREA, NORMS_EC_FOAM,
		{ { 1.192, 0.257, 77 }, { 1.255, 0.227, 63 } } },
	{ METRIC_FOAM_VELOCITY_RATIO, NORMS_EO_FOAM,
		{ { 2.683, 0.19, 77 }, { 3.277, 0.265, 64 } } },
	{ METRIC_VESTIBULAR_VELOCITY_RATIO, NORMS_EC_FOAM,
		{ { 3.57, 0.229, 77 }, { 3.923, 0.266, 63 } } },
};

static const char *const names[NORMS_N_CONDITIONS] = { "eo-firm", "ec-firm", "eo-foam",
	"ec-foam" };

const char *norms_condition_name(enum norms_condition condition)
{
	assert((int)condition >= 0 && condition < NORMS_N_CONDITIONS);
	return names[condition];
}

enum norms_condition norms_condition_find(const char *name)
{
	int i = 0;

	while (i < NORMS_N_CONDITIONS && strcmp(names[i], name) != 0)
		i++;
	return (enum norms_condition)i;
}

const char *norms_source(void)
{
	return "Santos & Duarte 2016, PeerJ 4:e2648";
}

const char *norms_notice(void)
{
	return N_(
		"Reference values come from force plates (Santos & Duarte 2016); a mat "
		"reads "
		"lower. Compare a person with their own earlier trials on the same mat "
		"first.");
}

/* --- factors -------------------------------------------------------------------------- */

struct point {
	double at, factor;
};

/* What becomes of a 60 s value in a shorter trial, behind another low-pass, at another rate. */
static const struct point velocity_duration[] = { { 10, 0.954 }, { 20, 0.973 },
	{ 30, 0.99 }, { 60, 1.0 } };
static const struct point area_duration[] = { { 10, 0.51 }, { 20, 0.7 }, { 30, 0.8 },
	{ 60, 1.0 } };
static const struct point velocity_cutoff[] = { { 2, 0.868 }, { 3, 0.921 },
	{ 5, 0.963 }, { 7, 0.98 }, { 10, 0.993 } };
static const struct point velocity_rate[] = { { 10, 0.943 }, { 20, 0.981 },
	{ 25, 0.987 }, { 50, 0.997 }, { 100, 1.0 } };

static double factor_at(const struct point *points, int n, double at)
{
	int i = 0;

	if (!(at > points[0].at))
		return points[0].factor;
	while (i + 2 < n && at > points[i + 1].at)
		i++;
	if (at >= points[i + 1].at)
		return points[i + 1].factor;
	return points[i].factor + (points[i + 1].factor - points[i].factor) *
					  (at - points[i].at) /
					  (points[i + 1].at - points[i].at);
}

#define FACTOR(points, at) factor_at(points, sizeof(points) / sizeof(*(points)), at)

static double factor_of(enum measure measure, const struct norms_case *who)
{
	double factor;

	if (measure == AREA)
		return FACTOR(area_duration, who->duration_s);
	if (measure == FREQUENCY)
		return 1.0;
	factor = FACTOR(velocity_duration, who->duration_s);
	if (!isnan(who->cutoff_hz))
		factor *= FACTOR(velocity_cutoff, who->cutoff_hz);
	return factor * FACTOR(velocity_rate, who->rate_hz);
}

/* --- finding --------------------------------------------------------------------------- */

static enum measure measure_of(enum metric metric)
{
	if (metric == METRIC_MEAN_VELOCITY_MM_S ||
		metric == METRIC_MEAN_VELOCITY_CORRECTED_MM_S)
		return VELOCITY;
	if (metric == METRIC_ELLIPSE95_MM2)
		return AREA;
	return metric == METRIC_MEAN_POWER_FREQUENCY_HZ ? FREQUENCY : N_MEASURES;
}

/* Mix two rows, `share` of the second: logarithms are interpolated. */
static void mix(
	const struct row *a, const struct row *b, double share, struct norms_value *out)
{
	out->median = exp(log(a->median) + share * (log(b->median) - log(a->median)));
	out->ln_sd = a->ln_sd + share * (b->ln_sd - a->ln_sd);
	out->n = share > 0.0 && b->n < a->n ? b->n : a->n;
}

static double middle_share(double age_years)
{
	return (age_years - YOUNG_MAX) / (OLD_MIN - YOUNG_MAX);
}

static bool is_middle(double age_years)
{
	return age_years >= YOUNG_MAX + 1.0 && age_years < OLD_MIN;
}

/* The norm of a measure at 60 s. */
static void find_row(const struct row bands[N_BANDS][N_SEXES], double age_years,
	char sex, struct norms_value *out)
{
	static const char *const ages[N_BANDS] = { "18-39", "60-69", "70-85" };
	enum band band = age_years < YOUNG_MAX + 1.0 ? YOUNG
			 : age_years < OLDEST_MIN    ? OLD
						     : OLDEST;
	int s = sex == 'F' ? FEMALE : sex == 'M' ? MALE : BOTH;

	if (bands[band][s].n == 0)
		s = BOTH;
	if (is_middle(age_years))
		mix(&bands[YOUNG][s], &bands[OLD][s], middle_share(age_years), out);
	else
		mix(&bands[band][s], &bands[band][s], 0.0, out);
	out->sex = s == BOTH ? 0 : sex;
	out->ages = is_middle(age_years) ? "40-59" : ages[band];
	out->provisional = is_middle(age_years);
}

static int find_ratio(
	enum metric metric, const struct norms_case *who, struct norms_value *out)
{
	for (size_t i = 0; i < sizeof(ratios) / sizeof(*ratios); i++) {
		double age = who->age_years;
		const struct row *row = ratios[i].row;

		if (ratios[i].metric != metric || ratios[i].condition != who->condition)
			continue;
		*out = (struct norms_value){ .ages = age < OLD_MIN ? "18-39"
								   : "60-85" };
		mix(&row[age >= OLD_MIN], &row[age > YOUNG_MAX],
			is_middle(age) ? middle_share(age) : 0.0, out);
		if (is_middle(age)) {
			out->ages = "40-59";
			out->provisional = true;
		}
		return 0;
	}
	return -ENOENT;
}

static bool is_age(double age_years)
{
	return age_years >= AGE_MIN && age_years < AGE_MAX + 1.0;
}

int norms_find(
	enum metric metric, const struct norms_case *who, struct norms_value *out)
{
	enum measure measure = measure_of(metric);

	if (who->condition >= NORMS_N_CONDITIONS)
		return -ENOENT;
	if (!is_age(who->age_years) || !(who->duration_s >= DURATION_MIN_S))
		return -ERANGE;
	if (measure == N_MEASURES)
		return find_ratio(metric, who, out);
	find_row(rows[measure][who->condition], who->age_years, who->sex, out);
	out->median *= factor_of(measure, who);
	/* longer trials have larger areas, shorter ones other frequencies; by how much is not known */
	if (who->duration_s > 1.1 * DURATION_S ||
		(measure == FREQUENCY && who->duration_s < 0.9 * DURATION_S))
		out->provisional = true;
	return 0;
}

double norms_percentile(const struct norms_value *norm, double value)
{
	if (!(value > 0.0))
		return NAN;
	return 50.0 * erfc(-(log(value) - log(norm->median)) / norm->ln_sd * M_SQRT1_2);
}

double norms_quantile(const struct norms_value *norm, double percentile)
{
	double low = -40.0, high = 40.0;

	/* bisection of the normal distribution: once in a while, so plain is good enough */
	for (int i = 0; i < 100; i++) {
		double middle = 0.5 * (low + high);

		if (50.0 * erfc(-middle * M_SQRT1_2) < percentile)
			low = middle;
		else
			high = middle;
	}
	return norm->median * exp(norm->ln_sd * low);
}

int norms_reliability(enum metric metric, enum norms_condition condition,
	double age_years, bool same_day, struct norms_reliability *out)
{
	enum measure measure = measure_of(metric);
	double power = same_day ? 1.0 : OTHER_DAY;
	const struct change *young, *old;
	bool use_old;

	if (measure == N_MEASURES || condition >= NORMS_N_CONDITIONS)
		return -ENOENT;
	if (!is_age(age_years))
		return -ERANGE;
	young = &changes[measure][condition][0];
	old = &changes[measure][condition][1];
	use_old = age_years > MIDDLE_MAX ||
		  (is_middle(age_years) && old->single > young->single);
	if (use_old)
		young = old;
	*out = (struct norms_reliability){ .icc_single = young->icc_single,
		.icc_mean3 = young->icc_mean3,
		.change_single = pow(young->single, power),
		.change_mean3 = pow(young->mean3, power) };
	return 0;
}
