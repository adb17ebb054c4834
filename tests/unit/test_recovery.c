/* What a crash leaves and the next start makes of it: rows that run, recordings cut anywhere, damaged,
 * empty or gone. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/log.h"
#include "src/daemon/recovery.h"
#include "src/store/recording.h"
#include "src/store/store_clinic.h"
#include "tests/support/folder.h"

#define SIDE      24
#define N_CELLS   (SIDE * SIDE)
#define RATE_HZ   100
#define SETTLE_S  0.5
#define MEASURE_S 4.0

struct bench {
	char folder[64];
	struct store *store;
	struct trial_record record;
	int n_uids;
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

static void open_store(struct bench *b)
{
	char message[STORE_MESSAGE_SIZE];

	assert_int_equal(
		store_open(b->folder, false, &b->store, message, sizeof(message)), 0);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	log_set_sink(quiet, NULL);
	strcpy(b->folder, "/tmp/stance-recovery-XXXXXX");
	assert_non_null(mkdtemp(b->folder));
	open_store(b);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	store_close(b->store);
	folder_remove(b->folder);
	free(b);
	return 0;
}

/* --- what a daemon would have written ------------------------------------------------------ */

static void fill_header(struct recording_header *h, const char *uid)
{
	*h = (struct recording_header){ .driver = "smp",
		.serial = "T-1",
		.protocol = "quiet-eo",
		.algorithm = "test",
		.calibration_state = "not_needed",
		.mat = { .geometry = { SIDE, SIDE, 20, 20 },
			.unit = FRAME_UNIT_FORCE_MN,
			.unit_scale = 1,
			.full_scale = 65535,
			.rate_hz = RATE_HZ },
		.zero = { .map = NULL, .noise = NAN },
		.duration_s = MEASURE_S,
		.settle_s = SETTLE_S,
		.cutoff_hz = 5,
		.noise_velocity_mm_s = NAN,
		.person = { .mass_kg = NAN, .stature_m = NAN, .age_years = NAN },
		.condition = { .pain = -1 } };
	strcpy(h->uid, uid);
}

/* Two soles of 5 x 13 cells, 700 N, swaying. */
static void stand(uint16_t *cells, int number)
{
	double sway = 60 * sin(0.02 * number);

	memset(cells, 0, N_CELLS * sizeof(*cells));
	for (int row = 5; row < 18; row++) {
		for (int col = 0; col < 5; col++) {
			double ahead = (11 - row) * sway / 6;

			cells[row * SIDE + 4 + col] = (uint16_t)(5300 + ahead);
			cells[row * SIDE + 15 + col] = (uint16_t)(5500 + ahead);
		}
	}
}

static void append_person(struct recording_writer *writer, double seconds)
{
	uint16_t cells[N_CELLS];

	for (int i = 0; i < (int)(seconds * RATE_HZ); i++) {
		const struct raw_frame frame = { .seq = (uint64_t)i,
			.t_ns = i * CLOCK_NS_PER_S / RATE_HZ,
			.cells = cells };

		stand(cells, i);
		assert_int_equal(recording_append(writer, &frame), 0);
	}
}

/* A row that runs; returns its id and, in `path`, where its recording would be. */
static int64_t begin_row(struct bench *b, char *path, size_t size)
{
	struct trial_record *row = calloc(1, sizeof(*row));
	int64_t id;

	assert_non_null(row);
	*row = (struct trial_record){ .started_unix_ms = 1700000000000,
		.operator_name = "KL",
		.protocol = "quiet-eo",
		.condition = { .pain = -1 },
		.duration_s = NAN,
		.settle_s = NAN,
		.rate_hz = RATE_HZ,
		.verdict = TRIAL_INTERRUPTED,
		.has_raw = true };
	snprintf(row->uid, sizeof(row->uid), "%032d", ++b->n_uids);
	for (int m = 0; m < METRIC_N; m++)
		row->outcome[m] = NAN;
	assert_int_equal(store_trial_begin(b->store, row, &id), 0);
	assert_true(store_raw_path(b->store, row->uid, path, size) >= 0);
	free(row);
	return id;
}

/* A trial whose daemon dies after `seconds` of frames. */
static int64_t crash_after(struct bench *b, double seconds, char *path, size_t size)
{
	struct recording_header header;
	struct recording_writer *writer;
	int64_t id = begin_row(b, path, size);
	char uid[33];

	snprintf(uid, sizeof(uid), "%032d", b->n_uids);
	fill_header(&header, uid);
	assert_int_equal(recording_create(path, &header, &writer), 0);
	append_person(writer, seconds);
	recording_abandon(writer);
	return id;
}

static const struct trial_record *found(struct bench *b, int64_t id)
{
	int64_t running;

	assert_int_equal(store_trial_get(b->store, id, &b->record), 0);
	assert_int_equal(b->record.id, id);
	assert_string_equal(b->record.operator_name, "KL");
	assert_int_equal(store_trial_running(b->store, &running, 1), 0);
	return &b->record;
}

static bool has_reason(const struct trial_record *record, const char *part)
{
	for (int i = 0; i < record->n_reasons; i++) {
		if (strstr(record->reasons[i], part))
			return true;
	}
	return false;
}

/* --- the cases --------------------------------------------------------------------------- */

