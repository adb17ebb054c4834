#include "src/core/trial/protocol.h"

#include <math.h>
#include <string.h>

#include "src/base/i18n.h"

#define STILL_EO N_("Stand as still as you can and look at the dot.")
#define STILL_EC N_("Close your eyes and stand as still as you can.")
#define FOAM_EO  N_("Step onto the foam. Stand as still as you can and look at the dot.")
#define FOAM_EC  N_("Stay on the foam, close your eyes and stand as still as you can.")
#define NORMAL                                                                         \
	N_("Stand the way you normally stand, your weight wherever it feels natural.")

#define SWAY_METRICS                                                                   \
	"mean_velocity_mm_s ellipse95_mm2 rms_ml_mm rms_ap_mm left_frac com_ml_mm"
#define LOAD_METRICS "com_ml_mm asymmetry_pct left_frac fore_frac"
#define LEAN_METRICS                                                                   \
	"max_excursion_deg endpoint_excursion_deg movement_velocity_deg_s "            \
	"reaction_time_s directional_control_pct max_excursion_mm"

#define PHASE(k, name, says, sees, lies)                                               \
	{                                                                              \
		.key = k, .title = name, .instruction = says, .eyes = sees,            \
		.surface = lies, .direction_deg = NAN                                  \
	}
#define ONE(says, sees, lies)                                                          \
	.n_phases = 1, .phases = { PHASE("", "", says, sees, lies) }

#define LEAN(k, name, says, angle)                                                     \
	{                                                                              \
		.key = k, .title = name, .instruction = says, .eyes = "open",          \
		.surface = "firm", .direction_deg = angle                              \
	}

/* Standing is measured on bare feet: so are the norms, and soles blur where a foot begins (docs/protocols.md,
 * "Footwear"). */
#define BARE "barefoot"

/* Families: what their protocols share is said once. */
#define QUIET(k, name, times, first, says, sees, lies, metrics, paper)                 \
	{                                                                              \
		.key = k, .title = name, .kind = PROTOCOL_QUIET,                       \
		.feet = PROTOCOL_BOTH, .stance = "bipedal", .footwear = BARE,          \
		.duration_s = 30, .settle_s = 5, .n_repeats = times,                   \
		.n_practice = first, ONE(says, sees, lies), .main_metrics = metrics,   \
		.source = paper                                                        \
	}
#define HOLD(k, name, which, seconds, times, says, paper)                              \
	{                                                                              \
		.key = k, .title = name, .kind = PROTOCOL_HOLD, .feet = which,         \
		.stance = k, .footwear = BARE, .duration_s = seconds, .settle_s = 0,   \
		.n_repeats = times, ONE(says, "open", "firm"),                         \
		.main_metrics = "hold_time_s mean_velocity_mm_s", .source = paper      \
	}
#define SQUAT(k, name, says)                                                           \
	{                                                                              \
		.key = k, .title = name, .kind = PROTOCOL_SQUAT,                       \
		.feet = PROTOCOL_BOTH, .stance = k, .footwear = BARE, .duration_s = 5, \
		.settle_s = 2, .n_repeats = 2, ONE(says, "open", "firm"),              \
		.main_metrics = "squat_asymmetry_pct left_frac",                       \
		.source = "weight-bearing squat; see docs/protocols.md"                \
	}

/* ISPGR: Scoppa et al. 2013 (Gait Posture 37:290), at least 25 s and 50 Hz. Ruhe et al. 2010 (Gait
 * Posture 32:436), three to five repetitions. Durations beyond them are said in docs/protocols.md. */
#define ISPGR    "Scoppa et al. 2013; Ruhe et al. 2010"
#define BDS      "Santos & Duarte 2016"
#define SPRINGER "Springer et al. 2007"
#define PRACTICE "clinical practice; see docs/protocols.md"
#define CORRECT  "correctability; see docs/protocols.md"
#define TITRATE  "lift titration; see docs/protocols.md"

