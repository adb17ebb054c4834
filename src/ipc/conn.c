#include "src/ipc/conn.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/ipc/rpc.h"

#define IN_FIRST 4096               /* chosen: a request is some hundred bytes */
#define IN_MAX   (RPC_LINE_MAX + 1) /* a line and its newline */

/* Of frames' times; chosen: ten times a good mat's. */
#define JITTER_NS (2 * CLOCK_NS_PER_MS)

void conn_init(struct conn *conn, int fd, uint64_t number)
{
	*conn = (struct conn){ .fd = fd, .number = number, .owed_mark = INT64_MAX };
}

void conn_fini(struct conn *conn)
{
	close(conn->fd);
	free(conn->in);
	free(conn->partial);
	queue_fini(&conn->replies);
	*conn = (struct conn){ .fd = -1 };
}

/* --- in --------------------------------------------------------------------------------- */

/* Move what waits to the front and grow if that is not enough; a full buffer of one line stays
 * full, which conn_take_line() reports. */
static int make_room(struct conn *conn)
{
	size_t waiting = conn->in_end - conn->in_begin;
	size_t size = conn->in_size ? 2 * conn->in_size : IN_FIRST;
	char *in;

	if (conn->in_begin > 0) {
		memmove(conn->in, conn->in + conn->in_begin, waiting);
		conn->in_begin = 0;
		conn->in_end = waiting;
	}
	if (conn->in_end < conn->in_size || conn->in_size == IN_MAX)
		return 0;
	size = size < IN_MAX ? size : IN_MAX;
	in = realloc(conn->in, size);
	if (!in)
		return -ENOMEM;
	conn->in = in;
	conn->in_size = size;
	return 0;
}

int conn_read(struct conn *conn)
{
	ssize_t n;

	if (make_room(conn) < 0)
		return -ENOMEM;
	if (conn->linger_ns > 0)
		conn->in_end = conn->in_begin = 0;
	if (conn->in_end == conn->in_size)
		return 1;
	n = recv(conn->fd, conn->in + conn->in_end, conn->in_size - conn->in_end,
		MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0) {
		conn->read_closed = true;
		return 0;
	}
	conn->in_end += (size_t)n;
	return 1;
}

static void release_input(struct conn *conn)
{
	if (conn->in_begin != conn->in_end)
		return;
	conn->in_begin = conn->in_end = 0;
	if (conn->in_size > IN_FIRST) {
		free(conn->in);
		conn->in = NULL;
		conn->in_size = 0;
	}
}

int conn_take_line(struct conn *conn, const char **line, size_t *n)
{
	size_t waiting = conn->in_end - conn->in_begin;
	char *newline = NULL;

	if (waiting > 0)
		newline = memchr(conn->in + conn->in_begin, '\n', waiting);
	if (!newline && waiting > 0 && waiting <= RPC_LINE_MAX && conn->read_closed) {
		*line = conn->in + conn->in_begin;
		*n = waiting;
		conn->in_begin = conn->in_end;
		return 1;
	}
	if (!newline) {
		release_input(conn);
		return waiting > RPC_LINE_MAX ? -EMSGSIZE : 0;
	}
	*line = conn->in + conn->in_begin;
	*n = (size_t)(newline - *line);
	conn->in_begin += *n + 1;
	return 1;
}

/* --- out -------------------------------------------------------------------------------- */

/* What the kernel charges for data that the peer has not read; 0 if it does not say, which spares
 * the peer (unix(7), SIOCOUTQ). */
static int64_t unread_charge(const struct conn *conn)
{
	int unread = 0;

	return ioctl(conn->fd, SIOCOUTQ, &unread) < 0 ? 0 : unread;
}

int conn_push_reply(struct conn *conn, const char *line, size_t n, int64_t now_ns)
{
	int err = queue_push(&conn->replies, line, n, CONN_REPLIES_MAX);

	if (err < 0)
		return err;
	if (conn->owed) {
		conn->owed_more |= conn->owed_mark != INT64_MAX;
		return 0;
	}
	conn->owed = true;
	conn->owed_more = false;
	conn->owed_since_ns = conn->progress_ns = now_ns;
	conn->owed_mark = INT64_MAX;
	conn->charged = unread_charge(conn);
	conn->n_read = 0;
	return 0;
}

