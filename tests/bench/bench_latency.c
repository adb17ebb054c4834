/* Measures the running daemon from outside: microseconds from the last byte of a frame on the
 * serial line to the sample at a client and to the drawn frame in the screen, CPU share and memory,
 * quiet and with a client that never reads while a thousand others come and go.
 * The mat is this program: a pseudo-terminal, 48 x 48 cells of 10 mm at 100 Hz, two swaying feet.
 * usage: bench_latency [FOLDER_OF_PROGRAMS]   (default: ../../bin beside this program) */
#define _GNU_SOURCE /* ppoll() */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "hw/smp.h"
#include "src/base/clock.h"

enum {
	SIDE = 48,
	N_CELLS = SIDE * SIDE,
	N_PICTURES = 100, /* one second of sway, over and over */
	RATE_HZ = 100,
	PERIOD_US = 1000000 / RATE_HZ,
	SETTLE_S = 3,
	PHASE_S = 10,
	N_STORM = 1000,
	MAX_FRAMES = 40000,
	PATH_SIZE = 512,
	WIRE_SIZE = SMP_ENCODED_MAX + 2,
};

/* The emitter's side of one run; `written_ns` by frame number is read by the measuring thread. */
struct emitter {
	int fd;
	int by_seq[1 << 16]; /* frame number of a packet number */
	uint16_t seq;
	atomic_bool streaming;
	atomic_bool stop;
	uint16_t pictures[N_PICTURES][N_CELLS];
	_Atomic int64_t written_ns[MAX_FRAMES];
	double late_us[MAX_FRAMES]; /* how late this thread woke for a frame */
	atomic_int n_frames;
	int64_t boot_ns;
	uint8_t scratch[SMP_PACKET_MAX];
	uint8_t wire[WIRE_SIZE];
	uint8_t body[SMP_BODY_MAX];
	uint8_t heard[4096];
	size_t n_heard;
};

struct figures {
	double *us; /* one latency a sample */
	int n, max;
	int n_lost;
};

static struct emitter emitter;
static char folder[] = "/tmp/stance-bench-XXXXXX";
static char programs[PATH_SIZE];
static char socket_path[100]; /* sun_path has room for 108 */
static pid_t children[4];
static int n_children;

static void end_children(void)
{
	for (int i = 0; i < n_children; i++)
		kill(children[i], SIGTERM);
	for (int i = 0; i < n_children; i++)
		waitpid(children[i], NULL, 0);
	n_children = 0;
}

static void remove_folder(void)
{
	char command[PATH_SIZE];
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command) != 0)
		perror(folder);
}

static void clean_up(void)
{
	end_children();
	remove_folder();
}

__attribute__((format(printf, 1, 2), noreturn)) static void give_up(
	const char *format, ...)
{
	va_list more;
	va_start(more, format);
	fputs("bench_latency: ", stderr);
	vfprintf(stderr, format, more);
	fputc('\n', stderr);
	va_end(more);
	exit(EXIT_FAILURE);
}

/* --- the mat -------------------------------------------------------------------------------- */

static double bump(
	double x_mm, double y_mm, double cx_mm, double cy_mm, double a_mm, double b_mm)
{
	const double dx = (x_mm - cx_mm) / a_mm;
	const double dy = (y_mm - cy_mm) / b_mm;
	const double q = 1.0 - dx * dx - dy * dy;
	return q > 0 ? q : 0;
}

/* Heel, ball and the lateral band between them; `side` -1 left, +1 right. */
static double foot_mn(double x_mm, double y_mm, int side, double lean)
{
	const double cx = side * 90.0;
	const double heel = bump(x_mm, y_mm, cx, -85, 30, 36);
	const double ball = bump(x_mm, y_mm, cx - side * 3.0, 55, 42, 34);
	const double band = bump(x_mm, y_mm, cx + side * 16.0, -15, 16, 62);
	const double big_toe = bump(x_mm, y_mm, cx - side * 28.0, 108, 15, 20);
	return 6000 * (heel * (1 - lean) + 0.9 * ball * (1 + lean) + 0.3 * band +
			      0.8 * big_toe * (1 + lean));
}

static void draw_pictures(void)
{
	for (int k = 0; k < N_PICTURES; k++) {
		const double lean = 0.15 * sin(2 * M_PI * k / N_PICTURES);
		for (int i = 0; i < N_CELLS; i++) {
			const double x_mm = 10.0 * (i % SIDE - 23.5);
			const double y_mm = 10.0 * (23.5 - i / SIDE);
			const double mn = foot_mn(x_mm, y_mm, -1, lean) +
					  foot_mn(x_mm, y_mm, 1, lean);
			emitter.pictures[k][i] = (uint16_t)lrint(mn);
		}
	}
}