static const struct protocol the_protocols[] = {
	QUIET("quiet-eo", N_("Quiet stance, eyes open"), 3, 1, STILL_EO, "open", "firm",
		SWAY_METRICS, ISPGR),
	QUIET("quiet-ec", N_("Quiet stance, eyes closed"), 3, 1, STILL_EC, "closed",
		"firm", SWAY_METRICS, ISPGR),
	QUIET("foam-eo", N_("Quiet stance on foam, eyes open"), 3, 1, STILL_EO, "open",
		"foam", SWAY_METRICS, BDS),
	QUIET("foam-ec", N_("Quiet stance on foam, eyes closed"), 3, 1, STILL_EC,
		"closed", "foam", SWAY_METRICS, BDS),
	{ .key = "romberg",
		.title = N_("Romberg: eyes open, then closed"),
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.footwear = BARE,
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 1,
		.n_practice = 1,
		.n_phases = 2,
		.phases = { PHASE("eo", N_("Eyes open"), STILL_EO, "open", "firm"),
			PHASE("ec", N_("Eyes closed"), STILL_EC, "closed", "firm") },
		.main_metrics = "romberg_velocity romberg_area",
		.source = "Scoppa et al. 2013" },
	{ .key = "mctsib",
		.title = N_("mCTSIB: firm and foam, eyes open and closed"),
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.footwear = BARE,
		.duration_s = 20,
		.settle_s = 5,
		.n_repeats = 1,
		.n_practice = 0,
		.n_phases = 4,
		.phases = { PHASE("eo", N_("Eyes open"), STILL_EO, "open", "firm"),
			PHASE("ec", N_("Eyes closed"), STILL_EC, "closed", "firm"),
			{ .key = "foam-eo",
				.title = N_("Foam, eyes open"),
				.instruction = FOAM_EO,
				.eyes = "open",
				.surface = "foam",
				.direction_deg = NAN,
				.step_off_before = true },
			PHASE("foam-ec", N_("Foam, eyes closed"), FOAM_EC, "closed",
				"foam") },
		.main_metrics = "romberg_velocity foam_velocity_ratio "
				"vestibular_velocity_ratio",
		.source = "Shumway-Cook & Horak 1986; Goble et al. 2019" },
	HOLD("tandem-left", N_("Tandem stance, left foot behind"), PROTOCOL_TANDEM, 30,
		2,
		N_("Put your right foot straight in front of the left, heel to toe, "
		   "and hold it."),
		PRACTICE),
	HOLD("tandem-right", N_("Tandem stance, right foot behind"), PROTOCOL_TANDEM,
		30, 2,
		N_("Put your left foot straight in front of the right, heel to toe, "
		   "and hold it."),
		PRACTICE),
	HOLD("single-left", N_("Single-leg stance on the left"), PROTOCOL_LEFT_ONLY, 45,
		3,
		N_("Stand on your left leg as long as you can. Lift the right foot "
		   "now."),
		SPRINGER),
	HOLD("single-right", N_("Single-leg stance on the right"), PROTOCOL_RIGHT_ONLY,
		45, 3,
		N_("Stand on your right leg as long as you can. Lift the left foot "
		   "now."),
		SPRINGER),
	{ .key = "los",
		.title = N_("Limits of stability, eight directions"),
		.kind = PROTOCOL_LIMITS,
		.feet = PROTOCOL_BOTH,
		.stance = "bipedal",
		.footwear = BARE,
		.duration_s = 8,
		.settle_s = 3,
		.n_repeats = 1,
		.n_practice = 1,
		.n_phases = 8,
		.phases = { LEAN("front", N_("Leaning forward"),
				    N_("Lean your whole body forward as far as you "
				       "safely can and hold it. Keep your feet flat."),
				    0),
			LEAN("front-right", N_("Leaning forward to the right"),
				N_("Lean your whole body forward and to the right as "
				   "far as you safely can and hold it. Keep your feet "
				   "flat."),
				45),
			LEAN("right", N_("Leaning to the right"),
				N_("Lean your whole body to the right as far as you "
				   "safely can and hold it. Keep your feet flat."),
				90),
			LEAN("back-right", N_("Leaning back to the right"),
				N_("Lean your whole body back and to the right as far "
				   "as you safely can and hold it. Keep your feet "
				   "flat."),
				135),
			LEAN("back", N_("Leaning back"),
				N_("Lean your whole body back as far as you safely can "
				   "and hold it. Keep your feet flat."),
				180),
			LEAN("back-left", N_("Leaning back to the left"),
				N_("Lean your whole body back and to the left as far "
				   "as you safely can and hold it. Keep your feet "
				   "flat."),
				225),
			LEAN("left", N_("Leaning to the left"),
				N_("Lean your whole body to the left as far as you "
				   "safely can and hold it. Keep your feet flat."),
				270),
			LEAN("front-left", N_("Leaning forward to the left"),
				N_("Lean your whole body forward and to the left as "
				   "far as you safely can and hold it. Keep your feet "
				   "flat."),
				315) },
		.main_metrics = LEAN_METRICS,
		.source = "Clark, Rose & Fujimoto 1997" },
	SQUAT("squat-0", N_("Weight-bearing squat, knees straight"),
		N_("Stand with straight knees and the same weight on both feet.")),
	SQUAT("squat-30", N_("Weight-bearing squat, knees at 30 degrees"),
		N_("Bend your knees a little, the same weight on both feet, and hold "
		   "it.")),
	SQUAT("squat-60", N_("Weight-bearing squat, knees at 60 degrees"),
		N_("Bend your knees half way, the same weight on both feet, and hold "
		   "it.")),
	SQUAT("squat-90", N_("Weight-bearing squat, knees at 90 degrees"),
		N_("Bend your knees as in sitting, the same weight on both feet, and "
		   "hold it.")),
	{ .key = "sts5",
		.title = N_("Five times sit-to-stand"),
		.kind = PROTOCOL_STS,
		.feet = PROTOCOL_ANY,
		.stance = "sit-to-stand",
		.footwear = BARE,
		.duration_s = 60,
		.settle_s = 0,
		.n_repeats = 1,
		ONE(N_("Sit with your feet on the mat. Stand up and sit down five "
		       "times, as quickly as you safely can, arms crossed."),
			"open", "firm"),
		.main_metrics = "repetitions_time_s repetitions rise_asymmetry_pct "
				"lower_asymmetry_pct",
		.source = "five times sit-to-stand; see docs/protocols.md" },
	{ .key = "natural",
		.title = N_("Natural standing"),
		.kind = PROTOCOL_NATURAL,
		.feet = PROTOCOL_ANY,
		.stance = "natural",
		.footwear = BARE,
		.duration_s = 180,
		.settle_s = 5,
		.n_repeats = 1,
		ONE(N_("Wait here and stand as you like; you may shift your weight."),
			"open", "firm"),
		.main_metrics = "outside_45_55_pct outside_40_60_pct shifts fidgets "
				"left_frac",
		.source = "Duarte & Zatsiorsky 1999" },
	QUIET("correct-seen", N_("Even weight, watching the screen"), 1, 0,
		N_("Use the bars to put the same weight on both feet, and keep it so."),
		"open", "firm", LOAD_METRICS, CORRECT),
	QUIET("correct-hidden", N_("Even weight, screen hidden"), 1, 0,
		N_("Keep the same weight on both feet without the bars."), "open",
		"firm", LOAD_METRICS, CORRECT),
	QUIET("lift", N_("Standing on plates under one foot"), 2, 0, NORMAL, "open",
		"firm", LOAD_METRICS, TITRATE),
	{ .key = "seated",
		.title = N_("Sitting on the mat"),
		.kind = PROTOCOL_QUIET,
		.feet = PROTOCOL_ANY,
		.stance = "seated",
		.seated = true,
		.duration_s = 30,
		.settle_s = 5,
		.n_repeats = 1,
		ONE(N_("Sit upright on the stool, feet off the floor, hands in your "
		       "lap."),
			"open", "firm"),
		.main_metrics = "left_frac asymmetry_pct mean_velocity_mm_s",
		.source = "seated test; see docs/protocols.md" },
};

