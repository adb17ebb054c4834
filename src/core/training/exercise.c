#include "src/core/training/exercise.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "src/core/training/exercise_parts.h"

/* A longer hole between two frames is a pause: nothing is known of it. Chosen: as a trial's
 * (docs/protocols.md, gaps over 0.1 s count as missing); a person moves little in that time. */
#define GAP_S 0.25

/* Less than this is too little to score (chosen: a third of the shortest block). */
#define LEAST_S 3.0

static const struct exercise_ops *const the_ops[EXERCISE_N] = {
	[EXERCISE_PROBE] = &exercise_hold_ops,
	[EXERCISE_HOLD] = &exercise_hold_ops,
	[EXERCISE_BEAM] = &exercise_beam_ops,
	[EXERCISE_TARGETS] = &exercise_targets_ops,
	[EXERCISE_METRONOME] = &exercise_metronome_ops,
	[EXERCISE_SLALOM] = &exercise_slalom_ops,
	[EXERCISE_LAKE] = &exercise_lake_ops,
	[EXERCISE_MATCH] = &exercise_match_ops,
	[EXERCISE_LIMITS] = &exercise_limits_ops,
	[EXERCISE_BY_EAR] = &exercise_by_ear_ops,
};

/* --- shared ------------------------------------------------------------------------------ */

bool exercise_is_open(const struct exercise_run *run)
{
	return run->setup.feedback == FEEDBACK_FULL ||
	       run->setup.feedback == FEEDBACK_BANDWIDTH;
}

void exercise_show_dot(const struct exercise_run *run,
	const struct exercise_input *input, bool is_off, struct exercise_view *view)
{
	if (run->setup.feedback == FEEDBACK_FULL ||
		(run->setup.feedback == FEEDBACK_BANDWIDTH && is_off))
		view->dot_mm = input->at_mm;
}

void exercise_mean_add(struct exercise_mean *mean, double value, double dt_s)
{
	if (isnan(value) || dt_s <= 0)
		return;
	mean->weight_s += dt_s;
	mean->sum += value * dt_s;
	mean->square += value * value * dt_s;
}

double exercise_mean_value(const struct exercise_mean *mean)
{
	return mean->weight_s > 0 ? mean->sum / mean->weight_s : NAN;
}

double exercise_mean_sd(const struct exercise_mean *mean)
{
	double value = exercise_mean_value(mean);

	return sqrt(fmax(0, mean->square / mean->weight_s - value * value));
}

void exercise_measure(struct exercise_score *score, const char *key, double value)
{
	if (score->n_measures < EXERCISE_MAX_MEASURES)
		score->measures[score->n_measures++] =
			(struct exercise_measure){ key, value };
}

struct pos_mm exercise_direction(int direction)
{
	double angle = direction * (M_PI / 4);

	return (struct pos_mm){ sin(angle), cos(angle) };
}

double exercise_side_mm(const struct exercise_run *run)
{
	const double *limits = run->setup.limits_mm;

	return run->setup.reach_frac * fmin(limits[2], limits[6]);
}

double exercise_pct(double part, double whole)
{
	return whole > 0 ? 100.0 * part / whole : NAN;
}

/* --- running one ------------------------------------------------------------------------- */

void exercise_begin(struct exercise_run *run, const struct exercise_setup *setup)
{
	*run = (struct exercise_run){
		.setup = *setup, .t_s = NAN, .last_mm = { NAN, NAN }
	};
	rng_init(&run->rng, setup->seed, (uint64_t)setup->exercise);
	the_ops[setup->exercise]->begin(run);
}

/* The time from the step before to this one, if the person was there all the while. */
static double counted(const struct exercise_run *run, const struct exercise_input *in)
{
	double dt_s = in->t_s - run->t_s;

	if (in->is_break || !(dt_s > 0) || dt_s > GAP_S || isnan(in->at_mm.x) ||
		isnan(run->last_mm.x))
		return 0;
	return dt_s;
}

void exercise_step(struct exercise_run *run, const struct exercise_input *input,
	struct exercise_view *view)
{
	double dt_s = counted(run, input);

	*view = exercise_view_none();
	if (exercise_is_over(run))
		dt_s = 0;
	run->counted_s += dt_s;
	run->t_s = fmin(input->t_s, run->setup.duration_s);
	the_ops[run->setup.exercise]->step(run, input, dt_s, view);
	run->last_mm = input->at_mm;
}

bool exercise_is_over(const struct exercise_run *run)
{
	return run->is_over || run->t_s >= run->setup.duration_s;
}

void exercise_score(const struct exercise_run *run, struct exercise_score *score)
{
	*score = (struct exercise_score){ .value = NAN, .counted_s = run->counted_s };
	for (int i = 0; i < EXERCISE_N_DIRECTIONS; i++)
		score->limits_mm[i] = NAN;
	the_ops[run->setup.exercise]->score(run, score);
	if (run->counted_s < LEAST_S)
		score->value = NAN;
}
