/* Whether somebody got better: a difference is claimed only beyond what repeating alone explains.
 * Does not read the store. Follows docs/training.md ("Progress"): the MDC95 of each score, its source and its
 * formula. */
#ifndef STANCE_CORE_TRAINING_PROGRESS_H
#define STANCE_CORE_TRAINING_PROGRESS_H

#include <stdbool.h>

#include "src/core/training/exercise.h"

/* Earlier sessions that are kept for the trend. */
#define PROGRESS_N 5

enum progress_word {
	PROGRESS_FIRST,  /* nothing to compare with */
	PROGRESS_SAME,   /* about the same: within the error of measurement */
	PROGRESS_BETTER, /* beyond it */
	PROGRESS_WORSE,
	PROGRESS_UNKNOWN, /* how large the error is is not known yet: told as about the same */
	PROGRESS_WORD_N
};

/* Scores of one exercise in earlier sessions, the newest last. */
struct progress_series {
	int n;
	double value[PROGRESS_N];
	int blocks[PROGRESS_N]; /* that each is the mean of */
};

struct progress_history {
	struct progress_series of[EXERCISE_N];
};

struct progress_change {
	enum progress_word word;
	double now,
		before;    /* before: the mean of the earlier ones compared with; NaN */
	double difference; /* now - before; NaN */
	double ratio;      /* now / before where the MDC is a ratio; NaN */
	double mdc; /* of the difference, or of the ratio (or its inverse); NaN */
	bool is_ratio;
	int n_before;
	int n_trend;
	double trend[PROGRESS_N]; /* the newest last, without now */
};

/* Add a session's score, the mean of so many blocks; the oldest goes when there are too many. */
void progress_add(struct progress_series *series, double value, int blocks);

/* Compare a session's score, the mean of so many blocks, with the newest of `before`. */
void progress_compare(enum exercise exercise, double now, int blocks,
	const struct progress_series *before, struct progress_change *change);

/* Return a word for documents, and a sentence for a person. Static; msgids. */
const char *progress_word(enum progress_word word);
const char *progress_text(enum progress_word word);
enum progress_word progress_find(const char *word);

/* Return where the MDC of an exercise comes from: a sentence. Static. */
const char *progress_source(enum exercise exercise);

#endif
