/* The mean load under the feet in two visits, and what changed of it: the member "map" of stance.comparison/1.
 * Private to src/records. Follows docs/api.md. */
#ifndef STANCE_RECORDS_COMPARE_MAP_H
#define STANCE_RECORDS_COMPARE_MAP_H

#include "src/base/jsonw.h"
#include "src/core/trial/visit.h"
#include "src/store/store.h"

/* Write the members map and why_no_map, from the pictures of `quiet-eo` that both visits have under the same
 * circumstances. `has_room`: false leaves the pictures out and says so. Returns 0, -ENOMEM or the store's negative errno;
 * a picture that is missing or damaged is no error. */
int compare_put_map(struct store *store, const struct visit *a, const struct visit *b,
	bool has_room, struct jsonw *w);

#endif
