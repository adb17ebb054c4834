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
