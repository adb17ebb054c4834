#include "src/core/metrics.h"

#include <assert.h>
#include <string.h>

#include "src/base/i18n.h"

/* Sources that many share; the others are named in full. */
#define PRIETO      "Prieto et al. 1996, IEEE Trans Biomed Eng 43:956"
#define NATIVE      "docs/metrics.md"
#define ELLIPSE     "Schubert & Kirchner 2014, Gait Posture 39:518"
#define SPECTRUM    "Welch 1967; Prieto et al. 1996"
#define DUARTE      "Santos & Duarte 2016, PeerJ 4:e2648"
#define ENTROPY     "Richman & Moorman 2000, Am J Physiol 278:H2039"
#define DFA         "Peng et al. 1994, Phys Rev E 49:1685"
#define DIFFUSION   "Collins & De Luca 1993, Exp Brain Res 95:308"
#define DENSITY     "Baratto et al. 2002, Motor Control 6:246"
#define BOUNDARY    "van Wegen et al. 2002, Hum Mov Sci 21:61"
#define CALIBRATION "docs/calibration.md, uncertainty"
#define WEIGHT      "docs/protocols.md, weight"
#define OUTCOME     "docs/protocols.md, outcomes"
#define ROMBERG     "closed over open of mean velocity; docs/metrics.md"
#define LIMITS      "Clark et al. 1997, Arch Phys Med Rehabil 78:1078"

#define SWAY(key, unit, label, source, decimals)                                       \
	{                                                                              \
		key, METRIC_GROUP_SWAY, unit, label, source, decimals, false           \
	}
#define EXPLORATORY(key, unit, label, source, decimals)                                \
	{                                                                              \
		key, METRIC_GROUP_SWAY, unit, label, source, decimals, true            \
	}
#define BUDGET(key, label, decimals)                                                   \
	{                                                                              \
		key, METRIC_GROUP_SWAY_U95, "%", label, CALIBRATION, decimals, false   \
	}
#define LOAD(key, unit, label, decimals)                                               \
	{                                                                              \
		key, METRIC_GROUP_WEIGHT, unit, label, WEIGHT, decimals, false         \
	}
#define DONE(key, unit, label, source, decimals)                                       \
	{                                                                              \
		key, METRIC_GROUP_OUTCOME, unit, label, source, decimals, false        \
	}