static void write_all(const uint8_t *bytes, size_t n)
{
	while (n > 0) {
		const ssize_t done = write(emitter.fd, bytes, n);
		if (done < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
		}
	}
}

static int encode(uint8_t type, size_t n_body)
{
	return smp_packet_encode(type, emitter.seq++, emitter.body, n_body,
		emitter.scratch, emitter.wire, sizeof(emitter.wire));
}

static void say(uint8_t type, size_t n_body)
{
	const int n = encode(type, n_body);
	if (n > 0)
		write_all(emitter.wire, (size_t)n);
}

static void say_hello(void)
{
	struct smp_hello hello = {
		.adc_bits = 16,
		.rows = SIDE,
		.cols = SIDE,
		.pitch_x_um = 10000,
		.pitch_y_um = 10000,
		.max_rate_mhz = 1000 * RATE_HZ,
		.session_id = 1,
		.unit = SMP_UNIT_MN,
		.unit_scale = 1,
	};
	snprintf(hello.serial, sizeof(hello.serial), "BENCH");
	snprintf(hello.firmware, sizeof(hello.firmware), "1");
	snprintf(hello.model, sizeof(hello.model), "bench");
	say(SMP_HELLO, smp_hello_encode(&hello, emitter.body));
}

static uint64_t device_us(void)
{
	return (uint64_t)(clock_now_ns() - emitter.boot_ns) / 1000;
}

static void answer(const struct smp_packet *packet)
{
	uint32_t nonce;
	if (packet->type == SMP_HELLO_REQ) {
		say_hello();
	} else if (packet->type == SMP_PING &&
		   smp_ping_decode(packet->body, packet->n_body, &nonce) == 0) {
		say(SMP_PONG, smp_pong_encode(nonce, device_us(), emitter.body));
	} else if (packet->type == SMP_START || packet->type == SMP_STOP) {
		emitter.streaming = packet->type == SMP_START;
		say(SMP_ACK, smp_ack_encode(packet->seq, emitter.body));
	}
}

static void hear(void)
{
	const ssize_t n = read(emitter.fd, emitter.heard + emitter.n_heard,
		sizeof(emitter.heard) - emitter.n_heard);
	if (n <= 0)
		return;
	emitter.n_heard += (size_t)n;
	size_t start = 0;
	for (size_t i = 0; i < emitter.n_heard; i++) {
		if (emitter.heard[i] != 0)
			continue;
		struct smp_packet packet;
		const int length = smp_cobs_decode(
			emitter.heard + start, i - start, emitter.heard + start);
		if (length > 0 && smp_packet_decode(emitter.heard + start,
					  (size_t)length, &packet) == 0)
			answer(&packet);
		start = i + 1;
	}
	memmove(emitter.heard, emitter.heard + start, emitter.n_heard - start);
	emitter.n_heard -= start;
	if (emitter.n_heard == sizeof(emitter.heard))
		emitter.n_heard = 0;
}

/* The frame's number is its device time over the period: a sample leads back to it. */
static void emit(int number, uint64_t scan_us)
{
	const struct smp_frame_head head = {
		.device_us = scan_us,
		.scan_us = 2000,
		.encoding = SMP_ENCODING_U16,
	};
	const int n_body =
		smp_frame_encode(&head, false, emitter.pictures[number % N_PICTURES],
			N_CELLS, emitter.body, sizeof(emitter.body));
	emitter.by_seq[emitter.seq] = number;
	const int n = n_body > 0 ? encode(SMP_FRAME, (size_t)n_body) : n_body;
	if (n <= 0)
		give_up("cannot encode a frame: %s", strerror(-n));
	/* All but the closing 00 first, so that the clock is read just before the last byte. */
	write_all(emitter.wire, (size_t)n - 1);
	emitter.n_frames = number + 1;
	emitter.written_ns[number] = clock_now_ns();
	write_all(emitter.wire + n - 1, 1);
}

