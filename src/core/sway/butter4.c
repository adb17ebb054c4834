#include "src/core/sway/butter4.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/core/carve.h"

#define PI 3.14159265358979323846

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

/* The state of the transposed direct form II under a constant input of 1. */
static void find_steady(struct butter4 *f)
{
	double sum_a = 0.0, sum = 0.0, feed = 0.0;

	for (int i = 1; i <= BUTTER4_ORDER; i++)
		sum += f->b[i] - f->a[i] * f->b[0];
	for (int i = 0; i <= BUTTER4_ORDER; i++)
		sum_a += f->a[i];
	f->steady[0] = sum / sum_a;
	sum_a = 1.0;
	for (int i = 1; i < BUTTER4_ORDER; i++) {
		sum_a += f->a[i];
		feed += f->b[i] - f->a[i] * f->b[0];
		f->steady[i] = sum_a * f->steady[0] - feed;
	}
}

/* Poles of the prototype lie at angles pi/8 and 3 pi/8 from the negative real axis. With t the
 * warped cut-off, s -> (1 - z^-1) / (t (1 + z^-1)) turns each pair into one quadratic. */
void butter4_design(struct butter4 *filter, double rate_hz, double cutoff_hz)
{
	const double binomial[] = { 1.0, 4.0, 6.0, 4.0, 1.0 };
	double t = tan(PI * cutoff_hz / rate_hz), gain = 1.0;

	*filter = (struct butter4){ .a = { 1.0 } };
	for (int pair = 0; pair < BUTTER4_ORDER / 2; pair++) {
		double c = cos(PI * (2 * pair + 1) / 8.0);
		double below = 1.0 + 2.0 * t * c + t * t;

		multiply(filter->a, 2 * pair, 2.0 * (t * t - 1.0) / below,
			(1.0 - 2.0 * t * c + t * t) / below);
		gain *= t * t / below;
	}
	for (int i = 0; i <= BUTTER4_ORDER; i++)
		filter->b[i] = gain * binomial[i];
	find_steady(filter);
}

size_t butter4_size(int n)
{
	struct carve c = { .memory = NULL };

	(void)carve_take(&c, ((size_t)n + 2 * BUTTER4_PAD) * sizeof(double));
	return c.used;
}

/* One pass in place; `step` -1 runs from the last sample to the first. */
static void pass(const struct butter4 *f, double *x, int n, int step)
{
	const double *a = f->a, *b = f->b;
	double *at = step > 0 ? x : x + n - 1;
	double z0 = f->steady[0] * *at, z1 = f->steady[1] * *at;
	double z2 = f->steady[2] * *at, z3 = f->steady[3] * *at;

	for (int i = 0; i < n; i++, at += step) {
		double in = *at, out = z0 + b[0] * in;

		z0 = z1 + in * b[1] - out * a[1];
		z1 = z2 + in * b[2] - out * a[2];
		z2 = z3 + in * b[3] - out * a[3];
		z3 = in * b[4] - out * a[4];
		*at = out;
	}
}

int butter4_run(const struct butter4 *filter, double *x, int n, void *memory)
{
	double *wide = memory;
	int n_wide = n + 2 * BUTTER4_PAD;

	if (n <= BUTTER4_PAD)
		return -ENODATA;
	for (int i = 0; i < BUTTER4_PAD; i++) {
		wide[i] = 2.0 * x[0] - x[BUTTER4_PAD - i];
		wide[BUTTER4_PAD + n + i] = 2.0 * x[n - 1] - x[n - 2 - i];
	}
	memcpy(wide + BUTTER4_PAD, x, (size_t)n * sizeof(*x));
	pass(filter, wide, n_wide, 1);
	pass(filter, wide, n_wide, -1);
	memcpy(x, wide + BUTTER4_PAD, (size_t)n * sizeof(*x));
	return 0;
}
