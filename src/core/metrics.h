/* The one table of everything that a trial measures: key, unit, label, decimals, source, status.
 * Computes nothing; the store, the command line, the screens and reports read it here.
 * Follows docs/metrics.md and docs/api.md (stance.sway/1, stance.trial/1). */
#ifndef STANCE_CORE_METRICS_H
#define STANCE_CORE_METRICS_H

#include <stdbool.h>

/* What kind of thing a metric describes, which is the object of a document that it stands in. */
enum metric_group {
	METRIC_GROUP_SWAY,     /* the COP's movement, mode native */
	METRIC_GROUP_SWAY_U95, /* what the mat's calibration leaves on it */
	METRIC_GROUP_WEIGHT,   /* how the weight lay on the feet */
	METRIC_GROUP_OUTCOME,  /* what the protocol itself measures */
};

/* The metrics. Order is that of documents and listings; the store knows keys, never numbers. */
enum metric {
	/* sway, mode native: docs/metrics.md */
	METRIC_PATH_MM,
	METRIC_MEAN_VELOCITY_MM_S,
	METRIC_MEAN_VELOCITY_ML_MM_S,
	METRIC_MEAN_VELOCITY_AP_MM_S,
	METRIC_MEAN_VELOCITY_CORRECTED_MM_S, /* the sensor's noise taken off in quadrature */
	METRIC_RMS_ML_MM,
	METRIC_RMS_AP_MM,
	METRIC_RMS_MM,
	METRIC_RANGE_ML_MM,
	METRIC_RANGE_AP_MM,
	METRIC_MEAN_DISTANCE_MM,
	METRIC_ELLIPSE95_MM2,
	METRIC_ELLIPSE_MAJOR_MM,
	METRIC_ELLIPSE_MINOR_MM,
	METRIC_ELLIPSE_ANGLE_DEG,
	METRIC_HULL_MM2,
	METRIC_SWAY_AREA_MM2_S,
	METRIC_MEAN_FREQUENCY_HZ,
	METRIC_MEAN_POWER_FREQUENCY_HZ,
	METRIC_TOTAL_POWER_ML_MM2,
	METRIC_TOTAL_POWER_AP_MM2,
	METRIC_PF50_ML_HZ,
	METRIC_PF50_AP_HZ,
	METRIC_PF95_ML_HZ,
	METRIC_PF95_AP_HZ,
	METRIC_CENTROID_FREQUENCY_ML_HZ,
	METRIC_CENTROID_FREQUENCY_AP_HZ,
	METRIC_FREQUENCY_DISPERSION_ML,
	METRIC_FREQUENCY_DISPERSION_AP,
	METRIC_SAMPLE_ENTROPY_ML,
	METRIC_SAMPLE_ENTROPY_AP,
	METRIC_DFA_ALPHA_ML,
	METRIC_DFA_ALPHA_AP,
	METRIC_DIFFUSION_SHORT_SCALING_ML,
	METRIC_DIFFUSION_SHORT_SCALING_AP,
	METRIC_DIFFUSION_LONG_SCALING_ML,
	METRIC_DIFFUSION_LONG_SCALING_AP,
	METRIC_DIFFUSION_CRITICAL_TIME_ML_S,
	METRIC_DIFFUSION_CRITICAL_TIME_AP_S,
	METRIC_DIFFUSION_CRITICAL_DISPLACEMENT_ML_MM2,
	METRIC_DIFFUSION_CRITICAL_DISPLACEMENT_AP_MM2,
	METRIC_SWAY_DENSITY_PEAK_S,
	METRIC_SWAY_DENSITY_DISTANCE_MM,
	METRIC_TTB_MEAN_MINIMUM_S, /* time to boundary; absent without an outline of the feet */
	METRIC_TTB_MINIMUM_S,

	/* of sway, from the calibration: stance.sway/1 `u95` and `velocity_bias_pct`; absent without one */
	METRIC_VELOCITY_U95_PCT, /* expanded, k = 2; of every velocity and the path */
	METRIC_AREA_U95_PCT,
	METRIC_VELOCITY_BIAS_PCT, /* known and not corrected; negative: reads low */

