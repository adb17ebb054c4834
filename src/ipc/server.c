#define _GNU_SOURCE /* accept4() */
#include "src/ipc/server.h"

#include <errno.h>
#include <math.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "src/base/clock.h"
#include "src/ipc/document_training.h"
#include "src/ipc/documents.h"
#include "src/ipc/listener.h"

#define LOG_TAG "server"
#include "src/base/log.h"

/* Bounds of one turn of the loop, so that no client takes the daemon's time (chosen). */
#define ACCEPTS_PER_TURN 8
#define LINES_PER_TURN   16

/* Chosen: a tenth of the 5 s that a client has. */
#define CHECK_PERIOD_NS (CLOCK_NS_PER_S / 2)
#define CHECK_SLACK_US  100000

/* Room around a document: {"jsonrpc":"2.0","method":"...","params":...}\n */
#define ENVELOPE_MAX 64

/* A client, in the order of arrival. */
struct client {
	struct conn conn; /* first: request_fn gets a pointer to it */
	struct server *server;
	sd_event_source *io;
	uint32_t events;
	bool more;   /* whole lines may wait in the buffer */
	bool doomed; /* to be closed by sweep() */
};

struct server {
	sd_event *event;
	struct server_handlers handlers;
	struct roles roles;
	char path[256];
	int fd, reserve_fd;
	sd_event_source *accept_io, *check_timer;
	bool check_armed, paused;
	struct client **clients;
	int n_clients, max_clients;
	int n_doomed;
	uint64_t next_number, next_order;
	uint64_t n_refused;
	int64_t refused_said_ns;
	struct stream streams[STREAM_N];
	struct jsonw writer;
	bool has_veil;      /* the message being published: its veil is being written */
	size_t open_length; /* of its other text, 0: too long */
	bool reply_wanted;  /* false: the request was a notification */
	char reply[SERVER_REPLY_MAX];
};

static struct client *client_of(struct conn *conn)
{
	return (struct client *)conn;
}

/* --- coming and going -------------------------------------------------------------------- */

static void doom(struct client *c, const char *why)
{
	if (c->doomed)
		return;
	log_debug("client %llu (pid %d) closed: %s", (unsigned long long)c->conn.number,
		(int)c->conn.pid, why);
	c->doomed = true;
	c->server->n_doomed++;
	/* The hang-up that follows brings the loop to sweep(). */
	shutdown(c->conn.fd, SHUT_RDWR);
}

static void free_client(struct client *c)
{
	sd_event_source_disable_unref(c->io);
	conn_fini(&c->conn);
	free(c);
}

/* Free the doomed: only from the loop's own calls, never below a caller that holds a client. */
static void sweep(struct server *server)
{
	int kept = 0;

	if (server->n_doomed == 0)
		return;
	for (int i = 0; i < server->n_clients; i++) {
		if (server->clients[i]->doomed)
			free_client(server->clients[i]);
		else
			server->clients[kept++] = server->clients[i];
	}
	server->n_clients = kept;
	server->n_doomed = 0;
}

static void arm_check(struct server *server)
{
	uint64_t now_us;

	if (server->check_armed ||
		sd_event_now(server->event, CLOCK_MONOTONIC, &now_us) < 0)
		return;
	sd_event_source_set_time(server->check_timer,
		now_us + (uint64_t)(CHECK_PERIOD_NS / CLOCK_NS_PER_US));
	sd_event_source_set_enabled(server->check_timer, SD_EVENT_ONESHOT);
	server->check_armed = true;
}

/* Enough is owed to this client: first it shall read. */
static bool is_full(const struct conn *conn)
{
	return queue_length(&conn->replies) >= CONN_REPLIES_PAUSE ||
	       conn->n_deferred >= CONN_DEFERRED_PAUSE || conn->is_held;
}

/* Poll for what this client's state calls for. */
static void update_events(struct client *c)
{
	bool full = is_full(&c->conn);
	uint32_t events = 0;

	if (!c->conn.read_closed && !full && !c->more)
		events |= EPOLLIN;
	if (c->conn.blocked || (c->more && !full))
		events |= EPOLLOUT;
	if (events == c->events || c->doomed)
		return;
	if (sd_event_source_set_io_events(c->io, events) < 0)
		doom(c, "cannot be polled");
	c->events = events;
}

