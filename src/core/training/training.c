#include "src/core/training/training.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "src/core/training/training_parts.h"

/* Somebody is on the mat from this on (where force is known; else from a centre of pressure on). */
#define ON_N (15.0 * 9.80665)
#define ON_S 1.0
/* An empty mat for so long is a step off, as in a trial (docs/protocols.md). */
#define OFF_S 0.3
/* A longer hole between samples is one in the stream, not in the person's standing. */
#define GAP_S 0.5
/* Who stepped on and off before anything began. */
#define GONE_S 3.0
/* A calm stop is over when all is well for so long; so many in one block end the session. */
#define WELL_S      2.0
#define MOST_STOPS  3
#define STANDING_S  2.0 /* of a placement */
#define ESTIMATE_MM 100.0
/* Smoothing of where the person stands, for the pointer. */
#define SMOOTH_S 0.2
/* The pointer answers when it was kept within so much, so long; not before one could read. */
#define STILL_MM 5.0
#define HELD_S   1.5
#define READ_S   3.0
#define NS_PER_S 1e9

/* How functional limits of leaning lie within the feet's outline, where none were measured: about 60 % of
 * the base of support (King, Judge & Wolfson 1994). */
#define OUTLINE_FRAC 0.6

/* --- entering states --------------------------------------------------------------------- */

static void enter(struct training *t, enum training_state state)
{
	t->state = state;
	t->state_ns = t->now_ns;
}

double training_elapsed_s(const struct training *t)
{
	return (double)(t->now_ns - t->state_ns) / NS_PER_S;
}

static const struct programme_block *block_of(const struct training *t)
{
	return &t->setup.programme.blocks[t->block];
}

static void go_place(struct training *t)
{
	place_begin(&t->finder);
	t->place_hint = PLACE_STILL;
	t->has_place = false;
	enter(t, TRAINING_PLACEMENT);
}

static void go_pause(struct training *t, enum training_hint hint)
{
	t->hint = hint;
	t->breaks = true;
	t->safety = (struct safety_watch){ .good_s = 0 };
	if (t->block_runs) {
		struct training_block *b = &t->summary.blocks[t->block];

		b->n_pauses += hint == TRAINING_HINT_BACK_ON;
		b->n_stops += hint != TRAINING_HINT_BACK_ON;
	}
	enter(t, TRAINING_PAUSE);
}

/* --- the session's ends ------------------------------------------------------------------ */

bool training_has_begun(const struct training *t)
{
	return t->summary.n_blocks > 0;
}

static void end(struct training *t, enum training_end why)
{
	if (t->block_runs)
		training_finish_block(t, false);
	t->summary.end = why;
	t->must_leave = true;
}

static void go_attract(struct training *t)
{
	t->on_s = 0;
	enter(t, TRAINING_ATTRACT);
}

static void go_result(struct training *t, enum training_end why)
{
	end(t, why);
	enter(t, TRAINING_RESULT);
}

void training_stop(struct training *t, enum training_end why)
{
	if (!training_is_busy(t) || t->state == TRAINING_RESULT)
		return;
	if (!training_has_begun(t))
		go_attract(t);
	else
		go_result(t, why);
	t->must_leave = true;
}

bool training_is_busy(const struct training *t)
{
	return t->state != TRAINING_OFF && t->state != TRAINING_ATTRACT;
}

/* --- states ------------------------------------------------------------------------------ */

static bool is_off(const struct training *t)
{
	return t->off_s >= OFF_S;
}

/* Where nobody is begun with yet, stepping off is going; else a pause. */
static void step_off(struct training *t)
{
	if (training_has_begun(t))
		go_pause(t, TRAINING_HINT_BACK_ON);
	else if (t->state != TRAINING_PLACEMENT)
		go_place(t);
	else if (t->off_s >= GONE_S)
		go_attract(t);
}

static void do_attract(struct training *t, const struct stance_sample *s, double dt_s)
{
	(void)s;
	(void)dt_s;
	if (is_off(t))
		t->must_leave = false;
	if (t->must_leave || t->on_s < ON_S)
		return;
	training_begin(t, &t->setup);
	t->must_leave = false;
	go_place(t);
}

