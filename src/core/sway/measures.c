#include "src/core/sway/measures.h"

#include <math.h>

#include "src/core/carve.h"
#include "src/core/sway/density.h"
#include "src/core/sway/diffusion.h"
#include "src/core/sway/ellipse.h"
#include "src/core/sway/entropy.h"
#include "src/core/sway/fluctuation.h"
#include "src/core/sway/hull.h"
#include "src/core/sway/path.h"
#include "src/core/sway/spectrum.h"

#define SEGMENT_S         10.0 /* of the spectrum */
#define BAND_LOW_HZ       0.15
#define BAND_HIGH_HZ      5.0
#define DENSITY_RADIUS_MM 3.0
#define ROUNDING          MEASURES_ROUNDING

/* --- memory --------------------------------------------------------------------------- */

static size_t largest(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Spectra of n samples: the band's (metrics.md, 6), and the whole one that the mean power frequency
 * is defined by (7). The number of bins is the caller's to set. */
static struct spectrum_setup band_setup(int n, double rate_hz)
{
	int n_segment = (int)floor(SEGMENT_S * rate_hz * (1.0 + ROUNDING));
	struct spectrum_setup s = { .rate_hz = rate_hz,
		.n_segment = n_segment < n ? n_segment : n,
		.n_fft = n,
		.detrend = SPECTRUM_DETREND_LINEAR };

	s.n_overlap = s.n_segment / 2;
	s.n_bins = spectrum_bins_to(&s, BAND_HIGH_HZ * (1.0 + ROUNDING));
	return s;
}

static struct spectrum_setup whole_setup(int n, double rate_hz)
{
	return (struct spectrum_setup){ .rate_hz = rate_hz,
		.n_segment = n / 2,
		.n_overlap = n / 4,
		.n_fft = n / 2,
		.n_bins = n / 4 + 1,
		.detrend = SPECTRUM_DETREND_MEAN };
}

static size_t spectrum_need(const struct spectrum_setup *setup)
{
	struct carve carve = { NULL, 0 };

	carve_take(&carve, (size_t)setup->n_bins * sizeof(double));
	return carve.used + spectrum_size(setup);
}

static size_t diffusion_need(int n)
{
	struct carve carve = { NULL, 0 };

	carve_take(&carve, (size_t)(4 * diffusion_lags(n)) * sizeof(double));
	return carve.used + diffusion_size(n);
}

size_t measures_scratch(int n, double rate_hz)
{
	struct spectrum_setup band = band_setup(n, rate_hz),
			      whole = whole_setup(n, rate_hz);
	size_t need = (size_t)n * sizeof(double);

	need = largest(need, hull_size(n));
	need = largest(need, spectrum_need(&band));
	need = largest(need, spectrum_need(&whole));
	need = largest(need, entropy_size(n));
	need = largest(need, diffusion_need(n));
	return largest(need, density_size(n));
}

/* --- the metrics ------------------------------------------------------------------------ */

static void measure_path(const struct measures_series *s, double noise_mm_s, double *v)
{
	double square;
	struct path p;

	path_measure(s->x, s->y, s->n, s->rate_hz, &p);
	v[METRIC_PATH_MM] = p.length;
	v[METRIC_MEAN_VELOCITY_MM_S] = p.velocity;
	v[METRIC_MEAN_VELOCITY_ML_MM_S] = p.velocity_x;
	v[METRIC_MEAN_VELOCITY_AP_MM_S] = p.velocity_y;
	square = p.velocity * p.velocity - noise_mm_s * noise_mm_s;
	v[METRIC_MEAN_VELOCITY_CORRECTED_MM_S] = square < 0.0 ? 0.0 : sqrt(square);
	v[METRIC_RMS_ML_MM] = p.rms_x;
	v[METRIC_RMS_AP_MM] = p.rms_y;
	v[METRIC_RMS_MM] = p.rms;
	v[METRIC_RANGE_ML_MM] = p.range_x;
	v[METRIC_RANGE_AP_MM] = p.range_y;
	v[METRIC_MEAN_DISTANCE_MM] = p.mean_distance;
	v[METRIC_SWAY_AREA_MM2_S] = p.area_rate;
	v[METRIC_MEAN_FREQUENCY_HZ] = p.mean_frequency;
}

static void measure_areas(const struct measures_series *s, double *v)
{
	const struct hull_point *corners;
	struct ellipse e;
	int n;

	ellipse_measure(s->x, s->y, s->n, &e);
	v[METRIC_ELLIPSE95_MM2] = e.area;
	v[METRIC_ELLIPSE_MAJOR_MM] = e.major;
	v[METRIC_ELLIPSE_MINOR_MM] = e.minor;
	v[METRIC_ELLIPSE_ANGLE_DEG] = e.angle_deg;
	n = hull_find(s->x, s->y, s->n, s->scratch, &corners);
	v[METRIC_HULL_MM2] = hull_area(corners, n);
}

/* Metrics of one axis: each one's ML value stands just before its AP value in enum metric. */
static void measure_band(
	const struct measures_series *s, const double *x, int axis, double *v)
{
	struct spectrum_setup setup = band_setup(s->n, s->rate_hz);
	struct carve carve = { s->scratch, 0 };
	double *density = carve_take(&carve, (size_t)setup.n_bins * sizeof(double));
	struct spectrum_band band;
	struct spectrum spectrum;

	spectrum_init(&spectrum, &setup, carve.memory + carve.used);
	if (spectrum_density(&spectrum, x, s->n, density) < 0)
		return;
	spectrum_read_band(&setup, density, BAND_LOW_HZ * (1.0 - ROUNDING),
		BAND_HIGH_HZ * (1.0 + ROUNDING), &band);
	v[METRIC_TOTAL_POWER_ML_MM2 + axis] = band.sum * s->rate_hz / setup.n_fft;
	v[METRIC_PF50_ML_HZ + axis] = band.pf50_hz;
	v[METRIC_PF95_ML_HZ + axis] = band.pf95_hz;
	v[METRIC_CENTROID_FREQUENCY_ML_HZ + axis] = band.centroid_hz;
	v[METRIC_FREQUENCY_DISPERSION_ML + axis] = band.dispersion;
}

/* One axis of the mean power frequency: integral of f P over that of P, by trapezoids over the whole
 * spectrum, and the sum of P as its weight. */
static void mean_power(
	const struct measures_series *s, const double *x, double *hz, double *weight)
{
	struct spectrum_setup setup = whole_setup(s->n, s->rate_hz);
	struct carve carve = { s->scratch, 0 };
	double *density = carve_take(&carve, (size_t)setup.n_bins * sizeof(double));
	double above = 0.0, below = 0.0;
	struct spectrum spectrum;

	*hz = *weight = 0.0;
	spectrum_init(&spectrum, &setup, carve.memory + carve.used);
	if (spectrum_density(&spectrum, x, s->n, density) < 0)
		return;
	for (int k = 0; k < setup.n_bins; k++) {
		double end = k == 0 || k == setup.n_bins - 1 ? 0.5 : 1.0;

		above += end * density[k] * spectrum_hz(&setup, k);
		below += end * density[k];
		*weight += density[k];
	}
	*hz = below > 0.0 ? above / below : 0.0;
}

static void measure_spectrum(const struct measures_series *s, double *v)
{
	double hz[2], weight[2];

	measure_band(s, s->x, 0, v);
	measure_band(s, s->y, 1, v);
	mean_power(s, s->x, &hz[0], &weight[0]);
	mean_power(s, s->y, &hz[1], &weight[1]);
	if (weight[0] + weight[1] > 0.0)
		v[METRIC_MEAN_POWER_FREQUENCY_HZ] =
			(hz[0] * weight[0] + hz[1] * weight[1]) /
			(weight[0] + weight[1]);
}

static void measure_fractal(const struct measures_series *s, double *v)
{
	if (s->moves_x) {
		v[METRIC_SAMPLE_ENTROPY_ML] = entropy_sample(s->x, s->n, s->scratch);
		v[METRIC_DFA_ALPHA_ML] = fluctuation_alpha(s->x, s->n, s->scratch);
	}
	if (s->moves_y) {
		v[METRIC_SAMPLE_ENTROPY_AP] = entropy_sample(s->y, s->n, s->scratch);
		v[METRIC_DFA_ALPHA_AP] = fluctuation_alpha(s->y, s->n, s->scratch);
	}
}

static void fit_diffusion(const struct measures_series *s, const double *msd,
	int n_lags, double *scratch, int axis, double *v)
{
	struct diffusion d;

	if (diffusion_fit(msd, n_lags, s->rate_hz, scratch, &d) < 0)
		return;
	v[METRIC_DIFFUSION_SHORT_SCALING_ML + axis] = d.short_scaling;
	v[METRIC_DIFFUSION_LONG_SCALING_ML + axis] = d.long_scaling;
	v[METRIC_DIFFUSION_CRITICAL_TIME_ML_S + axis] = d.critical_time_s;
	v[METRIC_DIFFUSION_CRITICAL_DISPLACEMENT_ML_MM2 + axis] =
		d.critical_displacement;
}

static void measure_diffusion(const struct measures_series *s, double *v)
{
	int n_lags = diffusion_lags(s->n);
	struct carve carve = { s->scratch, 0 };
	double *msd = carve_take(&carve, (size_t)(4 * n_lags) * sizeof(double));

	diffusion_displacements(
		s->x, s->y, s->n, carve.memory + carve.used, msd, msd + n_lags);
	fit_diffusion(s, msd, n_lags, msd + 2 * n_lags, 0, v);
	fit_diffusion(s, msd + n_lags, n_lags, msd + 2 * n_lags, 1, v);
}

static void measure_density(const struct measures_series *s, double *v)
{
	struct density d;

	if (!(s->rate_hz > 5.0) || density_measure(s->x, s->y, s->n, s->rate_hz,
					   DENSITY_RADIUS_MM, s->scratch, &d) < 0)
		return;
	v[METRIC_SWAY_DENSITY_PEAK_S] = d.peak_s;
	v[METRIC_SWAY_DENSITY_DISTANCE_MM] = d.distance;
}

static void measure_boundary(const struct measures_series *s,
	const struct boundary_outline *outline, double *v)
{
	struct boundary b;

	if (outline->n < 3)
		return;
	boundary_measure(
		outline, s->x, s->y, s->n, s->mean_x, s->mean_y, s->rate_hz, &b);
	v[METRIC_TTB_MEAN_MINIMUM_S] = b.mean_minimum_s;
	v[METRIC_TTB_MINIMUM_S] = b.minimum_s;
}

void measures_all(const struct measures_series *series, double noise_mm_s,
	const struct boundary_outline *outline, double *value)
{
	for (int m = 0; m < METRIC_N; m++)
		value[m] = NAN;
	measure_path(series, noise_mm_s, value);
	measure_areas(series, value);
	if (!series->moves_x && !series->moves_y)
		return;
	measure_spectrum(series, value);
	measure_fractal(series, value);
	measure_diffusion(series, value);
	measure_density(series, value);
	measure_boundary(series, outline, value);
}
