/* The cable: the link tells where it ends, readers come and go, nothing is overwritten. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

#include "hw/sim/ptylink.h"

#define WAIT_NS 200000000

static char folder[] = "/tmp/stance-ptylink-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/mat", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static bool exists(void)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static int open_host(void)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);

	assert_true(fd >= 0);
	return fd;
}

static void tells_where_it_ends(void **state)
{
	struct ptylink link;
	char target[64] = "";

	(void)state;
	ptylink_init(&link, path);
	assert_int_equal(ptylink_plug(&link), 0);
	assert_true(readlink(path, target, sizeof(target) - 1) > 0);
	assert_string_equal(target, link.device);
	ptylink_unplug(&link);
	assert_int_equal(link.fd, -1);
	assert_false(exists());
	ptylink_unplug(&link); /* once more does nothing */
}

static void leaves_a_file_alone(void **state)
{
	struct ptylink link;
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	ptylink_init(&link, path);
	assert_int_equal(ptylink_plug(&link), -EEXIST);
	assert_true(exists());
	unlink(path);
	ptylink_init(&link, "/no/such/folder/mat");
	assert_int_equal(ptylink_plug(&link), -ENOENT);
}

/* A stale link is replaced; one that others made meanwhile is not removed. */
static void removes_only_its_own_link(void **state)
{
	struct ptylink link;

	(void)state;
	assert_int_equal(symlink("/dev/nowhere", path), 0);
	ptylink_init(&link, path);
	assert_int_equal(ptylink_plug(&link), 0);
	unlink(path);
	assert_int_equal(symlink("/dev/elsewhere", path), 0);
	ptylink_unplug(&link);
	assert_true(exists());
	unlink(path);
}

static void carries_every_byte_both_ways(void **state)
{
	struct ptylink link;
	uint8_t bytes[256], got[256];
	int host;

	(void)state;
	for (int i = 0; i < 256; i++)
		bytes[i] = (uint8_t)i;
	ptylink_init(&link, path);
	assert_int_equal(ptylink_plug(&link), 0);
	ptylink_poll(&link, false, 0, NULL);
	assert_false(link.has_reader);
	host = open_host();
	assert_true(ptylink_poll(&link, false, WAIT_NS, NULL));
	assert_true(link.has_reader);
	assert_int_equal(ptylink_write(&link, bytes, 256), 256);
	for (size_t n = 0; n < 256;) {
		struct pollfd p = { host, POLLIN, 0 };
		ssize_t k;

		assert_int_equal(poll(&p, 1, 1000), 1);
		k = read(host, got + n, 256 - n);
		assert_true(k > 0);
		n += (size_t)k;
	}
	assert_memory_equal(bytes, got, 256);
	assert_int_equal(write(host, bytes, 256), 256);
	for (size_t n = 0; n < 256;) {
		ptylink_poll(&link, false, WAIT_NS, NULL);
		n += ptylink_read(&link, got + n, 256 - n);
	}
	assert_memory_equal(bytes, got, 256);
	close(host);
	ptylink_unplug(&link);
}

/* What was said before a host hung up is heard; what it left unread is gone for the next one. */
static void notices_readers_come_and_go(void **state)
{
	struct ptylink link;
	uint8_t byte = 0;
	int host;

	(void)state;
	ptylink_init(&link, path);
	assert_int_equal(ptylink_plug(&link), 0);
	host = open_host();
	assert_true(ptylink_poll(&link, false, WAIT_NS, NULL));
	assert_int_equal(ptylink_write(&link, (const uint8_t *)"old", 3), 3);
	assert_int_equal(write(host, "x", 1), 1);
	close(host);
	for (int i = 0; i < 10 && link.has_reader; i++)
		ptylink_poll(&link, false, WAIT_NS, NULL);
	assert_false(link.has_reader);
	assert_int_equal(ptylink_read(&link, &byte, 1), 1);
	assert_int_equal(byte, 'x');
	host = open_host();
	assert_true(ptylink_poll(&link, false, WAIT_NS, NULL));
	assert_true(link.has_reader);
	assert_true(read(host, &byte, 1) < 0 && errno == EAGAIN);
	ptylink_unplug(&link);
	assert_true(read(host, &byte, 1) <= 0);
	close(host);
}

/* A reader that does not read cannot block the mat. */
static void never_blocks(void **state)
{
	struct ptylink link;
	static uint8_t zeros[65536];
	size_t n = 0;
	int host;

	(void)state;
	ptylink_init(&link, path);
	assert_int_equal(ptylink_plug(&link), 0);
	host = open_host();
	ptylink_poll(&link, false, WAIT_NS, NULL);
	for (int i = 0; i < 100; i++)
		n += ptylink_write(&link, zeros, sizeof(zeros));
	assert_true(n > 0 && n < 100 * sizeof(zeros));
	ptylink_drain(&link, 20000000);
	close(host);
	ptylink_unplug(&link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_where_it_ends),
		cmocka_unit_test(leaves_a_file_alone),
		cmocka_unit_test(removes_only_its_own_link),
		cmocka_unit_test(carries_every_byte_both_ways),
		cmocka_unit_test(notices_readers_come_and_go),
		cmocka_unit_test(never_blocks),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
