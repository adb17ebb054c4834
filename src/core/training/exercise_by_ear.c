/* by-ear: eyes closed, stand where the tone is quiet. Counted as hold-dot; the tone tells how far out and which
 * way. Pitch and volume by the distance beyond a zone, pitch for forward and back, balance for left and right: as
 * Chiari et al. 2005 (IEEE TBME 52:2108) and Dozza et al. 2005 (J Neuroeng Rehabil 2:13); the zone and scales that
 * are not linear as Dozza, Horak & Chiari 2007 (Exp Brain Res 178:37). They sonified the trunk's acceleration, here it is
 * the centre of pressure. Timbre for the side is added, for stations with one loudspeaker. */
#include <math.h>

#include "src/core/training/exercise_parts.h"

/* As loud, and as high or low, as it gets so far beyond the zone. Chosen: two to three times the spread of quiet
 * standing with eyes closed. */
#define FULL_MM 25.0
/* The side is as clear as it gets so far beyond. Chosen: while it is still soft. */
#define SIDE_MM 5.0
/* The calm tone of full feedback, within the zone; and what a tone begins with at its edge. Chosen: 16 dB below
 * the loudest. */
#define CALM_FRAC 0.15
/* Half an octave each way: from 500 to 1000 Hz, where old ears hear well. */
#define EVEN_HZ 707.106781186547524
#define OCTAVES 0.5

static void begin(struct exercise_run *run)
{
	run->of.hold = (struct exercise_hold){ .shown = false };
}

static double limited(double v)
{
	return fmin(1, fmax(-1, v));
}

/* The square root: a little is heard at once, the most not too early. */
static double octaves(double beyond_mm)
{
	return copysign(OCTAVES * sqrt(limited(fabs(beyond_mm) / FULL_MM)), beyond_mm);
}

/* `x_mm`, `y_mm`: from the target; `away_mm`, their distance, is not within the zone. */
static struct exercise_tone outside(
	double x_mm, double y_mm, double away_mm, double band_mm)
{
	double beyond_mm = fmax(0, away_mm - band_mm), frac = beyond_mm / FULL_MM;
	double pan = x_mm / away_mm * limited(beyond_mm / SIDE_MM);

	return (struct exercise_tone){
		.volume_frac = CALM_FRAC + (1 - CALM_FRAC) * limited(frac),
		.pitch_hz = EVEN_HZ * exp2(octaves(beyond_mm * y_mm / away_mm)),
		.pan_frac = pan,
		.reed_frac = fabs(pan),
		.flutter_frac = fmax(0, pan),
	};
}

/* Full feedback has a calm tone within the zone, to hear what even is; bandwidth has silence there. */
static struct exercise_tone tone_of(
	const struct exercise_run *run, const struct exercise_input *in, double away_mm)
{
	const struct exercise_setup *setup = &run->setup;
	struct exercise_tone calm = { 0, EVEN_HZ, 0, 0, 0 };

	if (isnan(away_mm))
		return exercise_tone_none();
	if (run->of.hold.shown)
		return outside(in->at_mm.x - setup->target_mm, in->at_mm.y, away_mm,
			setup->band_mm);
	if (setup->feedback == FEEDBACK_FULL)
		calm.volume_frac = CALM_FRAC;
	return calm;
}

static void step(struct exercise_run *run, const struct exercise_input *in, double dt_s,
	struct exercise_view *view)
{
	const struct exercise_hold *h = &run->of.hold;
	double away_mm = exercise_hold_add(run, in, dt_s);

	if (!exercise_is_open(run))
		return;
	view->picture = PICTURE_TONE;
	view->tone = tone_of(run, in, away_mm);
	view->inside = isnan(away_mm) ? -1 : away_mm <= run->setup.band_mm;
	view->score = exercise_pct(h->in_s, h->x_mm.weight_s);
}

static void score(const struct exercise_run *run, struct exercise_score *s)
{
	exercise_hold_ops.score(run, s);
}

const struct exercise_ops exercise_by_ear_ops = { begin, step, score };