static void flush(struct client *c)
{
	const struct server_handlers *h = &c->server->handlers;
	int err;

	if (c->doomed)
		return;
	c->conn.is_veiled = h->is_veiled_fn && h->is_veiled_fn(&c->conn, h->ctx);
	err = conn_flush(&c->conn, c->server->streams);
	if (err < 0)
		doom(c, strerror(-err));
	else if (c->conn.owed)
		arm_check(c->server);
	update_events(c);
}

/* --- requests ---------------------------------------------------------------------------- */

static void push_reply(struct server *server, struct conn *conn)
{
	int n = jsonw_finish(&server->writer);

	if (!server->reply_wanted)
		return;
	if (n < 0) {
		log_err("an answer is longer than %d bytes and was not sent",
			SERVER_REPLY_MAX);
		doom(client_of(conn), "its answer does not fit");
		return;
	}
	if (conn_push_reply(conn, server->reply, (size_t)n, clock_now_ns()) < 0)
		doom(client_of(conn), "too many answers wait");
}

struct jsonw *server_reply_begin(struct server *server, const char *id)
{
	jsonw_init(&server->writer, server->reply, sizeof(server->reply));
	server->reply_wanted = id;
	rpc_begin_result(&server->writer, id ? id : "null");
	return &server->writer;
}

void server_reply_end(struct server *server, struct conn *conn)
{
	rpc_end_line(&server->writer);
	push_reply(server, conn);
	flush(client_of(conn));
}

void server_refuse(struct server *server, struct conn *conn, const char *id,
	const struct rpc_error *error)
{
	jsonw_init(&server->writer, server->reply, sizeof(server->reply));
	server->reply_wanted = id;
	rpc_put_error(&server->writer, id ? id : "null", error);
	push_reply(server, conn);
	flush(client_of(conn));
}

void server_defer(struct server *server, struct conn *conn)
{
	(void)server;
	conn->n_deferred++;
}

void server_hold(struct server *server, struct conn *conn)
{
	(void)server;
	conn->is_held = true;
}

void server_release(struct server *server, struct conn *conn)
{
	(void)server;
	conn->is_held = false;
}

struct conn *server_undefer(struct server *server, uint64_t number)
{
	for (int i = 0; i < server->n_clients; i++) {
		struct conn *conn = &server->clients[i]->conn;

		if (conn->number == number && !server->clients[i]->doomed) {
			conn->n_deferred--;
			arm_check(server); /* for one that waited half-closed */
			return conn;
		}
	}
	return NULL;
}

bool server_has(const struct server *server, uint64_t number)
{
	for (int i = 0; i < server->n_clients; i++) {
		if (server->clients[i]->conn.number == number)
			return !server->clients[i]->doomed;
	}
	return false;
}

static void serve_line(struct client *c, const char *line, size_t n)
{
	struct server *server = c->server;
	struct rpc_request request;
	struct rpc_error error;

	if (rpc_parse(line, n, &request, &error) < 0)
		server_refuse(server, &c->conn, request.id, &error);
	else
		server->handlers.request_fn(&c->conn, &request, server->handlers.ctx);
	rpc_request_fini(&request);
}

/* A line over the limit: say so, then take in and forget what is still on its way, so that the
 * peer can read the answer before the connection ends. */
static void refuse_long_line(struct client *c)
{
	struct rpc_error error;

	rpc_error_set(&error, RPC_INVALID_REQUEST,
		"A request may have %d bytes; this connection is closed.",
		RPC_LINE_MAX);
	for (int k = 0; k < STREAM_N; k++)
		conn_unsubscribe(&c->conn, k);
	c->conn.linger_ns = clock_now_ns() + CONN_LINGER_NS;
	server_refuse(c->server, &c->conn, "null", &error);
	shutdown(c->conn.fd, SHUT_WR);
	arm_check(c->server);
}

