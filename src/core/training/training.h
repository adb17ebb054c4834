/* A training session as a pure function: samples in, what to show and what was achieved out. Hands-free:
 * stepping on starts it, stepping off pauses it.
 * Reads no clock, file or heap; does not know sockets or the store. The same samples give the same session.
 * Follows docs/training.md ("States").
 *
 *   attract --15 kg for 1 s--> placement --stands well 2 s--> countdown --3 s*-> exercise
 *      ^                          ^                                            |  |
 *      |                          +--back on-- pause <--off, or calm stop------+  | over
 *      |                                       |30 s                              v
 *      +--20 s, or stepped off-- result <------+------ rest <-- reveal <-- [estimate]
 *                                  ^                    |
 *                                  +---- no more -------+--next block--> countdown
 *   * 12 s before an exercise with closed eyes, which is announced first
 */
#ifndef STANCE_CORE_TRAINING_TRAINING_H
#define STANCE_CORE_TRAINING_TRAINING_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/sample.h"
#include "src/core/training/exercise.h"
#include "src/core/training/place.h"
#include "src/core/training/programme.h"
#include "src/core/training/progress.h"
#include "src/core/training/safety.h"

enum training_state {
	TRAINING_OFF,       /* not armed: the daemon's, never this engine's */
	TRAINING_ATTRACT,   /* nobody is there: "Step on to begin" */
	TRAINING_PLACEMENT, /* feet are being found */
	TRAINING_COUNTDOWN, /* 3, 2, 1 */
	TRAINING_EXERCISE,
	TRAINING_ESTIMATE, /* "where was your weight?" */
	TRAINING_REVEAL,   /* the block's score, with the estimate beside it */
	TRAINING_REST,
	TRAINING_RESULT, /* the session's */
	TRAINING_PAUSE,  /* stepped off, or a calm stop */
	TRAINING_N
};

/* Why there is a pause, or what the person should do; besides place_hint in a placement. */
enum training_hint {
	TRAINING_HINT_NONE,
	TRAINING_HINT_BACK_ON,   /* stepped off: come back when ready */
	TRAINING_HINT_MIDDLE,    /* one foot below 20 % or above 80 % for 1 s */
	TRAINING_HINT_EDGE,      /* the centre of pressure came near the mat's edge */
	TRAINING_HINT_EASE_LEFT, /* the left foot carries more than it may */
	TRAINING_HINT_EASE_RIGHT,
	TRAINING_HINT_HOLD_RAIL, /* before leaning: keep the rail within reach */
	TRAINING_HINT_SIT,       /* in a rest: sit down if you like */
	TRAINING_HINT_N
};

/* How a session ended. */
enum training_end {
	TRAINING_RUNNING,
	TRAINING_COMPLETE,
	TRAINING_LEFT,    /* stepped off and did not come back */
	TRAINING_STOPPED, /* by a person at the station */
	TRAINING_UNSAFE,  /* too many calm stops */
	TRAINING_MAT_LOST,
	TRAINING_DAEMON, /* the daemon ended, or was killed */
	TRAINING_END_N
};

/* One block as it was done. */
struct training_block {
	enum exercise exercise;
	enum exercise_feedback feedback;
	bool was_begun, is_whole; /* to its end */
	double duration_s, band_mm;
	struct exercise_score score;
	double estimate_mm; /* where the person thought the weight was, + right; NaN: not asked */
	double actual_mm; /* where it was */
	int n_pauses, n_stops;
	struct progress_change change; /* against earlier sessions */
};

/* What is told of a session while it runs and after it. */
struct training_summary {
	enum training_end end;
	int n_blocks;
	struct training_block blocks[PROGRAMME_MAX_BLOCKS];
	int level, band;    /* it was done at */
	double exercise_s;  /* counted */
	double success_pct; /* mean time in zone of hold, beam and by-ear; NaN */
	double limits_mm[EXERCISE_N_DIRECTIONS]; /* measured or brought along; NaN */
	bool has_headline;
	enum exercise
		headline_of; /* told first: a known change, probes before others */
	struct progress_change headline;
};