static void a_trial_cut_short_is_measured_up_to_its_last_second(void **state)
{
	struct bench *b = *state;
	const struct trial_record *record;
	struct trial_series series;
	char path[256];
	int64_t id = crash_after(b, SETTLE_S + 2.8, path, sizeof(path));

	assert_int_equal(recovery_run(b->store), 1);
	record = found(b, id);
	assert_int_equal(record->verdict, TRIAL_INTERRUPTED);
	assert_true(has_reason(record, "went down") && record->has_raw);
	assert_int_equal(store_trial_series(b->store, id, &series), 0);
	/* 3.3 s of frames, a chunk a second: three seconds are there. */
	assert_true(series.n >= 295 && series.n <= 335);
	store_series_free(&series);
	assert_int_equal(access(path, R_OK), 0);
	assert_int_equal(recovery_run(b->store), 0);
}

static void a_trial_that_was_measured_whole_is_whole(void **state)
{
	struct bench *b = *state;
	const struct trial_record *record;
	char path[256];
	int64_t id = crash_after(b, SETTLE_S + MEASURE_S + 3, path, sizeof(path));

	assert_int_equal(recovery_run(b->store), 1);
	record = found(b, id);
	assert_int_not_equal(record->verdict, TRIAL_INTERRUPTED);
	assert_true(record->phases[0].value[METRIC_PATH_MM] > 1);
	assert_true(fabs(record->phases[0].duration_s - MEASURE_S) < 0.05);
}

/* Its mean picture is kept with it: as it would have been without the crash. */
static void the_picture_is_recovered(void **state)
{
	struct bench *b = *state;
	struct store_picture picture;
	char path[256];
	double sum = 0;
	int64_t id = crash_after(b, SETTLE_S + MEASURE_S + 3, path, sizeof(path));

	assert_int_equal(recovery_run(b->store), 1);
	assert_int_equal(store_picture_get(b->store, id, &picture), 0);
	assert_int_equal(picture.n_rows * picture.n_cols, N_CELLS);
	assert_true(picture.unit_is_force && picture.pitch_x_mm == 20);
	for (int i = 0; i < N_CELLS; i++)
		sum += (double)picture.cells[i];
	/* 65 cells of 5.3 N on one foot, of 5.5 N on the other */
	assert_true(fabs(sum - 65 * 10.8) < 2);
	assert_true(fabsf(picture.cells[11 * SIDE + 6] - 5.3f) < 0.05f);
	assert_true(picture.cells[0] == 0);
	free(picture.cells);
	id = crash_after(b, 0, path, sizeof(path));
	assert_int_equal(recovery_run(b->store), 1);
	assert_int_equal(store_picture_get(b->store, id, &picture), -ENOENT);
}

static void without_a_recording_the_row_is_interrupted(void **state)
{
	struct bench *b = *state;
	char path[256];
	int64_t id = begin_row(b, path, sizeof(path));

	assert_int_equal(recovery_run(b->store), 1);
	assert_int_equal(found(b, id)->verdict, TRIAL_INTERRUPTED);
	assert_true(has_reason(&b->record, "Nothing of it"));
	assert_false(b->record.has_raw);
}

static void a_recording_without_frames_is_interrupted(void **state)
{
	struct bench *b = *state;
	char path[256];
	int64_t id = crash_after(b, 0, path, sizeof(path));

	assert_int_equal(recovery_run(b->store), 1);
	assert_int_equal(found(b, id)->verdict, TRIAL_INTERRUPTED);
	assert_true(b->record.n_reasons > 0);
}

static void a_recording_cut_anywhere_never_stops_the_start(void **state)
{
	struct bench *b = *state;
	char path[256];
	struct stat st;
	int n = 0;

	crash_after(b, 2.5, path, sizeof(path));
	assert_int_equal(stat(path, &st), 0);
	recovery_run(b->store);
	/* Cuts at forty places, most of them in the middle of something. */
	for (off_t size = 0; size < st.st_size; size += st.st_size / 40 + 1) {
		int64_t id = crash_after(b, 2.5, path, sizeof(path));

		assert_int_equal(truncate(path, size), 0);
		assert_int_equal(recovery_run(b->store), 1);
		assert_int_equal(found(b, id)->verdict, TRIAL_INTERRUPTED);
		assert_true(b->record.n_reasons > 0);
		n++;
	}
	assert_true(n >= 38);
}

static void a_damaged_recording_says_so(void **state)
{
	struct bench *b = *state;
	char path[256];
	int64_t id = crash_after(b, SETTLE_S + MEASURE_S + 3, path, sizeof(path));
	struct stat st;
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(pwrite(fd, "damage", 6, st.st_size / 2), 6);
	close(fd);
	assert_int_equal(recovery_run(b->store), 1);
	found(b, id);
	assert_true(b->record.n_reasons > 0);
	assert_int_not_equal(b->record.verdict, TRIAL_GOOD);
}

static void all_that_ran_are_stored(void **state)
{
	struct bench *b = *state;
	int64_t ids[5];
	char path[256];

	for (int i = 0; i < 5; i++)
		ids[i] = crash_after(b, 0.5 + i, path, sizeof(path));
	store_close(b->store);
	open_store(b);
	assert_int_equal(recovery_run(b->store), 5);
	for (int i = 0; i < 5; i++)
		found(b, ids[i]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_trial_cut_short_is_measured_up_to_its_last_second),
		TEST(a_trial_that_was_measured_whole_is_whole),
		TEST(the_picture_is_recovered),
		TEST(without_a_recording_the_row_is_interrupted),
		TEST(a_recording_without_frames_is_interrupted),
		TEST(a_recording_cut_anywhere_never_stops_the_start),
		TEST(a_damaged_recording_says_so),
		TEST(all_that_ran_are_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
