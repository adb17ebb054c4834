/* A standing body as a chain of segments, sized by sex and stature.
 * Knows no posture and no load.
 * Segments: de Leva 1996, J Biomech 29:1223 (tables 1 and 4, masses, centres and lengths, scaled by stature);
 * ankle height: Winter 2009 after Drillis & Contini 1966; hip separation and L5/S1: docs/clinical-basis.md. */
#ifndef STANCE_CORE_ALIGN_BODY_H
#define STANCE_CORE_ALIGN_BODY_H

/* Lengths in metres, heights above the floor, masses as fractions of the whole body's. */
struct body {
	double thigh_m, shank_m, leg_m;      /* leg: thigh + shank */
	double ankle_z_m, knee_z_m, hip_z_m; /* joint centres, standing upright */
	double com_z_m;                      /* whole body */
	double l5s1_z_m;
	double hip_width_m; /* between the hips' centres */
	double upper_frac;  /* mass above L5/S1 */
	double upper_com_m; /* its centre above L5/S1 */
	double shift_frac; /* COM offset over pelvic shift, legs tilting about the ankles, trunk upright */
	double rigid_lean_frac; /* moment at L5/S1 over that of the whole COM when all leans as one piece */
	double above_ankle_frac; /* mass above the ankles */
};

/* Fill in the nominal body of `sex` ('M' or 'F'; anything else: the mean of both) and `stature_m`. */
void body_init(struct body *body, char sex, double stature_m);

#endif
