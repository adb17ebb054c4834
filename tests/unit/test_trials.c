/* Trials in the daemon without a port: frames by hand into live.c, a real worker, a real store. */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <systemd/sd-event.h>

#include "src/base/clock.h"
#include "src/base/log.h"
#include "src/daemon/trials.h"
#include "src/store/replay.h"
#include "tests/support/folder.h"

#define SIDE      32
#define N_CELLS   (SIDE * SIDE)
#define FRAME_NS  (10 * CLOCK_NS_PER_MS)
#define START_NS  (7 * CLOCK_NS_PER_S)
#define PATIENT   "P-1"
#define SETTLE_S  0.5
#define MEASURE_S 2.0

struct bench {
	char folder[64], path[96];
	sd_event *event;
	struct server *server;
	struct live *live;
	struct archive *archive;
	struct trials *trials;
	struct mat_info info;
	uint16_t cells[N_CELLS];
	uint64_t seq;
	int64_t t_ns;
	/* what was heard */
	int n_begun, n_changed;
	int64_t id;
	struct rpc_error error;
	/* what a job on the store found */
	struct archive_job look;
	struct trial_record record;
	int found;
	int n_series;
};

static void quiet(enum log_level level, const char *tag, enum log_event event,
	const char *message, void *ctx)
{
	(void)level;
	(void)tag;
	(void)event;
	(void)message;
	(void)ctx;
}

static void on_request(struct conn *conn, const struct rpc_request *request, void *ctx)
{
	(void)conn;
	(void)request;
	(void)ctx;
}

static void on_changed(void *ctx)
{
	struct bench *b = ctx;

	b->n_changed++;
}

static void drain(struct bench *b)
{
	worker_drain(archive_worker(b->archive));
	while (sd_event_run(b->event, 0) > 0)
		continue;
}

static void add_patient(struct store *store, const char *trouble, void *ctx)
{
	struct store_patient patient = {
		.code = PATIENT, .mass_kg = 80, .stature_m = NAN, .birth_year = 1980
	};
	int64_t id;

	(void)trouble;
	(void)ctx;
	if (store)
		store_patient_add(store, &patient, "test", &id);
}

static void start_trials(struct bench *b, double keep_raw_days)
{
	assert_int_equal(
		archive_new(b->event, b->folder, keep_raw_days, &b->archive), 0);
	assert_int_equal(
		trials_new(b->archive, b->live, b->server, on_changed, b, &b->trials),
		0);
}

static void start_parts(struct bench *b)
{
	const struct server_handlers handlers = { on_request, b, NULL };
	struct server_options options = { .path = b->path, .max_clients = 4 };
	char message[512];

	assert_true(sd_event_new(&b->event) >= 0);
	assert_int_equal(server_new(b->event, &options, &handlers, &b->server, message,
				 sizeof(message)),
		0);
	assert_int_equal(live_new(b->server, START_NS, &b->live), 0);
	start_trials(b, 0);
	b->look = (struct archive_job){ .run_fn = add_patient, .ctx = b };
	archive_post(b->archive, &b->look);
	drain(b);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	log_set_sink(quiet, NULL);
	strcpy(b->folder, "/tmp/stance-trials-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/s.sock", b->folder);
	b->t_ns = START_NS;
	b->info = (struct mat_info){ .has_mat = true,
		.driver = "smp",
		.serial = "T-1",
		.geometry = { SIDE, SIDE, 15, 15 },
		.unit = FRAME_UNIT_FORCE_MN,
		.unit_scale = 1,
		.full_scale = 65535,
		.temperature_c = NAN };
	start_parts(b);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	trials_free(b->trials);
	archive_free(b->archive);
	live_free(b->live);
	server_free(b->server);
	sd_event_unref(b->event);
	folder_remove(b->folder);
	free(b);
	return 0;
}

/* --- a person and a mat ------------------------------------------------------------------- */

/* Two soles of 7 x 18 cells, 700 N, swaying a little with the frames. */
static void stand(struct bench *b)
{
	double sway = 40 * sin(0.02 * (double)b->seq);

	memset(b->cells, 0, sizeof(b->cells));
	for (int row = 7; row < 25; row++) {
		for (int col = 0; col < 7; col++) {
			double ahead = (16 - row) * sway / 9;

			b->cells[row * SIDE + 5 + col] = (uint16_t)(2700 + ahead);
			b->cells[row * SIDE + 20 + col] = (uint16_t)(2800 + ahead);
		}
	}
}

