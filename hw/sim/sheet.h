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

#define SHEET_MAX_CREEP 12 /* first-order states, half a decade apart */
#define SHEET_N_PLAY    3  /* play operators */

/* What the cells are made of: where a sheet's defaults come from. Stock is what --sensor resistive
 * always was. */
enum sheet_material { SHEET_STOCK, SHEET_VELOSTAT, SHEET_PRINTED, SHEET_TEKSCAN };

/* The form of conductance over pressure, before the exponent; x = pressure over half_kpa. */
enum sheet_curve {
	SHEET_CURVE_POWER, /* x */
	SHEET_CURVE_ONSET, /* nothing much until the layers touch at onset_kpa, then x */
	SHEET_CURVE_BEND,  /* x (1 + bend) / (1 + bend x): straight, then flattening */
};

/* How wrong a resistive sheet is; an ideal one ignores all from gain_sd_frac on. What is below
 * the blank line is rare, and 0 unless a material or an option brings it. */
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

	enum sheet_curve curve;
	double onset_kpa, bend;
	double exponent_sd; /* of the exponent between cells */
	double saturation_kpa; /* pressure beyond which a cell's conductance stays; 0: none */
	double creep_sd_frac; /* log-normal spread of creep between cells */
	double creep_first_s; /* the fastest state's time constant */
	int n_creep;          /* states in use, 1..SHEET_MAX_CREEP */
	double resettle_frac; /* a spot loaded anew reads otherwise by about this: sd */
	double temperature_c; /* at the start */
	double warming_c_per_min;
	double gain_frac_per_c, zero_counts_per_c;
	double leak_row_frac,
		leak_col_frac;   /* of the other cells' conductance on the line */
	double sneak_frac;       /* of the conductance around three corners */
	double threshold_counts; /* the mat itself sends what is below as 0 */
	double autozero_s; /* time constant with which the mat forgets what stays; 0: never */
};

struct sheet {
	struct sheet_options options;
	struct mat_geometry geometry;
	uint32_t unit_scale; /* millinewtons in one number of an ideal sheet */
	uint16_t full_scale;
	struct rng noise;
	double *gain, *zero;   /* per cell; gain 0: dead */
	double *exponent;      /* per cell */
	double *creep_gain;    /* per cell, about 1 */
	double *settle;        /* per cell, about 1: how it came to rest this time */
	double *conductance;   /* per cell, of this scan */
	double *forgotten;     /* per cell, counts that autozero takes off */
	double *creep;         /* SHEET_MAX_CREEP per cell */
	double *play;          /* SHEET_N_PLAY per cell */
	double *empty_since_s; /* per cell; infinite until it is empty */
	double *memory;        /* all of the above */
	uint64_t n_settlings;
	double spare_normal;
	bool has_spare;
	double last_s;
};

/* Set every option to its default for a sensor. */
void sheet_defaults(struct sheet_options *options, enum sheet_sensor sensor);

/* The same for a resistive sheet of that material. */
void sheet_defaults_of(struct sheet_options *options, enum sheet_material material);

/* Build a sheet; `most_n` is the greatest force expected on one cell, from which an ideal sheet
 * chooses its unit. Returns 0, -EINVAL or -ENOMEM; release with sheet_fini(). */
int sheet_init(struct sheet *sheet, const struct sheet_options *options,
	const struct mat_geometry *geometry, double most_n);
void sheet_fini(struct sheet *sheet);

/* Scan the sheet at `t_s` (never falling): `cells_n` newtons and `out` sensor numbers, both
 * n_rows * n_cols, front row first. Returns true if a cell is at full scale. */
bool sheet_render(
	struct sheet *sheet, double t_s, const double *cells_n, uint16_t *out);

/* From now on a cell reads zero. `row`, `col` -1: all of them. Out of range does nothing. */
void sheet_kill(struct sheet *sheet, int row, int col);

/* Return the mat's temperature at `t_s`. */
double sheet_temperature_c(const struct sheet *sheet, double t_s);

#endif