static void do_placement(struct training *t, const struct stance_sample *s, double dt_s)
{
	(void)dt_s;
	if (is_off(t)) {
		t->place_hint = PLACE_NOBODY;
		step_off(t);
		return;
	}
	t->place_hint = place_push(&t->finder, s);
	if (t->finder.seconds >= STANDING_S && place_found(&t->finder, &t->place)) {
		t->has_place = true;
		t->has_left = false;
		enter(t, TRAINING_COUNTDOWN);
	}
}

/* What is known of how far this person can lean, from the best source. */
static void find_limits(const struct training *t, struct exercise_setup *setup)
{
	for (int k = 0; k < EXERCISE_N_DIRECTIONS; k++) {
		double known = t->summary.limits_mm[k];

		setup->limits_mm[k] =
			known > 0 ? known : OUTLINE_FRAC * t->place.reach_mm[k];
	}
}

static void begin_block(struct training *t)
{
	const struct programme *p = &t->setup.programme;
	const struct programme_block *block = block_of(t);
	struct exercise_setup setup = { .exercise = block->exercise,
		.feedback = programme_feedback(p, t->block),
		.duration_s = block->duration_s,
		.seed = t->setup.seed + (uint64_t)t->block,
		.target_mm = p->target_mm,
		.band_mm = programme_band_mm(p->band),
		.reach_frac = p->reach_frac,
		.width_mm = t->place.width_mm,
		.period_s = p->period_s };

	find_limits(t, &setup);
	exercise_begin(&t->run, &setup);
	t->picture = exercise_view_none();
	t->exercise_s = 0;
	t->block_runs = true;
	t->summary.n_blocks = t->block + 1;
	t->summary.blocks[t->block] = (struct training_block){
		.exercise = block->exercise,
		.feedback = setup.feedback,
		.was_begun = true,
		.duration_s = block->duration_s,
		.band_mm = setup.band_mm,
		.estimate_mm = NAN,
		.actual_mm = NAN,
	};
}

static void go_on(struct training *t)
{
	double rest_s = block_of(t)->rest_s;

	t->block++;
	if (t->block >= t->setup.programme.n_blocks)
		go_result(t, TRAINING_COMPLETE);
	else if (rest_s > 0)
		enter(t, TRAINING_REST);
	else if (t->has_left || !t->has_place)
		go_place(t);
	else
		enter(t, TRAINING_COUNTDOWN);
}

/* Whose eyes are closed is told to open them, even where there is no score to tell. */
static void go_reveal(struct training *t)
{
	const struct training_block *b = &t->summary.blocks[t->block];

	if (b->feedback == FEEDBACK_NONE && !exercise_is_blind(b->exercise))
		go_on(t);
	else
		enter(t, TRAINING_REVEAL);
}

/* Only where what is estimated was measured. */
static void end_exercise(struct training *t)
{
	training_finish_block(t, true);
	if (!block_of(t)->estimate || isnan(t->summary.blocks[t->block].actual_mm)) {
		go_reveal(t);
		return;
	}
	t->estimate_from_mm = t->at_mm;
	t->estimate_mm = t->estimate_still_mm = 0;
	t->estimate_held_s = 0;
	enter(t, TRAINING_ESTIMATE);
}

static enum training_hint hint_of(enum safety safety)
{
	switch (safety) {
	case SAFETY_EDGE:
		return TRAINING_HINT_EDGE;
	case SAFETY_CAP_LEFT:
		return TRAINING_HINT_EASE_LEFT;
	case SAFETY_CAP_RIGHT:
		return TRAINING_HINT_EASE_RIGHT;
	default:
		return TRAINING_HINT_MIDDLE;
	}
}

static enum safety look(struct training *t, const struct stance_sample *s, double dt_s)
{
	return safety_push(&t->safety, s, dt_s, block_of(t)->exercise,
		&t->setup.programme, &t->setup.geometry);
}

/* Returns true if it stopped. */
static bool stop_calmly(struct training *t, const struct stance_sample *s, double dt_s)
{
	enum safety safety = look(t, s, dt_s);

	if (safety == SAFETY_GOOD)
		return false;
	go_pause(t, hint_of(safety));
	if (t->summary.blocks[t->block].n_stops >= MOST_STOPS)
		go_result(t, TRAINING_UNSAFE);
	return true;
}

