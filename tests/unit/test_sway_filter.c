/* The zero-lag filter: steady states kept, a sine halved in power at the cut-off, nothing delayed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/sway/filter.h"

#define N       2000
#define RATE_HZ 100.0

static double work[N + 2 * FILTER_BUTTER2_PAD];

static void apply(double cutoff_hz, double *x, int n)
{
	struct filter f = filter_butter2(cutoff_hz, RATE_HZ);

	filter_both_ways(&f, FILTER_BUTTER2_PAD, x, n, work);
}

static void keeps_constants_and_straight_lines(void **state)
{
	double x[N];

	(void)state;
	for (int i = 0; i < N; i++)
		x[i] = 7.25 - 0.01 * i;
	apply(5.0, x, N);
	/* the odd extension of a line is the line; only the start-up at its ends is seen */
	for (int i = 200; i < N - 200; i++)
		assert_true(fabs(x[i] - (7.25 - 0.01 * i)) < 1e-9);
	for (int i = 0; i < N; i++)
		x[i] = 7.25;
	apply(5.0, x, N);
	for (int i = 0; i < N; i++)
		assert_true(fabs(x[i] - 7.25) < 1e-12);
}

/* The amplitude that a sine keeps, from its projection: phase would show as a loss. */
static double gain(double cutoff_hz, double hz)
{
	double x[N], s = 0.0, c = 0.0, n = 0.0;

	for (int i = 0; i < N; i++)
		x[i] = sin(2.0 * M_PI * hz * i / RATE_HZ);
	apply(cutoff_hz, x, N);
	for (int i = 500; i < 1500; i++) {
		double at = 2.0 * M_PI * hz * i / RATE_HZ;

		s += x[i] * sin(at);
		c += x[i] * cos(at);
		n += sin(at) * sin(at);
	}
	assert_true(fabs(c) < 1e-9 * n); /* no lag */
	return s / n;
}

static void cuts_at_the_stated_frequency(void **state)
{
	(void)state;
	/* two passes together: -3 dB, which 0.802 meets to 0.03 % */
	assert_true(fabs(gain(10.0, 10.0) - M_SQRT1_2) < 3e-4);
	assert_true(fabs(gain(5.0, 5.0) - M_SQRT1_2) < 3e-4);
	assert_true(gain(10.0, 1.0) > 0.9999);
	assert_true(gain(5.0, 20.0) < 0.01);
}

/* Against the recursion written out with a plain linear solve for the start: coefficients of a
 * third-order Butterworth at a quarter of the rate, as tables give them. */
static void runs_any_order(void **state)
{
	static const struct filter f = { 3, { 1.0 / 6, 0.5, 0.5, 1.0 / 6 },
		{ 1.0, 0.0, 1.0 / 3, 0.0 } };
	double x[64], once[64 + 30], back[64 + 30], w[64 + 30];
	struct rng rng;

	(void)state;
	rng_init(&rng, 4, 0);
	for (int i = 0; i < 64; i++)
		x[i] = rng_normal(&rng);
	for (int i = 0; i < 15; i++) {
		once[i] = 2 * x[0] - x[15 - i];
		once[79 + i] = 2 * x[63] - x[62 - i];
	}
	memcpy(once + 15, x, sizeof(x));
	/* direct form with a settled past: input and output (gain 1) constant before the start */
	for (int pass = 0; pass < 2; pass++) {
		double first = once[0];

		for (int i = 0; i < 94; i++) {
			double y = 0.0;

			for (int k = 0; k <= 3; k++)
				y += f.b[k] * (i - k >= 0 ? once[i - k] : first);
			for (int k = 1; k <= 3; k++)
				y -= f.a[k] * (i - k >= 0 ? back[i - k] : first);
			back[i] = y;
		}
		for (int i = 0; i < 94; i++)
			once[i] = back[93 - i];
	}
	filter_both_ways(&f, 15, x, 64, w);
	for (int i = 0; i < 64; i++)
		assert_true(fabs(x[i] - once[15 + i]) < 1e-12);
}

static double modulus(const double *p, int order, double turn)
{
	double re = 0.0, im = 0.0;

	for (int k = 0; k <= order; k++) {
		re += p[k] * cos(turn * k);
		im -= p[k] * sin(turn * k);
	}
	return hypot(re, im);
}

/* Order 4 at two fifths of the rate, with what SciPy's butter(4, 0.8) prints; and for any cut-off
 * 1 at zero, -3 dB at it, nothing at half the rate, and the flattest slope between. */
static void fourth_order(void **state)
{
	static const double b[] = { 0.43284664499029185, 1.7313865799611674,
		2.597079869941751, 1.7313865799611674, 0.43284664499029185 };
	static const double a[] = { 1.0, 2.369513007182037, 2.313988414415879,
		1.0546654058785672, 0.18737949236818482 };
	struct filter f = filter_butter4(10.0, 25.0);

	(void)state;
	assert_int_equal(f.order, 4);
	for (int k = 0; k <= 4; k++) {
		assert_true(fabs(f.b[k] - b[k]) < 1e-14);
		assert_true(fabs(f.a[k] - a[k]) < 1e-14);
	}
	for (double cutoff = 1.0; cutoff < 12.0; cutoff += 0.7) {
		double warped = tan(M_PI * cutoff / 25.0);

		f = filter_butter4(cutoff, 25.0);
		for (double hz = 0.0; hz < 12.5; hz += 0.5) {
			double ratio = tan(M_PI * hz / 25.0) / warped;
			double turn = 2.0 * M_PI * hz / 25.0;
			double is = modulus(f.b, 4, turn) / modulus(f.a, 4, turn);

			assert_true(
				fabs(is - 1.0 / sqrt(1.0 + pow(ratio, 8.0))) < 1e-9);
		}
	}
}

/* Backwards in time it is the same filter, but for the ends. */
static void is_linear_and_symmetric(void **state)
{
	double a[N], b[N], sum[N];
	struct rng rng;

	(void)state;
	rng_init(&rng, 11, 0);
	for (int i = 0; i < N; i++) {
		a[i] = rng_normal(&rng);
		b[i] = rng_normal(&rng);
		sum[i] = 2.0 * a[i] - 3.0 * b[i];
	}
	apply(8.0, sum, N);
	apply(8.0, a, N);
	apply(8.0, b, N);
	for (int i = 0; i < N; i++)
		assert_true(fabs(sum[i] - 2.0 * a[i] + 3.0 * b[i]) < 1e-12);
	rng_init(&rng, 11, 0);
	for (int i = 0; i < N; i++) {
		b[N - 1 - i] = rng_normal(&rng);
		rng_normal(&rng);
	}
	apply(8.0, b, N);
	for (int i = 200; i < N - 200; i++)
		assert_true(fabs(b[N - 1 - i] - a[i]) < 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_constants_and_straight_lines),
		cmocka_unit_test(cuts_at_the_stated_frequency),
		cmocka_unit_test(runs_any_order),
		cmocka_unit_test(fourth_order),
		cmocka_unit_test(is_linear_and_symmetric),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
