/* The two classes of sheets: what is drawn, and from which range. */
#include <math.h>
#include <string.h>

#include "tests/support/lab_sheet.h"

#define STREAM 0x1ab0

static void draw_curve(struct lab_sheet_options *o, struct rng *rng)
{
	o->curve = (enum lab_curve)(rng_u64(rng) % LAB_N_CURVES);
	o->exponent = rng_between(rng, 0.85, 1.2);
	o->half_kpa = rng_between(rng, 180, 350);
	o->ceiling = rng_between(rng, 3, 6);
	o->actuation_kpa = rng_between(rng, 0.5, 2.0);
	o->knee_kpa = rng_between(rng, 40, 120);
	o->second_exponent = o->exponent - rng_between(rng, 0.05, 0.15);
	o->series_frac = rng_between(rng, 0, 0.03);
	o->most_u = INFINITY;
}

static void draw_nominal(struct lab_sheet_options *o, struct rng *rng)
{
	o->gain_sd_frac = 0.15;
	o->zero_cnt = rng_between(rng, 20, 60);
	o->zero_sd_cnt = 0.35 * o->zero_cnt;
	o->zero_is_leak = rng_u64(rng) & 1;
	o->noise_cnt = rng_between(rng, 1, 2);
	draw_curve(o, rng);
	o->creep_frac = rng_between(rng, 0.03, 0.10);
	o->creep_first_s = rng_between(rng, 0.15, 0.6);
	o->creep_last_s = o->creep_first_s * rng_between(rng, 50, 200);
	o->creep_of_conductance = rng_u64(rng) & 1;
	rng_u64(rng); /* once which form: the numbers after it stay */
	o->lag = LAB_LAG_PLAY;
	o->lag_frac = rng_between(rng, 0, 0.02);
	o->lag_top_kpa = 45;
	o->lag_least = rng_between(rng, 0.05, 0.15);
	o->lag_most = rng_between(rng, 0.6, 1);
	o->lag_tilt = 1;
	o->warm_s = 600;
}

static void make_field(struct lab_sheet_options *o, struct rng *rng)
{
	o->gain_wave_frac = 0.03;
	o->n_dead = (int)(rng_u64(rng) % 4);
	o->exponent_sd = rng_between(rng, 0.03, 0.05);
	o->creep_frac = rng_between(rng, 0.10, 0.20);
	o->creep_first_s = rng_between(rng, 0.1, 0.3);
	o->creep_last_s = 1000 * o->creep_first_s;
	o->creep_sd = rng_between(rng, 0.05, 0.15);
	o->lag_frac = rng_between(rng, 0.05, 0.10);
	o->settle_sd = rng_between(rng, 0.01, 0.03);
	o->settle_cell_sd = rng_between(rng, 0.02, 0.04);
	o->row_leak = rng_between(rng, 0.002, 0.006);
	o->col_leak = rng_between(rng, 0.002, 0.006);
	o->leak_of_voltage = rng_u64(rng) & 1;
	o->warm_frac = rng_between(rng, -0.03, 0.03);
	o->warm_s = rng_between(rng, 300, 1200);
	o->zero_drift_cnt = rng_between(rng, -2, 2);
}

void lab_sheet_draw(
	struct lab_sheet_options *options, enum lab_class kind, uint64_t seed)
{
	struct rng rng;

	memset(options, 0, sizeof(*options));
	rng_init(&rng, seed, STREAM + kind);
	options->seed = seed;
	draw_nominal(options, &rng);
	if (kind == LAB_FIELD)
		make_field(options, &rng);
}
