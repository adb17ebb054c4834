#include "src/core/sway/diffusion.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/core/carve.h"
#include "src/core/sway/fft.h"

#define SHORTEST_S                                                                     \
	0.3           /* Quijoux et al. 2021: the regions' border is sought from here */
#define LONGEST_S 2.5 /* to here */
#define DIRECT_LAGS                                                                    \
	48 /* chosen: half a second at 100 Hz costs less than one transform */
#define DIRECT_TERMS (1 << 18) /* chosen: fewer terms in all are summed directly */

int diffusion_lags(int n)
{
	return (int)(n * (1.0 / 3.0)); /* rounds as the reference does */
}

/* Lags up to the result's are summed directly. */
static int direct_lags(int n)
{
	int n_lags = diffusion_lags(n);

	if ((size_t)n * (size_t)n_lags <= DIRECT_TERMS || n_lags < DIRECT_LAGS)
		return n_lags;
	return DIRECT_LAGS;
}

/* The circle of the correlation must be long enough that no wanted lag wraps around; primes over
 * 5 are avoided by going up to one of few round lengths. */
static struct fft_shape correlation_shape(int n)
{
	static const int steps[] = { 8, 9, 10, 12, 15, 16 };
	int need = n + diffusion_lags(n), unit = 1, i = 0;

	while (16 * (long long)unit < need)
		unit *= 2;
	while (steps[i] * (long long)unit < need)
		i++;
	need = steps[i] * unit;
	return (struct fft_shape){ need, need, 0, need };
}

/* Arrays of the long lags. */
struct layout {
	struct fft_complex *z;
	double *squares; /* running sums: of x, then of y, n + 1 each */
	void *fft;
};

static size_t lay_out(int n, void *memory, struct layout *l)
{
	struct carve c = { .memory = memory };
	struct fft_shape shape = correlation_shape(n);

	l->z = carve_take(&c, (size_t)shape.n * sizeof(*l->z));
	l->squares = carve_take(&c, 2 * ((size_t)n + 1) * sizeof(*l->squares));
	l->fft = carve_take(&c, fft_size(&shape));
	return c.used;
}

size_t diffusion_size(int n)
{
	struct layout l;

	return n >= 3 && n <= FFT_MAX_N / 2 ? lay_out(n, NULL, &l) : 0;
}

static double direct(const double *x, int n, int lag)
{
	double sum[4] = { 0.0, 0.0, 0.0, 0.0 };
	int i = 0, m = n - lag;

	for (; i + 4 <= m; i += 4)
		for (int j = 0; j < 4; j++) {
			double d = x[i + j + lag] - x[i + j];

			sum[j] += d * d;
		}
	for (; i < m; i++)
		sum[0] += (x[i + lag] - x[i]) * (x[i + lag] - x[i]);
	return (sum[0] + sum[1] + (sum[2] + sum[3])) / m;
}

static double mean_of(const double *x, int n)
{
	double sum = 0.0;

	for (int i = 0; i < n; i++)
		sum += x[i];
	return sum / n;
}

/* Replace z = x + i y by its autocorrelations, times the length: |X|^2 + i |Y|^2, transformed.
 * Power spectra are even, so that a forward transform is as good as an inverse. */
static void correlate(struct fft *fft, struct fft_complex *z)
{
	int n = fft->shape.n;

	fft_run(fft, z, z);
	for (int k = 0; k <= n / 2; k++) {
		int mirror = k == 0 ? 0 : n - k;
		struct fft_complex a = z[k], b = z[mirror];
		double re = a.re + b.re, im = a.im - b.im;     /* 2 X */
		double im_y = b.re - a.re, re_y = a.im + b.im; /* 2 Y */

		z[k].re = 0.25 * (re * re + im * im);
		z[k].im = 0.25 * (re_y * re_y + im_y * im_y);
		z[mirror] = z[k];
	}
	fft_run(fft, z, z);
}

