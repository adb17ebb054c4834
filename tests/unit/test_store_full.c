/* A full disk: nothing half done, a running trial can still be ended, a person still be forgotten. */
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
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/store/recording.h"
#include "src/store/store.h"
#include "tests/support/store_fixture.h"

#define DISK "size=24m,mode=700"

struct fixture {
	char folder[64], filler[96];
	bool mounted;
	struct store *store;
	struct rng rng;
	struct trial_record record, back;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char message[STORE_MESSAGE_SIZE];

	assert_non_null(f);
	strcpy(f->folder, "/tmp/stance-full-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->filler, sizeof(f->filler), "%s/filler", f->folder);
	f->mounted = mount("stance-test", f->folder, "tmpfs", 0, DISK) == 0;
	rng_init(&f->rng, 2, 0);
	if (f->mounted)
		assert_int_equal(store_open(f->folder, false, &f->store, message,
					 sizeof(message)),
			0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->store);
	if (f->mounted)
		umount2(f->folder, MNT_DETACH);
	rmdir(f->folder);
	free(f);
	return 0;
}

static void need_disk(const struct fixture *f)
{
	if (f->mounted)
		return;
	print_message("needs to mount a small disk, which only root may: skipped\n");
	skip();
}

static void fill_disk(struct fixture *f)
{
	static const char block[4096];
	const int fd = open(f->filler, O_CREAT | O_WRONLY | O_APPEND, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static int add_patient(struct fixture *f, int number)
{
	struct store_patient p = { .stature_m = (double)NAN, .mass_kg = (double)NAN };
	int64_t id;

	snprintf(p.code, sizeof(p.code), "P-%d", number);
	memset(p.notes, 'n', sizeof(p.notes) - 1);
	return store_patient_add(f->store, &p, "t", &id);
}

static int64_t begin_trial(struct fixture *f)
{
	store_fixture_record(&f->record, &f->rng, "P-1", 8);
	assert_int_equal(store_trial_begin(f->store, &f->record, &f->record.id), 0);
	return f->record.id;
}

static void check_whole(struct fixture *f)
{
	char message[STORE_MESSAGE_SIZE] = "";
	int64_t bad;

	assert_int_equal(store_check(f->store, message, sizeof(message)), 0);
	assert_int_equal(store_audit_verify(f->store, &bad), 0);
}

static int count_audit(const struct store_audit *entry, void *ctx)
{
	(void)entry;
	(void)ctx;
	return 0;
}

static void test_refused_with_nothing_changed(void **state)
{
	struct fixture *f = *state;
	struct store_patient p;
	int error = 0;
	int n = 0;

	need_disk(f);
	fill_disk(f);
	while (error == 0 && n < 5000) /* room that the log already has */
		error = add_patient(f, ++n);
	assert_int_equal(error, -ENOSPC);
	snprintf(p.code, sizeof(p.code), "P-%d", n);
	assert_int_equal(store_patient_get(f->store, p.code, &p), -ENOENT);
	assert_int_equal(store_audit_list(f->store, 0, 9999, count_audit, NULL), n - 1);
	store_fixture_record(&f->record, &f->rng, "", 1);
	assert_int_equal(
		store_trial_begin(f->store, &f->record, &f->record.id), -ENOSPC);
	check_whole(f);
	assert_int_equal(unlink(f->filler), 0);
	assert_int_equal(add_patient(f, n), 0);
	check_whole(f);
}

/* The disk fills while a trial runs: the recording ends whole, and what is kept free takes the end of
 * the longest protocol. Then no other trial begins until there is room. */
static void test_running_trial_is_ended(void **state)
{
	struct fixture *f = *state;
	struct trial_series series, back;
	int64_t id;

	need_disk(f);
	assert_int_equal(add_patient(f, 1), 0);
	id = begin_trial(f);
	fill_disk(f);
	store_fixture_series(&series, &f->rng, 30000);
	assert_int_equal(store_trial_finish(f->store, &f->record, &series), 0);
	fill_disk(f); /* whatever came free */
	assert_int_equal(store_trial_get(f->store, id, &f->back), 0);
	store_fixture_assert_same(&f->back, &f->record);
	assert_int_equal(store_trial_series(f->store, id, &back), 0);
	assert_memory_equal(back.left_x_mm, series.left_x_mm, 30000 * sizeof(double));
	store_series_free(&back);
	store_series_free(&series);
	store_fixture_record(&f->record, &f->rng, "P-1", 1);
	assert_int_equal(store_trial_begin(f->store, &f->record, &id), -ENOSPC);
	assert_int_equal(store_reserve_release(f->store), -ENOENT);
	check_whole(f);
	unlink(f->filler);
	begin_trial(f);
}

static void test_erase_on_a_full_disk(void **state)
{
	struct fixture *f = *state;
	struct store_patient p;

	need_disk(f);
	assert_int_equal(add_patient(f, 1), 0);
	begin_trial(f);
	assert_int_equal(store_trial_finish(f->store, &f->record, NULL), 0);
	fill_disk(f);
	assert_int_equal(store_patient_erase(f->store, "P-1", "t"), 0);
	assert_int_equal(store_patient_get(f->store, "P-1", &p), -ENOENT);
	check_whole(f);
}

static void test_recording(void **state)
{
	struct fixture *f = *state;
	struct recording_header header = { .started_unix_ms = 1,
		.mat = {
			{ 32, 32, 10.0, 10.0 }, FRAME_UNIT_COUNTS, 1.0, 4095, 100.0 } };
	static uint16_t cells[1024];
	struct recording_writer *writer = NULL;
	struct recording *recording = NULL;
	struct raw_frame frame = { .cells = cells };
	char path[128], text[256];
	int n = 0;

	need_disk(f);
	assert_int_equal(store_new_uid(header.uid), 0);
	store_raw_path(f->store, header.uid, path, sizeof(path));
	assert_int_equal(recording_create(path, &header, &writer), 0);
	fill_disk(f);
	for (int i = 0, error = 0; error == 0; i++) {
		for (int c = 0; c < 1024; c++)
			cells[c] = (uint16_t)rng_u64(&f->rng);
		frame.t_ns = i * INT64_C(10000000);
		error = recording_append(writer, &frame);
		assert_true(error == 0 || (error == -ENOSPC && i >= 100));
		if (i == 150) /* room for one more second, not for two */
			assert_int_equal(truncate(f->filler, 0), 0);
		if (i == 250)
			fill_disk(f);
	}
	assert_int_equal(recording_finish(writer), -ENOSPC);
	assert_int_equal(recording_open(path, &recording, text, sizeof(text)), 0);
	while (recording_next(recording, &frame) == 1)
		n++;
	assert_int_equal(n % 100, 0);
	assert_int_equal(recording_damage(recording)->bad_bytes, 0);
	assert_true(recording_damage(recording)->not_closed);
	recording_close(recording);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_refused_with_nothing_changed),
		TEST(test_running_trial_is_ended),
		TEST(test_erase_on_a_full_disk),
		TEST(test_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
