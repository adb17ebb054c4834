/* The server on a real socket in a folder of its own: limits, refusals, live data, stale sockets. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <systemd/sd-event.h>

#include "src/base/clock.h"
#include "src/base/log.h"
#include "src/ipc/listener.h"
#include "src/ipc/server.h"
#include "tests/support/unix_socket.h"

#define MAX_CLIENTS 4

struct bench {
	sd_event *event;
	struct server *server;
	char folder[64], path[96];
	uint64_t deferred; /* number of the client whose answer was put off */
	int n_deferred;
	uint64_t veiled; /* number of the client that may not know whose the data are */
	char deferred_id[RPC_ID_SIZE];
};

/* Methods of the test: echo, subscribe (sample), follow (trial), later, alone, huge. */
static void serve(struct conn *conn, const struct rpc_request *request, void *ctx)
{
	struct bench *b = ctx;
	const char *id = request->has_id ? request->id : NULL;
	struct rpc_error error;

	if (strcmp(request->method, "subscribe") == 0) {
		assert_int_equal(
			server_subscribe(b->server, conn, STREAM_SAMPLE, 0), 0);
	} else if (strcmp(request->method, "follow") == 0) {
		assert_int_equal(server_subscribe(b->server, conn, STREAM_TRIAL, 0), 0);
	} else if (strcmp(request->method, "later") == 0 ||
		   strcmp(request->method, "alone") == 0) {
		if (strcmp(request->method, "alone") == 0)
			server_hold(b->server, conn);
		b->deferred = conn->number;
		snprintf(b->deferred_id, sizeof(b->deferred_id), "%s", request->id);
		b->n_deferred++;
		server_defer(b->server, conn);
		return;
	} else if (strcmp(request->method, "echo") != 0) {
		rpc_error_set(&error, RPC_UNKNOWN_METHOD, "no %s", request->method);
		server_refuse(b->server, conn, id, &error);
		return;
	}
	jsonw_uint(server_reply_begin(b->server, id), conn->number);
	server_reply_end(b->server, conn);
}

static bool is_veiled(const struct conn *conn, void *ctx)
{
	return conn->number == ((struct bench *)ctx)->veiled;
}

static void quiet(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx)
{
	(void)level;
	(void)tag;
	(void)event;
	(void)message;
	(void)ctx;
}

