/* Ports as byte pipes, on pseudo-terminals: raw bytes, locks, hang-ups, links, refusals. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hw/transport.h"
#include "tests/support/port_contract.h"
#include "tests/support/pty.h"

static void passes_every_byte(void **state)
{
	(void)state;
	port_contract_bytes(&transport_pty_ops, 115200);
}

static void tells_a_hang_up_from_silence(void **state)
{
	(void)state;
	port_contract_hang_up(0);
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

static void leaks_no_descriptor(void **state)
{
	(void)state;
	port_contract_descriptors(0);
}

static void holds_the_port_alone(void **state)
{
	(void)state;
	port_contract_alone(0);
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
		cmocka_unit_test(leaks_no_descriptor),
		cmocka_unit_test(follows_links),
		cmocka_unit_test(refuses_what_is_no_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
