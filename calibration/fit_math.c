#include "calibration/fit_math.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_PIVOT 1e-13 /* of the diagonal: below it the matrix has no such rank */

/* Lower triangle in place. */
static int factor(double *a, int n)
{
	for (int j = 0; j < n; j++) {
		double diagonal = a[j * n + j], d = diagonal;

		for (int k = 0; k < j; k++)
			d -= a[j * n + k] * a[j * n + k];
		if (!(d > LEAST_PIVOT * diagonal))
			return -EDOM;
		d = sqrt(d);
		a[j * n + j] = d;
		for (int i = j + 1; i < n; i++) {
			double sum = a[i * n + j];

			for (int k = 0; k < j; k++)
				sum -= a[i * n + k] * a[j * n + k];
			a[i * n + j] = sum / d;
		}
	}
	return 0;
}

int fit_math_solve(double *a, double *b, int n)
{
	int rc = factor(a, n);

	if (rc)
		return rc;
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < i; k++)
			b[i] -= a[i * n + k] * b[k];
		b[i] /= a[i * n + i];
	}
	for (int i = n - 1; i >= 0; i--) {
		for (int k = i + 1; k < n; k++)
			b[i] -= a[k * n + i] * b[k];
		b[i] /= a[i * n + i];
	}
	return 0;
}

/* The unconstrained least over the free unknowns, the others 0. */
static int solve_free(
	const double *a, const double *b, int n, const bool *is_free, double *z)
{
	double part[FIT_MATH_MAX * FIT_MATH_MAX], right[FIT_MATH_MAX];
	int at[FIT_MATH_MAX], m = 0, rc;

	for (int i = 0; i < n; i++) {
		z[i] = 0;
		if (is_free[i])
			at[m++] = i;
	}
	for (int i = 0; i < m; i++) {
		right[i] = b[at[i]];
		for (int k = 0; k < m; k++)
			part[i * m + k] = a[at[i] * n + at[k]];
	}
	rc = fit_math_solve(part, right, m);
	for (int i = 0; rc == 0 && i < m; i++)
		z[at[i]] = right[i];
	return rc;
}

/* Where the least falls fastest from x among the unknowns that may be freed; -1: nowhere. */
static int steepest(const double *a, const double *b, int n, const bool *is_free,
	const bool *is_barred, const double *x)
{
	double most = 0;
	int at = -1;

	for (int i = 0; i < n; i++) {
		double falls = b[i], size = fabs(b[i]);

		for (int k = 0; k < n; k++) {
			falls -= a[i * n + k] * x[k];
			size += fabs(a[i * n + k] * x[k]);
		}
		falls /= sqrt(fmax(a[i * n + i], 1e-300));
		size *= 1e-11 / sqrt(fmax(a[i * n + i], 1e-300));
		if (!is_free[i] && !is_barred[i] && falls > size && falls > most) {
			most = falls;
			at = i;
		}
	}
	return at;
}

/* Go from x towards z as far as nothing becomes negative; what reaches 0 is bound. Returns true if
 * z itself was reached. */
static bool go(double *x, const double *z, bool *is_free, int n)
{
	double part = 1;

	for (int i = 0; i < n; i++) {
		if (is_free[i] && z[i] <= 0)
			part = fmin(part, x[i] / (x[i] - z[i]));
	}
	for (int i = 0; i < n; i++) {
		if (!is_free[i])
			continue;
		x[i] += part * (z[i] - x[i]);
		if (part < 1 && z[i] <= 0 && x[i] <= 1e-12 * fabs(z[i])) {
			x[i] = 0;
			is_free[i] = false;
		}
	}
	return part >= 1;
}

/* Solve for the free ones, binding what would become negative. Returns nonzero where there is no rank. */
static int settle(const double *a, const double *b, int n, bool *is_free, double *x)
{
	double z[FIT_MATH_MAX];

	for (int round = 0; round <= n; round++) {
		if (solve_free(a, b, n, is_free, z))
			return -1;
		if (go(x, z, is_free, n))
			break;
	}
	return 0;
}

/* One that brings no rank, or falls back to 0 at once, is barred from then on: the others go on. */
int fit_math_nnls(const double *a, const double *b, int n, double *x)
{
	bool is_free[FIT_MATH_MAX] = { false }, is_barred[FIT_MATH_MAX] = { false };

	memset(x, 0, (size_t)n * sizeof(*x));
	for (int round = 0; round < 3 * FIT_MATH_MAX; round++) {
		int i = steepest(a, b, n, is_free, is_barred, x);

		if (i < 0)
			return 0;
		is_free[i] = true;
		if (settle(a, b, n, is_free, x)) {
			is_free[i] = false;
			x[i] = 0;
			settle(a, b, n, is_free, x);
		}
		is_barred[i] = !is_free[i];
	}
	return 0;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double fit_math_median(double *x, int n)
{
	if (n == 0)
		return NAN;
	qsort(x, (size_t)n, sizeof(*x), by_size);
	return 0.5 * (x[n / 2] + x[(n - 1) / 2]);
}
