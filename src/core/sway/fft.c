#include "src/core/sway/fft.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "src/core/carve.h"

static inline struct fft_complex times(struct fft_complex a, struct fft_complex b)
{
	return (struct fft_complex){ a.re * b.re - a.im * b.im,
		a.re * b.im + a.im * b.re };
}

static inline struct fft_complex plus(struct fft_complex a, struct fft_complex b)
{
	return (struct fft_complex){ a.re + b.re, a.im + b.im };
}

static inline struct fft_complex minus(struct fft_complex a, struct fft_complex b)
{
	return (struct fft_complex){ a.re - b.re, a.im - b.im };
}

/* i (a) and a scaled. */
static inline struct fft_complex turned(struct fft_complex a)
{
	return (struct fft_complex){ -a.im, a.re };
}

static inline struct fft_complex scaled(struct fft_complex a, double by)
{
	return (struct fft_complex){ a.re * by, a.im * by };
}

/* exp(-2 pi i k / n), 0 <= k < n: folded into the first eighth of a turn by integers, so that
 * the angle is never large. */
static struct fft_complex unit_root(int64_t k, int64_t n)
{
	int64_t turn = 4 * k; /* in turns / (4 n) */
	bool down = turn <= 2 * n, left, steep;
	double c, s, angle;

	turn = down ? turn : 4 * n - turn;
	left = turn > n;
	turn = left ? 2 * n - turn : turn;
	steep = 2 * turn > n;
	turn = steep ? n - turn : turn;
	angle = M_PI / 2.0 * (double)turn / (double)n;
	c = steep ? sin(angle) : cos(angle);
	s = steep ? cos(angle) : sin(angle);
	return (struct fft_complex){ left ? -c : c, down ? -s : s };
}

/* All roots of one order as products of two, a coarse and a fine: 2 sqrt(n) sines and cosines
 * instead of n. */
struct roots {
	int shift; /* fine ones: 1 << shift; at least as many as coarse ones */
	struct fft_complex *fine;
	struct fft_complex *coarse;
};

static int roots_shift(int64_t n)
{
	int shift = 0;

	while (((int64_t)1 << 2 * shift) < n)
		shift++;
	return shift;
}

static struct roots make_roots(const struct fft *fft, int64_t n)
{
	int shift = roots_shift(n);
	struct roots roots = { shift, fft->roots, fft->roots + (1 << shift) };

	for (int64_t i = 0; i < (int64_t)1 << shift && i < n; i++)
		roots.fine[i] = unit_root(i, n);
	for (int64_t i = 0; i << shift < n; i++)
		roots.coarse[i] = unit_root(i << shift, n);
	return roots;
}

/* exp(-2 pi i k / n), 0 <= k < n. */
static struct fft_complex root_at(const struct roots *roots, int64_t k)
{
	return times(roots->coarse[k >> roots->shift],
		roots->fine[k & (((int64_t)1 << roots->shift) - 1)]);
}

/* Divide n into 4, 2, 3 and 5; returns the number of factors, 0 if others are left. */
static int factorise(int n, int *factors)
{
	static const int radices[] = { 4, 2, 3, 5 };
	int n_factors = 0;

	for (int i = 0; i < 4; i++)
		for (; n % radices[i] == 0 && n > 1; n /= radices[i])
			factors[n_factors++] = radices[i];
	if (n != 1)
		return 0;
	if (n_factors == 0) /* length 1 */
		factors[n_factors++] = 1;
	return n_factors;
}

/* Return the least length without primes over 5 that is at least n. */
static int smooth_length(int n)
{
	int factors[FFT_MAX_FACTORS];

	while (factorise(n, factors) == 0)
		n++;
	return n;
}

static int convolution_length(const struct fft_shape *s)
{
	return smooth_length(s->n_in + s->n_out - 1);
}

/* A chirp costs two inner transforms; where few bins are wanted these are short enough. */
static bool direct_is_best(const struct fft_shape *s)
{
	int factors[FFT_MAX_FACTORS];

	return factorise(s->n, factors) > 0 && s->n <= 2 * convolution_length(s);
}

