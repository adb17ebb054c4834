/* A zone's sums against double precision on mats of every width, and shares of a cut cell. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/feet.h"
#include "src/core/force.h"

#define SEED 33

static void sums_as_double_does(void **state)
{
	static float v[128 * 128], share[128 * 128], fore[128 * 128];
	struct rng rng;

	(void)state;
	printf("seed %d\n", SEED);
	rng_init(&rng, SEED, 0);
	for (int n = 0; n < 300; n++) {
		struct mat_geometry g = { 1 + (int)(rng_u64(&rng) % 64),
			1 + (int)(rng_u64(&rng) % 64), 10.0, 8.0 };
		struct force_zone zone = { .share = share, .fore = fore };
		double load = 0.0, x = 0.0, y = 0.0, ahead = 0.0, area = 0.0,
		       edge = 0.0;
		struct force_sums s;

		for (int i = 0; i < geometry_n_cells(&g); i++) {
			int row = i / g.n_cols;
			int col = i % g.n_cols;
			double part;

			v[i] = (float)(rng_uniform(&rng) < 0.7
					       ? 20.0 * rng_uniform(&rng)
					       : 0.0);
			share[i] = (float)(rng_uniform(&rng) < 0.5 ? rng_uniform(&rng)
								   : 0.0);
			fore[i] = share[i] * (float)rng_uniform(&rng);
			part = (double)v[i] * (double)share[i];
			load += part;
			x += part * geometry_x_mm(&g, col);
			y += part * geometry_y_mm(&g, row);
			ahead += (double)v[i] * (double)fore[i];
			area += v[i] > 0.0f ? (double)share[i] : 0.0;
			edge += (row == 0 || row == g.n_rows - 1 ? part : 0.0) +
				(col == 0 || col == g.n_cols - 1 ? part : 0.0);
		}
		force_zone_bound(&zone, &g);
		s = force_sum(v, &zone, &g);
		assert_true(fabs(s.load - load) <= 1e-5 * load);
		if (load <= 0.0) {
			assert_true(isnan(s.x_mm) && isnan(s.y_mm));
			continue;
		}
		assert_true(hypot(s.x_mm - x / load, s.y_mm - y / load) < 1e-3);
		assert_true(fabs(s.fore - ahead) <= 1e-5 * load);
		assert_true(fabs(s.n_contact - area) <= 1e-4 * area);
		assert_true((s.edge > 0.0) == (edge > 0.0));
	}
}

/* A cell of 10 x 10 mm at the origin, cut straight, at 45 degrees and not at all. */
static void shares_of_a_cut_cell(void **state)
{
	const double r = sqrt(0.5);
	struct feet_line line = { 1.0, 0.0, 0.0 };

	(void)state;
	assert_true(fabs(feet_share(&line, 0.0, 0.0, 10.0, 10.0) - 0.5) < 1e-12);
	line.offset_mm = 2.5;
	assert_true(fabs(feet_share(&line, 0.0, 0.0, 10.0, 10.0) - 0.25) < 1e-12);
	line.offset_mm = 5.0;
	assert_true(fabs(feet_share(&line, 0.0, 0.0, 10.0, 10.0)) < 1e-12);
	line = (struct feet_line){ r, r, 0.0 };
	assert_true(fabs(feet_share(&line, 0.0, 0.0, 10.0, 10.0) - 0.5) < 1e-12);
	line.offset_mm =
		5.0 * r; /* cuts off the corner triangle with legs of 5: an eighth */
	assert_true(fabs(feet_share(&line, 0.0, 0.0, 10.0, 10.0) - 0.125) < 1e-12);
	line.offset_mm = -20.0;
	assert_true(feet_share(&line, 0.0, 0.0, 10.0, 10.0) == 1.0);
}

/* The shares of both sides of any line make one, and follow the area counted by points. */
static void shares_follow_the_area(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 1);
	for (int n = 0; n < 100; n++) {
		double angle = rng_between(&rng, 0.0, 6.3);
		struct feet_line line = { cos(angle), sin(angle),
			rng_between(&rng, -8.0, 8.0) };
		struct feet_line other = { -line.nx, -line.ny, -line.offset_mm };
		double share = feet_share(&line, 0.0, 0.0, 10.0, 14.0);
		int inside = 0;

		for (int i = 0; i < 100 * 100; i++) {
			double x = (i % 100 + 0.5) / 10.0 - 5.0;
			double y = (i / 100 + 0.5) * 0.14 - 7.0;

			inside += line.nx * x + line.ny * y > line.offset_mm;
		}
		assert_true(fabs(share - inside / 1e4) < 0.012);
		assert_true(fabs(share + feet_share(&other, 0.0, 0.0, 10.0, 14.0) -
				    1.0) < 1e-12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_as_double_does),
		cmocka_unit_test(shares_of_a_cut_cell),
		cmocka_unit_test(shares_follow_the_area),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
