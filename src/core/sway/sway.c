#include "src/core/sway/sway.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "src/core/carve.h"
#include "src/core/sway/boundary.h"
#include "src/core/sway/density.h"
#include "src/core/sway/diffusion.h"
#include "src/core/sway/ellipse.h"
#include "src/core/sway/entropy.h"
#include "src/core/sway/filter.h"
#include "src/core/sway/fluctuation.h"
#include "src/core/sway/hull.h"
#include "src/core/sway/path.h"
#include "src/core/sway/series.h"
#include "src/core/sway/spectrum.h"

#define SHORT_S           20.0
#define SEGMENT_S         10.0 /* of the spectrum */
#define BAND_LOW_HZ       0.15
#define BAND_HIGH_HZ      5.0
#define ROUNDING          1e-9 /* a rate from time stamps is this exact at best */
#define DENSITY_RADIUS_MM 3.0

/* Who sways less, or reaches further, hardly stands and is measured in millimetres. The quietest norm
 * (Santos & Duarte 2016, 18 to 39 years, eyes open, firm) is 8.2 mm/s with a logarithmic SD of
 * 0.30: 3.3 mm/s is three of these below. Feet are 300 mm long. */
#define SMALL_MM_S 3.3
#define SMALL_MM   6.0
#define LARGE_MM   600.0

/* The rate may turn out a little higher than was said; and the transforms of some lengths take more
 * memory than those of longer ones, by up to half. */
#define RATE_SLACK   1.05
#define LENGTH_SLACK 2

static const struct {
	const char *word, *text;
} notes[SWAY_N_NOTES] = {
	{ "resampled", "The time steps are uneven; the series was interpolated on even "
		       "ones." },
	{ "gaps", "Some samples are more than 0.1 s apart; the gaps were bridged." },
	{ "short", "The series is shorter than 20 s; areas and spectra do not compare "
		   "with "
		   "longer ones." },
	{ "constant", "The centre of pressure does not move; what needs movement is "
		      "absent." },
	{ "small", "Hardly anybody standing sways this little; are these centimetres "
		   "or metres "
		   "given as "
		   "millimetres?" },
	{ "large",
		"Nobody standing reaches this far; are the positions in millimetres?" },
	{ "no_cop", "Samples without a centre of pressure were left out." },
};

const char *sway_note_word(int index)
{
	assert(index >= 0 && index < SWAY_N_NOTES);
	return notes[index].word;
}

const char *sway_note_text(int index)
{
	assert(index >= 0 && index < SWAY_N_NOTES);
	return notes[index].text;
}

uint32_t sway_plausibility(double velocity_mm_s, double range_mm)
{
	if (range_mm > LARGE_MM)
		return SWAY_NOTE_LARGE;
	return velocity_mm_s < SMALL_MM_S || range_mm < SMALL_MM ? SWAY_NOTE_SMALL : 0;
}

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

/* What the hungriest step needs besides the series itself. */
static size_t scratch_need(int n_input, int n, double rate_hz)
{
	struct spectrum_setup band = band_setup(n, rate_hz),
			      whole = whole_setup(n, rate_hz);
	size_t need = series_timing_size(n_input);

	need = largest(need, (size_t)(n + 2 * FILTER_BUTTER2_PAD) * sizeof(double));
	need = largest(need, hull_size(n));
	need = largest(need, spectrum_need(&band));
	need = largest(need, spectrum_need(&whole));
	need = largest(need, entropy_size(n));
	need = largest(need, diffusion_need(n));
	return largest(need, density_size(n));
}

/* The series on even steps, about its mean, and scratch for one step at a time. */
struct series {
	int n;
	double rate_hz;
	double *x, *y;
	double mean_x, mean_y;
	bool moves_x, moves_y;
	void *scratch;
};

