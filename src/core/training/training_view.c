/* What a screen shows of a session, and the words for it. */
#include <math.h>
#include <string.h>

#include "src/core/training/training_parts.h"
#include "src/base/i18n.h"

static const char *const the_states[TRAINING_N] = { "off", "attract", "placement",
	"countdown", "exercise", "estimate", "reveal", "rest", "result", "pause" };
static const char *const the_hints[TRAINING_HINT_N] = { "none", "back-on", "middle",
	"edge", "ease-left", "ease-right", "hold-rail", "sit" };
static const char *const the_ends[TRAINING_END_N] = { "running", "complete", "left",
	"stopped", "unsafe", "mat-lost", "daemon" };

/* What is said in a pause; msgids. */
static const char *const the_pauses[TRAINING_HINT_N] = {
	[TRAINING_HINT_NONE] = N_("Take your time."),
	[TRAINING_HINT_BACK_ON] = N_("Take your time. Step back on to continue."),
	[TRAINING_HINT_MIDDLE] = N_("Come back to the middle. Stand on both feet."),
	[TRAINING_HINT_EDGE] = N_("Come back to the middle of the mat."),
	[TRAINING_HINT_EASE_LEFT] = N_("Put less weight on your left leg."),
	[TRAINING_HINT_EASE_RIGHT] = N_("Put less weight on your right leg."),
	[TRAINING_HINT_HOLD_RAIL] = N_("Keep the rail within reach."),
	[TRAINING_HINT_SIT] = N_("Sit down if you like."),
};

/* The same to somebody whose eyes are closed. */
static const char *const the_blind_pauses[TRAINING_HINT_N] = {
	[TRAINING_HINT_NONE] = N_("Open your eyes. Take your time."),
	[TRAINING_HINT_BACK_ON] =
		N_("Open your eyes. Step back on to continue when you are ready."),
	[TRAINING_HINT_MIDDLE] = N_("Open your eyes. Stand on both feet."),
	[TRAINING_HINT_EDGE] =
		N_("Open your eyes. Come back to the middle of the mat."),
	[TRAINING_HINT_EASE_LEFT] =
		N_("Open your eyes. Put less weight on your left leg."),
	[TRAINING_HINT_EASE_RIGHT] =
		N_("Open your eyes. Put less weight on your right leg."),
	[TRAINING_HINT_HOLD_RAIL] = N_("Open your eyes. Take your time."),
	[TRAINING_HINT_SIT] = N_("Open your eyes. Take your time."),
};

static int find(const char *const *words, int n, const char *word)
{
	int i = 0;

	while (i < n && strcmp(words[i], word) != 0)
		i++;
	return i;
}

const char *training_state_word(enum training_state state)
{
	return the_states[state];
}

const char *training_hint_word(enum training_hint hint)
{
	return the_hints[hint];
}

const char *training_end_word(enum training_end end)
{
	return the_ends[end];
}

enum training_state training_state_find(const char *word)
{
	return (enum training_state)find(the_states, TRAINING_N, word);
}

enum training_hint training_hint_find(const char *word)
{
	return (enum training_hint)find(the_hints, TRAINING_HINT_N, word);
}

enum training_end training_end_find(const char *word)
{
	return (enum training_end)find(the_ends, TRAINING_END_N, word);
}

/* --- the view ---------------------------------------------------------------------------- */

/* How much a picture shows around the middle, millimetres, half its side: the same all through an exercise. */
#define VIEW_QUIET_MM 60.0
#define VIEW_LEAN_MM  120.0
#define VIEW_MORE     1.6 /* over what is asked for */