static void do_exercise(struct training *t, const struct stance_sample *s, double dt_s)
{
	struct exercise_input input = { .left_frac = s->left_frac };

	if (is_off(t)) {
		step_off(t);
		return;
	}
	if (t->off_s == 0 && stop_calmly(t, s, dt_s))
		return;
	t->exercise_s += dt_s;
	input.t_s = t->exercise_s;
	input.is_break = t->breaks;
	input.at_mm = place_of(&t->place, s->cop_mm);
	exercise_step(&t->run, &input, &t->picture);
	t->breaks = false;
	if (exercise_is_over(&t->run))
		end_exercise(t);
}

double training_countdown_s(const struct training *t)
{
	return TRAINING_COUNTDOWN_S +
	       (exercise_is_blind(block_of(t)->exercise) ? TRAINING_ANNOUNCE_S : 0);
}

static void do_countdown(struct training *t, const struct stance_sample *s, double dt_s)
{
	(void)dt_s;
	if (is_off(t)) {
		step_off(t);
		return;
	}
	if (training_elapsed_s(t) < training_countdown_s(t))
		return;
	if (!t->block_runs)
		begin_block(t);
	t->safety = (struct safety_watch){ .good_s = 0 };
	t->breaks = true;
	enter(t, TRAINING_EXERCISE);
	do_exercise(t, s, 0); /* there is something to see at once */
}

static void take_estimate(struct training *t, double estimate_mm)
{
	t->summary.blocks[t->block].estimate_mm = estimate_mm;
	go_reveal(t);
}

static void do_estimate(struct training *t, const struct stance_sample *s, double dt_s)
{
	double at_mm = t->at_mm - t->estimate_from_mm;

	(void)s;
	if (is_off(t)) {
		t->summary.blocks[t->block].estimate_mm = NAN;
		go_reveal(t);
		return;
	}
	t->estimate_mm = fmin(ESTIMATE_MM, fmax(-ESTIMATE_MM, at_mm));
	if (fabs(t->estimate_mm - t->estimate_still_mm) > STILL_MM) {
		t->estimate_still_mm = t->estimate_mm;
		t->estimate_held_s = 0;
	}
	if (training_elapsed_s(t) >= READ_S)
		t->estimate_held_s += dt_s;
	if (t->estimate_held_s >= HELD_S ||
		training_elapsed_s(t) >= TRAINING_ESTIMATE_S)
		take_estimate(t, t->estimate_mm);
}

static void do_reveal(struct training *t, const struct stance_sample *s, double dt_s)
{
	(void)s;
	(void)dt_s;
	if (training_elapsed_s(t) >= TRAINING_REVEAL_S)
		go_on(t);
}

/* Sitting down is welcome: who comes back is found anew. */
static void end_rest(struct training *t)
{
	if (is_off(t))
		go_pause(t, TRAINING_HINT_BACK_ON);
	else if (t->has_left || !t->has_place)
		go_place(t);
	else
		enter(t, TRAINING_COUNTDOWN);
}

static void do_rest(struct training *t, const struct stance_sample *s, double dt_s)
{
	(void)s;
	(void)dt_s;
	if (training_elapsed_s(t) >= t->setup.programme.blocks[t->block - 1].rest_s)
		end_rest(t);
}

static void do_result(struct training *t, const struct stance_sample *s, double dt_s)
{
	(void)s;
	(void)dt_s;
	if (training_elapsed_s(t) >= TRAINING_RESULT_S ||
		(training_elapsed_s(t) >= TRAINING_RESULT_LEAST_S &&
			t->off_s >= GONE_S))
		go_attract(t);
}

static void end_pause(struct training *t)
{
	bool is_gone = is_off(t);

	end(t, is_gone ? TRAINING_LEFT : TRAINING_UNSAFE);
	if (is_gone)
		go_attract(t);
	else
		enter(t, TRAINING_RESULT);
}

static void do_pause(struct training *t, const struct stance_sample *s, double dt_s)
{
	if (is_off(t)) {
		t->hint = TRAINING_HINT_BACK_ON;
	} else if (t->has_left || !t->has_place) {
		if (t->on_s >= ON_S) {
			go_place(t);
			return;
		}
	} else if (t->off_s == 0) {
		look(t, s, dt_s);
		if (t->safety.good_s >= WELL_S) {
			enter(t, TRAINING_COUNTDOWN);
			return;
		}
	}
	if (training_elapsed_s(t) >= TRAINING_PAUSE_S)
		end_pause(t);
}