static bool shape_is_valid(const struct fft_shape *s)
{
	return s->n >= 1 && s->n <= FFT_MAX_N && s->n_in >= 1 && s->n_in <= s->n &&
	       s->n_out >= 1 && s->n_out <= s->n && s->first > -s->n && s->first < s->n;
}

/* Cut the plan's arrays off `memory`, NULL to count; returns the bytes they take. */
static size_t lay_out(struct fft *fft, void *memory)
{
	struct carve c = { .memory = memory };
	size_t inner = (size_t)fft->n_inner * sizeof(*fft->kernel);
	int longest = fft->shape.n > fft->n_inner ? fft->shape.n : fft->n_inner;
	size_t ends = (size_t)(fft->shape.n_in + fft->shape.n_out);

	/* sum over stages of (p - 1) n / p, n a stage's length, is under 2 n */
	fft->twiddles = carve_take(&c, 2 * inner);
	/* the inner transform's roots, then the chirp's, of order 2 n */
	fft->roots = carve_take(
		&c, sizeof(*fft->roots) << (roots_shift(2 * (int64_t)longest) + 1));
	fft->work[0] = carve_take(&c, inner);
	fft->work[1] = carve_take(&c, inner);
	if (!fft->is_direct) {
		fft->chirp = carve_take(&c, ends * sizeof(*fft->chirp));
		fft->kernel = carve_take(&c, inner);
	}
	return c.used;
}

static void choose(struct fft *fft, const struct fft_shape *shape)
{
	*fft = (struct fft){ .shape = *shape, .is_direct = direct_is_best(shape) };
	fft->n_inner = fft->is_direct ? shape->n : convolution_length(shape);
	fft->n_factors = factorise(fft->n_inner, fft->factors);
}

size_t fft_size(const struct fft_shape *shape)
{
	struct fft fft;

	if (!shape_is_valid(shape))
		return 0;
	choose(&fft, shape);
	return lay_out(&fft, NULL);
}

/* Fill the twiddle factors of all stages: exp(-2 pi i r k / n) for r = 1 .. p - 1 of each k. */
static void fill_twiddles(struct fft *fft)
{
	const struct roots roots = make_roots(fft, fft->n_inner);
	struct fft_complex *w = fft->twiddles;
	int n = fft->n_inner, s = 1;

	for (int f = 0; f < fft->n_factors; f++) {
		int p = fft->factors[f];

		for (int k = 0; k < n / p; k++)
			for (int r = 1; r < p; r++)
				*w++ = root_at(&roots, (int64_t)r * k * s);
		n /= p;
		s *= p;
	}
}

/* One stage each: `n` is the length still to do, `s` the stride already done, and
 * y[s (p k + r) + q] = w^(r k) sum over j of exp(-2 pi i r j / p) x[s (k + j n / p) + q]. */
struct stage {
	int m; /* n / p */
	int s;
	const struct fft_complex *w;
};

static void stage2(const struct stage *t, const struct fft_complex *restrict x,
	struct fft_complex *restrict y)
{
	const int m = t->m, s = t->s;

	for (int k = 0; k < m; k++) {
		const struct fft_complex w = t->w[k];
		const struct fft_complex *in = x + (size_t)s * (size_t)k;
		struct fft_complex *out = y + 2 * (size_t)s * (size_t)k;

		for (int q = 0; q < s; q++) {
			struct fft_complex a = in[q], b = in[q + s * m];

			out[q] = plus(a, b);
			out[q + s] = times(minus(a, b), w);
		}
	}
}

static void stage3(const struct stage *t, const struct fft_complex *restrict x,
	struct fft_complex *restrict y)
{
	const double sin60 = 0.86602540378443864676;
	const int m = t->m, s = t->s;

