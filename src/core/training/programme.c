#include "src/core/training/programme.h"

#include <math.h>
#include <string.h>

/* clinical practice (docs/training.md, "Programmes"): a hidden probe of 30 s, blocks of 60 s with rests of
 * 20 to 30 s, a hidden probe again; 10 to 15 minutes, three to five times a week. */
#define PROBE                                                                          \
	{                                                                              \
		EXERCISE_PROBE, 30, 10, FEEDBACK_NONE, false                           \
	}
#define LAST                                                                           \
	{                                                                              \
		EXERCISE_PROBE, 30, 0, FEEDBACK_NONE, false                            \
	}
#define BLOCK(e)                                                                       \
	{                                                                              \
		e, 60, 25, PROGRAMME_BY_LEVEL, false                                   \
	}
#define GUESS(e)                                                                       \
	{                                                                              \
		e, 60, 25, PROGRAMME_BY_LEVEL, true                                    \
	}
#define LIMITS                                                                         \
	{                                                                              \
		EXERCISE_LIMITS, 60, 20, FEEDBACK_FULL, false                          \
	}
#define PLAIN(e)                                                                       \
	{                                                                              \
		e, 90, 25, FEEDBACK_FULL, false                                        \
	}

#define COMMON                                                                         \
	.reach_frac = 0.5, .period_s = 2, .cap_left_n = NAN, .cap_right_n = NAN,       \
	.max_per_day = 2, .max_per_week = 5

static const struct programme the_programmes[] = {
	{ .name = "even-weight",
		.n_blocks = 6,
		.blocks = { PROBE, BLOCK(EXERCISE_HOLD), GUESS(EXERCISE_BEAM),
			BLOCK(EXERCISE_HOLD), GUESS(EXERCISE_BEAM), LAST },
		COMMON },
	{ .name = "weight-shift",
		.n_blocks = 7,
		.blocks = { PROBE, LIMITS, PLAIN(EXERCISE_TARGETS),
			BLOCK(EXERCISE_METRONOME), BLOCK(EXERCISE_SLALOM),
			PLAIN(EXERCISE_MATCH), LAST },
		COMMON },
	{ .name = "still",
		.n_blocks = 5,
		.blocks = { PROBE, BLOCK(EXERCISE_LAKE), BLOCK(EXERCISE_HOLD),
			BLOCK(EXERCISE_LAKE), LAST },
		COMMON },
	{ .name = "eyes-closed",
		.n_blocks = 6,
		.blocks = { PROBE, BLOCK(EXERCISE_BY_EAR), BLOCK(EXERCISE_BY_EAR),
			BLOCK(EXERCISE_BY_EAR), BLOCK(EXERCISE_BY_EAR), LAST },
		COMMON },
	{ .name = "taste",
		.n_blocks = 3,
		.blocks = { { EXERCISE_HOLD, 20, 8, FEEDBACK_FULL, false },
			{ EXERCISE_BEAM, 20, 8, FEEDBACK_FULL, false },
			{ EXERCISE_SLALOM, 20, 0, FEEDBACK_FULL, false } },
		COMMON },
};
#define N_PROGRAMMES (sizeof(the_programmes) / sizeof(the_programmes[0]))

/* Share of the blocks that are fed back, level by level: 100, 67, 50, 33 % and none. */
static const double the_shares[PROGRAMME_N_LEVELS] = { 1.0, 2.0 / 3.0, 0.5, 1.0 / 3.0,
	0.0 };

static const double the_bands_mm[PROGRAMME_N_BANDS] = { 15, 10, 7, 5 };

/* Of the last sessions, for going on. */
#define FADE_PCT  80.0 /* this much in the zone, or more, fades */
#define HELP_PCT  50.0 /* less gives feedback back */
#define N_IN_ROW  2
#define NO_CHANGE 0

const struct programme *programme_at(size_t index)
{
	return index < N_PROGRAMMES ? &the_programmes[index] : NULL;
}

const struct programme *programme_find(const char *name)
{
	for (size_t i = 0; i < N_PROGRAMMES; i++) {
		if (strcmp(the_programmes[i].name, name) == 0)
			return &the_programmes[i];
	}
	return NULL;
}

/* --- checking ---------------------------------------------------------------------------- */

static bool is_between(double value, double low, double high)
{
	return value >= low && value <= high;
}

static const char *check_block(const struct programme_block *b)
{
	if ((int)b->exercise < 0 || b->exercise >= EXERCISE_N)
		return "\"exercise\" must name an exercise, as hold-dot.";
	if (!is_between(b->duration_s, PROGRAMME_MIN_BLOCK_S, PROGRAMME_MAX_BLOCK_S))
		return "\"duration_s\" of a block must be 10 to 300.";
	if (!is_between(b->rest_s, 0, PROGRAMME_MAX_REST_S))
		return "\"rest_s\" of a block must be 0 to 120.";
	if (b->feedback < PROGRAMME_BY_LEVEL || b->feedback >= FEEDBACK_N)
		return "\"feedback\" of a block must be full, bandwidth, end or none; "
		       "null follows the level.";
	return NULL;
}

