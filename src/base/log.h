/* Levelled log messages through one replaceable sink; stderr unless a program sets one.
 * Does not format time stamps (journald does) and never logs people or pressure images.
 * A file that logs defines LOG_TAG before including this header. */
#ifndef STANCE_BASE_LOG_H
#define STANCE_BASE_LOG_H

#include "src/base/log_event.h"

/* Numbered as syslog priorities, so that a sink can pass them on. */
enum log_level {
	LOG_LEVEL_ERR = 3,   /* a person must act */
	LOG_LEVEL_WARN = 4,  /* degraded but running */
	LOG_LEVEL_INFO = 6,  /* state changes, a few per hour */
	LOG_LEVEL_DEBUG = 7, /* off by default */
};

/* Return "error", "warning", "info", "debug". */
const char *log_level_name(enum log_level level);

/* A sink receives every message at or below the threshold; it must not log itself. */
typedef void log_sink_fn(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx);

/* Send messages to `sink` (NULL: back to stderr). Call before any thread starts. */
void log_set_sink(log_sink_fn *sink, void *ctx);

/* Hand every message to `keep` as well (NULL: no more), from whatever thread. Call before any thread
 * starts. */
void log_set_keep(log_sink_fn *keep, void *ctx);

/* Drop messages less urgent than `level` (default LOG_LEVEL_INFO). */
void log_set_level(enum log_level level);

/* Format one message (cut at 1023 bytes, no newline needed) and hand it to the sink. */
void log_write(enum log_level level, const char *tag, enum log_event event,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

#define log_err(...)   log_write(LOG_LEVEL_ERR, LOG_TAG, LOG_EVENT_NONE, __VA_ARGS__)
#define log_warn(...)  log_write(LOG_LEVEL_WARN, LOG_TAG, LOG_EVENT_NONE, __VA_ARGS__)
#define log_info(...)  log_write(LOG_LEVEL_INFO, LOG_TAG, LOG_EVENT_NONE, __VA_ARGS__)
#define log_debug(...) log_write(LOG_LEVEL_DEBUG, LOG_TAG, LOG_EVENT_NONE, __VA_ARGS__)

/* As log_err() and log_warn(), about an event that the journal's catalogue explains. */
#define log_err_event(event, ...) log_write(LOG_LEVEL_ERR, LOG_TAG, event, __VA_ARGS__)
#define log_warn_event(event, ...)                                                     \
	log_write(LOG_LEVEL_WARN, LOG_TAG, event, __VA_ARGS__)

#endif
