#include <math.h>

#include "src/core/sway/hull.h"
#include "src/base/root_sum_sq.h"
#include "src/core/sway/quijoux_parts.h"

/* Mean and greatest distance and RMS of one coordinate or of the radius. */
struct spread {
	double sum, most, squares;
};

static void spread_add(struct spread *s, double distance)
{
	s->sum += distance;
	s->squares += distance * distance;
	s->most = fmax(s->most, distance);
}

static void distances(const struct quijoux_series *s, double *value)
{
	struct spread of[3] = { { 0.0, 0.0, 0.0 } };

	for (int i = 0; i < s->n; i++) {
		spread_add(&of[0], fabs(s->x[i]));
		spread_add(&of[1], fabs(s->y[i]));
		spread_add(&of[2], root_sum_sq(s->x[i], s->y[i]));
	}
	for (int k = 0; k < 3; k++) {
		value[QUIJOUX_MEAN_DISTANCE_ML + k] = of[k].sum / s->n;
		value[QUIJOUX_MAXIMAL_DISTANCE_ML + k] = of[k].most;
		value[QUIJOUX_RMS_ML + k] = sqrt(of[k].squares / s->n);
	}
	value[QUIJOUX_PLANAR_DEVIATION] =
		root_sum_sq(value[QUIJOUX_RMS_ML], value[QUIJOUX_RMS_AP]);
}

static double range_of(const double *x, int n)
{
	double from = x[0], to = x[0];

	for (int i = 1; i < n; i++) {
		from = fmin(from, x[i]);
		to = fmax(to, x[i]);
	}
	return to - from;
}

static void ranges(const struct quijoux_series *s, double *value)
{
	const struct hull_point *corners;
	int n = hull_find(s->x, s->y, s->n, s->scratch, &corners);

	value[QUIJOUX_RANGE_ML] = range_of(s->x, s->n);
	value[QUIJOUX_RANGE_AP] = range_of(s->y, s->n);
	value[QUIJOUX_RANGE_PLANE] = hull_diameter(corners, n);
	if (value[QUIJOUX_RANGE_AP] > 0.0)
		value[QUIJOUX_RANGE_RATIO] =
			value[QUIJOUX_RANGE_ML] / value[QUIJOUX_RANGE_AP];
}

/* The 95 % quantile of F with 2 and m degrees of freedom, in closed form. */
static double f95(double m)
{
	return 0.5 * m * expm1(-2.0 / m * log(0.05));
}

/* Second moments about zero, where the series was centred before it was resampled. */
static void ellipse(const struct quijoux_series *s, double *value)
{
	double n = s->n, ml = value[QUIJOUX_RMS_ML], ap = value[QUIJOUX_RMS_AP];
	double product = 0.0, det;

	for (int i = 0; i < s->n; i++)
		product += s->x[i] * s->y[i];
	product /= n;
	if (ml > 0.0 && ap > 0.0)
		value[QUIJOUX_SWAY_DIRECTION] = product / (ml * ap);
	/* of points on a line only rounding is left, of either sign */
	det = ml * ml * (ap * ap) - product * product;
	if (det < 1e-14 * (ml * ml) * (ap * ap))
		det = 0.0;
	value[QUIJOUX_ELLIPSE_AREA] = 2.0 * M_PI * f95(n - 2.0) * sqrt(det) *
				      ((n + 1.0) * (n - 1.0)) / (n * (n - 2.0));
}

/* Angle of the first principal axis from AP, by the double-angle formula: no digits are lost near
 * zero, where the reference's arc cosine of a number near one loses half of them. */
static void direction(const struct quijoux_series *s, double *value)
{
	double mean_x = 0.0, mean_y = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;

	for (int i = 0; i < s->n; i++) {
		mean_x += s->x[i];
		mean_y += s->y[i];
	}
	mean_x /= s->n;
	mean_y /= s->n;
	for (int i = 0; i < s->n; i++) {
		double dx = s->x[i] - mean_x, dy = s->y[i] - mean_y;

		xx += dx * dx;
		yy += dy * dy;
		xy += dx * dy;
	}
	if (xx != yy || xy != 0.0)
		value[QUIJOUX_PRINCIPAL_DIRECTION] =
			0.5 * atan2(2.0 * fabs(xy), yy - xx) * (180.0 / M_PI);
}

void quijoux_positions(const struct quijoux_series *s, double *value)
{
	distances(s, value);
	ranges(s, value);
	ellipse(s, value);
	direction(s, value);
}
