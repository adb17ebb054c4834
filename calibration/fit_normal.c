#include "calibration/fit_normal.h"

#include <string.h>

#include "calibration/fit_math.h"

void fit_normal_row(
	struct fit_sums *sums, int n, double weight, double y, const double *x)
{
	sums->w += weight;
	sums->y += weight * y;
	sums->yy += weight * y * y;
	for (int i = 0; i < n; i++) {
		sums->x[i] += weight * x[i];
		sums->xy[i] += weight * x[i] * y;
		for (int k = 0; k < n; k++)
			sums->xx[i * n + k] += weight * x[i] * x[k];
	}
}

void fit_normal_within(struct fit_normal *normal, const struct fit_sums *s)
{
	int n = normal->n;

	normal->cost += s->yy - s->y * s->y / s->w;
	for (int i = 0; i < n; i++) {
		normal->b[i] += s->xy[i] - s->x[i] * s->y / s->w;
		for (int k = 0; k < n; k++)
			normal->a[i * n + k] +=
				s->xx[i * n + k] - s->x[i] * s->x[k] / s->w;
	}
}

void fit_normal_one(struct fit_normal *normal, double weight, double y, const double *x)
{
	int n = normal->n;

	normal->cost += weight * y * y;
	for (int i = 0; i < n; i++) {
		normal->b[i] += weight * x[i] * y;
		for (int k = 0; k < n; k++)
			normal->a[i * n + k] += weight * x[i] * x[k];
	}
}

void fit_normal_mean(const struct fit_sums *s, int n, double *mean)
{
	for (int i = 0; i < n; i++)
		mean[i] = s->x[i] / s->w;
}

void fit_normal_without_last(
	struct fit_normal *normal, const struct fit_normal *own, double sd)
{
	int n = normal->n, m = own->n;
	double last = own->a[n * m + n] + 1 / (sd * sd);

	normal->cost += own->cost - own->b[n] * own->b[n] / last;
	for (int i = 0; i < n; i++) {
		double part = own->a[i * m + n] / last;

		normal->b[i] += own->b[i] - part * own->b[n];
		for (int k = 0; k < n; k++)
			normal->a[i * n + k] +=
				own->a[i * m + k] - part * own->a[n * m + k];
	}
}

/* The free ones are eliminated, the others solved for as their new selves, then the free ones follow. */
int fit_normal_step(
	const struct fit_normal *e, int n_free, const double *now, double *step)
{
	double free_a[FIT_NORMAL_FREE * FIT_NORMAL_FREE], part[FIT_NORMAL_FREE];
	double a[FIT_NORMAL_MOST * FIT_NORMAL_MOST], b[FIT_NORMAL_MOST],
		x[FIT_NORMAL_MOST];
	double by[FIT_NORMAL_MOST + 1]
		 [FIT_NORMAL_FREE]; /* the curve's, by each memory; last: alone */
	int n = e->n, nc = n_free, nm = n - nc;

	for (int k = 0; k <= nm; k++) {
		for (int i = 0; i < nc; i++) {
			part[i] = k < nm ? e->a[i * n + nc + k] : e->b[i];
			for (int q = 0; q < nc; q++)
				free_a[i * nc + q] =
					e->a[i * n + q] +
					(q == i ? 1e-9 * e->a[i * n + i] : 0);
		}
		if (fit_math_solve(free_a, part, nc))
			return -1;
		memcpy(by[k], part, sizeof(part));
	}
	for (int i = 0; i < nm; i++) {
		b[i] = e->b[nc + i];
		for (int q = 0; q < nc; q++)
			b[i] -= e->a[(nc + i) * n + q] * by[nm][q];
		for (int k = 0; k < nm; k++) {
			a[i * nm + k] = e->a[(nc + i) * n + nc + k];
			for (int q = 0; q < nc; q++)
				a[i * nm + k] -= e->a[(nc + i) * n + q] * by[k][q];
		}
	}
	/* from a change to the new value: a (x - old) = b */
	for (int i = 0; i < nm; i++)
		for (int k = 0; k < nm; k++)
			b[i] += a[i * nm + k] * now[k];
	if (nm > 0)
		fit_math_nnls(a, b, nm, x);
	for (int q = 0; q < nc; q++)
		step[q] = by[nm][q];
	for (int i = 0; i < nm; i++) {
		step[nc + i] = x[i] - now[i];
		for (int q = 0; q < nc; q++)
			step[q] -= by[i][q] * step[nc + i];
	}
	return 0;
}
