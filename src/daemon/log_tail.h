/* The daemon's last log lines, kept in memory for who looks after the station: also where no journal
 * is, and without the right to read it.
 * Does not outlive the daemon; the journal does. Safe from any thread.
 * Follows docs/api.md ("stance.log/1"). */
#ifndef STANCE_DAEMON_LOG_TAIL_H
#define STANCE_DAEMON_LOG_TAIL_H

#include <stdint.h>

#include "src/base/log.h"

/* chosen: some days of a healthy station, the last minutes of a sick one */
#define LOG_TAIL_LINES 256
/* A longer line is cut between characters. */
#define LOG_TAIL_TEXT 240

struct log_tail_line {
	uint64_t n; /* from 1, of all since the start */
	int64_t at_unix_ms;
	enum log_level level;
	char tag[16];
	char text[LOG_TAIL_TEXT];
};

/* Begin to keep what is logged; call before any thread starts. */
void log_tail_begin(void);

/* Keep one line as of `at_unix_ms`; what log_tail_begin() has every message go through. */
void log_tail_keep(
	enum log_level level, const char *tag, const char *message, int64_t at_unix_ms);

/* Copy the newest lines with a number below `before` (0: all), at most `max`, the newest first.
 * Returns how many; what is older than LOG_TAIL_LINES is gone. */
int log_tail_read(uint64_t before, struct log_tail_line *lines, int max);

#endif
