/* What a sheet is of, read from the station's store.
 * Reads only; concludes through src/core/trial.
 * Memory: one object, freed with load_free(). */
#ifndef STANCE_REPORT_LOAD_H
#define STANCE_REPORT_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "src/report/body_sheet.h"

struct load;

/* Read a trial or a visit of the store in `state_dir` (NULL: the usual place) and conclude. Returns 0 and the
 * sheet in load_sheet(); -ENOENT, -ENODATA where nothing can be shown of it, -ENOMEM, or the store's errno, with
 * a sentence in `message`. */
int load_trial(const char *state_dir, int64_t id, struct load **out, char *message,
	size_t size);
int load_visit(const char *state_dir, int64_t id, struct load **out, char *message,
	size_t size);

/* Borrowed until load_free(); the audience is the caller's to set. */
struct body_sheet *load_sheet(struct load *load);
void load_free(struct load *load);

#endif
