#include "src/core/align/titration.h"

#include <errno.h>
#include <math.h>

#include "src/core/student.h"

#define LEAST_TRIALS 4
#define LEAST_LIFTS  3
#define PRIOR_SD_MM  6.6 /* |difference| of 5.2 mm on average: Knutson 2005 */
#define MODEL_SD_MM  9.0 /* other causes of an offset, over the response */
#define CERTAIN_T    2.0

/* Sums about the means. */
struct sums {
	double mean_b, mean_d, sbb, sbd;
};

static struct sums sum_up(const double *b, const double *d, int n)
{
	struct sums s = { 0 };

	for (int i = 0; i < n; i++) {
		s.mean_b += b[i] / n;
		s.mean_d += d[i] / n;
	}
	for (int i = 0; i < n; i++) {
		s.sbb += (b[i] - s.mean_b) * (b[i] - s.mean_b);
		s.sbd += (b[i] - s.mean_b) * (d[i] - s.mean_d);
	}
	return s;
}

static int count_lifts(const double *b, int n)
{
	int lifts = 0;

	for (int i = 0; i < n; i++) {
		bool is_new = true;

		for (int k = 0; k < i; k++)
			is_new = is_new && fabs(b[k] - b[i]) > 1e-6;
		lifts += is_new;
	}
	return lifts;
}

static bool all_finite(const double *v, int n)
{
	for (int i = 0; i < n; i++)
		if (!isfinite(v[i]))
			return false;
	return true;
}

/* Fieller's interval of b* = -d0/g: the b for which the line's value is not certainly different from 0. */
static void bound_null(const struct sums *s, double t, struct titration *out)
{
	double t2 = t * t, s2 = out->residual_mm * out->residual_mm;
	double g = out->response;
	/* (d0 + g b)^2 = t^2 s^2 (1/n + (b - mean)^2 / sbb), in b about its mean */
	double a = g * g - t2 * s2 / s->sbb;
	double h = s->mean_d * g;
	double c = s->mean_d * s->mean_d - t2 * s2 / out->n;
	double root = h * h - a * c;

	if (!(a > 0) || root < 0) {
		out->null_low_mm = -INFINITY;
		out->null_high_mm = INFINITY;
		return;
	}
	out->null_low_mm = s->mean_b + (-h - sqrt(root)) / a;
	out->null_high_mm = s->mean_b + (-h + sqrt(root)) / a;
}

int titration_fit(
	const double *lift_mm, const double *com_ml_mm, int n, struct titration *out)
{
	struct sums s;
	double squares = 0, covariance;

	if (n < LEAST_TRIALS || count_lifts(lift_mm, n) < LEAST_LIFTS)
		return -ENODATA;
	if (!all_finite(lift_mm, n) || !all_finite(com_ml_mm, n))
		return -EINVAL;
	s = sum_up(lift_mm, com_ml_mm, n);
	out->n = n;
	out->response = s.sbd / s.sbb;
	out->offset_mm = s.mean_d - out->response * s.mean_b;
	for (int i = 0; i < n; i++) {
		double rest =
			com_ml_mm[i] - out->offset_mm - out->response * lift_mm[i];

		squares += rest * rest;
	}
	out->residual_mm = sqrt(squares / (n - 2));
	out->response_se = out->residual_mm / sqrt(s.sbb);
	out->offset_se_mm =
		out->residual_mm * sqrt(1.0 / n + s.mean_b * s.mean_b / s.sbb);
	out->response_t = out->response / out->response_se;
	out->null_mm = -out->offset_mm / out->response;
	covariance = -s.mean_b * out->response_se * out->response_se;
	out->null_se_mm = sqrt(out->offset_se_mm * out->offset_se_mm +
				  out->null_mm * out->null_mm * out->response_se *
					  out->response_se +
				  2 * out->null_mm * covariance) /
			  fabs(out->response);
	bound_null(&s, student_t975(n - 2), out);
	out->responds = fabs(out->response_t) > CERTAIN_T &&
			fabs(out->response) >= TITRATION_LEAST_RESPONSE;
	return 0;
}

void titration_length_difference(
	double null_mm, double null_se_mm, double *mean_mm, double *sd_mm)
{
	double seen, variance;

	*mean_mm = 0;
	*sd_mm = PRIOR_SD_MM;
	if (isnan(null_mm) || isnan(null_se_mm))
		return;
	seen = null_se_mm * null_se_mm + MODEL_SD_MM * MODEL_SD_MM;
	variance = 1 / (1 / (PRIOR_SD_MM * PRIOR_SD_MM) + 1 / seen);
	*mean_mm = variance * null_mm / seen;
	*sd_mm = sqrt(variance);
}

void titration_extension_difference(double straight_mm, double bent_mm, double se_mm,
	const struct titration *t, double *difference_mm, double *sd_mm)
{
	double ratio;

	*difference_mm = -(straight_mm - bent_mm) / t->response;
	ratio = *difference_mm * t->response_se / t->response;
	*sd_mm = sqrt(2 * se_mm * se_mm / (t->response * t->response) + ratio * ratio);
}
