/* Power spectral density of a series after Welch, and what is read off it in a band.
 * Knows no units: the density is in the square of the series' unit, a hertz.
 * Welch 1967 (IEEE Trans Audio Electroacoust 15:70) with the conventions of SciPy's
 * signal.welch: periodic Hann window, segments zero-padded, one-sided, mean over segments. */
#ifndef STANCE_CORE_SWAY_SPECTRUM_H
#define STANCE_CORE_SWAY_SPECTRUM_H

#include <stddef.h>

#include "src/core/sway/fft.h"

enum spectrum_detrend {
	SPECTRUM_DETREND_MEAN,   /* take each segment's mean off */
	SPECTRUM_DETREND_LINEAR, /* take each segment's least-squares line off */
};

struct spectrum_setup {
	double rate_hz;
	int n_segment; /* samples, 2 or more */
	int n_overlap; /* of a segment with the next, below n_segment */
	int n_fft;     /* n_segment .. FFT_MAX_N: bin k is at k rate / n_fft */
	int n_bins;    /* wanted, 1 .. n_fft / 2 + 1; few cost less */
	enum spectrum_detrend detrend;
};

/* A plan, which points into the caller's memory; one thread at a time. */
struct spectrum {
	struct spectrum_setup setup;
	struct fft fft;
	double *window; /* n_segment */
	double scale;   /* of a squared bin: 1 / (rate sum of w^2) */
	struct fft_complex *segments;
	struct fft_complex *bins;
};

/* Return the bytes that spectrum_init() needs, 0 if the setup is out of range. */
size_t spectrum_size(const struct spectrum_setup *setup);

/* Make a plan in `memory`: spectrum_size() bytes, aligned to CARVE_ALIGNMENT, borrowed. */
void spectrum_init(
	struct spectrum *spectrum, const struct spectrum_setup *setup, void *memory);

/* Estimate the density of x (n). `density`: n_bins. Returns 0, or -ENODATA if n < n_segment,
 * and then writes nothing. */
int spectrum_density(
	struct spectrum *spectrum, const double *x, int n, double *density);

/* Return the frequency of bin k, rounded as NumPy's rfftfreq rounds it: bins that fall on the
 * edge of a band fall on the same side. */
double spectrum_hz(const struct spectrum_setup *setup, int k);

/* Return how many bins, counted from 0, lie at or below `hz`: enough n_bins for a band that ends
 * there. Uses rate_hz and n_fft only. */
int spectrum_bins_to(const struct spectrum_setup *setup, double hz);

/* Return the sum of the bins at low_hz < f <= high_hz. */
double spectrum_sum_above(const struct spectrum_setup *setup, const double *density,
	double low_hz, double high_hz);

/* What a band low_hz <= f <= high_hz holds. All but `sum` are NaN if the band is empty or has no
 * power. With m_j the sum of f^j P over the band's bins: */
struct spectrum_band {
	double sum;         /* m0: of bins, times rate / n_fft it is the power */
	double pf50_hz;     /* first bin at which the running sum reaches half */
	double pf95_hz;     /* and 95 % */
	double mode_hz;     /* the (first) highest bin */
	double centroid_hz; /* sqrt(m2 / m0) */
	double dispersion;  /* sqrt(1 - m1^2 / (m0 m2)), Prieto et al. 1996 */
};

void spectrum_read_band(const struct spectrum_setup *setup, const double *density,
	double low_hz, double high_hz, struct spectrum_band *band);

#endif