static void *emitter_run(void *unused)
{
	(void)unused;
	int64_t due_ns = clock_now_ns();
	int number = 0;
	emitter.boot_ns = due_ns;
	while (!emitter.stop && number < MAX_FRAMES) {
		const int64_t left_ns = due_ns - clock_now_ns();
		if (left_ns > 0) {
			const struct timespec left = { 0, left_ns };
			struct pollfd heard = { .fd = emitter.fd, .events = POLLIN };
			if (ppoll(&heard, 1, &left, NULL) > 0)
				hear();
			continue;
		}
		emitter.late_us[number] = -1e-3 * (double)left_ns;
		if (emitter.streaming)
			emit(number, (uint64_t)(number + 1) * PERIOD_US);
		number++;
		due_ns += PERIOD_US * CLOCK_NS_PER_US;
	}
	return NULL;
}

/* --- programs ------------------------------------------------------------------------------- */

static pid_t run_program(const char *name, const char *const arguments[])
{
	char path[2 * PATH_SIZE];
	char log[PATH_SIZE];
	snprintf(path, sizeof(path), "%s/%s", programs, name);
	snprintf(log, sizeof(log), "%s/%s.log", folder, name);
	const pid_t pid = fork();
	if (pid < 0)
		give_up("fork: %s", strerror(errno));
	if (pid == 0) {
		const int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		execv(path, (char *const *)arguments);
		_exit(127);
	}
	children[n_children++] = pid;
	return pid;
}

/* Connect to the daemon, waiting up to 5 s for it. */
static int connect_client(bool wait)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", socket_path);
	for (int tries = 0; tries < (wait ? 500 : 1); tries++) {
		const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 &&
			connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
			return fd;
		close(fd);
		usleep(10000);
	}
	return -1;
}

static int subscribe(const char *streams)
{
	char text[200];
	const int fd = connect_client(true);
	const int n = snprintf(text, sizeof(text),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":{"
		"\"streams\":[%s]}}\n",
		streams);
	if (fd < 0 || write(fd, text, (size_t)n) != n)
		give_up("no daemon at %s; its log is %s/stanced.log", socket_path,
			folder);
	return fd;
}

static double cpu_s(pid_t pid)
{
	char path[64];
	unsigned long long ran_ns = 0;
	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	FILE *file = fopen(path, "r");
	if (!file || fscanf(file, "%llu", &ran_ns) != 1)
		give_up("%s cannot be read", path);
	fclose(file);
	return 1e-9 * (double)ran_ns;
}

static long status_kb(pid_t pid, const char *field)
{
	char path[64];
	char line[256];
	long kb = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "r");
	if (!file)
		give_up("%s cannot be read", path);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, field, strlen(field)) == 0)
			kb = strtol(line + strlen(field) + 1, NULL, 10);
	fclose(file);
	return kb;
}

/* --- measuring ------------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a;
	const double y = *(const double *)b;
	return (x > y) - (x < y);
}

static double percentile(const struct figures *f, double p)
{
	return f->n ? f->us[(int)fmin(f->n - 1, p / 100 * f->n)] : NAN;
}

static void add_latency(struct figures *f, int64_t frame_us, int64_t now_ns, int *last)
{
	const int64_t number = frame_us / PERIOD_US - 1;
	if (number < 0 || number >= emitter.n_frames || f->n >= f->max)
		return;
	f->us[f->n++] = 1e-3 * (double)(now_ns - emitter.written_ns[number]);
	if (*last >= 0 && number > *last + 1)
		f->n_lost += (int)(number - *last - 1);
	*last = (int)number;
}

/* Samples that arrive at `fd` in the next seconds; `each` is called about every 10 ms. */
static struct figures measure(int fd, double seconds, void (*each)(int step))
{
	static char buffer[1 << 16];
	size_t n_buffer = 0;
	int last = -1;
	int step = 0;
	struct figures f = { .max = (int)(seconds * RATE_HZ) + 1000 };
	f.us = calloc((size_t)f.max, sizeof(*f.us));
	const int64_t end_ns = clock_now_ns() + (int64_t)(seconds * 1e9);
	while (f.us && clock_now_ns() < end_ns) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		if (poll(&ready, 1, 20) <= 0)
			continue;
		const ssize_t n =
			read(fd, buffer + n_buffer, sizeof(buffer) - n_buffer - 1);
		const int64_t now_ns = clock_now_ns();
		if (n <= 0)
			give_up("the daemon closed the connection");
		n_buffer += (size_t)n;
		buffer[n_buffer] = '\0';
		char *line = buffer;
		for (char *end; (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			const char *at = strstr(line, "\"device_us\":");
			if (at)
				add_latency(
					&f, strtoll(at + 12, NULL, 10), now_ns, &last);
		}
		n_buffer -= (size_t)(line - buffer);
		memmove(buffer, line, n_buffer);
		if (each)
			each(step++);
	}
	qsort(f.us, (size_t)f.n, sizeof(*f.us), by_size);
	return f;
}

