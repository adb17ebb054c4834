/* One daemon to a folder: made, locked, named, freed. */
#include <errno.h>
#include <fcntl.h>
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

#include "src/base/lock.h"

static char the_folder[64];

static int setup(void **state)
{
	(void)state;
	strcpy(the_folder, "/tmp/stance-lock-XXXXXX");
	return mkdtemp(the_folder) ? 0 : -1;
}

static void remove_in(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", the_folder, name);
	remove(path);
}

static int teardown(void **state)
{
	(void)state;
	remove_in("stanced.pid");
	remove_in("a/b/c");
	remove_in("a/b");
	remove_in("a");
	return rmdir(the_folder);
}

static void the_second_is_told_who_was_first(void **state)
{
	char message[512] = "", pid[32];
	int fd = lock_take(the_folder, message, sizeof(message));

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(lock_take(the_folder, message, sizeof(message)), -EBUSY);
	snprintf(pid, sizeof(pid), "process %d ", (int)getpid());
	assert_non_null(strstr(message, pid));
	assert_non_null(strstr(message, "--state-dir"));
	close(fd);
	fd = lock_take(the_folder, message, sizeof(message));
	assert_true(fd >= 0);
	close(fd);
}

/* A pid file without a lock is what a killed daemon leaves: it does not count. */
static void an_old_pid_file_does_not_lock(void **state)
{
	char path[128], message[512], text[32] = "";
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/stanced.pid", the_folder);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(write(fd, "123456789012\n", 13), 13);
	close(fd);
	fd = lock_take(the_folder, message, sizeof(message));
	assert_true(fd >= 0);
	assert_true(pread(fd, text, sizeof(text) - 1, 0) > 0);
	assert_int_equal(atoi(text), getpid());
	assert_null(strstr(text, "9012"));
	close(fd);
}

/* A link planted in the folder must not make us write elsewhere. */
static void a_link_is_not_followed(void **state)
{
	char path[128], target[128], message[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/stanced.pid", the_folder);
	snprintf(target, sizeof(target), "%s/a", the_folder);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(lock_take(the_folder, message, sizeof(message)), -ELOOP);
	assert_int_equal(access(target, F_OK), -1);
}

static void folders_are_made_with_their_mode(void **state)
{
	char path[128], message[512];
	struct stat what;

	(void)state;
	umask(0);
	snprintf(path, sizeof(path), "%s/a/b/c", the_folder);
	assert_int_equal(lock_make_dir(path, 0700, message, sizeof(message)), 0);
	assert_int_equal(stat(path, &what), 0);
	assert_true(S_ISDIR(what.st_mode) && (what.st_mode & 07777) == 0700);
	assert_int_equal(lock_make_dir(path, 0755, message, sizeof(message)), 0);
	assert_int_equal(stat(path, &what), 0);
	assert_int_equal(what.st_mode & 07777, 0700);
}

static void a_file_in_the_way_is_named(void **state)
{
	char path[128], message[512] = "";

	(void)state;
	snprintf(path, sizeof(path), "%s/a", the_folder);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	snprintf(path, sizeof(path), "%s/a/b/", the_folder);
	assert_int_equal(lock_make_dir(path, 0700, message, sizeof(message)), -ENOTDIR);
	assert_non_null(strstr(message, the_folder));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_second_is_told_who_was_first),
		TEST(an_old_pid_file_does_not_lock),
		TEST(a_link_is_not_followed),
		TEST(folders_are_made_with_their_mode),
		TEST(a_file_in_the_way_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
