/* A resistive sheet of the laboratory: pressure on cells in, counts out, with everything that a calibration
 * must undo, each adjustable.
 * Shares neither code nor form with hw/sim/sheet.h or with calibration/: what is fitted must not know what
 * it is fitted to. Knows no weights, no feet, no wire.
 * What each effect is taken from: docs/calibration.md, "The simulated sheets behind the figures". */
#ifndef STANCE_TESTS_LAB_SHEET_H
#define STANCE_TESTS_LAB_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/rng.h"
#include "src/core/geometry.h"

#define LAB_MAX_CREEP 12
#define LAB_MAX_LAG   6
#define LAB_FULL      4095 /* 12 bit */

enum lab_class { LAB_NOMINAL, LAB_FIELD, LAB_N_CLASSES };

/* Conductance over pressure. All are monotone and 1 at `half_kpa`. */
enum lab_curve {
	LAB_POWER,      /* p^n */
	LAB_SATURATING, /* Velostat: p^n, bent down by a ceiling on conductance */
	LAB_PRINTED, /* printed FSR: hardly anything up to an actuation pressure, then p^n */
	LAB_TWO_SLOPE, /* Tekscan-like: one exponent below the knee, another above */
	LAB_N_CURVES,
};

/* What makes unloading read higher than loading. */
enum lab_lag {
	LAB_LAG_PLAY,  /* Prandtl-Ishlinskii: lags with sharp corners */
	LAB_LAG_SLOPE, /* Dahl: lags that fill and empty exponentially */
	LAB_N_LAGS,
};

struct lab_sheet_options {
	uint64_t seed;
	/* Cells. */
	double gain_sd_frac;          /* log-normal, cell by cell */
	double gain_wave_frac;        /* and in waves over the sheet */
	double zero_cnt, zero_sd_cnt; /* mean and spread of the empty mat's counts */
	bool zero_is_leak; /* in parallel to the cell; else added by the converter */
	double noise_cnt;  /* sd of every count */
	int n_dead;        /* cells that never answer */
	/* Curve. */
	enum lab_curve curve;
	double exponent;
	double exponent_sd; /* between cells, relative */
	double half_kpa;    /* pressure at which counts are at half of full scale */
	double ceiling; /* LAB_SATURATING: conductance at most, of that at half_kpa */
	double actuation_kpa;             /* LAB_PRINTED */
	double knee_kpa, second_exponent; /* LAB_TWO_SLOPE */
	double series_frac; /* resistance in series with every cell, of the reference's */
	double most_u; /* where the amplifier stops, counts/(full - counts); infinite: never */
	/* Creep: response gained per decade of time, from `creep_first_s` to `creep_last_s`. */
	double creep_frac, creep_first_s, creep_last_s;
	double creep_sd;           /* of its amount, between cells, relative */
	bool creep_of_conductance; /* else of what the material feels */
	/* Hysteresis: width of the full loop over its height at `lag_top_kpa`. */
	enum lab_lag lag;
	double lag_frac, lag_top_kpa;
	double lag_least, lag_most; /* widths, of the top */
	double lag_tilt;            /* weight goes with width to this power */
	/* Where and when. */
	double settle_sd; /* factor of the whole, anew each time the mat is loaded */
	double settle_cell_sd;     /* of each cell, anew each time it is loaded */
	double row_leak, col_leak; /* of what the others on the line show */
	bool leak_of_voltage;      /* of their counts; else of their conductance */
	double warm_frac, warm_s;  /* response gained by warming up, and how slowly */
	double zero_drift_cnt;     /* of every zero by the same warming */
};

/* Draw the options of sheet number `seed` of a class. */
void lab_sheet_draw(
	struct lab_sheet_options *options, enum lab_class kind, uint64_t seed);

struct lab_sheet;

/* Build a sheet on the heap; lab_sheet_free() it. Its clock begins at 0. Returns NULL without memory. */
struct lab_sheet *lab_sheet_new(
	const struct lab_sheet_options *options, const struct mat_geometry *geometry);
void lab_sheet_free(struct lab_sheet *sheet); /* NULL does nothing */

/* Scan at `t_s`, never falling: `cells_n` newtons (NULL: an empty mat) into counts, both row-major. */
void lab_sheet_scan(
	struct lab_sheet *sheet, double t_s, const double *cells_n, uint16_t *counts);

/* The same, averaged over `n_frames` scans around `t_s` during which the load rests: the same mean
 * without making each. */
void lab_sheet_average(struct lab_sheet *sheet, double t_s, const double *cells_n,
	int n_frames, float *counts);

/* Let the load take effect at `t_s` without looking. */
void lab_sheet_feel(struct lab_sheet *sheet, double t_s, const double *cells_n);

/* What a technician can read off the mat's HELLO: reference and series resistance, ohm. */
void lab_sheet_divider(
	const struct lab_sheet *sheet, double *r_reference_ohm, double *r_series_ohm);

#endif
