#include "src/core/sway/filter.h"

#include <assert.h>
#include <math.h>

/* (sqrt(2) - 1)^(1/4): where one pass has to lie for two to be at -3 dB; rounded as published. */
#define TWO_PASSES 0.802

struct filter filter_butter2(double cutoff_hz, double rate_hz)
{
	double w = tan(M_PI * cutoff_hz / rate_hz) / TWO_PASSES;
	double d = 1.0 + M_SQRT2 * w + w * w;
	double b = w * w / d;

	return (struct filter){ .order = 2,
		.b = { b, 2.0 * b, b },
		.a = { 1.0, 2.0 * (w * w - 1.0) / d,
			(1.0 - M_SQRT2 * w + w * w) / d } };
}

/* Multiply the polynomial p (of degree n_p) by 1 + q1 z^-1 + q2 z^-2, in place. */
static void multiply(double *p, int n_p, double q1, double q2)
{
	for (int i = n_p + 2; i >= 0; i--) {
		double sum = i <= n_p ? p[i] : 0.0;

		sum += i >= 1 && i - 1 <= n_p ? q1 * p[i - 1] : 0.0;
		sum += i >= 2 ? q2 * p[i - 2] : 0.0;
		p[i] = sum;
	}
}

/* The prototype's poles lie at pi/8 and 3 pi/8 from the negative real axis. With t the warped
 * cut-off, s -> (1 - z^-1) / (t (1 + z^-1)) turns each pair into one quadratic. */
struct filter filter_butter4(double cutoff_hz, double rate_hz)
{
	static const double binomial[] = { 1.0, 4.0, 6.0, 4.0, 1.0 };
	double t = tan(M_PI * cutoff_hz / rate_hz), gain = 1.0;
	struct filter f = { .order = 4, .a = { 1.0 } };

	for (int pair = 0; pair < 2; pair++) {
		double c = cos(M_PI * (2 * pair + 1) / 8.0);
		double d = 1.0 + 2.0 * c * t + t * t;

		multiply(f.a, 2 * pair, 2.0 * (t * t - 1.0) / d,
			(1.0 - 2.0 * c * t + t * t) / d);
		gain *= t * t / d;
	}
	for (int k = 0; k <= 4; k++)
		f.b[k] = gain * binomial[k];
	return f;
}

/* The delay line that a constant input of 1 settles to: the state of the transposed direct form II
 * is solved from its own recursion with input and output constant. */
static void steady_state(const struct filter *f, double *z)
{
	double sum_a = f->a[0], sum_b = 0.0;

	for (int k = 1; k <= f->order; k++) {
		sum_a += f->a[k];
		sum_b += f->b[k] - f->a[k] * f->b[0];
	}
	z[0] = sum_b / sum_a;
	sum_a = f->a[0];
	sum_b = 0.0;
	for (int k = 1; k < f->order; k++) {
		sum_a += f->a[k];
		sum_b += f->b[k] - f->a[k] * f->b[0];
		z[k] = sum_a * z[0] - sum_b;
	}
}

/* One pass in place from `x` in steps of `step` (1 or -1), started as if x[0] had always been. */
static void run(
	const struct filter *f, const double *settled, double *x, int n, int step)
{
	double z[FILTER_MAX_ORDER + 1];

	for (int k = 0; k < f->order; k++)
		z[k] = settled[k] * x[0];
	z[f->order] = 0.0;
	for (int i = 0; i < n; i++, x += step) {
		double in = *x;
		double out = f->b[0] * in + z[0];

		for (int k = 1; k <= f->order; k++)
			z[k - 1] = f->b[k] * in + z[k] - f->a[k] * out;
		*x = out;
	}
}

void filter_both_ways(
	const struct filter *filter, int n_pad, double *x, int n, double *work)
{
	double settled[FILTER_MAX_ORDER];
	int total = n + 2 * n_pad;

	assert(filter->order >= 1 && filter->order <= FILTER_MAX_ORDER);
	assert(n_pad >= 0 && n_pad < n);
	for (int i = 0; i < n_pad; i++) {
		work[i] = 2.0 * x[0] - x[n_pad - i];
		work[n_pad + n + i] = 2.0 * x[n - 1] - x[n - 2 - i];
	}
	for (int i = 0; i < n; i++)
		work[n_pad + i] = x[i];
	steady_state(filter, settled);
	run(filter, settled, work, total, 1);
	run(filter, settled, work + total - 1, total, -1);
	for (int i = 0; i < n; i++)
		x[i] = work[n_pad + i];
}