static void verdict(bool good)
{
	puts(good ? "   met" : "   MISSED");
}

static void report(const char *what, struct figures *f, double goal_us)
{
	if (f->n == 0)
		give_up("%s: no samples; the daemon's log is %s/stanced.log", what,
			folder);
	printf("  %-34s p50 %6.0f us   p99 %6.0f us   max %6.0f us   of %d", what,
		percentile(f, 50), percentile(f, 99), f->us[f->n - 1], f->n);
	if (isnan(goal_us)) {
		puts("");
	} else {
		printf(", %d missing; goal: p99 below %.0f us", f->n_lost, goal_us);
		verdict(percentile(f, 99) < goal_us && f->n_lost == 0);
	}
	free(f->us);
}

static int storm_refused;

/* A connection after each sample: a thousand in ten seconds, half of which ask something. */
static void storm_step(int step)
{
	static const char request[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}\n";
	if (step >= N_STORM)
		return;
	const int fd = connect_client(false);
	if (fd < 0) {
		storm_refused++;
		return;
	}
	if (step % 2 && send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) < 0)
		storm_refused++;
	close(fd);
}

/* A client that never reads, with as little room as the kernel gives. */
static int stuck_client(void)
{
	const int small = 1;
	const int fd = subscribe("\"sample\",\"frame\"");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	return fd;
}

static void start_everything(pid_t *daemon)
{
	char link[PATH_SIZE];
	int slave = -1;
	char name[PATH_SIZE];
	draw_pictures();
	if (openpty(&emitter.fd, &slave, name, NULL, NULL) < 0)
		give_up("no pseudo-terminal: %s", strerror(errno));
	snprintf(link, sizeof(link), "%s/mat", folder);
	snprintf(socket_path, sizeof(socket_path), "%s/socket", folder);
	if (symlink(name, link) < 0)
		give_up("%s: %s", link, strerror(errno));
	static pthread_t thread;
	if (pthread_create(&thread, NULL, emitter_run, NULL) != 0)
		give_up("no thread");
	const char *const arguments[] = { "stanced", "--mat", link, "--socket",
		socket_path, "--state-dir", folder, NULL };
	*daemon = run_program("stanced", arguments);
}

/* What a thread that only sleeps had to wait for the processor since frame `first`: if this is
 * large, the machine was busy with something else, and the p99 above says nothing of us. */
static void report_machine(int first)
{
	struct figures f = { .us = emitter.late_us + first,
		.n = emitter.n_frames - first };
	double sorted[MAX_FRAMES / 10];
	if (f.n > MAX_FRAMES / 10)
		f.n = MAX_FRAMES / 10;
	memcpy(sorted, f.us, (size_t)f.n * sizeof(*sorted));
	qsort(sorted, (size_t)f.n, sizeof(*sorted), by_size);
	f.us = sorted;
	printf("    (the machine's own wake-ups meanwhile: p50 %.0f us, p99 %.0f us "
	       "late)\n",
		percentile(&f, 50), percentile(&f, 99));
}

static void measure_cost(int client, pid_t daemon)
{
	const double before_s = cpu_s(daemon);
	const long switches = status_kb(daemon, "voluntary_ctxt_switches");
	const int first = emitter.n_frames;
	struct figures quiet = measure(client, PHASE_S, NULL);
	const double share = 100 * (cpu_s(daemon) - before_s) / PHASE_S;
	const long woken = status_kb(daemon, "voluntary_ctxt_switches") - switches;
	const double resident_mb = 1e-3 * (double)status_kb(daemon, "VmRSS");
	const int n = quiet.n;
	report("last byte to client, quiet", &quiet, 2000);
	report_machine(first);
	printf("  %-34s %.2f %% of one core (goal: below 2)",
		"stanced at 48 x 48, 100 Hz", share);
	verdict(share < 2);
	printf("  %-34s %.1f MB (goal: below 20)", "resident memory", resident_mb);
	verdict(resident_mb < 20);
	printf("  %-34s %.2f a frame\n", "wake-ups", (double)woken / (n ? n : 1));
}

