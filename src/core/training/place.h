/* Where a person stands: from the mat's plane to her own, and whether she stands there as one can train.
 * Does not draw and does not judge posture: it only says what is in the way of beginning.
 * Follows docs/training.md ("Placement"). Origin: sideways the middle between the ankles, a quarter of the
 * foot's length from its rear end, on its axis; fore and aft where she stands in the mean. Forward is across
 * the line of the heels (docs/protocols.md, "The offset of the centre of mass"). */
#ifndef STANCE_CORE_TRAINING_PLACE_H
#define STANCE_CORE_TRAINING_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/geometry.h"
#include "src/core/sample.h"
#include "src/core/training/exercise.h"

/* What is in the way, the first that counts. */
enum place_hint {
	PLACE_GOOD,
	PLACE_NOBODY,
	PLACE_ONE_FOOT,     /* put both feet on the mat */
	PLACE_TURN_ROUND,   /* faces the back of the mat */
	PLACE_EDGE,         /* a foot reaches the edge */
	PLACE_FEET_TOUCH,   /* put them apart */
	PLACE_STILL,        /* wait until it is quiet */
	PLACE_SIDE_UNKNOWN, /* which foot is which cannot be told */
	PLACE_N
};

/* The person's frame. */
struct place {
	struct pos_mm origin_mm;    /* mat plane */
	struct pos_mm right, ahead; /* unit vectors, mat plane */
	double width_mm;            /* between the feet's centres of pressure */
	double reach_mm[EXERCISE_N_DIRECTIONS]; /* to the edge of the feet's outline */
};

/* Being found: a second and more of standing. Caller-owned. */
struct place_finder {
	int64_t since_ns; /* standing well since; 0: not */
	int64_t last_ns;
	double seconds;
	double n;
	struct pos_mm cop, left_heel, right_heel, left_ankle, right_ankle;
	double left_cop_x, left_cop_y, right_cop_x, right_cop_y;
	double left_length_mm, right_length_mm;
	double sin_sum, cos_sum; /* of the feet's directions */
	struct pos_mm first_cop;
};

void place_begin(struct place_finder *finder);

/* Take a sample; returns what is in the way. `seconds` of it that were good so far in finder->seconds. */
enum place_hint place_push(
	struct place_finder *finder, const struct stance_sample *sample);

/* Say where the person stands; false while it is not known. */
bool place_found(const struct place_finder *finder, struct place *place);

/* From the mat's plane to the person's. */
struct pos_mm place_of(const struct place *place, struct pos_mm mat_mm);

/* Return the word of a hint, and the sentence for it, a msgid. Static. */
const char *place_hint_word(enum place_hint hint);
const char *place_hint_text(enum place_hint hint);

/* Find a hint by its word; PLACE_GOOD if there is none. */
enum place_hint place_hint_find(const char *word);

#endif
