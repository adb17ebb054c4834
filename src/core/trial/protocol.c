#include "src/core/trial/protocol.h"

#include <math.h>
#include <string.h>

#define STILL_EO "Stand as still as you can and look at the dot."
#define STILL_EC "Close your eyes and stand as still as you can."
#define FOAM_EO  "Step onto the foam. Stand as still as you can and look at the dot."
#define FOAM_EC  "Stay on the foam, close your eyes and stand as still as you can."
#define NORMAL                                                                         \
	"Stand the way you normally stand, your weight wherever it feels natural."

#define SWAY_METRICS                                                                   \
	"mean_velocity_mm_s ellipse95_mm2 rms_ml_mm rms_ap_mm left_frac com_ml_mm"
#define LOAD_METRICS "com_ml_mm asymmetry_pct left_frac fore_frac"
#define LEAN_METRICS                                                                   \
	"max_excursion_deg endpoint_excursion_deg movement_velocity_deg_s "            \
	"reaction_time_s directional_control_pct max_excursion_mm"

#define PHASE(k, says, sees, lies)                                                     \
	{                                                                              \
		.key = k, .instruction = says, .eyes = sees, .surface = lies,          \
		.direction_deg = NAN                                                   \
	}
#define ONE(says, sees, lies) .n_phases = 1, .phases = { PHASE("", says, sees, lies) }

#define LEAN(k, where, angle)                                                          \
	{                                                                              \
		.key = k,                                                              \
		.instruction = "Lean your whole body " where                           \
			       " as far as you safely can and hold it. Keep your "     \
			       "feet flat.",                                           \
		.eyes = "open", .surface = "firm", .direction_deg = angle              \
	}

/* Sources: ISPGR = Scoppa et al. 2013 (Gait Posture 37:290): at least 25 s, 50 Hz. Ruhe et al. 2010
 * (Gait Posture 32:436): three to five repetitions. Durations beyond them are said in
 * docs/protocols.md. */