static size_t lay_out(struct series *s, void *memory, int n, size_t scratch)
{
	struct carve carve = { memory, 0 };

	s->scratch = carve_take(&carve, scratch);
	s->x = carve_take(&carve, (size_t)n * sizeof(double));
	s->y = carve_take(&carve, (size_t)n * sizeof(double));
	return carve.used;
}

size_t sway_size(int n, double duration_s, double rate_hz)
{
	double n_even = duration_s * rate_hz * RATE_SLACK + 16.0;
	struct series s;
	int most;

	if (n < 0 || n > SERIES_MAX_N || !(n_even >= 0.0 && n_even <= SERIES_MAX_N) ||
		!(rate_hz > 0.0))
		return 0;
	most = (int)n_even > n ? (int)n_even : n;
	most = most > SWAY_MIN_N ? most : SWAY_MIN_N;
	return lay_out(&s, NULL, most,
		LENGTH_SLACK * scratch_need(n, most, RATE_SLACK * rate_hz));
}

/* --- the series ------------------------------------------------------------------------- */

static bool is_constant(const double *x, int n)
{
	for (int i = 1; i < n; i++)
		if (x[i] != x[0])
			return false;
	return true;
}

/* Put one axis on even steps, filter it and take its mean off. */
static double prepare(const struct sway_input *in, const double *values,
	const struct series_timing *timing, double rate_hz, double *x, bool *moves,
	void *scratch)
{
	double mean = 0.0;

	*moves = !is_constant(values, in->n);
	series_resample(in->t_s, values, in->n, timing, x);
	if (!isnan(in->cutoff_hz)) {
		struct filter f = filter_butter2(in->cutoff_hz, rate_hz);

		filter_both_ways(&f, FILTER_BUTTER2_PAD, x, timing->n, scratch);
	}
	for (int i = 0; i < timing->n; i++)
		mean += x[i];
	mean /= timing->n;
	/* what does not move is zero, not what rounding leaves of it */
	for (int i = 0; i < timing->n; i++)
		x[i] = *moves ? x[i] - mean : 0.0;
	return mean;
}

static int check(const struct sway_input *in)
{
	if (in->n < SWAY_MIN_N)
		return -ENODATA;
	for (int i = 0; i < in->n; i++)
		if (!isfinite(in->x_mm[i]) || !isfinite(in->y_mm[i]) ||
			!isfinite(in->t_s[i]))
			return -EINVAL;
	return in->t_s[in->n - 1] - in->t_s[0] < SWAY_MIN_S ? -ENODATA : 0;
}

/* Everything up to the first number: times, memory, both axes. */
static int take_series(const struct sway_input *in, void *memory, size_t size,
	struct series_timing *timing, struct series *s)
{
	int rc = check(in);
	size_t need;

	if (rc == 0 && series_timing_size(in->n) > size)
		rc = -ENOBUFS;
	if (rc == 0)
		rc = series_timing(in->t_s, in->n, memory, timing);
	if (rc < 0)
		return rc;
	s->n = timing->n;
	s->rate_hz = 1.0 / timing->step_s;
	if (s->n < SWAY_MIN_N)
		return -ENODATA;
	if (!isnan(in->cutoff_hz) &&
		!(in->cutoff_hz > 0.0 && in->cutoff_hz < 0.5 * s->rate_hz))
		return -EINVAL;
	need = scratch_need(in->n, s->n, s->rate_hz);
	if (lay_out(s, memory, s->n, need) > size)
		return -ENOBUFS;
	s->mean_x = prepare(
		in, in->x_mm, timing, s->rate_hz, s->x, &s->moves_x, s->scratch);
	s->mean_y = prepare(
		in, in->y_mm, timing, s->rate_hz, s->y, &s->moves_y, s->scratch);
	return 0;
}

/* --- the metrics ------------------------------------------------------------------------ */

static void measure_path(const struct series *s, double noise_mm_s, double *v)
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