#define N_PROTOCOLS (sizeof(the_protocols) / sizeof(the_protocols[0]))

const char *protocol_footwear(const struct protocol *protocol)
{
	return protocol && protocol->footwear ? protocol->footwear : "";
}

const char *protocol_footwear_at(size_t index)
{
	static const char *const words[] = { BARE, "socks", "shoes" };

	return index < sizeof(words) / sizeof(words[0]) ? words[index] : NULL;
}

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

const char *protocol_phase_title(const char *protocol, const char *phase)
{
	const struct protocol *p = protocol_find(protocol);

	for (int i = 0; p && *phase && i < p->n_phases; i++)
		if (strcmp(p->phases[i].key, phase) == 0)
			return p->phases[i].title;
	return phase;
}

const char *protocol_phase_metrics(const struct protocol *protocol)
{
	return protocol->kind == PROTOCOL_QUIET && protocol->n_phases > 1
		       ? "mean_velocity_mm_s ellipse95_mm2 left_frac"
		       : protocol->main_metrics;
}

bool protocol_is_main(const struct protocol *protocol, const char *metric_key)
{
	const char *at = protocol ? protocol->main_metrics : "";
	size_t n = strlen(metric_key), length;

	for (; *at; at += length + (at[length] == ' ')) {
		for (length = 0; at[length] && at[length] != ' ';)
			length++;
		if (length > 0 && length == n && memcmp(at, metric_key, n) == 0)
			return true;
	}
	return false;
}
