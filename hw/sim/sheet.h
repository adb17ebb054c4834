/* The sensing sheet under the feet: forces on cells in, sensor numbers out.
 * Does not know feet or wires.
 * Follows docs/simulator.md and, for what a resistive sheet does wrong, the figures gathered
 * there. */
#ifndef STANCE_HW_SIM_SHEET_H
#define STANCE_HW_SIM_SHEET_H

#include <stdbool.h>
#include <stdint.h>

#include "src/base/rng.h"
#include "src/core/geometry.h"

enum sheet_sensor { SHEET_IDEAL, SHEET_RESISTIVE };

/* The divider a resistive cell is read with: counts / (full scale - counts) is
 * R_REFERENCE / (cell + R_SERIES). */
#define SHEET_R_REFERENCE_OHM 4700
#define SHEET_R_SERIES_OHM    100

#define SHEET_N_CREEP 6 /* first-order states, half a decade apart */
#define SHEET_N_PLAY  3 /* play operators */

/* How wrong a resistive sheet is; an ideal one ignores all from gain_sd_frac on. */
struct sheet_options {
	enum sheet_sensor sensor;
	int adc_bits; /* 1..16 */
	uint64_t seed;
	double gain_sd_frac;                /* log-normal spread between cells */
	double exponent;                    /* of conductance over pressure */
	double half_kpa;                    /* pressure that gives half of full scale */
	double zero_counts, zero_sd_counts; /* reading without load: mean, spread */
	double noise_counts;                /* sd of every reading */
	double creep_frac;      /* conductance gained per decade of time under load */
	double hysteresis_frac; /* width of the full loop over its height */
	double dead_frac;       /* of the cells read zero for ever */
	int dead_rows, dead_cols;
};

struct sheet {
	struct sheet_options options;
	struct mat_geometry geometry;
	uint32_t unit_scale; /* millinewtons in one number of an ideal sheet */
	uint16_t full_scale;
	struct rng noise;
	double *gain, *zero; /* per cell; gain 0: dead */
	double *creep;       /* SHEET_N_CREEP per cell */
	double *play;        /* SHEET_N_PLAY per cell */
	double spare_normal;
	bool has_spare;
	double last_s;
};

/* Set every option to its default for a sensor. */
void sheet_defaults(struct sheet_options *options, enum sheet_sensor sensor);

/* Build a sheet; `most_n` is the greatest force expected on one cell, from which an ideal sheet
 * chooses its unit. Returns 0, -EINVAL or -ENOMEM; release with sheet_fini(). */
int sheet_init(struct sheet *sheet, const struct sheet_options *options,
	const struct mat_geometry *geometry, double most_n);
void sheet_fini(struct sheet *sheet);

/* Scan the sheet at `t_s` (never falling): `cells_n` newtons and `out` sensor numbers, both
 * n_rows * n_cols, front row first. Returns true if a cell is at full scale. */
bool sheet_render(
	struct sheet *sheet, double t_s, const double *cells_n, uint16_t *out);

#endif
