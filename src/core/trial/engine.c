#include "src/core/trial/engine.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "src/base/root_sum_sq.h"
#include "src/base/units.h"

#define READY_S 0.5 /* chosen: a step onto the mat takes that long */
#define HOLD_READY_S                                                                   \
	0.3 /* chosen: a hold counts from its first moment, not after this */
#define ARRIVES_S                                                                      \
	2.0 /* chosen: who steps on slowly stands on the first foot for less than that */
#define OFF_S        0.3  /* chosen: shorter is a bounce of the load, not a step */
#define OFF_SEATED_S 1.0  /* chosen: feet may leave the floor in a rise from a chair */
#define LOST_S       0.15 /* chosen: a hold is over when the other foot stays down */
#define EMPTY_S      1.0
#define IN_LINE      0.5 /* chosen: across over along; a semi-tandem stance has 0.7 */
#define THIN_S       0.3
#define LEFT_LOAD                                                                      \
	0.9 /* of the mean load: less, just before an empty mat, is the step */
#define LEFT_SHARE                                                                     \
	0.75 /* of a foot's mean share: less, just before that, is the first foot's step */

#define MARGIN_S  15.0 /* room for the waiting before each phase */
#define LEAST_HZ  100.0
#define ROOMY_HZ  200.0  /* a mat that has just begun has not told its rate yet */
#define ROOMY_N   100000 /* rows that are cheap */
#define ROOM      1.3    /* rates are nominal */
#define NO_TIME_S NAN
#define HEEL_S                                                                         \
	0.5 /* the first stretch of a phase, in which heels are where they stood */
#define MOVED_MM 12.0
#define MOVED_S  0.5

#define STS_N       5
#define STS_HIGH    0.75 /* of the highest load */
#define STS_LOW     0.5
#define STS_GREW    1.5 /* a top by that much higher: only now she stands */
#define STS_TAU_S   0.05
#define STS_AFTER_S 2.0   /* standing on after the last rise */
#define STS_LEAST_N 150.0 /* chosen: feet of somebody seated carry less */

const char *session_state_name(enum session_state state)
{
	static const char *const names[] = { [SESSION_WAITING] = "waiting",
		[SESSION_SETTLING] = "settling",
		[SESSION_MEASURING] = "measuring",
		[SESSION_DONE] = "done" };

	assert((unsigned)state < sizeof(names) / sizeof(names[0]));
	return names[state];
}

static void mean_add(struct engine_mean *mean, double value)
{
	if (isnan(value))
		return;
	mean->sum += value;
	mean->n++;
}

double engine_mean(const struct engine_mean *mean)
{
	return mean->n > 0 ? mean->sum / mean->n : NAN;
}

int engine_capacity(const struct engine_setup *setup, double rate_hz)
{
	double rate = fmax(rate_hz, LEAST_HZ);
	double phase_s = setup->duration_s + setup->settle_s + MARGIN_S;
	double whole_s = ROOM * phase_s * setup->protocol->n_phases;

	return (int)ceil(fmax(rate * whole_s, fmin(ROOMY_HZ * whole_s, ROOMY_N)));
}

void engine_init(struct engine *e, const struct engine_setup *setup,
	const struct trial_series *series)
{
	memset(e, 0, sizeof(*e));
	e->setup = *setup;
	e->series = *series;
	e->series.n = 0;
	e->ready_s = e->off_s = e->empty_s = e->thin_since_s = NO_TIME_S;
	e->period_s = NAN;
	for (int k = 0; k < RECORD_MAX_PHASES; k++) {
		e->phases[k].thin_s = NAN;
		e->phases[k].stepped_off_s = NAN;
		e->phases[k].moved_since_s = NAN;
	}
}

/* --- what the person does ------------------------------------------------------------------ */

static double share_of(const struct foot_sample *foot)
{
	return foot->present && !isnan(foot->share_frac) ? foot->share_frac : 0.0;
}

static bool is_loaded(const struct stance_sample *s)
{
	return !isnan(s->cop_mm.x);
}

static bool one_foot_only(const struct stance_sample *s, bool left)
{
	double wanted = share_of(left ? &s->left : &s->right);
	double other = share_of(left ? &s->right : &s->left);

	if (s->flags & SAMPLE_SIDE_UNKNOWN)
		return fmin(wanted, other) < ENGINE_THIN_FRAC;
	return wanted > 0.5 && other < ENGINE_THIN_FRAC;
}

