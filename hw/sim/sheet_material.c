#include "hw/sim/sheet_material.h"

#include <math.h>

void sheet_material_apply(struct sheet_options *o, enum sheet_material material)
{
	switch (material) {
	case SHEET_STOCK:
		break;
	case SHEET_VELOSTAT: /* carbon in polyethylene: slow, and no two cells alike */
		o->creep_frac = 0.16;
		o->creep_sd_frac = 0.10;
		o->hysteresis_frac = 0.08;
		o->exponent_sd = 0.02;
		o->resettle_frac = 0.02;
		break;
	case SHEET_PRINTED: /* two printed layers that must touch first */
		o->curve = SHEET_CURVE_ONSET;
		o->onset_kpa = 6;
		o->exponent = 0.85;
		o->gain_sd_frac = 0.06;
		o->creep_frac = 0.05;
		o->hysteresis_frac = 0.10;
		o->zero_counts = o->zero_sd_counts = 2;
		o->resettle_frac = 0.02;
		break;
	case SHEET_TEKSCAN: /* thin ink, scanned at once: good, but not straight */
		o->curve = SHEET_CURVE_BEND;
		o->bend = 0.6;
		o->exponent = 0.9;
		o->gain_sd_frac = 0.10;
		o->creep_frac = 0.03;
		o->hysteresis_frac = 0.045;
		o->zero_counts = o->zero_sd_counts = 1;
		break;
	}
}

/* The curve before its exponent, any scale. */
static double form(const struct sheet_options *o, double kpa)
{
	double x = kpa / o->half_kpa, onset = o->onset_kpa / o->half_kpa;

	switch (o->curve) {
	case SHEET_CURVE_ONSET: /* x^2 / (2 onset) at first, x - onset in the end */
		return onset > 0 ? x + onset * expm1(-x / onset) : x;
	case SHEET_CURVE_BEND:
		return x * (1 + o->bend) / (1 + o->bend * x);
	default:
		return x;
	}
}

double sheet_material_conductance(
	const struct sheet_options *o, double exponent, double kpa)
{
	if (o->saturation_kpa > 0)
		kpa = fmin(kpa, o->saturation_kpa);
	if (o->curve == SHEET_CURVE_POWER)
		return pow(kpa / o->half_kpa, exponent);
	return pow(form(o, kpa) / form(o, o->half_kpa), exponent);
}
