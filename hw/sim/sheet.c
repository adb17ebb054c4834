#include "hw/sim/sheet.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hw/sim/sheet_change.h"
#include "hw/sim/sheet_circuit.h"
#include "hw/sim/sheet_lag.h"
#include "hw/sim/sheet_material.h"

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
#define N_CREEP       6
#define TEMPERATURE_C 23.5

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
		.creep_first_s = CREEP_FIRST_S,
		.n_creep = N_CREEP,
		.temperature_c = TEMPERATURE_C,
	};
}

void sheet_defaults_of(struct sheet_options *o, enum sheet_material material)
{
	sheet_defaults(o, SHEET_RESISTIVE);
	sheet_material_apply(o, material);
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

/* What came later has numbers of its own, so that a seed's stock sheet stays what it was. */
static void draw_rare(struct sheet *s)
{
	const struct sheet_options *o = &s->options;
	struct rng rng;

	rng_init(&rng, o->seed, 0x202);
	for (int i = 0; i < geometry_n_cells(&s->geometry); i++) {
		s->exponent[i] = o->exponent + o->exponent_sd * rng_normal(&rng);
		s->creep_gain[i] = exp(o->creep_sd_frac * rng_normal(&rng));
		s->settle[i] = 1;
		s->empty_since_s[i] = INFINITY; /* as drawn until it was empty */
		s->forgotten[i] = s->zero[i];
	}
}

/* Lay the cells' arrays out in one piece of memory. */
static int lay_out(struct sheet *s)
{
	size_t n = (size_t)geometry_n_cells(&s->geometry);
	double **single[] = { &s->gain, &s->zero, &s->exponent, &s->creep_gain,
		&s->settle, &s->conductance, &s->forgotten, &s->empty_since_s };
	size_t n_single = sizeof(single) / sizeof(single[0]);
	double *next =
		calloc(n * (n_single + SHEET_MAX_CREEP + SHEET_N_PLAY), sizeof(double));

	s->memory = next;
	if (!next)
		return -ENOMEM;
	for (size_t k = 0; k < n_single; k++, next += n)
		*single[k] = next;
	s->creep = next;
	s->play = next + n * SHEET_MAX_CREEP;
	return 0;
}

int sheet_init(struct sheet *s, const struct sheet_options *options,
	const struct mat_geometry *geometry, double most_n)
{
	int rc;

	memset(s, 0, sizeof(*s));
	if (options->adc_bits < 1 || options->adc_bits > 16 || options->n_creep < 1 ||
		options->n_creep > SHEET_MAX_CREEP)
		return -EINVAL;
	s->options = *options;
	s->geometry = *geometry;
	s->unit_scale = 1;
	s->full_scale = (uint16_t)((1UL << s->options.adc_bits) - 1);
	if (options->sensor == SHEET_IDEAL)
		s->unit_scale = (uint32_t)fmax(1, ceil(most_n * 1e3 / s->full_scale));
	rng_init(&s->noise, options->seed, 0x201);
	rc = lay_out(s);
	if (rc < 0)
		return rc;
	draw_cells(s);
	draw_rare(s);
	return 0;
}

void sheet_fini(struct sheet *s)
{
	free(s->memory);
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

/* What every cell conducts, zero included: counts / (full scale - counts) if nothing leaked. */
static void conduct(struct sheet *s, double t_s, double dt_s, const double *cells_n)
{
	const struct sheet_options *o = &s->options;
	double area_mm2 = s->geometry.pitch_x_mm * s->geometry.pitch_y_mm;
	double keep[SHEET_MAX_CREEP], full = s->full_scale;
	double warmth_c = sheet_change_warmth_c(s, t_s);
	double warm_gain = 1 + o->gain_frac_per_c * warmth_c;

	sheet_lag_keep(o, dt_s, keep);
	for (int i = 0; i < geometry_n_cells(&s->geometry); i++) {
		double felt = sheet_lag_feel(s, i, cells_n[i], keep), u, g;
		double zero = fmax(0, s->zero[i] + o->zero_counts_per_c * warmth_c);

		u = zero / (full - zero);
		if (felt > 0) {
			g = s->gain[i] *
			    sheet_material_conductance(
				    o, s->exponent[i], felt * 1e3 / area_mm2) *
			    s->settle[i] * warm_gain;
			u += g / (1 + g * SHEET_R_SERIES_OHM / SHEET_R_REFERENCE_OHM);
		}
		s->conductance[i] = u;
	}
}

static bool render_resistive(
	struct sheet *s, double t_s, double dt_s, const double *cells_n, uint16_t *out)
{
	const struct sheet_options *o = &s->options;
	double full = s->full_scale;
	bool saturated = false;

	sheet_change_settle(s, t_s, cells_n);
	conduct(s, t_s, dt_s, cells_n);
	sheet_circuit_leak(s);
	for (int i = 0; i < geometry_n_cells(&s->geometry); i++) {
		double u = s->conductance[i];
		double counts = full * u / (1 + u) + o->noise_counts * normal(s);

		counts = s->gain[i] > 0 ? fmin(fmax(floor(counts + 0.5), 0), full) : 0;
		saturated |= counts >= full;
		out[i] = (uint16_t)sheet_circuit_send(s, i, counts, dt_s);
	}
	return saturated;
}

bool sheet_render(struct sheet *s, double t_s, const double *cells_n, uint16_t *out)
{
	double dt_s = t_s - s->last_s;

	if (s->options.sensor == SHEET_IDEAL)
		return render_ideal(s, cells_n, out);
	s->last_s = t_s;
	return render_resistive(s, t_s, dt_s, cells_n, out);
}