static double view_mm(const struct training *t)
{
	const struct exercise_setup *setup = &t->run.setup;
	double most = 0;

	if (t->state != TRAINING_EXERCISE && !t->block_runs)
		return VIEW_QUIET_MM;
	switch (setup->exercise) {
	case EXERCISE_LIMITS:
		return VIEW_LEAN_MM;
	case EXERCISE_TARGETS:
	case EXERCISE_METRONOME:
	case EXERCISE_SLALOM:
		for (int k = 0; k < EXERCISE_N_DIRECTIONS; k++)
			most = fmax(most, setup->limits_mm[k] * setup->reach_frac);
		return fmax(VIEW_QUIET_MM, VIEW_MORE * most + fabs(setup->target_mm));
	default:
		return VIEW_QUIET_MM;
	}
}

static double length_of(const struct training *t)
{
	switch (t->state) {
	case TRAINING_COUNTDOWN:
		return training_countdown_s(t);
	case TRAINING_EXERCISE:
		return t->run.setup.duration_s;
	case TRAINING_ESTIMATE:
		return TRAINING_ESTIMATE_S;
	case TRAINING_REVEAL:
		return TRAINING_REVEAL_S;
	case TRAINING_REST:
		return t->setup.programme.blocks[t->block - 1].rest_s;
	case TRAINING_RESULT:
		return TRAINING_RESULT_S;
	case TRAINING_PAUSE:
		return TRAINING_PAUSE_S;
	default:
		return NAN;
	}
}

static void put_times(const struct training *t, struct training_view *v)
{
	double length_s = length_of(t), done_s = 0;
	const struct programme *p = &t->setup.programme;

	v->elapsed_s =
		t->state == TRAINING_EXERCISE ? t->exercise_s : training_elapsed_s(t);
	v->remaining_s = fmax(0, length_s - v->elapsed_s);
	v->done_frac = fmin(1, v->elapsed_s / length_s);
	if (isnan(length_s))
		v->remaining_s = v->done_frac = NAN;
	for (int i = 0; i < t->n_finished; i++)
		done_s += p->blocks[i].duration_s;
	if (t->block_runs)
		done_s += t->exercise_s;
	v->session_frac = fmin(1, done_s / programme_duration_s(p));
}

static bool asks_to_lean(enum exercise exercise)
{
	return exercise == EXERCISE_LIMITS || exercise == EXERCISE_TARGETS;
}

/* By eye or ear, while it runs. */
static bool is_fed_back(const struct training_view *v)
{
	return v->feedback == FEEDBACK_FULL || v->feedback == FEEDBACK_BANDWIDTH;
}

/* Where eyes are closed: what comes, while they are open; to open them, when it is over. Returns false for
 * states in which nothing differs. */
static bool put_blind_words(const struct training *t, struct training_view *v)
{
	if (!exercise_is_blind(v->exercise))
		return false;
	switch (t->state) {
	case TRAINING_COUNTDOWN:
		v->say = is_fed_back(v)
				 ? N_("Somebody stands beside you. Close your eyes "
				      "at the sound, and stand where the tone is "
				      "quiet.")
				 : N_("Somebody stands beside you. Close your eyes "
				      "at the sound, and stand as practised.");
		v->cue = is_fed_back(v) ? "by-ear" : "eyes-closed";
		return true;
	case TRAINING_EXERCISE:
		v->say = is_fed_back(v) ? exercise_info(v->exercise)->instruction
					: N_("Eyes closed. Stand as practised.");
		v->cue = is_fed_back(v) ? "by-ear" : "eyes-closed";
		return true;
	case TRAINING_REVEAL:
		v->say = N_("Open your eyes. Well done.");
		v->cue = "open-eyes";
		return true;
	case TRAINING_PAUSE:
		v->say = the_blind_pauses[t->hint];
		v->cue = "open-eyes";
		return t->block_runs;
	default:
		return false;
	}
}

/* What is to be done, as it can be done: where nothing is shown there is no ring, beam or lake to speak of. */
static const struct exercise_info *told_of(const struct training_view *v)
{
	bool is_of_picture = v->exercise == EXERCISE_HOLD ||
			     v->exercise == EXERCISE_BEAM ||
			     v->exercise == EXERCISE_LAKE;

	return exercise_info(
		is_of_picture && !is_fed_back(v) ? EXERCISE_PROBE : v->exercise);
}