/* Put a line of the screen's log, "SEQ SHOWN_NS DRAW_US", into the figures; a picture that shows the
 * same sample again says nothing new of latency. */
static void add_picture(const char *line, struct figures *shown, struct figures *drawn)
{
	static unsigned long long last_seq;
	unsigned long long seq;
	long long shown_ns;
	double draw_us;
	if (sscanf(line, "%llu %lld %lf", &seq, &shown_ns, &draw_us) != 3 ||
		drawn->n == drawn->max)
		return;
	if (draw_us > 0)
		drawn->us[drawn->n++] = draw_us;
	if (seq == last_seq || seq == 0)
		return;
	last_seq = seq;
	const int number = emitter.by_seq[seq & 0xffff];
	shown->us[shown->n++] = 1e-3 * (double)(shown_ns - emitter.written_ns[number]);
}

static void report_screen(const char *log)
{
	struct figures shown = { .max = MAX_FRAMES };
	struct figures drawn = { .max = MAX_FRAMES };
	char line[256];
	shown.us = calloc(MAX_FRAMES, sizeof(*shown.us));
	drawn.us = calloc(MAX_FRAMES, sizeof(*drawn.us));
	FILE *file = fopen(log, "r");
	if (!file || !shown.us || !drawn.us)
		give_up("the screen wrote no log; see %s/stance-ui.log", folder);
	while (fgets(line, sizeof(line), file))
		add_picture(line, &shown, &drawn);
	fclose(file);
	qsort(shown.us, (size_t)shown.n, sizeof(*shown.us), by_size);
	qsort(drawn.us, (size_t)drawn.n, sizeof(*drawn.us), by_size);
	/* The screen draws at its own pace, so that it skips frames: none is missing. */
	report("last byte to drawn frame", &shown, NAN);
	puts("    (the screen draws 60 times a second: waiting for its turn is part of "
	     "it)");
	report("drawing at 800x480, in software", &drawn, 4000);
}

static void measure_screen(void)
{
	char log[PATH_SIZE];
	snprintf(log, sizeof(log), "%s/pictures", folder);
	setenv("SDL_VIDEODRIVER", "dummy", 1);
	setenv("SDL_RENDER_DRIVER", "software", 1);
	const char *const arguments[] = { "stance-ui", "--socket", socket_path,
		"--profile", "800x480", "--home", "live", "--frame-log", log, NULL };
	const pid_t screen = run_program("stance-ui", arguments);
	sleep(1);
	const double before_s = cpu_s(screen);
	sleep(PHASE_S);
	const double share = 100 * (cpu_s(screen) - before_s) / PHASE_S;
	kill(screen, SIGTERM);
	waitpid(screen, NULL, 0);
	n_children--;
	report_screen(log);
	printf("  %-34s %.1f %% of one core\n", "stance-ui, drawn in software", share);
}

/* build/VARIANT/tests/bench/bench_latency -> build/VARIANT/bin */
static void find_programs(void)
{
	char own[PATH_SIZE];
	const ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);
	if (n < 0)
		give_up("/proc/self/exe: %s", strerror(errno));
	own[n] = '\0';
	for (int up = 0; up < 3; up++) {
		char *slash = strrchr(own, '/');
		if (slash)
			*slash = '\0';
	}
	snprintf(programs, sizeof(programs), "%.*s/bin", PATH_SIZE - 8, own);
}

int main(int argc, char **argv)
{
	pid_t daemon;
	signal(SIGPIPE, SIG_IGN);
	if (argc > 1)
		snprintf(programs, sizeof(programs), "%s", argv[1]);
	else
		find_programs();
	if (!mkdtemp(folder))
		give_up("%s: %s", folder, strerror(errno));
	atexit(clean_up);
	puts("bench_latency: 48 x 48 cells of 10 mm, 100 Hz, through a "
	     "pseudo-terminal");
	start_everything(&daemon);
	const int client = subscribe("\"sample\"");
	free(measure(client, SETTLE_S, NULL).us);
	measure_cost(client, daemon);

	const int stuck = stuck_client();
	const int first = emitter.n_frames;
	struct figures loud = measure(client, PHASE_S, storm_step);
	report("one stuck, 1000 come and go", &loud, 2000);
	report_machine(first);
	printf("  %-34s %d of %d refused; daemon %.1f MB\n", "connections",
		storm_refused, N_STORM, 1e-3 * (double)status_kb(daemon, "VmRSS"));
	close(stuck);

	measure_screen();
	return EXIT_SUCCESS;
}
