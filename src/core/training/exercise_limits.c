/* limits: lean as far as is comfortable, in eight directions clockwise from the front. What is reached and
 * kept for a moment counts: a lunge that cannot be held is no limit to train within. */
#include <math.h>

#include "src/core/training/exercise_parts.h"

/* A reach must last about this long (chosen: a quick sway peak lasts less). */
#define SMOOTH_S 0.3
/* The arrow goes on to the next direction; the person comes back in this part of it. */
#define SHOWN_FRAC 0.75

static void begin(struct exercise_run *run)
{
	run->of.limits = (struct exercise_limits){ .window_mm = NAN };
}

static int direction_of(const struct exercise_run *run)
{
	int i = (int)(run->t_s * EXERCISE_N_DIRECTIONS / run->setup.duration_s);

	return i < EXERCISE_N_DIRECTIONS ? i : EXERCISE_N_DIRECTIONS - 1;
}

static void follow(struct exercise_limits *l, double reach_mm, double dt_s)
{
	if (isnan(l->window_mm))
		l->window_mm = reach_mm;
	l->window_mm += (reach_mm - l->window_mm) * (1 - exp(-dt_s / SMOOTH_S));
	l->best_mm[l->i] = fmax(l->best_mm[l->i], l->window_mm);
}

static void step(struct exercise_run *run, const struct exercise_input *in, double dt_s,
	struct exercise_view *view)
{
	struct exercise_limits *l = &run->of.limits;
	int direction = direction_of(run);
	struct pos_mm way = exercise_direction(direction);
	double each_s = run->setup.duration_s / EXERCISE_N_DIRECTIONS;
	double since_s = run->t_s - direction * each_s;

	if (direction != l->i)
		l->window_mm = NAN;
	l->i = direction;
	if (dt_s > 0)
		follow(l, in->at_mm.x * way.x + in->at_mm.y * way.y, dt_s);
	view->picture = PICTURE_RING;
	view->part = since_s > SHOWN_FRAC * each_s ? PART_BACK : PART_MAIN;
	view->dot_mm = in->at_mm;
	view->item = direction;
	view->n_items = EXERCISE_N_DIRECTIONS;
	view->direction = view->part == PART_MAIN ? direction : -1;
	view->score = l->best_mm[direction];
}

static void score(const struct exercise_run *run, struct exercise_score *s)
{
	const struct exercise_limits *l = &run->of.limits;
	int n = direction_of(run) + exercise_is_over(run);
	double sum = 0;

	for (int i = 0; i < n && i < EXERCISE_N_DIRECTIONS; i++) {
		s->limits_mm[i] = l->best_mm[i];
		sum += l->best_mm[i];
	}
	s->value = n >= EXERCISE_N_DIRECTIONS ? sum / EXERCISE_N_DIRECTIONS : NAN;
	exercise_measure(s, "mean_limit_mm", s->value);
}

const struct exercise_ops exercise_limits_ops = { begin, step, score };
