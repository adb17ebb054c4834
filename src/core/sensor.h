/* A calibrated sensor as the analysis sees it: a model that turns a frame's numbers into newtons, and
 * what is known of its errors.
 * Does not know how the model came to be: calibration/ implements it, the programs wire it in.
 * Follows docs/calibration.md; what the budget means: JCGM 100:2008 (GUM). */
#ifndef STANCE_CORE_SENSOR_H
#define STANCE_CORE_SENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/core/frame.h"

/* Standard uncertainties (k = 1) that the calibration leaves on a person standing on the mat, besides
 * the noise of single cells. 0: none known. They are systematic: they do not average out over a trial. */
struct sensor_budget {
	double force_frac;         /* of total force, relative */
	double share_frac;         /* of left and of fore share, absolute (0..1) */
	double cop_x_mm, cop_y_mm; /* of the mean COP */
	double drift_frac_per_min; /* of total force under a constant load, relative */
	double velocity_frac;      /* of sway velocity and path, relative */
	double area_frac;          /* of sway areas, relative */
	double velocity_bias_frac; /* known to read low by about this, not corrected; 0..1 */
	double noise_velocity_mm_s; /* sway velocity of a dead weight; NaN unknown */
};

/* What one frame gave on its way to newtons. */
struct sensor_totals {
	double sum_n; /* of all cells in contact, those filled in included */
	double filled_n; /* of cells the calibration knows to be dead, filled in from neighbours */
	bool full;         /* a number reached full scale */
	bool extrapolated; /* a cell beyond the calibrated span carries load */
	double beyond_n; /* by how much such cells exceed the span, summed: the part that rests on
	                    extrapolation */
};

/* The zero that a frame is measured from: raw numbers. */
struct sensor_zero {
	const float *map_cnt; /* n_rows * n_cols, row-major */
	float noise_cnt;      /* sd of one ordinary cell */
	const uint16_t *
		limit_cnt; /* numbers not above it are no contact; made by sensor_ops.limits */
};

/* The model's side. `model` is immutable while in use and may serve several analyses at once; what
 * changes from frame to frame is in `state`, plain floats without pointers, so that it can be copied
 * and recorded. No function allocates, waits or fails. */
struct sensor_ops {
	/* Return how many floats the state takes. */
	size_t (*n_state)(const void *model);
	/* Write the state of a mat that has been empty for long. */
	void (*state_reset)(const void *model, float *state);
	/* Return the zero map and noise that the calibration measured, borrowed from the model. */
	struct sensor_zero (*zero)(const void *model);
	/* Write the highest number of each cell that is no contact, for a map and noise of one's own (a
	 * tare): n_rows * n_cols. `zero->limit_cnt` is not read. */
	void (*limits)(
		const void *model, const struct sensor_zero *zero, uint16_t *limit_cnt);
	/* Turn a frame into newtons: `cells_n` n_rows * n_cols, row-major, 0 where no contact. `dt_s`: since
	 * the frame before, 0 for the first. */
	struct sensor_totals (*read)(const void *model, float *state,
		const struct raw_frame *frame, const struct sensor_zero *zero,
		double dt_s, float *cells_n);
	/* Return the standard uncertainty of one cell from noise and resolution, at `cell_n` newtons. */
	double (*cell_noise_n)(const void *model, double cell_n);
};

/* A calibration in force. All zero: none. Borrowed: model and budget must outlive the analysis. */
struct sensor {
	const struct sensor_ops *ops; /* NULL: none */
	const void *model;
	const struct sensor_budget *budget;
	uint32_t
		flags; /* enum sample_flag bits for every sample: unverified, expired */
};

#endif
