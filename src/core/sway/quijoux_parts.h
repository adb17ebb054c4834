/* The groups of descriptors of mode quijoux: each writes its own entries of the result.
 * Internal to quijoux*.c. Formulas: docs/metrics-quijoux.md, which cites Prieto et al. 1996 (IEEE
 * Trans Biomed Eng 43:956) and others where the reference follows them. */
#ifndef STANCE_CORE_SWAY_QUIJOUX_PARTS_H
#define STANCE_CORE_SWAY_QUIJOUX_PARTS_H

/* Order of quijoux_info() and of the reference's output. Where two axes follow each other, AP is
 * ML + 1, and the radius or the plane ML + 2. */
enum quijoux_descriptor {
	QUIJOUX_MEAN_VALUE_ML,
	QUIJOUX_MEAN_VALUE_AP,
	QUIJOUX_MEAN_DISTANCE_ML,
	QUIJOUX_MEAN_DISTANCE_AP,
	QUIJOUX_MEAN_DISTANCE_RADIUS,
	QUIJOUX_MAXIMAL_DISTANCE_ML,
	QUIJOUX_MAXIMAL_DISTANCE_AP,
	QUIJOUX_MAXIMAL_DISTANCE_RADIUS,
	QUIJOUX_RMS_ML,
	QUIJOUX_RMS_AP,
	QUIJOUX_RMS_RADIUS,
	QUIJOUX_RANGE_ML,
	QUIJOUX_RANGE_AP,
	QUIJOUX_RANGE_PLANE,
	QUIJOUX_RANGE_RATIO,
	QUIJOUX_PLANAR_DEVIATION,
	QUIJOUX_SWAY_DIRECTION,
	QUIJOUX_ELLIPSE_AREA,
	QUIJOUX_PRINCIPAL_DIRECTION,
	QUIJOUX_MEAN_VELOCITY_ML,
	QUIJOUX_MEAN_VELOCITY_AP,
	QUIJOUX_MEAN_VELOCITY_PLANE,
	QUIJOUX_SWAY_AREA,
	QUIJOUX_PHASE_PLANE_ML,
	QUIJOUX_PHASE_PLANE_AP,
	QUIJOUX_LFS,
	QUIJOUX_FRACTAL_DIMENSION,
	QUIJOUX_SPEED_ML, /* 4: crossings, mean positive, negative, any peak */
	QUIJOUX_SPEED_AP = QUIJOUX_SPEED_ML + 4,
	QUIJOUX_MEAN_PEAK = QUIJOUX_SPEED_AP + 4,
	QUIJOUX_MEAN_DISTANCE_PEAK,
	QUIJOUX_MEAN_FREQUENCY_ML,
	QUIJOUX_MEAN_FREQUENCY_AP,
	QUIJOUX_MEAN_FREQUENCY_PLANE,
	QUIJOUX_SPECTRUM_ML,                             /* 10 of ML and AP in turn */
	QUIJOUX_DIFFUSION_ML = QUIJOUX_SPECTRUM_ML + 20, /* 6 */
	QUIJOUX_DIFFUSION_AP = QUIJOUX_DIFFUSION_ML + 6,
	QUIJOUX_DESCRIPTORS = QUIJOUX_DIFFUSION_AP + 6,
};

/* The series after preprocessing: n samples at rate_hz, cm, with room for the speeds (cm/s) and
 * scratch for the hungriest group. */
struct quijoux_series {
	int n;
	double rate_hz;
	const double *x, *y;
	double *speed_x, *speed_y;
	void *scratch;
};

void quijoux_positions(const struct quijoux_series *s, double *value);

/* Needs quijoux_positions() before. */
void quijoux_motion(const struct quijoux_series *s, double *value);

void quijoux_spectra(const struct quijoux_series *s, double *value);
void quijoux_diffusion(const struct quijoux_series *s, double *value);

#endif
