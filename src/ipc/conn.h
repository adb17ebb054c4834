/* One client's connection: lines in, answers and live data out, never blocking.
 * Does not poll, parse or close by itself; the server does.
 * Follows docs/api.md ("Clients that do not read"): answers are never dropped, old live data
 * are; a client owes it to read an answer within 5 s. */
#ifndef STANCE_IPC_CONN_H
#define STANCE_IPC_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "src/base/clock.h"
#include "src/ipc/queue.h"
#include "src/ipc/stream.h"

/* Answers that may wait; beyond CONN_REPLIES_PAUSE no further request is read. */
#define CONN_REPLIES_MAX   (512 * 1024)
#define CONN_REPLIES_PAUSE (64 * 1024)
/* Answers that may be promised for later before no further request is read. Chosen. */
#define CONN_DEFERRED_PAUSE 16

/* A client is closed after this long without any sign of reading (docs/api.md). */
#define CONN_UNREAD_NS (5 * CLOCK_NS_PER_S)
/* And after this long if it reads, but the answer never arrives. Chosen. */
#define CONN_UNREAD_SLOW_NS (30 * CLOCK_NS_PER_S)
/* How long to take in what a refused client still sends. Chosen. */
#define CONN_LINGER_NS (1 * CLOCK_NS_PER_S)

/* What a client wants of one stream. */
struct conn_subscription {
	double quiet_s; /* of status: how long nothing new may be left untold; 0: a second */
	bool on;
	uint64_t cursor;     /* number of the next message to look at */
	int64_t period_ns;   /* 0: every message */
	int64_t next_due_ns; /* with a period: when the next is due */
	uint64_t n_dropped;  /* messages overwritten before they could be sent */
};

/* Fields are read by the server; only conn.c changes those from `in` on. */
struct conn {
	int fd;
	uint64_t number; /* names this connection for as long as the daemon runs */
	pid_t pid;
	uid_t uid;
	unsigned roles; /* enum role bits */
	bool is_screen; /* it said so with "hello", for good */
	bool is_veiled; /* may not know whose the data are: set before each flush */
	bool is_held;   /* its further requests wait for an answer that is owed */
	int n_deferred; /* answers that will be pushed later */

	char *in; /* what came and is not taken yet */
	size_t in_begin, in_end, in_size;
	bool read_closed;  /* the peer sends no more */
	int64_t linger_ns; /* > 0: refused; take in and forget until then, then close */

	struct queue replies;
	char *partial; /* the rest of a live message that was sent in part */
	size_t partial_begin, partial_end, partial_size;
	bool blocked; /* the socket takes no more for now */

	/* Whether an answer was read, by what the kernel charges for what lies unread: charges go
	 * up with each send and down as the peer reads, first in, first out. */
	bool owed;             /* an answer is not known to be read */
	bool owed_more;        /* and another was pushed after it was sent */
	int64_t owed_since_ns; /* 0: to be set by the next conn_check() */
	int64_t progress_ns;   /* when the peer was last seen to read */
	int64_t charged;       /* all charges since; kept while something is owed */
	int64_t owed_mark; /* `charged` once the answer was sent; INT64_MAX before */
	int64_t n_read;    /* the charges that were gone at the last look */

	struct conn_subscription subscriptions[STREAM_N];
};

/* Take over a connected, non-blocking socket. */
void conn_init(struct conn *conn, int fd, uint64_t number);

/* Close the socket and free everything. */
void conn_fini(struct conn *conn);

/* Read once what the peer sent. Returns 1 if anything came, 0 if not now, -ENOMEM, or the error of
 * a broken connection. At the end of input `read_closed` is set and 0 returned. */
int conn_read(struct conn *conn);

/* Take the next whole line, without its newline (the last one may lack it when the peer has
 * closed); borrowed until the next call. Returns 1, 0 if none is complete, or -EMSGSIZE when the
 * line is over RPC_LINE_MAX. */
int conn_take_line(struct conn *conn, const char **line, size_t *n);

/* Queue an answer, a whole line. Returns 0, -ENOBUFS or -ENOMEM. */
int conn_push_reply(struct conn *conn, const char *line, size_t n, int64_t now_ns);

/* Start or change a subscription with at most `max_hz` messages a second (0: all), beginning with
 * the next one published; makes room for the rest of one message. Returns 0 or -ENOMEM. */
int conn_subscribe(
	struct conn *conn, const struct stream *streams, int kind, double max_hz);
void conn_unsubscribe(struct conn *conn, int kind);

/* Return true if it would be sent a message of that stream at that time. */
bool conn_is_due(const struct conn *conn, int kind, int64_t t_ns);

/* Make room for the largest message of the streams subscribed; call after stream_resize().
 * Returns 0 or -ENOMEM. */
int conn_fit(struct conn *conn, const struct stream *streams);

/* Send what the socket takes: the rest of a message, then answers, then live messages in the order
 * of their publication. Sets `blocked`. Uses no heap. Returns 0, or the error of a broken
 * connection. */
int conn_flush(struct conn *conn, const struct stream *streams);

/* Return true if answers or the rest of a message wait. */
bool conn_has_unsent(const struct conn *conn);

/* Judge a client that is owed an answer: returns 0, or -ETIMEDOUT when its time is up. */
int conn_check(struct conn *conn, int64_t now_ns);

#endif