static bool both_feet(const struct stance_sample *s)
{
	return fmin(share_of(&s->left), share_of(&s->right)) >= ENGINE_THIN_FRAC;
}

static double sum_or(double a, double b, double otherwise)
{
	return isnan(a + b) ? otherwise : a + b;
}

/* One foot straight ahead of the other: their COPs lie further apart along the feet's mean direction
 * than across it. Feet without a direction point ahead. */
static bool feet_in_line(const struct stance_sample *s)
{
	double left = s->left.direction_deg * UNITS_RAD_PER_DEG;
	double right = s->right.direction_deg * UNITS_RAD_PER_DEG;
	double ux = sum_or(sin(left), sin(right), 0.0);
	double uy = sum_or(cos(left), cos(right), 1.0);
	double dx = s->right.cop_mm.x - s->left.cop_mm.x;
	double dy = s->right.cop_mm.y - s->left.cop_mm.y;

	return fabs(dx * uy - dy * ux) < IN_LINE * fabs(dx * ux + dy * uy);
}

/* Does the person stand as the protocol asks? */
static bool posture_holds(const struct engine *e, const struct stance_sample *s)
{
	if (!is_loaded(s))
		return false;
	switch (e->setup.protocol->feet) {
	case PROTOCOL_LEFT_ONLY:
		return one_foot_only(s, true);
	case PROTOCOL_RIGHT_ONLY:
		return one_foot_only(s, false);
	case PROTOCOL_BOTH:
		return both_feet(s);
	case PROTOCOL_TANDEM:
		return both_feet(s) && feet_in_line(s);
	default:
		return true;
	}
}

/* --- the series ---------------------------------------------------------------------------- */

static void append(struct engine *e, const struct stance_sample *s, uint8_t phase)
{
	struct trial_series *r = &e->series;
	int i = r->n;

	if (i >= r->capacity) {
		e->full = true;
		return;
	}
	r->t_s[i] = e->now_s;
	r->x_mm[i] = s->cop_mm.x;
	r->y_mm[i] = s->cop_mm.y;
	r->force_n[i] = s->force_n;
	r->left_frac[i] = s->left_frac;
	r->fore_frac[i] = s->fore_frac;
	r->left_n[i] = s->left.force_n;
	r->left_x_mm[i] = s->left.cop_mm.x;
	r->left_y_mm[i] = s->left.cop_mm.y;
	r->right_n[i] = s->right.force_n;
	r->right_x_mm[i] = s->right.cop_mm.x;
	r->right_y_mm[i] = s->right.cop_mm.y;
	r->flags[i] = s->flags;
	r->phase[i] = phase;
	r->n = i + 1;
}

/* --- what is noted of a measured stretch --------------------------------------------------- */

static void note_foot(struct engine *e, struct engine_phase *p, int side,
	const struct foot_sample *foot)
{
	if (!foot->present)
		return;
	mean_add(&p->fore[side], foot->fore_frac);
	mean_add(&p->length_mm[side], foot->length_mm);
	mean_add(&p->axis_x[side], sin(foot->direction_deg * UNITS_RAD_PER_DEG));
	mean_add(&p->axis_y[side], cos(foot->direction_deg * UNITS_RAD_PER_DEG));
	mean_add(&p->heel_x_mm[side], foot->heel_mm.x);
	mean_add(&p->heel_y_mm[side], foot->heel_mm.y);
	if (e->now_s - p->start_s <= HEEL_S) {
		p->heel_first[side] = (struct pos_mm){ engine_mean(&p->heel_x_mm[side]),
			engine_mean(&p->heel_y_mm[side]) };
	}
}

static double heel_went_mm(
	const struct engine_phase *p, int side, const struct foot_sample *foot)
{
	double went;

	if (!foot->present || p->heel_x_mm[side].n == 0)
		return 0.0;
	went = root_sum_sq(foot->heel_mm.x - p->heel_first[side].x,
		foot->heel_mm.y - p->heel_first[side].y);
	return isnan(went) ? 0.0 : went;
}

/* A heel that stays away for a while was moved; a label that flickers was not. */
static void note_moves(
	struct engine *e, struct engine_phase *p, const struct stance_sample *s)
{
	double went = fmax(heel_went_mm(p, ENGINE_LEFT, &s->left),
		heel_went_mm(p, ENGINE_RIGHT, &s->right));

