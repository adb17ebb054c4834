/* Trials that were running when the daemon or the machine went down: measured from what reached the
 * disk and stored as interrupted.
 * Does not delete anything. Follows docs/recordings.md and docs/store.md. */
#ifndef STANCE_DAEMON_RECOVERY_H
#define STANCE_DAEMON_RECOVERY_H

#include "src/store/store.h"

/* Finish every trial that the store says is running. One whose recording holds its whole measurement
 * is stored as it would have been; one that cannot be stored now stays for the next start. The
 * worker's thread. Returns how many were stored. */
int recovery_run(struct store *store);

#endif
