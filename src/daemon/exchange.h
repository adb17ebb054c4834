/* The practice's system, by GDT: requests out of a watched folder onto the worklist, answers into another when a
 * visit is signed.
 * Does not parse (src/export) and waits for no folder on the loop's thread, nor on the one that trials are stored
 * by: a network share that hangs holds up nothing but itself.
 * Follows docs/exports.md ("The watched folder"):
 *
 *   requests   idle --something came, or 5 s--> read --> onto the worklist --> taken away or moved aside --> idle
 *   answers    signed --> a file in the state directory's gdt/ --> copied to the folder, tried until it works
 */
#ifndef STANCE_DAEMON_EXCHANGE_H
#define STANCE_DAEMON_EXCHANGE_H

#include "src/base/settings.h"
#include "src/daemon/archive.h"

struct sd_event;
struct exchange;

/* Start, if the settings name a folder; else `*out` is NULL. Settings and `state_dir` are borrowed. Returns 0 or a
 * negative errno. A folder that is not there is waited for. */
int exchange_new(struct sd_event *event, struct archive *archive,
	const struct settings *settings, const char *state_dir, struct exchange **out);

/* Finish what is under way; before the archive. NULL does nothing. */
void exchange_free(struct exchange *exchange);

/* Say that a visit was signed or amended: its answer is made and brought. NULL does nothing. */
void exchange_signed(struct exchange *exchange);

#endif