	for (int k = 0; k < m; k++) {
		const struct fft_complex w1 = t->w[2 * k], w2 = t->w[2 * k + 1];
		const struct fft_complex *in = x + (size_t)s * (size_t)k;
		struct fft_complex *out = y + 3 * (size_t)s * (size_t)k;

		for (int q = 0; q < s; q++) {
			struct fft_complex a = in[q], b = in[q + s * m];
			struct fft_complex c = in[q + 2 * s * m];
			struct fft_complex sum = plus(b, c);
			struct fft_complex mid = minus(a, scaled(sum, 0.5));
			struct fft_complex off = turned(scaled(minus(b, c), sin60));

			out[q] = plus(a, sum);
			out[q + s] = times(minus(mid, off), w1);
			out[q + 2 * s] = times(plus(mid, off), w2);
		}
	}
}

static void stage4(const struct stage *t, const struct fft_complex *restrict x,
	struct fft_complex *restrict y)
{
	const int m = t->m, s = t->s;

	for (int k = 0; k < m; k++) {
		const struct fft_complex *w = t->w + 3 * (size_t)k;
		const struct fft_complex w1 = w[0], w2 = w[1], w3 = w[2];
		const struct fft_complex *in = x + (size_t)s * (size_t)k;
		struct fft_complex *out = y + 4 * (size_t)s * (size_t)k;

		for (int q = 0; q < s; q++) {
			struct fft_complex a = in[q], b = in[q + s * m];
			struct fft_complex c = in[q + 2 * s * m], d = in[q + 3 * s * m];
			struct fft_complex ac = plus(a, c), bd = plus(b, d);
			struct fft_complex dif = minus(a, c), off = turned(minus(b, d));

			out[q] = plus(ac, bd);
			out[q + s] = times(minus(dif, off), w1);
			out[q + 2 * s] = times(minus(ac, bd), w2);
			out[q + 3 * s] = times(plus(dif, off), w3);
		}
	}
}

/* The transform of five values, before the twiddle factors. */
static inline void five(const struct fft_complex *in, int step, struct fft_complex *out)
{
	const double c1 = 0.30901699437494742410, c2 = -0.80901699437494742410;
	const double s1 = 0.95105651629515357212, s2 = 0.58778525229247312917;
	struct fft_complex a = in[0], b = in[step], c = in[2 * step];
	struct fft_complex d = in[3 * step], e = in[4 * step];
	struct fft_complex be = plus(b, e), cd = plus(c, d);
	struct fft_complex b_e = minus(b, e), c_d = minus(c, d);
	struct fft_complex mid1 = plus(a, plus(scaled(be, c1), scaled(cd, c2)));
	struct fft_complex mid2 = plus(a, plus(scaled(be, c2), scaled(cd, c1)));
	struct fft_complex off1 = turned(plus(scaled(b_e, s1), scaled(c_d, s2)));
	struct fft_complex off2 = turned(minus(scaled(b_e, s2), scaled(c_d, s1)));

	out[0] = plus(a, plus(be, cd));
	out[1] = minus(mid1, off1);
	out[2] = minus(mid2, off2);
	out[3] = plus(mid2, off2);
	out[4] = plus(mid1, off1);
}

static void stage5(const struct stage *t, const struct fft_complex *restrict x,
	struct fft_complex *restrict y)
{
	const int m = t->m, s = t->s;

	for (int k = 0; k < m; k++) {
		const struct fft_complex *w = t->w + 4 * (size_t)k;
		const struct fft_complex *in = x + (size_t)s * (size_t)k;
		struct fft_complex *out = y + 5 * (size_t)s * (size_t)k;

		for (int q = 0; q < s; q++) {
			struct fft_complex b[5];

			five(in + q, s * m, b);
			out[q] = b[0];
			for (int r = 1; r < 5; r++)
				out[q + r * s] = times(b[r], w[r - 1]);
		}
	}
}

/* Run all stages over work[0]; returns the array that holds the result. */
static struct fft_complex *run_inner(struct fft *fft)
{
	struct fft_complex *x = fft->work[0], *y = fft->work[1], *other;
	struct stage t = { .m = fft->n_inner, .s = 1, .w = fft->twiddles };

