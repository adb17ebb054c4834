#include "src/core/sway/spectrum.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/core/carve.h"

static bool setup_is_valid(const struct spectrum_setup *s)
{
	return s->rate_hz > 0.0 && isfinite(s->rate_hz) && s->n_segment >= 2 &&
	       s->n_overlap >= 0 && s->n_overlap < s->n_segment &&
	       s->n_fft >= s->n_segment && s->n_fft <= FFT_MAX_N && s->n_bins >= 1 &&
	       s->n_bins <= s->n_fft / 2 + 1;
}

/* Two segments go through one transform, as real and imaginary part. Bins k and -k together
 * hold both powers, so both are wanted; half of an even length is its own mirror. */
static struct fft_shape transform_of(const struct spectrum_setup *s)
{
	int n_out = 2 * s->n_bins - 1;

	return (struct fft_shape){ s->n_fft, s->n_segment, 1 - s->n_bins,
		n_out <= s->n_fft ? n_out : s->n_fft };
}

/* Cut the plan's arrays off `memory`, NULL to count; returns the bytes they take. */
static size_t lay_out(struct spectrum *p, void *memory)
{
	const struct fft_shape shape = transform_of(&p->setup);
	size_t n_segment = (size_t)shape.n_in, n_out = (size_t)shape.n_out;
	struct carve c = { .memory = memory };
	void *fft;

	p->window = carve_take(&c, n_segment * sizeof(*p->window));
	p->segments = carve_take(&c, n_segment * sizeof(*p->segments));
	p->bins = carve_take(&c, n_out * sizeof(*p->bins));
	fft = carve_take(&c, fft_size(&shape));
	if (memory)
		fft_init(&p->fft, &shape, fft);
	return c.used;
}

size_t spectrum_size(const struct spectrum_setup *setup)
{
	struct spectrum p = { .setup = *setup };

	return setup_is_valid(setup) ? lay_out(&p, NULL) : 0;
}

void spectrum_init(
	struct spectrum *spectrum, const struct spectrum_setup *setup, void *memory)
{
	int n = setup->n_segment;
	double squares = 0.0;

	*spectrum = (struct spectrum){ .setup = *setup };
	(void)lay_out(spectrum, memory);
	for (int i = 0; i < n; i++) {
		double w = 0.5 - 0.5 * cos(2.0 * M_PI * i / n);

		spectrum->window[i] = w;
		squares += w * w;
	}
	spectrum->scale = 1.0 / (setup->rate_hz * squares);
}

/* A level and a slope, about the segment's middle. */
struct line {
	double mean;
	double slope;
};

static struct line line_of(const struct spectrum_setup *s, const double *x)
{
	int n = s->n_segment;
	double middle = 0.5 * (n - 1), moment = 0.0;
	struct line line = { 0.0, 0.0 };

	for (int i = 0; i < n; i++)
		line.mean += x[i];
	line.mean /= n;
	if (s->detrend == SPECTRUM_DETREND_MEAN)
		return line;
	for (int i = 0; i < n; i++)
		moment += (i - middle) * (x[i] - line.mean);
	line.slope = moment / ((double)n * ((double)n * n - 1.0) / 12.0);
	return line;
}

/* Detrend and taper a segment: the first of two becomes the real part and clears the other. */
static void prepare(struct spectrum *p, const double *x, bool is_second)
{
	const struct spectrum_setup *s = &p->setup;
	double middle = 0.5 * (s->n_segment - 1);
	struct line line = line_of(s, x);

	for (int i = 0; i < s->n_segment; i++) {
		double rest = x[i] - line.mean - line.slope * (i - middle);

		if (is_second)
			p->segments[i].im = p->window[i] * rest;
		else
			p->segments[i] =
				(struct fft_complex){ p->window[i] * rest, 0.0 };
	}
}