static const struct protocol the_protocols[] = {
	{ .key = "quiet-eo",
		.title = "Quiet stance, eyes open",
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 3,
		.n_practice = 1,
		ONE(STILL_EO, "open", "firm"),
		.main_metrics = SWAY_METRICS,
		.source = "Scoppa et al. 2013; Ruhe et al. 2010" },
	{ .key = "quiet-ec",
		.title = "Quiet stance, eyes closed",
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 3,
		.n_practice = 1,
		ONE(STILL_EC, "closed", "firm"),
		.main_metrics = SWAY_METRICS,
		.source = "Scoppa et al. 2013; Ruhe et al. 2010" },
	{ .key = "foam-eo",
		.title = "Quiet stance on foam, eyes open",
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 3,
		.n_practice = 1,
		ONE(STILL_EO, "open", "foam"),
		.main_metrics = SWAY_METRICS,
		.source = "Santos & Duarte 2016" },
	{ .key = "foam-ec",
		.title = "Quiet stance on foam, eyes closed",
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 3,
		.n_practice = 1,
		ONE(STILL_EC, "closed", "foam"),
		.main_metrics = SWAY_METRICS,
		.source = "Santos & Duarte 2016" },
	{ .key = "romberg",
		.title = "Romberg: eyes open, then closed",
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 1,
		.n_practice = 1,
		.n_phases = 2,
		.phases = { PHASE("eo", STILL_EO, "open", "firm"),
			PHASE("ec", STILL_EC, "closed", "firm") },
		.main_metrics = "romberg_velocity romberg_area",
		.source = "Scoppa et al. 2013" },
	{ .key = "mctsib",
		.title = "mCTSIB: firm and foam, eyes open and closed",
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.duration_s = 20,
		.settle_s = 5,
		.n_repeats = 1,
		.n_practice = 0,
		.n_phases = 4,
		.phases = { PHASE("eo", STILL_EO, "open", "firm"),
			PHASE("ec", STILL_EC, "closed", "firm"),
			{ .key = "foam-eo",
				.instruction = FOAM_EO,
				.eyes = "open",
				.surface = "foam",
				.direction_deg = NAN,
				.step_off_before = true },
			PHASE("foam-ec", FOAM_EC, "closed", "foam") },
		.main_metrics = "romberg_velocity foam_velocity_ratio "
				"vestibular_velocity_ratio",
		.source = "Shumway-Cook & Horak 1986; Goble et al. 2019" },
	{ .key = "tandem-left",
		.title = "Tandem stance, left foot behind",
		.kind = PROTOCOL_HOLD,
		.feet = PROTOCOL_TANDEM,
		.stance = "tandem-left",
		.duration_s = 30,
		.settle_s = 0,
		.n_repeats = 2,
		ONE("Put your right foot straight in front of the left, heel to toe, "
		    "and "
		    "hold it.",
			"open", "firm"),
		.main_metrics = "hold_time_s mean_velocity_mm_s",
		.source = "clinical practice; see docs/protocols.md" },
	{ .key = "tandem-right",
		.title = "Tandem stance, right foot behind",
		.kind = PROTOCOL_HOLD,
		.feet = PROTOCOL_TANDEM,
		.stance = "tandem-right",
		.duration_s = 30,
		.settle_s = 0,
		.n_repeats = 2,
		ONE("Put your left foot straight in front of the right, heel to toe, "
		    "and "
		    "hold it.",
			"open", "firm"),
		.main_metrics = "hold_time_s mean_velocity_mm_s",
		.source = "clinical practice; see docs/protocols.md" },
	{ .key = "single-left",
		.title = "Single-leg stance on the left",
		.kind = PROTOCOL_HOLD,
		.feet = PROTOCOL_LEFT_ONLY,
		.stance = "single-left",
		.duration_s = 45,
		.settle_s = 0,
		.n_repeats = 3,
		ONE("Stand on your left leg as long as you can. Lift the right foot "
		    "now.",
			"open", "firm"),
		.main_metrics = "hold_time_s mean_velocity_mm_s",
		.source = "Springer et al. 2007" },
	{ .key = "single-right",
		.title = "Single-leg stance on the right",
		.kind = PROTOCOL_HOLD,
		.feet = PROTOCOL_RIGHT_ONLY,
		.stance = "single-right",
		.duration_s = 45,
		.settle_s = 0,
		.n_repeats = 3,
		ONE("Stand on your right leg as long as you can. Lift the left foot "
		    "now.",
			"open", "firm"),
		.main_metrics = "hold_time_s mean_velocity_mm_s",
		.source = "Springer et al. 2007" },
	{ .key = "los",
		.title = "Limits of stability, eight directions",
		.kind = PROTOCOL_LIMITS,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.duration_s = 8,
		.settle_s = 3,
		.n_repeats = 1,
		.n_practice = 1,
		.n_phases = 8,
		.phases = { LEAN("front", "forward", 0),
			LEAN("front-right", "forward and to the right", 45),
			LEAN("right", "to the right", 90),
			LEAN("back-right", "back and to the right", 135),
			LEAN("back", "back", 180),
			LEAN("back-left", "back and to the left", 225),
			LEAN("left", "to the left", 270),
			LEAN("front-left", "forward and to the left", 315) },
		.main_metrics = LEAN_METRICS,
		.source = "Clark, Rose & Fujimoto 1997" },
	{ .key = "squat-0",
		.title = "Weight-bearing squat, knees straight",
		.kind = PROTOCOL_SQUAT,
		.feet = PROTOCOL_BOTH,
		.stance = "squat-0",
		.duration_s = 5,
		.settle_s = 2,
		.n_repeats = 2,
		ONE("Stand with straight knees and the same weight on both feet.",
			"open", "firm"),
		.main_metrics = "squat_asymmetry_pct left_frac",
		.source = "weight-bearing squat; see docs/protocols.md" },
	{ .key = "squat-30",
		.title = "Weight-bearing squat, knees at 30 degrees",
		.kind = PROTOCOL_SQUAT,
		.feet = PROTOCOL_BOTH,
		.stance = "squat-30",
		.duration_s = 5,
		.settle_s = 2,
		.n_repeats = 2,
		ONE("Bend your knees a little, the same weight on both feet, and hold "
		    "it.",
			"open", "firm"),
		.main_metrics = "squat_asymmetry_pct left_frac",
		.source = "weight-bearing squat; see docs/protocols.md" },
	{ .key = "squat-60",
		.title = "Weight-bearing squat, knees at 60 degrees",
		.kind = PROTOCOL_SQUAT,
		.feet = PROTOCOL_BOTH,
		.stance = "squat-60",
		.duration_s = 5,
		.settle_s = 2,
		.n_repeats = 2,
		ONE("Bend your knees half way, the same weight on both feet, and hold "
		    "it.",
			"open", "firm"),
		.main_metrics = "squat_asymmetry_pct left_frac",
		.source = "weight-bearing squat; see docs/protocols.md" },
	{ .key = "squat-90",
		.title = "Weight-bearing squat, knees at 90 degrees",
		.kind = PROTOCOL_SQUAT,
		.feet = PROTOCOL_BOTH,
		.stance = "squat-90",
		.duration_s = 5,
		.settle_s = 2,
		.n_repeats = 2,
		ONE("Bend your knees as in sitting, the same weight on both feet, and "
		    "hold "
		    "it.",
			"open", "firm"),
		.main_metrics = "squat_asymmetry_pct left_frac",
		.source = "weight-bearing squat; see docs/protocols.md" },
	{ .key = "sts5",
		.title = "Five times sit-to-stand",
		.kind = PROTOCOL_STS,
		.feet = PROTOCOL_ANY,
		.stance = "sit-to-stand",
		.duration_s = 60,
		.settle_s = 0,
		.n_repeats = 1,
		ONE("Sit with your feet on the mat. Stand up and sit down five times, "
		    "as "
		    "quickly as you safely can, arms crossed.",
			"open", "firm"),
		.main_metrics = "repetitions_time_s repetitions rise_asymmetry_pct "
				"lower_asymmetry_pct",
		.source = "five times sit-to-stand; see docs/protocols.md" },
	{ .key = "natural",
		.title = "Natural standing",
		.kind = PROTOCOL_NATURAL,
		.feet = PROTOCOL_ANY,
		.stance = "natural",
		.duration_s = 180,
		.settle_s = 5,
		.n_repeats = 1,
		ONE("Wait here and stand as you like; you may shift your weight.",
			"open", "firm"),
		.main_metrics = "outside_45_55_pct outside_40_60_pct shifts fidgets "
				"left_frac",
		.source = "Duarte & Zatsiorsky 1999" },
	{ .key = "correct-seen",
		.title = "Even weight, watching the screen",
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 1,
		ONE("Use the bars to put the same weight on both feet, and keep it so.",
			"open", "firm"),
		.main_metrics = LOAD_METRICS,
		.source = "correctability; see docs/protocols.md" },
	{ .key = "correct-hidden",
		.title = "Even weight, screen hidden",
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 1,
		ONE("Keep the same weight on both feet without the bars.", "open",
			"firm"),
		.main_metrics = LOAD_METRICS,
		.source = "correctability; see docs/protocols.md" },
	{ .key = "lift",
		.title = "Standing on plates under one foot",
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 2,
		ONE(NORMAL, "open", "firm"),
		.main_metrics = LOAD_METRICS,
		.source = "lift titration; see docs/protocols.md" },
	{ .key = "seated",
		.title = "Sitting on the mat",
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_ANY,
		.stance = "seated",
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 1,
		ONE("Sit upright on the stool, feet off the floor, hands in your lap.",
			"open", "firm"),
		.main_metrics = "left_frac asymmetry_pct mean_velocity_mm_s",
		.source = "seated test; see docs/protocols.md" },
};

#define N_PROTOCOLS (sizeof(the_protocols) / sizeof(the_protocols[0]))

const struct protocol *protocol_at(size_t index)
{
	return index < N_PROTOCOLS ? &the_protocols[index] : NULL;
}

const struct protocol *protocol_find(const char *key)
{
	for (size_t i = 0; i < N_PROTOCOLS; i++) {
		if (strcmp(the_protocols[i].key, key) == 0)
			return &the_protocols[i];
	}
	return NULL;
}
