/* What the exercises are called and what their scores mean. */
#include "src/core/training/exercise.h"

#include <math.h>
#include <string.h>

static const struct exercise_info the_exercises[EXERCISE_N] = {
	[EXERCISE_PROBE] = { "probe", "Stand as practised",
		"Stand as you have practised and look at the dot.", "off_mm", "mm",
		"from where you practise to stand, sideways; less is nearer", false, 30,
		true },
	[EXERCISE_HOLD] = { "hold-dot", "Hold the dot", "Keep the dot in the ring.",
		"in_ring_pct", "%", "of the time in the ring", true, 60, true },
	[EXERCISE_BEAM] = { "beam", "Level the beam",
		"Keep the beam level: press the lighter side into the floor.",
		"level_pct", "%", "of the time level", true, 60, true },
	[EXERCISE_TARGETS] = { "targets-8", "Eight targets",
		"Lean to each target, stay there, and come back to the middle.",
		"reached_pct", "%", "of the targets reached", true, 90, false },
	[EXERCISE_METRONOME] = { "metronome", "With the beat",
		"Shift your weight from side to side with the beat.", "on_beat_pct",
		"%", "of the beats met", true, 60, true },
	[EXERCISE_SLALOM] = { "slalom", "Slalom",
		"Lean left and right to steer through the gates.", "gates_pct", "%",
		"of the gates passed", true, 60, true },
	[EXERCISE_LAKE] = { "still-lake", "Still lake",
		"Stand so quietly that the lake becomes smooth.", "velocity_mm_s",
		"mm/s", "mean speed of sway; less is stiller", false, 30, true },
	[EXERCISE_MATCH] = { "blind-match", "Find it again",
		"Remember the load on your legs, then find it again without the beam.",
		"error_pct", "% of weight",
		"off the load that was asked for; less is "
		"nearer",
		false, 90, false },
	[EXERCISE_LIMITS] = { "limits", "How far you can lean",
		"Lean towards the arrow as far as is comfortable.", "mean_limit_mm",
		"mm", "mean distance leaned", true, 60, false },
};

static const char *const the_feedbacks[FEEDBACK_N] = { "full", "bandwidth", "end",
	"none" };
static const char *const the_pictures[PICTURE_N] = { "none", "ring", "beam", "track",
	"gates", "lake" };
static const char *const the_parts[PART_N] = { "main", "learn", "back", "reproduce",
	"answer" };

const struct exercise_info *exercise_info(enum exercise exercise)
{
	return &the_exercises[exercise];
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
		.score = NAN };
}
