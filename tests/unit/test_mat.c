/* One mat on a pseudo-terminal: found, kept, lost and found again; and every sentence that says why
 * not. The mat's time is the test's; real time passes only while the kernel moves bytes. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "hw/mat.h"
#include "src/base/log.h"
#include "tests/support/pty.h"
#include "tests/support/smp_peer.h"

#define NS_MS    INT64_C(1000000)
#define QUIET_MS 8 /* real time without a byte after which nothing more is under way */
#define N_CELLS  (8 * 8)

struct bench {
	char folder[64], link[128];
	struct pty pty;
	struct smp_peer peer;
	struct mat *mat;
	int64_t now_ns;
	uint16_t cells[N_CELLS];
	bool is_garbage; /* the device sends noise instead of answering */
	uint64_t n_frames;
	int64_t last_t_ns;
	int n_states[MAT_STOPPED + 1]; /* times each was entered */
	enum mat_state last_state;
};

static void on_frame(const struct raw_frame *frame, void *ctx)
{
	struct bench *b = ctx;

	assert_true(b->n_frames == 0 || frame->t_ns > b->last_t_ns);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
	assert_true(mat_info(b->mat)->has_mat);
	b->last_t_ns = frame->t_ns;
	b->n_frames++;
}

static void on_state(enum mat_state state, const char *reason, void *ctx)
{
	struct bench *b = ctx;

	assert_non_null(reason);
	if (state != b->last_state)
		b->n_states[state]++;
	b->last_state = state;
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct mat_handlers handlers = { on_frame, on_state, b };
	struct mat_options options = { 0 };

	log_set_level(LOG_LEVEL_ERR);
	strcpy(b->folder, "/tmp/stance-mat-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	/* Others must reach it in the test of permissions. */
	assert_int_equal(chmod(b->folder, 0755), 0);
	snprintf(b->link, sizeof(b->link), "%s/mat", b->folder);
	b->pty.master = -1;
	b->now_ns = 5000 * NS_MS;
	b->last_state = MAT_SEARCHING;
	smp_peer_init(&b->peer, 8, 8);
	options.path = b->link;
	assert_int_equal(mat_new(&options, &handlers, &b->mat), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	mat_free(b->mat);
	pty_unplug(&b->pty);
	rmdir(b->folder);
	free(b);
	return 0;
}

static void device_hears(struct bench *b)
{
	uint8_t bytes[4096];
	const size_t n = pty_read(&b->pty, bytes, sizeof(bytes));

	if (n == 0)
		return;
	if (b->is_garbage)
		pty_write(&b->pty, (const uint8_t *)"$GPGGA,noise\r\n", 14);
	else
		smp_peer_hear(&b->peer, bytes, n);
}

/* Do all that can be done now: due ticks, and bytes both ways until none is under way. */
static void settle(struct bench *b)
{
	for (;;) {
		if (mat_deadline_ns(b->mat) <= b->now_ns)
			mat_tick(b->mat, b->now_ns);
		if (b->pty.master >= 0 && b->peer.n_out > 0) {
			pty_write(&b->pty, b->peer.out, b->peer.n_out);
			b->peer.n_out = 0;
		}

		struct pollfd p[2] = {
			{ .fd = mat_fd(b->mat), .events = mat_poll_events(b->mat) },
			/* A port that nobody has open reports a hang-up: only look at it if open. */
			{ .fd = mat_fd(b->mat) >= 0 ? b->pty.master : -1,
				.events = POLLIN },
		};

		if (poll(p, 2, QUIET_MS) <= 0 && mat_deadline_ns(b->mat) > b->now_ns)
			return;
		if (p[1].revents & POLLIN)
			device_hears(b);
		if (p[0].revents)
			mat_ready(b->mat, p[0].revents, b->now_ns);
	}
}

/* Let time pass in the mat's deadlines. */
static void pass(struct bench *b, int64_t ns)
{
	const int64_t end_ns = b->now_ns + ns;

	for (;;) {
		int64_t due_ns = mat_deadline_ns(b->mat);

		if (due_ns > end_ns)
			break;
		if (due_ns < b->now_ns)
			due_ns = b->now_ns;
		b->peer.device_us += (uint64_t)(due_ns - b->now_ns) / 1000;
		b->now_ns = due_ns;
		settle(b);
	}
	b->peer.device_us += (uint64_t)(end_ns - b->now_ns) / 1000;
	b->now_ns = end_ns;
}

static void frames(struct bench *b, int n)
{
	for (int i = 0; i < n; i++) {
		pass(b, 10 * NS_MS);
		smp_peer_frame(&b->peer, b->cells);
		settle(b);
	}
}

static void plug(struct bench *b)
{
	pty_plug(&b->pty, b->link);
}

static void start_streaming(struct bench *b)
{
	plug(b);
	settle(b);
	assert_true(b->peer.is_streaming);
	frames(b, 5);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
}

static void finds_and_streams(void **state)
{
	struct bench *b = *state;
	struct mat_counters c;

	assert_int_equal(mat_fd(b->mat), -1);
	assert_int_equal(mat_poll_events(b->mat), 0);
	mat_counters(b->mat, &c);
	assert_true(isnan(c.rate_hz) && isnan(c.latency_p50_ms));
	start_streaming(b);
	assert_string_equal(mat_reason(b->mat), "");
	assert_string_equal(mat_info(b->mat)->path, b->link);
	assert_string_equal(mat_info(b->mat)->serial, "PEER-1");
	assert_int_equal(mat_info(b->mat)->geometry.n_cols, 8);
	frames(b, 20);
	mat_counters(b->mat, &c);
	assert_int_equal(c.frames, 25);
	assert_int_equal(b->n_frames, 25);
	assert_int_equal(c.bad_frames, 0);
	assert_int_equal(c.lost_frames, 0);
	assert_true(c.bytes > 25 * 2 * N_CELLS);
	assert_true(fabs(c.rate_hz - 100) < 1);
	assert_true(c.latency_p50_ms >= 0 && c.latency_p99_ms < 1000);
	assert_int_equal(mat_identify(b->mat, b->now_ns), 0);
	settle(b);
	assert_int_equal(b->peer.n_identify, 1);
}

static void waits_for_the_path(void **state)
{
	struct bench *b = *state;
	int n_ticks = 0;

	settle(b);
	assert_int_equal(mat_state(b->mat), MAT_SEARCHING);
	assert_non_null(strstr(mat_reason(b->mat), "Waiting for"));
	assert_non_null(strstr(mat_reason(b->mat), b->link));
	pass(b, 12000 * NS_MS);
	/* Idle: twice a second is all. */
	for (const int64_t end_ns = b->now_ns + 10000 * NS_MS;; n_ticks++) {
		if (mat_deadline_ns(b->mat) > end_ns)
			break;
		b->now_ns = mat_deadline_ns(b->mat);
		mat_tick(b->mat, b->now_ns);
	}
	assert_in_range(n_ticks, 15, 20);
	plug(b);
	pass(b, 500 * NS_MS);
	frames(b, 1);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
}

static void survives_replugs(void **state)
{
	struct bench *b = *state;
	int fd, n_lost = 0;

	start_streaming(b);
	fd = mat_fd(b->mat);
	for (int i = 0; i < 30; i++) {
		pty_unplug(&b->pty);
		settle(b);
		assert_int_equal(mat_state(b->mat), MAT_LOST);
		assert_non_null(strstr(mat_reason(b->mat), "Plug it in again"));
		assert_int_equal(b->n_states[MAT_LOST], ++n_lost);
		pass(b, 700 * NS_MS);
		assert_int_equal(mat_state(b->mat), MAT_SEARCHING);
		assert_false(mat_info(b->mat)->has_mat);
		assert_int_equal(mat_identify(b->mat, b->now_ns), -ENODEV);
		if (i % 2)
			smp_peer_reboot(&b->peer);
		b->peer.is_streaming = false;
		b->peer.n_in = 0;
		plug(b);
		pass(b, 300 * NS_MS);
		frames(b, 2);
		assert_int_equal(mat_state(b->mat), MAT_STREAMING);
		assert_int_equal(mat_fd(b->mat), fd); /* none leaked */
	}
	struct mat_counters c;

	mat_counters(b->mat, &c);
	assert_int_equal(c.frames, 65);
	assert_int_equal(c.lost_frames, 0);
	assert_int_equal(c.bad_frames, 0);
}

static void notices_silence(void **state)
{
	struct bench *b = *state;

	start_streaming(b);
	b->peer.is_mute = true;
	pass(b, 295 * NS_MS);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
	pass(b, 10 * NS_MS);
	assert_int_equal(mat_state(b->mat), MAT_LOST);
	assert_non_null(strstr(mat_reason(b->mat), "stopped sending"));
	/* It comes back by itself. */
	b->peer.is_mute = false;
	frames(b, 1);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
	assert_string_equal(mat_reason(b->mat), "");
	/* It does not: after two seconds the port is opened anew. */
	b->peer.is_mute = true;
	pass(b, 1900 * NS_MS);
	assert_int_equal(mat_state(b->mat), MAT_LOST);
	pass(b, 200 * NS_MS);
	assert_int_equal(mat_state(b->mat), MAT_SEARCHING);
	b->peer.is_mute = false;
	pass(b, 1000 * NS_MS);
	frames(b, 2);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
}

/* Who slept for a second must not blame the mat for it; but a mat that says nothing then is lost. */
static void is_held_up(void **state)
{
	struct bench *b = *state;

	start_streaming(b);
	b->now_ns += 1000 * NS_MS;
	mat_ready(b->mat, POLLIN, b->now_ns); /* nothing, or half a frame */
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
	mat_tick(b->mat, b->now_ns);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
	frames(b, 1);
	assert_int_equal(b->n_states[MAT_LOST], 0);
	b->peer.is_mute = true;
	b->now_ns += 1000 * NS_MS;
	pass(b, 45 * NS_MS);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
	pass(b, 10 * NS_MS);
	assert_int_equal(mat_state(b->mat), MAT_LOST);
	b->now_ns += 400 * NS_MS; /* held up once more: lost it stays */
	mat_tick(b->mat, b->now_ns);
	assert_int_equal(mat_state(b->mat), MAT_LOST);
	assert_int_equal(b->n_states[MAT_LOST], 1);
}

static void tells_damage_from_silence(void **state)
{
	struct bench *b = *state;

	start_streaming(b);
	b->peer.is_mute = true;
	for (int i = 0; i < 40; i++) {
		pass(b, 10 * NS_MS);
		pty_write(&b->pty, (const uint8_t *)"\0rubbish", 9);
		settle(b);
	}
	assert_int_equal(mat_state(b->mat), MAT_LOST);
	assert_non_null(strstr(mat_reason(b->mat), "damaged"));
}

static void explains_a_wrong_device(void **state)
{
	struct bench *b = *state;

	b->is_garbage = true;
	plug(b);
	pass(b, 2000 * NS_MS);
	assert_int_equal(mat_state(b->mat), MAT_SEARCHING);
	assert_non_null(strstr(mat_reason(b->mat), "in no protocol of a mat"));
	assert_non_null(strstr(mat_reason(b->mat), "mat.path"));
	assert_false(mat_info(b->mat)->has_mat);
	/* Somebody plugs the mat into the same place. */
	b->is_garbage = false;
	b->peer.n_in = 0;
	pass(b, 600 * NS_MS);
	frames(b, 1);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
}

static void explains_a_silent_device(void **state)
{
	struct bench *b = *state;

	b->peer.is_mute = true;
	plug(b);
	pass(b, 2000 * NS_MS);
	assert_non_null(strstr(mat_reason(b->mat), "nothing answers"));
}

static void explains_another_version(void **state)
{
	struct bench *b = *state;

	b->peer.major = 7;
	plug(b);
	pass(b, 100 * NS_MS);
	assert_int_equal(mat_state(b->mat), MAT_SEARCHING);
	assert_non_null(strstr(mat_reason(b->mat), "version 7"));
	assert_non_null(strstr(mat_reason(b->mat), "version 1"));
	assert_non_null(strstr(mat_reason(b->mat), b->link));
}

static void explains_a_mat_without_frames(void **state)
{
	struct bench *b = *state;

	plug(b);
	pass(b, 2500 * NS_MS);
	assert_non_null(strstr(mat_reason(b->mat), "sends no frames"));
}

static void expect_holder_named(struct bench *b, enum pty_hold how)
{
	char name[16], who[64];
	pid_t pid;

	pty_holder_name(name, sizeof(name));
	plug(b);
	pid = pty_hold(&b->pty, how);
	pass(b, 100 * NS_MS);
	snprintf(who, sizeof(who), "in use by %s (process %d)", name, (int)pid);
	assert_non_null(strstr(mat_reason(b->mat), who));
	pty_release(pid);
	pass(b, 1500 * NS_MS);
	frames(b, 1);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
}

static void names_who_locked_the_port(void **state)
{
	expect_holder_named(*state, PTY_HOLD_LOCK);
}

/* The mark stays on a pseudo-terminal after its holder was killed; it then counts no more. */
static void names_who_marked_the_port(void **state)
{
	if (!pty_tells_marks())
		skip();
	expect_holder_named(*state, PTY_HOLD_MARK);
}

static void names_the_group_to_join(void **state)
{
	struct bench *b = *state;
	const struct group *group = getgrnam("dialout");

	if (geteuid() != 0 || !group) {
		print_message("skipped: needs root and a group dialout\n");
		skip();
	}
	plug(b);
	assert_int_equal(chown(b->pty.path, 0, group->gr_gid), 0);
	assert_int_equal(chmod(b->pty.path, 0660), 0);
	assert_int_equal(seteuid(65534), 0);
	pass(b, 100 * NS_MS);
	assert_int_equal(seteuid(0), 0);
	assert_non_null(strstr(mat_reason(b->mat), "belongs to the group dialout"));
	assert_non_null(strstr(mat_reason(b->mat), "sudo usermod -aG dialout nobody"));
	assert_int_equal(chmod(b->pty.path, 0600), 0);
	assert_int_equal(seteuid(65534), 0);
	pass(b, 1100 * NS_MS);
	assert_int_equal(seteuid(0), 0);
	assert_non_null(strstr(mat_reason(b->mat), "only user root may"));
}

static void refuses_a_file(void **state)
{
	struct bench *b = *state;
	const int fd = open(b->link, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
	settle(b);
	assert_non_null(strstr(mat_reason(b->mat), "is not a serial port"));
	unlink(b->link);
}

static void stops_and_starts(void **state)
{
	struct bench *b = *state;

	start_streaming(b);
	mat_start(b->mat, b->now_ns); /* does nothing to a running one */
	mat_stop(b->mat, b->now_ns);
	assert_int_equal(mat_state(b->mat), MAT_STOPPED);
	assert_int_equal(mat_fd(b->mat), -1);
	assert_true(mat_deadline_ns(b->mat) == INT64_MAX);
	mat_tick(b->mat, b->now_ns + 1);
	mat_ready(b->mat, POLLIN, b->now_ns + 1);
	assert_int_equal(mat_state(b->mat), MAT_STOPPED);
	device_hears(b);
	assert_int_equal(b->peer.n_stop, 1);
	b->peer.n_out = 0;
	mat_start(b->mat, b->now_ns);
	assert_int_equal(mat_state(b->mat), MAT_SEARCHING);
	settle(b);
	frames(b, 1);
	assert_int_equal(mat_state(b->mat), MAT_STREAMING);
}

static void refuses_bad_options(void **state)
{
	const struct mat_handlers none = { NULL, NULL, NULL };
	struct mat_options options = { .driver = "nonsense" };
	char long_path[400];
	struct mat *mat = NULL;

	(void)state;
	assert_int_equal(mat_new(&options, &none, &mat), -EINVAL);
	options = (struct mat_options){ .rate_hz = -1 };
	assert_int_equal(mat_new(&options, &none, &mat), -EINVAL);
	options.rate_hz = NAN;
	assert_int_equal(mat_new(&options, &none, &mat), -EINVAL);
	options = (struct mat_options){ .baud = -1 };
	assert_int_equal(mat_new(&options, &none, &mat), -EINVAL);
	memset(long_path, 'x', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	options = (struct mat_options){ .path = long_path };
	assert_int_equal(mat_new(&options, &none, &mat), -EINVAL);
	assert_null(mat);
	mat_free(NULL);
}

/* Without a path, on whatever ports this machine has: a sentence, no crash, no spinning. */
static void searches_without_a_path(void **state)
{
	const struct mat_handlers none = { NULL, NULL, NULL };
	const struct mat_options options = { .driver = "smp" };
	struct mat *mat;
	int64_t now_ns = 0;
	int n_ticks = 0;

	(void)state;
	assert_int_equal(mat_new(&options, &none, &mat), 0);
	while (now_ns < 20000 * NS_MS) {
		mat_tick(mat, now_ns);
		assert_true(mat_state(mat) == MAT_SEARCHING);
		if (mat_deadline_ns(mat) > now_ns)
			now_ns = mat_deadline_ns(mat);
		n_ticks++;
	}
	assert_true(mat_reason(mat)[0] != '\0' || mat_fd(mat) >= 0);
	assert_true(n_ticks < 300);
	mat_free(mat);
}

static void names_its_states(void **state)
{
	(void)state;
	assert_string_equal(mat_state_name(MAT_SEARCHING), "searching");
	assert_string_equal(mat_state_name(MAT_STREAMING), "streaming");
	assert_string_equal(mat_state_name(MAT_LOST), "lost");
	assert_string_equal(mat_state_name(MAT_STOPPED), "stopped");
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_BENCH(finds_and_streams),
		WITH_BENCH(waits_for_the_path),
		WITH_BENCH(survives_replugs),
		WITH_BENCH(notices_silence),
		WITH_BENCH(is_held_up),
		WITH_BENCH(tells_damage_from_silence),
		WITH_BENCH(explains_a_wrong_device),
		WITH_BENCH(explains_a_silent_device),
		WITH_BENCH(explains_another_version),
		WITH_BENCH(explains_a_mat_without_frames),
		WITH_BENCH(names_who_locked_the_port),
		WITH_BENCH(names_who_marked_the_port),
		WITH_BENCH(names_the_group_to_join),
		WITH_BENCH(refuses_a_file),
		WITH_BENCH(stops_and_starts),
		cmocka_unit_test(refuses_bad_options),
		cmocka_unit_test(searches_without_a_path),
		cmocka_unit_test(names_its_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
