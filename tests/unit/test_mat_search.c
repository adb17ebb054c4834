/* Which port is tried next: preference, patience, and the mat's old place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hw/mat_search.h"

#define NS_S INT64_C(1000000000)

static struct mat_search search;

static void add(const char *path, const char *by_id, int vid, const char *guess)
{
	struct mat_search_port *port = &search.ports[search.n_ports++];

	memset(port, 0, sizeof(*port));
	strcpy(port->info.path, path);
	strcpy(port->info.by_id, by_id);
	strcpy(port->info.driver_guess, guess);
	port->info.vid = vid;
}

static int setup(void **state)
{
	(void)state;
	memset(&search, 0, sizeof(search));
	add("/dev/ttyS0", "", -1, "");
	add("/dev/ttyUSB0", "/dev/serial/by-id/bridge", 0x1a86, "");
	add("/dev/ttyACM0", "/dev/serial/by-id/board", 0x2e8a, "smp");
	return 0;
}

static void expect_next(int64_t now_ns, const char *path)
{
	const struct mat_search_port *port = mat_search_next(&search, now_ns);

	if (!path) {
		assert_null(port);
		return;
	}
	assert_non_null(port);
	assert_string_equal(port->info.path, path);
}

static void a_new_port_is_left_to_udev(void **state)
{
	struct mat_search_port *port = mat_search_next(&search, 0);

	(void)state;
	assert_false(mat_search_forbidden(port, 0));
	expect_next(NS_S / 10, "/dev/ttyUSB0");
	expect_next(NS_S / 5, "/dev/ttyACM0");
	assert_false(mat_search_forbidden(port, NS_S));
	expect_next(NS_S + NS_S / 5, "/dev/ttyACM0");
	assert_true(mat_search_forbidden(port, 2 * NS_S));
	expect_next(4 * NS_S - 1, "/dev/ttyUSB0");
	expect_next(4 * NS_S, "/dev/ttyACM0");
}

static void likely_ports_come_first(void **state)
{
	(void)state;
	expect_next(0, "/dev/ttyACM0");
	mat_search_failed(mat_search_next(&search, 0), 0);
	expect_next(0, "/dev/ttyUSB0");
	mat_search_failed(mat_search_next(&search, 0), 0);
	expect_next(0, "/dev/ttyS0");
	mat_search_failed(mat_search_next(&search, 0), 0);
	expect_next(0, NULL);
	expect_next(2 * NS_S, "/dev/ttyACM0");
}

static void fruitless_ports_are_tried_rarely(void **state)
{
	struct mat_search_port *port = &search.ports[0];
	int64_t now_ns = 0;

	(void)state;
	mat_search_failed(port, now_ns);
	assert_int_equal(port->due_ns, 2 * NS_S);
	mat_search_failed(port, now_ns);
	assert_int_equal(port->due_ns, 4 * NS_S);
	for (int i = 0; i < 100; i++)
		mat_search_failed(port, now_ns);
	assert_int_equal(port->due_ns, 10 * NS_S);
	mat_search_retry(&search, "/dev/ttyS0", now_ns);
	assert_int_equal(port->due_ns, now_ns);
	assert_int_equal(port->n_failures, 0);
	assert_false(search.has_scanned);
}

/* The mat was on the bridge and comes back under another name: its id tells. */
static void the_mat_is_known_by_its_id(void **state)
{
	(void)state;
	mat_search_found(&search, &search.ports[1]);
	expect_next(0, "/dev/ttyUSB0");
	strcpy(search.ports[1].info.path, "/dev/ttyUSB7");
	expect_next(0, "/dev/ttyUSB7");
	/* One without an id is known by its path. */
	mat_search_found(&search, &search.ports[0]);
	expect_next(0, "/dev/ttyS0");
}

static void scans_without_harm(void **state)
{
	static struct mat_search fresh;

	(void)state;
	mat_search_scan(&fresh, 0);
	assert_true(fresh.has_scanned);

	const size_t n = fresh.n_ports;

	for (size_t i = 0; i < n; i++)
		mat_search_failed(&fresh.ports[i], 0);
	/* What is known of a port outlives another scan. */
	mat_search_scan(&fresh, 20 * NS_S);
	assert_int_equal(fresh.n_ports, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(fresh.ports[i].n_failures, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(likely_ports_come_first, setup),
		cmocka_unit_test_setup(a_new_port_is_left_to_udev, setup),
		cmocka_unit_test_setup(fruitless_ports_are_tried_rarely, setup),
		cmocka_unit_test_setup(the_mat_is_known_by_its_id, setup),
		cmocka_unit_test(scans_without_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
