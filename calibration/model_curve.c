/* The response of one cell as plain functions: counts to conductance, conductance to newtons. */
#include <math.h>

#include "calibration/model_plan.h"
#include "src/base/root_sum_sq.h"

/* Less than this part of full scale is left of the divider: what is above cannot be told apart. */
#define LEAST_LEFT_FRAC (1.0 / 256.0)

double model_linearise(const struct model *model, double count, double zero_cnt)
{
	double c = count - zero_cnt;
	double taken = 1.0;

	if (!(c > 0.0))
		return 0.0;
	if (model->unit != FRAME_UNIT_COUNTS)
		return c * model->unit_scale;
	if (model->has_divider)
		taken += model->r_series_ohm / model->r_reference_ohm;
	return c /
	       fmax(model->full_scale - c * taken, LEAST_LEFT_FRAC * model->full_scale);
}

double model_equalise(const struct model *model, int cell, double v)
{
	double u = (double)model->gain[cell] * v, bent;

	if (!(u > 0.0) || !(model->bend_w > 0.0))
		return u;
	bent = (double)model->bend[cell] * log(u / model->bend_w);
	return u * exp(fmax(-MODEL_BEND_LOG, fmin(MODEL_BEND_LOG, bent)));
}

/* --- monotone cubic through knots, in logarithms ------------------------------------------ */

/* The piece of a curve between two knots, in log w and log s. */
struct piece {
	double x, y, dx, dy;
	double slope[2]; /* at both ends */
};

static double secant(const struct model_curve *curve, int i)
{
	return log(curve->knot_s_n[i + 1] / curve->knot_s_n[i]) /
	       log(curve->knot_w[i + 1] / curve->knot_w[i]);
}

/* The slope at knot `i` before it is limited: the mean of the secants beside it. */
static double mean_slope(const struct model_curve *curve, int i)
{
	if (i == 0)
		return secant(curve, 0);
	if (i == curve->n_knots - 1)
		return secant(curve, i - 1);
	return 0.5 * (secant(curve, i - 1) + secant(curve, i));
}

/* By how much the slopes at both ends of piece `i` must shrink for it to be monotone: Fritsch &
 * Carlson 1980, SIAM J Numer Anal 17:238, the circle of radius 3. */
static double limit(const struct model_curve *curve, int i)
{
	double d = secant(curve, i);
	double length = root_sum_sq(mean_slope(curve, i), mean_slope(curve, i + 1)) / d;

	return length > 3.0 ? 3.0 / length : 1.0;
}

/* A knot's slope is limited by the stricter of its two pieces. */
static double knot_slope(const struct model_curve *curve, int i)
{
	double least = 1.0;

	if (i > 0)
		least = fmin(least, limit(curve, i - 1));
	if (i < curve->n_knots - 1)
		least = fmin(least, limit(curve, i));
	return least * mean_slope(curve, i);
}

static struct piece piece_of(const struct model_curve *curve, int i)
{
	struct piece p = { .x = log(curve->knot_w[i]),
		.y = log(curve->knot_s_n[i]),
		.slope = { knot_slope(curve, i), knot_slope(curve, i + 1) } };

	p.dx = log(curve->knot_w[i + 1]) - p.x;
	p.dy = log(curve->knot_s_n[i + 1]) - p.y;
	return p;
}

/* Hermite at `t` (0..1) of the piece. */
static double piece_at(const struct piece *p, double t)
{
	double u = 1.0 - t;

	return p->y + p->dy * t * t * (3.0 - 2.0 * t) +
	       p->dx * t * u * (u * p->slope[0] - t * p->slope[1]);
}

static double piece_slope(const struct piece *p, double t)
{
	double u = 1.0 - t;

	return 6.0 * t * u * p->dy / p->dx + u * (1.0 - 3.0 * t) * p->slope[0] -
	       t * (2.0 - 3.0 * t) * p->slope[1];
}

/* Return the knot at or below `value` of a rising list, -1 below the first. */
static int knot_below(const double *knots, int n, double value)
{
	int i = -1;

	while (i + 1 < n && knots[i + 1] <= value)
		i++;
	return i;
}

static double cubic_slope(const struct model_curve *curve, double w)
{
	int i = knot_below(curve->knot_w, curve->n_knots, w);
	struct piece p;

	if (i < 0)
		return knot_slope(curve, 0);
	if (i >= curve->n_knots - 1)
		return knot_slope(curve, curve->n_knots - 1);
	p = piece_of(curve, i);
	return piece_slope(&p, (log(w) - p.x) / p.dx);
}

static double cubic_n(const struct model_curve *curve, double w)
{
	int i = knot_below(curve->knot_w, curve->n_knots, w);
	struct piece p;

	if (i < 0 || i >= curve->n_knots - 1) {
		i = i < 0 ? 0 : i;
		return curve->knot_s_n[i] *
		       pow(w / curve->knot_w[i], knot_slope(curve, i));
	}
	p = piece_of(curve, i);
	return exp(piece_at(&p, (log(w) - p.x) / p.dx));
}

/* The piece is monotone: halve it until the doubles are exhausted. */
static double cubic_w(const struct model_curve *curve, double s_n)
{
	int i = knot_below(curve->knot_s_n, curve->n_knots, s_n);
	double low = 0.0, high = 1.0;
	struct piece p;

	if (i < 0 || i >= curve->n_knots - 1) {
		i = i < 0 ? 0 : i;
		return curve->knot_w[i] *
		       pow(s_n / curve->knot_s_n[i], 1.0 / knot_slope(curve, i));
	}
	p = piece_of(curve, i);
	for (int k = 0; k < 53; k++) {
		double t = 0.5 * (low + high);

		if (piece_at(&p, t) < log(s_n))
			low = t;
		else
			high = t;
	}
	return exp(p.x + 0.5 * (low + high) * p.dx);
}

/* --- the curve ----------------------------------------------------------------------------- */

double model_curve_slope(const struct model_curve *curve, double w)
{
	if (curve->kind != CURVE_CUBIC)
		return curve->kind == CURVE_LINEAR ? 1.0 : curve->exponent;
	return cubic_slope(curve, fmin(w, curve->w_max));
}

double model_curve_n(const struct model_curve *curve, double w)
{
	if (!(w > 0.0))
		return 0.0;
	if (curve->kind == CURVE_LINEAR)
		return curve->scale_n * w;
	if (curve->kind == CURVE_POWER)
		return curve->scale_n * pow(w, curve->exponent);
	if (w <= curve->w_max)
		return cubic_n(curve, w);
	return cubic_n(curve, curve->w_max) *
	       pow(w / curve->w_max, cubic_slope(curve, curve->w_max));
}

double model_curve_w(const struct model_curve *curve, double s_n)
{
	double most_n;

	if (!(s_n > 0.0))
		return 0.0;
	if (curve->kind == CURVE_LINEAR)
		return s_n / curve->scale_n;
	if (curve->kind == CURVE_POWER)
		return pow(s_n / curve->scale_n, 1.0 / curve->exponent);
	most_n = cubic_n(curve, curve->w_max);
	if (s_n <= most_n)
		return cubic_w(curve, s_n);
	return curve->w_max * pow(s_n / most_n, 1.0 / cubic_slope(curve, curve->w_max));
}