static void (*const the_states[TRAINING_N])(
	struct training *t, const struct stance_sample *s, double dt_s) = {
	[TRAINING_OFF] = NULL,
	[TRAINING_ATTRACT] = do_attract,
	[TRAINING_PLACEMENT] = do_placement,
	[TRAINING_COUNTDOWN] = do_countdown,
	[TRAINING_EXERCISE] = do_exercise,
	[TRAINING_ESTIMATE] = do_estimate,
	[TRAINING_REVEAL] = do_reveal,
	[TRAINING_REST] = do_rest,
	[TRAINING_RESULT] = do_result,
	[TRAINING_PAUSE] = do_pause,
};

/* --- from outside ------------------------------------------------------------------------ */

void training_begin(struct training *t, const struct training_setup *setup)
{
	const struct training_setup copy = *setup; /* it may be our own */
	int64_t now_ns = t->now_ns;
	bool has_time = t->has_time, must_leave = t->must_leave;
	double on_s = t->on_s, off_s = t->off_s;

	*t = (struct training){ .setup = copy,
		.state = TRAINING_ATTRACT,
		.now_ns = now_ns,
		.state_ns = now_ns,
		.has_time = has_time,
		.must_leave = must_leave,
		.on_s = on_s,
		.off_s = off_s,
		.at_mm = NAN,
		.picture = exercise_view_none(),
		.estimate_mm = NAN };
	t->summary.end = TRAINING_RUNNING;
	t->summary.level = copy.programme.level;
	t->summary.band = copy.programme.band;
	t->summary.success_pct = NAN;
	memcpy(t->summary.limits_mm, copy.limits_mm, sizeof(copy.limits_mm));
}

void training_init(struct training *t, const struct training_setup *setup)
{
	*t = (struct training){ .state = TRAINING_ATTRACT };
	training_begin(t, setup);
}

void training_wait(struct training *t)
{
	t->must_leave = true;
	t->on_s = 0;
}

static double time_passed(struct training *t, int64_t t_ns)
{
	double dt_s = t->has_time ? (double)(t_ns - t->now_ns) / NS_PER_S : 0;

	t->has_time = true;
	t->now_ns = t_ns;
	return dt_s;
}

static void follow_load(struct training *t, const struct stance_sample *s, double dt_s)
{
	bool is_on = isnan(s->force_n) ? !isnan(s->cop_mm.x) : s->force_n >= ON_N;

	t->on_s = is_on ? t->on_s + dt_s : 0;
	t->off_s = is_on ? 0 : t->off_s + dt_s;
	t->has_left |= is_off(t);
}

static void follow_place(struct training *t, const struct stance_sample *s, double dt_s)
{
	double at_mm;

	if (!t->has_place || isnan(s->cop_mm.x))
		return;
	at_mm = place_of(&t->place, s->cop_mm).x;
	if (isnan(t->at_mm))
		t->at_mm = at_mm;
	t->at_mm += (at_mm - t->at_mm) * (1 - exp(-dt_s / SMOOTH_S));
}

enum training_state training_push(
	struct training *t, const struct stance_sample *sample)
{
	double dt_s = time_passed(t, sample->t_ns);

	if (dt_s < 0 || t->state == TRAINING_OFF)
		return t->state;
	if (dt_s > GAP_S)
		training_break(t);
	follow_load(t, sample, fmin(dt_s, GAP_S));
	follow_place(t, sample, dt_s);
	the_states[t->state](t, sample, fmin(dt_s, GAP_S));
	return t->state;
}

void training_break(struct training *t)
{
	t->on_s = 0;
	t->has_left = true; /* who knows where the person stands now */
	if (t->state == TRAINING_COUNTDOWN || t->state == TRAINING_EXERCISE) {
		if (training_has_begun(t))
			go_pause(t, TRAINING_HINT_BACK_ON);
		else
			go_place(t);
	}
}

bool training_answer(struct training *t, double estimate_mm)
{
	if (t->state != TRAINING_ESTIMATE)
		return false;
	take_estimate(t, estimate_mm);
	return true;
}

bool training_skip(struct training *t)
{
	switch (t->state) {
	case TRAINING_REST:
		end_rest(t);
		return true;
	case TRAINING_REVEAL:
		go_on(t);
		return true;
	case TRAINING_RESULT:
		go_attract(t);
		return true;
	default:
		return false;
	}
}

int training_n_finished(const struct training *t)
{
	return t->n_finished;
}

const struct training_summary *training_summary(const struct training *t)
{
	return &t->summary;
}