static const char *check_cap(double cap_n)
{
	/* 15 kg step somebody on; a person weighs 350 kg at most */
	return isnan(cap_n) || is_between(cap_n, 10.0, 3500.0)
		       ? NULL
		       : "\"cap_left_kg\" and \"cap_right_kg\" must be 1 to 350.";
}

const char *programme_check(const struct programme *p)
{
	const char *wrong = NULL;

	if (p->n_blocks < 1 || p->n_blocks > PROGRAMME_MAX_BLOCKS)
		return "\"blocks\" must be 1 to 16.";
	for (int i = 0; i < p->n_blocks && !wrong; i++)
		wrong = check_block(&p->blocks[i]);
	if (wrong)
		return wrong;
	if (programme_duration_s(p) > PROGRAMME_MAX_SESSION_S)
		return "The blocks take more than 20 minutes of exercise: leave some "
		       "out.";
	if (!is_between(
		    p->target_mm, -PROGRAMME_MAX_TARGET_MM, PROGRAMME_MAX_TARGET_MM))
		return "\"target_mm\" must be -40 to 40.";
	if (!is_between(
		    p->reach_frac, PROGRAMME_MIN_REACH_FRAC, PROGRAMME_MAX_REACH_FRAC))
		return "\"reach_frac\" must be 0.1 to 0.8.";
	if (!is_between(p->period_s, PROGRAMME_MIN_PERIOD_S, PROGRAMME_MAX_PERIOD_S))
		return "\"period_s\" must be 1 to 5.";
	if (p->level < 0 || p->level >= PROGRAMME_N_LEVELS)
		return "\"level\" must be 0 to 4.";
	if (p->band < 0 || p->band >= PROGRAMME_N_BANDS)
		return "\"band_mm\" must be 15, 10, 7 or 5.";
	if (p->max_per_day < 0 || p->max_per_week < 0)
		return "\"max_per_day\" and \"max_per_week\" must be 0 or more.";
	wrong = check_cap(p->cap_left_n);
	return wrong ? wrong : check_cap(p->cap_right_n);
}

double programme_duration_s(const struct programme *p)
{
	double sum = 0;

	for (int i = 0; i < p->n_blocks; i++)
		sum += p->blocks[i].duration_s;
	return sum;
}

bool programme_is_blind(const struct programme *p)
{
	for (int i = 0; i < p->n_blocks; i++) {
		if (exercise_is_blind(p->blocks[i].exercise))
			return true;
	}
	return false;
}

double programme_band_mm(int band)
{
	return the_bands_mm[band];
}

/* --- fading ------------------------------------------------------------------------------ */

/* The share is spread evenly over the blocks that follow the level, the first of them shown. */
static bool is_shown(const struct programme *p, int index)
{
	double share = the_shares[p->level];
	int k = 0;

	for (int i = 0; i < index; i++)
		k += p->blocks[i].feedback == PROGRAMME_BY_LEVEL;
	return ceil((k + 1) * share - 1e-9) > ceil(k * share - 1e-9);
}

enum exercise_feedback programme_feedback(const struct programme *p, int index)
{
	if (p->blocks[index].feedback != PROGRAMME_BY_LEVEL)
		return (enum exercise_feedback)p->blocks[index].feedback;
	if (!is_shown(p, index))
		return FEEDBACK_END;
	return p->level == 0 ? FEEDBACK_FULL : FEEDBACK_BANDWIDTH;
}

static int clamp(int value, int n)
{
	return value < 0 ? 0 : value >= n ? n - 1 : value;
}

static int step_of(double success_pct)
{
	return success_pct >= FADE_PCT ? 1 : success_pct < HELP_PCT ? -1 : NO_CHANGE;
}

/* Sessions at one level, without a break, that point the same way. */
static int level_step(const struct programme_past *past, int n)
{
	int way = step_of(past[n - 1].success_pct);

	for (int i = n - N_IN_ROW; i < n; i++) {
		if (i < 0 || step_of(past[i].success_pct) != way ||
			past[i].level != past[n - 1].level)
			return NO_CHANGE;
	}
	return way;
}

/* Sessions without a zone say nothing: they are passed over. */
static int keep_known(
	const struct programme_past *past, int n, struct programme_past *known)
{
	int m = 0;

	for (int i = n - 1; i >= 0 && m < N_IN_ROW; i--) {
		if (!isnan(past[i].success_pct))
			known[N_IN_ROW - ++m] = past[i];
	}
	return m;
}

void programme_go_on(struct programme *p, const struct programme_past *past, int n)
{
	struct programme_past known[N_IN_ROW] = { 0 };
	int m = keep_known(past, n, known);
	const struct programme_past *last = &known[N_IN_ROW - 1];

	if (p->keeps_level || m == 0)
		return;
	p->level = clamp(
		last->level + level_step(known + N_IN_ROW - m, m), PROGRAMME_N_LEVELS);
	p->band = clamp(last->band + step_of(last->success_pct), PROGRAMME_N_BANDS);
	/* the first session alone is fed back all the time */
	if (p->level == 0)
		p->level = step_of(last->success_pct) < 0 ? 0 : 1;
}
