/* What no mat sees of a simulated person: pelvis, knees and lower back, and where they put the weight.
 * Forward only, from what the body does to where its load falls; it shares no code with the model that infers
 * the one from the other.
 * Follows docs/simulator.md ("The body above the feet"). Person's axes: x to the right, y forward. */
#ifndef STANCE_HW_SIM_SKELETON_H
#define STANCE_HW_SIM_SKELETON_H

/* What the person is and does; skeleton_defaults() is somebody even. */
struct skeleton_options {
	char sex; /* 'M' or 'F' */
	double stature_m, mass_kg;
	double pelvis_shift_mm; /* habit: hips over the ankles' middle, + right */
	double trunk_lean_mm; /* COM's offset that bending above L5/S1 makes, + right */
	double leg_difference_mm; /* + the right leg is short */
	double lift_mm;           /* plate under one foot, + right */
	double lift_response; /* mm that the COM moves towards the lifted side for one of lift, any sign */
	double compensation; /* of the pelvis' tilt by a difference, that knee, foot and spine leave: 0..1 */
	double spare_frac; /* pain: share of body weight taken off the right (+) or left (-) leg */
	double com_ap_mm;     /* ahead of the ankles */
	double trunk_ap_frac; /* share of the forward offset that the trunk makes */
	/* What differs between people and is no habit. */
	double shift_frac; /* COM's offset over the hips' */
	double hip_width_m, leg_m, com_above_ankle_m;
	double knee_mix,
		knee_factor; /* where between the two lines a knee's load lies */
	double l5s1_arm_ml_m, l5s1_arm_ap_m, l5s1_base_bw, e_ref_m;
};

/* What follows. */
struct skeleton {
	double com_ml_mm, com_ap_mm; /* from the ankles' middle */
	double right_frac;
	double lean_deg, ankle_moment_nm;
	double pelvis_shift_mm;
	double obliquity_deg;            /* all of it, right side up + */
	double obliquity_from_shift_deg; /* of it, what the shift makes */
	double knee_left_pct_bw, knee_right_pct_bw;
	double l5s1_moment_frontal_nm, l5s1_moment_sagittal_nm;
	double l5s1_compression_frontal_pct, l5s1_compression_extra_pct;
};

/* Somebody even, of average build for the sex and stature. */
void skeleton_defaults(
	struct skeleton_options *options, char sex, double stature_m, double mass_kg);

/* Solve for where the weight falls on feet that carry `cop_width_mm` apart, with the ankles `ankle_width_mm` apart
 * about the same middle. Offsets that the feet cannot carry are cut at 90 % of the load on one. */
void skeleton_solve(const struct skeleton_options *options, double cop_width_mm,
	double ankle_width_mm, struct skeleton *out);

#endif
