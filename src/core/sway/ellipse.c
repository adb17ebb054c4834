#include "src/core/sway/ellipse.h"

#include <math.h>

#include "src/base/root_sum_sq.h"

double ellipse_f95(double m)
{
	return 0.5 * m * expm1(-2.0 / m * log(0.05));
}

void ellipse_measure(const double *x, const double *y, int n, struct ellipse *out)
{
	double xx = 0.0, yy = 0.0, xy = 0.0;

	for (int i = 0; i < n; i++) {
		xx += x[i] * x[i];
		yy += y[i] * y[i];
		xy += x[i] * y[i];
	}
	ellipse_of_sums(xx, yy, xy, n, out);
}

void ellipse_of_sums(double xx, double yy, double xy, int n, struct ellipse *out)
{
	double half, d, major, minor, scale;

	xx /= n - 1;
	yy /= n - 1;
	xy /= n - 1;
	half = 0.5 * (xx + yy);
	d = root_sum_sq(0.5 * (xx - yy), xy);
	major = half + d;
	/* the smaller eigenvalue by the determinant: half - d would lose its digits */
	minor = major > 0.0 ? fmax((xx * yy - xy * xy) / major, 0.0) : 0.0;
	scale = 2.0 * ellipse_f95(n - 2.0) * (n + 1.0) * (n - 1.0) / (n * (n - 2.0));
	out->major = sqrt(scale * major);
	out->minor = sqrt(scale * minor);
	out->area = M_PI * scale * sqrt(major * minor);
	out->angle_deg =
		major > 0.0 ? 0.5 * atan2(2.0 * xy, xx - yy) * 180.0 / M_PI : NAN;
}
