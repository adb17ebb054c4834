/* What the store knows of a patient's training: the programme as it has come to be, earlier scores, limits,
 * and how much was trained lately.
 * Does not run a session. Follows docs/training.md ("Fading", "Dose"). */
#ifndef STANCE_RECORDS_TRAINING_LOAD_H
#define STANCE_RECORDS_TRAINING_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "src/core/training/training.h"
#include "src/store/store_training.h"

struct training_loaded {
	struct programme programme; /* in force now, level and band gone on */
	struct progress_history history;
	double limits_mm
		[EXERCISE_N_DIRECTIONS]; /* of the newest session that has them; NaN */
	int64_t n_today, n_week; /* sessions since midnight, in the last seven days */
	bool is_enough;          /* more would be beyond the programme's dose */
};

/* Load a patient's; "": an anonymous person's, who has the default and no history. `chosen`: this programme
 * instead of the patient's own (it goes on from earlier sessions alike), NULL: the patient's own. Returns 0,
 * -ENOENT no such patient, or another error of the store. */
int training_load(struct store *store, const char *patient,
	const struct programme *chosen, struct training_loaded *out);

#endif
