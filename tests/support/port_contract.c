#include "tests/support/port_contract.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/pty.h"

static void wait_for_input(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, 2000), 1);
}

void port_contract_bytes(const struct transport_ops *ops, int baud)
{
	uint8_t all[256], back[512];
	struct transport t;
	struct pty pty;
	size_t n = 0;

	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	pty_plug(&pty, NULL);
	assert_ptr_equal(transport_kind(pty.path), ops);
	assert_int_equal(transport_has_baud(pty.path), ops == &transport_serial_ops);
	assert_int_equal(transport_open(&t, pty.path, baud), 0);
	assert_ptr_equal(t.ops, ops);
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
	for (n = 0; n < sizeof(all);) {
		wait_for_input(pty.master);
		n += pty_read(&pty, back + n, sizeof(back) - n);
	}
	assert_int_equal(n, sizeof(all));
	assert_memory_equal(back, all, sizeof(all));
	transport_close(&t);
	transport_close(&t);
	pty_unplug(&pty);
}

void port_contract_hang_up(int baud)
{
	uint8_t byte = 0;
	struct transport t;
	struct pty pty;

	pty_plug(&pty, NULL);
	assert_int_equal(transport_open(&t, pty.path, baud), 0);
	assert_int_equal(transport_read(&t, &byte, 1), -EAGAIN);
	pty_unplug(&pty);
	assert_int_equal(transport_read(&t, &byte, 1), -ENODEV);
	assert_int_equal(transport_write(&t, &byte, 1), -ENODEV);
	transport_close(&t);
}

void port_contract_alone(int baud)
{
	struct transport first, second;
	struct pty pty;

	pty_plug(&pty, NULL);
	assert_int_equal(transport_open(&first, pty.path, baud), 0);
	assert_int_equal(transport_open(&second, pty.path, baud), -EBUSY);
	transport_close(&first);
	assert_int_equal(transport_open(&second, pty.path, baud), 0);
	transport_close(&second);
	pty_unplug(&pty);
}

void port_contract_descriptors(int baud)
{
	struct transport t;
	struct pty pty;
	int before, after;

	pty_plug(&pty, NULL);
	before = dup(0);
	close(before);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(transport_open(&t, pty.path, baud), 0);
		transport_close(&t);
		assert_int_equal(transport_open(&t, "/dev/pts/99999", 0), -ENOENT);
	}
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
	pty_unplug(&pty);
}
