#include "src/core/sway/quijoux.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "src/core/carve.h"
#include "src/core/sway/filter.h"
#include "src/core/sway/density.h"
#include "src/core/sway/diffusion.h"
#include "src/core/sway/hull.h"
#include "src/core/sway/quijoux_parts.h"
#include "src/core/sway/spectrum.h"
#include "src/core/sway/swarii.h"

#define MM_PER_CM      10.0
#define SEGMENT_S      10
#define LOW_HZ         0.15
#define MIDDLE_HZ      0.5
#define UPPER_HZ       2.0
#define HIGH_HZ        5.0
#define GAP_S          (0.1 + 1e-6) /* steps of 10 Hz, rounded, are none */
#define MOST_GAPS_FRAC 0.05
#define STILL          1e-12 /* of the largest coordinate: a smaller range is rounding */
/* Scratch grows with n by less than this, whatever primes n has: a transform holds 5 complex
 * numbers a point over at most n + 600 points (spectrum) or 1.5 n + 16 (diffusion), and the
 * latter's series 2.5 more. */
#define SCRATCH_A_SAMPLE 192
#define SCRATCH_LEAST    (128 * 1024)

/* Everything cut off the caller's memory. */
struct work {
	double *times, *x, *y; /* n: the series as it came, in cm */
	struct swarii_series out, spare;
	double *speed_x, *speed_y;
	void *scratch;
	size_t scratch_size;
};

static size_t lay_out(int n, double duration_s, void *memory, struct work *w)
{
	size_t most = (size_t)swarii_most(duration_s), bytes = most * sizeof(double);
	struct carve c = { .memory = memory };

	w->times = carve_take(&c, (size_t)n * sizeof(double));
	w->x = carve_take(&c, (size_t)n * sizeof(double));
	w->y = carve_take(&c, (size_t)n * sizeof(double));
	w->out.t = carve_take(&c, bytes);
	w->out.x = carve_take(&c, bytes);
	w->out.y = carve_take(&c, bytes);
	w->spare.t = carve_take(&c, bytes);
	w->spare.x = carve_take(&c, bytes);
	w->spare.y = carve_take(&c, bytes);
	w->speed_x = carve_take(&c, bytes);
	w->speed_y = carve_take(&c, bytes);
	w->scratch_size = SCRATCH_LEAST + most * SCRATCH_A_SAMPLE;
	w->scratch = carve_take(&c, w->scratch_size);
	return c.used;
}

size_t quijoux_size(int n, double duration_s)
{
	struct work w;

	if (n < 2 || n > QUIJOUX_MAX_N || !(duration_s > 0.0) ||
		duration_s > QUIJOUX_MAX_S)
		return 0;
	return lay_out(n, duration_s, NULL, &w);
}

static struct spectrum_setup spectrum_of(int n, double rate_hz)
{
	int segment = (int)(SEGMENT_S * rate_hz);
	struct spectrum_setup setup = { .rate_hz = rate_hz,
		.n_segment = n < segment ? n : segment,
		.n_overlap = segment / 2,
		.n_fft = n,
		.detrend = SPECTRUM_DETREND_LINEAR };

	setup.n_bins = spectrum_bins_to(&setup, HIGH_HZ);
	return setup;
}

/* The spectrum's plan and the density of one axis at a time. */
static size_t lay_out_spectrum(
	const struct spectrum_setup *setup, void *memory, void **plan, double **density)
{
	struct carve c = { .memory = memory };

	*plan = carve_take(&c, spectrum_size(setup));
	*density = carve_take(&c, (size_t)setup->n_bins * sizeof(**density));
	return c.used;
}

/* Displacements of both axes, their logarithms, and what finding them takes. */
static size_t lay_out_diffusion(
	int n, void *memory, double **msd, double **logs, void **rest)
{
	size_t bytes = (size_t)diffusion_lags(n) * sizeof(double);
	struct carve c = { .memory = memory };

	msd[0] = carve_take(&c, bytes);
	msd[1] = carve_take(&c, bytes);
	*logs = carve_take(&c, 2 * bytes);
	*rest = carve_take(&c, diffusion_size(n));
	return c.used;
}