/* The powers of both segments at bin k: |A|^2 + |B|^2 = (|Z_k|^2 + |Z_-k|^2) / 2. */
static double power_at(const struct spectrum *p, int k)
{
	const struct fft_shape *shape = &p->fft.shape;
	int up = k - shape->first, down = -k - shape->first;
	struct fft_complex a, b;

	up = up < shape->n_out ? up : up - shape->n;
	a = p->bins[up];
	b = p->bins[down];
	return 0.5 * (a.re * a.re + a.im * a.im + b.re * b.re + b.im * b.im);
}

int spectrum_density(struct spectrum *spectrum, const double *x, int n, double *density)
{
	const struct spectrum_setup *s = &spectrum->setup;
	int step = s->n_segment - s->n_overlap;
	int n_segments = n < s->n_segment ? 0 : (n - s->n_overlap) / step;

	if (n_segments == 0)
		return -ENODATA;
	memset(density, 0, (size_t)s->n_bins * sizeof(*density));
	for (int i = 0; i < n_segments; i += 2) {
		const double *a = x + (size_t)i * (size_t)step;

		prepare(spectrum, a, false);
		if (i + 1 < n_segments)
			prepare(spectrum, a + step, true);
		fft_run(&spectrum->fft, spectrum->segments, spectrum->bins);
		for (int k = 0; k < s->n_bins; k++)
			density[k] += power_at(spectrum, k);
	}
	for (int k = 0; k < s->n_bins; k++) {
		bool is_single = k == 0 || 2 * k == s->n_fft;

		density[k] *= (is_single ? 1.0 : 2.0) * spectrum->scale / n_segments;
	}
	return 0;
}

double spectrum_hz(const struct spectrum_setup *setup, int k)
{
	return k * (1.0 / (setup->n_fft * (1.0 / setup->rate_hz)));
}

int spectrum_bins_to(const struct spectrum_setup *setup, double hz)
{
	int most = setup->n_fft / 2 + 1;
	double about = hz / spectrum_hz(setup, 1);
	int k = about < most ? (int)about + 2 : most; /* a bin too far, for rounding */

	k = k < most ? k : most;
	while (k > 0 && spectrum_hz(setup, k - 1) > hz)
		k--;
	return k;
}

double spectrum_sum_above(const struct spectrum_setup *setup, const double *density,
	double low_hz, double high_hz)
{
	double sum = 0.0;

	for (int k = 0; k < setup->n_bins; k++) {
		double f = spectrum_hz(setup, k);

		if (f > low_hz && f <= high_hz)
			sum += density[k];
	}
	return sum;
}

/* Return the first bin of from..to at which the running sum reaches `level`. */
static int bin_reaching(const double *density, int from, int to, double level)
{
	double sum = 0.0;

	for (int k = from; k < to; k++) {
		sum += density[k];
		if (sum >= level)
			return k;
	}
	return to;
}

void spectrum_read_band(const struct spectrum_setup *setup, const double *density,
	double low_hz, double high_hz, struct spectrum_band *band)
{
	int from = 0, to = 0, mode;
	double m0 = 0.0, m1 = 0.0, m2 = 0.0;

	while (from < setup->n_bins && spectrum_hz(setup, from) < low_hz)
		from++;
	mode = from;
	for (to = from; to < setup->n_bins && spectrum_hz(setup, to) <= high_hz; to++) {
		double f = spectrum_hz(setup, to), p = density[to];

		m0 += p;
		m1 += f * p;
		m2 += f * f * p;
		mode = p > density[mode] ? to : mode;
	}
	*band = (struct spectrum_band){ m0, NAN, NAN, NAN, NAN, NAN };
	if (!(m0 > 0.0))
		return;
	band->pf50_hz = spectrum_hz(setup, bin_reaching(density, from, to, 0.5 * m0));
	band->pf95_hz = spectrum_hz(setup, bin_reaching(density, from, to, 0.95 * m0));
	band->mode_hz = spectrum_hz(setup, mode);
	band->centroid_hz = sqrt(m2 / m0);
	band->dispersion = sqrt(fmax(0.0, 1.0 - m1 * m1 / (m0 * m2)));
}
