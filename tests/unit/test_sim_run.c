/* The whole simulator in a child process, and a host that talks to it: every frame arrives with
 * its truth, in real time or fast, before and after the cable was pulled. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "hw/sim/simopts.h"
#include "hw/sim/simrun.h"
#include "hw/smp.h"
#include "src/base/clock.h"
#include "src/core/geometry.h"

#define PATIENCE_NS (10 * CLOCK_NS_PER_S)
#define MAX_FRAMES  1000
#define MAX_ARGS    40

static char folder[] = "/tmp/stance-simrun-XXXXXX";
static char link_path[64], truth_path[64];

/* What the host keeps of a frame. */
struct taken {
	uint64_t seq, device_us;
	uint32_t session_id;
	double force_n;
	struct pos_mm cop;
};

static struct taken frames[MAX_FRAMES];
static int n_frames, n_bad, n_status;
static struct smp_hello hello;
static uint8_t in[1 << 17], decoded[1 << 17];
static size_t n_in;
static uint16_t host_seq, last_seq;
static uint64_t unwrapped;
static bool has_seq, has_hello;

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(link_path, sizeof(link_path), "%s/mat", folder);
	snprintf(truth_path, sizeof(truth_path), "%s/truth", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(truth_path);
	return rmdir(folder);
}

/* Run stance-sim with `options` (separated by blanks) in a child. */
static pid_t run(const char *options)
{
	static char name[] = "stance-sim", quiet[] = "--quiet", link[] = "--link",
		    truth[] = "--truth";
	char text[512],
		*args[MAX_ARGS] = { name, quiet, link, link_path, truth, truth_path };
	int n = 6;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	snprintf(text, sizeof(text), "%s", options);
	for (char *rest = text, *word; (word = strtok_r(rest, " ", &rest));)
		args[n++] = word;
	if (!freopen("/dev/null", "w", stderr))
		_exit(99);
	static struct simopts o;
	static struct simrun_signals signals;
	int rc = simopts_parse(&o, n, args);

	sigemptyset(&signals.waiting_mask);
	signals.cue = 1;
	if (rc == 0)
		rc = simrun(&o, &signals);
	simopts_fini(&o);
	_exit(rc == 0 ? 0 : rc == -EINVAL ? 2 : 1);
}

