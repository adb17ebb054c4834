#include "hw/sim/posture.h"

#include <math.h>
#include <string.h>

#include "src/base/units.h"

/* Thigh and shank, each over stature (Winter 2009, Biomechanics, fig. 4.1). */
#define SEGMENT_OF_STATURE 0.2455

/* Mean velocities of adults of 18 to 39 years over that with open eyes on firm ground, 8.2 mm/s
 * (Santos & Duarte 2016): 8.9 firm closed, 22.0 foam open, 29.3 foam closed. */
static const double sway_of[2][2] = { { 1.0, 1.085 }, { 2.683, 3.573 } };

/* One stretch of a movement: until this part of its time the load goes to this part of the way from
 * seated to body weight. */
struct stretch {
	double until, level;
};

/* Rising: the feet take over and push the body up, the body's own speed then unloads them, and at
 * the end it stands. Chosen to resemble force plate records of rising at one's own pace. */
static const struct stretch rising[] = { { 0.45, 1.15 }, { 0.80, 0.93 }, { 1.0, 1.0 } };

/* Sitting down: let go, brake, and be taken by the chair. */
static const struct stretch sitting[] = { { 0.30, 0.90 }, { 0.60, 1.08 },
	{ 1.0, 0.0 } };

#define N_STRETCHES 3

static double level_at(const struct stretch *stretches, double level, double t)
{
	double from = 0;

	for (int i = 0; i < N_STRETCHES; i++) {
		const struct stretch *s = &stretches[i];

		if (t < s->until)
			return level +
			       (s->level - level) *
				       ramp_ease((t - from) / (s->until - from));
		level = s->level;
		from = s->until;
	}
	return level;
}

void posture_init(struct posture *p, enum posture_stance stance, double stature_m,
	const struct timeline *timeline)
{
	bool lifted[TIMELINE_N_SIDES] = { stance == POSTURE_SINGLE_RIGHT,
		stance == POSTURE_SINGLE_LEFT };

	memset(p, 0, sizeof(*p));
	p->stature_m = stature_m;
	p->on_seat = stance == POSTURE_SEATED;
	p->seat_s = -1e9;
	p->seat_over_s = 1;
	if (timeline) {
		p->seated = timeline_starts_seated(timeline);
		for (int side = 0; side < TIMELINE_N_SIDES; side++)
			lifted[side] |= timeline_starts_lifted(timeline, side);
	}
	for (int side = 0; side < TIMELINE_N_SIDES; side++)
		ramp_set(&p->lift[side], lifted[side]);
}

/* How far the trunk sinks when the knees bend by `deg`, thigh and shank tilting by half each. */
static double drop_m(const struct posture *p, double deg)
{
	return 2 * SEGMENT_OF_STATURE * p->stature_m *
	       (1 - cos(0.5 * deg * UNITS_RAD_PER_DEG));
}

bool posture_follow(struct posture *p, const struct timeline_event *e)
{
	switch (e->kind) {
	case TIMELINE_LIFT:
	case TIMELINE_LOWER:
		ramp_go(&p->lift[(int)e->a], e->kind == TIMELINE_LIFT, e->at_s,
			e->over_s);
		return true;
	case TIMELINE_SIT:
	case TIMELINE_STAND:
		p->seated = e->kind == TIMELINE_SIT;
		p->seat_s = e->at_s;
		p->seat_over_s = e->over_s;
		return true;
	case TIMELINE_SQUAT:
		ramp_go(&p->drop_m, drop_m(p, e->a), e->at_s, e->over_s);
		return true;
	case TIMELINE_EYES:
		ramp_go(&p->eyes, e->a, e->at_s, e->over_s);
		return true;
	case TIMELINE_SURFACE:
		ramp_go(&p->foam, e->a, e->at_s, e->over_s);
		return true;
	default:
		return false;
	}
}

static double seat_progress(const struct posture *p, double t_s)
{
	return p->seat_over_s > 0 ? (t_s - p->seat_s) / p->seat_over_s : 1;
}

double posture_load(const struct posture *p, double t_s)
{
	double t = seat_progress(p, t_s);
	double up = p->seated ? level_at(sitting, 1, t) : level_at(rising, 0, t);

	return POSTURE_SEATED_FRAC + (1 - POSTURE_SEATED_FRAC) * up -
	       ramp_acceleration(&p->drop_m, t_s) / UNITS_GRAVITY_M_S2;
}

double posture_lift(const struct posture *p, enum timeline_side side, double t_s)
{
	return ramp_at(&p->lift[side], t_s);
}

double posture_sway(const struct posture *p, double t_s)
{
	double eyes = ramp_at(&p->eyes, t_s), foam = ramp_at(&p->foam, t_s);
	double firm = sway_of[0][0] + eyes * (sway_of[0][1] - sway_of[0][0]);
	double soft = sway_of[1][0] + eyes * (sway_of[1][1] - sway_of[1][0]);

	return firm + foam * (soft - firm);
}

const char *posture_word(const struct posture *p, double t_s)
{
	if (p->on_seat)
		return "seated";
	if (seat_progress(p, t_s) < 1)
		return p->seated ? "sitting" : "rising";
	if (p->seated)
		return "seated";
	if (posture_lift(p, TIMELINE_RIGHT, t_s) > 0.5)
		return "single-left";
	if (posture_lift(p, TIMELINE_LEFT, t_s) > 0.5)
		return "single-right";
	return ramp_at(&p->drop_m, t_s) > 1e-3 ? "squatting" : "standing";
}
