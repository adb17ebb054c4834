/* Recordings through a session: plain ones, an empty mat, a protocol that nobody knows. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/version.h"
#include "src/store/replay.h"

#define SIDE    24
#define N_CELLS (SIDE * SIDE)
#define RATE_HZ 100
#define UID     "0123456789abcdef0123456789abcdef"

struct bench {
	char path[64];
	struct recording *recording;
	struct replay replay;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	int fd;

	assert_non_null(b);
	strcpy(b->path, "/tmp/stance-replay-XXXXXX");
	fd = mkstemp(b->path);
	assert_true(fd >= 0);
	close(fd);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	replay_free(&b->replay);
	recording_close(b->recording);
	unlink(b->path);
	free(b);
	return 0;
}

/* Two soles of 5 x 13 cells, swaying; each frame another one. */
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

/* `empty_s` of nobody, then `seconds` of somebody. */
static void record(
	struct bench *b, const char *protocol, double empty_s, double seconds)
{
	struct recording_header h = { .uid = UID,
		.started_unix_ms = 1700000000000,
		.utc_offset_min = 60,
		.serial = "T-1",
		.calibration_state = "not_needed",
		.mat = { .geometry = { SIDE, SIDE, 20, 20 },
			.unit = FRAME_UNIT_FORCE_MN,
			.unit_scale = 1,
			.full_scale = 65535,
			.rate_hz = RATE_HZ },
		.zero = { .map = NULL, .noise = NAN },
		.duration_s = NAN,
		.settle_s = NAN,
		.cutoff_hz = 5,
		.noise_velocity_mm_s = NAN,
		.person = { .mass_kg = NAN, .stature_m = NAN, .age_years = NAN },
		.condition = { .pain = -1 } };
	int n_empty = (int)(empty_s * RATE_HZ), n = (int)(seconds * RATE_HZ);
	struct recording_writer *writer;
	uint16_t cells[N_CELLS] = { 0 };
	char message[256];

	strcpy(h.protocol, protocol);
	unlink(b->path);
	assert_int_equal(recording_create(b->path, &h, &writer), 0);
	for (int i = 0; i < n_empty + n; i++) {
		const struct raw_frame frame = { .seq = (uint64_t)i,
			.t_ns = i * CLOCK_NS_PER_S / RATE_HZ,
			.cells = cells };

		if (i >= n_empty)
			stand(cells, i);
		assert_int_equal(recording_append(writer, &frame), 0);
	}
	assert_int_equal(recording_finish(writer), 0);
	assert_int_equal(
		recording_open(b->path, &b->recording, message, sizeof(message)), 0);
}

static void a_plain_recording_is_measured_from_first_to_last(void **state)
{
	struct bench *b = *state;
	const struct trial_record *r = &b->replay.record;

	record(b, "", 0, 12);
	assert_int_equal(replay_run(b->recording, NULL, &b->replay), 0);
	assert_true(fabs(r->duration_s - 12) < 0.05);
	assert_int_not_equal(r->verdict, TRIAL_INTERRUPTED);
	assert_int_not_equal(r->verdict, TRIAL_UNUSABLE);
	assert_true(r->phases[0].value[METRIC_PATH_MM] > 1);
	assert_true(fabs(r->phases[0].value[METRIC_LEFT_FRAC] - 53.0 / 108) < 0.005);
	assert_true(b->replay.series->n >= 12 * RATE_HZ - 2);
}

static void it_begins_where_somebody_stands(void **state)
{
	struct bench *b = *state;

	record(b, "", 5, 8);
	assert_int_equal(replay_run(b->recording, NULL, &b->replay), 0);
	assert_true(fabs(b->replay.record.duration_s - 8) < 0.1);
	assert_true(fabs(b->replay.record.phases[0].start_s - 5) < 0.1);
}

static void it_says_where_it_comes_from(void **state)
{
	struct bench *b = *state;
	const struct trial_record *r = &b->replay.record;

	record(b, "quiet-eo", 1, 40);
	assert_int_equal(replay_run(b->recording, NULL, &b->replay), 0);
	assert_string_equal(r->uid, UID);
	assert_string_equal(r->protocol, "quiet-eo");
	assert_string_equal(r->algorithm, STANCE_VERSION);
	assert_string_equal(r->calibration_state, "not_needed");
	assert_true(r->started_unix_ms == 1700000000000 && r->utc_offset_min == 60);
	assert_true(fabs(r->duration_s - 30) < 0.05);
}

static void the_same_twice_is_the_same(void **state)
{
	struct bench *b = *state;
	struct trial_record *first = malloc(sizeof(*first));

	assert_non_null(first);
	record(b, "", 0, 10);
	assert_int_equal(replay_run(b->recording, NULL, &b->replay), 0);
	*first = b->replay.record;
	replay_free(&b->replay);
	recording_rewind(b->recording);
	assert_int_equal(replay_run(b->recording, NULL, &b->replay), 0);
	assert_memory_equal(first->phases[0].value, b->replay.record.phases[0].value,
		sizeof(first->phases[0].value));
	free(first);
}

static void an_empty_mat_gives_nothing_and_says_so(void **state)
{
	struct bench *b = *state;

	record(b, "", 5, 0);
	assert_int_equal(replay_run(b->recording, NULL, &b->replay), -ENODATA);
	assert_true(b->replay.record.n_reasons > 0);
}

static void an_unknown_protocol_is_an_error(void **state)
{
	struct bench *b = *state;

	record(b, "hop-on-one-leg", 0, 2);
	assert_int_equal(replay_run(b->recording, NULL, &b->replay), -EINVAL);
	assert_null(b->replay.memory);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_plain_recording_is_measured_from_first_to_last),
		TEST(it_begins_where_somebody_stands),
		TEST(it_says_where_it_comes_from),
		TEST(the_same_twice_is_the_same),
		TEST(an_empty_mat_gives_nothing_and_says_so),
		TEST(an_unknown_protocol_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
