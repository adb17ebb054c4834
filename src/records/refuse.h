/* Why a trial, a visit or a report cannot be changed, as a sentence that says what to do instead: the code is
 * RPC_NOT_NOW (-32010). All that is not about the state of the thing is told as serve_fail() does.
 * For the methods of src/records, and those of the daemon that review. Each returns -EREMOTEIO, for the caller to return. */
#ifndef STANCE_RECORDS_REFUSE_H
#define STANCE_RECORDS_REFUSE_H

#include "src/records/records.h"

/* Reviewing, voiding, moving trial `id` failed with `err`. */
int refuse_trial(struct store *store, int64_t id, int err, struct rpc_error *error);

/* Noting beside visit `id`, planning it otherwise or taking trial `trial_id` (0: none) into it failed with `err`. */
int refuse_visit(struct store *store, int64_t id, int64_t trial_id, int err,
	struct rpc_error *error);

/* Signing visit `id`, or amending its report, failed with `err` of store_report_sign(). */
int refuse_signing(
	struct store *store, int64_t id, bool amends, int err, struct rpc_error *error);

#endif
