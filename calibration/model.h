/* The sensor model: how counts of one mat become newtons, cell by cell, and what undoes creep and
 * hysteresis in real time. Plain data; the numbers come from fit.h or a file.
 * Does not fit and does not know files. Source of every step: docs/calibration.md, "The model".
 *
 *   c  counts -> c - zero -> u = c / (full - c) (conductance of the divider; with a known divider the
 *   series resistor is taken out) -> crosstalk out -> v: 0 up to the threshold -> w = gain * v
 *   -> s = curve(w), newtons on the cell -> F = s with creep and hysteresis undone
 *   -> F of dead cells from their living neighbours */
#ifndef STANCE_CALIBRATION_MODEL_H
#define STANCE_CALIBRATION_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/core/frame.h"
#include "src/core/geometry.h"
#include "src/core/sensor.h"

#define MODEL_MAX_CELLS (GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE)
#define MODEL_BEND_LOG  0.5 /* a bend moves w by no more of a logarithm */
#define MODEL_MAX_KNOTS 12
#define MODEL_MAX_CREEP 8
#define MODEL_MAX_PLAY  6

enum cell_state {
	CELL_OK,
	CELL_DEAD,  /* never answered to load */
	CELL_STUCK, /* reads the same high number whatever happens */
	CELL_NOISY, /* noise far above its neighbours' */
	CELL_UNCOVERED, /* never pressed while gains were measured: gain 1, wider uncertainty */
	CELL_N_STATES,
};

/* Return the state's word in the calibration file. */
const char *cell_state_name(enum cell_state state);

enum curve_kind { CURVE_LINEAR, CURVE_POWER, CURVE_CUBIC, CURVE_N_KINDS };

/* Return the kind's word in the calibration file. */
const char *curve_kind_name(enum curve_kind kind);

/* s(w), newtons on one cell, monotone, 0 at 0. Beyond w_max it goes on as a power law with the slope
 * (d log s / d log w) that it has there, and is flagged. */
struct model_curve {
	enum curve_kind kind;
	double scale_n;  /* linear and power: s = scale_n * w^exponent */
	double exponent; /* 1 for linear */
	int n_knots; /* cubic: monotone Hermite through these (Fritsch & Carlson 1980), in log w, log s;
	                    below the first knot a power law */
	double knot_w[MODEL_MAX_KNOTS], knot_s_n[MODEL_MAX_KNOTS];
	double w_max; /* highest w that a known load pressed a cell to */
};

/* What creeps is the force that the material feels, or its response w: y = x + sum of amplitude_k * x_k; x_k follows
 * x as first order with tau_k. */
struct model_creep {
	int n;
	bool of_response; /* y is w, and the curve comes after; else y is s */
	double tau_s[MODEL_MAX_CREEP];
	double amplitude[MODEL_MAX_CREEP]; /* >= 0 */
};

/* g = F + sum of weight_k * (p_k - F); p_k lags behind F, by 2 width_n_k at most, when it rises and by nothing when it
 * has fallen as far: the play operator of half width width_n_k as Krejci & Kuhnen 2001, IEE Proc 148:185, of a
 * sheet that was loaded before and lies empty. Play first as the material feels it, creep after. */
struct model_play {
	int n;
	double width_n[MODEL_MAX_PLAY];
	double weight[MODEL_MAX_PLAY];
};

/* Current that leaks along lines: u_seen = u + row_frac * (sum of the others of its row) + col_frac *
 * (of its column). 0: none. */
struct model_crosstalk {
	double row_frac, col_frac;
};

/* How one mat reads. Arrays hold n_rows * n_cols numbers, row-major, the rest unused. */
struct model {
	struct mat_geometry geometry;
	enum frame_unit unit; /* of the numbers; force never needs a model */
	double unit_scale;
	uint32_t full_scale;
	bool has_divider;
	double r_reference_ohm, r_series_ohm;
	double threshold_sds; /* k of the threshold: k times the cell's noise is no contact */
	float zero_cnt[MODEL_MAX_CELLS];
	float noise_cnt[MODEL_MAX_CELLS];
	float gain[MODEL_MAX_CELLS];
	/* Cells of exponents of their own: w = gain v (gain v / bend_w)^bend, no farther than MODEL_BEND_LOG. */
	double bend_w; /* where gains are right; 0: all cells have the curve's exponent */
	float bend[MODEL_MAX_CELLS];
	uint8_t state[MODEL_MAX_CELLS]; /* enum cell_state */
	struct model_crosstalk crosstalk;
	struct model_curve curve;
	struct model_creep creep;
	struct model_play play;
	struct sensor_budget budget;
};

/* What model_read() needs at hand: tables and lists made once from the model. In caller's memory. */
struct model_plan;

/* Return the bytes that a plan for this model takes, 0 for a geometry out of range. */
size_t model_plan_size(const struct model *model);

/* Check the model and lay the plan out in `memory` (`size` bytes, aligned to 64), which copies all it
 * needs: `model` may go. Returns 0; -EINVAL for numbers that make no model (a falling curve, a negative
 * creep amplitude, ...); -ENOBUFS. `*out` points into `memory`. */
int model_plan_init(
	void *memory, size_t size, const struct model *model, struct model_plan **out);

/* The plan as a sensor for the analysis: sensor.model is a struct model_plan. */
extern const struct sensor_ops model_sensor_ops;

/* One number to v, the linearised response above zero (crosstalk, threshold and gain not applied):
 * what fitting and reading share. `count_above_zero` may be negative: then 0. */
double model_linearise(const struct model *model, double count, double zero_cnt);

/* Return w of a cell that shows v. */
double model_equalise(const struct model *model, int cell, double v);

/* s(w) and its inverse. */
double model_curve_n(const struct model_curve *curve, double w);
double model_curve_w(const struct model_curve *curve, double s_n);

#endif
