/* targets-8: lean to each of eight targets, hold it, come back. Order and timing by the seed. */
#include <math.h>

#include "src/base/root_sum_sq.h"

#include "src/core/training/exercise_parts.h"

/* As a test of the limits of stability gives for each direction (sensing of the target included). */
#define TARGET_S 8.0
#define BACK_S   5.0
/* Chosen: long enough that swinging through is not reaching. */
#define HOLD_S      1.0
#define HOLD_BACK_S 0.5
/* A target's radius over its distance, within limits that a centre of pressure can keep. Chosen. */
#define RADIUS_FRAC     0.3
#define RADIUS_LEAST_MM 8.0
#define RADIUS_MOST_MM  15.0
#define MIDDLE_MM       15.0

static void begin(struct exercise_run *run)
{
	struct exercise_targets *t = &run->of.targets;

	*t = (struct exercise_targets){ .since_s = 0 };
	for (int i = 0; i < EXERCISE_N_DIRECTIONS; i++)
		t->order[i] = i;
	for (int i = EXERCISE_N_DIRECTIONS - 1; i > 0; i--) {
		int k = (int)(rng_u64(&run->rng) % (uint64_t)(i + 1));
		int swap = t->order[i];

		t->order[i] = t->order[k];
		t->order[k] = swap;
	}
}

static double distance_of(const struct exercise_run *run, int i)
{
	return run->setup.reach_frac * run->setup.limits_mm[run->of.targets.order[i]];
}

static struct pos_mm place_of_target(const struct exercise_run *run)
{
	const struct exercise_targets *t = &run->of.targets;
	struct pos_mm way;
	double distance;

	if (t->going_back || t->i >= EXERCISE_N_DIRECTIONS)
		return (struct pos_mm){ run->setup.target_mm, 0 };
	way = exercise_direction(t->order[t->i]);
	distance = distance_of(run, t->i);
	return (struct pos_mm){ run->setup.target_mm + distance * way.x,
		distance * way.y };
}

static double radius_of_target(const struct exercise_run *run)
{
	const struct exercise_targets *t = &run->of.targets;

	if (t->going_back || t->i >= EXERCISE_N_DIRECTIONS)
		return MIDDLE_MM;
	return fmin(RADIUS_MOST_MM,
		fmax(RADIUS_LEAST_MM, RADIUS_FRAC * distance_of(run, t->i)));
}

/* The next thing that is asked for. */
static void go_on(struct exercise_run *run)
{
	struct exercise_targets *t = &run->of.targets;

	if (t->going_back)
		t->i++;
	t->going_back = !t->going_back;
	t->since_s = run->t_s;
	t->inside_s = 0;
	t->from_mm = run->last_mm;
	run->is_over = t->i >= EXERCISE_N_DIRECTIONS;
}

static void judge(struct exercise_run *run, double hold_s, double limit_s)
{
	struct exercise_targets *t = &run->of.targets;
	bool is_reached = t->inside_s >= hold_s;

	if (is_reached && !t->going_back) {
		t->n_reached++;
		t->time_s += run->t_s - t->since_s;
	}
	if (is_reached || run->t_s - t->since_s >= limit_s)
		go_on(run);
}

/* Only the way out is timed and measured: back is for starting anew. */
static void follow(struct exercise_run *run, const struct exercise_input *in,
	double dt_s, bool is_inside)
{
	struct exercise_targets *t = &run->of.targets;
	double step_mm =
		root_sum_sq(in->at_mm.x - run->last_mm.x, in->at_mm.y - run->last_mm.y);

	t->inside_s = is_inside ? t->inside_s + dt_s : 0;
	if (!t->going_back && !is_inside && t->inside_s <= 0)
		t->path_mm += step_mm;
}

static void step(struct exercise_run *run, const struct exercise_input *in, double dt_s,
	struct exercise_view *view)
{
	struct exercise_targets *t = &run->of.targets;
	struct pos_mm target = place_of_target(run);
	double radius = radius_of_target(run);
	double away = root_sum_sq(in->at_mm.x - target.x, in->at_mm.y - target.y);
	double hold_s = t->going_back ? HOLD_BACK_S : HOLD_S;

	view->picture = PICTURE_RING;
	view->part = t->going_back ? PART_BACK : PART_MAIN;
	view->target_mm = target;
	view->radius_mm = radius;
	view->n_items = EXERCISE_N_DIRECTIONS;
	view->item = t->i < EXERCISE_N_DIRECTIONS ? t->i : EXERCISE_N_DIRECTIONS - 1;
	view->direction = t->going_back ? -1 : t->order[view->item];
	exercise_show_dot(run, in, away > radius, view);
	if (dt_s > 0)
		follow(run, in, dt_s, away <= radius);
	if (exercise_is_open(run)) {
		view->inside = isnan(away) ? -1 : away <= radius;
		view->held_frac = fmin(1, t->inside_s / hold_s);
		view->score = exercise_pct(t->n_reached, t->i + t->going_back);
	}
	if (!run->is_over)
		judge(run, hold_s, t->going_back ? BACK_S : TARGET_S);
}

static void score(const struct exercise_run *run, struct exercise_score *s)
{
	const struct exercise_targets *t = &run->of.targets;

	s->value = exercise_pct(t->n_reached, EXERCISE_N_DIRECTIONS);
	exercise_measure(s, "reached_pct", s->value);
	exercise_measure(s, "reached", t->n_reached);
	exercise_measure(
		s, "time_s", t->n_reached > 0 ? t->time_s / t->n_reached : NAN);
	exercise_measure(s, "path_mm", t->path_mm);
}

const struct exercise_ops exercise_targets_ops = { begin, step, score };
