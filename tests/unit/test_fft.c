/* The transform against the sum that defines it, for all short lengths and some awkward ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "src/base/rng.h"
#include "src/core/carve.h"
#include "src/core/sway/fft.h"

#define SEED  20261127
#define MAX_N 4096

static struct fft_complex in[MAX_N], out[MAX_N], again[MAX_N];

static void *take(size_t size)
{
	void *memory = aligned_alloc(CARVE_ALIGNMENT,
		(size + CARVE_ALIGNMENT - 1) / CARVE_ALIGNMENT * CARVE_ALIGNMENT);

	assert_non_null(memory);
	return memory;
}

static void fill(int n, uint64_t stream)
{
	struct rng rng;

	rng_init(&rng, SEED, stream);
	for (int i = 0; i < n; i++)
		in[i] = (struct fft_complex){ rng_normal(&rng), rng_normal(&rng) };
}

static void run(const struct fft_shape *shape, const struct fft_complex *from,
	struct fft_complex *to)
{
	void *memory = take(fft_size(shape));
	struct fft fft;

	fft_init(&fft, shape, memory);
	fft_run(&fft, from, to);
	free(memory);
}

/* The definition, in long double; angles by integers modulo n. */
static struct fft_complex plain_bin(const struct fft_shape *s, int k)
{
	const long double pi = 3.14159265358979323846264338327950288L;
	long double re = 0.0L, im = 0.0L;
	int64_t bin = ((int64_t)s->first + k + s->n) % s->n;

	for (int j = 0; j < s->n_in; j++) {
		long double angle = -2.0L * pi * (long double)(j * bin % s->n) / s->n;
		long double c = cosl(angle), d = sinl(angle);

		re += in[j].re * c - in[j].im * d;
		im += in[j].re * d + in[j].im * c;
	}
	return (struct fft_complex){ (double)re, (double)im };
}

/* Return the largest error over the root of the energy, which is an output's typical size. */
static double worst_error(const struct fft_shape *s, int every)
{
	double worst = 0.0, energy = 0.0;

	for (int j = 0; j < s->n_in; j++)
		energy += in[j].re * in[j].re + in[j].im * in[j].im;
	for (int k = 0; k < s->n_out; k += every) {
		struct fft_complex want = plain_bin(s, k);

		worst = fmax(worst, hypot(out[k].re - want.re, out[k].im - want.im));
	}
	return worst / sqrt(energy);
}

static void by_hand(void **state)
{
	struct fft_shape four = { 4, 4, 0, 4 }, one = { 1, 1, 0, 1 };

	(void)state;
	for (int i = 0; i < 4; i++)
		in[i] = (struct fft_complex){ i + 1.0, 0.0 };
	run(&four, in, out);
	assert_true(out[0].re == 10.0 && out[0].im == 0.0);
	assert_true(out[1].re == -2.0 && out[1].im == 2.0);
	assert_true(out[2].re == -2.0 && out[2].im == 0.0);
	assert_true(out[3].re == -2.0 && out[3].im == -2.0);
	run(&one, in, out);
	assert_true(out[0].re == 1.0 && out[0].im == 0.0);
}

static void every_short_length(void **state)
{
	double worst = 0.0;

	(void)state;
	for (int n = 1; n <= 64; n++) {
		struct fft_shape s = { n, n, 0, n };
		double error;

		fill(n, (uint64_t)n);
		run(&s, in, out);
		error = worst_error(&s, 1);
		worst = fmax(worst, error);
		if (!(error < 2e-15))
			fail_msg("length %d: %g", n, error);
	}
	printf("seed %d, lengths 1..64: worst error %.2g of the energy's root\n", SEED,
		worst);
}