static int open_server(struct bench *b, char *message, size_t size)
{
	const struct server_handlers handlers = { serve, b, is_veiled };
	struct server_options options = { .path = b->path,
		.max_clients = MAX_CLIENTS,
		.roles = { getuid(), (gid_t)-1, (gid_t)-1, (gid_t)-1 } };

	return server_new(b->event, &options, &handlers, &b->server, message, size);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	char message[512];

	assert_non_null(b);
	log_set_sink(quiet, NULL);
	strcpy(b->folder, "/tmp/stance-server-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/s.sock", b->folder);
	assert_true(sd_event_new(&b->event) >= 0);
	assert_int_equal(open_server(b, message, sizeof(message)), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	server_free(b->server);
	sd_event_unref(b->event);
	unlink(b->path);
	assert_int_equal(rmdir(b->folder), 0);
	free(b);
	return 0;
}

/* Let the loop do what is due now. */
static void turn(struct bench *b)
{
	while (sd_event_run(b->event, 0) > 0)
		continue;
}

static int dial(struct bench *b)
{
	const int fd = unix_socket_dial(b->path, SOCK_NONBLOCK);

	turn(b);
	return fd;
}

static void say(struct bench *b, int fd, const char *text)
{
	assert_int_equal(
		send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
	turn(b);
}

static const char *hear(int fd)
{
	static char text[65536];
	ssize_t n = read(fd, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static int code_of(const char *line)
{
	json_t *json = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
	json_int_t code = json_integer_value(
		json_object_get(json_object_get(json, "error"), "code"));

	json_decref(json);
	return (int)code;
}

#define ECHO "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"echo\"}\n"

static void requests_are_answered(void **state)
{
	struct bench *b = *state;
	int fd = dial(b);

	say(b, fd, ECHO);
	assert_string_equal(hear(fd), "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1}\n");
	say(b, fd, "nonsense\n" ECHO);
	assert_int_equal(code_of(hear(fd)), RPC_PARSE_ERROR);
	say(b, fd, "{\"jsonrpc\":\"2.0\",\"method\":\"echo\"}\n");
	assert_string_equal(hear(fd), "");
	say(b, fd, "{\"jsonrpc\":\"2.0\",\"method\":\"unknown\"}\n");
	assert_string_equal(hear(fd), "");
	close(fd);
	turn(b);
	assert_int_equal(server_n_clients(b->server), 0);
}

static void many_requests_at_once_are_all_answered(void **state)
{
	struct bench *b = *state;
	char text[500 * sizeof(ECHO)] = "";
	int fd = dial(b), n = 0;

	for (int i = 0; i < 500; i++)
		memcpy(text + (size_t)i * strlen(ECHO), ECHO, sizeof(ECHO));
	say(b, fd, text);
	for (int i = 0; i < 100; i++) {
		turn(b);
		for (const char *p = hear(fd); (p = strchr(p, '\n')); p++)
			n++;
	}
	assert_int_equal(n, 500);
	close(fd);
}

/* A client that asks without reading stops being read; it costs bounded memory. */
static void a_flood_without_reading_is_held_back(void **state)
{
	struct bench *b = *state;
	int fd = dial(b), n_sent = 0, n = 0, idle = 0;

	for (int i = 0; i < 2000000 && idle < 10; i++) {
		ssize_t sent = send(fd, ECHO, strlen(ECHO), MSG_NOSIGNAL);

		n_sent += sent > 0;
		idle = sent > 0 ? 0 : idle + 1;
		turn(b);
	}
	assert_int_equal(idle, 10);
	assert_int_equal(server_n_clients(b->server), 1);
	for (int i = 0; i < 10000 && n < n_sent; i++) {
		turn(b);
		for (const char *p = hear(fd); (p = strchr(p, '\n')); p++)
			n++;
	}
	assert_int_equal(n, n_sent);
	close(fd);
}

static void more_than_the_limit_are_told_so(void **state)
{
	struct bench *b = *state;
	int fds[MAX_CLIENTS + 1];
	char end;

	for (int i = 0; i <= MAX_CLIENTS; i++)
		fds[i] = dial(b);
	assert_int_equal(server_n_clients(b->server), MAX_CLIENTS);
	assert_int_equal(code_of(hear(fds[MAX_CLIENTS])), RPC_TOO_MANY_CLIENTS);
	assert_int_equal(read(fds[MAX_CLIENTS], &end, 1), 0);
	close(fds[0]);
	turn(b);
	close(fds[MAX_CLIENTS]);
	fds[0] = dial(b);
	say(b, fds[0], ECHO);
	assert_non_null(strstr(hear(fds[0]), "result"));
	for (int i = 0; i < MAX_CLIENTS; i++)
		close(fds[i]);
}

static void a_thousand_come_and_go(void **state)
{
	struct bench *b = *state;
	int good = dial(b);

	for (int i = 0; i < 1000; i++) {
		int fd = dial(b);

		if (i % 2)
			say(b, fd, ECHO);
		close(fd);
	}
	turn(b);
	assert_int_equal(server_n_clients(b->server), 1);
	say(b, good, ECHO);
	assert_string_equal(
		hear(good), "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1}\n");
	close(good);
}

static void a_long_line_is_answered_and_ends_it(void **state)
{
	struct bench *b = *state;
	int fd = dial(b);
	char *line = malloc(RPC_LINE_MAX + 100), end;

	assert_non_null(line);
	memset(line, 'x', RPC_LINE_MAX + 100);
	assert_int_equal(
		send(fd, line, RPC_LINE_MAX + 100, MSG_NOSIGNAL), RPC_LINE_MAX + 100);
	turn(b);
	assert_int_equal(code_of(hear(fd)), RPC_INVALID_REQUEST);
	assert_int_equal(read(fd, &end, 1), 0);
	close(fd);
	turn(b);
	assert_int_equal(server_n_clients(b->server), 0);
	free(line);
}

static void publish(struct bench *b, uint64_t value)
{
	jsonw_uint(server_publish_begin(b->server, STREAM_SAMPLE), value);
	server_publish_end(b->server, STREAM_SAMPLE, 0);
}

#define SUBSCRIBE "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\"}\n"

static void subscribers_get_what_is_published(void **state)
{
	struct bench *b = *state;
	int fd = dial(b), other = dial(b);

	assert_false(server_wants(b->server, STREAM_SAMPLE, 0));
	publish(b, 1);
	say(b, fd, SUBSCRIBE);
	hear(fd);
	assert_true(server_wants(b->server, STREAM_SAMPLE, 0));
	publish(b, 2);
	assert_string_equal(
		hear(fd), "{\"jsonrpc\":\"2.0\",\"method\":\"sample\",\"params\":2}\n");
	assert_string_equal(hear(other), "");
	close(fd);
	close(other);
	turn(b);
	assert_false(server_wants(b->server, STREAM_SAMPLE, 0));
}

/* A peer that is gone is found out by publishing to it and leaves nothing behind. */
static void publishing_survives_those_who_left(void **state)
{
	struct bench *b = *state;
	int good = dial(b), gone = dial(b);

	say(b, gone, SUBSCRIBE);
	say(b, good, SUBSCRIBE);
	hear(good);
	close(gone);
	for (uint64_t i = 0; i < 100; i++)
		publish(b, i);
	turn(b);
	assert_int_equal(server_n_clients(b->server), 1);
	assert_non_null(strstr(hear(good), "\"params\":99}"));
	close(good);
}

static void one_that_never_reads_delays_nobody(void **state)
{
	struct bench *b = *state;
	int good = dial(b), lazy = dial(b);
	uint64_t n = 3000;
	int got = 0;

	say(b, lazy, SUBSCRIBE);
	say(b, good, SUBSCRIBE);
	hear(good);
	for (uint64_t i = 0; i < n; i++) {
		publish(b, i);
		turn(b);
		got += strstr(hear(good), "sample") != NULL;
	}
	assert_int_equal(got, n);
	close(good);
	close(lazy);
}

static void an_answer_may_come_later(void **state)
{
	struct bench *b = *state;
	int fd = dial(b);
	struct conn *conn;

	/* The client closes its sending side, as socat does, and still gets the answer. */
	say(b, fd, "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"later\"}\n");
	shutdown(fd, SHUT_WR);
	turn(b);
	assert_string_equal(hear(fd), "");
	conn = server_undefer(b->server, b->deferred);
	assert_non_null(conn);
	jsonw_bool(server_reply_begin(b->server, b->deferred_id), true);
	server_reply_end(b->server, conn);
	turn(b);
	assert_string_equal(
		hear(fd), "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"result\":true}\n");
	close(fd);
	turn(b);
	assert_null(server_undefer(b->server, b->deferred));
}

static void answer_later(struct bench *b, const char *id)
{
	struct conn *conn = server_undefer(b->server, b->deferred);

	assert_non_null(conn);
	jsonw_bool(server_reply_begin(b->server, id), true);
	server_reply_end(b->server, conn);
	turn(b);
}

static void several_answers_may_come_later(void **state)
{
	struct bench *b = *state;
	int fd = dial(b);

	say(b, fd,
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"later\"}\n"
		"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"later\"}\n");
	shutdown(fd, SHUT_WR);
	turn(b);
	answer_later(b, "1");
	assert_string_equal(
		hear(fd), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":true}\n");
	answer_later(b, "2");
	assert_string_equal(
		hear(fd), "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":true}\n");
	/* Nothing more is to come: the daemon lets go of it. */
	for (int i = 0; i < 100 && server_n_clients(b->server) > 0; i++) {
		usleep(20000);
		turn(b);
	}
	assert_int_equal(server_n_clients(b->server), 0);
	close(fd);
}

/* What follows waits for the answer, though it came in one piece with the request. */
static void a_held_client_is_served_no_further(void **state)
{
	struct bench *b = *state;
	int fd = dial(b), other = dial(b);
	struct conn *conn;

	say(b, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"alone\"}\n" ECHO);
	say(b, other, ECHO);
	assert_string_equal(hear(fd), "");
	assert_non_null(strstr(hear(other), "\"result\":2"));
	conn = server_undefer(b->server, b->deferred);
	server_release(b->server, conn);
	jsonw_bool(server_reply_begin(b->server, "1"), true);
	server_reply_end(b->server, conn);
	turn(b);
	assert_string_equal(hear(fd), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":true}\n"
				      "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1}\n");
	close(fd);
	close(other);
	turn(b);
}

static void publish_name(struct bench *b, const char *name)
{
	jsonw_string(server_publish_begin(b->server, STREAM_TRIAL), name);
	jsonw_null(server_publish_veil(b->server, STREAM_TRIAL));
	server_publish_end(b->server, STREAM_TRIAL, 0);
}

#define TOLD(what) "{\"jsonrpc\":\"2.0\",\"method\":\"trial\",\"params\":" what "}\n"

/* Judged when it is sent: what waits in the ring is veiled too. */
static void a_veiled_client_is_not_told_whose_it_is(void **state)
{
	struct bench *b = *state;
	int fd = dial(b), other = dial(b);

	say(b, fd, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"follow\"}\n");
	say(b, other, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"follow\"}\n");
	hear(fd), hear(other);
	publish_name(b, "P-7");
	assert_string_equal(hear(fd), TOLD("\"P-7\""));
	assert_string_equal(hear(other), TOLD("\"P-7\""));
	b->veiled = 2;
	for (int i = 0; i < 40; i++)
		publish_name(b, "P-7");
	for (const char *line = hear(other); *line; line = strchr(line, '\n') + 1)
		assert_memory_equal(line, TOLD("null"), strlen(TOLD("null")));
	assert_memory_equal(hear(fd), TOLD("\"P-7\""), strlen(TOLD("\"P-7\"")));
	/* one that names nobody needs no veil */
	jsonw_uint(server_publish_begin(b->server, STREAM_TRIAL), 5);
	server_publish_end(b->server, STREAM_TRIAL, 0);
	assert_string_equal(hear(other), TOLD("5"));
	close(fd);
	close(other);
	turn(b);
}

static void too_many_promises_stop_the_reading(void **state)
{
	struct bench *b = *state;
	int fd = dial(b);
	int n = 2 * CONN_DEFERRED_PAUSE;

	for (int i = 0; i < n; i++)
		say(b, fd, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"later\"}\n");
	turn(b);
	assert_int_equal(b->n_deferred, CONN_DEFERRED_PAUSE);
	for (int i = 0; i < n; i++)
		answer_later(b, "7");
	assert_int_equal(b->n_deferred, n);
	close(fd);
	turn(b);
}

static void a_message_too_long_is_dropped_alone(void **state)
{
	struct bench *b = *state;
	int fd = dial(b);
	struct jsonw *w;

	say(b, fd, SUBSCRIBE);
	hear(fd);
	publish(b, 1);
	w = server_publish_begin(b->server, STREAM_SAMPLE);
	jsonw_begin_array(w);
	for (int i = 0; i < 10000; i++)
		jsonw_int(w, i);
	jsonw_end_array(w);
	server_publish_end(b->server, STREAM_SAMPLE, 0);
	publish(b, 2);
	assert_string_equal(hear(fd),
		"{\"jsonrpc\":\"2.0\",\"method\":\"sample\",\"params\":1}\n"
		"{\"jsonrpc\":\"2.0\",\"method\":\"sample\",\"params\":2}\n");
	close(fd);
}

/* Without descriptors the peers are turned away, not left to spin the loop. */
static void without_descriptors_peers_are_turned_away(void **state)
{
	struct bench *b = *state;
	struct rlimit before, tight;
	int fd = unix_socket_new(0);

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	tight = before;
	tight.rlim_cur = (rlim_t)fd + 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	unix_socket_connect(fd, b->path);
	turn(b);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(code_of(hear(fd)), RPC_TOO_MANY_CLIENTS);
	assert_int_equal(server_n_clients(b->server), 0);
	close(fd);
	fd = dial(b);
	assert_int_equal(server_n_clients(b->server), 1);
	close(fd);
}

/* --- the socket file -------------------------------------------------------------------- */

static void a_living_socket_is_left_alone(void **state)
{
	struct bench *b = *state, second = *b;
	char message[512], pid[32];

	assert_int_equal(open_server(&second, message, sizeof(message)), -EADDRINUSE);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_non_null(strstr(message, pid));
	say(b, dial(b), ECHO);
	assert_int_equal(server_n_clients(b->server), 1);
}

static void a_stale_socket_is_replaced(void **state)
{
	struct bench *b = *state;
	const int fd = unix_socket_new(0);
	char message[512];

	server_free(b->server);
	assert_int_equal(access(b->path, F_OK), -1);
	unix_socket_bind(fd, b->path);
	close(fd);
	assert_int_equal(open_server(b, message, sizeof(message)), 0);
	close(dial(b));
}

static void a_file_is_not_removed(void **state)
{
	struct bench *b = *state, second = *b;
	char message[512];

	snprintf(second.path, sizeof(second.path), "%.60s/file", b->folder);
	close(open(second.path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(open_server(&second, message, sizeof(message)), -EEXIST);
	assert_non_null(strstr(message, "--socket"));
	assert_int_equal(unlink(second.path), 0);
}

static void paths_have_their_limits(void **state)
{
	char path[300], message[512];

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(listener_open(path, message, sizeof(message)), -ENAMETOOLONG);
	assert_int_equal(
		listener_open("/no/such/folder/s.sock", message, sizeof(message)),
		-ENOENT);
	assert_non_null(strstr(message, "/no/such/folder"));
}

static void the_socket_is_for_its_group(void **state)
{
	struct bench *b = *state;
	struct stat what;

	assert_int_equal(stat(b->path, &what), 0);
	assert_int_equal(what.st_mode & 07777, 0660);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(requests_are_answered),
		TEST(many_requests_at_once_are_all_answered),
		TEST(a_flood_without_reading_is_held_back),
		TEST(more_than_the_limit_are_told_so),
		TEST(a_thousand_come_and_go),
		TEST(a_long_line_is_answered_and_ends_it),
		TEST(subscribers_get_what_is_published),
		TEST(publishing_survives_those_who_left),
		TEST(one_that_never_reads_delays_nobody),
		TEST(an_answer_may_come_later),
		TEST(several_answers_may_come_later),
		TEST(a_held_client_is_served_no_further),
		TEST(a_veiled_client_is_not_told_whose_it_is),
		TEST(too_many_promises_stop_the_reading),
		TEST(a_message_too_long_is_dropped_alone),
		TEST(without_descriptors_peers_are_turned_away),
		TEST(a_living_socket_is_left_alone),
		TEST(a_stale_socket_is_replaced),
		TEST(a_file_is_not_removed),
		TEST(paths_have_their_limits),
		TEST(the_socket_is_for_its_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