static void leave(struct bench *b)
{
	memset(b->cells, 0, sizeof(b->cells));
}

static void push(struct bench *b)
{
	const struct raw_frame frame = {
		.seq = ++b->seq, .t_ns = b->t_ns, .cells = b->cells
	};

	b->t_ns += FRAME_NS;
	live_push(b->live, &b->info, &frame);
}

/* The person stands for so long, or until the trial is over. */
static void push_standing(struct bench *b, double seconds)
{
	for (int i = 0; i < (int)(seconds * 100); i++) {
		stand(b);
		push(b);
	}
}

static void push_empty(struct bench *b, double seconds)
{
	leave(b);
	for (int i = 0; i < (int)(seconds * 100); i++)
		push(b);
}

/* --- asking ------------------------------------------------------------------------------ */

static void on_begun(const struct rpc_error *error, int64_t id, void *ctx)
{
	struct bench *b = ctx;

	b->n_begun++;
	b->error = *error;
	b->id = id;
}

static struct trial_request a_request(void)
{
	struct trial_request r = { .protocol = protocol_find("quiet-eo"),
		.duration_s = MEASURE_S,
		.settle_s = SETTLE_S,
		.wait_s = 3,
		.cutoff_hz = 5,
		.operator_name = "KL",
		.condition = { .footwear = "socks", .pain = 2 } };

	assert_non_null(r.protocol);
	return r;
}

static int64_t begin(struct bench *b, const struct trial_request *request)
{
	assert_int_equal(trials_start(b->trials, request, on_begun, b), 0);
	drain(b);
	assert_int_equal(b->n_begun, 1);
	assert_int_equal(b->error.code, 0);
	assert_true(b->id > 0);
	b->n_begun = 0;
	return b->id;
}

static void look(struct store *store, const char *trouble, void *ctx)
{
	struct bench *b = ctx;
	struct trial_series series;

	(void)trouble;
	b->found = store ? store_trial_get(store, b->id, &b->record) : -EIO;
	b->n_series = -1;
	if (b->found == 0 && store_trial_series(store, b->id, &series) == 0) {
		b->n_series = series.n;
		store_series_free(&series);
	}
}

/* Read trial b->id into b->record. Returns 0 or the store's error. */
static int find(struct bench *b)
{
	drain(b);
	b->look = (struct archive_job){ .run_fn = look, .ctx = b };
	archive_post(b->archive, &b->look);
	drain(b);
	return b->found;
}

static void check_last(struct bench *b, const char *state)
{
	struct progress_document p;

	drain(b);
	trials_progress(b->trials, &p);
	assert_false(trials_is_busy(b->trials));
	assert_string_equal(p.state, "idle");
	assert_string_equal(p.last->state, state);
	assert_int_equal(p.last->id, b->id);
}

static bool has_reason(const struct trial_record *record, const char *part)
{
	for (int i = 0; i < record->n_reasons; i++) {
		if (strstr(record->reasons[i], part))
			return true;
	}
	return false;
}

static int n_recordings(const struct bench *b)
{
	char path[128];
	struct dirent *entry;
	int n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/recordings", b->folder);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		n += strstr(entry->d_name, ".srec") != NULL;
	if (dir)
		closedir(dir);
	return n;
}

/* --- the cases --------------------------------------------------------------------------- */

static void without_a_mat_there_is_no_trial(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();

	assert_int_equal(trials_start(b->trials, &request, on_begun, b), -ENODEV);
	push_empty(b, 0.1);
	live_break(b->live);
	assert_int_equal(trials_start(b->trials, &request, on_begun, b), -ENODEV);
	assert_int_equal(trials_stop(b->trials, SESSION_STOP_ABORTED), -ENOENT);
	drain(b);
	assert_int_equal(b->n_begun, 0);
	assert_int_equal(n_recordings(b), 0);
}