static void serve_lines(struct client *c)
{
	const char *line;
	size_t n;

	c->more = false;
	for (int i = 0; c->conn.linger_ns == 0 && !c->doomed; i++) {
		int got;

		if (i == LINES_PER_TURN || is_full(&c->conn)) {
			c->more = true;
			return;
		}
		got = conn_take_line(&c->conn, &line, &n);
		if (got == -EMSGSIZE)
			refuse_long_line(c);
		if (got <= 0)
			return;
		serve_line(c, line, n);
	}
}

static bool has_business(const struct conn *conn)
{
	bool listening = false;

	for (int k = 0; k < STREAM_N; k++)
		listening |= conn->subscriptions[k].on;
	return listening || conn->n_deferred > 0 || conn_has_unsent(conn);
}

static int on_client(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct client *c = userdata;
	struct server *server = c->server;
	int err = 0;

	(void)source;
	(void)fd;
	if (!c->more && !c->conn.read_closed &&
		revents & (EPOLLIN | EPOLLHUP | EPOLLERR))
		err = conn_read(&c->conn);
	if (err < 0)
		doom(c, strerror(-err));
	serve_lines(c);
	flush(c);
	if (c->conn.read_closed && !c->more &&
		(revents & (EPOLLHUP | EPOLLERR) || !has_business(&c->conn)))
		doom(c, "it left");
	update_events(c);
	sweep(server);
	return 0;
}

/* --- accepting --------------------------------------------------------------------------- */

/* Tell a peer that there is no room. It is not waited for. */
static void turn_away(struct server *server, int fd)
{
	char line[512];
	struct rpc_error error;
	struct jsonw w;
	int64_t now_ns = clock_now_ns();

	rpc_error_set(&error, RPC_TOO_MANY_CLIENTS,
		"%d clients are connected and no more are served; close one, or raise "
		"daemon.max_clients.",
		server->n_clients);
	jsonw_init(&w, line, sizeof(line));
	rpc_put_error(&w, "null", &error);
	if (send(fd, line, w.length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		log_debug("a client left before it was turned away");
	close(fd);
	server->n_refused++;
	if (server->refused_said_ns == 0 ||
		now_ns - server->refused_said_ns > 60 * CLOCK_NS_PER_S) {
		log_warn("%d clients connected, limit %d: %llu turned away so far",
			server->n_clients, server->max_clients,
			(unsigned long long)server->n_refused);
		server->refused_said_ns = now_ns;
	}
}

static int add_client(struct server *server, int fd)
{
	struct client *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	conn_init(&c->conn, fd, ++server->next_number);
	c->conn.roles = roles_of_peer(&server->roles, fd, &c->conn.pid, &c->conn.uid);
	c->server = server;
	c->events = EPOLLIN;
	err = sd_event_add_io(server->event, &c->io, fd, EPOLLIN, on_client, c);
	if (err < 0) {
		free(c);
		return err;
	}
	server->clients[server->n_clients++] = c;
	log_debug("client %llu (pid %d, uid %d) connected",
		(unsigned long long)c->conn.number, (int)c->conn.pid, (int)c->conn.uid);
	return 0;
}

/* Out of descriptors: give up the reserve to turn the peer away, else the loop would spin on a
 * connection that cannot be taken. If that fails too, stop accepting until the next check. */
static void accept_in_need(struct server *server)
{
	int fd;

	if (server->reserve_fd >= 0)
		close(server->reserve_fd);
	fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0)
		turn_away(server, fd);
	server->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || server->reserve_fd < 0) {
		sd_event_source_set_enabled(server->accept_io, SD_EVENT_OFF);
		server->paused = true;
		arm_check(server);
	}
}

/* Returns false when no more are to be accepted in this turn. */
static bool accept_one(struct server *server)
{
	int fd = accept4(server->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) {
		accept_in_need(server);
		return false;
	}
	if (fd < 0)
		return errno == ECONNABORTED;
	if (server->n_clients >= server->max_clients) {
		turn_away(server, fd);
	} else if (add_client(server, fd) < 0) {
		log_warn("no memory for another client");
		close(fd);
	}
	return true;
}

static int on_accept(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct server *server = userdata;

	(void)source;
	(void)fd;
	(void)revents;
	for (int i = 0; i < ACCEPTS_PER_TURN && accept_one(server); i++)
		continue;
	return 0;
}

