#include "tests/support/trainee.h"

#include <math.h>
#include <stddef.h>

#define GRAVITY     9.80665
#define LENGTH_MM   255.0
#define TOE_OUT_DEG 7.0
#define BODY_S      0.30 /* a shift of weight takes about a second */
#define SWAY_S      0.35
#define SWAY_X_MM   2.5
#define SWAY_Y_MM   4.0

void trainee_init(struct trainee *t, enum trainee_skill skill, uint64_t seed)
{
	*t = (struct trainee){ .skill = skill,
		.mass_kg = 72,
		.width_mm = 170,
		.rate_hz = 100,
		.t_ns = 1000000000 };
	rng_init(&t->rng, seed, 77);
}

static double clamp(double value, double most)
{
	return fmax(-most, fmin(most, value));
}

/* --- the body ---------------------------------------------------------------------------- */

static double sway_scale(const struct trainee *t)
{
	return t->skill == TRAINEE_WILD ? 4.0 : 1.0;
}

static void go(double *at, double *speed, double aim, double dt)
{
	/* critically damped */
	double pull = (aim - *at) / (BODY_S * BODY_S) - 2 * *speed / BODY_S;

	*speed += pull * dt;
	*at += *speed * dt;
}

/* White noise through two sections; its standard deviation is 1. */
static double smooth(struct trainee *t, double *first, double *second, double dt)
{
	double gain = dt / SWAY_S;

	*first += (rng_normal(&t->rng) - *first) * gain;
	*second += (*first - *second) * gain;
	return *second / sqrt(gain / 4);
}

static struct foot_sample foot(double force_n, double share, double x, double y,
	double heel_y, double direction_deg)
{
	double angle = direction_deg * M_PI / 180;
	double ahead = y - heel_y;

	return (struct foot_sample){ .present = true,
		.force_n = force_n,
		.share_frac = share,
		.cop_mm = { x, y },
		.fore_frac = 0.5,
		.heel_mm = { x - ahead * tan(angle), heel_y },
		.length_mm = LENGTH_MM,
		.direction_deg = direction_deg };
}

static struct stance_sample sample_of(struct trainee *t, struct pos_mm at)
{
	struct stance_sample s = sample_absent();
	double left = fmin(1, fmax(0, 0.5 - at.x / t->width_mm));
	double force = t->mass_kg * GRAVITY;
	double y = t->feet_mm.y + at.y, heel_y = t->feet_mm.y - 0.4 * LENGTH_MM;

	t->t_ns += (int64_t)(1e9 / t->rate_hz);
	s.t_ns = t->t_ns;
	if (t->is_off) {
		s.force_n = 0;
		return s;
	}
	s.force_n = force;
	s.load_frac = 1;
	s.cop_mm = (struct pos_mm){ t->feet_mm.x + at.x, y };
	s.left_frac = left;
	s.left = foot(left * force, left, t->feet_mm.x - t->width_mm / 2, y, heel_y,
		-TOE_OUT_DEG);
	s.right = foot((1 - left) * force, 1 - left, t->feet_mm.x + t->width_mm / 2, y,
		heel_y, TOE_OUT_DEG);
	s.left.present = left > 0.01;
	s.right.present = left < 0.99;
	if (!s.left.present || !s.right.present)
		s.left_frac = NAN;
	return s;
}

struct stance_sample trainee_lean(struct trainee *t, double x_mm, double y_mm)
{
	double dt = 1 / t->rate_hz, scale = sway_scale(t);
	struct pos_mm at;

	go(&t->at.x, &t->speed.x, x_mm, dt);
	go(&t->at.y, &t->speed.y, y_mm, dt);
	at.x = t->at.x +
	       scale * SWAY_X_MM * smooth(t, &t->sway[0].x, &t->sway[1].x, dt);
	at.y = t->at.y +
	       scale * SWAY_Y_MM * smooth(t, &t->sway[0].y, &t->sway[1].y, dt);
	return sample_of(t, at);
}

/* --- what she aims at -------------------------------------------------------------------- */

static struct pos_mm aim_of_match(struct trainee *t, const struct exercise_view *v)
{
	if (v->part == PART_LEARN)
		t->remembered_mm = (0.5 - v->target_left_frac) * t->width_mm;
	if (v->part == PART_LEARN || v->part == PART_REPRODUCE)
		return (struct pos_mm){ t->remembered_mm, 0 };
	return (struct pos_mm){ 0, 0 };
}