	if (went < MOVED_MM) {
		p->moved_since_s = NAN;
		return;
	}
	if (isnan(p->moved_since_s))
		p->moved_since_s = e->now_s;
	if (e->now_s - p->moved_since_s >= MOVED_S)
		p->moved_mm = fmax(p->moved_mm, went);
}

static bool is_near_edge(const struct engine *e, const struct stance_sample *s)
{
	const struct mat_geometry *g = &e->setup.geometry;
	double x = 0.5 * g->n_cols * g->pitch_x_mm - fabs(s->cop_mm.x);
	double y = 0.5 * g->n_rows * g->pitch_y_mm - fabs(s->cop_mm.y);

	return fmin(x, y) < ENGINE_EDGE_MM;
}

static void note_thin_foot(
	struct engine *e, struct engine_phase *p, const struct stance_sample *s)
{
	bool thin = fmin(share_of(&s->left), share_of(&s->right)) < ENGINE_THIN_FRAC;

	if (!thin) {
		e->thin_since_s = NAN;
		return;
	}
	p->n_thin++;
	if (isnan(e->thin_since_s))
		e->thin_since_s = e->now_s;
	if (isnan(p->thin_s) && e->now_s - e->thin_since_s >= THIN_S)
		p->thin_s = e->thin_since_s - p->start_s;
}

static void note(struct engine *e, const struct stance_sample *s, uint32_t n_lost)
{
	struct engine_phase *p = &e->phases[e->phase];

	p->n_lost += n_lost;
	p->n = e->series.n - p->first;
	p->end_s = e->now_s;
	for (int k = 0; k < SAMPLE_N_FLAGS; k++)
		p->n_flag[k] += (s->flags >> k) & 1;
	if (!is_loaded(s))
		return;
	note_foot(e, p, ENGINE_LEFT, &s->left);
	note_foot(e, p, ENGINE_RIGHT, &s->right);
	mean_add(&p->width_mm, s->stance_width_mm);
	mean_add(&p->u95_share, s->u95.left_frac);
	note_moves(e, p, s);
	note_thin_foot(e, p, s);
	p->n_near_edge += is_near_edge(e, s);
	p->n_facing_back += s->facing_back;
}

/* --- states -------------------------------------------------------------------------------- */

static void enter(struct engine *e, enum session_state state, double since_s)
{
	e->state = state;
	e->since_s = since_s;
	e->off_s = e->thin_since_s = NAN;
}

static void forget_posture(struct engine *e)
{
	e->series.n = e->mark;
	e->ready_s = NAN;
}

/* `since_s`: where the stretch begins; rows from then on, already in the series, belong to it. */
static void begin_phase(struct engine *e, double since_s)
{
	struct engine_phase *p = &e->phases[e->phase];

	enter(e, SESSION_MEASURING, since_s);
	p->start_s = p->end_s = since_s;
	p->first = e->series.n;
	while (p->first > e->mark && e->series.t_s[p->first - 1] >= since_s)
		p->first--;
	for (int i = p->first; i < e->series.n; i++)
		e->series.phase[i] = (uint8_t)e->phase;
	p->n = e->series.n - p->first;
	e->n_up = 0;
	e->is_up = false;
	e->level = NAN;
	e->level_top = e->counted_top = 0.0;
	e->level_low = INFINITY;
}

static void end_phase(struct engine *e, bool complete)
{
	const struct protocol *protocol = e->setup.protocol;

	e->phases[e->phase].complete = complete;
	e->mark = e->series.n;
	if (!complete || e->phase + 1 >= protocol->n_phases) {
		enter(e, SESSION_DONE, e->now_s);
		return;
	}
	e->phase++;
	e->must_empty = protocol->phases[e->phase].step_off_before;
	e->empty_s = e->ready_s = NAN;
	enter(e, e->must_empty ? SESSION_WAITING : SESSION_SETTLING, e->now_s);
}

/* Rows from `from_s` on are no longer measured: the person was leaving. */
static void cut_rows(struct engine *e, double from_s)
{
	struct engine_phase *p = &e->phases[e->phase];

	while (p->n > 0 && e->series.t_s[p->first + p->n - 1] >= from_s) {
		p->n--;
		e->series.phase[p->first + p->n] = TRIAL_NO_PHASE;
	}
	p->end_s = fmax(p->start_s, from_s);
}

static double mean_force_n(const struct engine *e, const struct engine_phase *p)
{
	struct engine_mean mean = { 0 };

	for (int i = p->first; i < p->first + p->n; i++)
		mean_add(&mean, e->series.force_n[i]);
	return engine_mean(&mean);
}