static void a_trial_runs_to_its_end_and_is_stored(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();
	struct progress_document p;

	strcpy(request.patient, PATIENT);
	push_empty(b, 1);
	begin(b, &request);
	assert_int_equal(trials_start(b->trials, &request, on_begun, b), -EBUSY);
	trials_progress(b->trials, &p);
	assert_string_equal(p.state, "waiting");
	assert_int_equal(p.id, b->id);
	assert_true(strlen(p.instruction) > 5);
	push_empty(b, 0.5);
	push_standing(b, SETTLE_S + 1);
	trials_progress(b->trials, &p);
	assert_string_equal(p.state, "measuring");
	assert_true(p.done_frac > 0 && p.done_frac < 1);
	assert_true(fabs(p.elapsed_s + p.remaining_s - MEASURE_S) < 0.05);
	push_standing(b, MEASURE_S);
	check_last(b, "stored");
	assert_int_equal(find(b), 0);
	assert_int_not_equal(b->record.verdict, TRIAL_INTERRUPTED);
	assert_string_equal(b->record.patient, PATIENT);
	assert_string_equal(b->record.protocol, "quiet-eo");
	assert_string_equal(b->record.operator_name, "KL");
	assert_string_equal(b->record.condition.footwear, "socks");
	assert_int_equal(b->record.condition.pain, 2);
	assert_string_equal(b->record.calibration_state, "not_needed");
	assert_true(fabs(b->record.phases[0].duration_s - MEASURE_S) < 0.05);
	assert_true(b->record.phases[0].value[METRIC_PATH_MM] > 1);
	assert_true(b->n_series >= (int)(100 * (SETTLE_S + MEASURE_S)) - 5);
	assert_int_equal(n_recordings(b), 1);
	assert_int_equal(archive_n_trials(b->archive), 1);
	assert_true(b->n_changed >= 2);
}

static void trials_follow_one_another(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();
	int64_t last = 0;

	for (int i = 0; i < 3; i++) {
		push_standing(b, 0.5);
		assert_true(begin(b, &request) > last);
		last = b->id;
		push_standing(b, SETTLE_S + MEASURE_S + 1);
		check_last(b, "stored");
	}
	assert_int_equal(archive_n_trials(b->archive), 3);
	assert_int_equal(n_recordings(b), 3);
}

static void nobody_comes_and_nothing_is_stored(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();

	push_empty(b, 0.5);
	begin(b, &request);
	push_empty(b, 2.9);
	assert_true(trials_is_busy(b->trials));
	push_empty(b, 0.5);
	check_last(b, "timeout");
	assert_int_equal(find(b), -ENOENT);
	assert_int_equal(n_recordings(b), 0);
	assert_int_equal(archive_n_trials(b->archive), 0);
	/* The next one is not the same number. */
	int64_t before = b->id;
	assert_true(begin(b, &request) > before);
}

static void an_aborted_trial_is_interrupted(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();

	push_standing(b, 0.5);
	begin(b, &request);
	push_standing(b, SETTLE_S + 1.2);
	assert_int_equal(trials_stop(b->trials, SESSION_STOP_ABORTED), 0);
	check_last(b, "stored");
	assert_int_equal(find(b), 0);
	assert_int_equal(b->record.verdict, TRIAL_INTERRUPTED);
	assert_true(b->record.n_reasons > 0);
	assert_int_equal(trials_stop(b->trials, SESSION_STOP_ABORTED), -ENOENT);
}

static void one_aborted_before_it_has_begun_is_interrupted_too(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();

	push_standing(b, 0.5);
	assert_int_equal(trials_start(b->trials, &request, on_begun, b), 0);
	assert_int_equal(trials_stop(b->trials, SESSION_STOP_ABORTED), 0);
	drain(b);
	assert_int_equal(b->error.code, 0);
	check_last(b, "stored");
	assert_int_equal(find(b), 0);
	assert_int_equal(b->record.verdict, TRIAL_INTERRUPTED);
}

static void a_lost_mat_interrupts(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();

	push_standing(b, 0.5);
	begin(b, &request);
	push_standing(b, SETTLE_S + 1.5);
	live_break(b->live);
	check_last(b, "stored");
	assert_int_equal(find(b), 0);
	assert_int_equal(b->record.verdict, TRIAL_INTERRUPTED);
	assert_true(b->n_series > 150);
}

