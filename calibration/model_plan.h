/* What reading a frame needs at hand, made once from a model: for model*.c and its tests only.
 * Cells are taken in blocks of MODEL_LANES, so that a block of them is a few vector registers; planes
 * are padded to whole blocks. Immutable after model_plan_init(). */
#ifndef STANCE_CALIBRATION_MODEL_PLAN_H
#define STANCE_CALIBRATION_MODEL_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "calibration/model.h"

#define MODEL_LANES 4

/* A cell in the same block as one in contact is in contact from this part of the threshold on: where a load
 * thins out, what is less than the threshold is more likely load than noise. */
#define MODEL_BESIDE_FRAC 0.25
/* Where lines leak, what is left of their crosstalk lies beside loads, too. */
#define MODEL_BESIDE_LEAKY_FRAC 0.625

/* A cell that shows less than this part of its threshold is read as what it showed of late, first order: its noise bends the
 * curve and makes it flicker in and out of contact. More of it would lag behind sway. */
#define MODEL_STEADY_FRAC 1.25
#define MODEL_STEADY_S    0.5

/* The curve as straight pieces, 2^MODEL_PIECE_BITS in each octave of w: a float's exponent and upper
 * bits are the piece's number. Off by less than b (b - 1) / 8 / 65536 where the slope is b: 4e-6 at 2. */
#define MODEL_PIECE_BITS 8
#define MODEL_OCTAVES    24 /* below the highest w: a 24-bit converter's span */
#define MODEL_N_PIECES                                                                 \
	((MODEL_OCTAVES << MODEL_PIECE_BITS) + 1) /* [0]: through the origin */

struct model_piece {
	float offset_n, slope_n; /* s = offset + slope * w */
};

/* A dead cell: sum of force[from] * weight. Unused entries weigh 0. */
struct model_fill {
	int32_t cell;
	int32_t from[4];
	float weight[4];
};

struct model_plan {
	struct mat_geometry geometry;
	int n_cells, n_blocks;
	uint16_t full_scale;
	/* u = c / max(full - c * taken, least), times unit, which is in `gain`; for conductance full is 1
	 * and taken 0. */
	float unit, full, taken, least;
	float ordinary_noise_cnt; /* median of the living cells */
	bool has_crosstalk;
	float beside_frac; /* of the threshold, where a cell lies beside one in contact */
	double row_frac, col_frac;
	float bend_log2_w;   /* where all cells agree, logarithm to base 2 of w */
	float w_max, most_n; /* where the calibrated span ends, and the curve there */
	int32_t first_piece; /* upper bits of least_w */
	float least_w,
		most_w; /* just below the first octave, just below the end of the last */
	int n_creep, n_play;
	size_t a_block; /* floats that a block remembers: creep, play, what it showed of late */
	bool creeps_response;
	double tau_s[MODEL_MAX_CREEP];
	float amplitude[MODEL_MAX_CREEP];
	/* The inverse of the play operators is a sum of such operators, of the total. */
	float inverse_0, inverse_weight[MODEL_MAX_PLAY],
		inverse_width_n[MODEL_MAX_PLAY];
	struct model_curve curve;
	int n_fills;
	/* Into the memory behind the struct. */
	float *zero_cnt, *threshold_cnt, *gain, *floor_n;
	float *bend_ln2;     /* bend ln 2; NULL: cells have no exponents of their own */
	uint16_t *limit_cnt; /* for zero_cnt */
	struct model_piece *pieces;
	struct model_fill *fills;
};

/* F = own g + sum weight_k P'_k(g) undoes play. */
struct model_play_inverse {
	int n;
	double own, width_n[MODEL_MAX_PLAY], weight[MODEL_MAX_PLAY];
};

/* The inverse of sum w_k P(r_k) is sum q_k P(r'_k): Krejci & Kuhnen 2001, IEE Proc 148:185. */
void model_play_invert(
	const struct model_play *play, struct model_play_inverse *inverse);

/* model_read.c: sensor_ops.read. */
struct sensor_totals model_read(const void *model, float *state,
	const struct raw_frame *frame, const struct sensor_zero *zero, double dt_s,
	float *cells_n);

/* sensor_ops.limits. */
void model_limits(
	const void *model, const struct sensor_zero *zero, uint16_t *limit_cnt);

/* model_fill.c: list the dead cells of the model with their living neighbours; returns how many.
 * `fills` takes as many as there are dead cells. */
int model_find_fills(const struct model *model, struct model_fill *fills);

/* Return true for states whose numbers are not used. */
bool model_cell_is_dead(uint8_t state);

/* Return the slope d log s / d log w at `w`, its last one beyond w_max. */
double model_curve_slope(const struct model_curve *curve, double w);

#endif
