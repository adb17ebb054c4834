/* beam: keep it level, left against right. Its band is the ring's in millimetres over the stance's width,
 * because a share depends on how wide somebody stands and an offset does not (docs/protocols.md). */
#include <math.h>

#include "src/core/training/exercise_parts.h"

#define HIDE_FRAC 0.85 /* as the ring's */

static void begin(struct exercise_run *run)
{
	run->of.beam = (struct exercise_beam){ .shown = false };
}

static double target_of(const struct exercise_setup *setup)
{
	return 0.5 - setup->target_mm / setup->width_mm;
}

static void step(struct exercise_run *run, const struct exercise_input *in, double dt_s,
	struct exercise_view *view)
{
	const struct exercise_setup *setup = &run->setup;
	struct exercise_beam *b = &run->of.beam;
	double target = target_of(setup), tolerance = setup->band_mm / setup->width_mm;
	double off = fabs(in->left_frac - target);
	bool is_level = off <= tolerance;

	if (dt_s > 0 && !isnan(off)) {
		b->in_s += is_level ? dt_s : 0;
		b->error += off * dt_s;
		exercise_mean_add(&b->left_frac, in->left_frac, dt_s);
	}
	b->shown = off > tolerance * (b->shown ? HIDE_FRAC : 1.0);
	if (!exercise_is_open(run))
		return;
	view->picture = PICTURE_BEAM;
	view->target_left_frac = target;
	view->tolerance_frac = tolerance;
	if (run->setup.feedback == FEEDBACK_FULL || b->shown)
		view->left_frac = in->left_frac;
	view->inside = isnan(off) ? -1 : is_level;
	view->score = exercise_pct(b->in_s, b->left_frac.weight_s);
}

static void score(const struct exercise_run *run, struct exercise_score *s)
{
	const struct exercise_beam *b = &run->of.beam;
	double left = exercise_mean_value(&b->left_frac);
	double target = target_of(&run->setup);

	s->value = exercise_pct(b->in_s, b->left_frac.weight_s);
	exercise_measure(s, "level_pct", s->value);
	exercise_measure(s, "left_pct", 100.0 * left);
	exercise_measure(s, "off_pct", 100.0 * (left - target));
	exercise_measure(s, "error_pct", exercise_pct(b->error, b->left_frac.weight_s));
}

const struct exercise_ops exercise_beam_ops = { begin, step, score };