static void the_end_of_the_daemon_interrupts(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();

	push_standing(b, 0.5);
	begin(b, &request);
	push_standing(b, SETTLE_S + 1.5);
	trials_free(b->trials);
	b->trials = NULL;
	assert_int_equal(find(b), 0);
	assert_int_equal(b->record.verdict, TRIAL_INTERRUPTED);
	assert_true(has_reason(&b->record, "daemon was stopped"));
}

static void strangers_and_wrong_visits_are_refused(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();

	push_standing(b, 0.5);
	strcpy(request.patient, "nobody");
	assert_int_equal(trials_start(b->trials, &request, on_begun, b), 0);
	drain(b);
	assert_int_equal(b->error.code, RPC_NOT_FOUND);
	assert_non_null(strstr(b->error.message, "nobody"));
	request = a_request();
	request.visit_id = 77;
	assert_int_equal(trials_start(b->trials, &request, on_begun, b), 0);
	drain(b);
	assert_int_equal(b->error.code, RPC_NOT_FOUND);
	assert_false(trials_is_busy(b->trials));
	assert_int_equal(b->n_begun, 2);
	assert_int_equal(n_recordings(b), 0);
	assert_int_equal(archive_n_trials(b->archive), 0);
}

/* --- again from the recording ------------------------------------------------------------- */

static bool is_same(double a, double b)
{
	return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof(a)) == 0;
}

static void check_same(const struct trial_record *a, const struct trial_record *b)
{
	assert_string_equal(a->uid, b->uid);
	assert_string_equal(a->protocol, b->protocol);
	assert_string_equal(a->algorithm, b->algorithm);
	assert_int_equal(a->verdict, b->verdict);
	assert_int_equal(a->n_reasons, b->n_reasons);
	for (int i = 0; i < a->n_reasons; i++)
		assert_string_equal(a->reasons[i], b->reasons[i]);
	assert_true(is_same(a->duration_s, b->duration_s) &&
		    is_same(a->settle_s, b->settle_s) &&
		    is_same(a->rate_hz, b->rate_hz));
	assert_int_equal(a->n_phases, b->n_phases);
	for (int i = 0; i < a->n_phases; i++) {
		assert_int_equal(a->phases[i].n, b->phases[i].n);
		for (int m = 0; m < METRIC_N; m++)
			assert_true(
				is_same(a->phases[i].value[m], b->phases[i].value[m]));
	}
	for (int m = 0; m < METRIC_N; m++)
		assert_true(is_same(a->outcome[m], b->outcome[m]));
}

static void run_again(struct bench *b, struct replay *replay)
{
	char path[256], message[256];
	struct recording *recording;
	struct raw_frame frame;

	snprintf(path, sizeof(path), "%s/recordings/%s.srec", b->folder, b->record.uid);
	assert_int_equal(recording_open(path, &recording, message, sizeof(message)), 0);
	assert_int_equal(replay_run(recording, NULL, replay), 0);
	while (recording_next(recording, &frame) > 0)
		continue;
	assert_false(recording_damage(recording)->not_closed);
	recording_close(recording);
}

static void its_recording_gives_the_same_numbers_bit_by_bit(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();
	struct replay *replay = calloc(1, sizeof(*replay));

	assert_non_null(replay);
	strcpy(request.patient, PATIENT); /* mass and age matter */
	push_empty(b, 1);
	push_standing(b, 1);
	begin(b, &request);
	push_standing(b, SETTLE_S + MEASURE_S + 1);
	check_last(b, "stored");
	assert_int_equal(find(b), 0);
	run_again(b, replay);
	check_same(&b->record, &replay->record);
	assert_int_equal(b->n_series, replay->series->n);
	assert_true(replay->record.phases[0].value[METRIC_PATH_MM] > 1);
	replay_free(replay);
	free(replay);
}

