/* How the weight lay on the feet over one measured stretch: the metrics of the group WEIGHT.
 * Does not know quality and draws no conclusion.
 * Follows docs/protocols.md ("Weight distribution"); offsets are in the person's own frame, whose
 * forward direction is the one that the feet give, wherever on the mat she stands. */
#ifndef STANCE_CORE_TRIAL_DISTRIBUTION_H
#define STANCE_CORE_TRIAL_DISTRIBUTION_H

#include "src/core/sensor.h"
#include "src/core/trial/engine.h"

/* The ankle's place on the foot's axis, from its rear end (clinical practice: a quarter of the
 * length; where it really is differs by 3 % of it between people). */
#define DISTRIBUTION_ANKLE_FRAC 0.25

/* Standard uncertainties of a single trial's lateral offset: repeating the trial, and finding the
 * ankles from footprints (docs/protocols.md). */
#define DISTRIBUTION_SD_TRIAL_MM 5.0
#define DISTRIBUTION_SD_REF_MM   4.0

/* What the offset of the centre of mass is computed from; mat plane, NaN where unknown. */
struct distribution_stance {
	struct pos_mm
		com; /* mean COP, which in quiet standing is the mean COM's projection */
	struct pos_mm ankle[ENGINE_N_FEET];
	struct pos_mm forward; /* unit vector */
	double left_frac;      /* mean */
	double cop_width_mm; /* between the feet's mean COPs, across the forward direction */
	double share_sd; /* standard uncertainty of left_frac from the sheet; 0 unknown */
	double ref_sd_mm; /* of the ankles' midpoint, sideways */
	double cop_sd_mm; /* of the mean COP, sideways, from the calibration */
};

/* Fill in asymmetry, com_ml_mm with intervals, com_ap_mm of `value` (METRIC_N numbers). */
void distribution_offset(const struct distribution_stance *stance, double *value);

/* Fill in the whole group WEIGHT of `value` (METRIC_N numbers) from a stretch of the engine. `budget`: the
 * calibration's, NULL without one; what it leaves on shares has come with the samples' u95. */
void distribution_measure(const struct engine *engine, const struct engine_phase *phase,
	const struct sensor_budget *budget, double *value);

/* By how much a weighed mass may differ from the mat's and still be of the same person: a field sheet is off
 * by 6 % at most (docs/calibration.md), clothes and shoes are another 5 %; more is a mistake. */
#define DISTRIBUTION_SCALE_MOST 0.15

/* Compare the mass that the mat shows with `weighed_kg` (NaN: not known): scale_factor of `value`, and, where
 * `may_scale` and the factor is within 1 +- DISTRIBUTION_SCALE_MOST, mass_kg is the weighed one. */
void distribution_scale(double weighed_kg, bool may_scale, double *value);

#endif
