/* Ports as byte pipes, on pseudo-terminals: raw bytes, locks, hang-ups, links, refusals. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hw/transport.h"
#include "tests/support/pty.h"

static void wait_for_input(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, 2000), 1);
}

static void passes_every_byte(void **state)
{
	uint8_t all[256], back[512];
	struct transport t;
	struct pty pty;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	pty_plug(&pty, NULL);
	assert_ptr_equal(transport_kind(pty.path), &transport_pty_ops);
	assert_false(transport_has_baud(pty.path));
	assert_int_equal(transport_open(&t, pty.path, 115200), 0);
	assert_int_equal(transport_read(&t, back, sizeof(back)), -EAGAIN);
	pty_write(&pty, all, sizeof(all));
	while (n < sizeof(all)) {
		wait_for_input(t.fd);

		const int got = transport_read(&t, back + n, sizeof(back) - n);

		assert_true(got > 0);
		n += (size_t)got;
	}
	assert_int_equal(n, sizeof(all));
	assert_memory_equal(back, all, sizeof(all));
	assert_int_equal(transport_write(&t, all, sizeof(all)), 0);
	wait_for_input(pty.master);
	for (n = 0; n < sizeof(all);) {
		const size_t got = pty_read(&pty, back + n, sizeof(back) - n);

		assert_true(got > 0);
		n += got;
	}
	assert_memory_equal(back, all, sizeof(all));
	transport_close(&t);
	transport_close(&t); /* does nothing */
	pty_unplug(&pty);
}

static void tells_a_hang_up_from_silence(void **state)
{
	uint8_t byte;
	struct transport t;
	struct pty pty;

	(void)state;
	pty_plug(&pty, NULL);
	assert_int_equal(transport_open(&t, pty.path, 0), 0);
	assert_int_equal(transport_read(&t, &byte, 1), -EAGAIN);
	pty_unplug(&pty);
	assert_int_equal(transport_read(&t, &byte, 1), -ENODEV);
	assert_int_equal(transport_write(&t, &byte, 1), -ENODEV);
	transport_close(&t);
}

static void never_blocks_on_writing(void **state)
{
	static uint8_t bytes[1 << 20];
	struct transport t;
	struct pty pty;

	(void)state;
	pty_plug(&pty, NULL);
	assert_int_equal(transport_open(&t, pty.path, 0), 0);
	assert_int_equal(transport_write(&t, bytes, sizeof(bytes)), -EAGAIN);
	transport_close(&t);
	pty_unplug(&pty);
}

static void holds_the_port_alone(void **state)
{
	struct transport first, second;
	struct pty pty;

	(void)state;
	pty_plug(&pty, NULL);
	assert_int_equal(transport_open(&first, pty.path, 0), 0);
	assert_int_equal(transport_open(&second, pty.path, 0), -EBUSY);
	transport_close(&first);
	assert_int_equal(transport_open(&second, pty.path, 0), 0);
	transport_close(&second);
	pty_unplug(&pty);
}

static void follows_links(void **state)
{
	char folder[] = "/tmp/stance-transport-XXXXXX";
	char link[64];
	struct transport t;
	struct pty pty;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(link, sizeof(link), "%s/mat", folder);
	assert_int_equal(transport_open(&t, link, 0), -ENOENT);
	pty_plug(&pty, link);
	assert_int_equal(transport_open(&t, link, 0), 0);
	transport_close(&t);
	/* The port goes, the link stays behind. */
	pty.link[0] = '\0';
	pty_unplug(&pty);
	assert_int_equal(transport_open(&t, link, 0), -ENOENT);
	unlink(link);
	rmdir(folder);
}

static void refuses_what_is_no_port(void **state)
{
	char file[] = "/tmp/stance-transport-XXXXXX";
	struct transport t;
	const int fd = mkstemp(file);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(transport_open(&t, file, 0), -ENOTTY);
	assert_int_equal(t.fd, -1);
	assert_int_equal(transport_open(&t, "/dev/null", 0), -ENOTTY);
	assert_int_equal(transport_open(&t, "/tmp", 0), -EISDIR);
	unlink(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_every_byte),
		cmocka_unit_test(tells_a_hang_up_from_silence),
		cmocka_unit_test(never_blocks_on_writing),
		cmocka_unit_test(holds_the_port_alone),
		cmocka_unit_test(follows_links),
		cmocka_unit_test(refuses_what_is_no_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
