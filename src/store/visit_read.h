/* A visit with all that belongs to it, from the store: its trials, summed up, and what was noted beside it.
 * Does not conclude.
 * For those who show visits: the records' methods and reports. */
#ifndef STANCE_STORE_VISIT_READ_H
#define STANCE_STORE_VISIT_READ_H

#include "src/core/trial/visit.h"
#include "src/core/trial/visit_findings.h"
#include "src/store/store.h"

/* Read the trials of `head`, oldest first, and finish the visit. Returns 0 or the store's negative errno. */
int visit_read_trials(
	struct store *store, const struct store_visit *head, struct visit *visit);

/* One key of the notes: a measure between limits, or a yes (1) or no (0). */
struct visit_read_note {
	const char *key;
	double low, high;
	bool is_answer;
	size_t at; /* in struct visit_entered: a double, an int for an answer */
};

/* Return note `index`, NULL past the last. */
const struct visit_read_note *visit_read_note_at(size_t index);

/* Read what was noted, the latest of each key. Returns 0 or the store's negative errno. */
int visit_read_entered(
	struct store *store, int64_t visit_id, struct visit_entered *entered);

#endif
