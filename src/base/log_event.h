/* Which events the journal explains: each has a message id and an entry in systemd/catalog/stance.catalog that says what
 * to do (journalctl -x).
 * Does not log. Follows systemd.journal-fields(7), MESSAGE_ID. */
#ifndef STANCE_BASE_LOG_EVENT_H
#define STANCE_BASE_LOG_EVENT_H

enum log_event {
	LOG_EVENT_NONE,             /* a message that explains itself */
	LOG_EVENT_MAT_LOST,         /* the mat fell silent or was unplugged */
	LOG_EVENT_MAT_UNUSABLE,     /* a mat answered that cannot be analysed */
	LOG_EVENT_MAT_UNCALIBRATED, /* measuring goes on without a calibration */
	LOG_EVENT_MAT_DRIFTS,       /* the empty mat's zero has moved */
	LOG_EVENT_STORE_CLOSED,     /* results cannot be stored */
	LOG_EVENT_TRIAL_INTERRUPTED, /* a trial that a crash interrupted was stored as far as it came */
	LOG_EVENT_EXCHANGE_STUCK, /* a folder of another system cannot be used */
	LOG_EVENT_GROUP_UNKNOWN, /* the configuration names a group that does not exist */
	LOG_EVENT_START_REFUSED, /* the daemon cannot start as it is configured */
	LOG_EVENT_PANEL_STUCK, /* a button, lamp or line of the header does not do its part */
	LOG_N_EVENTS,
};

/* Return the event's message id, 32 hexadecimal digits; NULL for LOG_EVENT_NONE. */
const char *log_event_id(enum log_event event);

#endif