/* What the hungriest group of descriptors takes. */
static size_t scratch_size(int n)
{
	struct spectrum_setup setup = spectrum_of(n, SWARII_RATE_HZ);
	double *msd[2], *logs, *density;
	void *rest;
	size_t sizes[] = { hull_size(n), density_size(n),
		lay_out_spectrum(&setup, NULL, &rest, &density),
		lay_out_diffusion(n, NULL, msd, &logs, &rest) };
	size_t most = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		most = sizes[i] > most ? sizes[i] : most;
	return most;
}

/* `value`: the entries of one axis, every other one. */
static void read_spectrum(
	const struct spectrum_setup *setup, const double *density, double *value)
{
	double low, middle, high;
	struct spectrum_band band, lowest;

	spectrum_read_band(setup, density, LOW_HZ, HIGH_HZ, &band);
	spectrum_read_band(setup, density, LOW_HZ, MIDDLE_HZ, &lowest);
	low = lowest.sum;
	middle = spectrum_sum_above(setup, density, MIDDLE_HZ, UPPER_HZ);
	high = spectrum_sum_above(setup, density, UPPER_HZ, HIGH_HZ);
	value[0] = band.sum;
	value[2] = band.pf50_hz;
	value[4] = band.pf95_hz;
	value[6] = band.mode_hz;
	value[8] = band.centroid_hz;
	value[10] = band.dispersion;
	value[12] = low;
	value[14] = middle;
	value[16] = high;
	if (low + middle > 0.0)
		value[18] = high / (low + middle);
}

void quijoux_spectra(const struct quijoux_series *s, double *value)
{
	struct spectrum_setup setup = spectrum_of(s->n, s->rate_hz);
	struct spectrum spectrum;
	double *density;
	void *plan;

	(void)lay_out_spectrum(&setup, s->scratch, &plan, &density);
	spectrum_init(&spectrum, &setup, plan);
	for (int k = 0; k < 2; k++)
		if (!spectrum_density(&spectrum, k == 0 ? s->x : s->y, s->n, density))
			read_spectrum(&setup, density, value + QUIJOUX_SPECTRUM_ML + k);
}

void quijoux_diffusion(const struct quijoux_series *s, double *value)
{
	int n_lags = diffusion_lags(s->n);
	double *msd[2], *logs;
	void *rest;

	(void)lay_out_diffusion(s->n, s->scratch, msd, &logs, &rest);
	diffusion_displacements(s->x, s->y, s->n, rest, msd[0], msd[1]);
	for (int k = 0; k < 2; k++) {
		double *at =
			value + (k == 0 ? QUIJOUX_DIFFUSION_ML : QUIJOUX_DIFFUSION_AP);
		struct diffusion d;

		if (diffusion_fit(msd[k], n_lags, s->rate_hz, logs, &d))
			continue;
		at[0] = d.short_diffusion;
		at[1] = d.long_diffusion;
		at[2] = d.critical_time_s;
		at[3] = d.critical_displacement;
		at[4] = d.short_scaling;
		at[5] = d.long_scaling;
	}
}

static bool input_is_sound(
	int n, const double *t_s, const double *x_mm, const double *y_mm)
{
	for (int i = 0; i < n; i++)
		if (!isfinite(t_s[i]) || !(fabs(x_mm[i]) <= QUIJOUX_MAX_MM) ||
			!(fabs(y_mm[i]) <= QUIJOUX_MAX_MM) ||
			(i > 0 && !(t_s[i] > t_s[i - 1])))
			return false;
	return true;
}

static double missing_frac_of(const double *t_s, int n)
{
	double missing = 0.0;

	for (int i = 1; i < n; i++)
		if (t_s[i] - t_s[i - 1] > GAP_S)
			missing += t_s[i] - t_s[i - 1];
	return missing / (t_s[n - 1] - t_s[0]);
}

/* Take `mm` over in cm about its mean, which is written to `*mean`. Returns whether it moves; a
 * series that does not becomes exactly zero. */
