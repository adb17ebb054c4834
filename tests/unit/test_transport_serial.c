/* The path through libserialport, on a pseudo-terminal that passes for a serial port in this
 * program alone: what tests/support/preload does to programs is compiled into this one. */
#define _GNU_SOURCE /* lstat64() */
#include "tests/support/preload/pty_serial.c"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

#include <cmocka.h>

#include "hw/transport.h"
#include "tests/support/port_contract.h"
#include "tests/support/pty.h"

static void is_taken_for_a_serial_port(void **state)
{
	struct port_info info = { .vid = 0 };
	struct pty pty;

	(void)state;
	pty_plug(&pty, NULL);
	assert_ptr_equal(transport_kind(pty.path), &transport_serial_ops);
	assert_true(transport_has_baud(pty.path));
	assert_int_equal(transport_serial_describe(pty.path, &info), 0);
	assert_string_equal(info.path, pty.path);
	assert_int_equal(info.vid, -1);
	assert_int_equal(transport_serial_describe("/nowhere", &info), -ENOENT);
	pty_unplug(&pty);
}

static void passes_every_byte(void **state)
{
	(void)state;
	port_contract_bytes(&transport_serial_ops, 2000000);
}

/* The line's rate in bits a second, also one without a name: the tail of the kernel's struct
 * termios2, whose header cannot be included beside <termios.h>. */
static unsigned int line_rate(int fd)
{
	unsigned int words[11] = { 0 };

	assert_int_equal(ioctl(fd, _IOR('T', 0x2a, unsigned char[44]), words), 0);
	return words[10];
}

static void sets_the_line_up(void **state)
{
	struct termios line;
	struct transport t;
	struct pty pty;

	(void)state;
	pty_plug(&pty, NULL);
	assert_int_equal(transport_open(&t, pty.path, 921600), 0);
	assert_int_equal(tcgetattr(t.fd, &line), 0);
	assert_int_equal(line_rate(t.fd), 921600);
	assert_int_equal(line.c_lflag & (ICANON | ECHO | ISIG), 0);
	assert_int_equal(line.c_cflag & CRTSCTS, 0);
	assert_int_equal(line.c_cc[VMIN], 1);
	assert_true(fcntl(t.fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(t.fd, F_GETFL) & O_NONBLOCK);
	transport_close(&t);
	/* A rate that has no name. */
	assert_int_equal(transport_open(&t, pty.path, 250000), 0);
	assert_int_equal(line_rate(t.fd), 250000);
	transport_close(&t);
	pty_unplug(&pty);
}

static void tells_a_hang_up_from_silence(void **state)
{
	(void)state;
	port_contract_hang_up(115200);
}

static void holds_the_port_alone(void **state)
{
	(void)state;
	port_contract_alone(115200);
}

/* The mark of another program counts even for root, who could open past it, but not that of one
 * that was killed. */
static void heeds_a_mark_while_its_holder_lives(void **state)
{
	struct transport t;
	struct pty pty;
	pid_t pid;

	(void)state;
	if (!pty_tells_marks())
		skip();
	pty_plug(&pty, NULL);
	pid = pty_hold(&pty, PTY_HOLD_MARK);
	assert_int_equal(transport_open(&t, pty.path, 115200), -EBUSY);
	pty_release(pid);
	assert_int_equal(transport_open(&t, pty.path, 115200), 0);
	transport_close(&t);
	pty_unplug(&pty);
}

static void leaks_no_descriptor(void **state)
{
	(void)state;
	port_contract_descriptors(115200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_taken_for_a_serial_port),
		cmocka_unit_test(passes_every_byte),
		cmocka_unit_test(sets_the_line_up),
		cmocka_unit_test(tells_a_hang_up_from_silence),
		cmocka_unit_test(holds_the_port_alone),
		cmocka_unit_test(heeds_a_mark_while_its_holder_lives),
		cmocka_unit_test(leaks_no_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
