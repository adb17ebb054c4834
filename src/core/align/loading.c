#include "src/core/align/loading.h"

#include <math.h>

#include "src/base/units.h"

/* Kutzner et al. 2010: a knee's peak resultant in two- and one-legged stance, body weights. */
#define KNEE_TWO_LEGS 1.07
#define KNEE_ONE_LEG  2.59
/* 0.5 MPa in the disc L4/5 (Wilke et al. 1999), 18 cm2, two thirds of it as force, 70 kg: about 594 N */
#define L5S1_BASE_BW  0.85
#define L5S1_ARM_ML_M 0.07
#define L5S1_ARM_AP_M 0.055
#define TRUNK_FRAC    0.33  /* about the mean of Beta(2, 4) */
#define E_REF_M       0.042 /* 2.3 degrees: balanced standing, forward of the ankles */
#define SHEAR_FRAC    0.45

static double degrees(double radians)
{
	return radians / UNITS_RAD_PER_DEG;
}

double loading_knee_low(double frac)
{
	return 2 * KNEE_TWO_LEGS * frac;
}

double loading_knee_steep(double frac)
{
	return KNEE_TWO_LEGS + 2 * (KNEE_ONE_LEG - KNEE_TWO_LEGS) * (frac - 0.5);
}

struct loading_assumed loading_nominal(const struct body *body)
{
	return (struct loading_assumed){ .trunk_frac = TRUNK_FRAC,
		.trunk_ap_frac = body->rigid_lean_frac +
				 (1 - body->rigid_lean_frac) * TRUNK_FRAC,
		.knee_mix = 0.5,
		.knee_factor = 1,
		.l5s1_arm_ml_m = L5S1_ARM_ML_M,
		.l5s1_arm_ap_m = L5S1_ARM_AP_M,
		.l5s1_base_bw = L5S1_BASE_BW,
		.e_ref_m = E_REF_M };
}

static void compute_pelvis(const struct body *b, const struct loading_assumed *a,
	const struct loading_stance *s, struct loading *out)
{
	out->pelvis_shift_most_m = s->com_ml_m / b->shift_frac;
	out->pelvis_shift_m = (1 - a->trunk_frac) * out->pelvis_shift_most_m;
	out->obliquity_deg =
		degrees(out->pelvis_shift_m * (s->ankle_width_m - b->hip_width_m) /
			(b->leg_m * b->hip_width_m));
}

static void compute_knees(const struct loading_assumed *a,
	const struct loading_stance *s, struct loading *out)
{
	const double frac[2] = { 1 - s->right_frac, s->right_frac };

	for (int side = 0; side < 2; side++) {
		double low = loading_knee_low(frac[side]),
		       steep = loading_knee_steep(frac[side]);

		out->knee_bw[side] =
			a->knee_factor * (low + a->knee_mix * (steep - low));
	}
}

static void compute_back(const struct loading_assumed *a,
	const struct loading_stance *s, double weight_n, struct loading *out)
{
	double sagittal_n = 0;

	out->l5s1_frontal_nm = a->trunk_frac * weight_n * fabs(s->com_ml_m);
	out->l5s1_sagittal_nm =
		a->trunk_ap_frac * weight_n * (s->com_ap_m - a->e_ref_m);
	if (!isnan(out->l5s1_sagittal_nm))
		sagittal_n = out->l5s1_sagittal_nm / a->l5s1_arm_ap_m;
	out->l5s1_extra_n = out->l5s1_frontal_nm / a->l5s1_arm_ml_m + sagittal_n;
	out->l5s1_frontal_frac =
		out->l5s1_frontal_nm / a->l5s1_arm_ml_m / (a->l5s1_base_bw * weight_n);
	out->l5s1_extra_frac = out->l5s1_extra_n / (a->l5s1_base_bw * weight_n);
}

void loading_compute(const struct body *b, const struct loading_assumed *a,
	const struct loading_stance *s, struct loading *out)
{
	double weight_n = s->mass_kg * UNITS_GRAVITY_M_S2;

	out->lean_deg = degrees(atan2(s->com_ap_m, b->com_z_m - b->ankle_z_m));
	out->ankle_moment_nm = b->above_ankle_frac * weight_n * s->com_ap_m;
	compute_pelvis(b, a, s, out);
	compute_knees(a, s, out);
	compute_back(a, s, weight_n, out);
}

double loading_shear_frac(const struct body *b, double cop_width_m)
{
	return SHEAR_FRAC * 0.5 * cop_width_m / b->com_z_m;
}

void loading_knee_frontal(const struct body *b, const struct loading_frontal *leg,
	double *vertical_bwm, double *with_shear_bwm)
{
	double bow_m =
		leg->varus_deg * UNITS_RAD_PER_DEG * b->thigh_m * b->shank_m / b->leg_m;
	double knee_m = leg->ankle_m +
			(leg->hip_m - leg->ankle_m) * b->shank_m / b->leg_m +
			leg->side * bow_m;

	*vertical_bwm = leg->frac * leg->side * (knee_m - leg->cop_m);
	*with_shear_bwm = *vertical_bwm + leg->frac * leg->shear_frac * b->knee_z_m;
}