static void one_that_was_stopped_is_stopped_alike_when_replayed(void **state)
{
	static const enum session_stop why[] = { SESSION_STOP_ABORTED,
		SESSION_STOP_MAT_LOST, SESSION_STOP_FINISH, SESSION_STOP_DAEMON };
	struct bench *b = *state;
	struct trial_request request = a_request();
	struct replay *replay = calloc(1, sizeof(*replay));

	assert_non_null(replay);
	for (size_t i = 0; i < sizeof(why) / sizeof(why[0]); i++) {
		push_standing(b, 1);
		begin(b, &request);
		push_standing(b, SETTLE_S + 2.2);
		assert_int_equal(trials_stop(b->trials, why[i]), 0);
		check_last(b, "stored");
		assert_int_equal(find(b), 0);
		run_again(b, replay);
		check_same(&b->record, &replay->record);
		replay_free(replay);
	}
	free(replay);
}

static void old_raw_frames_go_and_the_numbers_stay(void **state)
{
	static const double keep_days[] = { 0, 1, 1e-9 };
	struct bench *b = *state;
	struct trial_request request = a_request();

	push_standing(b, 0.5);
	begin(b, &request);
	push_standing(b, SETTLE_S + MEASURE_S + 1);
	check_last(b, "stored");
	for (size_t i = 0; i < 3; i++) {
		trials_free(b->trials);
		archive_free(b->archive);
		usleep(2000); /* now it is older than 1e-9 days */
		start_trials(b, keep_days[i]);
		drain(b);
		assert_int_equal(find(b), 0);
		assert_int_equal(n_recordings(b), i < 2);
		assert_int_equal(b->record.has_raw, i < 2);
		assert_true(b->n_series > 200);
		assert_true(b->record.phases[0].value[METRIC_PATH_MM] > 1);
	}
}

/* --- the disk ---------------------------------------------------------------------------- */

struct stall {
	struct worker_job job;
	pthread_mutex_t mutex;
	atomic_bool begun;
};

static void run_stall(void *ctx)
{
	struct stall *s = ctx;

	s->begun = true;
	pthread_mutex_lock(&s->mutex);
	pthread_mutex_unlock(&s->mutex);
}

static void done_stall(void *ctx)
{
	(void)ctx;
}

static void a_disk_that_stalls_ends_the_trial_with_its_reason(void **state)
{
	struct bench *b = *state;
	struct trial_request request = a_request();
	struct stall s = { .job = { .run_fn = run_stall, .done_fn = done_stall } };
	struct replay *replay = calloc(1, sizeof(*replay));

	assert_non_null(replay);
	request.duration_s = 60;
	push_standing(b, 2); /* the mat's rate is known */
	begin(b, &request);
	push_standing(b, 1);
	drain(b);
	pthread_mutex_init(&s.mutex, NULL);
	pthread_mutex_lock(&s.mutex);
	s.job.ctx = &s;
	worker_post(archive_worker(b->archive), &s.job);
	while (!s.begun) /* until then it writes what comes */
		usleep(100);
	/* Five seconds of it pass unharmed: frames are kept, the loop never waits. */
	push_standing(b, 5);
	assert_true(trials_is_busy(b->trials));
	push_standing(b, 2);
	pthread_mutex_unlock(&s.mutex);
	check_last(b, "stored");
	assert_int_equal(find(b), 0);
	assert_int_equal(b->record.verdict, TRIAL_INTERRUPTED);
	assert_true(has_reason(&b->record, "did not keep up"));
	assert_true(b->n_series > 600 && b->n_series < 760);
	run_again(b, replay); /* its recording says so, too */
	check_same(&b->record, &replay->record);
	replay_free(replay);
	free(replay);
	pthread_mutex_destroy(&s.mutex);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_mat_there_is_no_trial),
		TEST(a_trial_runs_to_its_end_and_is_stored),
		TEST(trials_follow_one_another),
		TEST(nobody_comes_and_nothing_is_stored),
		TEST(an_aborted_trial_is_interrupted),
		TEST(one_aborted_before_it_has_begun_is_interrupted_too),
		TEST(a_lost_mat_interrupts),
		TEST(the_end_of_the_daemon_interrupts),
		TEST(strangers_and_wrong_visits_are_refused),
		TEST(its_recording_gives_the_same_numbers_bit_by_bit),
		TEST(one_that_was_stopped_is_stopped_alike_when_replayed),
		TEST(old_raw_frames_go_and_the_numbers_stay),
		TEST(a_disk_that_stalls_ends_the_trial_with_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
