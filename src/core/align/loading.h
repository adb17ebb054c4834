/* The quasi-static model of a standing body: from where the load lies on the feet to lean, pelvic shift, the
 * load on knees and lower back, at one set of parameters.
 * Draws no numbers and gives no ranges (inference.h does).
 * Equations (1) to (9) of docs/clinical-basis.md; frame of docs/units-and-axes.md, person's own axes:
 * x to the right, y forward. Newtons, metres, degrees. */
#ifndef STANCE_CORE_ALIGN_LOADING_H
#define STANCE_CORE_ALIGN_LOADING_H

#include "src/core/align/body.h"

/* What is assumed besides the body; loading_nominal() gives the middle of each. */
struct loading_assumed {
	double trunk_frac; /* p: share of the COM's offset that the trunk's lean makes, 0..1 */
	double trunk_ap_frac; /* the same forward; at least body.rigid_lean_frac */
	double knee_mix;      /* 0: load in proportion; 1: the steeper line */
	double knee_factor;   /* model error of the knees' load, 1 */
	double l5s1_arm_ml_m, l5s1_arm_ap_m; /* lever arms of the back's muscles */
	double l5s1_base_bw; /* compression in balanced standing, body weights */
	double e_ref_m; /* forward COM of balanced standing; own baseline where known */
};

/* What the mat measured, metres; NaN where unknown. */
struct loading_stance {
	double mass_kg;
	double right_frac;
	double com_ml_m, com_ap_m; /* from the ankles' midpoint: d and e */
	double ankle_width_m;      /* W_a */
};

struct loading {
	double lean_deg;            /* (3) */
	double ankle_moment_nm;     /* (3), both ankles */
	double pelvis_shift_m;      /* (4), + to the right */
	double pelvis_shift_most_m; /* the same if the trunk does not lean */
	double obliquity_deg;       /* (5), from the shift alone, right side up + */
	double knee_bw[2];          /* (7), left, right: axial, body weights */
	double l5s1_frontal_nm;     /* (9), extra, >= 0 */
	double l5s1_sagittal_nm;    /* (9), extra, + bending forward */
	double l5s1_frontal_frac; /* compression that the frontal moment adds, over that of balanced standing */
	double l5s1_extra_n;    /* compression added by both */
	double l5s1_extra_frac; /* over that of balanced standing */
};

/* The two lines between which a knee's load lies, body weights, at `frac` of the load on its foot: through
 * 107 %BW on two legs and 259 %BW on one (Kutzner et al. 2010, J Biomech 43:2164, five instrumented knees).
 * Valid for 0.3 < frac < 0.7. */
double loading_knee_low(double frac);
double loading_knee_steep(double frac);

/* Return the middle of every assumption for this body. */
struct loading_assumed loading_nominal(const struct body *body);

/* Compute. What depends on an unknown is NaN. */
void loading_compute(const struct body *body, const struct loading_assumed *assumed,
	const struct loading_stance *stance, struct loading *out);

/* Where one foot's load and one leg's line run, for the research view of the knee's frontal moment. */
struct loading_frontal {
	double side;           /* -1 left, +1 right */
	double frac;           /* of the load */
	double cop_m, ankle_m; /* x of the foot's COP and ankle */
	double hip_m;          /* x of the hip's centre */
	double varus_deg;
	double shear_frac; /* reaction towards the middle over the vertical */
};

/* (8) External knee adduction moment of one leg, body weights times metres, from the vertical force alone and
 * with the shear. Its sign is not knowable from a mat: research view only. */
void loading_knee_frontal(const struct body *body, const struct loading_frontal *leg,
	double *vertical_bwm, double *with_shear_bwm);

/* The shear that two feet `cop_width_m` apart press inwards with, over the vertical force: 0.45 of the
 * geometric (one dual-plate person; +-0.15). */
double loading_shear_frac(const struct body *body, double cop_width_m);

#endif