/* The lags from `from` on: the sum of (a - b)^2 is that of a^2 and b^2, less twice a b. */
static void long_lags(const double *x, const double *y, int n, int from, void *memory,
	double *msd_x, double *msd_y)
{
	struct fft_shape shape = correlation_shape(n);
	double mean_x = mean_of(x, n), mean_y = mean_of(y, n);
	double *sum_x, *sum_y;
	struct layout l;
	struct fft fft;

	(void)lay_out(n, memory, &l);
	fft_init(&fft, &shape, l.fft);
	sum_x = l.squares;
	sum_y = l.squares + n + 1;
	sum_x[0] = sum_y[0] = 0.0;
	memset(l.z + n, 0, (size_t)(shape.n - n) * sizeof(*l.z));
	for (int i = 0; i < n; i++) {
		l.z[i] = (struct fft_complex){ x[i] - mean_x, y[i] - mean_y };
		sum_x[i + 1] = sum_x[i] + l.z[i].re * l.z[i].re;
		sum_y[i + 1] = sum_y[i] + l.z[i].im * l.z[i].im;
	}
	correlate(&fft, l.z);
	for (int k = from; k <= diffusion_lags(n); k++) {
		double xx = sum_x[n] - sum_x[k] + sum_x[n - k];
		double yy = sum_y[n] - sum_y[k] + sum_y[n - k];

		msd_x[k - 1] = fmax(0.0, xx - 2.0 * l.z[k].re / shape.n) / (n - k);
		msd_y[k - 1] = fmax(0.0, yy - 2.0 * l.z[k].im / shape.n) / (n - k);
	}
}

void diffusion_displacements(const double *x, const double *y, int n, void *memory,
	double *msd_x, double *msd_y)
{
	int n_direct = direct_lags(n);

	for (int k = 1; k <= n_direct; k++) {
		msd_x[k - 1] = direct(x, n, k);
		msd_y[k - 1] = direct(y, n, k);
	}
	if (n_direct < diffusion_lags(n))
		long_lags(x, y, n, n_direct + 1, memory, msd_x, msd_y);
}

/* A regression to which points are added one by one (Welford 1962, Technometrics 4:419). */
struct line {
	int n;
	double mean_x, mean_y;
	double xx, xy, yy; /* sums about the means */
};

static void line_add(struct line *l, double x, double y)
{
	double dx = x - l->mean_x, dy = y - l->mean_y;

	l->n++;
	l->mean_x += dx / l->n;
	l->mean_y += dy / l->n;
	l->xx += dx * (x - l->mean_x);
	l->xy += dx * (y - l->mean_y);
	l->yy += dy * (y - l->mean_y);
}

static double line_slope(const struct line *l)
{
	return l->xy / l->xx;
}

static double line_level(const struct line *l)
{
	return l->mean_y - line_slope(l) * l->mean_x;
}

static double line_mean_square(const struct line *l)
{
	return fmax(0.0, l->yy - l->xy * l->xy / l->xx) / l->n;
}

/* Return the best line through the first i points, i = from..to. */
static struct line best_start(const double *x, const double *y, int from, int to)
{
	struct line l = { 0 }, best = { 0 };
	double least = INFINITY;

	for (int i = 1; i <= to; i++) {
		line_add(&l, x[i - 1], y[i - 1]);
		if (i >= from && line_mean_square(&l) <= least) {
			least = line_mean_square(&l);
			best = l;
		}
	}
	return best;
}

/* Return the best line through the points i..n (counted from 1), i = from..to. */
static struct line best_end(const double *x, const double *y, int n, int from, int to)
{
	struct line l = { 0 }, best = { 0 };
	double least = INFINITY;

	for (int i = n; i >= from; i--) {
		line_add(&l, x[i - 1], y[i - 1]);
		if (i <= to && line_mean_square(&l) < least) {
			least = line_mean_square(&l);
			best = l;
		}
	}
	return best;
}

int diffusion_fit(const double *msd, int n_lags, double rate_hz, double *scratch,
	struct diffusion *out)
{
	int from = (int)(SHORTEST_S * rate_hz) + 1, to = (int)(LONGEST_S * rate_hz);
	double *log_t = scratch, *log_d = scratch + n_lags;
	double crossing, longest;
	struct line a, b;

	if (from < DIFFUSION_MIN_POINTS || to < from ||
		n_lags - to + 1 < DIFFUSION_MIN_POINTS)
		return -ENODATA;
	for (int i = 0; i < n_lags; i++) {
		if (!(msd[i] > 0.0))
			return -EDOM;
		log_t[i] = log((i + 1) / rate_hz);
		log_d[i] = log(msd[i]);
	}
	a = best_start(log_t, log_d, from, to);
	b = best_end(log_t, log_d, n_lags, from, to);
	crossing =
		(line_level(&b) - line_level(&a)) / (line_slope(&a) - line_slope(&b));
	if (!isfinite(crossing))
		return -EDOM;
	longest = log_t[n_lags - 1];
	crossing = crossing > longest ? longest : crossing;
	*out = (struct diffusion){ exp(line_level(&a)), exp(line_level(&b)),
		0.5 * line_slope(&a), 0.5 * line_slope(&b), exp(crossing),
		exp(line_level(&a) + line_slope(&a) * crossing) };
	return 0;
}
