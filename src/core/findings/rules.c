/* The rule set as data. Order matters: what is measured comes before what is modelled. */
#include "src/core/findings/findings.h"

#include <stddef.h>

#include "src/base/i18n.h"

/* Short forms, so that a rule reads as one. */
#define IF(f, t, l)                                                                    \
	{                                                                              \
		FACT_##f, t, l, false                                                  \
	}
#define IF_SIZE(f, t, l)                                                               \
	{                                                                              \
		FACT_##f, t, l, true                                                   \
	}
#define BAND_CLEAR IF(LATERAL_BAND, AT_LEAST, 2)

static const struct finding_rule rules[] = {
	{ "X", GRADE_D, true, false, false, 1, { IF(RED_FLAG, AT_LEAST, 1) },
		{ N_("Please talk to a doctor or therapist before training. This "
		     "station "
		     "cannot tell "
		     "causes in the knee and in the back apart."),
			N_("A red-flag box is ticked: refer before training. Pain in "
			   "knee "
			   "and back "
			   "can each be felt in the other; the mat cannot tell them "
			   "apart.") },
		N_("expert opinion; docs/clinical-basis.md, hazards"), "" },
	{ "X2", GRADE_D, true, false, false, 2,
		{ IF(PAIN_LEG, AT_LEAST, 1), IF(PAIN_BACK, AT_LEAST, 1) },
		{ N_("You told of pain in the leg and in the back. This station cannot "
		     "tell their causes apart: please talk to a doctor or therapist."),
			N_("Leg and back pain together: pain that begins in the lower "
			   "back can be felt in the knee. The mat cannot tell them "
			   "apart; examine both.") },
		N_("expert opinion; docs/clinical-basis.md, hazards"), "" },
	{ "S0", GRADE_A, false, false, false, 1, { IF(LATERAL_BAND, BELOW, 1) },
		{ N_("You share your weight between both legs within the usual range."),
			N_("Lateral offset {mm} mm to the {side} (95 % {lo} to {hi}): "
			   "within the usual "
			   "range, or not "
			   "certainly beyond 5 mm.") },
		N_("between-person sd 8.9 mm, Santos & Duarte 2016 (computed)"), "" },
	{ "S1", GRADE_B, false, false, false, 2,
		{ IF(LATERAL_BAND, AT_LEAST, 1), IF(LATERAL_BAND, BELOW, 2) },
		{ N_("You tend to put a little more weight on your {side} leg. Many "
		     "healthy people do."),
			N_("Small side preference: {mm} mm to the {side} (95 % {lo} to "
			   "{hi}); 28 % of "
			   "healthy adults exceed 10 mm.") },
		N_("between-person sd 8.9 mm, Santos & Duarte 2016 (computed)"), "" },
	{ "S2", GRADE_B, false, false, false, 2,
		{ BAND_CLEAR, IF(LATERAL_BAND, BELOW, 3) },
		{ N_("You clearly put more weight on your {side} leg: {share} of 100 "
		     "parts."),
			N_("Clear side preference: {mm} mm to the {side} (95 % {lo} to "
			   "{hi}), {share} % "
			   "of the load; 11 % of healthy adults exceed 15 mm.") },
		N_("between-person sd 8.9 mm, Santos & Duarte 2016 (computed)"),
		"correct-seen" },
	{ "S3", GRADE_B, false, false, false, 1, { IF(LATERAL_BAND, AT_LEAST, 3) },
		{ N_("You put much more weight on your {side} leg: {share} of 100 "
		     "parts. "
		     "It is worth "
		     "asking your therapist why."),
			N_("Marked side preference: {mm} mm to the {side} (95 % {lo} "
			   "to "
			   "{hi}), {share} "
			   "% of the load; 3 % of healthy adults exceed 20 mm.") },
		N_("between-person sd 8.9 mm, Santos & Duarte 2016 (computed)"),
		"correct-seen" },
	{ "F1", GRADE_C, false, false, true, 2,
		{ IF(COP_LENGTH_PCT, ABOVE, 50), IF(COM_AP_MM, ABOVE, 60) },
		{ N_("Your weight lies further forward than is usual."),
			N_("Centre of mass further forward than the usual band (30 to "
			   "50 "
			   "% of the "
			   "foot's length, 20 to 60 mm ahead of the ankles).") },
		N_("band: Cavanagh 1987 and others; NeuroCom 2.3 degrees"), "" },
	{ "F2", GRADE_C, false, false, true, 2,
		{ IF(COP_LENGTH_PCT, BELOW, 30), IF(COM_AP_MM, BELOW, 20) },
		{ N_("Your weight lies further back than is usual."),
			N_("Centre of mass further back than the usual band (30 to 50 "
			   "% "
			   "of the foot's "
			   "length, 20 to 60 mm ahead of the ankles).") },
		N_("band: Cavanagh 1987 and others; NeuroCom 2.3 degrees"), "" },
	{ "N1", GRADE_A, true, false, false, 2,
		{ IF(OUTSIDE_45_55_PCT, ABOVE, 50), IF_SIZE(COM_ML_MM, BELOW, 10) },
		{ N_("You often stand on one leg for a while and then change to the "
		     "other."),
			N_("Natural standing: {outside} % of the time outside 45 to 55 "
			   "% "
			   "with an even "
			   "mean: alternating unilateral standing.") },
		N_("Duarte & Zatsiorsky 1999: shifts in natural standing"), "" },
	{ "P1", GRADE_C, false, false, false, 2,
		{ BAND_CLEAR, IF(CORRECTABILITY, ABOVE, 0.7) },
		{ N_("You can even it out when you see it. That looks like a habit, "
		     "and "
		     "habits can be "
		     "trained."),
			N_("Correctable with feedback (correctability above 0.7): "
			   "compatible with "
			   "habit; a trainable pattern.") },
		N_("expert rule; feedback training reviews"), "correct-hidden" },
	{ "P2", GRADE_C, false, false, false, 2,
		{ BAND_CLEAR, IF(CORRECTABILITY, BELOW, 0.3) },
		{ N_("It stayed the same when you saw it. Something other than habit "
		     "may "
		     "play a part."),
			N_("Not correctable with feedback (below 0.3): structure, "
			   "pain, "
			   "weakness or "
			   "understanding of the task are possible.") },
		N_("expert rule"), "lift" },
	{ "E1", GRADE_D, false, false, false, 1,
		{ IF_SIZE(EYES_CLOSED_SHIFT_MM, ABOVE, 8) },
		{ NULL, N_("With closed eyes the load moves {eyes} mm to the "
			   "{eyesside}, "
			   "more than means of three trials differ by chance (8 mm): "
			   "sight, the vestibular sense or the sense of the vertical "
			   "may "
			   "play a part.") },
		N_("expert rule; MDC95 of the mean of three, Santos & Duarte 2016 "
		   "(computed)"),
		"" },
	{ "P3", GRADE_D, false, true, false, 5,
		{ IF(LIFT_RESPONDS, AT_LEAST, 1), IF(LIFT_T, ABOVE, 2),
			IF(LIFT_NULL_MM, AT_LEAST, 3),
			IF(SEATED_ASYMMETRY_PCT, BELOW, 5),
			IF(SQUAT_REDUCES, AT_LEAST, 1) },
		{ NULL, N_("The lateral load answers to lifts (even at {null} mm under "
			   "the {nullside} "
			   "foot), is gone when seated and less with bent knees. "
			   "Compatible with a "
			   "functional or structural length difference or a pelvic "
			   "obliquity; worth a "
			   "block test.") },
		N_("lift response: Mahar 1985 and others, small and inconsistent"),
		N_("block test") },
	{ "P4", GRADE_B, false, false, false, 1, { IF(SQUAT_CHANGE_PCT, AT_LEAST, 8) },
		{ N_("You take weight off your {squatside} leg when you bend your "
		     "knees."),
			N_("Unloading of the {squatside} leg that grows with knee "
			   "flexion: check pain, "
			   "strength and range of knee and hip.") },
		N_("NeuroCom: normal within 7 % at all squat depths"), "" },
	{ "P5", GRADE_D, false, true, false, 2,
		{ IF(SEATED_ASYMMETRY_PCT, AT_LEAST, 10),
			IF(SEATED_EXCLUDES_0, AT_LEAST, 1) },
		{ N_("You also lean to one side when you sit, so it may begin above "
		     "the "
		     "legs."),
			N_("The asymmetry persists seated: an origin above the legs "
			   "(trunk, spine, hip) "
			   "is possible.") },
		N_("expert rule"), "" },
	{ "P6", GRADE_D, false, false, false, 2,
		{ IF_SIZE(DIAGONAL_INDEX, AT_LEAST, 0.10),
			IF(DIAGONAL_N, AT_LEAST, 2) },
		{ NULL, N_("Diagonal loading pattern ({diagonal}), repeated. Rotation "
			   "of "
			   "pelvis or trunk "
			   "is one possible reason, where the feet stand is another; "
			   "the "
			   "mat cannot "
			   "measure either.") },
		N_("no study links a mat's data to axial rotation"), "" },
	{ "P6b", GRADE_D, false, false, false, 2,
		{ IF_SIZE(AP_DIFFERENCE_MM, ABOVE, 20),
			IF(AP_DIFFERENCE_N, AT_LEAST, 2) },
		{ NULL, N_("The two feet carry their load {apdiff} mm apart fore and "
			   "aft, "
			   "repeated. "
			   "Rotation of pelvis or trunk is one possible reason, where "
			   "the "
			   "feet stand is "
			   "another; the mat cannot measure either.") },
		N_("no study links a mat's data to axial rotation"), "" },
	{ "P7", GRADE_A, false, false, false, 1,
		{ IF_SIZE(TOE_OUT_DIFFERENCE_DEG, ABOVE, 8) },
		{ N_("Your {toeside} foot turns out more than the other."),
			N_("Toe-out larger on the {toeside} by {toe} degrees; not "
			   "interpreted.") },
		N_("footprint axis, +-3 degrees on 10 mm cells"), "" },
	{ "P8", GRADE_C, false, true, false, 4,
		{ IF(BLOCK_MM, AT_LEAST, 5), IF(BLOCK_SAME_SIDE, AT_LEAST, 1),
			IF(LIFT_RESPONDS, AT_LEAST, 1), IF(LIFT_NULL_MM, AT_LEAST, 3) },
		{ NULL, N_("The mat's lift response and the block test point to the "
			   "same "
			   "side, {nullside}.") },
		N_("block test: LR+ 5.0 above 5 mm"), "" },
	{ "K1", GRADE_C, false, false, false, 2,
		{ IF(SHARE_MORE_PCT, AT_LEAST, 55), IF(LATERAL_BAND, AT_LEAST, 1) },
		{ N_("Your {side} knee may carry about {kneelo} to {kneehi} % more "
		     "than "
		     "when you stand "
		     "evenly. This is an estimate of a model."),
			N_("Knee axial load, {side}: {kneelo} to {kneehi} % more than "
			   "equal standing "
			   "(model range, not a measurement).") },
		N_("Kutzner 2010, five instrumented knees; model (7)"), "" },
	{ "K2", GRADE_B, false, false, false, 2,
		{ IF(PAIN_KNEE_LESS, AT_LEAST, 1), IF(LATERAL_BAND, AT_LEAST, 1) },
		{ N_("You may be sparing your {painside} knee."),
			N_("The painful {painside} knee carries less: compatible with "
			   "protection.") },
		N_("asymmetric loading in knee osteoarthritis, several studies"),
		"squat-60" },
	{ "K3", GRADE_C, false, false, false, 2,
		{ IF(PAIN_KNEE_MORE, AT_LEAST, 1), IF(LATERAL_BAND, AT_LEAST, 1) },
		{ N_("Your painful knee carries the larger part of your weight."),
			N_("The painful {painside} knee carries more.") },
		N_("measured shares"), "correct-seen" },
	{ "K4", GRADE_C, false, false, false, 3,
		{ IF(EXTENSION_DEFICIT_DEG, AT_LEAST, 15),
			IF(DEFICIT_LESS_LOADED, AT_LEAST, 1),
			IF(LATERAL_BAND, AT_LEAST, 1) },
		{ N_("A knee that does not straighten fully can move weight to the "
		     "other "
		     "leg, and the "
		     "lower back may feel it."),
			N_("Extension deficit on the {deficitside} and less load "
			   "there: a "
			   "contracture "
			   "can shift load to the other leg and change pelvis and "
			   "trunk "
			   "(clear at 30 "
			   "degrees, not shown at 15).") },
		N_("imposed 15 and 30 degree contractures, n = 10"), "" },
	{ "L1", GRADE_D, false, false, true, 3,
		{ BAND_CLEAR, IF(COM_AP_MM, ABOVE, 60), IF(COP_LENGTH_PCT, ABOVE, 50) },
		{ N_("Standing like this may add up to about {backhi} % to the load on "
		     "your lower back. "
		     "This is an estimate of a model."),
			N_("Extra compression at L5/S1: {backlo} to {backhi} % of "
			   "balanced standing "
			   "(model range, not a measurement).") },
		N_("model (9); Wilke 1999"), "" },
	{ "L2", GRADE_B, false, false, false, 2,
		{ IF(PAIN_BACK, AT_LEAST, 1), BAND_CLEAR },
		{ N_("People with back pain stand less evenly on average. That does "
		     "not "
		     "show what comes "
		     "first."),
			N_("Back pain with a clear side preference: groups with low "
			   "back "
			   "pain differ by "
			   "8.8 against 3.6 % of body weight; no cause follows for one "
			   "person.") },
		N_("Childs 2003 and others: 8.8 against 3.6 %"), "" },
};

int findings_rules(const struct finding_rule **out)
{
	*out = rules;
	return (int)(sizeof(rules) / sizeof(rules[0]));
}