	/* weight: stance.trial/1 `weight` */
	METRIC_MASS_KG,          /* the weighed one, if the mat's was scaled to it */
	METRIC_MEASURED_MASS_KG, /* what the mat shows */
	METRIC_SCALE_FACTOR,     /* the weighed over the measured mass */
	METRIC_LEFT_FRAC,
	METRIC_LEFT_FRAC_SD,
	METRIC_RIGHT_FRAC,
	METRIC_FORE_FRAC,
	METRIC_LEFT_FORE_FRAC,
	METRIC_RIGHT_FORE_FRAC,
	METRIC_ASYMMETRY_PCT,
	METRIC_ASYMMETRY_PCT_CI95_LOW,
	METRIC_ASYMMETRY_PCT_CI95_HIGH,
	METRIC_COM_ML_MM,
	METRIC_COM_ML_MM_CI95_LOW,
	METRIC_COM_ML_MM_CI95_HIGH,
	METRIC_COM_AP_MM,
	METRIC_STANCE_WIDTH_MM,
	METRIC_FOOT_LENGTH_LEFT_MM,
	METRIC_FOOT_LENGTH_RIGHT_MM,
	METRIC_TOE_OUT_LEFT_DEG,
	METRIC_TOE_OUT_RIGHT_DEG,
	METRIC_MEDIAL_LATERAL_LEFT, /* inner less outer side, over both */
	METRIC_MEDIAL_LATERAL_RIGHT,
	METRIC_ARCH_INDEX_LEFT, /* absent on cells above 8 mm */
	METRIC_ARCH_INDEX_RIGHT,
	METRIC_AP_DIFFERENCE_MM, /* right COP ahead of its ankle, less left */
	METRIC_DIAGONAL_INDEX,   /* (RF + LH - LF - RH) over all */

	/* outcomes: stance.trial/1 `outcomes` */
	METRIC_HOLD_TIME_S,
	METRIC_STEPPED_OFF_S,
	METRIC_ROMBERG_VELOCITY,
	METRIC_ROMBERG_AREA,
	METRIC_FOAM_VELOCITY_RATIO,
	METRIC_VESTIBULAR_VELOCITY_RATIO,
	METRIC_REPETITIONS,
	METRIC_REPETITIONS_TIME_S,
	METRIC_MEAN_REPETITION_S,
	METRIC_RISE_ASYMMETRY_PCT,
	METRIC_LOWER_ASYMMETRY_PCT,
	METRIC_PEAK_ASYMMETRY_PCT,
	METRIC_SQUAT_ASYMMETRY_PCT,
	METRIC_REACTION_TIME_S,
	METRIC_MOVEMENT_VELOCITY_DEG_S,
	METRIC_ENDPOINT_EXCURSION_MM,
	METRIC_ENDPOINT_EXCURSION_DEG,
	METRIC_ENDPOINT_EXCURSION_PCT,
	METRIC_MAX_EXCURSION_MM,
	METRIC_MAX_EXCURSION_DEG,
	METRIC_MAX_EXCURSION_PCT,
	METRIC_DIRECTIONAL_CONTROL_PCT,
	METRIC_OUTSIDE_45_55_PCT,
	METRIC_OUTSIDE_40_60_PCT,
	METRIC_SHIFTS,
	METRIC_FIDGETS,
	METRIC_BIMODALITY,
	METRIC_N,
};

/* One metric. Strings are static. */
struct metric_info {
	const char *key; /* in every document, file and table; carries the unit */
	enum metric_group group;
	const char *unit; /* for people: "mm/s", "%", "" for a pure number */
	const char *label;
	const char *source; /* paper or section of docs/metrics.md */
	int decimals;       /* that a screen or a report shows */
	bool exploratory; /* not settled enough to decide by: marked wherever it is shown */
};

/* Return the entry of a metric, 0 <= metric < METRIC_N. */
const struct metric_info *metric_info(enum metric metric);

/* Return the metric with this key, METRIC_N if there is none. */
enum metric metric_find(const char *key);

#endif