static void put_words(const struct training *t, struct training_view *v)
{
	const struct exercise_info *info = told_of(v);

	if (put_blind_words(t, v))
		return;
	switch (t->state) {
	case TRAINING_ATTRACT:
		v->say = t->must_leave ? N_("Please step off.")
				       : N_("Step on to begin.");
		v->cue = t->must_leave ? "step-off" : "step-on";
		break;
	case TRAINING_PLACEMENT:
		v->say = place_hint_text(t->place_hint);
		v->cue = place_hint_word(t->place_hint);
		break;
	case TRAINING_COUNTDOWN:
	case TRAINING_EXERCISE:
		v->say = info->instruction;
		v->cue = info->key;
		break;
	case TRAINING_ESTIMATE:
		v->say = N_("Where was your weight? Lean there and stay.");
		v->cue = "estimate";
		break;
	case TRAINING_REVEAL:
	case TRAINING_REST:
		v->say = t->state == TRAINING_REST
				 ? N_("Well done. Sit down if you like.")
				 : N_("Well done.");
		v->cue = t->state == TRAINING_REST ? "rest" : "well-done";
		break;
	case TRAINING_RESULT:
		v->say = t->summary.end == TRAINING_UNSAFE
				 ? N_("Let us stop here for today. You did well.")
				 : N_("Well done. That was all for today.");
		v->cue = t->summary.end == TRAINING_UNSAFE ? "stop-here" : "all-done";
		break;
	case TRAINING_PAUSE:
		v->say = the_pauses[t->hint];
		v->cue = the_hints[t->hint];
		break;
	default:
		v->say = v->cue = "";
		break;
	}
}

static enum training_hint hint_of(const struct training *t, enum exercise exercise)
{
	switch (t->state) {
	case TRAINING_PAUSE:
		return t->hint;
	case TRAINING_REST:
		return TRAINING_HINT_SIT;
	case TRAINING_PLACEMENT:
	case TRAINING_COUNTDOWN:
	case TRAINING_EXERCISE:
		return asks_to_lean(exercise) ? TRAINING_HINT_HOLD_RAIL
					      : TRAINING_HINT_NONE;
	default:
		return TRAINING_HINT_NONE;
	}
}

void training_view(const struct training *t, struct training_view *v)
{
	const struct programme *p = &t->setup.programme;
	int block = t->block < p->n_blocks ? t->block : p->n_blocks - 1;

	*v = (struct training_view){ .state = t->state,
		.block = block,
		.n_blocks = p->n_blocks,
		.exercise = p->blocks[block].exercise,
		.feedback = programme_feedback(p, block),
		.place_hint =
			t->state == TRAINING_PLACEMENT ? t->place_hint : PLACE_GOOD,
		.view_mm = view_mm(t),
		.target_mm = p->target_mm,
		.picture = t->state == TRAINING_EXERCISE ? t->picture
							 : exercise_view_none(),
		.estimate_mm = NAN,
		.estimate_held_frac = NAN,
		.last_block = t->n_finished - 1 };
	v->hint = hint_of(t, v->exercise);
	put_times(t, v);
	put_words(t, v);
	/* the beat is heard too, and the tone of feedback; everything else is done in silence */
	v->is_silent = t->state == TRAINING_EXERCISE &&
		       v->exercise != EXERCISE_METRONOME &&
		       !(v->exercise == EXERCISE_BY_EAR && is_fed_back(v));
	if (t->state == TRAINING_COUNTDOWN && v->remaining_s <= TRAINING_COUNTDOWN_S)
		v->count = (int)ceil(fmax(0.001, v->remaining_s));
	if (t->state == TRAINING_ESTIMATE) {
		v->estimate_mm = t->estimate_mm;
		v->estimate_held_frac = fmin(1, t->estimate_held_s / 1.5);
	}
}
