/* Killed at 200 random moments of trials: the database is whole, every trial that was acknowledged is
 * there to the last bit, and a running one is listed and its recording yields every second that was
 * written. Prints its seed; STANCE_TEST_SEED sets it. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/rng.h"
#include "src/store/recording.h"
#include "src/store/store.h"
#include "tests/support/store_fixture.h"

#define N_KILLS 200
#define N_A_STORE                                                                      \
	25 /* kills before a fresh store, so that checking it whole stays quick */
#define N_FRAMES   450
#define N_CELLS    12
#define N_ACKS_MAX 16 /* waited for before the kill */

/* What the child has been told is safe. */
enum ack_kind { ACK_OPEN, ACK_BEGUN, ACK_FRAMES, ACK_STORED, ACK_VOIDED };

struct ack {
	enum ack_kind kind;
	uint64_t seed; /* of the trial's record */
	int64_t id;
	int n_frames;
};

/* --- the child: trials one after the other, until it is killed -------------------------------- */

/* A child that cannot go on is a failure that the parent sees by its exit code. */
static void need(int result)
{
	if (result < 0) {
		fprintf(stderr, "child: %s\n", strerror(-result));
		_exit(3);
	}
}

static void tell(int fd, struct ack ack)
{
	if (write(fd, &ack, sizeof(ack)) != sizeof(ack))
		_exit(4);
}

static void frame_of(
	uint64_t seed, int i, struct raw_frame *frame, uint16_t cells[N_CELLS])
{
	struct rng rng;

	rng_init(&rng, seed, (uint64_t)i);
	for (int c = 0; c < N_CELLS; c++)
		cells[c] = (uint16_t)rng_u64(&rng);
	*frame = (struct raw_frame){ .seq = 10 + (uint64_t)i,
		.t_ns = i * 10 * CLOCK_NS_PER_MS,
		.cells = cells };
}

static void record_frames(
	struct store *store, const struct trial_record *r, int fd, uint64_t seed)
{
	struct recording_header header = { .started_unix_ms = 1,
		.mat = { { 3, 4, 10.0, 10.0 }, FRAME_UNIT_COUNTS, 1.0, 4095, 100.0 } };
	struct recording_writer *writer = NULL;
	char path[128];

	strcpy(header.uid, r->uid);
	need(store_raw_path(store, r->uid, path, sizeof(path)));
	need(recording_create(path, &header, &writer));
	for (int i = 0; i < N_FRAMES; i++) {
		uint16_t cells[N_CELLS];
		struct raw_frame frame;

		frame_of(seed, i, &frame, cells);
		need(recording_append(writer, &frame));
		if (i > 0 && i % 100 == 0)
			tell(fd, (struct ack){ ACK_FRAMES, seed, r->id, i });
	}
	need(recording_finish(writer));
	tell(fd, (struct ack){ ACK_FRAMES, seed, r->id, N_FRAMES });
}

static void one_trial(struct store *store, int fd, uint64_t seed)
{
	static struct trial_record r;
	struct trial_series series;
	struct rng rng;

	rng_init(&rng, seed, 1);
	store_fixture_record(&r, &rng, "P", 2);
	store_fixture_series(&series, &rng, 300);
	need(store_trial_begin(store, &r, &r.id));
	tell(fd, (struct ack){ ACK_BEGUN, seed, r.id, 0 });
	record_frames(store, &r, fd, seed);
	need(store_trial_finish(store, &r, &series));
	tell(fd, (struct ack){ ACK_STORED, seed, r.id, 0 });
	if (seed % 3 == 0) {
		need(store_trial_void(store, r.id, "r", "t"));
		tell(fd, (struct ack){ ACK_VOIDED, seed, r.id, 0 });
	}
	store_series_free(&series);
}

static _Noreturn void child(const char *folder, int fd, uint64_t seed)
{
	struct store_patient patient = {
		.code = "P", .stature_m = (double)NAN, .mass_kg = (double)NAN
	};
	char message[STORE_MESSAGE_SIZE];
	struct store *store = NULL;
	int64_t id;
	int error;

	need(store_open(folder, false, &store, message, sizeof(message)));
	error = store_patient_add(store, &patient, "t", &id);
	need(error == -EEXIST ? 0 : error);
	tell(fd, (struct ack){ ACK_OPEN, 0, 0, 0 });
	for (;; seed++)
		one_trial(store, fd, seed);
}

/* --- the parent ------------------------------------------------------------------------------- */

struct crash {
	char folder[64];
	struct rng rng;
	uint64_t next_seed; /* no two trials have the same uid */
	struct ack acks[4096];
	int n_acks;
	int n_stored, n_running, n_recovered;
	struct trial_record expected, got;
};

static void take_acks(struct crash *c, int fd, int n)
{
	while (n-- > 0 && c->n_acks < 4096 &&
		read(fd, &c->acks[c->n_acks], sizeof(struct ack)) == sizeof(struct ack))
		c->n_acks++;
}

