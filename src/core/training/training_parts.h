/* What the files of the session share. Private to src/core/training. */
#ifndef STANCE_CORE_TRAINING_TRAINING_PARTS_H
#define STANCE_CORE_TRAINING_TRAINING_PARTS_H

#include "src/core/training/training.h"

/* How long states last, seconds (docs/training.md, "States"). */
#define TRAINING_COUNTDOWN_S    3.0
#define TRAINING_ANNOUNCE_S     9.0  /* before 3, 2, 1 where eyes will be closed */
#define TRAINING_ESTIMATE_S     12.0 /* then the pointer is taken as it is */
#define TRAINING_REVEAL_S       6.0
#define TRAINING_RESULT_S       20.0
#define TRAINING_RESULT_LEAST_S 5.0 /* who steps off may still read it so long */
#define TRAINING_PAUSE_S        30.0

/* Return how long it has been in this state. */
double training_elapsed_s(const struct training *training);

/* Return how long the countdown of the block that comes next is. */
double training_countdown_s(const struct training *training);

/* The block that runs is over, to its end or not: score it, and what follows from that for the session. */
void training_finish_block(struct training *training, bool is_whole);

#endif
