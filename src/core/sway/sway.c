#include "src/core/sway/sway.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "src/core/carve.h"
#include "src/core/sway/filter.h"
#include "src/core/sway/measures.h"
#include "src/core/sway/series.h"

#define SHORT_S 20.0

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
	{ "resampled", "The time steps are uneven; the series was interpolated." },
	{ "gaps", "Samples are more than 0.1 s apart; the gaps were bridged." },
	{ "short",
		"Shorter than 20 s: areas and spectra compare with nothing longer." },
	{ "constant", "The COP does not move; what needs movement is absent." },
	{ "small", "Hardly anybody standing sways this little: cm or m given as mm?" },
	{ "large", "Nobody standing reaches this far: are the positions in mm?" },
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

/* What the hungriest step needs besides the series itself. */
static size_t scratch_need(int n_input, int n, double rate_hz)
{
	size_t need = series_timing_size(n_input);
	size_t filter = (size_t)(n + 2 * FILTER_BUTTER2_PAD) * sizeof(double);
	size_t metrics = measures_scratch(n, rate_hz);

	need = need > filter ? need : filter;
	return need > metrics ? need : metrics;
}

static size_t lay_out(struct measures_series *s, void *memory, int n, size_t scratch)
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
	struct measures_series s;
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
	struct series_timing *timing, struct measures_series *s)
{
	int rc = check(in);
	size_t need;

	if (rc < 0)
		return rc;
	if (series_timing_size(in->n) > size)
		return -ENOBUFS;
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

static uint32_t note(const struct series_timing *timing,
	const struct measures_series *s, double duration_s, const double *v)
{
	double reach = fmax(v[METRIC_RANGE_ML_MM], v[METRIC_RANGE_AP_MM]);
	bool moves = s->moves_x || s->moves_y;
	uint32_t bits = timing->is_even ? 0 : SWAY_NOTE_RESAMPLED;

	if (timing->n_gaps > 0)
		bits |= SWAY_NOTE_GAPS;
	if (duration_s + timing->step_s < SHORT_S * (1.0 - MEASURES_ROUNDING))
		bits |= SWAY_NOTE_SHORT;
	return bits | (moves ? sway_plausibility(v[METRIC_MEAN_VELOCITY_MM_S], reach)
			     : SWAY_NOTE_CONSTANT);
}

int sway_measure(const struct sway_input *input, void *memory, size_t size,
	struct sway_result *result)
{
	struct boundary_outline outline = { input->n_outline, input->outline_x_mm,
		input->outline_y_mm };
	struct series_timing timing;
	struct measures_series s;
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
	measures_all(&s, input->noise_velocity_mm_s, &outline, v);
	result->notes = note(&timing, &s, result->duration_s, v);
	return 0;
}