	for (int f = 0; f < fft->n_factors; f++) {
		int p = fft->factors[f];

		if (p == 1)
			break;
		t.m /= p;
		if (p == 2)
			stage2(&t, x, y);
		else if (p == 3)
			stage3(&t, x, y);
		else if (p == 4)
			stage4(&t, x, y);
		else
			stage5(&t, x, y);
		t.w += (size_t)(p - 1) * (size_t)t.m;
		t.s *= p;
		other = x;
		x = y;
		y = other;
	}
	return x;
}

/* exp(-i pi j^2 / n): the square is taken modulo 2 n in integers, exact for every length. */
static struct fft_complex chirp_at(const struct roots *roots, int64_t j, int64_t n)
{
	return root_at(roots, j * j % (2 * n));
}

/* The chirp's conjugate over all differences of an output's and an input's index, transformed. */
static void fill_kernel(struct fft *fft)
{
	const struct fft_shape *s = &fft->shape;
	const struct roots roots = make_roots(fft, 2 * (int64_t)s->n);
	int n_used = s->n_in + s->n_out - 1;
	struct fft_complex *done;

	memset(fft->work[0], 0, (size_t)fft->n_inner * sizeof(*fft->kernel));
	for (int i = 0; i < n_used; i++) {
		fft->work[0][i] =
			chirp_at(&roots, (int64_t)s->first - (s->n_in - 1) + i, s->n);
		fft->work[0][i].im = -fft->work[0][i].im;
	}
	done = run_inner(fft);
	memcpy(fft->kernel, done, (size_t)fft->n_inner * sizeof(*fft->kernel));
	for (int i = 0; i < s->n_in; i++)
		fft->chirp[i] = chirp_at(&roots, i, s->n);
	for (int k = 0; k < s->n_out; k++)
		fft->chirp[s->n_in + k] =
			scaled(chirp_at(&roots, (int64_t)s->first + k, s->n),
				1.0 / fft->n_inner);
}

void fft_init(struct fft *fft, const struct fft_shape *shape, void *memory)
{
	assert(memory);
	choose(fft, shape);
	(void)lay_out(fft, memory);
	fill_twiddles(fft);
	if (!fft->is_direct)
		fill_kernel(fft);
}

static void run_direct(
	struct fft *fft, const struct fft_complex *in, struct fft_complex *out)
{
	const struct fft_shape *s = &fft->shape;
	int from = s->first < 0 ? s->first + s->n : s->first;
	struct fft_complex *done;

	memcpy(fft->work[0], in, (size_t)s->n_in * sizeof(*in));
	memset(fft->work[0] + s->n_in, 0, (size_t)(s->n - s->n_in) * sizeof(*in));
	done = run_inner(fft);
	for (int k = 0; k < s->n_out; k++)
		out[k] = done[from + k < s->n ? from + k : from + k - s->n];
}

/* Convolve with the chirp: the inverse is the transform of conjugates, conjugated. */
static void run_chirp(
	struct fft *fft, const struct fft_complex *in, struct fft_complex *out)
{
	const struct fft_shape *s = &fft->shape;
	struct fft_complex *done, *a = fft->work[0];

	for (int j = 0; j < s->n_in; j++)
		a[j] = times(in[j], fft->chirp[j]);
	memset(a + s->n_in, 0, (size_t)(fft->n_inner - s->n_in) * sizeof(*a));
	done = run_inner(fft);
	for (int k = 0; k < fft->n_inner; k++) {
		struct fft_complex product = times(done[k], fft->kernel[k]);

		a[k] = (struct fft_complex){ product.re, -product.im };
	}
	done = run_inner(fft) + s->n_in - 1;
	for (int k = 0; k < s->n_out; k++)
		out[k] = times((struct fft_complex){ done[k].re, -done[k].im },
			fft->chirp[s->n_in + k]);
}

void fft_run(struct fft *fft, const struct fft_complex *in, struct fft_complex *out)
{
	if (fft->is_direct)
		run_direct(fft, in, out);
	else
		run_chirp(fft, in, out);
}
