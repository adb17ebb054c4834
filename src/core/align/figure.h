/* The body loading picture as numbers: where the joints of a person stand, seen from behind and from the left, how wide the
 * pelvis may be drawn, where each label belongs.
 * Draws nothing, and knows neither pixels nor paper: a screen and a report both stand on this. Lengths are the body
 * model's (body.h), ranges the inference's (inference.h).
 *
 * Metres from the floor between the ankles: `z_m` up; `x_m` to the person's right, from the left forward. What is measured
 * sideways (ankles, hips, offsets) is drawn FIGURE_SIDEWAYS times larger than life, and every caption says so;
 * heights, head and shoulders are not. */
#ifndef STANCE_CORE_ALIGN_FIGURE_H
#define STANCE_CORE_ALIGN_FIGURE_H

#include "src/core/align/body.h"

/* Chosen: 10 mm beside the middle are then seen, and the ankles still fit below the shoulders. */
#define FIGURE_SIDEWAYS 3.0

/* The picture's height over the stature: the line through the centre of mass ends above the head. Chosen. */
#define FIGURE_TOP 1.03

/* What it is drawn from; NaN (for `sex` 0) where unknown. */
struct figure_facts {
	char sex; /* M, F */
	double stature_m;
	double ankle_width_mm;
	double com_ml_mm, com_ap_mm; /* over the ankles' middle */
	double pelvis_shift_p5_mm, pelvis_shift_p95_mm;
};

struct figure_point {
	double x_m, z_m;
};

struct figure_leg {
	struct figure_point foot; /* on the floor, below the ankle */
	struct figure_point ankle, knee, hip;
	struct figure_point knee_label; /* begins here, and goes on outwards */
};

struct figure {
	struct body body;
	double stature_m;         /* the one drawn */
	struct figure_leg leg[2]; /* left, right */
	/* A level band, because its tilt is unknown: `possible` is all that its shift may cover, `certain` what it covers
	 * in any case (from above to: nothing). */
	double pelvis_z_m, pelvis_possible_m[2], pelvis_certain_m[2];
	struct figure_point pelvis_label; /* on the right of the band */
	struct figure_point back, neck;   /* L5/S1, and between the shoulders */
	double shoulder_half_m;
	struct figure_point head;
	double head_radius_m;
	double com_x_m; /* the line from the floor to `top_z_m`; NaN: unknown */
	/* From the left: joints stand above one another; the foot lies from heel to toe. */
	double heel_m, toe_m, side_com_x_m; /* NaN: unknown */
	double top_z_m;
};

/* Compute it. An unknown or impossible stature (outside 0.5 to 2.6 m) is drawn as 1.70 m, ankles outside 40 to 400 mm
 * 170 mm apart (docs/protocols.md, marked stance); a shift that is unknown is none. Pure. */
void figure_init(struct figure *figure, const struct figure_facts *facts);

#endif