static int wait_for(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void say(int fd, uint8_t type, const uint8_t *body, size_t n)
{
	static uint8_t scratch[SMP_PACKET_MAX];
	uint8_t wire[64];
	int length = smp_packet_encode(
		type, host_seq++, body, n, scratch, wire, sizeof(wire));

	assert_true(length > 0);
	assert_int_equal(write(fd, wire, (size_t)length), length);
}

static void take_frame(const struct smp_packet *packet)
{
	static uint16_t cells[GEOMETRY_MAX_SIDE * GEOMETRY_MAX_SIDE];
	struct taken *t = &frames[n_frames];
	struct smp_frame_head head;
	size_t n = (size_t)hello.rows * hello.cols;

	assert_int_equal(smp_frame_decode(packet->body, packet->n_body,
				 packet->type == SMP_FRAME_SPARSE, n, &head, cells),
		0);
	*t = (struct taken){ unwrapped, head.device_us, hello.session_id, 0, { 0, 0 } };
	for (size_t i = 0; i < n; i++) {
		struct mat_geometry g = { hello.rows, hello.cols,
			hello.pitch_x_um * 1e-3, hello.pitch_y_um * 1e-3 };
		int at = (int)smp_cell_index(&hello, i);
		double force = cells[i] * 1e-3 * hello.unit_scale;

		t->force_n += force;
		t->cop.x += force * geometry_x_mm(&g, at % g.n_cols);
		t->cop.y += force * geometry_y_mm(&g, at / g.n_cols);
	}
	t->cop.x /= t->force_n;
	t->cop.y /= t->force_n;
	assert_true(++n_frames < MAX_FRAMES);
}

static void take(const uint8_t *bytes, size_t n)
{
	struct smp_packet packet;
	int length = smp_cobs_decode(bytes, n, decoded);

	if (length < 0 || smp_packet_decode(decoded, (size_t)length, &packet) < 0) {
		n_bad++;
		return;
	}
	unwrapped =
		has_seq ? unwrapped + (uint16_t)(packet.seq - last_seq) : packet.seq;
	last_seq = packet.seq;
	has_seq = true;
	if (packet.type == SMP_HELLO)
		has_hello = smp_hello_decode(packet.body, packet.n_body, &hello) == 0;
	else if (packet.type == SMP_FRAME || packet.type == SMP_FRAME_SPARSE)
		take_frame(&packet);
	else if (packet.type == SMP_STATUS)
		n_status++;
}

/* Read until hung up (false), or until `*until` is set. */
static bool listen_to(int fd, const bool *until)
{
	int64_t end_ns = clock_now_ns() + PATIENCE_NS;

	while (!until || !*until) {
		struct pollfd p = { fd, POLLIN, 0 };
		size_t start = 0;
		ssize_t n;

		assert_true(clock_now_ns() < end_ns);
		poll(&p, 1, 100);
		n = read(fd, in + n_in, sizeof(in) - n_in);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		n_in += n > 0 ? (size_t)n : 0;
		for (size_t i = 0; i < n_in; i++) {
			if (in[i] != 0)
				continue;
			if (i > start)
				take(in + start, i - start);
			start = i + 1;
		}
		memmove(in, in + start, n_in - start);
		n_in -= start;
	}
	return true;
}

/* Open the mat, wait for its HELLO and start it. */
static int connect_to_mat(void)
{
	int64_t end_ns = clock_now_ns() + PATIENCE_NS;
	struct smp_start start = { 0, SMP_ENCODING_ANY };
	uint8_t body[24];
	int fd;

	while ((fd = open(link_path, O_RDWR | O_NOCTTY | O_NONBLOCK)) < 0) {
		assert_true(clock_now_ns() < end_ns);
		usleep(2000);
	}
	n_in = 0;
	has_seq = has_hello = false;
	assert_int_equal(write(fd, "", 1), 1);
	say(fd, SMP_HELLO_REQ, NULL, 0);
	assert_true(listen_to(fd, &has_hello));
	say(fd, SMP_START, body, smp_start_encode(&start, body));
	return fd;
}

static double number_after(const char *line, const char *key)
{
	const char *at = strstr(line, key);

	assert_non_null(at);
	return strtod(at + strlen(key), NULL);
}

/* Compare what was taken with the truth file; returns its lines and the worst COP error. */
static int check_truth(double *worst_mm, int *n_damaged)
{
	FILE *f = fopen(truth_path, "r");
	char line[1024];
	int n = 0, next = 0;

	assert_non_null(f);
	*worst_mm = *n_damaged = 0;
	for (; fgets(line, sizeof(line), f); n++) {
		const struct taken *t = &frames[next];
		bool damaged = strstr(line, "\"damaged\":true") != NULL;

		*n_damaged += damaged;
		if (next == n_frames ||
			number_after(line, "\"session\":") != t->session_id ||
			number_after(line, "\"seq\":") != (double)t->seq)
			continue;
		assert_false(damaged);
		assert_true(
			number_after(line, "\"device_us\":") == (double)t->device_us);
		/* half a unit of rounding, and the four decimals of the truth */
		assert_true(fabs(number_after(line, "\"force_n\":") - t->force_n) <
			    0.51e-3 * hello.unit_scale + 1e-4);
		*worst_mm = fmax(*worst_mm,
			hypot(number_after(line, "\"cop_mm\":[") - t->cop.x,
				strtod(strchr(strstr(line, "\"cop_mm\":["), ',') + 1,
					NULL) -
					t->cop.y));
		next++;
	}
	fclose(f);
	assert_int_equal(next, n_frames); /* no frame without a truth */
	return n;
}

static void forget(void)
{
	n_frames = n_bad = n_status = 0;
}

static void fast_loses_nothing(void **state)
{
	static const char *const mats[] = { "--fast --duration 2",
		"--fast --duration 2 --rows 32 --cols 32 --pitch-mm 15 --sparse "
		"--yaw-deg 40",
		"--fast --duration 2 --rows 64 --cols 64 --pitch-mm 8 --origin "
		"rear-right "
		"--order cols --gap-mm 0",
		"--fast --duration 2 --adc-bits 12 --facing-back --mass-kg 120 "
		"--raise-heel right" };
	double worst_mm;
	int n_damaged;

	(void)state;
	for (size_t i = 0; i < sizeof(mats) / sizeof(mats[0]); i++) {
		pid_t pid = run(mats[i]);
		int fd = connect_to_mat();

		forget();
		assert_false(listen_to(fd, NULL));
		close(fd);
		assert_int_equal(wait_for(pid), 0);
		assert_int_equal(n_frames, 200);
		assert_int_equal(n_bad, 0);
		assert_int_equal(check_truth(&worst_mm, &n_damaged), 200);
		printf("%s: worst COP error %.4f mm\n", mats[i], worst_mm);
		assert_true(worst_mm < 0.1);
		assert_int_equal(access(link_path, F_OK), -1);
	}
}

static void damaged_frames_are_marked(void **state)
{
	pid_t pid = run("--fast --duration 5 --faults 0.1");
	int fd = connect_to_mat(), n_damaged;
	double worst_mm;

	(void)state;
	forget();
	assert_false(listen_to(fd, NULL));
	close(fd);
	assert_int_equal(wait_for(pid), 0);
	assert_int_equal(check_truth(&worst_mm, &n_damaged), 500);
	assert_true(n_damaged > 20 && n_damaged < 90);
	assert_int_equal(n_frames, 500 - n_damaged);
	assert_true(n_bad >= n_damaged);
}

/* Listen to a mat of so many frames, each a hundredth of a second of its own after the one before; return how long it
 * took here. */
static int64_t hear_all_of(const char *options, int n_expected)
{
	pid_t pid = run(options);
	int fd = connect_to_mat();
	int64_t start_ns = clock_now_ns(), took_ns;

	forget();
	assert_false(listen_to(fd, NULL));
	took_ns = clock_now_ns() - start_ns;
	close(fd);
	assert_int_equal(wait_for(pid), 0);
	assert_int_equal(n_frames, n_expected);
	for (int i = 1; i < n_frames; i++)
		assert_true(llabs((long long)(frames[i].device_us -
					      frames[i - 1].device_us) -
				    10000) <= 1);
	return took_ns;
}

static void keeps_time(void **state)
{
	(void)state;
	assert_true(hear_all_of("--duration 1", 100) > 9 * CLOCK_NS_PER_S / 10);
	assert_true(n_status >= 1);
}

/* Five seconds of a mat in half a real one; its own clock shows five. */
static void keeps_another_time(void **state)
{
	(void)state;
	assert_true(hear_all_of("--duration 5 --speed 10 --tx-buffer-s 5", 500) >
		    45 * CLOCK_NS_PER_S / 100);
	assert_in_range(n_status, 4, 6);
}

/* A pulled cable is a hang-up; behind the new link a mat with another session waits. */
static void survives_a_pulled_cable(void **state)
{
	pid_t pid = run("--fast --duration 3 --unplug-at 1 --replug-after 0.5");
	int fd = connect_to_mat(), n_before, n_damaged;
	uint32_t session_id;
	double worst_mm;

	(void)state;
	forget();
	session_id = hello.session_id;
	assert_false(listen_to(fd, NULL));
	close(fd);
	n_before = n_frames;
	assert_true(n_before > 50 && n_before <= 101);
	fd = connect_to_mat();
	assert_true(hello.session_id != session_id);
	assert_false(listen_to(fd, NULL));
	close(fd);
	assert_int_equal(wait_for(pid), 0);
	assert_true(n_frames >= n_before + 149 && n_frames <= n_before + 151);
	check_truth(&worst_mm, &n_damaged);
	assert_true(worst_mm < 0.1);
}

static void ends_by_itself_without_a_reader(void **state)
{
	pid_t pid = run("--duration 0.5");
	int fd = connect_to_mat(), n_damaged;
	double worst_mm;

	(void)state;
	forget();
	usleep(100000);
	close(fd);
	assert_int_equal(wait_for(pid), 0);
	assert_int_equal(check_truth(&worst_mm, &n_damaged), 50);
}

/* What becomes of a script; one that is taken waits for a START, so only refused ones. */
static int run_script(const char *options, const char *script)
{
	char path[96], all[256];
	FILE *file;
	int status;

	snprintf(path, sizeof(path), "%s/script", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(script, file);
	fclose(file);
	snprintf(all, sizeof(all), "%s --script %s", options, path);
	status = wait_for(run(all));
	unlink(path);
	return status;
}

static void refuses_what_makes_no_sense(void **state)
{
	static const char *const usage[] = { "--rows 0", "--rows 2.5", "--cols 257",
		"--protocol other", "--pitch-mm x", "--faults 2", "--bogus", "extra",
		"--left-frac 1.5", "--raise-heel both", "--encoding u8", "--seed -3",
		"--replug-after 1", "--gap-mm 0 --stance-width-mm 100",
		"--step-on 1 --step-off 1.1", "--serial 12345678901234567" };

	(void)state;
	for (size_t i = 0; i < sizeof(usage) / sizeof(usage[0]); i++) {
		int status = wait_for(run(usage[i]));

		if (status != 2)
			fail_msg("%s: exit status %d", usage[i], status);
	}
	assert_int_equal(wait_for(run("--feet /no/such.csv")), 1);
	assert_int_equal(wait_for(run("--script /no/such")), 1);
	assert_int_equal(run_script("--stance seated", "at 1 lift left"), 2);
	assert_int_equal(wait_for(run("--rows 256 --cols 256")), 1);
	assert_int_equal(wait_for(run("--truth /no/such/folder")), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fast_loses_nothing),
		cmocka_unit_test(damaged_frames_are_marked),
		cmocka_unit_test(keeps_time),
		cmocka_unit_test(keeps_another_time),
		cmocka_unit_test(survives_a_pulled_cable),
		cmocka_unit_test(ends_by_itself_without_a_reader),
		cmocka_unit_test(refuses_what_makes_no_sense),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
