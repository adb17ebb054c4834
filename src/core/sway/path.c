#include "src/core/sway/path.h"

#include <math.h>

#include "src/base/root_sum_sq.h"

/* Sums over the samples. */
static void measure_places(const double *x, const double *y, int n, struct path *out)
{
	double xx = 0.0, yy = 0.0, r = 0.0;
	double low_x = x[0], high_x = x[0], low_y = y[0], high_y = y[0];

	for (int i = 0; i < n; i++) {
		xx += x[i] * x[i];
		yy += y[i] * y[i];
		r += root_sum_sq(x[i], y[i]);
		low_x = fmin(low_x, x[i]);
		high_x = fmax(high_x, x[i]);
		low_y = fmin(low_y, y[i]);
		high_y = fmax(high_y, y[i]);
	}
	out->rms_x = sqrt(xx / n);
	out->rms_y = sqrt(yy / n);
	out->rms = sqrt((xx + yy) / n);
	out->range_x = high_x - low_x;
	out->range_y = high_y - low_y;
	out->mean_distance = r / n;
}

/* Sums over the steps between them. */
static void measure_steps(
	const double *x, const double *y, int n, double rate_hz, struct path *out)
{
	double t_s = (n - 1) / rate_hz, length = 0.0, dx = 0.0, dy = 0.0, area = 0.0;

	for (int i = 0; i + 1 < n; i++) {
		length += root_sum_sq(x[i + 1] - x[i], y[i + 1] - y[i]);
		dx += fabs(x[i + 1] - x[i]);
		dy += fabs(y[i + 1] - y[i]);
		area += fabs(x[i + 1] * y[i] - x[i] * y[i + 1]);
	}
	out->length = length;
	out->velocity = length / t_s;
	out->velocity_x = dx / t_s;
	out->velocity_y = dy / t_s;
	out->area_rate = area / (2.0 * t_s);
}

void path_measure(
	const double *x, const double *y, int n, double rate_hz, struct path *out)
{
	measure_places(x, y, n, out);
	measure_steps(x, y, n, rate_hz, out);
	out->mean_frequency =
		out->mean_distance > 0.0
			? out->velocity / (2.0 * M_PI * out->mean_distance)
			: NAN;
}
