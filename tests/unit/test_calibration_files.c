/* Calibrations on disk: whatever is interrupted, what was there before stays. */
#include <dirent.h>
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
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "src/daemon/calibration_files.h"
#include "tests/support/calibration_sample.h"
#include "tests/support/folder.h"

#define SERIAL "SIM/42 é"

struct fixture {
	char dir[64];
	struct calibration *c;
	char *text;
	size_t n;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct rng rng;

	assert_non_null(f);
	strcpy(f->dir, "/tmp/stance-calfiles-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	rng_init(&rng, 3, 0);
	f->c = calibration_sample(&rng);
	assert_int_equal(calibration_write(f->c, &f->text, &f->n), 0);
	assert_int_equal(calibration_files_init(f->dir), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	folder_remove(f->dir);
	calibration_free(f->c);
	free(f->text);
	free(f);
	return 0;
}

static int n_files(const struct fixture *f)
{
	char path[128];
	struct dirent *entry;
	DIR *folder;
	int n = 0;

	snprintf(path, sizeof(path), "%s/calibrations", f->dir);
	folder = opendir(path);
	assert_non_null(folder);
	while ((entry = readdir(folder)))
		n += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
	closedir(folder);
	return n;
}

static void a_calibration_is_kept_privately(void **state)
{
	const struct fixture *f = *state;
	char path[160], *text, id[CALIBRATION_ID_SIZE];
	struct stat what;
	size_t n;

	assert_int_equal(calibration_files_put(f->dir, f->c->id, f->text, f->n), 0);
	assert_int_equal(calibration_files_get(f->dir, f->c->id, &text, &n), 0);
	assert_int_equal(n, f->n);
	assert_memory_equal(text, f->text, n);
	free(text);
	snprintf(path, sizeof(path), "%s/calibrations/%s.json", f->dir, f->c->id);
	assert_int_equal(stat(path, &what), 0);
	assert_int_equal(what.st_mode & 07777, 0600);
	assert_int_equal(calibration_files_in_force(f->dir, SERIAL, id), -ENOENT);
	assert_int_equal(calibration_files_force(f->dir, SERIAL, f->c->id), 0);
	assert_int_equal(calibration_files_in_force(f->dir, SERIAL, id), 0);
	assert_string_equal(id, f->c->id);
	assert_int_equal(calibration_files_force(f->dir, SERIAL, ""), 0);
	assert_int_equal(calibration_files_in_force(f->dir, SERIAL, id), -ENOENT);
	assert_int_equal(n_files(f), 2);
}

/* Names come from a client and from a mat: neither reaches another folder. */
static void no_name_leads_elsewhere(void **state)
{
	static const char *const ids[] = { "", "..", "../stance", "draft",
		"0123456789abcdef0123456789ABCDEF", "/etc/passwd" };
	const struct fixture *f = *state;
	char *text;
	size_t n;

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(
			calibration_files_get(f->dir, ids[i], &text, &n), -ENOENT);
	assert_int_equal(calibration_files_put_draft(f->dir, "../../x", "{}", 2), 0);
	assert_int_equal(n_files(f), 1);
	assert_int_equal(calibration_files_get_draft(f->dir, "../../x", &text, &n), 0);
	free(text);
	assert_int_equal(calibration_files_drop_draft(f->dir, "../../x"), 0);
	assert_int_equal(calibration_files_drop_draft(f->dir, "../../x"), 0);
	assert_int_equal(
		calibration_files_get_draft(f->dir, "../../x", &text, &n), -ENOENT);
}

/* A damaged copy is made whole again, a good one is not touched. */
static void a_file_is_never_overwritten(void **state)
{
	const struct fixture *f = *state;
	char path[160], *text;
	struct stat before, after;
	size_t n;

	snprintf(path, sizeof(path), "%s/calibrations/%s.json", f->dir, f->c->id);
	assert_int_equal(calibration_files_put(f->dir, f->c->id, f->text, f->n), 0);
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(calibration_files_put(f->dir, f->c->id, f->text, f->n), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(truncate(path, 100), 0);
	assert_int_equal(calibration_files_put(f->dir, f->c->id, f->text, f->n), 0);
	assert_int_equal(calibration_files_get(f->dir, f->c->id, &text, &n), 0);
	assert_int_equal(n, f->n);
	free(text);
}

static void a_damaged_pointer_is_told(void **state)
{
	static const char *const bad[] = { "", "x", "0123\n",
		"0123456789abcdef0123456789abcdeX\n",
		"0123456789abcdef0123456789abcdef" };
	const struct fixture *f = *state;
	char path[160], id[CALIBRATION_ID_SIZE];

	snprintf(path, sizeof(path), "%s/calibrations/in-force-A", f->dir);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fputs(bad[i], file);
		fclose(file);
		assert_int_equal(calibration_files_in_force(f->dir, "A", id), -EBADMSG);
	}
}

/* A draft is replaced over and over in another process that is killed whenever it suits: there is always a
 * whole one. */
static void a_kill_leaves_a_whole_draft(void **state)
{
	const struct fixture *f = *state;
	char message[256];

	assert_int_equal(calibration_files_put_draft(f->dir, SERIAL, f->text, f->n), 0);
	for (int k = 0; k < 12; k++) {
		struct calibration *back = NULL;
		pid_t pid = fork();
		char *text;
		size_t n;

		assert_true(pid >= 0);
		while (pid == 0)
			calibration_files_put_draft(f->dir, SERIAL, f->text, f->n);
		usleep(3000 + 1700 * (useconds_t)k);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		assert_int_equal(
			calibration_files_get_draft(f->dir, SERIAL, &text, &n), 0);
		assert_int_equal(calibration_parse(text, n, false, &back, message,
					 sizeof(message)),
			0);
		calibration_free(back);
		free(text);
	}
	assert_int_equal(calibration_files_init(f->dir), 0);
	assert_int_equal(n_files(f), 1); /* what was cut short is cleared away */
}

/* As a full disk: files may not grow beyond some bytes. */
static void a_full_disk_changes_nothing(void **state)
{
	const struct fixture *f = *state;
	const struct rlimit small = { 2000, RLIM_INFINITY };
	struct calibration_check check = { .at_unix_ms = 5, .mass_kg = 20 };
	struct rlimit before;
	char *text, id[CALIBRATION_ID_SIZE];
	size_t n;

	assert_int_equal(calibration_files_put_draft(f->dir, SERIAL, "old", 3), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(
		calibration_files_put(f->dir, f->c->id, f->text, f->n), -EFBIG);
	assert_int_equal(
		calibration_files_put_draft(f->dir, SERIAL, f->text, f->n), -EFBIG);
	for (int i = 0; i < 40; i++)
		calibration_files_add_check(f->dir, &check);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(calibration_files_get(f->dir, f->c->id, &text, &n), -ENOENT);
	assert_int_equal(calibration_files_in_force(f->dir, SERIAL, id), -ENOENT);
	assert_int_equal(calibration_files_get_draft(f->dir, SERIAL, &text, &n), 0);
	assert_int_equal(n, 3);
	free(text);
	assert_int_equal(n_files(f), 2);
	/* the line that did not fit was taken back: the next is whole */
	snprintf(check.serial, sizeof(check.serial), "A");
	check.at_unix_ms = 6;
	assert_int_equal(calibration_files_add_check(f->dir, &check), 0);
	check.at_unix_ms = 0;
	assert_int_equal(calibration_files_last_check(f->dir, "A", &check), 0);
	assert_int_equal(check.at_unix_ms, 6);
}

static void the_last_check_of_each_mat_is_found(void **state)
{
	const struct fixture *f = *state;
	struct calibration_check check = { 0 };

	assert_int_equal(calibration_files_last_check(f->dir, "A", &check), 0);
	assert_int_equal(check.at_unix_ms, 0);
	for (int i = 1; i <= 2000; i++) {
		snprintf(check.serial, sizeof(check.serial), "%c", i % 2 ? 'A' : 'B');
		check.at_unix_ms = i;
		check.mass_kg = 20.25;
		check.error_frac = i * 1e-5;
		check.ok = i != 1999;
		if (i > 1900)
			assert_int_equal(
				calibration_files_add_check(f->dir, &check), 0);
	}
	assert_int_equal(calibration_files_last_check(f->dir, "A", &check), 0);
	assert_int_equal(check.at_unix_ms, 1999);
	assert_false(check.ok);
	assert_true(fabs(check.mass_kg - 20.25) < 1e-12);
	assert_int_equal(calibration_files_last_check(f->dir, "B", &check), 0);
	assert_int_equal(check.at_unix_ms, 2000);
	assert_true(check.ok);
}

static void count(const char *id, const char *text, size_t n, void *ctx)
{
	struct calibration_head head;
	int *found = ctx;

	assert_true(calibration_files_is_id(id));
	found[calibration_peek(text, n, &head) == 0]++;
}

static void all_are_listed_and_pieces_read(void **state)
{
	const struct fixture *f = *state;
	char piece[64];
	size_t total;
	int found[2] = { 0, 0 };

	assert_int_equal(calibration_files_put(f->dir, f->c->id, f->text, f->n), 0);
	assert_int_equal(calibration_files_put(f->dir,
				 "00000000000000000000000000000000", "damaged", 7),
		0);
	assert_int_equal(calibration_files_put_draft(f->dir, "A", f->text, f->n), 0);
	assert_int_equal(calibration_files_each(f->dir, count, found), 0);
	assert_int_equal(found[0], 1);
	assert_int_equal(found[1], 1);
	assert_int_equal(calibration_files_piece(
				 f->dir, f->c->id, 100, piece, sizeof(piece), &total),
		sizeof(piece));
	assert_int_equal(total, f->n);
	assert_memory_equal(piece, f->text + 100, sizeof(piece));
	assert_int_equal(calibration_files_piece(
				 f->dir, f->c->id, f->n, piece, sizeof(piece), &total),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_calibration_is_kept_privately, setup, teardown),
		cmocka_unit_test_setup_teardown(
			no_name_leads_elsewhere, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_file_is_never_overwritten, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_damaged_pointer_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_kill_leaves_a_whole_draft, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_full_disk_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_last_check_of_each_mat_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(
			all_are_listed_and_pieces_read, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
