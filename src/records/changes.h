/* What changed since the same was measured before: a visit against the person's earlier ones.
 * Does not judge: visit_change() does. Private to src/records.
 * Follows docs/protocols.md ("Visits"). */
#ifndef STANCE_RECORDS_CHANGES_H
#define STANCE_RECORDS_CHANGES_H

#include "src/base/jsonw.h"
#include "src/core/trial/visit.h"
#include "src/store/store.h"

/* What each group of a visit is compared with. Some 200 kB: on the heap. */
struct changes {
	struct changes_before {
		bool is_there;
		bool same_day;
		struct store_visit head;
		struct visit_group group;
	} before[VISIT_MAX_GROUPS];
};

/* Return the calendar day of a visit where the station stood, counted from 1970. */
int64_t changes_day(const struct store_visit *head);

/* Read a visit's trials and finish it. Returns 0 or the store's negative errno. */
int changes_read(
	struct store *store, const struct store_visit *head, struct visit *visit);

/* Find for each group of `now` the newest of the 24 visits of the same person before `head` that has it under the
 * same circumstances. A head without a number (0) comes after all visits that began before it. Returns 0, -ENOMEM or
 * the store's negative errno. */
int changes_find(struct store *store, const struct store_visit *head,
	const struct visit *now, struct changes *out);

/* Write the members "changes" and "changes_source" into the object that is open. Returns as changes_find(). */
int changes_put(struct store *store, const struct store_visit *head,
	const struct visit *now, struct jsonw *out);

#endif
