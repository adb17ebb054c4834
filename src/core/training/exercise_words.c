/* What the exercises are called and what their scores mean. */
#include "src/core/training/exercise.h"

#include <math.h>
#include <string.h>
#include "src/base/i18n.h"

static const struct exercise_info the_exercises[EXERCISE_N] = {
	[EXERCISE_PROBE] = { "probe", N_("Stand as practised"),
		N_("Stand as you have practised and look at the dot."), "off_mm", "mm",
		N_("from where you practise to stand, sideways; less is nearer"), false,
		30, true },
	[EXERCISE_HOLD] = { "hold-dot", N_("Hold the dot"),
		N_("Keep the dot in the ring."), "in_ring_pct", "%",
		N_("of the time in the ring"), true, 60, true },
	[EXERCISE_BEAM] = { "beam", N_("Level the beam"),
		N_("Keep the beam level: press the lighter side into the floor."),
		"level_pct", "%", N_("of the time level"), true, 60, true },
	[EXERCISE_TARGETS] = { "targets-8", N_("Eight targets"),
		N_("Lean to each target, stay there, and come back to the middle."),
		"reached_pct", "%", N_("of the targets reached"), true, 90, false },
	[EXERCISE_METRONOME] = { "metronome", N_("With the beat"),
		N_("Shift your weight from side to side with the beat."), "on_beat_pct",
		"%", N_("of the beats met"), true, 60, true },
	[EXERCISE_SLALOM] = { "slalom", N_("Slalom"),
		N_("Lean left and right to steer through the gates."), "gates_pct", "%",
		N_("of the gates passed"), true, 60, true },
	[EXERCISE_LAKE] = { "still-lake", N_("Still lake"),
		N_("Stand so quietly that the lake becomes smooth."), "velocity_mm_s",
		"mm/s", N_("mean speed of sway; less is stiller"), false, 30, true },
	[EXERCISE_MATCH] = { "blind-match", N_("Find it again"),
		N_("Remember the load on your legs, then find it again without the "
		   "beam."),
		"error_pct", "% of weight",
		N_("off the load that was asked for; less is nearer"), false, 90,
		false },
	[EXERCISE_LIMITS] = { "limits", N_("How far you can lean"),
		N_("Lean towards the arrow as far as is comfortable."), "mean_limit_mm",
		"mm", N_("mean distance leaned"), true, 60, false },
	[EXERCISE_BY_EAR] = { "by-ear", N_("By ear"),
		N_("Eyes closed. Stand where the tone is quiet."), "in_ring_pct", "%",
		N_("of the time in the quiet zone"), true, 60, true },
};

static const char *const the_feedbacks[FEEDBACK_N] = { "full", "bandwidth", "end",
	"none" };
static const char *const the_pictures[PICTURE_N] = { "none", "ring", "beam", "track",
	"gates", "lake", "tone" };
static const char *const the_parts[PART_N] = { "main", "learn", "back", "reproduce",
	"answer" };

const struct exercise_info *exercise_info(enum exercise exercise)
{
	return &the_exercises[exercise];
}

bool exercise_is_blind(enum exercise exercise)
{
	return exercise == EXERCISE_BY_EAR;
}

const char *exercise_feedback_word(enum exercise_feedback feedback)
{
	return the_feedbacks[feedback];
}

const char *exercise_picture_word(enum exercise_picture picture)
{
	return the_pictures[picture];
}

const char *exercise_part_word(enum exercise_part part)
{
	return the_parts[part];
}

static int find(const char *const *words, int n, const char *word)
{
	int i = 0;

	while (i < n && strcmp(words[i], word) != 0)
		i++;
	return i;
}

enum exercise exercise_find(const char *key)
{
	int i = 0;

	while (i < EXERCISE_N && strcmp(the_exercises[i].key, key) != 0)
		i++;
	return (enum exercise)i;
}

enum exercise_feedback exercise_feedback_find(const char *word)
{
	return (enum exercise_feedback)find(the_feedbacks, FEEDBACK_N, word);
}

enum exercise_picture exercise_picture_find(const char *word)
{
	return (enum exercise_picture)find(the_pictures, PICTURE_N, word);
}

enum exercise_part exercise_part_find(const char *word)
{
	return (enum exercise_part)find(the_parts, PART_N, word);
}

struct exercise_tone exercise_tone_none(void)
{
	return (struct exercise_tone){ NAN, NAN, NAN, NAN, NAN };
}

struct exercise_view exercise_view_none(void)
{
	return (struct exercise_view){ .picture = PICTURE_NONE,
		.dot_mm = { NAN, NAN },
		.left_frac = NAN,
		.target_mm = { NAN, NAN },
		.radius_mm = NAN,
		.target_left_frac = NAN,
		.tolerance_frac = NAN,
		.inside = -1,
		.held_frac = NAN,
		.direction = -1,
		.beat_frac = NAN,
		.rough_frac = NAN,
		.tone = exercise_tone_none(),
		.score = NAN };
}
