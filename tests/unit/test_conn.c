/* One connection over a socket pair: lines in, answers first, live data newest, debts. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/ipc/conn.h"
#include "src/ipc/rpc.h"

#define S INT64_C(1000000000)

struct bench {
	struct conn conn;
	int peer;
	struct stream streams[STREAM_N];
	uint64_t order;
	bool is_change; /* of the next message */
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	int fds[2];

	assert_non_null(b);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	conn_init(&b->conn, fds[0], 1);
	b->peer = fds[1];
	for (int k = 0; k < STREAM_N; k++)
		assert_int_equal(stream_init(&b->streams[k], 8, 1024), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	conn_fini(&b->conn);
	close(b->peer);
	for (int k = 0; k < STREAM_N; k++)
		stream_fini(&b->streams[k]);
	free(b);
	return 0;
}

static void peer_sends(struct bench *b, const char *text, size_t n)
{
	assert_int_equal(write(b->peer, text, n), (ssize_t)n);
}

static void assert_line(struct bench *b, const char *expected)
{
	const char *line;
	size_t n;

	assert_int_equal(conn_take_line(&b->conn, &line, &n), 1);
	assert_int_equal(n, strlen(expected));
	assert_memory_equal(line, expected, n);
}

static int take_nothing(struct bench *b)
{
	const char *line;
	size_t n;

	return conn_take_line(&b->conn, &line, &n);
}

static void lines_are_cut_at_newlines(void **state)
{
	struct bench *b = *state;

	assert_int_equal(take_nothing(b), 0);
	peer_sends(b, "one\n\ntw", 7);
	assert_int_equal(conn_read(&b->conn), 1);
	assert_line(b, "one");
	assert_line(b, "");
	assert_int_equal(take_nothing(b), 0);
	assert_int_equal(conn_read(&b->conn), 0);
	peer_sends(b, "o\n", 2);
	assert_int_equal(conn_read(&b->conn), 1);
	assert_line(b, "two");
}

static void the_last_line_needs_no_newline(void **state)
{
	struct bench *b = *state;

	peer_sends(b, "last", 4);
	shutdown(b->peer, SHUT_WR);
	assert_int_equal(conn_read(&b->conn), 1);
	assert_int_equal(take_nothing(b), 0);
	assert_int_equal(conn_read(&b->conn), 0);
	assert_true(b->conn.read_closed);
	assert_line(b, "last");
	assert_int_equal(take_nothing(b), 0);
}

/* Send `n` bytes and a newline as fast as the connection reads them; returns its verdict. */
static int line_of(struct bench *b, size_t n)
{
	char *text = malloc(n + 1);
	const char *line;
	size_t sent = 0, n_line;
	int got = 0;

	assert_non_null(text);
	memset(text, 'x', n);
	text[n] = '\n';
	while (got == 0) {
		ssize_t w = sent <= n ? write(b->peer, text + sent, n + 1 - sent) : 0;

		sent += w > 0 ? (size_t)w : 0;
		assert_true(conn_read(&b->conn) >= 0);
		got = conn_take_line(&b->conn, &line, &n_line);
	}
	if (got == 1)
		assert_int_equal(n_line, n);
	free(text);
	return got;
}

static void the_longest_line_is_taken(void **state)
{
	assert_int_equal(line_of(*state, RPC_LINE_MAX), 1);
	assert_int_equal(line_of(*state, RPC_LINE_MAX), 1);
}

static void a_longer_line_is_not(void **state)
{
	assert_int_equal(line_of(*state, RPC_LINE_MAX + 1), -EMSGSIZE);
}

/* --- live data -------------------------------------------------------------------------- */

static void publish(struct bench *b, int kind, int value, int64_t t_ns, size_t pad)
{
	struct stream *stream = &b->streams[kind];
	char *text = stream_begin(stream);
	int n = snprintf(text, stream->slot_size, "%s %d", stream_name(kind), value);

	memset(text + n, ' ', pad);
	text[(size_t)n + pad] = '\n';
	stream->is_change = b->is_change;
	stream_commit(stream, (size_t)n + pad + 1, t_ns, b->order++);
}

