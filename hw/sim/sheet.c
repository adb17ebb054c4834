#include "hw/sim/sheet.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Origins of the defaults: docs/simulator.md, "The sheet". */
#define GAIN_SD_FRAC    0.15
#define EXPONENT        1.05
#define HALF_KPA        250.0
#define ZERO_COUNTS     40.0
#define ZERO_SD_COUNTS  15.0
#define NOISE_COUNTS    1.5
#define CREEP_FRAC      0.10
#define HYSTERESIS_FRAC 0.05

#define IDEAL_BITS    16
#define CREEP_FIRST_S 0.3 /* the fastest state; the slowest is 95 s */
#define HALF_DECADE   3.1622776601683795
#define PLAY_TOP_KPA  200.0 /* pressure whose loop hysteresis_frac describes */
#define REST_N        1e-9  /* creep below this is over */

/* Half widths of the play operators over PLAY_TOP_KPA. */
static const double play_widths[SHEET_N_PLAY] = { 0.05, 0.10, 0.20 };

void sheet_defaults(struct sheet_options *o, enum sheet_sensor sensor)
{
	*o = (struct sheet_options){
		.sensor = sensor,
		.adc_bits = sensor == SHEET_IDEAL ? IDEAL_BITS : 12,
		.seed = 1,
		.gain_sd_frac = GAIN_SD_FRAC,
		.exponent = EXPONENT,
		.half_kpa = HALF_KPA,
		.zero_counts = ZERO_COUNTS,
		.zero_sd_counts = ZERO_SD_COUNTS,
		.noise_counts = NOISE_COUNTS,
		.creep_frac = CREEP_FRAC,
		.hysteresis_frac = HYSTERESIS_FRAC,
	};
}

static double normal(struct sheet *s)
{
	double u, v, radius;

	if (s->has_spare) {
		s->has_spare = false;
		return s->spare_normal;
	}
	u = 1.0 - rng_uniform(&s->noise);
	v = 2 * M_PI * rng_uniform(&s->noise);
	radius = sqrt(-2 * log(u));
	s->spare_normal = radius * sin(v);
	s->has_spare = true;
	return radius * cos(v);
}

/* Kill `n` whole lines of `length` cells, the cells of one `stride` apart. */
static void kill_lines(struct sheet *s, struct rng *rng, int n, int n_lines, int length,
	int line_stride, int stride)
{
	for (int i = 0; i < n; i++) {
		int line = (int)(rng_u64(rng) % (uint64_t)n_lines);

		for (int k = 0; k < length; k++)
			s->gain[line * line_stride + k * stride] = 0;
	}
}

static void draw_cells(struct sheet *s)
{
	const struct sheet_options *o = &s->options;
	int n_rows = s->geometry.n_rows, n_cols = s->geometry.n_cols;
	struct rng rng;

	rng_init(&rng, o->seed, 0x200);
	for (int i = 0; i < n_rows * n_cols; i++) {
		s->gain[i] = exp(o->gain_sd_frac * rng_normal(&rng));
		s->zero[i] =
			fmax(0, o->zero_counts + o->zero_sd_counts * rng_normal(&rng));
		if (rng_uniform(&rng) < o->dead_frac)
			s->gain[i] = 0;
	}
	kill_lines(s, &rng, o->dead_rows, n_rows, n_cols, n_cols, 1);
	kill_lines(s, &rng, o->dead_cols, n_cols, n_rows, 1, n_cols);
}

int sheet_init(struct sheet *s, const struct sheet_options *options,
	const struct mat_geometry *geometry, double most_n)
{
	size_t n = (size_t)geometry_n_cells(geometry);

	memset(s, 0, sizeof(*s));
	if (options->adc_bits < 1 || options->adc_bits > 16)
		return -EINVAL;
	s->options = *options;
	s->geometry = *geometry;
	s->unit_scale = 1;
	s->full_scale = (uint16_t)((1UL << s->options.adc_bits) - 1);
	if (options->sensor == SHEET_IDEAL)
		s->unit_scale = (uint32_t)fmax(1, ceil(most_n * 1e3 / s->full_scale));
	rng_init(&s->noise, options->seed, 0x201);
	s->gain = calloc(n, sizeof(double));
	s->zero = calloc(n, sizeof(double));
	s->creep = calloc(n * SHEET_N_CREEP, sizeof(double));
	s->play = calloc(n * SHEET_N_PLAY, sizeof(double));
	if (!s->gain || !s->zero || !s->creep || !s->play) {
		sheet_fini(s);
		return -ENOMEM;
	}
	draw_cells(s);
	return 0;
}

