#include <assert.h>
#include <string.h>

#include "src/core/sway/quijoux.h"
#include "src/core/sway/quijoux_parts.h"

/* Section of docs/metrics-quijoux.md, and whether it is exploratory. */
#define POSITION "positions", false
#define DYNAMIC  "movement", false
#define DENSITY  "movement", true
#define SPECTRAL "spectrum", false
#define DIFFUSE  "diffusion", true

#define PSD(key, unit, label)                                                          \
	{ key "_Power_Spectrum_Density_ML", unit, label ", ML", SPECTRAL },            \
	{                                                                              \
		key "_Power_Spectrum_Density_AP", unit, label ", AP", SPECTRAL         \
	}

#define SPEED(axis)                                                                    \
	{ "zero_crossing_SPD_" axis, "", "changes of direction, " axis, DYNAMIC },     \
		{ "peak_velocity_pos_SPD_" axis, "cm/s",                               \
			"mean positive velocity peak, " axis, DYNAMIC },               \
		{ "peak_velocity_neg_SPD_" axis, "cm/s",                               \
			"mean negative velocity peak, " axis, DYNAMIC },               \
	{                                                                              \
		"peak_velocity_all_SPD_" axis, "cm/s", "mean velocity peak, " axis,    \
			DYNAMIC                                                        \
	}

#define DIFFUSION(axis)                                                                \
	{ "short_time_diffusion_Diffusion_" axis, "cm^2/s^2H",                         \
		"short-term diffusion, " axis, DIFFUSE },                              \
		{ "long_time_diffusion_Diffusion_" axis, "cm^2/s^2H",                  \
			"long-term diffusion, " axis, DIFFUSE },                       \
		{ "critical_time_Diffusion_" axis, "s", "critical time, " axis,        \
			DIFFUSE },                                                     \
		{ "critical_displacement_Diffusion_" axis, "cm^2",                     \
			"critical squared displacement, " axis, DIFFUSE },             \
		{ "short_time_scaling_Diffusion_" axis, "",                            \
			"short-term scaling, " axis, DIFFUSE },                        \
	{                                                                              \
		"long_time_scaling_Diffusion_" axis, "", "long-term scaling, " axis,   \
			DIFFUSE                                                        \
	}

static const struct quijoux_info table[] = {
	{ "mean_value_ML", "cm", "mean place, ML", POSITION },
	{ "mean_value_AP", "cm", "mean place, AP", POSITION },
	{ "mean_distance_ML", "cm", "mean distance, ML", POSITION },
	{ "mean_distance_AP", "cm", "mean distance, AP", POSITION },
	{ "mean_distance_Radius", "cm", "mean distance", POSITION },
	{ "maximal_distance_ML", "cm", "greatest distance, ML", POSITION },
	{ "maximal_distance_AP", "cm", "greatest distance, AP", POSITION },
	{ "maximal_distance_Radius", "cm", "greatest distance", POSITION },
	{ "rms_ML", "cm", "RMS, ML", POSITION },
	{ "rms_AP", "cm", "RMS, AP", POSITION },
	{ "rms_Radius", "cm", "RMS of the radius", POSITION },
	{ "range_ML", "cm", "range, ML", POSITION },
	{ "range_AP", "cm", "range, AP", POSITION },
	{ "range_ML_AND_AP", "cm", "greatest distance between two samples", POSITION },
	{ "range_ratio_ML_AND_AP", "", "range, ML over AP", POSITION },
	{ "planar_deviation_ML_AND_AP", "cm", "planar deviation", POSITION },
	{ "coefficient_sway_direction_ML_AND_AP", "", "correlation of ML and AP",
		POSITION },
	{ "confidence_ellipse_area_ML_AND_AP", "cm^2", "95 % prediction ellipse",
		POSITION },
	{ "principal_sway_direction_ML_AND_AP", "deg",
		"main direction of sway, from AP", POSITION },
	{ "mean_velocity_ML", "cm/s", "mean velocity, ML", DYNAMIC },
	{ "mean_velocity_AP", "cm/s", "mean velocity, AP", DYNAMIC },
	{ "mean_velocity_ML_AND_AP", "cm/s", "mean velocity", DYNAMIC },
	{ "sway_area_per_second_ML_AND_AP", "cm^2/s", "sway area per second", DYNAMIC },
	{ "phase_plane_parameter_ML", "mixed", "phase plane parameter, ML", DYNAMIC },
	{ "phase_plane_parameter_AP", "mixed", "phase plane parameter, AP", DYNAMIC },
	{ "LFS_ML_AND_AP", "1/cm", "length over area", DYNAMIC },
	{ "fractal_dimension_ML_AND_AP", "", "fractal dimension", DYNAMIC },
	SPEED("ML"),
	SPEED("AP"),
	{ "mean_peak_Sway_Density", "s", "mean peak of sway density", DENSITY },
	{ "mean_distance_peak_Sway_Density", "cm", "mean way between peaks", DENSITY },
	{ "mean_frequency_ML", "Hz", "mean frequency, ML", DYNAMIC },
	{ "mean_frequency_AP", "Hz", "mean frequency, AP", DYNAMIC },
	{ "mean_frequency_ML_AND_AP", "Hz", "mean frequency", DYNAMIC },
	PSD("total_power", "cm^2/Hz, summed", "power 0.15 to 5 Hz"),
	PSD("power_frequency_50", "Hz", "median power frequency"),
	PSD("power_frequency_95", "Hz", "95 % power frequency"),
	PSD("frequency_mode", "Hz", "strongest frequency"),
	PSD("centroid_frequency", "Hz", "centroid frequency"),
	PSD("frequency_dispersion", "", "frequency dispersion"),
	PSD("energy_content_below_05", "cm^2/Hz, summed", "power 0.15 to 0.5 Hz"),
	PSD("energy_content_05_2", "cm^2/Hz, summed", "power 0.5 to 2 Hz"),
	PSD("energy_content_above_2", "cm^2/Hz, summed", "power 2 to 5 Hz"),
	PSD("frequency_quotient", "", "power over 2 Hz to power under"),
	DIFFUSION("ML"),
	DIFFUSION("AP"),
};

static_assert(sizeof(table) / sizeof(table[0]) == QUIJOUX_N, "72 descriptors");
static_assert((int)QUIJOUX_DESCRIPTORS == QUIJOUX_N, "72 descriptors");

const struct quijoux_info *quijoux_info(int i)
{
	assert(i >= 0 && i < QUIJOUX_N);
	return &table[i];
}

int quijoux_find(const char *key)
{
	for (int i = 0; i < QUIJOUX_N; i++)
		if (strcmp(table[i].key, key) == 0)
			return i;
	return -1;
}

static const struct {
	const char *word, *text;
} notes[QUIJOUX_N_NOTES] = {
	{ "irregular",
		"The times are no steady clock's; the series was resampled by them, "
		"where the reference would stop." },
	{ "gaps", "Some stretches have no samples; they were bridged by lines." },
	{ "short", "The series is shorter than 10 s; its spectrum is of one short "
		   "segment." },
	{ "constant",
		"The centre of pressure does not move in one direction or both." },
	{ "spikes", "Some samples were cut as artefacts." },
	{ "undefined",
		"Some descriptors are absent, because the reference would divide by "
		"zero or has too little to go by." },
};

const char *quijoux_note_word(int index)
{
	assert(index >= 0 && index < QUIJOUX_N_NOTES);
	return notes[index].word;
}

const char *quijoux_note_text(int index)
{
	assert(index >= 0 && index < QUIJOUX_N_NOTES);
	return notes[index].text;
}