/* Everything the peer can read now, NUL-terminated. */
static char *peer_reads(struct bench *b)
{
	static char text[1 << 20];
	size_t n = 0;
	ssize_t got;

	while ((got = read(b->peer, text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	return text;
}

static void answers_go_before_live_data(void **state)
{
	struct bench *b = *state;

	assert_int_equal(conn_subscribe(&b->conn, b->streams, STREAM_SAMPLE, 0), 0);
	publish(b, STREAM_SAMPLE, 1, 0, 0);
	assert_int_equal(conn_push_reply(&b->conn, "answer\n", 7, S), 0);
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_string_equal(peer_reads(b), "answer\nsample 1\n");
}

static void streams_mix_in_order_of_publication(void **state)
{
	struct bench *b = *state;

	assert_int_equal(conn_subscribe(&b->conn, b->streams, STREAM_FRAME, 0), 0);
	assert_int_equal(conn_subscribe(&b->conn, b->streams, STREAM_SAMPLE, 0), 0);
	for (int i = 1; i <= 2; i++) {
		publish(b, STREAM_SAMPLE, i, i, 0);
		publish(b, STREAM_FRAME, i, i, 0);
		publish(b, STREAM_STATUS, i, i, 0);
	}
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_string_equal(peer_reads(b), "sample 1\nframe 1\nsample 2\nframe 2\n");
	conn_unsubscribe(&b->conn, STREAM_SAMPLE);
	publish(b, STREAM_SAMPLE, 3, 3, 0);
	publish(b, STREAM_FRAME, 3, 3, 0);
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_string_equal(peer_reads(b), "frame 3\n");
}

static void a_subscription_begins_with_the_next_message(void **state)
{
	struct bench *b = *state;

	publish(b, STREAM_SAMPLE, 1, 0, 0);
	assert_int_equal(conn_subscribe(&b->conn, b->streams, STREAM_SAMPLE, 0), 0);
	publish(b, STREAM_SAMPLE, 2, 0, 0);
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_string_equal(peer_reads(b), "sample 2\n");
}

static int count_lines(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* 100 frames a second with a millisecond of jitter, at most `max_hz` of them. */
static int decimated(struct bench *b, double max_hz)
{
	int n = 0;

	assert_int_equal(
		conn_subscribe(&b->conn, b->streams, STREAM_SAMPLE, max_hz), 0);
	for (int i = 0; i < 1000; i++) {
		int64_t t_ns = (10 * i + i * 7919 % 3 - 1) * INT64_C(1000000);

		publish(b, STREAM_SAMPLE, i, t_ns, 0);
		assert_int_equal(conn_flush(&b->conn, b->streams), 0);
		n += count_lines(peer_reads(b));
	}
	return n;
}

static void the_rate_is_limited_by_the_frames_times(void **state)
{
	assert_in_range(decimated(*state, 25), 248, 251);
	assert_in_range(decimated(*state, 7), 68, 71);
}

/* One a second of 100 a second, and every change: those in between count for the pace. */
static void a_change_is_never_left_out(void **state)
{
	struct bench *b = *state;
	int n = 0;

	assert_int_equal(conn_subscribe(&b->conn, b->streams, STREAM_TRAINING, 1), 0);
	for (int i = 0; i < 1000; i++) {
		b->is_change = i % 250 == 249;
		publish(b, STREAM_TRAINING, i, i * INT64_C(10000000), 0);
		assert_int_equal(conn_flush(&b->conn, b->streams), 0);
		if (i % 250 == 249)
			assert_int_equal(count_lines(peer_reads(b)), 1);
		else
			n += count_lines(peer_reads(b));
	}
	/* 0, 1, 2 s; the change at 2.49 s, 3.49, 4.49; 4.99, 5.99, 6.99; 7.49, 8.49, 9.49; 9.99 */
	assert_int_equal(n, 3 + 2 + 2 + 2);
}

static void an_equal_rate_loses_nothing(void **state)
{
	assert_int_equal(decimated(*state, 100), 1000);
}

static void after_a_pause_the_rate_holds_again(void **state)
{
	struct bench *b = *state;
	int n = 0;

	assert_int_equal(conn_subscribe(&b->conn, b->streams, STREAM_SAMPLE, 10), 0);
	for (int i = 0; i < 200; i++) {
		publish(b, STREAM_SAMPLE, i, (i < 100 ? 0 : 60 * S) + i * 10000000, 0);
		assert_int_equal(conn_flush(&b->conn, b->streams), 0);
		n += count_lines(peer_reads(b));
	}
	assert_in_range(n, 19, 21);
}

/* Publish until the socket is full; returns the last value. */
static int fill(struct bench *b)
{
	int value = 0;

	assert_int_equal(conn_subscribe(&b->conn, b->streams, STREAM_SAMPLE, 0), 0);
	while (!b->conn.blocked) {
		publish(b, STREAM_SAMPLE, ++value, 0, 900);
		assert_int_equal(conn_flush(&b->conn, b->streams), 0);
		assert_true(value < 100000);
	}
	return value;
}

static void a_client_that_does_not_read_keeps_the_newest(void **state)
{
	struct bench *b = *state;
	int full = fill(b), value = 0, last = 0, n_jumps = 0;
	char *line;

	for (int i = 1; i <= 100; i++)
		publish(b, STREAM_SAMPLE, full + i, 0, 900);
	/* The socket's buffer, then whole lines again, up to the newest. */
	for (int i = 0; i < 3; i++) {
		line = peer_reads(b);
		for (; *line; line = strchr(line, '\n') + 1) {
			assert_int_equal(sscanf(line, "sample %d", &value), 1);
			assert_true(value > last);
			n_jumps += value != last + 1;
			last = value;
		}
		assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	}
	assert_int_equal(last, full + 100);
	assert_int_equal(n_jumps, 1);
	assert_in_range(b->conn.subscriptions[STREAM_SAMPLE].n_dropped, 90, 93);
}

/* A message larger than the socket's buffer goes out in parts and is never torn by another. */
static void a_message_sent_in_part_is_completed_first(void **state)
{
	static char got[1 << 21];
	struct bench *b = *state;
	size_t n = 0, size = 600000;

	assert_int_equal(stream_resize(&b->streams[STREAM_FRAME], size + 64), 0);
	assert_int_equal(conn_subscribe(&b->conn, b->streams, STREAM_FRAME, 0), 0);
	publish(b, STREAM_FRAME, 1, 0, size);
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_true(b->conn.blocked && conn_has_unsent(&b->conn));
	assert_int_equal(conn_push_reply(&b->conn, "answer\n", 7, S), 0);
	for (int i = 2; i < 20; i++)
		publish(b, STREAM_FRAME, i, 0, 0);
	for (int i = 0; i < 100; i++) {
		char *part = peer_reads(b);

		memcpy(got + n, part, strlen(part) + 1);
		n += strlen(part);
		assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	}
	assert_int_equal(strchr(got, '\n') - got, size + strlen("frame 1"));
	assert_memory_equal(strchr(got, '\n') + 1, "answer\nframe 12\n", 16);
	assert_false(conn_has_unsent(&b->conn));
}

static void a_peer_that_left_is_an_error(void **state)
{
	struct bench *b = *state;

	close(b->peer);
	b->peer = open("/dev/null", O_RDONLY);
	assert_int_equal(conn_push_reply(&b->conn, "answer\n", 7, S), 0);
	assert_int_equal(conn_flush(&b->conn, b->streams), -EPIPE);
}

/* --- debts ------------------------------------------------------------------------------ */

static void an_answer_read_is_no_debt(void **state)
{
	struct bench *b = *state;

	assert_int_equal(conn_push_reply(&b->conn, "answer\n", 7, S), 0);
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_int_equal(conn_check(&b->conn, 2 * S), 0);
	assert_true(b->conn.owed);
	peer_reads(b);
	assert_int_equal(conn_check(&b->conn, 3 * S), 0);
	assert_false(b->conn.owed);
	assert_int_equal(conn_check(&b->conn, 100 * S), 0);
}

static void an_answer_unread_for_5_s_ends_it(void **state)
{
	struct bench *b = *state;

	assert_int_equal(conn_push_reply(&b->conn, "answer\n", 7, S), 0);
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_int_equal(conn_check(&b->conn, 2 * S), 0);
	assert_int_equal(conn_check(&b->conn, 6 * S - 1), 0);
	assert_int_equal(conn_check(&b->conn, 6 * S), -ETIMEDOUT);
}

/* Read the answer and no more: what lies unread after it is only live data. */
static void unread_live_data_are_no_debt(void **state)
{
	struct bench *b = *state;
	char answer[7];

	assert_int_equal(conn_push_reply(&b->conn, "answer\n", 7, S), 0);
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_int_equal(conn_subscribe(&b->conn, b->streams, STREAM_SAMPLE, 0), 0);
	for (int i = 0; i < 20; i++) {
		publish(b, STREAM_SAMPLE, i, 0, (size_t)i * 40);
		assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	}
	assert_true(b->conn.owed);
	assert_int_equal(read(b->peer, answer, sizeof(answer)), 7);
	assert_int_equal(conn_check(&b->conn, 2 * S), 0);
	assert_false(b->conn.owed);
	assert_int_equal(conn_check(&b->conn, 60 * S), 0);
}

static void an_answer_behind_a_full_socket_is_a_debt(void **state)
{
	struct bench *b = *state;

	fill(b);
	assert_int_equal(conn_push_reply(&b->conn, "answer\n", 7, S), 0);
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_true(b->conn.blocked);
	assert_int_equal(conn_check(&b->conn, 2 * S), 0);
	assert_int_equal(conn_check(&b->conn, 6 * S), -ETIMEDOUT);
}

/* A reader that is slow but reads is given longer, though not for ever. */
static void a_slow_reader_is_given_longer(void **state)
{
	struct bench *b = *state;
	char text[500];
	int t_s = 1;

	fill(b);
	assert_int_equal(conn_push_reply(&b->conn, "answer\n", 7, S), 0);
	for (; t_s < 31; t_s++) {
		assert_int_equal(
			read(b->peer, text, sizeof(text)), (ssize_t)sizeof(text));
		assert_int_equal(
			read(b->peer, text, sizeof(text)), (ssize_t)sizeof(text));
		assert_int_equal(conn_flush(&b->conn, b->streams), 0);
		if (!b->conn.owed)
			fail_msg("read after %d s", t_s);
		if (conn_check(&b->conn, t_s * S) < 0)
			fail_msg("ended after %d s", t_s);
	}
	assert_int_equal(conn_check(&b->conn, 31 * S), -ETIMEDOUT);
}

static void a_second_answer_is_a_debt_of_its_own(void **state)
{
	struct bench *b = *state;

	assert_int_equal(conn_push_reply(&b->conn, "one\n", 4, S), 0);
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_int_equal(conn_push_reply(&b->conn, "two\n", 4, 5 * S), 0);
	peer_reads(b);
	assert_int_equal(conn_flush(&b->conn, b->streams), 0);
	assert_int_equal(conn_check(&b->conn, 6 * S), 0);
	assert_true(b->conn.owed);
	assert_int_equal(conn_check(&b->conn, 11 * S - 1), 0);
	assert_int_equal(conn_check(&b->conn, 11 * S), -ETIMEDOUT);
}

static void answers_have_a_limit(void **state)
{
	static char line[CONN_REPLIES_MAX];
	struct bench *b = *state;

	memset(line, 'x', sizeof(line));
	assert_int_equal(conn_push_reply(&b->conn, line, sizeof(line), S), 0);
	assert_int_equal(conn_push_reply(&b->conn, line, 1, S), -ENOBUFS);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_cut_at_newlines),
		TEST(the_last_line_needs_no_newline),
		TEST(the_longest_line_is_taken),
		TEST(a_longer_line_is_not),
		TEST(answers_go_before_live_data),
		TEST(streams_mix_in_order_of_publication),
		TEST(a_subscription_begins_with_the_next_message),
		TEST(the_rate_is_limited_by_the_frames_times),
		TEST(a_change_is_never_left_out),
		TEST(an_equal_rate_loses_nothing),
		TEST(after_a_pause_the_rate_holds_again),
		TEST(a_client_that_does_not_read_keeps_the_newest),
		TEST(a_message_sent_in_part_is_completed_first),
		TEST(a_peer_that_left_is_an_error),
		TEST(an_answer_read_is_no_debt),
		TEST(an_answer_unread_for_5_s_ends_it),
		TEST(unread_live_data_are_no_debt),
		TEST(an_answer_behind_a_full_socket_is_a_debt),
		TEST(a_slow_reader_is_given_longer),
		TEST(a_second_answer_is_a_debt_of_its_own),
		TEST(answers_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
