/* The client against a daemon made of a thread of this test: framing, long lines, the end. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "src/ipc/client.h"
#include "tests/support/unix_socket.h"

#define WAIT_MS 5000

/* One connection: the client's end and the raw end of the daemon. */
struct pair {
	char path[64];
	int listener, peer;
	struct client *client;
};

static int set_up(void **state)
{
	struct pair *pair = calloc(1, sizeof(*pair));

	strcpy(pair->path, "/tmp/test-client-XXXXXX");
	if (!mkdtemp(pair->path))
		return -1;
	strcat(pair->path, "/s");
	pair->listener = unix_socket_listen(pair->path);
	if (client_open(pair->path, &pair->client) < 0)
		return -1;
	pair->peer = accept(pair->listener, NULL, NULL);
	*state = pair;
	return pair->peer < 0;
}

static int tear_down(void **state)
{
	struct pair *pair = *state;

	client_close(pair->client);
	if (pair->peer >= 0)
		close(pair->peer);
	close(pair->listener);
	unlink(pair->path);
	*strrchr(pair->path, '/') = '\0';
	rmdir(pair->path);
	free(pair);
	return 0;
}

static void say(const struct pair *pair, const char *text)
{
	size_t n = strlen(text);

	while (n > 0) {
		ssize_t sent = send(pair->peer, text, n, MSG_NOSIGNAL);

		assert_true(sent > 0);
		text += sent;
		n -= (size_t)sent;
	}
}

static int next(struct pair *pair, struct client_message *message)
{
	int n;

	while ((n = client_poll(pair->client, message)) == 0)
		assert_int_equal(client_wait(pair->client, WAIT_MS), 1);
	return n;
}

static void test_messages(void **state)
{
	struct pair *pair = *state;
	struct client_message m;

	assert_int_equal(client_poll(pair->client, &m), 0);
	assert_int_equal(client_wait(pair->client, 0), 0);
	say(pair, "{\"jsonrpc\":\"2.0\",\"method\":\"sample\",\"params\":{\"seq\":7}}"
		  "\n{\"jso");
	assert_int_equal(next(pair, &m), 1);
	assert_string_equal(m.method, "sample");
	assert_int_equal(json_integer_value(json_object_get(m.params, "seq")), 7);
	assert_int_equal(m.n_line, strlen(m.line));
	assert_int_equal(client_poll(pair->client, &m), 0);
	say(pair, "nrpc\":\"2.0\",\"id\":3,\"result\":null}\n");
	assert_int_equal(next(pair, &m), 1);
	assert_null(m.method);
	assert_int_equal(m.id, 3);
	assert_true(json_is_null(m.result));
}

/* Byte by byte or many at once: the same messages come out. */
static void test_any_chunks(void **state)
{
	static const char text[] =
		"{\"method\":\"a\"}\n{\"id\":1,\"error\":{\"code\":-1}}\n";
	struct pair *pair = *state;
	struct client_message m;

	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		const char byte[2] = { text[i], '\0' };

		say(pair, byte);
		assert_int_equal(client_wait(pair->client, WAIT_MS), 1);
		if (text[i] != '\n')
			assert_int_equal(client_poll(pair->client, &m), 0);
		else
			assert_int_equal(client_poll(pair->client, &m), 1);
	}
	assert_non_null(m.error);
	for (int i = 0; i < 50; i++)
		say(pair, text);
	for (int i = 0; i < 100; i++)
		assert_int_equal(next(pair, &m), 1);
	assert_int_equal(client_poll(pair->client, &m), 0);
}

static void test_bad_lines_are_skipped(void **state)
{
	static const char *const bad[] = { "nonsense\n", "[1]\n", "{}\n",
		"{\"id\":1}\n", "\n", "{\"method\":\"a\"\n",
		"{\"method\":\"\xff\"}\n" };
	struct pair *pair = *state;
	struct client_message m;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		say(pair, bad[i]);
		assert_int_equal(next(pair, &m), -EBADMSG);
	}
	say(pair, "{\"method\":\"a\"}\n");
	assert_int_equal(next(pair, &m), 1);
}

struct flood {
	const struct pair *pair;
	size_t n;
};

static void *pour(void *ctx)
{
	const struct flood *flood = ctx;
	char *line = malloc(flood->n + 2);

	memset(line, 'x', flood->n);
	memcpy(line, "{\"method\":\"", 11);
	memcpy(line + flood->n - 2, "\"}\n", 4);
	say(flood->pair, line);
	free(line);
	say(flood->pair, "{\"method\":\"after\"}\n");
	return NULL;
}

static void check_long_line(struct pair *pair, size_t n, int wanted)
{
	struct flood flood = { pair, n };
	struct client_message m;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, pour, &flood), 0);
	assert_int_equal(next(pair, &m), wanted);
	if (wanted == 1)
		assert_int_equal(m.n_line, n);
	assert_int_equal(next(pair, &m), 1);
	assert_string_equal(m.method, "after");
	pthread_join(thread, NULL);
}

