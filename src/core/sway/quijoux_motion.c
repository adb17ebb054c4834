#include <math.h>

#include "src/core/sway/density.h"
#include "src/base/root_sum_sq.h"
#include "src/core/sway/quijoux_parts.h"

#define RADIUS_CM 0.3 /* of the sway density */

static double path_of(const double *x, int n)
{
	double sum = 0.0;

	for (int i = 1; i < n; i++)
		sum += fabs(x[i] - x[i - 1]);
	return sum;
}

/* Lengths and the fan of triangles about the centre. Velocity divides by n samples where the area
 * and the frequency divide by n - 1 steps: so does the reference. */
static double paths(const struct quijoux_series *s, double *value)
{
	const double *x = s->x, *y = s->y;
	double path = 0.0, area = 0.0;

	for (int i = 1; i < s->n; i++) {
		path += root_sum_sq(x[i] - x[i - 1], y[i] - y[i - 1]);
		area += fabs(x[i] * y[i - 1] - y[i] * x[i - 1]);
	}
	value[QUIJOUX_MEAN_VELOCITY_ML] = path_of(x, s->n) * (s->rate_hz / s->n);
	value[QUIJOUX_MEAN_VELOCITY_AP] = path_of(y, s->n) * (s->rate_hz / s->n);
	value[QUIJOUX_MEAN_VELOCITY_PLANE] = path * (s->rate_hz / s->n);
	value[QUIJOUX_SWAY_AREA] = area / (2.0 * (s->n - 1) / s->rate_hz);
	return path;
}

/* Prieto et al. 1996: a circle of the mean distance, walked at the mean speed; in one axis, a sine. */
static void frequencies(const struct quijoux_series *s, double path, double *value)
{
	const double *axes[] = { s->x, s->y };
	double per_s = s->rate_hz / (s->n - 1);

	for (int k = 0; k < 2; k++) {
		double distance = value[QUIJOUX_MEAN_DISTANCE_ML + k];

		if (distance > 0.0)
			value[QUIJOUX_MEAN_FREQUENCY_ML + k] = path_of(axes[k], s->n) *
							       per_s / distance /
							       (4.0 * sqrt(2.0));
	}
	if (value[QUIJOUX_MEAN_DISTANCE_RADIUS] > 0.0)
		value[QUIJOUX_MEAN_FREQUENCY_PLANE] =
			path * per_s / value[QUIJOUX_MEAN_DISTANCE_RADIUS] /
			(2.0 * M_PI);
}

static void ratios(const struct quijoux_series *s, double path, double *value)
{
	double area = value[QUIJOUX_ELLIPSE_AREA];
	double log_n = log(s->n), spread;

	if (!(area > 0.0) || !(path > 0.0))
		return;
	value[QUIJOUX_LFS] = path / area;
	spread = log_n + log(sqrt(4.0 * area / M_PI)) - log(path);
	if (spread != 0.0)
		value[QUIJOUX_FRACTAL_DIMENSION] = log_n / spread;
}

/* Derivative of the cubic that fits five samples best (Savitzky & Golay 1964), at u = -2 .. 2
 * steps from the middle one. */
static double cubic_slope(const double *x, int u)
{
	double first = (x[0] - 8.0 * x[1] + 8.0 * x[3] - x[4]) / 12.0;
	double second = (2.0 * x[0] - x[1] - 2.0 * x[2] - x[3] + 2.0 * x[4]) / 14.0;
	double third = (-x[0] + 2.0 * x[1] - 2.0 * x[3] + x[4]) / 12.0;

	return first + 2.0 * second * u + 3.0 * third * u * u;
}

/* `speed` (n): the ends' from the first and the last five samples. */
static void find_speed(const double *x, int n, double rate_hz, double *speed)
{
	for (int i = 0; i < n; i++) {
		int middle = i < 2 ? 2 : i > n - 3 ? n - 3 : i;

		speed[i] = cubic_slope(x + middle - 2, i - middle) * rate_hz;
	}
}

static double phase_plane(const double *speed, int n, double rms)
{
	double mean = 0.0, squares = 0.0;

	for (int i = 0; i < n; i++)
		mean += speed[i];
	mean /= n;
	for (int i = 0; i < n; i++)
		squares += (speed[i] - mean) * (speed[i] - mean);
	return sqrt(rms * rms + squares / n);
}

/* Sums of the extremes between changes of direction, of both signs. */
struct peaks {
	int n_crossings;
	double sum[2]; /* positive, negative */
	int n[2];
};

/* A run of one sign counts if it has a crossing on either side; zeros belong to the run before. */
static void find_peaks(const double *speed, int n, struct peaks *p)
{
	double extreme = 0.0;
	int side = 0;

	*p = (struct peaks){ 0 };
	for (int i = 0; i < n; i++) {
		int sign = (speed[i] > 0.0) - (speed[i] < 0.0);

		if (side == 0)
			side = sign;
		if (sign != 0 && sign != side) {
			if (p->n_crossings > 0) {
				p->sum[side < 0] += extreme;
				p->n[side < 0]++;
			}
			p->n_crossings++;
			side = sign;
			extreme = 0.0;
		}
		extreme = fmax(extreme, fabs(speed[i]));
	}
}

/* `value`: the four entries of one axis. */
static void peaks(const double *speed, int n, double *value)
{
	struct peaks p;

	find_peaks(speed, n, &p);
	value[0] = p.n_crossings;
	for (int k = 0; k < 2; k++)
		if (p.n[k] > 0)
			value[1 + k] = p.sum[k] / p.n[k];
	/* the reference stops unless there are peaks of both signs */
	if (p.n[0] > 0 && p.n[1] > 0)
		value[3] = (p.sum[0] + p.sum[1]) / (p.n[0] + p.n[1]);
}

static void density(const struct quijoux_series *s, double *value)
{
	struct density d;

	if (density_measure(s->x, s->y, s->n, s->rate_hz, RADIUS_CM, s->scratch, &d))
		return;
	value[QUIJOUX_MEAN_PEAK] = d.peak_s;
	value[QUIJOUX_MEAN_DISTANCE_PEAK] = d.distance;
}

void quijoux_motion(const struct quijoux_series *s, double *value)
{
	double path = paths(s, value);

	frequencies(s, path, value);
	ratios(s, path, value);
	find_speed(s->x, s->n, s->rate_hz, s->speed_x);
	find_speed(s->y, s->n, s->rate_hz, s->speed_y);
	value[QUIJOUX_PHASE_PLANE_ML] =
		phase_plane(s->speed_x, s->n, value[QUIJOUX_RMS_ML]);
	value[QUIJOUX_PHASE_PLANE_AP] =
		phase_plane(s->speed_y, s->n, value[QUIJOUX_RMS_AP]);
	peaks(s->speed_x, s->n, value + QUIJOUX_SPEED_ML);
	peaks(s->speed_y, s->n, value + QUIJOUX_SPEED_AP);
	density(s, value);
}
