/* What documents of a visit share.
 * Private to src/records. */
#ifndef STANCE_RECORDS_VISIT_PARTS_H
#define STANCE_RECORDS_VISIT_PARTS_H

#include "src/base/jsonw.h"
#include "src/core/trial/visit.h"
#include "src/store/store.h"

/* Whom a visit is of, as the card has it now and as old as then. Returns 0 or the store's negative errno. */
int visit_person(struct store *store, const struct store_visit *head,
	struct trial_person *person);

/* Write the members entered, alignment, findings, gates, card and titration of a finished visit. Returns 0, -ENOMEM or
 * the store's negative errno. */
int visit_put_findings(struct store *store, const struct store_visit *head,
	const struct visit *visit, struct jsonw *out);

#endif
