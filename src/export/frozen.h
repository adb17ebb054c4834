/* What was signed, asked for piece by piece and looked at before it is believed.
 * Follows docs/api.md ("report.get", "stance.report/1"). */
#ifndef STANCE_EXPORT_FROZEN_H
#define STANCE_EXPORT_FROZEN_H

#include <stddef.h>

#include "src/export/trial.h"

/* Ask for a signed version of a visit's report (0: the newest): its bytes and a NUL, the caller's to free. Returns 0;
 * -EBADMSG if they are not those that were signed; -ENOMEM; or what `ask` returned. */
int export_frozen_text(long long visit, long long version, export_ask_fn *ask,
	void *ctx, char **text, size_t *n);

/* Ask for the newest signed document of a visit, a new reference; NULL where nothing is signed. Returns 0 or as above. */
int export_frozen_collect(
	long long visit, export_ask_fn *ask, void *ctx, struct json_t **out);

/* Return what it says of a trial (stance.trial/1) and of its mat (stance.device/1), borrowed; NULL: nothing. */
const struct json_t *export_frozen_trial(const struct json_t *frozen, long long trial);
const struct json_t *export_frozen_device(const struct json_t *frozen, long long trial);

#endif