/* Start a child, kill it at a random moment after a random number of acknowledgements. */
static void run_and_kill(struct crash *c)
{
	const int n_wait = (int)(rng_u64(&c->rng) % N_ACKS_MAX);
	const struct timespec delay = { 0, (long)(rng_u64(&c->rng) % 3000000) };
	int fds[2];
	int status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fds[0]);
		child(c->folder, fds[1], c->next_seed);
	}
	close(fds[1]);
	c->n_acks = 0;
	take_acks(c, fds[0], n_wait);
	nanosleep(&delay, NULL);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	take_acks(c, fds[0], 4096); /* told before it died */
	close(fds[0]);
	c->next_seed += 1000;
}

static void check_stored(struct crash *c, struct store *store, const struct ack *ack)
{
	struct rng rng;

	rng_init(&rng, ack->seed, 1);
	store_fixture_record(&c->expected, &rng, "P", 2);
	assert_int_equal(store_trial_get(store, ack->id, &c->got), 0);
	c->expected.id = ack->id;
	/* voiding may have been written and not told, never the other way round */
	assert_true(c->got.voided || ack->kind != ACK_VOIDED);
	c->expected.voided = c->got.voided;
	strcpy(c->expected.void_reason, c->got.voided ? "r" : "");
	store_fixture_assert_same(&c->got, &c->expected);
	c->n_stored += ack->kind == ACK_STORED;
}

/* Every whole second of a recording is there, and nothing that was not written. */
static void check_recording(struct store *store, const char *uid, const struct ack *ack)
{
	struct recording *recording = NULL;
	struct raw_frame frame, expected;
	uint16_t cells[N_CELLS];
	char path[128];
	char message[256];
	int n = 0;

	assert_int_equal(store_raw_path(store, uid, path, sizeof(path)), 0);
	if (recording_open(path, &recording, message, sizeof(message)) < 0) {
		assert_int_equal(
			ack->n_frames, 0); /* killed before its header was whole */
		return;
	}
	assert_string_equal(recording_header(recording)->uid, uid);
	while (recording_next(recording, &frame) == 1) {
		frame_of(ack->seed, n, &expected, cells);
		assert_true(frame.seq == expected.seq && frame.t_ns == expected.t_ns);
		assert_memory_equal(frame.cells, cells, sizeof(cells));
		n++;
	}
	assert_true(n >= ack->n_frames && n <= N_FRAMES);
	recording_close(recording);
}

/* What the daemon does at its next start: see what ran, and end it. */
static void recover(struct crash *c, struct store *store)
{
	int64_t ids[4];
	const int n = store_trial_running(store, ids, 4);
	struct ack last = { 0 };

	assert_in_range(n, 0, 1);
	for (int i = 0; i < c->n_acks; i++)
		if (c->acks[i].kind == ACK_BEGUN || c->acks[i].kind == ACK_FRAMES)
			last = c->acks[i];
	if (n == 0)
		return;
	c->n_running++;
	assert_int_equal(store_trial_get(store, ids[0], &c->got), 0);
	if (last.id == ids[0]) { /* else killed before it was told of its beginning */
		check_recording(store, c->got.uid, &last);
		c->n_recovered += last.n_frames > 0;
	}
	c->got.verdict = TRIAL_INTERRUPTED;
	assert_int_equal(store_trial_finish(store, &c->got, NULL), 0);
}

static void check(struct crash *c)
{
	char message[STORE_MESSAGE_SIZE] = "";
	struct store *store = NULL;
	int64_t bad;

	assert_int_equal(
		store_open(c->folder, false, &store, message, sizeof(message)), 0);
	assert_int_equal(store_check(store, message, sizeof(message)), 0);
	for (int i = 0; i < c->n_acks; i++)
		if (c->acks[i].kind >= ACK_STORED)
			check_stored(c, store, &c->acks[i]);
	recover(c, store);
	assert_int_equal(store_audit_verify(store, &bad), 0);
	store_close(store);
}

static void test_killed(void **state)
{
	const char *seed = getenv("STANCE_TEST_SEED");
	struct crash *c = calloc(1, sizeof(*c));
	const uint64_t number = seed ? strtoull(seed, NULL, 10) : 20261127;

	(void)state;
	assert_non_null(c);
	print_message("seed %llu\n", (unsigned long long)number);
	rng_init(&c->rng, number, 0);
	for (int i = 0; i < N_KILLS; i++) {
		if (i % N_A_STORE == 0)
			store_fixture_folder(c->folder);
		run_and_kill(c);
		check(c);
		if (i % N_A_STORE == N_A_STORE - 1)
			store_fixture_remove(c->folder);
	}
	print_message(
		"%d kills: %d trials stored, %d left running, %d of them recovered\n",
		N_KILLS, c->n_stored, c->n_running, c->n_recovered);
	assert_true(c->n_stored > N_KILLS / 4);
	assert_true(c->n_recovered > N_KILLS / 4);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
