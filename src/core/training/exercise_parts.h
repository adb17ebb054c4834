/* What the exercises' files share. Private to src/core/training. */
#ifndef STANCE_CORE_TRAINING_EXERCISE_PARTS_H
#define STANCE_CORE_TRAINING_EXERCISE_PARTS_H

#include "src/core/training/exercise.h"

/* One exercise. `dt_s` is the time that this step counts: 0 after a pause, or without a person. */
struct exercise_ops {
	void (*begin)(struct exercise_run *run);
	void (*step)(struct exercise_run *run, const struct exercise_input *input,
		double dt_s, struct exercise_view *view);
	void (*score)(const struct exercise_run *run, struct exercise_score *score);
};

extern const struct exercise_ops exercise_hold_ops, exercise_beam_ops,
	exercise_targets_ops, exercise_metronome_ops, exercise_slalom_ops,
	exercise_lake_ops, exercise_match_ops, exercise_limits_ops, exercise_by_ear_ops;

/* Is anything fed back while it lasts? */
bool exercise_is_open(const struct exercise_run *run);

/* Count a step of standing within the band: of hold, probe and by-ear. Returns how far the person is from the
 * target, millimetres; NaN: not known. */
double exercise_hold_add(
	struct exercise_run *run, const struct exercise_input *input, double dt_s);

/* Show the dot as the feedback wants it: `is_off` is whether the person is outside the band. */
void exercise_show_dot(const struct exercise_run *run,
	const struct exercise_input *input, bool is_off, struct exercise_view *view);

void exercise_mean_add(struct exercise_mean *mean, double value, double dt_s);
double exercise_mean_value(const struct exercise_mean *mean); /* NaN: nothing */
double exercise_mean_sd(const struct exercise_mean *mean);

void exercise_measure(struct exercise_score *score, const char *key, double value);

/* Return the unit vector of direction 0..7. */
struct pos_mm exercise_direction(int direction);

/* Return how far to the side a shift may be asked for: the smaller side's limit times the reach. */
double exercise_side_mm(const struct exercise_run *run);

/* 100 part / whole; NaN if there is no whole. */
double exercise_pct(double part, double whole);

#endif
