/* blind-match: a load is shown and felt, left, and found again without the beam. */
#include <math.h>

#include "src/core/training/exercise_parts.h"

#define MAX_ROUNDS                                                                     \
	(int)(sizeof(((struct exercise_match *)0)->asked_frac) / sizeof(double))

/* Seconds of each part. Chosen: time to find a load with the beam, to forget the posture, to find it
 * again; what is measured is the last part of finding. */
#define LEARN_S     7.0
#define BACK_S      3.0
#define REPRODUCE_S 5.0
#define MEASURE_S   2.0
#define ANSWER_S    3.0
#define LEAST_FRAC  0.5 /* of what is to be measured must have been seen */
#define ROUND_S     (LEARN_S + BACK_S + REPRODUCE_S + ANSWER_S)

/* Loads that are asked for, off the middle, over the smaller side's reach: never the middle itself, which
 * needs no memory. */
#define NEAREST_FRAC 0.5
/* How near counts as found while it is shown. */
#define TOLERANCE_FRAC 0.03

static double middle_of(const struct exercise_setup *setup)
{
	return 0.5 - setup->target_mm / setup->width_mm;
}

static void begin(struct exercise_run *run)
{
	struct exercise_match *m = &run->of.match;
	const struct exercise_setup *setup = &run->setup;
	double reach_frac = exercise_side_mm(run) / setup->width_mm;
	int n = (int)(setup->duration_s / ROUND_S);
	int side = rng_uniform(&run->rng) < 0.5 ? -1 : 1;

	*m = (struct exercise_match){ .n_rounds = n < 1            ? 1
						  : n > MAX_ROUNDS ? MAX_ROUNDS
								   : n,
		.part = PART_LEARN,
		.last_error = NAN };
	for (int i = 0; i < m->n_rounds; i++) {
		m->asked_frac[i] =
			middle_of(setup) +
			side * reach_frac * rng_between(&run->rng, NEAREST_FRAC, 1);
		side = rng_uniform(&run->rng) < 0.75 ? -side : side;
	}
}

static double length_of(enum exercise_part part)
{
	switch (part) {
	case PART_LEARN:
		return LEARN_S;
	case PART_BACK:
		return BACK_S;
	case PART_REPRODUCE:
		return REPRODUCE_S;
	default:
		return ANSWER_S;
	}
}

static void judge(struct exercise_match *m)
{
	bool is_enough = m->found.weight_s >= LEAST_FRAC * MEASURE_S;
	double off = exercise_mean_value(&m->found) - m->asked_frac[m->i_round];

	m->found = (struct exercise_mean){ .weight_s = 0 };
	m->last_error = is_enough ? off : NAN;
	if (!is_enough)
		return;
	m->n_done++;
	m->error_sum += fabs(off);
	m->signed_sum += off;
}

static void go_on(struct exercise_run *run)
{
	struct exercise_match *m = &run->of.match;

	m->since_s = run->t_s;
	switch (m->part) {
	case PART_LEARN:
		m->part = PART_BACK;
		break;
	case PART_BACK:
		m->part = PART_REPRODUCE;
		break;
	case PART_REPRODUCE:
		judge(m);
		m->part = PART_ANSWER;
		break;
	default:
		m->part = PART_LEARN;
		run->is_over = ++m->i_round >= m->n_rounds;
		break;
	}
}

static void show(const struct exercise_run *run, const struct exercise_input *in,
	struct exercise_view *view)
{
	const struct exercise_match *m = &run->of.match;
	int round = m->i_round < m->n_rounds ? m->i_round : m->n_rounds - 1;
	double asked = m->asked_frac[round];

	view->picture = PICTURE_BEAM;
	view->part = m->part;
	view->item = round;
	view->n_items = m->n_rounds;
	view->tolerance_frac = TOLERANCE_FRAC;
	view->held_frac = fmin(1, (run->t_s - m->since_s) / length_of(m->part));
	if (m->part == PART_LEARN) {
		view->target_left_frac = asked;
		view->left_frac = in->left_frac;
		view->inside = isnan(in->left_frac)
				       ? -1
				       : fabs(in->left_frac - asked) <= TOLERANCE_FRAC;
	} else if (m->part == PART_ANSWER && exercise_is_open(run)) {
		view->target_left_frac = asked;
		view->left_frac = asked + m->last_error;
		view->score = exercise_pct(m->error_sum, m->n_done);
	}
}

static void step(struct exercise_run *run, const struct exercise_input *in, double dt_s,
	struct exercise_view *view)
{
	struct exercise_match *m = &run->of.match;
	double since_s = run->t_s - m->since_s;

	if (m->part == PART_REPRODUCE && since_s > REPRODUCE_S - MEASURE_S)
		exercise_mean_add(&m->found, in->left_frac, dt_s);
	show(run, in, view);
	if (!run->is_over && since_s >= length_of(m->part))
		go_on(run);
}

static void score(const struct exercise_run *run, struct exercise_score *s)
{
	const struct exercise_match *m = &run->of.match;

	s->value = exercise_pct(m->error_sum, m->n_done);
	exercise_measure(s, "error_pct", s->value);
	exercise_measure(s, "bias_pct", exercise_pct(m->signed_sum, m->n_done));
	exercise_measure(s, "rounds", m->n_done);
}

const struct exercise_ops exercise_match_ops = { begin, step, score };
