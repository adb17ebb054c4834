#include "ui/core/touch.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A panel that is mapped onto less than a hundredth of itself cannot be used. */
#define MIN_AREA 0.01

static double area(const struct touch_matrix *t)
{
	return fabs(t->m[0] * t->m[4] - t->m[1] * t->m[3]);
}

int touch_parse(const char *text, struct touch_matrix *out)
{
	struct touch_matrix t = TOUCH_IDENTITY;
	int used = 0;

	if (text[0] == '\0') {
		*out = t;
		return 0;
	}
	if (sscanf(text, "%lf %lf %lf %lf %lf %lf %n", &t.m[0], &t.m[1], &t.m[2],
		    &t.m[3], &t.m[4], &t.m[5], &used) != 6 ||
		text[used] != '\0')
		return -EINVAL;
	for (int i = 0; i < 6; i++)
		if (!(fabs(t.m[i]) <= 10))
			return -EINVAL;
	if (!(area(&t) >= MIN_AREA))
		return -EINVAL;
	*out = t;
	return 0;
}

void touch_text(const struct touch_matrix *t, char *text, size_t size)
{
	snprintf(text, size, "%.5f %.5f %.5f %.5f %.5f %.5f", t->m[0], t->m[1], t->m[2],
		t->m[3], t->m[4], t->m[5]);
}

void touch_apply(const struct touch_matrix *t, double *x, double *y)
{
	double u = *x, v = *y;

	*x = t->m[0] * u + t->m[1] * v + t->m[2];
	*y = t->m[3] * u + t->m[4] * v + t->m[5];
}

/* The normal equations of one row, by Cramer's rule: s holds the sums of xx, xy, yy, x, y and the count. */
static int solve(const double s[6], const double r[3], double out[3])
{
	double xx = s[0], xy = s[1], yy = s[2], x = s[3], y = s[4], n = s[5];
	double det =
		xx * (yy * n - y * y) - xy * (xy * n - x * y) + x * (xy * y - x * yy);

	if (fabs(det) < 1e-6)
		return -EINVAL;
	out[0] = (r[0] * (yy * n - y * y) - xy * (r[1] * n - r[2] * y) +
			 x * (r[1] * y - r[2] * yy)) /
		 det;
	out[1] = (xx * (r[1] * n - r[2] * y) - r[0] * (xy * n - x * y) +
			 x * (xy * r[2] - r[1] * x)) /
		 det;
	out[2] = (xx * (yy * r[2] - y * r[1]) - xy * (xy * r[2] - x * r[1]) +
			 r[0] * (xy * y - x * yy)) /
		 det;
	return 0;
}

static double farthest(const struct touch_matrix *t, const double shown[4][2],
	const double touched[4][2])
{
	double worst = 0;

	for (int i = 0; i < 4; i++) {
		double x = touched[i][0], y = touched[i][1];

		touch_apply(t, &x, &y);
		worst = fmax(worst, hypot(x - shown[i][0], y - shown[i][1]));
	}
	return worst;
}

int touch_fit(const double shown[4][2], const double touched[4][2],
	struct touch_matrix *out, double *worst)
{
	double s[6] = { 0, 0, 0, 0, 0, 4 }, r[2][3] = { { 0 } };
	struct touch_matrix t = TOUCH_IDENTITY;

	for (int i = 0; i < 4; i++) {
		double x = touched[i][0], y = touched[i][1];

		s[0] += x * x;
		s[1] += x * y;
		s[2] += y * y;
		s[3] += x;
		s[4] += y;
		for (int k = 0; k < 2; k++) {
			r[k][0] += x * shown[i][k];
			r[k][1] += y * shown[i][k];
			r[k][2] += shown[i][k];
		}
	}
	if (solve(s, r[0], t.m) < 0 || solve(s, r[1], t.m + 3) < 0 ||
		area(&t) < MIN_AREA)
		return -EINVAL;
	*worst = farthest(&t, shown, touched);
	*out = t;
	return 0;
}

void touch_mark(int i, double *u, double *v)
{
	/* clockwise, as one goes round; the middle last */
	static const double places[TOUCH_N_MARKS][2] = { { 0.125, 0.125 },
		{ 0.875, 0.125 }, { 0.875, 0.875 }, { 0.125, 0.875 }, { 0.5, 0.5 } };

	*u = places[i][0];
	*v = places[i][1];
}

void touch_judge(const struct touch_marks *marks, struct touch_fitted *out)
{
	double worst;

	*out = (struct touch_fitted){ .verdict = TOUCH_ON_A_LINE };
	if (touch_fit(marks->shown, marks->touched, &out->matrix, &worst) < 0)
		return;
	for (int i = 0; i < TOUCH_N_MARKS; i++) {
		double x = marks->touched[i][0], y = marks->touched[i][1], mm;

		touch_apply(&out->matrix, &x, &y);
		mm = hypot((x - marks->shown[i][0]) * marks->w_mm,
			(y - marks->shown[i][1]) * marks->h_mm);
		if (i < TOUCH_N_MARKS - 1)
			out->fit_mm = fmax(out->fit_mm, mm);
		else
			out->check_mm = mm;
	}
	out->verdict = out->fit_mm <= TOUCH_FIT_MM && out->check_mm <= TOUCH_CHECK_MM
			       ? TOUCH_FITS
			       : TOUCH_APART;
}