static const struct metric_info table[METRIC_N] = {
	[METRIC_PATH_MM] = SWAY("path_mm", "mm", N_("path length"), PRIETO, 0),
	[METRIC_MEAN_VELOCITY_MM_S] =
		SWAY("mean_velocity_mm_s", "mm/s", N_("mean velocity"), PRIETO, 1),
	[METRIC_MEAN_VELOCITY_ML_MM_S] = SWAY("mean_velocity_ml_mm_s", "mm/s",
		N_("mean velocity, sideways"), PRIETO, 1),
	[METRIC_MEAN_VELOCITY_AP_MM_S] = SWAY("mean_velocity_ap_mm_s", "mm/s",
		N_("mean velocity, fore and aft"), PRIETO, 1),
	[METRIC_MEAN_VELOCITY_CORRECTED_MM_S] = SWAY("mean_velocity_corrected_mm_s",
		"mm/s", N_("mean velocity less the sensor's noise"), NATIVE, 1),
	[METRIC_RMS_ML_MM] = SWAY("rms_ml_mm", "mm", N_("RMS, sideways"), PRIETO, 2),
	[METRIC_RMS_AP_MM] =
		SWAY("rms_ap_mm", "mm", N_("RMS, fore and aft"), PRIETO, 2),
	[METRIC_RMS_MM] = SWAY("rms_mm", "mm", N_("RMS distance"), PRIETO, 2),
	[METRIC_RANGE_ML_MM] =
		SWAY("range_ml_mm", "mm", N_("range, sideways"), PRIETO, 1),
	[METRIC_RANGE_AP_MM] =
		SWAY("range_ap_mm", "mm", N_("range, fore and aft"), PRIETO, 1),
	[METRIC_MEAN_DISTANCE_MM] =
		SWAY("mean_distance_mm", "mm", N_("mean distance"), PRIETO, 2),
	[METRIC_ELLIPSE95_MM2] =
		SWAY("ellipse95_mm2", "mm2", N_("95 % prediction ellipse"), ELLIPSE, 0),
	[METRIC_ELLIPSE_MAJOR_MM] = SWAY(
		"ellipse_major_mm", "mm", N_("ellipse, major semi-axis"), ELLIPSE, 1),
	[METRIC_ELLIPSE_MINOR_MM] = SWAY(
		"ellipse_minor_mm", "mm", N_("ellipse, minor semi-axis"), ELLIPSE, 1),
	[METRIC_ELLIPSE_ANGLE_DEG] = SWAY("ellipse_angle_deg", "deg",
		N_("ellipse, direction from sideways"), ELLIPSE, 0),
	[METRIC_HULL_MM2] = SWAY("hull_mm2", "mm2", N_("convex hull"), NATIVE, 0),
	[METRIC_SWAY_AREA_MM2_S] =
		SWAY("sway_area_mm2_s", "mm2/s", N_("sway area per second"), PRIETO, 1),
	[METRIC_MEAN_FREQUENCY_HZ] =
		SWAY("mean_frequency_hz", "Hz", N_("mean frequency"), PRIETO, 3),
	[METRIC_MEAN_POWER_FREQUENCY_HZ] = SWAY(
		"mean_power_frequency_hz", "Hz", N_("mean power frequency"), DUARTE, 3),
	[METRIC_TOTAL_POWER_ML_MM2] = SWAY(
		"total_power_ml_mm2", "mm2", N_("total power, sideways"), SPECTRUM, 2),
	[METRIC_TOTAL_POWER_AP_MM2] = SWAY("total_power_ap_mm2", "mm2",
		N_("total power, fore and aft"), SPECTRUM, 2),
	[METRIC_PF50_ML_HZ] =
		SWAY("pf50_ml_hz", "Hz", N_("50 % of power, sideways"), SPECTRUM, 3),
	[METRIC_PF50_AP_HZ] = SWAY(
		"pf50_ap_hz", "Hz", N_("50 % of power, fore and aft"), SPECTRUM, 3),
	[METRIC_PF95_ML_HZ] =
		SWAY("pf95_ml_hz", "Hz", N_("95 % of power, sideways"), SPECTRUM, 2),
	[METRIC_PF95_AP_HZ] = SWAY(
		"pf95_ap_hz", "Hz", N_("95 % of power, fore and aft"), SPECTRUM, 2),
	[METRIC_CENTROID_FREQUENCY_ML_HZ] = SWAY("centroid_frequency_ml_hz", "Hz",
		N_("centroid frequency, sideways"), SPECTRUM, 3),
	[METRIC_CENTROID_FREQUENCY_AP_HZ] = SWAY("centroid_frequency_ap_hz", "Hz",
		N_("centroid frequency, fore and aft"), SPECTRUM, 3),
	[METRIC_FREQUENCY_DISPERSION_ML] = SWAY("frequency_dispersion_ml", "",
		N_("frequency dispersion, sideways"), SPECTRUM, 3),
	[METRIC_FREQUENCY_DISPERSION_AP] = SWAY("frequency_dispersion_ap", "",
		N_("frequency dispersion, fore and aft"), SPECTRUM, 3),
	[METRIC_SAMPLE_ENTROPY_ML] = EXPLORATORY(
		"sample_entropy_ml", "", N_("sample entropy, sideways"), ENTROPY, 3),
	[METRIC_SAMPLE_ENTROPY_AP] = EXPLORATORY("sample_entropy_ap", "",
		N_("sample entropy, fore and aft"), ENTROPY, 3),
	[METRIC_DFA_ALPHA_ML] =
		EXPLORATORY("dfa_alpha_ml", "", N_("DFA exponent, sideways"), DFA, 2),
	[METRIC_DFA_ALPHA_AP] = EXPLORATORY(
		"dfa_alpha_ap", "", N_("DFA exponent, fore and aft"), DFA, 2),
	[METRIC_DIFFUSION_SHORT_SCALING_ML] = EXPLORATORY("diffusion_short_scaling_ml",
		"", N_("diffusion, short-term exponent, sideways"), DIFFUSION, 2),
	[METRIC_DIFFUSION_SHORT_SCALING_AP] = EXPLORATORY("diffusion_short_scaling_ap",
		"", N_("diffusion, short-term exponent, fore and aft"), DIFFUSION, 2),
	[METRIC_DIFFUSION_LONG_SCALING_ML] = EXPLORATORY("diffusion_long_scaling_ml",
		"", N_("diffusion, long-term exponent, sideways"), DIFFUSION, 2),
	[METRIC_DIFFUSION_LONG_SCALING_AP] = EXPLORATORY("diffusion_long_scaling_ap",
		"", N_("diffusion, long-term exponent, fore and aft"), DIFFUSION, 2),
	[METRIC_DIFFUSION_CRITICAL_TIME_ML_S] =
		EXPLORATORY("diffusion_critical_time_ml_s", "s",
			N_("diffusion, critical time, sideways"), DIFFUSION, 2),
	[METRIC_DIFFUSION_CRITICAL_TIME_AP_S] =
		EXPLORATORY("diffusion_critical_time_ap_s", "s",
			N_("diffusion, critical time, fore and aft"), DIFFUSION, 2),
	[METRIC_DIFFUSION_CRITICAL_DISPLACEMENT_ML_MM2] =
		EXPLORATORY("diffusion_critical_displacement_ml_mm2", "mm2",
			N_("diffusion, critical displacement, sideways"), DIFFUSION, 2),
	[METRIC_DIFFUSION_CRITICAL_DISPLACEMENT_AP_MM2] = EXPLORATORY(
		"diffusion_critical_displacement_ap_mm2", "mm2",
		N_("diffusion, critical displacement, fore and aft"), DIFFUSION, 2),
	[METRIC_SWAY_DENSITY_PEAK_S] = EXPLORATORY(
		"sway_density_peak_s", "s", N_("sway density, mean peak"), DENSITY, 2),
	[METRIC_SWAY_DENSITY_DISTANCE_MM] = EXPLORATORY("sway_density_distance_mm",
		"mm", N_("sway density, distance of peaks"), DENSITY, 2),
	[METRIC_TTB_MEAN_MINIMUM_S] = EXPLORATORY("ttb_mean_minimum_s", "s",
		N_("time to boundary, mean of minima"), BOUNDARY, 1),
	[METRIC_TTB_MINIMUM_S] = EXPLORATORY(
		"ttb_minimum_s", "s", N_("time to boundary, shortest"), BOUNDARY, 2),

	[METRIC_VELOCITY_U95_PCT] = BUDGET(
		"velocity_u95_pct", N_("sway velocity, uncertainty of the mat"), 1),
	[METRIC_AREA_U95_PCT] =
		BUDGET("area_u95_pct", N_("sway area, uncertainty of the mat"), 1),
	[METRIC_VELOCITY_BIAS_PCT] = BUDGET(
		"velocity_bias_pct", N_("sway velocity, known bias of the mat"), 0),

	[METRIC_MASS_KG] = LOAD("mass_kg", "kg", N_("body mass"), 1),
	[METRIC_MEASURED_MASS_KG] =
		LOAD("measured_mass_kg", "kg", N_("mass that the mat shows"), 1),
	[METRIC_SCALE_FACTOR] =
		LOAD("scale_factor", "", N_("weighed over measured mass"), 3),
	[METRIC_LEFT_FRAC] = LOAD("left_frac", "", N_("load on the left foot"), 3),
	[METRIC_LEFT_FRAC_SD] =
		LOAD("left_frac_sd", "", N_("load on the left foot, SD over time"), 3),
	[METRIC_RIGHT_FRAC] = LOAD("right_frac", "", N_("load on the right foot"), 3),
	[METRIC_FORE_FRAC] = LOAD("fore_frac", "", N_("load on the forefeet"), 3),
	[METRIC_LEFT_FORE_FRAC] =
		LOAD("left_fore_frac", "", N_("left foot, load on the forefoot"), 3),
	[METRIC_RIGHT_FORE_FRAC] =
		LOAD("right_fore_frac", "", N_("right foot, load on the forefoot"), 3),
	[METRIC_ASYMMETRY_PCT] =
		LOAD("asymmetry_pct", "%", N_("asymmetry, + more on the right"), 1),
	[METRIC_ASYMMETRY_PCT_CI95_LOW] =
		LOAD("asymmetry_pct_ci95_low", "%", N_("asymmetry, lower limit"), 1),
	[METRIC_ASYMMETRY_PCT_CI95_HIGH] =
		LOAD("asymmetry_pct_ci95_high", "%", N_("asymmetry, upper limit"), 1),
	[METRIC_COM_ML_MM] =
		LOAD("com_ml_mm", "mm", N_("centre of mass, + to the right"), 1),
	[METRIC_COM_ML_MM_CI95_LOW] = LOAD("com_ml_mm_ci95_low", "mm",
		N_("centre of mass, sideways, lower limit"), 1),
	[METRIC_COM_ML_MM_CI95_HIGH] = LOAD("com_ml_mm_ci95_high", "mm",
		N_("centre of mass, sideways, upper limit"), 1),
	[METRIC_COM_AP_MM] =
		LOAD("com_ap_mm", "mm", N_("centre of mass, ahead of the ankles"), 1),
	[METRIC_STANCE_WIDTH_MM] = LOAD("stance_width_mm", "mm", N_("stance width"), 0),
	[METRIC_FOOT_LENGTH_LEFT_MM] =
		LOAD("foot_length_left_mm", "mm", N_("left foot, length"), 0),
	[METRIC_FOOT_LENGTH_RIGHT_MM] =
		LOAD("foot_length_right_mm", "mm", N_("right foot, length"), 0),
	[METRIC_TOE_OUT_LEFT_DEG] =
		LOAD("toe_out_left_deg", "deg", N_("left foot, toe-out"), 0),
	[METRIC_TOE_OUT_RIGHT_DEG] =
		LOAD("toe_out_right_deg", "deg", N_("right foot, toe-out"), 0),
	[METRIC_MEDIAL_LATERAL_LEFT] = LOAD("medial_lateral_left", "",
		N_("left foot, load inside less outside, over both"), 2),
	[METRIC_MEDIAL_LATERAL_RIGHT] = LOAD("medial_lateral_right", "",
		N_("right foot, load inside less outside, over both"), 2),
	[METRIC_ARCH_INDEX_LEFT] =
		LOAD("arch_index_left", "", N_("left foot, arch index"), 2),
	[METRIC_ARCH_INDEX_RIGHT] =
		LOAD("arch_index_right", "", N_("right foot, arch index"), 2),
	[METRIC_AP_DIFFERENCE_MM] = LOAD("ap_difference_mm", "mm",
		N_("right foot's COP ahead of its ankle, less the left's"), 0),
	[METRIC_DIAGONAL_INDEX] = LOAD("diagonal_index", "",
		N_("load on right forefoot and left heel, less the others"), 2),

	[METRIC_HOLD_TIME_S] = DONE("hold_time_s", "s", N_("hold time"), OUTCOME, 1),
	[METRIC_STEPPED_OFF_S] =
		DONE("stepped_off_s", "s", N_("stepped off after"), OUTCOME, 1),
	[METRIC_ROMBERG_VELOCITY] = DONE("romberg_velocity", "",
		N_("Romberg quotient of mean velocity"), ROMBERG, 2),
	[METRIC_ROMBERG_AREA] =
		DONE("romberg_area", "", N_("Romberg quotient of area"), ROMBERG, 2),
	[METRIC_FOAM_VELOCITY_RATIO] = DONE("foam_velocity_ratio", "",
		N_("mean velocity, foam over firm, eyes open"), OUTCOME, 2),
	[METRIC_VESTIBULAR_VELOCITY_RATIO] = DONE("vestibular_velocity_ratio", "",
		N_("mean velocity, foam eyes closed over firm eyes open"), OUTCOME, 2),
	[METRIC_REPETITIONS] = DONE("repetitions", "", N_("repetitions"), OUTCOME, 0),
	[METRIC_REPETITIONS_TIME_S] = DONE(
		"repetitions_time_s", "s", N_("time of the repetitions"), OUTCOME, 1),
	[METRIC_MEAN_REPETITION_S] =
		DONE("mean_repetition_s", "s", N_("mean of a repetition"), OUTCOME, 2),
	[METRIC_RISE_ASYMMETRY_PCT] = DONE(
		"rise_asymmetry_pct", "%", N_("asymmetry while rising"), OUTCOME, 1),
	[METRIC_LOWER_ASYMMETRY_PCT] = DONE("lower_asymmetry_pct", "%",
		N_("asymmetry while sitting down"), OUTCOME, 1),
	[METRIC_PEAK_ASYMMETRY_PCT] =
		DONE("peak_asymmetry_pct", "%", N_("peak asymmetry"), OUTCOME, 1),
	[METRIC_SQUAT_ASYMMETRY_PCT] = DONE(
		"squat_asymmetry_pct", "%", N_("asymmetry in the squat"), OUTCOME, 1),
	[METRIC_REACTION_TIME_S] =
		DONE("reaction_time_s", "s", N_("reaction time"), LIMITS, 2),
	[METRIC_MOVEMENT_VELOCITY_DEG_S] = DONE(
		"movement_velocity_deg_s", "deg/s", N_("movement velocity"), LIMITS, 1),
	[METRIC_ENDPOINT_EXCURSION_MM] = DONE("endpoint_excursion_mm", "mm",
		N_("end of the first movement"), LIMITS, 0),
	[METRIC_ENDPOINT_EXCURSION_DEG] = DONE("endpoint_excursion_deg", "deg",
		N_("end of the first movement, as lean"), LIMITS, 1),
	[METRIC_ENDPOINT_EXCURSION_PCT] = DONE("endpoint_excursion_pct", "%",
		N_("end of the first movement, of the target"), LIMITS, 0),
	[METRIC_MAX_EXCURSION_MM] =
		DONE("max_excursion_mm", "mm", N_("furthest reach"), LIMITS, 0),
	[METRIC_MAX_EXCURSION_DEG] = DONE(
		"max_excursion_deg", "deg", N_("furthest reach, as lean"), LIMITS, 1),
	[METRIC_MAX_EXCURSION_PCT] = DONE("max_excursion_pct", "%",
		N_("furthest reach, of the target"), LIMITS, 0),
	[METRIC_DIRECTIONAL_CONTROL_PCT] = DONE(
		"directional_control_pct", "%", N_("directional control"), LIMITS, 0),
	[METRIC_OUTSIDE_45_55_PCT] = DONE("outside_45_55_pct", "%",
		N_("time outside 45 to 55 % on a foot"), OUTCOME, 0),
	[METRIC_OUTSIDE_40_60_PCT] = DONE("outside_40_60_pct", "%",
		N_("time outside 40 to 60 % on a foot"), OUTCOME, 0),
	[METRIC_SHIFTS] = DONE("shifts", "", N_("shifts of the stance"),
		"Duarte & Zatsiorsky 1999, Motor Control 3:28", 0),
	[METRIC_FIDGETS] = DONE("fidgets", "", N_("fidgets"),
		"Duarte & Zatsiorsky 1999, Motor Control 3:28", 0),
	[METRIC_BIMODALITY] = DONE("bimodality", "",
		N_("bimodality coefficient of the left share"), OUTCOME, 2),
};

const struct metric_info *metric_info(enum metric metric)
{
	assert((int)metric >= 0 && metric < METRIC_N);
	return &table[metric];
}

enum metric metric_find(const char *key)
{
	int m = 0;

	while (m < METRIC_N && strcmp(table[m].key, key) != 0)
		m++;
	return (enum metric)m;
}
