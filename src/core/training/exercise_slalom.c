/* slalom: gates come towards the person, who leans to pass through them. Where they stand is the seed's. */
#include <math.h>

#include "src/core/training/exercise_parts.h"

/* Chosen: unhurried for somebody who needs a second to shift and a second to settle. */
#define FIRST_S 4.0
#define EVERY_S 3.0
/* Gates lie between these parts of the reach and are this wide, so that nobody passes one from the
 * middle: 0.6 - 0.4 > 0. */
#define NEAREST_FRAC  0.6
#define HALF_FRAC     0.4
#define HALF_LEAST_MM 6.0

static double half_mm(const struct exercise_run *run)
{
	return fmax(HALF_LEAST_MM, HALF_FRAC * exercise_side_mm(run));
}

static void begin(struct exercise_run *run)
{
	struct exercise_slalom *s = &run->of.slalom;
	double reach_mm = exercise_side_mm(run);
	int n = (int)((run->setup.duration_s - FIRST_S) / EVERY_S) + 1;
	int side = rng_uniform(&run->rng) < 0.5 ? -1 : 1;

	*s = (struct exercise_slalom){ .n_gates = n < 1 ? 1
						  : n > EXERCISE_MAX_ITEMS
							  ? EXERCISE_MAX_ITEMS
							  : n };
	for (int i = 0; i < s->n_gates; i++) {
		s->gate_mm[i] =
			run->setup.target_mm +
			side * reach_mm * rng_between(&run->rng, NEAREST_FRAC, 1);
		s->passed[i] = -1;
		/* mostly from side to side, sometimes twice the same */
		side = rng_uniform(&run->rng) < 0.75 ? -side : side;
	}
}

static double gate_s(int i)
{
	return FIRST_S + EVERY_S * i;
}

static void judge(struct exercise_run *run, double x)
{
	struct exercise_slalom *s = &run->of.slalom;
	double off = fabs(x - s->gate_mm[s->i_gate]);

	s->passed[s->i_gate] = off <= half_mm(run);
	s->n_passed += s->passed[s->i_gate];
	s->n_counted++;
	s->miss_mm += off;
	s->i_gate++;
}

/* A gate just passed is shown a moment longer, so that one sees whether it was. */
static void show_gates(const struct exercise_run *run, struct exercise_view *view)
{
	const struct exercise_slalom *s = &run->of.slalom;
	int first = s->i_gate;

	if (first > 0 && run->t_s - gate_s(first - 1) < 0.8)
		first--;
	for (int i = first; i < s->n_gates && view->n_gates < EXERCISE_N_GATES; i++) {
		view->gates[view->n_gates++] =
			(struct exercise_gate){ .x_mm = s->gate_mm[i],
				.half_width_mm = half_mm(run),
				.in_s = gate_s(i) - run->t_s,
				.passed = exercise_is_open(run) ? s->passed[i] : -1 };
	}
}

static void step(struct exercise_run *run, const struct exercise_input *in, double dt_s,
	struct exercise_view *view)
{
	struct exercise_slalom *s = &run->of.slalom;
	double next_mm;

	/* a gate that came up in a pause, or without a person, is not asked for */
	while (s->i_gate < s->n_gates && run->t_s >= gate_s(s->i_gate)) {
		if (dt_s > 0)
			judge(run, in->at_mm.x);
		else
			s->i_gate++;
	}
	view->picture = PICTURE_GATES;
	view->item = s->i_gate < s->n_gates ? s->i_gate : s->n_gates - 1;
	view->n_items = s->n_gates;
	show_gates(run, view);
	next_mm = s->gate_mm[view->item];
	exercise_show_dot(run, in, fabs(in->at_mm.x - next_mm) > half_mm(run), view);
	if (exercise_is_open(run))
		view->score = exercise_pct(s->n_passed, s->n_counted);
}

static void score(const struct exercise_run *run, struct exercise_score *out)
{
	const struct exercise_slalom *s = &run->of.slalom;

	out->value = exercise_pct(s->n_passed, s->n_counted);
	exercise_measure(out, "gates_pct", out->value);
	exercise_measure(out, "gates", s->n_counted);
	exercise_measure(
		out, "miss_mm", s->n_counted > 0 ? s->miss_mm / s->n_counted : NAN);
}

const struct exercise_ops exercise_slalom_ops = { begin, step, score };
