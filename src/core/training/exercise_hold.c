/* hold-dot: keep the dot in the ring; probe: the same with nothing shown. */
#include <math.h>

#include "src/base/root_sum_sq.h"

#include "src/core/training/exercise_parts.h"

/* The dot hides again only this far inside the ring, so that it does not flicker on its edge. Chosen. */
#define HIDE_FRAC 0.85

static void begin(struct exercise_run *run)
{
	run->of.hold = (struct exercise_hold){ .shown = false };
}

double exercise_hold_add(
	struct exercise_run *run, const struct exercise_input *in, double dt_s)
{
	const struct exercise_setup *setup = &run->setup;
	struct exercise_hold *h = &run->of.hold;
	double x = in->at_mm.x - setup->target_mm, away = root_sum_sq(x, in->at_mm.y);

	if (dt_s > 0) {
		h->in_s += away <= setup->band_mm ? dt_s : 0;
		exercise_mean_add(&h->x_mm, x, dt_s);
		exercise_mean_add(&h->y_mm, in->at_mm.y, dt_s);
		h->distance2 += away * away * dt_s;
	}
	h->shown = away > setup->band_mm * (h->shown ? HIDE_FRAC : 1.0);
	return away;
}

static void step(struct exercise_run *run, const struct exercise_input *in, double dt_s,
	struct exercise_view *view)
{
	const struct exercise_setup *setup = &run->setup;
	struct exercise_hold *h = &run->of.hold;
	double away = exercise_hold_add(run, in, dt_s);

	if (!exercise_is_open(run))
		return;
	view->picture = PICTURE_RING;
	view->target_mm = (struct pos_mm){ setup->target_mm, 0 };
	view->radius_mm = setup->band_mm;
	exercise_show_dot(run, in, h->shown, view);
	view->inside = isnan(away) ? -1 : away <= setup->band_mm;
	view->score = exercise_pct(h->in_s, h->x_mm.weight_s);
}

static void score(const struct exercise_run *run, struct exercise_score *s)
{
	const struct exercise_hold *h = &run->of.hold;
	double in_ring = exercise_pct(h->in_s, h->x_mm.weight_s);
	double off = exercise_mean_value(&h->x_mm);

	s->value = run->setup.exercise == EXERCISE_PROBE ? fabs(off) : in_ring;
	exercise_measure(s, "in_ring_pct", in_ring);
	exercise_measure(s, "offset_mm", off + run->setup.target_mm);
	exercise_measure(s, "off_mm", off);
	exercise_measure(
		s, "rmse_mm", sqrt(h->x_mm.square / h->x_mm.weight_s)); /* sideways */
	exercise_measure(s, "distance_mm", sqrt(h->distance2 / h->x_mm.weight_s));
	exercise_measure(s, "sd_x_mm", exercise_mean_sd(&h->x_mm));
	exercise_measure(s, "sd_y_mm", exercise_mean_sd(&h->y_mm));
}

const struct exercise_ops exercise_hold_ops = { begin, step, score };
