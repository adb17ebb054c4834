#include "src/core/findings/facts.h"

#include <math.h>

#include "src/base/i18n.h"

static const struct fact_info infos[FACT_N] = {
	[FACT_N_TRIALS] = { "n_trials", N_("Trials of habitual standing"), "", 0 },
	[FACT_COM_ML_MM] = { "com_ml_mm", N_("Lateral offset of the centre of mass"),
		"mm", 1 },
	[FACT_COM_ML_LOW_MM] = { "com_ml_low_mm", N_("its 95 % interval, from"), "mm",
		1 },
	[FACT_COM_ML_HIGH_MM] = { "com_ml_high_mm", N_("its 95 % interval, to"), "mm",
		1 },
	[FACT_LATERAL_BAND] = { "lateral_band",
		N_("Band of the lateral offset, 0 to 3"), "", 0 },
	[FACT_SHARE_MORE_PCT] = { "share_more_pct",
		N_("Load on the side that carries more"), "%", 0 },
	[FACT_COM_AP_MM] = { "com_ap_mm", N_("Centre of mass forward of the ankles"),
		"mm", 0 },
	[FACT_COP_LENGTH_PCT] = { "cop_length_pct",
		N_("COP from the heel, over the foot's length"), "%", 0 },
	[FACT_TOE_OUT_DIFFERENCE_DEG] = { "toe_out_difference_deg",
		N_("Difference of toe-out, right less left"), "deg", 0 },
	[FACT_DIAGONAL_INDEX] = { "diagonal_index", N_("Diagonal index"), "", 2 },
	[FACT_DIAGONAL_N] = { "diagonal_n", N_("Trials with a diagonal index like it"),
		"", 0 },
	[FACT_AP_DIFFERENCE_MM] = { "ap_difference_mm",
		N_("Fore/aft difference between the feet, right less left"), "mm", 0 },
	[FACT_AP_DIFFERENCE_N] = { "ap_difference_n",
		N_("Trials with a difference like it"), "", 0 },
	[FACT_OUTSIDE_45_55_PCT] = { "outside_45_55_pct",
		N_("Natural standing: time outside 45 to 55 %"), "%", 0 },
	[FACT_EYES_CLOSED_SHIFT_MM] = { "eyes_closed_shift_mm",
		N_("Lateral offset, eyes closed less open"), "mm", 1 },
	[FACT_CORRECTABILITY] = { "correctability",
		N_("Correctability with the screen"), "", 2 },
	[FACT_RETENTION] = { "retention", N_("Retention without the screen"), "", 2 },
	[FACT_SQUAT_CHANGE_PCT] = { "squat_change_pct",
		N_("Change of asymmetry from standing to 60 degrees"), "%", 0 },
	[FACT_SQUAT_REDUCES] = { "squat_reduces", N_("Asymmetry vanishes in the squat"),
		"", 0 },
	[FACT_SEATED_ASYMMETRY_PCT] = { "seated_asymmetry_pct", N_("Asymmetry seated"),
		"%", 1 },
	[FACT_SEATED_EXCLUDES_0] = { "seated_excludes_0",
		N_("Its 95 % interval excludes none"), "", 0 },
	[FACT_LIFT_T] = { "lift_t", N_("Lift response, t"), "", 1 },
	[FACT_LIFT_RESPONDS] = { "lift_responds", N_("The load answers to a lift"), "",
		0 },
	[FACT_LIFT_NULL_MM] = { "lift_null_mm", N_("Lift that evens the load"), "mm",
		1 },
	[FACT_BLOCK_MM] = { "block_mm", N_("Block test"), "mm", 0 },
	[FACT_BLOCK_SAME_SIDE] = { "block_same_side",
		N_("Block test and lift on one side"), "", 0 },
	[FACT_EXTENSION_DEFICIT_DEG] = { "extension_deficit_deg",
		N_("Knee-extension deficit"), "deg", 0 },
	[FACT_DEFICIT_LESS_LOADED] = { "deficit_less_loaded",
		N_("That knee carries less"), "", 0 },
	[FACT_PAIN_KNEE_LESS] = { "pain_knee_less", N_("Painful knee carries less"), "",
		0 },
	[FACT_PAIN_KNEE_MORE] = { "pain_knee_more", N_("Painful knee carries more"), "",
		0 },
	[FACT_PAIN_BACK] = { "pain_back", N_("Back pain"), "", 0 },
	[FACT_PAIN_LEG] = { "pain_leg", N_("Leg pain"), "", 0 },
	[FACT_RED_FLAG] = { "red_flag", N_("Red-flag box ticked"), "", 0 },
	[FACT_KNEE_MORE_LOW_PCT] = { "knee_more_low_pct",
		N_("More load on one knee than equal standing, 5 %"), "%", 0 },
	[FACT_KNEE_MORE_HIGH_PCT] = { "knee_more_high_pct", N_("the same, 95 %"), "%",
		0 },
	[FACT_BACK_MORE_LOW_PCT] = { "back_more_low_pct",
		N_("Extra compression at L5/S1, 5 %"), "%", 0 },
	[FACT_BACK_MORE_HIGH_PCT] = { "back_more_high_pct", N_("the same, 95 %"), "%",
		0 },
	[FACT_PELVIS_SHIFT_MOST_MM] = { "pelvis_shift_most_mm",
		N_("Largest pelvic shift compatible with it"), "mm", 0 },
};

const struct fact_info *fact_info(enum fact fact)
{
	return &infos[fact];
}

void facts_init(struct facts *facts)
{
	*facts = (struct facts){ .more_side = 0 };
	for (int i = 0; i < FACT_N; i++)
		facts->value[i] = NAN;
}

static int sign_of(double value)
{
	return (value > 0) - (value < 0);
}

/* The offset's interval lies wholly beyond 5 mm to one side. */
static bool is_consistent(const double *v)
{
	return v[FACT_COM_ML_LOW_MM] > FACTS_EXCLUDE_MM ||
	       v[FACT_COM_ML_HIGH_MM] < -FACTS_EXCLUDE_MM;
}

void facts_derive(struct facts *f)
{
	double *v = f->value, offset = fabs(v[FACT_COM_ML_MM]);

	f->more_side = sign_of(v[FACT_COM_ML_MM]);
	f->toe_side = sign_of(v[FACT_TOE_OUT_DIFFERENCE_DEG]);
	if (isnan(offset) || isnan(v[FACT_COM_ML_LOW_MM]) ||
		isnan(v[FACT_COM_ML_HIGH_MM]))
		return;
	if (offset < FACTS_BAND_SMALL_MM || !is_consistent(v))
		v[FACT_LATERAL_BAND] = 0;
	else
		v[FACT_LATERAL_BAND] = 1 + (offset >= FACTS_BAND_CLEAR_MM) +
				       (offset > FACTS_BAND_MUCH_MM);
}
