/* Sends the log to the journal when the journal reads our stderr, else leaves it on stderr.
 * Does not choose levels.
 * Follows systemd.exec(5), $JOURNAL_STREAM. */
#ifndef STANCE_DAEMON_JOURNAL_H
#define STANCE_DAEMON_JOURNAL_H

#include <stdbool.h>

/* Returns whether the journal is used. Call before the first message. */
bool journal_use(void);

#endif
