/* One writer to a state directory, a daemon or a command: folders are made, a pid file is locked.
 * Does not write anything else there.
 * Follows flock(2): the kernel frees the lock however the daemon ends. */
#ifndef STANCE_BASE_LOCK_H
#define STANCE_BASE_LOCK_H

#include <stddef.h>
#include <sys/types.h>

/* Make a folder and those above it with `mode`. Returns 0 (also if it is there), or a negative
 * errno with a sentence in `message`. */
int lock_make_dir(const char *path, mode_t mode, char *message, size_t size);

/* Lock DIR/stanced.pid and write our pid. Returns a descriptor to keep; -EBUSY if another daemon
 * holds it, or a command that changes the store, which `message` names; another negative errno. */
int lock_take(const char *dir, char *message, size_t size);

#endif