/* --- the clients that do not read -------------------------------------------------------- */

static int on_check(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct server *server = userdata;
	int64_t now_ns = clock_now_ns();
	bool again = false;

	(void)source;
	(void)usec;
	server->check_armed = false;
	if (server->paused) {
		if (server->reserve_fd < 0)
			server->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		sd_event_source_set_enabled(server->accept_io, SD_EVENT_ON);
		server->paused = false;
	}
	for (int i = 0; i < server->n_clients; i++) {
		struct client *c = server->clients[i];

		if (conn_check(&c->conn, now_ns) < 0) {
			log_info("client %llu (pid %d) reads no answers: closed",
				(unsigned long long)c->conn.number, (int)c->conn.pid);
			doom(c, "it does not read");
		} else if (c->conn.linger_ns > 0 && now_ns >= c->conn.linger_ns) {
			doom(c, "its request was too long");
		} else if (c->conn.read_closed && !c->more && !has_business(&c->conn)) {
			doom(c, "it left");
		}
		again |= !c->doomed && (c->conn.owed || c->conn.linger_ns > 0);
	}
	sweep(server);
	if (again)
		arm_check(server);
	return 0;
}

/* --- live data --------------------------------------------------------------------------- */

int server_subscribe(struct server *server, struct conn *conn, int kind, double max_hz)
{
	return conn_subscribe(conn, server->streams, kind, max_hz);
}

void server_unsubscribe(struct server *server, struct conn *conn, int kind)
{
	(void)server;
	conn_unsubscribe(conn, kind);
}

int server_resize(struct server *server, int kind, size_t size)
{
	int err = stream_resize(&server->streams[kind], size + ENVELOPE_MAX);

	for (int i = 0; err == 0 && i < server->n_clients; i++) {
		if (conn_fit(&server->clients[i]->conn, server->streams) < 0)
			doom(server->clients[i], "no memory for its frames");
	}
	return err;
}

bool server_wants(const struct server *server, int kind, int64_t t_ns)
{
	for (int i = 0; i < server->n_clients; i++) {
		if (conn_is_due(&server->clients[i]->conn, kind, t_ns))
			return true;
	}
	return false;
}

bool server_is_followed(const struct server *server, int kind)
{
	for (int i = 0; i < server->n_clients; i++) {
		if (server->clients[i]->conn.subscriptions[kind].on)
			return true;
	}
	return false;
}

void server_publish_change(struct server *server, int kind)
{
	server->streams[kind].is_change = true;
}

double server_quiet_s(const struct server *server, int kind)
{
	double shortest_s = INFINITY;

	for (int i = 0; i < server->n_clients; i++) {
		const struct conn_subscription *s =
			&server->clients[i]->conn.subscriptions[kind];
		double quiet_s = s->quiet_s > 0 ? s->quiet_s : 1;

		if (s->on && quiet_s < shortest_s)
			shortest_s = quiet_s;
	}
	return isinf(shortest_s) ? 1 : shortest_s;
}

struct jsonw *server_publish_begin(struct server *server, int kind)
{
	struct stream *stream = &server->streams[kind];

	server->has_veil = false;
	jsonw_init(&server->writer, stream_begin(stream), stream->slot_size);
	rpc_begin_notification(&server->writer, stream_name(kind));
	return &server->writer;
}

/* Returns the length of what was written, 0 if it is too long. */
static size_t end_text(struct server *server, int kind)
{
	int n;

	rpc_end_line(&server->writer);
	n = jsonw_finish(&server->writer);
	if (n < 0)
		log_err("a %s is longer than its %zu bytes and was not sent",
			stream_name(kind), server->streams[kind].slot_size);
	return n < 0 ? 0 : (size_t)n;
}

struct jsonw *server_publish_veil(struct server *server, int kind)
{
	struct stream *stream = &server->streams[kind];

	server->open_length = end_text(server, kind);
	server->has_veil = true;
	jsonw_init(&server->writer, stream_begin_veil(stream), stream->slot_size);
	rpc_begin_notification(&server->writer, stream_name(kind));
	return &server->writer;
}