static double mean_left_frac(const struct engine *e, const struct engine_phase *p)
{
	struct engine_mean mean = { 0 };

	for (int i = p->first; i < p->first + p->n; i++)
		mean_add(&mean, e->series.left_frac[i]);
	return engine_mean(&mean);
}

/* Does a foot carry much less than it used to, where both should stand still? */
static bool share_is_leaving(const struct engine *e, double left_frac, double mean)
{
	enum protocol_kind kind = e->setup.protocol->kind;

	if (kind != PROTOCOL_QUIET && kind != PROTOCOL_SQUAT)
		return false;
	return left_frac < LEFT_SHARE * mean ||
	       1.0 - left_frac < LEFT_SHARE * (1.0 - mean);
}

/* Is the load of this row that of somebody leaving: a foot gone or going, or the force falling? */
static bool row_is_leaving(
	const struct engine *e, int i, double mean_n, double mean_frac)
{
	const struct trial_series *r = &e->series;
	bool needs_both = e->setup.protocol->feet == PROTOCOL_BOTH;

	if (isnan(r->x_mm[i]) || (!isnan(mean_n) && r->force_n[i] < LEFT_LOAD * mean_n))
		return true;
	return needs_both && (isnan(r->left_frac[i]) ||
				     share_is_leaving(e, r->left_frac[i], mean_frac));
}

/* The mat has been empty since off_s: find when the leaving began. */
static void step_off(struct engine *e)
{
	struct engine_phase *p = &e->phases[e->phase];
	double mean_n = mean_force_n(e, p), mean_frac = mean_left_frac(e, p);
	double from_s = e->off_s;

	for (int i = p->first + p->n - 1; i >= p->first; i--) {
		if (!row_is_leaving(e, i, mean_n, mean_frac))
			break;
		from_s = e->series.t_s[i];
	}
	p->stepped_off = true;
	p->stepped_off_s = from_s - p->start_s;
	cut_rows(e, from_s);
	end_phase(e, false);
}

static void follow_arrival(struct engine *e, const struct stance_sample *s)
{
	if (!is_loaded(s))
		e->arrives = true;
	else if (both_feet(s))
		e->arrives = false;
}

/* How long a posture must hold before it counts. One foot alone just after an empty mat may be a step
 * onto it. */
static double ready_after_s(const struct engine *e)
{
	enum protocol_feet feet = e->setup.protocol->feet;
	enum protocol_kind kind = e->setup.protocol->kind;

	if (kind == PROTOCOL_FREE)
		return 0.0;
	if (e->arrives && (feet == PROTOCOL_LEFT_ONLY || feet == PROTOCOL_RIGHT_ONLY))
		return ARRIVES_S;
	return kind == PROTOCOL_HOLD ? HOLD_READY_S : READY_S;
}

/* Waiting: rows of a posture that holds are kept from its first moment, because a hold counts from
 * there. */
static void push_waiting(struct engine *e, const struct stance_sample *s)
{
	bool counts_from_ready = e->setup.protocol->kind == PROTOCOL_HOLD ||
				 e->setup.protocol->kind == PROTOCOL_FREE;

	follow_arrival(e, s);
	if (e->must_empty) {
		if (is_loaded(s))
			e->empty_s = NAN;
		else if (isnan(e->empty_s))
			e->empty_s = e->now_s;
		e->must_empty = !(e->now_s - e->empty_s >= EMPTY_S);
		return;
	}
	if (!posture_holds(e, s)) {
		forget_posture(e);
		return;
	}
	if (isnan(e->ready_s))
		e->ready_s = e->now_s;
	append(e, s, TRIAL_NO_PHASE);
	if (e->now_s - e->ready_s < ready_after_s(e))
		return;
	if (counts_from_ready && e->setup.settle_s <= 0.0)
		begin_phase(e, e->ready_s);
	else
		enter(e, SESSION_SETTLING, e->now_s);
}

static void follow_level(struct engine *e, double force_n)
{
	double mix = isnan(e->period_s) ? 1.0 : fmin(1.0, e->period_s / STS_TAU_S);

	e->level = isnan(e->level) ? force_n : e->level + mix * (force_n - e->level);
	e->level_top = fmax(e->level_top, e->level);
	if (!e->is_up)
		e->level_low = fmin(e->level_low, e->level);
	if (e->level_top > STS_GREW * e->counted_top) {
		e->counted_top = e->level_top;
		e->n_up = e->is_up; /* those before were feet on the floor */
	}
}

