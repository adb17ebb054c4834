/* The exchange's work with store and folders, step by step; each call waits for a disk.
 * Does not know when: exchange.c does.
 * Follows docs/exports.md ("The watched folder"). */
#ifndef STANCE_DAEMON_EXCHANGE_WORK_H
#define STANCE_DAEMON_EXCHANGE_WORK_H

#include "src/export/gdt_answer.h"
#include "src/export/gdt_folder.h"
#include "src/store/store.h"

#define EXCHANGE_DIR "gdt" /* in the state directory: answers on their way */

/* Put a request onto the worklist, due on `today` ("2026-11-28"); who is not known becomes a patient, of whom only
 * what was unknown is filled in. Returns 0, also if the same waits already; -EBADMSG if it must be refused:
 * item->reason says why; another negative errno of the store: try again. */
int exchange_admit(
	struct store *store, struct gdt_folder_item *item, const char *today);

/* Make the answers of all reports signed since the last call, into STATE_DIR/gdt. The first call ever makes none:
 * what was signed before there was a folder is not sent. Returns how many, or a negative errno: what is left is made by
 * the next call. */
int exchange_make_answers(
	struct store *store, const char *state_dir, const struct gdt_options *options);

/* Bring all answers to the folder `out`. Returns how many are left, and their error in `*err`. */
int exchange_bring(const char *state_dir, const char *out, int *err);

#endif