void server_publish_end(struct server *server, int kind, int64_t t_ns)
{
	struct stream *stream = &server->streams[kind];
	size_t length = end_text(server, kind);

	if (server->has_veil)
		stream_end_veil(stream, length);
	if (length == 0 || (server->has_veil && server->open_length == 0))
		return;
	stream_commit(stream, server->has_veil ? server->open_length : length, t_ns,
		server->next_order++);
	for (int i = 0; i < server->n_clients; i++) {
		struct client *c = server->clients[i];

		if (c->conn.subscriptions[kind].on && !c->conn.blocked)
			flush(c);
	}
}

int server_n_clients(const struct server *server)
{
	return server->n_clients - server->n_doomed;
}

/* --- beginning and end ------------------------------------------------------------------- */

/* How much of each stream is kept for clients that fall behind the socket's own buffer, and the
 * largest message: frames grow with the mat. */
static const struct {
	size_t n_slots, size;
	bool has_veil; /* its messages say whose the data are */
} the_streams[STREAM_N] = {
	[STREAM_SAMPLE] = { 64, DOCUMENTS_SAMPLE_MAX },
	[STREAM_FRAME] = { 8, 1024 },
	[STREAM_STATUS] = { 1, DOCUMENTS_STATUS_MAX },
	[STREAM_TRIAL] = { 16, 4096, true },
	/* Grows to the mat's frames when someone asks for it. */
	[STREAM_RAW] = { 256, 64 },
	/* Sentences, and a bit a cell of the largest mat as base64. */
	[STREAM_CALIBRATION] = { 8, 24 * 1024 },
	[STREAM_TRAINING] = { 16, DOCUMENT_TRAINING_MAX, true },
};

static int init_memory(struct server *server)
{
	server->clients = calloc((size_t)server->max_clients, sizeof(struct client *));
	if (!server->clients)
		return -ENOMEM;
	for (int k = 0; k < STREAM_N; k++) {
		if (stream_init(&server->streams[k], the_streams[k].n_slots,
			    the_streams[k].size + ENVELOPE_MAX) < 0)
			return -ENOMEM;
		if (the_streams[k].has_veil && stream_add_veil(&server->streams[k]) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int init_sources(struct server *server)
{
	int err = sd_event_add_io(server->event, &server->accept_io, server->fd,
		EPOLLIN, on_accept, server);

	if (err < 0)
		return err;
	err = sd_event_add_time(server->event, &server->check_timer, CLOCK_MONOTONIC, 0,
		CHECK_SLACK_US, on_check, server);
	return err < 0 ? err
		       : sd_event_source_set_enabled(server->check_timer, SD_EVENT_OFF);
}

int server_new(struct sd_event *event, const struct server_options *options,
	const struct server_handlers *handlers, struct server **out, char *message,
	size_t size)
{
	struct server *server = calloc(1, sizeof(*server));
	int err;

	snprintf(message, size, "There is not enough memory for the socket.");
	if (!server)
		return -ENOMEM;
	server->event = sd_event_ref(event);
	server->handlers = *handlers;
	server->roles = options->roles;
	server->max_clients = options->max_clients;
	server->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	snprintf(server->path, sizeof(server->path), "%s", options->path);
	server->fd = listener_open(options->path, message, size);
	err = server->fd < 0 ? server->fd : init_memory(server);
	if (err == 0)
		err = init_sources(server);
	if (err < 0) {
		server_free(server);
		return err;
	}
	*out = server;
	return 0;
}

void server_free(struct server *server)
{
	if (!server)
		return;
	for (int i = 0; i < server->n_clients; i++)
		free_client(server->clients[i]);
	free(server->clients);
	for (int k = 0; k < STREAM_N; k++)
		stream_fini(&server->streams[k]);
	sd_event_source_disable_unref(server->accept_io);
	sd_event_source_disable_unref(server->check_timer);
	if (server->fd >= 0)
		listener_close(server->fd, server->path);
	if (server->reserve_fd >= 0)
		close(server->reserve_fd);
	sd_event_unref(server->event);
	free(server);
}