/* What a screen shows now. */
struct training_view {
	enum training_state state;
	int block,
		n_blocks; /* from 0; which comes next in placement, countdown, rest */
	enum exercise exercise;
	enum exercise_feedback feedback;
	enum training_hint hint;
	enum place_hint place_hint;
	const char *say;              /* what to tell the person: static msgid */
	const char *cue;              /* its key, for spoken prompts: static */
	double elapsed_s;             /* in this state */
	double remaining_s;           /* of this state; NaN: no fixed end */
	double done_frac;             /* of this state, 0..1; NaN likewise */
	double session_frac;          /* of the programme, 0..1 */
	int count;                    /* 3, 2, 1 at a countdown's end, else 0 */
	bool is_silent;               /* no sound now: something is measured */
	double view_mm;               /* half the side of what the picture shows */
	double target_mm;             /* the clinician's middle */
	struct exercise_view picture; /* in an exercise */
	/* estimate: a pointer that the person moves by leaning, or that was answered. */
	double estimate_mm; /* NaN: none */
	double estimate_held_frac;
	/* reveal, rest, result: the block just done. */
	int last_block; /* -1: none */
};

/* All that a session depends on besides the samples. */
struct training_setup {
	struct programme programme;
	struct mat_geometry geometry; /* for the edge */
	uint64_t seed;
	double limits_mm[EXERCISE_N_DIRECTIONS]; /* of an earlier session; NaN */
	struct progress_history history;
};

/* Caller-owned, no heap. */
struct training {
	struct training_setup setup;
	enum training_state state;
	int64_t now_ns, state_ns; /* of the last sample; when the state began */
	bool has_time;
	bool must_leave; /* who finished a session begins no other without stepping off */
	double on_s, off_s;      /* how long somebody, or nobody, has been on the mat */
	bool has_left;           /* since the place was found */
	enum training_hint hint; /* of a pause */
	enum place_hint place_hint;
	struct place_finder finder;
	struct place place;
	bool has_place;
	struct safety_watch safety;
	int block;               /* that runs or comes next */
	int n_finished;          /* blocks that will not change any more */
	bool block_runs, breaks; /* begun and not over; the next step follows a pause */
	double exercise_s;       /* of the block that runs */
	struct exercise_run run;
	struct exercise_view picture;
	double at_mm; /* sideways, smoothed */
	double estimate_from_mm, estimate_mm, estimate_still_mm, estimate_held_s;
	struct training_summary summary;
};

/* Let whoever is on the mat step off before a session can begin: something else was done there. */
void training_wait(struct training *training);

/* Begin with memory that holds nothing yet; or anew, with who is on the mat remembered, so that somebody who
 * has just finished must step off first. In attract. The setup is copied. */
void training_init(struct training *training, const struct training_setup *setup);
void training_begin(struct training *training, const struct training_setup *setup);

/* Take one sample, in rising t_ns; returns the state after it. Allocates nothing. After a result's time
 * it is back in attract with its summary still there: training_begin() starts anew. */
enum training_state training_push(
	struct training *training, const struct stance_sample *sample);

/* The stream broke: a gap, judged by its length; the mat is gone for good with training_stop(). */
void training_break(struct training *training);

/* End it now; what was done counts. Nothing in attract. */
void training_stop(struct training *training, enum training_end why);

/* Answer an estimate from a screen, millimetres, + right. False if none is asked. */
bool training_answer(struct training *training, double estimate_mm);

/* Skip what runs down by itself: placement's waiting, rest, reveal, result. False elsewhere. */
bool training_skip(struct training *training);

/* Return whether somebody is training: not off, not attract. */
bool training_is_busy(const struct training *training);

/* Return whether the session's first exercise has begun: before, there is nothing to store. */
bool training_has_begun(const struct training *training);

/* Return how many blocks are finished and will not change any more; all that were begun, once it has ended.
 * Their `change` follows later blocks of the same exercise. */
int training_n_finished(const struct training *training);

void training_view(const struct training *training, struct training_view *view);
/* Return how many whole blocks of that exercise there are and their mean score. */
int training_mean(
	const struct training_summary *summary, enum exercise exercise, double *mean);

const struct training_summary *training_summary(const struct training *training);

/* Words of docs/api.md, static; and back, the enum's _N if there is none. */
const char *training_state_word(enum training_state state);
const char *training_hint_word(enum training_hint hint);
const char *training_end_word(enum training_end end);
enum training_state training_state_find(const char *word);
enum training_hint training_hint_find(const char *word);
enum training_end training_end_find(const char *word);

#endif