static bool centre(const double *mm, int n, double *cm, double *mean)
{
	double sum = 0.0, from = INFINITY, to = -INFINITY;
	bool moves;

	for (int i = 0; i < n; i++) {
		cm[i] = mm[i] / MM_PER_CM;
		sum += cm[i];
		from = fmin(from, cm[i]);
		to = fmax(to, cm[i]);
	}
	moves = to - from > STILL * fmax(fabs(from), fabs(to));
	*mean = moves ? sum / n : from;
	for (int i = 0; i < n; i++)
		cm[i] = moves ? cm[i] - *mean : 0.0;
	return moves;
}

/* Purge, resample, filter. Returns the number of samples or a negative errno; w->out has them. */
static int prepare(struct work *w, int n, struct quijoux_result *result)
{
	const struct filter low_pass =
		filter_butter4(QUIJOUX_CUTOFF_HZ, SWARII_RATE_HZ);
	int n_kept = swarii_purge(w->times, w->x, w->y, n, &result->n_spikes);
	int n_out, n_empty;

	if (n_kept == 0)
		return -ENODATA;
	n_out = swarii_resample(
		w->times, w->x, w->y, n_kept, &w->out, &w->spare, &n_empty);
	if (n_out < QUIJOUX_MIN_N)
		return -ENODATA;
	assert(scratch_size(n_out) <= w->scratch_size);
	filter_both_ways(&low_pass, FILTER_BUTTER4_PAD, w->out.x, n_out, w->scratch);
	filter_both_ways(&low_pass, FILTER_BUTTER4_PAD, w->out.y, n_out, w->scratch);
	result->notes |= n_empty > 0 ? QUIJOUX_NOTE_GAPS : 0;
	result->notes |= result->n_spikes > 0 ? QUIJOUX_NOTE_SPIKES : 0;
	result->notes |= n_out < SEGMENT_S * SWARII_RATE_HZ ? QUIJOUX_NOTE_SHORT : 0;
	return n_out;
}

static void describe(const struct work *w, struct quijoux_result *result)
{
	struct quijoux_series s = { result->n, SWARII_RATE_HZ, w->out.x, w->out.y,
		w->speed_x, w->speed_y, w->scratch };

	quijoux_positions(&s, result->value);
	quijoux_motion(&s, result->value);
	quijoux_spectra(&s, result->value);
	quijoux_diffusion(&s, result->value);
	for (int i = 0; i < QUIJOUX_N; i++)
		if (isnan(result->value[i]))
			result->notes |= QUIJOUX_NOTE_UNDEFINED;
}

int quijoux_measure(int n, const double *t_s, const double *x_mm, const double *y_mm,
	void *memory, size_t size, struct quijoux_result *result)
{
	struct quijoux_result r = { .rate_hz = SWARII_RATE_HZ };
	struct work w;
	double duration_s;
	bool moves_x, moves_y;

	if (n < 2)
		return -ENODATA;
	if (!input_is_sound(n, t_s, x_mm, y_mm))
		return -EINVAL;
	duration_s = t_s[n - 1] - t_s[0];
	r.missing_frac = missing_frac_of(t_s, n);
	if (r.missing_frac > MOST_GAPS_FRAC)
		return -ERANGE;
	if (quijoux_size(n, duration_s) == 0 || quijoux_size(n, duration_s) > size)
		return -ENOBUFS;
	(void)lay_out(n, duration_s, memory, &w);
	for (int i = 0; i < QUIJOUX_N; i++)
		r.value[i] = NAN;
	r.notes |= swarii_times(t_s, n, w.times) ? 0 : QUIJOUX_NOTE_IRREGULAR;
	moves_x = centre(x_mm, n, w.x, &r.value[QUIJOUX_MEAN_VALUE_ML]);
	moves_y = centre(y_mm, n, w.y, &r.value[QUIJOUX_MEAN_VALUE_AP]);
	r.notes |= moves_x && moves_y ? 0 : QUIJOUX_NOTE_CONSTANT;
	r.n = prepare(&w, n, &r);
	if (r.n < 0)
		return r.n;
	r.duration_s = (r.n - 1) / r.rate_hz;
	describe(&w, &r);
	*result = r;
	return 0;
}