/* Forget the debt once all that was sent before and with the answer has been read. */
static void settle(struct conn *conn)
{
	if (!conn->owed || conn->charged - unread_charge(conn) < conn->owed_mark)
		return;
	conn->owed = conn->owed_more;
	conn->owed_more = false;
	conn->owed_since_ns = 0;
	conn->owed_mark = queue_length(&conn->replies) ? INT64_MAX : conn->charged;
}

/* Add what a send of `n` bytes cost. A peer that reads at the same moment hides part of it: then
 * take the most that it can have been (a buffer of twice the size, and the kernel's heads). */
static void charge(struct conn *conn, int64_t before, size_t n)
{
	int64_t cost = unread_charge(conn) - before;

	if (cost < (int64_t)n)
		cost = 2 * ((int64_t)n + 320) + 256;
	conn->charged += cost;
}

/* Send once. Returns the bytes taken, 0 when the socket is full, or the error. */
static ssize_t send_some(struct conn *conn, const char *bytes, size_t n)
{
	int64_t before = conn->owed ? unread_charge(conn) : 0;
	ssize_t sent = send(conn->fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS))
		sent = 0;
	else if (sent < 0)
		return -errno;
	if (conn->owed && sent > 0)
		charge(conn, before, (size_t)sent);
	conn->blocked = (size_t)sent < n;
	return sent;
}

static int flush_partial(struct conn *conn)
{
	ssize_t sent;

	if (conn->partial_begin == conn->partial_end)
		return 0;
	sent = send_some(conn, conn->partial + conn->partial_begin,
		conn->partial_end - conn->partial_begin);
	if (sent < 0)
		return (int)sent;
	conn->partial_begin += (size_t)sent;
	return 0;
}

static int flush_replies(struct conn *conn)
{
	size_t n;
	const char *bytes = queue_peek(&conn->replies, &n);
	ssize_t sent;

	if (n == 0)
		return 0;
	sent = send_some(conn, bytes, n);
	if (sent < 0)
		return (int)sent;
	queue_drop(&conn->replies, (size_t)sent);
	if (queue_length(&conn->replies) == 0 && conn->owed_mark == INT64_MAX)
		conn->owed_mark = conn->charged;
	return 0;
}

/* Decimation by the messages' own times, with slack: else a mat's jitter would cost every other
 * frame when the rates are equal. */
static bool is_due(const struct conn_subscription *s, int64_t t_ns)
{
	int64_t slack_ns = s->period_ns / 8 < JITTER_NS ? s->period_ns / 8 : JITTER_NS;

	return s->period_ns == 0 || t_ns >= s->next_due_ns - slack_ns;
}

/* A change that did not wait until it was due is one of those that were asked for: the pace goes on from it. */
static void take(struct conn_subscription *s, int64_t t_ns)
{
	s->cursor++;
	if (s->period_ns == 0)
		return;
	if (!is_due(s, t_ns))
		s->next_due_ns = t_ns;
	s->next_due_ns += s->period_ns;
	if (s->next_due_ns <= t_ns)
		s->next_due_ns = t_ns + s->period_ns;
}

/* The next message of one stream, NULL if there is none to send. */
static const struct stream_message *next_of(
	struct conn_subscription *s, const struct stream *stream)
{
	uint64_t oldest;

	if (!s->on || s->cursor >= stream->head)
		return NULL;
	oldest = stream_oldest(stream);
	if (s->cursor < oldest) {
		s->n_dropped += oldest - s->cursor;
		s->cursor = oldest;
	}
	for (; s->cursor < stream->head; s->cursor++) {
		const struct stream_message *m = stream_get(stream, s->cursor);

		if (m->is_change || is_due(s, m->t_ns))
			return m;
	}
	return NULL;
}

