/* Path, ellipse and time to boundary by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/sway/boundary.h"
#include "src/core/sway/ellipse.h"
#include "src/core/sway/path.h"

static void near(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-12 * fmax(1.0, fabs(expected))))
		fail_msg("%.17g is not %.17g", value, expected);
}

/* A square of side 6 about the origin, walked once, 2 samples a second. */
static void measures_a_square(void **state)
{
	static const double x[] = { 3, -3, -3, 3, 3 }, y[] = { 3, 3, -3, -3, 3 };
	struct path p;

	(void)state;
	path_measure(x, y, 5, 2.0, &p);
	near(p.length, 24.0);
	near(p.velocity, 12.0); /* 2 s */
	near(p.velocity_x, 6.0);
	near(p.velocity_y, 6.0);
	near(p.rms_x, 3.0);
	near(p.rms, sqrt(18.0));
	near(p.mean_distance, sqrt(18.0));
	near(p.range_x, 6.0);
	near(p.range_y, 6.0);
	near(p.area_rate, 4.0 * 18.0 / 4.0); /* four triangles of 9, in 2 s */
	near(p.mean_frequency, 12.0 / (2.0 * M_PI * sqrt(18.0)));
	static const double still[] = { 0, 0, 0 };

	path_measure(still, still, 3, 2.0, &p);
	assert_true(p.length == 0.0 && p.velocity == 0.0 && isnan(p.mean_frequency));
}

/* F95(2, m): tables give 19.00 at 2, 4.10 at 10, 3.0718 at 120, 2.9957 far out. */
static void knows_the_f_distribution(void **state)
{
	(void)state;
	assert_true(fabs(ellipse_f95(2) - 19.0) < 1e-9);
	assert_true(fabs(ellipse_f95(10) - 4.1028) < 1e-4);
	assert_true(fabs(ellipse_f95(120) - 3.0718) < 1e-4);
	assert_true(fabs(ellipse_f95(1e9) + log(0.05)) < 1e-6);
}

static void measures_an_ellipse(void **state)
{
	/* covariance over 4: xx 8, yy 2, xy 0 */
	static const double x[] = { 4, -4, 0, 0, 0 }, y[] = { 0, 0, 2, -2, 0 };
	double scale = 2.0 * ellipse_f95(3) * 6.0 * 4.0 / (5.0 * 3.0);
	struct ellipse e;

	(void)state;
	ellipse_measure(x, y, 5, &e);
	near(e.major, sqrt(8.0 * scale));
	near(e.minor, sqrt(2.0 * scale));
	near(e.area, M_PI * e.major * e.minor);
	near(e.angle_deg, 0.0);
	ellipse_measure(y, x, 5, &e);
	near(e.angle_deg, 90.0);
	static const double zero[5];

	ellipse_measure(zero, zero, 5, &e);
	assert_true(e.area == 0.0 && e.major == 0.0 && isnan(e.angle_deg));
}

/* Turned by any angle the ellipse turns with it; of further samples 95 % lie inside. */
static void predicts_what_comes(void **state)
{
	double x[400], y[400];
	struct rng rng;
	long inside = 0, all = 0;

	(void)state;
	rng_init(&rng, 9, 0);
	for (int round = 0; round < 200; round++) {
		double turn = rng_between(&rng, -M_PI / 2.0, M_PI / 2.0), mx = 0.0,
		       my = 0.0;
		double c = cos(turn), s = sin(turn);
		struct ellipse e;

		for (int i = 0; i < 400; i++) {
			double u = 5.0 * rng_normal(&rng), v = rng_normal(&rng);

			x[i] = u * c - v * s;
			y[i] = u * s + v * c;
			mx += x[i] / 400;
			my += y[i] / 400;
		}
		for (int i = 0; i < 400; i++) {
			x[i] -= mx;
			y[i] -= my;
		}
		ellipse_measure(x, y, 400, &e);
		assert_true(e.angle_deg > -90.0 && e.angle_deg <= 90.0);
		assert_true(fabs(sin(e.angle_deg * M_PI / 180.0 - turn)) < 0.05);
		for (int i = 0; i < 100; i++, all++) {
			double u = 5.0 * rng_normal(&rng), v = rng_normal(&rng);
			double px = u * c - v * s - mx, py = u * s + v * c - my;
			double a = e.angle_deg * M_PI / 180.0;
			double along = px * cos(a) + py * sin(a);
			double across = py * cos(a) - px * sin(a);

			inside += along * along / (e.major * e.major) +
					  across * across / (e.minor * e.minor) <=
				  1.0;
		}
	}
	assert_true(fabs((double)inside / (double)all - 0.95) < 0.006);
}

static const double corner_x[] = { -100, 100, 100, -100 };
static const double corner_y[] = { -50, -50, 50, 50 };
static const struct boundary_outline box = { 4, corner_x, corner_y };

static void knows_when_a_boundary_is_reached(void **state)
{
	(void)state;
	near(boundary_time(&box, 0, 0, 50, 0), 2.0);
	near(boundary_time(&box, 20, 0, 40, 0), 2.0);
	near(boundary_time(&box, 0, 10, 1, 40), 1.0); /* the nearer edge first */
	near(boundary_time(&box, 0, 0, 0, -25), 2.0);
	assert_true(isinf(boundary_time(&box, 0, 0, 0, 0)));
	assert_true(boundary_time(&box, 101, 0, -50, 0) == 0.0);
}

/* 1 sample a second; central differences: velocities 10, 20, 10, 0 from the second sample on. */
static void finds_the_minima(void **state)
{
	static const double x[] = { 0, 10, 20, 50, 40, 50, 50 };
	static const double y[] = { 0, 0, 0, 0, 0, 0, 0 };
	struct boundary b;

	(void)state;
	/* times: 90/10, 80/20, 50/10, inf, 50/5 */
	boundary_measure(&box, x, y, 7, 0.0, 0.0, 1.0, &b);
	near(b.minimum_s, 4.0);
	near(b.mean_minimum_s, 4.0);
	boundary_measure(&box, x, y, 7, 20.0, 0.0, 1.0, &b);
	near(b.minimum_s, 3.0);
	boundary_measure(&box, y, y, 7, 0.0, 0.0, 1.0, &b);
	assert_true(isnan(b.minimum_s) && isnan(b.mean_minimum_s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measures_a_square),
		cmocka_unit_test(knows_the_f_distribution),
		cmocka_unit_test(measures_an_ellipse),
		cmocka_unit_test(predicts_what_comes),
		cmocka_unit_test(knows_when_a_boundary_is_reached),
		cmocka_unit_test(finds_the_minima),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
