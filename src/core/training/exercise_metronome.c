/* metronome: shift from side to side so that each beat finds the person on its side. */
#include <math.h>

#include "src/base/root_sum_sq.h"

#include "src/core/training/exercise_parts.h"

/* The first beats are for finding the rhythm. */
#define N_WARM_UP 2
/* A beat is met by who is farthest out this near to its moment, over the time between beats, and this far
 * out, over the target's amplitude; and only by somebody who came over the middle since the last one, so that
 * standing on one side meets no beat but the first. Chosen. */
#define WINDOW_FRAC 0.25
#define REACH_FRAC  0.6
/* The turn is looked for around a beat, over the time between beats. */
#define AROUND_FRAC 0.5
/* The dot is hidden in bandwidth while it is this near to where it should be, over the amplitude. */
#define NEAR_FRAC 0.5

static void begin(struct exercise_run *run)
{
	run->of.metronome = (struct exercise_metronome){ .i_beat = 0 };
}

static double beat_s(const struct exercise_run *run, int i)
{
	return run->setup.period_s * (i + 0.5);
}

/* The first beat is on the right. */
static int side_of(int i_beat)
{
	return i_beat % 2 == 0 ? 1 : -1;
}

static double wave_of(const struct exercise_run *run)
{
	return M_PI / run->setup.period_s;
}

static bool is_met(const struct exercise_run *run, double reach_mm)
{
	const struct exercise_metronome *m = &run->of.metronome;
	double late_s = m->peak_s - beat_s(run, m->i_beat);

	return m->crossed && m->peak_mm >= REACH_FRAC * reach_mm &&
	       fabs(late_s) <= WINDOW_FRAC * run->setup.period_s;
}

static void judge(struct exercise_run *run, double x, double reach_mm)
{
	struct exercise_metronome *m = &run->of.metronome;
	double late_s = run->t_s - beat_s(run, m->i_beat);
	double around_s = AROUND_FRAC * run->setup.period_s;
	double out_mm = x * side_of(m->i_beat);

	m->crossed |= late_s <= 0 && out_mm < 0;
	m->crosses_next |= late_s >= 0 && out_mm > 0;
	if (fabs(late_s) <= around_s && out_mm > m->peak_mm) {
		m->peak_mm = out_mm;
		m->peak_s = run->t_s;
	}
	if (late_s < around_s)
		return;
	if (m->i_beat >= N_WARM_UP) {
		m->n_asked++;
		m->n_hit += is_met(run, reach_mm);
	}
	m->i_beat++;
	m->crossed = m->crosses_next;
	m->crosses_next = false;
	m->peak_mm = 0;
}

/* How far and how late the person follows: lock-in against the target's own movement. */
static void lock_in(struct exercise_run *run, double x, double reach_mm, double dt_s)
{
	struct exercise_metronome *m = &run->of.metronome;
	double angle = wave_of(run) * run->t_s;

	m->re += x * sin(angle) * dt_s;
	m->im += x * cos(angle) * dt_s;
	m->drive += reach_mm * sin(angle) * sin(angle) * dt_s;
	exercise_mean_add(&m->x_mm, x, dt_s);
}

static void step(struct exercise_run *run, const struct exercise_input *in, double dt_s,
	struct exercise_view *view)
{
	struct exercise_metronome *m = &run->of.metronome;
	double reach_mm = exercise_side_mm(run), middle = run->setup.target_mm;
	double aim = reach_mm * sin(wave_of(run) * run->t_s);
	double x = in->at_mm.x - middle, since;

	if (dt_s > 0) {
		judge(run, x, reach_mm);
		lock_in(run, x, reach_mm, dt_s);
	}
	since = run->t_s / run->setup.period_s - 0.5;
	view->picture = PICTURE_TRACK;
	view->target_mm = (struct pos_mm){ middle + aim, 0 };
	view->radius_mm = (1 - REACH_FRAC) * reach_mm;
	view->side = side_of(m->i_beat);
	view->beat_frac = since < 0 ? since + 1 : since - floor(since);
	view->item = m->i_beat;
	view->n_items = (int)(run->setup.duration_s / run->setup.period_s);
	exercise_show_dot(run, in, fabs(x - aim) > NEAR_FRAC * reach_mm, view);
	if (exercise_is_open(run))
		view->score = exercise_pct(m->n_hit, m->n_asked);
}

static void score(const struct exercise_run *run, struct exercise_score *s)
{
	const struct exercise_metronome *m = &run->of.metronome;

	s->value = exercise_pct(m->n_hit, m->n_asked);
	exercise_measure(s, "on_beat_pct", s->value);
	exercise_measure(s, "beats", m->n_asked);
	exercise_measure(
		s, "gain", m->drive > 0 ? root_sum_sq(m->re, m->im) / m->drive : NAN);
	exercise_measure(s, "lag_s", atan2(-m->im, m->re) / wave_of(run));
	exercise_measure(s, "bias_mm", exercise_mean_value(&m->x_mm));
}

const struct exercise_ops exercise_metronome_ops = { begin, step, score };
