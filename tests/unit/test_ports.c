/* What is said about ports: holders, access, names, and what is none. */
#define _GNU_SOURCE /* strverscmp() */
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

#include "hw/ports.h"
#include "tests/support/pty.h"

static void names_the_holder(void **state)
{
	struct port_info port;
	struct pty pty;
	char name[16];
	pid_t pid;

	(void)state;
	pty_holder_name(name, sizeof(name));
	pty_plug(&pty, NULL);
	assert_int_equal(ports_describe(pty.path, &port), 0);
	assert_int_equal(port.holder_pid, 0);
	assert_string_equal(port.holder_name, "");
	pid = pty_hold(&pty, PTY_HOLD_OPEN);
	assert_int_equal(ports_describe(pty.path, &port), 0);
	assert_int_equal(port.holder_pid, pid);
	assert_string_equal(port.holder_name, name);
	pty_release(pid);
	pty_unplug(&pty);
}

/* A simulator that keeps both sides open is the mat, not a rival. */
static void does_not_blame_the_mat(void **state)
{
	struct port_info port;
	struct pty pty;
	int slave;

	(void)state;
	pty_plug(&pty, NULL);
	slave = open(pty.path, O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	assert_int_equal(ports_describe(pty.path, &port), 0);
	assert_int_equal(port.holder_pid, 0);
	close(slave);
	pty_unplug(&pty);
}

static void describes_a_link(void **state)
{
	char folder[] = "/tmp/stance-ports-XXXXXX";
	char link[64];
	struct port_info port;
	struct pty pty;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(link, sizeof(link), "%s/m\x1b[t", folder);
	pty_plug(&pty, link);
	assert_int_equal(ports_describe(link, &port), 0);
	assert_non_null(strstr(port.path, "/m?[t"));
	pty_unplug(&pty);
	assert_int_equal(ports_describe(link, &port), -ENOENT);
	snprintf(link, sizeof(link), "%s/mat", folder);
	pty_plug(&pty, link);
	assert_int_equal(ports_describe(link, &port), 0);
	assert_string_equal(port.path, link);
	assert_int_equal(port.vid, -1);
	assert_string_equal(port.by_id, "");
	assert_true(port.may_open);
	assert_true(port.group[0] != '\0');
	pty_unplug(&pty);
	rmdir(folder);
}

static void refuses_what_is_no_port(void **state)
{
	struct port_info port = { .pid = 5 };

	(void)state;
	assert_int_equal(ports_describe("/nowhere/at/all", &port), -ENOENT);
	assert_int_equal(ports_describe("/dev/null", &port), -ENOTTY);
	assert_int_equal(ports_describe("/etc/passwd", &port), -ENOTTY);
	assert_int_equal(port.pid, 5); /* untouched */
}

/* Whatever this machine has: in order, no pseudo-terminals, no more than fits. */
static void lists_in_order(void **state)
{
	static struct port_info ports[64];
	const int n = ports_list(ports, 64);

	(void)state;
	assert_true(n >= 0);
	for (int i = 0; i < n && i < 64; i++) {
		assert_null(strstr(ports[i].path, "/dev/pts/"));
		assert_true(i == 0 || strverscmp(ports[i - 1].path, ports[i].path) < 0);
	}
	assert_int_equal(ports_list(ports, 0), n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_holder),
		cmocka_unit_test(does_not_blame_the_mat),
		cmocka_unit_test(describes_a_link),
		cmocka_unit_test(refuses_what_is_no_port),
		cmocka_unit_test(lists_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
