#include "src/ipc/client.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <jansson.h>

#include "src/base/clock.h"

#define FIRST_ROOM (64 * 1024) /* chosen: some hundred samples; grows for frames */

struct client {
	int fd;
	int64_t last_id;
	bool closed;     /* the daemon has gone; what it had said is still read */
	bool discarding; /* inside a line longer than CLIENT_LINE_MAX */
	char *in;        /* bytes received and not yet taken: in[start .. end) */
	size_t start, scanned, end, room;
	char *out; /* requests not yet sent: out[sent .. n_out) */
	size_t sent, n_out;
	json_t *root; /* the message last handed out */
};

int client_open(const char *path, struct client **out)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct client *client;
	int err;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	client = calloc(1, sizeof(*client));
	if (!client)
		return -ENOMEM;
	client->room = FIRST_ROOM;
	client->in = malloc(client->room);
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	err = !client->in ? -ENOMEM : client->fd < 0 ? -errno : 0;
	if (err == 0 &&
		connect(client->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		err = -errno;
	if (err < 0) {
		client_close(client);
		return err;
	}
	*out = client;
	return 0;
}

void client_close(struct client *client)
{
	if (!client)
		return;
	if (client->fd >= 0)
		close(client->fd);
	json_decref(client->root);
	free(client->in);
	free(client->out);
	free(client);
}

int client_fd(const struct client *client)
{
	return client->fd;
}

int client_wants_write(const struct client *client)
{
	return client->sent < client->n_out && !client->closed;
}

/* --- sending ---------------------------------------------------------------------- */

static void flush(struct client *client)
{
	while (client_wants_write(client)) {
		ssize_t n = send(client->fd, client->out + client->sent,
			client->n_out - client->sent, MSG_NOSIGNAL);

		if (n >= 0)
			client->sent += (size_t)n;
		else if (errno == EAGAIN)
			return;
		else if (errno != EINTR)
			client->closed = true;
	}
	client->sent = client->n_out = 0;
}

int64_t client_send(struct client *client, const char *method, const char *params)
{
	static const char format[] =
		"{\"jsonrpc\":\"2.0\",\"id\":%lld,\"method\":\"%s\"%s%s}\n";
	size_t room = sizeof(format) + 24 + strlen(method) +
		      (params ? strlen(params) + 10 : 0);
	char *out;

	if (client->closed)
		return -EPIPE;
	if (client->sent > 0)
		memmove(client->out, client->out + client->sent,
			client->n_out - client->sent);
	client->n_out -= client->sent;
	client->sent = 0;
	out = realloc(client->out, client->n_out + room);
	if (!out)
		return -ENOMEM;
	client->out = out;
	client->n_out += (size_t)snprintf(out + client->n_out, room, format,
		(long long)++client->last_id, method, params ? ",\"params\":" : "",
		params ? params : "");
	flush(client);
	return client->closed && client->end == client->start ? -EPIPE
							      : client->last_id;
}

/* --- receiving -------------------------------------------------------------------- */

/* Make room for more bytes: first by moving, then by growing up to the longest line. */
static int make_room(struct client *client)
{
	size_t room = client->room * 2;
	char *in;

	if (client->start > 0) {
		memmove(client->in, client->in + client->start,
			client->end - client->start);
		client->end -= client->start;
		client->scanned -= client->start;
		client->start = 0;
	}
	if (client->end < client->room)
		return 0;
	if (client->room > CLIENT_LINE_MAX) {
		client->discarding = true;
		client->end = client->scanned = 0;
		return 0;
	}
	if (room > CLIENT_LINE_MAX)
		room = CLIENT_LINE_MAX + 1;
	in = realloc(client->in, room);
	if (!in)
		return -ENOMEM;
	client->in = in;
	client->room = room;
	return 0;
}

/* Read once. Returns 1 if there is something new, 0 if not, -errno at the end. */
static int read_more(struct client *client)
{
	ssize_t n;

	if (client->end == client->room && make_room(client) < 0)
		return -ENOMEM;
	do
		n = read(client->fd, client->in + client->end,
			client->room - client->end);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return client->closed ? -EPIPE : 0;
	if (n <= 0) {
		client->closed = true;
		return -EPIPE;
	}
	client->end += (size_t)n;
	return 1;
}

/* Find the end of the first line received; NULL if it has not come yet. */
static char *find_line_end(struct client *client)
{
	char *newline = memchr(
		client->in + client->scanned, '\n', client->end - client->scanned);

	if (!newline)
		client->scanned = client->end;
	return newline;
}

static int take_line(
	struct client *client, char *newline, struct client_message *message)
{
	char *line = client->in + client->start;
	size_t n = (size_t)(newline - line);
	json_t *method, *id;

	*newline = '\0';
	client->start = client->scanned = client->start + n + 1;
	if (client->discarding) {
		client->discarding = false;
		return -EBADMSG;
	}
	client->root = json_loadb(line, n, JSON_DECODE_ANY, NULL);
	if (!json_is_object(client->root))
		return -EBADMSG;
	method = json_object_get(client->root, "method");
	id = json_object_get(client->root, "id");
	*message = (struct client_message){
		.method = json_string_value(method),
		.id = json_integer_value(id),
		.params = json_object_get(client->root, "params"),
		.result = json_object_get(client->root, "result"),
		.error = json_object_get(client->root, "error"),
		.line = line,
		.n_line = n,
	};
	if (!message->method && !message->result && !message->error)
		return -EBADMSG;
	return 1;
}

int client_poll(struct client *client, struct client_message *message)
{
	char *newline;

	json_decref(client->root);
	client->root = NULL;
	flush(client);
	while (!(newline = find_line_end(client))) {
		int n = read_more(client);

		if (n <= 0)
			return n;
	}
	return take_line(client, newline, message);
}

int client_wait(struct client *client, int timeout_ms)
{
	struct pollfd fd = { .fd = client->fd, .events = POLLIN };
	int n;

	if (client->closed || find_line_end(client))
		return 1;
	if (client_wants_write(client))
		fd.events |= POLLOUT;
	n = poll(&fd, 1, timeout_ms);
	return n < 0 ? -errno : n > 0;
}

int client_call(struct client *client, const char *method, const char *params,
	int timeout_ms, struct client_message *message)
{
	int64_t until_ns = clock_now_ns() + timeout_ms * CLOCK_NS_PER_MS;
	int64_t id = client_send(client, method, params);

	if (id < 0)
		return (int)id;
	for (;;) {
		int64_t left_ms = (until_ns - clock_now_ns()) / CLOCK_NS_PER_MS;
		int n = client_poll(client, message);

		/* an error without an id is about our only request too: it could not be read */
		if (n > 0 && !message->method &&
			(message->id == id || (message->error && message->id == 0)))
			return message->error ? -EREMOTEIO : 0;
		if (n < 0 && n != -EBADMSG)
			return n;
		if (left_ms <= 0)
			return -ETIMEDOUT;
		if (n == 0)
			n = client_wait(client, (int)left_ms);
		if (n == -EINTR)
			return n;
	}
}