/* Who sees the target move leads it by as much as her body takes. */
static struct pos_mm aim_of_track(struct trainee *t, const struct exercise_view *v)
{
	double lead_s = t->skill == TRAINEE_WILD ? 0 : 2.0 * BODY_S;
	double speed = (v->target_mm.x - t->shown_last.x) * t->rate_hz;

	t->shown_last = v->target_mm;
	return (struct pos_mm){ v->target_mm.x + clamp(speed, 200) * lead_s, 0 };
}

static struct pos_mm aim_of_gates(const struct exercise_view *v)
{
	for (int i = 0; i < v->n_gates; i++) {
		if (v->gates[i].in_s > 0)
			return (struct pos_mm){ v->gates[i].x_mm, 0 };
	}
	return (struct pos_mm){ 0, 0 };
}

static struct pos_mm aim_of_limits(const struct exercise_view *v)
{
	double angle = v->direction * (M_PI / 4), reach = v->direction < 0 ? 0 : 60;

	return (struct pos_mm){ reach * sin(angle), reach * cos(angle) };
}

/* --- by ear: eyes closed, she knows the tone alone ------------------------------------------- */

#define WANDER_MM   3.0  /* in a second, as a random walk */
#define START_X_MM  20.0 /* where she finds herself */
#define START_Y_MM  -15.0
#define CALM_FRAC   0.15 /* docs/training.md, "By ear", backwards */
#define FULL_MM     25.0
#define EVEN_HZ     707.1
#define LEANS_PER_S 1.2 /* how fast she follows what she hears */

/* How far out the tone says she is, and which way. */
static struct pos_mm tone_mm(const struct exercise_tone *tone)
{
	double beyond, octaves;

	if (!(tone->volume_frac > 0))
		return (struct pos_mm){ 0, 0 };
	beyond = fmax(0, (tone->volume_frac - CALM_FRAC) / (1 - CALM_FRAC) * FULL_MM);
	octaves = 2 * log2(tone->pitch_hz / EVEN_HZ);
	return (struct pos_mm){ beyond * tone->pan_frac,
		copysign(octaves * octaves * FULL_MM, octaves) };
}

static struct pos_mm aim_by_ear(struct trainee *t, const struct exercise_view *v)
{
	struct exercise_tone *late = &t->heard[t->n_heard % TRAINEE_N_HEARD];
	double dt = 1 / t->rate_hz;
	struct pos_mm off = { 0, 0 };

	if (t->n_heard == 0)
		t->wander_mm = (struct pos_mm){ START_X_MM, START_Y_MM };
	if (t->n_heard >= TRAINEE_N_HEARD)
		off = tone_mm(late);
	*late = v->tone;
	t->n_heard++;
	t->wander_mm.x += WANDER_MM * sqrt(dt) * rng_normal(&t->rng);
	t->wander_mm.y += WANDER_MM * sqrt(dt) * rng_normal(&t->rng);
	t->wander_mm.x -= LEANS_PER_S * dt * off.x;
	t->wander_mm.y -= LEANS_PER_S * dt * off.y;
	return t->wander_mm;
}

static struct pos_mm aim(struct trainee *t, const struct exercise_setup *setup,
	const struct exercise_view *v)
{
	struct pos_mm middle = { setup->target_mm, 0 };

	if (t->skill == TRAINEE_IDLE)
		return (struct pos_mm){ setup->target_mm - 20, 0 };
	switch (setup->exercise) {
	case EXERCISE_TARGETS:
		return isnan(v->target_mm.x) ? middle : v->target_mm;
	case EXERCISE_METRONOME:
		return isnan(v->target_mm.x) ? middle : aim_of_track(t, v);
	case EXERCISE_SLALOM:
		return aim_of_gates(v);
	case EXERCISE_MATCH:
		return aim_of_match(t, v);
	case EXERCISE_LIMITS:
		return aim_of_limits(v);
	case EXERCISE_BY_EAR:
		return aim_by_ear(t, v);
	default:
		return middle;
	}
}

struct stance_sample trainee_step(struct trainee *t, const struct exercise_setup *setup,
	const struct exercise_view *view)
{
	struct pos_mm to = aim(t, setup, view);

	return trainee_lean(t, to.x, to.y);
}