/* A rise is a load that goes above STS_HIGH of its top after having been below STS_LOW: who stands
 * upright at first has not risen. */
static bool repetitions_are_done(struct engine *e, const struct stance_sample *s)
{
	if (isnan(s->force_n))
		return false;
	follow_level(e, s->force_n);
	if (e->level_top < STS_LEAST_N)
		return false;
	if (!e->is_up && e->level > STS_HIGH * e->level_top &&
		e->level_low < STS_LOW * e->level_top) {
		e->is_up = true;
		e->n_up++;
		e->up_s = e->now_s;
	} else if (e->is_up && e->level < STS_LOW * e->level_top) {
		e->is_up = false;
		e->level_low = e->level;
	}
	return e->n_up >= STS_N && (!e->is_up || e->now_s - e->up_s >= STS_AFTER_S);
}

/* A posture that must be held: is it given up for good? */
static bool hold_is_lost(struct engine *e, const struct stance_sample *s)
{
	if (posture_holds(e, s)) {
		e->off_s = NAN;
		return false;
	}
	if (isnan(e->off_s))
		e->off_s = e->now_s;
	return e->now_s - e->off_s >= LOST_S;
}

static bool mat_is_left(struct engine *e, const struct stance_sample *s)
{
	bool seated = e->setup.protocol->kind == PROTOCOL_STS;

	if (is_loaded(s)) {
		e->off_s = NAN;
		return false;
	}
	if (isnan(e->off_s))
		e->off_s = e->now_s;
	return e->now_s - e->off_s >= (seated ? OFF_SEATED_S : OFF_S);
}

static void lose_hold(struct engine *e)
{
	struct engine_phase *p = &e->phases[e->phase];

	p->stepped_off = true;
	p->stepped_off_s = e->off_s - p->start_s;
	cut_rows(e, e->off_s);
	end_phase(e, true);
}

static void push_measuring(
	struct engine *e, const struct stance_sample *s, uint32_t n_lost)
{
	enum protocol_kind kind = e->setup.protocol->kind;
	bool over = e->now_s - e->since_s >= e->setup.duration_s - 0.25 * e->period_s;

	append(e, s, (uint8_t)e->phase);
	note(e, s, n_lost);
	if (kind == PROTOCOL_HOLD && hold_is_lost(e, s))
		lose_hold(e);
	else if (kind != PROTOCOL_HOLD && kind != PROTOCOL_FREE && mat_is_left(e, s))
		step_off(e);
	else if (kind == PROTOCOL_STS && repetitions_are_done(e, s))
		end_phase(e, true);
	else if (over)
		end_phase(e, true);
}

static void push_settling(
	struct engine *e, const struct stance_sample *s, uint32_t n_lost)
{
	if (e->now_s - e->since_s >= e->setup.settle_s) {
		begin_phase(e, e->now_s);
		push_measuring(e, s, n_lost);
		return;
	}
	append(e, s, TRIAL_NO_PHASE);
	if (is_loaded(s)) {
		e->off_s = NAN;
		return;
	}
	if (isnan(e->off_s))
		e->off_s = e->now_s;
	if (e->now_s - e->off_s >= OFF_S) {
		forget_posture(e);
		enter(e, SESSION_WAITING, e->now_s);
	}
}

void engine_push(struct engine *e, const struct stance_sample *sample, uint32_t n_lost)
{
	double t_s;

	if (e->state == SESSION_DONE)
		return;
	if (!e->has_t0) {
		e->t0_ns = sample->t_ns;
		e->has_t0 = true;
	}
	t_s = (double)(sample->t_ns - e->t0_ns) * 1e-9;
	if (t_s > e->now_s) {
		double step_s = t_s - e->now_s;

		e->period_s =
			isnan(e->period_s)
				? step_s
				: e->period_s + 0.1 * (fmin(step_s, 2.0 * e->period_s) -
							      e->period_s);
	}
	e->now_s = t_s;
	if (e->state == SESSION_WAITING)
		push_waiting(e, sample);
	else if (e->state == SESSION_SETTLING)
		push_settling(e, sample, n_lost);
	else
		push_measuring(e, sample, n_lost);
}

void engine_stop(struct engine *e, enum session_stop why)
{
	if (e->state == SESSION_DONE)
		return;
	e->stop = why;
	if (e->state == SESSION_MEASURING)
		e->phases[e->phase].complete = false;
	enter(e, SESSION_DONE, e->now_s);
}
