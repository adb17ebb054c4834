/* A programme: which exercises, how long, what is fed back, within what limits. Data, made from a table of
 * defaults and what a clinician set; and how it goes on from one session to the next.
 * Does not run it (training.h). Follows docs/training.md ("Programmes", "Fading", "Dose"). */
#ifndef STANCE_CORE_TRAINING_PROGRAMME_H
#define STANCE_CORE_TRAINING_PROGRAMME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/core/training/exercise.h"

#define PROGRAMME_MAX_BLOCKS 16
#define PROGRAMME_NAME_SIZE  32

/* Fading: how much is fed back, from level 0 (everything) to the last (only scores and probes). */
#define PROGRAMME_N_LEVELS 5
#define PROGRAMME_N_BANDS  4 /* 15, 10, 7, 5 mm */

/* What a clinician may set, and its limits (docs/training.md). */
#define PROGRAMME_MAX_TARGET_MM  40.0
#define PROGRAMME_MIN_REACH_FRAC 0.1
#define PROGRAMME_MAX_REACH_FRAC 0.8
#define PROGRAMME_MIN_PERIOD_S   1.0
#define PROGRAMME_MAX_PERIOD_S   5.0
#define PROGRAMME_MIN_BLOCK_S    10.0
#define PROGRAMME_MAX_BLOCK_S    300.0
#define PROGRAMME_MAX_REST_S     120.0
#define PROGRAMME_MAX_SESSION_S  1200.0 /* of exercise */

/* One block. */
struct programme_block {
	enum exercise exercise;
	double duration_s, rest_s; /* rest after it */
	int feedback; /* enum exercise_feedback; PROGRAMME_BY_LEVEL: faded by the level */
	bool estimate; /* ask where the weight was before the score is shown */
};
#define PROGRAMME_BY_LEVEL (-1)

struct programme {
	char name[PROGRAMME_NAME_SIZE]; /* of the table it came from */
	int n_blocks;
	struct programme_block blocks[PROGRAMME_MAX_BLOCKS];
	double target_mm;  /* the middle, sideways, + right; 0: even. The clinician's */
	double reach_frac; /* of the limits; 0.5 */
	double period_s;   /* of the metronome */
	int level;         /* 0 to PROGRAMME_N_LEVELS - 1 */
	int band;          /* 0 to PROGRAMME_N_BANDS - 1 */
	bool keeps_level;  /* level and band are the clinician's: they do not go on */
	double cap_left_n,
		cap_right_n; /* what a foot may carry at most; NaN: anything */
	int max_per_day, max_per_week; /* sessions; 0: not limited */
};

/* How earlier sessions went, the newest last, for going on. */
struct programme_past {
	int level, band;
	double success_pct; /* mean time in zone of hold, beam and by-ear; NaN: none was done */
};

/* Return programme `index` of the table, NULL past the end; or by name. The first is the default. */
const struct programme *programme_at(size_t index);
const struct programme *programme_find(const char *name);

/* Return what is wrong with a programme, a sentence naming the member; NULL: nothing. Static. */
const char *programme_check(const struct programme *programme);

/* Return the feedback of block `index`: its own, or its level's. */
enum exercise_feedback programme_feedback(const struct programme *programme, int index);

/* Return whether a block is done with closed eyes: somebody must stand beside. */
bool programme_is_blind(const struct programme *programme);

/* Return the radius of the ring of a band, millimetres. */
double programme_band_mm(int band);

/* Return the seconds of exercise that all blocks take at most. */
double programme_duration_s(const struct programme *programme);

/* Set level and band by how the last sessions went (`past`: n, oldest first): two in a row with 80 % or
 * more in the zone drop one level of feedback, two in a row below 50 % give one back; the band follows
 * each session. Does nothing where keeps_level. */
void programme_go_on(
	struct programme *programme, const struct programme_past *past, int n);

#endif
