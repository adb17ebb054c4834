/* A person on two force plates, one under each foot: the metrics of the group WEIGHT, and what speaks
 * against them. Does not read files and does not measure sway (sway.h does, from plates_net()).
 * Follows docs/protocols.md ("Two plates"). Plates see no outlines: where the ankles are not given,
 * each is taken to lie at its foot's mean COP sideways, and unknown fore and aft. */
#ifndef STANCE_CORE_TRIAL_PLATES_H
#define STANCE_CORE_TRIAL_PLATES_H

#include <stdbool.h>

#include "src/core/geometry.h"
#include "src/core/trial/record.h"

#define PLATES_LEAST_N 20.0 /* both plates together; below it nobody stands there */
#define PLATES_FOOT_N  10.0 /* one plate; below it its COP is noise */

/* Standard uncertainty of the ankles' midpoint sideways, where it is taken from the COPs. */
#define PLATES_SD_REF_MM 5.0

/* Foot length over stature (Drillis & Contini 1966). */
#define PLATES_FOOT_FRAC 0.152

/* Caller-owned columns of n rows; x to the right, y forward, one frame for both feet. NaN: absent. */
struct plates_series {
	int n;
	const double *t_s;
	const double *left_n, *left_x_mm, *left_y_mm;
	const double *right_n, *right_x_mm, *right_y_mm;
};

struct plates_setup {
	struct trial_person person;
	bool has_ankles;
	struct pos_mm left_ankle, right_ankle;
};

/* Compute one row's net COP, the plates' weighted by their forces. A plate below PLATES_FOOT_N
 * counts as zero. Returns false, and writes nothing, below PLATES_LEAST_N or where a loaded plate
 * has no COP. */
bool plates_net(const struct plates_series *series, int row, struct pos_mm *cop_mm,
	double *force_n);

/* Fill in the group WEIGHT of `value` (METRIC_N numbers), NaN where the plates do not tell it.
 * fore_frac: with ankles and stature, from where each COP lies on a foot of PLATES_FOOT_FRAC of the
 * stature, whose heel and forefoot carry at 16 and 73 % of it (docs/protocols.md); a model. */
void plates_measure(const struct plates_series *series,
	const struct plates_setup *setup, double *value);

/* Judge: add to record->verdict and reasons. `record` has phase 0 with its weight and sway. */
void plates_judge(const struct plates_series *series, const struct plates_setup *setup,
	struct trial_record *record);

#endif