static void measure_areas(const struct series *s, double *v)
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
static void measure_band(const struct series *s, const double *x, int axis, double *v)
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
	const struct series *s, const double *x, double *hz, double *weight)
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

static void measure_spectrum(const struct series *s, double *v)
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

static void measure_fractal(const struct series *s, double *v)
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

static void fit_diffusion(const struct series *s, const double *msd, int n_lags,
	double *scratch, int axis, double *v)
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

static void measure_diffusion(const struct series *s, double *v)
{
	int n_lags = diffusion_lags(s->n);
	struct carve carve = { s->scratch, 0 };
	double *msd = carve_take(&carve, (size_t)(4 * n_lags) * sizeof(double));

	diffusion_displacements(
		s->x, s->y, s->n, carve.memory + carve.used, msd, msd + n_lags);
	fit_diffusion(s, msd, n_lags, msd + 2 * n_lags, 0, v);
	fit_diffusion(s, msd + n_lags, n_lags, msd + 2 * n_lags, 1, v);
}

static void measure_density(const struct series *s, double *v)
{
	struct density d;

	if (!(s->rate_hz > 5.0) || density_measure(s->x, s->y, s->n, s->rate_hz,
					   DENSITY_RADIUS_MM, s->scratch, &d) < 0)
		return;
	v[METRIC_SWAY_DENSITY_PEAK_S] = d.peak_s;
	v[METRIC_SWAY_DENSITY_DISTANCE_MM] = d.distance;
}

static void measure_boundary(
	const struct sway_input *in, const struct series *s, double *v)
{
	struct boundary_outline outline = { in->n_outline, in->outline_x_mm,
		in->outline_y_mm };
	struct boundary b;

	if (in->n_outline < 3)
		return;
	boundary_measure(
		&outline, s->x, s->y, s->n, s->mean_x, s->mean_y, s->rate_hz, &b);
	v[METRIC_TTB_MEAN_MINIMUM_S] = b.mean_minimum_s;
	v[METRIC_TTB_MINIMUM_S] = b.minimum_s;
}

static uint32_t note(const struct series_timing *timing, const struct series *s,
	double duration_s, const double *v)
{
	double reach = fmax(v[METRIC_RANGE_ML_MM], v[METRIC_RANGE_AP_MM]);
	bool moves = s->moves_x || s->moves_y;
	uint32_t bits = timing->is_even ? 0 : SWAY_NOTE_RESAMPLED;

	if (timing->n_gaps > 0)
		bits |= SWAY_NOTE_GAPS;
	if (duration_s + timing->step_s < SHORT_S * (1.0 - ROUNDING))
		bits |= SWAY_NOTE_SHORT;
	return bits | (moves ? sway_plausibility(v[METRIC_MEAN_VELOCITY_MM_S], reach)
			     : SWAY_NOTE_CONSTANT);
}

int sway_measure(const struct sway_input *input, void *memory, size_t size,
	struct sway_result *result)
{
	struct series_timing timing;
	struct series s;
	double *v = result->value;
	int rc = take_series(input, memory, size, &timing, &s);

	if (rc < 0)
		return rc;
	*result = (struct sway_result){ .n = s.n,
		.rate_hz = s.rate_hz,
		.duration_s = (s.n - 1) / s.rate_hz,
		.cutoff_hz = input->cutoff_hz,
		.noise_velocity_mm_s = input->noise_velocity_mm_s,
		.missing_frac = timing.missing_frac };
	for (int m = 0; m < METRIC_N; m++)
		v[m] = NAN;
	measure_path(&s, input->noise_velocity_mm_s, v);
	measure_areas(&s, v);
	if (s.moves_x || s.moves_y) {
		measure_spectrum(&s, v);
		measure_fractal(&s, v);
		measure_diffusion(&s, v);
		measure_density(&s, v);
		measure_boundary(input, &s, v);
	}
	result->notes = note(&timing, &s, result->duration_s, v);
	return 0;
}