void sheet_fini(struct sheet *s)
{
	free(s->gain);
	free(s->zero);
	free(s->creep);
	free(s->play);
	memset(s, 0, sizeof(*s));
}

/* What rounding takes from one cell it gives to the next loaded one, so that the sum stays true. */
static bool render_ideal(const struct sheet *s, const double *cells_n, uint16_t *out)
{
	double carry = 0, per_n = 1e3 / s->unit_scale;
	bool saturated = false;

	for (int i = 0; i < geometry_n_cells(&s->geometry); i++) {
		double exact = cells_n[i] * per_n + carry, whole = floor(exact + 0.5);

		if (cells_n[i] <= 0) {
			out[i] = 0;
			continue;
		}
		carry = exact - whole;
		if (whole >= s->full_scale) {
			saturated = true;
			carry = 0;
			whole = s->full_scale;
		}
		out[i] = (uint16_t)fmax(whole, 0);
	}
	return saturated;
}

/* A force as the material feels it: late (hysteresis), then growing (creep). `keep` holds what
 * each creep state keeps over the frame. */
static double feel(
	struct sheet *s, int i, double force_n, const double keep[SHEET_N_CREEP])
{
	double top_n =
		PLAY_TOP_KPA * 1e-3 * s->geometry.pitch_x_mm * s->geometry.pitch_y_mm;
	double sum_widths = 0, felt = force_n, *play = s->play + i * SHEET_N_PLAY;
	double *creep = s->creep + i * SHEET_N_CREEP;

	for (int k = 0; k < SHEET_N_PLAY; k++)
		sum_widths += play_widths[k];
	for (int k = 0; k < SHEET_N_PLAY; k++) {
		double width = 2 * play_widths[k] * top_n;

		play[k] = fmin(force_n, fmax(force_n - width, play[k]));
		felt += s->options.hysteresis_frac / (2 * sum_widths) *
			(play[k] - force_n);
	}
	force_n = felt;
	for (int k = 0; k < SHEET_N_CREEP; k++) {
		creep[k] = force_n + (creep[k] - force_n) * keep[k];
		felt += 0.5 * s->options.creep_frac * creep[k];
	}
	return felt > REST_N ? felt : 0;
}

static bool render_resistive(
	struct sheet *s, double dt_s, const double *cells_n, uint16_t *out)
{
	const struct sheet_options *o = &s->options;
	double area_mm2 = s->geometry.pitch_x_mm * s->geometry.pitch_y_mm;
	double keep[SHEET_N_CREEP], full = s->full_scale, tau_s = CREEP_FIRST_S;
	bool saturated = false;

	for (int k = 0; k < SHEET_N_CREEP; k++, tau_s *= HALF_DECADE)
		keep[k] = exp(-dt_s / tau_s);
	for (int i = 0; i < geometry_n_cells(&s->geometry); i++) {
		double felt = feel(s, i, cells_n[i], keep), u, g, counts;

		u = s->zero[i] / (full - s->zero[i]);
		if (felt > 0) {
			g = s->gain[i] *
			    pow(felt * 1e3 / area_mm2 / o->half_kpa, o->exponent);
			u += g / (1 + g * SHEET_R_SERIES_OHM / SHEET_R_REFERENCE_OHM);
		}
		counts = full * u / (1 + u) + o->noise_counts * normal(s);
		counts = s->gain[i] > 0 ? fmin(fmax(floor(counts + 0.5), 0), full) : 0;
		saturated |= counts >= full;
		out[i] = (uint16_t)counts;
	}
	return saturated;
}

bool sheet_render(struct sheet *s, double t_s, const double *cells_n, uint16_t *out)
{
	double dt_s = t_s - s->last_s;

	if (s->options.sensor == SHEET_IDEAL)
		return render_ideal(s, cells_n, out);
	s->last_s = t_s;
	return render_resistive(s, dt_s, cells_n, out);
}
