#include "src/core/sway/boundary.h"

#include <math.h>

double boundary_time(const struct boundary_outline *outline, double x, double y,
	double vx, double vy)
{
	double time = INFINITY;

	for (int k = 0; k < outline->n; k++) {
		int next = k + 1 < outline->n ? k + 1 : 0;
		double ex = outline->x[next] - outline->x[k];
		double ey = outline->y[next] - outline->y[k];
		/* twice areas: distance inside the edge and speed towards it, times its length */
		double inside = ex * (y - outline->y[k]) - ey * (x - outline->x[k]);
		double speed = ey * vx - ex * vy;

		if (inside < 0.0)
			return 0.0;
		if (speed > 0.0)
			time = fmin(time, inside / speed);
	}
	return time;
}

void boundary_measure(const struct boundary_outline *outline, const double *x,
	const double *y, int n, double off_x, double off_y, double rate_hz,
	struct boundary *out)
{
	double before = NAN, last = NAN, sum = 0.0, shortest = INFINITY;
	int n_minima = 0;

	for (int i = 1; i + 1 < n; i++) {
		double vx = 0.5 * rate_hz * (x[i + 1] - x[i - 1]);
		double vy = 0.5 * rate_hz * (y[i + 1] - y[i - 1]);
		double time =
			boundary_time(outline, x[i] + off_x, y[i] + off_y, vx, vy);

		if (last < before && last < time) {
			sum += last;
			n_minima++;
		}
		shortest = fmin(shortest, time);
		before = last;
		last = time;
	}
	out->mean_minimum_s = n_minima > 0 ? sum / n_minima : NAN;
	out->minimum_s = isfinite(shortest) ? shortest : NAN;
}