static void awkward_lengths(void **state)
{
	static const int lengths[] = { 97, 127, 251, 509, 748, 1009, 1498, 1500, 2047,
		2048, 2999, 3600, 4093 };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct fft_shape s = { lengths[i], lengths[i], 0, lengths[i] };
		double error;

		fill(s.n, (uint64_t)s.n);
		run(&s, in, out);
		error = worst_error(&s, 37);
		if (!(error < 4e-15))
			fail_msg("length %d: %g", s.n, error);
	}
}

static void parts_of_transforms(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, SEED, 1);
	for (int i = 0; i < 200; i++) {
		int n = 1 + (int)rng_between(&rng, 0.0, 300.0);
		struct fft_shape s = { n, 1 + (int)rng_between(&rng, 0.0, n),
			(int)rng_between(&rng, 1.0 - n, n),
			1 + (int)rng_between(&rng, 0.0, n) };
		double error;

		fill(s.n_in, (uint64_t)i);
		run(&s, in, out);
		error = worst_error(&s, 1);
		if (!(error < 4e-15))
			fail_msg("%d, %d in, %d out from %d: %g", s.n, s.n_in, s.n_out,
				s.first, error);
	}
}

static void few_bins_of_a_long_one(void **state)
{
	struct fft_shape s = { FFT_MAX_N - 3, 250, -100, 201 };

	(void)state;
	fill(s.n_in, 3);
	run(&s, in, out);
	assert_true(worst_error(&s, 1) < 4e-15);
}

static void energy_is_kept(void **state)
{
	static const int lengths[] = { 60, 750, 1498, 3001, 4096 };

	(void)state;
	for (int i = 0; i < 5; i++) {
		int n = lengths[i];
		struct fft_shape s = { n, n, 0, n };
		double before = 0.0, after = 0.0;

		fill(n, 4);
		run(&s, in, out);
		for (int k = 0; k < n; k++) {
			before += in[k].re * in[k].re + in[k].im * in[k].im;
			after += out[k].re * out[k].re + out[k].im * out[k].im;
		}
		assert_true(fabs(after / n / before - 1.0) < 1e-14);
	}
}

/* Shifted by one sample, every bin turns by its own angle; conjugated twice, it comes back. */
static void shifts_and_inverse(void **state)
{
	const double pi = 3.14159265358979323846;
	static const int lengths[] = { 45, 53, 1498 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		int n = lengths[i];
		struct fft_shape s = { n, n, 0, n };

		fill(n, 5);
		run(&s, in, out);
		for (int j = 0; j < n; j++)
			again[(j + 1) % n] = in[j];
		run(&s, again, again);
		for (int k = 0; k < n; k++) {
			double c = cos(2.0 * pi * k / n), d = -sin(2.0 * pi * k / n);

			assert_true(fabs(out[k].re * c - out[k].im * d - again[k].re) <
				    1e-11);
			assert_true(fabs(out[k].re * d + out[k].im * c - again[k].im) <
				    1e-11);
			again[k] = (struct fft_complex){ out[k].re, -out[k].im };
		}
		run(&s, again, again);
		for (int j = 0; j < n; j++) {
			assert_true(fabs(again[j].re / n - in[j].re) < 1e-13);
			assert_true(fabs(-again[j].im / n - in[j].im) < 1e-13);
		}
	}
}

static void refuses_bad_shapes(void **state)
{
	static const struct fft_shape bad[] = { { 0, 1, 0, 1 }, { 4, 5, 0, 4 },
		{ 4, 0, 0, 4 }, { 4, 4, 4, 4 }, { 4, 4, -4, 4 }, { 4, 4, 0, 5 },
		{ 4, 4, 0, 0 }, { FFT_MAX_N + 1, 4, 0, 4 } };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(fft_size(&bad[i]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(every_short_length),
		cmocka_unit_test(awkward_lengths),
		cmocka_unit_test(parts_of_transforms),
		cmocka_unit_test(few_bins_of_a_long_one),
		cmocka_unit_test(energy_is_kept),
		cmocka_unit_test(shifts_and_inverse),
		cmocka_unit_test(refuses_bad_shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
