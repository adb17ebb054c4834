#include "src/core/footprint.h"

#include <math.h>

/* Chosen by hand from textbook anatomy; heights relative to the heel. */
const struct footprint_pad footprint_pads[FOOTPRINT_N_PADS] = {
	{ 0.150f, 0.035f, 0.070f, 0.058f, 1.00f },  /* heel */
	{ 0.330f, -0.010f, 0.070f, 0.045f, 0.28f }, /* front of the heel */
	{ 0.460f, -0.065f, 0.090f, 0.038f, 0.20f }, /* lateral arch */
	{ 0.590f, -0.125f, 0.050f, 0.035f, 0.40f }, /* metatarsal heads 5 to 1 */
	{ 0.655f, -0.075f, 0.048f, 0.035f, 0.65f },
	{ 0.695f, -0.020f, 0.048f, 0.035f, 0.85f },
	{ 0.715f, 0.035f, 0.048f, 0.035f, 0.75f },
	{ 0.715f, 0.105f, 0.050f, 0.040f, 0.65f },
	{ 0.875f, 0.100f, 0.040f, 0.035f, 0.60f }, /* hallux */
	{ 0.905f, 0.015f, 0.028f, 0.024f, 0.22f }, /* toes 2 to 5 */
	{ 0.880f, -0.045f, 0.028f, 0.024f, 0.18f },
	{ 0.845f, -0.095f, 0.028f, 0.024f, 0.14f },
	{ 0.795f, -0.140f, 0.028f, 0.024f, 0.12f },
};

/* Chosen: a foot's rounded end lies a little inside the outermost cells' centres. */
static const double u_step = (1.0 + 2.0 * FOOTPRINT_MARGIN) / FOOTPRINT_N_U;
static const double w_step = 2.0 * FOOTPRINT_HALF_W / FOOTPRINT_N_W;

static double pressure(double u, double w)
{
	double sum = 0.0;

	for (int i = 0; i < FOOTPRINT_N_PADS; i++) {
		const struct footprint_pad *pad = &footprint_pads[i];
		double a = (u - (double)pad->u) / (double)pad->along;
		double b = (w - (double)pad->w) / (double)pad->across;

		sum += (double)pad->height * exp(-0.5 * (a * a + b * b));
	}
	return sum;
}

void footprint_init(struct footprint *f)
{
	for (int part = 0; part < FOOTPRINT_N_PARTS; part++)
		f->energy[part] = 0.0;
	for (int i = 0; i < FOOTPRINT_N_U; i++) {
		double u = (i + 0.5) * u_step - FOOTPRINT_MARGIN;

		for (int k = 0; k < FOOTPRINT_N_W; k++) {
			double p = pressure(u, (k + 0.5) * w_step - FOOTPRINT_HALF_W);
			double share = p * u_step * w_step;

			f->root[i][k] = (float)sqrt(p);
			f->energy[FOOTPRINT_WHOLE] += share;
			if (u > FOOTPRINT_FORE_FROM)
				f->energy[FOOTPRINT_FORE] += share;
			if (u < FOOTPRINT_HEEL_TO)
				f->energy[FOOTPRINT_HEEL] += share;
		}
	}
}

double footprint_match(const struct footprint *f, const struct footprint_pose *pose,
	int n, const float *x_mm, const float *y_mm, const float *root_load,
	double energy, double cell_mm2)
{
	const float s = (float)sin(pose->phi_rad);
	const float c = (float)cos(pose->phi_rad);
	const float medial = pose->is_right ? -1.0f : 1.0f;
	const float along = (float)(1.0 / (pose->length_mm * u_step));
	const float across = (float)(1.0 / (pose->length_mm * w_step)) * medial;
	const float u0 =
		(float)(FOOTPRINT_MARGIN / u_step) - (float)pose->rear_mm * along;
	const float w0 = FOOTPRINT_N_W / 2 - (float)pose->mid_mm * across;
	float from = 0.0f;
	float to = FOOTPRINT_N_U;
	double model =
		f->energy[pose->part] * pose->length_mm * pose->length_mm / cell_mm2;
	float sum = 0.0f;

	if (pose->part == FOOTPRINT_FORE)
		from = (float)((FOOTPRINT_FORE_FROM + FOOTPRINT_MARGIN) / u_step);
	else if (pose->part == FOOTPRINT_HEEL)
		to = (float)((FOOTPRINT_HEEL_TO + FOOTPRINT_MARGIN) / u_step);
	for (int i = 0; i < n; i++) {
		float u = (x_mm[i] * s + y_mm[i] * c) * along + u0;
		float w = (x_mm[i] * c - y_mm[i] * s) * across + w0;

		if (u >= from && u < to && w >= 0.0f && w < FOOTPRINT_N_W)
			sum += root_load[i] * f->root[(int)u][(int)w];
	}
	return (double)sum / sqrt(energy * model);
}
