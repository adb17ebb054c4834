#include "src/core/align/figure.h"

#include <math.h>

/* Of somebody whose own are not known. Chosen. */
#define STATURE_M 1.70
#define ANKLES_MM 170.0

/* Over the stature. Winter 2009 (Biomechanics and Motor Control of Human Movement, fig. 4.1): shoulders 0.818 high and
 * 0.259 wide, drawn to their joints; the head 0.130 high, the foot 0.152 long. */
#define SHOULDER_FRAC 0.82
#define HALF_FRAC     0.118
#define HEAD_FRAC     0.065
#define FOOT_FRAC     0.152

#define HEEL_FRAC 0.25 /* of the foot lies behind the ankle; drawn */

/* The band is wider than the hips' joints by the iliac wings: 1.4 times; drawn. */
#define PELVIS_HALF 0.7

/* What is drawn larger than life. */
static double aside(double mm)
{
	return FIGURE_SIDEWAYS * 1e-3 * mm;
}

static double within(double value, double low, double high, double other)
{
	return value > low && value < high ? value : other;
}

static void put_leg(struct figure *f, int side, double ankles_mm)
{
	const double sign = side == 0 ? -1 : 1;
	const double ankle = aside(sign * ankles_mm / 2),
		     hip = aside(sign * 500 * f->body.hip_width_m);
	struct figure_leg *leg = &f->leg[side];

	leg->foot = (struct figure_point){ ankle, 0 };
	leg->ankle = (struct figure_point){ ankle, f->body.ankle_z_m };
	leg->hip = (struct figure_point){ hip, f->body.hip_z_m };
	leg->knee = (struct figure_point){ ankle + (hip - ankle) * f->body.shank_m /
							   f->body.leg_m,
		f->body.knee_z_m };
	/* beside the wider of the two, so that it crosses no bone */
	leg->knee_label =
		(struct figure_point){ sign * fmax(fabs(ankle), fabs(leg->knee.x_m)),
			f->body.knee_z_m };
}

static void put_pelvis(struct figure *f, double low_mm, double high_mm)
{
	const double half = PELVIS_HALF * FIGURE_SIDEWAYS * f->body.hip_width_m;

	if (isnan(low_mm) || isnan(high_mm))
		low_mm = high_mm = 0;
	f->pelvis_z_m = f->body.hip_z_m;
	f->pelvis_possible_m[0] = aside(low_mm) - half;
	f->pelvis_possible_m[1] = aside(high_mm) + half;
	f->pelvis_certain_m[0] = aside(high_mm) - half;
	f->pelvis_certain_m[1] = aside(low_mm) + half;
	f->pelvis_label =
		(struct figure_point){ f->pelvis_possible_m[1], f->body.hip_z_m };
}

void figure_init(struct figure *figure, const struct figure_facts *facts)
{
	struct figure *f = figure;
	const double foot = FIGURE_SIDEWAYS * FOOT_FRAC;

	*f = (struct figure){ .stature_m =
				      within(facts->stature_m, 0.5, 2.6, STATURE_M) };
	body_init(&f->body, facts->sex, f->stature_m);
	for (int side = 0; side < 2; side++)
		put_leg(f, side, within(facts->ankle_width_mm, 40, 400, ANKLES_MM));
	put_pelvis(f, facts->pelvis_shift_p5_mm, facts->pelvis_shift_p95_mm);
	f->back = (struct figure_point){ 0, f->body.l5s1_z_m };
	f->neck = (struct figure_point){ 0, SHOULDER_FRAC * f->stature_m };
	f->shoulder_half_m = HALF_FRAC * f->stature_m;
	f->head = (struct figure_point){ 0, (1 - HEAD_FRAC) * f->stature_m };
	f->head_radius_m = HEAD_FRAC * f->stature_m;
	f->com_x_m = aside(facts->com_ml_mm);
	f->side_com_x_m = aside(facts->com_ap_mm);
	f->heel_m = -HEEL_FRAC * foot * f->stature_m;
	f->toe_m = f->heel_m + foot * f->stature_m;
	f->top_z_m = FIGURE_TOP * f->stature_m;
}
