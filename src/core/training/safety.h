/* When training is stopped calmly: the load leaves, one foot carries nearly all, the centre of pressure comes
 * near the mat's edge, or a foot carries more than it may.
 * Does not stop anything: training.h does. Follows docs/training.md ("Calm stops"). */
#ifndef STANCE_CORE_TRAINING_SAFETY_H
#define STANCE_CORE_TRAINING_SAFETY_H

#include <stdbool.h>

#include "src/core/geometry.h"
#include "src/core/sample.h"
#include "src/core/training/exercise.h"
#include "src/core/training/programme.h"

enum safety {
	SAFETY_GOOD,
	SAFETY_SHARE, /* one foot below 20 % or above 80 % for 1 s; where leaning is asked for, 5 % */
	SAFETY_EDGE,
	SAFETY_CAP_LEFT,
	SAFETY_CAP_RIGHT
};

/* How long each has been so, seconds. */
struct safety_watch {
	double share_s, edge_s, cap_left_s, cap_right_s;
	double good_s; /* nothing of it since */
};

/* Take a sample that came `dt_s` after the last; returns what is wrong, the most urgent. Somebody is on the
 * mat. */
enum safety safety_push(struct safety_watch *watch, const struct stance_sample *sample,
	double dt_s, enum exercise exercise, const struct programme *programme,
	const struct mat_geometry *geometry);

#endif
