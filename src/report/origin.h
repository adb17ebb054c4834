/* Where a report of standing comes from: the signed document of a visit, else one put together as the store is now,
 * or a file.
 * Reads only. What was signed is rendered from its document and nothing else (docs/api.md, "stance.report/1").
 * Memory: one object, freed with origin_free(). */
#ifndef STANCE_REPORT_ORIGIN_H
#define STANCE_REPORT_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/report/report.h"

struct origin;

/* What is asked for. */
struct origin_wish {
	const char *state_dir; /* NULL: the usual place */
	const char *
		socket; /* ask the daemon there instead, "": at the usual place; NULL */
	int64_t visit, trial; /* one of them; 0 */
	int version; /* of a signed visit; 0: the newest, -1: as it is now, unsigned */
	const char *file; /* a stance.report/1 instead; NULL */
	bool is_quick;    /* a preview: the picture from fewer frames */
};

/* Read it. Returns 0; -ENOENT no such trial, visit, version or file; -ENODATA where nothing was measured; -EBADMSG a
 * damaged document; -ENOMEM; or the store's errno; with a sentence in `message`. */
int origin_open(const struct origin_wish *wish, struct origin **out, char *message,
	size_t size);
void origin_free(struct origin *origin);

/* Borrowed until origin_free(). */
const struct report *origin_report(const struct origin *origin);

#endif
