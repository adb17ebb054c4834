#include "src/core/sample.h"

#include <math.h>

const char *sample_flag_name(int index)
{
	static const char *const names[SAMPLE_N_FLAGS] = { "uncalibrated", "unverified",
		"expired", "extrapolated", "saturated", "dead_cells", "gap", "low_rate",
		"side_unknown", "feet_touch", "edge", "unstable", "overrun", "stale" };

	return names[index];
}

static struct foot_sample foot_absent(void)
{
	return (struct foot_sample){
		.force_n = NAN,
		.share_frac = NAN,
		.cop_mm = { NAN, NAN },
		.fore_frac = NAN,
		.heel_mm = { NAN, NAN },
		.length_mm = NAN,
		.direction_deg = NAN,
		.contact_area_mm2 = NAN,
		.peak_kpa = NAN,
	};
}

struct stance_sample sample_absent(void)
{
	return (struct stance_sample){
		.force_n = NAN,
		.load_frac = NAN,
		.cop_mm = { NAN, NAN },
		.left_frac = NAN,
		.fore_frac = NAN,
		.left = foot_absent(),
		.right = foot_absent(),
		.stance_width_mm = NAN,
		.contact_area_mm2 = NAN,
		.peak_kpa = NAN,
		.u95 = { NAN, NAN, NAN, NAN },
	};
}