static int send_message(
	struct conn *conn, struct conn_subscription *s, const struct stream_message *m)
{
	const char *text = conn->is_veiled ? m->veiled : m->text;
	const size_t length = conn->is_veiled ? m->veiled_length : m->length;
	ssize_t sent = send_some(conn, text, length);

	if (sent <= 0)
		return (int)sent;
	conn->partial_begin = 0;
	conn->partial_end = length - (size_t)sent;
	memcpy(conn->partial, text + sent, conn->partial_end);
	take(s, m->t_ns);
	return 0;
}

/* Returns 1 if a message was sent or tried, 0 if there is none, or an error. */
static int flush_live(struct conn *conn, const struct stream *streams)
{
	const struct stream_message *first = NULL;
	int which = 0, err;

	for (int k = 0; k < STREAM_N; k++) {
		const struct stream_message *m =
			next_of(&conn->subscriptions[k], &streams[k]);

		if (m && (!first || m->order < first->order)) {
			first = m;
			which = k;
		}
	}
	if (!first)
		return 0;
	err = send_message(conn, &conn->subscriptions[which], first);
	return err < 0 ? err : 1;
}

int conn_flush(struct conn *conn, const struct stream *streams)
{
	int err;

	conn->blocked = false;
	settle(conn);
	err = flush_partial(conn);
	if (err == 0 && !conn->blocked)
		err = flush_replies(conn);
	while (err >= 0 && !conn->blocked) {
		err = flush_live(conn, streams);
		if (err == 0)
			break;
	}
	return err < 0 ? err : 0;
}

bool conn_has_unsent(const struct conn *conn)
{
	return queue_length(&conn->replies) > 0 ||
	       conn->partial_begin < conn->partial_end;
}

/* --- subscriptions ---------------------------------------------------------------------- */

int conn_fit(struct conn *conn, const struct stream *streams)
{
	size_t need = conn->partial_size;
	char *partial;

	for (int k = 0; k < STREAM_N; k++) {
		if (conn->subscriptions[k].on && streams[k].slot_size > need)
			need = streams[k].slot_size;
	}
	if (need == conn->partial_size)
		return 0;
	partial = realloc(conn->partial, need);
	if (!partial)
		return -ENOMEM;
	conn->partial = partial;
	conn->partial_size = need;
	return 0;
}

int conn_subscribe(
	struct conn *conn, const struct stream *streams, int kind, double max_hz)
{
	struct conn_subscription *s = &conn->subscriptions[kind];
	struct conn_subscription before = *s;

	if (!s->on)
		*s = (struct conn_subscription){ .on = true,
			.cursor = streams[kind].head };
	s->period_ns = max_hz > 0 ? (int64_t)((double)CLOCK_NS_PER_S / max_hz) : 0;
	s->next_due_ns = INT64_MIN / 2;
	if (conn_fit(conn, streams) == 0)
		return 0;
	*s = before;
	return -ENOMEM;
}

void conn_unsubscribe(struct conn *conn, int kind)
{
	conn->subscriptions[kind].on = false;
}

bool conn_is_due(const struct conn *conn, int kind, int64_t t_ns)
{
	const struct conn_subscription *s = &conn->subscriptions[kind];

	return s->on && is_due(s, t_ns);
}

/* --- reading on the other side ---------------------------------------------------------- */

int conn_check(struct conn *conn, int64_t now_ns)
{
	int64_t n_read;

	settle(conn);
	if (!conn->owed)
		return 0;
	if (conn->owed_since_ns == 0)
		conn->owed_since_ns = conn->progress_ns = now_ns;
	n_read = conn->charged - unread_charge(conn);
	if (n_read > conn->n_read) {
		conn->n_read = n_read;
		conn->progress_ns = now_ns;
	}
	if (now_ns - conn->progress_ns >= CONN_UNREAD_NS ||
		now_ns - conn->owed_since_ns >= CONN_UNREAD_SLOW_NS)
		return -ETIMEDOUT;
	return 0;
}