static void test_long_lines(void **state)
{
	struct pair *pair = *state;

	check_long_line(pair, 100000, 1);
	check_long_line(pair, CLIENT_LINE_MAX, 1);
	check_long_line(pair, CLIENT_LINE_MAX + 1, -EBADMSG);
	check_long_line(pair, 3 * CLIENT_LINE_MAX, -EBADMSG);
	check_long_line(pair, 50, 1);
}

static void test_the_end(void **state)
{
	struct pair *pair = *state;
	struct client_message m;

	say(pair, "{\"method\":\"last\"}\n{\"method\":\"cut");
	close(pair->peer);
	pair->peer = -1;
	assert_int_equal(next(pair, &m), 1);
	assert_string_equal(m.method, "last");
	assert_int_equal(next(pair, &m), -EPIPE);
	assert_int_equal(client_wait(pair->client, WAIT_MS), 1);
	assert_int_equal(client_poll(pair->client, &m), -EPIPE);
	assert_int_equal(client_send(pair->client, "status", NULL), -EPIPE);
}

static void read_request(const struct pair *pair, char *line, size_t size)
{
	size_t n = 0;

	do
		assert_int_equal(read(pair->peer, line + n, 1), 1);
	while (line[n++] != '\n' && n < size - 1);
	line[n] = '\0';
}

/* Answers a call with noise before the answer. */
static void *answer(void *ctx)
{
	const struct pair *pair = ctx;
	char line[256];

	read_request(pair, line, sizeof(line));
	if (strcmp(line, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}\n") != 0)
		return strdup("another request");
	say(pair, "{\"method\":\"sample\",\"params\":{}}\nnoise\n{\"id\":99,\"result\":"
		  "1}\n"
		  "{\"id\":1,\"result\":{\"ok\":true}}\n");
	read_request(pair, line, sizeof(line));
	if (strcmp(line, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"subscribe\","
			 "\"params\":{\"a\":1}}"
			 "\n") != 0)
		return strdup("other parameters");
	say(pair, "{\"id\":2,\"error\":{\"code\":-32602,\"message\":\"no\"}}\n");
	read_request(pair, line, sizeof(line));
	say(pair, "{\"id\":null,\"error\":{\"code\":-32000,\"message\":\"full\"}}\n");
	return NULL;
}

static void test_calls(void **state)
{
	struct pair *pair = *state;
	struct client_message m;
	pthread_t thread;
	void *wrong;

	assert_int_equal(pthread_create(&thread, NULL, answer, pair), 0);
	assert_int_equal(client_call(pair->client, "status", NULL, WAIT_MS, &m), 0);
	assert_true(json_is_true(json_object_get(m.result, "ok")));
	assert_int_equal(
		client_call(pair->client, "subscribe", "{\"a\":1}", WAIT_MS, &m),
		-EREMOTEIO);
	assert_string_equal(
		json_string_value(json_object_get(m.error, "message")), "no");
	assert_int_equal(client_call(pair->client, "x", NULL, WAIT_MS, &m), -EREMOTEIO);
	pthread_join(thread, &wrong);
	assert_null(wrong);
	assert_int_equal(client_call(pair->client, "status", NULL, 50, &m), -ETIMEDOUT);
}

/* Requests wait for a daemon that does not read, and none is lost. */
static void test_a_daemon_that_does_not_read(void **state)
{
	struct pair *pair = *state;
	struct client_message m;
	char line[256];
	int n = 0;

	while (!client_wants_write(pair->client) && n < 100000) {
		assert_int_equal(client_send(pair->client, "status", NULL), n + 1);
		n++;
	}
	assert_true(n < 100000);
	for (int i = 0; i < n; i++) {
		char wanted[128];

		if (i == n / 2)
			client_poll(pair->client, &m);
		snprintf(wanted, sizeof(wanted),
			"{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"status\"}\n",
			i + 1);
		if (i == n - 1)
			client_poll(pair->client, &m);
		read_request(pair, line, sizeof(line));
		assert_string_equal(line, wanted);
	}
	assert_false(client_wants_write(pair->client));
}

static void test_open_errors(void **state)
{
	struct client *client = NULL;
	char path[300];

	(void)state;
	assert_int_equal(client_open("/nonexistent/socket", &client), -ENOENT);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(client_open(path, &client), -ENAMETOOLONG);
	assert_int_equal(client_open("/dev/null", &client), -ECONNREFUSED);
	assert_null(client);
	client_close(NULL);
}

#define WITH_PAIR(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PAIR(test_messages),
		WITH_PAIR(test_any_chunks),
		WITH_PAIR(test_bad_lines_are_skipped),
		WITH_PAIR(test_long_lines),
		WITH_PAIR(test_the_end),
		WITH_PAIR(test_calls),
		WITH_PAIR(test_a_daemon_that_does_not_read),
		cmocka_unit_test(test_open_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
