#include "tests/support/sway_series.h"

#include <math.h>

#include "src/base/rng.h"

/* One axis: drift of `spread_mm` over `slow_s`, smoothed twice over `fast_s`. */
static void walk(struct rng *rng, int n, double rate_hz, double spread_mm,
	double slow_s, double fast_s, double *out)
{
	double keep = exp(-1.0 / (slow_s * rate_hz));
	double follow = 1.0 - exp(-1.0 / (fast_s * rate_hz));
	double kick = spread_mm * sqrt(1.0 - keep * keep);
	double drift = spread_mm * rng_normal(rng);
	double first = drift, second = drift;

	for (int i = 0; i < n; i++) {
		drift = keep * drift + kick * rng_normal(rng);
		first += follow * (drift - first);
		second += follow * (first - second);
		out[i] = second;
	}
}

void sway_series(uint64_t seed, int n, double rate_hz, double *x, double *y)
{
	struct rng rng;

	rng_init(&rng, seed, 77);
	walk(&rng, n, rate_hz, 3.0, 1.5, 0.08, x);
	walk(&rng, n, rate_hz, 5.0, 2.0, 0.1, y);
	for (int i = 0; i < n; i++)
		x[i] += 0.15 * y[i];
}
