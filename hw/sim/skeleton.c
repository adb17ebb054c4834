#include "hw/sim/skeleton.h"

#include <math.h>

#include "src/base/units.h"

#define MOST_FRAC       0.9
#define ABOVE_ANKLES    0.973
#define TILT_DEG_PER_MM 0.33 /* a difference over hips 0.17 m apart */
#define KNEE_EVEN       1.07 /* body weights on each knee, standing evenly */
#define KNEE_STEEP      3.04
/* Average builds over stature: docs/clinical-basis.md, "Constants". */
#define HIPS_MALE    0.0978
#define HIPS_FEMALE  0.1012
#define LEG_MALE     0.4918
#define LEG_FEMALE   0.4616
#define COM_MALE     0.532 /* above the ankles */
#define COM_FEMALE   0.511
#define SHIFT_MALE   0.853
#define SHIFT_FEMALE 0.858

void skeleton_defaults(
	struct skeleton_options *o, char sex, double stature_m, double mass_kg)
{
	int is_female = sex == 'F';

	*o = (struct skeleton_options){ .sex = sex,
		.stature_m = stature_m,
		.mass_kg = mass_kg,
		.compensation = 0.6,
		.com_ap_mm = 42,
		.trunk_ap_frac = 0.4,
		.shift_frac = is_female ? SHIFT_FEMALE : SHIFT_MALE,
		.hip_width_m = (is_female ? HIPS_FEMALE : HIPS_MALE) * stature_m,
		.leg_m = (is_female ? LEG_FEMALE : LEG_MALE) * stature_m,
		.com_above_ankle_m = (is_female ? COM_FEMALE : COM_MALE) * stature_m,
		.knee_mix = 0.5,
		.knee_factor = 1,
		.l5s1_arm_ml_m = 0.07,
		.l5s1_arm_ap_m = 0.055,
		.l5s1_base_bw = 0.85,
		.e_ref_m = 0.042 };
}

/* A short leg's side is left by those whose load goes to a lifted one. Sparing a leg is done by carrying the pelvis over the other. */
static double hips_mm(const struct skeleton_options *o, double width_mm)
{
	double by_habit = o->pelvis_shift_mm;
	double left_over_mm = o->leg_difference_mm - o->lift_mm;
	double by_difference = -o->lift_response * left_over_mm / o->shift_frac;
	double by_pain = -o->spare_frac * width_mm / o->shift_frac;

	return by_habit + by_difference + by_pain;
}

static double knee_pct(const struct skeleton_options *o, double frac)
{
	double level = 2 * KNEE_EVEN * frac,
	       steep = KNEE_EVEN + KNEE_STEEP * (frac - 0.5);

	return 100 * o->knee_factor * ((1 - o->knee_mix) * level + o->knee_mix * steep);
}

static void load_back(const struct skeleton_options *o, struct skeleton *out)
{
	double weight_n = o->mass_kg * UNITS_GRAVITY_M_S2;
	double force_n;

	out->l5s1_moment_frontal_nm = weight_n * fabs(o->trunk_lean_mm) * 1e-3;
	out->l5s1_moment_sagittal_nm =
		weight_n * o->trunk_ap_frac * (1e-3 * o->com_ap_mm - o->e_ref_m);
	force_n = out->l5s1_moment_frontal_nm / o->l5s1_arm_ml_m +
		  out->l5s1_moment_sagittal_nm / o->l5s1_arm_ap_m;
	out->l5s1_compression_frontal_pct = 100 * out->l5s1_moment_frontal_nm /
					    o->l5s1_arm_ml_m /
					    (o->l5s1_base_bw * weight_n);
	out->l5s1_compression_extra_pct = 100 * force_n / (o->l5s1_base_bw * weight_n);
}

void skeleton_solve(const struct skeleton_options *o, double cop_width_mm,
	double ankle_width_mm, struct skeleton *out)
{
	double weight_n = o->mass_kg * UNITS_GRAVITY_M_S2, frac;

	out->pelvis_shift_mm = hips_mm(o, cop_width_mm);
	out->com_ml_mm = o->shift_frac * out->pelvis_shift_mm + o->trunk_lean_mm;
	frac = 0.5 + out->com_ml_mm / cop_width_mm;
	out->right_frac = fmin(fmax(frac, 1 - MOST_FRAC), MOST_FRAC);
	out->com_ml_mm = (out->right_frac - 0.5) * cop_width_mm;
	out->com_ap_mm = o->com_ap_mm;
	out->lean_deg =
		atan2(1e-3 * o->com_ap_mm, o->com_above_ankle_m) / UNITS_RAD_PER_DEG;
	out->ankle_moment_nm = ABOVE_ANKLES * weight_n * 1e-3 * o->com_ap_mm;
	out->obliquity_from_shift_deg = 1e-3 * out->pelvis_shift_mm *
					(1e-3 * ankle_width_mm - o->hip_width_m) /
					(o->leg_m * o->hip_width_m) / UNITS_RAD_PER_DEG;
	out->obliquity_deg =
		out->obliquity_from_shift_deg -
		TILT_DEG_PER_MM * o->compensation * (o->leg_difference_mm - o->lift_mm);
	out->knee_left_pct_bw = knee_pct(o, 1 - out->right_frac);
	out->knee_right_pct_bw = knee_pct(o, out->right_frac);
	load_back(o, out);
}
