/* still-lake: the mean speed of the centre of pressure, low-passed; the lake is as rough as it is fast.
 * The filter is causal, so that this speed is not that of a trial (docs/metrics.md): it is compared with
 * itself only. */
#include <math.h>

#include "src/base/root_sum_sq.h"

#include "src/core/training/exercise_parts.h"

/* 5 Hz, as recommended for sheets of this kind: two equal sections of first order, each of
 * 5 Hz / sqrt(sqrt(2) - 1), are 3 dB down there together. */
#define CUTOFF_HZ 5.0
#define SECTION_S (0.6435942529 / (2 * M_PI * CUTOFF_HZ))
/* The filter's own beginning is not counted: ten times its time constants. */
#define SETTLE_S 0.4
/* The picture follows the speed with this time constant, and is smooth below the first and roughest
 * above the second, on a logarithmic scale: half and five times the usual of young adults (8.2 mm/s, Santos
 * & Duarte 2016). Chosen. */
#define PICTURE_S     0.7
#define SMOOTH_MM_S   4.0
#define ROUGHEST_MM_S 40.0

static void begin(struct exercise_run *run)
{
	run->of.lake = (struct exercise_lake){ .speed_mm_s = NAN };
}

static double pass(double z[2], double value, double dt_s)
{
	double gain = 1 - exp(-dt_s / SECTION_S);

	z[0] += (value - z[0]) * gain;
	z[1] += (z[0] - z[1]) * gain;
	return z[1];
}

static void restart(struct exercise_lake *l, struct pos_mm at)
{
	l->z[0][0] = l->z[0][1] = at.x;
	l->z[1][0] = l->z[1][1] = at.y;
	l->last_mm = at;
	l->has_last = !isnan(at.x);
	l->settle_s = 0;
}

static void follow(struct exercise_lake *l, struct pos_mm at, double dt_s)
{
	struct pos_mm now = { pass(l->z[0], at.x, dt_s), pass(l->z[1], at.y, dt_s) };
	double step_mm = root_sum_sq(now.x - l->last_mm.x, now.y - l->last_mm.y);

	l->last_mm = now;
	l->settle_s += dt_s;
	if (l->settle_s < SETTLE_S)
		return;
	l->path_mm += step_mm;
	l->path_s += dt_s;
	if (isnan(l->speed_mm_s))
		l->speed_mm_s = step_mm / dt_s;
	l->speed_mm_s +=
		(step_mm / dt_s - l->speed_mm_s) * (1 - exp(-dt_s / PICTURE_S));
}

static double mean_speed(const struct exercise_lake *l)
{
	return l->path_s > 0 ? l->path_mm / l->path_s : NAN;
}

static void step(struct exercise_run *run, const struct exercise_input *in, double dt_s,
	struct exercise_view *view)
{
	struct exercise_lake *l = &run->of.lake;
	double rough;

	if (dt_s > 0 && l->has_last)
		follow(l, in->at_mm, dt_s);
	else if (!exercise_is_over(run))
		restart(l, in->at_mm);
	if (!exercise_is_open(run))
		return;
	rough = log(l->speed_mm_s / SMOOTH_MM_S) / log(ROUGHEST_MM_S / SMOOTH_MM_S);
	view->picture = PICTURE_LAKE;
	view->rough_frac = isnan(rough) ? NAN : fmin(1, fmax(0, rough));
	view->score = mean_speed(l);
}

static void score(const struct exercise_run *run, struct exercise_score *s)
{
	s->value = mean_speed(&run->of.lake);
	exercise_measure(s, "velocity_mm_s", s->value);
}

const struct exercise_ops exercise_lake_ops = { begin, step, score };
