/* A model footprint: how a standing foot presses, in its own coordinates.
 * Does not hold anyone's data: a handful of round pads placed by anatomy, our own numbers.
 * Proportions of pads to foot length follow what pedography shows of standing feet: heel at
 * a sixth, metatarsal heads near 0.7, hallux near 0.87 of the length. */
#ifndef STANCE_CORE_FOOTPRINT_H
#define STANCE_CORE_FOOTPRINT_H

#include <stdbool.h>

#include "src/core/geometry.h"

/* Which part of the foot is on the ground. */
enum footprint_part {
	FOOTPRINT_WHOLE,
	FOOTPRINT_FORE, /* heel raised: the front 45 % of the length */
	FOOTPRINT_HEEL, /* the rear 35 % */
	FOOTPRINT_N_PARTS,
};

/* One pad: a Gaussian hill. Places and standard deviations in foot lengths, w medial positive. */
struct footprint_pad {
	float u, w;
	float along, across;
	float height; /* relative to the heel */
};

/* The model itself, from the heel forward. */
#define FOOTPRINT_N_PADS 13
extern const struct footprint_pad footprint_pads[FOOTPRINT_N_PADS];

#define FOOTPRINT_FORE_FROM 0.55 /* of the length */
#define FOOTPRINT_HEEL_TO   0.35

/* Table over u (0 heel end .. 1 toe end) and w (across, in foot lengths, medial positive). */
#define FOOTPRINT_N_U    56
#define FOOTPRINT_N_W    32
#define FOOTPRINT_MARGIN 0.06 /* of the length, before the heel and beyond the toes */
#define FOOTPRINT_HALF_W 0.26

/* The square root of the model pressure, and its energy (integral of its square over the
 * unit of u and w) for each part. Built once by footprint_init(). */
struct footprint {
	float root[FOOTPRINT_N_U][FOOTPRINT_N_W];
	double energy[FOOTPRINT_N_PARTS];
};

/* Build the table. */
void footprint_init(struct footprint *f);

/* Where a foot lies. */
struct footprint_pose {
	double phi_rad; /* of the axis, heel to toe; 0 is +y, positive towards +x */
	double rear_mm; /* the heel's end, along the axis, from the mat's origin */
	double length_mm;
	double mid_mm; /* the axis' place, across, positive to the right of phi */
	bool is_right;
	enum footprint_part part;
};

/* Return the cosine similarity (0..1) of the model at `pose` with loads whose square roots are
 * `root_load`, at x_mm, y_mm (n each), `energy` = sum of root_load squared; a cell covers
 * cell_mm2. Correlating roots keeps single hard cells from ruling. */
double footprint_match(const struct footprint *f, const struct footprint_pose *pose,
	int n, const float *x_mm, const float *y_mm, const float *root_load,
	double energy, double cell_mm2);

#endif
